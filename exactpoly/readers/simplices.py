"""Simplices in the text format of Wavefront OBJ: the form in which people have meshes.

    v 0 0 0            a vertex, exact decimals or fractions, all with the same number of coordinates
    p 1                points, l 1 2 3: a line, f 1 2 3: a triangle or a polygon; vertices count from 1
    t 1 2 3 4          a tetrahedron (not in the standard)

Lines of texture, normals, groups, materials and smoothing are passed over, as is what follows a `/` in `f`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from exactpoly.arithmetic.rational import exact_scalar
from exactpoly.errors import InputError
from exactpoly.running.files import file_text

__all__ = ["read_simplices"]

_PASSED_OVER = {"vt", "vn", "g", "o", "s", "usemtl", "mtllib"}
_MOST_BYTES = 2**26


def read_simplices(path: str | Path) -> tuple[list[list[Fraction]], list[list[int]]]:
    """Vertices and simplices (vertex numbers from 0). Raises `InputError` naming the line that is wrong.

    A polygon is cut into the triangles at its first vertex.
    """
    text = file_text(path)
    if len(text) > _MOST_BYTES:
        raise InputError(f"{path}: is larger than 64 MiB; give a smaller mesh")
    vertices: list[list[Fraction]] = []
    simplices: list[list[int]] = []
    for number, line in enumerate(text.splitlines(), 1):
        kind, *words = line.partition("#")[0].split() or [""]
        place = f"{path}: line {number}"
        if kind == "v":
            vertices.append([exact_scalar(word, place) for word in words])
        elif kind in ("p", "l", "f", "t"):
            simplices += _simplices(kind, [_index(w, len(vertices), place) for w in words], place)
        elif kind and kind not in _PASSED_OVER:
            raise InputError(f"{place}: {kind!r} is unknown; give v, p, l, f or t")
    return vertices, simplices


def _index(word: str, count: int, place: str) -> int:
    """The number of a vertex; negative ones count back from the last, as the standard has it."""
    value = exact_scalar(word.partition("/")[0], place)
    index = int(value) if value > 0 else count + 1 + int(value)
    if value.denominator != 1 or not value or not 1 <= index <= count:
        raise InputError(f"{place}: {word!r} is none of the {count} vertices above")
    return index - 1


def _simplices(kind: str, found: Sequence[int], place: str) -> list[list[int]]:
    least = {"p": 1, "l": 2, "f": 3, "t": 4}[kind]
    if len(found) < least or (kind == "t" and len(found) > 4):
        raise InputError(f"{place}: {kind} has {len(found)} vertices, not {least}")
    if kind == "p":
        return [[v] for v in found]
    if kind == "l":
        return [list(edge) for edge in pairwise(found)]
    if kind == "f":
        return [[found[0], *edge] for edge in pairwise(found[1:])]
    return [list(found)]
