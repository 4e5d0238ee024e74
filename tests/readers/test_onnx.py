"""ONNX models built by hand (no torch), equal to a plain NumPy evaluation or to ONNX's own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")

from onnx import TensorProto, helper, numpy_helper  # noqa: E402
from onnx.reference import ReferenceEvaluator  # noqa: E402

from exactpoly.errors import InputError, InternalError  # noqa: E402
from exactpoly.network import Layer, Network  # noqa: E402
from exactpoly.readers import onnx_values  # noqa: E402
from exactpoly.readers.exact_array import ExactArray  # noqa: E402
from exactpoly.readers.load import load  # noqa: E402

RANDOM = np.random.default_rng(17)


def normal(*shape: int) -> np.ndarray:
    """A float32 array."""
    return RANDOM.standard_normal(shape).astype(np.float32)


def model_of(
    nodes: Sequence[Any],
    constants: dict[str, np.ndarray],
    shape: Sequence[int | str],
    *,
    kind: int = TensorProto.FLOAT,
    outputs: Sequence[str] = ("y",),
    opset: int = 17,
) -> Any:
    """A model from input "x" of ``shape`` to ``outputs``."""
    graph = helper.make_graph(
        list(nodes),
        "hand",
        [helper.make_tensor_value_info("x", kind, shape)],
        [helper.make_tensor_value_info(name, kind, ["i", "j"]) for name in outputs],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


def node(op: str, inputs: str, output: str, **attributes: Any) -> Any:
    """A node; ``inputs`` are separated by spaces."""
    return helper.make_node(op, inputs.split(), [output], name=f"n_{output}", **attributes)


def agree(model: Any, network: Network, shape: Sequence[int]) -> None:
    """The exact network and ONNX's float32 reference agree at random points."""
    evaluator = ReferenceEvaluator(model)
    for _ in range(4):
        x = RANDOM.integers(-20, 20, shape).astype(np.float32) / 8
        expected = evaluator.run(None, {"x": x})[0].ravel().tolist()
        exact = network.evaluate([Fraction(v) for v in x.ravel().tolist()])
        assert len(exact) == len(expected)
        for a, b in zip(exact, expected, strict=True):
            assert abs(float(a) - b) <= 1e-4 * (1 + abs(b))


def test_gemm_perceptron_holds_the_very_weights(tmp_path: Path) -> None:
    w, b, v = normal(3, 3), normal(3), normal(3, 2)
    model = model_of(
        [
            node("Gemm", "x w b", "z", transB=1),
            node("Relu", "z", "h"),
            node("MatMul", "h v", "y"),
        ],
        {"w": w, "b": b, "v": v},
        ["batch", 3],
    )
    path = tmp_path / "net.onnx"
    onnx.save(model, path)
    network = load(path)
    assert network.layers == (Layer.of(w, b), Layer.of(v.T, relu=False))
    assert network.name == "net"
    assert any("reference evaluator" in note for note in network.notes)
    agree(model, network, (1, 3))
    assert load(model).layers == network.layers


