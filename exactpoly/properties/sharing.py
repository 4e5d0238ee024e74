"""One search shared among workers: each takes some nodes, and brings back what became of them.

What a worker refutes stays refuted when thresholds rise, so nothing that it brings is lost. Which worker
is how fast decides which tree is found; what it proves is the same.
"""

from __future__ import annotations

import heapq
import pickle
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from threadpoolctl import threadpool_limits

from exactpoly.network.constraints import Constraint
from exactpoly.properties.nodes import Halt, Node, Stop
from exactpoly.properties.search import Search
from exactpoly.properties.tree import ProofTree
from exactpoly.running.executors import result_of

__all__ = ["share"]

_SECONDS = 0.4
"""What a worker spends on nodes before it brings back what is left of them."""
_MOST = 64
_LOOK = 0.1
_TASKS = 2
"""Tasks a worker, so that one is ready when it comes back."""


@dataclass(frozen=True)
class _Task:
    question: bytes
    alternatives: list[tuple[Constraint, ...]]
    best: list[Any]
    scales: list[float]
    nodes: list[Node]


@dataclass(frozen=True)
class _Part:
    tree: ProofTree
    left: list[Node]
    nodes: int
    rows_found: int
    best: list[Any]
    stopped: str | None
    """Why the worker gave up; empty where a point ended its work."""


def share(
    search: Search,
    executor: Executor,
    workers: int,
    stop: Callable[[], str | None],
    tell: Callable[[], None],
) -> None:
    """Go on with a search until its queue is empty; raises `Stop` and `Halt` as its steps do."""
    question = pickle.dumps(search.ingredients())
    waiting: dict[Future[_Part], list[Node]] = {}
    ended: Exception | None = None
    while waiting or (search.queue and ended is None):
        ended = ended or _reason(search, stop)
        while ended is None and search.queue and len(waiting) < _TASKS * workers:
            nodes = _taken(search, max(1, min(_MOST, len(search.queue) // (_TASKS * workers))))
            task = _task(search, question, nodes)
            waiting[executor.submit(_work, task)] = nodes
        finished, _ = wait(waiting, timeout=_LOOK, return_when=FIRST_COMPLETED)
        for future in finished:
            part = result_of(future, "try fewer workers")
            try:
                _merge(search, [node.number for node in waiting.pop(future)], part)
            except Stop as reason:
                ended = ended or reason
        search.away = [node for nodes in waiting.values() for node in nodes]
        tell()
    if ended is not None:
        raise ended


def _reason(search: Search, stop: Callable[[], str | None]) -> Exception | None:
    if search.most is not None and search.nodes > search.most:
        return Stop(f"{search.nodes} nodes")
    reason = stop()
    return None if reason is None else Halt(reason)


def _taken(search: Search, count: int) -> list[Node]:
    return [heapq.heappop(search.queue)[2] for _ in range(count)]


def _task(search: Search, question: bytes, nodes: list[Node]) -> _Task:
    return _Task(question, search.alternatives, search.best()[-1:], search.scales, nodes)


def _merge(search: Search, numbers: list[int], part: _Part) -> None:
    """Put what a worker brought into the tree and the queue, then take its points."""
    renumbered = search.tree.graft(numbers, part.tree)
    for node in part.left:
        node.number = renumbered[node.number]
        search.push(node)
    search.nodes += part.nodes
    search.rows_found += part.rows_found
    search.take(part.best)
    if part.stopped:
        raise Stop(part.stopped)


@lru_cache(maxsize=2)
def _search(question: bytes) -> Search:
    kind, given, more = pickle.loads(question)
    search: Search = kind(found=lambda point, a: False, **given)
    vars(search).update(more)
    return search


def _work(task: _Task) -> _Part:
    """In a worker: a while of the search below some nodes."""
    with threadpool_limits(1):
        search = _search(task.question)
        search.alternatives[:] = task.alternatives
        search.set_rows()
        search.points, search.queue, search.nodes, search.rows_found = [], [], 0, 0
        search.tree, search.scales = ProofTree(len(task.nodes)), task.scales
        stopped = None
        for number, node in enumerate(map(copy, task.nodes)):
            node.number = number  # Of a copy: where workers are threads, the nodes are shared.
            search.push(node)
        until = time.monotonic() + _SECONDS
        try:
            search.know(task.best)
            while search.queue and time.monotonic() < until:
                search.step()
        except Stop as stop:
            stopped = str(stop)
        left = [node for _, _, node in search.queue]
        return _Part(search.tree, left, search.nodes, search.rows_found, search.best(), stopped)
