"""The verdict on a tool for one network and one domain, as data and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any

__all__ = ["ABOUT_REGIONS", "Finding", "Kind", "Outcome", "Verdict"]


class Outcome(StrEnum):
    """How a comparison ended."""

    RIGHT = "right"
    WRONG = "wrong"
    REFUSED = "refused"
    CRASHED = "crashed"
    TIMED_OUT = "timed out"
    STOPPED = "stopped"
    NOT_OFFERED = "not offered"
    ABSENT = "not installed"


class Kind(StrEnum):
    """What can be wrong with claims."""

    MISSED_REGIONS = "missed regions"
    INVENTED_REGIONS = "invented regions"
    REPEATED_REGIONS = "repeated regions"
    MERGED_REGIONS = "merged regions"
    MISPLACED_POINTS = "misplaced points"
    HALF_SPACES = "wrong half-spaces"
    FACET_COUNTS = "wrong facet counts"
    FACET_NEURONS = "wrong facets"
    REGION_VERTICES = "wrong vertices of regions"
    MISSED_VERTICES = "missed vertices"
    INVENTED_VERTICES = "invented vertices"
    REPEATED_VERTICES = "repeated vertices"
    MOVED_VERTICES = "moved vertices"
    MISSED_ADJACENCIES = "missed adjacencies"
    INVENTED_ADJACENCIES = "invented adjacencies"
    TOTALS = "wrong totals"
    LEVEL_SETS = "wrong level sets"
    MISSED_FACES = "missed faces"
    INVENTED_FACES = "invented faces"
    MISPLACED_FACES = "misplaced faces"
    REPEATED_FACES = "repeated faces"
    MESH_TOPOLOGY = "wrong topology of a mesh"
    PROPERTIES = "wrong property verdicts"


ABOUT_REGIONS = frozenset(
    {
        Kind.MISSED_REGIONS,
        Kind.INVENTED_REGIONS,
        Kind.REPEATED_REGIONS,
        Kind.MERGED_REGIONS,
        Kind.MISPLACED_POINTS,
        Kind.HALF_SPACES,
    }
)
"""Errors about the regions themselves."""


_PLAIN = (
    *("tool", "version", "network", "domain", "reading", "exact_regions", "claimed_regions"),
    *("message", "seconds", "cpu_seconds", "rounding", "promise", "promised"),
)
"""Fields of a verdict that are the same in JSON."""


@dataclass(frozen=True)
class Finding:
    """One kind of error: how often, and exact details of the first few, ready for JSON."""

    kind: Kind
    count: int
    details: tuple[dict[str, object], ...]


@dataclass(frozen=True)
class Verdict:
    """What comes of comparing a tool's claims with the exact complex.

    ``judged``: what was claimed and could be judged, such as ``"regions"``; ``message``: why there are
    no claims (refusal, crash, time-out); ``seconds``: wall time of the tool; ``cpu_seconds``: CPU time of
    all its processes; ``rounding``: how the network the tool was given differs from the one on file, None
    if it does not; ``promised``: whether the tool promises to answer this, None where that was not looked
    at; ``largest_vertex_error``: exact, None without claimed vertices.
    """

    outcome: Outcome
    tool: str = "claims"
    version: str = ""
    network: str = ""
    domain: str = ""
    reading: str = "lenient"
    judged: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    exact_regions: int | None = None
    claimed_regions: int | None = None
    largest_vertex_error: Fraction | None = None
    message: str = ""
    seconds: float | None = None
    cpu_seconds: float | None = None
    rounding: str | None = None
    promise: str = field(default="", compare=False)
    promised: bool | None = None

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of errors found."""
        return tuple(finding.kind for finding in self.findings)

    def finding(self, kind: Kind) -> Finding | None:
        """The finding of this kind, if there is one."""
        return next((f for f in self.findings if f.kind is kind), None)

    def headline(self) -> str:
        """The verdict in one line."""
        if self.outcome is Outcome.WRONG:
            return f"wrong: {_listing([f'{f.kind} ({f.count})' for f in self.findings])}"
        if self.outcome is Outcome.RIGHT:
            return f"right: {_listing(self.judged)}"
        return f"{self.outcome}: {self.message}" if self.message else str(self.outcome)

    def to_json(self) -> dict[str, object]:
        """The JSON object of the command line; fractions are strings."""
        error = self.largest_vertex_error
        return {
            "tool": self.tool,
            "version": self.version,
            "network": self.network,
            "domain": self.domain,
            "outcome": str(self.outcome),
            "reading": self.reading,
            "judged": list(self.judged),
            "findings": [
                {"kind": str(f.kind), "count": f.count, "details": list(f.details)}
                for f in self.findings
            ],
            "exact_regions": self.exact_regions,
            "claimed_regions": self.claimed_regions,
            "largest_vertex_error": None if error is None else str(error),
            "message": self.message,
            "seconds": self.seconds,
            "cpu_seconds": self.cpu_seconds,
            "rounding": self.rounding,
            "promise": self.promise,
            "promised": self.promised,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Verdict:
        """The verdict of such an object. Raises `KeyError` or `ValueError` for another one."""
        error = data["largest_vertex_error"]
        plain = {name: data[name] for name in _PLAIN}
        return cls(
            outcome=Outcome(data["outcome"]),
            judged=tuple(data["judged"]),
            findings=tuple(
                Finding(Kind(f["kind"]), int(f["count"]), tuple(f["details"]))
                for f in data["findings"]
            ),
            largest_vertex_error=None if error is None else Fraction(error),
            **plain,
        )


def _listing(words: Sequence[str]) -> str:
    return ", ".join(words) if words else "nothing was claimed"
