"""The construction of Montufar, Pascanu, Cho and Bengio (2014, section 3) as an exact network.

Each layer but the last folds every one of `d` coordinates `p = floor(n_l / d)` times: `p` units a
coordinate, `relu(p x)` and `relu(2 (p x - i))`, whose alternating sum runs from 0 to 1 and back `p`
times while `x` goes from 0 to 1. The last layer is an arrangement in general position whose vertices
all lie in the open unit cube: hyperplane `i` is `sum_j t_i^j y_j = e t_i^d` with `t_i = i` and
`y = x - 1/2`. Any `d` of them meet where `y_j / e` is, up to sign, an elementary symmetric function
of `t_1 .. t_d`, no `d + 1` meet, and `e` makes `|y_j| < 1/2`. Units left over are constantly 0.

So `[0,1]^d` has exactly the regions of the formula. That neighbours are different *linear* regions
needs a last layer that is nowhere switched off, or regions on two sides of a fold would merge. The
values of its forms are those of a polynomial of degree `d` with positive leading coefficient at the
`t_i`, so with `n_L > d` they never alternate in sign ending with a negative one; the units'
orientations make that pattern the one of a layer switched off.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from exactpoly.errors import InputError
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network

__all__ = ["has_construction", "montufar_network"]


def has_construction(d: int, widths: Sequence[int]) -> bool:
    """Whether `montufar_network` exists: folding layers at least ``d`` wide, then one wider than ``d``."""
    if d < 1 or not widths or min(widths) < 1:
        return False
    return len(widths) == 1 or (min(widths[:-1]) >= d and widths[-1] > d)


def montufar_network(d: int, widths: Sequence[int]) -> Network:
    """The construction for input dimension ``d`` and hidden ``widths``.

    Raises `InputError` unless `has_construction`.

    >>> import exactpoly as ep
    >>> ep.enumerate(montufar_network(2, [4, 3]), domain="[0,1]^2").n_regions
    28
    """
    if not has_construction(d, widths):
        raise InputError(
            f"widths: the construction needs every layer but the last at least {d} wide and, after"
            f" others, a last layer wider than {d}, not {list(widths)}"
        )
    # Rows of (coefficients, constant): each coordinate as a form on the current layer's inputs.
    coordinates = [[Fraction(int(i == j)) for j in range(d)] + [Fraction(0)] for i in range(d)]
    layers = []
    for n in widths[:-1]:
        rows, coordinates = _fold(coordinates, n, d)
        layers.append(_layer(rows, n))
    layers.append(_layer(_arrangement(coordinates, widths[-1], d), widths[-1]))
    # Powers of two make the affine maps of different activation patterns different.
    output = Layer.of([[Fraction(2) ** i for i in range(widths[-1])]], relu=False)
    name = "montufar " + "-".join(str(n) for n in (d, *widths))
    return Network((*layers, output), name)


def _fold(
    coordinates: list[list[Fraction]], n: int, d: int
) -> tuple[list[list[Fraction]], list[list[Fraction]]]:
    pieces = n // d
    rows = []
    folded = []
    for axis, form in enumerate(coordinates):
        line = [Fraction(0)] * (n + 1)
        for i in range(pieces):
            factor = 1 if i == 0 else 2
            row = [factor * pieces * x for x in form]
            row[-1] -= factor * i
            rows.append(row)
            line[axis * pieces + i] = Fraction((-1) ** i)
        folded.append(line)
    return rows, folded


def _arrangement(coordinates: list[list[Fraction]], n: int, d: int) -> list[list[Fraction]]:
    size = Fraction(1, 4 * (2 * n) ** d)
    rows = []
    for t in range(1, n + 1):
        powers = [Fraction(t) ** j for j in range(d)]
        row = [
            sum((p * form[c] for p, form in zip(powers, coordinates, strict=True)), Fraction(0))
            for c in range(len(coordinates[0]))
        ]
        row[-1] -= sum(powers, Fraction(0)) / 2 + size * Fraction(t) ** d
        orientation = -((-1) ** (n - t))
        rows.append([orientation * x for x in row])
    return rows


def _layer(rows: list[list[Fraction]], n: int) -> Layer:
    idle = [[Fraction(0)] * (len(rows[0]) - 1) + [Fraction(-1)]] * (n - len(rows))
    every = rows + idle
    return Layer.of([row[:-1] for row in every], [row[-1] for row in every])
