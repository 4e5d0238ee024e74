"""Files of torch: state dicts and checkpoints, TorchScript, exported programs.

A `.pt` file is only ever read with ``weights_only=True``: a file that holds a pickled module, or any
other object whose loading could run code, is refused. TorchScript is read as the program that it is, if
loading it runs nothing of it. TorchScript and exported programs are read in a process of their own.
"""

from __future__ import annotations

import pickle
import re
import warnings
from collections.abc import Mapping
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

from exactpoly.arithmetic.strict_json import strict_json
from exactpoly.errors import InputError, MissingDependency
from exactpoly.network.network import Network
from exactpoly.readers.archives import archive_of, check_entries, content, is_archive
from exactpoly.readers.elsewhere import read_elsewhere
from exactpoly.readers.pickles import check_pickle
from exactpoly.readers.reading import Reading

__all__ = ["read_exported", "read_program", "read_script", "read_torch_file"]

_WRAPPERS = ("state_dict", "model_state_dict", "model", "net", "network", "params", "weights")
_LONGEST_TEXT = 50_000_000
_MEND = "save it with torch.save"
_OLD_PICKLES = 4
"""A number, a version, a system, and what was saved."""
_SYMBOL = re.compile(r"Symbol\('[a-z]+\d+'(, [a-z]+=(True|False))*\)|\b(Add|Mul|Integer|Max|Min)\(")
_PLAIN_SIZE = re.compile(r"[\s\d+\-*/(),su]*")
"""Symbolic sizes such as ``2*s0``; torch has Python evaluate them."""


def read_torch_file(path: str | Path, reading: Reading) -> Network:
    """Read a state dict, a checkpoint with one, or TorchScript from a `.pt`, `.pth` or `.ckpt` file.

    Layers of a state dict come in the order of the file (`order_in_file`). Needs torch; never runs
    Python code that the file holds.
    """
    path = Path(path)
    _need_torch(path)
    _check_container(path)
    _check_pickles(path)
    if _is_script(path):
        _check_script(path)
        return read_elsewhere("torch_file", "read_script", path, reading)
    from exactpoly.readers.state_dict import entries, flattened, network_of_state_dict

    data, notes = _state_dict(_loaded(path), path)
    check_entries(path, sum(entries(x, name) for name, x in flattened(data).items()))
    network = network_of_state_dict(data, path.stem, reading)
    return Network(network.layers, network.name, (*network.notes[:1], *notes, *network.notes[1:]))


def _need_torch(path: Path) -> None:
    """Whether torch is there, which is imported only where it reads."""
    if find_spec("torch") is None:
        raise MissingDependency(f"{path}: reading {path.suffix} files needs torch", "torch")


def _loaded(path: Path) -> Any:
    import torch

    try:
        with warnings.catch_warnings():
            # torch warns about pickle protocols before it refuses; the refusal says it all.
            warnings.simplefilter("ignore")
            return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise InputError(
            f"{path}: holds pickled Python objects, whose loading could run code, or is cut short;"
            " save model.state_dict() instead, or load the model yourself and pass it as it is"
        ) from error
    except Exception as error:  # reading a pickle raises whatever its operations raise
        raise InputError(
            f"{path}: torch cannot read it as a state dict ({_first_line(error)}); is the file cut"
            " short?"
        ) from error


def _check_pickles(path: Path) -> None:
    """Follow the pickles of a file, in an archive or one after the other in the old format."""
    if not is_archive(path):
        with path.open("rb") as file:
            for _ in range(_OLD_PICKLES):
                if file.peek(1):
                    check_pickle(file, str(path))
        return
    members = _members(path)
    if sum(name.endswith("/data.pkl") for name in members) != 1:
        raise InputError(f"{path}: an archive without one data.pkl; {_MEND}")
    for name in members:
        # Example inputs of a trace are named and left empty by torch; it does not read them.
        if name.endswith(".pkl") and not name.endswith("/traced_inputs.pkl"):
            start = name.removesuffix(".pkl") + "/"
            records = {
                other.removeprefix(start): n
                for other, n in members.items()
                if other.startswith(start)
            }
            check_pickle(BytesIO(_content(path, name)), str(path), records)


