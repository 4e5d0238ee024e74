"""Gordan's alternative, separation, covers: right answers, certificates checked again, corner cases."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.errors import InputError
from exactpoly.pointsets.cover import Cover, Face, cover_class
from exactpoly.pointsets.points import Points, exact_points
from exactpoly.polyhedra import gordan as module
from exactpoly.polyhedra.gordan import Alternative, gordan
from exactpoly.report.cover import clipped

from ..cli.command_line import one_sentence, run, run_json
from ..strategies import examples

entries = st.integers(-2, 2)
matrices = st.integers(1, 4).flatmap(
    lambda k: st.lists(st.lists(entries, min_size=k, max_size=k), min_size=1, max_size=9)
)


def holds(rows: np.ndarray, found: Alternative) -> None:
    """Exactly one alternative, checked in integers."""
    assert (found.vector is None) != (found.multipliers is None)
    if found.vector is not None:
        assert all(sum(int(a) * w for a, w in zip(r, found.vector, strict=True)) > 0 for r in rows)
    else:
        assert found.multipliers
        assert min(found.multipliers.values()) > 0
        for column in rows.T:
            assert sum(int(column[i]) * y for i, y in found.multipliers.items()) == 0


@given(matrices)
@examples(150)
def test_gordan_and_the_simplex_method_alone_agree(drawn: list[list[int]]) -> None:
    rows = np.array(drawn, np.int64)
    found = gordan(rows)
    holds(rows, found)
    if (rows != 0).any(axis=1).all():
        alone = module._by_simplex(rows, [], lambda: None)
        holds(rows, alone)
        assert (alone.vector is None) == (found.vector is None)


@given(matrices, st.integers(2, 60))
@examples(40)
def test_numbers_beyond_64_bits(drawn: list[list[int]], bits: int) -> None:
    rows = np.array([[x << bits for x in row[:-1]] + row[-1:] for row in drawn], dtype=object)
    holds(rows, gordan(rows))


def test_a_gap_below_rounding_is_decided() -> None:
    tiny = Fraction(1, 10**40)
    assert ep.separable([[0, 0], [1, 1]], [[Fraction(1, 2), Fraction(1, 2) + tiny]]).separable
    found = ep.separable([[0, 0], [1, 1]], [[Fraction(1, 2), Fraction(1, 2)]])
    assert found.common == (Fraction(1, 2), Fraction(1, 2))


def load_set(name: str) -> tuple[Points, list[str]]:
    datasets: Any = pytest.importorskip("sklearn.datasets")
    loaded = getattr(datasets, f"load_{name}")()
    return exact_points(loaded.data, decimals=True), [str(x) for x in loaded.target]


def checked(points: Points, labels: list[str], label: str) -> Cover:
    """A cover whose every claim is computed again from rational points."""
    found = cover_class(points, labels, label)
    rows = [points.point(i) for i in range(len(points))]

    def within(index: int) -> bool:
        result = False
        for polytope in reversed(found.polytopes):
            inside = all(
                sum(a * x for a, x in zip(f.normal, rows[index], strict=True)) >= f.offset
                for f in polytope.faces
            )
            result = inside and not result
        return result

    wrong = [i for i, c in enumerate(labels) if within(i) != (c == label)]
    assert wrong == [] if found.exact else set(wrong) <= set(found.missed)
    for polytope in found.polytopes:
        for face in polytope.faces:  # its witness is excluded by this face alone
            out = [
                f
                for f in polytope.faces
                if sum(a * x for a, x in zip(f.normal, rows[face.witness], strict=True)) < f.offset
            ]
            assert out == [face]
        for index, weights in polytope.enclosed.items():
            assert sum(weights.values()) == 1
            assert set(weights) <= set(polytope.inside)
            for axis in range(points.dimension):
                assert rows[index][axis] == sum(w * rows[i][axis] for i, w in weights.items())
        if polytope.least_faces == 2:
            assert polytope.single is not None
            assert polytope.single.combinations is not None
            first, second = polytope.single.combinations
            for axis in range(points.dimension):
                assert sum(w * rows[polytope.inside[i]][axis] for i, w in first.items()) == sum(
                    w * rows[polytope.outside[i]][axis] for i, w in second.items()
                )
    return found


def test_iris() -> None:
    points, labels = load_set("iris")
    faces = {c: [len(p.faces) for p in checked(points, labels, c).polytopes] for c in "012"}
    assert faces == {"0": [1], "1": [3], "2": [1, 2]}
    last = checked(points, labels, "2").polytopes[0]
    assert set(last.enclosed) == {83}
    known = {106: 34, 133: 69, 134: 74, 138: 45, 146: 31}
    for axis in range(4):
        assert points.point(83)[axis] == sum(
            Fraction(w, 253) * points.point(i)[axis] for i, w in known.items()
        )


@pytest.mark.parametrize(("name", "classes"), [("wine", "012"), ("breast_cancer", "01")])
def test_one_face_is_enough(name: str, classes: str) -> None:
    points, labels = load_set(name)
    for c in classes:
        assert [len(p.faces) for p in checked(points, labels, c).polytopes] == [1]


def test_digits() -> None:
    """Eight classes by one face; 8 and 9 by two, and one is not enough."""
    points, labels = load_set("digits")
    for c in "0123456789":
        (polytope,) = checked(points, labels, c).polytopes
        assert len(polytope.faces) == polytope.least_faces == (2 if c in "89" else 1)


@given(
    st.lists(
        st.tuples(st.integers(-2, 2), st.integers(-2, 2), st.booleans()), min_size=2, max_size=14
    )
)
@examples(80)
def test_covers_of_small_plane_sets(drawn: list[tuple[int, int, bool]]) -> None:
    labels = [str(own) for *_, own in drawn]
    if len(set(labels)) == 2:
        points = exact_points([[x, y] for x, y, _ in drawn])
        found = checked(points, labels, "True")
        own = {(x, y) for x, y, c in drawn if c}
        assert found.exact == (not any((x, y) in own and not c for x, y, c in drawn))


def test_faces_of_a_network_are_preferred() -> None:
    net = ep.Network((ep.Layer.of([[1, 0], [0, 3]], [7, -5]), ep.Layer.of([[1, 1]], relu=False)))
    data = [[0, 0], [1, 1], [3, 0], [-3, 1], [0, 4], [1, -4]]
    found = ep.cover(data, [1, 1, 0, 0, 0, 0], 1, network=net)
    (polytope,) = found.polytopes
    assert {(f.normal, f.neuron) for f in polytope.faces} == {
        ((1, 0), 0),
        ((-1, 0), 0),
        ((0, 3), 1),
        ((0, -3), 1),
    }
    with pytest.raises(InputError, match="network"):
        ep.cover([[1], [2]], [0, 1], 1, network=net)


def test_separation_of_random_features() -> None:
    """24 + 24 rational points on two circles, 20 draws a width: the seeded row."""
    t = [Fraction(2 * k - 23, 12) for k in range(24)]
    circle = [((1 - s * s) / (1 + s * s), 2 * s / (1 + s * s)) for s in t]
    rings = [[(r * x, r * y) for x, y in circle] for r in (1, 2)]
    assert not ep.separable(*rings).separable
    draw = np.random.default_rng(0)
    counts = []
    for width in (1, 2, 3, 4, 5, 6, 8, 10, 12, 16):
        found = 0
        for _ in range(20):
            weight = draw.normal(size=(width, 2)).astype(np.float32)
            bias = draw.uniform(-2, 2, size=width).astype(np.float32)
            layer = ep.Layer.of(weight, bias)
            sets = [[[max(z, Fraction(0)) for z in layer.forward(p)] for p in r] for r in rings]
            found += ep.separable(*sets).separable
        counts.append(found)
    assert counts == [0, 0, 1, 7, 10, 15, 19, 19, 19, 20]
    widths = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16]
    assert list(ep.separation_curve(*rings, widths).separable) == counts


def test_two_random_layers_and_what_is_no_curve() -> None:
    inner, outer = [[0, 0]], [[1, 0], [-1, 0], [0, 1], [0, -1]]
    curve = ep.separation_curve(inner, outer, [1, 12], draws=6, layers=2, seed=1)
    # One unit sees one direction only, and 0 lies between two points in it.
    assert curve.separable[0] == 0
    assert curve.shares[1] > 0
    assert curve == ep.separation_curve(inner, outer, [1, 12], draws=6, layers=2, seed=1)
    for wrong in (
        {"widths": [0]},
        {"draws": 0},
        {"layers": True},
        {"spread": -1},
        {"widths": [2.5]},
    ):
        with pytest.raises(InputError, match=next(iter(wrong))):
            ep.separation_curve(inner, outer, **{"widths": [2], **wrong})


def test_the_command(tmp_path: Path) -> None:
    file = tmp_path / "line.csv"
    file.write_text("x,kind\n0.1,a\n0.2,b\n0.3,a\n")
    data = run_json("cover", file)
    assert [(c["class"], c["exact"], c["faces"]) for c in data["covers"]] == [
        ("a", True, 2),
        ("b", True, 2),
    ]
    result = run("cover", file, "--class", "b")
    assert (result.exit_code, "2 faces (the least)" in result.stdout) == (0, True)
    for text, says in (("x,kind\n0.1\n", "line 2"), ("x,kind\nq,a\n", "data"), ("", "header")):
        file.write_text(text)
        bad = run("cover", file)
        assert bad.exit_code == 3
        assert "line.csv" in one_sentence(bad) or says in one_sentence(bad)
    file.write_text("x,kind\n1,a\n2,b\n")
    assert run("cover", file, "--class", "z").exit_code == 3
    assert run("cover", tmp_path / "none.csv").exit_code == 3


def test_a_trained_network_gives_all_faces_of_the_moons() -> None:
    examples = Path(__file__).parents[2] / "examples"
    arguments = ("cover", examples / "moons.csv", "--network", examples / "moons.npz")
    data = run_json(*arguments)
    faces = [[p["faces"] for p in c["polytopes"]] for c in data["covers"]]
    assert [[len(p) for p in c] for c in faces] == [[2, 2], [2, 3]]
    assert all(f["neuron"] is not None for c in faces for p in c for f in p)
    assert all(c["exact"] for c in data["covers"])
    assert "parallel to neurons 1, 3 of the network" in run(*arguments).stdout


def test_a_cover_is_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    moons = Path(__file__).parents[2] / "examples" / "moons.csv"
    picture = tmp_path / "cover.svg"
    result = run("cover", moons, "--class", "1", "--plot", picture)
    assert result.exit_code == 0, result.output
    assert 'id="polytope-0"' in picture.read_text()
    assert run("cover", moons, "--plot", picture).exit_code == 3
    assert run("cover", moons, "--class", "1", "--plot", moons).exit_code == 3
    line = ep.cover([[0], [1]], [0, 1], 1)
    with pytest.raises(InputError, match="a picture needs two"):
        line.plot()


@given(
    st.lists(
        st.tuples(*[st.integers(-3, 3)] * 3).filter(lambda t: any(t[:2])), min_size=1, max_size=4
    )
)
def test_clipping_keeps_what_is_inside(forms: list[tuple[int, int, int]]) -> None:
    faces = [Face((a, b), Fraction(c), 0) for a, b, c in forms]
    corners = clipped(faces, [(Fraction(-2), Fraction(2))] * 2)
    for x, y in corners:
        assert abs(x) <= 2
        assert abs(y) <= 2
        assert all(a * x + b * y >= c for a, b, c in forms)
    # Whatever integer point of the square satisfies all is in the hull of the corners.
    for x in range(-2, 3):
        for y in range(-2, 3):
            if all(a * x + b * y >= c for a, b, c in forms):
                others = [[p[0] - x, p[1] - y] for p in corners]
                assert others
                assert not ep.separable([[0, 0]], others).separable
