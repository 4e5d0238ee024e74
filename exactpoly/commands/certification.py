"""One run of the main job: enumerate, summarise, audit."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exactpoly.commands.arguments import in_options
from exactpoly.complex.closures import StreamedRegions
from exactpoly.complex.compiled import fits
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.domain import Domain
from exactpoly.errors import InputError, MissingDependency, install_command
from exactpoly.network.network import Network
from exactpoly.reference.audit import AuditReport, Regions, audit, cdd_available
from exactpoly.report.certification import AuditPlan, Certification
from exactpoly.running.apart import apart
from exactpoly.running.interruption import GRACE, ending
from exactpoly.running.limits import Limits, peak_memory
from exactpoly.running.run import Progress, Run, Stopped

if TYPE_CHECKING:
    from exactpoly.complex.complex import Complex
    from exactpoly.summary import Summary

__all__ = [
    "WITNESSES",
    "Audited",
    "audited",
    "few_cells",
    "linear_count",
    "require_pycddlib",
    "run_reference",
    "run_subdivide",
    "streamed_witnesses",
    "with_certificate",
    "with_coq",
    "witnesses_of",
]

WITNESSES = 3
"""How many cells to blame are shown where a complex is not simple."""

_AT_ONCE = 100_000
"""Cells of the first neurons that a run is left with which was stopped before it had found a region."""
_MOST_HELD = 3_000_000
"""Cells of one closure that a run which was stopped is worth."""

_UNASKED_SECONDS = 60.0
"""Time of an audit that nobody asked for and nobody limited."""


def run_subdivide(
    network: Network, domain: Domain, plan: AuditPlan, run: Run, *, count_linear_regions: bool
) -> tuple[Complex, Certification]:
    """Enumerate with the engine `subdivide` and audit the result."""
    if plan.explicit and plan.count != 0:
        require_pycddlib()
    started = time.monotonic()
    compiled = run.checkpoint is None and fits(network, domain)
    complex_ = enumerate_complex(network, domain=domain, run=run)
    summary, stopped = complex_.summary(), complex_.stopped
    linear = None
    if count_linear_regions:
        linear, reason = linear_count(complex_, run)
        stopped = stopped or reason
    enumerated = time.monotonic()
    result = audited(complex_, plan, complex_.stopped, run)
    return complex_, Certification(
        network=network,
        summary=summary,
        neurons_processed=complex_.network.n_neurons,
        stopped=_spoken(stopped or result.stopped),
        statistics=complex_.statistics,
        witnesses=witnesses_of(complex_),
        audit=result.report,
        audit_note=result.note,
        linear_regions=linear,
        seconds=enumerated - started,
        audit_seconds=time.monotonic() - enumerated,
        peak_memory_bytes=peak_memory(),
        compiled=compiled,
    )


def witnesses_of(
    complex_: Complex,
) -> tuple[tuple[int, tuple[int, ...], tuple[int, ...]], ...]:
    """The first cells to blame where the complex is not simple."""
    return () if complex_.simple else tuple(islice(complex_.non_simple_cells(), WITNESSES))


def streamed_witnesses(
    regions: StreamedRegions, run: Run
) -> tuple[tuple[int, tuple[int, ...], tuple[int, ...]], ...]:
    """Those of a complex that is not held, none where there is no time for them."""
    try:
        with ending(run):
            return regions.non_simple_cells(WITNESSES, **_moment(run))
    except Stopped:
        return ()


def _moment(run: Run) -> dict[str, Any]:
    """Limits of the closures that are made again when a run has been stopped."""
    started, most = time.monotonic(), run.limits.max_cells

    def enough() -> bool:
        return run.reason() is not None and time.monotonic() > started + GRACE / 4

    return {"enough": enough, "max_cells": _MOST_HELD if most is None else max(most, _AT_ONCE)}


def few_cells(run: Run) -> Run:
    """A run that finds at once what can be said of the first neurons."""
    most = run.limits.max_cells
    return Run(Limits(max_cells=_AT_ONCE if most is None else min(most, _AT_ONCE)))


def linear_count(complex_: Complex, run: Run) -> tuple[int | None, str | None]:
    """Their number, or the reason why they were not counted."""
    from exactpoly.complex.linear import linear_regions

    try:
        with ending(run):
            return len(linear_regions(complex_)), None
    except Stopped as stopped:
        return None, f"linear regions not counted: {stopped}"


@dataclass(frozen=True)
class Audited:
    """What became of an audit: its report, if any, a note, and why it fell short of what was asked for."""

    report: AuditReport | None
    note: str | None
    stopped: str | None = None


def audited(regions: Regions, plan: AuditPlan, stopped: str | None, run: Run) -> Audited:
    """Audit regions as planned, in the time that there is; ``stopped``: why they are not all, if so."""
    if plan.count == 0:
        return Audited(None, "not audited, as asked")
    if stopped is not None and not plan.explicit:
        return Audited(None, "not audited: the result is partial; --audit N audits it all the same")
    if not plan.explicit and not cdd_available():
        return Audited(
            None,
            "not audited: pycddlib is not installed, or its system library libcdd is gone; the README"
            " says how to install both",
        )
    if run.interrupted():
        return Audited(None, "not audited: interrupted", "interrupted")
    done = 0

    def tell(progress: Progress) -> None:
        nonlocal done
        done = progress.done
        run.progress(progress)

    def work(should_stop: Callable[[], bool], progress: Callable[[Progress], None]) -> AuditReport:
        return audit(
            regions,
            plan.count,
            should_stop=should_stop,
            progress=lambda done, total: progress(Progress("audited", done, total)),
        )

    own = _audit_seconds(plan, run)
    try:
        report, reason = apart(work, Run(Limits(max_seconds=own), run.interrupted, tell))
    except Stopped as error:
        report, reason = AuditReport(done, regions.n_regions), str(error)
    if reason is None:
        return Audited(report, None)
    return _cut_short(report, reason, plan, run)


def _cut_short(report: AuditReport, reason: str, plan: AuditPlan, run: Run) -> Audited:
    """An audit that was stopped: a limit that nobody set does not make the result fall short."""
    note = f"stopped after {report.audited} regions: {reason}"
    found = report if report.audited else None
    asked = plan.explicit or plan.seconds is not None or run.reason() is not None
    return Audited(found, note, f"audit stopped: {reason}" if asked else None)


def _audit_seconds(plan: AuditPlan, run: Run) -> float | None:
    """The time an audit has: the least of its own and what is left of the run's."""
    own = plan.seconds
    if own is None and not plan.explicit:
        own = _UNASKED_SECONDS
    left = run.seconds_left
    if own is None or left is None:
        return left if own is None else own
    return min(own, left)


