"""The JSON Schemas: each output and each file is what its schema says, and every field occurs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError

import exactpoly as ep
from exactpoly import schemas
from exactpoly.cli import main
from exactpoly.crosscheck.claims_json import parse_claims
from exactpoly.readers.json_format import network_from_json
from exactpoly.studies.choices import known_choices
from exactpoly.studies.description import PUBLISHED, SOURCES

from .command_line import CASES, case, run

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
PLANE, SPACE, TIES = case("q2_00"), case("q3_00"), case("d03_concurrent4")
IRIS, BOX = EXAMPLES / "iris_petals.npz", ("--domain", "[-1,1]^2")
CUBE = ("--domain", "[-1,1]^3")
BALL = ROOT / "tests" / "topology" / "cases" / "lv05_octahedron.json"
NOW = ("--max-seconds", "0")

OUTPUTS: dict[str, list[tuple[Any, ...]]] = {
    "certify": [
        ("certify", PLANE, *BOX, "--linear-regions"),
        ("certify", SPACE, "--domain", "x0+x1+x2<=1, x0>=0, x1>=0, x2>=0", "-o", "new.cert"),
        ("certify", SPACE, "--max-cells", 50),
        ("certify", TIES),
        ("certify", PLANE, "--audit", 0),
    ],
    "bounds": [("bounds", SPACE), ("bounds", case("d13_zero_on_half"), "--theorem", "avg-facets")],
    "architecture": [("bounds", "--widths", "3,9,4"), ("bounds", "--widths", "1,2")],
    "region": [
        ("region", EXAMPLES / "iris.npz", "5.1,3.5,1.4,0.2"),
        ("region", TIES, "0,0", "--no-vertices"),
    ],
    "eval": [("eval", PLANE, "1/3,-2"), ("eval", TIES, "0,0")],
    "info": [("info", PLANE), ("info", EXAMPLES / "iris.npz")],
    "prove": [
        ("prove", "abs.json", "sat.vnnlib", "--float32", "--witness", "point.txt"),
        ("prove", "abs.json", "unsat.vnnlib"),
        ("prove", PLANE, "hard.vnnlib", *NOW),
    ],
    "range": [
        ("range", PLANE, *BOX, "--float32"),
        ("range", PLANE),
        ("range", PLANE, *NOW),
        ("range", PLANE, *BOX, *NOW),
    ],
    "radius": [
        ("radius", IRIS, "0,0"),
        ("radius", IRIS, "0,0", "--norm", "l1", *NOW),
    ],
    "lipschitz": [
        ("lipschitz", PLANE, *BOX),
        ("lipschitz", PLANE, "--norm", "l2"),
        ("lipschitz", PLANE, *NOW),
        ("lipschitz", PLANE, *BOX, *NOW),
    ],
    "monotone": [
        ("monotone", PLANE, "--input", 0, *BOX),
        ("monotone", PLANE, "--input", 0),
        ("monotone", PLANE, "--input", 0, *BOX, *NOW),
        ("monotone", PLANE, "--input", 0, *NOW),
    ],
    "equal": [
        ("equal", PLANE, PLANE, *NOW),
        ("equal", PLANE, case("q2_01")),
        ("equal", TIES, TIES, *BOX, "--float32"),
    ],
    "judge-verdict": [
        ("judge-verdict", "abs.json", "sat.vnnlib", "--result", "unsat"),
        ("judge-verdict", PLANE, "hard.vnnlib", "--result", "sat", *NOW),
        ("judge-verdict", "--batch", "verdicts"),
    ],
    "compare": [
        ("compare", case("d15_abs_gap"), "--claims", "claims.json"),
        ("compare", case("d15_abs_gap"), "--with", "grid", "--with", "qhull"),
    ],
    "topology": [
        ("topology", BALL, "--level", 1),
        ("topology", SPACE, *CUBE, "--components", "--coefficients", "Q,Z,3", "--level", 3),
    ],
    "decision": [("decision", IRIS), ("decision", "ties.json", *BOX)],
    "persistence": [("persistence", PLANE), ("persistence", case("r2_01"))],
    "surface": [("surface", BALL, "--level", 1, "-o", "new.off"), ("surface", SPACE, *CUBE)],
    "curve": [("surface", PLANE, "--level", 1, "-o", "new.svg")],
    "tropical": [
        ("tropical", EXAMPLES / "max3_tree.json", "--volumes", "--duality", "-o", "new.json"),
        ("tropical", EXAMPLES / "max3_tree.json", "--plot", "new.svg"),
    ],
    "cover": [("cover", EXAMPLES / "moons.csv")],
    "arrangement": [
        ("arrangement", "planes.csv", "--inside", "points.csv", "--mesh", "new.obj"),
        ("arrangement", "planes.csv", "--max-cells", 5),
    ],
    "hunt": [
        ("hunt", "avg-facets", "--trials", 2),
        ("hunt", "monotone", "--dimension", 2, "-o", "."),
    ],
    "depth": [
        ("hunt", "depth", "--numbers", 4, "--trials", 5),
        ("hunt", "depth", "--numbers", 7, "--pairs", 1),
        ("hunt", "depth", "--numbers", 4, "--pairs", 1, "--single", "--trials", 1),
        ("hunt", "depth", "--check", EXAMPLES / "depth" / "max5_7_terms.json", "--network", "n.json"),
        ("hunt", "depth", "--check", "n.json", "--coq", "n.v"),
    ],
}  # fmt: skip
PARTS = {"torsion", "component_list", "betti_relative_to_domain_boundary", "betti_one_point"}
PARTS |= {
    "betti_borel_moore",
    "bounded",
    "volume",
    "volume_about",
    "dimension",
    "point",
    "f_vector",
}
"""Fields of a set of cells; `topology` shows them all."""
RARE = {
    "stopped",
    "checked",
    "from",
    "counterexample",
    "open_leaves",
    "one_face_impossible",
}
"""Fields that hang on time or luck."""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the commands above name."""
    monkeypatch.chdir(tmp_path)
    layers = (ep.Layer.of([[3], [-3]], [-1, 1]), ep.Layer.of([[1, 1]], relu=False))
    ep.write_json(ep.Network(layers, "abs"), "abs.json")
    tied = ep.Layer.of([[1, 0], [1, 0], [0, 1]], relu=False)
    ep.write_json(ep.Network((ep.Layer.of([[1, 0], [-1, 0]]), tied), "ties"), "ties.json")
    told = (
        "(declare-const X_0 Real) (declare-const Y_0 Real) (assert (<= 0 X_0)) (assert (<= X_0 1))"
    )
    Path("sat.vnnlib").write_text(told + "(assert (<= Y_0 0))")
    Path("unsat.vnnlib").write_text(told + "(assert (< Y_0 0))")
    hard = told + "(declare-const X_1 Real) (assert (<= 0 X_1)) (assert (<= X_1 1))"
    Path("hard.vnnlib").write_text(hard + "(assert (>= Y_0 1000))")
    Path("planes.csv").write_text("1,0,0,0\n0,1,0,0\n0,0,1,0\n1,1,1,-1/2\n")
    Path("points.csv").write_text("0.1,0.1,0.1\n")
    Path("claims.json").write_text(json.dumps(CLAIMS))
    Path("verdicts").mkdir()
    line = "c,{0}/abs.json,{0}/unsat.vnnlib,0,{1},1\n"
    lines = (line.format(tmp_path, word) for word in ("holds", "timeout"))
    Path("verdicts/results.csv").write_text("".join(lines))
    return tmp_path


