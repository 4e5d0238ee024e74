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
from math import lcm

import numpy as np

from exactpoly.depth.cones import all_cones, term_forms
from exactpoly.depth.identity import MOST_PAIRS, Identity
from exactpoly.depth.symmetric import Hinge, symmetric_sum
from exactpoly.errors import InputError

__all__ = ["Verdict", "decide"]

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
    cones = all_cones(n)
    common = lcm(*(term.coefficient.denominator for term in identity.terms))
    scaled = [int(term.coefficient * common) for term in identity.terms]
    if sum(map(abs, scaled)) * MOST_PAIRS * n + common >= 2**62:
        raise InputError(f"{identity.name}: its coefficients are too long for 64 bits")
    linear = np.zeros((len(cones), n), np.int64)
    keys, values = [], []
    for term, coefficient in zip(identity.terms, scaled, strict=True):
        part, codes, factors = term_forms(term, cones)
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
