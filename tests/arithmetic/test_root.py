"""Roots of rationals are correctly rounded: no float is nearer, judged by squares."""

from __future__ import annotations

from fractions import Fraction
from math import inf

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from exactpoly.arithmetic.rational import root
from tests.strategies import examples


@examples(300)
@given(st.fractions(0, 10), st.integers(-2200, 2200))
def test_the_root_lies_between_the_middles_to_its_neighbours(x: Fraction, exponent: int) -> None:
    square = x * Fraction(2) ** exponent
    found = root(square)
    if found == inf:
        assert square >= (Fraction(2) ** 1024 - Fraction(2) ** 970) ** 2
        return
    below, above = (np.nextafter(found, end) for end in (-np.inf, np.inf))
    if np.isfinite(above):
        assert square <= ((Fraction(found) + Fraction(float(above))) / 2) ** 2
    if found > 0:
        assert square >= ((Fraction(found) + Fraction(float(below))) / 2) ** 2


def test_ties_go_to_the_even_one_and_what_is_beside_them_does_not() -> None:
    tie = Fraction(2**53 + 1)
    assert root(tie**2) == 2.0**53
    assert root(tie**2 + Fraction(1, 2**900)) == 2.0**53 + 2
    assert root((tie + 2) ** 2) == 2.0**53 + 4
    assert root((tie + 2) ** 2 - Fraction(1, 2**900)) == 2.0**53 + 2
    assert (root(Fraction(0)), root(Fraction(1, 9))) == (0.0, 1 / 3)
