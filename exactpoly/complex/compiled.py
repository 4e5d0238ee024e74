"""The compiled engine: depth first, in blocks of cells that fit the cache.

The same refinement as `subdivide`, neuron by neuron, in another order: a block is refined by one layer,
its regions are cut into chunks, and each chunk is refined by the next layer on its own (proofs/blocks.md).
Each cell of the result is owned by exactly one chunk, so counts are sums over chunks, in any order and on
any number of threads, and memory does not grow with the complex. With ``target=0`` all regions make one
chunk, which is the order of `subdivide`.

The kernel (`exactpoly.complex.kernel`) decides signs by the filter and the separation bound; what they
leave open comes back here in batches, for exact arithmetic (`exact_signs`).
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from exactpoly.arithmetic.filter_bounds import composed_bounds
from exactpoly.complex.block import Block
from exactpoly.complex.exact_signs import ExactSigns
from exactpoly.complex.kernel import library
from exactpoly.complex.lattice import FaceLattice
from exactpoly.complex.oracle import SignOracle, SignStatistics, float_sides
from exactpoly.domain import Domain
from exactpoly.errors import InternalError
from exactpoly.network.network import Network

__all__ = ["TARGET", "Counts", "compiled_block", "count_cells", "fits"]

TARGET = 1000
"""Cells in a chunk's closure: enough to pay for the chunk, few enough for the cache."""

_MOST_CONSTRAINTS = 65_000
_LOOK = 0.05
"""Seconds between two looks at limits while threads work."""


@dataclass(frozen=True)
class Counts:
    """What sums over all chunks tell of a complete complex; cells on `R^d` are those off infinity.

    ``f_vector``; ``facet_histogram``, ``facet_histogram_with_domain_boundary``: as in `Summary`;
    ``not_simple``: entry `k`: how many `k`-cells lie on more than `d - k` zero sets;
    ``face_pairs``: entry `k`: pairs of a `k`-cell and a `(k-1)`-cell in its closure, entry 0 is 0;
    ``growth``: int64 (neurons, d + 1): cells off the boundary of the domain that each neuron adds;
    ``statistics``: signs decided, those of cells in several chunks several times;
    ``blocks``, ``largest_block``: how many blocks were refined, cells of the largest one.
    """

    f_vector: tuple[int, ...]
    facet_histogram: dict[int, int]
    facet_histogram_with_domain_boundary: dict[int, int]
    not_simple: tuple[int, ...]
    face_pairs: tuple[int, ...]
    growth: np.ndarray
    statistics: SignStatistics
    blocks: int
    largest_block: int


