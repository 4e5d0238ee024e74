"""A closed or open union of cells, and what can be asked of it: counts, homology, components.

Conventions. ``f_vector``: cells in the set, on a box those on its boundary too. ``betti``, ``torsion``:
ordinary homology. ``betti_borel_moore``: of the cells off the sides of the box; on `R^d` that is
Borel-Moore homology, on a box homology relative to the boundary of the domain. The one-point
compactification has one more in degree 0 (``betti_one_point``). An open set is meant relative to the
domain. Proofs: proofs/topology.md, Theorems 2 to 4.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from exactpoly.arithmetic.rational import exact_text, significant
from exactpoly.errors import InternalError
from exactpoly.levelset.arrangement import Arrangement
from exactpoly.topology.homology import Homology, homology

if TYPE_CHECKING:
    from exactpoly.levelset.polytope import Polytope

__all__ = ["CellSet", "Component"]

Field = int | Literal["Z"]


class CellSet:
    """A union of cells of an `Arrangement`.

    ``marks``: bool (n,), which cells, those on the sides too; ``closed``: whether the set is closed,
    or else open, in the domain.
    """

    def __init__(
        self, name: str, arrangement: Arrangement, marks: np.ndarray, *, closed: bool
    ) -> None:
        self.name = name
        self.arrangement = arrangement
        self.marks = marks
        self.closed = closed

    @property
    def empty(self) -> bool:
        """Whether the set has no point in the domain."""
        return not (self.marks & self.arrangement.shown).any()

    @cached_property
    def f_vector(self) -> tuple[int, ...]:
        """Number of cells of each dimension in the set."""
        return self.arrangement.counts(self.marks & self.arrangement.shown)

    @property
    def reaches_sides(self) -> bool:
        """Whether a cell lies on a side of the box (on `R^d`: whether the set is unbounded)."""
        return bool((self.marks & ~self.arrangement.off_sides).any())

    @cached_property
    def inner_homology(self) -> Homology:
        """Homology of the chain complex on the cells off the sides."""
        marks = self.marks & self.arrangement.off_sides
        return homology(self.arrangement.chains.selected(marks))

    @cached_property
    def closed_homology(self) -> Homology:
        """Homology of the chain complex on all cells of a closed set."""
        if not self.closed:
            raise InternalError("the cells of an open set are not a subcomplex")
        if not self.reaches_sides:
            return self.inner_homology
        return homology(self.arrangement.chains.selected(self.marks))

    @property
    def homology(self) -> Homology:
        """Ordinary homology; of an open set by Poincaré duality."""
        return self.closed_homology if self.closed else self.inner_homology.dual()

    def betti(self, field: Field = 0) -> tuple[int, ...]:
        """Betti numbers `b_0..b_d` over `Q` (0), `Z/p` (a prime p), or ranks over "Z"."""
        return self.homology.betti(field)

    def betti_borel_moore(self, field: Field = 0) -> tuple[int, ...]:
        """Betti numbers of Borel-Moore homology; on a box relative to the boundary of the domain."""
        return self.inner_homology.betti(field)

    def betti_one_point(self, field: Field = 0) -> tuple[int, ...]:
        """Betti numbers of the one-point compactification (a point is added to a compact set too)."""
        first, *rest = self.betti_borel_moore(field)
        return (first + 1, *rest)

    @property
    def torsion(self) -> tuple[tuple[int, ...], ...]:
        """Torsion coefficients of `H_0..H_d` over `Z`."""
        return self.homology.torsion

    @property
    def euler(self) -> int:
        """Euler characteristic."""
        return sum((-1) ** k * b for k, b in enumerate(self.betti()))

    @cached_property
    def components(self) -> tuple[Component, ...]:
        """The connected components, in order of their first cells."""
        part = self.arrangement.chains.selected(self.marks if self.closed else self._inner)
        cells = np.flatnonzero(self.marks if self.closed else self._inner)
        count, labels = part.components()
        order = np.argsort(labels, kind="stable")
        cuts = np.searchsorted(labels[order], np.arange(1, count))
        return tuple(
            Component(self, n, cells[np.sort(own)])
            for n, own in enumerate(np.split(order, cuts) if count else [])
        )

    @property
    def _inner(self) -> np.ndarray:
        inner: np.ndarray = self.marks & self.arrangement.off_sides
        return inner

    def to_json(self, coefficients: tuple[Field, ...] = ()) -> dict[str, Any]:
        """Counts and homology by the names in docs/topology.md."""
        result: dict[str, Any] = {"betti": list(self.betti())}
        if self.closed:
            name = (
                "betti_borel_moore"
                if self.arrangement.unbounded
                else "betti_relative_to_domain_boundary"
            )
            result[name] = list(self.betti_borel_moore())
            if self.arrangement.unbounded:
                result["betti_one_point"] = list(self.betti_one_point())
        result["f_vector"] = list(self.f_vector)
        result["euler"] = self.euler
        result["components"] = len(self.components)
        torsion = [list(t) for t in self.torsion]
        if any(torsion) or "Z" in coefficients:
            result["torsion"] = torsion
        primes = [p for p in coefficients if isinstance(p, int) and p > 1]
        if any(torsion) and 2 not in primes:
            primes = [2, *primes]
        for p in primes:
            result[f"betti_mod_{p}"] = list(self.betti(p))
        return result

    def __repr__(self) -> str:
        kind = "closed" if self.closed else "open"
        space = self.arrangement.unbounded
        where = (
            "R^d: f-vector without infinity" if space else "the domain: f-vector with its boundary"
        )
        return f"<{self.name}, {kind} in {where} {self.f_vector}>"


class Component:
    """A connected component. ``cells``: int64, its cells in the numbering of the arrangement."""

    def __init__(self, owner: CellSet, index: int, cells: np.ndarray) -> None:
        self.owner = owner
        self.index = index
        self.cells = cells

    @cached_property
    def as_set(self) -> CellSet:
        """The component as a set of its own."""
        marks = np.zeros(len(self.owner.marks), bool)
        marks[self.cells] = True
        name = f"component {self.index} of {self.owner.name}"
        return CellSet(name, self.owner.arrangement, marks, closed=self.owner.closed)

    @cached_property
    def bounded(self) -> bool:
        """Whether it is bounded: on `R^d`, whether its closure keeps off the sides at infinity."""
        arrangement = self.owner.arrangement
        if not arrangement.unbounded:
            return True
        if self.owner.closed:
            return bool(arrangement.off_sides[self.cells].all())
        return bool(arrangement.off_sides[closure(arrangement, self.cells)].all())

    @cached_property
    def dimension(self) -> int:
        """The largest dimension of a cell in it."""
        return self.owner.arrangement.level_of(int(self.cells[-1]))[0]

    @cached_property
    def volume(self) -> Fraction | None:
        """Exact `d`-dimensional volume; None where it is infinite."""
        arrangement = self.owner.arrangement
        first, complex_ = arrangement.offsets[arrangement.dimension], arrangement.complex
        if complex_ is None:
            raise InternalError("volumes need the whole complex")
        total = Fraction(0)
        for cell in self.cells[self.cells >= first].tolist():
            volume = complex_.region(cell - first).volume
            if volume is None:
                return None
            total += volume
        return total

    @cached_property
    def point(self) -> tuple[Fraction, ...]:
        """An exact point in the relative interior of one of its cells of largest dimension."""
        shown = self.cells[self.owner.arrangement.shown[self.cells]]
        return self.owner.arrangement.point(int(shown[-1]))

    def as_polytope(self) -> Polytope:
        """Whether it is a convex polytope, decided, with its faces; see `exactpoly.levelset.polytope`."""
        from exactpoly.levelset.polytope import as_polytope

        return as_polytope(self)

    def to_json(self) -> dict[str, Any]:
        """Dimension, bounded or not, volume and a point."""
        volume = self.volume
        return {
            "dimension": self.dimension,
            "bounded": self.bounded,
            "volume": None if volume is None else exact_text(volume),
            "volume_about": None if volume is None else significant(volume),
            "point": [exact_text(x) for x in self.point],
            "f_vector": list(self.as_set.f_vector),
        }

    def __repr__(self) -> str:
        kind = "closed" if self.owner.closed else "open"
        extent = "bounded" if self.bounded else "unbounded"
        what = f"{kind}, {extent}, dimension {self.dimension}"
        return f"<component {self.index} of {self.owner.name}, {what}>"


def closure(arrangement: Arrangement, cells: np.ndarray) -> np.ndarray:
    """bool (n,): the given cells and all their faces."""
    marks = np.zeros(arrangement.offsets[-1], bool)
    marks[cells] = True
    chains = arrangement.chains
    for k in range(arrangement.dimension, 0, -1):
        a, b = arrangement.offsets[k], arrangement.offsets[k + 1]
        entries = slice(int(chains.start[a]), int(chains.start[b]))
        marks[chains.facets[entries][marks[chains.owners[entries]]]] = True
    return marks
