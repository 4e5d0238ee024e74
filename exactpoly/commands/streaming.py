"""The main job by the compiled engine, which counts cells without holding them."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from exactpoly.commands import certification
from exactpoly.commands.certification import WITNESSES, audited, require_pycddlib
from exactpoly.complex.closures import StreamedRegions
from exactpoly.complex.compiled import Counts, Stopped, count_cells, fits
from exactpoly.complex.kernel.run import TooLarge
from exactpoly.domain import Domain
from exactpoly.network.network import Network
from exactpoly.report.certification import AuditPlan, Certification
from exactpoly.running.limits import Limits, peak_memory
from exactpoly.summary import Summary

if TYPE_CHECKING:
    from exactpoly.complex.complex import Complex
    from exactpoly.running.interruption import Interruption
    from exactpoly.running.progress import ProgressLine

__all__ = ["run_main", "run_streaming"]


def run_main(
    network: Network,
    domain: Domain,
    limits: Limits,
    plan: AuditPlan,
    *,
    held: bool,
    count_linear_regions: bool,
    interruption: Interruption,
    progress: ProgressLine,
    workers: int,
    executor_kind: str,
    checkpoint: Path | None,
) -> tuple[Complex | None, Certification]:
    """The main job: streamed where that can be, else with the complex, which is then returned too.

    The complex is held if it is to be ``held``, for linear regions and for checkpoints, on executors other
    than this machine, and where `run_streaming` has no result.
    """
    outcome = None
    if not (held or count_linear_regions or checkpoint) and executor_kind == "processes":
        started = time.monotonic()
        outcome = run_streaming(
            network,
            domain,
            limits,
            plan,
            workers=workers,
            interruption=interruption,
            progress=progress,
        )
        if isinstance(outcome, Certification):
            return None, outcome
        if limits.max_seconds is not None:
            left = limits.max_seconds - (time.monotonic() - started)
            limits = replace(limits, max_seconds=max(0.0, left))
    complex_, result = certification.run_subdivide(
        network,
        domain,
        limits,
        plan,
        count_linear_regions=count_linear_regions,
        workers=workers,
        executor_kind=executor_kind,
        checkpoint=checkpoint,
        interruption=interruption,
        progress=progress,
    )
    if isinstance(outcome, Stopped) and result.stopped is not None:
        result = replace(result, stopped=outcome.reason)
    return complex_, result


def run_streaming(
    network: Network,
    domain: Domain,
    limits: Limits,
    plan: AuditPlan,
    *,
    interruption: Interruption,
    progress: ProgressLine,
    workers: int = 1,
) -> Certification | Stopped | None:
    """Count, summarise and audit; memory does not grow with the complex.

    A run that is stopped gives the counts of the regions found until then; where there is none, the
    `Stopped` is the answer, and `run_subdivide` says more. None where the compiled engine is not there
    or does not take the network.
    """
    if not fits(network, domain):
        return None
    if plan.explicit and plan.count != 0:
        require_pycddlib()
    started = time.monotonic()
    stopped: str | None = None

    def should_stop(cells: int) -> str | None:
        if interruption.requested:
            return "interrupted"
        return limits.exceeded(cells, started)

    try:
        counts = count_cells(
            network,
            domain,
            workers=workers,
            max_cells=limits.max_cells,
            should_stop=should_stop,
            progress=lambda regions: progress.counted("regions", regions, None),
        )
    except TooLarge:
        return None
    except Stopped as stop:
        counts, stopped = stop.counts, stop.reason
        if not counts.f_vector[-1]:
            return stop
    summary = _summary(network, domain, counts, complete=stopped is None)
    regions = StreamedRegions(network, domain, counts)
    witnesses = regions.non_simple_cells(WITNESSES)
    enumerated = time.monotonic()
    report, note, stopped = audited(regions, plan, stopped, interruption, progress)
    return Certification(
        network=network,
        summary=summary,
        neurons_processed=network.n_neurons,
        stopped=stopped,
        statistics=counts.statistics,
        witnesses=witnesses,
        audit=report,
        audit_note=note,
        linear_regions=None,
        seconds=enumerated - started,
        audit_seconds=time.monotonic() - enumerated,
        peak_memory_bytes=peak_memory(),
        streamed=True,
        compiled=True,
    )


def _summary(network: Network, domain: Domain, counts: Counts, *, complete: bool) -> Summary:
    summary = Summary(
        network,
        domain,
        "subdivide",
        counts.f_vector,
        counts.facet_histogram,
        counts.facet_histogram_with_domain_boundary,
        not any(counts.not_simple),
        complete,
    )
    summary.check()
    return summary
