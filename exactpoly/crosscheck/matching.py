"""Which exact thing each claimed thing means: regions by fit, vertices by nearness.

Both are matchings of sets: a claim takes part once and an exact region or vertex is found once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import networkx
import numpy as np

from exactpoly.crosscheck.claims import ClaimedRegion, ClaimedVertex, Point, Row
from exactpoly.crosscheck.numbers import nearest_float
from exactpoly.crosscheck.truth import Truth
from exactpoly.polyhedra.interior import HalfSpace, largest_cube

__all__ = ["RegionMatch", "VertexMatch", "match_regions", "match_vertices", "place_of"]


@dataclass(frozen=True)
class RegionMatch:
    """``found``: claim -> region, one to one.

    ``invented``: claims that fit no region; ``repeated``: claims whose regions other claims already
    stand for; ``missed``: regions that no claim fits; ``merged``: regions that some claim fits, but
    every such claim stands for another region (points on boundaries only; a row fits one region).
    """

    found: dict[int, int]
    invented: list[int]
    repeated: list[int]
    missed: list[int]
    merged: list[int]


def match_regions(regions: Sequence[ClaimedRegion], truth: Truth, *, exact: bool) -> RegionMatch:
    """Match claimed regions with the exact ones; as many as possible in one-to-one pairs."""
    candidates = [_candidates(region, truth, exact=exact) for region in regions]
    invented = [claim for claim, options in enumerate(candidates) if not options]
    fitted = {region for options in candidates for region in options}
    missed = [region for region in range(len(truth)) if region not in fitted]
    found = _maximum_matching(candidates)
    taken = set(found.values())
    repeated = [c for c, options in enumerate(candidates) if options and c not in found]
    merged = sorted(fitted - taken)
    return RegionMatch(found, invented, repeated, missed, merged)


def _candidates(region: ClaimedRegion, truth: Truth, *, exact: bool) -> list[int]:
    """The regions a claim can mean: by its row if it has one, else by its place."""
    if region.row is None:
        place = place_of(region, truth, exact=exact)
        if place is None:
            return []
        if exact:
            around = truth.region_around(place)
            return [] if around is None else [around]
        return truth.regions_at(place)
    if exact:
        same = truth.region_with_row(region.row)
        return [] if same is None else [same]
    fitting = truth.region_fitting(region.row)
    return [] if fitting is None else [fitting]


def place_of(region: ClaimedRegion, truth: Truth, *, exact: bool) -> Point | None:
    """A point that stands for a claimed region; half-spaces are looked at as far as they are judged.

    In the lenient reading that is a cube around all vertices: far beyond it, sides that are parallel and
    were rounded meet.
    """
    if exact or region.point is not None or region.vertices or not region.half_spaces:
        return region.place
    dimension = truth.complex.dimension
    cube = largest_cube([*region.half_spaces, *_window(dimension, truth.reach)], dimension)
    return region.place if cube is None else cube[0]


def _window(dimension: int, reach: Fraction) -> list[HalfSpace]:
    units = [tuple(Fraction(int(i == k)) for i in range(dimension)) for k in range(dimension)]
    return [(tuple(s * x for x in unit), reach) for unit in units for s in (1, -1)]


def _maximum_matching(candidates: Sequence[Sequence[int]]) -> dict[int, int]:
    """A largest one-to-one choice of a candidate for each claim."""
    graph = networkx.Graph()
    offset = len(candidates)
    for claim, options in enumerate(candidates):
        graph.add_edges_from((claim, offset + region) for region in options)
    claims = [claim for claim, options in enumerate(candidates) if options]
    pairs = networkx.bipartite.maximum_matching(graph, top_nodes=claims)
    return {claim: pairs[claim] - offset for claim in claims if claim in pairs}


@dataclass(frozen=True)
class VertexMatch:
    """``errors``: claim -> (vertex, largest coordinate difference), one to one.

    ``repeated``: claims whose vertex another claim is nearer to; ``missed``: vertices that are
    nearest to no claim; ``unplaced``: claims with a row that no vertex has.
    """

    errors: dict[int, tuple[int, Fraction]]
    repeated: dict[int, tuple[int, Fraction]]
    missed: list[int]
    unplaced: list[int]


def match_vertices(
    claimed: Sequence[ClaimedVertex], points: Sequence[Point], rows: Sequence[Row]
) -> VertexMatch:
    """Each claimed vertex with the nearest exact one (maximum norm) among those with its row.

    Of several claims for one vertex the nearest stands, the others are repeated.
    """
    by_row: dict[Row, list[int]] = {}
    for index, row in enumerate(rows):
        by_row.setdefault(row, []).append(index)
    everything = _Nearest(points, list(range(len(points))))
    nearest_of = {row: _Nearest(points, indices) for row, indices in by_row.items()}
    offers: dict[int, list[tuple[Fraction, int]]] = {}
    unplaced = []
    for claim, vertex in enumerate(claimed):
        group = everything if vertex.row is None else nearest_of.get(vertex.row)
        if group is None or not group.indices:
            unplaced.append(claim)
            continue
        index, error = group.to(vertex.point)
        offers.setdefault(index, []).append((error, claim))
    errors: dict[int, tuple[int, Fraction]] = {}
    repeated: dict[int, tuple[int, Fraction]] = {}
    for index, entries in offers.items():
        (error, claim), *others = sorted(entries)
        errors[claim] = (index, error)
        repeated.update({other: (index, distance) for distance, other in others})
    missed = [index for index in range(len(points)) if index not in offers]
    return VertexMatch(errors, repeated, missed, unplaced)


class _Nearest:
    """Nearest exact points: proposed in floats with a margin for rounding, decided exactly."""

    def __init__(self, points: Sequence[Point], indices: list[int]) -> None:
        self._points = points
        self.indices = indices
        self._floats = np.array([[nearest_float(x) for x in points[i]] for i in indices])

    def to(self, point: Point) -> tuple[int, Fraction]:
        """The index of the nearest point and its exact distance; the smaller index on a tie."""
        options = self.indices
        target = np.array([nearest_float(x) for x in point])
        with np.errstate(invalid="ignore", over="ignore"):
            distances = np.abs(self._floats - target).max(axis=1)
            # Conversion errs by 2^-53 of each number, subtraction by 2^-53 of the difference.
            scale = np.abs(self._floats).max() + np.abs(target).max()
            limit = distances.min() + 2.0**-50 * scale
        if np.isfinite(limit):
            options = [i for i, near in zip(options, distances <= limit, strict=True) if near]
        distance, index = min((_distance(self._points[i], point), i) for i in options)
        return index, distance


def _distance(a: Point, b: Point) -> Fraction:
    return max(abs(x - y) for x, y in zip(a, b, strict=True))
