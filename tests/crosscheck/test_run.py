"""Tools that crash, hang, refuse or talk nonsense: each is a verdict, and never an exception.

A module named as a real tool stands before it on PYTHONPATH and misbehaves.
"""

from __future__ import annotations

import sys
import time
from fractions import Fraction

import pytest

import exactpoly as ep
from exactpoly.crosscheck import run as judging
from exactpoly.crosscheck.adapters.registry import NAMES, adapter
from exactpoly.crosscheck.adapters.relu_edge_subdivision import regions_around
from exactpoly.crosscheck.run import compare_tool
from exactpoly.crosscheck.tool import parse_tool
from exactpoly.crosscheck.verdict import Outcome
from exactpoly.errors import InputError
from exactpoly.readers.load import load
from tests.crosscheck.statements import CASES

SQUARE = ep.Domain.box(2, -1, 1)


def ask_fake(monkeypatch, tmp_path, source, *, seconds=30):
    (tmp_path / "regioncam.py").write_text(source)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    network = load(CASES / "d04_concurrent4_generic.json")
    return compare_tool(network, SQUARE, parse_tool("regioncam"), seconds=seconds)


@pytest.mark.parametrize(
    ("source", "outcome", "message"),
    [
        ("import os\nos.abort()", Outcome.CRASHED, "signal SIGABRT"),
        ("import os\nprint('last words')\nos._exit(7)", Outcome.CRASHED, "exit code 7"),
        ("raise ValueError('no licence')", Outcome.CRASHED, "ValueError: no licence"),
        ("raise SystemExit(1)", Outcome.CRASHED, "SystemExit"),
        ("import os\nos._exit(3)", Outcome.CRASHED, "exit code 3 and said nothing"),
        ("import os\nos.kill(os.getpid(), 40)", Outcome.CRASHED, "signal 40"),
        ("import os\nos.kill(os.getpid(), 11)", Outcome.CRASHED, "signal SIGSEGV"),
        # A panic of a tool written in Rust is a BaseException of its own.
        (
            "class Panic(BaseException): pass\nraise Panic('unwrap')",
            Outcome.CRASHED,
            "Panic: unwrap",
        ),
        ("print('x' * 10**7)\nraise ValueError('long')", Outcome.CRASHED, "ValueError: long"),
        ("import a_module_that_is_not_there", Outcome.ABSENT, "a_module_that_is_not_there"),
        ("x = 1", Outcome.CRASHED, "AttributeError"),
    ],
)
def test_crashes(monkeypatch, tmp_path, source, outcome, message):
    verdict = ask_fake(monkeypatch, tmp_path, source)
    assert verdict.outcome is outcome
    assert message in verdict.message
    assert verdict.headline().startswith(f"{outcome}: ")


def test_time_out_ends_the_tool_and_its_children(monkeypatch, tmp_path):
    alive = tmp_path / "alive"
    child = f"import time, pathlib\nwhile True:\n    pathlib.Path({str(alive)!r}).touch()\n"
    source = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {child!r}])"
    started = time.monotonic()
    verdict = ask_fake(monkeypatch, tmp_path, source, seconds=2)
    assert verdict.outcome is Outcome.TIMED_OUT
    assert verdict.message == "stopped after 2 s"
    assert time.monotonic() - started < 20
    assert alive.exists()
    time.sleep(0.3)
    alive.unlink()
    time.sleep(0.3)
    assert not alive.exists()


def test_what_a_tool_leaves_behind_ends_with_it(monkeypatch, tmp_path):
    alive = tmp_path / "alive"
    child = f"import time, pathlib\nwhile True:\n    pathlib.Path({str(alive)!r}).touch()\n"
    source = (
        f"import subprocess, sys, os, pathlib\nsubprocess.Popen([sys.executable, '-c', {child!r}])\n"
        f"while not pathlib.Path({str(alive)!r}).exists(): pass\nos._exit(1)"
    )
    assert ask_fake(monkeypatch, tmp_path, source).outcome is Outcome.CRASHED
    time.sleep(0.3)
    alive.unlink()
    time.sleep(0.3)
    assert not alive.exists()


FAKE = """
class Regioncam:
    def __init__(self, size): pass
    def linear(self, weight, bias): pass
    def relu(self): pass
    last_layer = 0
    edges = []
    faces = []
    vertex_inputs = {points}
"""


def test_numbers_that_are_none(monkeypatch, tmp_path):
    verdict = ask_fake(
        monkeypatch, tmp_path, "nan = float('nan')\n" + FAKE.format(points=[["nan"]])
    )
    assert verdict.outcome is Outcome.CRASHED
    verdict = ask_fake(
        monkeypatch, tmp_path, "import numpy\n" + FAKE.format(points="[[numpy.nan, 0.0]]")
    )
    assert verdict.outcome is Outcome.CRASHED
    assert "no readable result" in verdict.message


