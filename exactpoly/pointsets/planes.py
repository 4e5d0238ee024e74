"""Plane files, read exactly: CSV, JSON, and the vertex groups `.vg` and `.bvg` of planar primitives.

A plane is `a x + b y + c z + d = 0`. Text is taken as the decimals that are written; `.bvg` holds float32,
each of which is a dyadic rational. Planes that are multiples of one another are one plane.
"""

from __future__ import annotations

import csv
import re
import struct
from collections.abc import Iterable
from fractions import Fraction
from math import gcd, lcm
from pathlib import Path
from typing import Any

from exactpoly.arithmetic.rational import exact_scalar
from exactpoly.arithmetic.strict_json import strict_json
from exactpoly.errors import InputError
from exactpoly.running.files import file_bytes, file_text

__all__ = ["Plane", "distinct_planes", "point_rows", "read_planes"]

Plane = tuple[int, ...]
"""Primitive integers ``(a, b, c, d)``, the first nonzero one positive."""

_GROUP = re.compile(r"^group_parameters:(.*)$", re.MULTILINE)
_MOST_ITEMS = 10**8


def read_planes(path: str | Path) -> list[Plane]:
    """The planes of a file, by its ending, with repetitions, in order; raises `InputError`."""
    path = Path(path)
    content = file_bytes(path)
    form = path.suffix.lower()
    if form == ".bvg":
        rows: Iterable[Any] = _binary_groups(content, str(path))
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InputError(f"{path}: not a text file; use .csv, .json, .vg or .bvg") from error
        if form == ".vg":
            rows = [line.split() for line in _GROUP.findall(text)]
        elif form == ".json":
            rows = _json_rows(text, str(path))
        elif form in (".csv", ".txt"):
            rows = _csv_rows(text)
        else:
            raise InputError(f"{path}: its ending is not .csv, .txt, .json, .vg or .bvg")
    planes = [_plane(row, f"{path}: plane {i}") for i, row in enumerate(rows)]
    if not planes:
        raise InputError(f"{path}: there are no planes in it; give rows a, b, c, d")
    return planes


def distinct_planes(planes: Iterable[Plane]) -> list[Plane]:
    """Each plane once, in order of first occurrence.

    >>> distinct_planes([(1, 0, 0, 2), (1, 0, 0, 2), (0, 1, 0, 0)])
    [(1, 0, 0, 2), (0, 1, 0, 0)]
    """
    return list(dict.fromkeys(planes))


def point_rows(path: str | Path) -> list[tuple[Fraction, ...]]:
    """The points of a CSV file, three numbers a row, taken as written."""
    text = file_text(path)
    points = []
    for number, row in enumerate(_csv_rows(text), start=1):
        if len(row) != 3:
            raise InputError(f"{path}: point {number} has {len(row)} coordinates; give x, y, z")
        points.append(tuple(exact_scalar(x, f"{path}: point {number}") for x in row))
    return points


def _plane(row: Any, where: str) -> Plane:
    if not isinstance(row, list | tuple) or len(row) != 4:
        raise InputError(f"{where} is not four numbers a, b, c, d of a x + b y + c z + d = 0")
    values = [exact_scalar(x, f"{where}[{k}]") for k, x in enumerate(row)]
    if not any(values[:3]):
        raise InputError(f"{where} has no normal: a, b and c are all 0")
    return _primitive(values)


def _primitive(values: list[Fraction]) -> Plane:
    common = lcm(*(x.denominator for x in values))
    whole = [x.numerator * (common // x.denominator) for x in values]
    divisor = gcd(*whole)
    if next(x for x in whole if x) < 0:
        divisor = -divisor
    return tuple(x // divisor for x in whole)


def _csv_rows(text: str) -> list[list[str]]:
    """Rows of numbers between commas or blanks; a first row of words is a header."""
    rows = [
        [word.strip() for word in row]
        for row in csv.reader(
            re.sub(r"[ \t;]+", ",", line.strip()) if "," not in line else line
            for line in text.splitlines()
        )
        if row
    ]
    if rows and all(re.match(r"[A-Za-z_]", word) for word in rows[0]):
        rows = rows[1:]
    return rows


def _json_rows(text: str, where: str) -> list[Any]:
    try:
        data = strict_json(text)
    except InputError as error:
        raise InputError(f"{where}: {error}") from error
    rows = data.get("planes") if isinstance(data, dict) else data
    if not isinstance(rows, list):
        raise InputError(f'{where}: neither a list of planes nor an object with "planes"')
    return rows


def _binary_groups(content: bytes, where: str) -> list[tuple[float, ...]]:
    """Points, colours and normals are skipped; of each group its parameters are taken."""
    place = 0

    def take(form: str) -> tuple[Any, ...]:
        nonlocal place
        size = struct.calcsize(form)
        if place + size > len(content):
            raise InputError(f"{where}: ends early; is the file cut short?")
        result = struct.unpack_from(form, content, place)
        place += size
        return result

    def count() -> int:
        (number,) = take("<i")
        if not 0 <= number <= _MOST_ITEMS:
            raise InputError(f"{where}: a count of {number} at byte {place - 4}; not a .bvg file")
        return int(number)

    def skip(size: int) -> None:
        nonlocal place
        place += size

    for _ in range(3):
        skip(12 * count())
    planes = []
    pending = count()
    while pending:
        pending -= 1
        take("<i")
        planes.append(take(f"<{count()}f"))
        skip(count())
        skip(12)
        skip(4 * count())
        pending += count()
    if place > len(content):
        raise InputError(f"{where}: ends early; is the file cut short?")
    return planes
