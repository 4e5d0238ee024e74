"""What a run of the kernel has found, as counts and as cells."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

from exactpoly.complex.block import Block, all_sides
from exactpoly.complex.counts import Counts
from exactpoly.complex.kernel.run import KernelRun
from exactpoly.complex.lattice import FaceLattice
from exactpoly.complex.oracle import SignOracle, SignStatistics
from exactpoly.domain import Polytope

__all__ = ["block_of_run", "counts_of_run"]


def counts_of_run(run: KernelRun, workers: list[int]) -> Counts:
    """What ``workers`` have counted in all their chunks."""
    kernel, d, n = run.kernel, run.domain.dimension, run.network.n_neurons
    sums = [kernel.sums(run.handle, worker).contents for worker in workers]
    growth = np.zeros((n, d + 1), np.int64)
    bars: list[dict[int, int]] = [{}, {}]
    for worker in workers:
        if n:
            pointer = kernel.growth(run.handle, worker)
            growth += np.ctypeslib.as_array(pointer, (n, d + 1)).astype(np.int64)
        pointers = [ctypes.POINTER(ctypes.c_uint64)() for _ in bars]
        room = kernel.bars(run.handle, worker, *map(ctypes.byref, pointers))
        for total, pointer in zip(bars, pointers, strict=True):
            for count in range(room):
                if pointer[count]:
                    total[count] = total.get(count, 0) + pointer[count]
    chunks = kernel.chunks(run.handle)
    bad = [one.not_simple_chunk for one in sums if one.not_simple_chunk >= 0]

    def totals(name: str) -> tuple[int, ...]:
        return tuple(sum(getattr(one, name)[k] for one in sums) for k in range(d + 1))

    return Counts(
        f_vector=totals("f"),
        facet_histogram=dict(sorted(bars[0].items())),
        facet_histogram_with_domain_boundary=dict(sorted(bars[1].items())),
        not_simple=totals("not_simple"),
        face_pairs=totals("incidences"),
        growth=growth,
        statistics=_statistics(sums),
        blocks=sum(one.blocks for one in sums),
        largest_block=max(one.largest_block for one in sums),
        chunk_regions=tuple(kernel.chunk_regions(run.handle)[:chunks]) if chunks else (),
        not_simple_chunk=min(bad, default=None),
    )


def _statistics(sums: list[Any]) -> SignStatistics:
    return SignStatistics(
        *(sum(getattr(one, name) for one in sums) for name in ("filter", "separation", "exact"))
    )


def block_of_run(run: KernelRun, done: int) -> Block:
    """The kernel's cells in the arrays of `Block`."""
    kernel, handle, d, n = run.kernel, run.handle, run.domain.dimension, run.network.n_neurons
    cells, facets = (ctypes.c_int64 * (d + 1))(), (ctypes.c_int64 * (d + 1))()
    kernel.sizes(handle, cells, facets)
    parts = 2 if run.domain.is_space else 1
    lattice, oracle = FaceLattice.blank(d, n), SignOracle(run.network, run.domain)

    def pointer(array: np.ndarray, kind: Any) -> Any:
        return array.ctypes.data_as(ctypes.POINTER(kind))

    for k, level in enumerate(lattice.levels):
        count = cells[k]
        arrays: tuple[np.ndarray, ...] = (
            np.empty(facets[k], np.int32),
            np.empty(count, np.int64),
            np.empty(count, np.uint32),
            np.empty(count, np.uint16),
        )
        kinds: tuple[Any, ...] = (ctypes.c_int32, ctypes.c_int64, ctypes.c_uint32, ctypes.c_uint16)
        kernel.level(handle, k, *map(pointer, arrays, kinds))
        if isinstance(run.domain, Polytope):
            _with_all_sides(run.domain, *arrays[2:])
        for name, array in zip(("facets", "start", "sides", "zeros"), arrays, strict=True):
            getattr(level, name).replace(array)
        level.alive.replace(np.ones(count, np.uint8))
    vertices = cells[0]
    basis = np.empty((d, vertices), np.int32)
    position, error = np.empty((parts, d, vertices)), np.empty((parts, vertices))
    signs = np.empty((vertices, n), np.int8)
    kernel.vertices(
        handle,
        pointer(basis, ctypes.c_int32),
        pointer(position, ctypes.c_double),
        pointer(error, ctypes.c_double),
        pointer(signs, ctypes.c_int8),
    )
    rows = np.empty((cells[d], n), np.int8)
    kernel.regions(handle, pointer(rows, ctypes.c_int8))
    lattice.rows.replace(rows.T)
    lattice.regions_sorted = True
    oracle.signs.replace(signs.T)
    oracle.basis.replace(basis)
    oracle.position.replace(position)
    oracle.error.replace(error)
    # Not kept by the kernel: without it no zero is proven by separation, which costs time only.
    oracle.log_determinant.replace(np.full(vertices, np.inf))
    oracle.sides.replace(lattice.levels[0].sides.view)
    oracle.known.replace(np.full(vertices, done, np.int32))
    oracle.statistics = _statistics([kernel.sums(handle, kernel.first(handle)).contents])
    return Block(lattice, oracle, done)


def _with_all_sides(polytope: Polytope, sides: np.ndarray, zeros: np.ndarray) -> None:
    """The kernel knows independent sides of each cell, and counts the others with the neurons."""
    every = all_sides(polytope)
    masks, place = np.unique(sides, return_inverse=True)
    full = np.array([every[mask] for mask in masks.tolist()], np.uint32)
    zeros -= (np.bitwise_count(full) - np.bitwise_count(masks)).astype(np.uint16)[place]
    sides[:] = full[place]
