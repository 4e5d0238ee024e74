"""How exact numbers are written for people."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from exactpoly.report.text import (
    affine_text,
    decimal,
    exact_and_decimal,
    memory_text,
    rational_text,
    row_words,
    zero_sets_text,
)


@given(st.fractions(), st.integers(1, 8))
def test_decimal_is_the_nearest(number: Fraction, digits: int) -> None:
    text = decimal(number, digits)
    assert len(text.partition(".")[2]) == digits
    assert abs(Fraction(text) - number) <= Fraction(1, 2 * 10**digits)


@pytest.mark.parametrize(
    ("number", "digits", "text"),
    [
        (Fraction(1, 2), 0 + 1, "0.5"),
        (Fraction(-1, 3), 3, "-0.333"),
        (Fraction(-1, 3000), 2, "0.00"),
        (Fraction(1, 8), 2, "0.12"),  # tie to even
        (Fraction(3, 8), 2, "0.38"),  # tie to even
        (Fraction(10**40 + 1, 2), 1, f"5{'0' * 39}.5"),
    ],
)
def test_decimal(number: Fraction, digits: int, text: str) -> None:
    assert decimal(number, digits) == text


def test_equal_and_nearly_equal_are_told_apart() -> None:
    assert exact_and_decimal(Fraction(1, 4)) == "1/4 = 0.25"
    assert exact_and_decimal(Fraction(25001, 100000)) == "25001/100000 ≈ 0.2500"
    assert exact_and_decimal(Fraction(-5)) == "-5"


@given(st.fractions())
def test_shortened_rationals_are_near_and_marked(number: Fraction) -> None:
    text = rational_text(number, 8)
    if not text.startswith("≈"):
        assert Fraction(text) == number
    else:
        assert len(str(number)) > 8
        assert abs(Fraction(text[1:]) - number) <= abs(number) / 100


def test_shortened_rationals_of_extreme_size() -> None:
    assert rational_text(Fraction(1, 3**60)) == "≈2.35898e-29"
    assert rational_text(Fraction(-(3**60)), 10) == "≈-4.23912e+28"


def test_affine_forms() -> None:
    assert affine_text([0, 0], 0) == "0"
    assert affine_text([-1, Fraction(1, 2)], 3) == "-x_0 + 1/2 x_1 + 3"
    assert affine_text([0, -2], Fraction(-1, 3)) == "-2 x_1 - 1/3"


def test_memory() -> None:
    assert memory_text(0) == "0 MiB"
    assert memory_text(4 << 30) == "4.0 GiB"


def test_names_skip_linear_units() -> None:
    net = Network(
        (
            Layer.of([[1], [2], [3]], relu=[True, False, True]),
            Layer.of([[1, 1, 1]], relu=False),
            Layer.of([[1], [1]]),
        )
    )
    assert net.neurons == ((0, 0), (0, 2), (2, 0), (2, 1))
    assert row_words(net, (1, -1, 0, 1)) == ["+-", "0+"]
    assert zero_sets_text(net, [1], [0]) == "neuron 0:2; side x_0 = lower"
    assert zero_sets_text(net, [0, 2, 3], [], longest=2) == "neurons 0:0, 2:0 and 1 more"
    assert zero_sets_text(net, [], [1]) == "side x_0 = upper"
    assert zero_sets_text(net, [], []) == "none"
