"""Plotly figures: one shape a region, its corners and what is said of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import exactpoly as ep
from exactpoly.report.axes import class_colours
from exactpoly.report.colours import THEMES
from exactpoly.report.picture import plane_scene

pytest.importorskip("plotly")
CASES = Path(__file__).resolve().parent.parent / "cases"


def test_a_shape_a_region_with_its_facts() -> None:
    c = ep.enumerate(CASES / "q2_00.json", domain=(-1, 1))
    figure = c.interactive()
    assert len(figure.data) == c.n_regions
    for region, trace in zip(c.regions, figure.data, strict=True):
        corners = {*zip(trace.x, trace.y, strict=True)}
        assert corners == {tuple(float(x) for x in v) for v in region.vertices}
        signs = "".join("0+-"[s] for s in region.row)
        first, row, volume, *maps = trace.text.split("<br>")
        assert first == f"region {region.index}: {len(region.facets)} facets, bounded"
        assert row.replace(" ", "") == f"signs{signs}"
        assert volume == f"volume {region.volume}"
        assert len(maps) == c.network.output_dimension


def test_classes_lie_below_and_the_boundary_on_top() -> None:
    net = ep.examples.moons()
    c = ep.enumerate(net, domain=(-2, 3))
    figure = c.interactive("class", data=[[0, 0], [1, 1]], labels=["a", "b"])
    names = [trace.name for trace in figure.data]
    assert names[:2] == ["output < 0", "output > 0"]
    assert names[-3:] == ["decision boundary", "a", "b"]
    scene = plane_scene(c)
    for winner in (0, 1):
        pieces = figure.data[winner].x.count(None)
        assert pieces == scene.classes.winners.count(winner)
    assert {t.fillcolor for t in figure.data[:2]} == {
        class_colours(2, THEMES["light"])[k] for k in (0, 1)
    }
    assert figure.data[-3].x.count(None) == len(scene.classes.boundary)


def test_solids_have_all_facets() -> None:
    c = ep.enumerate(CASES / "q3_00.json", domain=(-1, 1))
    mesh, edges = c.interactive(explode=0).data
    corners = {*zip(mesh.x, mesh.y, mesh.z, strict=True)}
    assert corners == {tuple(float(x) for x in v) for v in c.vertices()}
    lists = c.cells.facets(3)
    sizes = c.cells.vertices(2).counts
    assert len(mesh.i) == int((sizes[lists.entries] - 2).sum())
    assert edges.x.count(None) == len(lists.entries)
    points = np.column_stack([mesh.x, mesh.y, mesh.z]).astype(float)
    triangles = points[np.column_stack([mesh.i, mesh.j, mesh.k])]
    # Facets off the boundary are drawn twice, once from each side, in two regions.
    assert np.isfinite(triangles).all()
    assert set(mesh.text) == {t for t in mesh.text if t.startswith("region ")}


def test_what_is_too_much_is_refused() -> None:
    c = ep.enumerate(CASES / "q2_00.json")
    with pytest.raises(ep.InputError, match="color: 'output' given"):
        c.interactive("output")
