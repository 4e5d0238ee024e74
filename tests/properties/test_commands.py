"""The commands: JSON, exit codes, certificates checked by the command and by the file alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from exactpoly.certificate import check_property
from tests.cli.command_line import run
from tests.properties import cases


def network(name: str) -> str:
    return str(cases.FOLDER / name / "network.json")


def ask(*arguments: str) -> tuple[int, Any]:
    done = run(*arguments, "--json")
    assert done.exit_code in (0, 2, 4), done.stderr
    return done.exit_code, json.loads(done.stdout)


def test_prove_and_check(tmp_path: Path) -> None:
    name = "c11_2-16-16-2"
    asked = str(cases.FOLDER / name / "property.vnnlib")
    proof, exact = str(tmp_path / "proof.json.gz"), str(tmp_path / "network.jsonl")
    code, answer = ask("prove", network(name), asked, "-o", proof, "--network", exact)
    assert (code, answer["verdict"], answer["witness"]) == (0, "unsat", None)
    assert run("check", proof).exit_code == 3  # The network is not in it.
    for more in ([], ["--workers", "2"]):
        done = run("check", proof, "--network", exact, *more)
        assert done.exit_code == 0
        assert "nowhere in [" in done.stdout
    assert run("check", proof, "--network", exact, "--property", asked).exit_code == 0
    other = str(cases.FOLDER / "c10_2-8-8-1" / "property.vnnlib")
    assert run("check", proof, "--network", exact, "--property", other).exit_code == 1
    alone = [sys.executable, check_property.__file__, proof, "--network", exact]
    assert subprocess.run(alone, capture_output=True, check=False).returncode == 0


def test_a_counterexample_has_its_own_exit_code(tmp_path: Path) -> None:
    name, proof = "c02_touch_third", str(tmp_path / "proof.json")
    asked = str(cases.FOLDER / name / "property.vnnlib")
    code, answer = ask("prove", network(name), asked, "-o", proof)
    assert (code, answer["verdict"], answer["witness"]) == (4, "sat", ["1/3"])
    assert run("check", proof, "--property", asked).exit_code == 0
    other = str(cases.FOLDER / "c04_touch_third_strict" / "property.vnnlib")
    assert run("check", proof, "--property", other).exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "code", "expected"),
    [
        (["range", "c01_hat", "--component", "0", "--domain", "[0,1]"], 0,
         {"min": "0", "max": "1", "argmax": ["1/2"]}),
        (["range", "c01_hat", "--functional", "2*Y_0+X_0", "--domain", "[0,1]"], 0,
         {"min": "0", "max": "5/2"}),
        (["lipschitz", "c01_hat", "--norm", "linf", "--domain", "[0,1]"], 0, {"constant": "2"}),
        (["lipschitz", "c01_hat", "--norm", "l2"], 0, {"constant_squared": "4"}),
        (["monotone", "c09_monotone", "--input", "1", "--domain", "[0,1]^2"], 4,
         {"verdict": "no", "gradients": ["-1", "0"]}),
        (["monotone", "c09_monotone", "--input", "0", "--domain", "[0,1]^2"], 0,
         {"verdict": "yes", "gradients": ["0", "1"]}),
        (["radius", "c11_2-16-16-2", "0,0", "--norm", "l1", "--domain", "[-1,1]^2"], 0,
         {"class": 1, "ties_with": 0, "norm": "l1"}),
        (["range", "c12_3-6-5-2", "--domain", "[-1,1]^3", "--max-seconds", "0"], 2,
         {"verdict": "partial"}),
    ],
)  # fmt: skip
def test_json_of_the_other_questions(
    arguments: list[str], code: int, expected: dict[str, Any]
) -> None:
    found, answer = ask(arguments[0], network(arguments[1]), *arguments[2:])
    assert found == code
    assert {name: answer.get(name) for name in expected} == expected


@pytest.mark.parametrize(("axis", "code", "said"), [("0", 0, "yes"), ("1", 4, "no")])
def test_text_says_where_an_output_falls(axis: str, code: int, said: str) -> None:
    done = run("monotone", network("c09_monotone"), "--input", axis, "--domain", "[0,1]^2")
    assert done.exit_code == code
    assert f"verdict    {said}" in done.stdout
    assert ("points     (" in done.stdout) == (said == "no")


def test_text_claims_a_proof_only_where_there_is_one() -> None:
    asked = ("lipschitz", network("c01_hat"), "--norm", "l2")
    assert "accepted by the checker" not in run(*asked).stdout
    assert "accepted by the checker" in run(*asked, "--domain", "[0,1]").stdout


def test_equal() -> None:
    name = "c08_differ_corner"
    other = str(cases.FOLDER / name / "network2.json")
    code, answer = ask("equal", network(name), other, "--domain", "[-1,1]^2")
    assert (code, answer["verdict"]) == (4, "different")
    assert (answer["max_abs_difference"], answer["argmax"]) == ("1/1099511627776", ["1", "1"])


def test_verdicts_of_others(tmp_path: Path) -> None:
    name = "c02_touch_third"
    asked = str(cases.FOLDER / name / "property.vnnlib")
    near = tmp_path / "near.txt"
    near.write_text("sat\n((X_0 0.3333)\n (Y_0 0.0))\n")
    told = ("judge-verdict", network(name), asked, "--result")
    assert ask(*told, "unsat")[1]["judgement"] == "wrong"
    code, answer = ask(*told, "sat", "--witness", str(near))
    assert (code, answer["judgement"], answer["tolerance"]) == (0, "right", "1/10000")
    strict = str(cases.FOLDER / "c04_touch_third_strict" / "property.vnnlib")
    told = ("judge-verdict", network("c04_touch_third_strict"), strict, "--result")
    code, answer = ask(*told, "sat", "--witness", str(near))
    assert (code, answer["judgement"], answer["truth"]) == (4, "within tolerance", "unsat")
    folder = tmp_path / "results"
    folder.mkdir()
    lines = [
        f"c,{name}/network.json,{name}/property.vnnlib,0.1,{r},1"
        for r in ("sat", "holds", "timeout")
    ]
    (folder / "results.csv").write_text("\n".join(lines) + "\n")
    code, answer = ask("judge-verdict", "--batch", str(folder), "--benchmarks", str(cases.FOLDER))
    assert code == 4
    assert [r["judgement"] for r in answer["results"]] == ["right", "wrong", "no verdict"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["prove", "c01_hat", "c10_2-8-8-1"], "about 2 inputs"),
        (["range", "c01_hat", "--functional", "Y_3", "--domain", "[0,1]"], "Y_3 is used"),
        (["radius", "c01_hat", "1/2"], "it has one output"),
        (["lipschitz", "c01_hat", "--component", "2"], "component: 2 given"),
        (["monotone", "c01_hat", "--input", "4"], "input: 4 given"),
        (["equal", "c01_hat", "c10_2-8-8-1", "--domain", "[0,1]"], "they must agree"),
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence(arguments: list[str], words: str) -> None:
    command, name, *rest = arguments
    if command == "prove":
        rest = [str(cases.FOLDER / rest[0] / "property.vnnlib")]
    if command == "equal":
        rest[0] = network(rest[0])
    done = run(command, network(name), *rest)
    assert done.exit_code == 3
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
