"""One entry for everything that is a network: a file by its suffix, or a model in memory.

A loader is chosen by the suffix of a file and never by looking into it, so a file is never read as
something that it does not claim to be. Optional packages are imported by the loader that needs them
and by nothing else: a JSON file never imports torch.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import Any, Unpack

from exactpoly.errors import InputError
from exactpoly.network.network import Network
from exactpoly.readers.reading import Options, Reading

__all__ = ["SUFFIXES", "load", "read"]

_READERS = {
    ".json": ("json_format", "read_json"),
    ".npz": ("npz", "read_npz"),
    ".nnet": ("nnet", "read_nnet"),
    ".pt": ("torch_file", "read_torch_file"),
    ".pth": ("torch_file", "read_torch_file"),
    ".ckpt": ("torch_file", "read_torch_file"),
    ".pt2": ("torch_file", "read_exported"),
    ".safetensors": ("state_dict", "read_safetensors"),
    ".onnx": ("onnx_model", "read_onnx"),
    ".keras": ("keras_file", "read_keras"),
    ".h5": ("keras_file", "read_keras"),
    ".hdf5": ("keras_file", "read_keras"),
}
_WITHOUT_CHOICES = (".json", ".nnet")

SUFFIXES = tuple(_READERS)
"""The file suffixes that `load` reads."""


def load(source: Any, **options: Unpack[Options]) -> Network:
    """Load the exact network of a file or of a model in memory.

    ``source``: a path; a torch module in evaluation mode, compiled or data-parallel ones, TorchScript
    and exported programs included; a state dict; an onnx model; a scikit-learn perceptron or pipeline;
    or a `Network`, which is returned as it is. ``options``: what the source leaves open,
    ``fold_float``, ``input_shape``, ``prefix``, ``output_name``, ``activation``,
    ``final_activation``, ``transpose`` and ``drop_head``, as `Reading` has them.
    Raises `InputError` (exit code 3) with one sentence naming the file or model and what is wrong.

    >>> import numpy as np
    >>> w, b = np.array([[1, -1]]), np.array([0.5])
    >>> net = load({"0.weight": w, "0.bias": b}, final_activation=True)
    >>> net.evaluate([1, 3]), net.evaluate([3, 1])
    ((Fraction(0, 1),), (Fraction(5, 2),))
    """
    return read(source, Reading.of(**options))


def read(source: Any, reading: Reading) -> Network:
    """`load` with its options as one object."""
    if isinstance(source, Network):
        reading.only(kind="networks")
        return source
    if isinstance(source, (str, PathLike)):
        return _load_file(Path(source), reading)
    # A model cannot exist before its framework is imported, so nothing is imported to find out.
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(
        source, (torch.nn.Module, torch.export.ExportedProgram, torch.jit.ScriptFunction)
    ):
        from exactpoly.readers.torch_containers import network_of_torch

        return network_of_torch(source, reading)
    onnx = sys.modules.get("onnx")
    if onnx is not None and isinstance(source, onnx.ModelProto):
        from exactpoly.readers.onnx_model import network_of_onnx

        return network_of_onnx(source, source.graph.name or "onnx", reading)
    sklearn = sys.modules.get("sklearn.base")
    if sklearn is not None and isinstance(source, sklearn.BaseEstimator):
        from exactpoly.readers.sklearn_model import network_of_estimator

        return network_of_estimator(source, reading)
    if isinstance(source, Mapping):
        from exactpoly.readers.state_dict import network_of_state_dict

        return network_of_state_dict(source, "state_dict", reading)
    raise InputError(
        f"source: a {type(source).__module__}.{type(source).__name__} is not a network; give a path"
        ", a torch module, a state dict, an onnx model or a scikit-learn perceptron"
    )


def _load_file(path: Path, reading: Reading) -> Network:
    suffix = path.suffix.lower()
    try:
        _check_file(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error
    if suffix not in _READERS:
        raise InputError(
            f"{path}: the suffix {suffix!r} is not supported; use one of {', '.join(SUFFIXES)}"
        )
    module, function = _READERS[suffix]
    reader: Callable[..., Network] = getattr(import_module(f"exactpoly.readers.{module}"), function)
    try:
        if suffix in _WITHOUT_CHOICES:
            reading.only(kind=f"{suffix} files")
            return reader(path)
        return reader(path, reading)
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
