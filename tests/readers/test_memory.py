"""How much memory a weight takes while a model is read."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from exactpoly.readers import exact_array, verify
from exactpoly.readers.load import load

_BYTES_A_WEIGHT = 75
"""32 for the number, 8 for each place that holds it at a time, 8 for its float."""


def test_dense_layers_of_an_onnx_model(monkeypatch: pytest.MonkeyPatch) -> None:
    onnx = pytest.importorskip("onnx")
    monkeypatch.setattr(exact_array, "_STRETCH", 5_000)
    monkeypatch.setattr(verify, "_ENTRIES_AT_ONCE", 5_000)
    size = 800
    draw = np.random.default_rng(0)
    weights = draw.uniform(-1, 1, (size, size)).astype(np.float32)
    info = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        [
            onnx.helper.make_node("Gemm", ["x", "w", "b"], ["a"], transB=1),
            onnx.helper.make_node("Relu", ["a"], ["h"]),
            onnx.helper.make_node("MatMul", ["h", "v"], ["y"]),
        ],
        "g",
        [info("x", onnx.TensorProto.FLOAT, [1, size])],
        [info("y", onnx.TensorProto.FLOAT, [1, 1])],
        [
            onnx.numpy_helper.from_array(weights, "w"),
            onnx.numpy_helper.from_array(weights[0], "b"),
            onnx.numpy_helper.from_array(weights[:, :1], "v"),
        ],
    )
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 13)])
    load(model)  # what is imported and cached
    tracemalloc.start()
    try:
        network = load(model)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert network.widths == (size, size, 1)
    assert peak < _BYTES_A_WEIGHT * size * size
