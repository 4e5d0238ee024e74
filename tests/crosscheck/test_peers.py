"""Each adapter against the real tool. The verdicts are those of the versions in docs/crosscheck.md."""

from __future__ import annotations

import stat
import sys
from fractions import Fraction

import pytest

import exactpoly as ep
from exactpoly.crosscheck.adapters.registry import BASELINES
from exactpoly.crosscheck.run import compare_tool
from exactpoly.crosscheck.tool import parse_tool
from exactpoly.crosscheck.verdict import Kind, Outcome
from exactpoly.readers.load import load
from tests.cli.command_line import run
from tests.crosscheck.peers import CASES, PYTHON, ask

GENERIC = "d04_concurrent4_generic"


@pytest.mark.parametrize("tool", BASELINES)
def test_baselines_are_right_where_nothing_is_degenerate(tool):
    verdict = ask(tool, GENERIC, "[-1,1]^d")
    assert verdict.outcome is Outcome.RIGHT, verdict
    assert verdict.claimed_regions == verdict.exact_regions == 8


def test_a_search_by_one_sign_misses_what_is_behind_two():
    # Two equal neurons: the flip of one alone is an empty region, which the baseline sees.
    verdict = ask("lp-bfs", "d01_duplicate_neuron")
    assert verdict.finding(Kind.MISSED_REGIONS).count == 2
    assert Kind.INVENTED_REGIONS not in verdict.kinds


@pytest.mark.parametrize("case", [GENERIC, "d07_concurrent_3d"])
def test_relucent_is_right_on_generic_networks(case):
    verdict = ask("relucent", case)
    assert verdict.outcome is Outcome.RIGHT, verdict
    assert verdict.judged == ("regions", "facet counts", "facets", "adjacency", "totals")


def test_relucent_on_five_slabs():
    """Its README's mean number of faces is 2 where 8/5 is exact; its dual graph has 5 edges for 4."""
    verdict = ask("relucent", "d15_abs_gap")
    assert verdict.kinds == (
        Kind.FACET_COUNTS,
        Kind.FACET_NEURONS,
        Kind.INVENTED_ADJACENCIES,
        Kind.TOTALS,
    )
    totals = {told["total"]: told for told in verdict.finding(Kind.TOTALS).details}
    assert totals == {
        "mean_facets": {"total": "mean_facets", "claimed": "2", "exact": "8/5"},
        "adjacent_pairs": {"total": "adjacent_pairs", "claimed": "5", "exact": "4"},
    }
    # The regions are right; two that differ in one sign are called neighbours across a third.
    (edge,) = verdict.finding(Kind.INVENTED_ADJACENCIES).details
    assert sorted(edge["rows"]) == ["+++", "-++"]
    wrong = verdict.finding(Kind.FACET_COUNTS).details
    assert {told["claimed_row"]: (told["claimed"], told["exact"]) for told in wrong} == {
        "+++": (2, 1),
        "-++": (3, 2),
    }


def test_relucent_above_the_bound():
    """The mean 38/9 is above 2d = 4, which is an upper bound of the mean of a plane network."""
    verdict = ask("relucent", "d20_abs_gap3_grid")
    totals = {told["total"]: told for told in verdict.finding(Kind.TOTALS).details}
    told = totals["mean_facets"]
    assert told["exact"] == "32/9"
    assert Fraction(told["claimed"]) == Fraction(38 / 9)  # the float nearest to 38/9
    assert not {Kind.MISSED_REGIONS, Kind.INVENTED_REGIONS} & set(verdict.kinds)


def test_relucent_refuses_what_is_degenerate():
    verdict = ask("relucent", "d01_duplicate_neuron")
    assert verdict.outcome is Outcome.REFUSED
    assert "NonGenericArrangementError" in verdict.message


def test_relucent_offers_no_box():
    assert ask("relucent", GENERIC, "[-1,1]^d").outcome is Outcome.NOT_OFFERED


def test_regioncam():
    verdict = ask("regioncam", GENERIC, "[-1,1]^d")
    assert verdict.outcome is Outcome.RIGHT, verdict
    assert "vertices of regions" in verdict.judged
    wrong = ask("regioncam", "q2_00", "[-1,1]^d")
    assert Kind.TOTALS in wrong.kinds
    for domain in ("R^d", "[0,1]^d"):
        assert ask("regioncam", GENERIC, domain).outcome is Outcome.NOT_OFFERED
    assert ask("regioncam", "q3_00", "[-1,1]^d").outcome is Outcome.NOT_OFFERED


