"""Networks as NumPy archives (`.npz`) of weight matrices and bias vectors.

Names are ``W1, b1, W2, b2, ..`` or ``weight_0, bias_0, weight_1, ..`` (counted from any number, without
gaps), or ``<layer>.weight, <layer>.bias``, put in order by `layer_order`. Weights have shape
(outputs, inputs): a layer is `x -> W x + b`. ReLU stands between layers; the last one is linear.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from itertools import pairwise
from pathlib import Path

import numpy as np

from exactpoly.errors import InputError
from exactpoly.network.network import Network
from exactpoly.readers.exact_array import MAX_ENTRIES
from exactpoly.readers.layer_order import order_of_numbers
from exactpoly.readers.named_tensors import Tensor, perceptron, weight_prefixes

__all__ = ["read_npz"]

_MAX_BYTES = 8 * MAX_ENTRIES
_NUMBERED = re.compile(r"(?:(?P<weight>w|weights?)|b|bias|biases)_?(?P<number>\d+)", re.IGNORECASE)


def read_npz(path: str | Path) -> Network:
    """Read a network from an `.npz` archive; pickled objects in it are never loaded."""
    path = Path(path)
    arrays = _arrays(path)
    tensors: dict[str, Tensor] = {}
    for name, array in arrays.items():
        match = _NUMBERED.fullmatch(name)
        kind = "weight" if match and match["weight"] else "bias"
        full = f"{int(match['number'])}.{kind}" if match else name
        if full in tensors:
            raise InputError(f"{tensors[full].name} and {name} both mean one tensor; keep one")
        tensors[full] = Tensor(array, str(array.dtype), name)
    order, why = order_of_numbers(tensors, weight_prefixes(tensors))
    if all(_NUMBERED.fullmatch(name) for name in arrays):
        _check_gaps(order)
    return perceptron(tensors, order, name=path.stem, why=why)


def _arrays(path: Path) -> dict[str, np.ndarray]:
    if not zipfile.is_zipfile(path):
        raise InputError(f"{path}: not an .npz archive, or cut short; write it with numpy.savez")
    try:
        with np.load(path, allow_pickle=False) as archive:
            size = sum(entry.file_size for entry in archive.zip.infolist())
            if size > _MAX_BYTES:
                raise InputError(
                    f"{path}: unpacks to {size} bytes; at most {_MAX_BYTES} are read exactly"
                )
            arrays = {name: archive[name] for name in archive.files}
    except (ValueError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        line = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"{path}: cannot be read as arrays of numbers ({line})") from error
    for name, array in arrays.items():
        if not isinstance(array, np.ndarray):
            raise InputError(f"{path}: {name} is no array; write the file with numpy.savez")
    return arrays


def _check_gaps(prefixes: list[str]) -> None:
    """Where layers are only numbered, a missing number means a missing layer."""
    for before, after in pairwise(prefixes):
        if int(after) != int(before) + 1:
            raise InputError(
                f"the layers are numbered {', '.join(prefixes)}; layer {int(before) + 1} is missing"
            )
