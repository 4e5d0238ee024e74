"""One network on many workers: parts of the complex refined independently and merged exactly.

Any `concurrent.futures.Executor` will do: a process pool, Dask's `Client.get_executor()`, or
`mpi4py.futures.MPIPoolExecutor`. There is no scheduler here. The result is the same complex whatever
the number of parts or workers (see `divide`).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from exactpoly.complex.block import Block
from exactpoly.complex.divide import divide, merge
from exactpoly.complex.oracle import SignStatistics
from exactpoly.complex.subdivide import Subdivision
from exactpoly.domain import Domain
from exactpoly.network.network import Network
from exactpoly.running.executors import result_of

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
) -> None:
    """Run to the end with ``parts`` independent parts on ``executor``.

    ``should_stop`` is asked while the run is still undivided and after each part; a run stopped then
    is left where it was divided, which is the exact complex of the neurons done until then.
    """
    dividing = False

    def divide_or_stop(run: Subdivision) -> str | None:
        nonlocal dividing
        reason = should_stop(run) if should_stop else None
        dividing = reason is None and run.n_cells >= _CELLS_BEFORE_DIVIDING
        return "divided" if dividing else reason

    subdivision.run(should_stop=divide_or_stop)
    if not dividing:
        return
    network, domain = subdivision.network, subdivision.domain
    futures = [
        executor.submit(_finish, _Part.of(network, domain, block))
        for block in divide(subdivision.block, parts)
    ]
    finished: list[_Part] = []
    for future in futures:
        finished.append(result_of(future, "try fewer --workers, or a limit"))
        subdivision.stopped = should_stop(subdivision) if should_stop else None
        if subdivision.stopped:
            for other in futures:
                other.cancel()
            return
    subdivision.stopped = None
    subdivision.block = merge([part.block() for part in finished])


def _finish(part: _Part) -> _Part:
    """What a worker does: refine its part by the remaining neurons."""
    run = Subdivision(part.network, part.domain, block=part.block())
    run.run()
    return _Part.of(part.network, part.domain, run.block)
