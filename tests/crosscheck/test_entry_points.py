"""A tool that another package brings: made here, installed in a virtual environment, and judged."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

import exactpoly as ep
from exactpoly.crosscheck.adapters.registry import NAMES
from exactpoly.crosscheck.run import compare_tool
from exactpoly.crosscheck.tool import parse_tool
from exactpoly.crosscheck.verdict import Kind, Outcome
from exactpoly.errors import InputError
from tests.cli.command_line import run_json
from tests.crosscheck.statements import CASES

PROJECT = """
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[project]
name = "quadrants"
version = "3.4"
[project.entry-points."exactpoly.tools"]
quadrants = "quadrants:ADAPTER"
broken = "quadrants:MISSING"
number = "quadrants:NUMBER"
half = "quadrants:HALF"
wide = "quadrants:WIDE"
grid = "quadrants:ADAPTER"
[tool.setuptools]
py-modules = ["quadrants"]
"""
MODULE = """
from exactpoly.crosscheck import Adapter, NotOffered

NUMBER = 7


def run(task):
    if task.dimension != 2 or task.hidden != 2:
        raise NotOffered("it knows two lines in the plane")
    return {"regions": [{"row": row} for row in ("++", "+-", "-+", "--")]}


ADAPTER = Adapter("quadrants", "float64", "four regions", run, distribution="quadrants",
    scope="generic", source="README", preload=("numpy",))
HALF = Adapter("half", "float16", "four regions", run)
WIDE = Adapter("wide", "float64", "four regions", run, scope="every")
"""
CROSS = ep.Network((ep.Layer.of([[1, 0], [0, 1]]), ep.Layer.of([[1, 1]], relu=False)), "cross")
LINES = ep.Network((ep.Layer.of([[1, 0], [1, 0]], [0, 1]), ep.Layer.of([[1, 1]], relu=False)))
PLANE = ep.Domain.space(2)


@pytest.fixture(scope="module")
def python(tmp_path_factory) -> str:
    """An interpreter of its own with the package, which sees what is installed beside exactpoly."""
    pytest.importorskip("setuptools", reason="building a package needs setuptools")
    folder = tmp_path_factory.mktemp("outside")
    source = folder / "quadrants"
    source.mkdir()
    (source / "pyproject.toml").write_text(PROJECT)
    (source / "quadrants.py").write_text(MODULE)
    place = folder / "environment"
    venv.create(place, system_site_packages=True, symlinks=True)
    interpreter = place / "bin" / "python"
    ours = sysconfig.get_paths()
    home = subprocess.run(
        [interpreter, "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    (Path(home) / "ours.pth").write_text(f"{ours['purelib']}\n{ours['platlib']}\n")
    install = [sys.executable, "-m", "pip", "--python", interpreter, "install", "--quiet"]
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check"]
    done = subprocess.run([*install, *options, source], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return str(interpreter)


def test_it_is_found_and_judged(python):
    tool = parse_tool("quadrants", python)
    assert tool.adapter.promise == "four regions"
    verdict = compare_tool(CROSS, PLANE, tool)
    assert verdict.outcome is Outcome.RIGHT, verdict
    assert (verdict.tool, verdict.version) == ("quadrants", "3.4")
    verdict = compare_tool(LINES, PLANE, tool)
    assert verdict.kinds == (Kind.INVENTED_REGIONS,)
    assert verdict.promised
    assert (tool.adapter.source, tool.adapter.preload) == ("README", ("numpy",))
    served = tool.served()
    assert served.server is not None
    try:
        assert compare_tool(CROSS, PLANE, served).outcome is Outcome.RIGHT
    finally:
        served.server.close()
    deeper = ep.load(CASES / "d15_abs_gap.json")
    assert compare_tool(deeper, PLANE, tool).outcome is Outcome.NOT_OFFERED


def test_the_command_finds_it(python):
    case = CASES / "d02_parallel_scaled.json"
    arguments = ["compare", case, "--with", "quadrants", "--python", python]
    assert run_json(*arguments, exit_code=3)["message"] == "it knows two lines in the plane"


def test_what_is_no_adapter(python):
    for name, message in [
        ("broken", "broken: its adapter cannot be had \\(AttributeError"),
        ("number", "number: its adapter cannot be had \\(TypeError: the entry point number is int"),
        ("half", "half: numbers is 'float16'"),
        ("wide", "wide: scope is 'every'; give all, generic, transversal, none"),
        ("nothing", "'nothing' is not known; the tools are relucent, .*quadrants"),
    ]:
        with pytest.raises(InputError, match=message):
            parse_tool(name, python)
    # Our own names stand, whoever else brings one.
    assert parse_tool("grid", python).adapter.promise.startswith("baseline")


def test_without_the_package():
    with pytest.raises(InputError, match=f"{NAMES[-1]}; packages bring others"):
        parse_tool("quadrants")
