"""The sum of one term over all permutations of the numbers, on the cone `x_0 >= x_1 >= ..`.

A term knows of a permutation only in which order its own labels come, and of that order only which pair is
met first by which label (proofs/tropical.md, Theorem 5). So the orders of the labels are gone through label
by label, those that met the same pairs so far together, and what is left of each is put at all ranks that
its labels may have.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from math import comb, factorial, gcd

from exactpoly.depth.identity import Side, Term

__all__ = ["Hinge", "symmetric_sum"]

Hinge = tuple[int, ...]
"""Primitive integers with sum 0 and first nonzero entry positive: the hyperplane of a hinge."""

_Met = tuple[tuple[int, int], ...]
"""For each label, in order: how many pairs of either side it is the first to meet."""


def symmetric_sum(sides: Term, n: int) -> tuple[list[int], dict[Hinge, int]]:
    """The sum over all `n!` images of one term (its coefficient left out) on the cone `x_0 >= x_1 >= ..`.

    Returns its linear part, `n` integers, and the coefficient of each hinge.

    >>> from fractions import Fraction
    >>> symmetric_sum(Term(Fraction(1), (((0, 1),), ((2, 2),))), 3)
    ([6, 0, 0], {})
    """
    first, second = sides.sides if len(sides.sides) == 2 else (sides.sides[0],) * 2
    linear = [0] * n
    hinges: dict[Hinge, int] = defaultdict(int)
    labels = len(sides.labels)
    for met, count in _orders(first, second, sides.labels):
        part, cut = _placed(met, labels, n)
        linear = [x + count * y for x, y in zip(linear, part, strict=True)]
        for hinge, factor in cut:
            hinges[hinge] += count * factor
    return linear, dict(hinges)


def _orders(first: Side, second: Side, labels: tuple[int, ...]) -> Iterator[tuple[_Met, int]]:
    """What the orders of the labels meet, up to the last pair, and by how many orders."""
    bit = {label: 1 << k for k, label in enumerate(labels)}
    pairs = [[bit[i] | bit[j] for i, j in side] for side in (first, second)]
    found: dict[int, dict[_Met, int]] = {0: {(): 1}}
    for left in range(len(labels) - 1, -1, -1):
        longer: dict[int, dict[_Met, int]] = {}
        for used, orders in found.items():
            for own in bit.values():
                if used & own:
                    continue
                now = used | own
                high, low = (sum(1 for p in side if p & own and not p & used) for side in pairs)
                step = (high, low)
                if all(p & now for side in pairs for p in side):
                    for met, count in orders.items():
                        yield (*met, step), count * factorial(left)
                else:
                    into = longer.setdefault(now, {})
                    for met, count in orders.items():
                        into[(*met, step)] = into.get((*met, step), 0) + count
        found = longer


@lru_cache(1 << 18)
def _placed(met: _Met, labels: int, n: int) -> tuple[list[int], list[tuple[Hinge, int]]]:
    """The linear part and the hinges of all ways to give ``labels`` numbers ranks among `n`."""
    high, low = [p for p, _ in met], [q for _, q in met]
    gap = [p - q for p, q in met]
    if next((x for x in gap if x), 0) < 0:
        high, low, gap = low, high, [-x for x in gap]
    cut = any(sum(gap[: k + 1]) < 0 for k in range(len(gap)))
    factor = gcd(*gap) if cut else 1
    linear = [0] * n
    hinges = []
    for ranks in combinations(range(n), len(met)):
        # Labels that meet nothing any more come anywhere behind, other numbers anywhere else.
        ways = comb(n - 1 - ranks[-1], labels - len(met)) * factorial(n - labels)
        if not ways:
            continue
        direction = [0] * n
        for rank, x, d in zip(ranks, low if cut else high, gap, strict=True):
            linear[rank] += ways * x
            direction[rank] = d // factor
        if cut:
            hinges.append((tuple(direction), ways * factor))
    return linear, hinges
