"""Pictures: what is drawn is what was computed, patch by patch, vertex by vertex, colour by colour."""

from __future__ import annotations

import xml.etree.ElementTree
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

import exactpoly as ep
from exactpoly.readers.json_format import read_json
from exactpoly.report.axes import class_colours
from exactpoly.report.colours import CLASSES, THEMES, scale
from exactpoly.report.picture import plane_scene
from exactpoly.report.points import Points
from exactpoly.report.scene import TIE, Scene
from exactpoly.report.shapes import default_bounds
from exactpoly.report.solid import Solid
from tests.strategies import examples, networks

pytest.importorskip("matplotlib").use("Agg")
colors = pytest.importorskip("matplotlib.colors")
pyplot = pytest.importorskip("matplotlib.pyplot")

CASES = Path(__file__).resolve().parent.parent / "cases"
PLANE = [path for path in sorted(CASES.glob("*.json")) if read_json(path).input_dimension == 2]
PLANES = networks(max_dimension=2).filter(lambda net: net.input_dimension == 2)
BOX = ((Fraction(-2), Fraction(2)), (Fraction(-3, 2), Fraction(3)))


@pytest.fixture(autouse=True)
def closed():
    yield
    pyplot.close("all")


def artist(axes, name):
    (found,) = [a for a in axes.collections if a.get_gid() == name]
    return found


def corners(collection):
    return [path.vertices[:-1] for path in collection.get_paths()]


def winner(network: ep.Network, point) -> int:
    values = network.evaluate(point)
    if len(values) == 1:
        return TIE if values[0] == 0 else int(values[0] > 0)
    best = [i for i, v in enumerate(values) if v == max(values)]
    return best[0] if len(best) == 1 else TIE


@pytest.mark.parametrize("domain", ["R^d", "[-1,1]^d"])
@pytest.mark.parametrize("path", PLANE, ids=lambda path: path.stem)
def test_patches_are_the_regions_with_their_vertices_and_colours(path: Path, domain: str) -> None:
    c = ep.enumerate(path, domain=domain)
    axes = c.plot()
    seen = ep.enumerate(c.network, domain=ep.Domain(2, default_bounds(c)))
    drawn = artist(axes, "regions")
    assert len(drawn.get_paths()) == seen.n_regions
    low, high = min(c.facet_counts_with_domain_boundary), max(c.facet_counts_with_domain_boundary)
    for region, polygon, colour in zip(
        seen.regions, corners(drawn), drawn.get_facecolors(), strict=True
    ):
        exact = [[float(x) for x in vertex] for vertex in region.vertices]
        assert sorted(polygon.tolist()) == sorted(exact)
        whole = c.find(region.interior_point)[0]
        count = c.facet_counts_with_domain_boundary[whole.index]
        expected = colors.to_rgba(scale((count - low) / max(4, high - low)))
        assert tuple(colour) == pytest.approx(expected)
    inner = int((seen.cells.sides(1) == 0).sum())
    assert len(artist(axes, "outlines").get_paths()) == inner


@examples(25)
@given(PLANES)
def test_classes_are_those_of_exact_evaluation(network: ep.Network) -> None:
    c = ep.enumerate(network)
    scene = Scene(c, BOX)
    classes = scene.classes
    exact = [[Fraction(x) for x in point] for point in classes.points.tolist()]
    refined_area = Fraction(0)
    for polygon, found in zip(classes.polygons, classes.winners, strict=True):
        points = [exact[i] for i in polygon]
        following = points[1:] + points[:1]
        area = sum(a[0] * b[1] - a[1] * b[0] for a, b in zip(points, following, strict=True)) / 2
        refined_area += abs(area)
        if min(abs(area), 1) > Fraction(1, 10**6):  # where rounded corners still have it inside
            middle = [sum(column) / len(points) for column in zip(*points, strict=True)]
            assert found == winner(network, middle)
    assert float(refined_area) == pytest.approx(18)
    axes = c.plot("class", window=[(-2, 2), ("-3/2", 3)])
    tints = class_colours(max(network.output_dimension, 2), THEMES["light"])
    assert [colors.to_hex(k) for k in artist(axes, "regions").get_facecolors()] == [
        tints[k] for k in classes.winners
    ]
    assert len(artist(axes, "boundary").get_paths()) == len(classes.boundary)
    pyplot.close("all")


