"""A gallery as Markdown, CSV and HTML."""

from __future__ import annotations

import csv
import io
from html import escape
from pathlib import Path

from exactpoly.crosscheck.gallery import Gallery
from exactpoly.crosscheck.gallery_page import gallery_page
from exactpoly.crosscheck.gallery_state import write_state
from exactpoly.crosscheck.pictures import scene_svg
from exactpoly.crosscheck.scene import scene_of
from exactpoly.crosscheck.verdict import Outcome, Verdict
from exactpoly.domain import Domain
from exactpoly.errors import InputError
from exactpoly.report.text import one_line
from exactpoly.running.files import write_whole

__all__ = ["gallery_csv", "gallery_html", "gallery_markdown", "write_gallery"]

_CSV_COLUMNS = (
    "network",
    "domain",
    "exact_regions",
    "simple",
    "exact_seconds",
    "tool",
    "version",
    "outcome",
    "claimed_regions",
    "findings",
    "message",
    "seconds",
    "cpu_seconds",
    "promised",
    "rounding",
)

_YES_NO = {True: "yes", False: "no", None: ""}

_TITLE = "Tools against the exact truth"
_INTRODUCTION = (
    "Each tool was asked about each network in a process of its own, and what it said was compared"
    " with the exact complex, as sets: a tool is right if everything it states is right. A tool"
    " that computes in float32 is judged on the network rounded to float32. What a tool does not"
    " offer counts neither for nor against it, and a refusal is not an error: it is what a careful tool"
    " does where it cannot decide. Read the table beside what each tool promises: several are made"
    " for generic networks, and many of these networks are not generic on purpose."
)


def write_gallery(gallery: Gallery, folder: Path, *, pictures: bool = False) -> list[Path]:
    """Write gallery.md, gallery.csv, gallery.html and gallery.json; their paths."""
    texts = {
        "gallery.md": gallery_markdown(gallery),
        "gallery.csv": gallery_csv(gallery),
        "gallery.html": gallery_html(gallery, pictures=pictures),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            write_whole(folder / name, text)
    except OSError as error:
        raise InputError(f"{folder}: cannot be written ({error.strerror})") from error
    return [*(folder / name for name in texts), write_state(gallery, folder)]


def gallery_markdown(gallery: Gallery) -> str:
    """The gallery as Markdown."""
    parts = [f"# {_TITLE}\n", _INTRODUCTION + "\n", f"    {one_line(gallery.command)}\n"]
    parts.append(_conditions(gallery) + "\n")
    for title, table in _tables(gallery):
        parts.append(f"## {title}\n")
        header, *rows = table
        lines = [header, ["---"] * len(header), *rows]
        parts.append("\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines) + "\n")
    return "\n".join(parts)


def _conditions(gallery: Gallery) -> str:
    done = len(gallery.entries)
    unfinished = "" if done == gallery.planned else f"; so far {done} of {gallery.planned} entries"
    return (
        f"Time for a tool on one network: {gallery.limit:g} s; {gallery.reading} reading{unfinished}."
        " The tools take turns on each network; what a tool imports is imported once, before. Times of"
        " tools are CPU seconds, those of the exact complexes wall time."
    )


def gallery_html(gallery: Gallery, *, pictures: bool = False) -> str:
    """The gallery as one HTML page; with ``pictures`` disagreements are drawn, which takes a while."""
    drawn = _drawn(gallery) if pictures else {}
    return gallery_page(gallery, _TITLE, _INTRODUCTION, _conditions(gallery), drawn)


def _drawn(gallery: Gallery) -> dict[tuple[str, str, str], str]:
    found = {}
    for entry in gallery.entries:
        network = gallery.networks.get(entry.digest)
        if network is None:
            continue
        domain = Domain.parse(entry.domain, network.input_dimension)
        for tool, verdict in zip(gallery.tools, entry.verdicts, strict=True):
            scene = scene_of(network, domain, verdict) if verdict.findings else None
            if scene is not None:
                found[entry.digest, entry.domain, tool] = scene_svg(scene)
    return found


def gallery_csv(gallery: Gallery) -> str:
    """One line a verdict."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_CSV_COLUMNS)
    for entry in gallery.entries:
        start = [entry.network, entry.domain, entry.regions, entry.simple, f"{entry.seconds:.3f}"]
        for verdict in entry.verdicts:
            told = [
                verdict.tool,
                verdict.version,
                verdict.outcome,
                verdict.claimed_regions,
                "; ".join(f"{f.kind}: {f.count}" for f in verdict.findings),
                verdict.message,
                *map(_seconds, (verdict.seconds, verdict.cpu_seconds)),
                _YES_NO[verdict.promised],
                verdict.rounding or "",
            ]
            writer.writerow([*start, *told])
    return stream.getvalue()


def _seconds(time: float | None) -> str:
    return "" if time is None else f"{time:.3f}"


def _tables(gallery: Gallery) -> list[tuple[str, list[list[str]]]]:
    return [
        ("The tools", _promises(gallery)),
        ("Simple complexes", _summary(gallery, simple=True)),
        ("Complexes that are not simple", _summary(gallery, simple=False)),
        ("Every network", _everything(gallery)),
    ]


def _promises(gallery: Gallery) -> list[list[str]]:
    rows = [[t, gallery.version(t) or "unknown", gallery.promise(t)] for t in gallery.tools]
    return [["tool", "version", "what it promises"], *rows]


def _summary(gallery: Gallery, *, simple: bool) -> list[list[str]]:
    outcomes = list(Outcome)
    rows = []
    for tool in gallery.tools:
        counts = gallery.outcomes(tool, simple=simple)
        about = gallery.wrong_regions(tool, simple=simple)
        rows.append([tool, *(str(counts[outcome]) for outcome in outcomes), str(about)])
    return [["tool", *(str(outcome) for outcome in outcomes), "wrong about regions"], *rows]


def _everything(gallery: Gallery) -> list[list[str]]:
    rows = [
        [e.network, e.domain, str(e.regions), f"{e.seconds:.2f} s", *map(_told, e.verdicts)]
        for e in gallery.entries
    ]
    return [["network", "domain", "regions", "exact in", *gallery.tools], *rows]


def _told(verdict: Verdict) -> str:
    """A verdict for a cell of the table."""
    if verdict.outcome in (Outcome.NOT_OFFERED, Outcome.ABSENT, Outcome.TIMED_OUT):
        return str(verdict.outcome)
    told = verdict.headline() if verdict.outcome is Outcome.WRONG else str(verdict.outcome)
    if verdict.promised is False:
        told += " (outside its promise)"
    return told if verdict.cpu_seconds is None else f"{told}, {verdict.cpu_seconds:.1f}\u00a0s"


def _cell(text: str) -> str:
    """A text that stays in its cell and is no HTML, whatever a network or a tool is called."""
    return escape(one_line(text), quote=False).replace("|", "\\|")
