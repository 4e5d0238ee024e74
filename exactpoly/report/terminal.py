"""The table of `exactpoly certify`, with the face-count histogram as bars."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from rich.console import Console, Group
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from exactpoly.complex.compiled import engine_status
from exactpoly.report.certification import Certification
from exactpoly.report.text import (
    exact_and_decimal,
    memory_text,
    printable,
    widths_text,
    zero_sets_text,
)

__all__ = [
    "bars",
    "certification_table",
    "fields",
    "make_console",
    "named_values",
    "print_certification",
    "print_json",
    "print_tables",
]

_EIGHTHS = " ▏▎▍▌▋▊▉"
_BAR_WIDTH = 40


def make_console(stream: TextIO | None = None) -> Console:
    """A console on ``stream`` (stdout), plain text where that is no terminal.

    Characters that the stream cannot encode are written as escapes rather than failing.
    """
    stream = stream or sys.stdout
    reconfigure: Any = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
    return Console(
        file=stream,
        highlight=False,
        emoji=False,
        width=None if stream.isatty() else 100,
    )


def bars(
    histogram: dict[int, int], width: int = _BAR_WIDTH, *, ascii_only: bool = False
) -> dict[int, str]:
    """One bar for each entry, the longest ``width`` characters; none is empty.

    >>> bars({2: 1, 3: 16}, 2), bars({2: 1, 3: 16}, 2, ascii_only=True)
    ({2: '▏', 3: '██'}, {2: '#', 3: '##'})
    """
    longest = max(histogram.values(), default=1)
    result = {}
    for count, number in histogram.items():
        eighths = max(1, number * width * 8 // longest)
        whole, part = divmod(eighths, 8)
        if ascii_only:
            result[count] = "#" * max(1, whole)
        else:
            result[count] = "█" * whole + (_EIGHTHS[part] if part else "")
    return result


def fields() -> Table:
    """An empty two-column table of names and values."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold cyan", no_wrap=True)
    table.add_column(overflow="fold")
    return table


def named_values(rows: Iterable[tuple[str, str]]) -> Table:
    """Names and values as plain text; an empty name belongs to the one above."""
    table = fields()
    for name, value in rows:
        table.add_row(escape(printable(name)), escape(printable(value)))
    return table


def certification_table(result: Certification, *, ascii_only: bool = False) -> Group:
    """Everything that `certify` says to a person."""
    summary, network = result.summary, result.network
    d = summary.domain.dimension
    table = fields()

    def add(name: str, value: str) -> None:
        table.add_row(name, escape(printable(value)))

    if result.partial:
        table.add_row("[bold red]PARTIAL[/]", f"[bold red]{escape(_partial_text(result))}[/]")
    elif result.stopped is not None:
        missing = f"{result.stopped}; what follows is complete and exact"
        table.add_row("[bold red]STOPPED[/]", f"[bold red]{escape(missing)}[/]")
    add("network", f"{network.name}  {widths_text(network)}, {network.n_neurons} neurons")
    add("digest", f"{network.digest[:16]} (SHA-256, first 16 of 64)")
    add("domain", str(summary.domain))
    add("engine", _engine_text(result))
    add("regions", f"{'at least ' if result.partial else ''}{summary.n_regions:,}")
    if result.linear_regions is not None:
        add("linear regions", f"{result.linear_regions:,}")
    add("f-vector", ", ".join(f"f_{k} = {count:,}" for k, count in enumerate(summary.f_vector)))
    uncounted = ", facets on the boundary of the domain not counted"
    mean = exact_and_decimal(summary.mean_facets)
    add("mean facets", f"{mean}   (2d = {2 * d}){'' if summary.domain.is_space else uncounted}")
    if not summary.domain.is_space:
        mean = exact_and_decimal(summary.mean_facets_with_domain_boundary)
        add("", f"{mean}   with facets on the boundary of the domain")
    add("simple", _simple_text(result))
    if result.statistics is not None:
        parts = result.statistics
        add(
            "signs decided",
            f"{parts.filter:,} by filter, {parts.separation:,} by separation bound,"
            f" {parts.exact:,} by exact arithmetic",
        )
    add("audit", _audit_text(result))
    if result.certificate is not None:
        path = result.certificate
        add("certificate", f"{path}, {path.stat().st_size:,} bytes; exactpoly check {path}")
    audit_time = f" + {result.audit_seconds:.2f} s audit" if result.audit is not None else ""
    peak = result.peak_memory_bytes
    memory = "unknown" if peak is None else f"{memory_text(peak)} at the peak"
    add("time, memory", f"{result.seconds:.2f} s{audit_time}, {memory}")
    for note in network.notes:
        add("note", note)
    return Group(table, Text(), _histograms(result, ascii_only))


