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

import numpy as np
import torch
from torch import fx, nn
from torch.nn.utils import parametrize

from exactpoly.errors import ExactpolyError, InputError, InternalError
from exactpoly.network.network import Network
from exactpoly.readers.affine import Affine
from exactpoly.readers.exact_array import ExactArray, dtype_rule
from exactpoly.readers.lowering import Graph
from exactpoly.readers.operators import Context
from exactpoly.readers.samples import sample_points
from exactpoly.readers.torch_operators import (
    FUNCTIONS,
    METHODS,
    MODULES,
    exact_tensor,
)
from exactpoly.readers.torch_writes import overwritten, writers
from exactpoly.readers.verify import compare, evaluate_many, largest_deviation

__all__ = ["network_of_module"]


def network_of_module(
    model: nn.Module, *, fold_float: bool = False, input_shape: Sequence[int] | None = None
) -> Network:
    """The exact network of a torch module in evaluation mode.

    ``input_shape``: the shape of one input without the batch axis; needed only where the first layer
    does not tell it (convolutions). The input and output of the network are flattened row-major.
    """
    _check_plain(model)
    traced = _trace(model)
    order = _ancestors(traced)
    context = Context(Graph(), fold_float)
    shape = (1, *input_shape) if input_shape is not None else _input_shape(traced)
    output = _lower(traced, order, context, shape)
    title = type(model).__name__
    plain = context.graph.network(output, title)
    dtypes = {str(p.dtype).removeprefix("torch.") for p in model.parameters()} or {"float32"}
    notes = [
        dtype_rule(dtypes),
        *context.notes,
        *_compare(model, traced, plain, context.graph, shape),
    ]
    return Network(plain.layers, title, tuple(notes))


def _check_plain(model: nn.Module) -> None:
    """Refuse what changes a module's meaning behind its type."""
    for name, module in model.named_modules():
        what = f"module {name!r} ({type(module).__name__})"
        if module._forward_hooks or module._forward_pre_hooks:
            raise InputError(
                f"{what} has forward hooks, whose effect cannot be read exactly; remove them"
            )
        if "forward" in vars(module):
            raise InputError(f"{what} has a forward method of its own; give it a class of its own")
        if parametrize.is_parametrized(module):
            raise InputError(
                f"{what} is parametrised, so its weights are computed anew in floats on each call; fix"
                " them with torch.nn.utils.parametrize.remove_parametrizations"
            )


def _trace(model: nn.Module) -> fx.GraphModule:
    if isinstance(model, fx.GraphModule):
        return model
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
    traced: fx.GraphModule, order: list[fx.Node], context: Context, shape: tuple[int, ...]
) -> Affine:
    values: dict[fx.Node, Any] = {}
    writing = writers(traced)
    given = False
    for node in order:
        if node.op == "placeholder":
            if given and not node.args:
                raise InputError(f"the model takes a second input, {node.name!r}; one is supported")
            values[node] = node.args[0] if given else context.graph.input(shape)
            given = True
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
            raise type(error)(f"node {node.name!r} ({_describe(traced, node)}): {error}") from error
        except TypeError as error:
            raise InputError(
                f"node {node.name!r} ({_describe(traced, node)}): called in a way that is not"
                f" supported ({_first_line(error)})"
            ) from error
    raise InputError("the model has no output")


def _apply(traced: fx.GraphModule, node: fx.Node, context: Context, args: Any, kwargs: Any) -> Any:
    if node.op == "get_attr":
        value = _attribute(traced, node)
        return exact_tensor(value, str(node.target)) if torch.is_tensor(value) else value
    if node.op == "call_module":
        module = traced.get_submodule(str(node.target))
        lower = MODULES.get(type(module))
        if lower is not None:
            return lower(context, module, str(node.target), *args, **kwargs)
    elif node.op == "call_function":
        lower = FUNCTIONS.get(node.target)
        if lower is not None:
            return lower(context, *args, **kwargs)
    elif node.op == "call_method":
        lower = METHODS.get(str(node.target))
        if lower is not None:
            return lower(context, *args, **kwargs)
    raise InputError("this operator is not supported; export a network of supported ones")


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
        return f"function {getattr(node.target, '__name__', node.target)}"
    return f"{node.op} {node.target}"


def _output(graph: Graph, value: Any) -> Affine:
    if isinstance(value, (Affine, ExactArray)):
        return graph.tensor(value)
    raise InputError(f"the model returns a {type(value).__name__}; it must return one tensor")


def _input_shape(traced: fx.GraphModule) -> tuple[int, ...]:
    """The shape that the first layers imply, with a batch axis of 1; flat where they flatten."""
    nodes = [node for node in traced.graph.nodes if node.op == "placeholder"][:1]
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


def _compare(
    model: nn.Module,
    traced: fx.GraphModule,
    network: Network,
    graph: Graph,
    shape: tuple[int, ...],
) -> list[str]:
    """Check against a float64 copy, where the bound is sharp; report the model's own dtype too."""
    points = sample_points(network.input_dimension)
    types = [p.dtype for p in (*model.parameters(), *model.buffers()) if p.is_floating_point()]
    own = types[0] if types else torch.float32

    def against(module: nn.Module) -> str:
        outputs = _outputs(copy.deepcopy(module).cpu().double(), points, shape, torch.float64)
        who = "torch in float64"
        return compare(network, graph.noise, points, outputs, roundoff=2.0**-53, who=who)

    try:
        notes = [against(model)]
    except InternalError as error:
        against(traced)
        raise InputError(
            f"{type(model).__name__} computes something else than what torch.fx traces of it (is a"
            " tensor changed in place that is used again?); rewrite that, or export the model as an"
            " ONNX file"
        ) from error
    if own != torch.float64:
        coarse = _outputs(model, points, shape, own)
        if np.isfinite(coarse).all():
            deviation = largest_deviation(evaluate_many(network, points), coarse)
            name = str(own).removeprefix("torch.")
            notes.append(f"torch's own {name} output deviates by up to {deviation:.3g} there")
    return notes


def _outputs(
    model: nn.Module, points: np.ndarray, shape: tuple[int, ...], dtype: torch.dtype
) -> np.ndarray:
    device = next((p.device for p in model.parameters()), torch.device("cpu"))
    results = []
    try:
        with torch.no_grad():
            for point in points:
                x = torch.from_numpy(point.copy()).reshape(shape).to(device=device, dtype=dtype)
                results.append(model(x).to(device="cpu", dtype=torch.float64).numpy().ravel())
    except RuntimeError as error:
        raise InputError(
            f"torch cannot run the model on {shape} inputs of {dtype} ({_first_line(error)}), so the"
            " import cannot be checked"
        ) from error
    return np.array(results)


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
