"""Exact linear programs: whoever proposes, the optimum is the same and its multipliers prove it."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactpoly.polyhedra import highs
from exactpoly.properties import linear_program
from exactpoly.properties.linear_program import maximum

SMALL = st.integers(-3, 3)
INSTALLED = importlib.util.find_spec("highspy") is not None


@st.composite
def programs(draw: st.DrawFn) -> tuple[list[list[int]], list[int], list[Fraction]]:
    """A cube cut by half-spaces that hold at a point of it, some twice, some through it."""
    n = draw(st.integers(1, 4))
    point = [Fraction(draw(st.integers(-2, 2)), 2) for _ in range(n)]
    rows = []
    for i in range(n):
        rows += [[1, *(sign * (i == j) for j in range(n))] for sign in (1, -1)]
    for normal in draw(st.lists(st.lists(SMALL, min_size=n, max_size=n), max_size=5)):
        value = sum((a * x for a, x in zip(normal, point, strict=True)), Fraction(0))
        slack = draw(st.integers(0, 2))
        rows.append([-int(2 * value) + slack, *(2 * a for a in normal)])
    rows += draw(st.lists(st.sampled_from(rows), max_size=2))
    return rows, [draw(SMALL) for _ in range(n + 1)], point


@given(programs())
def test_own_simplex_and_highs_agree(
    program: tuple[list[list[int]], list[int], list[Fraction]],
) -> None:
    rows, form, start = program
    found = []
    for from_ in (0, 100) if INSTALLED else (100,):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(linear_program, "HIGHS_FROM", from_)
            found.append(maximum(rows, form, start))
    for one in found:
        assert one.value == found[0].value
        place = [Fraction(1), *one.point]
        assert sum(a * x for a, x in zip(form, place, strict=True)) == one.value
        assert all(sum(a * x for a, x in zip(row, place, strict=True)) >= 0 for row in rows)
        assert all(m > 0 for m in one.multipliers.values())
        left = [one.value - form[0], *(-Fraction(a) for a in form[1:])]
        for i, m in one.multipliers.items():
            left = [v - m * a for v, a in zip(left, rows[i], strict=True)]
        assert not any(left)


@pytest.mark.skipif(not INSTALLED, reason="highspy is not installed")
@pytest.mark.parametrize("lie", [None, [0, 1], [1, 0], [0, 0], [0, 2], [1, 3]])
def test_a_wrong_proposal_costs_time_and_nothing_else(
    lie: list[int] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Vertices that are not the best, are none, or lie outside; the best is that of rows 2 and 3."""
    triangle = [[0, 1, 0], [0, 0, 1], [1, -1, 0], [2, -1, -1]]
    monkeypatch.setattr(linear_program, "HIGHS_FROM", 0)
    monkeypatch.setattr(linear_program, "highs_vertex", lambda table, target: lie)
    found = maximum(triangle, [0, 2, 1], [Fraction(0), Fraction(0)])
    assert (found.value, found.point) == (3, (1, 1))


@pytest.mark.skipif(not INSTALLED, reason="highspy is not installed")
def test_highs_writes_nothing_between_answers() -> None:
    code = (
        "from exactpoly.properties import linear_program as one; one.HIGHS_FROM = 0;"
        "print(one.maximum([[1, 1], [1, -1]], [0, 3], [0]).value)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("3\n", "")


def test_without_highspy_the_own_simplex_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    highs.available.cache_clear()
    monkeypatch.setitem(sys.modules, "highspy", None)
    monkeypatch.setattr(linear_program, "HIGHS_FROM", 0)
    try:
        assert not highs.available()
        assert maximum([[1, 1], [1, -1]], [0, 3], [Fraction(0)]).value == 3
    finally:
        highs.available.cache_clear()
