"""A network under a fixed activation pattern: every pre-activation one exact affine form."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd

from flint import fmpz_mat

from exactpoly.network.constraints import Functional
from exactpoly.network.network import Network

__all__ = ["Forms", "FormsOfPattern"]


class FormsOfPattern:
    """``rows[j]``: integer rows ``(b, a_1, .., a_d)`` of layer j's pre-activations over ``scales[j]``;
    ``output``: those of the network's output, over the last scale."""

    def __init__(self, rows: list[list[list[int]]], scales: list[int], output: list[list[int]]):
        self.rows, self.scales, self.output = rows, scales, output

    def functional(self, one: Functional) -> tuple[list[int], int]:
        """An affine functional as an integer row and its positive denominator."""
        scale = self.scales[-1]
        row = [Fraction(0)] * len(self.output[0])
        for c, form in zip(one.y, self.output, strict=True):
            if c:
                row = [r + c * v for r, v in zip(row, form, strict=True)]
        row = [r / scale for r in row]
        row[0] += one.constant
        row = [row[0], *(r + c for r, c in zip(row[1:], one.x, strict=True))]
        common = 1
        for r in row:
            common = common * r.denominator // gcd(common, r.denominator)
        return [int(r * common) for r in row], common


class Forms:
    """Composes the layers of one network, again and again."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.dimension = network.input_dimension
        self.weights = [fmpz_mat([list(r[:-1]) for r in x.numerators]) for x in network.layers]

    def under(self, pattern: Sequence[Sequence[bool]], depth: int | None = None) -> FormsOfPattern:
        """The forms where unit i of layer j passes its value on iff ``pattern[j][i]``.

        ``depth``: how many layers to compose (all of them); the output is then that of the last.
        """
        d = self.dimension
        values = [[int(j == i + 1) for j in range(d + 1)] for i in range(d)]
        scale = 1
        rows: list[list[list[int]]] = []
        scales: list[int] = []
        layers = self.network.layers[:depth]
        for layer, weights, passes in zip(layers, self.weights, pattern, strict=False):
            product = weights * fmpz_mat(values)
            table = [[int(x) for x in row] for row in product.tolist()]
            for form, numerators in zip(table, layer.numerators, strict=True):
                form[0] += numerators[-1] * scale
            scale *= layer.denominator
            rows.append(table)
            scales.append(scale)
            values = [form if on else [0] * (d + 1) for form, on in zip(table, passes, strict=True)]
        return FormsOfPattern(rows, scales, values)
