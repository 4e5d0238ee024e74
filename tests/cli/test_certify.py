"""`exactpoly certify`: the known complexes, the table, limits, engines and the audit."""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from exactpoly.commands import certification, streaming
from exactpoly.complex.kernel import library
from exactpoly.errors import InternalError, MissingDependency
from exactpoly.reference.audit import DEFAULT_SAMPLE

from .command_line import CASES, case, one_sentence, run, run_json, write_network

DOMAINS = ["R^d", "[-1,1]^d"]


def test_the_case_files_are_there() -> None:
    assert len(list(CASES.glob("*.json"))) == 53


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("path", sorted(CASES.glob("*.json")), ids=lambda path: path.stem)
def test_known_complex(path: Path, domain: str) -> None:
    given = json.loads(path.read_text(encoding="utf-8"))
    expected = given["expected"][domain]
    result = run_json("certify", path, "--domain", domain)
    assert result["complete"] is True
    assert result["stopped"] is None
    assert result["regions"] == expected["regions"]
    assert result["f_vector"] == expected["f_vector"]
    assert Fraction(result["mean_facets"]) == Fraction(expected["mean_facets_off_domain_boundary"])
    if domain == "R^d":
        assert result["facet_histogram"] == expected["facet_histogram"]
        counted = expected["facet_histogram"]
    else:
        counted = expected["facet_histogram_with_domain_boundary"]
        mean = Fraction(expected["mean_facets_with_domain_boundary"])
        assert Fraction(result["mean_facets_with_domain_boundary"]) == mean
    assert result["facet_histogram_with_domain_boundary"] == counted
    assert result["network"]["widths"][0] == len(result["f_vector"]) - 1
    assert sum(result["statistics"].values()) > 0
    if certification.cdd_available():
        audited = min(DEFAULT_SAMPLE, result["regions"])
        assert result["audit"] == {"audited": audited, "regions": result["regions"], "note": None}


def test_json_has_every_documented_key() -> None:
    result = run_json("certify", case("q2_00"), "--linear-regions")
    assert set(result) >= {
        "network",
        "domain",
        "engine",
        "regions",
        "f_vector",
        "mean_facets",
        "mean_facets_with_domain_boundary",
        "facet_histogram",
        "facet_histogram_with_domain_boundary",
        "simple",
        "complete",
        "linear_regions",
        "statistics",
        "stopped",
        "audit",
        "seconds",
        "peak_memory_bytes",
    }
    assert set(result["network"]) >= {"digest", "widths"}
    assert result["linear_regions"] <= result["regions"]
    assert result["simple"] is False
    witness = result["not_simple_witnesses"][0]
    assert witness["dimension"] == 0
    assert len(witness["neurons"]) + len(witness["sides"]) > 2


@pytest.mark.parametrize("domain", DOMAINS)
def test_reference_engine_agrees(domain: str) -> None:
    pytest.importorskip("cdd")
    first = run_json("certify", case("q2_01"), "--domain", domain)
    second = run_json("certify", case("q2_01"), "--domain", domain, "--engine", "reference")
    assert second.pop("engine") == "reference"
    for key in ("regions", "f_vector", "facet_histogram", "simple", "complete", "network"):
        assert first[key] == second[key]


def test_table_on_space() -> None:
    text = run("certify", case("q2_00")).stdout
    assert "q2_00  2-6-6-1, 12 neurons" in text
    assert "R^2" in text
    assert "f_0 = 52, f_1 = 120, f_2 = 69" in text
    assert "80/23 ≈ 3.4783   (2d = 4)" in text
    assert "vertex on 3 zero sets, not 2: neurons 0:3, 0:4, 1:2" in text
    assert "32  ████████████████████████████████████████" in text
    assert "PARTIAL" not in text


def test_table_on_a_box_states_both_means() -> None:
    text = run("certify", case("d14_diamond"), "--domain", "[-1,1]^2").stdout
    result = run_json("certify", case("d14_diamond"), "--domain", "[-1,1]^2")
    for key in ("mean_facets", "mean_facets_with_domain_boundary"):
        assert result[key] in text
    assert "boundary not counted" in text


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        (["--max-cells", "200"], "exceed --max-cells 200"),
        (["--max-seconds", "0"], "exceed --max-seconds 0"),
        (["--max-memory", "1MB"], "exceed --max-memory 1000000"),
    ],
)
def test_limits_give_a_partial_result(tmp_path: Path, limit: list[str], reason: str) -> None:
    path = write_network(tmp_path / "net.json", 2, 8, 8, 1)
    whole = run_json("certify", path)
    part = run_json("certify", path, *limit, exit_code=2)
    assert part["complete"] is False
    assert reason in part["stopped"]
    assert part["neurons_processed"] < 16
    assert part["regions"] < whole["regions"]
    assert part["network"]["digest"] == whole["network"]["digest"]
    assert part["audit"]["audited"] == 0
    result = run("certify", path, *limit)
    assert result.exit_code == 2
    assert result.stdout.startswith("PARTIAL")
    assert "at least" in result.stdout


