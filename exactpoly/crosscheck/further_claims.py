"""What may be claimed beside the complex itself: level sets, meshes of them, verdicts on properties."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from exactpoly.levelset.forms import Component

__all__ = ["HOMOLOGIES", "ClaimedLevelSet", "ClaimedMesh", "ClaimedProperty", "Face", "Level"]

Point = tuple[Fraction, ...]
Face = tuple[int, ...]

HOMOLOGIES = ("ordinary", "borel-moore", "one-point")
"""Which Betti numbers: of the set, Borel-Moore ones, or those of its one-point compactification."""


@dataclass(frozen=True)
class Level:
    """`{f = c}`: the value c and which output f is."""

    value: Fraction = Fraction(0)
    component: Component = None


@dataclass(frozen=True)
class ClaimedLevelSet:
    """Numbers about a set that a level cuts out; None is not stated.

    ``name``: as in `exactpoly.levelset.level.SETS`; ``betti``: `b_0, b_1, ..`, zeros at the end may be
    left out; ``homology``: see `HOMOLOGIES`; ``field``: 0 for the rationals, or a prime.
    """

    level: Level
    name: str = "zero"
    betti: tuple[int, ...] | None = None
    homology: str = "ordinary"
    field: int = 2
    euler: int | None = None
    components: int | None = None
    f_vector: tuple[int, ...] | None = None


@dataclass(frozen=True)
class ClaimedMesh:
    """A surface in dimension 3 that is meant to be a level set: vertices, and faces as cycles of them."""

    level: Level
    vertices: tuple[Point, ...]
    faces: tuple[Face, ...]


@dataclass(frozen=True)
class ClaimedProperty:
    """A verdict on a VNN-LIB property.

    ``text``: what the file holds; ``name``: its name; ``result``: ``"sat"`` or ``"unsat"``; ``witness``: a
    point, for ``"sat"``.
    """

    name: str
    text: str
    result: str
    witness: Point | None = None
