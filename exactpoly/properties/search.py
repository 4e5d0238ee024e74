"""The search for a proof that no point of a box satisfies any of some conjunctions, or for a point.

Boxes are split at an input or at the sign of a neuron. Float bounds propose what is refuted, exact
linear programs settle nodes on which every neuron's sign is known, so that ties and extrema end. The
result is a tree for the checker, which decides; a point that is found is evaluated exactly here.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import inf, lcm
from typing import Any

import numpy as np

from exactpoly.errors import InputError
from exactpoly.network.constraints import Bounds, Constraint
from exactpoly.network.network import Network
from exactpoly.polyhedra.polyhedron import homogeneous
from exactpoly.properties.answer import integral_scale
from exactpoly.properties.forms import Forms, FormsOfPattern
from exactpoly.properties.linear_program import Optimum, maximum
from exactpoly.properties.relaxation import (
    FloatNetwork,
    bounds_of_rows,
    forward,
    refreshed,
    relaxation,
)
from exactpoly.properties.tree import ProofTree

__all__ = ["Policy", "Search", "Stop"]

Point = tuple[Fraction, ...]
Phase = tuple[int, int, int]
"""Layer, unit, and 1 for active or -1 for inactive."""

_MARGIN = 2.0**-27
"""How clearly, relative to the size of its terms, a float bound must refute to be proposed."""

_ZERO = 2.0**-24
"""Relative size below which a bound of a neuron is taken for a possible zero."""

_ROUNDING = 2.0**-44
_NOISE = _ROUNDING / _MARGIN
"""Rounding of a pre-activation, relative to the terms that may cancel in it."""

_LEAST = 2.0**-1000
"""Keeps the other end of a phase off 0, so that the phase decides what the unit passes on."""

_STEEP = 0.2
"""What the slope of a bound counts beside its looseness when an input is chosen."""

_SAMPLES = 4_000

_DEEP = 12
"""Halvings of every side after which signs of neurons are split, however many are open; half of
that in small networks, where ties may fill whole curves."""


@dataclass(frozen=True)
class Policy:
    """How a search goes; every policy gives a proof, at a different price.

    ``batch``: nodes at once; ``refresh``: bounds are found again at every such level of the tree;
    ``inputs``: whether boxes are split at inputs while more than ``phases`` neurons are open;
    ``programs``: whether exact linear programs are tried (in few dimensions).
    """

    batch: int = 256
    refresh: int = 1
    inputs: bool = True
    phases: int = 10
    programs: bool = True


@dataclass
class Node:
    """A part of the box: ``low``, ``high`` (d,), bounds by layer, phases, alternatives left."""

    number: int
    low: np.ndarray
    high: np.ndarray
    bounds: list[tuple[np.ndarray, np.ndarray]]
    phases: tuple[Phase, ...]
    alternatives: tuple[int, ...]
    depth: int = 0
    stale: int = 0
    value: float = -inf
    inside: Point | None = None
    """A point in the interior of the node, once it has phases."""
    reach: list[np.ndarray] = field(default_factory=list)
    """By layer (units, d): how much each unit depends on each input."""


class Stop(Exception):
    """The search ends early: why."""


@dataclass
class Search:
    """One case: a box, and alternatives of which none may be satisfied there.

    ``found``: called with a point that satisfies an alternative (its number is given too); it may raise
    thresholds in ``alternatives`` so that the point no longer does, and returns whether the search
    goes on.
    """

    network: Network
    bounds: Bounds
    alternatives: list[tuple[Constraint, ...]]
    found: Callable[[Point, int], bool]
    policy: Policy = field(default_factory=Policy)
    interrupted: Callable[[], str | None] = lambda: None
    best_first: bool = False
    progress: Callable[[int], None] = lambda left: None

    def __post_init__(self) -> None:
        self.net = FloatNetwork.of(self.network)
        self.forms = Forms(self.network)
        self.tree = ProofTree()
        self.low = np.array([_below(a) for a, _ in self.bounds])
        self.high = np.array([-_below(-b) for _, b in self.bounds])
        if not (np.isfinite(self.low).all() and np.isfinite(self.high).all()):
            raise InputError("box: bounds beyond the range of float64; rescale the inputs")
        full = all(a < b for a, b in self.bounds)
        self.generic = full and all(c.strict for row in self.alternatives for c in row)
        self.programs = self.policy.programs and len(self.bounds) <= 24
        self.stopped: str | None = None
        self.most: int | None = None  # nodes after which the search is given up
        self.done = False
        self.queue: list[tuple[float, int, Node]] = []
        self.nodes = 0
        self.rows_found = 0
        self.scales: list[float] = []
        self.sizes = _forward_sizes(self.net, np.maximum(np.abs(self.low), np.abs(self.high)))
        self.set_rows()

    def set_rows(self) -> None:
        """Float rows of the negated constraints, after thresholds have changed."""
        rows, inputs, constants, owner = [], [], [], []
        for a, row in enumerate(self.alternatives):
            for k, one in enumerate(row):
                rows.append([-float(c) for c in one.functional.y])
                inputs.append([-float(c) for c in one.functional.x])
                constants.append(-float(one.functional.constant))
                owner.append((a, k))
            if (
                len(row) > 1
                and len(self.bounds) <= 64
                and not any(any(c.functional.x) for c in row)
            ):
                # All of them at once: the sum of what must not be negative.
                own = range(len(rows) - len(row), len(rows))
                rows.append([sum(rows[i][j] for i in own) for j in range(len(rows[-1]))])
                inputs.append([0.0] * len(self.bounds))
                constants.append(sum(constants[i] for i in own))
                owner.append((a, -1))
        self.rows, self.inputs = np.array(rows), np.array(inputs)
        self.constants = np.array(constants)
        self.owner = owner
        self.of_alternative = [
            np.array([i for i, (a, _) in enumerate(owner) if a == b], dtype=int)
            for b in range(len(self.alternatives))
        ]

    # The run.

    def run(self) -> bool:
        """Whether every node is refuted; otherwise ``stopped`` says why, or ``found`` ended it."""
        infinite = [(np.full(w.shape[0], -inf), np.full(w.shape[0], inf)) for w in self.net.weights]
        everything = tuple(range(len(self.alternatives)))
        self.push(Node(0, self.low, self.high, infinite, (), everything, value=inf))
        try:
            self.sample(self.low[None], self.high[None], _SAMPLES)
            while self.queue:
                reason = self.interrupted() if self.nodes else None
                if reason is not None:
                    raise Stop(reason)
                if self.most is not None and self.nodes > self.most:
                    raise Stop(f"{self.nodes} nodes")
                count = min(self.policy.batch, max(8, 2 * self.nodes), len(self.queue))
                self.step([heapq.heappop(self.queue)[2] for _ in range(count)])
                self.progress(len(self.queue))
        except Stop as stop:
            self.stopped = str(stop) or None
            return False
        return True

    def push(self, node: Node) -> None:
        key = -node.value if self.best_first else -float(node.depth)
        heapq.heappush(self.queue, (key, node.number, node))

    def step(self, nodes: list[Node]) -> None:
        """Refute what can be, split the rest."""
        self.nodes += len(nodes)
        first = [n for n in nodes if n.number]
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
        for i, node in enumerate(left):
            try:
                self.divide(node)
            except BaseException:
                for other in left[i:]:
                    self.push(other)
                raise

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
                    j for j in range(part.start, part.stop) if self.owner[row[j]][0] not in done
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

    # Points.

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

    def exact_point(self, point: np.ndarray) -> Point:
        return tuple(
            min(max(Fraction(float(v)), a), b) for v, (a, b) in zip(point, self.bounds, strict=True)
        )

    def offer(self, point: Point, alternative: int) -> bool:
        """Whether the point satisfies the alternative, exactly; ends the search if ``found`` says so."""
        output = self.network.evaluate(point)
        if not all(c.holds(point, output) for c in self.alternatives[alternative]):
            return False
        if not self.found(point, alternative):
            raise Stop
        self.set_rows()
        return True

    def attack(self, nodes: list[Node]) -> None:
        """Centres, and corners towards which a bound points."""
        low, high = (np.array([getattr(n, name) for n in nodes]) for name in ("low", "high"))
        slopes = np.array([n.slopes for n in nodes])  # type: ignore[attr-defined]
        self.try_points(np.concatenate([(low + high) / 2, np.where(slopes > 0, low, high)]))

    # Splits.

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

    def hidden_neuron(self, node: Node) -> tuple[int, int] | None:
        """A neuron whose bounds are 0 in float64 but that is not always 0."""
        flat = [
            (j, int(i))
            for j, (low, high) in enumerate(node.bounds)
            for i in np.flatnonzero(self.net.relu[j] & (low == 0) & (high == 0))
        ]
        if not flat:
            return None
        forms = self.forms.under(self.pattern(node))
        fixed = {(j, i) for j, i, _ in node.phases}
        return next((n for n in flat if n not in fixed and any(forms.rows[n[0]][n[1]])), None)

    def open_neurons(self, node: Node) -> list[np.ndarray]:
        """Units of each layer whose sign is not clear, those with a phase among them."""
        result = []
        for j, (low, high) in enumerate(node.bounds):
            tiny = _ZERO * (self.scales[j] if self.scales else 0.0) + _ROUNDING * self.sizes[j]
            open_ = self.net.relu[j] & (low < tiny) & (high > -tiny) & ((low != 0) | (high != 0))
            result.append(np.flatnonzero(open_))
        return result

    def choice(self, node: Node, free: list[tuple[int, int]]) -> tuple[int, int]:
        """The neuron to split: in the lowest layer, or where that cannot matter, of most influence."""
        if self.programs:
            lowest = free[0][0]
            free = [f for f in free if f[0] == lowest]
            return max(free, key=lambda f: self.weight(node, *f))
        return max(free, key=lambda f: self.weight(node, *f))

    def weight(self, node: Node, j: int, i: int) -> float:
        low, high = float(node.bounds[j][0][i]), float(node.bounds[j][1][i])
        if not low < 0 < high:
            return 0.0
        slope = float(node.influence[j][i])  # type: ignore[attr-defined]
        return float(_cost(np.array(low), np.array(high), np.array(slope)))

    def split_input(self, node: Node) -> None:
        """Halve the input that makes the bounds loose, or the one on which the bound itself depends."""
        width = node.high - node.low
        slopes = np.abs(node.slopes)  # type: ignore[attr-defined]
        score = (_STEEP * slopes + 1e-3 * slopes.max(initial=1e-300)) * width
        score += self.looseness(node, width)
        if not self.cut(node, int(np.argmax(score))) and not self.split_widest(node):
            raise Stop("a box is as small as float64 allows")

    def looseness(self, node: Node, width: np.ndarray) -> np.ndarray:
        """(d,): what the lines around open neurons cost, shared among the inputs that make them open."""
        result = np.zeros_like(width)
        for j, reach in enumerate(node.reach):
            low, high = node.bounds[j]
            open_ = np.flatnonzero(self.net.relu[j] & (low < 0) & (high > 0))
            shares = reach[open_] * width
            shares /= shares.sum(axis=1, keepdims=True) + 1e-300
            influence = node.influence[j][open_]  # type: ignore[attr-defined]
            result += _cost(low[open_], high[open_], influence) @ shares
        return result

    def split_widest(self, node: Node) -> bool:
        return any(self.cut(node, int(i)) for i in np.argsort(node.low - node.high))

    def cut(self, node: Node, axis: int) -> bool:
        """Halve the box at a short dyadic number; False where there is none in between."""
        low, high = float(node.low[axis]), float(node.high[axis])
        if not low < high:
            return False
        grid = 2.0 ** np.floor(np.log2(high - low) - 4)
        middle = float(np.round((low + high) / 2 / grid) * grid)
        exact_low, exact_high = self.side(node, axis, 0), self.side(node, axis, 1)
        if not exact_low < Fraction(middle) < exact_high:
            return False
        first, second = self.tree.split(node.number, ["x", axis, str(Fraction(middle))])
        for number, is_low in ((first, True), (second, False)):
            low_, high_ = node.low, node.high
            if is_low:
                high_ = high_.copy()
                high_[axis] = middle
            else:
                low_ = low_.copy()
                low_[axis] = middle
            self.child(node, number, low_, high_, node.bounds, node.phases, 0, node.inside)
        return True

    def child(
        self,
        node: Node,
        number: int,
        low: np.ndarray,
        high: np.ndarray,
        bounds: list[tuple[np.ndarray, np.ndarray]],
        phases: tuple[Phase, ...],
        stale: int,
        inside: Point | None,
    ) -> None:
        new = Node(number, low, high, bounds, phases, node.alternatives, node.depth + 1)
        new.stale = min(node.stale, stale)
        new.value, new.inside, new.reach = node.value, inside, node.reach
        self.push(new)

    def side(self, node: Node, axis: int, side: int) -> Fraction:
        """The exact end of the node's box; sides of the whole box need not be floats."""
        ends = (self.low, self.high)[side]
        value = float((node.low, node.high)[side][axis])
        return self.bounds[axis][side] if value == ends[axis] else Fraction(value)

    def box(self, node: Node) -> list[tuple[Fraction, Fraction]]:
        return [(self.side(node, i, 0), self.side(node, i, 1)) for i in range(len(self.bounds))]

    def split_phase(self, node: Node, neuron: tuple[int, int]) -> None:
        j, i = neuron
        numbers = self.tree.split(node.number, ["z", j, i])
        points: list[Point | None] = [node.inside, node.inside]
        empty = [False, False]
        if self.programs:
            points, empty = self.sides_of(node, neuron, numbers)
        for number, sign, inside, gone in zip(numbers, (1, -1), points, empty, strict=True):
            if gone:
                continue
            low, high = (part.copy() for part in node.bounds[j])
            if sign > 0:
                low[i], high[i] = max(low[i], 0.0), max(high[i], _LEAST)
            else:
                low[i], high[i] = min(low[i], -_LEAST), min(high[i], 0.0)
            bounds = [*node.bounds[:j], (low, high), *node.bounds[j + 1 :]]
            phases = (*node.phases, (j, i, sign))
            self.child(node, number, node.low, node.high, bounds, phases, j + 1, inside)

    def sides_of(
        self, node: Node, neuron: tuple[int, int], numbers: tuple[int, int]
    ) -> tuple[list[Point | None], list[bool]]:
        """A point inside each child, or that the child is empty, by at most two linear programs."""
        j, i = neuron
        forms = self.forms.under(self.pattern(node), j + 1)
        rows = self.rows_of(node, forms)
        form = forms.rows[j][i]
        inside = node.inside or tuple((a + b) / 2 for a, b in self.box(node))
        flat = node.phases != () and node.inside is None
        value = _at(form, inside)
        points: list[Point | None] = [None, None]
        empty = [False, False]
        if not any(form):  # Identically 0: each child is the whole node.
            return [node.inside, node.inside] if flat else [inside, inside], empty
        for side, sign in enumerate((1, -1)):
            if not flat and sign * value > 0:
                points[side] = inside
                continue
            if flat:
                continue
            target = [sign * v for v in form]
            optimum = maximum(rows, target, inside)
            if optimum.value > 0:
                points[side] = tuple(
                    (a + b) / 2 for a, b in zip(inside, optimum.point, strict=True)
                )
                weight = Fraction(1, 2)
                while sign * _at(form, points[side] or inside) <= 0:
                    weight /= 2
                    points[side] = tuple(
                        weight * a + (1 - weight) * b
                        for a, b in zip(inside, optimum.point, strict=True)
                    )
            elif optimum.value < 0 or (self.generic and any(form[1:])):
                empty[side] = True
                scale = forms.scales[j]
                self.refute(node, numbers[side], forms, None, [], optimum, [(j, i, sign, scale)])
        return points, empty

    def pattern(self, node: Node) -> list[list[bool]]:
        return [
            ((low + high > 0) | ~relu).tolist()
            for (low, high), relu in zip(node.bounds, self.net.relu, strict=True)
        ]

    def rows_of(self, node: Node, forms: FormsOfPattern) -> list[list[int]]:
        """The box, then the phases, as inequalities."""
        rows = []
        for axis, (a, b) in enumerate(self.box(node)):
            for bound, sign in ((a, 1), (b, -1)):
                row = [0] * (len(self.bounds) + 1)
                row[0], row[axis + 1] = -sign * bound.numerator, sign * bound.denominator
                rows.append(row)
        return rows + [[s * v for v in forms.rows[j][i]] for j, i, s in node.phases]

    def settle(self, node: Node) -> None:
        """Every sign is known: the network is affine on the node, and linear programs decide."""
        forms = self.forms.under(self.pattern(node))
        rows = self.rows_of(node, forms)
        while node.alternatives:
            a = node.alternatives[0]
            if self.settle_one(node, forms, rows, a):
                node.alternatives = node.alternatives[1:]

    def settle_one(self, node: Node, forms: FormsOfPattern, rows: list[list[int]], a: int) -> bool:
        """Refute an alternative (True), or offer a point that satisfies it (False, try again)."""
        sides = 2 * len(self.bounds)
        asked = [forms.functional(c.functional) for c in self.alternatives[a]]
        strict = [c.strict for c in self.alternatives[a]]
        goals = [row for row, _ in asked]
        if node.inside is not None and len(goals) == 1:
            # One constraint, and a point of the node: its maximum says all.
            optimum = maximum(rows, goals[0], node.inside)
            if optimum.value < 0 or (strict[0] and optimum.value == 0):
                self.refute(node, node.number, forms, a, [(0, asked[0][1])], optimum, [])
                return True
            if self.offer(optimum.point, a):
                return False
        # How far can all be satisfied at once?
        soft = rows[sides:] + goals
        lifted = [[*r, 0] for r in rows[:sides]] + [[*r, -1] for r in soft]
        corner = [p for p, _ in self.box(node)]
        start = [*corner, min(_at(r, corner) for r in soft)]
        optimum = maximum(lifted, [0] * (len(corner) + 1) + [1], start)
        used = {i - len(rows) for i in optimum.multipliers if i >= len(rows)}
        enough = optimum.value > 0 or (optimum.value == 0 and not any(strict))
        if enough and self.offer(optimum.point[:-1], a):
            return False
        strictly = optimum.value < 0 or any(strict[k] for k in used)
        if not strictly and any(strict) and optimum.value == 0:
            hard = [[*r, 0] for r in rows]
            hard += [[*r, -int(s)] for r, s in zip(goals, strict, strict=True)]
            place = optimum.point[:-1]
            level = min(_at(r, place) for r, s in zip(goals, strict, strict=True) if s)
            optimum = maximum(hard, [0] * (len(corner) + 1) + [1], [*place, level])
            if optimum.value > 0 and self.offer(optimum.point[:-1], a):
                return False
        terms = [(k, scale) for k, (_, scale) in enumerate(asked)]
        self.refute(node, node.number, forms, a, terms, optimum, [], goals_from=len(rows))
        return True

    def refute(
        self,
        node: Node,
        number: int,
        forms: FormsOfPattern,
        alternative: int | None,
        terms: Sequence[tuple[int, int]],
        optimum: Optimum,
        own: Sequence[tuple[int, int, int, int]],
        goals_from: int | None = None,
    ) -> None:
        """Write the multipliers of an optimum as positive integers beside constraints and phases."""
        sides = 2 * len(self.bounds)
        constraints: dict[int, Fraction] = {}
        phases: dict[tuple[int, int], Fraction] = {}
        if goals_from is None:
            constraints = {k: Fraction(scale) for k, scale in terms}
        for j, i, _, scale in own:
            phases[j, i] = Fraction(scale)
        for index, m in optimum.multipliers.items():
            if goals_from is not None and index >= goals_from:
                k, scale = terms[index - goals_from]
                constraints[k] = m * scale
            elif index >= sides:
                j, i, _ = node.phases[index - sides]
                phases[j, i] = phases.get((j, i), Fraction(0)) + m * forms.scales[j]
        if alternative is not None:
            # The checker reads each constraint with integer coefficients.
            row = self.alternatives[alternative]
            constraints = {k: m / integral_scale(row[k].functional) for k, m in constraints.items()}
        common = lcm(*(m.denominator for m in (*constraints.values(), *phases.values())))
        made = [[k, int(m * common)] for k, m in sorted(constraints.items())]
        named = [[j, i, int(m * common)] for (j, i), m in sorted(phases.items())]
        self.tree.add(number, ["f", alternative, made, named])

    def threshold(self) -> float:
        """What has been subtracted from the first functional, so that old bounds compare with new ones."""
        if not self.best_first:
            return 0.0
        return -float(self.alternatives[0][0].functional.constant)

    def certified_excess(self, value: Fraction) -> Fraction | None:
        """A threshold above ``value`` at which bounds refute what was left open too; ends the tree.

        For one constraint an alternative, ``functional - value > 0``. None if there is no bound yet.
        """
        excess = max((node.value for _, _, node in self.queue), default=0.0) - self.threshold()
        if not np.isfinite(excess):
            return None
        for _, _, node in self.queue:
            for a in node.alternatives:
                self.tree.add(node.number, ["b", a, [[0, 1]]])
        size = max((abs(float(c)) for c in self.constants), default=0.0)
        return value + Fraction(max(excess, 0.0) * (1 + 2.0**-20) + (size + 1e-9) * 2.0**-20)

    def close(self) -> Iterator[Node]:
        """The nodes that were left open, marked as such."""
        for _, _, node in self.queue:
            self.tree.add(node.number, ["?"])
            yield node


