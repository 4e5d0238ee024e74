"""Vertices and regions as text, as certificates list them, by the kernel: see listing.c."""

from __future__ import annotations

import ctypes
from typing import Any, NamedTuple

import numpy as np

from exactpoly.complex.block import all_sides
from exactpoly.complex.cells import Cells
from exactpoly.complex.kernel import library
from exactpoly.complex.kernel.run import KernelRun
from exactpoly.domain import Polytope

__all__ = ["ListedRun", "compiled_lines", "lines_of_run"]


class ListedRun(NamedTuple):
    """``vertices``, ``regions``: how many; ``text``: their lines."""

    vertices: int
    regions: int
    text: bytes


def lines_of_run(run: KernelRun) -> ListedRun:
    """What a run that keeps lists alone has found since it began, or took its last chunk."""
    lists = run.kernel.lists(run.handle).contents
    if isinstance(run.domain, Polytope):  # The kernel knows independent sides of each vertex.
        every = all_sides(run.domain)
        masks = np.ctypeslib.as_array(lists.masks, (lists.vertices,))
        masks[:] = [every[mask] for mask in masks.tolist()]
    length = ctypes.c_int64()
    text = run.kernel.text(run.handle, ctypes.byref(length))
    return ListedRun(lists.vertices, lists.regions, _taken(run.kernel, text, length))


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
    return _taken(kernel, text, length), place


def _taken(kernel: Any, text: Any, length: ctypes.c_int64) -> bytes:
    """Text that the kernel has made and that is given back to it."""
    if not text:
        raise MemoryError
    try:
        return ctypes.string_at(text, length.value)
    finally:
        kernel.free(text)
