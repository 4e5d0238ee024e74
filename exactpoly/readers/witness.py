"""Counterexamples in the competition's format: read exactly, written rounded into the box.

A file holds ``sat`` on its first line and then pairs such as ``((X_0 0.5) (X_1 -1.25) (Y_0 3.0))``; it may
be compressed. The outputs in it are what another tool computed and are not believed.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np

from exactpoly.arithmetic.rational import exact_scalar
from exactpoly.errors import InputError
from exactpoly.network.constraints import Bounds
from exactpoly.running.files import check_input

__all__ = ["read_witness", "rounded_into", "witness_text"]

_MOST_BYTES = 50_000_000
_PAIR = re.compile(r"\(\s*([XY])_([0-9]{1,7})\s+([^\s()]+)\s*\)")


def read_witness(path: str | Path, inputs: int) -> tuple[Fraction, ...] | None:
    """The point of a file, each decimal as it is written; None where the file holds none."""
    path = Path(path)
    check_input(path)
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rb") if packed else path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
        text = data.decode("utf-8")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise InputError(
            f"{path}: cannot be read as a witness; give the tool's own file"
        ) from error
    if len(data) > _MOST_BYTES:
        raise InputError(
            f"{path}: unpacks to more than {_MOST_BYTES} bytes; a witness has a line an input"
        )
    found = {
        int(number): exact_scalar(value, f"{path}: X_{number}")
        for letter, number, value in _PAIR.findall(text)
        if letter == "X"
    }
    if not found:
        return None
    if sorted(found) != list(range(inputs)):
        raise InputError(
            f"{path}: the witness names {len(found)} inputs, not X_0 to X_{inputs - 1}"
        )
    return tuple(found[i] for i in range(inputs))


def rounded_into(point: Sequence[Fraction], bounds: Bounds) -> np.ndarray:
    """float32 (d,), nearest to a point but inside the box where that holds a float32 at all."""
    result = np.array([np.float32(float(x)) for x in point], dtype=np.float32)
    for i, (low, high) in enumerate(bounds):
        if Fraction(float(result[i])) < low:
            result[i] = np.nextafter(result[i], np.float32(np.inf))
        if Fraction(float(result[i])) > high:
            result[i] = np.nextafter(result[i], np.float32(-np.inf))
    return result


def witness_text(point: np.ndarray, output: Sequence[float]) -> str:
    """The competition's text of a float32 point; every digit that identifies it.

    >>> print(witness_text(np.array([0.1], np.float32), [2.0]), end="")
    sat
    ((X_0 0.10000000149011612)
     (Y_0 2.0))
    """
    pairs = [f"(X_{i} {float(x)!r})" for i, x in enumerate(point)]
    pairs += [f"(Y_{j} {float(y)!r})" for j, y in enumerate(output)]
    return "sat\n(" + "\n ".join(pairs) + ")\n"
