"""The affine forms of a network around one exact point, in integers.

Around a point `p` the network is piecewise affine, and `p` may lie on the boundary of many pieces.
One piece is chosen by a symbolic perturbation: the point `p + (s_1 e, s_2 e^2, .., s_d e^d)` with
an infinitesimal `e > 0` and given directions `s_i = +-1` lies in the interior of exactly one region,
and the sign there of a form `b + a.x` is that of the first nonzero among its value at `p`,
`s_1 a_1, .., s_d a_d`. No number stands for `e`. A form all of whose entries vanish is identically 0
on the chosen region.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

from flint import fmpz_mat

from exactpoly.network.layer import Layer
from exactpoly.network.network import AffineMap, Network
from exactpoly.polyhedra.polyhedron import Vector, homogeneous

__all__ = ["LocalForms", "local_forms"]


@dataclass(frozen=True)
class LocalForms:
    """The network on one region that has the point in its closure.

    ``row``: the sign row of the region; ``forms``: for each neuron its pre-activation there, an
    integer row ``(b, a_1, .., a_d)`` up to a positive factor; ``zero_neurons``: the neurons whose
    pre-activation vanishes at the point itself; ``affine_map``: exact, of the network's output.
    """

    row: tuple[int, ...]
    forms: tuple[tuple[int, ...], ...]
    zero_neurons: tuple[int, ...]
    affine_map: AffineMap


def local_forms(network: Network, point: Vector, directions: Sequence[int]) -> LocalForms:
    """Choose the region beside ``point`` in the given ``directions`` and compose its forms."""
    d = network.input_dimension
    place = homogeneous(point)
    values = [[int(j == i + 1) for j in range(d + 1)] for i in range(d)]
    scale = 1
    row: list[int] = []
    forms: list[tuple[int, ...]] = []
    zeros: list[int] = []
    for layer in network.layers:
        values, scale = _compose(layer, values, scale)
        for unit in layer.neurons:
            form = values[unit]
            at_point = sum(x * y for x, y in zip(form, place, strict=True))
            if at_point == 0:
                zeros.append(len(row))
            tilted = (s * x for s, x in zip(directions, form[1:], strict=True))
            first = next((x for x in (at_point, *tilted) if x), 0)
            row.append((first > 0) - (first < 0))
            forms.append(tuple(form))
            if first <= 0:
                values[unit] = [0] * (d + 1)
    linear = tuple(tuple(Fraction(x, scale) for x in form[1:]) for form in values)
    constant = tuple(Fraction(form[0], scale) for form in values)
    return LocalForms(tuple(row), tuple(forms), tuple(zeros), (linear, constant))


def _compose(layer: Layer, inputs: list[list[int]], scale: int) -> tuple[list[list[int]], int]:
    """Pre-activations as integer rows over one denominator, from inputs over ``scale``."""
    weights = fmpz_mat([list(row[:-1]) for row in layer.numerators])
    table = [[int(x) for x in row] for row in (weights * fmpz_mat(inputs)).tolist()]
    for form, row in zip(table, layer.numerators, strict=True):
        form[0] += row[-1] * scale
    total = scale * layer.denominator
    divisor = gcd(total, *(x for form in table for x in form))
    return [[x // divisor for x in form] for form in table], total // divisor