@examples(25)
@given(PLANES.filter(lambda net: net.output_dimension == 1))
def test_the_boundary_is_the_level_curve_found_another_way(network: ep.Network) -> None:
    """Once as the zero set of one more neuron, once by interpolating exact values along edges."""
    scene = Scene(ep.enumerate(network), BOX)
    classes = scene.classes
    cut = {frozenset(map(tuple, classes.points[[a, b]].tolist())) for a, b in classes.boundary}
    curve = {frozenset(map(tuple, ends.tolist())) for ends in scene.level_curve(0)}
    assert cut == curve


def test_bounded_row_and_output() -> None:
    # Lines x = 0, y = 0, x + y = 3 bound one triangle.
    hidden = ep.Layer.of([[1, 0], [0, 1], [1, 1]], [0, 0, -3])
    c = ep.enumerate(ep.Network((hidden, ep.Layer.of([[1, 1, 1]], relu=False))))
    drawn = artist(c.plot("bounded"), "regions").get_facecolors()
    tints = [colors.to_hex(k) for k in drawn]
    assert sorted(tints.count(k) for k in set(tints)) == [1, 6]
    scene = plane_scene(c, window=(-1, 4))
    pairs = scene.seen.neighbours
    assert all(scene.shades[a] != scene.shades[b] for a, b in pairs.tolist() if b >= 0)
    axes = c.plot("output", levels=[1, 2], legend=False, window=(-1, 4))
    shading = artist(axes, "regions")
    values = {tuple(p): v for p, v in zip(scene.points.tolist(), scene.heights(), strict=True)}
    assert values == {p: c.network.evaluate(p)[0] for p in values}
    assert sorted(shading.get_array()) == sorted(float(v) for v in values.values())
    levels = [a for a in axes.collections if a.get_gid() == "levels"]
    ends = [p for a in levels for path in a.get_paths() for p in path.vertices.tolist()]
    assert {c.network.evaluate(p)[0] for p in ends} == {1, 2}


def test_data_set_the_window_and_share_the_colours_of_their_side() -> None:
    net = ep.examples.moons()
    table = np.loadtxt(CASES.parent.parent / "examples" / "moons.csv", delimiter=",")
    axes = ep.enumerate(net).plot("class", data=table[:, :2], labels=table[:, 2].astype(int))
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    assert left < table[:, 0].min() <= table[:, 0].max() < right < 3
    assert bottom < table[:, 1].min() <= table[:, 1].max() < top < 2
    for label in (0, 1):
        chosen = table[table[:, 2] == label]
        drawn = artist(axes, f"data-{label}").get_offsets()
        assert sorted(drawn.tolist()) == sorted(chosen[:, :2].tolist())
    tints = class_colours(2, THEMES["light"])
    first = net.evaluate(table[table[:, 2] == 0][0, :2])[0] > 0
    scene = plane_scene(ep.enumerate(net), Points.of(table[:, :2], None, 2))
    above = [k == 1 for k in scene.classes.winners]
    drawn = [colors.to_hex(k) for k in artist(axes, "regions").get_facecolors()]
    assert drawn == [tints[0] if side == first else tints[1] for side in above]


