"""The largest cube in every region: centre and half side, the inradius in the maximum norm, as float64.

With `a.x + b >= 0` on the region for each facet, `r` is largest subject to `a.x + b >= |a|_1 r`. Regions
with equally many facets go through the simplex method together, in float64, which proposes the `d + 1`
facets that the cube touches. Each proposal is then proven by bounds: multipliers are positive and the other
facets are not crossed, so that it is the one optimum, which is enclosed to ninety bits and rounded
(proofs/filter.md, Theorem 10). What is not proven comes from the exact linear program of the region.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from exactpoly.arithmetic.arrays import Floats, Marks
from exactpoly.arithmetic.filter_bounds import INFLATE, gamma
from exactpoly.arithmetic.fixed_point import carried
from exactpoly.arithmetic.growable import frozen
from exactpoly.arithmetic.rational import rounded
from exactpoly.complex.batch_simplex import maximised
from exactpoly.complex.enclosed import Enclosed, rounded_right, solved
from exactpoly.complex.facet_forms import FacetForms
from exactpoly.complex.fine_forms import Forms

if TYPE_CHECKING:
    from exactpoly.complex.complex import Complex

__all__ = ["largest_cubes"]

_CHUNK = 1 << 13
_LOST = 2.0**-1000
"""More than underflow takes away from a value."""


def largest_cubes(complex_: Complex) -> tuple[Floats, Floats]:
    """float64, shapes (regions, d) and (regions,): centres and half sides, each correctly rounded."""
    return _Cubes(complex_).found()


@dataclass(frozen=True, eq=False)
class _Group:
    """``regions``: (n,), their numbers; ``facets``: (n, m), theirs; ``signs``, (n, m), of the facets' forms
    on them; ``rows``: float64, (n, m, d + 1), those forms, at least 0 on the region.
    """

    regions: np.ndarray
    facets: np.ndarray
    signs: Floats
    rows: Floats

    def at(self, places: np.ndarray | slice) -> _Group:
        """Some of the regions."""
        return _Group(*(getattr(self, field.name)[places] for field in fields(self)))


class _Cubes:
    def __init__(self, complex_: Complex) -> None:
        self.complex = complex_
        self.facets = complex_.region_facets
        self.forms = FacetForms(complex_)
        self.centres = np.full((complex_.n_regions, complex_.dimension), np.nan)
        self.radii = np.full(complex_.n_regions, np.nan)

    def found(self) -> tuple[Floats, Floats]:
        counts = self.facets.counts
        for m in np.unique(counts).tolist():
            regions = np.flatnonzero(counts == m)
            for start in range(0, len(regions), _CHUNK):
                self._solve(regions[start : start + _CHUNK])
        for region in np.flatnonzero(np.isnan(self.radii)).tolist():
            cube = self.complex.region(region).chebyshev()
            if cube is None:
                self.radii[region] = np.inf
                continue
            self.centres[region] = [rounded(*x.as_integer_ratio()) for x in cube[0]]
            self.radii[region] = rounded(*cube[1].as_integer_ratio())
        return frozen(self.centres), frozen(self.radii)

    def _solve(self, regions: np.ndarray) -> None:
        """Cubes of regions with equally many facets, where they are proven."""
        facets = self.facets.take(regions).entries.reshape(len(regions), -1)
        if facets.shape[1] < self.complex.dimension:
            return
        signs, start = self.forms.signs(regions[:, None], facets), self._starts(regions)
        rows = self.forms.rounded[facets] * signs[:, :, None]
        usable = np.flatnonzero(~np.isnan(start).any(axis=1) & signs.all(axis=1))
        if not len(usable):
            return
        group = _Group(regions, facets, signs, rows).at(usable)
        basis, direction = maximised(group.rows, start[usable])
        self._put_infinite(group, direction)
        ended = np.flatnonzero((basis >= 0).all(axis=1))
        group, basis = group.at(ended), basis[ended]
        for part in self.forms.fine.chunks(len(ended), basis.shape[1]):
            self._prove(group.at(part), basis[part])

    def _starts(self, regions: np.ndarray) -> Floats:
        """A finite vertex of each region, rounded; NaN where there is none."""
        vertices = self.complex.region_vertices.take(regions)
        result = np.full((len(regions), self.complex.dimension), np.nan)
        has = vertices.counts > 0
        first = vertices.entries[vertices.start[:-1][has]]
        result[has] = self.complex.cells.coordinates.position[0][:, first].T
        return result

    def _put_infinite(self, group: _Group, direction: Floats) -> None:
        """A direction that leads away from all facets proves that cubes of any size fit in."""
        gradients = group.rows[:, :, :-1]
        with np.errstate(all="ignore"):
            value = np.einsum("nmj,nj->nm", gradients, direction)
            size = np.einsum("nmj,nj->nm", np.abs(gradients), np.abs(direction))
            most = np.abs(direction).max(axis=1)[:, None]
            bound = (
                size * gamma(2 * direction.shape[1] + 8) + self.forms.errors[group.facets] * most
            )
            away = value > bound * INFLATE + _LOST
        self.radii[group.regions[away.all(axis=1)]] = np.inf

    def _prove(self, group: _Group, basis: np.ndarray) -> None:
        d, place = self.complex.dimension, np.arange(len(basis))[:, None]
        lifted = self._lifted(group.facets[place, basis], group.signs[place, basis])
        cube, inverse, norm = solved(lifted, self.forms.fine.bits)
        with np.errstate(all="ignore"):
            # Entries of the inverse are off by at most this; its last row are minus the multipliers.
            off = np.abs(inverse).max(axis=0) * (norm / (1.0 - norm)) * INFLATE
            proven: Marks = (inverse[d] + off < 0).all(axis=0) & (norm < 0.5)
            spare = self._spare(group, cube)
        spare[place, basis] = True
        proven &= spare.all(axis=1) & rounded_right(cube).all(axis=1)
        self.centres[group.regions[proven]] = cube.high[proven, :d]
        self.radii[group.regions[proven]] = cube.high[proven, d]

    def _lifted(self, facets: np.ndarray, signs: Floats) -> Forms:
        """For facets, shape (n, d + 1), the forms `a.x - |a|_1 r + b`, at least 0 for cubes inside."""
        own = self.forms.digits[:, facets].astype(np.float64)
        own *= signs[:, :, None]
        direction = np.copysign(1.0, self.forms.rounded[facets][:, :, :-1] * signs[:, :, None])
        digits = np.empty((*own.shape[:3], own.shape[3] + 1))
        digits[..., :-2], digits[..., -1] = own[..., :-1], own[..., -1]
        digits[..., -2] = -(own[..., :-1] * direction).sum(axis=3)
        carried(digits, self.forms.fine.bits)
        return Forms(digits, 2.0 * self.forms.errors[facets], np.zeros(facets.shape))

    def _spare(self, group: _Group, cube: Enclosed) -> Marks:
        """bool, shape (n, m): facets that the enclosed cubes are proven not to touch."""
        gradients, constants = group.rows[:, :, :-1], group.rows[:, :, -1]
        centre, radius = cube.high[:, :-1], cube.high[:, -1:]
        length = np.abs(gradients).sum(axis=2)
        value = np.einsum("nmj,nj->nm", gradients, centre) + constants - length * radius
        size = np.einsum("nmj,nj->nm", np.abs(gradients), np.abs(centre))
        size += np.abs(constants) + length * np.abs(radius)
        most = np.maximum(np.abs(cube.high).max(axis=1), 1.0)[:, None]
        moved = (np.abs(cube.low) + cube.error).max(axis=1)[:, None]
        bound = size * gamma(4 * cube.high.shape[1] + 16) + 2.0 * length * moved
        bound += 2.0 * self.forms.errors[group.facets] * (most + moved)
        spare: Marks = value > bound * INFLATE + _LOST
        return spare
