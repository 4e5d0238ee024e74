"""Small good files of every format that is read, from which the fuzzer makes bad ones.

A name begins with the reader that takes the file: ``net``, ``claims``, ``study``, ``property``, ``planes``,
``table``, ``witness``, ``identity``, ``domain``, ``certificate``.
"""

from __future__ import annotations

import io
import json
import struct
import zipfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np

import exactpoly as ep
from exactpoly.certificate.write import certificate_lines

__all__ = ["seeds"]

_KERAS = Path(__file__).resolve().parents[1] / "readers" / "keras"
WEIGHTS = {
    "0.weight": np.array([[1.0, -2.0], [0.5, 3.0], [0.0, 1.0]], np.float32),
    "0.bias": np.array([0.0, 1.0, -0.25], np.float32),
    "2.weight": np.array([[1.0, -1.0, 2.0]], np.float32),
    "2.bias": np.array([0.125], np.float32),
}
NETWORK = {
    "hidden_layers": [{"weight": [["1", "-3/4"], ["0.25", 2]], "bias": ["0", "1e-2"]}],
    "output_layer": {"weight": [["1", "2"]], "bias": ["0"]},
}
NNET = """// a comment
2,2,1,2,
2,2,1,
0,
-1,-1,
1,1,
0,0,0.5,
1,1,2,
1,-1,
0.5,1e-2,
0.1,
0.2,
1,1,
0.25,
"""
CLAIMS = {
    "format": "exactpoly-claims-1",
    "domain": "R^d",
    "numbers": "exact",
    "regions": [{"row": "+-+", "point": ["1", "1/2"], "facets": 3}],
    "vertices": [{"point": ["0", "1/3"]}],
    "adjacency": [],
    "totals": {"regions": 4, "histogram": {"2": 4}},
}
CLAIMS_CSV = (
    '# domain: R^d\nkind,row,point,facets,name,value\nregion,+-+,1 1/2,3,,\ntotal,,,,"regions",4\n'
)
STUDY = """title = "t"
source = "initialised"
figures = ["means"]
group = ["init"]
[measure]
domains = ["R^d", "[-1,1]^d"]
[[small]]
widths = [[2, 3, 1], [2, 2, 2, 1]]
init = ["torch", "kaiming"]
seed = [0, 1, 2]
"""
PROPERTY = """(declare-const X_0 Real)
(declare-const X_1 Real)
(declare-const Y_0 Real)
(assert (and (>= X_0 -1) (<= X_0 1.5e0) (>= X_1 0) (<= X_1 1)))
(assert (or (and (<= Y_0 (* 2 X_0))) (>= Y_0 3)))
"""


def seeds(*, programs: bool = False) -> dict[str, bytes]:
    """Name to content; formats of packages that are not there are left out.

    Exported programs too, if asked for: one takes a second to read.
    """
    named = {"net.json": json.dumps(NETWORK), "net.nnet": NNET}
    named |= {"claims.json": json.dumps(CLAIMS), "claims.csv": CLAIMS_CSV, "study.toml": STUDY}
    named |= {"property.vnnlib": PROPERTY, "planes.csv": "a,b,c,d\n1,2,3,4\n0.5,0,1,1/3\n"}
    named |= {"planes.json": '{"planes": [[1, 2, 3, 4], ["1/2", 0, 0.5, 1]]}'}
    named |= {"planes.vg": "num_groups: 1\ngroup_parameters: 1 2 3 4\n"}
    named |= {"table.csv": "x,y,class\n1,2,a\n0.5,1/3,b\n"}
    named |= {"witness.txt": "sat\n((X_0 0.5)\n (X_1 -1.25e0)\n (Y_0 3.0))\n"}
    named |= {"identity.json": '{"n": 2, "generators": [[1, 0]], "orbits": [["1/2", [[[0, 1]]]]]}'}
    named |= {"domain.txt": "x0 + 2*x1 <= 1, x0 >= 0, x1 >= -1/2\n"}
    result = {name: text.encode() for name, text in named.items()}
    result["net.npz"] = _npz(WEIGHTS)
    result["claims.npz"] = _npz(
        {"region_rows": np.array([[1, -1, 1]]), "region_facets": np.array([3])}
    )
    result["planes.bvg"] = struct.pack("<6i4fi3f2i", 0, 0, 0, 1, 0, 4, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0)
    result["certificate.cert"] = _certificate()
    if find_spec("safetensors"):
        from safetensors.numpy import save

        result["net.safetensors"] = save(WEIGHTS)
    if find_spec("onnx"):
        result["net.onnx"] = _onnx()
    if find_spec("h5py"):
        result |= {
            f"net.{kind}": (_KERAS / f"dense.{kind}").read_bytes() for kind in ("h5", "keras")
        }
    if find_spec("torch"):
        result |= _torch()
    if find_spec("torch") and programs:
        result["net.pt2"] = _program()
    return result


