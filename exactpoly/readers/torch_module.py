"""Torch modules in memory: traced by torch.fx, lowered node by node, compared with torch itself.

An operator is known by its exact type, function or method; everything else is refused with its node.
The exact network is the ideal one: weights are the rationals that they are, slopes and scalars the
float64 numbers that Python holds, means of pooling exact; torch's own rounding is no part of it.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from math import prod
from typing import Any

import torch
from torch import fx, nn
from torch.nn.utils import parametrize, prune

from exactpoly.errors import ExactpolyError, InputError
from exactpoly.network.network import Network
from exactpoly.readers.affine import Affine
from exactpoly.readers.exact_array import ExactArray, dtype_rule
from exactpoly.readers.lowering import Graph
from exactpoly.readers.operators import Context
from exactpoly.readers.reading import Reading
from exactpoly.readers.torch_check import against, own_deviation
from exactpoly.readers.torch_ends import end_at, ends_with
from exactpoly.readers.torch_modules import MODULES
from exactpoly.readers.torch_operators import (
    FUNCTIONS,
    function_of,
    name_of,
    program_operator,
)
from exactpoly.readers.torch_refusals import refusal
from exactpoly.readers.torch_values import constant_tensor
from exactpoly.readers.torch_writes import overwritten, writers
from exactpoly.readers.verify import import_network

__all__ = ["network_of_module", "read_module"]

_CASTS = frozenset(["float", "double", "to", "type", "type_as", "_to_copy"])
_REMEDIES = {
    "WeightNorm": "computes its weights anew in floats on each call (weight_norm); fix them with"
    " torch.nn.utils.remove_weight_norm(module)",
    "SpectralNorm": "computes its weights anew in floats on each call (spectral_norm); fix them with"
    " torch.nn.utils.remove_spectral_norm(module)",
}


def network_of_module(
    model: nn.Module,
    *,
    fold_float: bool = False,
    input_shape: Sequence[Any] | None = None,
) -> Network:
    """The exact network of a torch module in evaluation mode; see `read_module` for more choices."""
    return read_module(model, Reading.of(fold_float=fold_float, input_shape=input_shape))


def read_module(model: nn.Module, reading: Reading, title: str | None = None) -> Network:
    """The exact network of a torch module in evaluation mode.

    ``reading.input_shape``: the shape of each input without the batch axis; needed only where the first
    layer does not tell it (convolutions). Inputs and outputs of the network are flattened row-major,
    several inputs one after the other in the order in which the module takes them.
    """
    reading.only("input_shape", "output_name", "drop_head", kind="torch modules")
    _check_plain(model)
    traced = _trace(model)
    running, ended = end_at(model, traced, reading)
    _check_output(traced)
    order = _ancestors(traced)
    shapes = _shapes(traced, reading)
    title = title or type(model).__name__
    notes: list[str] = []

    def lower(graph: Graph) -> Affine:
        context = Context(graph, reading.fold_float)
        output = _lower(traced, order, context, shapes)
        notes[:] = context.notes
        return output

    network, agreement = import_network(
        lower, against(running, traced, shapes, casts=_casts(traced)), title
    )
    dtypes = {
        str(p.dtype).removeprefix("torch.")
        for p in (*model.parameters(), *model.buffers())
        if p.is_floating_point()
    }
    stated = [
        dtype_rule(dtypes or {"float32"}),
        *_order_note(traced, shapes),
        *ended,
        *notes,
        agreement.note(),
        *own_deviation(running, network, shapes),
    ]
    return Network(network.layers, title, tuple(stated))


def _check_plain(model: nn.Module) -> None:
    """Refuse what changes a module's meaning behind its type."""
    for name, module in model.named_modules():
        what = f"module {name!r} ({type(module).__name__})"
        for hook in module._forward_pre_hooks.values():
            if type(hook).__name__ in _REMEDIES:
                raise InputError(f"{what} {_REMEDIES[type(hook).__name__]}")
            if isinstance(hook, prune.BasePruningMethod):
                raise InputError(
                    f"{what} is pruned by a mask that is applied on each call; fix its weights with"
                    f" torch.nn.utils.prune.remove(module, {hook._tensor_name!r})"
                )
        if module._forward_hooks or module._forward_pre_hooks:
            raise InputError(
                f"{what} has forward hooks, whose effect cannot be read exactly; remove them"
            )
        if "forward" in vars(module) and not isinstance(module, fx.GraphModule):
            raise InputError(f"{what} has a forward method of its own; give it a class of its own")
        if parametrize.is_parametrized(module):
            field = next(iter(module.parametrizations))
            raise InputError(
                f"{what} is parametrised, so its weights are computed anew in floats on each call; fix"
                f" them with torch.nn.utils.parametrize.remove_parametrizations(module, {field!r})"
            )


