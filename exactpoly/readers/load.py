"""One entry for everything that is a network: a file by its suffix, or a model in memory.

A loader is chosen by the suffix of a file and never by looking into it, so a file is never read as
something that it does not claim to be. Optional packages are imported by the loader that needs them
and by nothing else: a JSON file never imports torch.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import Any

from exactpoly.errors import InputError
from exactpoly.network.network import Network

__all__ = ["SUFFIXES", "load"]

_READERS = {
    ".json": ("json_format", "read_json"),
    ".npz": ("npz", "read_npz"),
    ".nnet": ("nnet", "read_nnet"),
    ".pt": ("state_dict", "read_torch_file"),
    ".pth": ("state_dict", "read_torch_file"),
    ".safetensors": ("state_dict", "read_safetensors"),
    ".onnx": ("onnx_model", "read_onnx"),
}

SUFFIXES = tuple(_READERS)
"""The file suffixes that `load` reads."""


def load(
    source: Any, *, fold_float: bool = False, input_shape: Sequence[int] | None = None
) -> Network:
    """Load the exact network of a file or of a model in memory.

    ``source``: a path, a torch module in evaluation mode, an onnx model, or a
    `Network`, which is returned as it is.
    ``fold_float``: take the float64 scale of a batch normalisation as the network instead of refusing
    its square root. ``input_shape``: the shape of one input without the batch axis, for torch modules
    and ONNX files that do not tell it.
    Raises `InputError` (exit code 3) with one sentence naming the file or model and what is wrong.
    """
    if input_shape is not None and not all(type(n) is int and n > 0 for n in input_shape):
        raise InputError(f"input_shape: {input_shape!r} given; give positive integers")
    if isinstance(source, Network):
        return source
    if isinstance(source, (str, PathLike)):
        return _load_file(Path(source), fold_float, input_shape)
    # A model cannot exist before its framework is imported, so nothing is imported to find out.
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(source, torch.nn.Module):
        from exactpoly.readers.torch_module import network_of_module

        return network_of_module(source, fold_float=fold_float, input_shape=input_shape)
    onnx = sys.modules.get("onnx")
    if onnx is not None and isinstance(source, onnx.ModelProto):
        from exactpoly.readers.onnx_model import network_of_onnx

        return network_of_onnx(
            source, source.graph.name or "onnx", fold_float=fold_float, input_shape=input_shape
        )
    raise InputError(
        f"source: a {type(source).__module__}.{type(source).__name__} is no network; give a path"
        ", a torch module or an onnx model"
    )


def _load_file(path: Path, fold_float: bool, input_shape: Sequence[int] | None) -> Network:
    suffix = path.suffix.lower()
    try:
        _check_file(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error
    if suffix not in _READERS:
        raise InputError(
            f"{path}: the suffix {suffix!r} is not supported; use one of {', '.join(SUFFIXES)}"
        )
    if input_shape is not None and suffix != ".onnx":
        raise InputError(f"{path}: {suffix} files tell the shape of the input; give no other")
    module, function = _READERS[suffix]
    reader: Callable[..., Network] = getattr(import_module(f"exactpoly.readers.{module}"), function)
    try:
        if suffix == ".onnx":
            return reader(path, fold_float=fold_float, input_shape=input_shape)
        return reader(path)
    except InputError as error:
        if str(path) in str(error):
            raise
        raise type(error)(f"{path}: {error}") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error
    except MemoryError as error:
        raise InputError(f"{path}: what it holds does not fit into memory") from error


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise InputError(f"{path}: is a directory; give the network file itself")
    if not path.exists():
        raise InputError(f"{path}: there is no such file; check the path")
    if not path.is_file():
        raise InputError(f"{path}: is a pipe or a device; give a file")
    if path.stat().st_size == 0:
        raise InputError(f"{path}: the file is empty; was it written completely?")
