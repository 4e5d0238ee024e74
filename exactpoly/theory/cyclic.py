"""One hidden layer with a region of as many facets and vertices as there can be.

Fan et al. (arXiv 2305.09145) find polytopes simple and say that complicated ones can be designed. This
is the worst design: the region around 0 is the polar of a cyclic polytope, which has the most faces
of every dimension among all polytopes with `n` facets (McMullen 1970, the upper bound theorem).
"""

from __future__ import annotations

from fractions import Fraction
from math import comb

from exactpoly.errors import InputError
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network

__all__ = ["cyclic_network", "cyclic_vertices"]


def cyclic_network(d: int, n: int) -> Network:
    """``n > d`` neurons `1 - a_i x`, the `a_i` on the moment curve with their mean moved to 0.

    All neurons are positive on a region with `n` facets and `cyclic_vertices(d, n)` vertices.

    >>> import exactpoly as ep
    >>> around = ep.enumerate(cyclic_network(3, 7)).find([0, 0, 0])[0]
    >>> len(around.facets), len(around.vertices), around.bounded
    (7, 10, True)
    """
    if n <= d or d < 2:
        raise InputError(f"cyclic: {n} facets in dimension {d}; give d >= 2 and more than d facets")
    points = [[Fraction(t**j) for j in range(1, d + 1)] for t in range(1, n + 1)]
    mean = [sum(column, Fraction(0)) / n for column in zip(*points, strict=True)]
    rows = [[c - x for x, c in zip(point, mean, strict=True)] for point in points]
    layers = (Layer.of(rows, [1] * n), Layer.of([[1] * n], relu=False))
    return Network(layers, f"cyclic {d}-{n}")


def cyclic_vertices(d: int, n: int) -> int:
    """Number of facets of the cyclic `d`-polytope with `n` vertices (Gale), so vertices of its polar.

    >>> cyclic_vertices(3, 7), cyclic_vertices(4, 8)
    (10, 20)
    """
    half = d // 2
    if d % 2:
        return 2 * comb(n - half - 1, half)
    return comb(n - half, half) + comb(n - half - 1, half - 1)
