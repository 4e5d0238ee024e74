"""Right claims about a complex, made from the complex itself; tests then falsify them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import exactpoly as ep
from exactpoly.crosscheck.claims import ClaimedRegion, ClaimedVertex, Claims
from exactpoly.crosscheck.numbers import FORMATS
from exactpoly.crosscheck.truth import Truth

CASES = Path(__file__).parents[1] / "cases"


def complex_of(case: str, domain: str = "R^d") -> ep.Complex:
    """The exact complex of one of tests/cases."""
    return ep.enumerate(CASES / f"{case}.json", domain=domain)


def true_claims(complex_: ep.Complex, *, numbers: str = "exact") -> Claims:
    """Everything that can be claimed, and right; vertices rounded to ``numbers``."""
    truth = Truth(complex_)
    form = FORMATS[numbers]

    def rounded(point: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
        return tuple(form.nearest(x, "test") for x in point)

    regions = tuple(
        ClaimedRegion(
            row=region.row,
            point=region.interior_point,
            facets=int(complex_.facet_counts[region.index]),
            facet_neurons=tuple(min(names) for names in truth.facet_neurons(region.index)),
            vertices=tuple(rounded(vertex) for vertex in region.vertices),
        )
        for region in complex_.regions
    )
    points, rows = truth.vertices(with_boundary=True)
    return Claims(
        domain=str(complex_.domain),
        network_digest=complex_.network.digest,
        numbers=form,
        regions=regions,
        vertices=tuple(ClaimedVertex(rounded(p), row) for p, row in zip(points, rows, strict=True)),
        adjacency=tuple(truth.adjacent),
        totals={
            "regions": Fraction(complex_.n_regions),
            "f_vector": [Fraction(f) for f in complex_.f_vector],
            "mean_facets": complex_.mean_facets,
            "facet_histogram": {
                str(count): Fraction(n) for count, n in complex_.facet_histogram.items()
            },
            "adjacent_pairs": Fraction(len(truth.adjacent)),
            "vertices": Fraction(len(points)),
        },
    )
