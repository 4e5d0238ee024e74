"""Audit of a complex by pycddlib: a second exact computation of its regions, one by one.

For a region, *all* inequalities of its sign row (every neuron, every side of the box) go through
exact double description. It must give exactly the vertices that the engine found, and its facets
must be the engine's, each with the same neurons or side. Nothing of the engine's lattice enters the
inequalities: they are composed from the layers anew (`Network.affine_maps`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from exactpoly.errors import InputError, InternalError
from exactpoly.polyhedra.polyhedron import Polyhedron, cdd_available

if TYPE_CHECKING:
    from exactpoly.complex.region import Region

__all__ = ["DEFAULT_SAMPLE", "AuditReport", "Regions", "audit", "cdd_available"]

DEFAULT_SAMPLE = 10
"""Regions audited unless the user asks for another number."""


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
    progress: Callable[[int], None] | None = None,
) -> AuditReport:
    """Compare ``count`` regions, drawn with ``seed`` (None: all), with pycddlib's answer.

    ``progress`` is called with the number of regions done. Raises `InternalError` where the two
    computations differ and `MissingDependency` where pycddlib is not installed.
    """
    total = complex_.n_regions
    if count is not None and count < 0:
        raise InputError(f"audit: {count} regions asked for; give a number from 0 or 'all'")
    chosen: Sequence[int] = range(total)
    if count is not None and count < total:
        chosen = sorted(random.Random(seed).sample(range(total), count))
    for done, index in enumerate(chosen, 1):
        _audit_region(complex_.region(index))
        if progress is not None:
            progress(done)
    return AuditReport(len(chosen), total)


def _audit_region(region: Region) -> None:
    names, inequalities = _inequalities(region)
    polyhedron = Polyhedron(region.complex.dimension, inequalities)
    if set(polyhedron.vertices) != set(region.vertices):
        raise InternalError(
            f"audit: {region!r} has {len(region.vertices)} vertices, pycddlib finds"
            f" {len(polyhedron.vertices)} or others; please report this network"
        )
    theirs = {frozenset(names[i] for i in facet.inequalities) for facet in polyhedron.facets}
    ours = {
        frozenset(("side", s) for s in facet.sides)
        | frozenset(("neuron", k) for k in facet.neurons)
        for facet in region.facets
    }
    if theirs != ours or len(ours) != len(region.facets):
        raise InternalError(
            f"audit: {region!r} has facets {sorted(map(sorted, ours))}, pycddlib finds"
            f" {sorted(map(sorted, theirs))}; please report this network"
        )


def _inequalities(
    region: Region,
) -> tuple[list[tuple[str, int]], list[tuple[Fraction, tuple[Fraction, ...]]]]:
    """Every inequality `b + a.x >= 0` of the region with its name, ("neuron", k) or ("side", s)."""
    complex_ = region.complex
    row = region.row
    (matrix, constants), _ = complex_.network.affine_maps(row)
    names: list[tuple[str, int]] = []
    inequalities: list[tuple[Fraction, tuple[Fraction, ...]]] = []
    for neuron, sign in enumerate(row):
        a, b = matrix[neuron], constants[neuron]
        if sign == 0:
            if b or any(a):
                raise InternalError(
                    f"audit: neuron {neuron} does not vanish on {region!r}, its row says it does"
                )
            continue
        names.append(("neuron", neuron))
        inequalities.append((sign * b, tuple(sign * x for x in a)))
    if complex_.domain.bounds is not None:
        d = complex_.dimension
        for axis, bounds in enumerate(complex_.domain.bounds):
            for upper, bound in enumerate(bounds):
                sign = -1 if upper else 1
                names.append(("side", 2 * axis + upper))
                inequalities.append(
                    (-sign * bound, tuple(Fraction(sign * (i == axis)) for i in range(d)))
                )
    return names, inequalities
