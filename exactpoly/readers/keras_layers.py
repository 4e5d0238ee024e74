"""Layers of Keras, each from its configuration and weights to exact affine forms and ReLUs.

Kernels have shape (inputs, outputs). What is not in `_LAYERS` is refused by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod
from typing import Any, Protocol

import numpy as np

from exactpoly.arithmetic.rational import exact_scalar
from exactpoly.errors import ExactpolyError, InputError
from exactpoly.readers import operators as ops
from exactpoly.readers import piecewise
from exactpoly.readers.batch_norm import BATCH_NORM_REASON, batch_norm
from exactpoly.readers.exact_array import exact_array
from exactpoly.readers.lowering import Graph
from exactpoly.readers.operators import Context, Value, names

__all__ = ["MODELS", "LayerReading", "Record", "Weights", "lower_layer"]

_HEADS = names("softmax log_softmax sigmoid tanh softplus log_sigmoid")


_HEAD_LAYERS = names("Softmax")


_IDENTITIES = names(
    "ActivityRegularization AlphaDropout Dropout GaussianDropout GaussianNoise SpatialDropout1D"
)


MODELS = names("Sequential Functional Model")
"""Classes of models, which a layer may not be."""


@dataclass(frozen=True)
class Record:
    """One layer: its class, name and configuration, the layers that it reads, its name by counting."""

    kind: str
    name: str
    config: Mapping[str, Any]
    inputs: tuple[str, ...]
    counted: str


class Weights(Protocol):
    """Where the weights of layers are."""

    def of(self, record: Record, kinds: Sequence[str]) -> dict[str, np.ndarray]:
        """The weights of a layer, which has just these ``kinds``."""


@dataclass
class LayerReading:
    """What a layer is lowered with: the graph, its weights, and the types of all weights so far."""

    context: Context
    weights: Weights
    dtypes: set[str] = field(default_factory=set)

    def arrays(self, record: Record, kinds: Sequence[str]) -> dict[str, np.ndarray]:
        """The weights of a layer."""
        found = self.weights.of(record, kinds)
        self.dtypes.update(str(array.dtype) for array in found.values())
        return found


def lower_layer(
    made: LayerReading, record: Record, given: Sequence[Value], *, drop: bool, last: bool
) -> Value:
    """What a layer makes of its inputs; ``drop``: leave a head out, ``last``: it is the model's end."""
    where = f"layer {record.name!r} ({record.kind})"
    try:
        if drop and record.kind in _HEAD_LAYERS:
            made.context.note(
                f"the head {record.name!r} is left out; it keeps the order of the outputs"
            )
            return given[0]
        lower = _LAYERS.get(record.kind)
        if lower is None:
            raise InputError(_refusal(record.kind))
        return lower(made, record, drop, *given)
    except ExactpolyError as error:
        hint = "; --drop-head leaves it out" if last and _is_head(record) else ""
        raise type(error)(f"{where}: {error}{hint}") from error
    except (TypeError, KeyError, ValueError, IndexError, AttributeError) as error:
        line = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise InputError(f"{where}: its configuration does not fit ({line})") from error


_CURVED = names(
    "ELU GroupNormalization LayerNormalization Softmax SpectralNormalization UnitNormalization"
)


def _refusal(kind: str) -> str:
    if kind in _CURVED:
        return "this layer is not supported: it is not piecewise linear"
    if kind in MODELS:
        return "a model within a model is not supported; build one model of all layers"
    return f"this layer is not supported; supported are {', '.join(sorted(_LAYERS))}"


def _is_head(record: Record) -> bool:
    return record.kind in _HEAD_LAYERS or record.config.get("activation") in _HEADS


