"""ONNX models that ask for what is not there, or for more than they are worth: one sentence, soon."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import exactpoly as ep
from exactpoly.errors import InputError
from exactpoly.readers import lowering
from tests.cli.command_line import refused

onnx = pytest.importorskip("onnx")
FLOAT = onnx.TensorProto.FLOAT
node = onnx.helper.make_node


def model(
    nodes: Sequence[Any], constants: Sequence[Any] = (), shape: Sequence[int] = (1, 2)
) -> Any:
    info = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        nodes, "g", [info("x", FLOAT, shape)], [info("y", FLOAT, None)], constants
    )
    return onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 13)])


def array(name: str, shape: Sequence[int]) -> Any:
    return onnx.numpy_helper.from_array(np.ones(shape, np.float32), name)


def outside(folder: Path, *, location: str, dims: Sequence[int] = (2, 2), **fields: int) -> Path:
    """A model whose weights lie in another file."""
    weight = onnx.TensorProto(name="w", data_type=FLOAT, dims=dims)
    weight.data_location = onnx.TensorProto.EXTERNAL
    for key, value in {"location": location, **fields}.items():
        weight.external_data.add(key=key, value=str(value))
    path = folder / "net.onnx"
    path.write_bytes(model([node("MatMul", ["x", "w"], ["y"])], [weight]).SerializeToString())
    return path


def test_files_beside_a_model_are_read_as_far_as_they_are_weights(tmp_path: Path) -> None:
    """Without a length the helper of onnx reads a file to its end, however long it is."""
    (tmp_path / "w.bin").write_bytes(np.arange(4, dtype=np.float32).tobytes())
    net = ep.load(outside(tmp_path, location="w.bin"))
    assert net.evaluate([1, 10]) == (20, 31)
    with open(tmp_path / "long.bin", "wb") as file:
        file.truncate(3 << 30)  # takes no room on a disk
    assert "3221225472 bytes for 4 numbers" in refused(
        "info", outside(tmp_path, location="long.bin")
    )
    path = outside(tmp_path, location="long.bin", dims=(2, 300 << 20))
    assert "629145600 numbers; at most" in refused("info", path)
    path = outside(tmp_path, location="long.bin", offset=(3 << 30) - 16)
    assert ep.load(path).evaluate([1, 1]) == (0, 0)


@pytest.mark.parametrize(
    "location",
    ["../w.bin", "/etc/passwd", "link", "folder/w.bin", "w.bin\0", "", ".", "nothing", "pipe"],
)
def test_files_elsewhere_are_not_read(location: str, tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    for folder in (tmp_path, inside):
        (folder / "w.bin").write_bytes(bytes(16))
    (inside / "link").symlink_to("../w.bin")
    (inside / "folder").symlink_to("..")
    if hasattr(os, "mkfifo"):
        os.mkfifo(inside / "pipe")
    path = outside(inside, location=location)
    sentence = refused("info", path)
    assert f"{path}: the data of tensor 'w'" in sentence


def test_sparse_constants_are_named() -> None:
    sparse = onnx.SparseTensorProto(dims=[2, 2])
    sparse.values.CopyFrom(array("w", [1]))
    sparse.indices.CopyFrom(onnx.numpy_helper.from_array(np.array([3])))
    given = model([node("MatMul", ["x", "w"], ["y"])])
    given.graph.sparse_initializer.append(sparse)
    with pytest.raises(InputError, match="the sparse constant 'w' is not supported"):
        ep.load(given)


@pytest.mark.parametrize("operator", ["Conv", "ConvTranspose"])
@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"group": 0}, "there are 0 groups"),
        ({"group": -1}, "there are -1 groups"),
        ({"auto_pad": "NOTHING"}, "auto_pad b'NOTHING' is not a way of padding"),
        ({"kernel_shape": [2, 2]}, r"kernel_shape \[2, 2\] is not that of the weights, \(3, 3\)"),
        ({"strides": [0, 1]}, "are positive"),
        ({"dilations": [-1, 1]}, "are positive"),
    ],
)
def test_numbers_of_convolutions(operator: str, attributes: dict[str, Any], words: str) -> None:
    given = model(
        [node(operator, ["x", "w"], ["y"], **attributes)], [array("w", [1, 1, 3, 3])], (1, 1, 5, 5)
    )
    with pytest.raises(InputError, match=rf"node 'y' \({operator}\): .*{words}"):
        ep.load(given)


def test_nodes_in_any_order_are_sorted_in_one_pass() -> None:
    """A thousand of them the other way round were a million steps, twenty thousand took minutes."""
    names = ["x", *(f"v{i}" for i in range(999)), "y"]
    chain = [node("Identity", [a], [b]) for a, b in pairwise(names)]
    started = time.process_time()
    forwards = ep.load(model(chain))
    middle = time.process_time()
    assert ep.load(model(chain[::-1])).layers == forwards.layers
    assert time.process_time() - middle < 2 * (middle - started) + 0.5
    with pytest.raises(InputError, match=r"node 'a'.*depend on its own output"):
        ep.load(model([node("Add", ["x", "b"], ["a"]), node("Relu", ["a"], ["b"]), *chain[:-1],
                       node("Add", ["b", "v998"], ["y"])]))  # fmt: skip


def test_a_network_that_is_too_large_is_refused_where_it_becomes_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lowering, "MAX_ENTRIES", 10_000)
    convolutions = [
        node("Conv", ["x", "w"], ["a"], pads=[1] * 4),
        node("Relu", ["a"], ["b"]),
        node("Conv", ["b", "v"], ["y"], pads=[1] * 4),
    ]
    weights = [array("w", [16, 1, 3, 3]), array("v", [16, 16, 3, 3])]
    with pytest.raises(InputError, match=r"node 'b' \(Relu\).*1024 x 64 "):
        ep.load(model(convolutions, weights, (1, 1, 8, 8)))


def test_long_names_are_cut_short() -> None:
    for given in (
        node("Relu", ["x"], ["y"], domain="d" * 9000, name="n" * 9000),
        node("o" * 9000, ["x"], ["y"]),
        node("Einsum", ["x", "x"], ["y"], equation="." * 9000),
    ):
        with pytest.raises(InputError) as caught:
            ep.load(model([given]))
        assert len(str(caught.value)) < 1500


def test_values_that_are_carried_through_many_levels() -> None:
    """Each was an object of its own on every level: half a minute for these."""
    relus = [node("Relu", [f"r{i}" if i else "x"], [f"r{i + 1}"]) for i in range(60)]
    given = model([*relus, node("Concat", [f"r{i + 1}" for i in range(60)], ["y"], axis=1)])
    net = ep.load(given)
    assert net.evaluate([-1, 2]) == (0, 2) * 60


def test_quotients_whose_denominators_have_nothing_in_common() -> None:
    """Some kilobytes of odd numbers became gigabytes over their common denominator."""
    weights = (2**23 + 1 + 2 * np.arange(6_000)).astype(np.float32).reshape(1, -1)
    given = model(
        [node("Div", ["x", "w"], ["y"])],
        [onnx.numpy_helper.from_array(weights, "w")],
        weights.shape,
    )
    started = time.process_time()
    with pytest.raises(InputError, match=r"node 'y' \(Div\): constants of shape .*134217728 bits"):
        ep.load(given)
    assert time.process_time() - started < 5
