"""What is checked of every complete result: a wrong count is an internal error, loudly."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import exactpoly as ep
from exactpoly.arithmetic.arrays import IndexLists
from exactpoly.complex.cells import Cells
from exactpoly.summary import Summary

NETWORK = ep.Network((ep.Layer.of([[1, 0], [0, 1]]),))
SPACE = Summary(NETWORK, ep.Domain(2), "subdivide", (1, 4, 4), {2: 4}, {2: 4}, True)
BOX = Summary(NETWORK, ep.Domain.box(2, -1, 1), "subdivide", (9, 12, 4), {2: 4}, {4: 4}, True)


def test_right_counts_pass() -> None:
    assert ep.enumerate(NETWORK).summary() == SPACE
    assert ep.enumerate(NETWORK, domain="[-1,1]^2").summary() == BOX
    assert (SPACE.mean_facets, BOX.mean_facets_with_domain_boundary) == (2, 4)
    assert SPACE.to_json()["mean_facets"] == str(Fraction(2))


@pytest.mark.parametrize(
    ("summary", "words"),
    [
        (replace(SPACE, f_vector=(2, 4, 4)), "Euler"),
        (replace(SPACE, f_vector=(1, 5, 4)), "Euler"),
        (replace(BOX, f_vector=(8, 12, 4)), "Euler"),
        (replace(BOX, domain=ep.Domain(2)), "4, not 4|facets of regions"),
        (replace(SPACE, f_vector=(2, 5, 4)), "8 facets of regions but 5"),
        (replace(SPACE, facet_histogram={2: 3, 3: 1}), "9 facets of regions but 4"),
        (replace(SPACE, facet_histogram={2: 3}), "every region once"),
        (replace(BOX, facet_histogram={2: 5}), "every region once"),
    ],
)
def test_wrong_counts_raise_unless_partial(summary: Summary, words: str) -> None:
    with pytest.raises(ep.InternalError, match=words):
        summary.check()
    replace(summary, complete=False).check()


def test_a_complex_checks_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    complex_ = ep.enumerate(NETWORK)
    monkeypatch.setattr(type(complex_), "f_vector", (1, 4, 5))
    with pytest.raises(ep.InternalError, match="Euler"):
        complex_.summary()


@pytest.mark.parametrize("domain", ["R^d", "[-1,2]x[-3,1]"])
def test_a_complex_and_its_summary_say_the_same(domain: str) -> None:
    network = ep.Network((ep.Layer.of([[1, 0], [0, 1], [1, 1], [2, 2]], [0, 0, -1, -2]),))
    complex_ = ep.enumerate(network, domain=domain)
    summary = complex_.summary()
    assert complex_.mean_facets == summary.mean_facets
    assert complex_.mean_facets_with_domain_boundary == summary.mean_facets_with_domain_boundary
    same = complex_.mean_facets_with_domain_boundary == complex_.mean_facets
    assert same == (not complex_.domain.is_box)
    assert complex_.facet_histogram == summary.facet_histogram
    assert complex_.simple is summary.simple is False


def test_a_facet_that_is_not_between_two_regions_is_an_internal_error() -> None:
    complex_ = ep.enumerate(NETWORK)
    cells, d = complex_.cells, complex_.dimension
    entries = cells.facets(d).entries.copy()
    inner = np.flatnonzero(entries < cells.counts[d - 1])
    entries[inner[0]] = next(f for f in entries[inner] if f != entries[inner[0]])
    complex_.cells = Cells(
        [*(cells.facets(k) for k in range(1, d)), IndexLists(cells.facets(d).start, entries)],
        [cells.sides(k) for k in range(d + 1)],
        cells.coordinates,
        unbounded=True,
    )
    with pytest.raises(ep.InternalError, match="not shared by exactly two"):
        complex_.adjacency()
