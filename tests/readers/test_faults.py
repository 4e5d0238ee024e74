"""Files that once were refused, misread or broke the program, each with what is right.

`faults/` holds small files of public formats; where ONNX Runtime can run them, its float32 outputs at
stated points lie beside them.
"""

from __future__ import annotations

import json
import os
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import exactpoly as ep
from exactpoly.errors import InputError
from exactpoly.readers.load import load

FAULTS = Path(__file__).parent / "faults"
ACAS = Path(__file__).parents[3] / "shared" / "data" / "acasxu"
RUNTIME_MODELS = sorted(FAULTS.glob("*.onnx"))
OPTIONS: dict[str, dict[str, Any]] = {
    "noshape": {"input_shape": (3,)},
    "softmax_head": {"output_name": "lg"},
    "two_out": {"output_name": "y"},
}


def cases(path: Path) -> list[tuple[list[Fraction], np.ndarray]]:
    """Points and ONNX Runtime's outputs there, the first one where there are several."""
    data = json.loads(path.with_suffix(".expected.json").read_text())
    found = []
    for key, entries in data.items():
        if key.startswith("right outputs"):
            for entry in entries:
                point = [Fraction(x) for part in entry["in"].values() for x in np.ravel(part)]
                found.append((point, np.ravel(entry["out"][0])))
    return found


@pytest.mark.parametrize("path", RUNTIME_MODELS, ids=lambda path: path.stem)
def test_onnx_is_read_as_onnx_runtime_runs_it(path: Path) -> None:
    pytest.importorskip("onnx")
    network = load(path, **OPTIONS.get(path.stem, {}))
    found = cases(path)
    assert found or path.stem == "noshape"
    for point, expected in found:
        values = np.array([float(y) for y in network.evaluate(point)])
        if path.stem == "softmax_head":
            values = np.exp(values) / np.exp(values).sum()
        assert values.shape == expected.shape
        assert np.abs(values - expected).max() <= 1e-5 * (1 + np.abs(expected).max())
    data = json.loads(path.with_suffix(".expected.json").read_text())
    for key, regions in data.items():
        if key.startswith("regions on R^d"):
            assert ep.enumerate(network).f_vector[-1] == regions


def test_there_are_all_of_them() -> None:
    assert len(RUNTIME_MODELS) == 25


def test_heads_and_outputs_are_named_where_they_are_refused() -> None:
    pytest.importorskip("onnx")
    with pytest.raises(InputError, match=r"Softmax.*--output-name lg ends before it"):
        load(FAULTS / "softmax_head.onnx")
    dropped = load(FAULTS / "softmax_head.onnx", drop_head=True)
    assert dropped.layers == load(FAULTS / "softmax_head.onnx", output_name="lg").layers
    assert any("head Softmax is left out" in note for note in dropped.notes)
    with pytest.raises(InputError, match=r"2 outputs \('y', 'h'\).*--output-name"):
        load(FAULTS / "two_out.onnx")
    hidden = load(FAULTS / "two_out.onnx", output_name="h")
    [(point, _), *_] = cases(FAULTS / "two_out.onnx")
    data = json.loads((FAULTS / "two_out.expected.json").read_text())
    expected = next(v for k, v in data.items() if k.startswith("right"))[0]["out"][1]
    assert [float(y) for y in hidden.evaluate(point)] == pytest.approx(np.ravel(expected), rel=1e-5)
    assert hidden.n_neurons == 0
    with pytest.raises(InputError, match="no value is named 'q'"):
        load(FAULTS / "two_out.onnx", output_name="q")
    with pytest.raises(InputError, match="does not end with a head"):
        load(FAULTS / "op_Abs.onnx", drop_head=True)


def test_several_inputs_are_concatenated_in_a_stated_order() -> None:
    pytest.importorskip("onnx")
    network = load(FAULTS / "two_in.onnx")
    assert any("x (1, 2), u (1, 1)" in note for note in network.notes)
    with pytest.raises(InputError, match="1 shapes for 2 inputs"):
        load(FAULTS / "two_in.onnx", input_shape=(3,))
    assert load(FAULTS / "two_in.onnx", input_shape=[(2,), (1,)]).layers == network.layers


