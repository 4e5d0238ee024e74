"""What an ONNX file holds besides its graph, checked before anything is made of it.

Tensors may lie in files beside the model, and may promise more numbers than there are; names may be given
to two things, of which a reader would silently take one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from math import prod
from pathlib import Path
from typing import Any

from onnx import TensorProto, external_data_helper

from exactpoly.errors import InputError
from exactpoly.readers.archives import most_entries
from exactpoly.readers.exact_array import MAX_ENTRIES

__all__ = ["check_names", "check_tensors", "load_outside"]

_WIDEST = 16
"""Bytes of the widest number."""
_NUMBER = re.compile("[0-9]{1,18}")


def load_outside(model: Any, path: Path) -> None:
    """Load the tensors that lie in files in the model's folder."""
    for tensor in _tensors(model):
        if tensor.data_location != TensorProto.EXTERNAL:
            continue
        where = f"{path}: the data of tensor {tensor.name[:80]!r}"
        fields = {entry.key: entry.value for entry in tensor.external_data}
        if len(fields) != len(tensor.external_data):
            raise InputError(f"{where} has a field twice; export the model again")
        for field in ("offset", "length"):
            if not _NUMBER.fullmatch(fields.get(field, "0")):
                raise InputError(
                    f"{where} has the {field} {fields[field][:40]!r}; it must be a number of bytes"
                )
        _check_outside(tensor, fields, path, where)
        try:
            external_data_helper.load_external_data_for_tensor(tensor, str(path.parent))
        except Exception as error:  # of the file system, and what the helper refuses
            line = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise InputError(
                f"{where} cannot be read from {fields.get('location', '')[:80]!r} ({line[:300]});"
                " keep the file beside the model"
            ) from error
        tensor.data_location = TensorProto.DEFAULT
        del tensor.external_data[:]


def _check_outside(tensor: Any, fields: dict[str, str], path: Path, where: str) -> None:
    """Refuse a stretch of a file that is longer than its numbers, before it fills the memory."""
    location, size = fields.get("location", ""), prod(tensor.dims)
    if "\0" in location:
        raise InputError(f"{where} lies in {location[:80]!r}, which is not the name of a file")
    beside = path.parent / location
    if not 0 <= size <= MAX_ENTRIES:
        raise InputError(f"{where} are {size} numbers; at most {MAX_ENTRIES} are read")
    length = int(fields.get("length", "0"))
    with suppress(OSError):  # the helper says what is wrong
        length = length or beside.stat().st_size - int(fields.get("offset", "0"))
    if length > _WIDEST * size:
        raise InputError(f"{where} is {length} bytes for {size} numbers; export the model again")


def check_tensors(model: Any, path: Path) -> None:
    """Refuse negative sizes, and more numbers than a file of this size may stand for."""
    total = 0
    most = most_entries(path)
    for tensor in _tensors(model):
        if min(tensor.dims, default=1) < 0:
            raise InputError(
                f"{path}: tensor {tensor.name[:80]!r} has the shape {list(tensor.dims)[:8]}; no size"
                " is negative"
            )
        total += prod(tensor.dims)
        held = len(tensor.raw_data)
        if total > max(most, held):
            raise InputError(
                f"{path}: its tensors have {total} numbers; at most {most} are read from a file"
                f" of {path.stat().st_size} bytes"
            )


def check_names(model: Any) -> None:
    """Refuse a name that is given to two values, or to two constants."""
    graph = model.graph
    made = [name for node in graph.node for name in node.output if name]
    constants = [tensor.name for tensor in graph.initializer]
    if graph.sparse_initializer:
        name = graph.sparse_initializer[0].values.name
        raise InputError(f"the sparse constant {name[:80]!r} is not supported; export dense ones")
    twice = _twice([*made, *constants]) or _twice(x.name for x in graph.input)
    twice = twice or _twice([*made, *(x.name for x in graph.input)])
    if twice is not None:
        raise InputError(f"the value {twice[:80]!r} is given twice; a name must mean one value")
    # skl2onnx writes some of them twice over.
    sets = {("" if x.domain == "ai.onnx" else x.domain, x.version) for x in model.opset_import}
    domain = _twice(name for name, _ in sets)
    if domain is not None:
        raise InputError(
            f"the operator set {domain[:80]!r} is imported in two versions; keep one of them"
        )


def _twice(names: Iterable[str]) -> str | None:
    return next((name for name, count in Counter(names).items() if count > 1), None)


def _tensors(model: Any) -> Iterator[Any]:
    """The constants of the graph and of its nodes."""
    yield from model.graph.initializer
    for node in model.graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            yield from attribute.tensors
