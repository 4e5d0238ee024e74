"""One run of the kernel: a network described, signs answered exactly, results checked.

The kernel decides signs by the filter and the separation bound; what they leave open comes back here in
batches, for exact arithmetic (`exactpoly.complex.exact_signs`). Its error bounds: proofs/filter.md,
Theorem 5 (composed forms) and filter.md, Theorem 6 (vertices interpolated along edges).
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import cache
from math import comb, prod
from typing import Any

import numpy as np

from exactpoly.arithmetic.filter_bounds import INFLATE, composed_bounds
from exactpoly.complex.block import faces_in_order
from exactpoly.complex.exact_signs import ExactSigns
from exactpoly.complex.kernel import library
from exactpoly.complex.sides import float_sides
from exactpoly.domain import Domain, Polytope
from exactpoly.errors import InternalError
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network

__all__ = ["KernelRun", "TooLarge", "most_regions", "open_run"]

_SMALLEST = 2.0**-1022
_LOOK = 0.05
"""Seconds between two looks at limits while threads work."""
_MOST_THREADS = 1024
_FEW_REGIONS = 30_000
"""A run of no more regions takes a moment, less than a thread and a look are worth."""


class KernelRun:
    """One open run of the kernel, and everything it points to."""

    def __init__(
        self,
        network: Network,
        domain: Domain,
        *,
        target: int,
        record: int,
        max_cells: int | None = None,
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
        self._short = most_regions(network) <= _FEW_REGIONS
        self._futures: list[Future[int]] = []
        self._alive: list[Any] = []
        # ctypes makes callbacks from None too: a null pointer.
        given = library.Description(
            dimension=domain.dimension,
            parts=2 if domain.is_space else 1,
            neurons=network.n_neurons,
            target=target,
            record=record,
            max_cells=max_cells or 0,
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
        pairs = [_float_pair(x) for x in layers[:used]]
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
        given.layers, given.layer = used, array
        sides = float_sides(self.domain)
        given.sides = self.domain.n_sides
        given.side_row, given.side_constant = self._kept(sides.rows), self._kept(sides.constants)
        given.side_error, given.side_slope = self._kept(sides.error), self._kept(sides.slope)
        given.side_spread = self._kept(sides.row_errors.sum(axis=1) * INFLATE)
        given.side_log = self._kept(sides.log_scale)
        if isinstance(self.domain, Polytope):
            for name, values in faces_in_order(self.domain).items():
                setattr(given, name, self._kept(values, np.int32))

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
            return library.ANSWERED
        except BaseException as error:
            self.error = error
            return library.CALLER_FAILED

    def _ask(self, neuron: int, cells: int) -> int:
        try:
            halts = self._between is not None and self._between(neuron, cells)
            return library.HALT if halts else library.GO_ON
        except BaseException as error:
            self.error = error
            return library.CALLER_FAILED

    def close(self) -> None:
        """Frees what the kernel holds, when no thread works on it any more."""
        self.stop[0] = 1
        wait(self._futures)
        self.kernel.close(self.handle)
        self.handle = None

    def checked(self, code: int) -> bool:
        """Whether a call went through; False where it was stopped. Raises what went wrong."""
        if self.error is not None:
            raise self.error
        if code == library.NO_MEMORY:
            raise MemoryError
        if code == library.TOO_LARGE:
            raise TooLarge
        if code == library.CALLER_FAILED:
            raise InternalError("a callback of the kernel did not answer")
        if code == library.INCONSISTENT:
            raise InternalError("a section is not a polytope's boundary; a sign must be wrong")
        return code == library.DONE

    def called_here(self, call: Callable[[], int]) -> bool:
        """Makes a call in this thread; see `checked`.

        In the main thread a signal may raise an exception before a callback has begun, which ctypes loses.
        The kernel stops then (kernel.h, ANSWERED), and what was lost is raised.
        """
        if threading.current_thread() is not threading.main_thread():
            return self.checked(call())
        hook = sys.unraisablehook

        def keep(lost: Any) -> None:
            if issubclass(lost.exc_type, Exception):
                hook(lost)
            else:
                self.error = self.error or lost.exc_value

        sys.unraisablehook = keep
        try:
            code = call()
        finally:
            sys.unraisablehook = hook
        return self.checked(code)

    def watched(
        self, calls: list[Callable[[], int]], look: Callable[[], None] = lambda: None
    ) -> bool:
        """Makes the calls at once, each in a thread, and looks at limits meanwhile.

        ``look`` may set ``stop``. Whatever is raised here, Ctrl-C too, stops the threads first. One call
        about a small network is made without a thread.
        """
        look()
        if self._short and len(calls) == 1:
            return self.called_here(calls[0])
        pool = _threads()
        futures = self._futures = [pool.submit(call) for call in calls]
        try:
            while wait(futures, _LOOK).not_done:
                look()
        except BaseException:
            self.stop[0] = 1
            wait(futures)
            raise
        results = [future.result() for future in futures]
        return all(self.checked(code) for code in results)


@cache
def _threads() -> ThreadPoolExecutor:
    """The threads of all runs: FLINT keeps memory for each thread that ever called it, for good."""
    return ThreadPoolExecutor(_MOST_THREADS)


if hasattr(os, "register_at_fork"):  # Threads stay behind.
    os.register_at_fork(after_in_child=_threads.cache_clear)


def most_regions(network: Network) -> int:
    """No complex of the network has more: a layer cuts each region into as many as an arrangement has."""
    d = network.input_dimension
    return prod(sum(comb(len(layer.neurons), k) for k in range(d + 1)) for layer in network.layers)


def _float_pair(layer: Layer) -> tuple[np.ndarray, np.ndarray]:
    """Weight and bias in float64, 0 only where the exact number is: the kernel takes zeros as exact.

    A number that rounds to 0 or is subnormal becomes the smallest normal one of its sign, which is within
    the error that the bounds allow for (proofs/filter.md, (M6)).
    """
    table = np.column_stack([layer.float_weight, layer.float_bias])
    for i, j in np.argwhere(np.abs(table) < _SMALLEST):
        exact = layer.numerators[i][j]
        if exact:
            table[i, j] = _SMALLEST if exact > 0 else -_SMALLEST
    return table[:, :-1], table[:, -1]


class TooLarge(Exception):
    """A block has more cells than the kernel numbers; `subdivide` takes them."""


@contextmanager
def open_run(network: Network, domain: Domain, **options: Any) -> Iterator[KernelRun]:
    run = KernelRun(network, domain, **options)
    try:
        yield run
    finally:
        run.close()
