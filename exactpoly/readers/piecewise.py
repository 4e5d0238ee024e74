"""Piecewise-linear operators as ReLU units: which hyperplanes each of them adds, and no others.

Everything rests on `max(a, b) = b + relu(a - b)`: one unit, which cuts where the two are equal. A maximum
of many is a balanced tree of pairs in their given order (`maximum_over`); another tree would give another
complex of the same function, so the choice is fixed and stated. Two entries whose difference does not
depend on the input need no unit. A function with a jump is no network, and is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from exactpoly.errors import InputError
from exactpoly.readers import operators as ops
from exactpoly.readers.affine import Affine, constant, stack, take, times
from exactpoly.readers.exact_array import ExactArray
from exactpoly.readers.lowering import Graph
from exactpoly.readers.operators import Value

__all__ = [
    "MAXIMUM_NOTE",
    "Comparison",
    "absolute",
    "affine_then_clip",
    "clip",
    "compare_values",
    "maximum",
    "maximum_over",
    "minimum",
    "minimum_over",
    "select",
    "slopes",
    "soft_shrink",
    "threshold",
]


MAXIMUM_NOTE = (
    "a maximum of several values is counted as a balanced tree of pairs, max(a, b) = b + relu(a - b);"
    " another tree would give another complex of the same function"
)


@dataclass(frozen=True)
class Comparison:
    """Entrywise truth of ``form > 0``, or of ``form >= 0`` where not ``strict``."""

    form: Affine
    strict: bool

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the form."""
        return self.form.shape

    def negated(self) -> Comparison:
        """Where it is false."""
        return Comparison(_affine(ops.negate(self.form)), not self.strict)


def slopes(graph: Graph, x: Value, slope: Value) -> Value:
    """`x` where positive, `slope * x` elsewhere (PReLU); entries of slope 1 add no unit."""
    if isinstance(slope, Affine):
        raise InputError("a slope that depends on the input is not piecewise affine")
    if isinstance(x, ExactArray):
        lower = ops.multiply_values(x, slope)
        assert isinstance(lower, ExactArray)
        wide = np.broadcast_to(ops.indices(x), lower.shape)
        pairs = zip([x.fractions()[i] for i in wide.ravel()], lower.fractions(), strict=True)
        return ExactArray.of_fractions([a if a > 0 else b for a, b in pairs], lower.shape)
    try:
        grid = np.broadcast_to(np.arange(slope.numerators.size).reshape(slope.shape), x.shape)
    except ValueError as error:
        raise InputError(f"slopes of shape {slope.shape} do not fit shape {x.shape}") from error
    factors = ops.rearrange(slope, grid)
    assert isinstance(factors, ExactArray)
    values = factors.fractions()
    bent = np.array([value != 1 for value in values], dtype=bool)
    hinge = _relu_where(graph, x, bent)
    rest = times(hinge, ExactArray.of_fractions([1 - value for value in values], x.shape))
    if not any(values):
        return hinge
    straight = x if x.is_simple() else graph.lift(x)
    return ops.add_values(graph, times(straight, factors), rest)


def absolute(graph: Graph, x: Value) -> Value:
    """`|x| = 2 relu(x) - x`: one unit an entry."""
    return slopes(graph, x, ops.scalar(-1))


def maximum(graph: Graph, a: Value, b: Value) -> Value:
    """`max(a, b) = b + relu(a - b)`, broadcast. With a constant it is `b` the constant."""
    if isinstance(a, ExactArray):
        a, b = b, a
    difference = ops.add_values(graph, a, ops.negate(b))
    if isinstance(difference, ExactArray):
        assert isinstance(b, ExactArray)
        hinge: Value = _rectified(difference)
    elif isinstance(b, ExactArray):
        hinge = graph.relu(difference)
    else:
        hinge = _relu_where(graph, difference, np.array([bool(row) for row in difference.rows]))
    if isinstance(b, ExactArray) and not any(b.numerators.ravel()):
        return hinge
    return ops.add_values(graph, b, hinge)


def minimum(graph: Graph, a: Value, b: Value) -> Value:
    """`min(a, b) = -max(-a, -b)`."""
    return ops.negate(maximum(graph, ops.negate(a), ops.negate(b)))