def test_a_partial_result_is_audited_when_asked(tmp_path: Path) -> None:
    pytest.importorskip("cdd")
    path = write_network(tmp_path / "net.json", 2, 8, 8, 1)
    part = run_json("certify", path, "--max-cells", "200", "--audit", "all", exit_code=2)
    assert part["audit"]["audited"] == part["regions"]


def test_reference_engine_stops_at_limits(tmp_path: Path) -> None:
    pytest.importorskip("cdd")
    path = write_network(tmp_path / "net.json", 2, 8, 8, 1)
    part = run_json("certify", path, "--engine", "reference", "--max-cells", "5", exit_code=2)
    assert part["complete"] is False
    assert part["regions"] == 6
    assert "exceed --max-cells 5" in part["stopped"]


@pytest.mark.parametrize(
    ("text", "amount"),
    [("1GiB", 2**30), ("500MB", 5 * 10**8), ("1.5 kB", 1500), ("12345", 12345), ("2M", 2 * 10**6)],
)
def test_memory_sizes(monkeypatch: pytest.MonkeyPatch, text: str, amount: int) -> None:
    seen: list[Any] = []
    real = streaming.run_main

    def spy(network: Any, domain: Any, plan: Any, run: Any, **named: Any) -> Any:
        seen.append(run.limits.max_memory)
        return real(network, domain, plan, run, **named)

    monkeypatch.setattr(streaming, "run_main", spy)
    run("certify", case("d01_duplicate_neuron"), "--max-memory", text)
    assert seen == [amount]


def test_audit_all_and_some_and_none() -> None:
    pytest.importorskip("cdd")
    path = case("q2_02")
    regions = run_json("certify", path)["regions"]
    assert run_json("certify", path, "--audit", "all")["audit"]["audited"] == regions
    assert run_json("certify", path, "--audit", "3")["audit"]["audited"] == 3
    none = run_json("certify", path, "--audit", "none")["audit"]
    assert none["audited"] == 0
    assert "as asked" in none["note"]
    assert f"{regions} of {regions} regions" in run("certify", path, "--audit", "all").stdout


def test_a_failed_audit_is_an_internal_inconsistency(monkeypatch: pytest.MonkeyPatch) -> None:
    def disagree(*arguments: Any, **named: Any) -> Any:
        raise InternalError("audit: region 0 differs")

    monkeypatch.setattr(certification, "cdd_available", lambda: True)
    monkeypatch.setattr(certification, "audit", disagree)
    result = run("certify", case("q2_00"))
    assert result.exit_code == 1
    assert "internal inconsistency" in one_sentence(result)


def test_without_pycddlib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certification, "cdd_available", lambda: False)
    assert "not installed" in run_json("certify", case("q2_00"))["audit"]["note"]
    assert run("certify", case("q2_00"), "--audit", "none").exit_code == 0
    result = run("certify", case("q2_00"), "--audit", "all")
    assert result.exit_code == MissingDependency.exit_code == 3
    assert "pip install" in one_sentence(result)


def test_with_a_pycddlib_whose_system_library_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("cdd.gmp")
    monkeypatch.delattr("cdd.gmp")
    monkeypatch.setitem(sys.modules, "cdd.gmp", None)
    data = run_json("certify", case("q2_00"))
    assert "not installed" in data["audit"]["note"]
    assert data["regions"] == 69
    result = run("certify", case("q2_00"), "--engine", "reference")
    assert result.exit_code == 3
    assert "pip install pycddlib" in one_sentence(result)


def test_audit_of_the_reference_engine_is_refused() -> None:
    result = run("certify", case("q2_00"), "--engine", "reference", "--audit", "all")
    assert result.exit_code == 3
    assert "--audit" in one_sentence(result)


def test_linear_regions_of_the_reference_engine_are_refused() -> None:
    result = run("certify", case("q2_00"), "--engine", "reference", "--linear-regions")
    assert result.exit_code == 3
    assert "--linear-regions" in one_sentence(result)


@pytest.mark.skipif(library.kernel() is None, reason="needs the compiled engine")
@pytest.mark.parametrize("domain", DOMAINS)
def test_streamed_or_held_on_any_threads_the_result_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, domain: str
) -> None:
    path = write_network(tmp_path / "net.json", 3, 12, 12, 1)
    options = (path, "--domain", domain, "--audit", "none")

    def result(*more: str | Path) -> dict[str, Any]:
        found = run_json("certify", *options, *more)
        for key in ("seconds", "audit_seconds", "peak_memory_bytes"):
            found.pop(key)
        return found

    one, two = result(), result("--workers", "2")
    assert one == two
    assert one["compiled"] is one["streamed"] is True
    written = result("-o", tmp_path / "a.cert", "--workers", "2")
    held = result("--linear-regions", "--workers", "2")
    assert written["compiled"] is held["compiled"] is True
    assert written["streamed"] is True
    assert held["streamed"] is False
    monkeypatch.setattr(library, "kernel", lambda: None)
    numpy = result("-o", tmp_path / "b.cert")
    assert numpy["compiled"] is False
    assert "in NumPy" in run("certify", *options).stdout
    for other in (written, held, numpy):
        for key in ("f_vector", "facet_histogram", "mean_facets", "simple", "complete"):
            assert other[key] == one[key]
    assert (tmp_path / "a.cert").read_bytes() == (tmp_path / "b.cert").read_bytes()
