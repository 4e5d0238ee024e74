"""The compiled engine: depth first, in blocks of cells that fit the cache.

The same refinement as `subdivide`, neuron by neuron, in another order: a block is refined by one layer,
its regions are cut into chunks, and each chunk is refined by the next layer on its own (proofs/blocks.md).
Each cell of the result is owned by exactly one chunk (blocks.md, Theorem 3), so counts are sums over
chunks, in any order and on any number of threads, and memory does not grow with the complex. With
``target=0`` all regions make one chunk, which is the order of `subdivide`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from exactpoly.complex.block import Block
from exactpoly.complex.counts import CountCheckpoint, Counts, added, of_chunks
from exactpoly.complex.divided import for_streaming
from exactpoly.complex.found import block_of_run, counts_of_run
from exactpoly.complex.kernel import library
from exactpoly.complex.kernel.run import KernelRun, TooLarge, open_run
from exactpoly.complex.subdivide import Standing, Subdivision
from exactpoly.domain import Domain
from exactpoly.errors import InternalError
from exactpoly.network.network import Network

__all__ = [
    "TARGET",
    "Incomplete",
    "Refined",
    "compiled_block",
    "compiled_subdivision",
    "count_cells",
    "count_chunks",
    "engine_status",
    "fits",
    "hold_cells",
]

TARGET = 1000
"""Cells in a chunk's closure: enough to pay for the chunk, few enough for the cache."""

_MOST_CONSTRAINTS = 65_000


class Incomplete(Exception):
    """A run was asked to stop: ``reason`` why; ``counts`` are of the regions found until then."""

    def __init__(self, reason: str, counts: Counts) -> None:
        super().__init__(reason)
        self.reason = reason
        self.counts = counts


@dataclass(frozen=True)
class Refined:
    """A complex that has been refined to the end: its ``counts``, and its cells where they were held."""

    counts: Counts
    run: KernelRun

    def block(self) -> Block:
        """All cells; takes about as long as the refinement."""
        return block_of_run(self.run, self.run.network.n_neurons)


@dataclass(frozen=True)
class _Standing:
    network: Network
    done: int
    n_cells: int


def engine_status() -> str:
    """In a few words whether the compiled engine is there, and if not, how to get it.

    >>> engine_status() == "in use" or "kernel" in engine_status().lower()
    True
    """
    return library.status()


def fits(network: Network, domain: Domain) -> bool:
    """Whether the kernel is there and takes this network; otherwise `subdivide` is the engine."""
    return (
        library.kernel() is not None
        and domain.dimension <= library.LARGEST_DIMENSION
        and network.n_neurons + domain.n_sides <= _MOST_CONSTRAINTS
    )


def count_cells(
    network: Network,
    domain: Domain,
    *,
    workers: int = 1,
    target: int = TARGET,
    max_cells: int | None = None,
    should_stop: Callable[[int], str | None] | None = None,
    progress: Callable[[int], None] | None = None,
    checkpoint: Path | None = None,
    checkpoint_seconds: float = 60.0,
) -> Counts:
    """Count the cells of the whole complex, without ever holding it. To be used where `fits` says so.

    ``workers``: threads, which change nothing about the counts; ``should_stop``: asked at the start and
    every now and then with the number of cells so far, may return a reason to stop, which raises
    `Incomplete`, as does finding more than ``max_cells`` (it is then asked for the reason);
    ``progress``: called with the number of regions found so far; ``checkpoint``: a file to go on from if
    it is there, written every ``checkpoint_seconds`` and when the run stops early, removed at the end.
    Raises `TooLarge` where a layer's block has more cells than the kernel numbers, and `InputError` for a
    checkpoint that is damaged or of another run.
    """
    streamed = for_streaming(network) if target else network
    with open_run(
        streamed, domain, target=target, record=library.KEEP_NOTHING, max_cells=max_cells
    ) as run:
        if checkpoint is None:
            return _counted(run, workers, should_stop, progress)
        engine = f"{run.kernel.digest} {target}"
        kept = CountCheckpoint(checkpoint, network, domain, engine, checkpoint_seconds)
        try:
            counts = _counted(run, workers, should_stop, progress, kept)
        except Incomplete:
            kept.write()
            raise
        kept.remove()
        return counts


def count_chunks(
    network: Network,
    domain: Domain,
    first: int,
    end: int,
    *,
    target: int = TARGET,
    chunks: int | None = None,
    max_cells: int | None = None,
) -> Counts:
    """What the chunks from ``first`` up to ``end`` add to the counts.

    ``chunks``: how many there are to be; without it the answer is what the first layer alone tells. Raises
    `InternalError` where there are others, and `Incomplete` where more than ``max_cells`` cells are found.
    """
    streamed = for_streaming(network) if target else network
    with open_run(
        streamed, domain, target=target, record=library.KEEP_NOTHING, max_cells=max_cells
    ) as run:
        kernel, handle = run.kernel, run.handle
        complete = run.watched([lambda: kernel.begin(handle)])
        worker = [kernel.first(handle)]
        start = counts_of_run(run, worker)
        if chunks is None:
            return start
        if complete and len(start.chunk_regions) != chunks:
            raise InternalError(
                "a worker cuts the first layer into other chunks; is it another version?"
            )
        if complete:
            kernel.range(handle, first, end)
            complete = run.watched([lambda: kernel.work(handle, worker[0])])
        counts = of_chunks(counts_of_run(run, worker), start)
        if not complete:
            raise Incomplete("max_cells", counts)
        return counts


