"""Checkpoints of a run: written atomically, sealed, resumed to the identical result.

A checkpoint is a NumPy archive of the whole state of a `Subdivision` between two neurons. A killed run
leaves either the old or the new one. It names the network (by digest), the domain and the engine's state
format, and begins with the SHA-256 of everything behind it; whatever does not fit is refused with
`InputError`, never parsed.
"""

from __future__ import annotations

import hashlib
import json
import time
import warnings
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile

import numpy as np

from exactpoly.complex.counts import is_count_checkpoint
from exactpoly.complex.oracle import SignStatistics
from exactpoly.complex.subdivide import Subdivision
from exactpoly.domain import Domain
from exactpoly.errors import ExactpolyWarning, InputError
from exactpoly.network.network import Network
from exactpoly.running.files import check_input, written_whole

__all__ = ["load_checkpoint", "periodic_checkpoint", "save_checkpoint", "try_checkpoint"]

_FORMAT = "exactpoly-checkpoint-1"
_SEAL_LENGTH = 64


def _seal(file: BinaryIO) -> bytes:
    """SHA-256 (hex) of what follows the place of the seal."""
    file.seek(_SEAL_LENGTH)
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)
    return digest.hexdigest().encode()


def _header(subdivision: Subdivision) -> bytes:
    return json.dumps(
        {
            "format": _FORMAT,
            "network": subdivision.network.digest,
            "domain": str(subdivision.domain),
            "done": subdivision.done,
            "statistics": asdict(subdivision.block.oracle.statistics),
        },
        sort_keys=True,
    ).encode()


def save_checkpoint(subdivision: Subdivision, path: str | Path) -> None:
    """Write the state of a run that stands between two neurons.

    Raises `InputError` where the file cannot be written.
    """
    arrays = subdivision.block.state()
    arrays["header"] = np.frombuffer(_header(subdivision), np.uint8)
    with written_whole(path) as file:
        file.write(bytes(_SEAL_LENGTH))
        np.savez(file, allow_pickle=False, **arrays)
        seal = _seal(file)
        file.seek(0)
        file.write(seal)


def load_checkpoint(network: Network, domain: Domain, path: str | Path) -> Subdivision:
    """Continue from a checkpoint of the same network and domain.

    Raises `InputError` when the file is damaged or belongs to another network, domain or version.
    """
    path = Path(path)
    check_input(path)
    mend = "delete it to start afresh"
    if is_count_checkpoint(path):
        raise InputError(
            f"{path}: a checkpoint of counts, which `certify` writes without -o, --coq and"
            f" --linear-regions; go on in that way, or {mend}"
        )
    with path.open("rb") as file:
        if file.read(_SEAL_LENGTH) != _seal(file):
            raise InputError(f"{path}: not an undamaged checkpoint (its seal is broken); {mend}")
        file.seek(_SEAL_LENGTH)
        try:
            with np.load(file, allow_pickle=False) as archive:
                arrays = {name: archive[name] for name in archive.files}
            header = json.loads(arrays.pop("header").tobytes())
        except (ValueError, KeyError, AttributeError, EOFError, BadZipFile) as error:
            raise InputError(f"{path}: not a checkpoint; {mend}") from error
    subdivision = Subdivision(network, domain)
    expected = json.loads(_header(subdivision))
    for key in ("format", "network", "domain"):
        if header[key] != expected[key]:
            raise InputError(
                f"{path}: the checkpoint's {key} is {header[key]}, this run's is {expected[key]}; {mend}"
            )
    statistics = SignStatistics(**header["statistics"])
    block = subdivision.block.restore(arrays, header["done"], statistics)
    return Subdivision(network, domain, block=block)


def periodic_checkpoint(path: str | Path, seconds: float) -> Callable[[Subdivision], None]:
    """A progress callback that writes a checkpoint when ``seconds`` have passed since the last."""
    last = time.monotonic()

    def callback(subdivision: Subdivision) -> None:
        nonlocal last
        if time.monotonic() - last >= seconds:
            try_checkpoint(subdivision, path)
            last = time.monotonic()

    return callback


def try_checkpoint(subdivision: Subdivision, path: str | Path) -> None:
    """Write a checkpoint; where that fails, warn: the run and its result are worth more."""
    try:
        save_checkpoint(subdivision, path)
    except InputError as error:
        warnings.warn(f"no checkpoint: {error}", ExactpolyWarning, stacklevel=2)
