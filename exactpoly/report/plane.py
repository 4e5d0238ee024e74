"""Plane sections of a network, and the window that a drawing of the plane shows.

A plane section of a network on `R^d` is the network with one more linear layer in front, the exact
affine map `(s, t) -> origin + s u + t v`. Its complex is exactly the section of the larger complex.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from exactpoly.arithmetic.rational import exact_scalar
from exactpoly.errors import InputError
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network

if TYPE_CHECKING:
    from exactpoly.complex.complex import Complex

__all__ = ["PlaneSection", "Window", "default_window", "in_cyclic_order", "plane_network"]

Point = tuple[Fraction, ...]
Window = tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]
"""Lowest and highest coordinate on each of the two axes."""


@dataclass(frozen=True)
class PlaneSection:
    """The plane `origin + s u + t v` in `R^d`, exact."""

    origin: Point
    u: Point
    v: Point

    @classmethod
    def default(cls, dimension: int) -> PlaneSection:
        """The plane of the first two axes through 0."""
        axes = [tuple(Fraction(int(i == axis)) for i in range(dimension)) for axis in (0, 1)]
        return cls((Fraction(0),) * dimension, axes[0], axes[1])

    @classmethod
    def parse(cls, text: str, dimension: int) -> PlaneSection:
        """Read ``"origin; u; v"``, each `d` rational numbers separated by commas.

        Raises `InputError` for anything else, and for `u` and `v` that span no plane.
        """
        parts = text.split(";")
        if len(parts) != 3:
            raise InputError(
                f"slice: {text!r} has {len(parts)} parts; give origin; u; v, separated by semicolons"
            )
        points = []
        for name, part in zip(("origin", "u", "v"), parts, strict=True):
            numbers = part.split(",")
            if len(numbers) != dimension:
                raise InputError(
                    f"slice: {name} has {len(numbers)} coordinates, the network takes {dimension}"
                )
            points.append(
                tuple(exact_scalar(x.strip(), f"slice: {name}[{i}]") for i, x in enumerate(numbers))
            )
        origin, u, v = points
        if not any(
            u[i] * v[j] != u[j] * v[i] for i in range(dimension) for j in range(i + 1, dimension)
        ):
            raise InputError("slice: u and v are parallel or zero; they must span a plane")
        return cls(origin, u, v)

    def apply(self, network: Network) -> Network:
        """The network on the plane, with coordinates (s, t)."""
        weight = list(zip(self.u, self.v, strict=True))
        first = Layer.of(weight, self.origin, relu=False, name="slice")
        return Network((first, *network.layers), f"{network.name} (plane section)", network.notes)

    def __str__(self) -> str:
        terms = [f"s {_vector_text(self.u)}", f"t {_vector_text(self.v)}"]
        if any(self.origin):
            terms.insert(0, _vector_text(self.origin))
        return f"x = {' + '.join(terms)}"


def _vector_text(vector: Point) -> str:
    """``e_i`` for a unit vector, else all coordinates."""
    axes = [i for i, x in enumerate(vector) if x]
    if len(axes) == 1 and vector[axes[0]] == 1:
        return f"e_{axes[0]}"
    return f"({', '.join(map(str, vector))})"


def plane_network(network: Network, slice_text: str | None) -> tuple[Network, PlaneSection | None]:
    """The network to draw: itself if its inputs are the plane and no slice is asked for."""
    d = network.input_dimension
    if d == 1:
        raise InputError(
            f"{network.name}: input dimension 1 has no plane to draw; plot needs 2 or more"
        )
    if slice_text is None and d == 2:
        return network, None
    section = PlaneSection.default(d) if slice_text is None else PlaneSection.parse(slice_text, d)
    return section.apply(network), section


def default_window(complex_: Complex, *, everything: bool = False) -> Window:
    """A square that shows the complex of a network on the plane.

    It holds all vertices (and of an edge without any the point nearest to 0), with a margin; unless
    a few lie so far out that the rest would be a speck: then, if not ``everything`` is asked for, the
    middle three quarters of each coordinate. Meeting points of random lines have heavy tails, so
    that is common.
    """
    points = [*complex_.vertices(), *_feet(complex_)]
    if not points:
        points = [(Fraction(0), Fraction(0))]
    spans = []
    for axis in (0, 1):
        values = sorted(point[axis] for point in points)
        low, high = values[0], values[-1]
        cut = len(values) // 8
        inner_low, inner_high = values[cut], values[-1 - cut]
        if not everything and high - low > 5 * (inner_high - inner_low) > 0:
            low, high = inner_low, inner_high
        spans.append((low, high))
    half = max(high - low for low, high in spans) * Fraction(6, 10) or Fraction(1)
    unit = _power_of_ten_below(half) / 10
    window = []
    for low, high in spans:
        middle = (low + high) / 2
        window.append(((middle - half) // unit * unit, -(-(middle + half) // unit) * unit))
    return window[0], window[1]


def _feet(complex_: Complex) -> list[Point]:
    """For every edge without a vertex, a whole line, its point nearest to 0."""
    feet = set()
    for index in (~complex_.bounded).nonzero()[0]:
        region = complex_.region(int(index))
        if all(facet.vertices for facet in region.facets):
            continue
        for facet, (a, b) in zip(region.facets, region.inequalities(), strict=True):
            if not facet.vertices:
                square = a[0] ** 2 + a[1] ** 2
                feet.add((-b * a[0] / square, -b * a[1] / square))
    return sorted(feet)


def _power_of_ten_below(number: Fraction) -> Fraction:
    """The largest power of ten that is at most a positive number."""
    power = Fraction(10) ** (len(str(number.numerator)) - len(str(number.denominator)))
    return power if power <= number else power / 10


def _half_plane(x: Fraction, y: Fraction) -> int:
    return 0 if y > 0 or (y == 0 and x > 0) else 1


def in_cyclic_order(points: Sequence[Point]) -> list[int]:
    """The order of the corners of a convex polygon, counterclockwise, by exact arithmetic.

    >>> corners = [(0, 0), (1, 1), (1, 0), (0, 1)]
    >>> in_cyclic_order([(Fraction(x), Fraction(y)) for x, y in corners])
    [1, 3, 0, 2]
    """
    from functools import cmp_to_key

    middle = [sum(column, Fraction(0)) / len(points) for column in zip(*points, strict=True)]
    arms = [(x - middle[0], y - middle[1]) for x, y in points]

    def compare(i: int, j: int) -> int:
        (a, b), (c, d) = arms[i], arms[j]
        halves = _half_plane(a, b) - _half_plane(c, d)
        cross = a * d - b * c
        return halves or (cross < 0) - (cross > 0)

    return sorted(range(len(points)), key=cmp_to_key(compare))
