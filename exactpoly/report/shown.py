"""A complex and the box in which a picture shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from exactpoly.arithmetic.arrays import Floats
from exactpoly.report.shapes import Bounds, region_numbers, seen_in

if TYPE_CHECKING:
    from exactpoly.complex.complex import Complex

__all__ = ["Shown"]


@dataclass(frozen=True)
class Shown:
    """``complex``: the whole one; ``seen``: its part in ``bounds``."""

    complex: Complex
    bounds: Bounds
    seen: Complex = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "seen", seen_in(self.complex, self.bounds))
        object.__setattr__(self, "bounds", self.seen.domain.box_around)

    @cached_property
    def points(self) -> Floats:
        """float64 (n, dimension): the vertices in the box, exact coordinates correctly rounded."""
        return self.seen.vertex_array

    @cached_property
    def numbers(self) -> list[int]:
        """The number of each shown region in the whole complex."""
        return region_numbers(self.complex, self.seen)
