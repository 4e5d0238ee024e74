"""Regions and vertices: on each region `g` and `h` are single linear forms, which are upper vertices.

Where the signs of all neurons are known, the recursion of `newton` picks one form for `g` and one for
`h`; the regions of a complex of all of `R^d` therefore name every linear piece of `g + h`, that is every
upper vertex of `N(g) + N(h)`, and nothing else (proofs/tropical.md, Theorem 4).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from exactpoly.complex.complex import Complex
from exactpoly.errors import InputError, InternalError
from exactpoly.newton.lattice import Point
from exactpoly.newton.newton import NewtonPair

__all__ = ["linear_pieces", "regions_at_vertices"]


def linear_pieces(pair: NewtonPair, row: Sequence[int]) -> tuple[Point, Point]:
    """The forms that `g` and `h` are on the region with this sign row."""
    network, n = pair.network, len(pair.g.vertices[0])
    d = network.input_dimension
    zero = [0] * n
    units = [([int(i == axis) for i in range(n)], zero) for axis in range(d)]
    signs, scale = iter(row), 1
    for layer in network.layers:
        above = []
        for weights, relu in zip(layer.numerators, layer.relu, strict=True):
            g, h = list(zero), list(zero)
            for weight, (below_g, below_h) in zip(weights[:-1], units, strict=True):
                up, down = (below_g, below_h) if weight > 0 else (below_h, below_g)
                g = [x + abs(weight) * y for x, y in zip(g, up, strict=True)]
                h = [x + abs(weight) * y for x, y in zip(h, down, strict=True)]
            if weights[-1]:
                (g if weights[-1] > 0 else h)[-1] += abs(weights[-1]) * scale
            above.append((h if relu and next(signs) <= 0 else g, h))
        units = above
        scale *= layer.denominator
    g, h = units[pair.output]
    return tuple(g), tuple(h)


def regions_at_vertices(pair: NewtonPair, complex_: Complex) -> Counter[Point]:
    """For each upper vertex of `N(g) + N(h)` the number of regions that it is dual to.

    ``complex_``: the whole complex of the network on all of `R^d`. Raises `InternalError` if the regions
    name another set than the upper vertices of `N(g)`, of `N(h)` or of the sum.

    >>> from exactpoly.complex.enumerate import enumerate_complex
    >>> from exactpoly.newton.maximum import maximum_tree
    >>> from exactpoly.newton.newton import newton_pair
    >>> network = maximum_tree(3)
    >>> found = regions_at_vertices(newton_pair(network), enumerate_complex(network))
    >>> len(found), found.total()
    (10, 13)
    """
    if not complex_.domain.is_space or not complex_.complete:
        raise InputError("duality: a whole complex on R^d is needed")
    if complex_.network.digest != pair.network.digest:
        raise InputError("duality: the complex is that of another network")
    named = [linear_pieces(pair, row) for row in complex_.region_rows.tolist()]
    sums = Counter(tuple(x + y for x, y in zip(g, h, strict=True)) for g, h in named)
    for polytope, forms in (
        (pair.g, {g for g, _ in named}),
        (pair.h, {h for _, h in named}),
        (pair.g + pair.h, set(sums)),
    ):
        vertices = polytope.upper_vertices() if pair.biased else polytope.vertices
        if set(vertices) != forms:
            raise InternalError(f"{pair.network.name}: regions and upper vertices are not dual")
    return sums