CLAIMS = {
    "format": "exactpoly-claims-1",
    "tool": "mine",
    "domain": "R^2",
    "numbers": "exact",
    "regions": [
        {"row": "+++", "facets": 2},
        {"row": [-1, 1, 1], "point": ["-11/2", 0.0], "facet_neurons": [0]},
        {"half_spaces": [[["1", "0"], "-21/2"]]},
    ],
    "vertices": [[0.1, "1/3"], {"point": [1, 0], "row": "0--"}],
    "adjacency": [[0, 1]],
    "totals": {"regions": 4, "mean_facets": "8/5", "facet_histogram": {"2": 3}, "f_vector": [4, 5]},
    "level_sets": [{"level": "1/2", "set": "sub", "betti": [1], "field": 0}],
    "vertex_tolerance": "1/100",
}


def recording(name: str, seen: set[int]) -> Draft202012Validator:
    """A validator of the schema that keeps the ids of the properties it meets."""
    plain = Draft202012Validator.VALIDATORS["properties"]

    def properties(
        validator: Any, given: dict[str, Any], instance: Any, schema: Any
    ) -> Iterator[ValidationError]:
        if isinstance(instance, dict):
            seen.update(id(given[key]) for key in given if key in instance)
        yield from plain(validator, given, instance, schema)

    made = validators.extend(Draft202012Validator, {"properties": properties})
    return made(schemas.schema(name))


def fields(node: Any) -> Iterator[tuple[str, int]]:
    """All named fields of a schema."""
    if isinstance(node, dict):
        if node.get("type") == "object":
            yield from ((key, id(value)) for key, value in node.get("properties", {}).items())
        for value in node.values():
            yield from fields(value)
    elif isinstance(node, list):
        for value in node:
            yield from fields(value)


@pytest.mark.parametrize("name", OUTPUTS)
def test_outputs_are_what_their_schema_says(name: str, here: Path) -> None:
    seen: set[int] = set()
    validator = recording(name, seen)
    for arguments in OUTPUTS[name]:
        result = run(*arguments, "--json")
        assert result.stdout, result.stderr
        validator.validate(json.loads(result.stdout))
    missing = {key for key, place in fields(validator.schema) if place not in seen}
    assert missing <= (RARE if name == "topology" else RARE | PARTS)


