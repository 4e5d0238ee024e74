"""prove: the verdicts of the cases, at thresholds and beside them, each certificate checked."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.certificate import check_property
from exactpoly.certificate.confirm import confirm
from exactpoly.network.constraints import Conjunction, Constraint, Functional
from exactpoly.properties.prove import prove
from exactpoly.properties.search import Policy
from tests.properties import cases
from tests.strategies import examples, networks_on_domains

VERDICTS = {
    "c01_hat": "sat",
    "c02_touch_third": "sat",
    "c03_touch_third_minus": "unsat",
    "c04_touch_third_strict": "unsat",
    "c05_cancel": "sat",
    "c06_steep_step": "sat",
    "c10_2-8-8-1": "unsat",
    "c11_2-16-16-2": "unsat",
    "c12_3-6-5-2": "unsat",
}


def checked(answer: Any) -> int:
    return check_property.check_lines(json.loads(json.dumps(confirm(answer).lines())), [])[0]


@pytest.mark.parametrize("name", sorted(VERDICTS))
def test_verdicts_of_the_cases(name: str, tmp_path: Path) -> None:
    answer = ep.prove(cases.network(name), cases.FOLDER / name / "property.vnnlib")
    assert answer.verdict == VERDICTS[name]
    if answer.verdict == "sat":
        assert answer.witness is not None
        expected = cases.expected(name)["answer"].get("witness")
        assert expected in (None, [str(x) for x in answer.witness])
    for path in (tmp_path / "c.json", tmp_path / "c.json.gz"):
        answer.save(path)
        assert check_property.check_file(str(path))[0] == check_property.ACCEPTED


def threshold(name: str, output: int, value: Fraction, *, strict: bool) -> str:
    network = cases.network(name)
    y = tuple(Fraction(int(i == output)) for i in range(network.output_dimension))
    one = Functional(y, (Fraction(0),) * network.input_dimension, -value)
    conjunction = Conjunction(cases.box(name), (Constraint(one, strict),))
    answer = prove(network, [conjunction])
    assert checked(answer) == check_property.ACCEPTED
    return answer.verdict


@pytest.mark.parametrize(
    ("name", "output"), [("c10_2-8-8-1", 0), ("c11_2-16-16-2", 1), ("c12_3-6-5-2", 1)]
)
def test_at_the_threshold(name: str, output: int) -> None:
    most = Fraction(cases.expected(name)["answer"][f"Y_{output}"]["max"])
    assert threshold(name, output, most, strict=False) == "sat"
    assert threshold(name, output, most, strict=True) == "unsat"
    assert threshold(name, output, most + Fraction(1, 2**60), strict=False) == "unsat"
    assert threshold(name, output, most - Fraction(1, 2**60), strict=True) == "sat"


@settings(examples(60), derandomize=True)
@given(networks_on_domains(box=True, max_dimension=3), st.data())
def test_thresholds_at_the_extremum_of_the_complex(
    drawn: tuple[ep.Network, ep.Domain], data: st.DataObject
) -> None:
    network, domain = drawn
    assert domain.bounds is not None
    values = [network.evaluate(v)[0] for v in ep.enumerate(network, domain=domain).vertices()]
    most = max(values)
    y = (Fraction(1), *([Fraction(0)] * (network.output_dimension - 1)))
    at = Functional(y, (Fraction(0),) * network.input_dimension, -most)
    policy = Policy(
        refresh=data.draw(st.integers(1, 3)),
        inputs=data.draw(st.booleans()),
        phases=data.draw(st.integers(1, 10)),
    )
    for shift, strict, verdict in ((0, False, "sat"), (0, True, "unsat"), (1, False, "unsat")):
        one = Constraint(at.plus(-Fraction(shift, 2**70)), strict)
        answer = prove(network, [Conjunction(domain.bounds, (one,))], policy=policy)
        assert answer.verdict == verdict
        assert checked(answer) == check_property.ACCEPTED


def test_conjunctions_and_disjunctions() -> None:
    network = cases.network("c02_touch_third")
    head = (
        "(declare-const X_0 Real) (declare-const Y_0 Real) (assert (>= X_0 0)) (assert (<= X_0 1))"
    )
    from exactpoly.readers.vnnlib import parse_vnnlib

    for asked, verdict in (
        ("(assert (<= Y_0 0)) (assert (<= X_0 0.3333333333))", "unsat"),
        ("(assert (<= Y_0 (* 0.1 X_0))) (assert (>= (+ X_0 Y_0) 0.3448275862))", "sat"),
        ("(assert (or (< Y_0 0) (and (<= Y_0 0) (>= X_0 0.4)) (> Y_0 2)))", "unsat"),
        ("(assert (or (< Y_0 0) (and (<= Y_0 0) (>= X_0 0.3)) (> Y_0 2)))", "sat"),
        ("(assert (> Y_0 2))", "unsat"),
        ("(assert (and (>= Y_0 2) (< X_0 1)))", "unsat"),
        ("(assert (and (<= X_0 0.5) (= Y_0 (- (* 3 X_0) 1)) (>= X_0 0.5)))", "sat"),
    ):
        answer = ep.prove(network, parse_vnnlib(head + asked))
        assert answer.verdict == verdict, asked
        assert checked(answer) == check_property.ACCEPTED


def test_a_limit_makes_it_partial() -> None:
    answer = ep.prove(
        cases.network("c12_3-6-5-2"),
        cases.FOLDER / "c12_3-6-5-2" / "property.vnnlib",
        limits=ep.Limits(max_seconds=0),
    )
    assert answer.verdict == "partial"
    assert answer.stopped is not None


def test_a_property_of_another_network_is_refused() -> None:
    with pytest.raises(ep.InputError, match="about 1 inputs and 1 outputs"):
        ep.prove(cases.network("c10_2-8-8-1"), cases.FOLDER / "c01_hat" / "property.vnnlib")


def test_slopes_at_ties_are_those_of_the_search() -> None:
    """A neuron with bounds -1/2 and 1/2: rounding must not choose its line."""
    quarter = Fraction(1, 4)
    rows = [[3, -2, 2], [3, -3, -2], [-2, -1, -2], [-3, -3, 3]]
    middle = [[-1, 2, -2, 0], [-1, -3, -3, -3], [-1, 3, -3, -2], [2, -4, 4, 0]]
    network = ep.Network(
        (
            ep.Layer.of(rows, [-3, -3, -2, -2]),
            ep.Layer.of(
                [[quarter * x for x in row] for row in middle], [quarter * x for x in (2, 1, 2, -4)]
            ),
            ep.Layer.of([[quarter * x for x in (3, 1, 2, 1)]], [-quarter], relu=False),
        )
    )
    found = ep.range(network, domain="[-1,1]^3").details
    assert (found["min"], found["max"]) == ("-1/4", "33/8")
