"""Rows of exact numbers over one denominator: the same as one fraction after the other."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactpoly.arithmetic import exact_rows as module
from exactpoly.arithmetic.exact_rows import Room, exact_row, exact_rows
from exactpoly.arithmetic.rational import exact_scalar
from exactpoly.errors import InputError
from exactpoly.network.layer import Layer
from tests.strategies import examples

DIGITS = st.text("0123456789", max_size=6)
TEXTS = st.one_of(
    st.builds(
        "{}{}{}{}{}".format,
        st.sampled_from(["", "+", "-", " ", "\t-"]),
        DIGITS,
        st.sampled_from(["", ".", ".5", ".000", "..", "_", "\u0661"]),
        DIGITS,
        st.sampled_from(
            ["", "e3", "E-2", "e+0", "e-0040", "e00007", "e", "e99999", "/3", "/0", " ", "\xa0"]
        ),
    ),
    st.builds("{}/{}".format, st.integers(-99, 99), st.integers(-2, 99)),
)
VALUES = st.one_of(
    TEXTS,
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=True),
    st.fractions(),
    st.sampled_from([True, None, np.int8(-7), np.float32(0.1), "9" * 5000, "nan", ""]),
)


@given(st.one_of(st.lists(TEXTS, max_size=4), st.lists(VALUES, max_size=4)))
@examples(300)
def test_a_row_is_its_numbers(values: list[object]) -> None:
    def one_by_one() -> list[Fraction] | str:
        try:
            return [exact_scalar(x, f"w[{i}]") for i, x in enumerate(values)]
        except InputError as error:
            return str(error)

    def at_once() -> list[Fraction] | str:
        try:
            numerators, denominator = exact_row(values, lambda i: f"w[{i}]")
            return [Fraction(x, denominator) for x in numerators]
        except InputError as error:
            return str(error)

    assert at_once() == one_by_one()


def test_a_matrix_is_its_rows() -> None:
    rows = [["0.5", "-1e-2", 3], ["1/3", 0.25, Fraction(2, 7)], np.array([1, 2, 3], np.int8)]
    matrix = exact_rows(iter(rows), "w")
    assert [[Fraction(x, matrix.denominator) for x in row] for row in matrix.rows] == [
        [exact_scalar(x, "w") for x in row] for row in rows
    ]
    assert Layer.of(matrix, ["1/11", 0, "0.5"]) == Layer.of(rows, ["1/11", 0, "0.5"])
    for bad, words in (
        ([], "w is empty"),
        ([[]], "w is empty"),
        ([[1], [1, 2]], r"w\[1\] has 2 entries but row 0 has 1"),
        (["12"], r"w\[0\] is not a row"),
        ([[1], 2], r"w\[1\] is not a row"),
        ([[1], ["x"]], r"w\[1, 0\] is 'x'"),
    ):
        with pytest.raises(InputError, match=words):
            exact_rows(bad, "w")


@pytest.mark.parametrize(
    "row",
    [
        ["1e9999"] * 40,
        ["1e-9999"] + ["1"] * 40,
        [f"1/{10**300 + i}" for i in range(40)],
        ["1/3"] + ["1e9999"] * 40,
        [Fraction(1, 10**300 + i) for i in range(40)],
    ],
    ids=range(5),
)
def test_numbers_that_would_fill_the_memory(
    row: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    exact_row(row, lambda i: f"w[{i}]")
    monkeypatch.setattr(module, "_MOST_BITS", 100_000)
    with pytest.raises(InputError, match=r"^w\[\d+\]: these numbers have more than 100000 bits"):
        exact_row(row, lambda i: f"w[{i}]")
    with pytest.raises(InputError, match=r"^w.*100000 bits"):
        exact_rows([[x] for x in row], "w")


def test_there_is_room_for_a_file_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_BITS", 100_000)
    room = Room()
    exact_row(["1e9999"], str, room)
    exact_row(["1e9999"], str, room)
    exact_row(["1"] * 1000, str, room)
    with pytest.raises(InputError, match="100000 bits"):
        exact_row(["1e9999", "1e9999"], str, room)
