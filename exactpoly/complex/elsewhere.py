"""Counting on other processes and machines: each task counts some chunks of the first layer, and no more.

A task refines the first layer again, which is soon done, and then its own chunks; what comes back are
sums of a few kilobytes. Each cell is owned by exactly one chunk (proofs/blocks.md, Theorem 3), and the
chunks of a network are the same wherever the first layer is refined, so the sums of all tasks are those of
one run, whatever the executor and the number of parts.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise

from exactpoly.complex.compiled import TARGET, Incomplete, count_chunks, fits
from exactpoly.complex.counts import Counts, added
from exactpoly.domain import Domain
from exactpoly.errors import InputError
from exactpoly.network.network import Network
from exactpoly.running.executors import results_of

__all__ = ["count_elsewhere"]

_MEND = "try fewer workers, or a limit"


@dataclass(frozen=True)
class _Task:
    network: Network
    domain: Domain
    target: int
    first: int
    end: int
    chunks: int
    max_cells: int | None


def count_elsewhere(
    network: Network,
    domain: Domain,
    executor: Executor,
    parts: int,
    *,
    target: int = TARGET,
    max_cells: int | None = None,
    should_stop: Callable[[int], str | None] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Counts:
    """The counts of `count_cells`, from ``parts`` tasks on any `concurrent.futures.Executor`.

    ``should_stop``: asked several times a second with the number of cells that finished tasks have found;
    ``progress``: told the number of their regions. A reason to stop, or more than ``max_cells`` cells,
    raises `Incomplete` with the counts of the finished tasks. Raises `InputError` where a worker has no
    compiled engine or was ended from outside, and what `count_cells` raises.
    """
    start = count_chunks(network, domain, 0, 0, target=target)
    chunks = len(start.chunk_regions)
    if not chunks:
        return start
    ends = [chunks * i // parts for i in range(parts + 1)]
    tasks = [
        _Task(network, domain, target, first, end, chunks, max_cells)
        for first, end in pairwise(ends)
        if first < end
    ]
    futures: list[Future[Counts | str]] = [executor.submit(_counted, task) for task in tasks]

    def stop() -> str | None:
        ready = [f for f in futures if f.done() and not f.cancelled() and f.exception() is None]
        found = [f.result() for f in ready]
        counts = [x for x in found if isinstance(x, Counts)]
        if progress is not None:
            progress(sum(x.f_vector[-1] for x in counts))
        cells = sum(sum(x.f_vector) for x in counts)
        reason = should_stop(cells) if should_stop is not None else None
        return reason or next((x for x in found if isinstance(x, str)), None)

    finished, reason = results_of(futures, stop, _MEND)
    reason = reason or next((x for x in finished if isinstance(x, str)), None)
    total = reduce(added, (x for x in finished if isinstance(x, Counts)), start)
    if reason is None and max_cells is not None and sum(total.f_vector) > max_cells:
        reason = f"{sum(total.f_vector)} cells exceed max_cells {max_cells}"
    if reason is not None:
        raise Incomplete(reason, total)
    return total


def _counted(task: _Task) -> Counts | str:
    """What a worker does: the counts of a task's chunks, or why there are none."""
    if not fits(task.network, task.domain):
        raise InputError(
            "executor: a worker has no compiled engine; build it there with"
            " `python -m exactpoly.complex.kernel`"
        )
    try:
        return count_chunks(
            task.network,
            task.domain,
            task.first,
            task.end,
            target=task.target,
            chunks=task.chunks,
            max_cells=task.max_cells,
        )
    except Incomplete:
        return f"more cells in one part than max_cells {task.max_cells}"
