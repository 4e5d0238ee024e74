"""Sorting as ReLU units: a network of comparators, each of which is one unit.

A comparator of `a` and `b` gives `max(a, b) = b + relu(a - b)` and `min(a, b) = a - relu(a - b)`; it cuts
where the two are equal and nowhere else. The network is Batcher's odd-even merge sort (Knuth, The Art of
Computer Programming 3, algorithm 5.2.2M) without the comparators that no wanted value depends on. Every
sorting network compares all neighbours in the final order, so the complex of a whole sort is the same for
all of them: it is cut where two of the values are equal. For some of the values, as in `topk`, another
network may cut elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from exactpoly.errors import InputError
from exactpoly.readers import operators as ops
from exactpoly.readers import piecewise
from exactpoly.readers.lowering import Graph
from exactpoly.readers.operators import Context, Value

__all__ = ["SORTING_NOTE", "comparators", "extremes", "ranked", "sorted_over"]

SORTING_NOTE = (
    "sorted values are counted as Batcher's network of comparators, each one ReLU unit that cuts where"
    " its two values are equal; for some of the values alone another network may give another complex of"
    " the same function"
)

Stage = list[tuple[int, int]]
"""Comparators that work at once: the smaller value goes to the first place, the greater to the second."""


def comparators(size: int, wanted: Sequence[int]) -> list[Stage]:
    """Stages that bring the right values to the places ``wanted`` of ``size``, ascending.

    >>> comparators(3, [0, 1, 2])
    [[(0, 2)], [(0, 1)], [(1, 2)]]
    >>> comparators(4, [3])
    [[(0, 2), (1, 3)], [(2, 3)]]
    """
    stages = _batcher(size)
    needed = set(wanted)
    kept: list[Stage] = []
    for stage in reversed(stages):
        useful = [pair for pair in stage if not needed.isdisjoint(pair)]
        needed.update(place for pair in useful for place in pair)
        if useful:
            kept.append(useful)
    return kept[::-1]


def _batcher(size: int) -> list[Stage]:
    stages: list[Stage] = []
    top = 1 << max((size - 1).bit_length() - 1, 0)
    block = top
    while block and size > 1:
        jump, rest, distance = top, 0, block
        while True:
            stages.append([(i, i + distance) for i in range(size - distance) if i & block == rest])
            if jump == block:
                break
            distance, jump, rest = jump - block, jump // 2, block
        block //= 2
    return stages


def sorted_over(graph: Graph, x: Value, lines: np.ndarray, wanted: Sequence[int]) -> Value:
    """The values at the places ``wanted`` of each of ``lines`` sorted upwards, as a new last axis.

    ``lines``: int, positions in ``x``; its last axis is what is sorted.
    """
    size = lines.shape[-1]
    if not size or not all(0 <= place < size for place in wanted):
        raise InputError(f"there is no such place among {size} sorted values")
    if list(wanted) in ([0], [size - 1]):
        extreme = piecewise.minimum_over if wanted[0] == 0 else piecewise.maximum_over
        found = extreme(graph, x, lines)
        return ops.reshape(found, (*found.shape, 1))
    stages = comparators(size, wanted)
    waiting = np.ascontiguousarray(lines.reshape(-1, size))
    ops.check_positions(len(waiting) * sum(map(len, stages)))
    pool = ops.reshape(x, (-1,))
    for stage in stages:
        pool, waiting = _compared(graph, pool, waiting, stage)
    return ops.rearrange(pool, waiting[:, list(wanted)].reshape(*lines.shape[:-1], len(wanted)))


def ranked(c: Context, x: Value, wanted: Sequence[int], axis: int) -> Value:
    """Along ``axis`` the values at the places ``wanted`` of all, sorted upwards."""
    axis = ops.check_axis(axis, len(x.shape))
    size = x.shape[axis]
    if size > 1:
        alone = list(wanted) in ([0], [size - 1])
        c.note(piecewise.MAXIMUM_NOTE if alone else SORTING_NOTE)
    y = sorted_over(c.graph, x, np.moveaxis(ops.indices(x), axis, -1), wanted)
    return ops.rearrange(y, np.moveaxis(ops.indices(y), -1, axis))


def extremes(c: Context, x: Value, count: int, axis: int, *, largest: bool) -> Value:
    """The ``count`` greatest values along ``axis`` downwards, or the smallest upwards."""
    size = x.shape[ops.check_axis(axis, len(x.shape))]
    if not 0 < count <= size:
        raise InputError(f"{count} of {size} values cannot be taken")
    return ranked(c, x, range(size - 1, size - count - 1, -1) if largest else range(count), axis)


def _compared(
    graph: Graph, pool: Value, waiting: np.ndarray, stage: Stage
) -> tuple[Value, np.ndarray]:
    """One stage: the values, and for each line where they are."""
    first, second = (list(side) for side in zip(*stage, strict=True))
    met = np.stack([waiting[:, first].ravel(), waiting[:, second].ravel()], axis=1)
    pairs, which = np.unique(met, axis=0, return_inverse=True)
    left, right = (ops.rearrange(pool, side) for side in pairs.T)
    greater = piecewise.maximum(graph, left, right)
    hinge = ops.add_values(graph, greater, ops.negate(right))
    smaller = ops.add_values(graph, left, ops.negate(hinge))
    size = pool.shape[0]
    after = waiting.copy()
    places = which.reshape(len(waiting), len(stage))
    after[:, first] = size + len(pairs) + places
    after[:, second] = size + places
    joined = ops.concatenate(graph, [pool, greater, smaller], 0)
    used, renamed = np.unique(after, return_inverse=True)
    return ops.rearrange(joined, used), renamed.reshape(after.shape)
