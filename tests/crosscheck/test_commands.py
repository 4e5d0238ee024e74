"""Programs that write claims files: found, judged, shrunk."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.crosscheck.numbers import FORMATS
from exactpoly.crosscheck.process import Allowance
from exactpoly.crosscheck.questions import write_question
from exactpoly.crosscheck.rounding import asked
from exactpoly.crosscheck.run import compare_tool
from exactpoly.crosscheck.tool import command_tool
from exactpoly.crosscheck.verdict import Kind, Outcome
from exactpoly.errors import InputError
from tests.cli.command_line import one_sentence, run, run_json
from tests.crosscheck.programs import CROSS, RIGHT, SQUARE, ask
from tests.crosscheck.statements import CASES

SLABS = Path(__file__).parents[2] / "examples" / "judge" / "slabs.py"


def test_a_program_is_judged(tmp_path):
    verdict = ask(tmp_path, RIGHT)
    assert verdict.outcome is Outcome.RIGHT, verdict
    assert (verdict.tool, verdict.version, verdict.claimed_regions) == ("tool", "7", 4)
    verdict = ask(tmp_path, RIGHT.replace('"++", ', ""))
    assert verdict.kinds == (Kind.MISSED_REGIONS,)


def test_the_three_formats_of_claims(tmp_path):
    csv = "open(sys.argv[2], 'w').write('row\\n++\\n+-\\n-+\\n--\\n')"
    assert ask(tmp_path, csv, words="{net} {out.csv}").outcome is Outcome.RIGHT
    npz = (
        "import numpy\nw = numpy.load(sys.argv[1])\nassert w['W1'].tolist() == [[1, 0], [0, 1]]\n"
        "rows = [[1, 1], [1, -1], [-1, 1], [-1, -1]]\n"
        "numpy.savez(sys.argv[2], region_rows=numpy.array(rows, 'int8'))"
    )
    assert ask(tmp_path, npz, words="{net.npz} {out.npz}").outcome is Outcome.RIGHT


def test_temporary_files_vanish(tmp_path):
    source = (
        "import tempfile, pathlib\nname = tempfile.mkstemp()[1]\n"
        f"pathlib.Path({str(tmp_path / 'name')!r}).write_text(name)\n"
    )
    assert ask(tmp_path, source + RIGHT).outcome is Outcome.RIGHT
    assert not Path((tmp_path / "name").read_text()).exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "where the network and the claims go"),
        ("mytool {net}", "where the network and the claims go"),
        ("mytool {out}", "where the network and the claims go"),
        ("mytool {net} {out} {out.csv}", "where the network and the claims go"),
        ("mytool {nets} {out}", "{nets} is not known"),
        ("mytool '{net} {out}", "cannot be read"),
    ],
)
def test_bad_commands(text, message):
    with pytest.raises(InputError, match=message):
        command_tool(text)
    result = run("compare", CASES / "d15_abs_gap.json", "--command", text)
    assert result.exit_code == 3
    assert message in one_sentence(result)


def test_a_program_that_is_not_there():
    with pytest.raises(InputError, match="no-such-program cannot be run"):
        compare_tool(CROSS, SQUARE, command_tool("no-such-program {net} {out}"))
    with pytest.raises(InputError, match="holds floats"):
        command_tool("mytool {net.npz} {out}", numbers="exact")
    with pytest.raises(InputError, match="float16"):
        command_tool("mytool {net} {out}", numbers="float16")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("mytool {net} {out}", "mytool"),
        ("python3.11 -I slabs.py {net} {out}", "slabs"),
        ("/opt/bin/polys --net={net} {out}", "polys"),
    ],
)
def test_names(text, name):
    assert command_tool(text).name == name


@settings(deadline=None)
@given(
    st.lists(
        st.floats(width=32, allow_nan=False, allow_infinity=False) | st.integers(-3, 3),
        min_size=4,
        max_size=4,
    ),
    st.sampled_from(["float64", "float32"]),
)
def test_what_a_program_reads_is_what_is_judged(tmp_path_factory, numbers, form):
    """Decimals without rounding: exactpoly, a float reader and the NPZ hold the same network."""
    folder = tmp_path_factory.mktemp("question")
    exact = [Fraction(x) for x in numbers]
    network = ep.Network(
        (ep.Layer.of([exact[:2]], exact[2:3]), ep.Layer.of([[exact[3]]], relu=False))
    )
    question = asked(network, SQUARE, FORMATS[form])
    assert not question.changed
    values = write_question(question, FORMATS[form], folder)
    assert ep.load(values["net"]).digest == network.digest
    assert ep.load(values["net.npz"]).digest == network.digest
    with open(values["net"], encoding="utf-8") as file:
        data = json.load(file)
    assert data["hidden_layers"][0]["weight"][0] == [float(x) for x in exact[:2]]
    assert np.load(values["net.npz"])["W1"].dtype == form


def test_numbers_of_a_program(tmp_path):
    """With float64 a third is rounded and the verdict says so; with exact numbers it is a string."""
    thirds = ep.Network(
        (ep.Layer.of([["1/3", 0], [0, 1]], ["1/3", 0]), ep.Layer.of([[1, 1]], relu=False)), "thirds"
    )
    assert "rounding to float64 changed 2 numbers" in (
        ask(tmp_path, RIGHT, network=thirds).rounding or ""
    )
    exact = "assert json.load(open(sys.argv[1]))['hidden_layers'][0]['weight'][0] == ['1/3', 0]\n"
    source = exact + RIGHT.replace('"-+", "--"', "")
    verdict = ask(tmp_path, source, network=thirds, numbers="exact")
    assert verdict.rounding is None
    assert verdict.outcome is Outcome.RIGHT


def test_the_worked_example():
    """The tool of forty lines misses the slab of 1e-12, and is right where nothing is thin."""
    command = f"{sys.executable} {SLABS} {{net}} {{out}} {{domain}}"
    thin = CASES / "n03_near_parallel_1e-12.json"
    data = run_json("compare", thin, "--domain", "[-1,1]^d", "--command", command, exit_code=4)
    assert [told["kind"] for told in data["findings"]] == ["missed regions", "wrong totals"]
    assert data["findings"][0]["details"][0]["row"] == "+-"
    plain = CASES / "d14_diamond.json"
    assert run("compare", plain, "--domain", "[0,1]x[-1,2]", "--command", command).exit_code in (
        0,
        4,
    )
    refused = run("compare", thin, "--command", command)
    assert refused.exit_code == 3
    assert "it draws boxes in the plane only" in refused.stdout
    assert len(SLABS.read_text().splitlines()) <= 60


def test_a_program_is_shrunk(tmp_path):
    command = f"{sys.executable} {SLABS} {{net}} {{out}} {{domain}}"
    case = CASES / "n03_near_parallel_1e-12.json"
    result = run(
        *("compare", case, "--domain", "[-1,1]^d", "--command", command),
        *("--minimise", "-o", tmp_path / "small"),
    )
    assert result.exit_code == 4, result.output
    told = json.loads((tmp_path / "small" / "verdict.json").read_text())
    assert told["outcome"] == "wrong"
    assert "subprocess.run(" in (tmp_path / "small" / "reproduce.py").read_text()


def test_the_public_function(tmp_path):
    rows = [{"row": "++"}, {"row": "+-"}, {"row": "-+"}, {"row": "--"}]
    assert ep.judge(CROSS, {"regions": rows}).outcome is Outcome.RIGHT
    verdict = ep.judge(CROSS, {"regions": rows, "totals": {"mean_facets": np.float64(2)}})
    assert verdict.outcome is Outcome.RIGHT
    points = np.array([[1.0, 1.0], [-1, 1], [1, -1], [2, 2]])
    verdict = ep.judge(CROSS, {"regions": [{"point": p} for p in points], "domain": "[-3,3]^2"})
    assert verdict.domain == "[-3,3]^2"
    assert set(verdict.kinds) == {Kind.MISSED_REGIONS, Kind.REPEATED_REGIONS}
    exact = ep.judge(CROSS, {"vertices": [[0, 0]]}, reading="exact")
    assert exact.outcome is Outcome.RIGHT
    path = tmp_path / "claims.json"
    path.write_text(json.dumps({"format": "exactpoly-claims-1", "totals": {"regions": 5}}))
    assert ep.judge(CROSS, path).kinds == (Kind.TOTALS,)
    for claims, message in [
        ({"regions": [{"row": object()}]}, "is not a number, list or string"),
        ({"regions": [{"point": [float("nan"), 0]}]}, "NaN"),
        ({"regions": rows, "domain": "[-1,1]^2"}, "leave one out"),
        ({}, "no claims"),
    ]:
        with pytest.raises(InputError, match=message):
            ep.judge(CROSS, claims, domain=ep.Domain.box(2, 0, 1))
    with pytest.raises(InputError, match="not complete"):
        ep.judge(CROSS, {"regions": rows}, limits=ep.Limits(max_cells=1))


def test_crosscheck_of_programs(tmp_path):
    folder = tmp_path / "networks"
    folder.mkdir()
    (folder / "one.json").write_bytes((CASES / "n03_near_parallel_1e-12.json").read_bytes())
    command = f"{sys.executable} {SLABS} {{net}} {{out}} {{domain}}"
    result = run(
        *(
            "crosscheck",
            folder,
            "--command",
            command,
            "--domain",
            "[-1,1]^d",
            "-o",
            tmp_path / "out",
        )
    )
    assert result.exit_code == 0, result.output
    assert ",slabs,0.1,wrong,3," in (tmp_path / "out" / "gallery.csv").read_text()
    nothing = run("crosscheck", folder, "-o", tmp_path / "out")
    assert nothing.exit_code == 3
    assert "give --tools or --command" in one_sentence(nothing)


def test_an_allowance_is_asked_for_in_words():
    result = run("compare", CASES / "d15_abs_gap.json", "--with", "grid", "--memory", "much")
    assert result.exit_code == 3
    tool = command_tool("mytool {net} {out}")
    assert replace(tool, allowance=Allowance(5)).allowance.memory == 4 * 1024**3
