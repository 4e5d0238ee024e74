"""Complexes in space as drawings need them: regions as bodies that are pushed apart.

A region that is pushed away from the middle keeps its shape: all its corners move by the same vector.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from exactpoly.arithmetic.arrays import Floats
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.errors import InputError
from exactpoly.levelset.decision import Decision
from exactpoly.levelset.forms import difference_network, level_network
from exactpoly.report.scene import TIE
from exactpoly.report.shapes import cycles
from exactpoly.report.shown import Shown

if TYPE_CHECKING:
    from fractions import Fraction

__all__ = ["Solid", "solid_classes"]


@dataclass(frozen=True)
class Solid(Shown):
    """A complex of dimension 3 and the box in which it is shown."""

    def __post_init__(self) -> None:
        if self.complex.dimension != 3:
            raise InputError(f"a complex of dimension {self.complex.dimension} is not a solid")
        super().__post_init__()

    @cached_property
    def polygons(self) -> list[list[int]]:
        """The corners of each 2-cell in cyclic order."""
        return cycles(self.seen.cells, range(self.seen.cells.sizes[2]))

    @cached_property
    def facets(self) -> list[list[int]]:
        """For each region the 2-cells on its boundary."""
        lists = self.seen.cells.facets(3)
        return [lists[i].tolist() for i in range(self.seen.n_regions)]

    @cached_property
    def centres(self) -> Floats:
        """float64 (regions, 3): the mean of each region's corners."""
        lists = self.seen.cells.vertices(3)
        total = np.add.reduceat(self.points[lists.entries], lists.start[:-1], axis=0)
        means: Floats = total / lists.counts[:, None]
        return means

    def exploded(self, amount: float) -> list[list[Floats]]:
        """For each region its polygons, float64 (corners, 3), pushed from the middle by ``amount`` times
        the distance of its centre."""
        middle = np.array([float(a + b) / 2 for a, b in self.bounds])
        shifts = amount * (self.centres - middle)
        return [
            [self.points[self.polygons[cell]] + shift for cell in facets]
            for facets, shift in zip(self.facets, shifts, strict=True)
        ]


def solid_classes(solid: Solid, level: Fraction) -> tuple[Solid, list[int]]:
    """The solid cut along its classes, and the class of each region, `TIE` where several are equal."""
    network = solid.seen.network
    outputs = network.output_dimension
    refined = difference_network(network) if outputs > 1 else level_network(network, level)
    complex_ = enumerate_complex(refined, domain=solid.seen.domain)
    cut = Solid(complex_, solid.bounds)
    if outputs == 1:
        signs = complex_.signs(3, complex_.network.n_neurons - 1).tolist()
        return cut, [TIE if s == 0 else int(s > 0) for s in signs]
    wins: Any = Decision(complex_, outputs).winners[:, -complex_.n_regions :]
    return cut, np.where(wins.sum(axis=0) == 1, wins.argmax(axis=0), TIE).tolist()
