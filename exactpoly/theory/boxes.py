"""Theorems on boxes, facets on the boundary of the box counted. Proofs: proofs/box_bounds.md."""

from __future__ import annotations

from fractions import Fraction

from exactpoly.theory.evidence import Evidence
from exactpoly.theory.formulas import box_mean_bound
from exactpoly.theory.theorem import Theorem
from exactpoly.theory.verdict import Check, Instance, Relation, conclude, not_applicable

__all__ = ["BOX_2D", "BOX_MEAN"]


def _box_2d(evidence: Evidence) -> Check:
    """proofs/theorems.md, 1.14."""
    if evidence.on_space or evidence.d != 2:
        return not_applicable("box-2d", "about boxes in the plane")
    mean = evidence.mean_with_boundary
    return conclude(
        "box-2d",
        [Instance("mean edges", mean, Relation.EQUAL, Fraction(4))],
        [evidence.simple],
    )


def _box_mean(evidence: Evidence) -> Check:
    if evidence.on_space:
        return not_applicable("box-mean", "about boxes; see avg-facets")
    d, widths = evidence.d, evidence.widths
    before = evidence.regions_before_last_layer if d > 2 else 1
    bound = box_mean_bound(d, widths, before, evidence.f[d])
    return conclude(
        "box-mean",
        [Instance("mean facets", evidence.mean_with_boundary, Relation.AT_MOST, bound)],
    )


BOX_2D = Theorem(
    "box-2d",
    "A simple complex in a plane box, box edges counted: the mean number of edges is exactly 4.",
    r"\overline{\#\mathrm{edges}} = 4",
    "Euler's relation; proofs/box_bounds.md, Theorem 1",
    "simple (with the sides of the box), decided",
    _box_2d,
)
BOX_MEAN = Theorem(
    "box-mean",
    "In a box with its facets counted the mean number of facets is at most 2d for d <= 2; for d >= 3 at"
    " most 2d + N and at most 2d + N' + (2d-4)(1 - f'/f_d), where N' neurons and f' regions are those"
    " before the last layer. With one hidden layer that is below 4d - 4.",
    r"\overline{\#\mathrm{facets}} \le \min\Bigl(2d + N,\ 2d + N'"
    r" + (2d-4)\bigl(1 - \tfrac{f'}{f_d}\bigr)\Bigr),\quad d \ge 3",
    "proofs/box_bounds.md, Theorem 2",
    "none",
    _box_mean,
    "The bound 2d is false for d >= 3; 4d - 4 is the least upper bound for one hidden layer, and with"
    " depth no bound in d alone exists: proofs/box_bounds.md, Theorems 3 and 4.",
)
