"""State dicts: PyTorch `.pt`/`.pth` files and safetensors.

A `.pt` file is only ever read with ``weights_only=True``: a file that holds a pickled module, or any
other object whose loading could run code, is refused. Both formats hold named tensors and no wiring;
`named_tensors` states the rule that makes them a network.
"""

from __future__ import annotations

import pickle
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from exactpoly.errors import InputError, MissingDependency
from exactpoly.network.network import Network
from exactpoly.readers.exact_array import MAX_ENTRIES
from exactpoly.readers.layer_order import order_in_file, order_of_numbers
from exactpoly.readers.named_tensors import Tensor, perceptron, weight_prefixes

__all__ = ["read_safetensors", "read_torch_file", "tensor_to_numpy"]

_WRAPPERS = ("state_dict", "model_state_dict")
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


def read_torch_file(path: str | Path) -> Network:
    """Read a state dict (or a checkpoint with one under "state_dict") from a `.pt` or `.pth` file.

    Layers come in the order of the file (`order_in_file`). Needs torch; never runs code that the
    file holds.
    """
    path = Path(path)
    try:
        import torch
    except ImportError as error:
        raise MissingDependency(
            f"{path}: reading {path.suffix} files needs torch;"
            " install it with: pip install 'exactpoly[torch]'"
        ) from error
    _check_container(path)
    try:
        with warnings.catch_warnings():
            # torch warns about pickle protocols before it refuses; the refusal says it all.
            warnings.simplefilter("ignore")
            data = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise InputError(
            f"{path}: holds pickled Python objects, whose loading could run code, or is cut short;"
            " save model.state_dict() instead, or load the model yourself and pass it as it is"
        ) from error
    except (RuntimeError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        line = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(
            f"{path}: torch cannot read it as a state dict ({line}); is the file cut short?"
        ) from error
    for key in _WRAPPERS:
        if isinstance(data, Mapping) and isinstance(data.get(key), Mapping):
            data = data[key]
    if not isinstance(data, Mapping) or not all(isinstance(x, torch.Tensor) for x in data.values()):
        raise InputError(
            f"{path}: holds a {type(data).__name__} that is no state dict; save model.state_dict()"
        )
    tensors: dict[str, Tensor] = {
        str(name): Tensor(
            tensor_to_numpy(tensor, str(name)), str(tensor.dtype).removeprefix("torch."), str(name)
        )
        for name, tensor in data.items()
    }
    order, why = order_in_file(weight_prefixes(tensors))
    return perceptron(tensors, order, name=path.stem, why=why)


def tensor_to_numpy(tensor: Any, name: str) -> np.ndarray:
    """A torch tensor as a NumPy array of the same numbers; bfloat16 becomes float32.

    Raises `InputError` on quantised, complex, sparse and other tensors that have no such array.
    """
    import torch

    if tensor.is_quantized or tensor.layout != torch.strided or tensor.device.type == "meta":
        raise InputError(f"{name} is a {tensor.dtype} tensor without plain storage; dequantise it")
    if tensor.numel() > MAX_ENTRIES:
        raise InputError(f"{name} has {tensor.numel()} entries; at most {MAX_ENTRIES} are read")
    tensor = tensor.detach().resolve_neg().cpu()
    if tensor.dtype == torch.bfloat16:
        tensor = tensor.to(torch.float32)
    try:
        array: np.ndarray = tensor.numpy()
    except (TypeError, RuntimeError) as error:
        raise InputError(f"{name} has dtype {tensor.dtype}, which is not read exactly") from error
    return array


def read_safetensors(path: str | Path) -> Network:
    """Read named tensors from a safetensors file; torch is not needed, bfloat16 is read exactly.

    The format does not keep the order of the modules, so names and shapes must tell it
    (`order_of_numbers`).
    """
    path = Path(path)
    try:
        import safetensors
    except ImportError as error:
        raise MissingDependency(
            f"{path}: reading .safetensors files needs the safetensors package;"
            " install it with: pip install 'exactpoly[safetensors]'"
        ) from error
    deserialize: Callable[[bytes], list[tuple[str, dict[str, Any]]]] = safetensors.deserialize
    try:
        entries = deserialize(path.read_bytes())
    except safetensors.SafetensorError as error:
        raise InputError(
            f"{path}: not a safetensors file, or cut short ({str(error).splitlines()[0]})"
        ) from error
    tensors: dict[str, Tensor] = {
        name: Tensor(
            _decode(entry["data"], entry["dtype"], entry["shape"], name), entry["dtype"], name
        )
        for name, entry in entries
    }
    order, why = order_of_numbers(tensors, weight_prefixes(tensors))
    return perceptron(tensors, order, name=path.stem, why=why)


def _decode(data: bytes, dtype: str, shape: list[int], name: str) -> np.ndarray:
    if dtype == "BF16":
        # The upper half of a float32.
        bits = np.frombuffer(bytes(data), dtype="<u2").astype(np.uint32) << np.uint32(16)
        return bits.view(np.float32).reshape(shape)
    if dtype not in _SAFETENSORS_DTYPES:
        raise InputError(
            f"{name} has dtype {dtype}; {', '.join(['BF16', *_SAFETENSORS_DTYPES])} are read exactly"
        )
    return np.frombuffer(bytes(data), dtype=_SAFETENSORS_DTYPES[dtype]).reshape(shape)


def _check_container(path: Path) -> None:
    """Tell a file that is no torch file, or a truncated one, from one with forbidden contents."""
    if zipfile.is_zipfile(path):
        return
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(b"PK"):
        raise InputError(f"{path}: the torch archive is cut short; copy or save the file again")
    if not start.startswith(b"\x80"):
        raise InputError(f"{path}: not a torch file; save model.state_dict() with torch.save")
