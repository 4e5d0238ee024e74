"""TorchScript: scripted or traced modules and functions, walked node by node as torch has inlined them.

Branches and lists are followed where Python's own numbers decide them; a branch on a value of the network
is refused.
"""

from __future__ import annotations

import copy
import operator
from collections.abc import Callable, Sequence
from typing import Any

import torch

from exactpoly.errors import ExactpolyError, InputError, InternalError
from exactpoly.network.network import Network
from exactpoly.readers.affine import Affine
from exactpoly.readers.exact_array import ExactArray, dtype_rule
from exactpoly.readers.lowering import Graph
from exactpoly.readers.operators import Context, names
from exactpoly.readers.piecewise import Comparison
from exactpoly.readers.reading import Reading
from exactpoly.readers.torch_check import Picked, against, own_deviation
from exactpoly.readers.torch_operators import program_operator
from exactpoly.readers.torch_refusals import refusal
from exactpoly.readers.torch_values import PLACES, constant_tensor
from exactpoly.readers.verify import import_network

__all__ = ["network_of_script"]

_PLAIN: dict[str, Callable[..., Any]] = {
    "__getitem__": operator.getitem,
    "__is__": operator.is_,
    "__isnot__": operator.is_not,
    "__not__": operator.not_,
    "__contains__": operator.contains,
    "Bool": bool,
    "Float": float,
    "Int": int,
    "add": operator.add,
    "append": lambda items, x: [*items, x],
    "eq": operator.eq,
    "floordiv": operator.floordiv,
    "ge": operator.ge,
    "gt": operator.gt,
    "le": operator.le,
    "len": len,
    "list": list,
    "lt": operator.lt,
    "mul": operator.mul,
    "ne": operator.ne,
    "neg": operator.neg,
    "remainder": operator.mod,
    "sub": operator.sub,
}
"""What TorchScript computes on numbers, sizes and lists of its own."""

_PASSED_ON = names(
    "prim::NumToTensor prim::unchecked_cast prim::data aten::IntImplicit aten::ScalarImplicit "
    "aten::FloatImplicit aten::Int aten::Float"
)
_NOTHING = names("prim::dtype prim::device prim::layout prim::is_cuda aten::warn prim::Print")
_OPTIONS = names("dtype layout device pin_memory non_blocking memory_format")
_KEEPS_SIZE = names(
    "aten::relu aten::flatten aten::view aten::reshape aten::dropout aten::leaky_relu"
)


def network_of_script(source: Any, reading: Reading, title: str | None = None) -> Network:
    """The exact network of a TorchScript module or function."""
    reading.only("input_shape", "output_name", kind="TorchScript programs")
    name = title or getattr(source, "original_name", None) or "script"
    try:
        graph = source.inlined_graph
    except (AttributeError, RuntimeError) as error:
        raise InputError(
            f"{name}: the program has no method forward; save a whole module"
        ) from error
    inputs = list(graph.inputs())
    if isinstance(source, torch.jit.ScriptModule):
        inputs = inputs[1:]
    shapes = _shapes(source, graph, inputs, reading)
    notes: list[str] = []

    def lower(made: Graph) -> Affine:
        context = Context(made, reading.fold_float)
        output = _Walk(source, context).output(graph, inputs, shapes)
        notes[:] = context.notes
        return made.tensor(_picked(output, reading))

    running = _Runner(source)
    picked = running if reading.output_name is None else Picked(running, _pick(reading))
    try:
        network, agreement = import_network(lower, against(picked, None, shapes), name)
    except InternalError as error:
        if not _works_in_place(graph):
            raise
        raise InputError(
            f"{name} changes a tensor in place that is used again; use operators that do not"
        ) from error
    dtypes = {
        str(p.dtype).removeprefix("torch.") for p in running.tensors() if p.is_floating_point()
    }
    stated = [
        dtype_rule(dtypes or {"float32"}),
        *notes,
        agreement.note(),
        *own_deviation(picked, network, shapes),
    ]
    return Network(network.layers, name, tuple(stated))