def test_sections_have_the_axes_and_the_point_that_were_asked_for() -> None:
    c = ep.enumerate(CASES / "q3_00.json", domain=[(-1, 1), (-2, 2), (-3, 3)])
    axes = c.plot(axes=(2, 0), through=(0, "1/2", 0), names=["a", "b", "c"])
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("c", "a")
    assert (axes.get_xlim(), axes.get_ylim()) == ((-3, 3), (-1, 1))
    assert "b = 1/2" in axes.get_title()
    scene = plane_scene(c, axes=(2, 0), through=(0, "1/2", 0))
    for x, y in scene.seen.vertices():
        zeros = [z == 0 for z in c.network.preactivations((y, Fraction(1, 2), x))]
        assert sum(zeros) + (abs(x) == 3) + (abs(y) == 1) >= 2


def test_polytopes_are_shown_and_cut() -> None:
    c = ep.enumerate(CASES / "q2_00.json", domain="x0 + x1 <= 1, x0 >= -1, x1 >= -1")
    drawn = artist(c.plot(), "regions")
    assert len(drawn.get_paths()) == c.n_regions
    solid = ep.enumerate(CASES / "q3_00.json", domain="x0+x1+x2 <= 1, x0 >= -1, x1 >= -1, x2 >= -1")
    scene = plane_scene(solid, axes=(0, 2), through=(0, "1/2", 0))
    assert scene.bounds == ((-1, Fraction(3, 2)), (-1, Fraction(3, 2)))
    assert all(x + y <= Fraction(1, 2) for x, y in scene.seen.vertices())
    assert scene.seen.complete


def test_solids_are_pushed_apart_whole() -> None:
    c = ep.enumerate(CASES / "q3_00.json", domain=(-1, 1))
    solid = Solid(c, c.domain.bounds)
    bodies = solid.exploded(0.5)
    assert [len(body) for body in bodies] == c.facet_counts_with_domain_boundary.tolist()
    for region, body, centre in zip(c.regions, bodies, solid.centres, strict=True):
        moved = np.concatenate(body) - 0.5 * centre  # the middle of the box is 0
        exact = region.vertex_array
        gaps = np.abs(moved[:, None] - exact[None]).max(axis=2).min(axis=1)
        assert gaps.max() < 1e-12
        assert {
            tuple(p)
            for polygon in solid.facets[region.index]
            for p in solid.points[solid.polygons[polygon]].tolist()
        } == {tuple(p) for p in exact.tolist()}
    drawn = artist(c.plot(), "regions")
    assert len(drawn.get_facecolor()) == sum(map(len, bodies))


def test_cycles_follow_edges() -> None:
    c = ep.enumerate(CASES / "q3_01.json", domain=(-1, 1))
    solid = Solid(c, c.domain.bounds)
    ends = {frozenset(pair) for pair in c.cells.facets(1).entries.reshape(-1, 2).tolist()}
    for cell, cycle in enumerate(solid.polygons):
        assert sorted(cycle) == c.cells.vertices_of(2, cell).tolist()
        following = [*cycle[1:], cycle[0]]
        assert all(frozenset(pair) in ends for pair in zip(cycle, following, strict=True))


def test_graphs_pass_through_exact_values(monkeypatch: pytest.MonkeyPatch) -> None:
    art3d = pytest.importorskip("mpl_toolkits.mplot3d.art3d")
    given: list[np.ndarray] = []

    class Collection(art3d.Poly3DCollection):
        def __init__(self, polygons, **options) -> None:
            given.extend(polygons)
            super().__init__(polygons, **options)

    monkeypatch.setattr(art3d, "Poly3DCollection", Collection)
    net = read_json(CASES / "q2_01.json")
    component = 0 if net.output_dimension > 1 else None
    axes = net.surface_plot(component=component, window=(-1, 1))
    seen = ep.enumerate(net, domain=(-1, 1))
    assert len(artist(axes, "graph").get_facecolor()) == seen.n_regions
    values = {tuple(float(x) for x in v): net.evaluate(v)[0] for v in seen.vertices()}
    assert len(given) == seen.n_regions
    assert all(float(values[x, y]) == z for x, y, z in np.concatenate(given).tolist())
    line = ep.Network((ep.Layer.of([[1], [1]], [0, -1]), ep.Layer.of([[1, -2]], relu=False)))
    (drawn,) = line.surface_plot(window=(-1, 2)).lines
    assert drawn.get_xydata().tolist() == [[-1, 0], [0, 0], [1, 1], [2, 0]]


