"""From a network to its exact complex: limits, checkpoints and parallel parts around the engine."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from exactpoly.complex.checkpoint import load_checkpoint, periodic_checkpoint, try_checkpoint
from exactpoly.complex.compiled import compiled_subdivision, fits
from exactpoly.complex.complex import Complex
from exactpoly.complex.parallel import run_in_parallel
from exactpoly.complex.subdivide import Standing, Subdivision
from exactpoly.domain import Domain
from exactpoly.errors import ExactpolyWarning, InputError
from exactpoly.network.network import Network
from exactpoly.running.run import Progress, Run

__all__ = ["enumerate_complex"]


def enumerate_complex(
    network: Network, *, domain: Domain | str | Any = "R^d", run: Run | None = None
) -> Complex:
    """The exact complex of a network.

    ``domain``: whatever `Domain.of` takes, such as ``"R^d"`` or ``(-1, 1)``; ``run``: when to stop early,
    which gives a complex with ``complete`` False, and more, see `Run` (an executor and a checkpoint do not
    go together). A checkpoint that cannot be written is a warning. Raises `InputError` for a domain of
    another dimension.
    """
    domain = Domain.of(domain, network.input_dimension)
    run = run or Run()

    def should_stop(subdivision: Standing) -> str | None:
        return run.reason(subdivision.n_cells)

    def tell(subdivision: Standing) -> None:
        cells = f"{subdivision.n_cells:,} cells, neuron"
        run.progress(Progress(cells, subdivision.done, network.n_neurons))

    if run.executor is None and run.checkpoint is None and fits(network, domain):
        # Unwatched it is depth first, which is faster.
        compiled = (
            compiled_subdivision(network, domain, should_stop=should_stop, progress=tell)
            if run.watched
            else compiled_subdivision(network, domain)
        )
        if compiled is not None:
            return Complex(compiled)
    if run.executor is not None:
        if run.checkpoint is not None:
            raise InputError(
                "enumerate: a divided run writes no checkpoints; give one or the other"
            )
        divided = Subdivision(network, domain)
        run_in_parallel(
            divided,
            run.executor,
            run.parts,
            should_stop=should_stop,
            progress=tell,
            max_cells=run.limits.max_cells,
        )
        return Complex(divided)
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


def _remove(checkpoint: Path) -> None:
    try:
        checkpoint.unlink(missing_ok=True)
    except OSError as error:
        warnings.warn(
            f"{checkpoint}: is of no use any more and cannot be removed ({error.strerror})",
            ExactpolyWarning,
            stacklevel=3,
        )
