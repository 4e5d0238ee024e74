"""Layers that fold space, and networks whose regions have many facets.

`folding_layer` folds every axis `m` times onto `[0,1]`, so that what follows is repeated, mirrored, in
each of `m^d` unit cubes: facets on the boundary of the cube become facets between cubes. The mean
number of facets on `R^d` therefore comes as near as one likes to that in the cube with its boundary
counted, which the slices of `slice_layers` make large (proofs/theorems_deep.md, Theorem 4):

* parallel planes `x + y + z = c` near the centre cut the cube in hexagons; what is between two of
  them has 6 + 2 facets;
* the next layer folds these slabs onto one another and cuts each by planes tilted so slightly that
  they meet all side facets, and the top and the bottom near two opposite corners: 8 + 2 facets; and
  so on, two more with every layer.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction

from exactpoly.errors import InputError
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network

__all__ = ["folded_network", "folding_layer", "slab_network", "slice_layers"]

Form = list[Fraction]
"""Coefficients and, last, a constant."""

# Directions in (x, y) in which the hexagon x + y + z = 3/2 has one lowest and one highest corner, with
# the values there; each is used for one layer, and no corner twice.
_TILTS = (
    ((2, 1), (Fraction(1, 2), Fraction(5, 2))),
    ((1, 2), (Fraction(1, 2), Fraction(5, 2))),
    ((-1, 1), (Fraction(-1), Fraction(1))),
)
_CORNER = Fraction(1, 8)
_THICKNESS = Fraction(1, 256), Fraction(1, 64)


def folding_layer(d: int, m: int) -> tuple[Layer, list[Form]]:
    """A layer of `d m` units, and the folded coordinates as forms on its outputs.

    Coordinate `i` is 0 for `x_i <= 0` and runs to 1 and back `m` times from there, the last time on
    and on.
    """
    rows, constants, coordinates = [], [], []
    for axis in range(d):
        form = [Fraction(0)] * (d * m + 1)
        for j in range(m):
            rows.append([int(i == axis) for i in range(d)])
            constants.append(Fraction(-j))
            form[axis * m + j] = Fraction((-1) ** j * (1 if j == 0 else 2))
        coordinates.append(form)
    return Layer.of(rows, constants), coordinates


def slice_layers(coordinates: Sequence[Form], slices: Sequence[int]) -> list[Layer]:
    """Layers that slice the unit cube of three folded coordinates, ``slices[l]`` planes in layer `l`.

    All layers but the last have two units more, which pass two coordinates on and cut nothing.
    """
    if len(slices) > len(_TILTS) + 1 or not slices or min(slices) < 1:
        raise InputError(
            f"slices: give one to {len(_TILTS) + 1} positive numbers, not {list(slices)}"
        )
    x, y, z = coordinates
    height = [a + b + c for a, b, c in zip(x, y, z, strict=True)]
    centre, half = Fraction(3, 2), _THICKNESS[0]
    layers = []
    for level, n in enumerate(slices):
        if level:
            (a, b), (low, high) = _TILTS[level - 1]
            width = high - low - 2 * _CORNER
            slope = [(a * p + b * q) / width for p, q in zip(x, y, strict=True)]
            slope[-1] -= (low + _CORNER) / width
            height = [t - u for t, u in zip(height, slope, strict=True)]
            centre, half = Fraction(0), _THICKNESS[1]
        step = 2 * half / max(1, n - 1)
        rows = [[*height[:-1], height[-1] - centre + half - step * j] for j in range(n)]
        if level + 1 < len(slices):
            rows += [[*form[:-1], form[-1] + 1] for form in (x, y)]
        layers.append(Layer.of([row[:-1] for row in rows], [row[-1] for row in rows]))
        x, y = (_unit(len(rows), n + i, Fraction(-1)) for i in (0, 1))
        height = [Fraction(0)] * (len(rows) + 1)
        for j in range(n):
            height[j] = Fraction((-1) ** j * (1 if j == 0 else 2)) / step
    return layers


def _unit(size: int, place: int, constant: Fraction) -> Form:
    return [Fraction(int(i == place)) for i in range(size)] + [constant]


def slab_network(slices: Sequence[int]) -> Network:
    """Slices of the cube `[0,1]^3`; with many, most regions have `6 + 2 len(slices)` facets there.

    >>> import exactpoly as ep
    >>> c = ep.enumerate(slab_network([9, 9]), domain="[0,1]^3")
    >>> c.n_regions, c.mean_facets_with_domain_boundary
    (100, Fraction(471, 50))
    """
    coordinates = [_unit(3, i, Fraction(0)) for i in range(3)]
    layers = slice_layers(coordinates, slices)
    return _finish(layers, f"slabs {'-'.join(map(str, slices))}")


def folded_network(
    folds: int, slices: Sequence[int], *, tilt: Fraction = Fraction(0), seed: int = 0
) -> Network:
    """`slab_network` in each of `folds^3` cubes: a network on `R^3` with large mean facet counts.

    ``tilt`` changes every weight by up to that much, at random from ``seed``: a small one leaves what
    is near the cubes as it is and puts parallel hyperplanes in general position.

    >>> import exactpoly as ep
    >>> ep.enumerate(folded_network(8, [1])).mean_facets > 6
    True
    """
    if folds < 1:
        raise InputError(f"folds: {folds} is not a number of folds; give one from 1")
    first, coordinates = folding_layer(3, folds)
    layers = [first, *slice_layers(coordinates, slices)]
    if tilt:
        rng = random.Random(seed)
        layers = [_tilted(layer, tilt, rng) for layer in layers]
    return _finish(layers, f"folded slabs {folds}^3 {'-'.join(map(str, slices))}")


def _tilted(layer: Layer, tilt: Fraction, rng: random.Random) -> Layer:
    weight = [
        [x + tilt * Fraction(rng.randint(-1024, 1024), 1024) for x in r] for r in layer.weight
    ]
    return Layer.of(weight, layer.bias)


def _finish(layers: Sequence[Layer], name: str) -> Network:
    output = Layer.of([[1] * layers[-1].outputs], relu=False)
    return Network((*layers, output), name)
