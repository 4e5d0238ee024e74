"""Reading and writing claims files, by suffix: .json, .csv, .npz. The formats are in CLAIMS.md."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from exactpoly.crosscheck.claims import Claims
from exactpoly.crosscheck.claims_csv import parse_claims_csv
from exactpoly.crosscheck.claims_json import FORMAT, claims_to_json, parse_claims
from exactpoly.crosscheck.claims_npz import read_claims_npz
from exactpoly.errors import InputError
from exactpoly.running.files import check_input, file_text, write_whole

__all__ = ["claims_of", "read_claims", "write_claims"]

_MESSAGE = 300
"""Characters of a message; what it quotes from a file may be long."""


def read_claims(path: str | Path) -> Claims:
    """The claims of a file. Raises `InputError` naming the file and the field that is wrong."""
    path = Path(path)
    suffix = path.suffix.lower()
    try:
        check_input(path)
        if suffix == ".npz":
            return read_claims_npz(path)
        if suffix not in (".json", ".csv"):
            raise InputError(f"the suffix {suffix!r} is not supported; use .json, .csv or .npz")
        # Spreadsheets put a mark of the byte order before UTF-8.
        text = file_text(path)
        return parse_claims(text) if suffix == ".json" else parse_claims_csv(text)
    except InputError as error:
        message = str(error).removeprefix(f"{path}: ")
        raise InputError(f"{path}: {_brief(message)}") from error


def claims_of(source: Claims | Mapping[str, Any] | str | Path) -> tuple[Claims, str]:
    """Claims given as they are, as an object in the form of CLAIMS.md or as a file; a name for messages."""
    if isinstance(source, Claims):
        return source, "claims"
    if isinstance(source, Mapping):
        # Values may be NumPy's; the format is filled in, for there is one.
        text = json.dumps({"format": FORMAT, **source}, default=_plain)
        return parse_claims(text), "claims"
    return read_claims(source), str(source)


def _plain(value: Any) -> Any:
    """A NumPy array or number as Python's own, a fraction as its string."""
    if isinstance(value, Fraction):
        return str(value)
    if hasattr(value, "tolist"):
        return value.tolist()
    raise InputError(f"claims: {value!r} is not a number, list or string")


def _brief(message: str) -> str:
    """A message that may quote a whole file, without its middle."""
    if len(message) <= _MESSAGE:
        return message
    return f"{message[: _MESSAGE // 2]} .. {message[-_MESSAGE // 2 :]}"


def write_claims(claims: Claims, path: str | Path) -> None:
    """Write claims as JSON; nothing is rounded."""
    text = json.dumps(claims_to_json(claims), indent=1) + "\n"
    write_whole(path, text)