def with_certificate(
    result: Certification, cells: Complex | StreamedRegions, path: Path, run: Run
) -> Certification:
    """Write the certificate of the cells that a result is about, and say so in the result.

    The list of a partial complex ends early where the time does; a whole one that is not held is
    written section by section.
    """
    from exactpoly.certificate.write import write_certificate, write_partial
    from exactpoly.certificate.write_sections import write_streamed

    started = time.monotonic()
    memory = Limits(max_memory=run.limits.max_memory)

    def look() -> None:
        reason = memory.exceeded(0, started)
        if reason is not None:
            raise Stopped(reason)

    def should_stop() -> bool:
        return run.reason() is not None and time.monotonic() > started + GRACE / 2

    try:
        with ending(run):
            if isinstance(cells, StreamedRegions) and result.summary.complete:
                write_streamed(result.summary, cells.counts, path, look=look)
            elif isinstance(cells, StreamedRegions):
                write_partial(_parts(cells, run), path, should_stop=should_stop)
            else:
                write_certificate(cells, path, should_stop=should_stop)
    except Stopped as stopped:
        return _without(result, "certificate", stopped)
    return replace(result, certificate=path)


def with_coq(
    result: Certification,
    cells: Complex | StreamedRegions,
    path: Path,
    run: Run,
    *,
    facets_only: bool,
) -> Certification:
    """Write the file for Coq about a whole complex; of a partial one the result says that there is none."""
    from exactpoly.certificate.coq import write_coq

    if isinstance(cells, StreamedRegions) or not cells.complete:
        return _without(result, "file for Coq", "the result is partial")
    try:
        with ending(run):
            write_coq(cells, path, facets_only=facets_only)
    except Stopped as stopped:
        return _without(result, "file for Coq", stopped)
    return result


def _without(result: Certification, what: str, why: object) -> Certification:
    """The result of a run that did not come to write a file."""
    reason = in_options(f"{what} not written: {why}")
    both = reason if result.stopped is None else f"{result.stopped}; {reason}"
    return replace(result, stopped=both)


def _parts(regions: StreamedRegions, run: Run) -> Iterator[Complex]:
    """Complexes with the regions found. A chunk may be too large to be made again in a moment; where the
    first one is, the regions of the first neurons hold points of regions, too.
    """
    found = False
    for complex_ in regions.closures(**_moment(run)):
        found = True
        yield complex_
    if not found:
        yield enumerate_complex(regions.network, domain=regions.domain, run=few_cells(run))


def run_reference(network: Network, domain: Domain, plan: AuditPlan, run: Run) -> Certification:
    """Enumerate with the engine `reference`, which is double description itself: no audit.

    Raises `Stopped` where it had to be stopped before it had found a region.
    """
    if plan.explicit and plan.count != 0:
        raise InputError("audit: the engine reference is the audit itself; leave it out")
    from exactpoly.reference.engine import enumerate_reference

    started = time.monotonic()
    most = run.limits.max_cells

    def work(
        should_stop: Callable[[], bool], progress: Callable[[Progress], None]
    ) -> tuple[Summary | None, str | None]:
        found = 0

        def count(regions: int) -> None:
            nonlocal found
            found = regions
            progress(Progress("regions", regions))

        def enough() -> bool:
            return should_stop() or (most is not None and found > most)

        complex_ = enumerate_reference(network, domain, should_stop=enough, progress=count)
        if not found:
            return None, None
        summary = complex_.summary()
        summary.check()
        over = not complex_.complete and most is not None and found > most
        return summary, f"{found} regions exceed max_cells {most}" if over else None

    limits = replace(run.limits, max_cells=None)
    (summary, over), reason = apart(work, replace(run, limits=limits))
    if summary is None:
        raise Stopped(f"{reason}, before a region was found")
    return Certification(
        network=network,
        summary=summary,
        neurons_processed=network.n_neurons,
        stopped=None if summary.complete else _spoken(reason or over),
        statistics=None,
        witnesses=(),
        audit=None,
        audit_note="not audited: the engine is double description itself",
        linear_regions=None,
        seconds=time.monotonic() - started,
        audit_seconds=0.0,
        peak_memory_bytes=peak_memory(),
    )


def _spoken(reason: str | None) -> str | None:
    return None if reason is None else in_options(reason)


def require_pycddlib() -> None:
    """Refuse an audit that was asked for where pycddlib is missing."""
    if not cdd_available():
        raise MissingDependency(
            "audit: needs pycddlib: run `apt-get install -y --no-install-recommends gcc"
            f" python3-dev libcdd-dev` as root and then `{install_command('pycddlib')}`, or leave it out"
        )
