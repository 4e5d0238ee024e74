"""Both engines, which share nothing below the network, must agree cell for cell."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

import exactpoly as ep
from exactpoly.readers.load import load
from exactpoly.reference.audit import audit
from tests.strategies import examples, networks_on_domains

pytest.importorskip("cdd", reason="the reference engine needs pycddlib")

from exactpoly.reference.engine import Cell, enumerate_reference

CASES = sorted((Path(__file__).parent.parent / "cases").glob("*.json"))


def cells_of(complex_: ep.Complex, k: int) -> list[Cell]:
    rows, sides = complex_.signs(k), complex_.sides(k)
    d = complex_.dimension
    return [
        (tuple(int(s) for s in row), frozenset(s for s in range(2 * d) if int(mask) >> s & 1))
        for row, mask in zip(rows, sides, strict=True)
    ]


def assert_engines_agree(network: ep.Network, domain: ep.Domain) -> None:
    ours = ep.enumerate(network, domain=domain)
    theirs = enumerate_reference(network, domain)
    for k in range(domain.dimension + 1):
        cells = cells_of(ours, k)
        assert len(set(cells)) == len(cells), f"a {k}-cell is listed twice"
        assert set(cells) == theirs.cells[k], f"{k}-cells differ"
    mine, other = ours.summary(), theirs.summary()
    assert mine.f_vector == other.f_vector
    assert mine.facet_histogram == other.facet_histogram
    assert mine.facet_histogram_with_domain_boundary == other.facet_histogram_with_domain_boundary
    assert mine.simple == other.simple
    by_row = {region.row: region for region in theirs.regions}
    for region in ours.regions:
        twin = by_row[region.row]
        assert set(region.vertices) == twin.vertices
        assert {(f.row, frozenset(f.sides)) for f in region.facets} == twin.facets
        assert region.bounded == (twin.volume is not None)
        assert region.volume == twin.volume


@pytest.mark.parametrize("domain", ["R^d", "[-1,1]^d"])
@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_engines_agree_on_the_known_cases(path: Path, domain: str) -> None:
    network = load(path)
    assert_engines_agree(network, ep.Domain.parse(domain, network.input_dimension))


@examples(120)
@given(networks_on_domains())
def test_engines_agree_on_random_networks(drawn: tuple[ep.Network, ep.Domain]) -> None:
    assert_engines_agree(*drawn)


@examples(40)
@given(networks_on_domains())
def test_audit_accepts_every_region(drawn: tuple[ep.Network, ep.Domain]) -> None:
    network, domain = drawn
    complex_ = ep.enumerate(network, domain=domain)
    report = audit(complex_, None)
    assert report.audited == report.total == complex_.n_regions