def test_level_surfaces_and_persistence() -> None:
    rows = [[s * (i == k) for i in range(3)] for k in range(3) for s in (1, -1)]
    norm = ep.Network((ep.Layer.of(rows), ep.Layer.of([[1] * 6], relu=False)))
    surface = ep.level_set(norm, 1).surface()
    assert len(artist(surface.plot(), "surface").get_facecolor()) == 8
    found = ep.persistence(ep.examples.moons())
    axes = found.plot()
    offsets = artist(axes, "degree-0").get_offsets().tolist()
    ((_, birth, death),) = found.pairs
    assert [float(birth.p), float(death.p)] in offsets
    assert len(offsets) == 1 + len(found.essential)


def test_labels_are_inside_the_figure_when_it_is_drawn_once() -> None:
    iris = ep.enumerate(ep.examples.iris())
    for axes in (iris.plot("class", axes=(2, 3)), ep.persistence(ep.examples.moons()).plot()):
        axes.figure.draw_without_rendering()
        for label in (axes.xaxis.label, axes.yaxis.label):
            assert min(label.get_window_extent().min) >= 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_svg_says_what_it_shows(theme: str, tmp_path: Path) -> None:
    path = tmp_path / "map.svg"
    c = ep.enumerate(CASES / "q2_00.json")
    c.plot("class", data=[[0, 1], [1, 1]], labels=["<a>", "b"], theme=theme, save=path)
    root = xml.etree.ElementTree.parse(path).getroot()
    name = "{http://www.w3.org/2000/svg}"
    titles = root.findall(f"{name}title"), root.findall(f"{name}desc")
    assert [len(found) for found in titles] == [1, 1]
    assert titles[0][0].text == c.network.name
    assert "decision boundary" in titles[1][0].text
    assert "2 data points" in titles[1][0].text
    assert root.get("role") == "img"
    ids = {element.get("id") for element in root.iter()}
    assert {"regions", "outlines", "boundary", "data-0", "data-1"} <= ids
    again = tmp_path / "again.svg"
    c.plot("class", data=[[0, 1], [1, 1]], labels=["<a>", "b"], theme=theme, save=again)
    assert path.read_bytes() == again.read_bytes()


def test_classes_are_told_apart_in_lightness_or_hue() -> None:
    assert len(set(CLASSES)) == len(CLASSES)
    grey = [
        sum(w * v for w, v in zip((0.21, 0.72, 0.07), colors.to_rgb(scale(i / 8)), strict=True))
        for i in range(9)
    ]
    assert all(a > b + 0.02 for a, b in pairwise(grey))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"color": "shape"}, "color: 'shape' given"),
        ({"theme": "blue"}, "theme: 'blue' given"),
        ({"data": [[1, 2, 3]]}, r"data: shape \(1, 3\) given"),
        ({"data": [[1, "a"]]}, "data: not all entries are numbers"),
        ({"data": [[1, float("nan")]]}, "data: an entry is infinite"),
        ({"data": [[1, 2]], "labels": [1, 2]}, r"labels: shape \(2,\) given"),
        ({"axes": (0, 2)}, "axes: .* given; choose two different inputs, 0 to 1"),
        ({"axes": (0,)}, "axes: .* given; choose two different inputs, 0 to 1"),
        ({"axes": (0, 1, 2)}, "axes: .* given; choose two different inputs, 0 to 1"),
        ({"axes": (0, 0.5)}, "axes: .* given; choose two different inputs, 0 to 1"),
        ({"names": ["a"]}, "names: 1 given for 2 inputs"),
        ({"names": "ab"}, "names: 'ab' given for 2 inputs"),
        ({"levels": 5, "color": "output"}, "levels: 5 given; give a list"),
        ({"levels": ["x"]}, "levels is 'x'"),
        ({"window": (0, 10**400)}, "window: .* is too far out to be drawn"),
        ({"window": (10**20, 10**20 + 1)}, "window: .* is too far out to be drawn"),
        ({"data": [[1e30, 0]]}, "window: .* is too far out to be drawn"),
        ({"data": [[1e300, 0], [0, 0]]}, "window: .* is too far out to be drawn"),
        ({"save": "a.jpg"}, "the suffix is not one of"),
        ({"window": (3, 2)}, "domain: "),
    ],
)
def test_what_cannot_be_drawn_is_said(options, words) -> None:
    c = ep.enumerate(CASES / "q2_00.json")
    with pytest.raises(ep.InputError, match=words):
        c.plot(**options)