class _Runner(torch.nn.Module):  # type: ignore[misc]
    """A script as a module that can be copied and cast."""

    def __init__(self, source: Any) -> None:
        super().__init__()
        self.source = source

    def forward(self, *inputs: torch.Tensor) -> Any:
        """What the script gives."""
        return self.source(*inputs)

    def __deepcopy__(self, memo: Any) -> _Runner:
        # A script function has no state, and cannot be copied.
        module = isinstance(self.source, torch.nn.Module)
        return _Runner(copy.deepcopy(self.source) if module else self.source)

    def tensors(self) -> list[torch.Tensor]:
        """Its parameters and buffers."""
        return [*self.parameters(), *self.buffers()]


def _works_in_place(graph: Any) -> bool:
    kinds = [node.kind() for node in graph.nodes()]
    return any(kind.endswith("_") and not kind.endswith("__") for kind in kinds)


def _pick(reading: Reading) -> Callable[[Any], Any]:
    def pick(outputs: Any) -> Any:
        return outputs[int(str(reading.output_name))]

    return pick


def _picked(output: Any, reading: Reading) -> Affine | ExactArray:
    if isinstance(output, (tuple, list)):
        name = reading.output_name
        if name is None or not name.isdecimal() or int(name) >= len(output):
            raise InputError(
                f"the program returns {len(output)} values; pick one with output_name, such as"
                " output_name=0"
            )
        output = output[int(name)]
    elif reading.output_name is not None:
        raise InputError("output_name: the program returns one value; leave it out")
    if output is None:
        raise InputError(PLACES)
    if not isinstance(output, (Affine, ExactArray)):
        raise InputError(f"the program returns a {type(output).__name__}; it must return a tensor")
    return output


def _shapes(
    source: Any, graph: Any, inputs: Sequence[Any], reading: Reading
) -> list[tuple[int, ...]]:
    if reading.input_shape:
        if len(reading.input_shape) != len(inputs):
            raise InputError(
                f"input_shape gives {len(reading.input_shape)} shapes for {len(inputs)} inputs"
            )
        return [(1, *shape) for shape in reading.input_shape]
    return [_stated_shape(x) or _implied_shape(source, graph, x) for x in inputs]


def _stated_shape(x: Any) -> tuple[int, ...] | None:
    """What a trace saw, its batch axis made 1."""
    kind = x.type()
    sizes = kind.sizes() if kind.kind() == "TensorType" else None
    return (1, *sizes[1:]) if sizes and all(isinstance(n, int) for n in sizes) else None


def _implied_shape(source: Any, graph: Any, x: Any) -> tuple[int, ...]:
    weights = _weights(source, graph)
    seen = [x]
    for given in seen:
        for use in given.uses():
            node = use.user
            if node.kind() == "aten::linear" and use.offset == 0:
                weight = weights.get(list(node.inputs())[1].debugName())
                if weight is not None:
                    return (1, int(weight.shape[1]))
            if node.kind() in _KEEPS_SIZE:
                seen += list(node.outputs())
    raise InputError(
        "the input shape cannot be told from the program; give it without the batch axis, as in"
        " exactpoly.load(model, input_shape=(1, 28, 28))"
    )


def _weights(source: Any, graph: Any) -> dict[str, Any]:
    """Tensors that are attributes of the module, by the name of their value."""
    known = {next(iter(graph.inputs())).debugName(): source}
    for node in graph.nodes():
        if node.kind() == "prim::GetAttr":
            owner = known.get(node.input().debugName())
            if owner is not None:
                known[node.output().debugName()] = getattr(owner, node.s("name"))
    return {name: x for name, x in known.items() if torch.is_tensor(x)}


