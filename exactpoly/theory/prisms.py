"""Thin prisms: networks whose mean number of facets comes near the sharp bound, for every d >= 3.

The lower bound of proofs/sharp_bound.md. A plane through the centre of the cube `[0,1]^d` meets it in a
centrally symmetric polygon `Q` with `2d` edges. It is where `d - 2` forms vanish, so `d - 2` families of
parallel hyperplanes close to it cut the cube into prisms over `Q`. The zigzag of a family runs from 0 to 1
and back between its hyperplanes. Each later layer cuts all prisms at once: where a zigzag equals a
function of the place in `Q` that leaves `[0,1]` near two opposite corners only. What is between two such
cuts has those two corners cut off and keeps a bottom and a top: two more facets for each family.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import pi, tan

from exactpoly.errors import InputError
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from exactpoly.theory.folding import folding_layer

__all__ = ["folded_prism_network", "full_prism_facets", "prism_network"]

Form = list[Fraction]
"""Coefficients and, last, a constant."""
Vector = tuple[Fraction, Fraction]

_HALF = Fraction(1, 2)
_NEAR_CORNER = Fraction(3, 4)
"""How far along an edge, towards the corner that is cut off, the cut meets it."""
_THICKNESS = Fraction(1, 1 << 10)


def full_prism_facets(d: int, layers: int) -> int:
    """Facets of a full prism in the cube, its sides counted: `2d + 2 (d-2) layers`.

    >>> full_prism_facets(3, 1), full_prism_facets(4, 2)
    (8, 16)
    """
    return 2 * d + 2 * (d - 2) * layers


def prism_network(d: int, cuts: Sequence[int]) -> Network:
    """Prisms in the cube `[0,1]^d`: ``cuts[l]`` hyperplanes in each of the `d - 2` families of layer `l`.

    The `prod (n - 1)^(d-2)` regions between the cuts are full prisms (see `full_prism_facets`).

    >>> import exactpoly as ep
    >>> c = ep.enumerate(prism_network(3, [5]), domain="[0,1]^3")
    >>> c.facet_counts_with_domain_boundary.tolist()
    [7, 8, 8, 8, 8, 7]
    """
    _check(d, cuts)
    coordinates = [_unit(d, i, Fraction(0)) for i in range(d)]
    return _finish(_prism_layers(coordinates, cuts), f"prisms {d}: {_words(cuts)}")


def folded_prism_network(d: int, folds: int, cuts: Sequence[int]) -> Network:
    """`prism_network` in each of ``folds^d`` cubes of `R^d`, by one folding layer before it.

    The mean number of facets tends to `2d + 2 (d-2) len(cuts)` with ``folds`` and ``cuts``: with `L` hidden
    layers in all that is the sharp bound `2L(d-2) + 4`.

    >>> import exactpoly as ep
    >>> ep.enumerate(folded_prism_network(3, 8, [6])).mean_facets > 6
    True
    """
    _check(d, cuts)
    if folds < 1:
        raise InputError(f"folds: {folds} is not a number of folds; give one from 1")
    first, coordinates = folding_layer(d, folds)
    layers = [first, *_prism_layers(coordinates, cuts)]
    return _finish(layers, f"folded prisms {d}: {folds}^{d} {_words(cuts)}")


def _check(d: int, cuts: Sequence[int]) -> None:
    if d < 3:
        raise InputError(f"prisms: the input dimension is {d}; give one from 3")
    if not cuts or min(cuts) < 2:
        raise InputError(f"prisms: give at least 2 cuts for each layer, not {list(cuts)}")


def _words(cuts: Sequence[int]) -> str:
    return "-".join(map(str, cuts))


def _prism_layers(coordinates: Sequence[Form], cuts: Sequence[int]) -> list[Layer]:
    """The layers after the one on whose outputs the cube's ``coordinates`` are forms."""
    d = len(coordinates)
    directions = _directions(d)
    polygon = _polygon(directions)
    place, heights = _plane_coordinates(coordinates, directions)
    layers, thickness = [], _THICKNESS
    for n in cuts:
        step = 2 * thickness / (n - 1)
        rows = [
            [*height[:-1], height[-1] + thickness - step * j]
            for height in heights
            for j in range(n)
        ]
        rows += [[*form[:-1], form[-1] + 8 * d] for form in place]  # positive: passed on, no cut
        layers.append(Layer.of([row[:-1] for row in rows], [row[-1] for row in rows]))
        size = len(rows)
        place = [_unit(size, size - 2 + i, Fraction(-8 * d)) for i in (0, 1)]
        slopes, polygon = _cut_corners(polygon, d - 2)
        heights = []
        for family, slope in enumerate(slopes):
            form = [Fraction(0)] * (size + 1)
            for j in range(n):  # the zigzag, from 0 to 1 and back
                form[family * n + j] = Fraction((-1) ** j * (1 if j == 0 else 2)) / step
            level = _combined(place, slope)
            form = [a - b for a, b in zip(form, level, strict=True)]
            form[-1] -= _HALF
            heights.append(form)
    return layers


