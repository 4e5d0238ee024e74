"""The judgement: claims against the exact complex, part by part, on sets.

Nothing here compares floats or counts in place of sets. In the *exact* reading a claim must be the
exact thing; in the *lenient* one a neuron that vanishes on a region may be called on or off, a point
may lie on the boundary of its region, a vertex may be off by the tolerance stated, and a total may
be the nearest number of the tool's format. CLAIMS.md has the definitions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from exactpoly.complex.complex import Complex
from exactpoly.crosscheck.claims import ClaimedRegion, ClaimedVertex, Claims, Point, Row, text_of
from exactpoly.crosscheck.emptiness import contradiction
from exactpoly.crosscheck.extents import Extents
from exactpoly.crosscheck.judge_meshes import judge_mesh
from exactpoly.crosscheck.judge_sets import LevelSets, judge_level_sets, judge_property
from exactpoly.crosscheck.matching import RegionMatch, match_regions, match_vertices, place_of
from exactpoly.crosscheck.totals import judge_totals
from exactpoly.crosscheck.truth import Truth
from exactpoly.crosscheck.verdict import Finding, Kind, Outcome, Verdict
from exactpoly.errors import InputError, InternalError

__all__ = ["DETAILS", "READINGS", "judge"]

READINGS = ("lenient", "exact")
DETAILS = 10
"""How many instances of each kind of error are described in full."""


def judge(claims: Claims, complex_: Complex, *, reading: str = "lenient") -> Verdict:
    """The verdict on ``claims`` about the network and domain of ``complex_``, which is complete.

    Raises `InputError` for claims that cannot be about this network.
    """
    if reading not in READINGS:
        raise InputError(f"reading: {reading!r} is not one of {', '.join(READINGS)}")
    truth = Truth(complex_)
    network = complex_.network
    if claims.network_digest not in (None, network.digest):
        raise InputError(
            f"network_digest: the claims are about {claims.network_digest}, the network's digest is"
            f" {network.digest}"
        )
    claims.check_shape(network.n_neurons, network.input_dimension)
    return _Judgement(claims, truth, exact=reading == "exact").verdict()


class _Judgement:
    """One comparison; findings gather in ``findings``, what was looked at in ``judged``."""

    def __init__(self, claims: Claims, truth: Truth, *, exact: bool) -> None:
        self.claims = claims
        self.truth = truth
        self.exact = exact
        self.judged: list[str] = []
        self.findings: list[Finding] = []
        self.largest: Fraction | None = None

    def verdict(self) -> Verdict:
        claims, truth = self.claims, self.truth
        if claims.regions is not None:
            match = match_regions(claims.regions, truth, exact=self.exact)
            self._regions(claims.regions, match)
            self._half_spaces(claims.regions, match)
            self._facets(claims.regions, match)
            self._region_vertices(claims.regions, match)
            self._adjacency(match)
        if claims.vertices is not None:
            self._vertices(claims.vertices)
        if claims.totals:
            self._note("totals")
            wrong = judge_totals(claims, truth, exact=self.exact)
            self._add(Kind.TOTALS, len(wrong), wrong)
        self._level_sets()
        self._properties()
        return Verdict(
            outcome=Outcome.WRONG if self.findings else Outcome.RIGHT,
            tool=claims.tool,
            version=claims.version,
            network=truth.complex.network.name,
            domain=str(truth.domain),
            reading="exact" if self.exact else "lenient",
            judged=tuple(self.judged),
            findings=tuple(self.findings),
            exact_regions=len(truth),
            claimed_regions=None if claims.regions is None else len(claims.regions),
            largest_vertex_error=self.largest,
        )

    def _note(self, part: str) -> None:
        self.judged.append(part)

    def _add(self, kind: Kind, count: int, details: Sequence[dict[str, object]]) -> None:
        if count:
            self.findings.append(Finding(kind, count, tuple(details[:DETAILS])))

    # Regions

    def _regions(self, regions: Sequence[ClaimedRegion], match: RegionMatch) -> None:
        self._note("regions")
        truth = self.truth
        for kind, missing in (
            (Kind.MISSED_REGIONS, match.missed),
            (Kind.MERGED_REGIONS, match.merged),
        ):
            self._add(kind, len(missing), truth.describe(missing[:DETAILS]))
        for kind, extra in (
            (Kind.INVENTED_REGIONS, match.invented),
            (Kind.REPEATED_REGIONS, match.repeated),
        ):
            told = [
                _named(i, regions[i])
                | self._why(regions[i], invented=kind is Kind.INVENTED_REGIONS)
                for i in extra[:DETAILS]
            ]
            self._add(kind, len(extra), told)
        misplaced: list[dict[str, object]] = []
        for claim, region in match.found.items():
            row, point = regions[claim].row, regions[claim].point
            if row is None or point is None:
                continue
            truly = (
                truth.region_around(point) == region
                if self.exact
                else region in truth.regions_at(point)
            )
            if not truly:
                misplaced.append(_named(claim, regions[claim]) | {"region": region})
        self._add(Kind.MISPLACED_POINTS, len(misplaced), misplaced)

    def _why(self, region: ClaimedRegion, *, invented: bool) -> dict[str, object]:
        """Why a claimed region is none, or the row of a point that stands for a region already."""
        row, place = region.row, region.place
        if row is None and place is not None:
            signs = text_of(self.truth.complex.network.sign_row(place))
            if not invented:
                return {"exact_row": signs}
            if not self.truth.domain.contains(place):
                return {"why": f"the point lies outside the domain {self.truth.domain}"}
            return {"why": f"the point lies on a boundary; its exact row is {signs}"}
        if row is None:
            return {"why": "its half-spaces meet in a set without interior"}
        return {"why": self._why_no_row(row)} if invented else {}

    def _why_no_row(self, row: Row) -> str:
        """Why no region has a row."""
        truth = self.truth
        if truth.region_fitting(row) is not None:
            return "a neuron given as on or off vanishes identically there"
        dimension = truth.cell_dimension(row)
        if dimension is not None:
            return f"the row is that of a cell of dimension {dimension}, not of a region"
        if 0 in row:
            return "no cell of the complex has this row"
        reason = contradiction(truth.complex.network, truth.domain, row)
        if reason is None:
            raise InternalError(f"a region has the row {text_of(row)}, the complex has none")
        return reason.sentence()

    def _half_spaces(self, regions: Sequence[ClaimedRegion], match: RegionMatch) -> None:
        """Half-spaces of found regions: whether they describe the region, no more and no less."""
        if not any(region.half_spaces for region in regions):
            return
        self._note("half-spaces")
        extents = Extents(self.truth, None if self.exact else self.claims.tolerance)
        wrong: list[dict[str, object]] = []
        for claim, region in match.found.items():
            half_spaces = regions[claim].half_spaces
            if not half_spaces:
                continue
            named = replace(regions[claim], point=None, vertices=None)
            center = place_of(named, self.truth, exact=self.exact)
            told: dict[str, object] = {"why": "its half-spaces meet in a set without interior"}
            if center is not None:
                told = extents.wrong(half_spaces, region, center)
            if told:
                wrong.append(_named(claim, regions[claim]) | told)
        self._add(Kind.HALF_SPACES, len(wrong), wrong)

    # Facets

    def _facets(self, regions: Sequence[ClaimedRegion], match: RegionMatch) -> None:
        counts = self.truth.facet_counts(with_boundary=self.claims.facets_on_domain_boundary)
        if any(region.facets is not None for region in regions):
            self._note("facet counts")
        wrong_counts: list[dict[str, object]] = [
            _named(claim, regions[claim])
            | {"claimed": regions[claim].facets, "exact": int(counts[region])}
            for claim, region in match.found.items()
            if regions[claim].facets not in (None, int(counts[region]))
        ]
        self._add(Kind.FACET_COUNTS, len(wrong_counts), wrong_counts)
        if not any(region.facet_neurons is not None for region in regions):
            return
        self._note("facets")
        wrong: list[dict[str, object]] = []
        for claim, region in match.found.items():
            claimed = regions[claim].facet_neurons
            if claimed is None:
                continue
            facets = self.truth.facet_neurons(region)
            hits = [len(facet.intersection(claimed)) for facet in facets]
            known = set().union(*facets)
            most = 1 if self.exact else len(claimed)
            if set(claimed) <= known and all(1 <= hit <= most for hit in hits):
                continue
            wrong.append(
                _named(claim, regions[claim])
                | {
                    "claimed": sorted(claimed),
                    "exact": [sorted(facet) for facet in facets],
                    "no_facet": sorted(set(claimed) - known),
                    "not_named": [
                        sorted(f) for f, hit in zip(facets, hits, strict=True) if not hit
                    ],
                }
            )
        self._add(Kind.FACET_NEURONS, len(wrong), wrong)

    def _adjacency(self, match: RegionMatch) -> None:
        """Pairs of regions that were found; the others are judged as regions already."""
        if self.claims.adjacency is None:
            return
        self._note("adjacency")
        claimed = {
            (min(a, b), max(a, b))
            for a, b in (
                (match.found.get(first, -1), match.found.get(second, -1))
                for first, second in self.claims.adjacency
            )
            if min(a, b) >= 0
        }
        found = set(match.found.values())
        missed = sorted(
            pair
            for pair in self.truth.adjacent
            if pair[0] in found and pair[1] in found and pair not in claimed
        )
        invented = sorted(claimed - self.truth.adjacent)
        for kind, pairs in (
            (Kind.INVENTED_ADJACENCIES, invented),
            (Kind.MISSED_ADJACENCIES, missed),
        ):
            told: list[dict[str, object]] = [
                {
                    "regions": list(pair),
                    "rows": [text_of(self.truth.row_of(region)) for region in pair],
                }
                for pair in pairs[:DETAILS]
            ]
            self._add(kind, len(pairs), told)

    # Vertices

    def _vertices(self, claimed: Sequence[ClaimedVertex]) -> None:
        self._note("vertices")
        points, rows = self.truth.vertices(with_boundary=self.claims.vertices_on_domain_boundary)
        match = match_vertices(claimed, points, rows)
        moved: list[dict[str, object]] = []
        for claim, (index, error) in match.errors.items():
            self._record(error)
            if error > self._allowed(points[index]):
                moved.append(_moved(claim, claimed[claim].point, points[index], error))
        repeated: list[int] = []
        invented = list(match.unplaced)
        for claim, (index, error) in match.repeated.items():
            (repeated if error <= self._allowed(points[index]) else invented).append(claim)
        self._add(Kind.MOVED_VERTICES, len(moved), moved)
        self._add(
            Kind.MISSED_VERTICES,
            len(match.missed),
            [{"point": _words(points[i]), "row": text_of(rows[i])} for i in match.missed[:DETAILS]],
        )
        for kind, claims in (
            (Kind.INVENTED_VERTICES, invented),
            (Kind.REPEATED_VERTICES, repeated),
        ):
            told: list[dict[str, object]] = [
                {"claim": i, "point": _words(claimed[i].point)} for i in claims[:DETAILS]
            ]
            self._add(kind, len(claims), told)

    def _region_vertices(self, regions: Sequence[ClaimedRegion], match: RegionMatch) -> None:
        """The vertices of each found region against its exact ones, as a set."""
        if not any(region.vertices is not None for region in regions):
            return
        self._note("vertices of regions")
        wrong: list[dict[str, object]] = []
        for claim, region in match.found.items():
            corners = regions[claim].vertices
            if corners is None:
                continue
            exact = self.truth.complex.region(region).vertices
            pairs = match_vertices([ClaimedVertex(p) for p in corners], exact, [()] * len(exact))
            errors = [error for _, error in pairs.errors.values()]
            for error in errors:
                self._record(error)
            off = [i for i, error in pairs.errors.values() if error > self._allowed(exact[i])]
            if pairs.repeated or pairs.missed or pairs.unplaced or off:
                wrong.append(
                    _named(claim, replace(regions[claim], vertices=None))
                    | {
                        "claimed": len(corners),
                        "exact": len(exact),
                        "missed": [_words(exact[i]) for i in pairs.missed[:DETAILS]],
                        "moved": [_words(exact[i]) for i in off[:DETAILS]],
                        "extra": [_words(corners[i]) for i in [*pairs.repeated, *pairs.unplaced]],
                    }
                )
        self._add(Kind.REGION_VERTICES, len(wrong), wrong)

    # Level sets, meshes of them, properties

    def _level_sets(self) -> None:
        claims, network = self.claims, self.truth.complex.network
        sets = LevelSets(network, self.truth.domain)
        if claims.level_sets:
            self._note("level sets")
            wrong = judge_level_sets(claims.level_sets, sets)
            self._add(Kind.LEVEL_SETS, len(wrong), wrong)
        if not claims.meshes:
            return
        self._note("meshes")
        tolerance = Fraction(0) if self.exact else claims.tolerance
        told = [judge_mesh(mesh, sets(mesh.level).surface(), tolerance) for mesh in claims.meshes]
        for kind, name in (
            (Kind.MISSED_FACES, "missed"),
            (Kind.INVENTED_FACES, "invented"),
            (Kind.MISPLACED_FACES, "misplaced"),
            (Kind.REPEATED_FACES, "repeated"),
            (Kind.MESH_TOPOLOGY, "topology"),
        ):
            found = [
                {"mesh": i} | entry for i, one in enumerate(told) for entry in getattr(one, name)
            ]
            self._add(kind, len(found), found)

    def _properties(self) -> None:
        if not self.claims.properties:
            return
        network = self.truth.complex.network
        told = [(claim, judge_property(claim, network)) for claim in self.claims.properties]
        undecided = sum(one.judgement == "undecided" for _, one in told)
        self._note(f"properties ({undecided} undecided)" if undecided else "properties")
        wrong: list[dict[str, object]] = [
            {"property": claim.name, **one.to_json()}
            for claim, one in told
            if one.judgement in ("wrong", "within tolerance")
        ]
        # The verdict may be right though the witness is none.
        wrong += [
            {"property": claim.name, **one.to_json(), "judgement": "within tolerance"}
            for claim, one in told
            if one.judgement == "right" and claim.witness not in (None, one.witness)
        ]
        self._add(Kind.PROPERTIES, len(wrong), wrong)

    def _record(self, error: Fraction) -> None:
        self.largest = error if self.largest is None else max(self.largest, error)

    def _allowed(self, vertex: Point) -> Fraction:
        if self.exact:
            return Fraction(0)
        return self.claims.tolerance * max(Fraction(1), *(abs(x) for x in vertex))


def _named(claim: int, region: ClaimedRegion) -> dict[str, object]:
    """A claimed region by its index and what it was named by."""
    told: dict[str, object] = {"claim": claim}
    if region.row is not None:
        told["claimed_row"] = text_of(region.row)
    if region.place is not None:
        told["point"] = _words(region.place)
    return told


def _moved(claim: int, claimed: Point, exact: Point, error: Fraction) -> dict[str, object]:
    return {
        "claim": claim,
        "point": _words(claimed),
        "exact": _words(exact),
        "error": str(error),
    }


def _words(point: Point) -> list[str]:
    return [str(x) for x in point]
