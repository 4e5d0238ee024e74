"""The compiled kernel as ctypes sees it: loading, structures, functions. Nothing is decided here."""

from __future__ import annotations

import ctypes
import os
from ctypes import (
    CFUNCTYPE,
    POINTER,
    Structure,
    c_char_p,
    c_double,
    c_int,
    c_int8,
    c_int32,
    c_int64,
    c_uint16,
    c_uint32,
    c_uint64,
    c_void_p,
)
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from exactpoly.complex.kernel.build import FOLDER, digest

__all__ = [
    "BETWEEN",
    "RESOLVE",
    "Description",
    "GivenLayer",
    "Listing",
    "Lists",
    "Sums",
    "address",
    "kernel",
    "status",
]

LARGEST_DIMENSION = 12
DONE, STOPPED, NO_MEMORY, TOO_LARGE, CALLER_FAILED, INCONSISTENT = range(6)
ANSWERED, GO_ON, HALT = 23294, 23295, 23296
KEEP_NOTHING, KEEP_CELLS, KEEP_INTERPOLATED, KEEP_LISTS = range(4)

RESOLVE = CFUNCTYPE(
    c_int, c_int32, POINTER(c_int32), POINTER(c_uint64), POINTER(c_int32), POINTER(c_int8)
)
BETWEEN = CFUNCTYPE(c_int, c_int32, c_int64)

_CHOICE = "EXACTPOLY_KERNEL"
"""Environment variable: 0 leaves the kernel unused, anything else is the library to load."""


class GivenLayer(Structure):
    """One layer of a `Description`; see kernel.h."""

    _fields_ = (
        ("outputs", c_int32),
        ("neurons", c_int32),
        ("first_neuron", c_int32),
        ("neuron", c_void_p),
        ("weight", c_void_p),
        ("bias", c_void_p),
        ("constant", c_void_p),
        ("slope", c_void_p),
        ("reach", c_void_p),
        ("spread", c_void_p),
        ("far", c_void_p),
        ("log_scale", c_double),
    )


class Description(Structure):
    """What the kernel is to refine; see kernel.h."""

    _fields_ = (
        ("dimension", c_int32),
        ("parts", c_int32),
        ("layers", c_int32),
        ("neurons", c_int32),
        ("layer", POINTER(GivenLayer)),
        ("sides", c_int32),
        ("side_row", c_void_p),
        ("side_constant", c_void_p),
        ("side_error", c_void_p),
        ("side_slope", c_void_p),
        ("side_spread", c_void_p),
        ("side_log", c_void_p),
        ("face_count", c_void_p),
        ("face_facets", c_void_p),
        ("face_facet", c_void_p),
        ("face_sides", c_void_p),
        ("face_excess", c_void_p),
        ("target", c_int64),
        ("max_cells", c_int64),
        ("record", c_int32),
        ("stop", c_void_p),
        ("resolve", RESOLVE),
        ("between", BETWEEN),
    )


class Listing(Structure):
    """Cells to be listed; see kernel.h."""

    _fields_ = (
        ("dimension", c_int32),
        ("neurons", c_int32),
        ("sides", c_int32),
        ("sizes", c_void_p),
        ("start", c_void_p * (LARGEST_DIMENSION + 1)),
        ("facets", c_void_p * (LARGEST_DIMENSION + 1)),
        ("signs", c_void_p),
        ("masks", c_void_p),
        ("place", c_void_p),
    )


class Lists(Structure):
    """Vertices and regions to be listed; see kernel.h."""

    _fields_ = (
        ("vertices", c_int64),
        ("regions", c_int64),
        ("used", c_int64),
        ("rows", POINTER(c_uint64)),
        ("masks", POINTER(c_uint32)),
        ("start", POINTER(c_int64)),
        ("entries", POINTER(c_int32)),
    )


class Sums(Structure):
    """Sums over what a worker has refined; see kernel.h."""

    _fields_ = (
        ("f", c_uint64 * (LARGEST_DIMENSION + 1)),
        ("not_simple", c_uint64 * (LARGEST_DIMENSION + 1)),
        ("incidences", c_uint64 * (LARGEST_DIMENSION + 1)),
        ("filter", c_uint64),
        ("separation", c_uint64),
        ("exact", c_uint64),
        ("blocks", c_uint64),
        ("largest_block", c_uint64),
        ("not_simple_chunk", c_int64),
    )


