"""Files that a run leaves for the next one: NumPy archives with a header behind a seal.

A file begins with the SHA-256 of everything behind it and is written whole or not at all; a damaged one is
refused with `InputError`, never parsed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import BadZipFile

import numpy as np

from exactpoly.errors import InputError
from exactpoly.running.files import check_input, written_whole

__all__ = ["MEND", "read_sealed", "write_sealed"]

MEND = "delete it to start afresh"

_SEAL_LENGTH = 64


def _seal(file: BinaryIO) -> bytes:
    """SHA-256 (hex) of what follows the place of the seal."""
    file.seek(_SEAL_LENGTH)
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)
    return digest.hexdigest().encode()


def write_sealed(path: str | Path, header: Any, arrays: Mapping[str, np.ndarray]) -> None:
    """Write a header (JSON) and arrays, none named ``header``. Raises `InputError` where that fails."""
    text = np.frombuffer(json.dumps(header, sort_keys=True).encode(), np.uint8)
    with written_whole(path) as file:
        file.write(bytes(_SEAL_LENGTH))
        np.savez(file, allow_pickle=False, header=text, **arrays)
        seal = _seal(file)
        file.seek(0)
        file.write(seal)


def read_sealed(path: str | Path) -> tuple[Any, dict[str, np.ndarray]]:
    """Header and arrays. Raises `InputError` where the file is damaged or of another kind."""
    path = Path(path)
    check_input(path)
    with path.open("rb") as file:
        if file.read(_SEAL_LENGTH) != _seal(file):
            raise InputError(f"{path}: not an undamaged checkpoint (its seal is broken); {MEND}")
        file.seek(_SEAL_LENGTH)
        try:
            with np.load(file, allow_pickle=False) as archive:
                arrays = {name: archive[name] for name in archive.files}
            return json.loads(arrays.pop("header").tobytes()), arrays
        except (ValueError, KeyError, AttributeError, EOFError, BadZipFile) as error:
            raise InputError(f"{path}: not a checkpoint; {MEND}") from error
