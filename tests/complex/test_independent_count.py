"""f-vectors of simple complexes on a box from vertices and edges alone, beside the engines' counts.

Every cell is a polytope, so a generic height has one lowest vertex on it. At a vertex of a simple complex
any choice of `k` of the `d` constraints through it, and for each an edge that leaves it along the others,
spans one k-cell (proofs/complex.md, Theorem 5); the vertex is its lowest iff all these edges rise. So `f_k`
is the sum over vertices of the k-th elementary symmetric polynomial of the numbers of rising edges.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import assume, given

import exactpoly as ep
from exactpoly.complex.compiled import count_cells, fits
from exactpoly.complex.complex import Complex
from tests.complex.test_compiled import by_numpy, default_network
from tests.strategies import examples, networks_on_domains


def counted_by_rising_edges(complex_: Complex) -> tuple[int, ...]:
    cells, d = complex_.cells, complex_.dimension
    rows = [cells.rows(k) for k in (0, 1)]
    sides = [cells.sides(k) for k in (0, 1)]
    heights = [
        sum(coordinate * 7919**axis for axis, coordinate in enumerate(vertex))
        for vertex in complex_.vertices()
    ]
    rising: dict[int, dict[tuple[str, int], int]] = defaultdict(lambda: defaultdict(int))
    for edge, ends in enumerate(cells.facets(1)):
        first, second = (int(v) for v in ends)
        assert heights[first] != heights[second], "the height is not generic"
        low = first if heights[first] < heights[second] else second
        # The one constraint through the vertex that the edge is not on.
        left: list[tuple[str, int]] = [
            ("neuron", int(n)) for n in np.flatnonzero((rows[0][low] == 0) & (rows[1][edge] != 0))
        ]
        gone = int(sides[0][low]) & ~int(sides[1][edge])
        left += [("side", s) for s in range(2 * d) if gone >> s & 1]
        assert len(left) == 1
        rising[low][left[0]] += 1
    total = np.zeros(d + 1, object)
    for vertex in range(len(heights)):
        symmetric = np.array([1, *[0] * d], object)
        for number in rising[vertex].values():
            symmetric[1:] = symmetric[1:] + number * symmetric[:-1]
        total += symmetric
    return tuple(int(x) for x in total)


def assert_counted_alike(complex_: Complex) -> None:
    network, domain = complex_.full_network, complex_.domain
    expected = counted_by_rising_edges(complex_)
    assert complex_.f_vector == expected
    if fits(network, domain):
        assert count_cells(network, domain, target=50).f_vector == expected


@examples(60)
@given(networks_on_domains(box=True))
def test_random_simple_complexes(drawn: tuple[ep.Network, ep.Domain]) -> None:
    complex_ = by_numpy(*drawn)
    assume(complex_.simple)
    assert_counted_alike(complex_)


@pytest.mark.parametrize("widths", [(1, 9, 9, 1), (2, 12, 12, 1), (3, 7, 7, 1), (4, 5, 5, 1)])
def test_generic_networks(widths: tuple[int, ...]) -> None:
    assert_counted_alike(by_numpy(default_network(1, *widths), ep.Domain.box(widths[0], -1, 1)))
