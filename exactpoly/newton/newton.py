"""A network with integer weights as a difference `g - h` of convex functions with Newton polytopes.

The Newton polytope of a maximum of linear forms is the convex hull of their coefficient vectors; sums of
functions are Minkowski sums, maxima are hulls of unions. A network without biases is `g - h` by recursion
(Zhang, Naitzat and Lim 2018; Hertrich, Basu, Di Summa and Skutella 2021): with weights `w`

    g' = sum_(w>0) w g + sum_(w<0) |w| h,     h' = sum_(w>0) w h + sum_(w<0) |w| g,

and ReLU replaces `N(g)` by `conv(N(g) u N(h))`, since `max(0, g - h) = max(g, h) - h`. With biases a point
has one more coordinate, the constant term, and the function is read off the *upper* faces, those with an
outer normal `(x, t)`, `t > 0`. With `k` hidden layers every face of `N(g)` and of `N(h)` of dimension `2^k`
and more has even normalised volume (proofs/tropical.md, Theorem 1).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, reduce

from exactpoly.errors import InputError, InternalError, LimitReached
from exactpoly.network.network import Network
from exactpoly.newton.lattice import Point
from exactpoly.newton.polytope import LatticePolytope

__all__ = ["NewtonPair", "ParityBound", "face_form", "newton_pair", "parity_bound"]

_MOST_PAIRS = 200_000
"""Pairs of vertices in one Minkowski sum; beyond that a hull takes minutes."""


@dataclass(frozen=True)
class ParityBound:
    """What parity says of a convex function (proofs/tropical.md, Theorem 2).

    ``dimension``: that of the largest (upper) face with odd normalised volume; ``face``: one such, as a
    mask; ``volume``: its normalised volume; ``hidden_layers``: the least `k` with `2^k > dimension`, so
    that a ReLU network *with integral weights* that computes the function has at least so many.
    """

    polytope: LatticePolytope
    dimension: int
    face: int
    volume: int
    hidden_layers: int


@dataclass(frozen=True)
class NewtonPair:
    """A scalar network times ``scale`` as `g - h`: the Newton polytopes of both.

    ``biased``: whether points carry the constant term as their last coordinate; ``hidden_layers``: how
    many layers of ReLU units the network has; ``output``: which of its outputs is meant.
    """

    network: Network
    output: int
    g: LatticePolytope
    h: LatticePolytope
    biased: bool
    scale: int

    @property
    def hidden_layers(self) -> int:
        """Layers with at least one ReLU unit."""
        return sum(any(layer.relu) for layer in self.network.layers)

    def evaluate(self, point: Sequence[Fraction | int]) -> Fraction:
        """`(g - h) / scale` at a rational point, from the polytopes alone."""
        place = [Fraction(x) for x in point] + [Fraction(1)] * self.biased
        most = [
            max(sum(a * x for a, x in zip(v, place, strict=True)) for v in polytope.vertices)
            for polytope in (self.g, self.h)
        ]
        return Fraction(most[0] - most[1]) / self.scale

    @cached_property
    def function(self) -> LatticePolytope | None:
        """The Newton polytope of ``scale`` times the network itself; None unless that is convex.

        `g - h` is convex iff `N(g) = P + N(h)` for a polytope `P` (with biases: on the upper faces). Where
        a form is largest on `N(g)` at one vertex `v` only, it is then so on `N(h)`, at `w`, and `v - w` is
        a vertex of `P`; this finds all of them, and the sum decides.
        """
        points = []
        for index, vertex in enumerate(self.g.vertices):
            if self.biased and not self.g.upper(1 << index):
                continue
            form = face_form(self.g, 1 << index, upper=self.biased)
            _, places = self.h.support(form)
            if len(places) != 1:
                return None
            points.append([x - y for x, y in zip(vertex, places[0], strict=True)])
        quotient = LatticePolytope(points)
        whole = quotient + self.h
        same = _relevant(whole, self.biased) == _relevant(self.g, self.biased)
        return quotient if same else None

    def parity(self, polytope: LatticePolytope) -> ParityBound:
        """`parity_bound` of one of the polytopes, over its upper faces where there are biases."""
        return parity_bound(polytope, upper=self.biased)


def newton_pair(
    network: Network,
    *,
    output: int | None = None,
    scale: bool = False,
    interrupted: Callable[[], None] | None = None,
) -> NewtonPair:
    """The Newton polytopes of a network with integral weights and biases.

    ``output``: which output, where there are several; ``scale``: multiply the layers of a rational network
    by their denominators, which multiplies the function, and say so in `NewtonPair.scale`;
    ``interrupted``: called before every Minkowski sum, may raise. Raises `InputError` for weights that
    are not integers, unless scaled: parity is a statement about integers only.

    >>> from exactpoly.network import Layer
    >>> rows = [[1, -1], [0, 1], [0, -1]]
    >>> maximum = Network((Layer.of(rows), Layer.of([[1, 1, -1]], relu=False)), "max of 2")
    >>> pair = newton_pair(maximum)
    >>> pair.g.f_vector, pair.h.f_vector, pair.function.vertices
    ((4, 4, 1), (2, 1), ((0, 1), (1, 0)))
    """
    denominators = [layer.denominator for layer in network.layers]
    if not scale and any(q != 1 for q in denominators):
        index = next(i for i, q in enumerate(denominators) if q != 1)
        raise InputError(
            f"{network.name}: layer {index} has weights with denominator {denominators[index]};"
            " parity speaks of integral weights only; scaling makes them integral, and what is said"
            " then holds for that multiple of the function, not for the function"
        )
    if output is None and network.output_dimension != 1:
        raise InputError(
            f"{network.name}: it has {network.output_dimension} outputs; choose one, counted from 0"
        )
    chosen = output or 0
    if not 0 <= chosen < network.output_dimension:
        raise InputError(f"output: {chosen} is not between 0 and {network.output_dimension - 1}")
    return _Recursion(network, interrupted or (lambda: None)).pair(chosen)


class _Recursion:
    """`g` and `h` of every unit, layer by layer, of the network with its layers made integral."""

    def __init__(self, network: Network, pause: Callable[[], None]) -> None:
        self.network = network
        self.pause = pause
        self.biased = any(row[-1] for layer in network.layers for row in layer.numerators)

    def pair(self, output: int) -> NewtonPair:
        d, n = self.network.input_dimension, self.network.input_dimension + self.biased
        zero = LatticePolytope([[0] * n])
        units = [(LatticePolytope([[int(i == axis) for i in range(n)]]), zero) for axis in range(d)]
        scale = 1
        last = len(self.network.layers) - 1
        for index, layer in enumerate(self.network.layers):
            above = []
            for unit, (row, relu) in enumerate(zip(layer.numerators, layer.relu, strict=True)):
                if index == last and unit != output:
                    continue
                g, h = self._affine(row, units, scale)
                above.append((g.join(h), h) if relu else (g, h))
            units = above
            scale *= layer.denominator
        g, h = units[0]
        return NewtonPair(self.network, output, g, h, self.biased, scale)

    def _affine(
        self,
        row: Sequence[int],
        units: Sequence[tuple[LatticePolytope, LatticePolytope]],
        scale: int,
    ) -> tuple[LatticePolytope, LatticePolytope]:
        """One unit before its ReLU; a bias is multiplied as its inputs have been."""
        positive, negative = [], []
        for weight, (g, h) in zip(row[:-1], units, strict=True):
            if weight:
                positive.append((g if weight > 0 else h).dilate(abs(weight)))
                negative.append((h if weight > 0 else g).dilate(abs(weight)))
        n = self.network.input_dimension + self.biased
        constant = [[0] * (n - 1) + [abs(row[-1]) * scale]] if self.biased else [[0] * n]
        zero = [[0] * n]
        return (
            self._sum([*positive, LatticePolytope(constant if row[-1] > 0 else zero)]),
            self._sum([*negative, LatticePolytope(constant if row[-1] < 0 else zero)]),
        )

    def _sum(self, polytopes: Sequence[LatticePolytope]) -> LatticePolytope:
        """Small ones first, which keeps the lists of pairs short."""

        def add(p: LatticePolytope, q: LatticePolytope) -> LatticePolytope:
            self.pause()
            pairs = len(p.vertices) * len(q.vertices)
            if pairs > _MOST_PAIRS:
                raise LimitReached(
                    f"{self.network.name}: a Minkowski sum has {pairs:,} candidates for vertices,"
                    f" more than {_MOST_PAIRS:,}"
                )
            return p + q

        return reduce(add, sorted(polytopes, key=lambda p: len(p.vertices)))


def parity_bound(polytope: LatticePolytope, *, upper: bool = False) -> ParityBound:
    """The largest face with odd normalised volume, and the hidden layers that it forces.

    ``upper``: among the upper faces only. By Theorem 2 of proofs/tropical.md a convex function whose
    Newton polytope this is has no ReLU network with *integral* weights and fewer hidden layers.

    >>> parity_bound(LatticePolytope([(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)])).hidden_layers
    2
    """
    for dimension in range(polytope.dimension, -1, -1):
        for face in polytope.faces(dimension):
            if upper and not polytope.upper(face):
                continue
            volume = polytope.normalised_volume(face)
            if volume % 2:
                return ParityBound(polytope, dimension, face, volume, dimension.bit_length())
    raise InternalError("a polytope has no vertex")


def face_form(polytope: LatticePolytope, face: int, *, upper: bool) -> Point:
    """A form that is largest on exactly this face; with ``upper``, one whose last entry is positive.

    The sum of the outer normals of the facets around a face lies in the interior of its normal cone,
    and stays there when a large multiple of one of them, or anything that is constant on the polytope,
    is added.
    """
    normals = polytope.outer_normals(face)
    n = len(polytope.vertices[0])
    form = [sum(normal[axis] for normal in normals) for axis in range(n)]
    if upper and form[-1] <= 0:
        constant = polytope.chart.matrix[polytope.dimension :]
        signed = [*constant, *([-x for x in row] for row in constant), *normals]
        rising = next((row for row in signed if row[-1] > 0), None)
        if rising is None:
            raise InputError(f"face_form: {face:#b} is not an upper face")
        factor = 1 + abs(form[-1])
        form = [x + factor * y for x, y in zip(form, rising, strict=True)]
    return tuple(form)


def _relevant(polytope: LatticePolytope, biased: bool) -> list[tuple[int, ...]]:
    return polytope.upper_vertices() if biased else list(polytope.vertices)
