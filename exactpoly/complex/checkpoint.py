"""Checkpoints of a run: written atomically, sealed, resumed to the identical result.

A checkpoint is a NumPy archive of the whole state of a `Subdivision` between two neurons. A killed run
leaves either the old or the new one. It names the network (by digest), the domain and the engine's state
format, and begins with the SHA-256 of everything behind it; whatever does not fit is refused with
`InputError`, never parsed.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from exactpoly.complex.counts import is_count_checkpoint
from exactpoly.complex.oracle import SignStatistics
from exactpoly.complex.subdivide import Subdivision
from exactpoly.domain import Domain
from exactpoly.errors import ExactpolyWarning, InputError
from exactpoly.network.network import Network
from exactpoly.running.files import check_input
from exactpoly.running.sealed import MEND, read_sealed, write_sealed

__all__ = ["load_checkpoint", "periodic_checkpoint", "save_checkpoint", "try_checkpoint"]

_FORMAT = "exactpoly-checkpoint-1"


def _header(subdivision: Subdivision) -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "network": subdivision.network.digest,
        "domain": str(subdivision.domain),
        "done": subdivision.done,
        "statistics": asdict(subdivision.block.oracle.statistics),
    }


def save_checkpoint(subdivision: Subdivision, path: str | Path) -> None:
    """Write the state of a run that stands between two neurons.

    Raises `InputError` where the file cannot be written.
    """
    write_sealed(path, _header(subdivision), subdivision.block.state())


def load_checkpoint(network: Network, domain: Domain, path: str | Path) -> Subdivision:
    """Continue from a checkpoint of the same network and domain.

    Raises `InputError` when the file is damaged or belongs to another network, domain or version.
    """
    path = Path(path)
    check_input(path)
    if is_count_checkpoint(path):
        raise InputError(
            f"{path}: a checkpoint of counts, which `certify` writes without -o, --coq and"
            f" --linear-regions; continue in that way, or {MEND}"
        )
    header, arrays = read_sealed(path)
    subdivision = Subdivision(network, domain)
    expected = _header(subdivision)
    for key in ("format", "network", "domain"):
        if header[key] != expected[key]:
            raise InputError(
                f"{path}: the checkpoint's {key} is {header[key]}, this run's is {expected[key]}; {MEND}"
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
