"""What leaves the house: conventions in every output, numbers of any size, signs of areas and volumes."""

from __future__ import annotations

import json
import runpy
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.arithmetic.rational import exact_scalar, exact_text, significant
from exactpoly.cli import main
from tests.strategies import examples
from tests.topology.test_cases import CASES


def case(word: str) -> str:
    return str(next(p for p in CASES if word in p.stem))


def told(*arguments: str) -> str:
    done = CliRunner().invoke(main, [*arguments])
    assert done.exit_code == 0, done.output
    return " ".join(done.stdout.split())


def told_json(*arguments: str) -> dict[str, Any]:
    return dict(json.loads(told(*arguments, "--json")))


def test_topology_names_its_conventions() -> None:
    space = told("topology", case("pinch"))
    for word in ("closed", "open", "Borel-Moore", "one-point", "ordinary", "none at infinity"):
        assert word in space
    box = told("topology", case("pinch"), "--domain", "[-2,2]^2")
    for word in ("closed", "open", "relative to the boundary of the domain", "ordinary"):
        assert word in box
    assert "Borel-Moore" not in box


@pytest.mark.parametrize("command", ["topology", "decision"])
def test_json_of_sets_names_a_convention_for_each_number(command: str) -> None:
    net = case("tied" if command == "decision" else "pinch")
    for domain in ("R^d", "[-4,4]^d"):
        found = told_json(command, net, "--domain", domain)
        words = found["conventions"]
        one = found["decision_boundary"] if command == "decision" else found["zero"]
        for name in one:
            assert name in words or name in ("euler", "components"), name
        named = " ".join(words)
        for name in ("classes", "ties") if command == "decision" else ("zero", "sub", "above"):
            assert name in named
        assert ("betti_one_point" in words) == (domain == "R^d")
        if domain == "R^d":
            first, *others = one["betti_borel_moore"]
            assert one["betti_one_point"] == [first + 1, *others]


def test_json_of_persistence_and_meshes_names_conventions(tmp_path: Path) -> None:
    found = told_json("persistence", case("torus"))
    assert set(found["conventions"]) >= {"filtration", "pairs", "essential", "critical", "values"}
    found = told_json("surface", case("torus"), "--level", "1")
    named = {"f_vector", "manifold", "orientation", "watertight", "signed_volume_below"}
    assert set(found["conventions"]) == named
    found = told_json("surface", case("annulus"), "--level", "1", "-o", str(tmp_path / "a.svg"))
    assert set(found["conventions"]) == {"orientation", "signed_area"}
    assert "closed sets" in told("persistence", case("torus"))
    assert "normals to f > c" in told("surface", case("torus"), "--level", "1")


def test_reprs_name_conventions() -> None:
    circle = ep.level_set(case("circle"), 1)
    assert repr(circle) == "<level 1 on R^d: zero, sub, super closed, below, above open>"
    assert repr(circle.zero).startswith("<{f = 1}, closed in R^d: f-vector without infinity")
    assert repr(circle.above).startswith("<{f > 1}, open in R^d")
    (part,) = circle.sub.components
    assert repr(part) == "<component 0 of {f <= 1}, closed, bounded, dimension 2>"
    boxed = ep.level_set(case("circle"), 1, domain="[-2,2]^2")
    assert "with its boundary" in repr(boxed.zero)
    assert "f > c on the left" in repr(circle.curve())
    assert "normals to f > c" in repr(ep.level_set(case("torus"), 1).surface())
    assert "ordinary homology over Z/2" in repr(ep.persistence(case("circle")))
    assert "closed in R^d, ties in the boundary" in repr(ep.decision(case("tied")))


def test_ties_are_counted() -> None:
    found = told_json("decision", case("tied"))
    assert found["ties"] == [{"classes": [0, 1], "regions": 4}]
    assert found["decision_boundary"]["f_vector"][-1] == 4
    assert "4 regions where classes 0 and 1 tie" in told("decision", case("tied"))
    assert told_json("decision", case("tripod"))["ties"] == []


def test_the_polytope_and_the_surface_are_for_those_who_ask() -> None:
    assert {"sublevel_polytope", "surface"} <= set(
        told_json("topology", case("cube"), "--level", "1")
    )
    found = told_json("topology", case("cube"), "--level", "1", "--sets", "super")
    assert not {"sublevel_polytope", "surface"} & set(found)
    words = told("topology", case("cube"), "--level", "1")
    assert "f <= c is a convex polytope with f-vector 8 12 6" in words
    assert "f = c is a surface, watertight, with 26 56 32" in words
    words = told("topology", case("wedge"), "--level", "1")
    assert "f <= c is not convex" in words


