"""The refutations of theorems.md, section 2, counted again by brute force, standard library only.

Shares no code and no idea with exactpoly: no refinement, no linear program, no double description,
no sign rows of faces. For every one of the `2^n` sign patterns of the first layer, and of the second
on it, the polytope in a large box is found by intersecting all triples of its planes in integers. It
is a region if its vertices span space; a constraint is a facet if the vertices on it span a plane.
(No neuron here vanishes on a region.)

Networks of the plane are taken times a line, which changes no number of facets. `BOX` is beyond every
vertex; that the counts are the same for a box a million times as large is checked for each.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, product
from math import gcd, lcm

BOX = 10**9
Row = tuple[int, ...]
"""`(a, b, c, k)` is the form `a x + b y + c z + k`; `(x, y, z, w)`, `w > 0`, a point."""
Layer = list[list[Fraction]]
"""Rows of weights, the bias last."""


def integers(row: Sequence[Fraction]) -> Row:
    """A positive multiple in integers."""
    common = lcm(*(x.denominator for x in row))
    return tuple(int(x * common) for x in row)


def determinant(p: Row, q: Row, r: Row) -> int:
    """Of the first three entries."""
    return (
        p[0] * (q[1] * r[2] - q[2] * r[1])
        - p[1] * (q[0] * r[2] - q[2] * r[0])
        + p[2] * (q[0] * r[1] - q[1] * r[0])
    )


def intersection(planes: Sequence[Row]) -> Row | None:
    """The common point of three planes by Cramer's rule, None if there is not exactly one."""
    w = determinant(*planes)
    if not w:
        return None
    solution = [determinant(*((*p[:i], -p[3], *p[i + 1 : 3]) for p in planes)) for i in range(3)]
    divisor = gcd(w, *solution) * (1 if w > 0 else -1)
    return tuple(x // divisor for x in (*solution, w))


def value(form: Row, point: Row) -> int:
    return sum(a * x for a, x in zip(form, point, strict=True))


def span(points: list[Row]) -> int:
    """Dimension of the affine hull, -1 if there are no points."""
    rows = [[Fraction(x) for x in p] for p in points]
    rank = 0
    for column in range(4):
        pivot = next((row for row in rows[rank:] if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        rows.insert(rank, pivot)
        rank += 1
        for row in rows[rank:]:
            factor = row[column] / pivot[column]
            row[:] = [x - factor * y for x, y in zip(row, pivot, strict=True)]
    return rank - 1


def polytope(forms: list[Row], size: int) -> list[Row]:
    """Vertices of the part of the box where all forms are nonnegative."""
    box = [(*(sign * (i == j) for j in range(3)), size) for i in range(3) for sign in (1, -1)]
    sides = [*forms, *box]
    found = {intersection(three) for three in combinations(sides, 3)}
    return [p for p in found if p and all(value(form, p) >= 0 for form in sides)]


def count(first: Layer, second: Layer, size: int) -> tuple[int, int]:
    """Regions, and pairs of a region and a facet of it."""
    regions = pairs = 0
    for signs in product((1, -1), repeat=len(first)):
        forms = [integers([s * x for x in row]) for s, row in zip(signs, first, strict=True)]
        corners = polytope(forms, size)
        if span(corners) < 3:
            continue
        active = [row for s, row in zip(signs, first, strict=True) if s > 0]
        deep = []
        for *weights, bias in second:
            passed = [w for s, w in zip(signs, weights, strict=True) if s > 0]
            form = [
                sum((w * row[i] for w, row in zip(passed, active, strict=True)), Fraction(0))
                for i in range(4)
            ]
            deep.append(integers([*form[:3], form[3] + bias]))
        for turns in product((1, -1), repeat=len(deep)):
            cut = [tuple(s * x for x in form) for s, form in zip(turns, deep, strict=True)]
            if any(all(value(form, p) <= 0 for p in corners) for form in cut):
                continue
            vertices = polytope(forms + cut, size)
            if span(vertices) == 3:
                regions += 1
                pairs += sum(
                    span([p for p in vertices if not value(form, p)]) == 2 for form in forms + cut
                )
    return regions, pairs


def zigzag(noise: Fraction) -> tuple[Layer, Layer]:
    """3-9-4, every weight and bias of both layers moved by up to ``noise``."""
    draw = random.Random(0)

    def near(x: Fraction | int) -> Fraction:
        return x + noise * Fraction(draw.randint(-1000, 1000), 1000)

    first = [
        [*(near(sign * (i == axis)) for i in range(3)), near(kink)]
        for axis in range(3)
        for sign, kink in ((1, 0), (1, -1), (-1, 2))
    ]
    second = [[*map(near, (3, -2, 2) * 3), near(-13 - Fraction(j, 5))] for j in range(1, 5)]
    return first, second


def corners(neurons: int) -> tuple[Layer, Layer]:
    """Seven lines in the plane, and up to two second-layer neurons around one of their corners."""
    lines = [(-20, 25, 20), (19, -34, -21), (-3, 27, -26), (10, 30, 41), (24, -42, 10)]
    lines += [(27, -49, 19), (10, -17, 20)]
    second = []
    for j in range(1, neurons + 1):
        row = [Fraction(-j, 10**6)] * 7
        row[0], row[3] = Fraction(1) + Fraction(j - 1, 10**4), Fraction(1)
        second.append([*row, Fraction(-j, 1000)])
    return [[Fraction(a), Fraction(b), Fraction(0), Fraction(c)] for a, b, c in lines], second


def main() -> None:
    """Count everything; leave with an error if a number is not the one of theorems.md."""
    for name, (first, second), regions, mean in (
        ("3-9-4, planes along the axes", zigzag(Fraction(0)), 320, Fraction(61, 10)),
        ("3-9-4, all weights moved", zigzag(Fraction(1, 1000)), 386, Fraction(1165, 193)),
        ("seven lines", corners(0), 29, Fraction(98, 29)),
        ("seven lines and a corner", corners(1), 32, Fraction(27, 8)),
        ("seven lines and the corner twice", corners(2), 35, Fraction(118, 35)),
    ):
        for size in (BOX, BOX * 10**6):
            found = count(first, second, size)
            if found[0] != regions or Fraction(found[1], found[0]) != mean:
                sys.exit(f"{name}: {found}, expected {regions} regions with mean {mean}")
        print(f"{name}: {regions} regions, mean number of facets {mean}")


if __name__ == "__main__":
    main()
