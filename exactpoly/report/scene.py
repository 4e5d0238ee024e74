"""What a plane picture shows, worked out exactly: polygons, colour of each, the decision boundary.

A complex of the whole plane is shown in a window. Its regions there are those of the same network on the
window as a box, a second exact enumeration; what colours them (facets, bounded or not) belongs to the
region of the whole plane, found by its sign row.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from exactpoly.arithmetic.arrays import Floats
from exactpoly.arithmetic.rational import exact_scalar, rounded
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.errors import InputError
from exactpoly.levelset.arrangement import Arrangement
from exactpoly.levelset.decision import Decision
from exactpoly.levelset.forms import Component, difference_network, level_network
from exactpoly.levelset.values import vertex_values
from exactpoly.report.shapes import cycles, oriented
from exactpoly.report.shown import Shown

if TYPE_CHECKING:
    from exactpoly.complex.complex import Complex

__all__ = ["COLOURINGS", "TIE", "Classes", "Scene", "class_pieces"]

COLOURINGS = ("facets", "class", "output", "bounded", "row")
TIE = -1
"""The class of a region on which several outputs, or output and level, are equal."""


@dataclass(frozen=True, eq=False)
class Classes:
    """The class regions in a window, cut along the regions of the network, and the boundary between them.

    ``points``: float64 (n, 2), exact vertices correctly rounded; ``polygons``: their corners in cyclic
    order; ``winners``: the class of each, or `TIE`; ``boundary``: pairs of vertices; ``count``: of classes.
    """

    points: Floats
    polygons: list[list[int]]
    winners: list[int]
    boundary: list[tuple[int, int]]
    count: int


def class_pieces(seen: Complex, level: Fraction = Fraction(0)) -> Classes:
    """The classes of a network on the box of a plane complex, decided exactly.

    With several outputs the class is the largest one; with one it is 1 above the ``level``, 0 below.
    """
    network, bounds = seen.network, seen.domain
    outputs = network.output_dimension
    refined = difference_network(network) if outputs > 1 else level_network(network, level)
    complex_ = enumerate_complex(refined, domain=bounds)
    offsets = Arrangement.of(complex_).offsets
    if outputs > 1:
        wins = Decision(complex_, outputs).winners
        alone = wins.sum(axis=0) == 1
        classes = np.where(alone, wins.argmax(axis=0), TIE)
    else:
        arrangement = Arrangement.of(complex_)
        signs = arrangement.signs(complex_.network.n_neurons - 1)
        classes = np.where(signs == 0, TIE, (signs > 0).astype(np.int64))
    edges = np.flatnonzero(classes[offsets[1] : offsets[2]] == TIE)
    ends = complex_.cells.facets(1).entries.reshape(-1, 2)
    return Classes(
        complex_.vertex_array,
        cycles(complex_.cells, range(complex_.n_regions)),
        classes[offsets[2] :].tolist(),
        [(a, b) for a, b in ends[edges].tolist()],
        max(outputs, 2),
    )


@dataclass(frozen=True)
class Scene(Shown):
    """A plane complex and the window in which it is shown.

    ``names``: of the two axes; ``where``: what to say of the plane it lies in, if it is a section.
    """

    names: tuple[str, str] = ("x_0", "x_1")
    where: str = ""
    level: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        if self.complex.dimension != 2:
            raise InputError(
                f"plot: a complex of dimension {self.complex.dimension} is not plane; choose a section"
            )
        super().__post_init__()

    @cached_property
    def polygons(self) -> list[list[int]]:
        """The corners of each region in the window, counterclockwise, as places in ``points``."""
        found = cycles(self.seen.cells, range(self.seen.n_regions))
        return [oriented(cycle, self.points) for cycle in found]

    @cached_property
    def classes(self) -> Classes:
        """The classes in the window."""
        return class_pieces(self.seen, self.level)

    @cached_property
    def facets(self) -> list[int]:
        """Facets of each shown region of the whole complex, on a box with those on its boundary."""
        counts = self.complex.facet_counts_with_domain_boundary
        return [int(counts[i]) for i in self.numbers]

    @cached_property
    def bounded(self) -> list[bool]:
        """Whether each shown region is bounded in the whole complex."""
        return [bool(self.complex.bounded[i]) for i in self.numbers]

    @cached_property
    def shades(self) -> list[int]:
        """A small number for each shown region, different on regions that share an edge."""
        beside: list[set[int]] = [set() for _ in range(self.seen.n_regions)]
        for a, b in self.seen.neighbours.tolist():
            if b >= 0:
                beside[a].add(b)
                beside[b].add(a)
        shades: dict[int, int] = {}
        for region in sorted(range(len(beside)), key=lambda i: -len(beside[i])):
            taken = {shades.get(other) for other in beside[region]}
            shades[region] = next(k for k in range(len(beside)) if k not in taken)
        return [shades[region] for region in range(len(beside))]

    def heights(self, component: Component = None) -> list[Fraction]:
        """The exact value of an output at every vertex in the window."""
        found = vertex_values(Arrangement.of(self.seen), component)
        return [value.p for value in found]

    def level_curve(self, level: Any, component: Component = None) -> list[Floats]:
        """The pieces of `{f = level}` as segments, float64 (2, 2), their ends exact and then rounded.

        Where `f` equals the level on a whole region, the edges of that region belong to it.
        """
        c = exact_scalar(level, "levels")
        values = self.heights(component)
        exact = [self.seen.vertex(i) for i in range(len(values))]
        segments: dict[tuple[tuple[float, ...], ...], None] = {}
        for polygon in self.polygons:
            for ends in _crossings(polygon, [v - c for v in values], exact):
                points = sorted(_rounded(p) for p in ends)
                segments[tuple(points)] = None
        return [np.array(ends) for ends in segments]


def _crossings(
    polygon: list[int], heights: list[Fraction], exact: list[tuple[Fraction, ...]]
) -> list[list[tuple[Fraction, ...]]]:
    """Where an affine function vanishes on a polygon: one segment, or the edges where it is zero."""
    following = polygon[1:] + polygon[:1]
    edges = list(zip(polygon, following, strict=True))
    flat = [[exact[a], exact[b]] for a, b in edges if not heights[a] and not heights[b]]
    if flat:
        return flat
    ends = [exact[a] for a in polygon if not heights[a]]
    for a, b in edges:
        if heights[a] * heights[b] < 0:
            share = heights[a] / (heights[a] - heights[b])
            pairs = zip(exact[a], exact[b], strict=True)
            ends.append(tuple(p + share * (q - p) for p, q in pairs))
    return [ends] if len(ends) == 2 else []


def _rounded(point: tuple[Fraction, ...]) -> tuple[float, ...]:
    return tuple(rounded(x.numerator, x.denominator) for x in point)
