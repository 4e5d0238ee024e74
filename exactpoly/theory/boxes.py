"""A theorem on boxes, facets on the boundary of the box counted. See `exactpoly.theory.depth` too."""

from __future__ import annotations

from fractions import Fraction

from exactpoly.theory.evidence import Evidence
from exactpoly.theory.theorem import Theorem
from exactpoly.theory.verdict import Check, Instance, Relation, conclude, not_applicable

__all__ = ["BOX_2D"]


def _box_2d(evidence: Evidence) -> Check:
    """proofs/theorems.md, 1.14."""
    if not evidence.on_box or evidence.d != 2:
        return not_applicable("box-2d", "about boxes in the plane")
    mean = evidence.mean_with_boundary
    return conclude(
        "box-2d",
        [Instance("mean edges", mean, Relation.EQUAL, Fraction(4))],
        [evidence.simple],
    )


BOX_2D = Theorem(
    "box-2d",
    "A simple complex in a plane box, box edges counted: the mean number of edges is exactly 4.",
    r"\overline{\#\mathrm{edges}} = 4",
    "Euler's relation; proofs/box_bounds.md, Theorem 1",
    "simple (with the sides of the box), decided",
    _box_2d,
)
