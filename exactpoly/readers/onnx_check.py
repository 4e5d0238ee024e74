"""Running an ONNX model in ONNX's reference evaluator, to compare the exact network with it.

In float64 the rounding bound is sharp, so a float64 copy of the model is run; where the evaluator cannot
run that, the model itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from exactpoly.errors import InputError
from exactpoly.network.network import Network
from exactpoly.readers.onnx_values import float_array
from exactpoly.readers.verify import Against, Agreement, compare

__all__ = ["against", "complete"]

_FLOATS = (TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.BFLOAT16)
_NUMPY = {TensorProto.FLOAT: np.float32, TensorProto.FLOAT16: np.float16}


def complete(model: Any, nodes: Sequence[Any], shapes: dict[str, tuple[int, ...]]) -> None:
    """Make a model that of these nodes alone, with types where the file leaves them out.

    ``shapes``: of the inputs. The output may have any shape, so none is stated.
    """
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    del model.graph.value_info[:]
    [output] = model.graph.output
    if not output.HasField("type"):
        output.type.tensor_type.elem_type = model.graph.input[0].type.tensor_type.elem_type
    if not output.type.tensor_type.HasField("shape"):
        output.type.tensor_type.shape.SetInParent()
    for given in model.graph.input:
        kind = given.type.tensor_type
        if given.name in shapes and not kind.HasField("shape"):
            for size in shapes[given.name]:
                kind.shape.dim.add().dim_value = size


def against(model: Any, names: Sequence[str], shapes: Sequence[tuple[int, ...]]) -> Against:
    """The comparison with the model, whose inputs are ``names`` with ``shapes``."""

    def compared(network: Network, noise: Sequence[np.ndarray], points: np.ndarray) -> Agreement:
        try:
            outputs = _outputs(_in_float64(model), names, shapes, points, np.float64)
            roundoff, kind = 2.0**-53, "float64"
        except Exception as first:  # the evaluator raises whatever NumPy or its operators raise
            element = model.graph.input[0].type.tensor_type.elem_type
            try:
                outputs = _outputs(model, names, shapes, points, _NUMPY.get(element, np.float64))
            except Exception:
                line = str(first).splitlines()[0] if str(first) else type(first).__name__
                raise InputError(
                    f"onnx's reference evaluator cannot run the model on {list(shapes)} inputs"
                    f" ({line}), so the import cannot be checked"
                ) from first
            roundoff, kind = (
                (2.0**-11, "float16") if element == TensorProto.FLOAT16 else (2.0**-24, "float32")
            )
        who = f"onnx's reference evaluator in {kind}"
        return compare(network, noise, points, outputs, roundoff=roundoff, who=who)

    return compared


def _outputs(
    model: Any,
    names: Sequence[str],
    shapes: Sequence[tuple[int, ...]],
    points: np.ndarray,
    dtype: Any,
) -> np.ndarray:
    evaluator = ReferenceEvaluator(model)
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1]
    results = []
    for point in points:
        feed = {
            name: part.reshape(shape).astype(dtype)
            for name, shape, part in zip(names, shapes, np.split(point, ends), strict=True)
        }
        with np.errstate(all="ignore"):
            results.append(np.asarray(evaluator.run(None, feed)[0], dtype=np.float64).ravel())
    return np.array(results).reshape(len(points), -1)


def _in_float64(model: Any) -> Any:
    """A copy whose floating-point tensors are float64; float32 attributes keep their values."""
    result = ModelProto()
    result.CopyFrom(model)
    _dequantise(result)
    _plain_batch_norms(result)
    _pad_before_maxima(result)
    tensors = list(result.graph.initializer)
    for node in result.graph.node:
        given = {a.name: a for a in node.attribute}
        for name in given.keys() & {"value_float", "value_floats"}:
            wide = np.array(helper.get_attribute_value(given[name]), dtype=np.float64)
            node.attribute.remove(given[name])
            node.attribute.append(helper.make_attribute("value", numpy_helper.from_array(wide)))
        if node.op_type == "ConstantOfShape" and "value" not in given:
            zero = numpy_helper.from_array(np.zeros(1))
            node.attribute.append(helper.make_attribute("value", zero))
        if node.op_type == "Cast" and given["to"].i in _FLOATS:
            given["to"].i = TensorProto.DOUBLE
        tensors += [a.t for a in node.attribute if a.name == "value" and a.HasField("t")]
    for tensor in tensors:
        if tensor.data_type in _FLOATS:
            wide = float_array(tensor).astype(np.float64)
            tensor.CopyFrom(numpy_helper.from_array(wide, tensor.name))
    for value in (*result.graph.input, *result.graph.output):
        if value.type.tensor_type.elem_type in _FLOATS:
            value.type.tensor_type.elem_type = TensorProto.DOUBLE
    return result


def _dequantise(model: Any) -> None:
    """Weights instead of the nodes that make them, which the evaluator knows in float32 alone."""
    constants = {tensor.name: tensor for tensor in model.graph.initializer}
    constants |= {
        node.output[0]: a.t
        for node in model.graph.node
        for a in node.attribute
        if node.op_type == "Constant" and a.name == "value"
    }
    for node in list(model.graph.node):
        if node.op_type != "DequantizeLinear" or not all(x in constants for x in node.input if x):
            continue
        numbers, scale, *zero = (
            float_array(constants[x]).astype(np.float64) for x in node.input if x
        )
        axis = next((a.i for a in node.attribute if a.name == "axis"), 1)
        shape = [1] * numbers.ndim
        if scale.size > 1:
            shape[axis] = -1
        shifted = numbers - (
            zero[0].reshape(shape if zero[0].size > 1 else [1] * numbers.ndim) if zero else 0
        )
        weights = shifted * scale.reshape(shape)
        model.graph.initializer.append(numpy_helper.from_array(weights, node.output[0]))
        model.graph.node.remove(node)


def _plain_batch_norms(model: Any) -> None:
    """Batch normalisations that use the statistics that they are given.

    Before operator set 14 the evaluator mixes those of the very input into them unless momentum is 1, and
    before 9 it cannot run them.
    """
    norms = [node for node in model.graph.node if node.op_type == "BatchNormalization"]
    [version] = {x.version for x in model.opset_import if not x.domain} or {1}
    for node in norms if version < 14 else []:
        kept = [a for a in node.attribute if a.name not in ("momentum", "spatial")]
        del node.attribute[:]
        node.attribute.extend([*kept, helper.make_attribute("momentum", 1.0)])
    resized = any(node.op_type == "Upsample" for node in model.graph.node)
    if norms and version in (7, 8) and not resized:
        for opset in model.opset_import:
            opset.version = opset.version if opset.domain else 9


def _pad_before_maxima(model: Any) -> None:
    """Padding of maximum pools as a node of its own, as the evaluator pads one axis wrongly."""
    opset = max((x.version for x in model.opset_import if not x.domain), default=1)
    nodes = []
    for node in model.graph.node:
        pads = next((a for a in node.attribute if a.name == "pads"), None)
        if node.op_type == "MaxPool" and pads is not None and any(pads.ints) and opset >= 11:
            axes = len(pads.ints) // 2
            widths = [0, 0, *pads.ints[:axes], 0, 0, *pads.ints[axes:]]
            start = f"{node.output[0]}/exactpoly"
            model.graph.initializer.extend(
                [
                    numpy_helper.from_array(np.array(widths, dtype=np.int64), f"{start}/pads"),
                    numpy_helper.from_array(np.array(-np.inf), f"{start}/low"),
                ]
            )
            names = [node.input[0], f"{start}/pads", f"{start}/low"]
            nodes.append(helper.make_node("Pad", names, [f"{start}/padded"]))
            node.input[0] = f"{start}/padded"
            del pads.ints[:]
            pads.ints.extend([0] * (2 * axes))
        nodes.append(node)
    copies = [type(node).FromString(node.SerializeToString()) for node in nodes]
    del model.graph.node[:]
    model.graph.node.extend(copies)
