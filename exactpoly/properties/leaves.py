"""Exact linear programs end a search: phases with no point, and nodes on which the network is affine."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import numpy as np

from exactpoly.polyhedra.polyhedron import homogeneous
from exactpoly.properties.answer import integral_scale
from exactpoly.properties.forms import FormsOfPattern
from exactpoly.properties.linear_program import Optimum, maximum
from exactpoly.properties.nodes import Node, Point
from exactpoly.properties.splits import Splits

__all__ = ["Leaves"]

_LEAST = 2.0**-1000
"""Keeps the other end of a phase off 0, so that the phase decides what the unit passes on."""


class Leaves(Splits):
    """Splits at a sign, and exact ends."""

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


def _at(row: Sequence[int], point: Sequence[Fraction]) -> Fraction:
    place = homogeneous(point)
    return Fraction(sum(a * x for a, x in zip(row, place, strict=True)), place[0])
