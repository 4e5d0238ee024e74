"""The one region around an exact point, of a network of any size.

Nothing is enumerated: the affine forms around the point (`local_forms`) give the inequalities of the
region, and exact redundancy removal (`redundancy`) its facets. pycddlib is needed only for the
vertices, whose number may grow exponentially with the dimension; so they are made when asked for,
and `LocalRegion.generator_bound` says beforehand how many there can be.

A point on the boundary of regions gets one of them, always the same: the one that the symbolic
perturbation of `local_forms` leads to, upwards along each axis in turn, downwards where the point is
at the upper bound of the box.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import comb
from typing import Any

from flint import fmpz_mat
from threadpoolctl import threadpool_limits

from exactpoly.arithmetic.rational import exact_point
from exactpoly.complex.kernel.simplex import float_simplex
from exactpoly.domain import Domain, Polytope
from exactpoly.errors import InputError, InternalError
from exactpoly.local.forms import local_forms
from exactpoly.network.network import AffineMap, Network
from exactpoly.polyhedra.polyhedron import Polyhedron, Vector, homogeneous, primitive
from exactpoly.polyhedra.redundancy import irredundant, rank_modulo_prime

__all__ = ["LocalFacet", "LocalRegion", "region_at"]

_EXACT_RANK = 10_000
"""Entries of a matrix whose rank is soon found exactly."""


@dataclass(frozen=True)
class LocalFacet:
    """A facet of a region.

    ``neurons``: the neurons that vanish on it but not on the region, several where hyperplanes
    coincide; ``sides``: the side of the box it lies on, if any (see `exactpoly.domain`);
    ``inequality``: primitive integers ``(b, a_1, .., a_d)``, `b + a.x >= 0` on the region.
    """

    neurons: tuple[int, ...]
    sides: tuple[int, ...]
    inequality: tuple[int, ...]


@dataclass(frozen=True)
class LocalRegion:
    """The region of a point.

    ``row``: its sign row (0 where a neuron vanishes identically on it); ``facets``: its facets, on
    the boundary of the box too; ``affine_map``: of the output, exact, on the closed region;
    ``interior_point``: the point itself where that is interior, else a nearby one;
    ``zero_neurons``, ``touched_sides``: neurons that vanish at the point, and sides it lies on;
    ``on_boundary``: whether the point is not in the interior of the region, which is then one of
    several incident ones or touches the boundary of the box.
    """

    network: Network
    domain: Domain
    point: Vector
    row: tuple[int, ...]
    facets: tuple[LocalFacet, ...]
    affine_map: AffineMap
    interior_point: Vector
    zero_neurons: tuple[int, ...]
    touched_sides: tuple[int, ...]
    on_boundary: bool

    @property
    def pattern(self) -> tuple[bool, ...]:
        """Which neurons are active (positive) on the region."""
        return tuple(sign > 0 for sign in self.row)

    def facet_row(self, facet: LocalFacet) -> tuple[int, ...]:
        """The sign row of a facet: that of the region with the facet's neurons set to 0."""
        return tuple(0 if k in facet.neurons else sign for k, sign in enumerate(self.row))

    @cached_property
    def polyhedron(self) -> Polyhedron:
        """The closed region as an exact polyhedron; inequality `i` is that of facet `i`."""
        return Polyhedron(
            self.domain.dimension, [(f.inequality[0], f.inequality[1:]) for f in self.facets]
        )

    @property
    def generator_bound(self) -> int:
        """An upper bound on the number of vertices and extreme rays, from the facets alone.

        McMullen's upper bound theorem. Modulo its lines, a polyhedron with `m` facets is
        projectively a polytope with at most `m + 1`, of dimension the rank `r` of the normals. For
        large matrices that is the rank modulo a prime, which could only fall short by accident: the
        bound then tells whether vertices are worth asking for, and no more.
        """
        m = len(self.facets) + 1
        if m == 1:
            return 1
        normals = [list(f.inequality[1:]) for f in self.facets]
        large = len(normals) * len(normals[0]) > _EXACT_RANK
        r = rank_modulo_prime(normals) if large else int(fmpz_mat(normals).rank())
        return comb(m - (r + 1) // 2, m - r) + comb(m - (r + 2) // 2, m - r)

    @property
    def vertices(self) -> tuple[Vector, ...]:
        """Exact vertices, by double description; see `generator_bound` before asking."""
        return self.polyhedron.vertices

    @property
    def rays(self) -> tuple[tuple[int, ...], ...]:
        """Primitive directions of the extreme rays, by double description."""
        return self.polyhedron.rays

    @property
    def lines(self) -> tuple[tuple[int, ...], ...]:
        """A basis of the lines in the region, by double description."""
        return self.polyhedron.lines


def region_at(
    network: Network,
    point: Any,
    domain: Domain,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> LocalRegion:
    """The region of ``network`` on ``domain`` that contains ``point`` in its closure.

    ``point``: `d` exact numbers (integers, fractions, strings such as ``"1/3"``; a float is the
    dyadic rational that it is); ``progress``: told how many inequalities are decided, and of how many.
    Raises `InputError` when the dimensions differ or the point is outside the domain.
    """
    d = network.input_dimension
    if domain.dimension != d:
        raise InputError(
            f"domain: dimension {domain.dimension} given, {network.name} has input dimension {d}"
        )
    place = exact_point(point, d, network.name)
    if not domain.contains(place):
        raise InputError(f"point: ({', '.join(map(str, place))}) is outside the domain {domain}")
    sides = _sides(domain)
    touched = tuple(s for s, side in enumerate(sides) if _value(side, place) == 0)
    if touched and isinstance(domain, Polytope):
        raise InputError(
            f"point: it lies on the boundary of the polytope {domain}; give one in its interior"
        )
    directions = [-1 if 2 * axis + 1 in touched else 1 for axis in range(d)]
    local = local_forms(network, place, directions)

    labels: dict[tuple[int, ...], tuple[list[int], list[int]]] = {}
    for neuron, (sign, form) in enumerate(zip(local.row, local.forms, strict=True)):
        if any(form[1:]):
            labels.setdefault(primitive([sign * x for x in form]), ([], []))[0].append(neuron)
    for side, inequality in enumerate(sides):
        labels.setdefault(inequality, ([], []))[1].append(side)
    inequalities = list(labels)
    center = _interior_point(inequalities, place, directions)
    if network.sign_row(center) != local.row:
        raise InternalError(f"the network has other signs at {center} than its region's row")
    # Matrices are small: several BLAS threads would wait for each other most of the time.
    with threadpool_limits(limits=1, user_api="blas"):
        chosen = irredundant(inequalities, homogeneous(center), progress, simplex=float_simplex())
    facets = [
        LocalFacet(tuple(labels[row][0]), tuple(labels[row][1]), row)
        for row in (inequalities[i] for i in chosen)
    ]
    return LocalRegion(
        network=network,
        domain=domain,
        point=place,
        row=local.row,
        facets=tuple(facets),
        affine_map=local.affine_map,
        interior_point=center,
        zero_neurons=local.zero_neurons,
        touched_sides=touched,
        on_boundary=center != place,
    )


def _sides(domain: Domain) -> list[tuple[int, ...]]:
    """Primitive inequalities of the domain, in the order of its sides."""
    return [primitive((b, *a)) for a, b in domain.inequalities()]


def _value(row: Sequence[int], point: Vector) -> Fraction:
    return row[0] + sum((a * x for a, x in zip(row[1:], point, strict=True)), Fraction(0))


def _interior_point(
    inequalities: Sequence[tuple[int, ...]], point: Vector, directions: Sequence[int]
) -> Vector:
    """A point where all inequalities are strict: the given one, or one in the perturbed direction.

    The point is moved along one axis after the other until nothing vanishes, by a power of two so
    small that what is positive stays positive. An inequality that still vanishes when its turn comes
    has no coefficient in the earlier axes, so the symbolic perturbation made its next one positive.
    """
    center = list(point)
    place = homogeneous(point)
    values = [
        Fraction(sum(x * y for x, y in zip(row, place, strict=True)), place[0])
        for row in inequalities
    ]
    for axis, direction in enumerate(directions):
        if all(values):
            break
        slopes = [direction * row[axis + 1] for row in inequalities]
        room = [v / -s for v, s in zip(values, slopes, strict=True) if s < 0]
        step = _power_of_two_below(min(room, default=Fraction(2)))
        center[axis] += direction * step
        values = [v + step * s for v, s in zip(values, slopes, strict=True)]
    if any(value <= 0 for value in values):
        raise InternalError(f"the perturbation of {point} does not lead into its region")
    return tuple(center)


def _power_of_two_below(bound: Fraction) -> Fraction:
    """The largest power of two that is less than ``bound`` and at most 1; ``bound`` > 0."""
    if bound > 1:
        return Fraction(1)
    if bound <= 0:
        raise InternalError("there is no room to move into the region")
    exponent = bound.denominator.bit_length() - bound.numerator.bit_length() + 1
    step = Fraction(1, 1 << exponent)
    while 2 * step < bound:
        step *= 2
    return step
