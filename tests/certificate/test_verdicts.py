"""The verdicts in certificates are those of the theorems as `exactpoly.theory` decides them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

import exactpoly as ep
from exactpoly.certificate import check, verdicts
from exactpoly.certificate.verdicts import RECOUNTED, CellEvidence, decidable, verdict_claims
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from exactpoly.theory import THEOREMS, Evidence, Verdict
from tests.certificate.forging import Certificate, random_network, write
from tests.certificate.test_roundtrip import CASES

REFUTATIONS = sorted((Path(__file__).parents[2] / "examples" / "refutations").glob("*.cert.gz"))
LEFT_OUT = {
    "bounded-components",
    "diameter",
    "low-rank",
    "montufar-lower",
    "unbounded-levels",
}


def arrangement(*rows: list[int], layers: tuple[Layer, ...] = ()) -> Network:
    return Network((Layer.of([r[:-1] for r in rows], [r[-1] for r in rows]), *layers))


CORNER = Layer.of([[1, 0], [1, 1]], [0, 3])
SEVERAL = [[1, 2, 0, 1], [0, 1, 1, 3], [1, 0, 0, 2], [0, 0, 1, 1]]
BESIDE = [True, False, False, False]
NETWORKS = {
    "general position": arrangement([1, 0, 0], [0, 1, 1], [1, 1, -3], [1, -1, 7]),
    "parallel": arrangement([1, 0, 0], [1, 0, 1], [0, 1, 0]),
    "concurrent": arrangement([1, 0, 0], [0, 1, 0], [1, 1, 0]),
    "concurrent, one twice": arrangement([1, 0, 0], [0, 1, 0], [2, 0, 0]),
    "concurrent in space": arrangement([1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [1, 1, 1, 0]),
    "fewer than d": arrangement([1, 2, 0, 0, 3], [0, 1, 1, 0, 1]),
    "fewer than d, no bias": arrangement([1, 2, 0, 0, 0], [0, 1, 1, 0, 0]),
    "one plane, no bias": arrangement([1, 2, 0, 0]),
    "points on a line": arrangement([1, 0], [1, -1], [3, 1]),
    "one point three times": arrangement([1, 0], [2, 0], [-1, 0]),
    "bound of four dimensions": random_network((4, 2, 9, 1), 0),
    "bound of five dimensions": random_network((5, 2, 12, 1), 0),
    "two parallel planes": arrangement([1, 0, 0, 0], [1, 0, 0, 1]),
    "a line, deep": random_network((1, 3, 3, 1), 0),
    "a line, deep, degenerate": random_network((1, 3, 3, 1), 1, "ternary"),
    "many linear units beside": Network((
        Layer.of(SEVERAL, [1, 2, 0, 0], relu=BESIDE), Layer.of(SEVERAL, [3, 1, 4, 1])
    )),
    "17 forms of 16 numbers": random_network((1, 16, 17, 1), 0),
    "17 forms of 17 numbers": random_network((1, 17, 17, 1), 0),
    "nearly through a corner at infinity": arrangement([2**60 + 1, -(2**60), 0], [0, 1, 1]),
    "numbers beyond floats": arrangement([2**1100, -(2**1099), 1], [1, 2**1200, 2**1300]),
    "a neuron without weights": arrangement([0, 0, 1], [1, 1, 0]),
    "after linear units": Network((Layer.of([[1, 1], [2, 1]], [1, 0], relu=False), CORNER)),
    "linear units beside": Network((Layer.of([[1, 1], [2, 1]], relu=[True, False]), CORNER)),
    "no neurons": Network((Layer.of([[1, 2]], relu=False),)),
    "deep": random_network((3, 4, 3, 2, 1), 5),
    "deep, rank 1": arrangement([1, 1, 1, 0], [2, 2, 2, 1], layers=(Layer.of([[1, 1], [1, -1]], [1, 2]),)),
    "expanding": random_network((2, 2, 5, 1), 3),
    "degenerate": random_network((3, 3, 4, 1), 1, "ternary"),
}  # fmt: skip

UNDECIDED = random_network((1, 17, 18, 1), 0)
"""18 hyperplanes of R^17 in layer 2: too many choices, so generic is not decided."""


def claimed(complex_: ep.Complex) -> dict[str, Any]:
    found: dict[str, Any] = Certificate.of(write(complex_)).header["claims"]["verdicts"]
    return found


def expected(complex_: ep.Complex) -> dict[str, Any]:
    """What `exactpoly bounds` says, without the theorems that certificates leave out."""
    found = {}
    for t in THEOREMS:
        result = t.check(Evidence(complex_))
        undecided = any(h.met is None for h in result.hypotheses)
        if t.id not in LEFT_OUT and result.verdict is not Verdict.NOT_APPLICABLE and not undecided:
            sides = [[str(i.left), i.relation.value, str(i.right)] for i in result.instances]
            found[t.id] = {"sides": sides, "verdict": result.verdict.value}
    return found


def test_every_theorem_is_recounted_or_left_out_on_purpose() -> None:
    assert {t.id for t in THEOREMS} == {*RECOUNTED, *LEFT_OUT}
    assert sorted(RECOUNTED) == list(RECOUNTED)


@pytest.mark.parametrize("domain", ["R^d", "[-1,1]^d"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_cases_claim_what_theory_says(case: Path, domain: str) -> None:
    complex_ = ep.enumerate(case, domain=domain)
    assert claimed(complex_) == expected(complex_)


@pytest.mark.parametrize("domain", ["R^d", "[-1,1]^d"])
@pytest.mark.parametrize("name", NETWORKS)
def test_corner_cases_claim_what_theory_says(name: str, domain: str, tmp_path: Path) -> None:
    complex_ = ep.enumerate(NETWORKS[name], domain=domain)
    assert claimed(complex_) == expected(complex_)
    path = tmp_path / "out.cert"
    path.write_bytes(write(complex_))
    code, message = check.check_file(str(path))
    assert code == 0, message


def test_every_theorem_and_verdict_occurs() -> None:
    seen = {
        (name, entry["verdict"])
        for network in NETWORKS.values()
        for domain in ("R^d", "[-1,1]^d")
        for name, entry in claimed(ep.enumerate(network, domain=domain)).items()
    }
    assert {name for name, _ in seen} == set(RECOUNTED)
    for name in ("shallow-mean", "central-mean", "min-facets", "cube", "monotone", "box-2d"):
        assert (name, "hypotheses not met") in seen
        assert (name, "holds") in seen


@pytest.mark.parametrize("path", REFUTATIONS, ids=lambda path: path.name)
def test_refutations_carry_the_verdict(path: Path) -> None:
    """The stand-alone checker itself establishes that a published theorem is false there."""
    code, message = check.check_file(str(path))
    assert code == 0
    case = path.with_suffix("").with_suffix(".json")
    name, _, rest = json.loads(case.read_text())["note"].partition(": ")
    assert f"  theorem {name}: {rest.partition(';')[0]}" in message
    header = Certificate.of(gzip.decompress(path.read_bytes())).header
    complex_ = ep.enumerate(str(path).replace(".cert.gz", ".json"))
    assert gzip.decompress(path.read_bytes()) == write(complex_)
    assert header["claims"]["verdicts"] == expected(complex_)


def test_too_many_subsets_are_left_out_alike(tmp_path: Path) -> None:
    """17 hyperplanes of R^17 in layer 2 are a question of rank."""
    for network, stated in ((NETWORKS["17 forms of 17 numbers"], True), (UNDECIDED, False)):
        complex_ = ep.enumerate(network, domain="R^d")
        assert complex_.simple
        assert ("monotone" in claimed(complex_)) == stated
        assert "avg-facets" in claimed(complex_)
        path = tmp_path / "out.cert"
        path.write_bytes(write(complex_))
        code, message = check.check_file(str(path))
        assert code == 0, message


def test_what_is_decided() -> None:
    assert decidable(100, 100)
    assert not decidable(101, 100)
    assert decidable(20, 16)
    assert decidable(70, 3)
    assert not decidable(71, 3)
    assert not decidable(400, 2)


def test_an_arrangement_of_too_many_lines_states_neither_position_nor_cells(tmp_path: Path) -> None:
    rows = [[3 * i % 7 + 1, i, i * i] for i in range(200)]
    evidence = CellEvidence(ep.enumerate(arrangement(*rows[:5])))
    assert "cells" in verdict_claims(evidence)
    many = CellEvidence(ep.enumerate(arrangement(*[[1, 0, i] for i in range(200)])))
    claims = verdict_claims(many)
    assert not {"cells", "shallow-mean"} & set(claims)
    path = tmp_path / "out.cert"
    path.write_bytes(write(many.complex))
    assert check.check_file(str(path))[0] == 0


def test_huge_bounds_are_left_out_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a limit of just as many bits as the largest bound has, and of one less."""
    complex_ = ep.enumerate(random_network((2, 3, 4, 1), 0))
    sides = {name: entry["sides"] for name, entry in claimed(complex_).items()}
    largest = int(sides["montufar-upper"][0][2])
    bits = largest.bit_length()
    path = tmp_path / "out.cert"
    for limit, stated in ((bits, True), (bits - 1, False)):
        monkeypatch.setattr(verdicts, "_MAX_BITS", limit)
        monkeypatch.setattr(check, "MAX_BOUND", limit)
        assert ("montufar-upper" in claimed(complex_)) == stated
        path.write_bytes(write(complex_))
        assert check.check_file(str(path))[0] == 0