_FUNCTIONS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "open": (c_void_p, (POINTER(Description),)),
    "close": (None, (c_void_p,)),
    "begin": (c_int, (c_void_p,)),
    "chunks": (c_int, (c_void_p,)),
    "first": (c_void_p, (c_void_p,)),
    "worker": (c_void_p, (c_void_p,)),
    "worker_close": (None, (c_void_p, c_void_p)),
    "range": (None, (c_void_p, c_int, c_int)),
    "cut": (c_int, (c_void_p, c_int)),
    "work": (c_int, (c_void_p, c_void_p)),
    "take": (c_int, (c_void_p, c_int)),
    "chunk_regions": (POINTER(c_int64), (c_void_p,)),
    "finished": (c_int64, (c_void_p,)),
    "cells": (c_int64, (c_void_p,)),
    "sums": (POINTER(Sums), (c_void_p, c_void_p)),
    "growth": (POINTER(c_uint64), (c_void_p, c_void_p)),
    "bars": (
        c_int,
        (c_void_p, c_void_p, POINTER(POINTER(c_uint64)), POINTER(POINTER(c_uint64))),
    ),
    "done": (c_int, (c_void_p,)),
    "sizes": (None, (c_void_p, POINTER(c_int64), POINTER(c_int64))),
    "level": (
        None,
        (
            c_void_p,
            c_int,
            POINTER(c_int32),
            POINTER(c_int64),
            POINTER(c_uint32),
            POINTER(c_uint16),
        ),
    ),
    "vertices": (
        None,
        (c_void_p, POINTER(c_int32), POINTER(c_double), POINTER(c_double), POINTER(c_int8)),
    ),
    "regions": (None, (c_void_p, POINTER(c_int8))),
    "list": (c_void_p, (POINTER(Listing), POINTER(c_int64))),
    "lists": (POINTER(Lists), (c_void_p,)),
    "text": (c_void_p, (c_void_p, POINTER(c_int64))),
    "free": (None, (c_void_p,)),
    "minimise": (
        c_int,
        (c_int, c_int, c_int, *[c_void_p] * 5, c_double, c_int, c_void_p, POINTER(c_int64)),
    ),
}


class Kernel:
    """The functions of a loaded library as attributes, without their common beginning."""

    def __init__(self, path: str) -> None:
        library = ctypes.CDLL(path)
        library.exactpoly_digest.restype = c_char_p
        self.digest = (library.exactpoly_digest() or b"").decode("ascii")
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(library, f"exactpoly_{name}")
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)

    def __getattr__(self, name: str) -> Any:  # the functions, for type checkers
        raise AttributeError(name)


def address(array: np.ndarray) -> int:
    """Where a contiguous array's data begin; the array must be kept alive by the caller."""
    if not array.flags.c_contiguous:
        raise ValueError("the kernel needs contiguous arrays")
    return array.ctypes.data


@cache
def _loaded() -> tuple[Kernel | None, str]:
    """The kernel, or None and why not."""
    choice = os.environ.get(_CHOICE, "")
    if choice == "0":
        return None, f"switched off by {_CHOICE}=0"
    build = "python -m exactpoly.complex.kernel builds it"
    suffixes = (".so", ".dylib", ".pyd")
    files = sorted(p for p in FOLDER.glob("_kernel*") if p.suffix in suffixes)
    if choice:
        files = [Path(choice)]
    reason = f"not built; {build}"
    for path in files:
        try:
            found = Kernel(str(path))
        except (OSError, AttributeError):
            reason = f"cannot be loaded; {build} again"
            continue
        if found.digest == (digest() or found.digest):
            return found, "in use"
        reason = f"built from other sources; {build} again"
    return None, reason


def kernel() -> Kernel | None:
    """The compiled kernel, None where there is none; `status` says why."""
    return _loaded()[0]


def status() -> str:
    """``"in use"``, or why the compiled kernel is not used and what to do about it."""
    return _loaded()[1]
