"""The depth separation of Amrami and Goldberg with rational weights, its zero error certified exactly.

Amrami and Goldberg (arXiv 2101.07126) decide whether a point of the plane lies in a polygon with
exponentially many edges: a network of linear depth and width at most 4 folds the plane until one edge
is left, one of fixed depth needs exponential width. Regular polygons have no rational corners, so
the polygon here is another one with as many edges:

*Problem `m`*: `P_m` is the polygon `n x < 1` for `2^(m+1)` unit vectors `n`, at the angles
`+-(t_2 +- t_3 +- .. +- t_(m+1))` from the two directions of the first axis. The angle `t_k` has the tangent
of its half equal to `1 / (2^k - 1)`, so its cosine and sine are rational (`t_2` is the one of the
triangle 3-4-5), and is less than half of the one before, so no two vectors are the same. All edges
touch the unit circle.

The network folds both axes, then for `k = 2..m` turns by `t_k` and folds the second axis. Why few layers
need exponential width: proofs/theorems_deep.md, Theorem 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.errors import InputError, InternalError
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network

__all__ = ["ZeroError", "certify_zero_error", "polygon_normals", "separation_network"]

Vector = tuple[Fraction, Fraction]


def _turn(k: int) -> Vector:
    """Cosine and sine of the angle with half tangent `1 / (2^k - 1)`."""
    q = 2**k - 1
    return Fraction(q * q - 1, q * q + 1), Fraction(2 * q, q * q + 1)


def separation_network(m: int) -> Network:
    """The network for problem ``m``: ``m`` hidden layers, 4 units and then 3; class 1 iff output > 0.

    >>> separation_network(3).widths
    (2, 4, 3, 3, 1)
    """
    if m < 1:
        raise InputError(f"separation: {m} is not a number of layers; give one from 1")
    layers = [Layer.of([[1, 0], [-1, 0], [0, 1], [0, -1]])]
    # The folded point (a, b), both not negative, as forms on the layer's outputs.
    a, b = [1, 1, 0, 0], [0, 0, 1, 1]
    for k in range(2, m + 1):
        cosine, sine = _turn(k)
        u = [cosine * x + sine * y for x, y in zip(a, b, strict=True)]
        v = [cosine * y - sine * x for x, y in zip(a, b, strict=True)]
        layers.append(Layer.of([u, v, [-x for x in v]]))
        a, b = [1, 0, 0], [0, 1, 1]
    cosine, sine = _turn(m + 1)
    last = [-(cosine * x + sine * y) for x, y in zip(a, b, strict=True)]
    return Network((*layers, Layer.of([last], [1], relu=False)), f"separation {m}")


def polygon_normals(m: int) -> set[Vector]:
    """The `2^(m+1)` unit vectors of problem ``m``.

    >>> sorted(str(x) for x, _ in polygon_normals(1))
    ['-4/5', '-4/5', '4/5', '4/5']
    """
    vectors = {_turn(2)}
    for k in range(3, m + 2):
        cosine, sine = _turn(k)
        vectors = {
            (x * cosine - y * s, x * s + y * cosine) for x, y in vectors for s in (sine, -sine)
        }
    return {(i * x, j * y) for x, y in vectors for i in (1, -1) for j in (1, -1)}


@dataclass(frozen=True)
class ZeroError:
    """What was verified: on each of ``regions`` regions the network is right; ``edges`` of the polygon."""

    m: int
    regions: int
    edges: int


def certify_zero_error(m: int) -> ZeroError:
    """Prove that the network decides problem ``m`` rightly at every point of the plane.

    On each region of the exact complex in `[-1,1]^2` the output is `1 - n x` for a vector `n` of the
    problem, and no other vector of it has a larger product with any vertex of the region, hence with
    any of its points: the output is the least of all `1 - n x`, positive exactly inside. Hidden units
    have no bias, so output minus 1 and regions scale with `x`, and the same is true in the whole
    plane. Raises `InternalError` where that fails.
    """
    normals = polygon_normals(m)
    network = separation_network(m)
    if any(any(layer.bias) for layer in network.layers[:-1]):
        raise InternalError("separation: a hidden unit has a bias")
    complex_ = enumerate_complex(network, domain="[-1,1]^2")
    used = set()
    greatest: dict[tuple[Fraction, ...], Fraction] = {}
    for region in complex_.regions:
        (line,), (constant,) = region.affine_map
        normal = (-line[0], -line[1])
        for vertex in region.vertices:
            if vertex not in greatest:
                greatest[vertex] = max(_product(n, vertex) for n in normals)
        if (
            constant != 1
            or normal not in normals
            or any(_product(normal, vertex) != greatest[vertex] for vertex in region.vertices)
        ):
            raise InternalError(f"separation: the network is wrong on region {region.index}")
        used.add(normal)
    return ZeroError(m, complex_.n_regions, len(used))


def _product(n: Vector, x: tuple[Fraction, ...]) -> Fraction:
    return n[0] * x[0] + n[1] * x[1]
