"""The verdicts that a certificate claims: of theorems that a checker can decide from recounted cells.

The theorems are those of `exactpoly.theory`, asked here about evidence that keeps to what a checker has:
the cells with their sign rows, and the weights. Which theorems these are, and when one is left out, is
part of the format (FORMAT.md, "Verdicts"). `check` recounts the same verdicts with its own formulas.
"""

from __future__ import annotations

from functools import cached_property
from math import comb
from typing import TYPE_CHECKING, Any

import numpy as np

from exactpoly.theory import Check, Evidence, Hypothesis, Verdict, theorem

if TYPE_CHECKING:
    from exactpoly.arithmetic.arrays import Signs
    from exactpoly.complex.cells import Cells

__all__ = ["RECOUNTED", "CellEvidence", "verdict_claims"]

RECOUNTED = (
    "avg-faces",
    "avg-facets",
    "box-2d",
    "cells",
    "central-mean",
    "cube",
    "deep-bound",
    "deep-box",
    "deep-faces",
    "depth-needed",
    "euler",
    "log-mean",
    "min-facets",
    "monotone",
    "montufar-upper",
    "serra",
    "shallow-mean",
)
"""Ids of the theorems with a verdict in certificates."""

_MAX_SUBSETS, _MAX_DIMENSION, _MAX_BITS = 10**6, 16, 13000
"""What a checker is asked to bear; see FORMAT.md."""


class CellEvidence(Evidence):
    """Evidence whose hypotheses follow from the cells and from few enough subsets of hyperplanes.

    A network is generic and supertransversal iff it is generic and simple (proofs/theorems_deep.md,
    Theorem 1), so simple stands in for supertransversal.
    """

    @cached_property
    def supertransversal(self) -> Hypothesis:
        """Whether the complex is simple, which together with generic is the same."""
        return self.simple

    @cached_property
    def generic(self) -> Hypothesis:
        """As in general; not decided where it makes no difference or there are too many subsets."""
        feasible = all(decidable(len(x.neurons), x.inputs) for x in self.network.layers)
        if not feasible or not self.simple.met:
            return Hypothesis("generic", None)
        return super().generic

    @cached_property
    def general_position(self) -> Hypothesis:
        """As in general; not decided where there are too many subsets."""
        if not decidable(len(self.first_hyperplanes), self.d):
            return Hypothesis("general position", None)
        return super().general_position

    @cached_property
    def general_linear_position(self) -> Hypothesis:
        """As in general; not decided where there are too many subsets."""
        if not decidable(len(self.first_hyperplanes), self.d):
            return Hypothesis("general linear position", None)
        return super().general_linear_position

    @cached_property
    def growth(self) -> tuple[tuple[int, int], ...]:
        """`(f_(d-1), f_d)` after each neuron, cells on the boundary left out, from rows alone.

        Every region of the first neurons holds a region of all, and every wall between two of them a
        wall; the beginning of any other wall's row is that of a region (complex.md, Theorem 6).
        """
        regions = self.complex.region_rows
        alone = beginnings(regions)
        both = beginnings(np.concatenate([regions, _wall_rows(self.complex.cells)]))
        return tuple((int(b - r), int(r)) for r, b in zip(alone, both, strict=True))


def _wall_rows(cells: Cells) -> Signs:
    """int8, shape (walls, neurons): sign rows of the `(d-1)`-cells on no side."""
    below = cells.dimension - 1
    walls: Signs = cells.rows(below)[cells.sides(below) == 0]
    return walls


def decidable(n: int, m: int) -> bool:
    """Whether checkers decide general position of ``n`` hyperplanes in `R^m`."""
    return n <= m or (m <= _MAX_DIMENSION and comb(n + 1, m + 1) <= _MAX_SUBSETS)


def beginnings(rows: np.ndarray) -> np.ndarray:
    """int64 (neurons,): how many different beginnings of 1, 2, .. letters distinct rows have.

    ``rows``: int8, shape (n, neurons), signs.
    """
    count, neurons = rows.shape
    if not neurons:
        return np.zeros(0, np.int64)
    words = np.ascontiguousarray(rows + np.int8(2)).view(f"S{neurons}")[:, 0]
    letters = np.sort(words).view(np.uint8).reshape(count, neurons)
    first = (letters[1:] != letters[:-1]).argmax(axis=1)
    result: np.ndarray = 1 + np.cumsum(np.bincount(first, minlength=neurons))
    return result


def verdict_claims(evidence: CellEvidence) -> dict[str, Any]:
    """The claim ``verdicts``: theorem id -> verdict and exact sides."""
    checks = (theorem(name).check(evidence) for name in RECOUNTED)
    return {check.id: _entry(check) for check in checks if _stated(check, evidence)}


def _stated(check: Check, evidence: CellEvidence) -> bool:
    """Whether a verdict is claimed: the theorem applies and a checker can decide it."""
    if check.verdict is Verdict.NOT_APPLICABLE:
        return False
    met = {h.met for h in check.hypotheses}
    if check.id == "cells":
        met.add(True if evidence.general_position.met is not None else None)
    if None in met and False not in met:
        return False
    numbers = [m for i in check.instances for x in (i.left, i.right) for m in x.as_integer_ratio()]
    return max(abs(m) for m in numbers).bit_length() <= _MAX_BITS


def _entry(check: Check) -> dict[str, Any]:
    sides = [[str(i.left), i.relation.value, str(i.right)] for i in check.instances]
    return {"sides": sides, "verdict": check.verdict.value}
