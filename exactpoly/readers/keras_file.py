"""Keras' `.keras` and `.h5` files: the layers from the configuration, the weights by h5py.

Neither Keras nor TensorFlow is needed, and nothing in a file is run. A `.keras` file is an archive of
``config.json`` and ``model.weights.h5``, whose groups ``layers/<name>/vars/0, 1, ..`` hold the weights in
the order in which Keras makes them; a `.h5` file has the attribute ``model_config`` and the groups
``model_weights/<layer>`` of named weights.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from exactpoly.arithmetic.strict_json import strict_json
from exactpoly.errors import InputError, MissingDependency
from exactpoly.network.network import Network
from exactpoly.readers.archives import archive_of, check_entries, content, is_archive
from exactpoly.readers.elsewhere import one_call, read_elsewhere
from exactpoly.readers.keras_layers import Record
from exactpoly.readers.keras_model import network_of_layers
from exactpoly.readers.reading import Reading

__all__ = ["read_by_hdf5", "read_keras"]

_LONGEST_CONFIG = 20_000_000
_LONGEST_WEIGHTS = 2_000_000_000
_SAVE = "write it with model.save('net.keras')"
_DAMAGED = (OSError, KeyError, RuntimeError, ValueError, TypeError, AttributeError)


def read_keras(path: str | Path, reading: Reading) -> Network:
    """Read a network from a `.keras` or `.h5` file; needs the h5py package, and no Keras."""
    path = Path(path)
    if find_spec("h5py") is None:
        raise MissingDependency(
            f"{path}: reading {path.suffix} files needs the h5py package", "h5py"
        )
    return read_elsewhere("keras_file", "read_by_hdf5", path, reading)


def read_by_hdf5(path: Path, reading: Reading) -> Network:
    """The same in this process, where HDF5 may run in circles or fill the memory."""
    import h5py

    if is_archive(path):
        with archive_of(path, _SAVE) as archive:
            held = {entry.filename for entry in archive.infolist()}
            missing = {"config.json", "model.weights.h5"} - held
            if missing:
                raise InputError(f"{path}: holds no {min(missing)}; {_SAVE}")
            config = content(archive, "config.json", _LONGEST_CONFIG)
            data = content(archive, "model.weights.h5", _LONGEST_WEIGHTS)
        source: Any = io.BytesIO(data)
    else:
        config, source = None, path
    try:
        with one_call():
            file = h5py.File(source, "r")
        with file:
            weights: _Weights
            with one_call():
                if config is None:
                    config = _model_config(path, file)
                    weights = _NamedWeights(path, file.get("model_weights", file))
                else:
                    weights = _CountedWeights(path, file)
            return network_of_layers(strict_json(config), weights, path.stem, reading)
    except InputError:
        raise
    except _DAMAGED as error:
        line = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise InputError(f"{path}: not a Keras file, or damaged ({line}); {_SAVE}") from error


def _model_config(path: Path, file: Any) -> bytes:
    config = file.attrs.get("model_config")
    if config is None:
        raise InputError(
            f"{path}: holds weights and not the model, so nothing says how they are wired; save the"
            " whole model with model.save('net.keras')"
        )
    data: bytes = config.encode() if isinstance(config, str) else bytes(config)
    if len(data) > _LONGEST_CONFIG:
        raise InputError(f"{path}: its model_config has {len(data)} bytes")
    return data


@dataclass
class _Weights:
    """The weights of one file."""

    path: Path
    root: Any
    total: int = 0

    def array(self, group: Any, name: str) -> np.ndarray:
        """One array, if it lies in this very file and is no larger than the file allows."""
        import h5py

        where = f"{self.path}: {group.name}/{name}"[:200]
        for part in name.split("/"):
            link = group.get(part, getlink=True)
            if link is None:
                raise InputError(f"{where} is missing")
            if not isinstance(link, h5py.HardLink):
                raise InputError(f"{where} is a link to somewhere else, which is not followed")
            group = group[part]
        if not isinstance(group, h5py.Dataset) or group.external or group.is_virtual:
            raise InputError(f"{where} is not an array of this file")
        if group.shape is None:
            raise InputError(f"{where} is empty")
        self.total += group.size
        check_entries(self.path, self.total)
        if group.dtype.kind not in "iuf":
            raise InputError(f"{where} has dtype {group.dtype}; numbers are needed")
        values: np.ndarray = group[()]
        return values

    def of(self, record: Record, kinds: Sequence[str]) -> dict[str, np.ndarray]:
        """The weights of a layer, which has just these ``kinds``."""
        with one_call():
            return self._found(record, kinds)

    def _found(self, record: Record, kinds: Sequence[str]) -> dict[str, np.ndarray]:
        raise NotImplementedError


class _NamedWeights(_Weights):
    """A `.h5` file: each weight has the name of its layer and its kind."""

    def _found(self, record: Record, kinds: Sequence[str]) -> dict[str, np.ndarray]:
        """By the attribute ``weight_names``, which end in the kind (``:0`` behind it in Keras 2)."""
        group = self.root.get(record.name)
        if group is None:
            raise InputError(f"{self.path}: holds no weights of layer {record.name!r}")
        names = [
            x.decode() if isinstance(x, bytes) else str(x) for x in group.attrs["weight_names"]
        ]
        found = {re.sub(r":\d+$", "", name.rpartition("/")[2]): name for name in names}
        if set(found) != set(kinds) or len(names) != len(kinds):
            raise InputError(
                f"{self.path}: layer {record.name!r} has weights {sorted(names)[:8]}, not"
                f" {', '.join(kinds) or 'none'}"
            )
        return {kind: self.array(group, found[kind]) for kind in kinds}


class _CountedWeights(_Weights):
    """A `.keras` file: the weights of a layer are numbered in the order in which Keras makes them."""

    def _found(self, record: Record, kinds: Sequence[str]) -> dict[str, np.ndarray]:
        """By the layer's name where the file states it, else by counting layers of its class."""
        group = self._group(record)
        if group is None:
            raise InputError(f"{self.path}: holds no weights of layer {record.name!r}")
        if sorted(group) != [str(i) for i in range(len(kinds))]:
            raise InputError(
                f"{self.path}: layer {record.name!r} has {len(group)} weights, not {len(kinds)}"
                f" ({', '.join(kinds) or 'none'})"
            )
        return {kind: self.array(group, str(i)) for i, kind in enumerate(kinds)}

    def _group(self, record: Record) -> Any:
        layers = self.root.get("layers")
        if layers is None:
            layers = self.root.get("_layer_checkpoint_dependencies")
        if layers is None:
            return None
        stated = {}
        for key in layers:
            group = layers[key].get("vars")
            if group is not None and "name" in group.attrs:
                stated[str(group.attrs["name"])] = group
        if stated:
            return stated.get(record.name)
        found = layers.get(record.counted)
        return None if found is None else found.get("vars")
