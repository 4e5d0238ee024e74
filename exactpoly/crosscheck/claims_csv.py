"""Claims as CSV: a table anyone can write with a loop and ``print``. See CLAIMS.md."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from exactpoly.crosscheck.claims import Claims
from exactpoly.crosscheck.claims_json import FORMAT, claims_from_json
from exactpoly.errors import InputError

__all__ = ["parse_claims_csv"]

_DIGITS = 20
_COLUMNS = {"kind", "row", "point", "facets", "name", "value"}
_FLAGS = {"facets_on_domain_boundary", "vertices_on_domain_boundary"}
_KEYS = {"tool", "version", "domain", "network_digest", "numbers", "vertex_tolerance"} | _FLAGS


def parse_claims_csv(text: str) -> Claims:
    """The claims of a CSV text. Raises `InputError` naming the line that is wrong."""
    data: dict[str, Any] = {"format": FORMAT}
    lines = text.splitlines()
    while lines and lines[0].startswith("#"):
        key, colon, value = lines.pop(0)[1:].partition(":")
        if not colon:
            raise InputError(f'the comment "#{key}" has no colon; write "# key: value"')
        if key.strip() not in _KEYS:
            raise InputError(
                f"the comment key {key.strip()!r} is not known; the keys are"
                f" {', '.join(sorted(_KEYS))}"
            )
        data[key.strip()] = _header(key.strip(), value.strip())
    records = csv.DictReader(io.StringIO("\n".join(lines)), strict=True)
    try:
        _check_columns(records.fieldnames or ())
        for number, record in enumerate(records, 1):
            _record(data, record, f"record {number}")
    except csv.Error as error:
        raise InputError(f"not valid CSV ({error})") from error
    return claims_from_json(data)


def _check_columns(columns: Sequence[str]) -> None:
    for place, column in enumerate(columns or ["(none)"]):
        if column not in _COLUMNS:
            raise InputError(
                f"the column {column!r} is not known; the columns are {', '.join(sorted(_COLUMNS))}"
            )
        if column in columns[:place]:
            raise InputError(f"the column {column!r} occurs twice in the header")


def _header(key: str, value: str) -> object:
    if key in _FLAGS:
        return {"true": True, "false": False}.get(value.lower(), value)
    return value


def _record(data: dict[str, Any], record: dict[str, Any], where: str) -> None:
    if None in record or None in record.values():
        raise InputError(f"{where} does not have one field for every column")
    cells = {key: value.strip() for key, value in record.items() if value.strip()}
    kind = cells.get("kind", "region")
    if kind == "region":
        entry: dict[str, Any] = {}
        if "row" in cells:
            entry["row"] = cells["row"]
        if "point" in cells:
            entry["point"] = cells["point"].split()
        if "facets" in cells:
            entry["facets"] = _integer(cells["facets"], f"{where}, facets")
        data.setdefault("regions", []).append(entry)
    elif kind == "vertex":
        vertex: dict[str, Any] = {"point": cells.get("point", "").split()}
        if "row" in cells:
            vertex["row"] = cells["row"]
        data.setdefault("vertices", []).append(vertex)
    elif kind == "pair":
        pair = [_integer(x, f"{where}, value") for x in cells.get("value", "").split()]
        data.setdefault("adjacency", []).append(pair)
    elif kind == "total":
        words = cells.get("value", "").split()
        if "name" not in cells or not words:
            raise InputError(f"{where} is a total without a name or a value")
        totals = data.setdefault("totals", {})
        totals[cells["name"]] = _total(words)
    else:
        raise InputError(f"{where} is of kind {kind!r}; use region, vertex, pair or total")


def _total(words: list[str]) -> object:
    """One number, a list of numbers, or a histogram written ``"2:4 3:1"``."""
    if all(":" in word for word in words):
        return dict(word.split(":", 1) for word in words)
    return words[0] if len(words) == 1 else words


def _integer(text: str, where: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < _DIGITS):
        raise InputError(f"{where} is {text!r}; give a number 0, 1, 2, ..")
    return int(text)
