"""True claims are accepted; each falsification gets exactly its own verdict."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from exactpoly.crosscheck.claims import ClaimedRegion, ClaimedVertex, Claims
from exactpoly.crosscheck.judge import judge
from exactpoly.crosscheck.numbers import FORMATS
from exactpoly.crosscheck.verdict import Kind, Outcome
from exactpoly.errors import InputError
from tests.crosscheck.statements import CASES, complex_of, true_claims

SMALL = ["d04_concurrent4_generic", "d15_abs_gap", "d20_abs_gap3_grid", "q2_00", "r3_01"]
DOMAINS = ["R^d", "[-1,1]^d"]


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("case", sorted(path.stem for path in CASES.glob("[dnqrt]*.json")))
def test_true_claims_are_accepted(case, domain):
    complex_ = complex_of(case, domain)
    assert judge(true_claims(complex_), complex_, reading="exact").outcome is Outcome.RIGHT
    rounded = judge(true_claims(complex_, numbers="float64"), complex_)
    assert rounded.outcome is Outcome.RIGHT, rounded.findings
    if rounded.largest_vertex_error is not None:
        assert rounded.largest_vertex_error < Fraction(1, 10**12)


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("case", SMALL)
def test_dropped_region(case, domain):
    complex_ = complex_of(case, domain)
    claims = true_claims(complex_)
    for dropped in range(0, len(claims.regions), len(claims.regions) // 6 + 1):
        kept = [i for i in range(len(claims.regions)) if i != dropped]
        place = {old: new for new, old in enumerate(kept)}
        verdict = judge(
            replace(
                claims,
                regions=tuple(claims.regions[i] for i in kept),
                adjacency=tuple(
                    (place[a], place[b]) for a, b in claims.adjacency if dropped not in (a, b)
                ),
                totals={},
            ),
            complex_,
        )
        assert verdict.kinds == (Kind.MISSED_REGIONS,)
        (finding,) = verdict.findings
        assert finding.count == 1
        told = finding.details[0]
        assert told["region"] == dropped
        # The interior point told is one: it lies strictly inside the region that was dropped.
        point = [Fraction(x) for x in told["interior_point"]]
        assert complex_.network.sign_row(point) == claims.regions[dropped].row
        volume = complex_.region(dropped).volume
        assert told["volume"] == (None if volume is None else str(volume))


@pytest.mark.parametrize("case", SMALL)
def test_invented_region(case):
    complex_ = complex_of(case)
    claims = true_claims(complex_)
    rows = {region.row for region in claims.regions}
    fits = [
        row
        for region in claims.regions
        for k in range(len(region.row))
        if (row := (*region.row[:k], -region.row[k], *region.row[k + 1 :])) not in rows
    ]
    assert fits
    seen = 0
    for row in fits[:: len(fits) // 8 + 1]:
        added = (*claims.regions, ClaimedRegion(row=row))
        verdict = judge(replace(claims, regions=added), complex_)
        if verdict.kinds == (Kind.REPEATED_REGIONS,):
            continue  # a neuron that vanishes on a region may be called on or off
        assert verdict.kinds == (Kind.INVENTED_REGIONS,)
        assert verdict.findings[0].count == 1
        assert verdict.findings[0].details[0]["why"]
        seen += 1
    assert seen


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("case", SMALL)
@pytest.mark.parametrize("change", [-1, 1])
def test_facet_count_off_by_one(case, domain, change):
    complex_ = complex_of(case, domain)
    claims = true_claims(complex_)
    index = max(range(len(claims.regions)), key=lambda i: claims.regions[i].facets)
    regions = list(claims.regions)
    regions[index] = replace(regions[index], facets=regions[index].facets + change)
    verdict = judge(replace(claims, regions=tuple(regions)), complex_)
    assert verdict.kinds == (Kind.FACET_COUNTS,)
    told = verdict.findings[0].details[0]
    assert (told["claim"], told["claimed"] - told["exact"]) == (index, change)


@pytest.mark.parametrize("numbers", ["exact", "float64"])
@pytest.mark.parametrize("case", ["d04_concurrent4_generic", "q2_00", "d07_concurrent_3d"])
def test_moved_vertex(case, numbers):
    complex_ = complex_of(case, "[-1,1]^d")
    claims = true_claims(complex_, numbers=numbers)
    vertices = list(claims.vertices)
    x, *others = vertices[0].point
    moved = (x + Fraction(1, 10**6), *others)
    vertices[0] = replace(vertices[0], point=moved)
    verdict = judge(replace(claims, vertices=tuple(vertices)), complex_)
    assert verdict.kinds == (Kind.MOVED_VERTICES,)
    finding = verdict.findings[0]
    assert finding.count == 1
    assert abs(verdict.largest_vertex_error - Fraction(1, 10**6)) < Fraction(1, 10**14)
    # Without its row the claim means the nearest vertex, which is the same one.
    vertices[0] = ClaimedVertex(moved)
    assert judge(replace(claims, vertices=tuple(vertices)), complex_).findings == (finding,)
    # A tool that promises no more than 1e-5 is right.
    promise = replace(claims, vertices=tuple(vertices), vertex_tolerance=Fraction(1, 10**5))
    assert judge(promise, complex_).outcome is Outcome.RIGHT
    assert Kind.MOVED_VERTICES in judge(promise, complex_, reading="exact").kinds


def test_moved_vertex_of_a_region():
    complex_ = complex_of("q2_00", "[-1,1]^d")
    claims = true_claims(complex_)
    regions = list(claims.regions)
    (x, y), *others = regions[2].vertices
    regions[2] = replace(regions[2], vertices=((x, y - Fraction(1, 10**6)), *others))
    verdict = judge(replace(claims, regions=tuple(regions)), complex_)
    assert verdict.kinds == (Kind.REGION_VERTICES,)
    assert verdict.largest_vertex_error == Fraction(1, 10**6)


def test_vertices_missed_invented_repeated():
    complex_ = complex_of("q2_00")
    claims = true_claims(complex_)
    first = claims.vertices[0]
    far = ClaimedVertex((Fraction(1000), Fraction(1, 7)))
    nowhere = replace(first, row=tuple(1 for _ in first.row))
    for vertices, kinds in (
        (claims.vertices[1:], (Kind.MISSED_VERTICES,)),
        ((*claims.vertices, far), (Kind.INVENTED_VERTICES,)),
        ((*claims.vertices, nowhere), (Kind.INVENTED_VERTICES,)),
        ((*claims.vertices, first), (Kind.REPEATED_VERTICES,)),
    ):
        verdict = judge(replace(claims, vertices=vertices), complex_)
        assert verdict.kinds == kinds
        assert verdict.findings[0].count == 1


def test_adjacency():
    complex_ = complex_of("d15_abs_gap")
    claims = true_claims(complex_)
    assert len(claims.adjacency) == 4
    lost = judge(replace(claims, adjacency=claims.adjacency[1:]), complex_)
    assert lost.kinds == (Kind.MISSED_ADJACENCIES,)
    rows = {"".join("0+-"[s] for s in r.row): i for i, r in enumerate(claims.regions)}
    # They differ in one sign, and a slab lies between them.
    pair = (rows["-++"], rows["+++"])
    found = judge(replace(claims, adjacency=(*claims.adjacency, pair)), complex_)
    assert found.kinds == (Kind.INVENTED_ADJACENCIES,)
    assert sorted(found.findings[0].details[0]["rows"]) == ["+++", "-++"]


def test_wrong_facet_neurons():
    complex_ = complex_of("d15_abs_gap")
    claims = true_claims(complex_)
    regions = list(claims.regions)
    index = next(i for i, r in enumerate(regions) if r.row == (1, 1, 1))
    regions[index] = replace(regions[index], facet_neurons=(0, 2))
    verdict = judge(replace(claims, regions=tuple(regions)), complex_)
    assert verdict.kinds == (Kind.FACET_NEURONS,)
    assert verdict.findings[0].details[0]["no_facet"] == [0]


def test_several_neurons_on_one_facet():
    complex_ = complex_of("d01_duplicate_neuron")
    claims = true_claims(complex_)
    both = tuple(
        replace(region, facet_neurons=tuple(sorted(set().union(*names))))
        for region, names in zip(
            claims.regions,
            [[f.neurons for f in region.facets] for region in complex_.regions],
            strict=True,
        )
    )
    named_twice = replace(claims, regions=both)
    assert judge(named_twice, complex_).outcome is Outcome.RIGHT
    assert judge(named_twice, complex_, reading="exact").kinds == (Kind.FACET_NEURONS,)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("regions", Fraction(6)),
        ("mean_facets", Fraction(2)),
        ("f_vector", [Fraction(0), Fraction(4), Fraction(6)]),
        ("facet_histogram", {"1": Fraction(2)}),
        ("adjacent_pairs", Fraction(5)),
        ("vertices", Fraction(1)),
    ],
)
def test_wrong_totals(name, value):
    complex_ = complex_of("d15_abs_gap")
    claims = true_claims(complex_)
    verdict = judge(replace(claims, totals={**claims.totals, name: value}), complex_)
    assert verdict.kinds == (Kind.TOTALS,)
    assert verdict.findings[0].details[0]["total"] == name


def test_a_total_in_floats_is_right_if_it_is_the_nearest():
    complex_ = complex_of("d15_abs_gap")
    said = Claims(numbers=FORMATS["float64"], totals={"mean_facets": Fraction(1.6)})
    assert judge(said, complex_).outcome is Outcome.RIGHT
    assert judge(said, complex_, reading="exact").kinds == (Kind.TOTALS,)
    off = Claims(numbers=FORMATS["float64"], totals={"mean_facets": Fraction(1.6000000000000003)})
    assert judge(off, complex_).kinds == (Kind.TOTALS,)


def test_neurons_that_vanish_on_a_region():
    complex_ = complex_of("d12_identically_zero")
    claims = true_claims(complex_)
    assert any(0 in region.row for region in claims.regions)
    for fill in (1, -1):
        filled = tuple(
            ClaimedRegion(row=tuple(s or fill for s in region.row)) for region in claims.regions
        )
        said = Claims(regions=filled)
        exact = judge(said, complex_, reading="exact")
        assert set(exact.kinds) == {Kind.MISSED_REGIONS, Kind.INVENTED_REGIONS}
        lenient = judge(said, complex_)
        assert Kind.MISSED_REGIONS not in lenient.kinds
        assert Kind.INVENTED_REGIONS not in lenient.kinds


def test_regions_named_by_points():
    complex_ = complex_of("q2_01", "[-1,1]^d")
    regions = tuple(ClaimedRegion(point=r.interior_point) for r in complex_.regions)
    for reading in ("exact", "lenient"):
        assert judge(Claims(regions=regions), complex_, reading=reading).outcome is Outcome.RIGHT
    outside = ClaimedRegion(point=(Fraction(3), Fraction(0)))
    verdict = judge(Claims(regions=(*regions, outside)), complex_)
    assert verdict.kinds == (Kind.INVENTED_REGIONS,)
    assert "outside the domain" in verdict.findings[0].details[0]["why"]
    twice = judge(Claims(regions=(*regions, regions[0])), complex_)
    assert twice.kinds == (Kind.REPEATED_REGIONS,)


def test_a_point_outside_its_region():
    complex_ = complex_of("q2_01")
    claims = true_claims(complex_)
    regions = list(claims.regions)
    regions[0] = replace(regions[0], point=regions[1].point)
    verdict = judge(replace(claims, regions=tuple(regions)), complex_)
    assert verdict.kinds == (Kind.MISPLACED_POINTS,)


def test_right_number_with_wrong_patterns():
    # Sets are compared, never counts: as many regions, one of them another.
    complex_ = complex_of("d15_abs_gap")
    claims = true_claims(complex_)
    regions = (ClaimedRegion(row=(1, -1, 1)), *claims.regions[1:])
    verdict = judge(Claims(regions=regions), complex_)
    assert verdict.kinds == (Kind.MISSED_REGIONS, Kind.INVENTED_REGIONS)
    # x > 0 and x < -10: the certificate adds (-10 - x) and x.
    assert verdict.findings[1].details[0]["why"] == (
        "the signed pre-activations add up to neuron 0 + (- neuron 1) = -10, everywhere"
    )


def test_claims_about_something_else_are_refused():
    complex_ = complex_of("d15_abs_gap")
    for claims, field in (
        (Claims(network_digest="00"), "network_digest"),
        (Claims(regions=(ClaimedRegion(row=(1, 1)),)), r"regions\[0\].row"),
        (Claims(regions=(ClaimedRegion(point=(Fraction(1),)),)), r"regions\[0\].point"),
        (Claims(vertices=(ClaimedVertex((Fraction(1),)),)), r"vertices\[0\].point"),
        (Claims(totals={"faces": Fraction(1)}), "totals.faces"),
        (Claims(regions=(), adjacency=((0, 1),)), r"adjacency\[0\]"),
    ):
        with pytest.raises(InputError, match=field):
            judge(claims, complex_)
