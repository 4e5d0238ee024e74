"""Surfaces and mesh files, judged by trimesh, which shares nothing with this project."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import exactpoly as ep
from exactpoly.cli import main
from exactpoly.levelset.mesh import FORMATS, mesh_bytes
from tests.topology.test_cases import CASES, SURFACES, expected

trimesh = pytest.importorskip("trimesh")


def case(word: str) -> Path:
    return next(p for p in CASES if word in p.stem)


def two_holes() -> ep.Network:
    """A genus-2 surface at level 1: two square tori side by side that share a bar."""
    ab = [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]]
    # g = max(||x| - 3|, |y|): small at (3, 0) and (-3, 0); the holes are where g < 1.
    first = ep.Layer.of(ab)
    second = ep.Layer.of(
        [
            [1, 1, 0, 0, 0, 0],  # |x|
            [0, 0, 1, 1, 0, 0],  # |y|
            [0, 0, 0, 0, 1, 1],  # |z|
            [1, 1, 0, 0, 0, 0],  # |x| - 3
            [-1, -1, 0, 0, 0, 0],  # 3 - |x|
        ],
        [0, 0, 0, -3, 3],
    )
    # outside the block |x| <= 6, |y| <= 3, |z| <= 1 or inside a hole || x | - 3| + |y| < 2
    third = ep.Layer.of(
        [
            [1, 0, 0, 0, 0],
            [0, 1, 0, 0, 0],
            [0, 0, 1, 0, 0],
            [0, -1, 0, -1, -1],
        ],
        [-6, -3, -1, 2],
    )
    return ep.Network((first, second, third, ep.Layer.of([[1, 1, 1, 1]], relu=False)), "genus two")


def loaded(surface: object, path: Path) -> object:
    content, rounding = mesh_bytes(surface, path)  # type: ignore[arg-type]
    assert rounding.merged == 0
    path.write_bytes(content)
    return trimesh.load(path, process=False)


@pytest.mark.parametrize("form", ["obj", "ply", "off"])
@pytest.mark.parametrize("path", SURFACES, ids=lambda p: p.stem)
def test_meshes_are_watertight_for_trimesh(path: Path, form: str, tmp_path: Path) -> None:
    found = ep.level_set(path, expected(path)["level"]).surface()
    mesh = loaded(found, tmp_path / f"mesh.{form}")
    assert len(mesh.vertices) == len(found.points)
    assert mesh.is_watertight == found.watertight
    if found.watertight:
        assert mesh.is_winding_consistent
        assert mesh.euler_number == found.euler
        assert mesh.volume == pytest.approx(float(found.signed_volume))


def test_genus_two(tmp_path: Path) -> None:
    found = ep.level_set(two_holes(), Fraction(1, 2)).surface()
    assert (found.watertight, found.genera, found.euler) == (True, [2], -2)
    mesh = loaded(found, tmp_path / "two.ply")
    assert mesh.is_watertight
    assert mesh.euler_number == -2
    assert mesh.volume == pytest.approx(float(found.signed_volume))
    assert ep.level_set(two_holes(), Fraction(1, 2)).zero.betti() == (1, 4, 1, 0)


def test_stl_has_the_same_triangles(tmp_path: Path) -> None:
    found = ep.level_set(case("torus"), 1).surface()
    mesh = loaded(found, tmp_path / "torus.stl")
    assert len(mesh.faces) == sum(len(c) - 2 for c in found.polygons)
    mesh.merge_vertices()
    assert mesh.is_watertight
    assert mesh.volume == pytest.approx(24)


def test_vtu_lists_all_polygons() -> None:
    import xml.etree.ElementTree as tree

    found = ep.level_set(case("torus"), 1).surface()
    root = tree.fromstring(mesh_bytes(found, Path("a.vtu"))[0])
    arrays = {a.get("Name"): a.text.split() for a in root.iter("DataArray")}
    assert list(map(int, arrays["connectivity"])) == [v for c in found.polygons for v in c]
    assert np.array(arrays[None], float).reshape(-1, 3).tolist() == [
        list(map(float, p)) for p in found.points
    ]


def test_a_pinched_surface_is_no_manifold(tmp_path: Path) -> None:
    sets = ep.level_set(case("double_cone"), 0, domain="[-2,2]^3")
    found = sets.surface()
    assert not found.manifold
    assert any("link" in fault for fault in found.faults)
    run, out = CliRunner(), tmp_path / "cone.obj"
    call = ["surface", str(case("double_cone")), "--domain", "[-2,2]^3", "-o", str(out)]
    assert run.invoke(main, call).exit_code == 4
    assert not out.exists()
    assert run.invoke(main, [*call, "--anyway"]).exit_code == 4
    assert out.exists()


def test_rounding_that_merges_vertices_is_told(tmp_path: Path) -> None:
    tiny = Fraction(1, 10**20)
    rows = [[s * int(i == j) for j in range(3)] for i in range(3) for s in (1, -1)]
    far = [Fraction(s) for _ in range(3) for s in (-1, 1)]
    net = ep.Network(
        (ep.Layer.of(rows, far), ep.Layer.of([[1] * 6], relu=False)), "tiny octahedron"
    )
    path = tmp_path / "net.json"
    ep.write_json(net, path)
    found = ep.level_set(net, tiny).surface()
    assert found.watertight
    assert found.f_vector == (6, 12, 8)
    content, rounding = mesh_bytes(found, Path("x.obj"))
    assert content
    assert rounding.merged > 0
    out = tmp_path / "x.obj"
    done = CliRunner().invoke(
        main, ["surface", str(path), "--level", str(tiny), "-o", str(out), "--json"]
    )
    assert done.exit_code == 4
    assert json.loads(done.stdout)["file_watertight"] is False
    assert not out.exists()


def test_surfaces_with_boundary_on_a_box() -> None:
    found = ep.level_set(case("torus"), 1, domain="[-5/2,5/2]^3").surface()
    assert found.manifold
    assert not found.watertight
    assert found.boundary_edges > 0
    assert found.euler == -4  # four holes where the sides of the box cut the torus
    pinched = ep.level_set(case("torus"), 1, domain="[-2,2]^3").surface()
    assert pinched.euler == 24 - 44 + 16
    assert not pinched.manifold  # the box touches the torus in its corners


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["surface", "circle"], "inputs"),
        (["surface", "double_cone"], "give a box"),
        (["topology", "circle", "--level", "one"], "--level"),
        (["topology", "three_classes_rings"], "choose one"),
        (["topology", "three_classes_rings", "--component", "7"], "numbered"),
        (["topology", "circle", "--component", "a"], "--component"),
        (["topology", "circle", "--sets", "zero,all"], "--sets"),
        (["topology", "circle", "--coefficients", "4"], "prime"),
        (["decision", "circle"], "one output"),
        (["persistence", "three_classes_rings"], "choose one"),
        (["surface", "torus", "-o", "x.abc"], "ending"),
    ],
)
def test_bad_input_is_one_sentence(arguments: list[str], words: str) -> None:
    name, net, *others = arguments
    done = CliRunner().invoke(main, [name, str(case(net)), *others])
    assert done.exit_code == 3
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_an_empty_level_set_is_an_answer() -> None:
    done = CliRunner().invoke(main, ["topology", str(case("circle")), "--level=-1", "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["zero"]["f_vector"] == [0, 0, 0]
    assert ep.level_set(case("torus"), -1).surface().f_vector == (0, 0, 0)


def test_svg_of_a_plane_network(tmp_path: Path) -> None:
    out = tmp_path / "a.svg"
    done = CliRunner().invoke(
        main, ["surface", str(case("annulus")), "--level", "1", "-o", str(out)]
    )
    assert done.exit_code == 0
    assert out.read_text().count("<line") >= 8


def test_all_formats_are_known() -> None:
    assert set(FORMATS) == {"obj", "ply", "off", "stl", "vtu"}


@pytest.mark.parametrize(("sign", "box"), [(1, "[0,1]^3"), (-1, "[0,1]^3"), (1, "[-1,0]x[0,1]^2")])
def test_normals_point_to_larger_values_on_a_side_of_the_box_too(sign: int, box: str) -> None:
    net = ep.Network((ep.Layer.of([[sign, 0, 0]], relu=False),))
    (cycle,) = (found := ep.level_set(net, 0, domain=box).surface()).polygons
    a, b, c = (np.array([float(x) for x in found.points[v]]) for v in cycle[:3])
    assert np.cross(b - a, c - b)[0] * sign > 0
    assert found.oriented