def _activated(
    made: LayerReading, record: Record, x: Value, *, drop: bool, default: Any = "linear"
) -> Value:
    """The activation that a layer's configuration names."""
    name = record.config.get("activation", default)
    options: Any = {}
    if isinstance(name, dict):
        options = name.get("config")
        name = name.get("class_name") or options
    if drop and name in _HEADS:
        made.context.note(f"the head {name!r} is left out; it keeps the order of the outputs")
        return x
    graph = made.context.graph
    if name in (None, "linear"):
        return x
    if name == "relu":
        return graph.relu(graph.tensor(x))
    if name == "relu6":
        return piecewise.clip(graph, x, ops.scalar(0), ops.scalar(6))
    if name == "hard_tanh":
        return piecewise.clip(graph, x, ops.scalar(-1), ops.scalar(1))
    if name == "leaky_relu":
        return piecewise.slopes(graph, x, ops.scalar(_number(made, options, "negative_slope", 0.2)))
    if name in ("ReLU", "LeakyReLU"):
        inner = Record(name, record.name, options, (), "")
        return _LAYERS[name](made, inner, False, x)
    raise InputError(f"activation {str(name)[:80]!r} is not supported or not piecewise linear")


def _number(made: LayerReading, config: Mapping[str, Any], name: str, default: float) -> Fraction:
    """A number of the configuration as the float64 that Keras takes it for."""
    given: Any = config.get(name, default)
    if isinstance(given, dict):  # as Keras 3 may write an array of one number
        given = (given.get("config") or {}).get("value")
    if isinstance(given, bool) or not isinstance(given, (int, float, str)):
        raise InputError(f"{name} is {str(given)[:80]!r}; a number is needed")
    value = exact_scalar(float(given), name)
    if value.denominator > 2**20:
        made.context.note(f"{name} {given} is taken as the exact float64 {value}")
    return value


def _dense(made: LayerReading, record: Record, drop: bool, x: Value) -> Value:
    policy = record.config.get("dtype")
    plain = not isinstance(policy, dict) or policy.get("class_name") in ("DTypePolicy", "Policy")
    if record.config.get("quantization_config") or not plain:
        raise InputError("a quantised layer is not supported; save the model before quantising")
    kinds = ["kernel", "bias"] if record.config.get("use_bias", True) else ["kernel"]
    arrays = made.arrays(record, kinds)
    units = record.config.get("units")
    if arrays["kernel"].ndim != 2 or arrays["kernel"].shape[1] != units:
        raise InputError(f"its kernel has shape {arrays['kernel'].shape}, not (inputs, {units})")
    y = ops.matmul(x, exact_array(arrays["kernel"], f"{record.name}/kernel"))
    if "bias" in arrays:
        if arrays["bias"].shape != (units,):
            raise InputError(f"its bias has shape {arrays['bias'].shape}, not ({units},)")
        y = ops.add_values(
            made.context.graph, y, exact_array(arrays["bias"], f"{record.name}/bias")
        )
    return _activated(made, record, y, drop=drop)


def _batch_norm(made: LayerReading, record: Record, drop: bool, x: Value) -> Value:
    if not made.context.fold_float:
        raise InputError(BATCH_NORM_REASON)
    axis = record.config.get("axis", -1)
    axis = axis[0] if isinstance(axis, list) and len(axis) == 1 else axis
    if len(x.shape) != 2 or axis not in (1, -1):
        raise InputError(
            f"it is supported on vectors, not on shape {x.shape[1:]} along axis {axis}"
        )
    scaled = ["gamma"] if record.config.get("scale", True) else []
    shifted = ["beta"] if record.config.get("center", True) else []
    arrays = made.arrays(record, [*scaled, *shifted, "moving_mean", "moving_variance"])
    if any(array.shape != x.shape[1:] for array in arrays.values()):
        raise InputError(f"its weights do not fit {x.shape[1]} features")
    y, note = batch_norm(
        made.context.graph,
        x,
        arrays.get("gamma"),
        arrays.get("beta"),
        arrays["moving_mean"],
        arrays["moving_variance"],
        float(_number(made, record.config, "epsilon", 1e-3)),
        name=record.name,
    )
    made.context.note(note)
    return y


