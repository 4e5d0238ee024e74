"""Products with the rounded weights of a layer, a block of rows at a time.

A convolution as a matrix is nearly all zeros, so a float64 copy of it whole may take a hundred times the
memory of the layer itself. Nothing here decides an exact result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

import numpy as np

from exactpoly.network.layer import Layer

__all__ = ["FloatRows", "divided", "quotients"]

_BLOCK_ENTRIES = 2_000_000
"""Entries of a block, zeros included: 16 MB."""
_WHOLE = 2**53
"""Integers up to here are floats."""


class FloatRows:
    """The weights of a layer as float64, without its bias and its zeros.

    >>> rows = FloatRows(Layer.of([[1, -2], [0, 4]]))
    >>> rows.absolute_forward(np.array([[3.0, 1.0]]))
    array([[5., 4.]])
    >>> rows.backward(np.array([[1.0, 0.5]]))
    array([[1., 0.]])
    """

    def __init__(self, layer: Layer) -> None:
        """Weights that are too large for a float64 are infinite."""
        self._inputs, self._outputs = layer.inputs, layer.outputs
        kept = [len(c) - (bool(c) and c[-1] == layer.inputs) for c, _ in layer.rows]
        self._starts = np.concatenate([[0], np.cumsum(kept, dtype=np.int64)])
        full = self._starts[-1] == layer.inputs * layer.outputs
        self._columns = None if full else np.empty(self._starts[-1], np.int32)
        self._values = np.empty(self._starts[-1])
        ends = self._starts.tolist()
        for (columns, numbers), count, start in zip(layer.rows, kept, ends, strict=False):
            self._values[start : start + count] = quotients(numbers[:count], layer.denominator)
            if self._columns is not None:
                self._columns[start : start + count] = columns[:count]

    def _blocks(self) -> Iterator[tuple[slice, np.ndarray]]:
        """Some rows at a time, zeros included: which, and their weights."""
        step = max(1, _BLOCK_ENTRIES // self._inputs)
        for first in range(0, self._outputs, step):
            starts = self._starts[first : first + step + 1]
            held = slice(starts[0], starts[-1])
            rows = slice(first, first + len(starts) - 1)
            if self._columns is None:
                yield rows, self._values[held].reshape(-1, self._inputs)
                continue
            block = np.zeros((len(starts) - 1, self._inputs))
            lines = np.repeat(np.arange(len(block)), np.diff(starts))
            block[lines, self._columns[held]] = self._values[held]
            yield rows, block

    def absolute_forward(self, x: np.ndarray) -> np.ndarray:
        """`x @ |W|.T`; ``x`` float64, shape (points, inputs)."""
        return self._forward(x, np.abs)

    def forward(self, x: np.ndarray) -> np.ndarray:
        """`x @ W.T`; ``x`` float64, shape (points, inputs)."""
        return self._forward(x, np.asarray)

    def _forward(self, x: np.ndarray, taken: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        result = np.empty((len(x), self._outputs))
        for rows, block in self._blocks():
            result[:, rows] = x @ taken(block).T
        return result

    def backward(self, x: np.ndarray) -> np.ndarray:
        """`x @ W`; ``x`` float64, shape (points, outputs)."""
        result = np.zeros((len(x), self._inputs))
        for rows, block in self._blocks():
            result += x[:, rows] @ block
        return result


def quotients(numerators: Sequence[int], denominator: int) -> np.ndarray:
    """Each quotient rounded to nearest, infinite where it is too large.

    >>> quotients([1, -3, 10**400], 4)
    array([ 0.25, -0.75,   inf])
    """
    power_of_two = denominator & (denominator - 1) == 0 and denominator < 1 << 1000
    if power_of_two or denominator <= _WHOLE:
        with suppress(OverflowError):
            whole = np.array(numerators, dtype=np.int64)
            if len(whole) and abs(whole.max()) <= _WHOLE and abs(whole.min()) <= _WHOLE:
                return whole / float(denominator)  # Of two floats that are exact.
    return np.array([divided(x, denominator) for x in numerators], dtype=np.float64)


def divided(numerator: int, denominator: int) -> float:
    """The quotient rounded to nearest, infinite where it is too large."""
    try:
        return numerator / denominator
    except OverflowError:
        return float("inf") if numerator > 0 else float("-inf")
