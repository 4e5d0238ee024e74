#!/usr/bin/env python3
"""Check a certificate about what a ReLU network does on a box: `python check_property.py FILE`.

Standard library only; nothing in the file is believed. The lemmas are proved in proofs/properties.md.
A file is a header, which says a question and its answer, and a tree for each *case* that the answer
needs: a box, and alternatives, each a conjunction of affine constraints on inputs and outputs, such
that no point of the box satisfies all constraints of any alternative. A tree is read in preorder:

  ["r"]               find bounds of all neurons again, on this node's box and phases    (`refresh`)
  ["x", i, cut]       two children, x_i <= cut and x_i >= cut                            (Lemma 4)
  ["z", layer, unit]  two children, the neuron active (z >= 0) and inactive (z <= 0)     (Lemma 4)
  ["b", a, k]         constraint k of alternative a fails all over the node              (Lemmas 1, 2)
  ["f", a, [[k, m], ..], [[layer, unit, m], ..]]  alternative a contradicts itself: the sum of m times
                      its constraints and of m times the node's phases is negative    (Lemmas 5-7);
                      without constraints the node is empty
  ["g"]               the gradient obeys the bound all over the node                     (Lemma 8)
  ["?"]               nothing is proved here; the statement is then marked as partial

A node is done when all its alternatives are. Numbers are integers at the scale 2^bits, each rounding
goes to the safe side; after "f" they are exact. Exit code: 0 accepted, 1 rejected, 2 accepted as
partial, 3 not readable, 4 a part (`--part I/N`) without a fault; all N parts together are a check.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import sys
import zlib
from fractions import Fraction
from math import lcm
from typing import Any, NamedTuple

MAX_BYTES = 1 << 30  # bytes of the file, decompressed
MAX_TEXT = 100_000  # characters of a number
MAX_BITS = 4096  # of the scale
MAX_TINY = 1 << 16  # width of an interval that is computed again without rounding
MAX_SIDES = 64  # inputs up to which the sides of a ball around a point do not belong to it
RATIONAL = re.compile(r"(0|-?[1-9][0-9]*)(/[1-9][0-9]*)?")
ACCEPTED, REJECTED, PARTIAL, UNREADABLE, PART = 0, 1, 2, 3, 4
PART_DEPTH = 6  # subtrees that hang at this depth are shared among parts
PART_ONLY = "NO VERDICT; if no part finds a fault, "
Row = tuple[int, ...]


class Refused(Exception):
    """Exit code and reason."""


def demand(condition: bool, reason: str, code: int = REJECTED) -> None:
    if not condition:
        raise Refused(code, reason)


def readable(condition: bool, reason: str) -> None:
    demand(condition, reason, UNREADABLE)


def spelling(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def rational(text: Any) -> Fraction:
    readable(isinstance(text, str) and len(text) <= MAX_TEXT, "not a rational in a (short) string")
    readable(bool(RATIONAL.fullmatch(text)), f"{text[:40]!r} is not a rational number")
    return Fraction(text)


def natural(value: Any, size: int) -> int:
    readable(type(value) is int and 0 <= value < size, f"{value!r} is not an index below {size}")
    return int(value)


class Layer:
    """`z = (W h + b) / denominator` in integers; a row is W's and then b's entry, as one integer."""

    def __init__(self, rows: list[list[Fraction]], relu: list[bool], bits: int) -> None:
        self.relu, self.inputs, self.units = relu, len(rows[0]) - 1, len(rows)
        self.denominator = lcm(*(x.denominator for row in rows for x in row))
        self.rows = [[int(x * self.denominator) for x in row] for row in rows]
        self.fractions = rows
        # Kronecker substitution: entry j stands at bit width*j; sums of cap times rows do not overlap.
        largest = max(abs(x) for row in self.rows for x in row)
        self.cap = 1 << (bits + 30)
        self.size = (largest.bit_length() + bits + 30 + self.units.bit_length() + 9) // 8
        self.half = 1 << (8 * self.size - 1)
        self.offset = sum(self.half << 8 * self.size * j for j in range(self.inputs + 1))
        self.packed = [sum(x << 8 * self.size * j for j, x in enumerate(r)) for r in self.rows]

    def pull(self, coefficients: list[tuple[int, int]], places: list[int]) -> list[int]:
        """Entries of the sum of coefficient times row, then b's; `denominator` times too large."""
        if any(not -self.cap < c < self.cap for _, c in coefficients):
            used = [(c, self.rows[i]) for i, c in coefficients]
            return [sum(c * row[k] for c, row in used) for k in (*places, -1)]
        packed, n, half = self.packed, self.size, self.half
        total = self.offset
        for i, c in coefficients:
            total += c * packed[i]
        data, read = total.to_bytes(n * (self.inputs + 1), "little"), int.from_bytes
        starts = [n * k for k in (*places, self.inputs)]
        return [read(data[k : k + n], "little") - half for k in starts]


