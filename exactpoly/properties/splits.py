"""How a search divides a part of the box: at an input, and which neuron comes next."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from exactpoly.properties.nodes import ROUNDING, Node, Phase, Point, Stop
from exactpoly.properties.state import State

__all__ = ["Splits"]

_ZERO = 2.0**-24
"""Relative size below which a bound of a neuron is taken for a possible zero."""

_STEEP = 0.2
"""What the slope of a bound counts beside its looseness when an input is chosen."""


class Splits(State):
    """Choices, and the children of a cut."""

    def open_neurons(self, node: Node) -> list[np.ndarray]:
        """Units of each layer whose sign is not clear, those with a phase among them."""
        result = []
        for j, (low, high) in enumerate(node.bounds):
            tiny = _ZERO * (self.scales[j] if self.scales else 0.0) + ROUNDING * self.sizes[j]
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


def _cost(low: np.ndarray, high: np.ndarray, influence: np.ndarray) -> np.ndarray:
    """How far the line below an open neuron lies off it, times its coefficient."""
    gap = -low * high / (high - low)
    above = np.minimum(np.minimum(-low, high), gap) / 2
    result: np.ndarray = np.abs(influence) * np.where(influence < 0, gap, above)
    return result
