"""Every list of regions that can be made of the vertices of a tiny complex: one of them is accepted.

Vertices cannot be forged (their keys are recomputed), so a forgery is a choice of some of them and of
sets of them as regions. Here all choices are tried, conformal or not, with any number of vertices left
out.
"""

from __future__ import annotations

from itertools import combinations

import pytest

import exactpoly as ep
from exactpoly.certificate import check
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from tests.certificate.forging import Certificate, write

LINEAR = Network((Layer.of([[1, 0]], [0], relu=False),))


def hidden(rows: list[list[int]], bias: list[int], *later: Layer) -> Network:
    return Network((Layer.of(rows, bias), *later))


NETWORKS = {
    "no neuron, d = 1": (Network((Layer.of([[1]], relu=False),)), "R^d"),
    "one break": (hidden([[1]], [0]), "[-1,1]^d"),
    "two breaks": (hidden([[1], [1]], [0, -1]), "R^d"),
    "coincident breaks": (hidden([[1], [2], [-1]], [0, 0, 0]), "R^d"),
    "a neuron without weights": (hidden([[0], [1]], [0, 0]), "[-1,1]^d"),
    "a neuron that vanishes on half": (hidden([[1]], [0], Layer.of([[1]])), "R^d"),
    "no neuron, d = 2": (LINEAR, "R^d"),
    "a line through corners": (hidden([[1, 1]], [0]), "[-1,1]^d"),
    "a line through corners at infinity": (hidden([[1, 1]], [0]), "R^d"),
    "a line that touches a corner": (hidden([[1, 1]], [-2]), "[-1,1]^d"),
    "a line along a side": (hidden([[1, 0]], [-1]), "[-1,1]^d"),
}


def accepted(c: Certificate, vertices: list[int], regions: list[tuple[int, ...]]) -> bool:
    cells = check.Cells(check.Problem(c.header["network"], c.header["domain"], 10**9), 10**9)
    place = {v: i for i, v in enumerate(vertices)}
    try:
        for v in vertices:
            cells.add_vertex(c.vertices[v])
        for region in regions:
            cells.add_region([place[v] for v in region])
        cells.close(check.Lines.__new__(check.Lines), 1)
    except check.Refused:
        return False
    return True


@pytest.mark.parametrize("name", NETWORKS)
def test_only_the_truth_is_accepted(name: str) -> None:
    network, domain = NETWORKS[name]
    c = Certificate.of(write(ep.enumerate(network, domain=domain)))
    everything = list(range(len(c.vertices)))
    found = []
    for size in everything:
        for vertices in combinations(everything, size + 1):
            sets = [s for n in range(size + 1) for s in combinations(vertices, n + 1)]
            found += [
                (vertices, regions)
                for n in range(1, 5 if len(everything) < 4 else 4)
                for regions in combinations(sets, n)
                if accepted(c, list(vertices), list(regions))
            ]
    assert [(list(v), {tuple(r) for r in regions}) for v, regions in found] == [
        (everything, {tuple(r) for r in c.regions})
    ]
