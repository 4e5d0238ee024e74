"""From a list of named tensors to a plain network, by one stated rule.

A file of tensors (state dict, safetensors, `.npz`) does not say how they are wired. The rule is the
multilayer perceptron's: each weight of shape (outputs, inputs) with the bias of its name is a layer, an
activation stands between layers and the last layer is linear. Nothing is guessed beyond it: what does not
fit is refused, the notes state the rule and the order of the layers, and `Reading` can say otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise

from exactpoly.errors import InputError
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from exactpoly.readers import operators as ops
from exactpoly.readers.activations import activation
from exactpoly.readers.exact_array import dtype_rule, exact_array, layer_from_arrays
from exactpoly.readers.lowering import Graph
from exactpoly.readers.reading import Reading
from exactpoly.readers.several import chosen, groups_text, only_group, refuse_several
from exactpoly.readers.tensors import Tensor

__all__ = ["Order", "network_of_tensors", "weight_prefixes"]

Order = Callable[[Mapping[str, Tensor], list[str]], tuple[list[str], str]]
"""From tensors and prefixes of weights to their order and the words that say where it comes from."""

_LONGEST_NAME = 1_000
_BATCH_NORM = {"running_mean", "running_var", "num_batches_tracked"}


def network_of_tensors(
    tensors: Mapping[str, Tensor], order: Order, name: str, reading: Reading
) -> Network:
    """The network of layers ``prefix.weight`` (and ``prefix.bias`` if there is one), in ``order``."""
    reading.only(
        "prefix", "activation", "final_activation", "transpose", kind="files of named tensors"
    )
    kept, notes = chosen(_dotted(tensors), reading.prefix)
    kept, turned = _oriented(kept, reading)
    if reading.prefix is None:
        refuse_several(kept)
    try:
        prefixes, why = order(kept, weight_prefixes(kept))
        network = _perceptron(kept, prefixes, why, name, reading)
    except InputError as error:
        groups, group = groups_text(kept), only_group(kept)
        if group is not None and reading.prefix is None:
            raise InputError(f"{error}; --prefix {group} reads that part alone") from error
        if not groups or reading.prefix is not None:
            raise
        raise InputError(
            f"{error}; if these are several networks, {groups}, pick one with --prefix"
        ) from error
    stated = [
        dtype_rule({x.dtype for x in kept.values()}),
        *notes,
        *_assumptions(kept, prefixes, why, turned, reading),
    ]
    return replace(network, notes=tuple(stated))


def _dotted(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Names with dots between their parts; Keras and flax write ``dense_1/kernel:0``."""
    result: dict[str, Tensor] = {}
    for full, tensor in tensors.items():
        if len(full) > _LONGEST_NAME:
            raise InputError(f"a tensor's name has {len(full)} characters; give it a shorter one")
        name = re.sub(r":[0-9]+$", "", full).replace("/", ".")
        if name in result:
            raise InputError(f"{result[name].name} and {full} both mean one tensor; keep one")
        result[name] = tensor
    # Keras counts dense, dense_1, dense_2.
    heads = {name.rpartition(".")[0] for name in result}
    firsts = {head for head in heads if f"{head}_1" in heads and f"{head}_0" not in heads}
    return {
        (f"{head}_0.{kind}" if head in firsts else name): tensor
        for name, tensor in result.items()
        for head, _, kind in [name.rpartition(".")]
    }


def _oriented(tensors: Mapping[str, Tensor], reading: Reading) -> tuple[dict[str, Tensor], bool]:
    """The tensors with every matrix of shape (outputs, inputs), and whether that turned some."""
    kernels = {name for name in tensors if name.rpartition(".")[2] == "kernel"}
    if reading.transpose and kernels:
        raise InputError(
            "transpose: matrices named kernel have shape (inputs, outputs) as it is; leave it out"
        )
    result: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        head, _, kind = name.rpartition(".")
        weight = kind in ("kernel", "weight")
        turn = weight and tensor.array.ndim == 2 and (reading.transpose or kind == "kernel")
        full = f"{head}.weight" if kind == "kernel" else name
        if full in result:
            raise InputError(
                f"{result[full].name} and {tensor.name} both mean one tensor; keep one"
            )
        result[full] = tensor.transposed() if turn else tensor
    return result, bool(kernels) or reading.transpose


def weight_prefixes(tensors: Mapping[str, Tensor]) -> list[str]:
    """The prefixes of the names ``prefix.weight``, in the given order; refuses any other name."""
    for full, tensor in tensors.items():
        prefix, _, kind = full.rpartition(".")
        if kind in _BATCH_NORM:
            raise InputError(
                f"{tensor.name} belongs to a batch normalisation, whose scale is a square root and"
                " whose place among the layers the file does not say; give the torch module or an"
                " ONNX file, and --fold-float"
            )
        if kind not in ("weight", "bias") or not prefix:
            raise InputError(
                f"{tensor.name or 'a name of no letters'} is not a tensor this rule knows; names end in"
                ' ".weight" or ".bias"'
            )
        if kind == "bias" and f"{prefix}.weight" not in tensors:
            raise InputError(f"{tensor.name} has no weight matrix; a layer needs one")
    return [full.rpartition(".")[0] for full in tensors if full.endswith(".weight")]


