"""`exactpoly certify -o` and `exactpoly check`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import exactpoly.certificate.check as checker

from .command_line import case, one_sentence, run, run_json


@pytest.mark.parametrize("name", ["q2_00.cert", "q2_00.cert.gz"])
@pytest.mark.parametrize("domain", ["R^d", "[-1,1]^d"])
def test_a_certificate_is_accepted(name: str, domain: str, tmp_path: Path) -> None:
    path = tmp_path / name
    data = run_json("certify", case("q2_00"), "--domain", domain, "-o", path)
    assert data["certificate"] == str(path)
    result = run("check", path)
    assert result.exit_code == 0
    assert f"{data['regions']} regions" in result.stdout
    alone = subprocess.run(
        [sys.executable, "-I", str(checker.__file__), str(path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (alone.returncode, alone.stdout) == (0, result.stdout)
    again = tmp_path / f"again_{name}"
    text = run("certify", case("q2_00"), "--domain", domain, "-o", again).stdout
    assert "exactpoly check" in text
    assert again.read_bytes() == path.read_bytes()


def test_workers_share_the_check(tmp_path: Path) -> None:
    path = tmp_path / "q2_00.cert"
    run("certify", case("q3_00"), "-o", path)
    alone, shared = run("check", path), run("check", path, "--workers", "2")
    assert (shared.exit_code, shared.stdout) == (0, alone.stdout)
    text = path.read_text()
    path.write_text(text.replace('"simple":', '"simple":0', 1).replace("0true", "0", 1))
    assert run("check", path, "--workers", "2").exit_code in (1, 3)
    assert run("check", tmp_path / "none", "--workers", "2").exit_code == 3
    assert run("check", path, "--executor", "boat").exit_code == 3


def test_a_partial_certificate_says_so(tmp_path: Path) -> None:
    path = tmp_path / "part.cert"
    run_json("certify", case("q2_00"), "--max-cells", "60", "-o", path, exit_code=2)
    result = run("check", path)
    assert result.exit_code == 0
    assert result.stdout.startswith("PARTIAL")


def test_a_changed_certificate_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "q2_00.cert"
    run("certify", case("q2_00"), "-o", path)
    text = path.read_text()
    assert "[52,120,69]" in text
    path.write_text(text.replace("[52,120,69]", "[52,119,69]"))
    assert run("check", path).exit_code == 1


def test_unreadable_certificates(tmp_path: Path) -> None:
    path = tmp_path / "junk.cert"
    path.write_text("junk\n")
    assert run("check", path).exit_code == 3
    assert run("check", tmp_path / "missing.cert").exit_code == 3


def test_outputs_that_are_refused_before_any_work(tmp_path: Path) -> None:
    for output in (tmp_path / "no" / "folder.cert", tmp_path):
        result = run("certify", case("q2_00"), "-o", output)
        assert result.exit_code == 3
        assert str(output) in one_sentence(result)
    result = run("certify", case("q2_00"), "--engine", "reference", "-o", tmp_path / "x.cert")
    assert result.exit_code == 3
    assert "--output" in one_sentence(result)
    assert list(tmp_path.iterdir()) == []


def test_the_result_survives_a_certificate_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    result = run("certify", case("q2_00"), "-o", tmp_path / "x.cert")
    assert result.exit_code == 3
    assert "No space left" in result.stderr
    assert "f_0 = 52, f_1 = 120, f_2 = 69" in result.stdout
