"""Reading of VNN-LIB: exact, and refusing what it does not read with line and column."""

from __future__ import annotations

from fractions import Fraction

import pytest

from exactpoly import InputError
from exactpoly.readers.vnnlib import parse_functional, parse_vnnlib, read_vnnlib

HEAD = "(declare-const X_0 Real)\n(declare-const Y_0 Real)\n(declare-const Y_1 Real)\n"
BOX = "(assert (>= X_0 -1)) (assert (<= X_0 0.1))\n"


def constraints(text: str) -> list[list[str]]:
    return [
        [str(c) for c in one.constraints] for one in parse_vnnlib(HEAD + BOX + text).conjunctions
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(assert (<= Y_0 1e-1))", [["-Y_0 + 1/10 >= 0"]]),
        ("(assert (< Y_0 Y_1))", [["-Y_0 + Y_1 > 0"]]),
        ("(assert (= Y_0 2))", [["-Y_0 + 2 >= 0", "Y_0 - 2 >= 0"]]),
        ("(assert (>= (+ Y_0 (* 2 Y_1 3) X_0) (- (/ 1 3))))", [["Y_0 + 6*Y_1 + X_0 + 1/3 >= 0"]]),
        ("(assert (or (<= Y_0 0) (and (> Y_1 0) (or (> Y_0 1) (> Y_0 2)))))",
         [["-Y_0 >= 0"], ["Y_1 > 0", "Y_0 - 1 > 0"], ["Y_1 > 0", "Y_0 - 2 > 0"]]),
        ("(assert (or (>= 1 2) (<= Y_0 0)))", [["-Y_0 >= 0"]]),
        ("(assert (or))", []),
        ("(assert (and))", [[]]),
        ("(assert (< X_0 0))", [["-X_0 > 0"]]),
        ("(assert (<= X_0 -2))", []),
    ],
)  # fmt: skip
def test_what_assertions_mean(text: str, expected: list[list[str]]) -> None:
    assert constraints(text) == expected


def test_decimals_are_exact_and_boxes_intersect() -> None:
    found = parse_vnnlib(HEAD + BOX + "(assert (or (<= X_0 0.029999999329447746) (>= X_0 0.05)))")
    assert [c.bounds for c in found.conjunctions] == [
        ((Fraction(-1), Fraction("0.029999999329447746")),),
        ((Fraction("0.05"), Fraction("0.1")),),
    ]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("(assert (<= Y_2 0))", "line 5, column 13", "neither a number nor declared"),
        ("(assert (=> Y_0 0))", "line 5, column 10", "is not read"),
        ("(assert (<= (* Y_0 Y_1) 0))", "line 5, column 13", "not affine"),
        ("(assert (<= Y_0 (/ 1 0)))", "line 5, column 17", "division by zero"),
        ("(assert (<= Y_0 0)", "line 5, column 1", "never closed"),
        ("(assert (<= Y_0 0)))", "line 5, column 20", "without an opening one"),
        ("\n (check Y_0)", "line 6, column 2", "not a command"),
        ("(assert (<= Y_0 0 1))", "line 5, column 9", "takes two terms"),
        ("(declare-const Y_0 Real)", "line 5, column 1", "declared twice"),
        ("(declare-const Y_3 Real)", "line 5, column 1", "Y_2 is not declared"),
        ("(declare-const Z Real)", "line 5, column 1", "write (declare-const X_0 Real)"),
    ],
)
def test_what_is_not_read_is_named_with_line_and_column(text: str, place: str, words: str) -> None:
    with pytest.raises(InputError) as refusal:
        parse_vnnlib(HEAD + BOX + text, "p.vnnlib")
    assert f"p.vnnlib: {place}: " in str(refusal.value)
    assert words in str(refusal.value)


def test_a_box_without_a_bound_is_refused() -> None:
    with pytest.raises(InputError, match="X_0 has no upper bound"):
        parse_vnnlib(HEAD + "(assert (>= X_0 0))")


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(InputError, match=r"nowhere\.vnnlib: there is no such file"):
        read_vnnlib("nowhere.vnnlib")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Y_0", "Y_0"), ("Y_0-Y_1", "Y_0 - Y_1"), ("2*Y_0+1/3*X_0-1", "2*Y_0 + 1/3*X_0 - 1"),
     ("-1e-1 Y_1 + 0.5", "-1/10*Y_1 + 1/2"), ("Y_0 - Y_0", "0")],
)  # fmt: skip
def test_functionals(text: str, expected: str) -> None:
    found = str(parse_functional(text, 1, 2))
    assert found.lstrip("+ ") == expected


@pytest.mark.parametrize("text", ["", "Y_2", "X_1", "Y_0 Y_1", "Y_0**2", "2*", "Y_0+", "1/0*Y_0"])
def test_functionals_that_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="functional"):
        parse_functional(text, 1, 2)
