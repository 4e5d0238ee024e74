"""Initialised, residual and trained networks are the exact networks that they claim to be."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import exactpoly as ep
from exactpoly.studies.description import read_study
from exactpoly.studies.initialise import BIASES, WEIGHTS, initialised
from exactpoly.studies.residual import residual_network


@pytest.mark.parametrize("bias", BIASES)
@pytest.mark.parametrize("init", WEIGHTS)
def test_seeds_decide_and_weights_are_float32(init: str, bias: str) -> None:
    first, again, other = (initialised([3, 5, 4, 1], init, bias, seed) for seed in (1, 1, 2))
    assert first.digest == again.digest != other.digest
    assert first.widths == (3, 5, 4, 1)
    for layer in first.layers:
        for row in layer.weight:
            assert all(Fraction(float(np.float32(float(x)))) == x for x in row)


def test_variances_and_orthogonality() -> None:
    weight = initialised([40, 60, 1], "kaiming", "zero", 0).layers[0].float_weight
    assert abs(weight.var() - 2 / 40) < 0.005
    weight = initialised([40, 60, 1], "xavier-uniform", "zero", 0).layers[0].float_weight
    assert np.abs(weight).max() <= np.sqrt(6 / 100) + 1e-7
    weight = initialised([40, 60, 1], "orthogonal", "zero", 0).layers[0].float_weight
    assert np.allclose(weight.T @ weight, np.eye(40), atol=1e-5)


def test_unknown_names() -> None:
    with pytest.raises(ep.InputError, match="init: 'magic'"):
        initialised([2, 1], "magic", "zero", 0)
    with pytest.raises(ep.InputError, match="bias: 'magic'"):
        initialised([2, 1], "torch", "magic", 0)


def test_residual_network_is_the_sum_of_block_and_shortcut() -> None:
    rng = np.random.default_rng(0)
    arrays = [
        (rng.integers(-8, 9, (m, n)) / 4, rng.integers(-8, 9, m) / 4)
        for n, m in ((2, 3), (3, 3), (3, 3), (3, 1))
    ]
    network = residual_network(arrays, "residual")
    assert network.n_neurons == 9
    for _ in range(20):
        point = rng.integers(-20, 21, 2) / 8
        state = np.maximum(arrays[0][0] @ point + arrays[0][1], 0)
        for weight, bias in arrays[1:-1]:
            state = state + np.maximum(weight @ state + bias, 0)
        expected = arrays[-1][0] @ state + arrays[-1][1]
        assert network.evaluate([Fraction(x) for x in point]) == (Fraction(expected[0]),)


def test_residual_networks_need_equal_widths() -> None:
    with pytest.raises(ep.InputError, match="same width"):
        initialised([2, 3, 4, 1], "torch", "torch", 0, residual=True)


CHOICES = {
    "widths": [2, 4, 4, 3],
    "data": "iris",
    "seed": 0,
    "epochs": 3,
    "snapshots": [0, 3],
    "rate": 0.1,
}


@pytest.mark.parametrize(
    "extra",
    [
        {},
        {"residual": True},
        {"dropout": 0.3, "l1": 0.01, "weight_decay": 0.1},
        {"data": "blobs"},
        {"data": "diabetes", "widths": [3, 4, 1]},
    ],
)
def test_training_is_deterministic_and_learns(extra: dict[str, object]) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("sklearn")
    from exactpoly.studies.training import trained

    first = list(trained({**CHOICES, **extra}))
    again = list(trained({**CHOICES, **extra}))
    assert [s.epoch for s in first] == [0, 3]
    assert [s.network.digest for s in first] == [s.network.digest for s in again]
    assert first[0].network.digest != first[1].network.digest
    assert first[1].loss < first[0].loss


def test_training_refuses_what_does_not_fit() -> None:
    pytest.importorskip("torch")
    pytest.importorskip("sklearn")
    from exactpoly.studies.training import trained

    with pytest.raises(ep.InputError, match="the data need 3 outputs"):
        list(trained({**CHOICES, "widths": [2, 4, 2]}))
    with pytest.raises(ep.InputError, match="iris has 4 features"):
        list(trained({**CHOICES, "widths": [9, 4, 3]}))
    with pytest.raises(ep.InputError, match="'tulips' is not one of"):
        list(trained({**CHOICES, "data": "tulips"}))


def test_table_rows_of_depth_one_are_theorems() -> None:
    path = Path(__file__).parents[2] / "examples" / "studies" / "table1.toml"
    jobs = read_study(path, "small").jobs
    assert len(jobs) == 42 * 5
    assert {tuple(j.choices["widths"]) for j in jobs if len(j.choices["widths"]) == 3} == {
        (d, w, 3) for d in (2, 3, 4, 5) for w in (4, 8, 16)
    }
