"""Level sets, meshes and property verdicts: right claims are right, and each kind of lie is found."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.crosscheck.claims import Claims
from exactpoly.crosscheck.claims_json import claims_to_json, parse_claims
from exactpoly.crosscheck.further_claims import ClaimedMesh, Level
from exactpoly.crosscheck.judge_meshes import welded
from exactpoly.crosscheck.mesh_files import read_mesh
from exactpoly.crosscheck.verdict import Kind, Outcome
from exactpoly.errors import InputError
from exactpoly.levelset.mesh import mesh_bytes
from tests.cli.command_line import one_sentence, run, run_json

ROWS = [[s * (i == j) for j in (0, 1, 2)] for i in (0, 1, 2) for s in (1, -1)]
NORM = ep.Network((ep.Layer.of(ROWS), ep.Layer.of([[1] * 6], relu=False)), "1-norm")
"""Its level set 1 is the octahedron."""
RING = ep.Network(
    (
        ep.Layer.of([[1, 0], [-1, 0], [0, 1], [0, -1]]),
        ep.Layer.of([[1, 1, 1, 1], [-1, -1, -1, -1]], [-2, 2]),
        ep.Layer.of([[1, 1]], [-1], relu=False),
    ),
    "ring",
)
"""| |x| + |y| - 2 | - 1: its zero set is two circles."""
CUBE = "[-2,2]^3"
EXACT = ep.level_set(NORM, 1, domain=CUBE).surface()
LEVEL = Level(Fraction(1))


def octahedron(change=lambda vertices, faces: None):
    vertices = [list(point) for point in EXACT.points]
    faces = [list(cycle) for cycle in EXACT.polygons]
    change(vertices, faces)
    mesh = ClaimedMesh(LEVEL, tuple(map(tuple, vertices)), tuple(map(tuple, faces)))
    return Claims(meshes=(mesh,))


def kinds(claims, network=NORM, domain=CUBE, **how):
    return set(ep.judge(network, claims, domain=domain, **how).kinds)


@pytest.mark.parametrize(
    ("claim", "wrong"),
    [
        ({"betti": [2, 2]}, []),
        ({"betti": [2, 2, 0]}, []),
        ({"betti": [2, 2], "field": 0, "euler": 0, "components": 2, "f_vector": [8, 8]}, []),
        ({"betti": [1, 2]}, ["ordinary Betti numbers over Z/2"]),
        ({"betti": [3, 2], "homology": "one-point"}, []),
        ({"betti": [2, 2], "homology": "one-point"}, ["one-point Betti numbers over Z/2"]),
        ({"set": "below", "betti": [1, 1]}, []),
        ({"set": "below", "betti": [0, 1, 1], "homology": "borel-moore", "field": 3}, []),
        ({"set": "above", "components": 2}, []),
        ({"set": "above", "components": 1, "euler": 2}, ["Euler characteristic", "components"]),
        ({"level": 5, "betti": [1, 1]}, []),
        ({"level": "1/2", "betti": [2, 2], "component": 0}, []),
        ({"level": -1, "f_vector": [4, 4]}, []),
        ({"level": -1, "f_vector": [4, 5]}, ["f-vector"]),
        ({"level": -2, "betti": []}, []),
    ],
)
def test_level_sets(claim, wrong):
    verdict = ep.judge(RING, {"level_sets": [claim]})
    found = verdict.finding(Kind.LEVEL_SETS)
    assert [told["number"] for told in (found.details if found else ())] == wrong
    assert verdict.judged == ("level sets",)


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        ({"betti": [1], "field": 4}, "a prime"),
        ({"betti": [1], "field": 10**400}, "a prime below"),
        ({"betti": [1], "field": 2**61 - 1}, "a prime below"),
        ({"betti": [1], "set": "all"}, "level_sets\\[0\\].set is 'all'"),
        ({"betti": [1], "homology": "singular"}, "homology"),
        ({"betti": [-1]}, "betti\\[0\\] is -1"),
        ({"betti": 1}, "betti is 1; give a list"),
        ({"euler": 1.5}, "euler is '1.5'"),
        ({}, "states nothing"),
        ({"betti": [1], "component": 1}, "numbered 0 to 0"),
        ({"betti": [1], "component": "0-"}, "difference"),
        ({"betti": [1], "levels": 0}, "unknown key"),
        ([], "is not an object"),
    ],
)
def test_bad_level_sets(claim, message):
    with pytest.raises(InputError, match=message):
        ep.judge(RING, {"level_sets": [claim]})


def test_a_right_mesh_is_right_however_it_is_cut():
    assert not kinds(octahedron())
    assert not kinds(octahedron(), reading="exact")

    def cut(vertices, faces):
        a, b, c = faces.pop()
        vertices.append([sum(x) / 3 for x in zip(*(vertices[v] for v in (a, b, c)), strict=True)])
        faces += [[a, b, len(vertices) - 1], [b, c, len(vertices) - 1], [c, a, len(vertices) - 1]]

    assert not kinds(octahedron(cut), reading="exact")

    def turn(vertices, faces):
        faces[0].reverse()

    assert not kinds(octahedron(turn), reading="exact")


def test_lies_about_a_mesh():
    def hole(vertices, faces):
        del faces[0]

    assert kinds(octahedron(hole)) == {Kind.MISSED_FACES, Kind.MESH_TOPOLOGY}

    def twice(vertices, faces):
        faces.append(faces[0])

    assert kinds(octahedron(twice)) == {Kind.REPEATED_FACES, Kind.MESH_TOPOLOGY}

    def far(vertices, faces):
        vertices += [[5, 5, 5], [6, 5, 5], [5, 6, 5]]
        faces.append([6, 7, 8])

    assert kinds(octahedron(far)) == {Kind.INVENTED_FACES, Kind.MESH_TOPOLOGY}

    def dented(vertices, faces):
        vertices[0] = [x * Fraction(9, 10) for x in vertices[0]]

    assert kinds(octahedron(dented)) >= {Kind.MISSED_FACES}
    assert Kind.MESH_TOPOLOGY not in kinds(octahedron(dented))

    def thinner(vertices, faces):  # half of a face
        a, b, c = faces[0]
        vertices.append([(x + y) / 2 for x, y in zip(vertices[a], vertices[b], strict=True)])
        faces[0] = [a, len(vertices) - 1, c]

    told = ep.judge(NORM, octahedron(thinner), domain=CUBE)
    assert told.finding(Kind.MISSED_FACES).details[0]["covered"] == "1/2"

    def nothing(vertices, faces):
        faces.clear()

    told = ep.judge(NORM, octahedron(nothing), domain=CUBE)
    assert told.finding(Kind.MISSED_FACES).count == 8


@settings(deadline=None)
@given(st.integers(0, 5), st.integers(0, 2), st.sampled_from([-1, 1]), st.booleans())
def test_the_tolerance_of_a_mesh(vertex, axis, sign, beyond):
    """A vertex moved by less than the tolerance is where it should be; by four times it is not."""
    tolerance = Fraction(1, 2**20)

    def moved(vertices, faces):
        vertices[vertex][axis] += sign * tolerance * (4 if beyond else Fraction(1, 2))

    claims = octahedron(moved)
    loose = Claims(meshes=claims.meshes, vertex_tolerance=tolerance)
    assert bool(kinds(loose)) == beyond
    assert kinds(claims, reading="exact")


def test_the_surface_must_be_bounded_and_in_space():
    with pytest.raises(InputError, match="a mesh needs 3"):
        ep.judge(RING, octahedron())
    half = ep.Network((ep.Layer.of([[1, 0, 0]]), ep.Layer.of([[1]], relu=False)))
    with pytest.raises(InputError, match="give a box"):
        ep.judge(half, octahedron())
    for faces, message in [([[0, 1]], "three or more"), ([[0, 1, 9]], "indices into the 6")]:
        with pytest.raises(InputError, match=message):
            ep.judge(NORM, octahedron(lambda v, f, new=faces: f.extend(new)), domain=CUBE)


def test_welding():
    zero, one, two = (0, 0, 0), (1, 0, 0), (0, 1, 0)
    surface = welded([zero, one, two, zero, (9, 9, 9)], [(0, 1, 2), (3, 2, 1), (0, 3, 1)])
    assert surface.f_vector == (3, 3, 2)
    assert surface.euler == 2
    assert not surface.boundary_edges


@pytest.mark.parametrize("ending", ["obj", "ply", "stl", "off"])
def test_mesh_files(tmp_path, ending):
    pytest.importorskip("trimesh", reason="mesh files are read by trimesh")
    path, net = tmp_path / f"octahedron.{ending}", tmp_path / "net.json"
    path.write_bytes(mesh_bytes(EXACT, path)[0])
    ep.write_json(NORM, net)
    assert not kinds(read_mesh(path, LEVEL))
    arguments = ["compare", net, "--mesh", path, "--domain", "[-2,2]^d"]
    assert run(*arguments, "--level", "1").exit_code == 0
    data = run_json(*arguments, "--level", "3/2", exit_code=4)
    assert {told["kind"] for told in data["findings"]} == {"missed faces", "invented faces"}
    # The wrong level is near enough if one says so.
    assert run(*arguments, "--level", "3/2", "--tolerance", "0.01").exit_code == 4
    assert run(*arguments, "--level", "1001/1000", "--tolerance", "0.01").exit_code == 0
    for words in (["--level", "x"], ["--component", "7"], ["--tolerance", "-1"], ["--claims", "x"]):
        result = run(*arguments, *words)
        assert result.exit_code == 3
        assert one_sentence(result)
    path.write_bytes(b"nonsense")
    assert run(*arguments).exit_code == 3


PROPERTY = """(declare-const X_0 Real) (declare-const X_1 Real) (declare-const Y_0 Real)
(assert (>= X_0 -3)) (assert (<= X_0 3)) (assert (>= X_1 -3)) (assert (<= X_1 3))
(assert (<= Y_0 -1))"""


@pytest.mark.parametrize(
    ("claim", "judgement"),
    [
        ({"result": "sat", "witness": [2, 0]}, None),
        ({"result": "sat"}, None),
        ({"result": "sat", "witness": [0, 0]}, "within tolerance"),
        ({"result": "unsat"}, "wrong"),
    ],
)
def test_properties(claim, judgement):
    verdict = ep.judge(RING, {"properties": [{"vnnlib": PROPERTY, **claim}]})
    found = verdict.finding(Kind.PROPERTIES)
    assert (found.details[0]["judgement"] if found else None) == judgement
    if judgement == "within tolerance":
        assert "the witness given misses it by 2" in found.details[0]["reason"]
    assert verdict.judged == ("properties",)
    beyond = {"vnnlib": PROPERTY.replace("-1))", "-2))"), **claim}
    told = ep.judge(RING, {"properties": [beyond]})
    assert (told.outcome is Outcome.RIGHT) == (claim["result"] == "unsat")


def test_property_files(tmp_path):
    path = tmp_path / "safe.vnnlib"
    path.write_text(PROPERTY)
    verdict = ep.judge(RING, {"properties": [{"file": str(path), "result": "unsat"}]})
    assert verdict.findings[0].details[0]["property"] == "safe.vnnlib"
    assert verdict.findings[0].details[0]["witness"]
    for claim, message in [
        ({"result": "unsat"}, 'one of "file" and "vnnlib"'),
        ({"file": str(path), "result": "unknown"}, "give one of sat, unsat"),
        ({"file": "/dev/zero", "result": "unsat"}, "is not a file that can be read"),
        ({"file": str(tmp_path / "none"), "result": "unsat"}, "is not a file that can be read"),
        ({"file": str(path), "result": "sat", "witness": [1]}, "1 coordinates, not 2"),
        ({"vnnlib": PROPERTY.replace("X_1", "X_0"), "result": "sat"}, "property"),
    ]:
        with pytest.raises(InputError, match=message):
            ep.judge(RING, {"properties": [claim]})


def test_they_survive_a_file():
    claims = parse_claims(
        json.dumps(
            {
                "format": "exactpoly-claims-1",
                "level_sets": [{"betti": [2, 2], "euler": 0, "component": "0-1", "level": "1/3"}],
                "meshes": claims_to_json(octahedron())["meshes"],
                "properties": [{"vnnlib": PROPERTY, "result": "sat", "witness": ["1/3", 2]}],
            }
        )
    )
    again = parse_claims(json.dumps(claims_to_json(claims)))
    assert again == claims
    assert again.level_sets[0].level.component == (0, 1)
    assert again.meshes == octahedron().meshes


def test_mesh_files_that_are_none(tmp_path):
    pytest.importorskip("trimesh", reason="mesh files are read by trimesh")
    (tmp_path / "a.xyz").write_text("1 2 3")
    (tmp_path / "b.obj").write_text("v 0 0 0\nf 1 2 99\n")
    for name, words in (
        ("none.obj", "there is no such file"),
        ("a.xyz", "give an OBJ, PLY or STL file"),
        ("b.obj", "give an OBJ, PLY or STL file"),
    ):
        with pytest.raises(InputError, match=words):
            read_mesh(tmp_path / name)
