"""The checker extracted from the Coq proofs agrees with check.py, and refuses what is false."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

import exactpoly as ep
from exactpoly import Domain, Layer, Network
from exactpoly.certificate.check import check_file
from exactpoly.certificate.sign_tree import sign_tree
from exactpoly.certificate.verified import check_verified, find_program, problem, run_program
from exactpoly.certificate.write import write_certificate
from exactpoly.errors import InputError, MissingDependency
from tests.strategies import MULTIPLIER, networks_on_domains

ROOT = Path(__file__).parents[2]
REFUTATIONS = sorted((ROOT / "examples" / "refutations").glob("*.cert.gz"))


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program: the one that EXACTPOLY_VERIFIED names, or built here."""
    if "EXACTPOLY_VERIFIED" in os.environ:
        return find_program()
    zarith = (
        shutil.which("ocamlfind")
        and not subprocess.run(
            ["ocamlfind", "query", "zarith"], capture_output=True, check=False
        ).returncode
    )
    if not zarith or shutil.which("coqc") is None:
        pytest.skip("Coq, ocamlfind or zarith is not installed")
    folder = tmp_path_factory.mktemp("verified")
    subprocess.run(["sh", ROOT / "proofs" / "verified" / "build.sh", folder], check=True)
    return folder / "exactpoly-verified"


@pytest.fixture(autouse=True)
def named(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "program" in request.fixturenames:
        monkeypatch.setenv("EXACTPOLY_VERIFIED", str(request.getfixturevalue("program")))


def claims_of(complex_: ep.Complex) -> dict[str, Any]:
    return {
        "f_vector": list(complex_.f_vector),
        "mean_facets_with_domain_boundary": str(complex_.mean_facets_with_domain_boundary),
        "simple": complex_.simple,
    }


@given(problem=networks_on_domains())
@settings(
    max_examples=round(40 * MULTIPLIER),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_agrees_on_random_networks(
    program: Path, tmp_path: Path, problem: tuple[Network, Domain]
) -> None:
    network, domain = problem
    path = str(tmp_path / "out.cert")
    write_certificate(ep.enumerate(network, domain=domain), path)
    assert check_file(path)[0] == 0
    assert check_verified(path)[0] == 0


@pytest.mark.parametrize("path", REFUTATIONS[:3], ids=lambda path: path.name)
def test_agrees_on_the_refutations(program: Path, path: Path) -> None:
    code, message = check_verified(str(path))
    assert code == 0, message


def test_refuses_every_wrong_claim(program: Path) -> None:
    network = Network((Layer.of([[1, 0], [0, 1], [1, 1]], [0, 0, 1]), Layer.of([[1, -1, 2]], [-1])))
    for domain in (Domain.space(2), Domain.box(2, -1, Fraction(1, 2))):
        complex_ = ep.enumerate(network, domain=domain)
        tree, claims = sign_tree(complex_), claims_of(complex_)

        def run(
            network: Network = network,
            domain: Domain = domain,
            tree: list[int] = tree,
            claims: dict[str, Any] = claims,
            **changed: Any,
        ) -> int:
            lines = list(problem(network, domain, {**claims, **changed}, tree))
            return run_program(program, lines)[0]

        assert run() == 0
        for k in range(3):
            for wrong in (-1, 1):
                f = list(complex_.f_vector)
                f[k] += wrong
                # The mean is of pairs over regions: pairs stay as they are.
                mean = complex_.mean_facets_with_domain_boundary * complex_.n_regions / f[2]
                assert run(f_vector=f, mean_facets_with_domain_boundary=str(mean)) == 1
        more = complex_.mean_facets_with_domain_boundary + Fraction(2, complex_.n_regions)
        assert run(mean_facets_with_domain_boundary=str(more)) == 1
        assert run(simple=not complex_.simple) == 1
        other = Network((network.layers[0], Layer.of([[1, -1, 2]], [1])))
        assert run(network=other) == 1
        assert run(domain=Domain.box(2, -7, 5)) == 1


def test_no_tree_makes_a_false_claim_true(program: Path) -> None:
    """Mutants of the tree, under a wrong claim: refused or unreadable, whatever they are."""
    network = Network((Layer.of([[1, 0], [0, 1], [1, 1]], [0, 0, 1]),))
    complex_ = ep.enumerate(network)
    tree, claims = sign_tree(complex_), claims_of(complex_)
    f = list(complex_.f_vector)
    mean = complex_.mean_facets * f[2] / (f[2] - 1)
    claims |= {
        "f_vector": [f[0], f[1], f[2] - 1],
        "mean_facets_with_domain_boundary": str(mean),
    }
    choose = random.Random(1)
    for _ in range(round(150 * MULTIPLIER)):
        mutant = list(tree)
        for _ in range(choose.randint(1, 3)):
            place = choose.randrange(len(mutant))
            kind = choose.randrange(3)
            if kind == 0:
                mutant[place] = choose.choice([0, 1, 2, 3, 4, 5, mutant[place] + 1])
            elif kind == 1:
                del mutant[place : place + choose.randint(1, 4)]
            else:
                mutant.insert(place, choose.randint(0, 6))
            mutant = mutant or [5]
        lines = list(problem(network, Domain.space(2), claims, mutant))
        assert run_program(program, lines)[0] == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"simple": 1},
        {"f_vector": [6, 16]},
        {"f_vector": [6, 16, "11"]},
        {"f_vector": [6.0, 16, 11]},
        {"mean_facets_with_domain_boundary": "1/3"},
        {"mean_facets_with_domain_boundary": "64/22"},
    ],
)
def test_claims_of_another_form_are_not_read(changed: dict[str, Any]) -> None:
    network = Network((Layer.of([[1, 0], [0, 1], [1, 1]], [0, 0, 1]), Layer.of([[1, -1, 2]], [-1])))
    claims = claims_of(ep.enumerate(network))
    assert list(problem(network, Domain.space(2), claims, []))
    with pytest.raises(ValueError, match=r"f_vector|mean_facets"):
        list(problem(network, Domain.space(2), claims | changed, []))


@pytest.mark.parametrize(
    "text", ["", "2", "2 2 4 0 1 0 1 1", "x", "2 2 4 0 1 1 1 1 2 0 0 0", "2 2 4 1 0 0 1 1"]
)
def test_unreadable_problems(program: Path, text: str) -> None:
    with pytest.raises(InputError, match="UNREADABLE"):
        run_program(program, [text])


def test_missing_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EXACTPOLY_VERIFIED", str(tmp_path / "nothing"))
    with pytest.raises(MissingDependency, match="is not a program"):
        find_program()
    monkeypatch.delenv("EXACTPOLY_VERIFIED")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingDependency, match=r"build\.sh"):
        find_program()


def test_what_is_no_complete_certificate(program: Path, tmp_path: Path) -> None:
    file = tmp_path / "net.json"
    file.write_text("{}")
    with pytest.raises(InputError, match="is not a certificate"):
        check_verified(str(file))
