"""What studies find out about boundaries and sublevel sets, compared with the library's own answers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import exactpoly as ep
from exactpoly.commands.study import study as command
from exactpoly.pointsets.capacity import random_layers, separations
from exactpoly.running.limits import Limits
from exactpoly.studies.data import load_data
from exactpoly.studies.description import read_study
from exactpoly.studies.initialise import initialised
from exactpoly.studies.runner import run_study
from exactpoly.studies.separation import circles
from exactpoly.studies.shapes import sublevel_polytopes, zero_topology
from exactpoly.studies.store import read_rows

CROSS = ep.Network(
    (
        ep.Layer.of([[1, 0], [-1, 0], [0, 1], [0, -1]]),
        ep.Layer.of([[1, 1, 1, 1]], [-1], relu=False),
    )
)


def test_a_diamond_is_one_closed_loop() -> None:
    found = zero_topology(CROSS, "R^d", Limits())
    assert found is not None
    assert (found["betti"], found["pieces"], found["closed_pieces"]) == ([1, 1, 0], 1, 1)
    small = zero_topology(CROSS, "[0,1/2]^d", Limits())
    assert small is not None
    assert (small["betti"], small["pieces"], small["closed_pieces"]) == ([1, 0, 0], 1, 0)


def test_several_outputs_have_a_boundary() -> None:
    halves = ep.Network((ep.Layer.of([[1, 0], [0, 1]]), ep.Layer.of([[1, 0], [0, 1]], relu=False)))
    found = zero_topology(halves, "R^d", Limits())
    assert found is not None
    assert found["set"] == "decision boundary"
    assert found["f_vector"] == list(ep.decision(halves).boundary.f_vector)


def test_a_norm_has_a_convex_polytope_and_a_dent_has_none() -> None:
    norm = ep.Network((ep.Layer.of([[1, 0], [-1, 0], [0, 1], [0, -1]]),
                       ep.Layer.of([[1, 1, 1, 1]], relu=False)))  # fmt: skip
    found = sublevel_polytopes(norm, "R^d", Limits())
    assert found is not None
    assert found["bounded"] == [{"convex": True, "f_vector": (4, 4)}]
    dent = ep.Network((ep.Layer.of([[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1]]),
                       ep.Layer.of([[2, 2, 2, 2, -1]], relu=False)))  # fmt: skip
    found = sublevel_polytopes(dent, "R^d", Limits())
    assert found is not None
    assert found["bounded"] == [{"convex": False, "f_vector": None}]


def test_a_limit_leaves_nothing() -> None:
    assert zero_topology(CROSS, "R^d", Limits(max_cells=3)) is None
    assert sublevel_polytopes(CROSS, "R^d", Limits(max_cells=3)) is None


TEXT = """
source = "initialised"
figures = ["topology"]
group = ["widths"]
[measure]
domains = ["R^d", "[-1,1]^d"]
topology = true
[[small]]
widths = [[2, 4, 1], [2, 3, 3, 2], [3, 4, 1]]
seeds = 3
"""


def test_a_study_of_boundaries(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    pytest.importorskip("matplotlib")
    (tmp_path / "s.toml").write_text(TEXT)
    path, complete = run_study(read_study(tmp_path / "s.toml"), tmp_path / "out", workers=1)
    assert complete
    rows, _ = read_rows(path)
    assert [row["seed"] for row in rows[::2]] == [0, 1, 2] * 3
    for row in rows:
        network = initialised(row["widths"], "torch", "torch", row["seed"])
        found = json.loads(row["topology"])
        if network.output_dimension == 1:
            expected = ep.level_set(network, 0, domain=row["domain"]).zero
        else:
            expected = ep.decision(network, domain=row["domain"]).boundary
        assert found["betti"] == list(expected.betti())
        assert found["pieces"] == len(expected.components)
        if row["domain"] == "R^d":
            assert found["closed_pieces"] == sum(c.bounded for c in expected.components)
    show = ["show", str(tmp_path / "out"), "--figures", str(tmp_path / "fig")]
    shown = CliRunner().invoke(command, show, standalone_mode=False)
    assert "mean Betti numbers" in shown.stdout
    assert (tmp_path / "fig" / "s-topology.png").stat().st_size > 5000


def test_a_study_of_neural_polytopes(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    pytest.importorskip("torch")
    (tmp_path / "s.toml").write_text(
        'source = "norm"\nfigures = ["polytopes"]\n[measure]\npolytopes = true\n'
        "[[small]]\nwidths = [[2, 6, 1]]\nsteps = 300\nseeds = 2\n"
    )
    path, _ = run_study(read_study(tmp_path / "s.toml"), tmp_path / "out", workers=1)
    rows, _ = read_rows(path)
    for row in rows:
        found = json.loads(row["polytopes"])
        assert found["components"] == 1
        for component in found["bounded"]:
            # Each of six lines through the origin bends the boundary twice.
            assert not component["convex"] or component["f_vector"] == [12, 12]
    shown = CliRunner().invoke(command, ["show", str(tmp_path / "out")], standalone_mode=False)
    assert "commonest f-vectors" in shown.stdout


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("seeds = 0", "seeds: 0 is not an integer"),
        ("seeds = true", "seeds: True is not an integer"),
        ("seeds = 2\nseed = 1", "'seed' is there too"),
        ("seeds = 99999999999", "seeds: 99999999999 is not an integer"),
    ],
)
def test_seeds_that_are_none(line: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(
        f'source = "initialised"\n[[small]]\nwidths = [[2, 2, 1]]\n{line}\n'
    )
    with pytest.raises(ep.InputError, match=sentence):
        read_study(tmp_path / "s.toml")


def test_shells_lie_where_they_should() -> None:
    pytest.importorskip("sklearn")
    data = load_data("shells", 3, 0)
    radii = np.linalg.norm(data.x, axis=1)
    assert (radii[data.y == 0] <= 1.0001).all()
    assert ((radii[data.y == 1] > 1.4999) & (radii[data.y == 1] < 2.5001)).all()
    with pytest.raises(ep.InputError, match="moons lie in the plane"):
        load_data("moons", 3, 0)


def test_a_study_of_separability(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    pytest.importorskip("matplotlib")
    (tmp_path / "s.toml").write_text(
        'source = "separation"\nfigures = ["separation"]\ngroup = ["widths"]\n'
        "[[small]]\nwidths = [[2, 1], [2, 12], [2, 12, 12]]\nseeds = 3\n"
    )
    path, _ = run_study(read_study(tmp_path / "s.toml"), tmp_path / "out", workers=1)
    rows, _ = read_rows(path)
    for row in rows:
        layers = random_layers(row["widths"], 2, np.random.default_rng(row["seed"]))
        found = separations(layers, *circles())
        assert row["separable"] == found.separable
        # A circle inside another: one unit sees one direction, in which they overlap.
        assert not (row["separable"] and row["widths"] == [2, 1])
        assert (row["gap"] is None) != row["separable"]
    assert any(row["separable"] for row in rows)
    show = ["show", str(tmp_path / "out"), "--figures", str(tmp_path / "fig")]
    shown = CliRunner().invoke(command, show, standalone_mode=False)
    assert "separable" in shown.stdout
    assert (tmp_path / "fig" / "s-separation.png").stat().st_size > 5000


def test_separation_studies_that_are_none(tmp_path: Path) -> None:
    for text, sentence in (
        ('source = "separation"\n[[small]]\nwidths = [[2, 1]]\nseed = 1\n', "need each other"),
        (
            'source = "separation"\nfigures = ["separation"]\n[[small]]\n'
            'widths = [[2, 1]]\nseed = 1\ndata = "pie"\n',
            "'pie' is not one of",
        ),
    ):
        (tmp_path / "s.toml").write_text(text)
        with pytest.raises(ep.InputError, match=sentence):
            read_study(tmp_path / "s.toml")
