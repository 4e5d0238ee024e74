"""The simplex method from any basis, against the one with a table that starts at the centre."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from exactpoly.polyhedra.revised import RevisedSimplex
from exactpoly.polyhedra.simplex import ExactSimplex, Witness

Body = tuple[int, list[tuple[int, ...]], tuple[int, ...], list[int]]


@st.composite
def bodies(draw: st.DrawFn) -> Body:
    """Dimension, rows around the origin (parallel, equal and concurrent ones too), a form, a start."""
    d = draw(st.integers(1, 4))
    normal = st.tuples(*[st.integers(-2, 2)] * d)
    row = st.tuples(st.integers(1, 3), normal).map(lambda r: (r[0], *r[1]))
    rows = draw(st.lists(row, max_size=12))
    form = draw(row)
    start = draw(st.lists(st.integers(0, d + len(rows) - 1), max_size=d + 2))
    return d, rows, form, start


def holds(rows: Sequence[Sequence[int]], form: Sequence[int], witness: Witness) -> None:
    """Along the direction the form gets below 0 before any row does."""
    (falls, *slopes) = [
        sum(a * x for a, x in zip(row[1:], witness.direction, strict=True)) for row in [form, *rows]
    ]
    assert falls < 0
    # form: 0 at t = form[0] / -falls; a row at row[0] / -slope, which must not be before that.
    for row, slope in zip(rows, slopes, strict=True):
        assert slope >= 0 or row[0] * -falls > form[0] * -slope


@settings(max_examples=500, deadline=None)
@given(bodies(), st.sampled_from([-1, 60]))
def test_any_start_leads_to_the_same_answer(body: Body, greedy: int) -> None:
    d, rows, form, start = body
    expected = ExactSimplex(rows, d).witness_below_zero(form)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("exactpoly.polyhedra.revised._GREEDY_PIVOTS", greedy)
        simplex = RevisedSimplex(rows, d)
        for begin in (start, [], start[::-1]):
            found = simplex.witness_below_zero(form, begin)
            assert (found is None) == (expected is None)
            if found is not None:
                holds(rows, form, found)


@settings(max_examples=200, deadline=None)
@given(bodies())
def test_the_last_basis_needs_no_pivot(body: Body) -> None:
    d, rows, form, start = body
    simplex = RevisedSimplex(rows, d)
    found = simplex.witness_below_zero(form, start)
    assume(found is None)
    assert simplex.witness_below_zero(form, simplex.basis) is None
    assert simplex.pivots == 0


def test_a_start_that_is_right_but_for_one_pivot() -> None:
    """A prism over a polygon in R^12, started one vertex beside the best one."""
    d = 12
    box = [(1, *(sign * (i == j) for j in range(d))) for i in range(d) for sign in (1, -1)]
    form = (d, *range(1, d + 1))
    simplex = RevisedSimplex(box, d)
    best = [d + 2 * i for i in range(d)]
    worse = [*best[:-1], best[-1] + 1]
    assert simplex.witness_below_zero(form, worse) is not None
    form = (100, *range(1, d + 1))
    assert simplex.witness_below_zero(form, worse) is None
    assert simplex.pivots == 1
