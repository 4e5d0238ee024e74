"""`info`, `eval`, `region`, `plot`, and the command line as a whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .command_line import case, one_sentence, run, run_json, write_network


def test_info() -> None:
    data = run_json("info", case("q2_00"))
    assert data["widths"] == [2, 6, 6, 1]
    assert data["neurons"] == 12
    assert [layer["relu_units"] for layer in data["layers"]] == [6, 6, 0]
    assert [layer["linear_units"] for layer in data["layers"]] == [0, 0, 1]
    assert data["layers"][0]["denominator_bits"] == 3
    assert data["layers"][0]["denominator_is_power_of_two"] is True
    assert any("random weights" in note for note in data["notes"])
    text = run("info", case("q2_00")).stdout
    assert data["digest"] in text
    assert "2^2" in text


def test_eval_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    path.write_text(
        '{"hidden_layers": [{"weight": [["1", "-1"], ["2", "1"]], "bias": ["0", "-1/2"]}],'
        ' "output_layer": {"weight": [["3", "-1"]], "bias": ["1/7"]}}'
    )
    # z = (1/3 - (-2), 2/3 - 2 - 1/2) = (7/3, -11/6), output 3 * 7/3 + 1/7 = 50/7.
    data = run_json("eval", path, "1/3,-2")
    assert data["output"] == ["50/7"]
    assert data["preactivations"] == ["7/3", "-11/6"]
    assert data["sign_row"] == ["+-"]
    text = run("eval", path, "1/3,-2").stdout
    assert "50/7 ≈ 7.142857" in text
    numbers = tmp_path / "point.txt"
    numbers.write_text("1/3\n-2\n")
    assert run_json("eval", path, f"@{numbers}") == data


@pytest.mark.parametrize("command", ["eval", "region"])
@pytest.mark.parametrize("point", ["1", "1,2,3", "1,x", "1/0,2", "@/no/such/file", "nan,0", ""])
def test_bad_points(command: str, point: str) -> None:
    result = run(command, case("q2_00"), point)
    assert result.exit_code == 3
    one_sentence(result)


def test_region_in_the_interior() -> None:
    pytest.importorskip("cdd")
    data = run_json("region", case("q2_00"), "-1/3,2.5")
    assert data["on_boundary"] is False
    assert data["sign_row"] == run_json("eval", case("q2_00"), "-1/3,2.5")["sign_row"]
    assert [facet["neurons"] for facet in data["facets"]] == [[[1, 0]], [[1, 4]], [[1, 5]]]
    assert sorted(data["vertices"]) == [["-7/16", "13/16"], ["-8/49", "3/7"]]
    assert data["affine_map"] == {"matrix": [["-7", "2"]], "constant": ["-2"]}
    text = run("region", case("q2_00"), "-1/3,2.5").stdout
    assert "in the interior of its region" in text
    assert "7 x_0 + 5 x_1 - 1 >= 0" in text


def test_region_on_a_boundary_says_so() -> None:
    data = run_json("region", case("d08_braid3"), "0,0,0", "--no-vertices")
    assert data["on_boundary"] is True
    assert data["zero_neurons"] == [[0, 0], [0, 1], [0, 2]]
    assert data["vertices"] is None
    text = run("region", case("d08_braid3"), "0,0,0", "--no-vertices").stdout
    assert "lies on the boundary of this region, on: neurons 0:0, 0:1, 0:2" in text


def test_region_touching_the_box() -> None:
    data = run_json("region", case("q2_00"), "1,1", "--domain", "[0,1]^2", "--no-vertices")
    assert data["touched_sides"] == [1, 3]
    assert run("region", case("q2_00"), "2,1", "--domain", "[0,1]^2").exit_code == 3


def test_region_of_a_network_too_large_to_enumerate(tmp_path: Path) -> None:
    path = write_network(tmp_path / "large.json", 20, 32, 32, 4)
    data = run_json("region", path, ",".join(["1/3"] * 20))
    assert data["on_boundary"] is False
    assert 20 < len(data["facets"]) <= 64
    assert "--vertices" in data["vertices_note"]
    assert "more; --json has them all" in run("region", path, ",".join(["1/3"] * 20)).stdout


def test_plot(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    output = tmp_path / "map.svg"
    result = run("plot", case("q2_00"), "-o", output)
    assert result.exit_code == 0
    assert "69 regions" in result.stdout
    assert output.read_text(encoding="utf-8").startswith("<?xml")


def test_plot_of_a_partial_complex(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    result = run("plot", case("q2_00"), "-o", tmp_path / "map.png", "--max-cells", "60")
    assert result.exit_code == 2
    assert "PARTIAL" in result.stdout
    assert (tmp_path / "map.png").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["-o", "map.gif"],
        ["-o", "no/such/folder/map.svg"],
        ["-o", "map.svg", "--slice", "0,0; 1,0"],
        ["-o", "map.svg", "--slice", "0,0; 1,2; 2,4"],
        ["-o", "map.svg", "--slice", "0,0; 1,0,0; 0,1"],
        ["-o", "map.svg", "--slice", "0,0; 1,zero; 0,1"],
        ["-o", "map.svg", "--window", "R^d"],
        ["-o", "map.svg", "--window", "[0,1]^3"],
        ["-o", "map.svg", "--domain", "[0,1]^2", "--window", "[5,6]^2"],
    ],
)
def test_plots_that_are_refused(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    result = run("plot", case("q2_00"), *arguments)
    assert result.exit_code == 3
    one_sentence(result)
    assert list(tmp_path.iterdir()) == []


def test_plot_of_one_dimension_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    path = write_network(tmp_path / "line.json", 1, 3, 1)
    result = run("plot", path, "-o", tmp_path / "map.svg")
    assert result.exit_code == 3
    assert "input dimension 1" in one_sentence(result)


@pytest.mark.parametrize(
    "arguments",
    [
        ["certify"],
        ["certify", "x.json", "--engine", "magic"],
        ["certify", "x.json", "--max-memory", "4QiB"],
        ["certify", "x.json", "--max-cells", "-1"],
        ["certify", "x.json", "--audit", "some"],
        ["certify", "x.json", "--no-such-option"],
        ["eval", "x.json", "0,0", "--no-such-option"],
        ["no-such-command"],
    ],
)
def test_wrong_usage_is_bad_input(arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 3
    assert result.stdout == ""
    assert "Error: " in result.stderr


def test_a_time_that_is_none() -> None:
    result = run("certify", case("q2_00"), "--max-seconds", "nan")
    assert result.exit_code == 3
    assert "--max-seconds" in one_sentence(result)


@pytest.mark.parametrize("text", ["[1,0]^2", "[0,1]^3", "[0,1", "S^2", "[0,1]x"])
def test_bad_domains(text: str) -> None:
    result = run("certify", case("q2_00"), "--domain", text)
    assert result.exit_code == 3
    assert "domain" in one_sentence(result)


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, timeout=120, check=False
    )


def test_help_imports_no_heavy_library() -> None:
    program = (
        "import sys\n"
        "from exactpoly.cli import main\n"
        "try:\n"
        "    main(['--help'], prog_name='exactpoly')\n"
        "except SystemExit as end:\n"
        "    assert end.code == 0\n"
        "heavy = {'numpy', 'flint', 'rich', 'networkx', 'matplotlib', 'torch', 'cdd', 'pandas'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    result = python("-c", program)
    assert result.stdout.startswith("Usage: exactpoly"), result.stderr
    assert result.stdout.splitlines()[-1] == "[]"


def test_module_and_version() -> None:
    from importlib.metadata import version

    result = python("-m", "exactpoly", "--version")
    assert result.returncode == 0
    first, second = result.stdout.splitlines()
    assert first == f"exactpoly {version('exactpoly')}"
    assert second.startswith("compiled engine: ")


def test_stdout_has_the_result_only_and_survives_ascii() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "exactpoly", "certify", str(case("q2_00")), "--audit", "none"],
        capture_output=True,
        env={"PYTHONIOENCODING": "ascii", "PATH": ""},
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert result.stderr == b""
    assert b"########" in result.stdout


def test_an_unexpected_exception_is_a_bug_with_exit_code_1() -> None:
    program = (
        "from importlib import import_module\n"
        "def broken(*a, **k): raise RuntimeError('broken')\n"
        "import_module('exactpoly.readers.load').read = broken\n"
        "from exactpoly.cli import main\n"
        "main(['info', 'x.json'])\n"
    )
    result = python("-c", program)
    assert result.returncode == 1
    assert "RuntimeError: broken" in result.stderr