def clip(graph: Graph, x: Value, low: Value | None, high: Value | None) -> Value:
    """`min(max(x, low), high)` with constant bounds: `low + relu(x - low) - relu(x - high)`.

    One unit an entry for each bound, both in one layer; a bound of None is none.
    """
    if isinstance(x, ExactArray) or low is None or high is None:
        y = x if low is None else maximum(graph, x, low)
        return y if high is None else minimum(graph, y, high)
    if isinstance(low, Affine) or isinstance(high, Affine):
        return minimum(graph, maximum(graph, x, low), high)
    # Where low exceeds high, the result is high.
    bottom = minimum(graph, low, high)
    assert isinstance(bottom, ExactArray)
    span = ops.add_values(graph, high, ops.negate(bottom))
    if not any(_constant(span).numerators.ravel()):
        return ops.add_values(graph, ops.multiply_values(x, ops.scalar(0)), high)
    lower, upper = maximum(graph, x, bottom), graph.relu(_affine(_minus(graph, x, high)))
    return _minus(graph, lower, upper)


def affine_then_clip(
    graph: Graph, x: Value, slope: Fraction, shift: Fraction, low: int = 0, high: int = 1
) -> Value:
    """`clip(slope x + shift, low, high)`: the hard sigmoid."""
    line = ops.add_values(graph, ops.multiply_values(x, ops.scalar(slope)), ops.scalar(shift))
    return clip(graph, line, ops.scalar(low), ops.scalar(high))


def threshold(graph: Graph, x: Value, at: Fraction, value: Fraction) -> Value:
    """`x` where it exceeds ``at``, ``value`` elsewhere; continuous, as a network is, iff they agree."""
    if at != value:
        raise InputError(
            f"below {at} its value is {value}, so it jumps; only continuous functions are networks"
        )
    return maximum(graph, x, ops.scalar(at))


def soft_shrink(graph: Graph, x: Value, at: Fraction, bias: Fraction) -> Value:
    """`x - bias` above ``at``, `x + bias` below ``-at``, 0 between: two units an entry."""
    if at != bias or at < 0:
        raise InputError(
            f"it moves values beyond {at} by {bias}, so it jumps; only continuous functions are"
            " networks"
        )
    right = maximum(graph, _minus(graph, x, ops.scalar(at)), ops.scalar(0))
    left = maximum(graph, _minus(graph, ops.negate(x), ops.scalar(at)), ops.scalar(0))
    return _minus(graph, right, left)


def maximum_over(graph: Graph, x: Value, windows: np.ndarray) -> Value:
    """The maximum over the last axis of ``windows``: int, positions in ``x``, -1 for no entry.

    A balanced tree: neighbours are paired in their order, an odd last one waits, and so on with the
    winners. A pair that several windows share makes one unit. A window of `k` entries has at most
    `k - 1` units, in `ceil(log2 k)` layers.
    """
    shape = windows.shape[:-1]
    lines = windows.reshape(-1, windows.shape[-1]).tolist() if windows.size else [[]]
    waiting = [[i for i in line if i >= 0] for line in lines]
    if not all(waiting):
        raise InputError("the maximum over no entries is undefined")
    pool = ops.reshape(x, (-1,))
    while any(len(line) > 1 for line in waiting):
        pairs: dict[tuple[int, int], int] = {}
        size = pool.shape[0]
        after = []
        for line in waiting:
            odd = line[len(line) - len(line) % 2 :]
            met = zip(line[::2], line[1::2], strict=False)
            after.append([size + pairs.setdefault(pair, len(pairs)) for pair in met] + odd)
        left, right = (ops.rearrange(pool, np.array(side)) for side in zip(*pairs, strict=True))
        pool = ops.concatenate(graph, [pool, maximum(graph, left, right)], 0)
        used = sorted({i for line in after for i in line})
        place = {i: n for n, i in enumerate(used)}
        pool = ops.rearrange(pool, np.array(used))
        waiting = [[place[i] for i in line] for line in after]
    return ops.rearrange(pool, np.array([line[0] for line in waiting]).reshape(shape))


def minimum_over(graph: Graph, x: Value, windows: np.ndarray) -> Value:
    """The minimum likewise."""
    return ops.negate(maximum_over(graph, ops.negate(x), windows))


def compare_values(graph: Graph, x: Value, y: Value, *, strict: bool) -> Comparison | np.ndarray:
    """Whether `x > y` (or `x >= y`): truth values if both are constant."""
    difference = _minus(graph, x, y)
    if isinstance(difference, Affine):
        return Comparison(difference, strict)
    truth = [v > 0 if strict else v >= 0 for v in difference.numerators.ravel().tolist()]
    return np.array(truth, dtype=bool).reshape(difference.shape)


