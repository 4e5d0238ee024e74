"""Bounds on diameters of graphs that are no graphs of regions: trees with chords, against networkx."""

from __future__ import annotations

import networkx
import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from exactpoly.theory.distances import diameter_bounds
from tests.strategies import examples

# Found at random: the last fringe leaves pairs as far apart as twice its depth, less 2.
TIGHT = [
    *[(0, 1), (0, 3), (1, 2), (2, 9), (3, 4), (4, 5), (5, 6), (5, 7), (5, 12), (6, 12)],
    *[(7, 8), (7, 10), (8, 9), (9, 11), (10, 11), (10, 12), (12, 13), (12, 14)],
]


@st.composite
def graphs(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Edges of a connected graph on `0 .. n - 1`."""
    n = draw(st.integers(2, 16))
    edges = {(draw(st.integers(max(0, i - 4), i - 1)), i) for i in range(1, n)}
    for _ in range(draw(st.integers(0, 4))):
        a, b = sorted((draw(st.integers(0, n - 1)), draw(st.integers(0, n - 1))))
        if a != b:
            edges.add((a, b))
    return sorted(edges)


@examples(300)
@given(graphs(), st.integers(0, 40))
@example(TIGHT, 0)
def test_bounds_and_exact_diameters(edges: list[tuple[int, int]], searches: int) -> None:
    diameter = networkx.diameter(networkx.Graph(edges))
    nodes, pairs = max(map(max, edges)) + 1, np.array(edges)
    bounds = diameter_bounds(nodes, pairs, searches, all_pairs=0)
    assert bounds.lower <= diameter <= bounds.upper
    for exact in (
        diameter_bounds(nodes, pairs),
        diameter_bounds(nodes, pairs, 10**6, all_pairs=0),
    ):
        assert exact.lower == exact.upper == diameter
