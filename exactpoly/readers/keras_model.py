"""The layers of a Keras model, from its configuration, as an exact network.

A `Sequential` or functional model of layers of Keras' own, each used once. Kernels have shape
(inputs, outputs). What is not in `_LAYERS` is refused by its name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod
from typing import Any, Protocol

import numpy as np

from exactpoly.arithmetic.rational import exact_scalar
from exactpoly.errors import ExactpolyError, InputError
from exactpoly.network.network import Network
from exactpoly.readers import operators as ops
from exactpoly.readers import piecewise
from exactpoly.readers.batch_norm import BATCH_NORM_REASON, batch_norm
from exactpoly.readers.exact_array import dtype_rule, exact_array
from exactpoly.readers.lowering import Graph
from exactpoly.readers.operators import Context, Value, names
from exactpoly.readers.reading import Reading

__all__ = ["Record", "network_of_layers"]

_HEADS = names("softmax log_softmax sigmoid tanh softplus log_sigmoid")
_HEAD_LAYERS = names("Softmax")
_IDENTITIES = names(
    "ActivityRegularization AlphaDropout Dropout GaussianDropout GaussianNoise SpatialDropout1D"
)
_MODELS = names("Sequential Functional Model")
_OPEN = ""
"""The name of an input that no layer stands for."""


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
class _Reading:
    """What a layer is lowered with: the graph, its weights, and the types of all weights so far."""

    context: Context
    weights: Weights
    dtypes: set[str] = field(default_factory=set)

    def arrays(self, record: Record, kinds: Sequence[str]) -> dict[str, np.ndarray]:
        """The weights of a layer."""
        found = self.weights.of(record, kinds)
        self.dtypes.update(str(array.dtype) for array in found.values())
        return found


def network_of_layers(config: Any, weights: Weights, title: str, reading: Reading) -> Network:
    """The exact network of a model's configuration, as `model.save` writes it, and its weights.

    ``reading.output_name`` is a layer to end at.
    """
    reading.only("input_shape", "output_name", "drop_head", kind="Keras files")
    records, starts, ends, stated = _records(config)
    by_name = {record.name: record for record in records}
    end = ends[0] if reading.output_name is None else reading.output_name
    if reading.output_name is None and len(ends) != 1:
        raise InputError(f"the model has outputs {', '.join(ends)}; pick one with --output-name")
    if end not in by_name:
        raise InputError(f"output_name: no layer is named {end!r}; there are {', '.join(by_name)}")
    used = _ancestors(by_name, end)
    notes = ["kernels are read as (inputs, outputs), as Keras writes them"]
    if end != ends[0]:
        notes.append(f"the network ends at layer {end!r}, as output_name says")
    graph = Graph()
    made = _Reading(Context(graph, reading.fold_float), weights)
    values, order = _inputs(graph, used, starts, stated, reading)
    notes += order
    for record in used:
        last = record.name == end
        if record.name not in values:
            given = [values[name] for name in record.inputs or (_OPEN,)]
            values[record.name] = _layer(
                made, record, given, drop=last and reading.drop_head, last=last
            )
    if reading.drop_head and not any("head" in note for note in made.context.notes):
        raise InputError("drop_head: the model does not end with a head such as softmax")
    network = graph.network(graph.tensor(values[end]), title)
    rule = [dtype_rule(made.dtypes)] if made.dtypes else []
    return Network(network.layers, title, (*rule, *notes, *made.context.notes))


def _records(config: Any) -> tuple[list[Record], list[str], list[str], Sequence[Any]]:
    """The layers in order, the names of the inputs and outputs, and the shape that the model states."""
    kind, inner = _entry(config, "the model")
    if kind not in _MODELS:
        raise InputError(
            f"a model of class {kind!r} is not supported; Sequential and Functional are"
        )
    entries = inner.get("layers")
    if not isinstance(entries, list) or not entries:
        raise InputError("the model has no layers")
    counts: Counter[str] = Counter()
    records: list[Record] = []
    for place, entry in enumerate(entries):
        name_of_class, own = _entry(entry, f"layers[{place}]")
        plain = _counted_name(name_of_class)
        counted = f"{plain}_{counts[plain]}" if counts[plain] else plain
        counts[plain] += 1
        name = str(own.get("name", entry.get("name", counted)))
        before = tuple(record.name for record in records[-1:])
        inputs = before if kind == "Sequential" else tuple(_sources(entry))
        records.append(Record(name_of_class, name, own, inputs, counted))
    if len({record.name for record in records}) < len(records):
        raise InputError("two layers have the same name; rename one")
    ends = [records[-1].name] if kind == "Sequential" else _ends(inner.get("output_layers"))
    starts = list(_histories(inner.get("input_layers")))
    return records, starts, ends, inner.get("build_input_shape") or ()


def _entry(entry: Any, where: str) -> tuple[str, Mapping[str, Any]]:
    kind = entry.get("class_name") if isinstance(entry, dict) else None
    inner = entry.get("config") if isinstance(entry, dict) else None
    if isinstance(inner, list):  # Keras 1 and 2.2 wrote a Sequential as its list of layers.
        inner = {"layers": inner}
    if not isinstance(kind, str) or not isinstance(inner, dict):
        raise InputError(f"{where}: no class_name and config in the configuration")
    if entry.get("registered_name") and entry["registered_name"] != kind:
        raise InputError(
            f"{where} is of a class of your own ({str(entry['registered_name'])[:80]}), which the file"
            " does not hold"
        )
    return kind, inner


def _counted_name(kind: str) -> str:
    """`BatchNormalization` as `batch_normalization`, as Keras names groups in a file."""
    split = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", kind))
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", split).lower()


def _sources(entry: Mapping[str, Any]) -> list[str]:
    """The layers that a layer of a functional model reads, in Keras 3 and Keras 2 writing."""
    nodes = entry.get("inbound_nodes") or []
    if len(nodes) > 1:
        raise InputError(f"layer {entry.get('name')!r} is used {len(nodes)} times; use it once")
    return [name for node in nodes for name in _histories(node)]


def _histories(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        history = node.get("config", {}).get("keras_history") if "class_name" in node else None
        if history:
            yield str(history[0])
        elif "args" in node:
            yield from _histories(node["args"])
            if any(True for _ in _histories(list(node.get("kwargs", {}).values()))):
                raise InputError("a layer that is called with named tensors is not supported")
    elif isinstance(node, list):
        if len(node) >= 3 and isinstance(node[0], str) and node[1:3] == [0, 0]:
            yield node[0]
        else:
            for part in node:
                yield from _histories(part)


def _ends(given: Any) -> list[str]:
    found = list(_histories(given))
    if not found:
        raise InputError("the model has no output_layers")
    return found


def _ancestors(by_name: Mapping[str, Record], end: str) -> list[Record]:
    """The layers that the end depends on, each behind those that it reads."""
    order: list[Record] = []
    open_: list[str] = [end]
    done: set[str] = set()
    seen: Counter[str] = Counter()
    while open_:
        name = open_[-1]
        record = by_name.get(name)
        if record is None:
            raise InputError(f"a layer reads {name!r}, which is no layer of the model")
        waiting = [source for source in record.inputs if source not in done]
        if name in done or not waiting:
            if name not in done:
                order.append(record)
                done.add(name)
            open_.pop()
            continue
        seen[name] += 1
        if seen[name] > 1 + len(record.inputs):
            raise InputError(f"layer {name!r} depends on its own output")
        open_ += waiting
    return order


def _inputs(
    graph: Graph,
    used: Sequence[Record],
    starts: Sequence[str],
    stated: Sequence[Any],
    reading: Reading,
) -> tuple[dict[str, Value], list[str]]:
    """The input tensors by layer, `_OPEN` where no layer is one, and the note on their order."""
    given = [record for record in used if record.kind == "InputLayer"]
    given.sort(key=lambda x: starts.index(x.name) if x.name in starts else len(starts))
    chosen = reading.input_shape or ((),) * max(len(given), 1)
    if len(chosen) != max(len(given), 1):
        raise InputError(f"input_shape gives {len(chosen)} shapes for {len(given)} inputs")
    if not given:  # a Sequential without one: its first layer says the shape
        shape = used[0].config.get("batch_input_shape") or stated
        return {_OPEN: graph.input(_shape(used[0], shape, chosen[0]))}, []
    stated_by = [
        record.config.get("batch_shape") or record.config.get("batch_input_shape")
        for record in given
    ]
    shapes = [_shape(*case) for case in zip(given, stated_by, chosen, strict=True)]
    names = [record.name for record in given]
    notes = []
    if len(given) > 1:
        parts = ", ".join(f"{name} {shape}" for name, shape in zip(names, shapes, strict=True))
        notes = [f"the inputs are concatenated in this order, each flattened row-major: {parts}"]
    return dict(zip(names, graph.inputs(shapes), strict=True)), notes


def _shape(record: Record, stated: Any, chosen: tuple[int, ...]) -> tuple[int, ...]:
    if chosen:
        return (1, *chosen)
    sizes = list(stated)[1:] if isinstance(stated, (list, tuple)) else []
    if not sizes or not all(type(n) is int and n > 0 for n in sizes):
        raise InputError(
            f"the shape of the input of layer {record.name!r} is not fixed; give it without the batch"
            " axis, as in --input-shape 784 or exactpoly.load(path, input_shape=(784,))"
        )
    return (1, *sizes)


def _layer(
    made: _Reading, record: Record, given: Sequence[Value], *, drop: bool, last: bool
) -> Value:
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
    if kind in _MODELS:
        return "a model within a model is not supported; build one model of all layers"
    return f"this layer is not supported; supported are {', '.join(sorted(_LAYERS))}"


def _is_head(record: Record) -> bool:
    return record.kind in _HEAD_LAYERS or record.config.get("activation") in _HEADS


def _activated(
    made: _Reading, record: Record, x: Value, *, drop: bool, default: Any = "linear"
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


def _number(made: _Reading, config: Mapping[str, Any], name: str, default: float) -> Fraction:
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


def _dense(made: _Reading, record: Record, drop: bool, x: Value) -> Value:
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


def _batch_norm(made: _Reading, record: Record, drop: bool, x: Value) -> Value:
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


def _relu(made: _Reading, record: Record, drop: bool, x: Value) -> Value:
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


def _leaky_relu(made: _Reading, record: Record, drop: bool, x: Value) -> Value:
    """Its slope is called alpha in Keras 2."""
    name = "negative_slope" if "negative_slope" in record.config else "alpha"
    slope = _number(made, record.config, name, 0.3)
    return piecewise.slopes(made.context.graph, x, ops.scalar(slope))


def _prelu(made: _Reading, record: Record, drop: bool, x: Value) -> Value:
    alpha = made.arrays(record, ["alpha"])["alpha"]
    return piecewise.slopes(made.context.graph, x, exact_array(alpha, f"{record.name}/alpha"))


def _reshape(made: _Reading, record: Record, drop: bool, x: Value) -> Value:
    return ops.reshape(x, (1, *record.config["target_shape"]))


def _flatten(made: _Reading, record: Record, drop: bool, x: Value) -> Value:
    if record.config.get("data_format") == "channels_first" and len(x.shape) > 2:
        raise InputError("data_format 'channels_first' is not supported; save channels_last")
    return ops.reshape(x, (1, prod(x.shape[1:])))


def _rescaling(made: _Reading, record: Record, drop: bool, x: Value) -> Value:
    scale = _number(made, record.config, "scale", 1.0)
    shift = _number(made, record.config, "offset", 0.0)
    y = ops.multiply_values(x, ops.scalar(scale))
    return ops.add_values(made.context.graph, y, ops.scalar(shift))


def _pairwise(
    apply: Callable[[Graph, Value, Value], Value], *, mean: bool = False
) -> Callable[..., Value]:
    def lower(made: _Reading, record: Record, drop: bool, first: Value, *rest: Value) -> Value:
        y = first
        for x in rest:
            y = apply(made.context.graph, y, x)
        return ops.multiply_values(y, ops.scalar(Fraction(1, 1 + len(rest)))) if mean else y

    return lower


def _concatenate(made: _Reading, record: Record, drop: bool, *parts: Value) -> Value:
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
