"""The boundary of a union of cells of a complex in space, as polygons with exact vertices.

A polygon of the complex is in the boundary iff exactly one of the two regions beside it is in the union,
or its only one, where it lies on the box. Each is turned so that its normal points out of the union. The
boundary of a union of closed regions is a cycle: every edge is passed as often in one direction as in the
other, and this is checked. It is a manifold iff, besides, every edge is in two polygons and the polygons at
every vertex form one ring; a union that touches itself in an edge or a vertex is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from exactpoly.complex.complex import Complex
from exactpoly.errors import InputError, InternalError
from exactpoly.levelset.surface import Surface
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from exactpoly.pointsets.planes import Plane

__all__ = ["arrangement_network", "union_boundary"]

Point = tuple[Fraction, ...]


def arrangement_network(planes: Sequence[Plane]) -> Network:
    """One layer with a neuron for every plane: its complex is the arrangement."""
    layer = Layer.of([p[:3] for p in planes], [p[3] for p in planes])
    return Network((layer,), f"{len(planes)} planes")


def union_boundary(complex_: Complex, inside: np.ndarray) -> Surface:
    """The boundary of the union of regions.

    ``inside``: bool, shape (regions,); ``complex_``: one of dimension 3 on a box. Raises `InputError`
    for another one.

    >>> from exactpoly.complex.enumerate import enumerate_complex
    >>> net = arrangement_network([(1, 0, 0, 0), (0, 1, 0, 0)])
    >>> boundary = union_boundary(enumerate_complex(net, domain="[-1,1]^3"), np.arange(4) < 1)
    >>> len(boundary.points), len(boundary.polygons), boundary.watertight
    (8, 6, True)
    """
    if complex_.dimension != 3 or not complex_.domain.is_box or not complex_.complete:
        raise InputError("union: a whole complex of dimension 3 on a box is needed")
    cells, pairs = complex_.cells, complex_.neighbours
    first, second = inside[pairs[:, 0]], inside[pairs[:, 1]] & (pairs[:, 1] >= 0)
    polygons = np.flatnonzero(first != second).tolist()
    owner = np.where(first, pairs[:, 0], pairs[:, 1])[polygons]
    cycles = [_cycle([cells.facets(1)[e].tolist() for e in cells.facets(2)[p]]) for p in polygons]
    used = sorted({v for cycle in cycles for v in cycle})
    points = dict(zip(used, cells.coordinates.points(used), strict=True))
    number = {v: i for i, v in enumerate(used)}
    turned = []
    for cycle, region in zip(cycles, owner.tolist(), strict=True):
        own = set(cycle)
        beyond = next(v for v in cells.vertices_of(3, region).tolist() if v not in own)
        apex = points[beyond] if beyond in points else cells.coordinates.points([beyond])[0]
        if _side([points[v] for v in cycle[:3]], apex) > 0:
            cycle.reverse()
        turned.append(tuple(number[v] for v in cycle))
    return _surface(tuple(points[v] for v in used), tuple(turned))


def _cycle(edges: Sequence[Sequence[int]]) -> list[int]:
    """The vertices of a polygon in order, from its edges."""
    beside: dict[int, list[int]] = {}
    for a, b in edges:
        beside.setdefault(a, []).append(b)
        beside.setdefault(b, []).append(a)
    start = min(beside)
    cycle = [start, beside[start][0]]
    while len(cycle) < len(beside):
        cycle.append(next(v for v in beside[cycle[-1]] if v != cycle[-2]))
    return cycle


def _side(corners: Sequence[Point], apex: Point) -> Fraction:
    """Positive iff the corners turn counterclockwise as seen from ``apex``: three corners of a convex
    polygon are never in a line."""
    a = corners[0]
    u, v, w = ([x - y for x, y in zip(p, a, strict=True)] for p in (corners[1], corners[2], apex))
    return (
        (u[1] * v[2] - u[2] * v[1]) * w[0]
        + (u[2] * v[0] - u[0] * v[2]) * w[1]
        + (u[0] * v[1] - u[1] * v[0]) * w[2]
    )


def _surface(points: tuple[Point, ...], polygons: tuple[tuple[int, ...], ...]) -> Surface:
    directed: Counter[tuple[int, int]] = Counter()
    links: dict[int, dict[int, list[int]]] = {}
    for cycle in polygons:
        for k, v in enumerate(cycle):
            before, after = cycle[k - 1], cycle[(k + 1) % len(cycle)]
            directed[v, after] += 1
            link = links.setdefault(v, {})
            link.setdefault(before, []).append(after)
            link.setdefault(after, []).append(before)
    if any(directed[b, a] != count for (a, b), count in directed.items()):
        raise InternalError("the boundary of a union of cells is not closed")
    faults = [
        f"edge {a}-{b} is in {2 * n} polygons" for (a, b), n in directed.items() if n > 1 and a < b
    ]
    faults += [
        f"the polygons at vertex {v} do not form a ring"
        for v in sorted(links)
        if not _ring(links[v])
    ]
    edges = tuple(sorted({(min(e), max(e)) for e in directed}))
    return Surface(points, polygons, edges, tuple(faults), True)


def _ring(link: dict[int, list[int]]) -> bool:
    """Whether a graph is one cycle."""
    if any(len(beside) != 2 for beside in link.values()):
        return False
    start = next(iter(link))
    before, here, seen = start, link[start][0], 1
    while here != start:
        before, here = here, next((v for v in link[here] if v != before), before)
        seen += 1
    return seen == len(link)
