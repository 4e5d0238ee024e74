"""Drawings: exact polygons that fill the window, counts of the whole complex, equal bytes."""

from __future__ import annotations

import xml.etree.ElementTree
from fractions import Fraction
from pathlib import Path

import pytest

import exactpoly as ep
from exactpoly.readers.json_format import read_json
from exactpoly.report.plane import plane_network
from exactpoly.report.plot import draw, save

CASES = Path(__file__).resolve().parent.parent / "cases"
PLANE = [path for path in sorted(CASES.glob("*.json")) if read_json(path).input_dimension == 2]


def area(polygon: list[tuple[Fraction, ...]]) -> Fraction:
    """Signed area by the shoelace formula, positive if counterclockwise."""
    following = polygon[1:] + polygon[:1]
    return (
        sum((a * d - b * c for (a, b), (c, d) in zip(polygon, following, strict=True)), Fraction(0))
        / 2
    )


@pytest.mark.parametrize("domain", ["R^d", "[-1,1]^d"])
@pytest.mark.parametrize("path", PLANE, ids=lambda path: path.stem)
def test_polygons_fill_the_window(path: Path, domain: str) -> None:
    complex_ = ep.enumerate(path, domain=domain)
    drawing = draw(complex_)
    areas = [area(polygon) for polygon in drawing.polygons]
    assert all(a > 0 for a in areas)
    (left, right), (bottom, top) = drawing.window
    assert sum(areas) == (right - left) * (top - bottom)
    assert drawing.mean == complex_.mean_facets_with_domain_boundary
    assert len(drawing.counts) == len(drawing.polygons) <= drawing.n_regions


def test_colours_are_those_of_the_whole_complex() -> None:
    # Lines x = 0, y = 0, x + y = 3: the triangle has 3 facets, its three neighbours across edges 3,
    # the three regions at its corners 2; the window cuts but does not recount.
    hidden = ep.Layer.of([[1, 0], [0, 1], [1, 1]], [0, 0, -3])
    complex_ = ep.enumerate(ep.Network((hidden, ep.Layer.of([[1, 1, 1]], relu=False))))
    assert sorted(draw(complex_).counts) == [2, 2, 2, 3, 3, 3, 3]
    small = draw(complex_, ((Fraction(1, 4), Fraction(1, 2)), (Fraction(1, 4), Fraction(1, 2))))
    assert small.counts == [3]
    assert small.n_regions == 7
    assert small.histogram == {2: 3, 3: 4}


def test_window_inside_a_box_and_outside() -> None:
    complex_ = ep.enumerate(CASES / "q2_00.json", domain="[-1,1]^2")
    wide = ((Fraction(0), Fraction(9)), (Fraction(-9), Fraction(9)))
    assert draw(complex_, wide).window == ((0, 1), (-1, 1))
    away = ((Fraction(1), Fraction(9)), (Fraction(-9), Fraction(9)))
    with pytest.raises(ep.InputError, match="window"):
        draw(complex_, away)


def test_only_plane_complexes() -> None:
    with pytest.raises(ep.InputError, match="not plane"):
        draw(ep.enumerate(CASES / "q3_00.json"))


@pytest.mark.parametrize("suffix", ["svg", "pdf", "png"])
def test_the_same_input_gives_the_same_bytes(suffix: str, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    network, section = plane_network(read_json(CASES / "q3_00.json"), None)
    drawing = draw(ep.enumerate(network))
    paths = [tmp_path / f"{name}.{suffix}" for name in "ab"]
    for path in paths:
        save(drawing, network, section, path)
    first, second = (path.read_bytes() for path in paths)
    assert first == second
    starts = {"svg": b"<?xml", "pdf": b"%PDF", "png": b"\x89PNG"}
    assert first.startswith(starts[suffix])


def test_every_polygon_is_in_the_svg(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    network = read_json(CASES / "q2_00.json")
    drawing = draw(ep.enumerate(network))
    path = tmp_path / "map.svg"
    save(drawing, network, None, path)
    root = xml.etree.ElementTree.parse(path).getroot()
    name = "{http://www.w3.org/2000/svg}"
    collection = next(g for g in root.iter(f"{name}g") if g.get("id") == "PolyCollection_1")
    assert len(list(collection.iter(f"{name}path"))) == len(drawing.polygons)
