"""The search for a proof that no point of a box satisfies any of some conjunctions, or for a point.

Boxes are split at an input or at the sign of a neuron. Float bounds propose what is refuted, exact
linear programs settle nodes on which every neuron's sign is known, so that ties and extrema end. The
result is a tree for the checker, which decides; a point that is found is evaluated exactly here.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from fractions import Fraction
from math import inf, lcm
from typing import Any

import numpy as np

from exactpoly.properties.answer import integral_scale
from exactpoly.properties.leaves import Leaves
from exactpoly.properties.nodes import ROUNDING, Halt, Node, Phase, Point, Policy, Stop
from exactpoly.properties.relaxation import (
    bounds_of_rows,
    forward,
    refreshed,
    relaxation,
)

__all__ = ["Halt", "Node", "Phase", "Point", "Policy", "Search", "Stop"]

_MARGIN = 2.0**-27
"""How clearly, relative to the size of its terms, a float bound must refute to be proposed."""

_NOISE = ROUNDING / _MARGIN
"""Rounding of a pre-activation, relative to the terms that may cancel in it."""

_SAMPLES = 4_000

_LOOK = 16
"""Nodes between two looks at what there is to stop for."""

_DEEP = 12
"""Halvings of every side after which signs of neurons are split, however many are open; half of
that in small networks, where ties may fill whole curves."""


class Search(Leaves):
    """A search in steps; see `State` for what it is given, and `Searches` for what runs it."""

    def start(self) -> None:
        """The root of the tree, and samples; raises `Stop` where a point ends the search."""
        infinite = [(np.full(w.shape[0], -inf), np.full(w.shape[0], inf)) for w in self.net.weights]
        everything = tuple(range(len(self.alternatives)))
        self.push(Node(0, self.low, self.high, infinite, (), everything, value=inf))
        self.sample(self.low[None], self.high[None], _SAMPLES)

    def step(self, stop: Callable[[], str | None] = lambda: None) -> None:
        """Refute some nodes of the queue where that can be done, split the rest.

        Whatever ends it early, the queue then holds all nodes that are not done. Raises `Halt` for a
        reason that ``stop`` gives.
        """
        if self.most is not None and self.nodes > self.most:
            raise Stop(f"{self.nodes} nodes")
        count = min(self.policy.batch, max(8, 2 * self.nodes), len(self.queue))
        left = [heapq.heappop(self.queue)[2] for _ in range(count)]
        try:
            left = self.bounded(left)
            while left:
                self.divide(left[-1])
                left.pop()
                reason = stop() if len(left) % _LOOK == _LOOK - 1 else None
                if reason is not None:
                    raise Halt(reason)
        except BaseException:
            for node in left:
                if node.alternatives:
                    self.push(node)
            raise

    def bounded(self, nodes: list[Node]) -> list[Node]:
        """Those that bounds do not refute."""
        self.nodes += len(nodes)
        first = [n for n in nodes if n.depth]
        if first:
            self.test(first, fresh=False)
        left = [n for n in nodes if n.alternatives]
        again = [n for n in left if n.depth % self.policy.refresh == 0 or n.phases]
        if again:
            self.refresh(again)
            self.test(again, fresh=True)
        left = [n for n in left if n.alternatives]
        if left and not self.best_first:
            self.attack(left)
        return left[::-1]

    def refresh(self, nodes: list[Node]) -> None:
        low, high = (np.array([getattr(n, name) for n in nodes]) for name in ("low", "high"))
        known = _stacked(nodes)
        first = min(n.stale for n in nodes)
        self.rows_found += sum(
            2 * int(((low < 0) & (high > 0)).sum()) for low, high in known[first:]
        )
        slopes = self.slopes_of(nodes) if self.policy.inputs else None
        bounds, _ = refreshed(self.net, known, low, high, first, slopes)
        for i, node in enumerate(nodes):
            node.bounds = [(a[i], b[i]) for a, b in bounds]
            self.tree.add(node.number, ["r"])
            node.stale = self.net.depth
            if slopes is not None:
                node.reach = [one[i] for one in slopes]
        if not self.scales:
            self.scales = [
                float(np.maximum(np.abs(a), np.abs(b)).max(initial=0)) for a, b in nodes[0].bounds
            ]

    def slopes_of(self, nodes: list[Node]) -> list[np.ndarray]:
        """By layer (nodes, units, d): how units depend on inputs, as far as that was found before."""
        sizes = [w.shape[0] for w in self.net.weights]
        result = [np.zeros((len(nodes), n, len(self.low)), np.float32) for n in sizes]
        for i, node in enumerate(nodes):
            for one, known in zip(result, node.reach, strict=False):
                one[i] = known
        return result

    def test(self, nodes: list[Node], *, fresh: bool) -> None:
        """Propose refutations by bound; keeps each node's best row for the choice of a split."""
        low, high = (np.array([getattr(n, name) for n in nodes]) for name in ("low", "high"))
        lines = [
            relaxation(a, b, relu)
            for (a, b), relu in zip(_stacked(nodes), self.net.relu, strict=True)
        ]
        wanted = [
            (i, r)
            for i, n in enumerate(nodes)
            for a in n.alternatives
            for r in self.of_alternative[a]
        ]
        box = np.array([i for i, _ in wanted])
        row = np.array([r for _, r in wanted])
        keep: list[np.ndarray] = []
        with np.errstate(all="ignore"):
            found, slopes = bounds_of_rows(
                self.net,
                lines,
                self.rows[row],
                self.constants[row],
                box,
                low,
                high,
                self.inputs[row],
                keep,
            )
            reach = np.maximum(np.abs(low), np.abs(high))[box]
            size = np.abs(self.constants[row]) + np.einsum("rn,rn->r", np.abs(slopes), reach)
            stacked = zip(_stacked(nodes), self.sizes, strict=True)
            for rows, ((a, b), terms) in zip(keep, reversed(list(stacked)), strict=True):
                reach = np.maximum(np.abs(a), np.abs(b)) + _NOISE * terms
                size += np.einsum("rn,rn->r", np.abs(rows), reach[box])
            margin = found - _MARGIN * size
        self.book(nodes, box, row, found, margin, slopes, keep)

    def book(
        self,
        nodes: list[Node],
        box: np.ndarray,
        row: np.ndarray,
        found: np.ndarray,
        margin: np.ndarray,
        slopes: np.ndarray,
        keep: list[np.ndarray],
    ) -> None:
        start = np.searchsorted(box, np.arange(len(nodes) + 1))
        for i, node in enumerate(nodes):
            part = slice(start[i], start[i + 1])
            done: set[int] = set()
            for r in row[part][margin[part] > 0].tolist():
                a, k = self.owner[r]
                if a not in done:
                    done.add(a)
                    self.tree.add(node.number, self.token(a, k))
            node.alternatives = tuple(a for a in node.alternatives if a not in done)
            if node.alternatives:
                open_ = [
                    j
                    for j in range(part.start, part.stop)
                    if self.owner[row[j]][0] not in done
                    and not (self.best_first and self.owner[row[j]][1])
                ]
                best: dict[int, int] = {}
                for j in open_:
                    a = self.owner[row[j]][0]
                    if a not in best or found[j] > found[best[a]]:
                        best[a] = j
                worst = min(best.values(), key=lambda j: found[j])
                node.value = -float(found[worst]) + self.threshold()
                node.slopes = slopes[worst]  # type: ignore[attr-defined]
                node.influence = [k[worst] for k in reversed(keep)]  # type: ignore[attr-defined]

    def token(self, a: int, k: int) -> list[Any]:
        """How the checker refutes: one constraint by bound, or the sum of all."""
        if k >= 0:
            return ["b", a, [[k, 1]]]
        scales = [integral_scale(c.functional) for c in self.alternatives[a]]
        common = lcm(*scales)
        return ["b", a, [[i, common // scale] for i, scale in enumerate(scales)]]

    def sample(self, low: np.ndarray, high: np.ndarray, count: int) -> None:
        """Random points of the box, then closer and closer around the best one."""
        rng = np.random.default_rng(0)
        d = low.shape[1]
        count = min(count, 4_000_000 // max(w.shape[0] for w in self.net.weights) + 1)
        points = low + (high - low) * rng.random((count, d))
        points[: count // 4] = np.where(rng.random((count // 4, d)) < 0.5, low, high)
        width = high - low
        for _ in range(10):
            best = self.try_points(points)
            if best is None:
                return
            width = width / 2
            points = np.clip(best + width * (rng.random((count // 4, d)) - 0.5), low, high)

    def try_points(self, points: np.ndarray) -> np.ndarray | None:
        """Look for a float point that satisfies an alternative; returns the nearest miss."""
        with np.errstate(all="ignore"):
            values = (
                forward(self.net, points) @ self.rows.T + points @ self.inputs.T + self.constants
            )
        best, miss = None, inf
        for a, rows in enumerate(self.of_alternative):
            worst = values[:, rows].max(axis=1) if len(rows) else np.full(len(points), -inf)
            i = int(np.argmin(worst))
            if worst[i] <= 0 and self.offer(self.exact_point(points[i]), a):
                continue
            if worst[i] < miss or best is None:
                best, miss = points[i], float(worst[i])
        return best

    def attack(self, nodes: list[Node]) -> None:
        """Centres, and corners towards which a bound points."""
        low, high = (np.array([getattr(n, name) for n in nodes]) for name in ("low", "high"))
        slopes = np.array([n.slopes for n in nodes])  # type: ignore[attr-defined]
        self.try_points(np.concatenate([(low + high) / 2, np.where(slopes > 0, low, high)]))

    def divide(self, node: Node) -> None:
        """Two children, or an exact end."""
        open_ = self.open_neurons(node)
        fixed = {(j, i) for j, i, _ in node.phases}
        count = sum(len(units) for units in open_) - len(
            fixed & {(j, int(i)) for j, units in enumerate(open_) for i in units}
        )
        # However small the box, all neurons that meet in a point stay open.
        deep = _DEEP if self.network.n_neurons > 64 else _DEEP // 2
        shallow = node.depth < deep * len(self.bounds) or not self.programs
        if self.policy.inputs and not node.phases and count > self.policy.phases and shallow:
            self.split_input(node)
            return
        if node.stale < self.net.depth:
            self.refresh([node])
            open_ = self.open_neurons(node)
        free = [
            (j, int(i)) for j, units in enumerate(open_) for i in units if (j, int(i)) not in fixed
        ]
        if free:
            self.split_phase(node, self.choice(node, free))
        elif self.programs:
            hidden = self.hidden_neuron(node)
            if hidden is None:
                self.settle(node)
            else:
                self.split_phase(node, hidden)
        elif self.policy.inputs or not self.split_widest(node):
            raise Stop("a leaf without open neurons is not settled by bounds")

    def certified_excess(self, value: Fraction) -> Fraction | None:
        """A threshold above ``value`` at which bounds refute what was left open too; ends the tree.

        For ``functional - value > 0`` as the first constraint. None if there is no bound yet.
        """
        nodes = self.open_nodes()
        for i in range(0, len(nodes), self.policy.batch):
            # A bound may be lower than that of the parent: other lines lie around other bounds.
            part = nodes[i : i + self.policy.batch]
            self.test(part, fresh=True)
        excess = max((node.value for node in nodes), default=0.0) - self.threshold()
        if not np.isfinite(excess):
            return None
        for node in nodes:
            for a in node.alternatives:
                self.tree.add(node.number, ["b", a, [[0, 1]]])
        size = max((abs(float(c)) for c in self.constants), default=0.0)
        return value + Fraction(max(excess, 0.0) * (1 + 2.0**-20) + (size + 1e-9) * 2.0**-20)

    def close(self) -> Iterator[Node]:
        """The nodes that were left open, marked as such."""
        for _, _, node in self.queue:
            self.tree.add(node.number, ["?"])
            yield node


def _stacked(nodes: list[Node]) -> list[tuple[np.ndarray, np.ndarray]]:
    return [
        (np.array([n.bounds[j][0] for n in nodes]), np.array([n.bounds[j][1] for n in nodes]))
        for j in range(len(nodes[0].bounds))
    ]
