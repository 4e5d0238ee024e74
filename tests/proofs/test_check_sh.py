"""proofs/check.sh refuses gaps and axioms; Refutation.v is what its writer writes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ..cli.command_line import run

PROOFS = Path(__file__).parents[2] / "proofs"
needs_coq = pytest.mark.skipif(
    shutil.which("coqc") is None and os.environ.get("EXACTPOLY_REQUIRE_COQ") != "1",
    reason="coqc is not installed",
)


def check(*files: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(PROOFS / "check.sh"), *map(str, files)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@needs_coq
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Theorem t : False. Proof. Admitted.", "incomplete or assumes"),
        ("Axiom t : False.", "incomplete or assumes"),
        ("Parameter t : False.", "incomplete or assumes"),
    ],
)
def test_gaps_are_refused_before_anything_is_compiled(
    tmp_path: Path, text: str, reason: str
) -> None:
    file = tmp_path / "gap.v"
    file.write_text(text + "\n")
    done = check(file)
    assert done.returncode != 0
    assert reason in done.stderr


@needs_coq
def test_an_axiom_of_the_standard_library_is_found(tmp_path: Path) -> None:
    file = tmp_path / "classical.v"
    file.write_text(
        "From Coq Require Import Classical.\n"
        "Theorem t : forall P, P \\/ ~ P.\nProof. exact classic. Qed.\n"
    )
    done = check(file)
    assert done.returncode != 0
    assert "classic : forall P : Prop, P \\/ ~ P" in done.stderr


@needs_coq
@pytest.mark.parametrize("name", ["Tree.v", "9lives.v", "a b.v"])
def test_file_names_that_do_not_fit(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("Theorem t : True. Proof. exact I. Qed.\n")
    assert check(tmp_path / name).returncode != 0


def test_the_refutation_is_what_its_writer_writes(tmp_path: Path) -> None:
    copy = tmp_path / "proofs"
    (copy / "coq").mkdir(parents=True)
    for name in ("refutation_in_coq.py", "counterexamples.py"):
        shutil.copy(PROOFS / name, copy)
    strong = Path("examples") / "refutations" / "avg-facets-strong-3-9-4.json"
    (tmp_path / strong).parent.mkdir(parents=True)
    shutil.copy(PROOFS.parent / strong, tmp_path / strong)
    environment = {**os.environ, "PYTHONPATH": str(PROOFS.parent)}
    subprocess.run([sys.executable, "refutation_in_coq.py"], cwd=copy, env=environment, check=True)
    for name in ("Refutation.v", "StrongRefutation.v"):
        written = (copy / "coq" / name).read_text()
        kept = (PROOFS / "coq" / name).read_text()
        assert written.split("Local Open")[0] == kept.split("Local Open")[0]
        assert written.split("Local Close")[1] == kept.split("Local Close")[1]


def test_the_maxima_are_what_their_writer_writes(tmp_path: Path) -> None:
    (tmp_path / "proofs" / "coq").mkdir(parents=True)
    (tmp_path / "examples" / "depth").mkdir(parents=True)
    shutil.copy(PROOFS / "maxima_in_coq.py", tmp_path / "proofs")
    identity = Path("examples") / "depth" / "max6_39_terms.json"
    shutil.copy(PROOFS.parent / identity, tmp_path / identity)
    for n in (5, 6):
        shutil.copy(PROOFS.parent / "examples" / f"max{n}_two_layers.json", tmp_path / "examples")
    environment = {**os.environ, "PYTHONPATH": str(PROOFS.parent)}
    command = [sys.executable, str(tmp_path / "proofs" / "maxima_in_coq.py")]
    subprocess.run(command, env=environment, check=True)
    written = (tmp_path / "proofs" / "coq" / "Maxima.v").read_text()
    assert written == (PROOFS / "coq" / "Maxima.v").read_text()


@needs_coq
def test_a_written_maximum_compiles_iff_it_is_one(tmp_path: Path) -> None:
    identity = PROOFS.parent / "examples" / "depth" / "max5_identity.json"
    for name in ("Network", "Linear", "Tree", "Maximum"):
        shutil.copy(PROOFS / "coq" / f"{name}.v", tmp_path)
        assert compiles(tmp_path, name)
    assert run("hunt", "depth", "--check", identity, "--coq", tmp_path / "Right.v").exit_code == 0
    assert compiles(tmp_path, "Right")
    text = (tmp_path / "Right.v").read_text()
    assert text.count("(-1)%Z; (-1)%Z; 2%Z]") == 1  # of the output
    (tmp_path / "Wrong.v").write_text(text.replace("(-1)%Z; (-1)%Z; 2%Z]", "(-1)%Z; 1%Z; 2%Z]"))
    assert not compiles(tmp_path, "Wrong")


def compiles(folder: Path, name: str) -> bool:
    command = ["coqc", "-q", "-Q", str(folder), "Exactpoly", str(folder / f"{name}.v")]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
