"""What a search knows: its question in floats and exactly, its queue, its tree, its best points."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from math import inf
from typing import Any

import numpy as np

from exactpoly.errors import InputError
from exactpoly.network.constraints import Bounds, Constraint
from exactpoly.network.network import Network
from exactpoly.properties.answer import spell_point
from exactpoly.properties.forms import Forms
from exactpoly.properties.nodes import Node, Point, Policy, Stop
from exactpoly.properties.relaxation import FloatNetwork
from exactpoly.properties.tree import ProofTree

__all__ = ["State"]


@dataclass
class State:
    """What a search knows. One case: a box, and alternatives of which none may be satisfied there.

    ``found``: called with a point that satisfies an alternative (its number is given too); it may raise
    thresholds in ``alternatives`` so that the point no longer does, and returns whether the search
    goes on.
    """

    network: Network
    bounds: Bounds
    alternatives: list[tuple[Constraint, ...]]
    found: Callable[[Point, int], bool]
    policy: Policy = field(default_factory=Policy)
    best_first: bool = False

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
        self.halted = False  # a limit ended it: it may go on another time
        self.away: list[Node] = []  # nodes that workers have
        self.points: list[tuple[Point, int]] = []  # those that `found` was called with
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

    def push(self, node: Node) -> None:
        key = -node.value if self.best_first else -float(node.depth)
        heapq.heappush(self.queue, (key, node.number, node))

    def threshold(self) -> float:
        """What has been subtracted from the first functional, so that old bounds compare with new ones."""
        if not self.best_first:
            return 0.0
        return -float(self.alternatives[0][0].functional.constant)

    def exact_point(self, point: np.ndarray) -> Point:
        return tuple(
            min(max(Fraction(float(v)), a), b) for v, (a, b) in zip(point, self.bounds, strict=True)
        )

    def offer(self, point: Point, alternative: int) -> bool:
        """Whether the point satisfies the alternative, exactly; ends the search if ``found`` says so."""
        output = self.network.evaluate(point)
        if not all(c.holds(point, output) for c in self.alternatives[alternative]):
            return False
        self.points.append((point, alternative))
        goes_on = self.found(point, alternative)
        self.set_rows()
        if not goes_on:
            raise Stop
        return True

    def best(self) -> list[list[Any]]:
        """The best points so far, for `take`: in another process, or in another run."""
        return [[spell_point(point), a] for point, a in self.points]

    def take(self, best: list[list[Any]]) -> None:
        """Points that another search of the same question has found."""
        for point, a in best:
            self.offer(tuple(map(Fraction, point)), a)

    def know(self, best: list[list[Any]]) -> None:
        """What a search elsewhere should know of the best points; thresholds say it here."""

    def question(self) -> list[str]:
        """What is asked, before any threshold has risen."""
        asked = ["; ".join(map(str, row)) for row in self.alternatives]
        box = [f"{a} {b}" for a, b in self.bounds]
        return [type(self).__name__, self.network.digest, *box, *asked, str(self.policy)]

    def ingredients(self) -> tuple[type[State], dict[str, Any], dict[str, Any]]:
        """What makes the same search in another process."""
        given = {
            "network": self.network,
            "bounds": self.bounds,
            "alternatives": self.alternatives,
            "policy": self.policy,
            "best_first": self.best_first,
        }
        return type(self), given, self.more()

    def more(self) -> dict[str, Any]:
        """Attributes that are given later."""
        return {}

    def upper(self) -> float:
        """What the first functional does not exceed, best nodes first: a proposal."""
        return max([self.threshold(), *(node.value for node in self.open_nodes())])

    def share_done(self) -> float:
        """The share of all leaves of a full tree that lie under finished nodes."""
        return 1.0 - sum(2.0**-node.depth for node in self.open_nodes())

    def open_nodes(self) -> list[Node]:
        """All that is not done."""
        return [*(node for _, _, node in self.queue), *self.away]

    def side(self, node: Node, axis: int, side: int) -> Fraction:
        """The exact end of the node's box; sides of the whole box need not be floats."""
        ends = (self.low, self.high)[side]
        value = float((node.low, node.high)[side][axis])
        return self.bounds[axis][side] if value == ends[axis] else Fraction(value)

    def box(self, node: Node) -> list[tuple[Fraction, Fraction]]:
        return [(self.side(node, i, 0), self.side(node, i, 1)) for i in range(len(self.bounds))]

    def pattern(self, node: Node) -> list[list[bool]]:
        return [
            ((low + high > 0) | ~relu).tolist()
            for (low, high), relu in zip(node.bounds, self.net.relu, strict=True)
        ]


def _forward_sizes(net: FloatNetwork, reach: np.ndarray) -> list[np.ndarray]:
    """The sum of the sizes of all terms of each pre-activation, by layer."""
    result = []
    for weight, bias in zip(net.weights, net.biases, strict=True):
        reach = np.abs(weight) @ reach + np.abs(bias)
        result.append(reach)
    return result


def _below(value: Fraction) -> float:
    """The largest float64 not above an exact number."""
    try:
        result = float(value)
    except OverflowError:
        return inf
    return float(np.nextafter(result, -inf)) if Fraction(result) > value else result
