#!/usr/bin/env python3
"""Check a certificate about what a ReLU network does on a box: `python check_property.py FILE`.

Standard library only; nothing in the file is believed. The lemmas are proved in proofs/properties.md.
A file is a header and trees. The header names networks by their digests and lists *facts* about the
joint outputs Y of all of them and the common inputs X; a fact that holds all over a box has a tree:

  {"box", "at", "all"}       the point `at` lies in the box and satisfies all constraints: evaluated
  {"box", "none"}            no point of the box satisfies all constraints of any alternative: tree
  {"box", "at", "slope", "is"}   the gradient near `at` has this size: evaluated
  {"box", "slope", "most"}   no gradient in the box has a larger size (Lemma 8): tree

A constraint is [{"Y_0": "1/2", "X_1": "-1", "": "3"}, strict]: the sum is >= 0 (> 0). The box null is
R^d (Lemma 9). A tree is read in preorder, its numbers at the scale 2^bits, every rounding to the safe side:

  ["r"]                    find bounds of all neurons again, on this node's box and phases (Lemmas 1-3)
  ["x", i, cut]            two children, x_i <= cut and x_i >= cut                         (Lemma 4)
  ["z", layer, unit]       two children, the neuron active (z >= 0) and inactive (z <= 0)  (Lemma 4)
  ["b", a, [[k, m], ..]]   alternative a contradicts itself: the sum of m times its constraints is negative
  ["f", a, [[k, m], ..], [[layer, unit, m], ..]]  the same without rounding, m times the node's phases
                           added (Lemmas 5-7); without constraints the node is empty
  ["g"]                    no gradient is larger                                           (Lemma 8)
  ["?"]                    nothing is proved here; the certificate is then partial

Exit code: 0 accepted, 1 rejected, 2 accepted as partial, 3 not readable, 4 a part (`--part I/N`)
without a fault; all N parts together are a check.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import sys
import zlib
from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import partial
from itertools import chain
from math import lcm
from typing import Any, NamedTuple

MAX_BYTES = 1 << 28  # bytes of a file, decompressed
MAX_LINE = 1 << 24  # bytes of a line, which bounds what the JSON parser builds
MAX_NETWORKS = 1000  # lines of a file of networks
MAX_TEXT = 100_000  # characters of a number
MAX_BITS = 4096  # of the scale
MAX_WORK = 1 << 42  # bytes of products of a number and a row of weights; times --scale
MAX_TINY = 1 << 16  # width of an interval that is computed again without rounding
MAX_SHOWN = 12  # inputs up to which boxes are printed
RATIONAL = re.compile(r"(0|-?[1-9][0-9]*)(/[1-9][0-9]*)?")
ACCEPTED, REJECTED, PARTIAL, UNREADABLE, PART = 0, 1, 2, 3, 4
PART_ONLY = "NO VERDICT; if no part finds a fault, "
Forms = dict[int, list[tuple[int, int]]]  # by layer: (unit, coefficient of its z)


class Refused(Exception):
    """Exit code and reason."""


def demand(condition: bool, reason: str, code: int = REJECTED) -> None:
    if not condition:
        raise Refused(code, reason)


def readable(condition: bool, reason: str) -> None:
    demand(condition, reason, UNREADABLE)


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
        self.size = (largest.bit_length() + bits + 31 + self.units.bit_length() + 9) // 8
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


Net = list[tuple[list[list[Fraction]], list[bool]]]  # rows with their biases, and whether neurons


def read_network(data: Any) -> Net:
    readable(isinstance(data, dict) and data.get("format") == "exactpoly-network-1", "no network")
    layers: Net = []
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


def unit(n: int, i: int, value: Fraction = Fraction(1)) -> list[Fraction]:
    return [value * (i == k) for k in range(n)]


def distance_network(point: list[Fraction]) -> Net:
    """The sum of |x_i - point_i|."""
    d = len(point)
    rows = [[*unit(d, i, Fraction(s)), -s * p] for i, p in enumerate(point) for s in (1, -1)]
    return [(rows, [True] * (2 * d)), ([[Fraction(1)] * (2 * d) + [Fraction(0)]], [False])]


def joint(first: Net, second: Net) -> Net:
    """Both networks side by side on the same inputs; the shallower one is passed through."""
    result = []
    for j in range(max(len(first), len(second))):
        parts = []
        for net in (first, second):
            n = len(net[-1][0])
            passed = [unit(n + 1, i) for i in range(n)], [False] * n
            parts.append(net[j] if j < len(net) else passed)
        (a, kinds), (b, others) = parts
        left, right = ([Fraction(0)] * (len(p[0]) - 1) for p in (a, b))
        if j:
            a = [[*r[:-1], *right, r[-1]] for r in a]
            b = [[*left, *r] for r in b]
        result.append((a + b, kinds + others))
    return result


def homogenised(net: Net) -> Net:
    """`t N(x / t)`, t: t is one more input, is passed on, and takes the biases."""
    zero = Fraction(0)
    return [
        (
            [*([*row, zero] for row in rows), unit(len(rows[0]) + 1, len(rows[0]) - 1)],
            [*relu, False],
        )
        for rows, relu in net
    ]


class Constraint(NamedTuple):
    """`y.N(x) + x.x + constant >= 0` (`> 0`), `y` and `x` the least integers possible."""

    y: list[int]
    x: list[Any]
    constant: Fraction
    strict: bool

    @classmethod
    def read(cls, data: Any, inputs: int, outputs: int) -> Constraint:
        values, strict = {name: rational(v) for name, v in data[0].items()}, data[1]
        readable(type(strict) is bool, "strict is neither true nor false")
        scale = lcm(*(v.denominator for name, v in values.items() if name))
        y, x = [0] * outputs, [0] * inputs
        for name, value in values.items():
            if name:
                readable(bool(re.fullmatch(r"[XY]_[0-9]{1,9}", name)), f"bad name {name[:20]!r}")
                target = x if name[0] == "X" else y
                target[natural(int(name[2:]), len(target))] = int(value * scale)
        return cls(y, x, values.get("", Fraction(0)) * scale, strict)

    def homogenised(self) -> Constraint:
        return Constraint([*self.y, 0], [*self.x, self.constant], Fraction(0), self.strict)

    def holds(self, point: list[Fraction], output: list[Fraction]) -> bool:
        pairs = (*zip(self.y, output, strict=True), *zip(self.x, point, strict=True))
        value = sum((c * v for c, v in pairs), self.constant)
        return value > 0 or (value == 0 and not self.strict)


class Slope(NamedTuple):
    """The gradient of an output, in a norm (l1, linf, l2: squared), or signed in one input."""

    output: int
    norm: Any

    @classmethod
    def read(cls, data: Any, inputs: int, outputs: int) -> Slope:
        output, norm = data
        if isinstance(norm, list):
            norm = natural(norm[0], inputs), norm[1]
            readable(norm[1] in (1, -1), "a sign is 1 or -1")
        else:
            readable(norm in ("l1", "linf", "l2"), "an unknown norm")
        return cls(natural(output, outputs), norm)

    def __str__(self) -> str:
        if isinstance(self.norm, tuple):
            return f"{'-' * (self.norm[1] < 0)}dY_{self.output}/dX_{self.norm[0]}"
        name = "squared l2" if self.norm == "l2" else self.norm
        return f"the {name} norm of the gradient of Y_{self.output}"

    def most(self, spans: list[tuple[int, int]], scale: int) -> Fraction:
        """The largest size of a gradient whose entries lie in intervals over a scale."""
        if isinstance(self.norm, tuple):
            low, high = spans[self.norm[0]]
            return Fraction(high if self.norm[1] > 0 else -low, scale)
        sizes = [max(abs(a), abs(b)) for a, b in spans]
        if self.norm == "l2":
            return Fraction(sum(s * s for s in sizes), scale**2)
        return Fraction(sum(sizes) if self.norm == "l1" else max(sizes), scale)


class Lines(NamedTuple):
    """The units of a layer that pass anything on; `low <= z <= high`."""

    negative: list[tuple[int, int]]  # (place, low) of linear units with low < 0
    open: list[tuple[int, int, int]]  # (unit, low, high), the sign is not known
    passing: list[int]  # z is passed on
    places: list[int]  # those that pass z on, then the open ones

    @classmethod
    def of(cls, layer: Layer, bounds: list[tuple[int, int]]) -> Lines:
        sure: list[int] = []
        negative: list[tuple[int, int]] = []
        unclear: list[tuple[int, int, int]] = []
        for i, ((low, high), neuron) in enumerate(zip(bounds, layer.relu, strict=True)):
            if not neuron or (low >= 0 and high > 0):
                if low < 0:
                    negative.append((len(sure), low))
                sure.append(i)
            elif high > 0:
                unclear.append((i, low, high))
        return cls(negative, unclear, sure, sure + [i for i, _, _ in unclear])

    def relax(self, values: list[int], divisor: int) -> tuple[list[tuple[int, int]], int]:
        """From coefficients of what a layer puts out to coefficients of its z, and a constant.

        properties.md, Lemma 1 (a coefficient of something nonnegative may be rounded down) and Lemma 2
        (end points: q may be any integer).
        """
        sure = zip(self.passing, values, strict=False)
        result = [(i, q) for i, c in sure if (q := c // divisor)]
        constant = sum(low for k, low in self.negative if values[k] % divisor)
        for (i, low, high), c in zip(self.open, values[len(self.passing) :], strict=False):
            c //= divisor
            if c < 0:
                q = -((-c * high) // (high - low))
                constant += min(-q * low, (c - q) * high)
                result.append((i, q))
            elif c and high << 20 > -low * 0xFFFFF:  # Ties count, as in the search.
                result.append((i, c))
        return result, constant


class Node(NamedTuple):
    box: list[tuple[Fraction, Fraction]]
    ends: list[tuple[int, int]]  # the box at the scale, rounded outwards
    bounds: list[list[tuple[int, int]]]  # of z, by layer, at the scale
    lines: list[Lines]
    phases: dict[tuple[int, int], int]
    stale: int  # the lowest layer whose bounds may have become better


class Later:
    """A node that is made when a leaf below it is looked at, from the one above."""

    def __init__(self, above: Later | None, change: Any) -> None:
        self.above, self.change, self.made = above, change, None

    def node(self) -> Any:
        chain, one = [], self
        while one.made is None and one.above is not None:
            chain.append(one)
            one = one.above
        node = one.made or one.change(None)
        for one in reversed(chain):
            node = one.made = one.change(node)
            one.above = None
        return node


class Work:
    """What may be spent in one check, and whether the prover asks to be told."""

    def __init__(self, most: int, tick: Any) -> None:
        self.left, self.tick = most, tick

    def spend(self, amount: int) -> None:
        self.left -= amount
        readable(self.left >= 0, "the check costs more than the limit; see --scale")


class Tree:
    """The check of a fact that holds all over a box: of alternatives, or of a slope."""

    def __init__(self, layers: list[Layer], box: Any, asked: Any, bits: int, work: Work) -> None:
        self.layers, self.one, self.work, self.asked = layers, 1 << bits, work, asked
        self.inputs, self.depth = list(range(layers[0].inputs)), len(layers)
        self.slope: Slope | None = None
        self.alternatives: list[list[Constraint]] = [[]]
        if isinstance(asked[0], Slope):
            self.slope, self.most = asked
        else:
            self.alternatives = asked
        # What is asked holds in the interior of a region if anywhere (Lemmas 6 and 7).
        strict = all(c.strict for row in self.alternatives for c in row)
        self.generic = strict and all(a < b for a, b in box)
        self.open = 0
        ends = [(self.rounded(a, False), self.rounded(b, True)) for a, b in box]
        nothing: Any = [None] * self.depth
        self.root = self.refresh(Node(box, ends, nothing, nothing, {}, 0))

    def rounded(self, end: Fraction, up: bool) -> int:
        scaled = self.one * end.numerator
        return -(-scaled // end.denominator) if up else scaled // end.denominator

    def lower(
        self, node: Node, forms: Forms, y: Any = None, x: Any = None, *, exact: bool = False
    ) -> tuple[Any, list[int], bool]:
        """A lower bound on the node of y.N(x) + x.x + forms, at the square of the scale.

        ``exact``: without rounding, at scale 1; then also the coefficients of the inputs, and whether no
        neuron with open sign was used.
        """
        one, scale, divisor, constant = self.one, 1 if exact else self.one, 1, 0
        affine, values = True, []
        j = max(forms) if y is None else self.depth - 1
        if y is not None:
            values = [y[k] * scale for k in node.lines[j].places] + [0]
        while True:
            layer, coefficients = self.layers[j], [(i, c * scale) for i, c in forms.get(j, ())]
            if values:
                lines = node.lines[j]
                affine = affine and not any(values[len(lines.passing) : -1])
                passed, more = lines.relax(values, divisor)
                constant += more + values[-1] * one // divisor
                coefficients += passed
            self.work.spend((len(coefficients) + 1) * layer.size * (layer.inputs + 1))
            values = layer.pull(coefficients, node.lines[j - 1].places if j else self.inputs)
            if exact:
                scale, constant = scale * layer.denominator, constant * layer.denominator
            else:
                divisor = layer.denominator
            if not j:
                break
            j -= 1
        last = values.pop()
        if x:
            values = [v + e * scale * divisor for v, e in zip(values, x, strict=True)]
        if exact:
            ends = ((c, pair[c < 0]) for c, pair in zip(values, node.box, strict=True) if c)
            total = sum((c * end for c, end in ends), Fraction(constant, one) + last)
            return total / scale, values, affine
        total = sum(c * pair[c < 0] for c, pair in zip(values, node.ends, strict=True) if c)
        return constant + (total + last * one) // divisor, values, affine

    def refresh(self, node: Node) -> Node:
        """Bounds of every neuron that may still change sign; the parent's remain true.

        properties.md, Lemma 3."""
        if node.stale == self.depth:
            return node
        bounds, lines = list(node.bounds), list(node.lines)
        first, node = node.stale, node._replace(bounds=bounds, lines=lines, stale=self.depth)
        for j in range(first, self.depth):
            layer = self.layers[j]
            bounds[j] = [
                self.enclosed(node, j, i, known)
                if known is None or (layer.relu[i] and known[0] < 0 < known[1])
                else known
                for i, known in enumerate(bounds[j] or [None] * layer.units)
            ]
            lines[j] = Lines.of(layer, bounds[j])
        return node

    def enclosed(self, node: Node, j: int, i: int, known: Any) -> tuple[int, int]:
        """Bounds of one z; without rounding where the interval may come from rounding alone."""
        one = self.one
        low, high = (self.lower(node, {j: [(i, s)]})[0] // one for s in (1, -1))
        low, high = (low, -high) if known is None else (max(low, known[0]), min(-high, known[1]))
        if self.layers[j].relu[i] and low < 0 < high < low + MAX_TINY:
            found = (self.lower(node, {j: [(i, s)]}, exact=True)[0] for s in (1, -1))
            low, high = ((one * v).__floor__() for v in found)
            high = -high
        return low, high

    def refuted(self, node: Node, alternative: Any, terms: Any, phases: Any, exact: bool) -> bool:
        """Whether multipliers contradict themselves: properties.md, Lemma 5, and 6, 7 for strictness."""
        y, x = [0] * self.layers[-1].units, [0] * len(self.inputs)
        shift, strict, forms = Fraction(0), False, Forms()
        for k, m in terms:
            row = self.alternatives[alternative]
            one = row[natural(k, len(row))]
            readable(type(m) is int and m > 0, "bad multiplier")
            y = [a - m * b for a, b in zip(y, one.y, strict=True)]
            x = [a - m * b for a, b in zip(x, one.x, strict=True)]
            shift -= m * one.constant
            strict = strict or one.strict
        for j, i, m in phases:
            readable(type(m) is int and m > 0 and type(i) is int, "bad multiplier")
            demand((j, i) in node.phases, "a phase that is not the node's")
            forms.setdefault(j, []).append((i, -m * node.phases[j, i]))
        found, slopes, _ = self.lower(node, forms, y, x, exact=exact)
        if not exact:
            return bool(found + (shift * self.one**2).__floor__() > 0)
        if self.generic and not strict:
            # A region's interior lies in no hyperplane: a phase that is not constant, or a side of
            # the box, makes the sum positive there.
            strict = any(slopes) or any(self.settled(node, j, i) for j, i, _ in phases)
        return bool(found + shift > 0 or (found + shift == 0 and strict))

    def settled(self, node: Node, j: int, i: int) -> bool:
        """Whether z of a neuron is one affine form on the node, and not a constant one."""
        _, slopes, affine = self.lower(node, {j: [(i, 1)]}, exact=True)
        return affine and any(slopes)

    def obeyed(self, node: Node, slope: Slope) -> bool:
        """Lemma 8: intervals for the gradient, exact where all phases are known."""
        spans, scale = [(int(i == slope.output),) * 2 for i in range(self.layers[-1].units)], 1
        for layer, lines in zip(reversed(self.layers), reversed(node.lines), strict=True):
            total = [(0, 0)] * layer.inputs
            for k, i in enumerate(lines.places):
                a, b = spans[i]
                if k >= len(lines.passing):
                    a, b = min(a, 0), max(b, 0)
                if a or b:
                    total = [
                        (s + a * w, t + b * w) if w >= 0 else (s + b * w, t + a * w)
                        for (s, t), w in zip(total, layer.rows[i], strict=False)
                    ]
            spans, scale = total, scale * layer.denominator
        return bool(slope.most(spans, scale) <= self.most)

    def child(self, node: Node, token: Any, first: bool) -> Node:
        """One of two nodes that cover this one: properties.md, Lemma 4."""
        if token[0] == "x":
            i, cut = natural(token[1], len(node.box)), rational(token[2])
            (low, high), (a, b) = node.box[i], node.ends[i]
            demand(low <= cut <= high, "a cut outside the box")
            pair, ends = (low, cut), (a, self.rounded(cut, True))
            if not first:
                pair, ends = (cut, high), (self.rounded(cut, False), b)
            return node._replace(box=put(node.box, i, pair), ends=put(node.ends, i, ends), stale=0)
        j = natural(token[1], self.depth)
        i = natural(token[2], self.layers[j].units)
        demand(self.layers[j].relu[i], "a phase of a unit that is no neuron")
        start, end = node.bounds[j][i]
        # The other end is kept off 0, so that the phase decides what the unit passes on.
        known = (max(0, start), max(1, end)) if first else (min(-1, start), min(0, end))
        bounds = put(node.bounds, j, put(node.bounds[j], i, known))
        lines = put(node.lines, j, Lines.of(self.layers[j], bounds[j]))
        phases = {**node.phases, (j, i): 1 if first else -1}
        return Node(node.box, node.ends, bounds, lines, phases, min(node.stale, j + 1))

    def check(self, tokens: Any, part: tuple[int, int]) -> None:
        """All leaves, or one of several shares of them; the shares of all parts are all leaves."""
        readable(all(isinstance(token, list) and token for token in tokens), "not a node")
        leaves, seen = sum(token[0] not in ("x", "z", "r") for token in tokens), 0
        todo = [(Later(None, lambda _: self.root), frozenset(range(len(self.alternatives))))]
        for token in tokens:
            demand(bool(todo), "the tree goes on after its last leaf")
            if self.work.tick is not None:
                self.work.tick()
            later, left = todo.pop()
            kind = token[0]
            if kind == "r":
                todo.append((Later(later, self.refresh), left))
            elif kind in ("x", "z"):
                sides = (partial(self.child, token=token, first=first) for first in (False, True))
                todo += [(Later(later, side), left) for side in sides]
            else:
                own, seen = seen * part[1] // leaves == part[0], seen + 1
                left = self.leaf(later.node() if own else None, token, left)
                if left:
                    todo.append((later, left))
        demand(not todo, "the tree ends too early")

    def leaf(self, node: Node | None, token: Any, left: frozenset[int]) -> frozenset[int]:
        """The alternatives that a token leaves open; without a node it is for another part to check."""
        kind, right = token[0], True
        if kind in ("b", "f"):
            alternative, terms = token[1:3]
            demand(not terms or alternative in left, "not an open alternative")
            demand(bool(terms) or kind == "f", "no constraint")
            if node is not None:
                phases = token[3] if kind == "f" else []
                right = self.refuted(node, alternative, terms, phases, kind == "f")
            demand(right, "multipliers do not refute")
            return left - {alternative} if terms else frozenset()
        if kind == "g":
            right = self.slope is not None and (node is None or self.obeyed(node, self.slope))
            demand(right, "the gradient may be larger")
        else:
            readable(token == ["?"], "an unknown kind of node")
            self.open += 1
        return frozenset()


def put(values: list[Any], i: int, value: Any) -> list[Any]:
    return [*values[:i], value, *values[i + 1 :]]


def evaluate(layers: list[Layer], values: list[Fraction]) -> list[Fraction]:
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
    forms = [[*unit(d, i), p] for i, p in enumerate(point)]
    for layer in layers:
        result = []
        for row, kind in zip(layer.fractions, layer.relu, strict=True):
            used = [(w, f) for w, f in zip(row, forms, strict=False) if w]
            form = [sum((w * f[k] for w, f in used), Fraction(0)) for k in range(d + 1)]
            form[d] += row[-1]
            inside = not kind or form[d] != 0 or not any(form)
            demand(inside, "the point is on the boundary of a region")
            result.append(form if not kind or form[d] > 0 else [Fraction(0)] * (d + 1))
        forms = result
    return forms[output][:d]


class Problem:
    """What the header says: networks and facts. `statements` is what a reader must compare."""

    def __init__(self, header: Any, networks: Iterable[Any], work: Work) -> None:
        readable(isinstance(header, dict), "the first line is no header")
        readable(header.get("format") == "exactpoly-property", "not a certificate of a property")
        version = header.get("version")
        readable(type(version) is int and version == 2, "unknown version of the format")
        self.bits, self.work = natural(header["bits"], MAX_BITS), work
        wanted = {one for one in header["about"] if isinstance(one, str)}
        named = ((digest(n), n) for n in chain(networks, header["networks"]))
        given = {name: n for name, n in named if name in wanted}
        self.names: list[str] = []
        self.net: Net = []
        for one in header["about"]:
            if isinstance(one, list):  # |X_0 - p_0| + .. for a point p
                net = distance_network([rational(x) for x in one])
                self.names.append(f"the l1 distance from {' '.join(one)}")
            else:
                readable(one in given, f"the network {one[:16]} is not given; use --network FILE")
                net = read_network(given[one])
                self.names.append(f"the exact network {one}")
            same = not self.net or len(net[0][0][0]) == len(self.net[0][0][0])
            readable(same, "the networks differ in their inputs")
            self.net = joint(self.net, net) if self.net else net
        readable(bool(self.net), "no networks")
        self.layers = [Layer(rows, relu, self.bits) for rows, relu in self.net]
        self.d, self.m = self.layers[0].inputs, self.layers[-1].units
        self.trees: list[Tree] = []
        self.statements = [self.fact(one) for one in header["facts"]]
        readable(bool(self.statements), "no facts")

    def box(self, data: Any) -> list[tuple[Fraction, Fraction]]:
        readable(isinstance(data, list) and len(data) == self.d, "bad box")
        pairs = [(rational(a), rational(b)) for a, b in data]
        demand(all(a <= b for a, b in pairs), "an empty box")
        return pairs

    def conjunction(self, data: Any) -> list[Constraint]:
        readable(isinstance(data, list) and bool(data), "no constraints")
        return [Constraint.read(one, self.d, self.m) for one in data]

    def fact(self, one: Any) -> str:
        where = "R^d" if one["box"] is None else shown(one["box"])
        if "at" in one:
            point = [rational(x) for x in one["at"]]
            box = [(x, x) for x in point] if one["box"] is None else self.box(one["box"])
            demand(
                all(a <= x <= b for x, (a, b) in zip(point, box, strict=True)),
                "a point outside the box",
            )
            where = f"at {' '.join(one['at'])} in {where}"
            if "all" in one:
                output = evaluate(self.layers, point)
                held = all(c.holds(point, output) for c in self.conjunction(one["all"]))
                demand(held, "a point that does not satisfy all constraints")
                return f"{where}: {words(one['all'])}"
            slope = Slope.read(one["slope"], self.d, self.m)
            gradient = gradient_at(self.layers, point, slope.output)
            common = lcm(*(g.denominator for g in gradient))
            size = slope.most([(int(g * common),) * 2 for g in gradient], common)
            demand(size == rational(one["is"]), "the gradient there is another")
            return f"{where}: {slope} is {size}"
        if "none" in one:
            readable(isinstance(one["none"], list) and bool(one["none"]), "no alternatives")
            rows, layers = [self.conjunction(row) for row in one["none"]], self.layers
            if one["box"] is None:
                # (x, 1) / max(1, |x|) lies in this box (Lemma 9).
                box = [(Fraction(-1), Fraction(1))] * self.d + [(Fraction(0), Fraction(1))]
                layers = [Layer(a, b, self.bits) for a, b in homogenised(self.net)]
                rows = [[c.homogenised() for c in row] for row in rows]
            else:
                box = self.box(one["box"])
            self.trees.append(Tree(layers, box, rows, self.bits, self.work))
            return f"nowhere in {where}: {' or '.join(map(words, one['none']))}"
        slope = Slope.read(one["slope"], self.d, self.m)
        box = self.box(one["box"])
        demand(all(a < b for a, b in box), "a box without interior")
        asked = slope, rational(one["most"])
        self.trees.append(Tree(self.layers, box, asked, self.bits, self.work))
        return f"everywhere in {where}: {slope} is at most {one['most']}"


def digest(network: Any) -> str:
    text = json.dumps(network, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def shown(box: Any) -> str:
    """A box as text; of a long one its digest."""
    if len(box) > MAX_SHOWN:
        return f"the box of {len(box)} intervals with digest {digest(box)[:16]}"
    return " x ".join(f"[{a}, {b}]" for a, b in box)


def words(row: Any) -> str:
    """A conjunction as text."""
    return " and ".join(
        " + ".join(f"{c}*{name}" if name else c for name, c in sorted(values.items(), reverse=True))
        + (" > 0" if strict else " >= 0")
        for values, strict in row
    )


def check_lines(
    lines: Iterable[Any],
    networks: Iterable[Any],
    part: tuple[int, int] = (0, 1),
    tick: Any = None,
    scale: int = 1,
) -> tuple[int, str]:
    """Exit code and statement; raises `Refused`. ``tick``: called at every node."""
    rest, end = iter(lines), object()
    header = next(rest, end)
    readable(header is not end, "the file is empty")
    problem = Problem(header, networks, Work(MAX_WORK * scale, tick))
    for tree in problem.trees:
        tokens = next(rest, end)
        readable(tokens is not end, "fewer trees than facts that need one")
        tree.check(tokens, part)
    readable(next(rest, end) is end, "more trees than facts that need one")
    left = sum(tree.open for tree in problem.trees)
    word = f"PARTIAL, not shown on {left} open leaves" if left else "ACCEPTED"
    told = "\n".join(["", *problem.statements])
    statement = f"{word}, with Y the outputs of {' and of '.join(problem.names)}:{told}"
    if part[1] > 1:
        return PART, f"PART {part[0]}/{part[1]}, {PART_ONLY}{statement}"
    return PARTIAL if left else ACCEPTED, statement


def check_file(
    path: str, networks: list[str] | None = None, part: tuple[int, int] = (0, 1), scale: int = 1
) -> tuple[int, str]:
    """Exit code and message; ``networks``: files with the exact networks that the header names."""
    try:
        given = (one for name in networks or [] for one in network_lines(name, scale))
        return check_lines(each_line(path, scale), given, part, scale=scale)
    except Refused as refusal:
        word = "REJECTED" if refusal.args[0] == REJECTED else "UNREADABLE"
        return refusal.args[0], f"{word}: {refusal.args[1]}"
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, RecursionError) as error:
        return UNREADABLE, f"UNREADABLE: not of the right form ({type(error).__name__}: {error})"
    except (OSError, EOFError, zlib.error, MemoryError) as error:
        return UNREADABLE, f"UNREADABLE: {type(error).__name__}: {error}"


def each_line(path: str, scale: int = 1) -> Iterator[Any]:
    """One JSON value a line, plain or compressed, of which one at a time is held."""
    left = MAX_BYTES * scale
    with open(path, "rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
    with gzip.open(path, "rb") if packed else open(path, "rb") as file:
        while line := file.readline(MAX_LINE * scale + 1):
            left -= len(line)
            small = left >= 0 and len(line) <= MAX_LINE * scale
            readable(small, "the file is larger than the limit; --scale 10 allows for more")
            yield json.loads(line)


def network_lines(path: str, scale: int) -> Iterator[Any]:
    """The networks of a file, one a line."""
    for count, one in enumerate(each_line(path, scale)):
        readable(count < MAX_NETWORKS * scale, "more networks than the limit")
        yield one


def main(argv: list[str] | None = None) -> int:
    """Print the statements that the file proves, or what is wrong with it."""
    parser = argparse.ArgumentParser(prog="check_property.py", allow_abbrev=False)
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--network", metavar="FILE", action="append", help="the exact network")
    parser.add_argument("--part", metavar="I/N", default="0/1", help="one of N parts of the check")
    parser.add_argument("--scale", metavar="K", type=int, default=1, help="allow K times the work")
    try:
        given = parser.parse_args(argv)
        index, count = map(int, given.part.split("/"))
    except (SystemExit, ValueError):
        return UNREADABLE
    if not 0 <= index < count:
        return UNREADABLE
    code, message = check_file(given.file, given.network, (index, count), given.scale)
    print(message)
    return code


if __name__ == "__main__":
    sys.exit(main())
