"""One network on many workers: parts of the complex refined independently and merged exactly.

Any `concurrent.futures.Executor` will do: a process pool, Dask's `Client.get_executor()`, or
`mpi4py.futures.MPIPoolExecutor`. There is no scheduler here. The result is the same complex whatever
the number of parts or workers (see `divide`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass

import numpy as np

from exactpoly.complex.block import Block
from exactpoly.complex.divide import divide, merge
from exactpoly.complex.oracle import SignStatistics
from exactpoly.complex.subdivide import Subdivision
from exactpoly.domain import Domain
from exactpoly.network.network import Network
from exactpoly.running.executors import results_of
from exactpoly.running.limits import Limits

__all__ = ["run_in_parallel"]

_CELLS_BEFORE_DIVIDING = 20_000
"""Below this the whole run takes less time than one task should."""


@dataclass(frozen=True)
class _Part:
    """What travels to a worker and back: a block as its arrays (see `Block.state`)."""

    network: Network
    domain: Domain
    done: int
    statistics: SignStatistics
    arrays: dict[str, np.ndarray]

    @classmethod
    def of(cls, network: Network, domain: Domain, block: Block) -> _Part:
        arrays = {name: np.ascontiguousarray(array) for name, array in block.state().items()}
        return cls(network, domain, block.done, block.oracle.statistics, arrays)

    def block(self) -> Block:
        return Block.whole(self.network, self.domain).restore(
            self.arrays, self.done, self.statistics
        )


def run_in_parallel(
    subdivision: Subdivision,
    executor: Executor,
    parts: int,
    *,
    should_stop: Callable[[Subdivision], str | None] | None = None,
    progress: Callable[[Subdivision], None] | None = None,
    max_cells: int | None = None,
) -> None:
    """Run to the end with ``parts`` independent parts on ``executor``.

    ``should_stop`` is asked while the run is still undivided and then several times a second, and a part
    ends with more than ``max_cells`` cells; a run stopped then is left where it was divided, which is
    the exact complex of the neurons done until then.
    """
    dividing = False

    def divide_or_stop(run: Subdivision) -> str | None:
        nonlocal dividing
        reason = should_stop(run) if should_stop else None
        dividing = reason is None and run.n_cells >= _CELLS_BEFORE_DIVIDING
        return "divided" if dividing else reason

    subdivision.run(should_stop=divide_or_stop, progress=progress)
    if not dividing:
        return
    subdivision.block.settle()  # It may have been asked in the middle of a neuron.
    network, domain = subdivision.network, subdivision.domain
    futures: list[Future[_Part | str]] = []

    def stop() -> str | None:
        reason = should_stop(subdivision) if should_stop else None
        ended = (f for f in futures if f.done() and not f.cancelled() and f.exception() is None)
        parts = (f.result() for f in ended)
        return reason or next((part for part in parts if isinstance(part, str)), None)

    futures += [
        executor.submit(_finish, _Part.of(network, domain, block), max_cells)
        for block in divide(subdivision.block, parts)
    ]
    finished, reason = results_of(futures, stop, "try fewer workers, or a limit")
    subdivision.stopped = reason or next((x for x in finished if isinstance(x, str)), None)
    if subdivision.stopped is None:
        subdivision.block = merge([x.block() for x in finished if isinstance(x, _Part)])


def _finish(part: _Part, max_cells: int | None) -> _Part | str:
    """What a worker does: refine its part by the remaining neurons, or say why it stopped."""
    run = Subdivision(part.network, part.domain, block=part.block())
    limits, started = Limits(max_cells=max_cells), time.monotonic()
    run.run(should_stop=lambda run: limits.exceeded(run.n_cells, started))
    return run.stopped or _Part.of(part.network, part.domain, run.block)
