"""The diameter of the graph of regions: exact for not too many regions, else certified bounds.

All pairs are done at once with one bit a source: after `t` rounds of or-ing neighbours, a node has the
bits of all sources at most `t` away. For larger graphs bounds are tightened as in iFUB (Crescenzi,
Grossi, Habib, Lanzi, Marino, *On computing the diameter of real-world undirected graphs*, Theor.
Comput. Sci. 514, 2013): let a search from `u` reach depth `e`. Two nodes both at most `i` deep are at
most `2 i` apart, so once all nodes deeper than `i` have been searched from, the diameter is at most the
larger of `2 i` and the greatest depth seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from exactpoly.errors import InternalError

__all__ = ["ALL_PAIRS", "DiameterBounds", "diameter_bounds"]

ALL_PAIRS = 12_000
"""Graphs of at most this many nodes get their exact diameter unless asked otherwise."""

_ROUNDS = 8
"""Rounds in which a node of little depth is sought, two searches each."""

_BLOCK = 8 * 64
"""Sources at a time: few, so that what is known of all nodes stays in the cache."""


@dataclass(frozen=True)
class DiameterBounds:
    """``lower <= diameter <= upper``, certified by ``searches`` breadth-first searches."""

    lower: int
    upper: int
    searches: int

    @property
    def exact(self) -> bool:
        """Whether the diameter is known."""
        return self.lower == self.upper


class _Graph:
    """Neighbour lists of the regions, one after another."""

    def __init__(self, nodes: int, pairs: np.ndarray) -> None:
        inner = pairs[pairs[:, 1] >= 0]
        ends = np.concatenate([inner, inner[:, ::-1]])
        order = np.argsort(ends[:, 0], kind="stable")
        self.nodes = nodes
        self.neighbours = ends[order, 1]
        self.start = np.searchsorted(ends[order, 0], np.arange(nodes + 1))

    def depths(self, source: int) -> np.ndarray:
        """int32 (nodes,): the distance of each node from ``source``."""
        depth = np.full(self.nodes, -1, np.int32)
        frontier = np.array([source])
        level = 0
        while len(frontier):
            depth[frontier] = level
            counts = self.start[frontier + 1] - self.start[frontier]
            offset = np.repeat(self.start[frontier] - (np.cumsum(counts) - counts), counts)
            reached = self.neighbours[offset + np.arange(len(offset))]
            frontier = np.unique(reached[depth[reached] < 0])
            level += 1
        if depth.min() < 0:
            raise InternalError("the graph of regions is not connected")
        return depth

    def greatest_depth(self, sources: np.ndarray) -> int:
        """The greatest distance of any node from any of ``sources``."""
        words = -(-len(sources) // 64)
        reached = np.zeros((self.nodes, words), np.uint64)
        places = np.arange(len(sources))
        reached[sources, places // 64] = np.uint64(1) << (places % 64).astype(np.uint64)
        everything = np.bitwise_or.reduce(reached, axis=0)
        rounds = 0
        while (reached != everything).any():
            if rounds == self.nodes:
                raise InternalError("the graph of regions is not connected")
            reached |= np.bitwise_or.reduceat(reached[self.neighbours], self.start[:-1], axis=0)
            rounds += 1
        return rounds


def diameter_bounds(
    nodes: int, pairs: np.ndarray, searches: int = 400, *, all_pairs: int = ALL_PAIRS
) -> DiameterBounds:
    """Bounds on the diameter of the graph with these edges, exact for up to ``all_pairs`` nodes, else by
    at most about ``searches`` searches.

    ``pairs``: int, shape (m, 2): edges; a second end of -1 means no edge, as in `Complex.neighbours`.
    """
    graph = _Graph(nodes, pairs)
    start = graph.depths(0)
    if nodes <= all_pairs:
        blocks = np.split(np.arange(nodes), range(_BLOCK, nodes, _BLOCK))
        longest = max(graph.greatest_depth(block) for block in blocks) if nodes > 1 else 0
        return DiameterBounds(longest, longest, nodes)
    # Landmarks are nodes found far out, the middle the node nearest to the farthest of them.
    farthest = graph.depths(int(start.argmax()))
    lower, depth = int(farthest.max()), start
    used = 2
    for _ in range(_ROUNDS):
        middle = graph.depths(int(farthest.argmin()))
        if middle.max() < depth.max():
            depth = middle
        outer = graph.depths(int(middle.argmax()))
        lower = max(lower, int(outer.max()))
        farthest = np.maximum(farthest, outer)
        used += 2
    upper = 2 * int(depth.max())
    for level in range(int(depth.max()), 0, -1):
        fringe = np.flatnonzero(depth == level)
        if lower == upper or used + len(fringe) > searches:
            break
        for node in fringe:
            lower = max(lower, int(graph.depths(int(node)).max()))
        used += len(fringe)
        upper = min(upper, max(lower, 2 * (level - 1)))
    return DiameterBounds(lower, upper, used)