def _trace(model: nn.Module) -> fx.GraphModule:
    if isinstance(model, fx.GraphModule):
        return fx.GraphModule(model, copy.deepcopy(model.graph))  # It may be made to end earlier.
    if fx.Tracer().is_leaf_module(model, ""):
        model = nn.Sequential(model)  # One of torch's own is known by its type, not by its code.
    try:
        return fx.symbolic_trace(model)
    except Exception as error:  # tracing runs the model's own code, which may raise anything
        raise InputError(
            f"{type(model).__name__} cannot be traced by torch.fx ({_first_line(error)}); a network"
            " whose control flow depends on its input can be given as an ONNX file"
        ) from error


def _ancestors(traced: fx.GraphModule) -> list[fx.Node]:
    """The nodes that the output may depend on, in order; the others compute nothing."""
    nodes = list(traced.graph.nodes)
    wanted = {nodes[-1], *writers(traced)}
    for node in reversed(nodes):
        if node in wanted:
            wanted.update(node.all_input_nodes)
    return [node for node in nodes if node in wanted or node.op == "placeholder"]


def _lower(
    traced: fx.GraphModule,
    order: list[fx.Node],
    context: Context,
    shapes: Sequence[tuple[int, ...]],
) -> Affine:
    values: dict[fx.Node, Any] = {}
    writing = writers(traced)
    given = iter(context.graph.inputs(shapes))
    taken = set(_inputs(traced)[: len(shapes)])
    for node in order:
        if node.op == "placeholder":
            values[node] = next(given) if node in taken else node.args[0]
            continue
        args, kwargs = fx.node.map_arg((node.args, node.kwargs), values.__getitem__)
        if node.op == "output":
            return _output(context.graph, args[0])
        try:
            values[node] = _apply(traced, node, context, args, kwargs)
            target = overwritten(traced, node) if node in writing else None
            if target is not None:
                values[target] = values[node]
        except ExactpolyError as error:
            hint = "; drop_head leaves it out" if ends_with(traced, node) else ""
            where = f"node {node.name!r} ({_describe(traced, node)})"
            raise type(error)(f"{where}: {error}{hint}") from error
        except (TypeError, AttributeError, KeyError, ValueError, IndexError) as error:
            raise InputError(
                f"node {node.name!r} ({_describe(traced, node)}): called in a way that is not"
                f" supported ({_first_line(error)})"
            ) from error
    raise InputError("the model has no output")


def _apply(traced: fx.GraphModule, node: fx.Node, context: Context, args: Any, kwargs: Any) -> Any:
    if node.op == "get_attr":
        value = _attribute(traced, node)
        return constant_tensor(value, str(node.target)) if torch.is_tensor(value) else value
    kwargs = {name: x for name, x in kwargs.items() if name not in ("dtype", "device", "layout")}
    if node.op == "call_module":
        module = traced.get_submodule(str(node.target))
        lower = MODULES.get(type(module))
        if lower is not None:
            return lower(context, module, str(node.target), *args, **kwargs)
        if "quantized" in type(module).__module__:
            raise InputError(
                "a quantised module rounds values that depend on the input; give the model before its"
                " quantisation"
            )
        raise InputError(refusal(type(module).__name__))
    if node.op == "call_function":
        if isinstance(node.target, torch._ops.OpOverload):
            lower = program_operator(name_of(node.target))
        else:
            lower = FUNCTIONS.get(node.target)
    else:
        lower = function_of(str(node.target))
    if lower is None:
        raise InputError(refusal(name_of(node.target)))
    return lower(context, *args, **kwargs)


def _casts(traced: fx.GraphModule) -> bool:
    """Whether some node may change the type of floats."""
    return any(
        node.op in ("call_function", "call_method") and name_of(node.target) in _CASTS
        for node in traced.graph.nodes
    )


def _attribute(traced: fx.GraphModule, node: fx.Node) -> Any:
    """What a ``get_attr`` node stands for."""
    value: Any = traced
    for part in str(node.target).split("."):
        value = getattr(value, part)
    return value


def _describe(traced: fx.GraphModule, node: fx.Node) -> str:
    if node.op == "call_module":
        return f"module {type(traced.get_submodule(str(node.target))).__name__} at {node.target}"
    if node.op == "call_function":
        return f"function {name_of(node.target)}"
    return f"{node.op} {node.target}"


def _output(graph: Graph, value: Any) -> Affine:
    if isinstance(value, (tuple, list)) and len(value) == 1:
        [value] = value
    if isinstance(value, (Affine, ExactArray)):
        return graph.tensor(value)
    _check_single(value)
    raise InputError(f"the model returns a {type(value).__name__}; it must return one tensor")


