"""Shrinking: reductions are what they say, and a counterexample is small, certified and repeatable."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction

import pytest

import exactpoly as ep
from exactpoly.certificate.check import check_file
from exactpoly.crosscheck import minimise
from exactpoly.crosscheck.minimise import minimise_disagreement, write_counterexample
from exactpoly.crosscheck.reductions import Problem, reductions
from exactpoly.crosscheck.run import compare_tool
from exactpoly.crosscheck.scripts import reproduction_script
from exactpoly.crosscheck.tool import parse_tool
from exactpoly.crosscheck.verdict import Finding, Kind, Outcome, Verdict
from exactpoly.errors import InputError
from exactpoly.readers.load import load
from tests.crosscheck.peers import PYTHON, ask
from tests.crosscheck.statements import CASES


@pytest.mark.parametrize("case", ["q2_00", "q3_01", "d20_abs_gap3_grid", "k_kink3_depth10"])
def test_reductions_are_smaller_networks(case):
    network = load(CASES / f"{case}.json")
    problem = Problem(network, ep.Domain.box(network.input_dimension, -1, 1))
    names = set()
    for count, (name, smaller) in enumerate(reductions(problem)):
        assert smaller.domain.dimension == smaller.network.input_dimension
        if name != "domain":
            assert smaller.size < problem.size
        names.add(name.split(" ")[0])
        if count % 20 == 0:
            assert ep.enumerate(smaller.network, domain=smaller.domain).n_regions >= 1
    assert {"domain", "weight"} <= names
    assert ("neurons" in names) == any(len(layer.neurons) > 1 for layer in network.layers)
    assert ({"last", "layer"} <= names) == (len(network.layers) > 2)
    assert ("axis" in names) == (network.input_dimension > 1)


def test_an_axis_is_set_to_zero():
    layer = ep.Layer.of([[1, 2, 3]], [4])
    network = ep.Network((layer, ep.Layer.of([[1]], relu=False)))
    bounds = ((Fraction(1), Fraction(2)), (Fraction(-1), Fraction(1)), (Fraction(-2), Fraction(2)))
    found = [
        (smaller.network.layers[0].weight, smaller.domain.bounds)
        for name, smaller in reductions(Problem(network, ep.Domain(3, bounds)))
        if name.startswith("axis")
    ]
    # The first axis stays: 0 is not inside its bounds.
    assert found == [(((1, 3),), (bounds[0], bounds[2])), (((1, 2),), (bounds[0], bounds[1]))]


def test_a_baseline_shrunk(tmp_path):
    first = ask("lp-bfs", "q2_00")
    tool = parse_tool("lp-bfs", PYTHON)
    network = load(CASES / "q2_00.json")
    example = minimise_disagreement(
        network, ep.Domain.space(2), tool, first, seconds=30, questions=25
    )
    assert example.verdict.outcome is Outcome.WRONG
    assert set(example.verdict.kinds) & set(first.kinds)
    assert example.problem.network.n_neurons < network.n_neurons
    assert example.asked <= 25
    paths = write_counterexample(example, tmp_path / "folder")
    assert [p.name for p in paths] == [
        "network.json",
        "verdict.json",
        "verdict.txt",
        "reproduce.py",
        "network.cert",
    ]
    # What was written says the same when it is read and asked again.
    again = load(paths[0])
    assert again.digest == example.problem.network.digest
    verdict = compare_tool(again, example.problem.domain, tool, seconds=30)
    assert verdict.kinds == example.verdict.kinds
    assert json.loads(paths[1].read_text())["outcome"] == "wrong"
    assert check_file(str(paths[4]))[0] == 0
    told = subprocess.run(
        [sys.executable, str(paths[3])], capture_output=True, text=True, check=True
    )
    assert told.stdout.startswith("lp-bfs on ") or "not installed" in told.stdout


def test_a_refusal_is_shrunk_to_the_same_refusal(monkeypatch):
    def refuses(network, domain, tool, **options):
        if network.n_neurons < 2:
            return Verdict(Outcome.REFUSED, message="TooSmall: one neuron")
        return Verdict(Outcome.REFUSED, message=f"NotGeneric: {network.n_neurons} neurons")

    monkeypatch.setattr(minimise, "compare_tool", refuses)
    network = load(CASES / "q2_00.json")
    example = minimise_disagreement(
        network,
        ep.Domain.space(2),
        parse_tool("grid"),
        refuses(network, None, None),
        seconds=1,
    )
    assert example.problem.network.n_neurons == 2
    assert example.problem.network.input_dimension == 1
    assert example.verdict.message == "NotGeneric: 2 neurons"
    assert not any(any(row) for row in example.problem.network.layers[0].weight)


def test_the_first_kind_of_error_stays():
    first = Verdict(
        Outcome.WRONG, findings=tuple(Finding(k, 1, ()) for k in (Kind.MISSED_REGIONS, Kind.TOTALS))
    )
    totals = Verdict(Outcome.WRONG, findings=(Finding(Kind.TOTALS, 1, ()),))
    assert minimise._same(first, first)
    assert not minimise._same(totals, first)
    assert not minimise._same(Verdict(Outcome.CRASHED), first)


def test_nothing_to_shrink():
    network = load(CASES / "d04_concurrent4_generic.json")
    verdict = ask("grid", "d04_concurrent4_generic")
    with pytest.raises(InputError, match="nothing to shrink"):
        minimise_disagreement(
            network, ep.Domain.space(2), parse_tool("grid", PYTHON), verdict, seconds=30
        )


@pytest.mark.parametrize(
    ("tool", "domain"),
    [
        ("relucent", "R^d"),
        ("regioncam", "[-1,1]^d"),
        ("affinitree", "R^d"),
        ("affinitree", "[-1,1]^d"),
    ],
)
def test_scripts_run(tool, domain, tmp_path):
    network = load(CASES / "d15_abs_gap.json")
    place = ep.Domain.parse(domain, 2)
    verdict = ask(tool, network, domain)
    script = reproduction_script(parse_tool(tool), network, place)
    assert len(script.splitlines()) <= 18
    path = tmp_path / "reproduce.py"
    path.write_text(script)
    told = subprocess.run(
        [PYTHON or sys.executable, str(path)], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    # It shows what the adapter claims.
    if tool == "relucent":
        assert "5 2.0 Graph with 5 nodes and 5 edges" in told.stdout
    elif tool == "regioncam":
        assert told.stdout.splitlines()[-1] == str(verdict.claimed_regions)
    else:
        assert told.stdout.count("(array(") == verdict.claimed_regions
