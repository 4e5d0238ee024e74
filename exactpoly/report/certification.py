"""One run of the main job: enumerate, summarise, audit; with all that a report says about it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from exactpoly.audit import DEFAULT_SAMPLE, AuditReport, audit, cdd_available
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.complex.limits import Limits, peak_memory
from exactpoly.complex.oracle import SignStatistics
from exactpoly.domain import Domain
from exactpoly.errors import InputError
from exactpoly.executors import open_executor
from exactpoly.network.network import Network
from exactpoly.summary import Summary

if TYPE_CHECKING:
    from exactpoly.complex.complex import Complex
    from exactpoly.report.interruption import Interruption
    from exactpoly.report.progress import ProgressLine

__all__ = ["AuditPlan", "Certification", "run_reference", "run_subdivide", "with_certificate"]

_WITNESSES = 3


@dataclass(frozen=True)
class AuditPlan:
    """What to audit: ``count`` regions (None: all of them).

    ``explicit``: the user asked for it, so that it must take place or fail; otherwise it is left out,
    with the reason, where pycddlib is missing or the result is partial.
    """

    count: int | None = DEFAULT_SAMPLE
    explicit: bool = False


@dataclass(frozen=True)
class Certification:
    """A result, and how it came about.

    ``network``: the one asked for; ``summary`` is of its first ``neurons_processed`` neurons (engine
    `subdivide`), or of the regions found (engine `reference`), where ``stopped`` gives the reason why
    the run ended early. ``witnesses``: the first cells to blame when the complex is not simple, as
    (dimension, neurons, sides); ``audit``: None where none took place, for ``audit_note``;
    ``linear_regions``: their number, None unless asked for; ``certificate``: the file written, if
    any. Times are seconds, memory is bytes.
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
    peak_memory_bytes: int
    certificate: Path | None = None

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


def run_subdivide(
    network: Network,
    domain: Domain,
    limits: Limits,
    plan: AuditPlan,
    *,
    count_linear_regions: bool,
    interruption: Interruption,
    progress: ProgressLine,
    workers: int = 1,
    executor_kind: str = "processes",
    checkpoint: Path | None = None,
) -> tuple[Complex, Certification]:
    """Enumerate with the engine `subdivide`, on several processes if asked, and audit the result."""
    if plan.explicit and plan.count != 0:
        _require_pycddlib()
    started = time.monotonic()
    with open_executor(executor_kind, workers) as executor:
        complex_ = enumerate_complex(
            network,
            domain=domain,
            limits=limits,
            interrupted=interruption,
            progress=progress.subdivision,
            checkpoint=checkpoint,
            executor=executor,
            parts=2 * workers,
        )
    summary = complex_.summary()
    witnesses = () if summary.simple else tuple(islice(complex_.non_simple_cells(), _WITNESSES))
    linear = None
    if count_linear_regions:
        from exactpoly.complex.linear import linear_regions

        linear = len(linear_regions(complex_))
    enumerated = time.monotonic()
    report, note, stopped = None, None, complex_.stopped
    if plan.count == 0:
        note = "not audited, as asked"
    elif complex_.stopped is not None and not plan.explicit:
        note = "not audited: the result is partial; --audit N audits it all the same"
    elif not plan.explicit and not cdd_available():
        note = (
            "not audited: pycddlib is not installed, or its system library libcdd is gone; the README"
            " says how to install both"
        )
    elif interruption.requested:
        note, stopped = "not audited: interrupted", stopped or "interrupted"
    else:
        try:
            with _immediate(interruption):
                report = audit(
                    complex_,
                    plan.count,
                    progress=lambda done: progress.counted(
                        "audited", done, min(plan.count or summary.n_regions, summary.n_regions)
                    ),
                )
        except KeyboardInterrupt:
            if interruption.requested:
                raise
            note = "not audited: interrupted during the audit, the enumeration had ended"
            stopped = stopped or "audit interrupted"
    result = Certification(
        network=network,
        summary=summary,
        neurons_processed=complex_.network.n_neurons,
        stopped=stopped,
        statistics=complex_.statistics,
        witnesses=witnesses,
        audit=report,
        audit_note=note,
        linear_regions=linear,
        seconds=enumerated - started,
        audit_seconds=time.monotonic() - enumerated,
        peak_memory_bytes=peak_memory(),
    )
    return complex_, result


def with_certificate(result: Certification, complex_: Complex, path: Path) -> Certification:
    """Write the certificate of the complex that a result is about, and say so in the result."""
    from exactpoly.certificate.write import write_certificate

    write_certificate(complex_, path)
    return replace(result, certificate=path)


def run_reference(
    network: Network,
    domain: Domain,
    limits: Limits,
    plan: AuditPlan,
    *,
    interruption: Interruption,
    progress: ProgressLine,
) -> Certification:
    """Enumerate with the engine `reference`, which is double description itself: no audit.

    It is asked to stop only once a region is found, so that a partial result has one.
    """
    if plan.explicit and plan.count != 0:
        raise InputError("--audit: the engine reference is the audit itself; leave --audit out")
    from exactpoly.reference.engine import enumerate_reference

    started = time.monotonic()
    found = 0
    stopped: str | None = None

    def count(regions: int) -> None:
        nonlocal found
        found = regions
        progress.counted("regions", regions, None)

    def should_stop() -> bool:
        nonlocal stopped
        if found:
            stopped = "interrupted" if interruption.requested else limits.exceeded(found, started)
        return stopped is not None

    complex_ = enumerate_reference(network, domain, should_stop=should_stop, progress=count)
    summary = complex_.summary()
    summary.check()
    return Certification(
        network=network,
        summary=summary,
        neurons_processed=network.n_neurons,
        stopped=stopped,
        statistics=None,
        witnesses=(),
        audit=None,
        audit_note="not audited: the engine is double description itself",
        linear_regions=None,
        seconds=time.monotonic() - started,
        audit_seconds=0.0,
        peak_memory_bytes=peak_memory(),
    )


def _require_pycddlib() -> None:
    from exactpoly.errors import MissingDependency

    if not cdd_available():
        raise MissingDependency(
            "--audit needs pycddlib: run `apt-get install -y --no-install-recommends gcc"
            " python3-dev libcdd-dev` as root and then `pip install pycddlib`, or leave --audit out"
        )


@contextmanager
def _immediate(interruption: Interruption) -> Iterator[None]:
    """For a stretch that cannot be asked to stop: the first Ctrl-C ends it."""
    interruption.immediate = True
    try:
        yield
    finally:
        interruption.immediate = False
