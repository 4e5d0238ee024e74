"""Audit of a complex by pycddlib: a second exact computation of its regions, one by one.

For a region, *all* inequalities of its sign row (every neuron, every side of the box) are composed from
the layers anew (`Network.affine_maps`). Which of them define facets is decided exactly by
`exactpoly.polyhedra.redundancy`, from an interior point that is tested on every inequality; exact double
description then makes the vertices from these alone, which takes no time where all of them would take
hours. It must give exactly the vertices that the engine found, and the facets must be the engine's, each
with the same neurons or side. Nothing of the engine's lattice enters the inequalities.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from threadpoolctl import threadpool_limits

from exactpoly.errors import InputError, InternalError
from exactpoly.polyhedra.polyhedron import Polyhedron, cdd_available, homogeneous, primitive
from exactpoly.polyhedra.redundancy import irredundant

if TYPE_CHECKING:
    from exactpoly.complex.region import Region

__all__ = ["DEFAULT_SAMPLE", "AuditReport", "Regions", "audit", "cdd_available"]

DEFAULT_SAMPLE = 10
"""Regions audited unless the user asks for another number."""

_ROUNDINGS = (8, 16, 32, 64, 128, 256)
"""Binary places tried for the interior point of a region."""


@dataclass(frozen=True)
class AuditReport:
    """How many of the regions were audited; all of them agreed, or `audit` would have raised."""

    audited: int
    total: int


class Regions(Protocol):
    """What can be audited: a `Complex`, or regions made on request."""

    @property
    def n_regions(self) -> int:
        """How many there are."""

    def region(self, index: int) -> Region:
        """One of them."""


def audit(
    complex_: Regions,
    count: int | None = DEFAULT_SAMPLE,
    *,
    seed: int = 0,
    should_stop: Callable[[], bool] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> AuditReport:
    """Compare ``count`` regions, drawn with ``seed`` (None: all), with pycddlib's answer.

    ``should_stop``: asked before each region, True ends the audit; ``progress``: told how many regions
    are done, and of how many. Raises `InternalError` where the two computations differ and
    `MissingDependency` where pycddlib is not installed.
    """
    total = complex_.n_regions
    if count is not None and count < 0:
        raise InputError(f"audit: {count} regions asked for; give a number from 0 or 'all'")
    chosen: Sequence[int] = range(total)
    if count is not None and count < total:
        chosen = sorted(random.Random(seed).sample(range(total), count))
    done = 0
    # Matrices are small: several BLAS threads would wait for each other most of the time.
    with threadpool_limits(limits=1, user_api="blas"):
        for index in chosen:
            if should_stop is not None and should_stop():
                break
            _audit_region(complex_.region(index))
            done += 1
            if progress is not None:
                progress(done, len(chosen))
    return AuditReport(done, total)


def _audit_region(region: Region) -> None:
    named = _inequalities(region)
    rows = list(named)
    chosen = [rows[i] for i in irredundant(rows, _center(region, rows))]
    polyhedron = Polyhedron(region.complex.dimension, [(row[0], row[1:]) for row in chosen])
    if set(polyhedron.vertices) != set(region.vertices):
        raise InternalError(
            f"audit: {region!r} has {len(region.vertices)} vertices, pycddlib finds"
            f" {len(polyhedron.vertices)} or others; please report this network"
        )
    if len(polyhedron.facets) != len(chosen):
        raise InternalError(
            f"audit: {region!r} has {len(chosen)} facets, pycddlib finds"
            f" {len(polyhedron.facets)}; please report this network"
        )
    theirs = {frozenset(named[row]) for row in chosen}
    ours = {
        frozenset(("side", s) for s in facet.sides)
        | frozenset(("neuron", k) for k in facet.neurons)
        for facet in region.facets
    }
    if theirs != ours or len(ours) != len(region.facets):
        raise InternalError(
            f"audit: {region!r} has facets {sorted(map(sorted, ours))}, double description finds"
            f" {sorted(map(sorted, theirs))}; please report this network"
        )


def _center(region: Region, rows: Sequence[tuple[int, ...]]) -> list[int]:
    """Homogeneous integers of a simple point where every inequality is strict.

    The engine's interior point is a proposal: it is rounded to fewer digits as long as that is still
    inside, for short numbers make everything after it fast.
    """
    exact = region.interior_point
    for bits in _ROUNDINGS:
        point = tuple(Fraction(round(x * 2**bits), 2**bits) for x in exact)
        if _strictly_inside(homogeneous(point), rows):
            return homogeneous(point)
    center = homogeneous(exact)
    if not _strictly_inside(center, rows):
        raise InternalError(f"audit: the interior point of {region!r} is not inside it")
    return center


def _strictly_inside(point: Sequence[int], rows: Sequence[tuple[int, ...]]) -> bool:
    return all(sum(x * y for x, y in zip(row, point, strict=True)) > 0 for row in rows)


def _inequalities(region: Region) -> dict[tuple[int, ...], list[tuple[str, int]]]:
    """Every inequality `b + a.x >= 0` of the region, as primitive integers ``(b, a_1, .., a_d)``.

    With each its names, ("neuron", k) or ("side", s), several where inequalities coincide. One that does
    not depend on `x` must hold, and is left out.
    """
    complex_ = region.complex
    row = region.row
    (matrix, constants), _ = complex_.network.affine_maps(row)
    result: dict[tuple[int, ...], list[tuple[str, int]]] = {}
    for neuron, sign in enumerate(row):
        a, b = matrix[neuron], constants[neuron]
        if (sign == 0 and (b or any(a))) or (not any(a) and sign * b < 0):
            raise InternalError(
                f"audit: neuron {neuron} has another sign on {region!r} than its row says"
            )
        if sign and any(a):
            form = primitive([sign * x for x in (b, *a)])
            result.setdefault(form, []).append(("neuron", neuron))
    for side, (a, b) in enumerate(complex_.domain.inequalities()):
        result.setdefault(primitive((b, *a)), []).append(("side", side))
    return result
