"""Level sets, meshes and verdicts on properties in a JSON claims file. See CLAIMS.md."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exactpoly.crosscheck.answers import small_file
from exactpoly.crosscheck.fields import count, each, number, point, refuse_unknown, strings
from exactpoly.crosscheck.further_claims import (
    HOMOLOGIES,
    ClaimedLevelSet,
    ClaimedMesh,
    ClaimedProperty,
    Level,
)
from exactpoly.crosscheck.numbers import NumberFormat
from exactpoly.errors import InputError
from exactpoly.levelset.forms import Component, component_word
from exactpoly.levelset.level import SETS
from exactpoly.topology.homology import checked_field

__all__ = ["FURTHER", "Part"]


@dataclass(frozen=True)
class Part:
    """A list in a claims file: how an entry is read and written."""

    read: Callable[[Any, str, NumberFormat], Any]
    write: Callable[[Any], dict[str, object]]


def _level(entry: dict[str, Any], where: str, numbers: NumberFormat) -> Level:
    value = number(entry.get("level", 0), numbers, f"{where}.level")
    return Level(value, _component(entry.get("component"), f"{where}.component"))


def _component(value: Any, where: str) -> Component:
    """An output's number, ``"0-1"`` for a difference, or nothing."""
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    parts = value.split("-") if isinstance(value, str) else []
    if len(parts) == 2 and all(part.isascii() and part.isdecimal() for part in parts):
        return int(parts[0]), int(parts[1])
    raise InputError(
        f'{where} is {value!r}; give the number of an output, or "0-1" for a difference'
    )


def _level_json(level: Level) -> dict[str, object]:
    told: dict[str, object] = {"level": str(level.value)}
    if level.component is not None:
        word = component_word(level.component)
        told["component"] = level.component if isinstance(level.component, int) else word
    return told


_SET_KEYS = {
    "level",
    "component",
    "set",
    "betti",
    "homology",
    "field",
    "euler",
    "components",
    "f_vector",
}


def _level_set(entry: Any, where: str, numbers: NumberFormat) -> ClaimedLevelSet:
    entry = _object(entry, where, _SET_KEYS)
    name, homology = entry.get("set", "zero"), entry.get("homology", "ordinary")
    _one_of(name, SETS, f"{where}.set")
    _one_of(homology, HOMOLOGIES, f"{where}.homology")
    field = count(entry.get("field", 2), f"{where}.field")
    checked_field(field)
    found = {
        key: None if entry.get(key) is None else _counts(entry[key], f"{where}.{key}")
        for key in ("betti", "f_vector")
    }
    euler = entry.get("euler")
    if euler is not None and (isinstance(euler, bool) or not isinstance(euler, int)):
        raise InputError(f"{where}.euler is {euler!r}; give an integer")
    parts = entry.get("components")
    if euler is None and parts is None and not any(value is not None for value in found.values()):
        raise InputError(
            f'{where} states nothing; give "betti", "euler", "components" or "f_vector"'
        )
    return ClaimedLevelSet(
        _level(entry, where, numbers),
        name,
        homology=homology,
        field=field,
        euler=euler,
        components=None if parts is None else count(parts, f"{where}.components"),
        **found,
    )


def _level_set_json(claim: ClaimedLevelSet) -> dict[str, object]:
    told = _level_json(claim.level) | {"set": claim.name}
    if claim.betti is not None:
        told |= {"betti": list(claim.betti), "homology": claim.homology, "field": claim.field}
    if claim.f_vector is not None:
        told["f_vector"] = list(claim.f_vector)
    numbers = {"euler": claim.euler, "components": claim.components}
    return told | {key: value for key, value in numbers.items() if value is not None}


def _mesh(entry: Any, where: str, numbers: NumberFormat) -> ClaimedMesh:
    entry = _object(entry, where, {"level", "component", "vertices", "faces"})
    vertices = each(entry.get("vertices"), f"{where}.vertices", point, numbers)
    faces = each(
        entry.get("faces"), f"{where}.faces", lambda face, place, _: _counts(face, place), numbers
    )
    return ClaimedMesh(_level(entry, where, numbers), vertices, faces)


def _mesh_json(claim: ClaimedMesh) -> dict[str, object]:
    return _level_json(claim.level) | {
        "vertices": [strings(vertex) for vertex in claim.vertices],
        "faces": [list(face) for face in claim.faces],
    }


def _property(entry: Any, where: str, numbers: NumberFormat) -> ClaimedProperty:
    entry = _object(entry, where, {"file", "vnnlib", "result", "witness"})
    file, text, witness = entry.get("file"), entry.get("vnnlib"), entry.get("witness")
    if (file is None) == (text is None) or not isinstance(file or text, str):
        raise InputError(f'{where} has to have one of "file" and "vnnlib"')
    _one_of(entry.get("result"), ("sat", "unsat"), f"{where}.result")
    if file is not None:
        text = small_file(Path(file).resolve())
        if text is None:
            raise InputError(f"{where}.file: {file} is not a file that can be read")
    return ClaimedProperty(
        Path(file).name if file is not None else "property",
        str(text),
        entry["result"],
        None if witness is None else point(witness, f"{where}.witness", numbers),
    )


def _property_json(claim: ClaimedProperty) -> dict[str, object]:
    told: dict[str, object] = {"vnnlib": claim.text, "result": claim.result}
    return told if claim.witness is None else told | {"witness": strings(claim.witness)}


FURTHER = {
    "level_sets": Part(_level_set, _level_set_json),
    "meshes": Part(_mesh, _mesh_json),
    "properties": Part(_property, _property_json),
}
"""The lists, by their key."""


def _object(entry: Any, where: str, keys: set[str]) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise InputError(f"{where} is not an object")
    refuse_unknown(entry, keys, where)
    return entry


def _one_of(value: Any, known: tuple[str, ...], where: str) -> None:
    if value not in known:
        raise InputError(f"{where} is {value!r}; give one of {', '.join(known)}")


def _counts(value: Any, where: str) -> tuple[int, ...]:
    if not isinstance(value, list):
        raise InputError(f"{where} is {value!r}; give a list of numbers 0, 1, 2, ..")
    return tuple(count(item, f"{where}[{i}]") for i, item in enumerate(value))
