"""From a list of named tensors to a plain ReLU network, by one stated rule.

A file of tensors (state dict, safetensors, `.npz`) does not say how they are wired. The rule is the
multilayer perceptron's: each weight of shape (outputs, inputs) with the bias of its name is a layer,
ReLU stands between layers and the last layer is linear. Nothing is guessed beyond it: what does not
fit is refused, and the notes state the rule and the order of the layers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from exactpoly.errors import InputError
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from exactpoly.readers.exact_array import dtype_rule, layer_from_arrays

__all__ = ["Tensor", "perceptron", "weight_prefixes"]


@dataclass(frozen=True)
class Tensor:
    """One tensor of a file.

    ``array``: its numbers (a bfloat16 tensor is held as the float32 array that it equals);
    ``dtype``: the dtype in the file; ``name``: the name in the file, for errors.
    """

    array: np.ndarray
    dtype: str
    name: str


_BATCH_NORM = {"running_mean", "running_var", "num_batches_tracked"}


def perceptron(
    tensors: Mapping[str, Tensor], prefixes: Iterable[str], *, name: str, why: str
) -> Network:
    """The network of layers ``prefix.weight`` (and ``prefix.bias`` if there is one), in order.

    ``tensors`` holds no other names. ``why`` says where the order comes from, for the notes.
    """
    order = list(prefixes)
    if not order:
        raise InputError('there is no tensor named "<layer>.weight"; a layer needs a weight matrix')
    layers: list[Layer] = []
    for index, prefix in enumerate(order):
        weight = tensors[f"{prefix}.weight"]
        if weight.array.ndim > 2:
            raise InputError(
                f"{weight.name} has shape {weight.array.shape}, a convolution whose stride and"
                " padding the file does not say; give the torch module or an ONNX file"
            )
        bias = tensors.get(f"{prefix}.bias")
        layer = layer_from_arrays(
            weight.array,
            None if bias is None else bias.array,
            relu=index + 1 < len(order),
            name=weight.name,
            bias_name=f"{prefix}.bias" if bias is None else bias.name,
        )
        if layers and layers[-1].outputs != layer.inputs:
            raise InputError(
                f"{weight.name} takes {layer.inputs} inputs but the layer before it,"
                f" {tensors[order[index - 1] + '.weight'].name}, gives {layers[-1].outputs}; weights"
                f" must have shape (outputs, inputs) and stand in the order of the layers ({why})"
            )
        layers.append(layer)
    unbiased = [prefix for prefix in order if f"{prefix}.bias" not in tensors]
    shown = ", ".join(tensors[f"{prefix}.weight"].name for prefix in order)
    notes = [
        dtype_rule({tensor.dtype for tensor in tensors.values()}),
        f"assumed: layers {shown} in this order ({why}), ReLU between them, the last one linear",
    ]
    if unbiased:
        notes.append(f"no bias tensor for {', '.join(unbiased)}: taken as zero")
    return Network(tuple(layers), name, tuple(notes))


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
                f'{tensor.name} is not a tensor this rule knows; names end in ".weight" or ".bias"'
            )
        if kind == "bias" and f"{prefix}.weight" not in tensors:
            raise InputError(f"{tensor.name} has no weight matrix beside it; a layer needs one")
    return [full.rpartition(".")[0] for full in tensors if full.endswith(".weight")]