def test_odd_input_is_drawn_all_the_same() -> None:
    """Numbers as names, a large window far out, a plane far out, and a class for every point."""
    import warnings

    c = ep.enumerate(CASES / "q2_00.json")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert c.plot(names=[1, 2]).get_xlabel() == "1"
        c.plot(window=(10**20, 10**20 + 10**10))
        solid = ep.enumerate(CASES / "d07_concurrent_3d.json")
        far = solid.plot(axes=(0, 1), through=(0, 0, 10**400), window=(-1, 1))
        assert "x_2 = ≈1.00000e+400" in far.get_title()
        with pytest.raises(ep.InputError, match="names: 1 given for 3 inputs"):
            solid.plot(names=["a"])
        axes = c.plot(data=[(i, i % 7) for i in range(200)], labels=range(200))
    told = [text.get_text() for text in axes.get_legend().get_texts()]
    assert len(told) == 16
    assert told[-1].endswith(f" and {200 + len(c.facet_histogram) - 16} more")


def test_points_are_read_from_csv(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("x,y,class\n# a remark\n1,2,b\n3,4.5,a\n")
    found = Points.read(path, 2)
    assert found.points.tolist() == [[1, 2], [3, 4.5]]
    assert (found.labels.tolist(), found.names) == ([1, 0], ("a", "b"))
    for text, words in (
        ("1,2\n3\n", "line 2 has 1 columns"),
        ("1,2\n3,x\n", "line 2 is .x.; write a rational"),
        ("1,2,a\n3,4\n", "some lines have a class"),
        ("x,y\n", "no rows of numbers"),
        ("0,inf\n1,2\n", "line 1 is .inf."),
        ("nan,nan\n1,2\n", "line 1 is .nan.; .*leave the line out"),
        ("x,y\n0,\n1,1\n", "line 2 .*leave the line out"),
        ("x,y\ncm,mm\n1,1\n", "line 2 is .cm."),
        (",x,y\n0,5,6\n", "line 1: the first column has no name, like the row numbers"),
        ("x;y\n1;2\n", "1 columns; .*; commas separate columns, not semicolons"),
        ("1\t2\n", "commas separate columns, not tabs"),
    ):
        path.write_text(text)
        with pytest.raises(ep.InputError, match=words):
            Points.read(path, 2)


def test_the_command_draws_classes_and_data(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from exactpoly.cli import main

    data = tmp_path / "x.csv"
    data.write_text("0,1,a\n1,0,b\n")
    out = tmp_path / "map.svg"
    net = str(CASES / "q2_00.json")
    done = CliRunner().invoke(main, ["plot", net, "-o", str(out), "--data", str(data), "--dark"])
    assert done.exit_code == 0, done.output
    text = out.read_text(encoding="utf-8")
    assert all(f'id="{name}"' in text for name in ("boundary", "data-0", "data-1"))
    assert THEMES["dark"].paper in text
