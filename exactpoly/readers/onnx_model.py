"""ONNX files: lowered node by node, compared with ONNX's own reference evaluator.

The exact network is the ideal one: initializers and attributes are the rationals that they are. Nodes may
stand in any order. Several inputs are concatenated in the order of the model, each flattened row-major.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush
from pathlib import Path
from typing import Any

from exactpoly.errors import ExactpolyError, InputError, MissingDependency
from exactpoly.network.network import Network
from exactpoly.readers.affine import Affine
from exactpoly.readers.exact_array import dtype_rule
from exactpoly.readers.lowering import Graph
from exactpoly.readers.operators import Context
from exactpoly.readers.reading import Reading
from exactpoly.readers.verify import import_network

__all__ = ["network_of_onnx", "read_onnx"]

_DOMAINS = ("", "ai.onnx")
_ML_DOMAINS = ("ai.onnx.ml",)
_OLDEST_OPSET = 7
_LARGEST = 2**31 - 1


def read_onnx(path: str | Path, reading: Reading) -> Network:
    """Read a network from an ONNX file; needs the onnx package, and no runtime."""
    path = Path(path)
    try:
        import onnx
    except ImportError as error:
        raise MissingDependency(
            f"{path}: reading .onnx files needs the onnx package", "onnx"
        ) from error
    try:
        model = onnx.load(str(path), format="protobuf", load_external_data=False)
    except Exception as error:  # protobuf's own error, and those of its fields
        raise InputError(
            f"{path}: not an ONNX file, or cut short ({_first_line(error)})"
        ) from error
    from exactpoly.readers.onnx_tensors import check_tensors, load_outside

    load_outside(model, path)
    check_tensors(model, path)
    return network_of_onnx(model, path.stem, reading)


def network_of_onnx(model: Any, name: str, reading: Reading) -> Network:
    """The exact network of an ONNX model.

    ``reading.input_shape``: the shape of each input without the batch axis, where the model leaves it
    open. An open first axis is the batch, taken as 1.
    """
    from exactpoly.readers.onnx_check import against, complete
    from exactpoly.readers.onnx_tensors import check_names

    reading.only("input_shape", "output_name", "drop_head", kind="ONNX files")
    check_names(model)
    model, head = _ended(model, reading)
    nodes = _sorted(_ancestors(model))
    _check_operators(nodes)
    inputs = _inputs(model)
    shapes = _shapes(inputs, reading)
    complete(model, nodes, dict(zip(inputs, shapes, strict=True)))
    _check(model)
    notes: list[str] = []

    def lower(graph: Graph) -> Affine:
        context = Context(graph, reading.fold_float)
        output = _lower(model, nodes, context, dict(zip(inputs, shapes, strict=True)))
        notes[:] = context.notes
        return output

    plain, agreement = import_network(lower, against(model, list(inputs), shapes), name)
    stated = [dtype_rule(_dtypes(model)), *_order(inputs, shapes), *head, *notes, agreement.note()]
    return Network(plain.layers, name, tuple(stated))


def _ended(model: Any, reading: Reading) -> tuple[Any, list[str]]:
    """A copy of the model that ends at the one output that is wanted, and the note that says so."""
    from exactpoly.readers.onnx_operators import HEADS

    names = [output.name for output in model.graph.output]
    made = {name: node for node in model.graph.node for name in node.output if name}
    notes = []
    if reading.output_name is not None:
        wanted = reading.output_name
        if wanted not in made and wanted not in names:
            raise InputError(
                f"output_name: no value is named {wanted!r}; there are {_some([*names, *made])}"
            )
        if names != [wanted]:
            notes.append(f"the network ends at {wanted!r}, as output_name says")
    elif len(names) == 1:
        wanted = names[0]
    else:
        raise InputError(
            f"the model has {len(names)} outputs ({_some(names)}); pick one with --output-name, or"
            f" exactpoly.load(model, output_name={names[0] if names else 'NAME'!r})"
        )
    if reading.drop_head:
        node = made.get(wanted)
        if node is None or node.op_type not in HEADS or not node.input:
            raise InputError("drop_head: the model does not end with a head such as Softmax")
        wanted = node.input[0]
        notes.append(f"the head {node.op_type} is left out: the network ends at {wanted!r}")
    result = type(model)()
    result.CopyFrom(model)
    del result.graph.output[:]
    typed = [x for x in model.graph.output if x.name == wanted]
    if typed:
        result.graph.output.append(typed[0])
    else:
        result.graph.output.add().name = wanted
    return result, notes


def _some(names: Sequence[str]) -> str:
    unique = list(dict.fromkeys(names))
    shown = ", ".join(repr(name) for name in unique[:12])
    return shown + (f" and {len(unique) - 12} more" if len(unique) > 12 else "")


def _ancestors(model: Any) -> list[Any]:
    """The nodes that the output depends on, in the order of the file."""
    made = {name: i for i, node in enumerate(model.graph.node) for name in node.output if name}
    wanted = [output.name for output in model.graph.output]
    kept: set[int] = set()
    while wanted:
        place = made.get(wanted.pop())
        if place is not None and place not in kept:
            kept.add(place)
            wanted += model.graph.node[place].input
    # Copies: what they were taken from loses its nodes.
    kinds = model.graph.node
    return [type(kinds[i]).FromString(kinds[i].SerializeToString()) for i in sorted(kept)]


def _sorted(nodes: Sequence[Any]) -> list[Any]:
    """The nodes in an order in which each comes after those it reads, as in the file where that is one."""
    maker = {name: i for i, node in enumerate(nodes) for name in node.output if name}
    needs = [{maker[name] for name in node.input if name in maker} for node in nodes]
    readers: list[list[int]] = [[] for _ in nodes]
    for i, made in enumerate(needs):
        for j in made:
            readers[j].append(i)
    waits = [len(made) for made in needs]
    ready = [i for i, count in enumerate(waits) if not count]
    order = []
    while ready:
        order.append(heappop(ready))
        for i in readers[order[-1]]:
            waits[i] -= 1
            if not waits[i]:
                heappush(ready, i)
    if len(order) < len(nodes):
        first = next(i for i, count in enumerate(waits) if count)
        raise InputError(f"{_describe(nodes[first])}: its inputs depend on its own output")
    return [nodes[i] for i in order]


def _check_operators(nodes: Sequence[Any]) -> None:
    """Refuse by the first operator that cannot be read."""
    from exactpoly.readers.onnx_operators import HEADS, ML_OPERATORS, OPERATORS, refusal
    from exactpoly.readers.onnx_values import ON_INTEGERS

    for node in nodes:
        ours = node.op_type in ML_OPERATORS
        if node.domain in _ML_DOMAINS and not ours:
            raise InputError(f"{_describe(node)}: {refusal(node.op_type)}")
        if node.domain not in (_ML_DOMAINS if ours else _DOMAINS):
            raise InputError(
                f"{_describe(node)}: this operator is not supported, as it is of another domain"
            )
        if node.op_type not in OPERATORS and node.op_type not in ON_INTEGERS:
            hint = ""
            if node is nodes[-1] and node.op_type in HEADS and node.input:
                hint = f"; --output-name {node.input[0]} ends before it, as --drop-head does"
            raise InputError(f"{_describe(node)}: {refusal(node.op_type)}{hint}")


def _check(model: Any) -> None:
    import onnx

    for opset in model.opset_import:
        if opset.domain in _DOMAINS and opset.version < _OLDEST_OPSET:
            raise InputError(
                f"operator set {opset.version} is older than {_OLDEST_OPSET}; convert the model with"
                " onnx.version_converter"
            )
    if model.ByteSize() > _LARGEST:
        raise InputError(
            f"the model and its weights are {model.ByteSize()} bytes; onnx's checker takes {_LARGEST}"
        )
    try:
        onnx.checker.check_model(model)
    except (onnx.checker.ValidationError, ValueError) as error:
        raise InputError(f"not a valid ONNX model ({_first_line(error)})") from error


def _inputs(model: Any) -> dict[str, Any]:
    """The inputs by name, in the order of the model."""
    from exactpoly.readers.onnx_values import FLOATS

    constants = {tensor.name for tensor in model.graph.initializer}
    given = {x.name: x for x in model.graph.input if x.name not in constants}
    if not given:
        raise InputError("the model has no input")
    for name, x in given.items():
        if x.type.tensor_type.elem_type not in FLOATS:
            raise InputError(f"the input {name!r} is not a tensor of floats")
    return given


def _shapes(inputs: dict[str, Any], reading: Reading) -> list[tuple[int, ...]]:
    chosen = reading.input_shape
    if chosen and len(chosen) != len(inputs):
        raise InputError(
            f"input_shape gives {len(chosen)} shapes for {len(inputs)} inputs ({_some(list(inputs))});"
            " give one for each, in this order"
        )
    given = chosen or (None,) * len(inputs)
    return [_shape(x, shape) for x, shape in zip(inputs.values(), given, strict=True)]


def _shape(given: Any, input_shape: Sequence[int] | None) -> tuple[int, ...]:
    tensor = given.type.tensor_type
    if not tensor.HasField("shape") and input_shape is not None:
        return (1, *input_shape)
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


def _order(inputs: dict[str, Any], shapes: Sequence[tuple[int, ...]]) -> list[str]:
    if len(inputs) == 1:
        return []
    parts = ", ".join(f"{name} {shape}" for name, shape in zip(inputs, shapes, strict=True))
    return [f"the inputs are concatenated in this order, each flattened row-major: {parts}"]


def _dtypes(model: Any) -> set[str]:
    from exactpoly.readers.onnx_values import float_array

    kinds = {str(float_array(tensor).dtype) for tensor in model.graph.initializer}
    return {kind for kind in kinds if kind.startswith("float")} or {"float32"}


def _lower(
    model: Any, nodes: Sequence[Any], context: Context, shapes: dict[str, tuple[int, ...]]
) -> Affine:
    from exactpoly.readers.onnx_values import item_of_tensor, value

    values: dict[str, Any] = dict(
        zip(shapes, context.graph.inputs(list(shapes.values())), strict=True)
    )
    for tensor in model.graph.initializer:
        values[tensor.name] = item_of_tensor(tensor, tensor.name)
    opset = max(
        (x.version for x in model.opset_import if x.domain in _DOMAINS), default=_OLDEST_OPSET
    )
    for node in nodes:
        results = _apply(node, values, context, opset)
        values.update(zip(node.output, results, strict=False))
    [wanted] = [output.name for output in model.graph.output]
    if wanted not in values:
        raise InputError(f"the output {wanted!r} is computed by no supported node")
    return context.graph.tensor(value(values[wanted]))


def _apply(node: Any, values: dict[str, Any], context: Context, opset: int) -> list[Any]:
    from onnx.helper import get_attribute_value

    from exactpoly.readers.onnx_operators import OPERATORS, refusal
    from exactpoly.readers.onnx_values import Places, fold_integers, foldable, value

    attributes: dict[str, Any] = {}
    for a in node.attribute:
        if a.ref_attr_name or a.name in attributes:
            what = "is given twice" if a.name in attributes else "refers to one of a function"
            raise InputError(f"{_describe(node)}: its attribute {a.name!r} {what}; export it again")
        try:
            attributes[a.name] = get_attribute_value(a)
        except Exception as error:  # a value of no known type, or text that is none
            raise InputError(
                f"{_describe(node)}: its attribute {a.name!r} cannot be read ({_first_line(error)})"
            ) from error
    inputs = []
    for name in node.input:
        if name and name not in values:
            raise InputError(f"{_describe(node)}: its input {name!r} is computed by no node")
        inputs.append(values[name] if name else None)
    if node.op_type == "Split":
        attributes["_outputs"] = len(node.output)
    try:
        for given in inputs:
            if isinstance(given, Places):
                value(given)
        if foldable(node, inputs):
            return fold_integers(node, inputs, opset)
        if node.op_type not in OPERATORS:
            raise InputError(refusal(node.op_type))
        result = OPERATORS[node.op_type](context, attributes, *inputs)
        return result if isinstance(result, list) else [result]
    except ExactpolyError as error:
        raise type(error)(f"{_describe(node)}: {error}") from error
    except (TypeError, KeyError, ValueError, IndexError, AttributeError, ArithmeticError) as error:
        raise InputError(
            f"{_describe(node)}: its inputs or attributes do not fit ({_first_line(error)})"
        ) from error


def _describe(node: Any) -> str:
    name = node.name or (node.output[0] if node.output else "")
    domain = "" if node.domain in _DOMAINS else f"{node.domain[:80]}."
    return f"node {name[:80]!r} ({domain}{node.op_type[:80]})"


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
