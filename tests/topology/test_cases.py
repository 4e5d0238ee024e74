"""Networks whose topology is known: 27 made by hand or at random, and judged by two programs.

`cases/*.json` are networks in the JSON format with `expected_topology` beside; field names are those of
`exactpoly topology --json`. Most hand-made answers can be seen from the formula in `note`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import exactpoly as ep

CASES = sorted((Path(__file__).parent / "cases").glob("*.json"))


def expected(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8"))["expected_topology"])


def domains(answers: dict[str, Any]) -> list[str]:
    return [name for name in answers if name[0] in "R["]


LEVELS = [(p, d) for p in CASES if "decision" not in expected(p) for d in domains(expected(p))]
CLASSES = [
    (p, d) for p in CASES if "decision" in expected(p) for d in domains(expected(p)["decision"])
]


def test_all_cases_are_there() -> None:
    assert len({p for p, _ in LEVELS}) == 24
    assert len({p for p, _ in CLASSES}) == 3


def assert_found(found: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert {key: found.get(key) for key in wanted} == wanted


@pytest.mark.parametrize(("path", "domain"), LEVELS, ids=lambda x: getattr(x, "stem", x))
def test_level_sets(path: Path, domain: str) -> None:
    wanted = expected(path)
    sets = ep.level_set(path, wanted["level"], domain=domain)
    found = sets.to_json()
    assert found["level"] == wanted["level"]
    if domain == "R^d":
        for name in ("sublevel_polytope", "surface"):
            assert (name in found) == (name in wanted)
            assert_found(found.get(name, {}), wanted.get(name, {}))
    for name in ("zero", "sub", "super", "below", "above"):
        assert_found(found[name], wanted[domain][name])
        one = sets.named(name)
        assert found[name]["components"] == len(one.components) == one.betti()[0]
        if not any(one.torsion):
            assert one.betti(2) == one.betti()


@pytest.mark.parametrize(("path", "domain"), CLASSES, ids=lambda x: getattr(x, "stem", x))
def test_decisions(path: Path, domain: str) -> None:
    wanted = expected(path)["decision"][domain]
    found = ep.decision(path, domain=domain).to_json()
    for i, one in wanted["classes"].items():
        assert_found(found["classes"][i], one)
    assert_found(found["decision_boundary"], wanted["decision_boundary"])


def test_the_projective_plane_has_torsion() -> None:
    path = next(p for p in CASES if p.stem.startswith("lv20"))
    zero = ep.level_set(path, 0).zero
    assert zero.torsion[1] == (2,)
    assert (zero.betti(0)[:3], zero.betti(2)[:3], zero.betti(3)[:3]) == (
        (1, 0, 0),
        (1, 1, 1),
        (1, 0, 0),
    )


FILTERED = [(p, d) for p, d in LEVELS if "persistence" in expected(p)[d]]


@pytest.mark.parametrize(("path", "domain"), FILTERED, ids=lambda x: getattr(x, "stem", x))
def test_persistence_and_critical_points(path: Path, domain: str) -> None:
    wanted = expected(path)[domain]["persistence"]
    found = ep.persistence(path, domain=domain).to_json()
    assert len(wanted) == 3
    for name, one in wanted.items():
        assert sorted(map(str, found[name])) == sorted(map(str, one))


POLYTOPES = [p for p in CASES if "sublevel_polytope" in expected(p)]
SURFACES = [p for p in CASES if "surface" in expected(p)]


@pytest.mark.parametrize("path", POLYTOPES, ids=lambda p: p.stem)
def test_sublevel_polytopes(path: Path) -> None:
    wanted = expected(path)["sublevel_polytope"]
    (part,) = ep.level_set(path, expected(path)["level"]).sub.components
    found = part.as_polytope()
    assert found.convex == wanted["convex"]
    if found.convex:
        assert found.f_vector == tuple(wanted["f_vector"])
    else:
        assert found.reason


@pytest.mark.parametrize("path", SURFACES, ids=lambda p: p.stem)
def test_surfaces(path: Path) -> None:
    wanted = expected(path)["surface"]
    found = ep.level_set(path, expected(path)["level"]).surface()
    assert_found(found.to_json(), wanted)
    if found.watertight:
        assert sum(2 - 2 * g for g in found.genera or []) == found.euler


@pytest.mark.parametrize("weights", [[[1, 1, 1]], [[1, 0, 0]]])
def test_a_flat_set_is_no_polytope_with_interior(weights: list[list[int]]) -> None:
    flat = ep.Network((ep.Layer.of(weights), ep.Layer.of([[1]], relu=False)))
    part = ep.level_set(flat, 1, domain="[-2,2]^3").zero.components[0]
    with pytest.raises(ep.InputError, match=r"dimension 2 in R\^3"):
        part.as_polytope()


@pytest.mark.parametrize("field", [None, 1.5, 4, -1, True, "x"])
def test_what_is_no_field(field: object) -> None:
    line = ep.Network((ep.Layer.of([[1]]), ep.Layer.of([[1]], relu=False)))
    with pytest.raises(ep.InputError, match="field"):
        ep.level_set(line, 1).zero.betti(field)  # type: ignore[arg-type]
