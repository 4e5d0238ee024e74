"""False proofs made by hand, each aimed at one condition of the criterion, counts always to match."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

import exactpoly as ep
from exactpoly.certificate import check
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from tests.certificate.forging import (
    Certificate,
    cubes,
    random_network,
    without_each_incidence,
    write,
)
from tests.certificate.mutants import second_verdict, verdict

BOX = "[-1,1]^d"


def certificate(network: Network, domain: str = BOX) -> Certificate:
    return Certificate.of(write(ep.enumerate(network, domain=domain)))


def planes(rows: list[list[Any]], bias: list[Any]) -> Network:
    """A network with one hidden layer."""
    return Network((Layer.of(rows, bias), Layer.of([[1] * len(rows)], relu=False)), "planes")


GRID = planes([[1, 0], [1, 0], [0, 1], [0, 1]], ["1/3", "-1/3", "1/3", "-1/3"])
"""Two vertical and two horizontal lines: nine squares in the box, one of them inside."""


def refuses(forged: Certificate, folder: Path, reason: str | None = None) -> None:
    """Both checkers refuse; the first one for ``reason``."""
    path = folder / "forged.cert"
    path.write_bytes(forged.dump())
    code, message = check.check_file(str(path))
    assert code == 1, message
    if reason:
        assert reason in message
    assert not second_verdict(forged.dump(), folder)


def keep(c: Certificate, regions: Iterable[int]) -> Certificate:
    """Only some regions and their vertices, everything counted again."""
    kept = [list(c.regions[i]) for i in regions]
    used = {v for region in kept for v in region}
    rest = Certificate(copy.deepcopy(c.header), list(c.vertices), kept)
    return rest.without_vertices(set(range(len(c.vertices))) - used).mend()


def region_with(c: Certificate, letters: dict[int, str]) -> int:
    """The region whose row has these letters."""
    for i, region in enumerate(c.regions):
        if all({c.vertices[v][k] for v in region} - {"0"} <= {x} for k, x in letters.items()):
            return i
    raise LookupError(letters)


def test_the_tools_of_forgery_make_a_true_certificate(tmp_path: Path) -> None:
    c = certificate(GRID)
    assert len(c.regions) == 9
    assert verdict(keep(c, range(9)).dump(), tmp_path) == 0


@pytest.mark.parametrize("domain", [BOX, "R^d"])
def test_hole(domain: str, tmp_path: Path) -> None:
    """The middle square is missing; all its edges and vertices are still used."""
    c = certificate(GRID, domain)
    middle = region_with(c, {0: "+", 1: "-", 2: "+", 3: "-"})
    forged = keep(c, set(range(9)) - {middle})
    assert len(forged.vertices) == len(c.vertices)
    refuses(forged, tmp_path, "a facet of this region is not in two regions")


def test_one_region_alone(tmp_path: Path) -> None:
    c = certificate(GRID)
    middle = region_with(c, {0: "+", 1: "-", 2: "+", 3: "-"})
    refuses(keep(c, {middle}), tmp_path, "a facet of this region is not in two regions")


def test_overlap_of_a_region_and_two_halves(tmp_path: Path) -> None:
    """The whole box besides the two sides of the line that cuts it."""
    c = certificate(planes([[1, 0]], [0]))
    corners = [v for v, key in enumerate(c.vertices) if key[0] != "0"]
    c.regions.append(corners)
    refuses(c.mend(), tmp_path, "a neuron has both signs on the region")


def test_overlap_by_a_neuron_that_is_said_not_to_bend(tmp_path: Path) -> None:
    """Regions of the network without its second neuron, whose sign is left 0 everywhere."""
    c = certificate(planes([[1, 0], [0, 0]], [0, 0]))
    c.header["network"] = planes([[1, 0], [0, 1]], [0, 0]).canonical_form()
    refuses(c.mend(), tmp_path, "another key")


def test_empty_region(tmp_path: Path) -> None:
    """A region without points cannot be spelled; the nearest things are faces and chords."""
    c = certificate(GRID)
    for vertices in ([0], c.regions[0][:2], c.regions[0][:-1]):
        forged = c.copy()
        forged.regions.append(list(vertices))
        refuses(forged.mend(), tmp_path)
    forged = c.copy()
    forged.regions.append([0])
    refuses(forged.mend(), tmp_path, "the region is a face or a copy of another one")


def test_two_half_complexes_glued(tmp_path: Path) -> None:
    """Left half of one network, right half of another that agrees with it left of `x = 0`."""
    left = Network(
        (Layer.of([[1, 0], [0, 1]]), Layer.of([[1, 1]], [-1]), Layer.of([[1]], relu=False))
    )
    right = Network(
        (Layer.of([[1, 0], [0, 1]]), Layer.of([["1/2", 1]], [-1]), Layer.of([[1]], relu=False))
    )
    a, b = certificate(left, "[-2,2]^d"), certificate(right, "[-2,2]^d")
    keys = sorted(
        {key for key in a.vertices if key[0] in "-0"}
        | {key for key in b.vertices if key[0] in "+0"}
    )
    glued = Certificate(copy.deepcopy(a.header), keys, [])
    for c, side in ((a, "-"), (b, "+")):
        for region in c.regions:
            if {c.vertices[v][0] for v in region} <= {side, "0"}:
                glued.regions.append([keys.index(c.vertices[v]) for v in region])
    assert len(glued.regions) > 4
    refuses(glued.mend(), tmp_path, "vertex")


def test_half_complex_closed_by_a_false_region(tmp_path: Path) -> None:
    """The regions left of `x = 0`, and one region for all the rest."""
    c = certificate(planes([[1, 0], [0, 1], [1, 1]], [0, "1/3", "-1/2"]))
    left = [i for i, region in enumerate(c.regions) if all(c.vertices[v][0] != "+" for v in region)]
    forged = Certificate(copy.deepcopy(c.header), list(c.vertices), [c.regions[i] for i in left])
    forged.regions.append([v for v, key in enumerate(c.vertices) if key[0] != "-"])
    refuses(forged.mend(), tmp_path, "a neuron has both signs on the region")


def test_a_square_with_three_corners(tmp_path: Path) -> None:
    """Condition 6 (diamonds) and 5 (two ends) are what makes a region keep its vertices."""
    c = certificate(planes([[1, 0]], [0]))
    for region in range(2):
        for gone in range(4):
            forged = c.copy()
            del forged.regions[region][gone]
            refuses(forged.mend(), tmp_path)


def test_lists_of_vertices_are_canonical(tmp_path: Path) -> None:
    """The last cube in the file could lose a vertex unnoticed: all its faces are known by then."""
    path = tmp_path / "out.cert"
    for data in without_each_incidence(cubes()):
        path.write_bytes(data)
        assert check.check_file(str(path))[0] == 1


def test_a_point_that_is_no_vertex(tmp_path: Path) -> None:
    """A diagonal of the box, which is a line only in the middle of a region: no such zero."""
    c = certificate(planes([[1, 0]], [0]))
    for key in ("+++++", "-0+++", "0++++", "+0000"):
        forged = c.copy()
        forged.vertices.append(key)
        forged.regions[0].append(len(forged.vertices) - 1)
        refuses(forged.mend(), tmp_path, "line")


def test_infinity_left_out(tmp_path: Path) -> None:
    """On R^2 the regions around the only finite vertex, their ends at infinity dropped."""
    c = certificate(planes([[1, 0], [0, 1]], [0, 0]), "R^d")
    finite = [v for v, key in enumerate(c.vertices) if "0" not in key[2:]]
    assert len(finite) == 1
    refuses(c.without_vertices(set(range(len(c.vertices))) - set(finite)).mend(), tmp_path)


def test_simple_claimed_of_a_degenerate_complex(tmp_path: Path) -> None:
    c = certificate(planes([[1, 0], [0, 1], [1, 1]], [0, 0, 0]), "R^d")
    assert c.header["claims"]["simple"] is False
    c.header["claims"]["simple"] = True
    refuses(c, tmp_path, "simple is false, not as claimed")


def test_simple_is_decided_by_finite_cells_only(tmp_path: Path) -> None:
    """`x = y` passes through corners of every box, but is simple on the plane."""
    c = certificate(planes([[1, -1]], [0]), "R^d")
    assert c.header["claims"]["simple"] is True
    assert verdict(c.dump(), tmp_path) == 0
    c.header["claims"]["simple"] = False
    refuses(c, tmp_path, "simple is true")


def test_whole_components_of_the_one_skeleton_dropped(tmp_path: Path) -> None:
    """Nested kinks: the regions outside the outer one are dropped, or those inside the inner one."""
    c = certificate(random_network((2, 4, 3, 1), 3))
    for k in range(7):
        for sign in "+-":
            part = [i for i, g in enumerate(c.regions) if all(c.vertices[v][k] != sign for v in g)]
            if 0 < len(part) < len(c.regions):
                refuses(keep(c, part), tmp_path)


def test_a_complex_outside_the_domain(tmp_path: Path) -> None:
    """Breaks at 5 and 7 cut nothing of [-1,1]; the segment between them is closed by itself."""
    network = Network((Layer.of([[1], [1]], [-5, -7]),))
    forged = certificate(network)
    forged.vertices[:] = ["+0+-", "0-+-"]
    forged.regions[:] = [[0, 1]]
    forged.header["vertices"] = 2
    forged.header["claims"] |= {
        "f_vector": [2, 1],
        "facet_histogram": {"0": 1},
        "facet_histogram_with_domain_boundary": {"2": 1},
        "mean_facets": "0",
        "mean_facets_with_domain_boundary": "2",
    }
    path = tmp_path / "forged.cert"
    path.write_bytes(forged.dump())
    code, message = check.check_file(str(path))
    assert (code, "outside the domain" in message) == (1, True), message
