"""Exact extrema of gradients on a box: Lipschitz constants, and slopes for monotonicity.

The search is that of `search`, with intervals for the gradient in place of bounds of the function: a node
is done when no gradient in it exceeds the best one found at a point. Only regions with interior count,
so phases are strict for nothing (proofs/properties.md, Lemma 6 and Lemma 8).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import inf
from typing import Any

import numpy as np

from exactpoly.errors import InputError
from exactpoly.network.constraints import Bounds
from exactpoly.network.network import Network
from exactpoly.properties.answer import Answer, Fact, slope_at, slope_at_most, spell_point
from exactpoly.properties.prove import precision
from exactpoly.properties.search import Node, Point, Policy, Search
from exactpoly.properties.searches import Searches
from exactpoly.running.run import Run

__all__ = ["DUAL", "lipschitz", "measure", "monotone"]

Norm = str | tuple[int, int]
"""``"l1"``, ``"linf"``, ``"l2"`` (squared) of a gradient, or (input, sign): that entry, times the sign."""

DUAL = {"linf": "l1", "l1": "linf", "l2": "l2"}
"""The norm of the gradient that belongs to a norm of the input."""

_RELATIVE = 2.0**-30
_SAMPLES = 2_000


def measure(gradient: Sequence[Fraction], norm: Norm) -> Fraction:
    """The norm of an exact gradient.

    >>> measure([Fraction(3), Fraction(-4)], "l2"), measure([Fraction(3), Fraction(-4)], (1, -1))
    (Fraction(25, 1), Fraction(4, 1))
    """
    if isinstance(norm, tuple):
        return norm[1] * gradient[norm[0]]
    sizes = [abs(g) for g in gradient]
    if norm == "l2":
        return sum((s * s for s in sizes), Fraction(0))
    return max(sizes) if norm == "linf" else sum(sizes, Fraction(0))


class GradientSearch(Search):
    """The largest ``norm`` of the gradient of an output over the regions in a box."""

    output = 0
    norm: Norm = "l1"
    value: Fraction | None = None
    point: Point | None = None

    def more(self) -> dict[str, Any]:
        return {"output": self.output, "norm": self.norm}

    def question(self) -> list[str]:
        return [*super().question(), f"{self.output} {self.norm}"]

    def best(self) -> list[list[Any]]:
        if self.value is None or self.point is None:
            return []
        return [[str(self.value), spell_point(self.point)]]

    def take(self, best: list[list[Any]]) -> None:
        for value, point in best:
            if self.value is None or Fraction(value) > self.value:
                self.value, self.point = Fraction(value), tuple(map(Fraction, point))

    know = take

    def set_rows(self) -> None:
        self.generic = True
        self.of_alternative = [np.zeros(0, int)]

    def threshold(self) -> float:
        return 0.0 if self.value is None else float(self.value)

    def sample(self, low: np.ndarray, high: np.ndarray, count: int) -> None:
        """Gradients at random points; the best ones exactly."""
        rng = np.random.default_rng(0)
        points = low + (high - low) * rng.random((_SAMPLES, low.shape[1]))
        spans = self.point_gradients(points)
        sizes = _sizes(spans, spans, self.norm)
        for i in np.argsort(-sizes)[:8]:
            self.consider(self.exact_point(points[i]))

    def point_gradients(self, points: np.ndarray) -> np.ndarray:
        values, masks = points, []
        for weight, bias, relu in zip(
            self.net.weights, self.net.biases, self.net.relu, strict=True
        ):
            values = values @ weight.T + bias
            masks.append((values > 0) | ~relu)
            values = np.where(masks[-1], values, 0)
        rows = np.zeros((len(points), self.net.weights[-1].shape[0]))
        rows[:, self.output] = 1
        for weight, mask in zip(reversed(self.net.weights), reversed(masks), strict=True):
            rows = (rows * mask) @ weight
        return rows

    def consider(self, point: Point) -> None:
        """Take the gradient at a point that lies in the interior of a region, if it is larger."""
        row = self.network.sign_row(point)
        if any(s == 0 for s in row):
            return
        matrix, _ = self.network.affine_map(row)
        size = measure(matrix[self.output], self.norm)
        if self.value is None or size > self.value:
            self.value, self.point = size, point

    def test(self, nodes: list[Node], *, fresh: bool) -> None:
        """Intervals of the gradient on each node."""
        count = len(nodes)
        low = np.zeros((count, self.net.weights[-1].shape[0]))
        low[:, self.output] = 1
        high = low.copy()
        widths = []
        for j in range(self.net.depth - 1, -1, -1):
            below = np.array([n.bounds[j][0] for n in nodes])
            above = np.array([n.bounds[j][1] for n in nodes])
            relu = self.net.relu[j]
            dead, open_ = relu & (above <= 0), relu & (below < 0) & (above > 0)
            low = np.where(dead, 0, np.where(open_, np.minimum(low, 0), low))
            high = np.where(dead, 0, np.where(open_, np.maximum(high, 0), high))
            widths.append(high - low)
            positive = np.maximum(self.net.weights[j], 0)
            negative = self.net.weights[j] - positive
            low, high = low @ positive + high @ negative, high @ positive + low @ negative
        sizes = _sizes(low, high, self.norm)
        best = -inf if self.value is None else float(self.value)
        scale = np.abs(low).sum(axis=1) + np.abs(high).sum(axis=1)
        if self.norm == "l2":
            scale = scale * scale
        for i, node in enumerate(nodes):
            node.value = float(sizes[i])
            node.slopes = np.zeros(len(self.bounds))  # type: ignore[attr-defined]
            node.influence = [w[i] for w in reversed(widths)]  # type: ignore[attr-defined]
            if sizes[i] + _RELATIVE * scale[i] < best:
                self.tree.add(node.number, ["g"])
                node.alternatives = ()

    def weight(self, node: Node, j: int, i: int) -> float:
        return float(node.influence[j][i])  # type: ignore[attr-defined]

    def split_input(self, node: Node) -> None:
        self.split_widest(node)

    def settle(self, node: Node) -> None:
        """Every sign is known, so the gradient is."""
        forms = self.forms.under(self.pattern(node))
        scale = forms.scales[-1]
        gradient = [Fraction(x, scale) for x in forms.output[self.output][1:]]
        size = measure(gradient, self.norm)
        if self.value is None or size > self.value:
            inside = node.inside or tuple((a + b) / 2 for a, b in self.box(node))
            self.value, self.point = size, inside
        self.tree.add(node.number, ["g"])
        node.alternatives = ()

    def facts(self, upper: Fraction) -> list[Fact]:
        """The gradient at the best point, and that none is larger than ``upper``."""
        if self.value is None or self.point is None:
            return []
        slope = self.output, self.norm
        return [
            slope_at(self.point, slope, self.value, self.bounds),
            slope_at_most(slope, upper, self.bounds),
        ]

    def certified_excess(self, value: Fraction) -> Fraction | None:
        most = max((node.value for _, _, node in self.queue), default=-inf)
        if not np.isfinite(most) and self.queue:
            return None
        for _, _, node in self.queue:
            self.tree.add(node.number, ["g"])
        if not self.queue:
            return value
        return max(value, Fraction(most + (abs(most) + 1e-9) * 2.0**-20))


def _sizes(low: np.ndarray, high: np.ndarray, norm: Norm) -> np.ndarray:
    if isinstance(norm, tuple):
        return np.asarray(high[:, norm[0]] if norm[1] > 0 else -low[:, norm[0]])
    sizes = np.maximum(np.abs(low), np.abs(high))
    if norm == "l2":
        return np.asarray((sizes * sizes).sum(axis=1))
    return np.asarray(sizes.max(axis=1) if norm == "linf" else sizes.sum(axis=1))


def _largest(
    network: Network,
    output: int,
    norm: Norm,
    bounds: Bounds,
    searches: Searches,
    name: str,
    sign: int = 1,
) -> tuple[GradientSearch, Fraction | None]:
    """The finished search, and what no gradient exceeds."""
    if not all(a < b for a, b in bounds):
        raise InputError("domain: gradients need a box with interior")
    search = GradientSearch(
        network,
        bounds,
        [()],
        lambda point, a: True,
        Policy(inputs=False, programs=True),
        best_first=True,
    )
    search.output, search.norm = output, norm
    searches.go(search, name, sign)
    if search.value is None:
        return search, None
    return search, search.value if search.done else search.certified_excess(search.value)


def lipschitz(
    network: Network,
    output: int,
    norm: str,
    bounds: Bounds,
    *,
    run: Run | None = None,
) -> Answer:
    """The Lipschitz constant of an output on a box, for a norm of the input; its square for ``"l2"``."""
    searches = Searches(run, ("lipschitz", network, output, norm, bounds))
    search, upper = _largest(network, output, DUAL[norm], bounds, searches, "gradient")
    name = "constant_squared" if norm == "l2" else "constant"
    answer = Answer("answered", (network,), nodes=search.nodes)
    answer.bits = precision(network, [bounds])
    if search.value is None or search.point is None or upper is None:
        answer.verdict, answer.stopped = "partial", search.stopped or "no bound yet"
        return answer
    answer.details = {name: str(search.value), "norm": norm, "at": spell_point(search.point)}
    answer.witness = search.point
    answer.facts = search.facts(upper)
    answer.tree = [search.tree.preorder()]
    if upper == search.value:
        answer.value = search.value
    else:
        answer.verdict, answer.stopped = "partial", search.stopped
        answer.details |= {"lower": str(search.value), "upper": str(upper)}
    return answer


def monotone(
    network: Network,
    axis: int,
    output: int,
    bounds: Bounds,
    *,
    run: Run | None = None,
) -> Answer:
    """Whether an output is nondecreasing in an input on a box: least and greatest slope.

    ``"no"`` comes with two points that differ in that input alone, the output smaller at the second.
    """
    answer = Answer("yes", (network,))
    answer.bits = precision(network, [bounds])
    slopes: dict[str, Fraction] = {}
    searches = Searches(run, ("monotone", network, axis, output, bounds))
    for name, sign, proved in (("least", -1, "lower"), ("greatest", 1, "upper")):
        search, upper = _largest(
            network, output, (axis, sign), bounds, searches, f"{name} slope", sign
        )
        answer.nodes += search.nodes
        if search.value is None or search.point is None or upper is None:
            answer.verdict, answer.stopped = "partial", search.stopped or "no bound yet"
            continue
        slopes[name] = sign * search.value
        answer.facts += search.facts(upper)
        answer.tree.append(search.tree.preorder())
        if upper != search.value:
            answer.verdict, answer.stopped = "partial", search.stopped
            answer.details[proved] = str(sign * upper)
        if name == "least" and slopes[name] < 0:
            answer.witness = search.point
    if answer.witness is not None:
        answer.verdict = "no"
        answer.details["points"] = [
            spell_point(p) for p in _pair(network, axis, output, answer.witness, bounds)
        ]
    if len(slopes) == 2:
        answer.details["gradients"] = [str(slopes["least"]), str(slopes["greatest"])]
    answer.details["verdict"] = answer.verdict
    return answer


def _pair(
    network: Network, axis: int, output: int, point: Point, bounds: Bounds
) -> tuple[Point, Point]:
    """Two points around ``point`` that differ in one input, the output smaller at the second."""
    step = (bounds[axis][1] - point[axis]) / 2
    first = network.evaluate(point)[output]
    while True:
        other = (*point[:axis], point[axis] + step, *point[axis + 1 :])
        if step and network.evaluate(other)[output] < first:
            return point, other
        step /= 2