def test_a_reason_is_short() -> None:
    """A vertex of many digits is shown rounded: two squares that meet in a bend, whichever is found."""
    little = Fraction(1, 3**60)
    rows = [[little, 1], [-1, little]]
    bent = ep.Network((ep.Layer.of(rows, [0, 1]), ep.Layer.of([[1, -2]], relu=False)))
    box = ep.Domain.box(2, -2 - little, 2 + little)
    found = ep.level_set(bent, 0, domain=box).to_json()["sublevel_polytope"]
    assert found["convex"] is False
    assert "≈" in found["reason"]
    assert len(found["reason"]) < 100


@given(st.fractions(), st.integers(-500, 500))
@examples(200)
def test_significant_is_the_nearest_decimal(number: Fraction, power: int) -> None:
    value = number * Fraction(10) ** power
    shown = exact_scalar(significant(value), "it")
    if not value:
        assert shown == 0
        return
    size = abs(value)
    e = 0
    while Fraction(10) ** (e + 1) <= size:
        e += 1
    while Fraction(10) ** e > size:
        e -= 1
    assert abs(shown - value) * 2 <= Fraction(10) ** (e - 8)
    assert exact_scalar(exact_text(value), "it") == value


def ball(factor: int | Fraction, d: int, sign: int = 1) -> ep.Network:
    """``sign`` times the l1 norm over ``factor``; at level ``sign`` a cross-polytope of that radius."""
    rows = [[s * Fraction(i == j) / factor for j in range(d)] for i in range(d) for s in (1, -1)]
    return ep.Network((ep.Layer.of(rows), ep.Layer.of([[sign] * (2 * d)], relu=False)), "ball")


@pytest.mark.parametrize("power", [-400, -120, 0, 120, 400, 5000])
def test_volumes_and_areas_of_any_size(power: int, tmp_path: Path) -> None:
    r = Fraction(10) ** power
    path = str(tmp_path / "net.json")
    solid = ep.level_set(ball(r, 3), 1)
    found = solid.surface().to_json()
    assert found["signed_volume_below"] == exact_text(Fraction(4, 3) * r**3)
    assert found["signed_volume_about"] == significant(Fraction(4, 3) * r**3)
    assert solid.sub.components[0].to_json()["volume_about"] == found["signed_volume_about"]
    if power > 100:
        assert found["signed_volume_about"] == f"1.33333333e+{3 * power}"
    plane = ep.level_set(ball(r, 2), 1)
    (one,) = plane.curve().to_json()["paths"]
    assert one["signed_area"] == exact_text(-2 * r * r)
    if abs(power) == 400:
        ep.write_json(ball(r, 3), path)
        words = told("topology", path, "--level", "1", "--components", "--sets", "sub")
        assert "inf" not in words.replace("infinity", "")
        assert f"about {found['signed_volume_about']}" in words


def test_a_watertight_surface_is_oriented_and_the_output_says_so() -> None:
    """The octahedron where `| |x| - 2 |` is 0 is closed, and `f > c` on both of its sides."""
    net = ep.load(next(p for p in CASES if "shell" in p.stem))
    found = ep.level_set(net, 0).surface().to_json()
    assert found["manifold"]
    assert found["every_edge_in_two_faces"]
    assert not found["oriented"]
    assert not found["watertight"]
    words = found["conventions"]
    assert "oriented" in words["watertight"]
    assert "both sides" in words["orientation"]


@pytest.mark.parametrize("sign", [1, -1])
def test_signs_of_areas_and_volumes(sign: int) -> None:
    """`f < c` is inside a ball for sign 1: volume positive, area negative; and the other way round."""
    surface = ep.level_set(ball(2, 3, sign), sign).surface()
    assert surface.signed_volume == sign * Fraction(32, 3)
    (path,) = ep.level_set(ball(2, 2, sign), sign).curve().paths
    assert path.signed_area == -sign * 8


def test_cavities_and_holes_count_against() -> None:
    shell = ep.level_set(case("shell"), 1)
    assert shell.surface().signed_volume == shell.sub.components[0].volume
    annulus = ep.level_set(case("annulus"), 1)
    areas = sorted(path.signed_area or 0 for path in annulus.curve().paths)
    assert areas == [-18, 2]
    assert -sum(areas) == annulus.sub.components[0].volume


def test_the_pictures_of_the_docs_are_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("matplotlib")
    script = Path(__file__).parents[2] / "examples" / "draw_topology.py"
    monkeypatch.setattr("sys.argv", [script.name, str(tmp_path)])
    runpy.run_path(str(script), run_name="__main__")
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {f"topology_{word}.png" for word in ("sets", "infinity", "persistence")}
    assert names <= {path.name for path in (script.parents[1] / "docs" / "pictures").iterdir()}