def _perceptron(
    tensors: Mapping[str, Tensor], order: list[str], why: str, name: str, reading: Reading
) -> Network:
    if not order:
        raise InputError('there is no tensor named "<layer>.weight"; a layer needs a weight matrix')
    for prefix in order:
        weight = tensors[f"{prefix}.weight"]
        if weight.array.ndim > 2:
            raise InputError(
                f"{weight.name} has shape {weight.array.shape}, a convolution whose stride and"
                " padding the file does not say; give the torch module or an ONNX file"
            )
    relu = reading.activation in (None, "relu")
    layers = _layers(tensors, order, why, final=relu and reading.final_activation)
    if relu:
        return Network(layers, name)
    return _other_network(layers[0].inputs, tensors, order, name, reading)


def _check_chain(tensors: Mapping[str, Tensor], order: list[str], index: int, why: str) -> None:
    if not index:
        return
    before, weight = (tensors[f"{order[i]}.weight"] for i in (index - 1, index))
    shapes = before.array.shape, weight.array.shape
    if any(len(shape) != 2 for shape in shapes) or shapes[0][0] == shapes[1][1]:
        return
    arrays = [tensors[f"{prefix}.weight"].array.shape for prefix in order]
    chain = all(len(s) == 2 for s in arrays) and all(a[1] == b[0] for a, b in pairwise(arrays))
    hint = "; the other way round they would fit: say --transpose" if chain else ""
    raise InputError(
        f"{weight.name} takes {shapes[1][1]} inputs but the layer before it, {before.name}, gives"
        f" {shapes[0][0]}; weights must have shape (outputs, inputs) and be in the order of the"
        f" layers ({why}){hint}"
    )


def _layers(
    tensors: Mapping[str, Tensor], order: list[str], why: str, *, final: bool
) -> tuple[Layer, ...]:
    layers = []
    for index, prefix in enumerate(order):
        weight, bias = tensors[f"{prefix}.weight"], tensors.get(f"{prefix}.bias")
        layers.append(
            layer_from_arrays(
                weight.array,
                None if bias is None else bias.array,
                relu=final or index + 1 < len(order),
                name=weight.name,
                bias_name=f"{prefix}.bias" if bias is None else bias.name,
            )
        )
        _check_chain(tensors, order, index, why)
    return tuple(layers)


def _other_network(
    inputs: int, tensors: Mapping[str, Tensor], order: list[str], name: str, reading: Reading
) -> Network:
    """The same with another activation, as ReLU units and linear ones."""
    apply = activation(reading.activation)
    graph = Graph()
    x = graph.input((inputs,))
    for index, prefix in enumerate(order):
        weight, bias = tensors[f"{prefix}.weight"], tensors.get(f"{prefix}.bias")
        y = ops.matmul(x, exact_array(weight.array.T, weight.name))
        if bias is not None:
            y = ops.add_values(graph, y, exact_array(bias.array, bias.name))
        x = graph.tensor(y)
        if index + 1 < len(order) or reading.final_activation:
            x = graph.tensor(apply(graph, x))
    return graph.network(x, name)


def _assumptions(
    tensors: Mapping[str, Tensor], order: list[str], why: str, turned: bool, reading: Reading
) -> list[str]:
    """What the file does not say, in plain words."""
    weights = [tensors[f"{prefix}.weight"] for prefix in order]
    shown = ", ".join(weight.name for weight in weights)
    between = {None: "ReLU", "relu": "ReLU"}.get(reading.activation, reading.activation)
    last = (
        f"{between} behind the last one too" if reading.final_activation else "the last one linear"
    )
    notes = [
        f"assumed: layers {shown} in this order ({why}), {between} between them, {last}, no skip"
        " connections; the file does not say so (--activation and --final-activation choose)"
    ]
    shape = "(inputs, outputs)" if turned else "(outputs, inputs)"
    square = [weight.name for weight in weights if weight.array.shape[0] == weight.array.shape[1]]
    if turned:
        notes.append(f"matrices are read as {shape}, and turned")
    elif square:
        notes.append(
            f"assumed: matrices have shape {shape}, though the square ones ({', '.join(square)}) fit"
            " the other way round too (--transpose turns all)"
        )
    unbiased = [prefix for prefix in order if f"{prefix}.bias" not in tensors]
    if unbiased:
        notes.append(f"no bias tensor for {', '.join(unbiased)}: taken as zero")
    return notes
