"""The main job by the compiled engine, which counts cells without holding them."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from exactpoly.commands import certification
from exactpoly.commands.arguments import in_options
from exactpoly.commands.certification import WITNESSES, audited, require_pycddlib
from exactpoly.complex.closures import StreamedRegions
from exactpoly.complex.compiled import Counts, Stopped, count_cells, fits
from exactpoly.complex.kernel.run import TooLarge
from exactpoly.domain import Domain
from exactpoly.network.network import Network
from exactpoly.report.certification import AuditPlan, Certification
from exactpoly.running.limits import peak_memory
from exactpoly.running.run import Progress, Run
from exactpoly.summary import Summary

if TYPE_CHECKING:
    from exactpoly.complex.complex import Complex

__all__ = ["run_main", "run_streaming"]


def run_main(
    network: Network,
    domain: Domain,
    plan: AuditPlan,
    run: Run,
    *,
    held: bool,
    count_linear_regions: bool,
) -> tuple[Complex | None, Certification]:
    """The main job: streamed where that can be, else with the complex, which is then returned too.

    The complex is held if it is to be ``held``, for linear regions and for checkpoints, on executors other
    than this machine, and where `run_streaming` has no result.
    """
    outcome = None
    if not (held or count_linear_regions or run.checkpoint or run.elsewhere):
        outcome = run_streaming(network, domain, plan, run)
        if isinstance(outcome, Certification):
            return None, outcome
    complex_, result = certification.run_subdivide(
        network, domain, plan, run, count_linear_regions=count_linear_regions
    )
    if isinstance(outcome, Stopped) and result.stopped is not None:
        result = replace(result, stopped=in_options(outcome.reason))
    return complex_, result


def run_streaming(
    network: Network, domain: Domain, plan: AuditPlan, run: Run
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
    try:
        counts = count_cells(
            network,
            domain,
            workers=run.workers,
            max_cells=run.limits.max_cells,
            should_stop=run.reason,
            progress=lambda regions: run.progress(Progress("regions", regions)),
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
    result = audited(regions, plan, stopped, run)
    reason = stopped or result.stopped
    return Certification(
        network=network,
        summary=summary,
        neurons_processed=network.n_neurons,
        stopped=None if reason is None else in_options(reason),
        statistics=counts.statistics,
        witnesses=witnesses,
        audit=result.report,
        audit_note=result.note,
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
