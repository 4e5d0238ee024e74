"""Claims as NumPy arrays in one NPZ file: large claims without text. See CLAIMS.md.

A float in an array is the dyadic rational that it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from exactpoly.crosscheck.claims import Claims
from exactpoly.crosscheck.claims_json import FORMAT, claims_from_json
from exactpoly.errors import InputError
from exactpoly.readers.archives import arrays_of

__all__ = ["read_claims_npz"]

_WORDS = {"tool", "version", "domain", "network_digest", "vertex_tolerance"}
_FLAGS = {"facets_on_domain_boundary", "vertices_on_domain_boundary"}
_ARRAYS = {
    "region_rows": 2,
    "region_points": 2,
    "region_facets": 1,
    "vertices": 2,
    "vertex_rows": 2,
    "adjacency": 2,
}
_TOTAL = "total_"


def read_claims_npz(path: Path) -> Claims:
    """The claims of an NPZ file. Raises `InputError` naming the array that is wrong."""
    return claims_from_json(_object(arrays_of(path)))


def _object(arrays: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = {"format": FORMAT, "numbers": _format_of(arrays)}
    totals: dict[str, Any] = {}
    for name, array in arrays.items():
        if name in _WORDS:
            data[name] = _scalar(name, array, "US" if name != "vertex_tolerance" else "USfiu")
        elif name in _FLAGS:
            data[name] = _scalar(name, array, "b")
        elif name.startswith(_TOTAL):
            totals[name.removeprefix(_TOTAL)] = array.tolist()
        elif name not in _ARRAYS:
            raise InputError(f"the array {name!r} is not known; see CLAIMS.md")
        elif array.ndim != _ARRAYS[name]:
            raise InputError(f"{name} has shape {array.shape}; {_ARRAYS[name]} axes are needed")
        elif array.dtype.kind not in "iuf":
            raise InputError(f"{name} is of type {array.dtype}; give numbers")
    if totals:
        data["totals"] = totals
    regions = _table(arrays, {"region_rows": "row", "region_points": "point"})
    if "region_facets" in arrays:
        facets = arrays["region_facets"].tolist()
        if regions is None or len(facets) != len(regions):
            raise InputError("region_facets needs region_rows or region_points of the same length")
        for entry, count in zip(regions, facets, strict=True):
            entry["facets"] = count
    vertices = _table(arrays, {"vertices": "point", "vertex_rows": "row"})
    if regions is not None:
        data["regions"] = regions
    if vertices is not None:
        data["vertices"] = vertices
    if "adjacency" in arrays:
        data["adjacency"] = arrays["adjacency"].tolist()
    return data


def _scalar(name: str, array: np.ndarray, kinds: str) -> object:
    if array.ndim or array.dtype.kind not in kinds:
        raise InputError(
            f"{name} is an array of {array.dtype} of shape {array.shape}; give one value"
        )
    return array.item()


def _table(arrays: dict[str, Any], names: dict[str, str]) -> list[dict[str, Any]] | None:
    """One object for every line of the arrays named, which must be equally long."""
    given = {key: arrays[name] for name, key in names.items() if name in arrays}
    if not given:
        return None
    lengths = {len(array) for array in given.values()}
    if len(lengths) != 1:
        raise InputError(f"{' and '.join(names)} differ in length; give one line for each")
    lines = [array.tolist() for array in given.values()]
    return [dict(zip(given, line, strict=True)) for line in zip(*lines, strict=True)]


def _format_of(arrays: dict[str, Any]) -> str:
    """``float32`` if every array of floats is, else ``float64``."""
    floats = [
        array.dtype
        for name, array in arrays.items()
        if (name in _ARRAYS or name.startswith(_TOTAL)) and array.dtype.kind == "f"
    ]
    return "float32" if floats and all(dtype == np.float32 for dtype in floats) else "float64"
