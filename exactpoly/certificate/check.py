#!/usr/bin/env python3
"""Check a certificate of the exact polyhedral complex of a ReLU network: `python check.py FILE`.

Standard library only; nothing in the file is believed. A *key* is a word over -, 0, + with a letter for
each neuron (the sign of its pre-activation) and one for each side of the domain (0 on it, + inside). The
points of the domain with one key form a *cell*. R^d is the box [-M,M]^d, M above every number.

1. The key of a listed vertex determines a point; the network is evaluated there, exactly, and must
   give that key.                                                       (`Problem.point`, `.key`)
2. A region is listed as its vertices. Its key is their union, where no + may meet a -. The facets of
   a cell are the largest proper sets of its vertices on which a constraint vanishes; so on down to the
   vertices, which generates faces on levels 0..d.                                (`Cells.visit`)
3. An edge has two ends; a face two levels below a cell is in two facets of it; a facet off the
   boundary of the domain is in two regions; every vertex is used.         (`Cells.visit`, `.close`)
4. By Theorem A of proofs/completeness.md level j then holds all j-dimensional cells, each with all its
   facets; so every claim can be counted again, and what theorems say compared.
                                                          (`Cells.recount`, `verdicts`)

A partial certificate lists points, each in the interior of the region whose key is beside it.
Exit code: 0 accepted, 1 rejected, 3 not readable or beyond the limits below. `--scale K` multiplies
the last three, so that a hostile file cannot exhaust the machine unless asked to.

To share the work, `--vertices A:B` does 1 for these vertices and nothing else, and `--rest` all but 1. A
part that finds no fault has exit code 4: it proves nothing alone. The certificate is true if `--rest`
and ranges that cover all vertices find none in the same file.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import sys
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import accumulate, chain, pairwise
from math import comb, factorial, gcd, lcm, prod
from operator import eq, ge, le, lt, mul
from typing import Any, BinaryIO, NamedTuple

MAX_LINE = 1 << 24  # bytes of a line, which bounds what the JSON parser builds
MAX_TEXT = 4000  # characters of a number
MAX_BITS = 1 << 15  # bits of the product of the denominators of all layers
MAX_SIZE = 1 << 31  # bits of the weights of a layer over their common denominator
MAX_DIMENSION = 64
MAX_SIDES = 1024  # half-spaces of a domain
MAX_SUBSETS = 10**6  # of hyperplanes, looked at to decide general position
MAX_BOUND = 13000  # bits of a number in a verdict
MAX_BYTES = 1 << 31  # bytes of the file, decompressed
MAX_MEMORY = 1 << 32  # bytes for the cells, about
MAX_WORK = 10**11  # operations on machine words, about: hours

FACETS = (
    "a facet of a region is a (d-1)-cell in its closure; facet_histogram and mean_facets leave out"
    " facets on the boundary of the domain, those with_domain_boundary count them; on R^d there are none"
)
HEADER = "claims complete digest domain facets format network regions source version vertices"
CLAIMS = (
    "f_vector facet_histogram facet_histogram_with_domain_boundary mean_facets"
    " mean_facets_with_domain_boundary regions simple verdicts"
)
RATIONAL = re.compile(r"(0|-?[1-9][0-9]*)(/[1-9][0-9]*)?")
COMPARE = {"<": lt, "<=": le, ">=": ge, "=": eq}
ACCEPTED, REJECTED, UNREADABLE, PART = 0, 1, 3, 4
PART_ONLY = "PART, NO VERDICT"
EXCEPT_POINTS = f"{PART_ONLY}: all but the keys of the vertices was checked. If they are right, "
Side = tuple[Fraction | int, str, Fraction | int]  # left, relation, right
Point = tuple[list[int], list[int], int]  # (P, Q, D) is the point (P + M Q) / D, with D > 0


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
    readable(str(Fraction(text)) == text, f"{text[:40]!r} is not in lowest terms")
    return Fraction(text)


def integer(text: str) -> int:
    if len(text) > 20:  # reading a million digits takes long, and nothing counted here is so large
        raise ValueError
    return int(text)


class Lines:
    """The lines of a file: one JSON value each, in canonical spelling."""

    def __init__(self, file: BinaryIO, limit: int) -> None:
        self.file, self.left, self.number = file, limit, 0
        self.hash = hashlib.sha256()

    def pass_over(self) -> bytes:
        """The next line, unread."""
        self.number += 1
        line = self.file.readline(MAX_LINE)
        self.hash.update(line)
        self.left -= len(line)
        readable(self.left >= 0, "the file is larger than the limit")
        readable(line.endswith(b"\n"), "the file ends too early, or the line is too long")
        return line

    def next(self) -> Any:
        line = self.pass_over()
        try:
            value = json.loads(line, parse_int=integer)
            canonical = line == spelling(value).encode() + b"\n"
        except (ValueError, RecursionError) as error:
            raise Refused(UNREADABLE, f"not JSON ({type(error).__name__})") from None
        readable(canonical, "not in canonical spelling")
        return value

    def end(self) -> None:
        self.number += 1
        readable(not self.file.readline(1), "the file goes on after the last region")


class Layer:
    """`z = (weight h + bias) / denominator` in integers; `relu` marks the units that are neurons."""

    def __init__(self, data: Any, inputs: int | None) -> None:
        readable(isinstance(data, dict) and sorted(data) == ["bias", "relu", "weight"], "bad layer")
        rows, bias, self.relu = data["weight"], data["bias"], data["relu"]
        for part in (rows, bias, self.relu):
            readable(isinstance(part, list) and len(part) == len(rows) > 0, "bad layer")
        readable(all(isinstance(row, list) and row for row in rows), "weight is not a matrix")
        inputs = inputs or len(rows[0])
        readable(all(len(row) == inputs for row in rows), "the shapes of the weights do not fit")
        readable(all(type(kind) is bool for kind in self.relu), "relu is not of true and false")
        table = [[rational(x) for x in [*row, b]] for row, b in zip(rows, bias, strict=True)]
        self.denominator = 1
        for number in chain.from_iterable(table):
            self.denominator = lcm(self.denominator, number.denominator)
            readable(self.denominator.bit_length() <= MAX_BITS, "too large denominators")
        self.size = len(rows) * inputs
        readable(self.size * self.denominator.bit_length() <= MAX_SIZE, "too large a layer")
        integers = [[int(x * self.denominator) for x in row] for row in table]
        self.bits = longest(chain.from_iterable(integers))
        self.weight = [row[:-1] for row in integers]
        self.bias = [row[-1] for row in integers]
        self.columns = list(zip(*self.weight, strict=True))


class Problem:
    """A network on a domain. Constraints are numbered: neurons, then sides."""

    def __init__(self, network: Any, domain: Any, work: int) -> None:
        readable(
            isinstance(network, dict) and sorted(network) == ["format", "layers"], "bad network"
        )
        readable(network["format"] == "exactpoly-network-1", "unknown format of the network")
        readable(isinstance(network["layers"], list) and bool(network["layers"]), "no layers")
        self.layers: list[Layer] = []
        self.first = [0]  # number of neurons below each layer
        self.scale = [1]  # product of the denominators below each layer
        self.bits = [0]  # bits of a form or a value below each layer, about
        for data in network["layers"]:
            layer = Layer(data, len(self.layers[-1].relu) if self.layers else None)
            self.layers.append(layer)
            self.first.append(self.first[-1] + sum(layer.relu))
            self.scale.append(self.scale[-1] * layer.denominator)
            longer = max(layer.bits, layer.denominator.bit_length())
            self.bits.append(self.bits[-1] + longer + len(layer.columns).bit_length())
            readable(self.scale[-1].bit_length() <= MAX_BITS, "too large denominators")
        self.units = [
            (i, u) for i, x in enumerate(self.layers) for u, on in enumerate(x.relu) if on
        ]
        self.neurons, self.d = len(self.units), len(self.layers[0].columns)
        readable(self.d <= MAX_DIMENSION, f"input dimension above {MAX_DIMENSION}")
        self.size = sum(layer.size for layer in self.layers)
        self.work = work
        # A side is the gradient, constant and coefficient of M of a form that is positive inside.
        self.space, self.box = domain == "R^d", isinstance(domain, list)
        ends = [(0, q, 1) for _ in range(self.d) for q in (-1, 1)]  # x_i = (p + M q) / c
        if self.box:
            readable(len(domain) == self.d, "bad domain")
            readable(all(isinstance(b, list) and len(b) == 2 for b in domain), "bad domain")
            box = [[rational(x) for x in bounds] for bounds in domain]
            readable(all(low < high for low, high in box), "the box has no interior")
            ends = [(x.numerator, 0, x.denominator) for x in chain.from_iterable(box)]
        self.sides = [
            [c * s * (i == side // 2) for i in range(self.d)] + [-p * s, -q * s]
            for side, (p, q, c) in enumerate(ends)
            for s in [-1 if side % 2 else 1]
        ]
        if not self.space and not self.box:
            self.sides = half_spaces(domain, self.d)
        self.side_bits = longest(chain.from_iterable(self.sides))

    def spend(self, operations: int, bits: int, others: int = 0) -> None:
        """Count operations on numbers of so many bits; products, with numbers of `others` bits."""
        self.work -= operations * (1 + bits // 64) * (1 + others // 64)
        readable(self.work >= 0, "more work than the limit; --scale 10 allows ten times as much")

    def eliminated(self, row: list[int], pivot: list[int], column: int) -> list[int]:
        """`eliminate`, its products and the common divisor counted."""
        if row[column]:
            bits = longest(row), longest(pivot)
            self.spend(2 * len(row), *bits)
            self.spend(1, sum(bits), sum(bits))
        return eliminate(row, pivot, column)

    def form(self, constraint: int, key: str) -> list[int]:
        """Gradient, constant and coefficient of M of a constraint on the cell `key`, up to a factor.

        Of the neurons below, those with + pass their value on.
        """
        if constraint >= self.neurons:
            return self.sides[constraint - self.neurons]
        top, unit = self.units[constraint]
        for layer in self.layers[: top + 1]:
            self.spend(layer.size, self.bits[top + 1], layer.bits)
        line, constant = (
            self.layers[top].weight[unit],
            self.layers[top].bias[unit] * self.scale[top],
        )
        for i in range(top - 1, -1, -1):
            layer, signs = self.layers[i], iter(key[self.first[i] :])
            passes = [not kind or next(signs) == "+" for kind in layer.relu]
            line = [x if on else 0 for x, on in zip(line, passes, strict=True)]
            constant += sum(map(mul, line, layer.bias)) * self.scale[i]
            line = [sum(map(mul, line, column)) for column in layer.columns]
        return [*line, constant, 0]

    def point(self, key: str) -> Point:
        """The one point where all forms of the zeros of the key vanish."""
        zeros = [k for k, letter in enumerate(key) if letter == "0"]
        cheap = sorted(zeros, key=lambda k: (k < self.neurons, k))  # sides first
        rows = echelon((self.form(k, key) for k in cheap), self.d, self)
        demand(len(rows) == self.d, "the zeros of the key do not determine a point")
        # Now row i says a x_i + p + M q = 0.
        bits = sum(row[i].bit_length() for i, row in enumerate(rows))
        self.spend(len(rows), bits, bits)
        common = lcm(*(row[i] for i, row in enumerate(rows)))
        near, far = ([row[j] * (-common // row[i]) for i, row in enumerate(rows)] for j in (-2, -1))
        return near, far, common

    def key(self, point: Point) -> str:
        """The key of a point: the network evaluated, and the sides compared."""
        near, far, common = point
        start = longest((common, *near, *far))
        for below, layer in zip(self.bits, self.layers, strict=False):
            self.spend(layer.size, start + below, layer.bits)
        parts = [(near, common), (far, 0)] if any(far) else [(near, common)]
        letters: list[str] = []
        for x in self.layers:
            rows = list(zip(x.weight, x.bias, strict=True))
            values = [[sum(map(mul, w, h)) + b * t for w, b in rows] for h, t in parts]
            signs = list(map(sign, zip(*values, strict=True)))
            letters += [s for s, kind in zip(signs, x.relu, strict=True) if kind]
            passes = [not kind or s == "+" for s, kind in zip(signs, x.relu, strict=True)]
            values = [[z if on else 0 for z, on in zip(h, passes, strict=True)] for h in values]
            parts = [(h, t * x.denominator) for h, (_, t) in zip(values, parts, strict=True)]
        self.spend(len(self.sides) * self.d, start, self.side_bits)
        for *gradient, p, q in self.sides:
            z = (
                sum(map(mul, gradient, near)) + p * common,
                sum(map(mul, gradient, far)) + q * common,
            )
            letters.append(sign(z))
        return "".join(letters)


def half_spaces(domain: Any, d: int) -> list[list[int]]:
    """The sides of a polytope, from its canonical list of half-spaces."""
    readable(isinstance(domain, dict) and list(domain) == ["half_spaces"], "bad domain")
    rows = domain["half_spaces"]
    readable(isinstance(rows, list) and d < len(rows) <= MAX_SIDES, "bad domain")
    readable(all(isinstance(row, list) and len(row) == d + 1 for row in rows), "bad domain")
    table = [[rational(x) for x in row] for row in rows]
    whole = [[x.numerator for x in row if x.denominator == 1] for row in table]
    readable(whole == table and all(gcd(*row) == 1 for row in whole), "not coprime integers")
    readable(all(any(row[:-1]) for row in whole), "a half-space has no boundary")
    readable(all(a < b for a, b in pairwise(whole)), "the half-spaces are not in order")
    oblique = any(sum(map(bool, row[:-1])) > 1 for row in whole)
    readable(oblique, "a box is given by its bounds")
    return [[*row, 0] for row in whole]


def sign(parts: Sequence[int]) -> str:
    """The sign of p + M q, given (p,) or (p, q)."""
    leading = parts[-1] or parts[0]
    return "+" if leading > 0 else "-" if leading else "0"


def eliminate(row: list[int], pivot: list[int], column: int) -> list[int]:
    """A multiple of `row` with a multiple of `pivot` subtracted, so that `column` vanishes."""
    if row[column]:
        a, b = pivot[column], row[column]
        row = [a * x - b * y for x, y in zip(row, pivot, strict=True)]
    divisor = gcd(*row) or 1
    return [x // divisor for x in row]


def longest(numbers: Iterable[int]) -> int:
    """Bits of the longest one."""
    return max((x.bit_length() for x in numbers), default=0)


def echelon(rows: Iterable[list[int]], width: int, problem: Problem) -> list[list[int]]:
    """As many rows as the rank in the first `width` columns, sorted by a column that only they have.

    They vanish together where the given rows do, if the rank is `width`.
    """
    pivots: list[tuple[int, list[int]]] = []
    for row in rows:
        for column, pivot in pivots:
            row = problem.eliminated(row, pivot, column)
        column = next((i for i in range(width) if row[i]), -1)
        if column >= 0:
            pivots = [(c, problem.eliminated(pivot, row, column)) for c, pivot in pivots]
            pivots.append((column, row))
        if len(pivots) == width:
            break
    return [row for _, row in sorted(pivots)]


class Cells:
    """The generated cells. A key is an integer here, a bit for each + and, above those, one for each -.

    So `|` is the union of keys, and the cell `a` is a face of `b` iff `a | b == b`.
    """

    def __init__(self, problem: Problem, memory: int) -> None:
        self.problem, self.d, self.memory = problem, problem.d, memory
        self.length = problem.neurons + len(problem.sides)
        self.all = (1 << self.length) - 1
        self.inside = (1 << len(problem.sides)) - 1  # the sides are the last letters
        self.vertices: list[int] = []
        self.regions: list[int] = []
        self.level: dict[int, int] = {}
        self.facets: dict[int, list[int]] = {}
        self.size: dict[int, int] = {}  # number of vertices

    def store(self, key: int, level: int, facets: list[int], size: int) -> None:
        self.memory -= 500 + self.length // 4 + 8 * len(facets)
        readable(self.memory >= 0, "more cells than the limit")
        self.level[key], self.facets[key], self.size[key] = level, facets, size

    def add_vertex(self, text: str) -> None:
        plus, minus = text.translate({45: "0", 43: "1"}), text.translate({45: "1", 43: "0"})
        self.vertices.append(int(minus, 2) << self.length | int(plus, 2))
        self.store(self.vertices[-1], 0, [], 1)

    def union(self, vertices: Sequence[int]) -> int:
        key = 0
        for v in vertices:
            key |= self.vertices[v]
        return key

    def add_region(self, vertices: Sequence[int]) -> None:
        key = self.union(vertices)
        demand(not key & key >> self.length & self.all, "a neuron has both signs on the region")
        demand(key not in self.level, "the region is a face or a copy of another one")
        demand(self.visit(key, vertices, self.d) == self.d, f"the region is not of level {self.d}")
        self.regions.append(key)

    def visit(self, key: int, vertices: Sequence[int], room: int) -> int:
        """The level of a cell, given its vertices; at first sight its facets are found and tested."""
        if key in self.level:
            demand(self.size[key] == len(vertices), "a face with other vertices than before")
            return self.level[key]
        demand(room > 0, "a chain of faces is too long")
        vanish: dict[int, list[int]] = {}  # constraint -> vertices on it, unless all are
        for v in vertices:
            bits = key & ~self.vertices[v]
            bits = (bits | bits >> self.length) & self.all
            self.problem.spend(1 + bits.bit_count(), self.length)
            while bits:
                vanish.setdefault(bits & -bits, []).append(v)
                bits &= bits - 1
        sets = {self.union(face): face for face in vanish.values()}
        self.problem.spend(len(sets) ** 2, self.length)
        facets: list[int] = []
        for face in sorted(sets, key=lambda union: -len(sets[union])):
            if not any(face | larger == larger for larger in facets):
                facets.append(face)
        levels = {self.visit(face, sets[face], room - 1) for face in facets}
        demand(len(levels) == 1, "a cell has no facets or facets of different levels")
        level = levels.pop() + 1
        ridges = Counter(chain.from_iterable(self.facets[face] for face in facets))
        demand(level > 1 or len(facets) == 2, "an edge has not two ends")
        demand(all(n == 2 for n in ridges.values()), "a face of a cell is not in two of its facets")
        self.store(key, level, facets, len(vertices))
        return level

    def shown(self, key: int) -> bool:
        """Whether a cell lies on no side of the domain."""
        return key & self.inside == self.inside

    def close(self, lines: Lines) -> None:
        """The conditions on the list as a whole."""
        used = set(chain.from_iterable(self.facets.values()))
        for lines.number, key in enumerate(self.vertices, 2):
            demand(key in used, "no region uses this vertex")
        owners = Counter(chain.from_iterable(self.facets[region] for region in self.regions))
        for lines.number, region in enumerate(self.regions, 2 + len(self.vertices)):
            for facet in filter(self.shown, self.facets[region]):
                demand(owners[facet] == 2, "a facet of this region is not in two regions")

        lines.number = 1
        touched = 0  # sides that a facet lies on
        for facet in owners:
            touched |= ~facet & self.inside
        demand(touched == self.inside, "a side of the domain has no facet")

    def beginnings(self, keys: Iterable[int]) -> list[int]:
        """How many different beginnings of 0, 1, .. all neurons' letters the keys have."""
        # A digit to base 4 for each letter, so that sorting brings equal beginnings together.
        words = sorted(
            2 * int(f"{key >> self.length:b}", 4) + int(f"{key & self.all:b}", 4) for key in keys
        )
        places = Counter(self.length - ((a ^ b).bit_length() + 1) // 2 for a, b in pairwise(words))
        return list(accumulate((places[i] for i in range(self.problem.neurons)), initial=1))

    def recount(self) -> dict[str, Any]:
        """All claims, counted."""
        f, pairs, simple = [0] * (self.d + 1), [0] * (self.d + 1), True
        space = self.problem.space
        for key, level in self.level.items():
            if not space or self.shown(key):
                f[level] += 1
                pairs[level] += sum(map(self.shown, self.facets[key]))
                zeros = self.length - ((key | key >> self.length) & self.all).bit_count()
                simple = simple and zeros == self.d - level
        inner = [sum(map(self.shown, self.facets[region])) for region in self.regions]
        outer = inner if space else [len(self.facets[region]) for region in self.regions]
        # Each region of the first neurons holds regions, each wall between two such regions holds walls,
        # and a wall's beginning is that of the one or of the other.
        walls = [
            key for key, level in self.level.items() if level == self.d - 1 and self.shown(key)
        ]
        regions, both = self.beginnings(self.regions), self.beginnings([*self.regions, *walls])
        growth = [(b - r, r) for r, b in zip(regions, both, strict=True)]
        return {
            "f_vector": f,
            "facet_histogram": {str(n): count for n, count in Counter(inner).items()},
            "facet_histogram_with_domain_boundary": {str(n): c for n, c in Counter(outer).items()},
            "mean_facets": str(Fraction(sum(inner), len(inner))),
            "mean_facets_with_domain_boundary": str(Fraction(sum(outer), len(outer))),
            "regions": len(self.regions),
            "simple": simple,
            "verdicts": verdicts(self.problem, Facts(f, pairs, simple, inner, outer, growth)),
        }


class Facts(NamedTuple):
    """What theorems speak of, recounted."""

    f: list[int]  # number of cells of each dimension
    pairs: list[int]  # number of pairs of such a cell and a facet of it, not on R^d's boundary
    simple: bool
    inner: list[int]  # facets of each region, without those on the boundary of the domain
    outer: list[int]  # and with them
    growth: list[tuple[int, int]]  # (walls, regions) of the first 0, 1, .. neurons


def verdicts(problem: Problem, facts: Facts) -> dict[str, Any]:
    """The verdicts of the theorems of docs/theorems.md whose hypotheses can be decided here."""
    d, f, growth = problem.d, facts.f, facts.growth
    found: dict[str, Any] = {}
    units = [(sum(layer.relu), len(layer.relu) - sum(layer.relu)) for layer in problem.layers]
    widths = [n for n, _ in units if n]
    n, depth = problem.neurons, len(widths)
    one_layer = depth <= 1

    def state(name: str, sides: Sequence[Side], *hypotheses: bool | None) -> None:
        """Enter a verdict, unless a hypothesis is not decided (None) or a number is huge."""
        numbers = [m for a, _, b in sides for x in (a, b) for m in x.as_integer_ratio()]
        if None in hypotheses or max(map(abs, numbers)).bit_length() > MAX_BOUND:
            return
        true = all(COMPARE[relation](a, b) for a, relation, b in sides)
        verdict = "holds" if true else "violated"
        found[name] = {
            "sides": [[str(a), relation, str(b)] for a, relation, b in sides],
            "verdict": verdict if all(hypotheses) else "hypotheses not met",
        }

    alternating = sum((-1) ** k * count for k, count in enumerate(f))
    state("euler", [(alternating, "=", (-1) ** d if problem.space else 1)])
    problem.spend(len(units) * d * d, len(units) * d * max(sum(x) for x in units).bit_length())
    state("serra", [(f[d], "<=", serra(d, units))])
    ranks = accumulate(map(sum, units), min, initial=d)
    parts = [binomials(m, min(rank, m)) for (m, _), rank in zip(units, ranks, strict=False)]
    state("montufar-upper", [(f[d], "<=", prod(parts))])
    problem.spend(f[d].bit_length() << 10, 0)
    inner = Fraction(sum(facts.inner), f[d])
    bound = log2_between(f[d], inner)
    state("log-mean", [(inner, "<=", bound or 0)], None if bound is None else True)
    if problem.box:
        mean = Fraction(sum(facts.outer), f[d])
        if d == 2:
            state("box-2d", [(mean, "=", 4)], facts.simple)
        deep = [(mean, "<=", density(d, units, Fraction(2 * d)))]
        state("deep-box", deep + [(mean, "<=", by_depth(d, depth + 1))] * (depth > 0))
    if not problem.space:
        return found
    # Generic and supertransversal is generic and simple: proofs/theorems_deep.md, Theorem 1.
    published = generic(problem) if facts.simple else False
    proved = True if one_layer or d <= 2 else published
    mean = Fraction(2 * f[d - 1], f[d])
    state("avg-facets", [(mean, "<=", 2 * d)], proved)
    ks = [k for k in range(1, d + 1) if f[k]]
    faces = [(Fraction(facts.pairs[k], f[k]), "<=", 2 * k) for k in ks]
    state("avg-faces", faces, proved)
    cubes: list[Side] = [
        (Fraction(f[i] * comb(d - i, j - i) << j - i, f[j]), "<=", comb(j, i) << j - i)
        for j in ks
        for i in range(j)
    ]
    state("cube", cubes, facts.simple, all(a <= b for a, _, b in faces))
    nowhere = "0" * n
    first = [problem.form(k, nowhere)[:-1] for k in range(sum(widths[:1]))]
    least = min(len(first), d)
    state("min-facets", [(min(facts.inner), ">=", least)], len(echelon(first, d, problem)) == least)
    deep = [(mean, "<=", density(min(d, sum(units[0])), units, Fraction(0)))]
    state("deep-bound", deep + [(mean, "<", by_depth(d, depth))] * (depth > 0))
    most = [2 * k + (2 * (max(depth, 1) - 1) * (d - 2) if k > 1 else 0) for k in range(d + 1)]
    bounds = [Fraction(prod(most[i + 1 : j + 1]), factorial(j - i)) for j in ks for i in range(j)]
    true_cubes = [(c[0], "<=", bound) for c, bound in zip(cubes, bounds, strict=True)]
    state("deep-faces", true_cubes, facts.simple)
    if d > 2:
        needed = max(1, (mean - 4) // (2 * d - 4) + 1) if mean else 0
        state("depth-needed", [(needed, "<=", depth)])
    means = [Fraction(2 * walls, regions) for walls, regions in growth[1:]]
    if n > 1:
        state("monotone", [(b, ">=", a) for a, b in pairwise(means)], published)
    if one_layer:
        position = in_position(problem, first, d)
        most = [comb(n, d - k) * binomials(n - d + k, k) for k in range(d + 1)]
        cells: list[Side] = [(f[k], "=" if position else "<=", most[k]) for k in range(d + 1)]
        if position is False:
            cells.append((sum(a < b for a, b in zip(f, most, strict=True)), ">=", 1))
        state("cells", cells, None if position is None else True)
        exact = Fraction(2 * n * binomials(n - 1, d - 1), binomials(n, d))
        state("shallow-mean", [(mean, "=", exact)], position)
        if not any(row[-1] for row in first):
            regions, walls = central(n, d), n * central(n - 1, d - 1) if d > 1 else min(n, 1)
            sides: list[Side] = [(f[d], "=", regions), (mean, "=", Fraction(2 * walls, regions))]
            state("central-mean", sides, in_position(problem, first, d, central=True))
    return found


def binomials(n: int, most: int) -> int:
    return sum(comb(n, i) for i in range(most + 1)) if n >= 0 else 0


def central(n: int, d: int) -> int:
    """Regions of n hyperplanes through 0 in R^d, any d of them independent."""
    return 2 * binomials(n - 1, d - 1) if n else 1


def serra(d: int, units: list[tuple[int, int]]) -> int:
    """Serra, Tjandraatmadja, Ramalingam 2018, Theorem 1; units: (ReLU, linear) of each layer."""
    most = [1] * (d + 1)  # regions that the layers from here on make of an input of this rank
    for relu, linear in reversed(units):
        most = [
            sum(comb(relu, j) * most[min(r, relu - j + linear)] for j in range(min(r, relu) + 1))
            for r in range(d + 1)
        ]
    return most[d]


def by_depth(d: int, depth: int) -> int:
    return 2 * depth * (d - 2) + 4 if d > 1 else 2


def density(d: int, units: list[tuple[int, int]], bound: Fraction) -> Fraction:
    """Bound on the mean number of facets by ranks and widths; `bound` is that without a layer."""
    rank, sides, neurons = d, bound, 0
    for relu, linear in units:
        if relu:
            neurons += relu
            walls = [bound] * (d - 1) + [min(Fraction(2), bound), Fraction(0)]
            most = max(2 * k + walls[k] for k in range(min(rank, relu) + 1))
            bound = min(most, sides + neurons)
        rank = min(rank, relu + linear)
    return bound


def log2_between(number: int, value: Fraction) -> Fraction | None:
    """log2, rounded down so that `value` compares with it as with log2; None if 20 bits cannot decide."""
    if number & (number - 1) == 0:
        return Fraction(number.bit_length() - 1)
    power = number**1024
    for t in range(10, 21):
        floor = power.bit_length() - 1  # 2^t log2(number) is no integer
        if not floor < value * (1 << t) < floor + 1:
            return Fraction(floor, 1 << t)
        power *= power
    return None


def generic(problem: Problem) -> bool | None:
    """Whether the hyperplanes of each layer are in general position."""
    answers = []
    for x in problem.layers:
        rows = [[*x.weight[u], x.bias[u]] for u, on in enumerate(x.relu) if on]
        answers.append(in_position(problem, rows, len(x.columns)))
    return None if None in answers else all(answers)


def in_position(
    problem: Problem, rows: list[list[int]], m: int, central: bool = False
) -> bool | None:
    """Whether n hyperplanes of R^m, the constant last, are in general position; None: too many choices.

    That is, any min(n, m) normals are independent, and unless `central` any m + 1 rows, if n > m.
    """
    n = len(rows)
    if n <= m:
        return len(echelon(rows, m, problem)) == n
    if m > 16 or comb(n + 1, m + 1) > MAX_SUBSETS:
        return None
    bits = m * longest(chain.from_iterable(rows))
    problem.spend(comb(n + 1, m + 1) * m, bits, bits)
    normals = [row[:m] for row in rows]
    return independent(normals, m) and (central or independent(rows, m + 1))


def independent(rows: list[list[int]], size: int) -> bool:
    """Whether any `size` of the rows are linearly independent."""
    if size == 0:
        return True
    for i, row in enumerate(rows[: len(rows) - size + 1], 1):
        column = next((j for j, x in enumerate(row) if x), -1)
        if column < 0:
            return False
        if not independent([eliminate(other, row, column) for other in rows[i:]], size - 1):
            return False
    return True


def check_complete(lines: Lines, header: dict[str, Any], cells: Cells, part: range | None) -> str:
    """Verify everything; or only the points of some vertices; or, if these are none, all but the points."""
    points, rest = range(header["vertices"]) if part is None else part, not part
    problem, word = cells.problem, re.compile(f"[-0+]{{{cells.length}}}")
    before = ""
    for v in range(header["vertices"]):
        if not rest and v not in points:
            lines.pass_over()
            continue
        key = lines.next()
        readable(isinstance(key, str) and bool(word.fullmatch(key)), "not a key")
        demand(before < key, "the vertices are not distinct and in order")
        demand("-" not in key[problem.neurons :], "the vertex is outside the domain")
        if v in points:
            demand(problem.key(problem.point(key)) == key, "the vertex has another key")
        cells.add_vertex(key)
        before = key
    if not rest:
        readable(points.stop <= header["vertices"], "there are no such vertices")
        for _ in range(header["regions"]):
            lines.pass_over()
        lines.end()
        return (
            f"{PART_ONLY}: the vertices {points.start} to {points.stop - 1} of {header['vertices']}"
            " have the keys listed. Nothing else was checked."
        )
    last = [-1]
    for _ in range(header["regions"]):
        region = lines.next()
        readable(isinstance(region, list) and bool(region), "not a list of vertices")
        readable(all(type(v) is int for v in region), "not a list of vertices")
        demand(last < region, "the regions are not distinct and in order")
        demand(all(a < b for a, b in pairwise([-1, *region, header["vertices"]])), "bad vertices")
        cells.add_region(region)
        last = region
    lines.end()
    cells.close(lines)
    lines.number = 1
    counted = cells.recount()
    for name in CLAIMS.split():
        same = spelling(header["claims"][name]) == spelling(counted[name])
        demand(same, f"{name} is {spelling(counted[name])[:200]}, not as claimed")
    theorems = counted.pop("verdicts")
    counts = "\n".join(f"  {name}: {spelling(value)}" for name, value in counted.items())
    words = "\n".join(f"  theorem {name}: {outcome(entry)}" for name, entry in theorems.items())
    return (
        f"{'ACCEPTED: ' if part is None else EXCEPT_POINTS}"
        f"the {len(cells.vertices)} vertices and {len(cells.regions)} regions are the whole"
        f" complex. Recounted from its {len(cells.level)} cells:\n{counts}\n{words}"
    )


def outcome(entry: dict[str, Any]) -> str:
    """A verdict in words, with the sides that are false."""
    false = [s for s in entry["sides"] if not COMPARE[s[1]](Fraction(s[0]), Fraction(s[2]))]
    return "; ".join([entry["verdict"], *(f"{' '.join(side)} is false" for side in false)])


def check_partial(lines: Lines, header: dict[str, Any], problem: Problem) -> str:
    before: list[Any] = []
    for _ in range(header["regions"]):
        entry = lines.next()
        readable(isinstance(entry, list) and len(entry) == problem.d + 1, "not a key and a point")
        readable(isinstance(entry[0], str), "not a key and a point")
        demand(before[:1] < entry[:1], "the regions are not distinct and in order")
        place = [rational(x) for x in entry[1:]]
        common = lcm(*(x.denominator for x in place))
        key = problem.key(([int(x * common) for x in place], [0] * problem.d, common))
        demand(key == entry[0] + "+" * len(problem.sides), "the point has another key")
        for neuron in (k for k, letter in enumerate(key) if letter == "0"):
            flat = not any(problem.form(neuron, key)[: problem.d])
            demand(flat, "the cell of the point is not full-dimensional")
        before = entry
    lines.end()
    lines.number = 1
    claim = spelling(header["claims"]["regions_at_least"])
    demand(claim == spelling(header["regions"]), "regions_at_least is not the number of regions")
    return (
        f"PARTIAL: {header['regions']} distinct regions exist, each shown by a point inside it. That"
        " there are no others is neither claimed nor checked; nor is anything about facets."
    )


def read_header(lines: Lines) -> dict[str, Any]:
    header = lines.next()
    readable(isinstance(header, dict), "the first line is not a header")
    readable(header.get("format") == "exactpoly-certificate", "not an exactpoly certificate")
    version = spelling(header.get("version"))
    readable(
        version != "2",
        "version 2 had other theorems; write it anew: exactpoly certify NET -o FILE",
    )
    readable(version == "3", "unknown version of the format")
    readable(sorted(header) == HEADER.split(), "the header has missing or unknown entries")
    source = header["source"]
    readable(isinstance(source, dict) and sorted(source) == ["name", "notes"], "bad source")
    texts = [source["name"], *source["notes"]] if isinstance(source["notes"], list) else [0]
    readable(all(isinstance(text, str) for text in texts), "bad source")
    readable(type(header["complete"]) is bool, "complete is not true or false")
    readable(header["facets"] == FACETS, "facets are defined in an unknown way")
    names = CLAIMS.split() if header["complete"] else ["regions_at_least"]
    readable(isinstance(header["claims"], dict), "claims is not an object")
    readable(sorted(header["claims"]) == names, "missing or unknown claims")
    for number in (header["vertices"], header["regions"]):
        readable(type(number) is int, "the number of vertices or regions is not an integer")
    demand(header["regions"] > 0, "no regions")
    demand(header["complete"] or header["vertices"] == 0, "a partial list has no vertices")
    return dict(header)


def read_problem(header: dict[str, Any], scale: int) -> Problem:
    problem = Problem(header["network"], header["domain"], MAX_WORK * scale)
    digest = hashlib.sha256(spelling(header["network"]).encode()).hexdigest()
    demand(header["digest"] == digest, "the digest is not that of the network")
    return problem


def check_lines(lines: Lines, scale: int, part: range | None) -> str:
    """The statement that the file proves; raises `Refused`."""
    header = read_header(lines)
    problem = read_problem(header, scale)
    if header["complete"]:
        text = check_complete(lines, header, Cells(problem, MAX_MEMORY * scale), part)
    else:
        readable(part is None, "a partial certificate is not checked in parts")
        text = check_partial(lines, header, problem)
    return (
        f"{text}\nnetwork {header['digest']}, {problem.neurons} neurons, d = {problem.d}, on"
        f" {domain_text(problem, header)}"
    )


def domain_text(problem: Problem, header: dict[str, Any]) -> str:
    """The domain in words."""
    if problem.box:
        return " x ".join(f"[{a},{b}]" for a, b in header["domain"])
    return "R^d" if problem.space else f"the polytope {spelling(header['domain'])}"


def check_file(path: str, scale: int = 1, part: range | None = None) -> tuple[int, str]:
    """Exit code and message. A part: the points of these vertices, or if they are none, the rest."""
    try:
        with open(path, "rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            file: Any = gzip.GzipFile(fileobj=raw) if packed else raw
            lines = Lines(file, MAX_BYTES * scale)
            try:
                text = check_lines(lines, scale, part)
            except Refused as refusal:
                code, reason = refusal.args
                word = "REJECTED" if code == REJECTED else "UNREADABLE"
                return code, f"{word}: line {lines.number}: {reason}"
            if part is None:
                return ACCEPTED, text
            return PART, f"{text}\nfile with SHA-256 {lines.hash.hexdigest()}"
    except (OSError, EOFError, zlib.error, MemoryError) as error:
        return UNREADABLE, f"UNREADABLE: {type(error).__name__}: {error}"


def vertex_range(text: str) -> range:
    start, stop = map(int, text.split(":"))
    if not 0 <= start < stop:
        raise ValueError
    return range(start, stop)


def positive(text: str) -> int:
    if not re.fullmatch("[1-9][0-9]{0,8}", text):
        raise ValueError
    return int(text)


def main(argv: Sequence[str] | None = None) -> int:
    """Print the statement that the file proves, or what is wrong with it."""
    parser = argparse.ArgumentParser(prog="check.py", allow_abbrev=False)
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--scale", metavar="K", type=positive, default=1)
    parts = parser.add_mutually_exclusive_group()
    parts.add_argument("--vertices", metavar="A:B", type=vertex_range, help="a part of the check")
    parts.add_argument("--rest", action="store_true", help="the part without the vertices")
    try:
        given = parser.parse_args(argv)
    except SystemExit:
        return UNREADABLE
    part = range(0) if given.rest else given.vertices
    code, message = check_file(given.file, given.scale, part)
    print(message)
    return code


if __name__ == "__main__":
    sys.exit(main())