class Lines(NamedTuple):
    """The units of a layer that pass anything on; `low <= z <= high`."""

    active: list[int]  # z >= 0
    linear: list[tuple[int, Any]]  # (unit, low), no neurons
    open: list[tuple[int, Any, Any]]  # (unit, low, high), the sign is not known
    places: list[int]  # all of them in this order

    @classmethod
    def of(cls, layer: Layer, lows: list[Any], highs: list[Any]) -> Lines:
        active: list[int] = []
        linear: list[tuple[int, Any]] = []
        unclear: list[tuple[int, Any, Any]] = []
        for i, (low, high, neuron) in enumerate(zip(lows, highs, layer.relu, strict=True)):
            if not neuron:
                linear.append((i, low))
            elif high is None or high > 0:
                if low is not None and low >= 0:
                    active.append(i)
                else:
                    unclear.append((i, low, high))
        places = active + [i for i, _ in linear] + [i for i, _, _ in unclear]
        return cls(active, linear, unclear, places)


def read_network(data: Any) -> list[tuple[list[list[Fraction]], list[bool]]]:
    readable(isinstance(data, dict) and data.get("format") == "exactpoly-network-1", "no network")
    layers: list[tuple[list[list[Fraction]], list[bool]]] = []
    for one in data["layers"]:
        weight, bias, relu = one["weight"], one["bias"], one["relu"]
        readable(len(weight) == len(bias) == len(relu) > 0, "bad layer")
        inputs = len(layers[-1][0]) if layers else len(weight[0])
        readable(inputs > 0 and all(len(row) == inputs for row in weight), "shapes do not fit")
        readable(all(type(kind) is bool for kind in relu), "relu is not of true and false")
        rows = [[rational(x) for x in [*row, b]] for row, b in zip(weight, bias, strict=True)]
        layers.append((rows, relu))
    readable(bool(layers), "no layers")
    return layers


def joint(first: Any, second: Any) -> Any:
    """Both networks side by side on the same inputs; the shallower one is passed through."""
    result = []
    for j in range(max(len(first), len(second))):
        parts = []
        for net in (first, second):
            n = len(net[-1][0])
            passed = [[Fraction(int(i == k)) for k in range(n)] + [Fraction(0)] for i in range(n)]
            parts.append(net[j] if j < len(net) else (passed, [False] * n))
        (a, kinds), (b, others) = parts
        left, right = ([Fraction(0)] * (len(p[0]) - 1) for p in (a, b))
        if j:
            a = [[*r[:-1], *right, r[-1]] for r in a]
            b = [[*left, *r] for r in b]
        result.append((a + b, kinds + others))
    return result


def distance_network(point: list[Fraction]) -> Any:
    """The sum of |x_i - point_i|."""
    units = [
        [*(Fraction(s * (i == k)) for k in range(len(point))), -s * p]
        for i, p in enumerate(point)
        for s in (1, -1)
    ]
    total = [[Fraction(1)] * len(units) + [Fraction(0)]]
    return [(units, [True] * len(units)), (total, [False])]


class Constraint(NamedTuple):
    """`y.N(x) + x.x + constant >= 0` (`> 0`), `y` and `x` the least integers possible."""

    y: Row
    x: Row
    constant: Fraction
    strict: bool


class Gradient(NamedTuple):
    """`norm(gradient of an output) <= bound`; norm: l1, linf, l2, or the entry of one input."""

    output: int
    norm: str | tuple[int, int]
    bound: Fraction


class Case(NamedTuple):
    bounds: list[tuple[Fraction, Fraction]] | None  # None: all of R^d
    alternatives: list[list[Constraint]]
    gradient: Gradient | None = None


def coefficient_scale(values: dict[str, Fraction]) -> int:
    """The least positive integer that makes all coefficients integers, the constant apart."""
    return lcm(*(v.denominator for name, v in values.items() if name))


def constraint(values: dict[str, Fraction], inputs: int, outputs: int, strict: bool) -> Constraint:
    scale = coefficient_scale(values)
    y, x = [0] * outputs, [0] * inputs
    for name, value in values.items():
        if name:
            readable(name[:2] in ("X_", "Y_") and name[2:].isdecimal(), f"bad name {name[:20]!r}")
            target = x if name[0] == "X" else y
            target[natural(int(name[2:]), len(target))] = int(value * scale)
    return Constraint(tuple(y), tuple(x), values.get("", Fraction(0)) * scale, strict)


class Node(NamedTuple):
    lower: list[Fraction | None]
    upper: list[Fraction | None]
    ends: list[tuple[Any, Any]]  # the box at the scale, rounded outwards
    bounds: list[tuple[list[Any], list[Any]]]  # of z, by layer, at the scale; None: no bound
    lines: list[Lines]
    phases: dict[tuple[int, int], int]
    alternatives: frozenset[int]  # those not yet refuted
    stale: int  # the lowest layer whose bounds may have become better
    depth: int


