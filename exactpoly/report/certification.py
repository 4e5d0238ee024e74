"""The result of one run of the main job, with all that a report says about it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from exactpoly.complex.oracle import SignStatistics
from exactpoly.network.network import Network
from exactpoly.reference.audit import DEFAULT_SAMPLE, AuditReport
from exactpoly.summary import Summary

__all__ = ["AuditPlan", "Certification"]


@dataclass(frozen=True)
class AuditPlan:
    """What to audit: ``count`` regions (None: all of them).

    ``explicit``: the user asked for it, so that it must take place or fail; otherwise it is left out,
    with the reason, where pycddlib is missing or the result is partial. ``seconds``: its own limit of
    time; one that was not asked for is cut short after a minute, and says so.
    """

    count: int | None = DEFAULT_SAMPLE
    explicit: bool = False
    seconds: float | None = None


@dataclass(frozen=True)
class Certification:
    """A result, and how it came about.

    ``network``: the one asked for; ``summary`` is of its first ``neurons_processed`` neurons (engine
    `subdivide`), or of the regions found (engine `reference`, and where cells were ``streamed``: counted,
    not held), where ``stopped`` gives the reason why the run ended early; ``compiled``: by the compiled
    engine. ``witnesses``: the first cells to blame when the complex is not simple, as (dimension, neurons,
    sides); ``audit``: None where none took place, for ``audit_note``; ``linear_regions``: their number,
    None unless asked for; ``certificate``: the file written, if any. Times are seconds, memory is bytes.
    """

    network: Network
    summary: Summary
    neurons_processed: int
    stopped: str | None
    statistics: SignStatistics | None
    witnesses: tuple[tuple[int, tuple[int, ...], tuple[int, ...]], ...]
    audit: AuditReport | None
    audit_note: str | None
    linear_regions: int | None
    seconds: float
    audit_seconds: float
    peak_memory_bytes: int | None
    certificate: Path | None = None
    streamed: bool = False
    compiled: bool = False

    @property
    def partial(self) -> bool:
        """Whether the run ended before the complex was whole."""
        return not self.summary.complete

    @property
    def exit_code(self) -> int:
        """0 when everything asked for was done, 2 when a limit or the user stopped something."""
        return 2 if self.stopped is not None else 0

    def to_json(self) -> dict[str, object]:
        """The one JSON object of ``certify --json``."""
        result = self.summary.to_json()
        result["network"] = {
            "name": self.network.name,
            "digest": self.network.digest,
            "widths": list(self.network.widths),
            "neurons": self.network.n_neurons,
            "notes": list(self.network.notes),
        }
        result["compiled"] = self.compiled
        result["streamed"] = self.streamed
        result["mean_facets_bound"] = str(2 * self.summary.domain.dimension)
        result["stopped"] = self.stopped
        result["neurons_processed"] = self.neurons_processed
        result["not_simple_witnesses"] = [
            {
                "dimension": k,
                "neurons": [list(self.network.neurons[n]) for n in neurons],
                "sides": list(sides),
            }
            for k, neurons, sides in self.witnesses
        ]
        if self.linear_regions is not None:
            result["linear_regions"] = self.linear_regions
        result["statistics"] = None if self.statistics is None else asdict(self.statistics)
        result["audit"] = {
            "audited": self.audit.audited if self.audit else 0,
            "regions": self.summary.n_regions,
            "note": self.audit_note,
        }
        if self.certificate is not None:
            result["certificate"] = str(self.certificate)
        result["seconds"] = round(self.seconds, 6)
        result["audit_seconds"] = round(self.audit_seconds, 6)
        result["peak_memory_bytes"] = self.peak_memory_bytes
        return result