def _check_output(traced: fx.GraphModule) -> None:
    """Refuse several outputs before any operator of one of them."""
    _check_single(list(traced.graph.nodes)[-1].args[0])


def _check_single(value: Any) -> None:
    if isinstance(value, (tuple, list)) and len(value) == 1:
        [value] = value
    if isinstance(value, dict):
        names = ", ".join(repr(str(name)) for name in value)
        raise InputError(f"the model returns a dict ({names}); pick an entry with output_name")
    if isinstance(value, (tuple, list)):
        raise InputError(
            f"the model returns a {type(value).__name__} of {len(value)}; it must return one tensor:"
            " pick one with output_name, such as output_name=0"
        )


def _inputs(traced: fx.GraphModule) -> list[fx.Node]:
    """The placeholders that are inputs: all without a default, or else the first."""
    found = [node for node in traced.graph.nodes if node.op == "placeholder"]
    return [node for i, node in enumerate(found) if not (i and node.args)]


def _shapes(traced: fx.GraphModule, reading: Reading) -> list[tuple[int, ...]]:
    inputs = _inputs(traced)
    if not inputs:
        raise InputError("the model takes no input")
    if reading.input_shape:
        if len(reading.input_shape) != len(inputs):
            names = ", ".join(node.name for node in inputs)
            raise InputError(
                f"input_shape gives {len(reading.input_shape)} shapes for {len(inputs)} inputs"
                f" ({names}); give one for each, in this order"
            )
        return [(1, *shape) for shape in reading.input_shape]
    known = [example_shape(node) for node in inputs]
    return [shape or _input_shape(traced, node) for shape, node in zip(known, inputs, strict=True)]


def _order_note(traced: fx.GraphModule, shapes: Sequence[tuple[int, ...]]) -> list[str]:
    if len(shapes) == 1:
        return []
    parts = ", ".join(
        f"{node.name} {shape}" for node, shape in zip(_inputs(traced), shapes, strict=True)
    )
    return [f"the inputs are concatenated in this order, each flattened row-major: {parts}"]


def example_shape(node: fx.Node) -> tuple[int, ...] | None:
    """The shape that an exported program states, its batch axis made 1."""
    stated = node.meta.get("val")
    if stated is None or not getattr(stated, "shape", ()):
        return None
    sizes = [n if isinstance(n, int) else 0 for n in stated.shape]
    sizes[0] = 1
    return tuple(sizes) if min(sizes) > 0 else None


def _input_shape(traced: fx.GraphModule, given: fx.Node) -> tuple[int, ...]:
    """The shape that the first layers imply, with a batch axis of 1; flat where they flatten."""
    nodes = [given]
    seen = set(nodes)
    while nodes:
        node = nodes.pop(0)
        for user in node.users:
            size = _implied_size(traced, user)
            if size:
                return (1, size)
            if user not in seen and _keeps_size(traced, user):
                seen.add(user)
                nodes.append(user)
    raise InputError(
        "the input shape cannot be told from the first layer; give it without the batch axis, as in"
        " exactpoly.load(model, input_shape=(1, 28, 28))"
    )


def _implied_size(traced: fx.GraphModule, node: fx.Node) -> int:
    """Number of inputs that a node needs, 0 where it does not tell."""
    if node.op == "call_module":
        module = traced.get_submodule(str(node.target))
        if isinstance(module, nn.Linear):
            return int(module.in_features)
        if isinstance(module, nn.BatchNorm1d):
            return int(module.num_features)
        if isinstance(module, nn.Unflatten):
            return _product(module.unflattened_size)
    if node.target is nn.functional.linear:
        given = node.args[1] if len(node.args) > 1 else node.kwargs.get("weight")
        if isinstance(given, fx.Node) and given.op == "get_attr":
            return int(_attribute(traced, given).shape[1])
    if node.op == "call_method" and node.target in ("view", "reshape") and len(node.args) > 1:
        sizes = node.args[1] if isinstance(node.args[1], (tuple, list)) else node.args[1:]
        return _product(sizes[1:])
    return 0


def _product(sizes: Any) -> int:
    """The product of sizes if all are positive integers, else 0."""
    if not sizes or not all(isinstance(size, int) and size > 0 for size in sizes):
        return 0
    return prod(sizes)


def _keeps_size(traced: fx.GraphModule, node: fx.Node) -> bool:
    if node.op == "call_module":
        kinds = (nn.Flatten, nn.Identity, nn.ReLU, nn.LeakyReLU, nn.Dropout)
        return type(traced.get_submodule(str(node.target))) in kinds
    if node.op == "call_method":
        return node.target in ("flatten", "view", "reshape", "relu", "contiguous")
    return node.target in (torch.flatten, torch.relu, nn.functional.relu, torch.reshape)


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