def print_certification(result: Certification) -> None:
    """Print the table on stdout."""
    console = make_console()
    console.print(certification_table(result, ascii_only=not _unicode(console)))


def _unicode(console: Console) -> bool:
    return console.encoding.lower().startswith("utf")


def _engine_text(result: Certification) -> str:
    if result.summary.engine != "subdivide":
        return result.summary.engine
    if result.compiled:
        return "subdivide, compiled" + (", streamed" if result.streamed else "")
    return f"subdivide in NumPy; the compiled engine: {engine_status()}"


def _partial_text(result: Certification) -> str:
    if result.summary.engine == "reference" or result.streamed:
        rest = "only the regions found so far are counted"
    else:
        rest = (
            f"what follows is exact for the first {result.neurons_processed} of"
            f" {result.network.n_neurons} neurons"
        )
    return f"stopped: {result.stopped}; {rest}"


def _simple_text(result: Certification) -> str:
    if result.summary.simple:
        return "yes, every k-cell lies on exactly d-k zero sets"
    d = result.summary.domain.dimension
    lines = ["no"]
    for k, neurons, sides in result.witnesses:
        kind = "region" if k == d else ("vertex", "edge")[k] if k < 2 else f"{k}-cell"
        zero_sets = zero_sets_text(result.network, neurons, sides, result.summary.domain)
        lines.append(f"{kind} on {len(neurons) + len(sides)} zero sets, not {d - k}: {zero_sets}")
    return "\n".join(lines)


def _audit_text(result: Certification) -> str:
    if result.audit is None:
        return result.audit_note or "not audited"
    return (
        f"{result.audit.audited:,} of {result.audit.total:,} regions recomputed by pycddlib,"
        " facets and vertices agree"
    )


def _histograms(result: Certification, ascii_only: bool) -> Table:
    """Bars of the facet counts; on a box beside those with the domain's boundary counted."""
    summary = result.summary
    columns = [(summary.facet_histogram, "regions", "blue")]
    if not summary.domain.is_space:
        columns = [
            (summary.facet_histogram, "boundary not counted", "blue"),
            (summary.facet_histogram_with_domain_boundary, "boundary counted", "magenta"),
        ]
    width = _BAR_WIDTH // len(columns)
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold cyan")
    table.add_column("facets", justify="right")
    drawn = []
    for histogram, title, colour in columns:
        table.add_column("regions" if len(columns) == 1 else "", justify="right")
        table.add_column("" if len(columns) == 1 else title, style=colour, no_wrap=True)
        drawn.append((histogram, bars(histogram, width, ascii_only=ascii_only)))
    counts = sorted({count for histogram, _ in drawn for count in histogram})
    for count in counts:
        cells = [str(count)]
        for histogram, marks in drawn:
            cells += [f"{histogram.get(count, 0):,}", marks.get(count, "")]
        table.add_row(*cells)
    return table


def print_json(data: dict[str, object]) -> None:
    """Print one JSON object on stdout."""
    print(json.dumps(data, indent=1))


def print_tables(tables: Sequence[Any]) -> None:
    """Print tables on the terminal, with an empty line between two."""
    console = make_console()
    for place, table in enumerate(tables):
        if place:
            console.print()
        console.print(table)