def _relu(made: LayerReading, record: Record, drop: bool, x: Value) -> Value:
    """`f(x) = x` from the threshold to the maximum, `slope * (x - threshold)` below."""
    graph = made.context.graph
    slope = _number(made, record.config, "negative_slope", 0.0)
    at = _number(made, record.config, "threshold", 0.0)
    if at:
        raise InputError(f"with threshold {at} it jumps; only continuous functions are networks")
    top = record.config.get("max_value")
    if top is None:
        return (
            piecewise.slopes(graph, x, ops.scalar(slope)) if slope else graph.relu(graph.tensor(x))
        )
    high = ops.scalar(_number(made, record.config, "max_value", 0.0))
    if slope:
        return piecewise.minimum(graph, piecewise.slopes(graph, x, ops.scalar(slope)), high)
    return piecewise.clip(graph, x, ops.scalar(0), high)


def _leaky_relu(made: LayerReading, record: Record, drop: bool, x: Value) -> Value:
    """Its slope is called alpha in Keras 2."""
    name = "negative_slope" if "negative_slope" in record.config else "alpha"
    slope = _number(made, record.config, name, 0.3)
    return piecewise.slopes(made.context.graph, x, ops.scalar(slope))


def _prelu(made: LayerReading, record: Record, drop: bool, x: Value) -> Value:
    alpha = made.arrays(record, ["alpha"])["alpha"]
    return piecewise.slopes(made.context.graph, x, exact_array(alpha, f"{record.name}/alpha"))


def _reshape(made: LayerReading, record: Record, drop: bool, x: Value) -> Value:
    return ops.reshape(x, (1, *record.config["target_shape"]))


def _flatten(made: LayerReading, record: Record, drop: bool, x: Value) -> Value:
    if record.config.get("data_format") == "channels_first" and len(x.shape) > 2:
        raise InputError("data_format 'channels_first' is not supported; save channels_last")
    return ops.reshape(x, (1, prod(x.shape[1:])))


def _rescaling(made: LayerReading, record: Record, drop: bool, x: Value) -> Value:
    scale = _number(made, record.config, "scale", 1.0)
    shift = _number(made, record.config, "offset", 0.0)
    y = ops.multiply_values(x, ops.scalar(scale))
    return ops.add_values(made.context.graph, y, ops.scalar(shift))


def _pairwise(
    apply: Callable[[Graph, Value, Value], Value], *, mean: bool = False
) -> Callable[..., Value]:
    def lower(made: LayerReading, record: Record, drop: bool, first: Value, *rest: Value) -> Value:
        y = first
        for x in rest:
            y = apply(made.context.graph, y, x)
        return ops.multiply_values(y, ops.scalar(Fraction(1, 1 + len(rest)))) if mean else y

    return lower


def _concatenate(made: LayerReading, record: Record, drop: bool, *parts: Value) -> Value:
    return ops.concatenate(made.context.graph, parts, record.config.get("axis", -1))


_LAYERS: dict[str, Callable[..., Value]] = {
    "Activation": lambda made, record, drop, x: _activated(made, record, x, drop=drop),
    "Add": _pairwise(ops.add_values),
    "Average": _pairwise(ops.add_values, mean=True),
    "BatchNormalization": _batch_norm,
    "Concatenate": _concatenate,
    "Dense": _dense,
    "Flatten": _flatten,
    "InputLayer": lambda made, record, drop, x: x,
    "LeakyReLU": _leaky_relu,
    "Maximum": _pairwise(piecewise.maximum),
    "Minimum": _pairwise(piecewise.minimum),
    "PReLU": _prelu,
    "ReLU": _relu,
    "Rescaling": _rescaling,
    "Reshape": _reshape,
    "Subtract": _pairwise(lambda graph, x, y: ops.add_values(graph, x, ops.negate(y))),
    **dict.fromkeys(_IDENTITIES, lambda made, record, drop, x: x),
}
