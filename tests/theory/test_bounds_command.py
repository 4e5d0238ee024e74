"""`exactpoly bounds`: a verdict on every theorem for every case, certificate and architecture."""

from __future__ import annotations

import io
import json
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

import exactpoly as ep
from exactpoly.certificate.write import write_certificate
from exactpoly.commands.bounds import bounds
from exactpoly.errors import InputError
from exactpoly.report.theorems import verdict_table
from exactpoly.theory import THEOREMS, Evidence
from exactpoly.theory.registry import markdown

ROOT = Path(__file__).parents[2]
CASES = sorted((ROOT / "tests" / "cases").glob("*.json"))


def _run(*arguments: str) -> str:
    result = CliRunner().invoke(bounds, list(arguments), standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    assert result.return_value in (0, 2)
    return result.stdout


@pytest.mark.parametrize("domain", ["R^d", "[-1,1]^d"])
@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_every_case_gets_a_verdict_on_every_theorem(path: Path, domain: str) -> None:
    data = json.loads(_run(str(path), "--domain", domain, "--json"))
    assert [one["id"] for one in data] == [t.id for t in THEOREMS]
    for one in data:
        assert one["source"]
        assert one["verdict"] in (
            "holds",
            "violated",
            "hypotheses not met",
            "not applicable",
        )
        if one["left"] is None:
            assert one["verdict"] == "not applicable"
            assert one["reason"]
        else:
            assert Fraction(one["left"]) is not None
            assert Fraction(one["right"]) is not None
        if one["verdict"] == "violated":
            assert one["id"] in ("avg-facets", "avg-faces", "monotone")


def test_shipped_example_refutes_monotone() -> None:
    data = {one["id"]: one for one in json.loads(_run(str(ROOT / "examples/iris.npz"), "--json"))}
    assert data["monotone"]["verdict"] == "violated"
    assert all(h["met"] for h in data["monotone"]["hypotheses"])
    assert data["avg-facets"]["left"] == "1035/146"
    assert data["avg-facets"]["verdict"] == "holds"
    assert "counterexample" in _run(str(ROOT / "examples/iris.npz"))


@pytest.mark.parametrize("name", ["avg-facets-strong-3-9-4", "monotone-stable-2-4-2"])
def test_the_words_survive_80_columns(name: str) -> None:
    complex_ = ep.enumerate(ROOT / "examples" / "refutations" / f"{name}.json")
    evidence = Evidence(complex_)
    file = io.StringIO()
    table = verdict_table(evidence, [(t, t.check(evidence)) for t in THEOREMS])
    Console(width=80, file=file).print(table)
    text = file.getvalue()
    assert max(map(len, text.splitlines())) <= 80
    words = " ".join(text.split())
    assert "counterexample" in words
    assert "violated" not in words
    assert "not a fault of the network" in words
    assert "depth-needed" in words


def test_certificates_are_read_with_their_own_domain(tmp_path: Path) -> None:
    case = CASES[0]
    path = tmp_path / "case.cert.gz"
    write_certificate(ep.enumerate(case, domain="[-1,1]^d"), path)
    by_file = json.loads(_run(str(case), "--domain", "[-1,1]^d", "--json"))
    assert json.loads(_run(str(path), "--json")) == by_file
    with pytest.raises(InputError, match="the certificate is about"):
        _run(str(path), "--domain", "R^d")


def test_a_forged_certificate_is_not_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "case.cert"
    write_certificate(ep.enumerate(CASES[0]), path)
    text = path.read_text()
    path.write_text(
        text.replace('"simple":true', '"simple":false', 1).replace(
            '"simple":false', '"simple":true', 1
        )
        if '"simple":false' in text
        else text.replace('"simple":true', '"simple":false', 1)
    )
    with pytest.raises(InputError, match="not accepted"):
        _run(str(path))


def test_widths_alone() -> None:
    rows = json.loads(_run("--widths", "5,16", "--json"))
    by_name = {row["quantity"]: row for row in rows}
    assert by_name["f_5"]["lower"] == by_name["f_5"]["upper"] == "6885"
    assert by_name["mean facets in general position"]["lower"] == "20704/2295"
    assert "1913625025" in _run("--widths", "3,64,64")


def test_widths_bound_every_mean() -> None:
    rows = {row["quantity"]: row for row in json.loads(_run("--widths", "4,6,2", "--json"))}
    means = {name: (row["lower"], row["upper"]) for name, row in rows.items() if "mean" in name}
    assert means == {
        "mean facets of a 1-cell": ("1", "2"),
        "mean facets of a 2-cell": ("2", "6"),
        "mean facets of a 3-cell": ("3", "8"),
        "mean facets of a region": ("4", "8"),
    }
    assert "claims 6, which is refuted" in rows["mean facets of a 3-cell"]["source"]
    assert rows["mean facets of a region"]["source"].endswith("upper: deep-bound by widths")
    narrow = {row["quantity"]: row for row in json.loads(_run("--widths", "4,2,9", "--json"))}
    assert narrow["mean facets of a 2-cell"]["lower"] == "0"


@pytest.mark.parametrize("text", ["3", "3,x", "0,4", "3,0", "", "3,99999999"])
def test_bad_widths_are_one_sentence(text: str) -> None:
    with pytest.raises(InputError, match="widths"):
        _run("--widths", text)


def test_net_or_widths_and_known_theorems() -> None:
    with pytest.raises(InputError, match="either a network"):
        _run()
    with pytest.raises(InputError, match="there is no 'fermat'"):
        _run(str(CASES[0]), "--theorem", "fermat")
    assert "euler" in _run(str(CASES[0]), "--theorem", "euler", "--details")


def test_partial_complexes_are_marked() -> None:
    assert "PARTIAL" in _run(str(ROOT / "examples/iris.npz"), "--max-cells", "100")


def test_documentation_page_is_up_to_date() -> None:
    assert (ROOT / "docs" / "theorems.md").read_text(encoding="utf-8") == markdown()
