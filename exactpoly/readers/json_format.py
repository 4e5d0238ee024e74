"""Networks as JSON with rational strings: the one format that can hold every exact network.

    {"name": "tent", "notes": ["free text"],
     "hidden_layers": [{"weight": [["1"], ["-3/4"]], "bias": ["0", "0.25"], "relu": [true, false]}],
     "output_layer": {"weight": [["1", "2"]], "bias": ["0"]}}

A weight has one row an output. A number is an integer, a fraction ``"p/q"`` or a decimal, quoted or
not, and means exactly what is written: ``0.1`` is one tenth, not the nearest float. ``relu`` (one
truth value an output, or one for all) is optional: hidden layers are ReLU layers without it and the
output layer is linear. ``bias`` left out or null means zeros; ``output_layer`` left out or null
means that the last hidden layer is the output. Other top-level keys are ignored, other keys in a
layer are refused, for a misspelt ``bias`` must not become a zero bias.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from exactpoly.arithmetic.digits import any_digits
from exactpoly.arithmetic.exact_rows import ExactRows, Room, exact_rows
from exactpoly.arithmetic.strict_json import strict_json
from exactpoly.errors import InputError
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from exactpoly.running.files import write_whole

__all__ = ["network_from_json", "network_to_json", "read_json", "write_json"]

_LAYER_KEYS = {"weight", "bias", "relu"}


def read_json(path: str | Path) -> Network:
    """Read a network from a JSON file. Raises `InputError` naming the field that is wrong."""
    path = Path(path)
    room = Room()
    try:
        data = strict_json(path.read_bytes(), lambda entry: _compact(entry, room))
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
    return network_from_json(data, name=path.stem)


def _compact(entry: dict[str, Any], room: Room) -> dict[str, Any]:
    """The object with a matrix as integers, or as the error that refuses it, for the caller to say where.

    One row of strings after the other is let go: they take twice the memory.
    """
    weight = entry.get("weight")
    if isinstance(weight, list) and all(isinstance(row, list) for row in weight):
        try:
            entry["weight"] = exact_rows(_used_up(weight), "weight", room)
        except InputError as error:
            entry["weight"] = error
    return entry


def _used_up(rows: list[Any]) -> Iterator[Any]:
    rows.reverse()
    while rows:
        yield rows.pop()


def write_json(network: Network, path: str | Path) -> None:
    """Write a network so that `read_json` gives back an equal one, notes and name included.

    >>> import exactpoly as ep, tempfile, os
    >>> path = os.path.join(tempfile.mkdtemp(), "moons.json")
    >>> ep.write_json(ep.examples.moons(), path)
    >>> ep.load(path) == ep.examples.moons()
    True
    """
    write_whole(path, json.dumps(network_to_json(network), indent=1) + "\n")


def network_to_json(network: Network) -> dict[str, Any]:
    """The JSON object of a network. ``relu`` is written only where it is not the default."""
    *hidden, output = network.layers
    with any_digits():
        return {
            "name": network.name,
            "notes": list(network.notes),
            "hidden_layers": [_layer_to_json(layer, default=True) for layer in hidden],
            "output_layer": _layer_to_json(output, default=False),
        }


def network_from_json(data: Any, *, name: str = "network") -> Network:
    """The network of a JSON object; ``name`` is used where the object has none."""
    if not isinstance(data, dict) or "hidden_layers" not in data:
        raise InputError(
            'no "hidden_layers" in the JSON; a network is an object with "hidden_layers" (a list of'
            ' layers with "weight" and "bias") and "output_layer"'
        )
    hidden = data["hidden_layers"]
    if not isinstance(hidden, list):
        raise InputError("hidden_layers is not a list; give a list of layers")
    layers = [
        _layer_from_json(entry, f"hidden_layers[{i}]", default=True)
        for i, entry in enumerate(hidden)
    ]
    if data.get("output_layer") is not None:
        layers.append(_layer_from_json(data["output_layer"], "output_layer", default=False))
    title = data.get("name", name)
    if not isinstance(title, str):
        raise InputError("name is not a string; give the network's name in quotes")
    return Network(tuple(layers), title, _notes(data))


def _notes(data: dict[str, Any]) -> tuple[str, ...]:
    """The strings under "notes", and the single one that case files keep under "note"."""
    notes = data.get("notes", [])
    if not isinstance(notes, list) or not all(isinstance(x, str) for x in notes):
        raise InputError("notes is not a list of strings; write each note in quotes")
    note = data.get("note")
    return (note, *notes) if isinstance(note, str) else tuple(notes)


def _layer_to_json(layer: Layer, *, default: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "weight": [[str(x) for x in row] for row in layer.weight],
        "bias": [str(x) for x in layer.bias],
    }
    if any(kind != default for kind in layer.relu):
        entry["relu"] = list(layer.relu)
    return entry


def _layer_from_json(entry: Any, where: str, *, default: bool) -> Layer:
    if not isinstance(entry, dict) or "weight" not in entry:
        raise InputError(f'{where} has no "weight"; a layer is an object with "weight" and "bias"')
    unknown = sorted(set(entry) - _LAYER_KEYS)
    if unknown:
        raise InputError(
            f'{where} has the unknown key {unknown[0][:80]!r}; a layer has "weight", "bias" and "relu"'
        )
    weight, bias = entry["weight"], entry.get("bias")
    if isinstance(weight, InputError):
        raise InputError(f"{where}.{weight}") from weight
    matrix = isinstance(weight, list) and all(isinstance(row, list) for row in weight)
    if not matrix and not isinstance(weight, ExactRows):
        raise InputError(f"{where}.weight is not a list of rows; give one list an output")
    if bias is not None and not isinstance(bias, list):
        raise InputError(f"{where}.bias is not a list; give one number an output")
    return Layer.of(weight, bias, relu=_kinds(entry.get("relu", default), where), name=where)


def _kinds(relu: Any, where: str) -> bool | Sequence[bool]:
    if isinstance(relu, bool):
        return relu
    if isinstance(relu, list) and all(isinstance(kind, bool) for kind in relu):
        return relu
    raise InputError(f"{where}.relu is not a list of true and false; give one an output")