def test_an_answer_that_the_tool_has_forged():
    for seconds in ("1" + "0" * 400, "NaN", "Infinity", "null", "[]"):
        text = f'{{"outcome": "claims", "claims": {{}}, "version": "", "seconds": {seconds}'
        told = judging._answer(text + ', "cpu_seconds": 0}')
        assert told == {
            "outcome": "crashed",
            "message": "its answer is not an answer of an adapter",
        }


def test_nothing_found_is_wrong(monkeypatch, tmp_path):
    verdict = ask_fake(monkeypatch, tmp_path, FAKE.format(points=[]))
    assert verdict.outcome is Outcome.WRONG
    assert verdict.claimed_regions == 0


def test_networks_with_linear_units_are_not_offered():
    layer = ep.Layer.of([[1, 0], [0, 1]], relu=[True, False])
    network = ep.Network((layer, ep.Layer.of([[1, 1]], relu=False)))
    verdict = compare_tool(network, SQUARE, parse_tool("grid"), seconds=30)
    assert verdict.outcome is Outcome.NOT_OFFERED


def test_networks_without_neurons_are_not_offered():
    network = ep.Network((ep.Layer.of([[1, 1]], relu=False),))
    verdict = compare_tool(network, SQUARE, parse_tool("grid"), seconds=30)
    assert verdict.outcome is Outcome.NOT_OFFERED
    assert "no neurons" in verdict.message


def test_numbers_beyond_the_format_of_the_tool():
    layer = ep.Layer.of([["1e39", 0], [0, 1]])
    network = ep.Network((layer, ep.Layer.of([[1, 1]], relu=False)), "large")
    verdict = compare_tool(network, SQUARE, parse_tool("regioncam"), seconds=30)
    assert verdict.outcome is Outcome.NOT_OFFERED
    assert verdict.message == (
        "it cannot be given this: large: layer 0 is beyond the range of float32"
    )


def test_an_interpreter_without_the_tool(tmp_path):
    # Isolated from site-packages: not even NumPy is there.
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n')
    python.chmod(0o755)
    network = load(CASES / "d15_abs_gap.json")
    verdict = compare_tool(network, SQUARE, parse_tool("grid", str(python)), seconds=30)
    assert verdict.outcome is Outcome.ABSENT
    assert "numpy" in verdict.message
    assert "install it for" in verdict.message


def test_a_relu_output_is_a_hidden_layer():
    network = ep.Network((ep.Layer.of([[1, 0], [0, 1]]), ep.Layer.of([[1, 1]], [-1])))
    verdict = compare_tool(network, SQUARE, parse_tool("grid"), seconds=60)
    assert verdict.outcome is Outcome.RIGHT
    assert verdict.claimed_regions == 5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("relucnet", "not known"),
        ("splinecam", "needs the path"),
        ("relucent=.", "takes no path"),
        ("splinecam=/no/such/folder", "not a directory"),
    ],
)
def test_bad_tools(text, message):
    with pytest.raises(InputError, match=message):
        parse_tool(text)


def test_another_interpreter():
    network = load(CASES / "d15_abs_gap.json")
    with pytest.raises(InputError, match="--python"):
        compare_tool(network, SQUARE, parse_tool("grid", "/no/such/python"), seconds=5)


@pytest.mark.parametrize("name", NAMES)
def test_every_adapter_says_what_its_tool_promises(name):
    tool = adapter(name)
    assert tool.name == name
    assert tool.promise


def test_a_folder_that_is_no_checkout(tmp_path):
    pytest.importorskip("torch", reason="checkouts need torch")
    network = load(CASES / "d04_concurrent4_generic.json")
    for name in ("relu-edge-subdivision", "splinecam"):
        verdict = compare_tool(network, SQUARE, parse_tool(f"{name}={tmp_path}"), seconds=60)
        assert verdict.outcome is Outcome.ABSENT
        assert "is its checkout" in verdict.message.replace(str(tmp_path), "").replace("  ", " ")


def test_regions_around_vertices():
    assert regions_around([[0, 1], [1, 0]]) == [(1, 1), (-1, 1), (1, -1)]


def test_a_promise_about_boundaries_is_about_transversal_levels():
    """Two lines that cross are simple; f = x+ + y+ is 0 on a quadrant, f - 1/2 is cut across every edge."""
    from types import SimpleNamespace

    from exactpoly.crosscheck.run import _promised

    lines = ep.Layer.of([[1, 0], [0, 1]])
    flat, sloped = (
        ep.Network((lines, ep.Layer.of([[1, 1]], [shift], relu=False)), "two lines")
        for shift in (0, Fraction(-1, 2))
    )
    plane = ep.Domain.space(2)
    for network, scope, promised in (
        (flat, "generic", True),
        (flat, "transversal", False),
        (sloped, "transversal", True),
        (sloped, "none", False),
    ):
        tool = SimpleNamespace(adapter=SimpleNamespace(scope=scope))
        question = SimpleNamespace(network=network, domain=plane)
        found = _promised(tool, question, lambda n, d: ep.enumerate(n, domain=d))
        assert found is promised