def test_regioncam_is_judged_on_the_network_in_float32():
    # Two lines 1e-12 apart are one line in float32: what it is asked has two regions.
    lines = ep.Layer.of([[1, 0], [1, 0]], ["1/2", "0.500000000001"])
    network = ep.Network((lines, ep.Layer.of([[1, 1]], relu=False)), "close")
    verdict = ask("regioncam", network, "[-1,1]^d")
    assert verdict.exact_regions == 2
    assert verdict.rounding == (
        "rounding to float32 changed 1 number: 2 regions instead of 3, 1 rows lost, 0 rows new;"
        " f-vector [6, 7, 2] instead of [8, 10, 3]"
    )


@pytest.mark.parametrize("domain", ["R^d", "[-3,3]^d"])
def test_affinitree(domain):
    assert ask("affinitree", "d06_dead_in_box", domain).outcome is Outcome.RIGHT
    # Four lines through one point: leaves that are only that point.
    verdict = ask("affinitree", GENERIC, domain)
    assert verdict.kinds == (Kind.INVENTED_REGIONS,)
    why = {told["why"] for told in verdict.findings[0].details}
    assert why == {"its half-spaces meet in a set without interior"}


def test_the_right_number_with_wrong_patterns():
    """62 regions of 62, and 26 of them are none: counts would call it right."""
    verdict = ask("affinitree", "k_kink3_depth60")
    assert verdict.claimed_regions == verdict.exact_regions == 62
    assert verdict.kinds == (Kind.MISSED_REGIONS, Kind.INVENTED_REGIONS)
    assert verdict.finding(Kind.MISSED_REGIONS).count == 26
    assert verdict.finding(Kind.INVENTED_REGIONS).count == 26
    # What it missed is real, and thinner than its arithmetic: 1/3^35 and less.
    radii = [Fraction(told["inradius"]) for told in verdict.findings[0].details]
    assert all(0 < radius < Fraction(1, 3**34) for radius in radii)


def test_the_right_number_with_wrong_patterns_in_float32():
    verdict = ask("regioncam", "k_kink3_depth60", "[-1,1]^d")
    assert verdict.claimed_regions == verdict.exact_regions == 62
    assert verdict.finding(Kind.MISSED_REGIONS).count == 44
    assert verdict.finding(Kind.REPEATED_REGIONS).count == 44
    assert Kind.TOTALS not in verdict.kinds


def test_regioncam_with_a_single_column():
    assert ask("regioncam", "d18_collapsed_layer", "[-1,1]^d").outcome is Outcome.RIGHT


@pytest.fixture
def julia(tmp_path, monkeypatch):
    """Parx asks for a program of this name when it is imported; the method compared needs none."""
    program = tmp_path / "julia"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")


@pytest.mark.usefixtures("julia")
def test_parx():
    verdict = ask("parx", "d20_abs_gap3_grid")
    assert verdict.outcome is Outcome.RIGHT, verdict
    assert verdict.judged == ("regions", "facet counts", "facets", "totals")
    # The neighbour of x < 0 differs in two signs, of relu(x) and relu(-x).
    both = ep.Network(
        (ep.Layer.of([[1], [-1]]), ep.Layer.of([[1, 1]], relu=False)), "absolute value"
    )
    verdict = ask("parx", both)
    assert (verdict.claimed_regions, verdict.exact_regions) == (1, 2)
    assert verdict.kinds == (Kind.MISSED_REGIONS, Kind.FACET_COUNTS, Kind.TOTALS)


def test_parx_without_julia(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    network = load(CASES / "d15_abs_gap.json")
    tool = parse_tool("parx", PYTHON or sys.executable)
    verdict = compare_tool(network, ep.Domain.space(2), tool, seconds=120)
    assert verdict.outcome is Outcome.ABSENT
    assert "install" in verdict.message
    assert "\n" not in verdict.message


def test_compare_finds_by_itself_what_is_wrong_on_five_slabs():
    ask("relucent", "d15_abs_gap")  # skips where it is absent
    arguments = ["compare", CASES / "d15_abs_gap.json", "--with", "relucent"]
    result = run(*arguments, *(["--python", PYTHON] if PYTHON else []))
    assert result.exit_code == 4
    told = [line.strip() for line in result.stdout.splitlines()[4:]]
    assert told == [
        "wrong facet counts: 2",
        "claim 2, claimed row -++: claimed 3; exact 2",
        "claim 4, claimed row +++: claimed 2; exact 1",
        "wrong facets: 2",
        "claim 2, claimed row -++: claimed 0, 1, 2; exact 1, 2; no facet 0",
        "claim 4, claimed row +++: claimed 0, 2; exact 2; no facet 0",
        "invented adjacencies: 1",
        "regions 0, 2, rows +++, -++",
        "wrong totals: 2",
        "total mean_facets: claimed 2; exact 8/5",
        "total adjacent_pairs: claimed 5; exact 4",
    ]
