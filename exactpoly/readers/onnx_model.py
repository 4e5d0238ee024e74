"""ONNX files: lowered node by node, compared with ONNX's own reference evaluator.

The exact network is the ideal one: initializers and attributes are the rationals that they are. The
comparison runs a float64 copy of the model, where the rounding bound is sharp.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from exactpoly.errors import ExactpolyError, InputError, MissingDependency
from exactpoly.network.network import Network
from exactpoly.readers.exact_array import dtype_rule
from exactpoly.readers.lowering import Graph
from exactpoly.readers.operators import Context, Value
from exactpoly.readers.samples import sample_points
from exactpoly.readers.verify import compare

__all__ = ["network_of_onnx", "read_onnx"]

_DOMAINS = ("", "ai.onnx")
_OLDEST_OPSET = 7


def read_onnx(
    path: str | Path, *, fold_float: bool = False, input_shape: Sequence[int] | None = None
) -> Network:
    """Read a network from an ONNX file; needs the onnx package, and no runtime."""
    path = Path(path)
    try:
        import onnx

        decode_error = import_module("google.protobuf.message").DecodeError
    except ImportError as error:
        raise MissingDependency(
            f"{path}: reading .onnx files needs the onnx package;"
            " install it with: pip install 'exactpoly[onnx]'"
        ) from error
    try:
        model = onnx.load(str(path), format="protobuf")
    except (decode_error, onnx.checker.ValidationError) as error:
        raise InputError(
            f"{path}: not an ONNX file, or cut short ({_first_line(error)})"
        ) from error
    return network_of_onnx(model, path.stem, fold_float=fold_float, input_shape=input_shape)


def network_of_onnx(
    model: Any, name: str, *, fold_float: bool = False, input_shape: Sequence[int] | None = None
) -> Network:
    """The exact network of an ONNX model.

    ``input_shape``: the shape of one input without the batch axis, where the model leaves it open. An
    open first axis is the batch, taken as 1. Inputs and outputs are flattened row-major.
    """
    from exactpoly.readers.onnx_operators import OPERATORS, exact_initializer, float_array

    nodes = _ancestors(model)
    for node in nodes:
        if node.domain not in _DOMAINS or node.op_type not in OPERATORS:
            raise InputError(
                f"{_describe(node)}: this operator is not supported;"
                f" supported are {', '.join(sorted(OPERATORS))}"
            )
    _check(model)
    dtypes = {
        str(float_array(tensor).dtype)
        for tensor in model.graph.initializer
        if float_array(tensor).dtype.kind == "f"
    }
    values: dict[str, Value] = {
        tensor.name: exact_initializer(tensor, tensor.name) for tensor in model.graph.initializer
    }
    given = _single([x for x in model.graph.input if x.name not in values], "input")
    wanted = _single(model.graph.output, "output")
    shape = _shape(given, input_shape)
    context = Context(Graph(), fold_float)
    values[given.name] = context.graph.input(shape)
    for node in nodes:
        values[node.output[0]] = _apply(node, values, context)
    if wanted.name not in values:
        raise InputError(f"the output {wanted.name!r} is computed by no supported node")
    output = context.graph.tensor(values[wanted.name])
    plain = context.graph.network(output, name)
    notes = (
        dtype_rule(dtypes or {"float32"}),
        *context.notes,
        _compare(model, plain, context.graph, given.name, shape),
    )
    return Network(plain.layers, name, notes)


def _check(model: Any) -> None:
    import onnx

    for opset in model.opset_import:
        if opset.domain in _DOMAINS and opset.version < _OLDEST_OPSET:
            raise InputError(
                f"operator set {opset.version} is older than {_OLDEST_OPSET}; convert the model with"
                " onnx.version_converter"
            )
    try:
        onnx.checker.check_model(model)
    except (onnx.checker.ValidationError, ValueError) as error:
        raise InputError(f"not a valid ONNX model ({_first_line(error)})") from error


def _ancestors(model: Any) -> list[Any]:
    """The nodes that the first output depends on, in the order of the file."""
    wanted = {output.name for output in model.graph.output}
    kept = []
    for node in reversed(model.graph.node):
        if wanted.intersection(node.output):
            wanted.update(node.input)
            kept.append(node)
    return kept[::-1]


def _single(values: Sequence[Any], what: str) -> Any:
    if len(values) != 1:
        names = ", ".join(repr(value.name) for value in values) or "none"
        raise InputError(f"the model must have one {what}, it has {len(values)} ({names})")
    return values[0]


def _shape(given: Any, input_shape: Sequence[int] | None) -> tuple[int, ...]:
    tensor = given.type.tensor_type
    dims = [dim.dim_value if dim.HasField("dim_value") else 0 for dim in tensor.shape.dim]
    if input_shape is not None:
        shape = (*input_shape,) if len(input_shape) == len(dims) else (1, *input_shape)
        fits = len(shape) == len(dims) and all(
            n in (0, m) for n, m in zip(dims, shape, strict=True)
        )
        if not fits or min(shape) < 1:
            raise InputError(f"input_shape {tuple(input_shape)} does not fit the input {dims}")
        return shape
    if dims and dims[0] < 1:
        dims[0] = 1
    if not dims or min(dims) < 1:
        raise InputError(
            f"the shape of the input {given.name!r} is not fixed; give it without the batch axis, as"
            " in --input-shape 1,28,28 or exactpoly.load(model, input_shape=(1, 28, 28))"
        )
    return tuple(dims)


def _apply(node: Any, values: dict[str, Value], context: Context) -> Value:
    from onnx.helper import get_attribute_value

    from exactpoly.readers.onnx_operators import OPERATORS

    attributes = {a.name: get_attribute_value(a) for a in node.attribute}
    inputs = []
    for name in node.input:
        if name and name not in values:
            raise InputError(f"{_describe(node)}: its input {name!r} is computed by no node")
        inputs.append(values[name] if name else None)
    try:
        return OPERATORS[node.op_type](context, attributes, *inputs)
    except ExactpolyError as error:
        raise type(error)(f"{_describe(node)}: {error}") from error
    except (TypeError, KeyError, ValueError, IndexError) as error:
        raise InputError(
            f"{_describe(node)}: its inputs or attributes do not fit ({_first_line(error)})"
        ) from error


def _describe(node: Any) -> str:
    name = node.name or (node.output[0] if node.output else "")
    domain = "" if node.domain in _DOMAINS else f"{node.domain}."
    return f"node {name!r} ({domain}{node.op_type})"


def _compare(
    model: Any, network: Network, graph: Graph, input_name: str, shape: tuple[int, ...]
) -> str:
    from onnx.reference import ReferenceEvaluator

    points = sample_points(network.input_dimension)
    try:
        evaluator = ReferenceEvaluator(_in_float64(model))
        outputs = [
            np.asarray(evaluator.run(None, {input_name: point.reshape(shape)})[0]).ravel()
            for point in points
        ]
    except Exception as error:  # the evaluator raises whatever NumPy or its operators raise
        raise InputError(
            f"onnx's reference evaluator cannot run the model on {shape} inputs"
            f" ({_first_line(error)}), so the import cannot be checked"
        ) from error
    flat = np.array(outputs, dtype=np.float64).reshape(len(points), prod(outputs[0].shape))
    who = "onnx's reference evaluator in float64"
    return compare(network, graph.noise, points, flat, roundoff=2.0**-53, who=who)


def _in_float64(model: Any) -> Any:
    """A copy whose floating-point tensors are float64; float32 attributes keep their values."""
    from onnx import ModelProto, TensorProto, helper, numpy_helper

    from exactpoly.readers.onnx_operators import float_array

    floats = (TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.BFLOAT16)
    result = ModelProto()
    result.CopyFrom(model)
    del result.graph.value_info[:]
    tensors = list(result.graph.initializer)
    for node in result.graph.node:
        given = {a.name: a for a in node.attribute}
        for name in given.keys() & {"value_float", "value_floats"}:
            wide = np.array(helper.get_attribute_value(given[name]), dtype=np.float64)
            node.attribute.remove(given[name])
            node.attribute.append(helper.make_attribute("value", numpy_helper.from_array(wide)))
        tensors += [a.t for a in node.attribute if a.name == "value" and a.HasField("t")]
    for tensor in tensors:
        if tensor.data_type in floats:
            wide = float_array(tensor).astype(np.float64)
            tensor.CopyFrom(numpy_helper.from_array(wide, tensor.name))
    for value in (*result.graph.input, *result.graph.output):
        if value.type.tensor_type.elem_type in floats:
            value.type.tensor_type.elem_type = TensorProto.DOUBLE
    return result


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
