"""The filter for redundancy never claims a combination that is none, and claims the clear ones."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

from exactpoly.polyhedra.enclosure import certainly_combination, safe_rows
from exactpoly.polyhedra.proposal import scaled
from tests.strategies import examples


def exact_multipliers(rows: list[list[int]]) -> list[Fraction] | None:
    """The solution for the last row by those before it, in exact arithmetic."""
    d = len(rows) - 1
    table = [[fmpq(x, row[0]) for x in row[1:]] for row in rows]
    try:
        solution = fmpq_mat(table[:-1]).transpose().solve(fmpq_mat([[x] for x in table[-1]]))
    except ZeroDivisionError:
        return None
    return [Fraction(int(solution[i, 0].p), int(solution[i, 0].q)) for i in range(d)]


@st.composite
def systems(draw: st.DrawFn) -> list[list[int]]:
    """`d` rows and a target that is often a combination of them, on the edge of one, or nearly so."""
    d = draw(st.integers(1, 4))
    entry = st.integers(-9, 9)
    rows = [[draw(st.integers(1, 9)), *(draw(entry) for _ in range(d))] for _ in range(d)]
    weights = [Fraction(draw(st.integers(0, 4)), 4 * d) for _ in range(d)]
    target = [
        sum(
            (w * Fraction(row[k], row[0]) for w, row in zip(weights, rows, strict=True)),
            Fraction(0),
        )
        for k in range(1, d + 1)
    ]
    near = Fraction(draw(st.sampled_from([0, 0, -1, 1])), 10 ** draw(st.integers(1, 60)))
    scale = 10**70 * 4 * d * int(np.prod([row[0] for row in rows]))
    last = [scale, *(int((x + near) * scale) for x in target)]
    return [*rows, last]


@examples(400)
@given(systems())
def test_what_is_claimed_is_so(rows: list[list[int]]) -> None:
    normals = scaled(rows)
    if not safe_rows(normals, rows).all():
        return
    if certainly_combination(normals[:-1], normals[-1]):
        multipliers = exact_multipliers(rows)
        assert multipliers is not None
        assert min(multipliers) >= 0
        assert sum(multipliers) <= 1


def test_clear_cases_are_claimed_and_edges_are_not() -> None:
    random = np.random.default_rng(5)
    for d in (1, 2, 5, 40):
        vectors = random.standard_normal((d, d))
        inside = np.full(d, 0.9 / d) @ vectors
        assert certainly_combination(vectors, inside)
        assert not certainly_combination(vectors, inside * 2)
        weights = np.full(d, 0.9 / d)
        for weight in (0.0, -1e-18, -0.5):
            weights[0] = weight
            assert not certainly_combination(vectors, weights @ vectors)
    assert not certainly_combination(np.ones((2, 2)), np.ones(2))
    assert not certainly_combination(np.full((1, 1), np.nan), np.ones(1))


@pytest.mark.parametrize("size", [10**200, Fraction(1, 10**200), Fraction(1, 10**400)])
def test_rows_at_the_ends_of_the_range_are_not_safe(size: Fraction) -> None:
    number = Fraction(size)
    rows = [[1, 0, 3], [number.denominator, 0, number.numerator]]
    assert safe_rows(scaled(rows), rows).tolist() == [True, False]
