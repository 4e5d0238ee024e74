"""Integer forms on rational space: nonnegative combinations of some, and points where some vanish."""

from __future__ import annotations

from collections.abc import Iterable
from math import gcd

from flint import fmpz_mat

__all__ = ["Flat", "Form", "nonnegative_combination"]

Form = list[int]
"""Constant and coefficients of an affine form; of a point its denominator and numerators."""


class Flat:
    """The solutions of some equations, by the coordinates that may be chosen."""

    def __init__(self, equations: list[Form], dimension: int) -> None:
        self.rows: list[list[int]] = []
        self.denominator = 1
        if equations:
            table = [[*form[1:], -form[0]] for form in equations]
            reduced, denominator, rank = fmpz_mat(table).rref()
            self.denominator = int(denominator)
            self.rows = [[int(x) for x in row] for row in reduced.tolist()[:rank]]
        self.pivots = [next(c for c, x in enumerate(row) if x) for row in self.rows]
        self.free = [c for c in range(dimension) if c not in self.pivots]

    def near(self, point: Form, bits: int) -> Form:
        """The solution whose free coordinates are those of the point, rounded to `2^-bits`."""
        common, scale = abs(self.denominator), 1 << bits
        chosen = {c: (2 * scale * point[c + 1] + point[0]) // (2 * point[0]) for c in self.free}
        found = [common * scale] + [common * chosen.get(c, 0) for c in range(len(point) - 1)]
        sign = 1 if self.denominator > 0 else -1
        for row, pivot in zip(self.rows, self.pivots, strict=True):
            found[pivot + 1] = sign * (row[-1] * scale - sum(row[c] * n for c, n in chosen.items()))
        divisor = gcd(*found)
        return [x // divisor for x in found]


def nonnegative_combination(
    columns: list[Form], free: int, target: Form
) -> tuple[int, list[tuple[int, int]]] | None:
    """`y`, [(column, multiplier)]: `y` times the target's gradient is the sum of these.

    The first ``free`` multipliers may have any sign, the others are positive. Bland's rule, from a
    basis that elimination finds: at a degenerate vertex it walks through bases of the same point.
    """
    solved = _combination(columns, range(len(columns)), target)
    while solved is not None:
        y, terms, basis = solved
        negative = [i for i, m in terms if i >= free and m < 0]
        if not negative:
            return y, [(i, m) for i, m in terms if m]
        leaving = min(negative)
        direction = _direction(columns, basis, leaving)
        entering = next(
            (
                j
                for j in range(free, len(columns))
                if j not in basis
                and sum(a * b for a, b in zip(columns[j][1:], direction, strict=True)) < 0
            ),
            None,
        )
        if entering is None:
            return None
        solved = _combination(columns, sorted({*basis, entering} - {leaving}), target)
    return None


def _combination(
    columns: list[Form], chosen: Iterable[int], target: Form
) -> tuple[int, list[tuple[int, int]], list[int]] | None:
    """The target's gradient as a combination of the first independent ones of the chosen columns."""
    names = list(chosen)
    table = [[columns[i][r] for i in names] + [target[r]] for r in range(1, len(target))]
    reduced, denominator, rank = fmpz_mat(table).rref()
    factor = -1 if denominator < 0 else 1
    rows = [[factor * int(x) for x in row] for row in reduced.tolist()[:rank]]
    pivots = [next(c for c, x in enumerate(row) if x) for row in rows]
    if pivots and pivots[-1] == len(names):
        return None
    numbers = [abs(int(denominator)), *(row[-1] for row in rows)]
    divisor = gcd(*numbers)
    basis = [names[c] for c in pivots]
    terms = [(i, row[-1] // divisor) for i, row in zip(basis, rows, strict=True)]
    return numbers[0] // divisor, terms, basis


def _direction(columns: list[Form], basis: list[int], leaving: int) -> Form:
    """A direction along which only the leaving one of the basis' forms changes, and grows."""
    table = [[*columns[i][1:], int(i == leaving)] for i in basis]
    reduced, denominator, rank = fmpz_mat(table).rref()
    factor = -1 if denominator < 0 else 1
    direction = [0] * (len(table[0]) - 1)
    for row in reduced.tolist()[:rank]:
        direction[next(c for c, x in enumerate(row) if x)] = factor * int(row[-1])
    return direction