def test_torch_is_not_imported(tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    onnx.save(model_of([node("MatMul", "x w", "y")], {"w": normal(2, 2)}, [1, 2]), path)
    code = (
        "import sys; from exactpoly.readers.load import load; load(sys.argv[1]);"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("trans_a", [0, 1])
@pytest.mark.parametrize("trans_b", [0, 1])
def test_gemm_attributes(trans_a: int, trans_b: int) -> None:
    model = model_of(
        [node("Gemm", "x w b", "y", transA=trans_a, transB=trans_b, alpha=0.3, beta=-1.7)],
        {"w": normal(3, 3), "b": normal(3)},
        [3, 3],
    )
    network = load(model)
    agree(model, network, (3, 3))
    plain = model_of([node("Gemm", "w x", "y", alpha=2.0)], {"w": normal(2, 3)}, [3, 1])
    agree(plain, load(plain), (3, 1))


CASES: dict[str, tuple[Any, tuple[int, ...], int]] = {
    # name: (model, input shape, neurons)
    "elementwise": (
        model_of(
            [
                node("Constant", "", "c", value=numpy_helper.from_array(normal(3))),
                node("Mul", "x c", "a"),
                node("Sub", "c a", "b"),
                node("Relu", "b", "h"),
                node("Div", "h c", "d"),
                node("Neg", "d", "e"),
                node("Add", "e x", "f"),
                node("Identity", "f", "y"),
            ],
            {},
            (1, 3),
        ),
        (1, 3),
        3,
    ),
    "residual and leaky": (
        model_of(
            [
                node("MatMul", "x w", "z"),
                node("LeakyRelu", "z", "l", alpha=0.25),
                node("MatMul", "l v", "u"),
                node("Add", "u z", "s"),
                node("Relu", "s", "r"),
                node("Concat", "r x", "y", axis=-1),
            ],
            {"w": normal(2, 4), "v": normal(4, 4)},
            ("n", 2),
        ),
        (1, 2),
        8,
    ),
    "conv": (
        model_of(
            [
                node(
                    "Conv",
                    "x w b",
                    "c",
                    pads=[1, 0, 2, 1],
                    strides=[2, 1],
                    dilations=[1, 2],
                    group=2,
                ),
                node("Relu", "c", "h"),
                node("AveragePool", "h", "p", kernel_shape=[2, 2], pads=[1, 1, 0, 0]),
                node("Flatten", "p", "y"),
            ],
            {"w": normal(4, 1, 3, 2), "b": normal(4)},
            (1, 2, 4, 5),
        ),
        (1, 2, 4, 5),
        4 * 3 * 4,
    ),
    "conv auto_pad": (
        model_of(
            [
                node("Conv", "x w", "c", auto_pad="SAME_LOWER", strides=[2, 2]),
                node(
                    "AveragePool",
                    "c",
                    "p",
                    kernel_shape=[2, 2],
                    auto_pad="SAME_UPPER",
                    count_include_pad=1,
                ),
                node("GlobalAveragePool", "p", "g"),
                node("Squeeze", "g axes", "y"),
            ],
            {"w": normal(3, 1, 4, 2), "axes": np.array([2, 3])},
            (1, 1, 5, 4),
        ),
        (1, 1, 5, 4),
        0,
    ),
    "constants as attributes": (
        model_of(
            [
                node("Constant", "", "c", value_floats=[0.5, -0.1, 2.0]),
                node("Constant", "", "d", value_float=0.3),
                node("Mul", "x c", "a"),
                node("Add", "a d", "b"),
                node("Relu", "b", "y"),
            ],
            {},
            (1, 3),
        ),
        (1, 3),
        3,
    ),
    "pooling windows that overhang": (
        model_of(
            [
                node(
                    "AveragePool",
                    "x",
                    "p",
                    kernel_shape=[2, 3],
                    strides=[2, 2],
                    ceil_mode=1,
                    count_include_pad=1,
                ),
                node("Flatten", "p", "y"),
            ],
            {},
            (1, 1, 3, 2),
        ),
        (1, 1, 3, 2),
        0,
    ),
    "shapes": (
        model_of(
            [
                node("Reshape", "x s", "a"),
                node("Transpose", "a", "t", perm=[0, 2, 1]),
                node("MatMul", "t w", "m"),
                node("MatMul", "v m", "u"),
                node("Shape", "u", "shape"),
                node("Gather", "shape zero", "first"),
                node("Unsqueeze", "first zeros", "lead"),
                node("Concat", "lead rest", "target", axis=0),
                node("Reshape", "u target", "r"),
                node("Relu", "r", "y"),
            ],
            {
                "s": np.array([0, 2, -1]),
                "w": normal(2, 3),
                "v": normal(2, 3),
                "zero": np.array(0),
                "zeros": np.array([0]),
                "rest": np.array([-1]),
            },
            (1, 6),
        ),
        (1, 6),
        6,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_operators(name: str) -> None:
    model, shape, neurons = CASES[name]
    network = load(model)
    assert network.n_neurons == neurons
    agree(model, network, shape)


@pytest.mark.parametrize("kind", [TensorProto.FLOAT16, TensorProto.BFLOAT16, TensorProto.DOUBLE])
def test_float_types_lose_nothing(kind: int) -> None:
    values = [0.5, -1.25, 3.0, 0.0078125]
    weight = helper.make_tensor("w", kind, [2, 2], values)
    graph = helper.make_graph(
        [node("MatMul", "x w", "y")],
        "g",
        [helper.make_tensor_value_info("x", kind, [1, 2])],
        [helper.make_tensor_value_info("y", kind, [1, 2])],
        [weight],
    )
    network = load(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    )
    assert network.layers == (Layer.of(np.array(values).reshape(2, 2).T, relu=False),)


def test_leaky_slope_is_the_float32_attribute() -> None:
    network = load(model_of([node("LeakyRelu", "x", "y", alpha=0.1)], {}, [1, 1]))
    assert network.evaluate([-2]) == (-2 * Fraction(float(np.float32(0.1))),)


def test_batch_norm_is_refused_unless_folded() -> None:
    model = model_of(
        [node("BatchNormalization", "x s b m v", "h", epsilon=0.001), node("Relu", "h", "y")],
        {"s": normal(3), "b": normal(3), "m": normal(3), "v": np.abs(normal(3))},
        [1, 3],
    )
    with pytest.raises(InputError, match=r"n_h.*sqrt.*fold_float=True"):
        load(model)
    network = load(model, fold_float=True)
    assert any("fold_float" in note for note in network.notes)
    agree(model, network, (1, 3))


@pytest.mark.parametrize("exclusive", [0, 1])
@pytest.mark.parametrize("reverse", [0, 1])
def test_cumulative_sums(exclusive: int, reverse: int) -> None:
    for axis in (0, 1, -1):
        model = model_of(
            [node("CumSum", "x axis", "y", exclusive=exclusive, reverse=reverse)],
            {"axis": np.array(axis)},
            [2, 3],
        )
        agree(model, load(model), (2, 3))


@pytest.mark.parametrize("largest", [0, 1])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_sorted_values(count: int, largest: int) -> None:
    top = helper.make_node("TopK", ["x", "k"], ["y", "places"], axis=0, largest=largest)
    model = model_of(
        [top],
        {"k": np.array([count])},
        [3, 2],
    )
    agree(model, load(model), (3, 2))


@pytest.mark.parametrize("opset", [7, 8, 9, 13, 14, 18])
def test_batch_norm_of_every_operator_set(opset: int) -> None:
    """Up to 13 the reference evaluator mixes the statistics of the input into those that are given."""
    arrays = {name: normal(2) for name in ("s", "b", "m")} | {"v": np.abs(normal(2)) + 1}
    graph = helper.make_graph(
        [node("BatchNormalization", "x s b m v", "y")],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 2])],
        [numpy_helper.from_array(array, name) for name, array in arrays.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    network = load(model, fold_float=True)
    x = np.array([0.5, -2.0])
    scale = arrays["s"] / np.sqrt(arrays["v"].astype(np.float64) + np.float32(1e-5))
    expected = (x - arrays["m"]) * scale + arrays["b"]
    assert np.allclose([float(y) for y in network.evaluate(x.tolist())], expected, atol=1e-12)


def test_open_input_shape() -> None:
    model = model_of(
        [node("GlobalAveragePool", "x", "g"), node("Flatten", "g", "y")], {}, ["n", 2, "h", "w"]
    )
    with pytest.raises(InputError, match="input_shape"):
        load(model)
    assert load(model, input_shape=(2, 3, 2)).input_dimension == 12
    with pytest.raises(InputError, match="does not fit"):
        load(model, input_shape=(3, 3, 2))
    with pytest.raises(InputError, match="positive integers"):
        load(model, input_shape=(2, -3, 2))


W = {"w": normal(2, 2)}


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (model_of([node("Tanh", "x", "y")], {}, [1, 2]), r"node 'n_y' \(Tanh\).*not supported"),
        (model_of([node("PRelu", "x w", "y")], W, [1, 2]), "PRelu.*do not fit"),
        (
            model_of([helper.make_node("Relu", ["x"], ["y"], domain="other")], {}, [1, 2]),
            "other.Relu",
        ),
        (model_of([node("Mul", "x x", "y")], {}, [1, 2]), "n_y.*not piecewise affine"),
        (model_of([node("Div", "w x", "y")], W, [1, 2]), "not piecewise affine"),
        (model_of([node("MatMul", "x w", "y")], W, [1, 3]), "cannot be multiplied|ONNX"),
        (model_of([node("MatMul", "x w", "y")], {"w": W["w"] * np.inf}, [1, 2]), r"w\[0, 0\] is"),
        (model_of([node("MatMul", "x q", "y")], W, [1, 2]), "q"),
        (
            model_of([node("Relu", "x", "y")], {}, [1, 2], outputs=("y", "x")),
            "2 outputs .*output_name",
        ),
        (model_of([node("Relu", "x", "y")], {}, [1, 2], opset=6), "operator set 6"),
        (model_of([node("Transpose", "x", "y", perm=[0, 0])], {}, [1, 2]), "n_y"),
        (model_of([node("Reshape", "x x", "y")], {}, [1, 2]), "n_y|ONNX"),
        (
            model_of(
                [node("Conv", "x k", "y", pads=[10**9] * 2)], {"k": normal(1, 1, 1)}, [1, 1, 2]
            ),
            "n_y.*positions",
        ),
        (
            model_of(
                [node("AveragePool", "x", "y", kernel_shape=[1], pads=[10**9] * 2)], {}, [1, 1, 2]
            ),
            "n_y.*positions",
        ),
        (model_of([node("Relu", "x", "y")], {}, [1, 10**9]), "1000000000 entries"),
        (model_of([node("Gemm", "x w", "y", alpha=float("inf"))], W, [1, 2]), "n_y.*alpha is inf"),
        (model_of([node("LeakyRelu", "x", "y", alpha=float("nan"))], {}, [1, 2]), "alpha is nan"),
        (
            model_of(
                [node("AveragePool", "x", "y", kernel_shape=[3], strides=[3], ceil_mode=1)],
                {},
                [1, 1, 4],
            ),
            "n_y.*overhangs",
        ),
    ],
)
def test_refusals(model: Any, words: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.onnx"
    onnx.save(model, path)
    with pytest.raises(InputError, match=words) as caught:
        load(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_truncated_files(tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    onnx.save(model_of([node("MatMul", "x w", "y")], {"w": normal(9, 9)}, [1, 9]), path)
    whole = path.read_bytes()
    for size in (1, 20, len(whole) // 2, len(whole) - 3):
        path.write_bytes(whole[:size])
        with pytest.raises(InputError) as caught:
            load(path)
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)


def test_transposed_weights_do_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    model = model_of(
        [node("MatMul", "x w", "z"), node("Relu", "z", "h"), node("MatMul", "h w", "y")],
        {"w": normal(3, 3)},
        [1, 3],
    )
    load(model)
    right = onnx_values.exact_initializer

    def transposed(tensor: Any, name: str) -> ExactArray:
        exact = right(tensor, name)
        return ExactArray(exact.numerators.T, exact.denominator)

    monkeypatch.setattr(onnx_values, "exact_initializer", transposed)
    with pytest.raises(InternalError, match="differ"):
        load(model)