class _Walk:
    """One walk over the program: the value of each name."""

    def __init__(self, source: Any, context: Context) -> None:
        self.source = source
        self.context = context
        self.values: dict[str, Any] = {}

    def output(self, graph: Any, inputs: Sequence[Any], shapes: Sequence[tuple[int, ...]]) -> Any:
        """What the program returns."""
        first = next(iter(graph.inputs()), None)
        if isinstance(self.source, torch.jit.ScriptModule) and first is not None:
            self.values[first.debugName()] = self.source
        for x, given in zip(inputs, self.context.graph.inputs(shapes), strict=True):
            self.values[x.debugName()] = given
        returned = self._block(graph)
        return returned[0] if len(returned) == 1 else tuple(returned)

    def _block(self, block: Any) -> list[Any]:
        for node in block.nodes():
            results = self._node(node)
            for x, result in zip(node.outputs(), results, strict=True):
                self.values[x.debugName()] = result
        return [self.values[x.debugName()] for x in block.outputs()]

    def _node(self, node: Any) -> list[Any]:
        kind = node.kind()
        if kind == "prim::Constant":
            return [_constant(node)]
        given = [self.values[x.debugName()] for x in node.inputs()]
        if kind == "prim::GetAttr":
            value = getattr(given[0], node.s("name"))
            return [constant_tensor(value, node.s("name")) if torch.is_tensor(value) else value]
        if kind in ("prim::ListConstruct", "prim::TupleConstruct"):
            return [list(given) if kind == "prim::ListConstruct" else tuple(given)]
        if kind in ("prim::ListUnpack", "prim::TupleUnpack"):
            return list(given[0])
        if kind == "prim::TupleIndex":
            return [given[0][given[1]]]
        if kind in _PASSED_ON and (
            not kind.startswith("aten::") or not isinstance(given[0], float)
        ):
            return given[:1]
        if kind in _NOTHING:
            return [None for _ in node.outputs()]
        if kind == "prim::If":
            if not isinstance(given[0], (bool, int)):
                raise InputError("the program branches on a value of the network")
            yes, no = node.blocks()
            return self._block(yes if given[0] else no)
        if kind.startswith("aten::"):
            return self._operator(node, kind.removeprefix("aten::"), given)
        raise InputError(f"operator {kind}: this operator is not supported")

    def _operator(self, node: Any, name: str, given: list[Any]) -> list[Any]:
        where = f"operator {node.kind()}"
        try:
            if name in _PLAIN and not any(map(_is_tensor, given)):
                results = _PLAIN[name](*given)
                if name == "append":
                    self.values[next(iter(node.inputs())).debugName()] = results
            else:
                lower = program_operator(name)
                if lower is None:
                    raise InputError(refusal(name))
                args, kwargs = _arguments(node, given)
                results = lower(self.context, *args, **kwargs)
                if name.endswith("_") and not name.endswith("__"):
                    self.values[next(iter(node.inputs())).debugName()] = results
        except ExactpolyError as error:
            raise type(error)(f"{where}: {error}") from error
        except (TypeError, AttributeError, KeyError, ValueError, IndexError) as error:
            line = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise InputError(f"{where}: called in a way that is not supported ({line})") from error
        return list(results) if node.outputsSize() > 1 else [results]


def _is_tensor(x: Any) -> bool:
    return isinstance(x, (Affine, ExactArray, Comparison))


def _constant(node: Any) -> Any:
    value = node.output().toIValue()
    return constant_tensor(value, "a constant") if torch.is_tensor(value) else value


def _arguments(node: Any, given: list[Any]) -> tuple[list[Any], dict[str, Any]]:
    """Positional arguments, and those that the schema wants by name; those of storage left out."""
    schema = torch._C.parse_schema(node.schema())
    args, kwargs = [], {}
    for x, argument in zip(given, schema.arguments, strict=True):
        if argument.name in _OPTIONS:
            continue
        if argument.kwarg_only:
            kwargs[argument.name] = x
        else:
            args.append(x)
    return args, kwargs
