"""One network on many workers: refine parts of the complex independently and merge them exactly.

After some neurons the regions are divided into parts; each part, with all faces of its regions, is a
complex of its own and is refined by the remaining neurons on its own. Faces held by several parts
are marked `shared`, and so is everything that comes from them. Merging identifies shared cells that
have the same sign row and sides, which are the same cell (DESIGN F1). The result is the same complex
whatever the number of parts or workers; only the order of cells differs.

Any `concurrent.futures.Executor` will do: a process pool, Dask's `Client.get_executor()`, or
`mpi4py.futures.MPIPoolExecutor`. There is no scheduler here.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from exactpoly.complex.lattice import gather_segments
from exactpoly.complex.oracle import SignStatistics
from exactpoly.complex.subdivide import Subdivision
from exactpoly.domain import Domain
from exactpoly.network.network import Network

__all__ = ["run_in_parallel"]

_CELLS_BEFORE_DIVIDING = 20_000
"""Below this the whole run takes less time than one task should."""


@dataclass(frozen=True)
class _Part:
    """What travels to a worker and back: the arrays of a run (see `Subdivision.state`)."""

    network: Network
    domain: Domain
    done: int
    statistics: SignStatistics
    arrays: dict[str, np.ndarray]


def run_in_parallel(
    subdivision: Subdivision,
    executor: Executor,
    parts: int,
    *,
    should_stop: Callable[[Subdivision], str | None] | None = None,
) -> Subdivision:
    """Run to the end with ``parts`` independent parts on ``executor``.

    ``should_stop`` is asked while the run is still undivided and after each part; a run stopped then
    is left where it was divided, which is the exact complex of the neurons done until then.
    """

    def divide(run: Subdivision) -> str | None:
        reason = should_stop(run) if should_stop else None
        ready = run.lattice.n_cells >= _CELLS_BEFORE_DIVIDING
        return reason or ("divide" if ready else None)

    subdivision.run(should_stop=divide)
    if subdivision.stopped != "divide":
        return subdivision
    subdivision.stopped = None
    futures = [executor.submit(_finish, part) for part in _divide(subdivision, parts)]
    finished = []
    for future in futures:
        finished.append(future.result())
        subdivision.stopped = should_stop(subdivision) if should_stop else None
        if subdivision.stopped:
            for other in futures:
                other.cancel()
            return subdivision
    return _merge(subdivision, finished)


def _finish(part: _Part) -> _Part:
    """What a worker does: refine its part by the remaining neurons."""
    run = _resume(part)
    run.run()
    arrays = {name: np.ascontiguousarray(array) for name, array in run.state().items()}
    return _Part(part.network, part.domain, run.done, run.oracle.statistics, arrays)


def _resume(part: _Part) -> Subdivision:
    run = Subdivision(part.network, part.domain)
    run.restore(part.arrays, part.done, part.statistics)
    return run


def _divide(subdivision: Subdivision, parts: int) -> list[_Part]:
    """Divide the regions into contiguous runs of their sign rows in lexicographic order.

    Regions that agree in their first signs lie on the same sides of the first neurons, so this
    keeps parts together and shared faces few.
    """
    whole = _Part(
        subdivision.network,
        subdivision.domain,
        subdivision.done,
        SignStatistics(),
        subdivision.state(),
    )
    levels = subdivision.lattice.levels
    order = np.lexsort(subdivision.lattice.rows.view[::-1])
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
    holders = [sum(keep[j].astype(np.int32) for keep in masks) for j in range(len(levels))]
    result = []
    for keep in masks:
        run = _resume(whole)
        for level, count in zip(run.lattice.levels, holders, strict=True):
            level.shared.view[:] = count > 1
        run.lattice.select(keep)
        for name, growable in run._growables().items():
            if name.startswith("oracle_"):
                growable.replace(growable.view[..., keep[0]])
        arrays = {name: np.ascontiguousarray(array) for name, array in run.state().items()}
        result.append(_Part(whole.network, whole.domain, whole.done, SignStatistics(), arrays))
    return result


def _merge(subdivision: Subdivision, parts: list[_Part]) -> Subdivision:
    """Put finished parts together, each shared cell once."""
    dimension = subdivision.dimension
    arrays: dict[str, np.ndarray] = {}
    # For the level below: index of each part's cells among the merged ones, parts one after another.
    merged = np.empty(0, np.int64)
    rows, below_shared = np.empty((0, 0), np.int8), np.empty(0, np.bool_)
    for j in range(dimension + 1):

        def gather(name: str, j: int = j) -> np.ndarray:
            return np.concatenate([part.arrays[f"level{j}_{name}"] for part in parts])

        shared, sides = gather("shared"), gather("sides")
        counts = np.concatenate([_counts(part, j) for part in parts])
        facets = gather("facets").astype(np.int64)
        if j:
            # Facets are numbered within their part; shift by the sizes of the parts before.
            sizes = [len(part.arrays[f"level{j - 1}_sides"]) for part in parts]
            lengths = [len(part.arrays[f"level{j}_facets"]) for part in parts]
            facets += np.repeat(np.cumsum(sizes) - sizes, lengths)
        start = np.cumsum(counts) - counts
        if j == 0:
            rows = np.concatenate([part.arrays["oracle_signs"] for part in parts], axis=1)
            rows = rows[:, shared]
        else:
            rows = _shared_rows(rows, below_shared, facets, start, np.flatnonzero(shared))
        keep, renumber = _identify(rows, sides, shared)
        if j == 0:
            for name in parts[0].arrays:
                if name.startswith("oracle_"):
                    whole = np.concatenate([part.arrays[name] for part in parts], axis=-1)
                    arrays[name] = whole[..., keep]
        kept_facets = facets[np.repeat(keep, counts)]
        arrays[f"level{j}_facets"] = (merged[kept_facets] if j else kept_facets).astype(np.int32)
        counts = counts[keep]
        arrays[f"level{j}_start"] = np.cumsum(counts) - counts
        for name in ("sides", "zeros", "alive"):
            arrays[f"level{j}_{name}"] = gather(name)[keep]
        arrays[f"level{j}_shared"] = np.zeros(int(keep.sum()), np.bool_)
        merged, below_shared = renumber, shared
    arrays["rows"] = np.concatenate([part.arrays["rows"] for part in parts], axis=1)
    statistics = subdivision.oracle.statistics
    for part in parts:
        statistics.filter += part.statistics.filter
        statistics.separation += part.statistics.separation
        statistics.exact += part.statistics.exact
    result = Subdivision(subdivision.network, subdivision.domain)
    result.restore(arrays, parts[0].done, statistics)
    return result


def _counts(part: _Part, j: int) -> np.ndarray:
    start = part.arrays[f"level{j}_start"]
    return np.diff(start, append=len(part.arrays[f"level{j}_facets"]))


def _shared_rows(
    rows: np.ndarray,
    below_shared: np.ndarray,
    facets: np.ndarray,
    start: np.ndarray,
    cells: np.ndarray,
) -> np.ndarray:
    """int8 (neurons, n): sign rows of the shared ``cells`` from those of their (shared) facets."""
    place = np.cumsum(below_shared) - 1
    owner, entries = gather_segments(facets, start, len(facets), cells)
    if not len(cells):
        return np.empty((len(rows), 0), np.int8)
    first = np.searchsorted(owner, np.arange(len(cells)))
    below = rows[:, place[entries]]
    highest = np.maximum.reduceat(below, first, axis=1)
    lowest = np.minimum.reduceat(below, first, axis=1)
    result: np.ndarray = np.where(highest > 0, highest, lowest)
    return result


def _identify(
    rows: np.ndarray, sides: np.ndarray, shared: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Which cells to keep, bool (n,), and each cell's number among the kept ones, int64 (n,).

    Of shared cells with equal sign row and sides the first is kept and stands for all.
    """
    representative = np.arange(len(shared))
    places = np.flatnonzero(shared)
    if len(places):
        words = np.concatenate(
            [rows.T.view(np.uint8), sides[places].astype("<u4").view(np.uint8).reshape(-1, 4)],
            axis=1,
        )
        words = np.ascontiguousarray(words)
        keys = words.view(np.dtype((np.void, words.shape[1]))).ravel()
        _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
        representative[places] = places[first[inverse]]
    keep = representative == np.arange(len(shared))
    number = np.cumsum(keep) - 1
    return keep, number[representative]
