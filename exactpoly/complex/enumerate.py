"""From a network to its exact complex: limits and checkpoints around the engine."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from exactpoly.complex.checkpoint import load_checkpoint, periodic_checkpoint, try_checkpoint
from exactpoly.complex.compiled import compiled_subdivision, fits
from exactpoly.complex.complex import Complex
from exactpoly.complex.subdivide import Standing, Subdivision
from exactpoly.domain import Domain
from exactpoly.errors import ExactpolyWarning, LimitReached
from exactpoly.network.network import Network
from exactpoly.running.limits import Limits
from exactpoly.running.run import Progress, Run, Stopped

__all__ = ["enumerate_complex"]

_HANDING_OVER = 3.5e-7
"""Seconds a cell, measured, from the kernel to a `Complex`."""
_MOST_AT_ONCE, _FEW = 3_000_000, 1_000_000
"""Cells that are handed over in a second, and how many are made again where there are more."""


def enumerate_complex(
    network: Network,
    *,
    domain: Domain | str | Any = "R^d",
    run: Run | None = None,
    partial: bool = True,
) -> Complex:
    """The exact complex of a network.

    ``domain``: whatever `Domain.of` takes, such as ``"R^d"`` or ``(-1, 1)``; ``run``: when to stop early,
    which gives a complex with ``complete`` False, and more, see `Run`; an executor is not used, as cells
    are found sooner than sent; ``partial``: False raises `LimitReached` at once where it would stop, for
    one who has no use for a part. A checkpoint that cannot be written is a warning. Raises `InputError`
    for a domain of another dimension.
    """
    domain = Domain.of(domain, network.input_dimension)
    run = run or Run()

    def should_stop(subdivision: Standing) -> str | None:
        reason = run.reason(subdivision.n_cells)
        if reason is not None and not partial:
            raise LimitReached(
                f"no result: {reason} after {subdivision.done} of {network.n_neurons} neurons"
            )
        return reason

    def tell(subdivision: Standing) -> None:
        cells = f"{subdivision.n_cells:,} cells, neuron"
        run.progress(Progress(cells, subdivision.done, network.n_neurons))

    if run.checkpoint is None and fits(network, domain):
        compiled = _compiled(network, domain, run, tell, None if partial else should_stop)
        if compiled is not None:
            return Complex(compiled)
    checkpoint = run.checkpoint
    if checkpoint is None:
        subdivision = Subdivision(network, domain)
        subdivision.run(should_stop=should_stop, progress=tell)
        return Complex(subdivision)
    subdivision = (
        load_checkpoint(network, domain, checkpoint)
        if checkpoint.exists()
        else Subdivision(network, domain)
    )
    keep = periodic_checkpoint(checkpoint, run.checkpoint_seconds)

    def tell_and_keep(subdivision: Subdivision) -> None:
        tell(subdivision)
        keep(subdivision)

    subdivision.run(should_stop=should_stop, progress=tell_and_keep)
    if subdivision.stopped:
        try_checkpoint(subdivision, checkpoint)
    else:
        _remove(checkpoint)
    return Complex(subdivision)


def _compiled(
    network: Network,
    domain: Domain,
    run: Run,
    tell: Callable[[Standing], None],
    raise_at: Callable[[Standing], str | None] | None,
) -> Subdivision | None:
    """By the compiled engine, or None where it does not take so many cells.

    Unwatched it is depth first, which is faster. Cells that are held take a while to be handed over;
    one who interrupts does not wait for many, but gets those of fewer neurons, made again. With
    ``raise_at``, which raises when it is time to stop, none are.
    """
    if not run.watched:
        return compiled_subdivision(network, domain)
    if raise_at is not None:
        return compiled_subdivision(network, domain, should_stop=raise_at, progress=tell)

    def should_stop(standing: Standing) -> str | None:
        cells = standing.n_cells
        reason = run.reason(cells, reserve=cells * _HANDING_OVER)
        if cells > _MOST_AT_ONCE and run.interrupted():
            raise Stopped("interrupted")
        return reason

    try:
        return compiled_subdivision(network, domain, should_stop=should_stop, progress=tell)
    except Stopped as stopped:
        few, reason = Limits(max_cells=_FEW), str(stopped)

        def enough(standing: Standing) -> str | None:
            return few.exceeded(standing.n_cells, 0.0) and reason

        return compiled_subdivision(network, domain, should_stop=enough)


def _remove(checkpoint: Path) -> None:
    try:
        checkpoint.unlink(missing_ok=True)
    except OSError as error:
        warnings.warn(
            f"{checkpoint}: is of no use any more and cannot be removed ({error.strerror})",
            ExactpolyWarning,
            stacklevel=3,
        )