def _forward_sizes(net: FloatNetwork, reach: np.ndarray) -> list[np.ndarray]:
    """The sum of the sizes of all terms of each pre-activation, by layer."""
    result = []
    for weight, bias in zip(net.weights, net.biases, strict=True):
        reach = np.abs(weight) @ reach + np.abs(bias)
        result.append(reach)
    return result


def _cost(low: np.ndarray, high: np.ndarray, influence: np.ndarray) -> np.ndarray:
    """How far the line below an open neuron lies off it, times its coefficient."""
    gap = -low * high / (high - low)
    above = np.minimum(np.minimum(-low, high), gap) / 2
    result: np.ndarray = np.abs(influence) * np.where(influence < 0, gap, above)
    return result


def _stacked(nodes: list[Node]) -> list[tuple[np.ndarray, np.ndarray]]:
    return [
        (np.array([n.bounds[j][0] for n in nodes]), np.array([n.bounds[j][1] for n in nodes]))
        for j in range(len(nodes[0].bounds))
    ]


def _below(value: Fraction) -> float:
    """The largest float64 not above an exact number."""
    try:
        result = float(value)
    except OverflowError:
        return inf
    return float(np.nextafter(result, -inf)) if Fraction(result) > value else result


def _at(row: Sequence[int], point: Sequence[Fraction]) -> Fraction:
    place = homogeneous(point)
    return Fraction(sum(a * x for a, x in zip(row, place, strict=True)), place[0])
