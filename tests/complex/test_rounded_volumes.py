"""Volumes as float64: the exact ones correctly rounded, by bounds that are true."""

from __future__ import annotations

from fractions import Fraction
from math import inf
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.arithmetic.double_double import Pair, magnitude, quotient, sum_of, times, two_product
from exactpoly.arithmetic.rational import rounded
from exactpoly.complex import fine_forms, rounded_volumes
from exactpoly.complex.enclosed import Enclosed
from tests.complex.test_polytopes import networks_on_polytopes
from tests.strategies import examples, networks_on_domains

SMALL = Fraction(1, 2**106)
"""`u^2`."""

PARTS = st.tuples(st.floats(-(2.0**60), 2.0**60), st.floats(-1, 1)).filter(
    lambda x: x[0] == 0 or abs(x[0]) > 2.0**-60
)


def pair(drawn: tuple[float, float]) -> Pair:
    """A normalised pair of arrays of length 1."""
    high = np.array([drawn[0]])
    return high, drawn[1] * np.spacing(np.abs(high)) / 2


def exact(x: Pair) -> Fraction:
    return Fraction(float(x[0][0])) + Fraction(float(x[1][0]))


@examples(400)
@given(PARTS, PARTS, st.integers(1, 10**6))
def test_pairs_are_off_by_no_more_than_they_say(
    a: tuple[float, float], b: tuple[float, float], whole: int
) -> None:
    x, y = pair(a), pair(b)
    assert exact(two_product(x[0], y[0])) == Fraction(a[0]) * Fraction(b[0])
    size = abs(exact(x)) + abs(exact(y))
    assert abs(exact(sum_of(x, y)) - exact(x) - exact(y)) <= 4 * SMALL * size
    product = exact(x) * exact(y)
    assert abs(exact(times(x, y)) - product) <= 9 * SMALL * abs(product)
    assert abs(exact(quotient(x, whole)) - exact(x) / whole) <= 8 * SMALL * abs(exact(x) / whole)
    assert exact(magnitude(x)) == abs(exact(x))


