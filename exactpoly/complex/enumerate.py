"""From a network to its exact complex: limits, checkpoints and parallel parts around the engine."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from exactpoly.complex.checkpoint import load_checkpoint, periodic_checkpoint, save_checkpoint
from exactpoly.complex.compiled import compiled_subdivision, fits
from exactpoly.complex.complex import Complex
from exactpoly.complex.parallel import run_in_parallel
from exactpoly.complex.subdivide import Standing, Subdivision
from exactpoly.domain import Domain
from exactpoly.errors import InputError
from exactpoly.network.network import Network
from exactpoly.running.limits import Limits

__all__ = ["enumerate_complex"]


def enumerate_complex(
    network: Network,
    *,
    domain: Domain | str | Any = "R^d",
    limits: Limits | None = None,
    interrupted: Callable[[], bool] | None = None,
    progress: Callable[[Standing], None] | None = None,
    checkpoint: str | Path | None = None,
    checkpoint_seconds: float = 60.0,
    executor: Executor | None = None,
    parts: int = 8,
) -> Complex:
    """The exact complex of a network.

    ``domain``: whatever `Domain.of` takes, such as ``"R^d"``, ``"[-1,1]^3"`` or ``(-1, 1)``;
    ``limits``: when to stop early, which gives a complex with ``complete`` False; ``interrupted``: asked
    between neurons, True stops likewise; ``progress``: called after every neuron; ``checkpoint``: a
    file to resume from if it exists, written every ``checkpoint_seconds`` and when the run stops early,
    removed when it ends; ``executor``: any `concurrent.futures.Executor` to refine ``parts`` parts of a
    large complex independently (same result; not together with ``checkpoint``). Raises `InputError` for
    a domain of another dimension.
    """
    domain = Domain.of(domain, network.input_dimension)
    started = time.monotonic()
    limits = limits or Limits()

    def should_stop(run: Standing) -> str | None:
        if interrupted is not None and interrupted():
            return "interrupted"
        return limits.exceeded(run.n_cells, started)

    if executor is None and checkpoint is None and fits(network, domain):
        free = interrupted is None and limits == Limits()
        compiled = compiled_subdivision(
            network, domain, should_stop=None if free else should_stop, progress=progress
        )
        if compiled is not None:
            return Complex(compiled)
    if executor is not None:
        if checkpoint is not None:
            raise InputError(
                "enumerate: a divided run writes no checkpoints; give one or the other"
            )
        divided = Subdivision(network, domain)
        run_in_parallel(divided, executor, parts, should_stop=should_stop)
        return Complex(divided)
    if checkpoint is not None and Path(checkpoint).exists():
        subdivision = load_checkpoint(network, domain, checkpoint)
    else:
        subdivision = Subdivision(network, domain)
    callbacks: list[Callable[[Subdivision], None]] = [progress] if progress else []
    if checkpoint is not None:
        callbacks.append(periodic_checkpoint(checkpoint, checkpoint_seconds))

    def after_neuron(run: Subdivision) -> None:
        for callback in callbacks:
            callback(run)

    subdivision.run(
        should_stop=should_stop,
        progress=after_neuron,
    )
    if checkpoint is not None:
        if subdivision.stopped:
            save_checkpoint(subdivision, checkpoint)
        else:
            Path(checkpoint).unlink(missing_ok=True)
    return Complex(subdivision)
