"""Exact values of an output at the vertices of a complex: `p`, and `p + M q` at infinity."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import total_ordering

import numpy as np
from flint import fmpz, fmpz_mat

from exactpoly.arithmetic.rational import exact_text
from exactpoly.levelset.arrangement import Arrangement
from exactpoly.levelset.forms import Component, output_row

__all__ = ["Value", "cell_ranks", "vertex_values"]

_CHUNK = 1 << 10


@total_ordering
@dataclass(frozen=True)
class Value:
    """`p + M q`, where `M` is larger than every number.

    >>> Value(Fraction(1)) < Value(Fraction(-5), Fraction(1)), str(Value(Fraction(0), Fraction(-1)))
    (True, '-1*M+0')
    """

    p: Fraction
    q: Fraction = Fraction(0)

    def __lt__(self, other: Value) -> bool:
        return (self.q, self.p) < (other.q, other.p)

    @property
    def finite(self) -> bool:
        """Whether the value is a number, not one beyond every number."""
        return not self.q

    def __str__(self) -> str:
        if self.finite:
            return exact_text(self.p)
        return f"{exact_text(self.q)}*M{'+' if self.p >= 0 else ''}{exact_text(self.p)}"


def vertex_values(arrangement: Arrangement, component: Component = None) -> list[Value]:
    """The exact value of an output at every vertex, those at infinity too.

    The network is evaluated in integers over one denominator a vertex; which units are active is known
    from the exact signs.
    """
    network, cells = arrangement.network, arrangement.cells
    row = fmpz_mat([output_row(network, component)])
    count = cells.sizes[0]
    parts = 2 if arrangement.unbounded else 1
    result: list[Value] = []
    for low in range(0, count, _CHUNK):
        vertices = range(low, min(low + _CHUNK, count))
        places = [cells.coordinates.exact(v) for v in vertices]
        scales = [denominator for _, denominator in places]
        columns = []
        for part in range(parts):
            hidden = fmpz_mat(
                [[place[i, part] for place, _ in places] for i in range(arrangement.dimension)]
            )
            columns.append(_forward(arrangement, vertices, hidden, scales if part == 0 else None))
        denominator = 1
        for layer in network.layers:
            denominator *= layer.denominator
        outputs = [(row * hidden).tolist()[0] for hidden in columns]
        for n, scale in enumerate(scales):
            numbers = [Fraction(int(line[n]), int(scale) * denominator) for line in outputs]
            result.append(Value(*numbers))
    return result


def _forward(
    arrangement: Arrangement, vertices: range, hidden: fmpz_mat, scales: list[fmpz] | None
) -> fmpz_mat:
    """The last layer's values at the vertices, times their scales; without constants if these are None."""
    neuron = 0
    for layer in arrangement.network.layers:
        weight = fmpz_mat([list(line[:-1]) for line in layer.numerators])
        hidden = weight * hidden
        table = hidden.tolist()
        if scales is not None:
            for line, numerators in zip(table, layer.numerators, strict=True):
                if numerators[-1]:
                    line[:] = [x + numerators[-1] * s for x, s in zip(line, scales, strict=True)]
            scales = [s * layer.denominator for s in scales]
        for unit in layer.neurons:
            active = arrangement.cells.signs(0, neuron)[vertices.start : vertices.stop] > 0
            table[unit] = [x if on else 0 for x, on in zip(table[unit], active, strict=True)]
            neuron += 1
        hidden = fmpz_mat(table)
    return hidden


def cell_ranks(arrangement: Arrangement, values: list[Value]) -> tuple[np.ndarray, list[Value]]:
    """int64 (n,): the place of each cell's largest value among all values; and these, increasing."""
    distinct = sorted(set(values))
    place = {value: n for n, value in enumerate(distinct)}
    ranks = [np.array([place[value] for value in values], np.int64)]
    for k in range(1, arrangement.dimension + 1):
        lists = arrangement.cells.facets(k)
        ranks.append(np.maximum.reduceat(ranks[-1][lists.entries], lists.start[:-1]))
    return np.concatenate(ranks), distinct
