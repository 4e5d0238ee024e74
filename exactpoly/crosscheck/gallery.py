"""Many networks, many tools: every verdict, gathered for one table."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from exactpoly.complex.complex import Complex
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.crosscheck.adapters.registry import BASELINES
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
    """One network on one domain. ``seconds``: of the exact enumeration."""

    network: str
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
    ``planned``: how many entries there are when all is done.
    """

    tools: tuple[str, ...]
    command: str
    limit: float
    reading: str
    planned: int = 0
    entries: list[Entry] = field(default_factory=list)

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
        raise InputError(f"{folder}: is no folder; give the folder with the networks")
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    if not files:
        raise InputError(f"{folder}: has no network files ({', '.join(SUFFIXES)})")
    return files


def crosscheck(
    files: Sequence[Path],
    domains: Sequence[str],
    tools: Sequence[Tool],
    *,
    seconds: float,
    reading: str = "lenient",
    command: str = "",
    after: Callable[[Gallery], None] = lambda gallery: None,
) -> Gallery:
    """Ask every tool about every network on every domain; ``seconds`` for each question.

    ``after``: called after each entry with all so far. Raises `InputError` before the first question
    if a file or a domain is bad, or a tool is named twice.
    """
    names = tuple(tool.name for tool in tools)
    if len(set(names)) < len(names):
        raise InputError(f"tools: {', '.join(names)} names a tool twice")
    networks = [load(path) for path in files]
    questions = [
        (network, Domain.parse(text, network.input_dimension))
        for network in networks
        for text in domains
    ]
    gallery = Gallery(names, command, seconds, reading, len(questions))
    for network, domain in questions:
        gallery.entries.append(_entry(network, domain, tools, seconds, reading))
        after(gallery)
    return gallery


def _entry(
    network: Network, domain: Domain, tools: Sequence[Tool], seconds: float, reading: str
) -> Entry:
    complexes = _Complexes()
    started = time.perf_counter()
    truth = complexes(network, domain)
    elapsed = time.perf_counter() - started
    verdicts = tuple(
        compare_tool(network, domain, tool, seconds=seconds, reading=reading, complex_of=complexes)
        for tool in tools
    )
    return Entry(network.name, str(domain), truth.n_regions, truth.simple, elapsed, verdicts)


class _Complexes:
    """Exact complexes, each computed once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, Domain], Complex] = {}

    def __call__(self, network: Network, domain: Domain) -> Complex:
        key = (network.digest, domain)
        if key not in self._known:
            self._known[key] = enumerate_complex(network, domain=domain)
        return self._known[key]
