"""One run of the main job: enumerate, summarise, audit."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from exactpoly.complex.compiled import fits
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.domain import Domain
from exactpoly.errors import InputError
from exactpoly.network.network import Network
from exactpoly.reference.audit import AuditReport, Regions, audit, cdd_available
from exactpoly.report.certification import AuditPlan, Certification
from exactpoly.running.executors import open_executor
from exactpoly.running.limits import Limits, peak_memory

if TYPE_CHECKING:
    from exactpoly.complex.complex import Complex
    from exactpoly.running.interruption import Interruption
    from exactpoly.running.progress import ProgressLine

__all__ = [
    "WITNESSES",
    "audited",
    "require_pycddlib",
    "run_reference",
    "run_subdivide",
    "with_certificate",
]

WITNESSES = 3
"""How many cells to blame are shown where a complex is not simple."""


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
        require_pycddlib()
    started = time.monotonic()
    compiled = executor_kind == "processes" and checkpoint is None and fits(network, domain)
    if compiled:
        workers = 1  # The compiled engine is faster than dividing for processes and merging.
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
    witnesses = () if summary.simple else tuple(islice(complex_.non_simple_cells(), WITNESSES))
    linear = None
    if count_linear_regions:
        from exactpoly.complex.linear import linear_regions

        linear = len(linear_regions(complex_))
    enumerated = time.monotonic()
    report, note, stopped = audited(complex_, plan, complex_.stopped, interruption, progress)
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
        compiled=compiled,
    )
    return complex_, result


def audited(
    regions: Regions,
    plan: AuditPlan,
    stopped: str | None,
    interruption: Interruption,
    progress: ProgressLine,
) -> tuple[AuditReport | None, str | None, str | None]:
    """The audit as planned: its report, or a note why there is none, and why the whole run stopped."""
    if plan.count == 0:
        return None, "not audited, as asked", stopped
    if stopped is not None and not plan.explicit:
        note = "not audited: the result is partial; --audit N audits it all the same"
        return None, note, stopped
    if not plan.explicit and not cdd_available():
        note = (
            "not audited: pycddlib is not installed, or its system library libcdd is gone; the README"
            " says how to install both"
        )
        return None, note, stopped
    if interruption.requested:
        return None, "not audited: interrupted", stopped or "interrupted"
    total = regions.n_regions
    try:
        with _immediate(interruption):
            report = audit(
                regions,
                plan.count,
                progress=lambda done, _: progress.counted(
                    "audited", done, min(plan.count or total, total)
                ),
            )
    except KeyboardInterrupt:
        if interruption.requested:
            raise
        note = "not audited: interrupted during the audit, the enumeration had ended"
        return None, note, stopped or "audit interrupted"
    return report, None, stopped


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


def require_pycddlib() -> None:
    """Refuse an audit that was asked for where pycddlib is missing."""
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
