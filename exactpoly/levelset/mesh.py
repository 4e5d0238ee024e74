"""Mesh files of an exact surface: OBJ, PLY, OFF, STL, VTU; and what rounding its vertices did.

A mesh file holds floats. Each exact coordinate is rounded to the nearest float64 (float32 in STL); vertices
that fall together are counted, and such a file is not called watertight.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from exactpoly.arithmetic.rational import rounded
from exactpoly.errors import InputError
from exactpoly.levelset.surface import Surface

__all__ = ["FORMATS", "Rounding", "mesh_bytes", "rounding"]


@dataclass(frozen=True, eq=False)
class Rounding:
    """``points``: rounded vertices, float64 (n, 3); ``merged``: how many distinct ones fell together."""

    points: np.ndarray
    merged: int


def rounding(surface: Surface, form: str) -> Rounding:
    """Round the vertices as a file of this format will.

    Raises `InputError` where a coordinate is beyond the range of floats.
    """
    points = np.array(
        [[rounded(x.numerator, x.denominator) for x in p] for p in surface.points], np.float64
    ).reshape(-1, 3)
    if form == "stl":
        with np.errstate(over="ignore"):
            points = points.astype(np.float32).astype(np.float64)
    if not np.isfinite(points).all():
        raise InputError(f"surface: a coordinate is beyond the range of the floats of .{form}")
    return Rounding(points, len(points) - len(np.unique(points + 0.0, axis=0)))


def mesh_bytes(surface: Surface, path: Path) -> tuple[bytes, Rounding]:
    """The file's content by the ending of its name, and how vertices were rounded.

    Raises `InputError` for an unknown ending.
    """
    form = path.suffix.lower().removeprefix(".")
    if form not in FORMATS:
        known = ", ".join(f".{name}" for name in FORMATS)
        raise InputError(f"{path}: no mesh format by its ending; use one of {known}")
    result = rounding(surface, form)
    return FORMATS[form](surface, result.points), result


def _lines(points: np.ndarray, before: str = "") -> list[str]:
    return [before + " ".join(repr(float(x)) for x in p) for p in points.tolist()]


def _obj(surface: Surface, points: np.ndarray) -> bytes:
    faces = ["f " + " ".join(str(v + 1) for v in cycle) for cycle in surface.polygons]
    return _text(
        ["# exactpoly: level set, exact vertices rounded to float64", *_lines(points, "v "), *faces]
    )


def _off(surface: Surface, points: np.ndarray) -> bytes:
    faces = [" ".join(map(str, (len(cycle), *cycle))) for cycle in surface.polygons]
    counts = f"{len(points)} {len(faces)} {len(surface.edges)}"
    return _text(["OFF", counts, *_lines(points), *faces])


def _ply(surface: Surface, points: np.ndarray) -> bytes:
    head = [
        "ply",
        "format ascii 1.0",
        "comment exactpoly: level set",
        f"element vertex {len(points)}",
        *(f"property double {axis}" for axis in "xyz"),
        f"element face {len(surface.polygons)}",
        "property list int int vertex_indices",
        "end_header",
    ]
    faces = [" ".join(map(str, (len(cycle), *cycle))) for cycle in surface.polygons]
    return _text([*head, *_lines(points), *faces])


def _triangles(surface: Surface) -> np.ndarray:
    """int64 (m, 3): polygons cut into triangles from their first vertex."""
    found = [(c[0], a, b) for c in surface.polygons for a, b in pairwise(c[1:])]
    return np.array(found, np.int64).reshape(-1, 3)


def _stl(surface: Surface, points: np.ndarray) -> bytes:
    corners = points[_triangles(surface)]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    normals = np.divide(normals, lengths, out=np.zeros_like(normals), where=lengths > 0)
    table = np.zeros(len(corners), [("data", "<f4", (4, 3)), ("attribute", "<u2")])
    table["data"][:, 0], table["data"][:, 1:] = normals, corners
    return b"exactpoly level set".ljust(80) + struct.pack("<I", len(corners)) + table.tobytes()


def _vtu(surface: Surface, points: np.ndarray) -> bytes:
    ends = np.cumsum([len(c) for c in surface.polygons]).tolist()
    arrays = {
        "connectivity": " ".join(str(v) for c in surface.polygons for v in c),
        "offsets": " ".join(map(str, ends)),
        "types": " ".join(["7"] * len(ends)),
    }
    kinds = {"connectivity": "Int64", "offsets": "Int64", "types": "UInt8"}
    return _text(
        [
            '<?xml version="1.0"?>',
            '<VTKFile type="UnstructuredGrid" version="0.1" byte_order="LittleEndian">',
            f'<UnstructuredGrid><Piece NumberOfPoints="{len(points)}" NumberOfCells="{len(ends)}">',
            '<Points><DataArray type="Float64" NumberOfComponents="3" format="ascii">',
            *_lines(points),
            "</DataArray></Points><Cells>",
            *(
                f'<DataArray type="{kinds[name]}" Name="{name}" format="ascii">{text}</DataArray>'
                for name, text in arrays.items()
            ),
            "</Cells></Piece></UnstructuredGrid></VTKFile>",
        ]
    )


def _text(lines: list[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode("ascii")


FORMATS: dict[str, Callable[[Surface, np.ndarray], bytes]] = {
    "obj": _obj,
    "ply": _ply,
    "off": _off,
    "stl": _stl,
    "vtu": _vtu,
}
"""Writers by the ending of a file's name."""