def _state_dict(data: Any, path: Path) -> tuple[Mapping[str, Any], list[str]]:
    """The state dict of a checkpoint: under a common key, or the entries that are state dicts."""
    if not isinstance(data, Mapping):
        raise InputError(
            f"{path}: holds a {type(data).__name__} that is not a state dict; save model.state_dict()"
        )
    if all(_is_tensor(x) for x in data.values()):
        return data, []
    for key in _WRAPPERS:
        if _is_state_dict(data.get(key)):
            return data[key], [f"the state dict is the checkpoint's {key!r}"]
    found = {key: entry for key, entry in data.items() if _is_state_dict(entry)}
    if not found:
        raise InputError(
            f"{path}: holds a {type(data).__name__} that is not a state dict; save model.state_dict()"
        )
    names = ", ".join(repr(str(key)) for key in found)
    return found, [f"the state dicts are the checkpoint's {names}"]


def _is_tensor(x: Any) -> bool:
    return hasattr(x, "detach") and hasattr(x, "layout")


def _is_state_dict(x: Any) -> bool:
    return isinstance(x, Mapping) and bool(x) and all(_is_tensor(entry) for entry in x.values())


def _is_script(path: Path) -> bool:
    return any(name.endswith("/constants.pkl") for name in _members(path))


def _members(path: Path) -> dict[str, int]:
    """The names in a zip archive and their sizes, none if it is no archive."""
    if not is_archive(path):
        return {}
    with archive_of(path, _MEND) as archive:
        return {entry.filename: entry.file_size for entry in archive.infolist()}


def _content(path: Path, name: str) -> bytes:
    """A short text in an archive."""
    with archive_of(path, _MEND) as archive:
        return content(archive, name, _LONGEST_TEXT)


def _first_line(error: BaseException) -> str:
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__


def _check_script(path: Path) -> None:
    for name in _members(path):
        if name.endswith(".py") and b"__setstate__" in _content(path, name):
            raise InputError(
                f"{path}: holds TorchScript that runs when it is loaded; load the model yourself"
                " and pass it as it is"
            )


def read_script(path: Path, reading: Reading) -> Network:
    """TorchScript that was found harmless, read by torch, which breaks down over what is damaged."""
    import torch

    from exactpoly.readers.torch_script import network_of_script

    try:
        module = torch.jit.load(str(path), map_location="cpu")
    except Exception as error:  # its reader raises many kinds
        line = _first_line(error)
        raise InputError(f"{path}: torch cannot read it as TorchScript ({line})") from error
    return network_of_script(module, reading, path.stem)


def read_exported(path: str | Path, reading: Reading) -> Network:
    """Read an exported program, a `.pt2` file."""
    path = Path(path)
    _need_torch(path)
    _refuse_pickles(path)
    return read_elsewhere("torch_file", "read_program", path, reading)


def read_program(path: Path, reading: Reading) -> Network:
    """An exported program that was found harmless."""
    import torch

    from exactpoly.readers.torch_containers import network_of_exported

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            program = torch.export.load(str(path))
    except Exception as error:  # the reader of archives raises many kinds
        line = _first_line(error)
        raise InputError(f"{path}: torch cannot read it as an exported program ({line})") from error
    return network_of_exported(program, reading, path.stem)


def _check_container(path: Path) -> None:
    """Tell a file that is no torch file, or a truncated one, from one with forbidden contents."""
    if is_archive(path):
        return
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(b"PK"):
        raise InputError(f"{path}: the torch archive is cut short; copy or save the file again")
    if not start.startswith(b"\x80"):
        raise InputError(f"{path}: not a torch file; save model.state_dict() with torch.save")


def _refuse_pickles(path: Path) -> None:
    """Refuse an archive whose loading could run code."""
    names = _members(path)
    if not names:
        raise InputError(f"{path}: not an exported program, or cut short")
    mend = "load the program yourself and pass it as it is"
    if not any("/models/" in name for name in names):
        raise InputError(f"{path}: an archive of another kind or of an older torch; {mend}")
    for name in names:
        if "custom_obj" in name or "/aotinductor/" in name:
            raise InputError(f"{path}: holds objects whose loading could run code; {mend}")
        if name.endswith(".json"):
            try:
                data = strict_json(_content(path, name))
            except InputError as error:
                raise InputError(f"{path}: {name}: {error}") from error
            if _runs_code(data):
                raise InputError(f"{path}: {name} names what loading would run; {mend}")


def _runs_code(data: Any) -> bool:
    """Whether a description asks for pickles, or for expressions beyond plain sizes."""
    left = [data]
    while left:
        entry = left.pop()
        if isinstance(entry, dict):
            if entry.get("use_pickle"):
                return True
            text = entry.get("expr_str")
            if isinstance(text, str) and not _PLAIN_SIZE.fullmatch(_SYMBOL.sub("(", text)):
                return True
            left += entry.values()
        elif isinstance(entry, list):
            left += entry
    return False
