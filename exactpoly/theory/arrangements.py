"""Theorems on one hidden layer: its complex on `R^d` is a hyperplane arrangement."""

from __future__ import annotations

from fractions import Fraction

from exactpoly.theory.evidence import Evidence
from exactpoly.theory.formulas import (
    arrangement_cells,
    arrangement_mean,
    central_mean,
    central_regions,
)
from exactpoly.theory.theorem import Theorem
from exactpoly.theory.verdict import Check, Instance, Relation, conclude, not_applicable

__all__ = ["CELLS", "CENTRAL_MEAN", "SHALLOW_MEAN"]


def _excluded(evidence: Evidence) -> str:
    """Why one-layer theorems on `R^d` say nothing here, empty if they do."""
    if not evidence.on_space:
        return "about all of R^d"
    if not evidence.one_layer:
        return "about one hidden layer"
    return ""


def _cells(evidence: Evidence) -> Check:
    if reason := _excluded(evidence):
        return not_applicable("cells", reason)
    n, d = sum(evidence.widths), evidence.d
    position = evidence.general_position
    relation = Relation.EQUAL if position.met else Relation.AT_MOST
    largest = [arrangement_cells(n, d, k) for k in range(d + 1)]
    instances = [
        Instance(f"k = {k}", Fraction(evidence.f[k]), relation, Fraction(bound))
        for k, bound in enumerate(largest)
    ]
    if position.met is False:
        # Equality for all k would mean general position, so something is strictly less.
        less = sum(bound > f for bound, f in zip(largest, evidence.f, strict=True))
        instances.append(
            Instance(
                "number of k with strict inequality", Fraction(less), Relation.AT_LEAST, Fraction(1)
            )
        )
    return conclude("cells", instances, reason=str(position))


def _shallow_mean(evidence: Evidence) -> Check:
    if reason := _excluded(evidence):
        return not_applicable("shallow-mean", reason)
    n = sum(evidence.widths)
    exact = arrangement_mean(n, evidence.d)
    return conclude(
        "shallow-mean",
        [Instance(f"n = {n}", evidence.mean, Relation.EQUAL, exact)],
        [evidence.general_position],
    )


def _central_mean(evidence: Evidence) -> Check:
    reason = _excluded(evidence)
    if not reason and any(row[-1] for row in evidence.first_hyperplanes):
        reason = "about layers without bias"
    if reason:
        return not_applicable("central-mean", reason)
    n, d = sum(evidence.widths), evidence.d
    return conclude(
        "central-mean",
        [
            Instance(
                "regions",
                Fraction(evidence.f[d]),
                Relation.EQUAL,
                Fraction(central_regions(n, d)),
            ),
            Instance("mean", evidence.mean, Relation.EQUAL, central_mean(n, d)),
        ],
        [evidence.general_linear_position],
    )


CELLS = Theorem(
    "cells",
    "One hidden layer: the number of k-cells is at most that of an arrangement in general position,"
    " with equality for all k exactly in general position.",
    r"f_k \le \binom{n}{d-k} \sum_{i=0}^{k} \binom{n-d+k}{i}",
    "Schlaefli; Buck 1943; Zaslavsky 1975",
    "none for the inequality; general position, decided, for equality",
    _cells,
    "General position, not local simplicity, is what equality needs: parallel lines form a simple"
    " complex with fewer regions.",
)
SHALLOW_MEAN = Theorem(
    "shallow-mean",
    "One hidden layer in general position: the exact mean number of facets of a region.",
    r"\frac{2 f_{d-1}}{f_d} = \frac{2n \sum_{i<d} \binom{n-1}{i}}{\sum_{i \le d} \binom{n}{i}}",
    "Fukuda, Saito, Tamura 1991; Gaines and Bi, ICLR 2026, Theorem 3.7",
    "general position, decided",
    _shallow_mean,
)
CENTRAL_MEAN = Theorem(
    "central-mean",
    "One hidden layer without bias in general linear position: the exact number of regions and the"
    " exact mean number of facets, which tends to 2(d-1).",
    r"f_d = 2\sum_{i<d}\binom{n-1}{i},\quad"
    r" \frac{2 f_{d-1}}{f_d} = \frac{2n \sum_{i<d-1} \binom{n-2}{i}}{\sum_{i<d} \binom{n-1}{i}}"
    r"\ (n, d \ge 2)",
    "Cover 1965; the mean: proofs/theorems.md, 1.10",
    "no bias, general linear position, decided",
    _central_mean,
)
