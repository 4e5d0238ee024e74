"""Deciding an identity on sorted cones: every term is a linear form plus one hinge, or none.

On the cone `x_w(0) >= x_w(1) >= ..` each `max(x_i, x_j)` is one variable, so `max(P, Q)` is
`r.x + relu(d.x)` with `d = p - r`, entries in the order of the cone. The entries of `d` add up to 0. If all
its prefix sums are `>= 0`, then `d.x >= 0` on the cone; if some are negative and some positive, `d.x = 0`
cuts its interior. Hinges with different hyperplanes are independent modulo linear forms, so a sum of
terms is the maximum iff on every cone the coefficients of each hinge cancel and the linear part is the
first variable (proofs/tropical.md, Theorem 5; the method of Ruess et al., arXiv 2607.21651, section 4.1,
and of Wang and Basu, arXiv 2608.25221, section 1.2).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
from math import factorial, lcm

import numpy as np

from exactpoly.depth.identity import MOST_NUMBERS, MOST_PAIRS, Identity, Term
from exactpoly.errors import InputError

__all__ = ["Hinge", "Verdict", "decide", "hinge_of", "symmetric_sum"]

Hinge = tuple[int, ...]
"""Primitive integers with sum 0 and first nonzero entry positive: the hyperplane of a hinge."""

_BASE, _SHIFT = 16, 8  # Entries of a hinge lie between -7 and 7; n of them fit into 64 bits.
_MOST_CONES = 8
"""Numbers up to which all cones are looked at, one by one, where there is no symmetry."""


@dataclass(frozen=True)
class Verdict:
    """Whether an identity ``holds``, after how many ``cones`` and ``hinges`` (directions); if not, why."""

    holds: bool
    cones: int
    hinges: int
    reason: str = ""


def decide(identity: Identity) -> Verdict:
    """Whether the sum is the maximum of its numbers on all of `R^n`, exactly.

    >>> from exactpoly.depth.identity import Identity, Term
    >>> sides = ((((0, 1),), ((2, 2),)))
    >>> decide(Identity(3, (Term(Fraction(1), sides),)))
    Verdict(holds=True, cones=6, hinges=0, reason='')
    """
    if identity.symmetric:
        return _decide_symmetric(identity)
    if identity.n > _MOST_CONES:
        raise InputError(
            f"{identity.name}: {identity.n} numbers without symmetry have too many cones; up to"
            f" {_MOST_CONES} are decided"
        )
    return _decide_cone_by_cone(identity)


def symmetric_sum(sides: Term, n: int) -> tuple[list[int], dict[Hinge, int]]:
    """The sum over all `n!` images of one term (its coefficient left out) on the cone `x_0 >= x_1 >= ..`.

    Returns its linear part, `n` integers, and the coefficient of each hinge.
    """
    labels = sides.labels
    others = factorial(n - len(labels))
    linear, codes, factors = _forms(sides, _placements(n, len(labels)), n)
    total: dict[Hinge, int] = {}
    cut = codes >= 0
    if cut.any():
        distinct, where = np.unique(codes[cut], return_inverse=True)
        counts = np.bincount(where, weights=factors[cut]).astype(np.int64)  # exact below 2^53
        for code, count in zip(distinct.tolist(), counts.tolist(), strict=True):
            total[hinge_of(code, n)] = count * others
    return [int(x) * others for x in linear.sum(axis=0)], total


def hinge_of(code: int, n: int) -> Hinge:
    """The hinge of a code."""
    return tuple(code // _BASE**i % _BASE - _SHIFT for i in range(n))


def _decide_symmetric(identity: Identity) -> Verdict:
    """The sum is invariant under all permutations, so one cone decides."""
    linear = [Fraction(0)] * identity.n
    hinges: dict[Hinge, Fraction] = defaultdict(Fraction)
    for term in identity.terms:
        part, cut = symmetric_sum(term, identity.n)
        linear = [x + term.coefficient * y for x, y in zip(linear, part, strict=True)]
        for hinge, count in cut.items():
            hinges[hinge] += term.coefficient * count
    wrong = next((hinge for hinge, value in hinges.items() if value), None)
    if wrong is not None:
        return Verdict(False, 1, len(hinges), f"the hinge {wrong} keeps {hinges[wrong]}")
    if linear != [1] + [0] * (identity.n - 1):
        shown = ", ".join(map(str, linear))
        return Verdict(False, 1, len(hinges), f"the linear part is ({shown}), not (1, 0, ..)")
    return Verdict(True, 1, len(hinges))


def _decide_cone_by_cone(identity: Identity) -> Verdict:
    n = identity.n
    cones = _placements(n, n)
    common = lcm(*(term.coefficient.denominator for term in identity.terms))
    scaled = [int(term.coefficient * common) for term in identity.terms]
    if sum(map(abs, scaled)) * MOST_PAIRS * n + common >= 2**62:
        raise InputError(f"{identity.name}: its coefficients are too long for 64 bits")
    linear = np.zeros((len(cones), n), np.int64)
    keys, values = [], []
    for term, coefficient in zip(identity.terms, scaled, strict=True):
        part, codes, factors = _forms(term, cones[:, list(term.labels)], n)
        linear += coefficient * part
        keys.append(codes)
        values.append(coefficient * factors)
    hinges = 0
    for cone in range(len(cones)):
        kept: dict[int, int] = defaultdict(int)
        for code, value in zip(keys, values, strict=True):
            if code[cone] >= 0:
                kept[int(code[cone])] += int(value[cone])
        hinges = max(hinges, len(kept))
        place = f"where the numbers have the ranks {tuple(cones[cone].tolist())}"
        if any(kept.values()):
            return Verdict(False, cone + 1, hinges, f"a hinge does not cancel {place}")
        if linear[cone].tolist() != [common] + [0] * (n - 1):
            return Verdict(False, cone + 1, hinges, f"the linear part is wrong {place}")
    return Verdict(True, len(cones), hinges)


def _placements(n: int, k: int) -> np.ndarray:
    """int8, shape (n!/(n-k)!, k): all ranks that k different numbers may have among n."""
    if n > MOST_NUMBERS:
        raise InputError(f"{n} numbers given; up to {MOST_NUMBERS} are decided")
    count = factorial(n) // factorial(n - k)
    flat = (x for ranks in permutations(range(n), k) for x in ranks)
    return np.fromiter(flat, np.int8, count * k).reshape(count, k)


def _forms(term: Term, ranks: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A term on several cones: linear parts (m, n), codes of hinges (-1: none), their factors.

    ``ranks``: int8, shape (m, labels), the rank of each label of the term.
    """
    column = {label: ranks[:, k] for k, label in enumerate(term.labels)}
    rows = np.arange(len(ranks))
    sums = []
    for side in term.sides:
        form = np.zeros((len(ranks), n), np.int64)
        for i, j in side:
            form[rows, np.minimum(column[i], column[j])] += 1
        sums.append(form)
    if len(sums) == 1:
        return sums[0], np.full(len(ranks), -1, np.int64), np.zeros(len(ranks), np.int64)
    high, low = sums
    gap = high - low
    first = np.take_along_axis(gap, (gap != 0).argmax(axis=1)[:, None], axis=1)
    swap = first < 0
    high, low, gap = np.where(swap, low, high), np.where(swap, high, low), np.where(swap, -gap, gap)
    cut = gap.cumsum(axis=1).min(axis=1) < 0
    factors = np.where(cut, np.gcd.reduce(gap, axis=1), 1)
    powers = _BASE ** np.arange(n, dtype=np.int64)
    codes = ((gap // factors[:, None] + _SHIFT) * powers).sum(axis=1)
    return np.where(cut[:, None], low, high), np.where(cut, codes, -1), factors
