"""The layers of a Keras model, from its configuration, as an exact network.

A `Sequential` or functional model of layers of Keras' own, each used once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from exactpoly.errors import InputError
from exactpoly.network.network import Network
from exactpoly.readers.exact_array import dtype_rule
from exactpoly.readers.keras_layers import MODELS, LayerReading, Record, Weights, lower_layer
from exactpoly.readers.lowering import Graph
from exactpoly.readers.operators import Context, Value
from exactpoly.readers.reading import Reading

__all__ = ["network_of_layers"]

_OPEN = ""
"""The name of an input that no layer stands for."""


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
    made = LayerReading(Context(graph, reading.fold_float), weights)
    values, order = _inputs(graph, used, starts, stated, reading)
    notes += order
    for record in used:
        last = record.name == end
        if record.name not in values:
            given = [values[name] for name in record.inputs or (_OPEN,)]
            values[record.name] = lower_layer(
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
    if kind not in MODELS:
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
            raise InputError(f"a layer reads {name!r}, which is not a layer of the model")
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
