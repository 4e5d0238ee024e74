"""VNN-LIB 2.0 beside version 1.0: the same questions, the same answers; what is refused, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from exactpoly.errors import InputError
from exactpoly.readers.vnnlib import parse_vnnlib
from tests.cli.command_line import run
from tests.properties import cases

NETWORK = "(declare-network N (declare-input X float32 [1,2]) (declare-output Y float32 [2]))"
BOX = "(assert (>= X[0,0] 0.0)) (assert (<= X[0, 0] 1.0)) (assert (== X[0,1] -0.5))"


def second(text: str, network: str = NETWORK) -> str:
    return f"; a comment\n(vnnlib-version <2.0>)\n{network}\n{text}"


def test_the_same_question_in_both_versions() -> None:
    old = parse_vnnlib(
        "(declare-const X_0 Real) (declare-const X_1 Real) (declare-const Y_0 Real)"
        "(declare-const Y_1 Real) (assert (>= X_0 0)) (assert (<= X_0 1)) (assert (= X_1 -0.5))"
        "(assert (or (<= Y_0 Y_1) (and (> Y_1 (+ 0.1 (* 2 X_0))) (< (- Y_1) 3))))"
    )
    new = parse_vnnlib(
        second(
            BOX
            + "(assert (or (<= Y[0] Y[1])"
            + " (and (> Y[1] (+ 0.1 (* 2.0 X[0,0]))) (< (- Y[1]) 3.0))))"
        )
    )
    assert (new.inputs, new.outputs) == (old.inputs, old.outputs) == (2, 2)
    assert new.conjunctions == old.conjunctions


def test_unequal_is_two_alternatives() -> None:
    found = parse_vnnlib(second(BOX + "(assert (!= Y[0] 1.5))"))
    assert [str(c.constraints[0]) for c in found.conjunctions] == [
        "-Y_0 + 3/2 > 0",
        "Y_0 - 3/2 > 0",
    ]


def test_tensors_are_flattened_in_the_order_of_declaration() -> None:
    network = (
        "(declare-network N (declare-input A Real [2,3]) (declare-input B Real[])"
        " (declare-output U Real [1,2]) (declare-output V Real [2]))"
    )
    box = "".join(f"(assert (== A[{i},{j}] 0.0))" for i in (0, 1) for j in (0, 1, 2))
    found = parse_vnnlib(second(box + "(assert (== B 7.0)) (assert (>= V[1] U[0,1]))", network))
    assert (found.inputs, found.outputs) == (7, 4)
    assert [str(a) for a, _ in found.conjunctions[0].bounds] == ["0"] * 6 + ["7"]
    assert str(found.conjunctions[0].constraints[0]) == "-Y_1 + Y_3 >= 0"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("(vnnlib-version <3.0>)", "line 1, column 1: a version that is not read; 1.0 and <2.0> are"),
        ("(vnnlib-version <2.0>)", "no network is declared"),
        (second("", NETWORK + NETWORK.replace("N", "M")), "a second network; properties of one"),
        (second("", NETWORK.replace("N ", "N (equal-to M) ")), "'equal-to' is not read"),
        (second("", NETWORK.replace("(declare-o", '(declare-hidden H Real [2] "h") (declare-o')),
         "line 3, column 52: 'declare-hidden' is not read"),
        (second("", NETWORK.replace("[1,2]", "[1,2] initialized")), "default values of inputs"),
        (second("", NETWORK.replace("float32 [2]", "int8 [2]")), "type int8 is not read"),
        (second("", NETWORK.replace("[1,2]", "[1,-2]")), "write (declare-input X Real [1,5])"),
        (second("", NETWORK.replace("[1,2]", "[0,2]")), "a tensor has from 1 to"),
        (second("", "(declare-network N (declare-input X Real [2]))"), "no output is declared"),
        (second("", NETWORK.replace("Y ", "X ")), "X is declared twice"),
        (second(BOX + "(assert (<= Y[2] 0.0))"), "Y[2] is not an entry of a tensor of shape [2]"),
        (second(BOX + "(assert (<= Y[0,0] 0.0))"), "is not an entry of a tensor"),
        (second(BOX + "(assert (<= Y 0.0))"), "is not an entry of a tensor"),
        (second(BOX + "(assert (<= Y_0 0.0))"), "'Y_0' is neither a number nor declared"),
        (second(BOX + "(assert (not (<= Y[0] 0.0)))"), "'not' is not read; use and, or, <=,"),
        (second("(assert (<= Y[0] 0.0))"), "X_0 has no lower bound"),
        (second("(declare-const X_0 Real)"), "'declare-const' is not a command of VNN-LIB 2.0"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_named_with_its_place(text: str, reason: str) -> None:
    with pytest.raises(InputError) as error:
        parse_vnnlib(text)
    assert reason in str(error.value)


def test_the_command_answers_a_question_in_version_2(tmp_path: Path) -> None:
    name, path = "c02_touch_third", tmp_path / "new.vnnlib"
    path.write_text(
        "(vnnlib-version <2.0>) (declare-network N (declare-input x Real [1])"
        " (declare-output y Real []))"
        " (assert (>= x[0] 0.0)) (assert (<= x[0] 1.0)) (assert (<= y 0.0))"
    )
    done = run("prove", str(cases.FOLDER / name / "network.json"), str(path), "--json")
    assert done.exit_code == 4
    assert '"1/3"' in done.stdout
