"""Theorems on what depth can do: sharp bounds on mean numbers of facets. Proofs: proofs/sharp_bound.md.

They ask nothing of the network but what is said: duplicate, parallel and concurrent hyperplanes, dead
neurons, linear units and skip connections are included.
"""

from __future__ import annotations

from fractions import Fraction
from math import comb

from exactpoly.theory.depth_formulas import (
    box_bound_by_depth,
    box_bound_by_widths,
    iterated_face_bound,
    layers_needed,
    log2_between,
    space_bound_by_depth,
    space_bound_by_widths,
)
from exactpoly.theory.evidence import Evidence
from exactpoly.theory.theorem import Theorem
from exactpoly.theory.verdict import (
    Check,
    Instance,
    Relation,
    conclude,
    not_applicable,
)

__all__ = ["DEEP_BOUND", "DEEP_BOX", "DEEP_FACES", "DEPTH_NEEDED", "LOG_MEAN"]


def _deep_bound(evidence: Evidence) -> Check:
    if not evidence.on_space:
        return not_applicable("deep-bound", "about all of R^d; see deep-box")
    d, depth, mean = evidence.d, len(evidence.widths), evidence.mean
    by_widths = space_bound_by_widths(d, evidence.units)
    instances = [Instance("by widths", mean, Relation.AT_MOST, by_widths)]
    if depth:
        by_depth = Fraction(space_bound_by_depth(d, depth))
        instances.append(Instance("by depth", mean, Relation.LESS, by_depth))
    return conclude("deep-bound", instances)


def _deep_box(evidence: Evidence) -> Check:
    if not evidence.on_box:
        return not_applicable("deep-box", "about boxes; see deep-bound")
    bound = box_bound_by_widths(evidence.d, evidence.units)
    mean = evidence.mean_with_boundary
    instances = [Instance("by widths", mean, Relation.AT_MOST, bound)]
    if evidence.widths:
        by_depth = Fraction(box_bound_by_depth(evidence.d, len(evidence.widths)))
        instances.append(Instance("by depth", mean, Relation.AT_MOST, by_depth))
    return conclude("deep-box", instances)


def _deep_faces(evidence: Evidence) -> Check:
    if not evidence.on_space:
        return not_applicable("deep-faces", "about all of R^d")
    d, f, depth = evidence.d, evidence.f, max(1, len(evidence.widths))
    # In a simple complex an i-cell lies in 2^(j-i) C(d-i, j-i) j-cells (local cube).
    instances = [
        Instance(
            f"i = {i}, j = {j}",
            Fraction(f[i] * 2 ** (j - i) * comb(d - i, j - i), f[j]),
            Relation.AT_MOST,
            iterated_face_bound(i, j, d, depth),
        )
        for j in range(1, d + 1)
        for i in range(j)
        if f[j]
    ]
    return conclude("deep-faces", instances, [evidence.simple])


def _log_mean(evidence: Evidence) -> Check:
    bound = log2_between(evidence.f[evidence.d], evidence.mean)
    if bound is None:
        return not_applicable("log-mean", "20 bits of the logarithm do not decide it")
    return conclude("log-mean", [Instance("mean facets", evidence.mean, Relation.AT_MOST, bound)])


def _depth_needed(evidence: Evidence) -> Check:
    if not evidence.on_space or evidence.d < 3:
        return not_applicable("depth-needed", "about all of R^d, d >= 3")
    needed = layers_needed(evidence.d, evidence.mean)
    has = Fraction(len(evidence.widths))
    return conclude(
        "depth-needed", [Instance("hidden layers needed", Fraction(needed), Relation.AT_MOST, has)]
    )


DEEP_BOUND = Theorem(
    "deep-bound",
    "The sharp bound: with L hidden layers the mean number of facets of a region is below 2L(d-2) + 4, for"
    " d >= 2 (below 2 for d = 1); with ranks and widths it is at most twice the density M_L.",
    r"\frac{2 f_{d-1}}{f_d} < 2L(d-2)+4,\quad \frac{2 f_{d-1}}{f_d} \le 2 M_L,\quad"
    r" M_l = \min\Bigl(\tfrac{n_1+\dots+n_l}{2},\ \max_{k \le r_l} (k + w_k)\Bigr)",
    "proofs/sharp_bound.md; one layer: Fukuda, Saito, Tamura 1991",
    "none",
    _deep_bound,
    "2L(d-2) + 4 is the least upper bound for every d >= 2 and every L. M_0 = 0; w_k is M_(l-1)"
    " for k <= d-2, min(1, M_(l-1)) for k = d-1, 0 for k = d; r_l is at most d, n_l and the outputs"
    " of earlier layers.",
)
DEEP_BOX = Theorem(
    "deep-box",
    "In a box with its sides counted, L hidden layers: the mean number of facets is at most"
    " 2(L+1)(d-2) + 4 for d >= 2 (2 for d = 1), and at most a sharper bound from ranks and widths.",
    r"\overline{\#\mathrm{facets}} \le 2(L+1)(d-2)+4",
    "proofs/sharp_bound.md",
    "none",
    _deep_box,
    "The least upper bound for every d >= 2 and every L. The bound 2d is false in a box for d >= 3: one"
    " plane that cuts a cube in a hexagon leaves two regions with 7 facets each.",
)
DEEP_FACES = Theorem(
    "deep-faces",
    "What is true of avg-faces and cube for L hidden layers: the mean number of (k-1)-faces of a k-cell is"
    " at most m_k = 2k + 2(L-1)(d-2) (m_1 = 2), that of i-faces of a j-cell at most m_(i+1)..m_j / (j-i)!.",
    r"\frac{2^{j-i}\binom{d-i}{j-i} f_i}{f_j} \le \frac{m_{i+1} \cdots m_j}{(j-i)!},\quad"
    r" m_1 = 2,\ m_k = 2k + 2(L-1)(d-2)",
    "proofs/sharp_bound.md",
    "simple, decided",
    _deep_faces,
    "The least upper bound for k = d. For k < d it is not: for d = 3 sharp bounds are proved too"
    " (proofs/sharp_bound.md, Theorem 6); edges of 2-cells stay below 6(L+1)/(L+2) there.",
)
LOG_MEAN = Theorem(
    "log-mean",
    "The mean number of facets of a region, off the boundary of the domain, is at most log2 of the number"
    " of regions.",
    r"\frac{2 \#\mathrm{walls}}{f_d} \le \log_2 f_d",
    "proofs/sharp_bound.md",
    "none",
    _log_mean,
    "Attained by n hyperplanes that cut space into 2^n regions. The right side shown is log2 rounded down.",
)
DEPTH_NEEDED = Theorem(
    "depth-needed",
    "On R^d, d >= 3, a mean of 2L(d-2) + 4 facets or more certifies more than L hidden layers, whatever the"
    " widths.",
    r"L \ge \Bigl\lfloor \frac{\overline{\#\mathrm{facets}} - 4}{2(d-2)} \Bigr\rfloor + 1,\quad d \ge 3",
    "proofs/sharp_bound.md",
    "none",
    _depth_needed,
    "examples/refutations has a 3-15-7-5 whose mean no network with two hidden layers has.",
)
