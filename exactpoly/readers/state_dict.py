"""State dicts in memory, and safetensors files: named tensors without their wiring.

`named_tensors` states the rule that makes them a network.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np

from exactpoly.arithmetic.strict_json import strict_json
from exactpoly.errors import InputError, MissingDependency
from exactpoly.network.network import Network
from exactpoly.readers.exact_array import MAX_ENTRIES
from exactpoly.readers.layer_order import order_in_file, order_of_numbers
from exactpoly.readers.named_tensors import network_of_tensors
from exactpoly.readers.reading import Reading
from exactpoly.readers.tensors import Tensor

__all__ = ["entries", "flattened", "network_of_state_dict", "read_safetensors", "tensor_to_numpy"]

_SAFETENSORS_DTYPES = {
    "F16": "<f2",
    "F32": "<f4",
    "F64": "<f8",
    "I8": "<i1",
    "I16": "<i2",
    "I32": "<i4",
    "I64": "<i8",
    "U8": "<u1",
    "U16": "<u2",
    "U32": "<u4",
    "U64": "<u8",
}


def network_of_state_dict(data: Mapping[str, Any], name: str, reading: Reading) -> Network:
    """The network of a mapping from names to tensors or arrays, nested mappings included.

    Layers come in the order of the mapping, but those of flax, which sorts names, in the order of their
    numbers.
    """
    tensors = {full: _tensor(x, full) for full, x in flattened(data).items()}
    kernels = any(full.endswith("kernel") for full in tensors)
    return network_of_tensors(
        tensors, order_of_numbers if kernels else order_in_file, name, reading
    )


def flattened(data: Mapping[str, Any], start: str = "") -> dict[str, Any]:
    """The entries of nested mappings, their keys joined by dots."""
    result: dict[str, Any] = {}
    for key, entry in data.items():
        if isinstance(entry, Mapping):
            result |= flattened(entry, f"{start}{key}.")
        else:
            result[f"{start}{key}"] = entry
    return result


def _tensor(given: Any, name: str) -> Tensor:
    if hasattr(given, "detach"):
        array = tensor_to_numpy(given, name)
        return Tensor(array, str(given.dtype).removeprefix("torch."), name)
    array = np.asarray(given)
    if str(array.dtype) == "bfloat16":
        return Tensor(array.astype(np.float32), "bfloat16", name)
    if array.dtype.kind not in "fiu":
        raise InputError(f"{name} is a {type(given).__name__}; a state dict holds tensors")
    return Tensor(array, str(array.dtype), name)


def entries(tensor: Any, name: str) -> int:
    """How many numbers a torch tensor holds. Raises `InputError` for a nested one, which has no shape."""
    if tensor.is_nested:
        raise InputError(f"{name} is a nested tensor, which is not a matrix; save dense ones")
    return prod(tensor.shape)


def tensor_to_numpy(tensor: Any, name: str) -> np.ndarray:
    """A torch tensor as a NumPy array of the same numbers; bfloat16 becomes float32.

    Raises `InputError` on quantised, complex, sparse and other tensors that have no such array.
    """
    import torch

    if tensor.is_quantized or tensor.layout != torch.strided or tensor.device.type == "meta":
        raise InputError(
            f"{name} is a {tensor.dtype} tensor that is quantised, sparse or without data; save a dense"
            " one of floats"
        )
    if entries(tensor, name) > MAX_ENTRIES:
        raise InputError(f"{name} has {prod(tensor.shape)} entries; at most {MAX_ENTRIES} are read")
    tensor = tensor.detach().resolve_neg().cpu()
    if tensor.dtype == torch.bfloat16:
        tensor = tensor.to(torch.float32)
    try:
        array: np.ndarray = tensor.numpy()
    except (TypeError, ValueError, RuntimeError) as error:
        raise InputError(f"{name} has dtype {tensor.dtype}, which is not read exactly") from error
    return array


def read_safetensors(path: str | Path, reading: Reading) -> Network:
    """Read named tensors from a safetensors file; torch is not needed, bfloat16 is read exactly.

    The format does not keep the order of the modules, so names and shapes must tell it
    (`order_of_numbers`).
    """
    path = Path(path)
    try:
        import safetensors
    except ImportError as error:
        raise MissingDependency(
            f"{path}: reading .safetensors files needs the safetensors package", "safetensors"
        ) from error
    deserialize: Callable[[bytes], list[tuple[str, dict[str, Any]]]] = safetensors.deserialize
    data = path.read_bytes()
    _check_header(path, data)
    try:
        found = deserialize(data)
    except Exception as error:  # its own error, or one of the parser of its header
        line = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"{path}: not a safetensors file, or cut short ({line})") from error
    tensors: dict[str, Tensor] = {
        name: Tensor(_decode(entry["data"], entry["dtype"], entry["shape"]), entry["dtype"], name)
        for name, entry in found
    }
    return network_of_tensors(tensors, order_of_numbers, path.stem, reading)


def _check_header(path: Path, data: bytes) -> None:
    """Refuse a header that names a tensor twice, of which the library takes one, and wrong sizes."""
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > len(data) - 8:
        raise InputError(f"{path}: not a safetensors file, or cut short")
    try:
        header = strict_json(data[8 : 8 + length])
    except InputError as error:
        raise InputError(f"{path}: its header: {error}") from error
    if not isinstance(header, dict):
        raise InputError(f"{path}: its header is no JSON object; write the file again")
    for name, entry in header.items():
        if name != "__metadata__":
            _check_entry(entry, f"{path}: its header: tensor {name[:80]!r}")


def _check_entry(entry: Any, where: str) -> None:
    """What the header says of one tensor must fit together."""
    if not isinstance(entry, dict):
        raise InputError(f"{where} has no dtype, shape and data_offsets; write the file again")
    dtype, shape, offsets = (entry.get(key, "") for key in ("dtype", "shape", "data_offsets"))
    if not isinstance(dtype, str) or dtype not in ("BF16", *_SAFETENSORS_DTYPES):
        known = ", ".join(["BF16", *_SAFETENSORS_DTYPES])
        raise InputError(f"{where} has dtype {str(dtype)[:80]}; {known} are read exactly")
    if not _are_sizes(shape) or max(shape, default=0) > MAX_ENTRIES:
        raise InputError(
            f"{where} has the shape {str(shape)[:80]}; give sizes of at most {MAX_ENTRIES}"
        )
    if not _are_sizes(offsets) or len(offsets) != 2:
        raise InputError(f"{where} has data_offsets {str(offsets)[:80]}; give a start and an end")
    width = np.dtype(_SAFETENSORS_DTYPES.get(dtype, "<u2")).itemsize
    promised, held = prod(shape) * width, offsets[1] - offsets[0]
    if promised != held:
        raise InputError(
            f"{where} has shape {str(shape)[:80]} and dtype {dtype}, so {promised} bytes, and its"
            f" data_offsets hold {held}; write the file again"
        )


def _are_sizes(numbers: Any) -> TypeGuard[list[int]]:
    return isinstance(numbers, list) and all(type(n) is int and n >= 0 for n in numbers)


def _decode(data: bytes, dtype: str, shape: list[int]) -> np.ndarray:
    if dtype == "BF16":
        # The upper half of a float32.
        bits = np.frombuffer(bytes(data), dtype="<u2").astype(np.uint32) << np.uint32(16)
        return bits.view(np.float32).reshape(shape)
    return np.frombuffer(bytes(data), dtype=_SAFETENSORS_DTYPES[dtype]).reshape(shape)