def _directions(d: int) -> list[Vector]:
    """Rational unit vectors at about the angles `pi i / d`."""
    slopes = [Fraction(tan(pi * i / (2 * d))).limit_denominator(16) for i in range(d)]
    return [((1 - s * s) / (1 + s * s), 2 * s / (1 + s * s)) for s in slopes]


def _plane_coordinates(
    coordinates: Sequence[Form], directions: Sequence[Vector]
) -> tuple[list[Form], list[Form]]:
    """The two coordinates `y` of the plane `x_i - 1/2 = v_i . y`, and the forms that vanish on it."""
    centred = [[*form[:-1], form[-1] - _HALF] for form in coordinates]
    (a, b), (c, e) = directions[:2]
    determinant = a * e - b * c
    inverse = ((e / determinant, -b / determinant), (-c / determinant, a / determinant))
    place = [_combined(centred[:2], row) for row in inverse]
    heights = []
    for form, direction in zip(centred[2:], directions[2:], strict=True):
        on_plane = _combined(place, direction)
        heights.append([x - y for x, y in zip(form, on_plane, strict=True)])
    return place, heights


def _combined(forms: Sequence[Form], factors: Vector) -> Form:
    return [factors[0] * x + factors[1] * y for x, y in zip(*forms, strict=True)]


def _polygon(directions: Sequence[Vector]) -> list[Vector]:
    """The corners of `|v_i . y| <= 1/2` for all `i`, in cyclic order."""
    far = Fraction(4)
    corners = [(far, far), (-far, far), (-far, -far), (far, -far)]
    for x, y in directions:
        for side in (1, -1):
            corners = _clipped(corners, (side * x, side * y))
    return corners


def _clipped(corners: Sequence[Vector], normal: Vector) -> list[Vector]:
    """What is left of a convex polygon where `normal . y <= 1/2`."""
    left: list[Vector] = []
    for p, q in pairwise([*corners, corners[0]]):
        s, t = _HALF - _dot(normal, p), _HALF - _dot(normal, q)
        if s >= 0:
            left.append(p)
        if s * t < 0:
            left.append(((t * p[0] - s * q[0]) / (t - s), (t * p[1] - s * q[1]) / (t - s)))
    return left


def _dot(u: Vector, v: Vector) -> Fraction:
    return u[0] * v[0] + u[1] * v[1]


def _cut_corners(corners: Sequence[Vector], count: int) -> tuple[list[Vector], list[Vector]]:
    """Slopes that exceed 1/2 at one corner each, and the polygon without ``count`` pairs of corners.

    The polygon is centrally symmetric; the pairs are spread evenly around it.
    """
    half = len(corners) // 2
    slopes, left = [], list(corners)
    for k in range(count):
        i = k * half // count
        before, corner, after = corners[i - 1], corners[i], corners[(i + 1) % len(corners)]
        # Orthogonal to the line through the neighbours, so that it is largest at this corner.
        normal = (after[1] - before[1], before[0] - after[0])
        top = _dot(normal, corner)
        if top < 0:
            normal, top = (-normal[0], -normal[1]), -top
        rest = _dot(normal, after)
        scale = 2 * (_NEAR_CORNER * top + (1 - _NEAR_CORNER) * rest)
        slope = (normal[0] / scale, normal[1] / scale)
        slopes.append(slope)
        for side in (1, -1):
            left = _clipped(left, (side * slope[0], side * slope[1]))
    return slopes, left


def _unit(size: int, place: int, constant: Fraction) -> Form:
    return [Fraction(int(i == place)) for i in range(size)] + [constant]


def _finish(layers: Sequence[Layer], name: str) -> Network:
    output = Layer.of([[1] * layers[-1].outputs], relu=False)
    return Network((*layers, output), name)
