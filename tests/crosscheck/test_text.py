"""Verdicts in words: what a person reads in the terminal and pastes into a bug report."""

from __future__ import annotations

from fractions import Fraction

from exactpoly.crosscheck.claims import ClaimedRegion, Claims
from exactpoly.crosscheck.judge import judge
from exactpoly.crosscheck.text import verdict_text
from exactpoly.crosscheck.verdict import Finding, Kind, Outcome, Verdict
from tests.crosscheck.statements import complex_of


def shown(kind: Kind, *details: dict[str, object]) -> list[str]:
    finding = Finding(kind, len(details), details)
    text = verdict_text(Verdict(Outcome.WRONG, findings=(finding,)))
    return [line.strip() for line in text.splitlines()[3:]]


def test_a_whole_verdict():
    claims = Claims(
        regions=tuple(ClaimedRegion(row=row) for row in ((1, 1, 1), (1, -1, 1))),
        totals={"mean_facets": Fraction(2)},
    )
    assert verdict_text(judge(claims, complex_of("d15_abs_gap"))).splitlines() == [
        "claims on d15_abs_gap, R^2: wrong",
        "  5 regions, 2 claimed; lenient reading",
        "  judged: regions, totals",
        "  missed regions: 4",
        "    region 1, row ++-: interior point (1/2, 0); inradius 1/2; thickness 1; unbounded",
        "    region 2, row -++: interior point (-11/2, 0); inradius 9/2; thickness 9; unbounded",
        "    region 3, row -+-: interior point (-1/2, 0); inradius 1/2; thickness 1; unbounded",
        "    and 1 more",
        "  invented regions: 1",
        "    claim 1, claimed row +-+: the signed pre-activations add up to neuron 0 +"
        " (- neuron 1) = -10, everywhere",
        "  wrong totals: 1",
        "    total mean_facets: claimed 2; exact 8/5",
    ]


def test_facets_where_several_neurons_vanish():
    detail = {"claim": 2, "claimed": [0, 2], "exact": [[1, 3], [0]], "no_facet": [2]}
    assert shown(Kind.FACET_NEURONS, detail | {"not_named": [[1, 3]]}) == [
        "wrong facets: 1",
        "claim 2: claimed 0, 2; exact 0, 1 and 3; no facet 2; not named 1 and 3",
    ]


def test_what_is_empty_is_left_out():
    detail = {"claim": 2, "exact": [[0]], "no_facet": [], "thickness": None, "volume": None}
    assert shown(Kind.FACET_NEURONS, detail)[1] == "claim 2: exact 0; unbounded"


def test_long_numbers_and_lists():
    third = "3" * 30 + "/1" + "0" * 30
    assert shown(Kind.TOTALS, {"total": "mean_facets", "claimed": third})[1] == (
        f"total mean_facets: claimed {third} (about 0.333)"
    )
    longer = "3" * 50 + "/1" + "0" * 50
    assert shown(Kind.TOTALS, {"total": "mean_facets", "claimed": longer})[1] == (
        "total mean_facets: claimed 333333333333..3333/100000000000..0000 (about 0.333)"
    )
    assert shown(Kind.TOTALS, {"total": "regions", "claimed": "7" * 500})[1] == (
        "total regions: claimed 777777777777..7777"
    )
    many = {"claim": 0, "no_facet": list(range(20))}
    assert shown(Kind.FACET_NEURONS, many)[1] == (
        "claim 0: no facet 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, and 8 more"
    )


def test_how_a_tool_ended():
    refused = Verdict(
        Outcome.REFUSED, "tool", "1", "net", "R^2", message="not generic", promise="p"
    )
    assert verdict_text(refused).splitlines() == [
        "tool 1 on net, R^2: refused",
        "  it promises: p",
        "  not generic",
    ]
