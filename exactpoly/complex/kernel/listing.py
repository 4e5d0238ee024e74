"""Vertices and regions as text, as certificates list them, by the kernel: see listing.c."""

from __future__ import annotations

import ctypes

import numpy as np

from exactpoly.complex.cells import Cells
from exactpoly.complex.kernel import library

__all__ = ["compiled_lines"]


def compiled_lines(cells: Cells, sides: int) -> tuple[bytes, np.ndarray] | None:
    """The lines of all vertices and regions, and int64 (regions,): where each region stands in its list.

    ``sides``: of the domain. None where there is no kernel.
    """
    kernel, d = library.kernel(), cells.dimension
    if kernel is None or d > library.LARGEST_DIMENSION:
        return None
    sizes, place = np.array(cells.sizes, np.int32), np.empty(cells.sizes[-1], np.int64)
    signs = np.ascontiguousarray(cells.rows(0))
    masks = np.ascontiguousarray(cells.sides(0))
    given = library.Listing(dimension=d, neurons=cells.neurons, sides=sides)
    given.sizes, given.place = library.address(sizes), library.address(place)
    given.signs, given.masks = library.address(signs), library.address(masks)
    for k in range(1, d + 1):
        lists = cells.facets(k)
        given.start[k] = library.address(lists.start)
        given.facets[k] = library.address(lists.entries)
    length = ctypes.c_int64()
    text = kernel.list(ctypes.byref(given), ctypes.byref(length))
    if not text:
        raise MemoryError
    try:
        return ctypes.string_at(text, length.value), place
    finally:
        kernel.free(text)