class Tree:
    """The check of one case."""

    def __init__(self, layers: list[Layer], case: Case, bits: int, part: tuple[int, int]) -> None:
        self.layers, self.case, self.one = layers, case, 1 << bits
        self.inputs = list(range(layers[0].inputs))
        self.part, self.subtrees, self.open = part, 0, 0
        # What is asked holds in the interior of a region if anywhere (Lemmas 6 and 7).
        full = case.bounds is None or all(a < b for a, b in case.bounds)
        self.generic = full and all(c.strict for row in case.alternatives for c in row)

    def root(self) -> Node:
        pairs: Any = self.case.bounds or [(None, None)] * len(self.inputs)
        bounds: list[tuple[list[Any], list[Any]]] = [
            ([None] * layer.units, [None] * layer.units) for layer in self.layers
        ]
        lines = [Lines.of(x, *b) for x, b in zip(self.layers, bounds, strict=True)]
        count = 1 if self.case.gradient else len(self.case.alternatives)
        low, high = [p[0] for p in pairs], [p[1] for p in pairs]
        ends = [(self.rounded(a, 0), self.rounded(b, 1)) for a, b in pairs]
        return Node(low, high, ends, bounds, lines, {}, frozenset(range(count)), 0, 0)

    def rounded(self, end: Fraction | None, up: int) -> int | None:
        """An end of the box at the scale, outwards."""
        if end is None:
            return None
        scaled = self.one * end.numerator
        return -(-scaled // end.denominator) if up else scaled // end.denominator

    def relax(self, lines: Lines, values: list[int], divisor: int) -> Any:
        """From coefficients of what a layer puts out to coefficients of its z, and a constant.

        properties.md, Lemma 1 (a coefficient of something nonnegative may be rounded down) and Lemma 2
        (end points).
        """
        active = len(lines.active)
        result = [(i, q) for i, c in zip(lines.active, values, strict=False) if (q := c // divisor)]
        constant = 0
        for (i, low), c in zip(lines.linear, values[active:], strict=False):
            q, rest = divmod(c, divisor)
            if rest:
                if low is None:
                    return None
                constant += min(0, low)
            result.append((i, q))
        for (i, low, high), c in zip(
            lines.open, values[active + len(lines.linear) :], strict=False
        ):
            c //= divisor
            if c >= 0:
                if c and low is not None and (high is None or high > -low):
                    result.append((i, c))
            elif high is None:
                return None
            elif low is None:
                constant += c * high
            else:
                q = -((-c * high) // (high - low))
                constant += min(-q * low, (c - q) * high)
                result.append((i, q))
        return result, constant

    def descend(
        self, node: Node, j: int, coefficients: Any, constant: int, x: Row = ()
    ) -> int | None:
        """A lower bound of the sum of coefficient times z of layer j, x.x and constant; scale: square."""
        one = self.one
        while j:
            layer, lines = self.layers[j], node.lines[j - 1]
            values = layer.pull(coefficients, lines.places)
            relaxed = self.relax(lines, values, layer.denominator)
            if relaxed is None:
                return None
            coefficients = relaxed[0]
            constant += relaxed[1] + values[-1] * one // layer.denominator
            j -= 1
        layer = self.layers[0]
        values = layer.pull(coefficients, self.inputs)
        constant += values.pop() * one // layer.denominator
        if x:
            values = [v + e * one * layer.denominator for v, e in zip(values, x, strict=True)]
        total = 0
        for c, (low, high) in zip(values, node.ends, strict=True):
            if c:
                end = low if c > 0 else high
                if end is None:
                    return None
                total += c * end
        return constant + total // layer.denominator

    def exact(self, node: Node, y: list[int], x: list[int], shift: Fraction, extra: Any) -> Any:
        """The same without rounding, and whether a side of the box is used."""
        scale, one = 1, self.one
        constant, values = 0, y
        forms: dict[int, list[tuple[int, int]]] = {}
        for (layer, unit), m in extra.items():
            forms.setdefault(layer, []).append((unit, m))
        for j in range(len(self.layers) - 1, -1, -1):
            relaxed = self.relax(node.lines[j], [values[k] for k in node.lines[j].places], 1)
            if relaxed is None:
                return None
            coefficients = dict(relaxed[0])
            constant += relaxed[1]
            for unit, m in forms.get(j, ()):
                coefficients[unit] = coefficients.get(unit, 0) + m * scale
            layer, values = self.layers[j], [0] * (self.layers[j].inputs + 1)
            for i, c in coefficients.items():
                values = [v + c * w for v, w in zip(values, layer.rows[i], strict=True)]
            scale *= layer.denominator
            constant = constant * layer.denominator + values.pop() * one
        total = Fraction(constant, scale * one) + shift
        values = [v + e * scale for v, e in zip(values, x, strict=True)]
        for i, c in enumerate(values):
            if c:
                side = int(c < 0)
                end = (node.upper if side else node.lower)[i]
                if end is None:
                    return None
                total += Fraction(c, scale) * end
        return total, any(values)

    def refresh(self, node: Node) -> Node:
        """Bounds of every neuron that may still change sign; the parent's remain true.

        properties.md, Lemma 3.
        """
        bounds, lines = list(node.bounds), list(node.lines)
        first, node = node.stale, node._replace(bounds=bounds, lines=lines, stale=len(bounds))
        for j in range(first, len(bounds)):
            layer = self.layers[j]
            lows, highs = bounds[j][0][:], bounds[j][1][:]
            for i in range(layer.units):
                low, high = lows[i], highs[i]
                settled = (low is not None and low >= 0) or (high is not None and high <= 0)
                if settled or (low is not None and not layer.relu[i]):
                    continue
                found = self.descend(node, j, [(i, self.one)], 0)
                if found is not None:
                    found = found // self.one
                    lows[i] = found if low is None else max(found, low)
                found = self.descend(node, j, [(i, -self.one)], 0)
                if found is not None:
                    found = -(found // self.one)
                    highs[i] = found if high is None else min(found, high)
                both = layer.relu[i] and lows[i] is not None and highs[i] is not None
                if both and lows[i] < 0 < highs[i] < lows[i] + MAX_TINY:
                    lows[i], highs[i] = self.without_rounding(node, j, i)
            bounds[j], lines[j] = (lows, highs), Lines.of(layer, lows, highs)
        return node

    def without_rounding(self, node: Node, j: int, i: int) -> tuple[int, int]:
        """Bounds of a neuron whose interval may come from rounding alone: one that is always 0."""
        y, x = [0] * self.layers[-1].units, [0] * len(self.inputs)
        low, high = (
            (self.exact(node, y, x, Fraction(0), {(j, i): m})[0] * self.one).__floor__()
            for m in (1, -1)
        )
        return low, -high

    def refuted_by_bound(self, node: Node, one: Constraint) -> bool:
        """Whether the constraint is certainly negative."""
        top = len(self.layers) - 1
        lines = node.lines[top]
        relaxed = self.relax(lines, [-one.y[k] * self.one for k in lines.places], 1)
        if relaxed is None:
            return False
        constant = relaxed[1] + (-one.constant * self.one**2).__floor__()
        found = self.descend(node, top, relaxed[0], constant, tuple(-c for c in one.x))
        return found is not None and found > 0

    def refuted_exactly(self, node: Node, alternative: int | None, terms: Any, phases: Any) -> bool:
        """Whether multipliers contradict themselves: properties.md, Lemma 5, and 6, 7 for strictness."""
        y, x, constant = [0] * self.layers[-1].units, [0] * len(self.inputs), Fraction(0)
        strict, extra = False, {}
        for k, m in terms:
            readable(alternative is not None and type(m) is int and m > 0, "bad multiplier")
            row = self.case.alternatives[natural(alternative, 1 << 31)]
            one = row[natural(k, len(row))]
            y = [a - m * b for a, b in zip(y, one.y, strict=True)]
            x = [a - m * b for a, b in zip(x, one.x, strict=True)]
            constant -= m * one.constant
            strict = strict or one.strict
        for layer, unit, m in phases:
            readable(type(m) is int and m > 0 and type(unit) is int, "bad multiplier")
            demand((layer, unit) in node.phases, "a phase that is not the node's")
            extra[layer, unit] = -m * node.phases[layer, unit]
        found = self.exact(node, y, x, constant, extra)
        if found is None:
            return False
        if self.generic and found[0] == 0 and not strict:
            # A region's interior lies in no hyperplane: a phase that is not identically 0, or a side
            # of the box, makes the sum positive there.
            strict = found[1] or any(self.settled_form(node, *neuron) for neuron in extra)
        return bool(found[0] > 0 or (found[0] == 0 and strict))

    def settled_form(self, node: Node, layer: int, unit: int) -> bool:
        """Whether z of a neuron is one affine form on the node, and not a constant one."""
        row = {unit: 1}
        for j in range(layer, -1, -1):
            values = [0] * self.layers[j].inputs
            for i, c in row.items():
                values = [v + c * w for v, w in zip(values, self.layers[j].rows[i], strict=False)]
            if j:
                states = [self.state(node, j - 1, i) for i in range(len(values))]
                if any(s is None and v for s, v in zip(states, values, strict=True)):
                    return False
                row = {i: v for i, v in enumerate(values) if v and states[i]}
        return any(values)

    def state(self, node: Node, j: int, i: int) -> bool | None:
        """Whether a unit passes its z on; None where that is open."""
        low, high = node.bounds[j][0][i], node.bounds[j][1][i]
        if self.layers[j].relu[i] and high is not None and high <= 0:
            return False
        return True if not self.layers[j].relu[i] or (low is not None and low >= 0) else None

    def gradient_obeys(self, node: Node, one: Gradient) -> bool:
        """Lemma 8: intervals for the gradient, exact where all phases are known."""
        spans = [(int(i == one.output),) * 2 for i in range(self.layers[-1].units)]
        scale = 1
        for j in range(len(self.layers) - 1, -1, -1):
            layer = self.layers[j]
            total = [(0, 0)] * layer.inputs
            for i, (a, b) in enumerate(spans):
                state = self.state(node, j, i)
                if state is None:
                    a, b = min(a, 0), max(b, 0)
                if state is False or not (a or b):
                    continue
                total = [
                    (s + a * w, t + b * w) if w >= 0 else (s + b * w, t + a * w)
                    for (s, t), w in zip(total, layer.rows[i], strict=False)
                ]
            spans, scale = total, scale * layer.denominator
        return Fraction(measure(spans, one.norm)) <= one.bound * scale ** (
            2 if one.norm == "l2" else 1
        )

    def children(self, node: Node, token: Any) -> list[Node]:
        """Two nodes that cover this one: properties.md, Lemma 4."""
        if token[0] == "x":
            i, cut = natural(token[1], len(node.lower)), rational(token[2])
            low, high = node.lower[i], node.upper[i]
            inside = (low is None or low <= cut) and (high is None or cut <= high)
            demand(inside, "a cut outside the box")
            lower, upper = node.lower[:], node.upper[:]
            ends = [node.ends[:], node.ends[:]]
            lower[i] = upper[i] = cut
            ends[0][i] = (ends[0][i][0], self.rounded(cut, 1))
            ends[1][i] = (self.rounded(cut, 0), ends[1][i][1])
            node = node._replace(stale=0, depth=node.depth + 1)
            return [
                node._replace(upper=upper, ends=ends[0]),
                node._replace(lower=lower, ends=ends[1]),
            ]
        j = natural(token[1], len(self.layers))
        i = natural(token[2], self.layers[j].units)
        demand(self.layers[j].relu[i], "a phase of a unit that is no neuron")
        result = []
        for sign in (1, -1):
            lows, highs = node.bounds[j][0][:], node.bounds[j][1][:]
            # The other end is kept off 0, so that the phase decides what the unit passes on.
            low, high = lows[i], highs[i]
            if sign > 0:
                lows[i] = 0 if low is None else max(0, low)
                highs[i] = None if high is None else max(1, high)
            else:
                highs[i] = 0 if high is None else min(0, high)
                lows[i] = None if low is None else min(-1, low)
            bounds = [*node.bounds[:j], (lows, highs), *node.bounds[j + 1 :]]
            lines = node.lines[:]
            lines[j] = Lines.of(self.layers[j], lows, highs)
            child = node._replace(bounds=bounds, lines=lines, phases={**node.phases, (j, i): sign})
            result.append(child._replace(stale=min(node.stale, j + 1), depth=node.depth + 1))
        return result

    def mine(self, node: Node) -> bool:
        """Whether this part checks the subtree; nodes above are everybody's."""
        if node.depth != PART_DEPTH:
            return True
        self.subtrees += 1
        return self.subtrees % self.part[1] == self.part[0]

    def check(self, tokens: Any, tick: Any = None) -> None:
        todo: list[tuple[Node, bool]] = [(self.root(), True)]
        for token in tokens:
            demand(bool(todo), "the tree goes on after its last leaf")
            if tick is not None:
                tick()
            readable(isinstance(token, list) and bool(token), "not a node")
            node, mine = todo.pop()
            kind, left = token[0], node.alternatives
            if kind in ("x", "z"):
                demand(len(token) == 3, "not a node")
                children = self.children(node, token)
                todo += [(n, mine and self.mine(n)) for n in reversed(children)]
                continue
            if kind == "r":
                node = self.refresh(node) if mine and node.stale < len(self.layers) else node
            elif kind == "b":
                demand(natural(token[1], 1 << 31) in left, "not an open alternative")
                row = self.case.alternatives[token[1]]
                one = row[natural(token[2], len(row))]
                demand(not mine or self.refuted_by_bound(node, one), "a bound does not refute")
                left = left - {token[1]}
            elif kind == "f":
                _, alternative, terms, phases = token
                demand(not terms or alternative in left, "not an open alternative")
                right = not mine or self.refuted_exactly(node, alternative, terms, phases)
                demand(right, "multipliers do not refute")
                left = left - {alternative} if terms else frozenset()
            elif kind == "g":
                readable(self.case.gradient is not None, "no gradient is asked for")
                right = not mine or self.gradient_obeys(node, self.case.gradient)  # type: ignore[arg-type]
                demand(right, "the gradient may be larger")
                left = frozenset()
            else:
                readable(token == ["?"], "an unknown kind of node")
                self.open, left = self.open + 1, frozenset()
            if left:
                todo.append((node._replace(alternatives=left), mine))
        demand(not todo, "the tree ends too early")


def measure(spans: list[tuple[int, int]], norm: Any) -> int:
    if isinstance(norm, tuple):
        low, high = spans[norm[0]]
        return high if norm[1] > 0 else -low
    sizes = [max(abs(a), abs(b)) for a, b in spans]
    if norm == "l2":
        return sum(s * s for s in sizes)
    return sum(sizes) if norm == "l1" else max(sizes)


def evaluate(layers: list[Layer], point: list[Fraction]) -> list[Fraction]:
    values = point
    for layer in layers:
        common = lcm(*(v.denominator for v in values))
        integers = [int(v * common) for v in values] + [common]
        sums = [sum(w * v for w, v in zip(row, integers, strict=True)) for row in layer.rows]
        values = [
            Fraction(max(z, 0) if kind else z, common * layer.denominator)
            for z, kind in zip(sums, layer.relu, strict=True)
        ]
    return values


def gradient_at(layers: list[Layer], point: list[Fraction], output: int) -> list[Fraction]:
    """The gradient on the region around a point, which must lie in its interior."""
    d = len(point)
    forms = [[Fraction(int(i == k)) for k in range(d)] + [p] for i, p in enumerate(point)]
    for layer in layers:
        result = []
        for row, kind in zip(layer.fractions, layer.relu, strict=True):
            used = [(w, f) for w, f in zip(row, forms, strict=False) if w]
            form = [sum((w * f[k] for w, f in used), Fraction(0)) for k in range(d + 1)]
            form[d] += row[-1]
            # Where z vanishes, it must do so on a neighbourhood.
            demand(
                not kind or form[d] != 0 or not any(form),
                "the point is on the boundary of a region",
            )
            result.append(form if not kind or form[d] > 0 else [Fraction(0)] * (d + 1))
        forms = result
    return forms[output][:d]


class Problem:
    """What the header says: networks, question, answer; from them the cases, and the statement."""

    def __init__(self, header: Any, networks: list[Any]) -> None:
        readable(isinstance(header, dict), "the first line is no header")
        readable(header.get("format") == "exactpoly-property", "not a certificate of a property")
        readable(spelling(header.get("version")) == "1", "unknown version of the format")
        self.bits = natural(header["bits"], MAX_BITS)
        self.question, self.answer, self.kind = header["question"], header["answer"], ""
        digests = header["digests"]
        given = {hashlib.sha256(spelling(n).encode()).hexdigest(): n for n in networks}
        given |= {hashlib.sha256(spelling(n).encode()).hexdigest(): n for n in header["networks"]}
        for digest in digests:
            readable(digest in given, f"the network {digest[:16]} is not given; use --network FILE")
        self.parts = [read_network(given[digest]) for digest in digests]
        self.kind = self.question["kind"]
        readable(
            len(self.parts) == (2 if self.kind == "equal" else 1), "a wrong number of networks"
        )
        net = self.parts[0]
        self.d, self.outputs = len(net[0][0][0]) - 1, len(net[-1][0])
        if self.kind == "equal":
            readable(self.d == len(self.parts[1][0][0][0]) - 1, "the inputs differ in number")
            readable(self.outputs == len(self.parts[1][-1][0]), "the outputs differ in number")
            net = joint(*self.parts)
        elif self.question.get("norm") == "l1" and self.kind == "radius":
            net = joint(net, distance_network(self.point(self.question["point"])))
        self.layers = [Layer(rows, relu, self.bits) for rows, relu in net]
        self.whole = True  # whether the answer is exact
        handler = {"prove": self.prove, "range": self.range, "radius": self.radius}
        handler |= {"equal": self.equal, "lipschitz": self.lipschitz, "monotone": self.monotone}
        readable(self.kind in handler, "an unknown kind of question")
        self.cases, self.statement = handler[self.kind]()

    def point(self, data: Any) -> list[Fraction]:
        readable(isinstance(data, list) and len(data) == self.d, "not a point")
        return [rational(x) for x in data]

    def bounds(self, data: Any) -> list[tuple[Fraction, Fraction]] | None:
        if data is None:
            return None
        readable(isinstance(data, list) and len(data) == self.d, "bad bounds")
        pairs = [(rational(a), rational(b)) for a, b in data]
        demand(all(a <= b for a, b in pairs), "an empty box")
        return pairs

    def place(self, data: Any) -> list[Fraction]:
        """A point of the question's domain."""
        point, bounds = self.point(data), self.bounds(self.question["bounds"])
        inside = bounds is None or all(a <= x <= b for x, (a, b) in zip(point, bounds, strict=True))
        demand(inside, "a point outside the domain")
        return point

    def alternative(self, values: dict[str, Fraction], strict: bool) -> Constraint:
        return constraint(values, self.d, self.layers[-1].units, strict)

    def claim(self, words: str, attained: Fraction | None, proved: Fraction | None) -> str:
        if attained == proved:
            return f"{words} is {attained}"
        self.whole = False
        return f"{words} lies between {attained} (attained) and {proved}"

    def prove(self) -> tuple[list[Case], str]:
        cases = []
        for data in self.question["cases"]:
            alternatives = [
                [
                    self.alternative({n: rational(v) for n, v in values.items()}, strict is True)
                    for values, strict in row
                ]
                for row in data["alternatives"]
            ]
            readable(bool(alternatives) and data["bounds"] is not None, "a case without a question")
            cases.append(Case(self.bounds(data["bounds"]), alternatives))
        verdict = self.answer["verdict"]
        if verdict == "sat":
            point = self.point(self.answer["witness"])
            y = evaluate(self.layers, point)
            demand(any(satisfied(case, point, y) for case in cases), "the witness is none")
            return [], f"SAT: the point {' '.join(map(str, point))} satisfies all assertions"
        readable(verdict in ("unsat", "partial"), "an unknown verdict")
        return cases, "UNSAT: no point of the boxes satisfies the assertions"

    def range(self) -> tuple[list[Case], str]:
        values = {n: rational(v) for n, v in self.question["functional"].items()}
        bounds, cases, words = self.bounds(self.question["bounds"]), [], []
        one = self.alternative(values, False)
        scale = coefficient_scale(values)
        for name, sign, proved in (("min", -1, "lower"), ("max", 1, "upper")):
            if self.answer.get(name) is None:
                continue
            point = self.place(self.answer[f"arg{name}"])
            y = evaluate(self.layers, point)
            claimed, limit = rational(self.answer[name]), rational(self.answer[proved])
            demand(total(one, point, y) == claimed * scale, f"the {name} is not attained there")
            above = {n: sign * v for n, v in values.items()}
            above[""] = above.get("", Fraction(0)) - sign * limit
            cases.append(Case(bounds, [[self.alternative(above, True)]]))
            words.append(self.claim(f"the {name} of {self.question['functional']}", claimed, limit))
        readable(bool(cases), "nothing is claimed")
        return cases, "; ".join(words)

    def radius(self) -> tuple[list[Case], str]:
        center, i = (
            self.point(self.question["point"]),
            natural(self.question["class"], self.outputs),
        )
        norm, domain = self.question["norm"], self.bounds(self.question["bounds"])
        readable(norm in ("linf", "l1"), "an unknown norm")
        lower = None if self.answer["lower"] is None else rational(self.answer["lower"])
        attained = None
        if self.answer["attained"] is not None:
            attained = rational(self.answer["attained"])
            tie = self.place(self.answer["at"])
            y = evaluate(self.layers, tie)[: self.outputs]
            sizes = [abs(a - b) for a, b in zip(tie, center, strict=True)]
            demand((sum(sizes) if norm == "l1" else max(sizes)) == attained, "not at that distance")
            demand(any(v >= y[i] for j, v in enumerate(y) if j != i), "no other class ties there")
        readable(lower is not None or domain is not None, "an unbounded ball")
        bounds = domain
        near: list[Constraint] = []
        if lower is not None:
            demand(lower >= 0, "a negative radius")
            ball = [(c - lower, c + lower) for c in center]
            bounds = [
                (max(a, s), min(b, t)) for (a, b), (s, t) in zip(ball, domain or ball, strict=True)
            ]
            if norm == "l1":
                distance = {f"Y_{self.outputs}": Fraction(-1), "": lower}
                near = [self.alternative(distance, True)]
            elif self.d <= MAX_SIDES:
                for k, (low, high) in enumerate(ball):
                    near.append(self.alternative({f"X_{k}": Fraction(1), "": -low}, True))
                    near.append(self.alternative({f"X_{k}": Fraction(-1), "": high}, True))
        rows = [
            [self.alternative({f"Y_{j}": Fraction(1), f"Y_{i}": Fraction(-1)}, False), *near]
            for j in range(self.outputs)
            if j != i
        ]
        place = self.question["point"]
        words = self.claim(f"the {norm} radius of class {i} at {place}", attained, lower)
        empty = lower == 0 or any(a > b for a, b in bounds or [])
        return ([] if empty or not rows else [Case(bounds, rows)]), words

    def equal(self) -> tuple[list[Case], str]:
        bounds, m, place = self.bounds(self.question["bounds"]), self.outputs, "the box"
        upper, attained = rational(self.answer["upper"]), rational(self.answer["attained"])
        if attained:
            point = self.place(self.answer["at"])
            y = evaluate(self.layers, point)
            differences = [abs(y[k] - y[m + k]) for k in range(m)]
            demand(max(differences) == attained, "the networks do not differ so much there")
        if bounds is None:
            # A network without biases is positively homogeneous: what it is on a cube it is anywhere.
            homogeneous = not any(row[-1] for net in self.parts for rows, _ in net for row in rows)
            demand(homogeneous, "biases on R^d")
            demand(bool(upper == 0 or attained), "an upper bound on R^d")
            if attained:
                return [], f"DIFFERENT on R^d, by {attained} at {self.answer['at']}"
            bounds, place = [(Fraction(-1), Fraction(1))] * self.d, "R^d"
        rows = [
            [self.alternative({f"Y_{k}": s, f"Y_{m + k}": -s, "": -upper}, True)]
            for k in range(m)
            for s in (Fraction(1), Fraction(-1))
        ]
        verdict = "EQUAL" if upper == 0 else "DIFFERENT" if attained else "NOT DECIDED"
        words = self.claim("the largest difference", attained, upper)
        return [Case(bounds, rows)], f"{verdict} on {place}: {words}"

    def lipschitz(self) -> tuple[list[Case], str]:
        output, norm = natural(self.question["output"], self.outputs), self.question["norm"]
        readable(norm in ("linf", "l1", "l2"), "an unknown norm")
        dual = {"linf": "l1", "l1": "linf", "l2": "l2"}[norm]
        upper, attained = rational(self.answer["upper"]), rational(self.answer["attained"])
        gradient = gradient_at(self.layers, self.place(self.answer["at"]), output)
        common = lcm(*(g.denominator for g in gradient))
        size = measure([(int(g * common),) * 2 for g in gradient], dual)
        power = 2 if norm == "l2" else 1
        demand(Fraction(size, common**power) == attained, "the gradient there is another")
        square = "square of the " if norm == "l2" else ""
        words = self.claim(
            f"the {square}Lipschitz constant of Y_{output} ({norm})", attained, upper
        )
        return [
            Case(self.bounds(self.question["bounds"]), [], Gradient(output, dual, upper))
        ], words

    def monotone(self) -> tuple[list[Case], str]:
        axis, output = (
            natural(self.question["input"], self.d),
            natural(self.question["output"], self.outputs),
        )
        cases, words = [], []
        for name, sign, proved in (("least", -1, "lower"), ("greatest", 1, "upper")):
            if self.answer.get(name) is None:
                continue
            limit, claimed = rational(self.answer[proved]), rational(self.answer[name])
            gradient = gradient_at(self.layers, self.place(self.answer[f"at_{name}"]), output)
            demand(gradient[axis] == claimed, "the gradient there is another")
            case = Gradient(output, (axis, sign), sign * limit)
            cases.append(Case(self.bounds(self.question["bounds"]), [], case))
            words.append(self.claim(f"the {name} slope of Y_{output} in X_{axis}", claimed, limit))
        readable(bool(cases), "nothing is claimed")
        return cases, "; ".join(words)


def total(one: Constraint, point: list[Fraction], y: list[Fraction]) -> Fraction:
    pairs = (*zip(one.y, y, strict=True), *zip(one.x, point, strict=True))
    return sum((c * v for c, v in pairs), one.constant)


def satisfied(case: Case, point: list[Fraction], y: list[Fraction]) -> bool:
    inside = all(a <= v <= b for v, (a, b) in zip(point, case.bounds or [], strict=True))
    return inside and any(
        all(total(c, point, y) > 0 or (not c.strict and total(c, point, y) == 0) for c in row)
        for row in case.alternatives
    )


def check_lines(
    lines: list[Any], networks: list[Any], part: tuple[int, int] = (0, 1), tick: Any = None
) -> tuple[int, str]:
    """Exit code and statement; raises `Refused`. ``tick``: called at every node."""
    problem = Problem(lines[0], networks)
    readable(len(lines) == 1 + len(problem.cases), "a wrong number of trees")
    left = 0
    for case, tokens in zip(problem.cases, lines[1:], strict=True):
        tree = Tree(problem.layers, case, problem.bits, part)
        tree.check(tokens, tick)
        left += tree.open
    names = ", ".join(f"the exact network {digest}" for digest in lines[0]["digests"])
    word = "ACCEPTED" if problem.whole else "ACCEPTED as bounds"
    if left:
        word = f"PARTIAL, not shown on {left} open leaves"
    statement = f"{word}: {problem.statement}. About {names}"
    if part[1] > 1:
        return PART, f"PART {part[0]}/{part[1]}, {PART_ONLY}{statement}"
    return PARTIAL if left else ACCEPTED, statement


def check_file(
    path: str, networks: list[str] | None = None, part: tuple[int, int] = (0, 1)
) -> tuple[int, str]:
    """Exit code and message; ``networks``: files with the exact networks that the header names."""
    try:
        lines = read_lines(path)
        readable(bool(lines), "the file is empty")
        given = [one for name in networks or [] for one in read_lines(name)]
        return check_lines(lines, given, part)
    except Refused as refusal:
        word = "REJECTED" if refusal.args[0] == REJECTED else "UNREADABLE"
        return refusal.args[0], f"{word}: {refusal.args[1]}"
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, RecursionError) as error:
        return UNREADABLE, f"UNREADABLE: not of the right form ({type(error).__name__}: {error})"
    except (OSError, EOFError, zlib.error, MemoryError) as error:
        return UNREADABLE, f"UNREADABLE: {type(error).__name__}: {error}"


def read_lines(path: str) -> list[Any]:
    """One JSON value a line, plain or compressed."""
    with open(path, "rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
    with gzip.open(path, "rb") if packed else open(path, "rb") as file:
        data = file.read(MAX_BYTES + 1)
    readable(len(data) <= MAX_BYTES, "the file is larger than the limit")
    return [json.loads(line) for line in data.splitlines()]


def main(argv: list[str] | None = None) -> int:
    """Print the statement that the file proves, or what is wrong with it."""
    parser = argparse.ArgumentParser(prog="check_property.py", allow_abbrev=False)
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--network", metavar="FILE", action="append", help="the exact network")
    parser.add_argument("--part", metavar="I/N", default="0/1", help="one of N parts of the check")
    try:
        given = parser.parse_args(argv)
        index, count = map(int, given.part.split("/"))
    except (SystemExit, ValueError):
        return UNREADABLE
    if not 0 <= index < count:
        return UNREADABLE
    code, message = check_file(given.file, given.network, (index, count))
    print(message)
    return code


if __name__ == "__main__":
    sys.exit(main())