def test_several_networks_in_one_file() -> None:
    pytest.importorskip("torch")
    path = FAULTS / "actor_critic.pt"
    with pytest.raises(InputError, match=r"actor \(4-8-4\), critic \(4-8-1\).*--prefix actor"):
        load(path)
    assert load(path, prefix="actor").widths == (4, 8, 4)
    critic = load(path, prefix="critic")
    assert critic.widths == (4, 8, 1)
    assert any("left out are actor.0.weight" in note for note in critic.notes)
    assert load(path, prefix="").widths == (4, 8, 4, 8, 1)
    with pytest.raises(InputError, match=r"no name starts with 'q\.'; names start with actor"):
        load(path, prefix="q")


def test_affinitree_archives_say_where_relu_stands() -> None:
    network = load(FAULTS / "affinitree_style.npz")
    with np.load(FAULTS / "affinitree_style.npz") as arrays:
        assert network.layers[0].float_weight.tolist() == arrays["000.linear.weights"].tolist()
    assert [all(layer.relu) for layer in network.layers] == [True, False]
    with pytest.raises(InputError, match="activation"):
        load(FAULTS / "affinitree_style.npz", activation="abs")


def test_positional_archives() -> None:
    network = load(FAULTS / "positional.npz")
    assert network.layers == load(FAULTS / "affinitree_style.npz").layers
    assert any("arr_0, arr_2 in this order" in note for note in network.notes)


def test_square_matrices_say_which_way_round_they_were_read() -> None:
    path = FAULTS / "transposed_square.npz"
    plain, turned = load(path), load(path, transpose=True)
    assert any("W1, W2, W3" in note and "--transpose" in note for note in plain.notes)
    assert any("(inputs, outputs)" in note for note in turned.notes)
    for before, after in zip(plain.layers, turned.layers, strict=True):
        assert before.float_weight.T.tolist() == after.float_weight.tolist()


@pytest.mark.parametrize("name", ["reluplex_header.nnet", "no_output_mean.nnet"])
def test_variants_of_nnet(name: str) -> None:
    network = load(FAULTS / name)
    # relu(x - y) + relu(x + y - 1/2) + 1/4, for the scalings are trivial
    for x, y in ((0, 0), (1, 0), (-1, 1), (1, 1)):
        expected = max(0, x - y) + max(Fraction(0), x + y - Fraction(1, 2)) + Fraction(1, 4)
        assert network.evaluate([x, y]) == (expected,)
    assert any("[-1,1]x[-1,1]" in note for note in network.notes)


def test_a_layer_of_width_zero_leaves_the_constant_bias() -> None:
    torch = pytest.importorskip("torch")
    from torch import nn

    model = nn.Sequential(nn.Linear(3, 0), nn.ReLU(), nn.Linear(0, 2))
    with torch.no_grad():
        model[2].bias.copy_(torch.tensor([0.5, -2.0]))
    network = load(model)
    assert network.n_neurons == 0
    assert network.evaluate([1, 2, 3]) == (Fraction(1, 2), Fraction(-2))
    with pytest.raises(InputError, match="nonempty matrix") as caught:
        load({"a.weight": np.zeros((0, 3)), "b.weight": np.zeros((2, 0))})
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(not ACAS.is_dir(), reason="the ACAS Xu networks are not beside this checkout")
def test_acas_xu_is_read_as_onnx_runtime_runs_it() -> None:
    runtime = pytest.importorskip("onnxruntime")
    pytest.importorskip("onnx")
    paths = sorted(ACAS.glob("*.onnx"))
    assert len(paths) == 45
    chosen = paths if os.environ.get("EXACTPOLY_TEST_MULTIPLIER", "1") != "1" else paths[::9]
    random = np.random.default_rng(5)
    for path in chosen:
        network = load(path)
        assert network.widths == (5, *[50] * 6, 5)
        session = runtime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        given = session.get_inputs()[0]
        for point in (random.integers(-64, 65, (5, 5)) / 128).astype(np.float32):
            [row] = session.run(None, {given.name: point.reshape([1, 1, 1, 5])})
            exact = [float(y) for y in network.evaluate([Fraction(float(x)) for x in point])]
            assert exact == pytest.approx(row.ravel().tolist(), abs=2e-5)