@contextmanager
def hold_cells(
    network: Network,
    domain: Domain,
    *,
    max_cells: int | None = None,
    should_stop: Callable[[int], str | None] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Refined]:
    """As `count_cells` on one thread, but the cells are held too, for as long as the context lasts."""
    with open_run(
        network, domain, target=TARGET, record=library.KEEP_CELLS, max_cells=max_cells
    ) as run:
        yield Refined(_counted(run, 1, should_stop, progress), run)


def _counted(
    run: KernelRun,
    workers: int,
    should_stop: Callable[[int], str | None] | None,
    progress: Callable[[int], None] | None,
    kept: CountCheckpoint | None = None,
) -> Counts:
    handle, kernel = run.handle, run.kernel
    reason: str | None = None
    before: Counts | None = None

    def cells() -> int:
        return int(kernel.cells(handle)) + (sum(before.f_vector) if before else 0)

    def look() -> None:
        nonlocal reason
        if should_stop is not None and reason is None:
            reason = should_stop(cells())
            run.stop[0] = reason is not None
        if progress is not None:
            progress(kernel.finished(handle) + (before.f_vector[-1] if before else 0))

    def total() -> Counts:
        counts = counts_of_run(run, everyone)
        return counts if before is None else added(counts, before)

    complete = run.watched([lambda: kernel.begin(handle)], look)
    chunks = kernel.chunks(handle)
    others = [kernel.worker(handle) for _ in range(min(workers, chunks) - 1)]
    try:
        everyone = [kernel.first(handle), *others]
        if not all(everyone):
            raise MemoryError
        first, size, start = 0, chunks, None
        if kept is not None and complete and chunks:
            start, size = counts_of_run(run, everyone), len(everyone)
            first, before = kept.load(chunks)
        while complete and first < chunks:
            end, began = min(chunks, first + size), time.monotonic()
            kernel.range(handle, first, end)
            complete = run.watched([partial(kernel.work, handle, x) for x in everyone], look)
            if complete:
                first = end
                if kept is not None and start is not None:
                    kept.keep(first, of_chunks(total(), start))
                size = _next_size(size, time.monotonic() - began, len(everyone))
        if not complete:
            if reason is None and should_stop is not None:
                reason = should_stop(cells())
            raise Incomplete(reason or "interrupted", total())
        return total()
    finally:
        for worker in others:
            kernel.worker_close(handle, worker)


def _next_size(size: int, seconds: float, least: int) -> int:
    """How many chunks to take before the next look at a checkpoint: so many as take about a second."""
    if seconds < 0.5:
        return size * 2
    return max(size // 2, least) if seconds > 2 else size


def compiled_subdivision(
    network: Network,
    domain: Domain,
    *,
    should_stop: Callable[[Standing], str | None] | None = None,
    progress: Callable[[Standing], None] | None = None,
) -> Subdivision | None:
    """A `Subdivision` that has been run, or None where the complex is too large for the kernel.

    ``should_stop`` and ``progress`` as for `Subdivision.run`, but that they are given a `Standing`.
    """
    stopped: str | None = None

    def between(neuron: int, cells: int) -> bool:
        nonlocal stopped
        standing = _Standing(network, neuron, cells)
        if progress is not None and neuron:
            progress(standing)
        stopped = should_stop(standing) if should_stop is not None else None
        return stopped is not None

    watched = should_stop is not None or progress is not None
    try:
        block = compiled_block(network, domain, between=between if watched else None)
    except TooLarge:
        return None
    subdivision = Subdivision(network, domain, block=block)
    subdivision.stopped = stopped
    if progress is not None and stopped is None and network.n_neurons:
        progress(subdivision)
    return subdivision


def compiled_block(
    network: Network,
    domain: Domain,
    *,
    target: int = TARGET,
    chunk: int | None = None,
    between: Callable[[int, int], bool] | None = None,
    interpolated: bool = False,
    max_cells: int | None = None,
    look: Callable[[], None] = lambda: None,
) -> Block:
    """The block of the whole complex, or of the closure of one ``chunk`` (see `Counts`).

    Its cells are numbered without a search: proofs/blocks.md, Theorem 4.

    ``between``: asked before each neuron with its number and the number of cells so far, True stops; the
    block is then that of the neurons before. It makes the run breadth first, and signals are answered
    between neurons. ``interpolated``: vertices are placed as where they are not kept, less well. ``look``:
    called now and then, and may raise. Raises `TooLarge` where the complex has more cells than the kernel
    numbers, or more than ``max_cells``.
    """
    if between is not None:
        target = 0
    record = library.KEEP_INTERPOLATED if interpolated else library.KEEP_CELLS
    with open_run(
        network, domain, target=target, record=record, max_cells=max_cells, between=between
    ) as run:
        kernel, handle = run.kernel, run.handle
        if between is not None:
            run.called_here(lambda: kernel.begin(handle))
            return block_of_run(run, kernel.done(handle))
        whole = run.watched([lambda: kernel.begin(handle)], look)
        if whole and chunk is not None:
            whole = run.watched([lambda: kernel.take(handle, chunk)], look)
        elif whole and kernel.chunks(handle):
            whole = run.watched([lambda: kernel.work(handle, kernel.first(handle))], look)
        if not whole:
            raise TooLarge
        return block_of_run(run, network.n_neurons)
