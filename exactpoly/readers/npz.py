"""Networks as NumPy archives (`.npz`) of weight matrices and bias vectors.

Names are ``W1, b1, W2, b2, ..`` or ``weight_0, bias_0, weight_1, ..`` (counted from any number, without
gaps), or ``<layer>.weight, <layer>.bias``, put in order by `layer_order`. Weights have shape
(outputs, inputs): a layer is `x -> W x + b`. ReLU stands between layers; the last one is linear.
Archives of ``arr_0, arr_1, ..``, what `numpy.savez` writes without names, hold weights and biases in
turn; affinitree's hold numbered layers, ReLUs among them; Keras' and flax's ``<layer>/kernel`` have shape
(inputs, outputs).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np

from exactpoly.errors import InputError
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from exactpoly.readers.archives import arrays_of
from exactpoly.readers.exact_array import dtype_rule, layer_from_arrays
from exactpoly.readers.layer_order import order_of_numbers
from exactpoly.readers.named_tensors import Order, network_of_tensors
from exactpoly.readers.reading import Reading
from exactpoly.readers.tensors import Tensor

__all__ = ["read_npz"]

_NUMBERED = re.compile(
    r"(?:(?P<weight>w|weights?)|b|bias|biases)_?(?P<number>[0-9]{1,9})", re.IGNORECASE
)
_POSITIONAL = re.compile(r"arr_[0-9]{1,9}")
_NUMBERED_LAYER = re.compile(r"[0-9]{3}\.[a-z_.]+")


def read_npz(path: str | Path, reading: Reading) -> Network:
    """Read a network from an `.npz` archive; pickled objects in it are never loaded."""
    path = Path(path)
    arrays = arrays_of(path)
    if arrays and all(_NUMBERED_LAYER.fullmatch(name) for name in arrays):
        return _numbered_layers(arrays, path.stem, reading)
    if arrays and all(_POSITIONAL.fullmatch(name) for name in arrays):
        tensors = _positional(arrays)
    else:
        tensors = _named(arrays)
    order: Order = order_of_numbers
    if all(_NUMBERED.fullmatch(name) for name in arrays):
        order = _order_without_gaps
    return network_of_tensors(tensors, order, path.stem, reading)


def _named(arrays: dict[str, np.ndarray]) -> dict[str, Tensor]:
    tensors: dict[str, Tensor] = {}
    for name, array in arrays.items():
        match = _NUMBERED.fullmatch(name)
        kind = "weight" if match and match["weight"] else "bias"
        full = f"{int(match['number'])}.{kind}" if match else name
        if full in tensors:
            raise InputError(f"{tensors[full].name} and {name} both mean one tensor; keep one")
        tensors[full] = Tensor(array, str(array.dtype), name)
    return tensors


def _positional(arrays: dict[str, np.ndarray]) -> dict[str, Tensor]:
    """``arr_0, arr_1, ..``: each matrix is a weight, a vector behind it is its bias."""
    tensors: dict[str, Tensor] = {}
    layer = -1
    for name in sorted(arrays, key=lambda name: int(name.removeprefix("arr_"))):
        array = arrays[name]
        layer += array.ndim != 1
        full = f"{layer}.{'bias' if array.ndim == 1 else 'weight'}"
        if full in tensors or layer < 0:
            raise InputError(
                f"{name} has shape {array.shape}; arrays must be a weight matrix, its bias, and so on"
            )
        tensors[full] = Tensor(array, str(array.dtype), name)
    return tensors


def _numbered_layers(arrays: dict[str, np.ndarray], name: str, reading: Reading) -> Network:
    """affinitree's archives: ``002.linear.weights``, ``002.linear.bias``, ``003.relu``, in order.

    They say where ReLU stands, so that nothing is assumed.
    """
    reading.only(kind="archives of numbered layers")
    layers: list[Layer] = []
    after: dict[int, str] = {}
    for full in arrays:
        number, _, kind = full.partition(".")
        if kind in ("linear.weights", "relu"):
            if int(number) in after:
                raise InputError(f"{full}: number {number} is given to two layers")
            after[int(number)] = full
        elif kind not in ("linear.bias", "layers"):
            raise InputError(f"{full}: {kind} is not supported; linear and relu are")
    for _, full in sorted(after.items()):
        if full.endswith(".relu"):
            if not layers:
                raise InputError(f"{full}: a ReLU before the first linear layer is not supported")
            layers[-1] = layers[-1].with_relu([True] * layers[-1].outputs)
            continue
        bias_name = full.replace("linear.weights", "linear.bias")
        bias = arrays.get(bias_name)
        layers.append(
            layer_from_arrays(arrays[full], bias, relu=False, name=full, bias_name=bias_name)
        )
    for full in arrays:
        if full.endswith("linear.bias") and full.replace("bias", "weights") not in arrays:
            raise InputError(f"{full} has no weight matrix; a layer needs one")
    kinds = {str(array.dtype) for full, array in arrays.items() if ".linear." in full}
    return Network(
        tuple(layers),
        name,
        (dtype_rule(kinds), "layers and ReLUs stand in the order of their numbers"),
    )


def _order_without_gaps(
    tensors: Mapping[str, Tensor], prefixes: list[str]
) -> tuple[list[str], str]:
    """Where layers are only numbered, a missing number means a missing layer."""
    order, why = order_of_numbers(tensors, prefixes)
    for before, after in pairwise(order):
        if int(after) != int(before) + 1:
            raise InputError(
                f"the layers are numbered {', '.join(order)}; layer {int(before) + 1} is missing"
            )
    return order, why
