"""Many networks, many tools: every verdict, gathered for one table."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from exactpoly.crosscheck.adapters.registry import BASELINES
from exactpoly.crosscheck.complexes import Complexes
from exactpoly.crosscheck.run import compare_tool
from exactpoly.crosscheck.tool import Tool
from exactpoly.crosscheck.verdict import ABOUT_REGIONS, Outcome, Verdict
from exactpoly.domain import Domain
from exactpoly.errors import InputError
from exactpoly.network.network import Network
from exactpoly.readers.load import SUFFIXES, load

__all__ = ["Entry", "Gallery", "crosscheck", "network_files"]


@dataclass(frozen=True)
class Entry:
    """One network on one domain.

    ``folder``: the name of the folder that the network is from; ``digest``: of the network;
    ``seconds``: of the exact enumeration.
    """

    folder: str
    network: str
    digest: str
    domain: str
    regions: int
    simple: bool
    seconds: float
    verdicts: tuple[Verdict, ...]

    def headline(self) -> str:
        """What came out, in one line."""
        told = ", ".join(f"{v.tool} {v.outcome}" for v in self.verdicts)
        return f"{self.network} on {self.domain}: {told}"


@dataclass
class Gallery:
    """All entries; ``command``: what was run, ``limit``: seconds a tool had for one network,
    ``planned``: how many entries there are when all is done, ``sources``: where tools say what they
    promise, ``networks``: the networks by digest, for pictures; no file holds them.
    """

    tools: tuple[str, ...]
    command: str
    limit: float
    reading: str
    planned: int = 0
    entries: list[Entry] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    networks: dict[str, Network] = field(default_factory=dict)

    def version(self, tool: str) -> str:
        """The version of a tool's package, "baseline" for our own ones, "" where it is not known."""
        place = self.tools.index(tool)
        told = (e.verdicts[place].version for e in self.entries)
        return "baseline" if tool in BASELINES else next(filter(None, told), "")

    def promise(self, tool: str) -> str:
        """What a tool says about itself."""
        place = self.tools.index(tool)
        return next((e.verdicts[place].promise for e in self.entries), "")

    def outcomes(self, tool: str, *, simple: bool) -> Counter[Outcome]:
        """How often each outcome occurred, on networks whose complex is simple or is not."""
        place = self.tools.index(tool)
        return Counter(e.verdicts[place].outcome for e in self.entries if e.simple == simple)

    def score(self, tool: str, *, promised: bool) -> tuple[int, int]:
        """In how many of how many answers the tool was right, within what it promises or outside."""
        place = self.tools.index(tool)
        told = [e.verdicts[place] for e in self.entries if e.verdicts[place].promised == promised]
        return sum(v.outcome is Outcome.RIGHT for v in told), len(told)

    def wrong_regions(self, tool: str, *, simple: bool) -> int:
        """How often the tool was wrong about the regions themselves, not only about what is on them."""
        place = self.tools.index(tool)
        return sum(
            bool(set(e.verdicts[place].kinds) & ABOUT_REGIONS)
            for e in self.entries
            if e.simple == simple
        )


def network_files(folder: Path) -> list[Path]:
    """The network files of a folder, by name. Raises `InputError` if there are none."""
    if not folder.is_dir():
        raise InputError(f"{folder}: is not a folder; give the folder with the networks")
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    if not files:
        raise InputError(f"{folder}: has no network files ({', '.join(SUFFIXES)})")
    return files


def crosscheck(
    folders: Sequence[Path],
    domains: Sequence[str],
    tools: Sequence[Tool],
    *,
    seconds: float,
    reading: str = "lenient",
    command: str = "",
    workers: int = 1,
    known: Gallery | None = None,
    after: Callable[[Gallery], None] = lambda gallery: None,
) -> Gallery:
    """Ask every tool about every network of ``folders`` on every domain; ``seconds`` for each question.

    The tools take turns on each network, so that what slows the machine down slows all of them.
    ``workers``: how many networks are asked about at a time; ``known``: what an earlier run found is not
    asked again; ``after``: called after each entry with all so far. Raises `InputError` before the
    first question if a file or a domain is bad, or a tool is named twice.
    """
    names = tuple(tool.name for tool in tools)
    if len(set(names)) < len(names):
        raise InputError(f"tools: {', '.join(names)} names a tool twice")
    questions = _questions(folders, domains)
    sources = {tool.name: tool.adapter.source for tool in tools}
    gallery = Gallery(names, command, seconds, reading, len(questions), sources=sources)
    gallery.networks.update((network.digest, network) for _, network, _ in questions)
    found = _found(known, gallery)
    halt = threading.Event()
    tools = [replace(t, allowance=replace(t.allowance, halt=halt)).served() for t in tools]
    pool = ThreadPoolExecutor(workers)
    try:
        for one in [pool.submit(_entry, *q, tools, gallery, found, halt) for q in questions]:
            gallery.entries.append(one.result())
            after(gallery)
    finally:
        # After an interruption nothing is waited for.
        halt.set()
        servers = [tool.server for tool in tools if tool.server is not None]
        for server in servers:
            server.end()
        for server in servers:
            server.close()
        pool.shutdown(cancel_futures=True)
    return gallery


def _questions(
    folders: Sequence[Path], domains: Sequence[str]
) -> list[tuple[str, Network, Domain]]:
    networks = [(f.name, load(path)) for f in folders for path in network_files(f)]
    return [
        (folder, network, Domain.parse(text, network.input_dimension))
        for folder, network in networks
        for text in domains
    ]


Found = dict[tuple[str, str], tuple[Entry, dict[str, Verdict]]]
"""By digest and domain: an entry of an earlier run, and its verdicts by tool."""


def _found(known: Gallery | None, now: Gallery) -> Found:
    """What an earlier run with the same time and reading found."""
    if known is None:
        return {}
    if (known.limit, known.reading) != (now.limit, now.reading):
        raise InputError(
            f"--resume: the earlier run had {known.limit:g} s and the {known.reading} reading, this one has"
            f" {now.limit:g} s and the {now.reading} one"
        )
    return {
        (entry.digest, entry.domain): (
            entry,
            dict(zip(known.tools, entry.verdicts, strict=True)),
        )
        for entry in known.entries
    }


def _entry(
    folder: str,
    network: Network,
    domain: Domain,
    tools: Sequence[Tool],
    gallery: Gallery,
    found: Found,
    halt: threading.Event,
) -> Entry:
    earlier, verdicts = found.get((network.digest, str(domain)), (None, {}))
    if earlier is not None and all(tool.name in verdicts for tool in tools):
        told = tuple(verdicts[tool.name] for tool in tools)
        return replace(earlier, folder=folder, network=network.name, verdicts=told)
    complexes = Complexes(halt.is_set)
    started = time.perf_counter()
    truth = complexes(network, domain)
    elapsed = time.perf_counter() - started

    def ask(tool: Tool) -> Verdict:
        if halt.is_set():
            raise CancelledError
        limits: Any = {"seconds": gallery.limit, "reading": gallery.reading}
        return compare_tool(network, domain, tool, complex_of=complexes, **limits)

    told = tuple(verdicts.get(tool.name) or ask(tool) for tool in tools)
    place = folder, network.name, network.digest, str(domain)
    return Entry(*place, truth.n_regions, truth.simple, elapsed, told)
