"""Corners of the readings: tolerances, boundaries, regions that look alike, thickness, emptiness."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

import exactpoly as ep
from exactpoly.crosscheck.claims import ClaimedRegion, ClaimedVertex, Claims
from exactpoly.crosscheck.emptiness import contradiction
from exactpoly.crosscheck.judge import judge
from exactpoly.crosscheck.matching import match_vertices
from exactpoly.crosscheck.numbers import FORMATS
from exactpoly.crosscheck.truth import Truth, thickness
from exactpoly.crosscheck.verdict import Kind, Outcome
from exactpoly.errors import InputError
from exactpoly.polyhedra.interior import largest_cube
from tests.crosscheck.statements import complex_of, true_claims


def layered(*hidden: ep.Layer) -> ep.Network:
    return ep.Network((*hidden, ep.Layer.of([[1] * hidden[-1].outputs], relu=False)))


@pytest.mark.parametrize(("numbers", "bits"), [("float64", 40), ("float32", 16), ("exact", 10**3)])
@pytest.mark.parametrize("scale", [1, 1000])
def test_the_tolerance_is_the_one_that_is_documented(numbers, bits, scale):
    # One vertex, at (scale, 0).
    network = layered(ep.Layer.of([[1, 0], [0, 1]], [-scale, 0]))
    complex_ = ep.enumerate(network)
    for factor, outcome in ((Fraction(1, 2), Outcome.RIGHT), (Fraction(2), Outcome.WRONG)):
        error = factor * scale / 2**bits
        if numbers == "exact" and outcome is Outcome.RIGHT:
            error = Fraction(0)
        claims = Claims(
            numbers=FORMATS[numbers],
            vertices=(ClaimedVertex((scale + error, Fraction(0))),),
        )
        verdict = judge(claims, complex_)
        assert verdict.outcome is outcome
        assert verdict.largest_vertex_error == error


def test_the_nearest_vertex_is_decided_exactly():
    # Three points that are one in floats.
    step = Fraction(1, 2**90)
    points = [(Fraction(1, 3) + k * step,) for k in range(3)]
    for k in range(3):
        found = match_vertices([ClaimedVertex(points[k])], points, [()] * 3)
        assert found.errors == {0: (k, 0)}
        assert found.missed == [j for j in range(3) if j != k]
    # Rounding hides which of two points on the two sides of a third is nearer.
    away = Fraction(1, 3 * 2**30)
    for place in (Fraction(sign * k, 7) for sign in (1, -1) for k in range(1, 40)):
        near, far = place + away, place - away - Fraction(1, 2**62)
        found = match_vertices([ClaimedVertex((place,))], [(far,), (near,)], [()] * 2)
        assert found.errors == {0: (1, away)}
    huge = [(Fraction(10) ** 400,), (Fraction(10) ** 400 + 1,)]
    assert match_vertices([ClaimedVertex(huge[1])], huge, [()] * 2).errors == {0: (1, 0)}


def test_a_corner_left_out():
    complex_ = complex_of("q2_00", "[-1,1]^d")
    claims = true_claims(complex_)
    regions = list(claims.regions)
    regions[1] = replace(regions[1], vertices=regions[1].vertices[1:])
    verdict = judge(replace(claims, regions=tuple(regions)), complex_)
    assert verdict.kinds == (Kind.REGION_VERTICES,)
    assert len(verdict.findings[0].details[0]["missed"]) == 1


def test_pairs_with_an_invented_region_are_not_judged_twice():
    complex_ = complex_of("d15_abs_gap")
    claims = true_claims(complex_)
    regions = (*claims.regions, ClaimedRegion(row=(1, -1, 1)))
    pairs = (*claims.adjacency, (0, len(regions) - 1))
    verdict = judge(replace(claims, regions=regions, adjacency=pairs), complex_)
    assert verdict.kinds == (Kind.INVENTED_REGIONS,)


def test_neurons_that_vanish_may_be_called_on_or_off():
    first = ep.Layer.of([[1, 0], [-1, 0]])
    second = ep.Layer.of([[1, 0], [0, 1]])
    complex_ = ep.enumerate(layered(first, second))
    rows = sorted(tuple(r.row) for r in complex_.regions)
    assert rows == [(-1, 1, 0, 1), (1, -1, 1, 0)]
    said = Claims(regions=tuple(ClaimedRegion(row=row) for row in ((-1, 1, 1, 1), (1, -1, 1, 1))))
    assert judge(said, complex_).outcome is Outcome.RIGHT
    # Two claims for one region and none for the other.
    twice = Claims(regions=tuple(ClaimedRegion(row=(-1, 1, s, 1)) for s in (1, -1)))
    assert judge(twice, complex_).kinds == (Kind.MISSED_REGIONS, Kind.REPEATED_REGIONS)


def three_slabs() -> ep.Complex:
    """x < 0, 0 < x < 1 and x > 1."""
    network = layered(ep.Layer.of([[1, 0]]), ep.Layer.of([[1]], [-1]))
    return ep.enumerate(network)


def test_a_point_on_the_boundary_can_mean_either_region():
    complex_ = three_slabs()
    on = (Fraction(0), Fraction(5))
    truth = Truth(complex_)
    assert truth.region_around(on) is None
    assert len(truth.regions_at(on)) == 2
    boundary = Claims(regions=(ClaimedRegion(point=on), ClaimedRegion(point=on)))
    lenient = judge(boundary, complex_)
    assert lenient.kinds == (Kind.MISSED_REGIONS,)
    assert lenient.findings[0].count == 1
    exact = judge(boundary, complex_, reading="exact")
    assert [f.count for f in exact.findings] == [3, 2]
    one = judge(Claims(regions=(ClaimedRegion(point=on),)), complex_)
    assert one.kinds == (Kind.MISSED_REGIONS, Kind.MERGED_REGIONS)


def test_the_side_of_a_box_is_no_interior():
    complex_ = complex_of("d15_abs_gap", "[-1,1]^d")
    regions = (
        ClaimedRegion(point=(Fraction(-1, 2), Fraction(1))),
        ClaimedRegion(point=(Fraction(1, 2), Fraction(0))),
    )
    assert judge(Claims(regions=regions), complex_).outcome is Outcome.RIGHT
    exact = judge(Claims(regions=regions), complex_, reading="exact")
    assert exact.kinds == (Kind.MISSED_REGIONS, Kind.INVENTED_REGIONS)


def test_vertices_off_the_box_only():
    complex_ = complex_of("d04_concurrent4_generic", "[-1,1]^d")
    points, rows = Truth(complex_).vertices(with_boundary=False)
    assert points == [(0, 0)]
    vertices = tuple(ClaimedVertex(p, r) for p, r in zip(points, rows, strict=True))
    claims = Claims(
        vertices=vertices, totals={"vertices": Fraction(1)}, vertices_on_domain_boundary=False
    )
    assert judge(claims, complex_).outcome is Outcome.RIGHT
    everything = replace(claims, vertices_on_domain_boundary=True)
    assert judge(everything, complex_).kinds == (Kind.MISSED_VERTICES, Kind.TOTALS)


def test_facets_on_the_box():
    complex_ = complex_of("d15_abs_gap", "[-1,1]^d")
    regions = tuple(ClaimedRegion(row=r.row, facets=4) for r in complex_.regions)
    claims = Claims(
        regions=regions, totals={"mean_facets": Fraction(4)}, facets_on_domain_boundary=True
    )
    assert judge(claims, complex_).outcome is Outcome.RIGHT
    inner = judge(replace(claims, facets_on_domain_boundary=False), complex_)
    assert inner.kinds == (Kind.FACET_COUNTS, Kind.TOTALS)


def test_thickness_of_slabs_and_boxes():
    complex_ = complex_of("d15_abs_gap")
    slabs = {"".join("0+-"[s] for s in r.row): thickness(r) for r in complex_.regions}
    assert slabs == {"--+": None, "-++": 9, "-+-": 1, "++-": 1, "+++": None}
    far = layered(ep.Layer.of([[1, 1]], [100]))
    box = ep.Domain(2, ((Fraction(0), Fraction(1)), (Fraction(0), Fraction(3))))
    (region,) = ep.enumerate(far, domain=box).regions
    assert thickness(region) == 1
    # The triangle x, y >= 0, x + y <= 1: from the slanted side the corner is 1/2 away in |.|_max.
    corner = layered(ep.Layer.of([[1, 1]], [-1]))
    triangle = ep.enumerate(corner, domain=ep.Domain.box(2, 0, 1)).find((0, 0))[0]
    assert thickness(triangle) == Fraction(1, 2)


def test_why_a_row_is_empty_on_a_box():
    network, box = layered(ep.Layer.of([[1, 2]], [-10])), ep.Domain.box(2, -1, 1)
    reason = contradiction(network, box, (1,))
    assert reason.constant == -7
    assert dict(reason.terms) == {"neuron 0": 1, "(1 - x0)": 1, "(1 - x1)": 2}
    assert "= -7, everywhere" in reason.sentence()
    assert contradiction(network, box, (-1,)) is None
    assert contradiction(network, ep.Domain.space(2), (1,)) is None
    lower = contradiction(layered(ep.Layer.of([[-1, 0]], [-2])), box, (1,))
    assert dict(lower.terms) == {"neuron 0": 1, "(x0 - -1)": 1}


def test_every_flipped_row_of_a_thin_network_is_decided():
    complex_ = complex_of("n01_concurrent4_1e-12")
    rows = {region.row for region in complex_.regions}
    for row in rows:
        for k in range(len(row)):
            other = (*row[:k], -row[k], *row[k + 1 :])
            reason = contradiction(complex_.network, complex_.domain, other)
            assert (reason is None) == (other in rows)


def test_a_partial_complex_judges_nothing():
    partial = ep.enumerate(
        complex_of("q2_00").network, domain="R^d", limits=ep.Limits(max_cells=30)
    )
    with pytest.raises(InputError, match="not complete"):
        Truth(partial)


def test_regions_named_by_half_spaces():
    complex_ = complex_of("q2_01")
    exact = tuple(
        ClaimedRegion(
            half_spaces=tuple((tuple(-x for x in a), b) for a, b in region.inequalities())
        )
        for region in complex_.regions
    )
    for reading in ("lenient", "exact"):
        assert judge(Claims(regions=exact), complex_, reading=reading).outcome is Outcome.RIGHT
    flat = ClaimedRegion(
        half_spaces=(((Fraction(1), Fraction(0)), Fraction(1)), ((Fraction(-1), Fraction(0)), -1))
    )
    verdict = judge(Claims(regions=(*exact, flat)), complex_)
    assert verdict.kinds == (Kind.INVENTED_REGIONS,)
    assert "without interior" in verdict.findings[0].details[0]["why"]


def half_spaces_of(complex_: ep.Complex) -> list[tuple]:
    return [
        tuple((tuple(-x for x in a), b) for a, b in region.inequalities())
        for region in complex_.regions
    ]


def test_half_spaces_that_are_too_large_or_too_small():
    complex_ = complex_of("q2_01", "[-1,1]^d")
    every = half_spaces_of(complex_)
    index = max(range(len(every)), key=lambda i: complex_.region(i).volume)

    def judged(half_spaces, **options):
        regions = [
            ClaimedRegion(row=r.row, half_spaces=h)
            for r, h in zip(complex_.regions, every, strict=True)
        ]
        regions[index] = replace(regions[index], half_spaces=tuple(half_spaces))
        return judge(Claims(regions=tuple(regions)), complex_, **options)

    place = next(i for i, f in enumerate(complex_.region(index).facets) if not f.sides)
    (neuron,) = complex_.region(index).facets[place].neurons
    others = list(every[index])
    a, b = others.pop(place)
    for reading in ("lenient", "exact"):
        assert judged(every[index], reading=reading).outcome is Outcome.RIGHT
        for wrong in (others, [(a, b - Fraction(1, 50) * sum(map(abs, a))), *others]):
            assert judged(wrong, reading=reading).kinds == (Kind.HALF_SPACES,)
    told = judged(others).findings[0].details[0]
    assert told["beyond_facets"] == [f"neuron {neuron}"]
    assert Fraction(told["by"]) > 0
    # Moved outwards by a distance, the half-space reaches beyond its facet by that distance.
    moved = judged([(a, b + Fraction(1, 1000) * sum(map(abs, a))), *others])
    assert moved.findings[0].details[0]["by"] == "1/1000"
    assert (
        judged([(a, b - Fraction(1, 50) * sum(map(abs, a))), *others])
        .findings[0]
        .details[0]["cuts_off"]
    )
    # A trillionth is rounding in the lenient reading and wrong in the exact one.
    for change in (Fraction(1, 2**42), -Fraction(1, 2**42)):
        rounded = [(a, b + change), *others]
        assert judged(rounded).outcome is Outcome.RIGHT
        assert judged(rounded, reading="exact").kinds == (Kind.HALF_SPACES,)
    assert judged([(a, -b - 100), *others]).kinds == (Kind.HALF_SPACES,)


def test_half_spaces_without_the_sides_of_the_box():
    complex_ = complex_of("d15_abs_gap", "[-1,1]^d")
    (region, _) = complex_.regions
    right = ((Fraction(1), Fraction(0)), Fraction(0))
    left = ((Fraction(-1), Fraction(0)), Fraction(0))
    half_spaces = (right if region.interior_point[0] < 0 else left,)
    verdict = judge(
        Claims(regions=(ClaimedRegion(row=region.row, half_spaces=half_spaces),)), complex_
    )
    told = verdict.finding(Kind.HALF_SPACES).details[0]
    assert told["beyond_facets"] == ["side of the box"] * 3
    # The cube in which they are judged reaches to 2 * 1 + 2.
    assert told["by"] == "3"


def test_half_spaces_of_everything():
    complex_ = complex_of("d15_abs_gap")
    row = next(r.row for r in complex_.regions)
    everything = (((Fraction(0), Fraction(0)), Fraction(0)),)
    verdict = judge(Claims(regions=(ClaimedRegion(row=row, half_spaces=everything),)), complex_)
    told = verdict.finding(Kind.HALF_SPACES).details[0]
    assert told["beyond_facets"]
    exact = judge(
        Claims(regions=(ClaimedRegion(row=row, half_spaces=everything),)), complex_, reading="exact"
    )
    assert exact.finding(Kind.HALF_SPACES).details[0]["by"] is None


def test_unbounded_half_spaces_that_lack_a_direction():
    complex_ = complex_of("d15_abs_gap")
    regions = [ClaimedRegion(half_spaces=h) for h in half_spaces_of(complex_)]
    # The slab -1 < x < 0 (say) only up to y = 5: no vertex is cut off, for there is none.
    bounded = (*regions[0].half_spaces, ((Fraction(0), Fraction(1)), Fraction(5)))
    regions[0] = ClaimedRegion(half_spaces=bounded)
    exact = judge(Claims(regions=tuple(regions)), complex_, reading="exact")
    assert exact.kinds == (Kind.HALF_SPACES,)
    assert exact.findings[0].details[0]["cuts_off"] == "what lies far out"


def test_largest_cubes():
    def cube(*rows, limit=Fraction(1)):
        half_spaces = [(tuple(map(Fraction, a)), Fraction(b)) for a, b in rows]
        return largest_cube(half_spaces, 2, limit=limit)

    box = [((1, 0), 5), ((-1, 0), -3), ((0, 1), 10), ((0, -1), 10)]
    centre, radius = cube(*box)
    assert (centre[0], radius) == (4, 1)
    assert cube(*box, limit=Fraction(1, 3))[1] == Fraction(1, 3)
    # x, y >= 0 and x + y <= 1 holds the square [0,1/2]^2.
    triangle = [((-1, 0), 0), ((0, -1), 0), ((1, 1), 1)]
    assert cube(*triangle) == ((Fraction(1, 4), Fraction(1, 4)), Fraction(1, 4))
    assert cube() == ((0, 0), 1)
    assert cube(((0, 0), 0), ((1, 0), 0))[1] == 1
    assert cube(((0, 0), -1)) is None
    assert cube(((1, 1), 0), ((-1, -1), 0)) is None
    assert cube(((1, 1), 0), ((-1, -1), -1)) is None


def test_missed_regions_come_with_their_inradius():
    complex_ = complex_of("d15_abs_gap")
    verdict = judge(Claims(regions=()), complex_)
    told = {x["row"]: (x["inradius"], x["thickness"]) for x in verdict.findings[0].details}
    assert told["-+-"] == ("1/2", "1")
    assert told["-++"] == ("9/2", "9")
    assert told["+++"] == (None, None)


def test_parallel_sides_that_were_rounded():
    """A strip whose sides meet far away is found where it is judged; a cube of any size lies elsewhere."""
    strip = ep.Network((ep.Layer.of([[1, 0], [1, 0]], [1, -1]), ep.Layer.of([[1, 1]], relu=False)))
    tilt = Fraction(1, 2**50)
    half_spaces = [
        [["1", str(tilt)], "1"],
        [["-1", str(tilt)], "1"],
    ]  # a wedge that opens downwards
    outside = [{"row": "++"}, {"row": "--"}, {"half_spaces": half_spaces}]
    assert ep.judge(strip, {"regions": outside}).outcome is Outcome.RIGHT
    exact = ep.judge(strip, {"regions": outside}, reading="exact")
    assert exact.outcome is Outcome.WRONG
