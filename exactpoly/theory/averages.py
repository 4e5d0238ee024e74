"""Theorems on mean numbers of faces, on `R^d`.

What is known (proofs/theorems.md, 1.4, 1.6, 2; proofs/theorems_deep.md): the bound `2d` on the mean
number of facets, published for all generic and supertransversal networks, holds for one hidden layer
and for `d <= 2`, degenerate or not; for `d >= 3` it is false for networks with two hidden layers and
more, generic and supertransversal ones included. The same goes for what was deduced from it. What is
true for them is in `exactpoly.theory.depth`.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import comb

from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.theory.evidence import Evidence
from exactpoly.theory.theorem import Theorem
from exactpoly.theory.verdict import (
    Check,
    Hypothesis,
    Instance,
    Relation,
    conclude,
    not_applicable,
)

__all__ = ["AVG_FACES", "AVG_FACETS", "CUBE", "LOW_RANK", "MIN_FACETS", "MONOTONE"]

_ON_SPACE = "about all of R^d"


def _published(evidence: Evidence) -> list[Hypothesis]:
    """The hypotheses of Gaines and Bi, or the reason why the case at hand is proved without them.

    Supertransversal at the points that inputs reach: for three hidden layers and more that asks less than
    was published (`Evidence.supertransversal_everywhere`), so a theorem that fails under it may still be
    silent about the network as it was published.
    """
    if evidence.one_layer or evidence.d <= 2:
        return [Hypothesis("one hidden layer or d <= 2", True)]
    return [evidence.generic, evidence.supertransversal]


def _avg_facets(evidence: Evidence) -> Check:
    """proofs/theorems.md, 1.1 (the mean), 1.4 and 1.6 (without hypotheses), 2.1 (refuted)."""
    if not evidence.on_space:
        return not_applicable("avg-facets", _ON_SPACE + "; see deep-box")
    f, d = evidence.f, evidence.d
    mean = Fraction(2 * f[d - 1], f[d])
    return conclude(
        "avg-facets",
        [Instance("mean facets", mean, Relation.AT_MOST, Fraction(2 * d))],
        _published(evidence),
    )


def _avg_faces(evidence: Evidence) -> Check:
    if not evidence.on_space:
        return not_applicable("avg-faces", _ON_SPACE)
    return conclude("avg-faces", _face_means(evidence), _published(evidence))


def _face_means(evidence: Evidence) -> list[Instance]:
    """For each `k` with `k`-cells: mean number of `(k-1)`-faces of a `k`-cell against `2k`."""
    return [
        Instance(
            f"k = {k}",
            Fraction(evidence.face_pairs[k], evidence.f[k]),
            Relation.AT_MOST,
            Fraction(2 * k),
        )
        for k in range(1, evidence.d + 1)
        if evidence.f[k]
    ]


def _cube(evidence: Evidence) -> Check:
    if not evidence.on_space:
        return not_applicable("cube", _ON_SPACE)
    d, f = evidence.d, evidence.f
    false = [i.label for i in _face_means(evidence) if not i.true]
    hypotheses = [
        evidence.simple,
        Hypothesis(
            "avg-faces true for every k",
            not false,
            f"false for {', '.join(false)}" if false else "",
        ),
    ]
    # In a simple complex an i-cell lies in 2^(j-i) C(d-i, j-i) j-cells (local cube).
    instances = [
        Instance(
            f"i = {i}, j = {j}",
            Fraction(f[i] * 2 ** (j - i) * comb(d - i, j - i), f[j]),
            Relation.AT_MOST,
            Fraction(2 ** (j - i) * comb(j, i)),
        )
        for j in range(1, d + 1)
        for i in range(j)
        if f[j]
    ]
    return conclude("cube", instances, hypotheses)


def _min_facets(evidence: Evidence) -> Check:
    if not evidence.on_space:
        return not_applicable("min-facets", _ON_SPACE)
    least = min(evidence.widths[0] if evidence.widths else 0, evidence.d)
    return conclude(
        "min-facets",
        [
            Instance(
                "fewest facets",
                Fraction(evidence.fewest_facets),
                Relation.AT_LEAST,
                Fraction(least),
            )
        ],
        [evidence.full_first_rank],
    )


def _monotone(evidence: Evidence) -> Check:
    if not evidence.on_space:
        return not_applicable("monotone", _ON_SPACE)
    means = [Fraction(2 * walls, regions) for walls, regions in evidence.growth]
    instances = [
        Instance(f"neuron {i} added", after, Relation.AT_LEAST, before)
        for i, (before, after) in enumerate(pairwise(means), start=1)
    ]
    if not instances:
        return not_applicable("monotone", "about networks with two neurons and more")
    return conclude("monotone", instances, [evidence.generic, evidence.supertransversal])


def _low_rank(evidence: Evidence) -> Check:
    if not evidence.on_space:
        return not_applicable("low-rank", _ON_SPACE)
    rank, network = evidence.reduced
    lost = evidence.d - rank
    if not lost:
        return not_applicable("low-rank", "the first layer has rank d")
    smaller = (1,) if network is None else enumerate_complex(network).f_vector
    instances = [
        Instance(
            f"k = {k}",
            Fraction(count),
            Relation.EQUAL,
            Fraction(smaller[k - lost] if k >= lost else 0),
        )
        for k, count in enumerate(evidence.f)
    ]
    walls = smaller[-2] if network is not None else 0
    mean = Fraction(2 * walls, smaller[-1])
    instances.append(Instance("mean facets", evidence.mean, Relation.EQUAL, mean))
    return conclude("low-rank", instances, reason=f"compared with the network on R^{rank}")


AVG_FACETS = Theorem(
    "avg-facets",
    "The mean number of facets of a region is at most 2d, whatever width and depth.",
    r"\frac{2 f_{d-1}}{f_d} \le 2d",
    "one layer: Fukuda, Saito, Tamura 1991; deep: Gaines and Bi, ICLR 2026, Theorem 3.4; the question:"
    " Fan et al., arXiv 2305.09145",
    "one hidden layer or d <= 2: none; otherwise generic and supertransversal, as published (for three"
    " hidden layers and more in a weaker form: proofs/theorems_deep.md, Theorem 1)",
    _avg_facets,
    "Proved here without genericity for one hidden layer and for d <= 2. False for d >= 3 with two"
    " hidden layers and more, also where every layer's hyperplanes are in general position in that"
    " layer's input space and the network is supertransversal, which is how the published hypotheses"
    " are read; no bound in d alone can replace it: proofs/theorems.md, 1.4, 1.6, 2.1;"
    " proofs/theorems_deep.md, Theorem 4. What is true instead: deep-bound.",
    refuted=True,
)
AVG_FACES = Theorem(
    "avg-faces",
    "The mean number of (k-1)-faces of a k-cell is at most 2k, for k = 1..d.",
    r"\frac{\#\{(F, G) : F \subset \overline{G},\ \dim F = k-1,\ \dim G = k\}}{f_k} \le 2k",
    "Gaines and Bi, ICLR 2026, Theorem 3.1",
    "one hidden layer or d <= 2: none; otherwise generic and supertransversal, as published (for three"
    " hidden layers and more in a weaker form: proofs/theorems_deep.md, Theorem 1)",
    _avg_faces,
    "False for d >= 3 with two hidden layers and more, from k = 2 on: proofs/theorems.md, 2.1. What is true"
    " instead: deep-faces.",
    refuted=True,
)
CUBE = Theorem(
    "cube",
    "The mean number of i-faces of a j-cell is at most that of a j-cube: on average no cell is more"
    " complex than a cube.",
    r"\frac{2^{j-i}\binom{d-i}{j-i} f_i}{f_j} \le 2^{j-i}\binom{j}{i},\quad 0 \le i < j \le d",
    "one layer: Fukuda, Saito, Tamura 1991; deep: the chain of avg-faces over k,"
    " proofs/theorems.md, 1.7",
    "simple, and avg-faces true for every k, both decided",
    _cube,
)
MIN_FACETS = Theorem(
    "min-facets",
    "Every region has at least min(n_1, d) facets.",
    r"\#\mathrm{facets}(R) \ge \min(n_1, d)",
    "Gaines and Bi, ICLR 2026, Theorem 3.5",
    "first layer of rank min(n_1, d), decided; nothing is asked of later layers",
    _min_facets,
    "Proved in the stronger form 'at least the rank of the first layer': proofs/theorems.md, 1.8.",
)
MONOTONE = Theorem(
    "monotone",
    "Adding a neuron to the last layer, or a layer after it, never lowers the mean number of facets.",
    r"\frac{f_{d-1}}{f_d}\ \text{does not decrease from neuron to neuron}",
    "Gaines and Bi, ICLR 2026, Theorem 3.6",
    "generic and supertransversal, as published (for three hidden layers and more in a weaker form:"
    " proofs/theorems_deep.md, Theorem 1)",
    _monotone,
    "True for one hidden layer in general position. False for deeper networks, already for d = 2 and"
    " widths 2-4-2: proofs/theorems.md, 2.2.",
    refuted=True,
)
LOW_RANK = Theorem(
    "low-rank",
    "A first layer of rank r < d: the complex is that of a network on R^r times R^(d-r).",
    r"f_k(N) = f_{k-(d-r)}(N'),\quad N(x) = N'(Bx),\ B \in \mathbb{R}^{r \times d}",
    "the setting of Fan et al., arXiv 2305.09145; proofs/theorems.md, 1.9",
    "rank of the first layer, decided",
    _low_rank,
)
