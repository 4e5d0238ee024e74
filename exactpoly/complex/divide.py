"""Divide a block into parts and merge parts exactly.

A part is a set of regions with all their faces. Faces held by several parts are marked `shared`, and
so is everything that comes from them when the parts are refined. Merging identifies shared cells
that have the same sign row and sides, which are the same cell (proofs/complex.md, Theorem 1; section 6,
"Parts of a complex"). The merged complex is the same whatever the parts were; only the order of its
cells differs.
"""

from __future__ import annotations

from functools import reduce
from operator import add

import numpy as np

from exactpoly.complex.block import Block
from exactpoly.complex.level import gather_segments
from exactpoly.complex.oracle import SignStatistics

__all__ = ["divide", "merge"]


def divide(block: Block, parts: int) -> list[Block]:
    """Divide the regions into ``parts`` runs of their sign rows in lexicographic order.

    Regions that agree in their first signs lie on the same sides of the first neurons, so this
    keeps parts together and shared faces few. The first part takes over the statistics.
    """
    block.lattice.sweep()
    levels = block.lattice.levels
    order = np.lexsort(block.lattice.rows.view[: block.done][::-1]) if block.done else np.arange(1)
    masks = []
    for chosen in np.array_split(order, min(parts, len(order))):
        keep = [np.zeros(level.size, np.bool_) for level in levels]
        keep[-1][chosen] = True
        for j in range(len(levels) - 1, 0, -1):
            level = levels[j]
            _, facets = gather_segments(
                level.facets.view, level.start.view, level.facets.size, np.flatnonzero(keep[j])
            )
            keep[j - 1][facets] = True
        masks.append(keep)
    for j, level in enumerate(levels):
        holders = reduce(add, (keep[j].astype(np.uint16) for keep in masks))
        level.shared.view[:] |= holders > 1
    result = [block.selected(keep) for keep in masks]
    result[0].oracle.statistics = block.oracle.statistics
    return result


def merge(parts: list[Block]) -> Block:
    """Put parts that stand at the same neuron together, each shared cell once.

    The parts are used up: their arrays are dropped as they are merged.
    """
    states = [part.state() for part in parts]
    counts = [[level.facet_counts() for level in part.lattice.levels] for part in parts]
    template, done = parts[0], parts[0].done
    statistics = _total([part.oracle.statistics for part in parts])
    dimension = template.lattice.dimension
    del parts

    def gather(name: str, axis: int = -1) -> np.ndarray:
        return np.concatenate([state.pop(name) for state in states], axis=axis)

    arrays: dict[str, np.ndarray] = {}
    renumber = np.empty(0, np.int32)
    rows, below_shared = np.empty((0, 0), np.int8), np.empty(0, np.bool_)
    sizes: list[int] = []
    for j in range(dimension + 1):
        shared = np.concatenate([state[f"level{j}_shared"] for state in states])
        sides = np.concatenate([state[f"level{j}_sides"] for state in states])
        lengths = [len(state[f"level{j}_facets"]) for state in states]
        count = np.concatenate([part[j] for part in counts])
        facets = gather(f"level{j}_facets")
        if j == 0:
            rows = np.ascontiguousarray(
                np.concatenate(
                    [state["oracle_signs"][:, state["level0_shared"]] for state in states], axis=1
                )
            )
        else:
            # Facets are numbered within their part; shift by the sizes of the parts before.
            shift = np.cumsum(sizes, dtype=np.int32) - np.array(sizes, np.int32)
            facets = facets + np.repeat(shift, lengths)
            start = np.cumsum(count) - count
            rows = _shared_rows(rows, below_shared, facets, start, np.flatnonzero(shared))
        sizes = [len(state[f"level{j}_sides"]) for state in states]
        keep, number = _identify(rows, sides, shared)
        if j == 0:
            for name in [name for name in states[0] if name.startswith("oracle_")]:
                arrays[name] = gather(name)[..., keep]
        else:
            facets = renumber[facets[np.repeat(keep, count)]]
        arrays[f"level{j}_facets"] = facets
        count = count[keep]
        arrays[f"level{j}_start"] = np.cumsum(count) - count
        for name in ("sides", "zeros", "alive"):
            arrays[f"level{j}_{name}"] = gather(f"level{j}_{name}")[keep]
        arrays[f"level{j}_shared"] = np.zeros(len(count), np.bool_)
        renumber, below_shared = number, shared
    arrays["rows"] = gather("rows")
    return template.restore(arrays, done, statistics)


def _total(statistics: list[SignStatistics]) -> SignStatistics:
    return SignStatistics(
        sum(s.filter for s in statistics),
        sum(s.separation for s in statistics),
        sum(s.exact for s in statistics),
    )


def _shared_rows(
    rows: np.ndarray,
    below_shared: np.ndarray,
    facets: np.ndarray,
    start: np.ndarray,
    cells: np.ndarray,
) -> np.ndarray:
    """int8 (neurons, n): sign rows of the shared ``cells`` from those of their (shared) facets."""
    if not len(cells):
        return np.empty((len(rows), 0), np.int8)
    place = np.cumsum(below_shared, dtype=np.int32) - 1
    owner, entries = gather_segments(facets, start, len(facets), cells)
    first = np.searchsorted(owner, np.arange(len(cells)))
    entries = place[entries]
    result = np.empty((len(rows), len(cells)), np.int8)
    for line, below in zip(result, rows, strict=True):
        signs = below[entries]
        highest = np.maximum.reduceat(signs, first)
        line[:] = np.where(highest > 0, highest, np.minimum.reduceat(signs, first))
    return result


def _identify(
    rows: np.ndarray, sides: np.ndarray, shared: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Which cells to keep, bool (n,), and each cell's number among the kept ones, int32 (n,).

    Of shared cells with equal sign row and sides the first is kept and stands for all. They are
    matched by a hash and compared on the rows themselves.
    """
    representative = np.arange(len(shared), dtype=np.int32)
    places = np.flatnonzero(shared)
    if len(places):
        twins = _first_equal(rows, sides[places])
        representative[places] = places[twins]
    keep = representative == np.arange(len(shared))
    number = np.cumsum(keep, dtype=np.int32) - 1
    return keep, number[representative]


def _first_equal(rows: np.ndarray, sides: np.ndarray) -> np.ndarray:
    """int64 (n,): for each column of ``rows`` with its sides, the first equal one."""
    generator = np.random.default_rng(2305_09145)  # any odd multipliers will do
    multipliers = generator.integers(0, 2**63, len(rows) + 1, dtype=np.uint64) * 2 + 1
    key = sides.astype(np.uint64) * multipliers[-1]
    for line, multiplier in zip(rows, multipliers, strict=False):
        key += line.astype(np.uint64) * multiplier
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    twins: np.ndarray = first[inverse]
    same = np.array_equal(sides, sides[twins]) and all(
        np.array_equal(line, line[twins]) for line in rows
    )
    if not same:
        # Two different cells with one hash: sort the rows themselves instead.
        words = np.concatenate([rows, sides.view(np.int8).reshape(len(sides), -1).T])
        order = np.lexsort(words)
        ordered = words[:, order]
        new = np.ones(len(order), np.bool_)
        new[1:] = (ordered[:, 1:] != ordered[:, :-1]).any(axis=0)
        twins = np.empty(len(order), np.int64)
        twins[order] = order[np.flatnonzero(new)[np.cumsum(new) - 1]]
    return twins
