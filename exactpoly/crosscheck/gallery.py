"""Many networks, many tools: every verdict, gathered for one table."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from exactpoly.complex.complex import Complex
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.crosscheck.run import Tool, compare_tool
from exactpoly.crosscheck.verdict import ABOUT_REGIONS, Outcome, Verdict
from exactpoly.domain import Domain
from exactpoly.errors import InputError
from exactpoly.network.load import SUFFIXES, load
from exactpoly.network.network import Network

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


@dataclass
class Gallery:
    """All entries; ``command``: what was run, ``limit``: seconds a tool had for one network."""

    tools: tuple[str, ...]
    command: str
    limit: float
    reading: str
    entries: list[Entry] = field(default_factory=list)

    def version(self, tool: str) -> str:
        """The version of a tool, as it told it itself; empty for our own baselines."""
        place = self.tools.index(tool)
        return next((e.verdicts[place].version for e in self.entries), "")

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
    progress: Callable[[str], None] = lambda line: None,
) -> Gallery:
    """Ask every tool about every network on every domain; ``seconds`` for each question."""
    gallery = Gallery(tuple(tool.name for tool in tools), command, seconds, reading)
    for entry in _entries(files, domains, tools, seconds, reading):
        gallery.entries.append(entry)
        told = ", ".join(f"{v.tool} {v.outcome}" for v in entry.verdicts)
        progress(f"{entry.network} on {entry.domain}: {told}")
    return gallery


def _entries(
    files: Sequence[Path],
    domains: Sequence[str],
    tools: Sequence[Tool],
    seconds: float,
    reading: str,
) -> Iterator[Entry]:
    for path in files:
        network = load(path)
        for text in domains:
            domain = Domain.parse(text, network.input_dimension)
            complexes = _Complexes()
            started = time.perf_counter()
            truth = complexes(network, domain)
            elapsed = time.perf_counter() - started
            verdicts = tuple(
                compare_tool(
                    network,
                    domain,
                    tool,
                    seconds=seconds,
                    reading=reading,
                    complex_of=complexes,
                )
                for tool in tools
            )
            yield Entry(network.name, str(domain), truth.n_regions, truth.simple, elapsed, verdicts)


class _Complexes:
    """Exact complexes, each computed once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, Domain], Complex] = {}

    def __call__(self, network: Network, domain: Domain) -> Complex:
        key = (network.digest, domain)
        if key not in self._known:
            self._known[key] = enumerate_complex(network, domain=domain)
        return self._known[key]
