"""Transversal levels, a second way: exact values at the vertices of the network's own complex."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given

import exactpoly as ep
from exactpoly.levelset.arrangement import Arrangement
from exactpoly.levelset.values import Value, vertex_values
from tests.strategies import examples, networks_on_domains
from tests.topology.test_cases import LEVELS, expected


def transversal(net: ep.Network, level: Fraction, domain: ep.Domain | str) -> bool:
    """Whether no cell, off infinity, has the level at all its vertices."""
    own = Arrangement.of(ep.enumerate(net, domain=domain))
    values = vertex_values(own, 0)
    for cell in range(own.offsets[-1]):
        k, number = own.level_of(cell)
        corners = own.cells.vertices_of(k, number).tolist()
        if own.shown[cell] and all(values[v] == Value(level) for v in corners):
            return False
    return True


@pytest.mark.parametrize(
    ("path", "domain"),
    [(p, d) for p, d in LEVELS if p.stem[:4] not in ("lv08", "lv20")],
    ids=lambda x: getattr(x, "stem", x),
)
def test_cases(path: Path, domain: str) -> None:
    level = Fraction(expected(path)["level"])
    found = ep.level_set(path, level, domain=domain).transversal
    assert found == transversal(ep.load(path), level, domain)


@given(networks_on_domains(max_dimension=3, max_neurons=6))
@examples(60)
def test_random_networks(drawn: tuple[ep.Network, ep.Domain]) -> None:
    net, domain = drawn
    at_zero = net.evaluate([Fraction(0)] * net.input_dimension)[0]
    for level in (at_zero, at_zero + 1):
        found = ep.level_set(net, level, domain=domain, component=0).transversal
        assert found == transversal(net, level, domain)