STUDIES = {
    "counted": """source = "initialised"
figures = ["means"]
group = ["init"]
published = "table.csv"
[measure]
domains = ["R^d", "[-1,1]^d"]
diameter = true
simplices = true
topology = true
polytopes = true
[[small]]
widths = [[2, 3, 1]]
init = ["torch"]
bias = "normal-0.1"
residual = false
seed = [0]
[[full]]
widths = [[2, 3, 1]]
seed = [0]
""",
    "separable": """source = "separation"
figures = ["separation"]
[[small]]
widths = [[2, 1], [2, 12]]
data = "circles"
spread = 2
seed = [0, 1]
""",
}


def test_rows_of_studies_are_what_their_schema_says(here: Path) -> None:
    pytest.importorskip("pyarrow")
    pytest.importorskip("matplotlib")
    Path("table.csv").write_text(",".join(PUBLISHED) + "\n")
    seen: set[int] = set()
    validator = recording("study", seen)
    for name, text in STUDIES.items():
        Path(f"{name}.toml").write_text(text)
        assert run("study", "run", f"{name}.toml", "-o", name, "--workers", 1).exit_code == 0
        result = run("study", "show", name, "--json", "--figures", "drawn")
        validator.validate(json.loads(result.stdout))
    choices = {name for source in SOURCES for name in known_choices(source)}
    chosen = {name for text in STUDIES.values() for name in choices if f"\n{name} = " in text}
    missing = {key for key, place in fields(validator.schema) if place not in seen}
    assert missing == choices - chosen


def test_every_schema_is_valid_and_strict() -> None:
    for name in schemas.names():
        data = schemas.schema(name)
        Draft202012Validator.check_schema(data)
        named = [node for node in objects(data) if "properties" in node]
        open_ = [node for node in named if node.get("additionalProperties", True) is True]
        assert name == "network" or not open_, name


def objects(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if node.get("type") == "object":
            yield node
        for value in node.values():
            yield from objects(value)
    elif isinstance(node, list):
        for value in node:
            yield from objects(value)


def commands(command: click.Command, *words: str) -> Iterator[tuple[str, ...]]:
    """The commands that have --json."""
    if isinstance(command, click.Group):
        for name, one in command.commands.items():
            yield from commands(one, *words, name)
    elif any(parameter.name == "as_json" for parameter in command.params):
        yield words


def test_every_command_with_json_has_a_schema() -> None:
    told = [tuple(str(schemas.schema(n)["$comment"]).split()[1:]) for n in schemas.names()]
    named = {words if words[0] != "hunt" else words[:2] for words in told}
    for words in commands(main):
        shown = ("hunt", "THEOREM") if words == ("hunt", "theorem") else words
        assert any(found[: len(shown)] == shown for found in named), words


def test_networks_are_read_if_and_only_if_the_schema_allows_them() -> None:
    validator = Draft202012Validator(schemas.schema("network"))
    for path in sorted(CASES.glob("*.json")):
        validator.validate(json.loads(path.read_text()))
    good: dict[str, Any] = {"hidden_layers": [{"weight": [["1/2", 0.25]], "bias": ["-3e-2"]}]}
    assert validator.is_valid(good)
    network_from_json(good)
    layer = good["hidden_layers"][0]
    for bad in (
        {},
        {"hidden_layers": {}},
        {"hidden_layers": [{}]},
        {"hidden_layers": [{**layer, "biass": [1]}]},
        {"hidden_layers": [{**layer, "bias": 1}]},
        {"hidden_layers": [{**layer, "relu": "yes"}]},
        {"hidden_layers": [{**layer, "bias": ["1/2/3"]}]},
        {"hidden_layers": [{**layer, "bias": ["nan"]}]},
        {**good, "notes": "one"},
        {**good, "name": 1},
    ):
        assert not validator.is_valid(bad), bad
        with pytest.raises(ep.InputError):
            network_from_json(bad)


def test_claims_are_read_if_and_only_if_the_schema_allows_them() -> None:
    validator = Draft202012Validator(schemas.schema("claims"))
    validator.validate(CLAIMS)
    parse_claims(json.dumps(CLAIMS))
    for change in (
        {"format": "exactpoly-claims-2"},
        {"regions": [{}]},
        {"regions": [{"row": "+x"}]},
        {"regions": [{"row": [2]}]},
        {"regions": [{"row": "+", "facets": -1}]},
        {"vertices": [{"row": "+"}]},
        {"adjacency": [[0]]},
        {"totals": []},
        {"numbers": "float16"},
        {"level_sets": [{"set": "inner"}]},
        {"colour": "red"},
    ):
        assert not validator.is_valid({**CLAIMS, **change}), change
        with pytest.raises(ep.InputError):
            parse_claims(json.dumps({**CLAIMS, **change}))


def test_the_command_prints_them() -> None:
    listed = run("schema").stdout
    for name in schemas.names():
        assert name in listed
    assert json.loads(run("schema", "certify").stdout) == schemas.schema("certify")
    result = run("schema", "nothing")
    assert result.exit_code == 3
    assert "choose from architecture, " in result.stderr