@pytest.mark.parametrize(("digits", "levels"), [(5, 6), (2, 2)])
@examples(40)
@given(drawn=st.one_of(networks_on_domains(), networks_on_polytopes(max_dimension=3)))
def test_volumes_are_correctly_rounded(
    digits: int, levels: int, drawn: tuple[ep.Network, ep.Domain]
) -> None:
    c = ep.enumerate(drawn[0], domain=drawn[1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fine_forms, "_DIGITS", digits)
        patch.setattr(fine_forms, "_LEVELS", levels)
        found = c.volume_array.tolist()
    assert found == [inf if v is None else rounded(*v.as_integer_ratio()) for v in c.volumes]


def determinant(rows: list[list[Fraction]]) -> Fraction:
    if not rows:
        return Fraction(1)
    return sum(
        (
            (-1) ** j * x * determinant([r[:j] + r[j + 1 :] for r in rows[1:]])
            for j, x in enumerate(rows[0])
        ),
        Fraction(0),
    )


@examples(150)
@given(st.integers(1, 4), st.data())
def test_simplices_are_within_their_errors(d: int, data: st.DataObject) -> None:
    """proofs/filter.md, Theorem 9: corners anywhere in their enclosures."""
    numbers = st.sampled_from([0.0, 1.0, -1.0, 0.5, 1 / 3, 2.0**-30, 1.0 + 2.0**-50, 2.0**-600])
    high = np.array([[data.draw(numbers) for _ in range(d)] for _ in range(d + 1)])
    error = np.full_like(high, data.draw(st.sampled_from([0.0, 2.0**-90, 2.0**-60, 2.0**-10])))
    low = np.zeros_like(high)
    found = rounded_volumes._simplex_volumes(Enclosed(high, low, error), np.arange(d + 1)[None])
    shares = st.sampled_from([-1, 0, 1])
    corners = [
        [Fraction(x) + data.draw(shares) * Fraction(e) for x, e in zip(*lines, strict=True)]
        for lines in zip(high.tolist(), error.tolist(), strict=True)
    ]
    true = abs(
        determinant([[x - y for x, y in zip(c, corners[0], strict=True)] for c in corners[1:]])
    )
    middle = Fraction(found.high[0]) + Fraction(found.low[0])
    assert abs(middle - true) <= Fraction(found.error[0])


def test_the_length_of_a_short_edge_of_pairs_is_within_its_error() -> None:
    rng = np.random.default_rng(2)
    high = 1.0 + rng.uniform(-1, 1, (200, 1)) * 2.0**-20
    low = rng.uniform(-0.5, 0.5, high.shape) * 2.0**-53 * (1 - 2.0**-20)
    ends = np.arange(200).reshape(-1, 2)
    found = rounded_volumes._simplex_volumes(Enclosed(high, low, np.zeros_like(high)), ends)
    seen = 0
    for k, (a, b) in enumerate(ends.tolist()):
        off = abs(exact((high[a], low[a])) - exact((high[b], low[b])))
        off = abs(Fraction(found.high[k]) + Fraction(found.low[k]) - off)
        assert off <= Fraction(found.error[k])
        seen += off > 0
    assert seen > 30


@pytest.mark.parametrize("off", [0, 1, -1])
def test_volumes_beside_a_tie_go_to_their_own_side(off: int) -> None:
    end = 1 + Fraction(1, 2**53) + Fraction(off, 2**200)
    c = ep.enumerate(ep.Network((ep.Layer.of([[1]], [5]),)), domain=(0, end))
    assert c.volume_array.tolist() == [1.0 + 2.0**-52 * (off > 0)]


def test_sums_of_exact_pairs_are_within_their_errors() -> None:
    rng = np.random.default_rng(3)
    high = rng.uniform(0.5, 1, 700)
    low = rng.uniform(-0.5, 0.5, 700) * 2.0**-53 * (1 - 2.0**-20)
    found = rounded_volumes._sums(Enclosed(high, low, np.zeros(700)), np.full(100, 7), 3)
    for k in range(100):
        own = slice(7 * k, 7 * k + 7)
        true = sum(map(Fraction, [*high[own].tolist(), *low[own].tolist()]), Fraction(0)) / 6
        off = abs(Fraction(found.high[k]) + Fraction(found.low[k]) - true)
        assert off <= Fraction(found.error[k])


def test_determinants_of_exact_entries_round_within_their_errors() -> None:
    rng = np.random.default_rng(1)
    seen = 0
    for d in (2, 3, 4):
        high = rng.uniform(-1, 1, (d, d, 40))
        low = rng.uniform(-0.5, 0.5, high.shape) * np.spacing(np.abs(high)) * (1 - 2.0**-20)
        found = rounded_volumes._determinant((high, low))
        errors = rounded_volumes._determinant_error((high, low), np.zeros_like(high))
        for k, error in enumerate(errors.tolist()):
            lines = [
                [exact((h[k : k + 1], x[k : k + 1])) for h, x in zip(*p, strict=True)]
                for p in zip(high, low, strict=True)
            ]
            off = abs(exact((found[0][k : k + 1], found[1][k : k + 1])) - determinant(lines))
            assert off <= Fraction(error)
            seen += off > 0
    assert seen > 60


@examples(100)
@given(st.lists(st.lists(st.floats(0, 1), min_size=0, max_size=5), min_size=1, max_size=4))
def test_sums_go_to_their_regions(parts: list[list[float]]) -> None:
    flat = np.array([x for own in parts for x in own])
    counts = np.array([len(own) for own in parts])
    numbers = Enclosed(flat, np.zeros_like(flat), flat * 2.0**-80)
    found = rounded_volumes._sums(numbers, counts, 3)
    for own, high, low, error in zip(parts, *(a.tolist() for a in found.arrays), strict=True):
        true = sum(map(Fraction, own), Fraction(0)) / 6
        off = abs(Fraction(high) + Fraction(low) - true)
        assert off + sum(Fraction(x) / 2**80 for x in own) / 6 <= Fraction(error)


def test_no_volume_of_a_generic_network_needs_exact_arithmetic() -> None:
    c = ep.enumerate(ep.examples.moons(), domain=(-2, 3))
    asked = []
    exact_volumes = rounded_volumes.exact_volumes

    def counted(*given: Any) -> list[Fraction]:
        asked.extend(given[-1])
        return exact_volumes(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rounded_volumes, "exact_volumes", counted)
        found = c.volume_array.tolist()
    assert not asked
    assert found == [rounded(*v.as_integer_ratio()) for v in c.volumes if v is not None]