def select(graph: Graph, where: Comparison | np.ndarray, a: Value, b: Value) -> Value:
    """``a`` where true, ``b`` elsewhere; a condition on the input must make a continuous function.

    With the condition `form > 0` it is one iff `a - b` is a multiple of the form, `c * form`; then it is
    `b + c relu(form)`, one unit for each entry with `c` not zero.
    """
    if isinstance(where, np.ndarray):
        grid_a, grid_b, truth = _spread(where, a, b)
        joined = ops.concatenate(graph, [ops.reshape(a, (-1,)), ops.reshape(b, (-1,))], 0)
        size = grid_a.size and int(np.prod(a.shape))
        return ops.rearrange(joined, np.where(truth, grid_a, grid_b + size))
    gap = ops.add_values(graph, _minus(graph, a, b), ops.multiply_values(where.form, ops.scalar(0)))
    form = _affine(ops.add_values(graph, where.form, ops.multiply_values(gap, ops.scalar(0))))
    fixed, factors = _multiples(form, graph.tensor(gap), where.strict)
    hinge = _relu_where(graph, form, np.array([bool(c) for c in factors], dtype=bool))
    bent = times(hinge, ExactArray.of_fractions(factors, form.shape))
    base = b
    if any(fixed):
        base = select(graph, np.array(fixed, dtype=bool).reshape(form.shape), a, b)
    return ops.add_values(graph, base, bent)


def _multiples(form: Affine, gap: Affine, strict: bool) -> tuple[list[bool], list[Fraction]]:
    """For each entry whether it is ``a`` everywhere, and the factor of the form in ``gap``."""
    fixed, factors = [], []
    entries = zip(form.rows, form.constants, gap.rows, gap.constants, strict=True)
    for row, shift, other, offset in entries:
        if not row:
            fixed.append(shift > 0 or (shift == 0 and not strict))
            factors.append(Fraction(0))
            continue
        fixed.append(False)
        unit = next(iter(row))
        factor = Fraction(other.get(unit, 0), row[unit])
        same = all(other.get(u, 0) == factor * row.get(u, 0) for u in {*row, *other})
        if not same or offset != factor * shift:
            raise InputError(
                "the two sides of the condition do not meet where it changes, so the function jumps"
                " (or cannot be shown not to); only continuous functions are networks"
            )
        factors.append(factor * form.denominator / gap.denominator)
    return fixed, factors


def _relu_where(graph: Graph, x: Affine, mask: np.ndarray) -> Affine:
    """ReLU with a unit on the entries in ``mask`` (bool, flat) only.

    Other entries are their own maximum with 0 if they are constant, and 0 if they are not.
    """
    if mask.all():
        return graph.relu(x)
    chosen = np.flatnonzero(mask)
    rest = [
        Fraction(max(c, 0) if not row else 0, x.denominator)
        for row, c, unit in zip(x.rows, x.constants, mask.tolist(), strict=True)
        if not unit
    ]
    still = constant(ExactArray.of_fractions(rest, (len(rest),)), len(x.samples))
    if not len(chosen):
        return take(still, np.arange(x.size).reshape(x.shape))
    index = np.empty(x.size, dtype=np.int64)
    index[chosen] = np.arange(len(chosen))
    index[~mask] = np.arange(len(rest)) + len(chosen)
    return take(stack([graph.relu(take(x, chosen)), still]), index.reshape(x.shape))


def _rectified(x: ExactArray) -> ExactArray:
    flat = [max(value, 0) for value in x.numerators.ravel().tolist()]
    numerators = np.empty(len(flat), dtype=object)
    numerators[:] = flat
    return ExactArray(numerators.reshape(x.shape), x.denominator)


def _spread(where: np.ndarray, a: Value, b: Value) -> Sequence[np.ndarray]:
    try:
        return np.broadcast_arrays(ops.indices(a), ops.indices(b), where)
    except ValueError as error:
        raise InputError(
            f"shapes {where.shape}, {a.shape} and {b.shape} cannot be broadcast together"
        ) from error


def _minus(graph: Graph, x: Value, y: Value) -> Value:
    return ops.add_values(graph, x, ops.negate(y))


def _affine(x: Value) -> Affine:
    assert isinstance(x, Affine)
    return x


def _constant(x: Value) -> ExactArray:
    assert isinstance(x, ExactArray)
    return x