class Stopped(Exception):
    """The run was asked to stop; ``regions``: a lower bound on their number, ``reason``: why."""

    def __init__(self, reason: str, regions: int, cells: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.regions = regions
        self.cells = cells


def fits(network: Network, domain: Domain) -> bool:
    """Whether the kernel is there and takes this network; otherwise `subdivide` is the engine."""
    return (
        library.kernel() is not None
        and domain.dimension <= library.LARGEST_DIMENSION
        and network.n_neurons + 2 * domain.dimension <= _MOST_CONSTRAINTS
    )


class _Run:
    """One open run of the kernel, and everything it points to."""

    def __init__(
        self,
        network: Network,
        domain: Domain,
        *,
        target: int,
        record: bool,
        between: Callable[[int, int], bool] | None = None,
    ) -> None:
        found = library.kernel()
        if found is None:
            raise InternalError("the kernel was asked for and is not there")
        self.kernel = found
        self.network = network
        self.domain = domain
        self.error: BaseException | None = None
        self.stop = np.zeros(1, np.int32)
        self._exact: ExactSigns | None = None
        self._between = between
        self._alive: list[Any] = []
        # ctypes makes callbacks from None too: a null pointer.
        given = library.Description(
            dimension=domain.dimension,
            parts=2 if domain.bounds is None else 1,
            neurons=network.n_neurons,
            target=target,
            record=record,
            stop=self.stop.ctypes.data,
            resolve=library.RESOLVE(self._resolve),
            between=library.BETWEEN(self._ask) if between else library.BETWEEN(),
        )
        self._describe(given)
        self._alive.append(given)
        self.handle = self.kernel.open(ctypes.byref(given))
        if not self.handle:
            raise MemoryError

    def _kept(self, values: Any, dtype: type = np.float64) -> int:
        array: np.ndarray = np.ascontiguousarray(values, dtype)
        self._alive.append(array)
        return library.address(array)

    def _describe(self, given: library.Description) -> None:
        """The layers up to the last one with neurons, and the sides."""
        layers = self.network.layers
        used = max((i for i, x in enumerate(layers) if x.neurons), default=0) + 1
        pairs = [(x.float_weight, x.float_bias) for x in layers[:used]]
        array: Any = (library.GivenLayer * used)()
        first, scale = 0, 1
        for layer, (weight, bias), bounds, place in zip(
            layers, pairs, composed_bounds(pairs), array, strict=False
        ):
            number = np.full(layer.outputs, -1, np.int32)
            number[list(layer.neurons)] = np.arange(first, first + len(layer.neurons))
            scale *= layer.denominator
            place.outputs, place.neurons = layer.outputs, len(layer.neurons)
            place.first_neuron = first
            place.neuron = self._kept(number, np.int32)
            place.weight, place.bias = self._kept(weight.T), self._kept(bias)
            for name in ("constant", "slope", "reach", "spread", "far"):
                setattr(place, name, self._kept(getattr(bounds, name)))
            place.log_scale = float(scale.bit_length())
            first += len(layer.neurons)
        _, constants, logs = float_sides(self.domain)
        given.layers, given.layer = used, array
        given.side_constant, given.side_log = self._kept(constants), self._kept(logs)

    def _resolve(self, count: int, basis: Any, rows: Any, neurons: Any, signs: Any) -> int:
        """The exact stage, called from C: an exception is kept and raised when C has returned."""
        try:
            if self._exact is None:
                self._exact = ExactSigns(self.network, self.domain)
            words = (self.network.n_neurons + 63) // 64
            array = np.ctypeslib.as_array
            answer = self._exact.signs(
                array(basis, (count, self.domain.dimension)),
                array(rows, (count, 2 * words)),
                array(neurons, (count,)),
            )
            array(signs, (count,))[:] = answer
        except BaseException as error:
            self.error = error
            return 1
        return 0

    def _ask(self, neuron: int, cells: int) -> int:
        try:
            return int(self._between is not None and self._between(neuron, cells))
        except BaseException as error:
            self.error = error
            return -1

    def close(self) -> None:
        """Frees what the kernel holds."""
        self.kernel.close(self.handle)
        self.handle = None

    def checked(self, code: int) -> bool:
        """Whether a call went through; False where it was stopped. Raises what went wrong."""
        if self.error is not None:
            raise self.error
        if code == library.NO_MEMORY:
            raise MemoryError
        if code == library.TOO_LARGE:
            raise _TooLarge
        if code == library.INCONSISTENT:
            raise InternalError("a section is not a polytope's boundary; a sign must be wrong")
        return code == library.DONE

    def watched(self, calls: list[Callable[[], int]], look: Callable[[], None]) -> bool:
        """Makes the calls at once, each in a thread, and looks at limits meanwhile.

        ``look`` may set ``stop``. Whatever is raised here, Ctrl-C too, stops the threads first.
        """
        with ThreadPoolExecutor(len(calls)) as pool:
            futures = [pool.submit(call) for call in calls]
            try:
                while wait(futures, _LOOK).not_done:
                    look()
            except BaseException:
                self.stop[0] = 1
                raise
        results = [future.result() for future in futures]
        return all(self.checked(code) for code in results)


class _TooLarge(Exception):
    """A block has more cells than the kernel numbers; `subdivide` takes them."""


@contextmanager
def _open(network: Network, domain: Domain, **options: Any) -> Iterator[_Run]:
    run = _Run(network, domain, **options)
    try:
        yield run
    finally:
        run.close()


def count_cells(
    network: Network,
    domain: Domain,
    *,
    workers: int = 1,
    target: int = TARGET,
    should_stop: Callable[[int], str | None] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Counts:
    """Count the cells of the whole complex, without ever holding it.

    ``workers``: threads, which change nothing about the counts; ``should_stop``: asked every now and
    then with the number of cells so far, may return a reason to stop, which raises `Stopped`;
    ``progress``: called with the number of regions found so far. To be used where `fits` says so.
    """
    reason: str | None = None

    with _open(network, domain, target=target, record=False) as run:

        def look() -> None:
            nonlocal reason
            if should_stop is not None and reason is None:
                reason = should_stop(run.kernel.cells(run.handle))
                run.stop[0] = reason is not None
            if progress is not None:
                progress(run.kernel.finished(run.handle))

        handle, kernel = run.handle, run.kernel
        complete = run.watched([lambda: kernel.begin(handle)], look)
        others = [kernel.worker(handle) for _ in range(min(workers, kernel.chunks(handle)) - 1)]
        try:
            everyone = [kernel.first(handle), *others]
            if not all(everyone):
                raise MemoryError
            if complete and kernel.chunks(handle):
                complete = run.watched(
                    [lambda w=w: kernel.work(handle, w) for w in everyone],  # type: ignore[misc]
                    look,
                )
            if not complete:
                raise Stopped(
                    reason or "interrupted", kernel.finished(handle), kernel.cells(handle)
                )
            return _counts(run, everyone)
        finally:
            for worker in others:
                kernel.worker_close(handle, worker)


def _counts(run: _Run, workers: list[int]) -> Counts:
    kernel, d, n = run.kernel, run.domain.dimension, run.network.n_neurons
    sums = [kernel.sums(run.handle, worker).contents for worker in workers]
    growth = np.zeros((n, d + 1), np.int64)
    bars: list[dict[int, int]] = [{}, {}]
    for worker in workers:
        if n:
            pointer = kernel.growth(run.handle, worker)
            growth += np.ctypeslib.as_array(pointer, (n, d + 1)).astype(np.int64)
        pointers = [ctypes.POINTER(ctypes.c_uint64)() for _ in bars]
        room = kernel.bars(run.handle, worker, *map(ctypes.byref, pointers))
        for total, pointer in zip(bars, pointers, strict=True):
            for count in range(room):
                if pointer[count]:
                    total[count] = total.get(count, 0) + pointer[count]

    def totals(name: str) -> tuple[int, ...]:
        return tuple(sum(getattr(one, name)[k] for one in sums) for k in range(d + 1))

    return Counts(
        f_vector=totals("f"),
        facet_histogram=dict(sorted(bars[0].items())),
        facet_histogram_with_domain_boundary=dict(sorted(bars[1].items())),
        not_simple=totals("not_simple"),
        face_pairs=totals("incidences"),
        growth=growth,
        statistics=_statistics(sums),
        blocks=sum(one.blocks for one in sums),
        largest_block=max(one.largest_block for one in sums),
    )


def _statistics(sums: list[Any]) -> SignStatistics:
    return SignStatistics(
        *(sum(getattr(one, name) for one in sums) for name in ("filter", "separation", "exact"))
    )


def compiled_block(
    network: Network,
    domain: Domain,
    *,
    target: int = TARGET,
    between: Callable[[int, int], bool] | None = None,
) -> Block | None:
    """The block of the whole complex, or None where it is too large for the kernel's numbers.

    ``between``: asked before each neuron with its number and the number of cells so far, True stops; the
    block is then that of the neurons before. It makes the run breadth first.
    """
    if between is not None:
        target = 0
    try:
        with _open(network, domain, target=target, record=True, between=between) as run:
            kernel, handle = run.kernel, run.handle
            run.watched([lambda: kernel.begin(handle)], lambda: None)
            if kernel.chunks(handle):
                run.watched([lambda: kernel.work(handle, kernel.first(handle))], lambda: None)
            return _block(run, network.n_neurons if between is None else kernel.done(handle))
    except _TooLarge:
        return None


def _block(run: _Run, done: int) -> Block:
    """The kernel's cells in the arrays of `Block`."""
    kernel, handle, d, n = run.kernel, run.handle, run.domain.dimension, run.network.n_neurons
    cells, facets = (ctypes.c_int64 * (d + 1))(), (ctypes.c_int64 * (d + 1))()
    kernel.sizes(handle, cells, facets)
    parts = 2 if run.domain.bounds is None else 1
    lattice, oracle = FaceLattice.blank(d, n), SignOracle(run.network, run.domain)

    def pointer(array: np.ndarray, kind: Any) -> Any:
        return array.ctypes.data_as(ctypes.POINTER(kind))

    for k, level in enumerate(lattice.levels):
        count = cells[k]
        arrays: tuple[np.ndarray, ...] = (
            np.empty(facets[k], np.int32),
            np.empty(count, np.int64),
            np.empty(count, np.uint32),
            np.empty(count, np.uint16),
        )
        kinds: tuple[Any, ...] = (ctypes.c_int32, ctypes.c_int64, ctypes.c_uint32, ctypes.c_uint16)
        kernel.level(handle, k, *map(pointer, arrays, kinds))
        for name, array in zip(("facets", "start", "sides", "zeros"), arrays, strict=True):
            getattr(level, name).replace(array)
        level.shared.replace(np.zeros(count, np.bool_))
        level.alive.replace(np.ones(count, np.uint8))
    vertices = cells[0]
    basis = np.empty((d, vertices), np.int32)
    position, error = np.empty((parts, d, vertices)), np.empty((parts, vertices))
    signs = np.empty((vertices, n), np.int8)
    kernel.vertices(
        handle,
        pointer(basis, ctypes.c_int32),
        pointer(position, ctypes.c_double),
        pointer(error, ctypes.c_double),
        pointer(signs, ctypes.c_int8),
    )
    rows = np.empty((cells[d], n), np.int8)
    kernel.regions(handle, pointer(rows, ctypes.c_int8))
    lattice.rows.replace(rows.T)
    oracle.signs.replace(signs.T)
    oracle.basis.replace(basis)
    oracle.position.replace(position)
    oracle.error.replace(error)
    # Not kept by the kernel: without it no zero is proven by separation, which costs time only.
    oracle.log_determinant.replace(np.full(vertices, np.inf))
    oracle.sides.replace(lattice.levels[0].sides.view)
    oracle.known.replace(np.full(vertices, done, np.int32))
    oracle.statistics = _statistics([kernel.sums(handle, kernel.first(handle)).contents])
    return Block(lattice, oracle, done)
