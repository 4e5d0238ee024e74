"""The main job by the compiled engine, depth first in blocks: cells are counted, and held if need be."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from exactpoly.commands.arguments import in_options
from exactpoly.commands.certification import (
    audited,
    few_cells,
    linear_count,
    require_pycddlib,
    run_subdivide,
    streamed_witnesses,
    witnesses_of,
)
from exactpoly.complex.closures import StreamedRegions
from exactpoly.complex.compiled import Incomplete, count_cells, fits, hold_cells
from exactpoly.complex.complex import Complex
from exactpoly.complex.counts import Counts, is_count_checkpoint
from exactpoly.complex.elsewhere import count_elsewhere
from exactpoly.complex.kernel.run import TooLarge
from exactpoly.complex.subdivide import Subdivision
from exactpoly.domain import Domain
from exactpoly.errors import InputError
from exactpoly.network.network import Network
from exactpoly.report.certification import AuditPlan, Certification
from exactpoly.running.interruption import ending
from exactpoly.running.limits import peak_memory
from exactpoly.running.run import Progress, Run, Stopped
from exactpoly.summary import Summary

__all__ = ["run_main", "run_streaming"]


def run_main(
    network: Network,
    domain: Domain,
    plan: AuditPlan,
    run: Run,
    *,
    held: bool,
    count_linear_regions: bool,
) -> tuple[Complex | StreamedRegions, Certification]:
    """The main job, and its cells: held if they are to be, and else found again chunk by chunk.

    Where the compiled engine is not there, and with checkpoints of cells that are held the engine
    `subdivide` does it; so it does where the first layer took too long, with few cells. Executors other
    than this machine's count chunks; cells that are to be held are refined here.
    """
    if run.elsewhere and run.checkpoint is not None:
        raise InputError("--checkpoint: a run on an executor writes none; leave one of the two out")
    if not _kept_whole(run, held or count_linear_regions):
        outcome = run_streaming(
            network, domain, plan, run, held=held, count_linear_regions=count_linear_regions
        )
        if isinstance(outcome, tuple):
            return outcome
        if outcome is not None:
            return _first_neurons(network, domain, plan, run, outcome)
    return run_subdivide(network, domain, plan, run, count_linear_regions=count_linear_regions)


def _kept_whole(run: Run, held: bool) -> bool:
    """Whether checkpoints are of cells, as where they are to be held, not of counts."""
    if run.checkpoint is None:
        return False
    return held or (run.checkpoint.exists() and not is_count_checkpoint(run.checkpoint))


def _first_neurons(
    network: Network, domain: Domain, plan: AuditPlan, run: Run, reason: str
) -> tuple[Complex, Certification]:
    """What can be said at once of a run that was stopped for ``reason``: of the first neurons."""
    whole = replace(run, checkpoint=None)  # It is written already.
    few = whole
    if run.reason() is not None:
        few = few_cells(run)
    complex_, result = run_subdivide(network, domain, plan, few, count_linear_regions=False)
    if result.stopped is None:  # All are few: then none are, as of a run that is stopped at once.
        complex_, result = run_subdivide(network, domain, plan, whole, count_linear_regions=False)
    return complex_, replace(result, stopped=in_options(reason))


@dataclass(frozen=True)
class _Found:
    """How far a run came: why not to the end, and why its ``complex`` is not held that was to be."""

    counts: Counts
    stopped: str | None = None
    complex: Complex | None = None
    not_held: str | None = None


def _found(network: Network, domain: Domain, run: Run, *, held: bool) -> _Found:
    """Raises `TooLarge`."""
    try:
        if not held and run.executor is not None and run.elsewhere:
            return _Found(
                count_elsewhere(
                    network,
                    domain,
                    run.executor,
                    run.parts,
                    max_cells=run.limits.max_cells,
                    should_stop=run.reason,
                    progress=lambda regions: run.progress(Progress("regions", regions)),
                )
            )
        if not held:
            counts = count_cells(
                network,
                domain,
                workers=run.workers,
                max_cells=run.limits.max_cells,
                should_stop=run.reason,
                progress=lambda regions: run.progress(Progress("regions", regions)),
                checkpoint=run.checkpoint,
                checkpoint_seconds=run.checkpoint_seconds,
            )
            return _Found(counts)
        with hold_cells(
            network,
            domain,
            max_cells=run.limits.max_cells,
            should_stop=run.reason,
            progress=lambda regions: run.progress(Progress("regions", regions)),
        ) as refined:
            try:
                with ending(run):
                    block = refined.block()
                    whole = Complex(Subdivision(network, domain, block=block))
            except Stopped as stopped:
                return _Found(refined.counts, not_held=f"cells not held: {stopped}")
            return _Found(refined.counts, complex=whole)
    except Incomplete as stop:
        return _Found(stop.counts, stop.reason)


def run_streaming(
    network: Network,
    domain: Domain,
    plan: AuditPlan,
    run: Run,
    *,
    held: bool = False,
    count_linear_regions: bool = False,
) -> tuple[Complex | StreamedRegions, Certification] | str | None:
    """Count, summarise and audit; memory does not grow with the complex unless it is to be ``held``.

    A run that is stopped gives the counts of the regions found until then; where there is none, the
    reason is the answer. None where the compiled engine is not there or does not take the network.
    """
    if not fits(network, domain):
        return None
    if plan.explicit and plan.count != 0:
        require_pycddlib()
    started = time.monotonic()
    try:
        found = _found(network, domain, run, held=held or count_linear_regions)
    except TooLarge:
        return None
    counts, stopped, whole = found.counts, found.stopped, found.complex
    if not counts.f_vector[-1]:
        return stopped
    linear, not_all = None, found.not_held
    if count_linear_regions and whole is not None:
        linear, not_all = linear_count(whole, run)
    regions = StreamedRegions(network, domain, counts)
    enumerated = time.monotonic()
    result = audited(whole or regions, plan, stopped, run)
    reason = stopped or not_all or result.stopped
    return whole or regions, Certification(
        network=network,
        summary=_summary(network, domain, counts, complete=stopped is None),
        neurons_processed=network.n_neurons,
        stopped=None if reason is None else in_options(reason),
        statistics=counts.statistics,
        witnesses=streamed_witnesses(regions, run) if whole is None else witnesses_of(whole),
        audit=result.report,
        audit_note=result.note,
        linear_regions=linear,
        seconds=enumerated - started,
        audit_seconds=time.monotonic() - enumerated,
        peak_memory_bytes=peak_memory(),
        streamed=whole is None,
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