def _npz(arrays: dict[str, np.ndarray]) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)  # type: ignore[arg-type]
    return stream.getvalue()


def _certificate() -> bytes:
    weights = {f"{name}": array for name, array in WEIGHTS.items()}
    complex_ = ep.enumerate(ep.load(weights), domain="[-1,1]^d")
    return "".join(line + "\n" for line in certificate_lines(complex_)).encode()


def _onnx() -> bytes:
    from onnx import TensorProto, helper, numpy_helper

    info = helper.make_tensor_value_info
    nodes = [
        helper.make_node("Reshape", ["x", "shape"], ["a"]),
        helper.make_node("Gemm", ["a", "0.weight", "0.bias"], ["b"], transB=1, alpha=1.0),
        helper.make_node("LeakyRelu", ["b"], ["c"], alpha=0.25),
        helper.make_node("Slice", ["c"], ["d"], starts=[0], ends=[3], axes=[1]),
        helper.make_node("Concat", ["c", "d"], ["e"], axis=1),
        helper.make_node("Unsqueeze", ["e"], ["f"], axes=[1]),
        helper.make_node("MaxPool", ["f"], ["g"], kernel_shape=[2], strides=[2], pads=[0, 0]),
        helper.make_node("Pad", ["g"], ["h"], pads=[0, 0, 1, 0, 0, 0], value=0.5),
        helper.make_node("Conv", ["h", "kernel"], ["i"], strides=[1], dilations=[1], group=1),
        helper.make_node("Transpose", ["i"], ["j"], perm=[0, 2, 1]),
        helper.make_node("ReduceSum", ["j"], ["y"], axes=[2], keepdims=0),
    ]
    constants = [numpy_helper.from_array(array, name) for name, array in WEIGHTS.items()]
    constants += [
        numpy_helper.from_array(np.array([1, 2], np.int64), "shape"),
        numpy_helper.from_array(np.ones((2, 1, 2), np.float32), "kernel"),
    ]
    graph = helper.make_graph(
        nodes,
        "g",
        [info("x", TensorProto.FLOAT, [1, 2])],
        [info("y", TensorProto.FLOAT, [1, 3])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 9)], ir_version=7)
    return bytes(model.SerializeToString())


def _torch() -> dict[str, bytes]:
    import torch

    state = {name: torch.tensor(array) for name, array in WEIGHTS.items()}
    state["2.bias"] = state["2.bias"].to(torch.bfloat16)
    new, old = io.BytesIO(), io.BytesIO()
    torch.save(state, new)
    torch.save({"epoch": 3, "state_dict": state}, old, _use_new_zipfile_serialization=False)
    script = torch.jit.trace(
        torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1)).eval(),
        torch.zeros(1, 2),
    )
    packed = io.BytesIO()
    torch.jit.save(script, packed)
    return {
        "net.pt": new.getvalue(),
        "net-old.pt": old.getvalue(),
        "net-script.pt": _stored(packed.getvalue()),
    }


def _program() -> bytes:
    import torch

    model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1))
    stream = io.BytesIO()
    torch.export.save(torch.export.export(model.eval(), (torch.zeros(1, 2),)), stream)
    return _stored(stream.getvalue())


def _stored(data: bytes) -> bytes:
    """The archive written again by Python, without the compression of some members."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as before,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as after,
    ):
        for name in before.namelist():
            after.writestr(name, before.read(name))
    return stream.getvalue()
