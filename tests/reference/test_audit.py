"""The audit finds every difference between a region and what its inequalities give."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import pytest

import exactpoly as ep
from exactpoly.complex.region import Facet, Region
from exactpoly.reference.audit import audit

pytest.importorskip("cdd")

NETWORK = ep.Network(
    (
        ep.Layer.of([[1, 0], [0, 1], [1, 1], [2, 2]], [0, 0, -1, -2]),
        ep.Layer.of([[1, -1, 1, 0]], relu=False),
    ),
    "three lines, one of them twice",
)

CORRECT = Region.__dict__["facets"].func, Region.__dict__["vertices"].func


def complex_of(domain: str) -> ep.Complex:
    return ep.enumerate(NETWORK, domain=domain)


@pytest.mark.parametrize("domain", ["R^d", "[-2,3]^d"])
def test_what_is_right_passes(domain: str) -> None:
    complex_ = complex_of(domain)
    report = audit(complex_, None)
    assert (report.audited, report.total) == (complex_.n_regions, complex_.n_regions)
    assert audit(complex_, 3).audited == 3
    assert audit(complex_, 0).audited == 0


def fewer_facets(region: Region) -> tuple[Facet, ...]:
    facets: tuple[Facet, ...] = CORRECT[0](region)
    return facets[1:] if region.index == 0 else facets


def a_facet_twice(region: Region) -> tuple[Facet, ...]:
    facets: tuple[Facet, ...] = CORRECT[0](region)
    return (*facets, facets[0]) if region.index == 0 else facets


def another_neuron(region: Region) -> tuple[Facet, ...]:
    """The doubled line is on the facet with both of its neurons, or not at all."""
    facets: tuple[Facet, ...] = CORRECT[0](region)
    return tuple(replace(f, neurons=(2,)) if f.neurons == (2, 3) else f for f in facets)


def another_side(region: Region) -> tuple[Facet, ...]:
    facets: tuple[Facet, ...] = CORRECT[0](region)
    return tuple(replace(f, sides=(f.sides[0] ^ 1,)) if f.sides else f for f in facets)


def fewer_vertices(region: Region) -> tuple[Any, ...]:
    vertices: tuple[Any, ...] = CORRECT[1](region)
    return vertices[1:]


def moved_vertices(region: Region) -> tuple[Any, ...]:
    vertices: tuple[Any, ...] = CORRECT[1](region)
    return tuple((x + Fraction(1, 10**30), y) for x, y in vertices)


@pytest.mark.parametrize(
    ("name", "lie", "words"),
    [
        ("facets", fewer_facets, "facets"),
        ("facets", a_facet_twice, "facets"),
        ("facets", another_neuron, "facets"),
        ("facets", another_side, "facets"),
        ("vertices", fewer_vertices, "vertices"),
        ("vertices", moved_vertices, "vertices"),
    ],
)
def test_every_lie_is_found(
    name: str, lie: Any, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    complex_ = complex_of("[-2,3]^d")
    lying = cached_property(lie)
    lying.__set_name__(Region, name)
    monkeypatch.setattr(Region, name, lying)
    with pytest.raises(ep.InternalError, match=f"audit: .* {words}"):
        audit(complex_, None)


def test_a_sign_row_that_is_no_region(monkeypatch: pytest.MonkeyPatch) -> None:
    complex_ = complex_of("R^d")
    for change in (-1, 0):
        rows = complex_.region_rows.copy()
        rows[0, 0] *= change
        monkeypatch.setitem(complex_.cells._signs, complex_.dimension, rows)
        with pytest.raises(ep.InternalError, match="audit: "):
            audit(complex_, None)
