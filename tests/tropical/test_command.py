"""`exactpoly tropical`: what it prints, writes and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from exactpoly import Layer, Network, write_json
from exactpoly.newton.maximum import maximum_tree

from ..cli.command_line import one_sentence, run, run_json


@pytest.fixture
def max3(tmp_path: Path) -> Path:
    write_json(maximum_tree(3), tmp_path / "max3.json")
    return tmp_path / "max3.json"


def test_json_of_a_maximum(max3: Path) -> None:
    data = run_json("tropical", max3, "--volumes", "--duality")
    assert data["g"]["f_vector"] == [10, 16, 8, 1]
    assert data["g"]["normalised_volume"] == 39
    assert data["h"]["volumes"] == {"0": [1] * 4, "1": [1, 1, 4, 4], "2": [8]}
    assert data["function"]["vertices"] == [[0, 0, 1], [0, 1, 0], [1, 0, 0]]
    assert data["function"]["parity"]["hidden_layers_with_integral_weights"] == 2
    assert data["duality"] == {"regions": 13, "upper_vertices": 10}


def test_text_says_integral(max3: Path) -> None:
    result = run("tropical", max3)
    assert result.exit_code == 0
    assert "with integral weights this function needs at least 2 hidden layers" in result.stdout


def test_certificate_is_accepted_by_check(max3: Path, tmp_path: Path) -> None:
    certificate = tmp_path / "max3.parity.json"
    assert run("tropical", max3, "-o", certificate).exit_code == 0
    result = run("check", certificate)
    assert result.exit_code == 0
    assert result.stdout.startswith("ACCEPTED")
    data = json.loads(certificate.read_text())
    data["volume"] += 2
    certificate.write_text(json.dumps(data))
    assert run("check", certificate).exit_code == 1


def test_a_picture_is_drawn(max3: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    assert run("tropical", max3, "--plot", tmp_path / "max3.svg").exit_code == 0
    assert (tmp_path / "max3.svg").stat().st_size > 10_000
    write_json(maximum_tree(5), tmp_path / "max5.json")
    result = run("tropical", tmp_path / "max5.json", "--plot", tmp_path / "max5.svg")
    assert result.exit_code == 3
    assert "dimension 5" in one_sentence(result)


def test_scaled_weights_are_spoken_of(tmp_path: Path) -> None:
    half = Network((Layer.of([["1/2"]]), Layer.of([[3]], relu=False)), "half")
    write_json(half, tmp_path / "half.json")
    result = run("tropical", tmp_path / "half.json")
    assert result.exit_code == 3
    assert "integral" in one_sentence(result)
    assert "--scale" in one_sentence(result)
    result = run("tropical", tmp_path / "half.json", "--scale")
    assert "with integral weights 2 times this function needs" in result.stdout


def test_refusals(max3: Path, tmp_path: Path) -> None:
    concave = Network((Layer.of([[1], [-1]]), Layer.of([[-1, -1]], relu=False)), "concave")
    write_json(concave, tmp_path / "concave.json")
    result = run("tropical", tmp_path / "concave.json", "-o", tmp_path / "c.json")
    assert result.exit_code == 3
    assert "not convex" in one_sentence(result)
    assert not (tmp_path / "c.json").exists()
    for arguments in (["--output", "3"], ["--plot", tmp_path / "max3.txt"]):
        assert run("tropical", max3, *arguments).exit_code == 3
    result = run("tropical", max3, "--max-seconds", "0")
    assert result.exit_code == 2
    assert "--max-seconds" in one_sentence(result)
