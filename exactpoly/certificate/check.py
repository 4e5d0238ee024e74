#!/usr/bin/env python3
"""Check a certificate of the exact polyhedral complex of a ReLU network: `python check.py FILE`.

Standard library only; nothing in the file is believed. A *key* is a word over -, 0, + with a letter for
each neuron (the sign of its pre-activation) and one for each side of the domain (0 on it, + inside). The
points of the domain with one key form a *cell*. R^d is the box [-M,M]^d, M above every number.

1. The key of a listed vertex determines a point; the network is evaluated there, exactly, and must
   give that key.                                                       (`Problem.point`, `.is_key`)
2. A region is listed as its vertices. Its key is their union, where no + may meet a -. Of the proper
   sets of a cell's vertices on which a constraint vanishes those of the highest level are its facets;
   so on down to the vertices, which generates faces on levels 0..d.           (`Cells.add_face`)
3. An edge has two ends; a face two levels below a cell is in two facets of it; a facet off the
   boundary of the domain is in two regions; all other cells are facets.
                                                                     (`Cells.add_face`, `.close`)
4. By Theorem A of proofs/completeness.md level j then holds all j-dimensional cells, each with all its
   facets; so every claim can be counted again, and what theorems say compared.
                                                              (`Cells.count`, `claims`, `verdicts`)

A large complex is listed in sections. The *root*, the complex of the first neurons, comes first; then
each section lists all regions in some of the root's. 1 to 3 for the root and for each section, where
facets on walls of the root are let off, are enough: Theorem C there.            (`check_sections`)

A partial certificate lists points, each in the interior of the region whose key is beside it.
Exit code: 0 accepted, 1 rejected, 3 not readable or beyond the limits below. `--scale K` multiplies
the last three, so that a hostile file cannot exhaust the machine unless asked to.

To share the work, `--sections A:B` checks these sections only. A part that finds no fault has exit code
4: it proves nothing alone. The certificate is true if parts with all sections find none in one file.
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
from functools import reduce
from itertools import accumulate, chain, compress, pairwise
from math import comb, factorial, gcd, lcm, prod
from operator import eq, ge, le, lt, mul, ne, or_
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
KNOWN = 1 << 29  # bits of forms that are kept, about
NUMBER = 300  # bits that a number in a list takes besides its own
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
SECTION = "counts regions root vertices"
COUNT = re.compile("[a-z_]+ (0|[1-9][0-9]{0,8})")
RATIONAL = re.compile(r"(0|-?[1-9][0-9]*)(/[1-9][0-9]*)?")
COMPARE = {"<": lt, "<=": le, ">=": ge, "=": eq}
ACCEPTED, REJECTED, UNREADABLE, PART = 0, 1, 3, 4
PART_ONLY = "PART, NO VERDICT"
OTHERS = "If the others are, "
Side = tuple[Fraction | int, str, Fraction | int]  # left, relation, right
Table = list[list[int]]
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
    value = Fraction(text)
    readable(str(value) == text, f"{text[:40]!r} is not in lowest terms")
    return value


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
        common = self.denominator
        integers = [[x.numerator * (common // x.denominator) for x in row] for row in table]
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
        self.known: list[dict[str, Table]] = [{} for _ in self.layers]  # see `forms`
        self.latest: list[list[tuple[list[bool], Table, Table]]] = [[] for _ in self.layers]
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
        if not row[column]:
            return row
        bits = longest(row), longest(pivot)
        self.spend(2 * len(row), *bits)
        self.spend(1, sum(bits), sum(bits))
        return eliminate(row, pivot, column)

    def forms(self, top: int, key: str) -> Table:
        """Gradient and constant of all units of a layer on the cell `key`, up to one factor.

        Of the neurons below, those with + pass their value on.
        """
        pattern = key[: self.first[top]].replace("0", "-")
        begun = top + 1  # layers whose forms are not known start here
        while begun and pattern[: self.first[begun - 1]] not in self.known[begun - 1]:
            begun -= 1
        table = self.known[begun - 1][pattern[: self.first[begun - 1]]] if begun else []
        for layer in range(begun, top + 1):  # a loop, for a network may have a thousand layers
            table = self.composed(layer, pattern, table)
            self.keep(layer, pattern[: self.first[layer]], table)
        return table

    def keep(self, top: int, pattern: str, table: Table) -> None:
        """Remember forms; each layer has the same share of the memory for them."""
        size = len(table) * (self.d + 1) * (NUMBER + self.bits[top + 1])
        if len(self.known[top]) > KNOWN // (size * len(self.layers)):
            self.known[top].clear()
        self.known[top][pattern] = table

    def composed(self, top: int, key: str, inner: Table) -> Table:
        """The forms, from those where nothing passes or those composed last, whichever differ less.

        `inner`: the forms of the layer before.
        """
        layer, first = self.layers[top], self.first[top - 1]
        if top == 0:
            return [[*w, b] for w, b in zip(layer.weight, layer.bias, strict=True)]
        letters = iter(key[first:])
        passes = [not kind or next(letters) == "+" for kind in self.layers[top - 1].relu]
        nothing = [[0] * self.d + [b * self.scale[top]] for b in layer.bias]
        starts = [([False] * len(passes), inner, nothing), *self.latest[top]]
        before, _, table = min(
            (start for start in starts if start[1] is inner),
            key=lambda start: sum(map(ne, start[0], passes)),
        )
        differs = list(map(ne, before, passes))
        self.spend((sum(differs) + 1) * len(layer.relu) * (self.d + 1), self.bits[top], layer.bits)
        added = [
            row if on else [-x for x in row]
            for row, on in zip(compress(inner, differs), compress(passes, differs), strict=True)
        ]
        columns = list(zip(*added, strict=True)) or [()] * (self.d + 1)
        lines = [list(compress(w, differs)) for w in layer.weight]
        table = [
            [sum(map(mul, line, column), x) for x, column in zip(row, columns, strict=True)]
            for row, line in zip(table, lines, strict=True)
        ]
        self.latest[top] = [(passes, inner, table)]
        return table

    def form(self, constraint: int, key: str) -> list[int]:
        """Gradient, constant and coefficient of M of a constraint on the cell `key`, up to a factor."""
        if constraint >= self.neurons:
            return self.sides[constraint - self.neurons]
        top, unit = self.units[constraint]
        return [*self.forms(top, key)[unit], 0]

    def point(self, key: str) -> Point:
        """The one point where all forms of the zeros of the key vanish."""
        zeros = [k for k, letter in enumerate(key) if letter == "0"]
        self.spend(len(zeros) * (self.d + 2), self.bits[-1])
        cheap = sorted(zeros, key=lambda k: (k < self.neurons, k))  # sides first
        rows = echelon((self.form(k, key) for k in cheap), self.d, self)
        demand(len(rows) == self.d, "the zeros of the key do not determine a point")
        near, far, common = [0] * self.d, [0] * self.d, 1
        for column, row in reversed(rows):  # a x_column + others' multiples + p + M q = 0
            a, p, q = row[column], *row[-2:]
            self.spend(4 * self.d, longest([common]), longest(row))
            low = sum(map(mul, row, near)) + p * common
            high = sum(map(mul, row, far)) + q * common
            near, far, common = [a * x for x in near], [a * x for x in far], a * common
            near[column], far[column] = -low, -high
        divisor = gcd(common, *near, *far) * (1 if common > 0 else -1)
        return [x // divisor for x in near], [x // divisor for x in far], common // divisor

    def is_key(self, key: str, point: Point) -> bool:
        """Whether this is the key of a point: layer by layer, in each the forms for the letters before."""
        near, far, common = point
        start = longest((common, *near, *far))
        low, high = [*near, common], [*far, 0, common]
        for top, layer in enumerate(self.layers):
            letters = key[self.first[top] : self.first[top + 1]]
            if not letters:
                continue
            self.spend(len(letters) * self.d, start, self.bits[top + 1])
            forms = list(compress(self.forms(top, key), layer.relu))
            if letters != signs(forms, low, high if any(far) else None):
                return False
        self.spend(len(self.sides) * self.d, start, self.side_bits)
        return key[self.neurons :] == signs(self.sides, low, high if self.space else None)

    def evaluated(self, place: list[int]) -> str:
        """The key of a point, its common denominator last: the network evaluated, the sides compared."""
        values = place
        letters: list[str] = []
        start = longest(place)
        for below, x in zip(self.bits, self.layers, strict=False):
            self.spend(x.size, start + below, x.bits)
            rows = [[*w, b] for w, b in zip(x.weight, x.bias, strict=True)]
            letters += compress(signs(rows, values), x.relu)
            z = [sum(map(mul, row, values)) for row in rows]
            passed = [v if v > 0 or not on else 0 for v, on in zip(z, x.relu, strict=True)]
            values = [*passed, values[-1] * x.denominator]
        self.spend(len(self.sides) * self.d, start, self.side_bits)
        infinity = [0] * (self.d + 1) + [1] if self.space else None
        return "".join(letters) + signs(self.sides, place, infinity)


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


def signs(forms: Sequence[Sequence[int]], low: list[int], high: list[int] | None = None) -> str:
    """The signs of p + M q for each form, p its value at `low` and q at `high`, if that is given."""
    values = [sum(map(mul, form, low)) for form in forms]
    if high:
        values = [sum(map(mul, form, high)) or p for form, p in zip(forms, values, strict=True)]
    return "".join(["+" if z > 0 else "-" if z else "0" for z in values])


def eliminate(row: list[int], pivot: list[int], column: int) -> list[int]:
    """A multiple of `row` with a multiple of `pivot` subtracted, so that `column` vanishes."""
    a, b = pivot[column], row[column]
    row = [a * x - b * y for x, y in zip(row, pivot, strict=True)] if b else row
    divisor = gcd(*row)
    return [x // divisor for x in row] if divisor > 1 else row


def longest(numbers: Iterable[int]) -> int:
    """Bits of the longest one."""
    return max(map(int.bit_length, numbers), default=0)


def echelon(rows: Iterable[list[int]], width: int, problem: Problem) -> list[tuple[int, list[int]]]:
    """As many rows as the rank in the first `width` columns, each with a column that no later one has.

    They vanish together where the given rows do, if the rank is `width`.
    """
    pivots: list[tuple[int, list[int]]] = []
    for row in rows:
        for column, pivot in pivots:
            row = problem.eliminated(row, pivot, column)
        column = next((i for i in range(width) if row[i]), -1)
        if column >= 0:
            pivots.append((column, row))
        if len(pivots) == width:
            break
    return pivots


class Cells:
    """The generated cells. A key is an integer here, a bit for each + and, above those, one for each -.

    So `|` is the union of keys, and the cell `a` is a face of `b` iff `a | b == b`. With a `root` these
    are the cells of a section: those in the closures of some regions of the first neurons' complex.
    """

    def __init__(self, problem: Problem, memory: int, root: Root | None = None) -> None:
        self.problem, self.d, self.memory, self.root = problem, problem.d, memory, root
        self.length = problem.neurons + len(problem.sides)
        self.all = (1 << self.length) - 1
        self.inside = (1 << len(problem.sides)) - 1  # the sides are the last letters
        self.vertices: list[int] = []
        self.zeros: list[list[int]] = []  # of each vertex, bits of the letters 0
        self.regions: list[int] = []
        self.level: dict[int, int] = {}
        self.facets: dict[int, list[int]] = {}
        self.size: dict[int, int] = {}  # number of vertices

    def read(self, lines: Lines, vertices: int, regions: int) -> None:
        """Vertices and regions as they are listed, with all their faces, and the conditions on them."""
        start, before, word = lines.number, "", re.compile(f"[-0+]{{{self.length}}}")
        for _ in range(vertices):
            key = lines.next()
            readable(isinstance(key, str) and bool(word.fullmatch(key)), "not a key")
            demand(before < key, "the vertices are not distinct and in order")
            demand("-" not in key[self.problem.neurons :], "the vertex is outside the domain")
            point = self.problem.point(key)
            demand(self.problem.is_key(key, point), "the vertex has another key")
            self.add_vertex(key)
            before = key
        last = [-1]
        for _ in range(regions):
            region = lines.next()
            readable(isinstance(region, list) and bool(region), "not a list of vertices")
            readable(all(type(v) is int for v in region), "not a list of vertices")
            demand(last < region, "the regions are not distinct and in order")
            demand(all(a < b for a, b in pairwise([-1, *region, vertices])), "bad vertices")
            self.add_region(region)
            last = region
        end = lines.number
        self.close(lines, start)
        lines.number = end

    def store(self, key: int, level: int, facets: list[int], size: int) -> None:
        self.memory -= 500 + self.length // 4 + 8 * len(facets)
        readable(self.memory >= 0, "more cells than the limit")
        self.level[key], self.facets[key], self.size[key] = level, facets, size

    def add_vertex(self, text: str) -> None:
        plus, minus = text.translate({45: "0", 43: "1"}), text.translate({45: "1", 43: "0"})
        key = int(minus, 2) << self.length | int(plus, 2)
        last = self.length - 1
        self.vertices.append(key)
        self.zeros.append([1 << last - i for i, letter in enumerate(text) if letter == "0"])
        self.memory -= 40 * len(self.zeros[-1])
        self.store(key, 0, [], 1)

    def add_region(self, vertices: Sequence[int]) -> None:
        corners = [self.vertices[v] for v in vertices]
        key = reduce(or_, corners)
        demand(not key & key >> self.length & self.all, "a neuron has both signs on the region")
        demand(key not in self.level, "the region is a face or a copy of another one")
        vanish: dict[int, int] = {}  # constraint -> corners on it, a bit for each
        for place, v in enumerate(vertices):
            for bit in self.zeros[v]:
                vanish[bit] = vanish.get(bit, 0) | 1 << place
        self.problem.spend(len(corners) + sum(map(int.bit_count, vanish.values())), self.length)
        planes: dict[int, int] = {}  # corners on a constraint -> letters of all such constraints
        for bit, on in vanish.items():
            planes[on] = planes.get(on, 0) | bit | bit << self.length
        whole = (1 << len(corners)) - 1
        planes.pop(whole, None)
        known = {1 << place: corner for place, corner in enumerate(corners)}
        self.visit(key, whole, planes, known)
        demand(self.level[key] == self.d, f"the region is not of level {self.d}")
        self.regions.append(key)

    def visit(self, key: int, face: int, planes: dict[int, int], known: dict[int, int]) -> int:
        """The key of a face of a cell `key`; at first sight the face's own facets are found and tested.

        Sets of a region's vertices are integers, a bit for each. `planes`: the sets of the cell's vertices,
        but for none and all, on which constraints vanish, with the letters of these; `known`: keys of
        the region's faces found so far.
        """
        size = face.bit_count()
        if size == 2:  # the ends of an edge: each is a facet
            facets = [known[face & -face], known[1 << face.bit_length() - 1]]
            key = facets[0] | facets[1]
            if key not in self.level:
                self.store(key, 1, facets, 2)
        else:
            for on, letters in planes.items():
                if on & face == face:
                    key &= ~letters
            if key not in self.level:
                self.add_face(key, face, planes, known)
        demand(self.size[key] == size, "a face with other vertices than before")
        return key

    def add_face(self, key: int, face: int, planes: dict[int, int], known: dict[int, int]) -> None:
        below: dict[int, int] = {}  # the planes of the face
        for on, letters in planes.items():
            part = on & face
            if part and part != face:
                below[part] = below.get(part, 0) | letters
        self.problem.spend(2 * len(planes), face.bit_count())
        for part in below:
            if part not in known:
                known[part] = self.visit(key, part, below, known)
        keys = [known[part] for part in below]
        demand(bool(keys), "a cell has no facets")
        levels = [self.level[part] for part in keys]
        level = max(levels)
        facets = keys if min(levels) == level else [k for k in keys if self.level[k] == level]
        ridges = Counter(chain.from_iterable([self.facets[facet] for facet in facets]))
        demand(level > 0 or len(facets) == 2, "an edge has not two ends")
        demand({*ridges.values()} <= {2}, "a face of a cell is not in two of its facets")
        self.store(key, level + 1, facets, face.bit_count())

    def shown(self, key: int) -> bool:
        """Whether a cell lies on no side of the domain."""
        return key & self.inside == self.inside

    def close(self, lines: Lines, start: int) -> None:
        """The conditions on the list as a whole, which follows the line `start`."""
        used = set(chain.from_iterable(self.facets.values()))
        for lines.number, key in enumerate(self.vertices, start + 1):
            demand(key in used, "no region uses this vertex")
        lines.number = start
        demand(len(self.level) == len(used) + len(self.regions), "a face that is no cell's facet")
        owners = Counter(chain.from_iterable(self.facets[region] for region in self.regions))
        for lines.number, region in enumerate(self.regions, start + 1 + len(self.vertices)):
            for facet in filter(self.shown, self.facets[region]):
                # Else it lies on a wall of the root, behind which the root has its region.
                if owners[facet] != 2 and self.holder(facet) == self.holder(region):
                    raise Refused(REJECTED, "a facet of this region is not in two regions")
        lines.number = start
        if self.root:
            full = self.root.regions == set(map(self.holder, self.regions))
            demand(
                full, "a region of the first neurons has no region, or another section's has one"
            )
            return
        touched = 0  # sides that a facet lies on
        for facet in owners:
            touched |= ~facet & self.inside
        demand(touched == self.inside, "a side of the domain has no facet")

    def holder(self, key: int) -> int:
        """The key of the root's cell that a cell lies in: the letters of the first neurons and sides."""
        if self.root is None:
            return 0
        dropped, length = self.length - self.root.length, self.root.length
        minus = key >> self.length + dropped & ~self.inside
        plus = (key & self.all) >> dropped & ~self.inside | key & self.inside
        return minus << length | plus

    def closure(self, keys: Iterable[int]) -> set[int]:
        """The cells with these keys and all their faces."""
        found, new = set(keys), set(keys)
        while new:
            new = set(chain.from_iterable(self.facets[key] for key in new)) - found
            found |= new
        return found

    def beginnings(self, keys: Iterable[int]) -> list[int]:
        """How many different beginnings of 0, 1, .. all neurons' letters the keys have."""
        # A digit to base 4 for each letter, so that sorting brings equal beginnings together.
        words = sorted(
            2 * int(f"{key >> self.length:b}", 4) + int(f"{key & self.all:b}", 4) for key in keys
        )
        places = Counter(self.length - ((a ^ b).bit_length() + 1) // 2 for a, b in pairwise(words))
        return list(accumulate((places[i] for i in range(self.problem.neurons)), initial=1))

    def count(self) -> Counter[str]:
        """What the claims are made of; of a section only the cells that none before it holds."""
        counts: Counter[tuple[str, int]] = Counter()
        space, walls = self.problem.space, []
        for key, level in self.level.items():
            shown = self.shown(key)
            if (space and not shown) or (self.root and self.holder(key) not in self.root.own):
                continue
            zeros = self.length - ((key | key >> self.length) & self.all).bit_count()
            facets = self.facets[key]
            inner = sum(map(self.shown, facets)) if space or level == self.d else 0
            outer = inner if space else len(facets)
            counts["cells", level] += 1
            counts["degenerate", level] += zeros != self.d - level
            counts["pairs", level] += outer
            if level == self.d:
                counts["facets", inner] += 1
                counts["all_facets", outer] += 1
            elif level == self.d - 1 and shown:
                walls.append(key)
        # Each region of the first neurons holds regions, each wall between two such regions holds walls,
        # and a wall's beginning is that of the one or of the other.
        regions, both = self.beginnings(self.regions), self.beginnings([*self.regions, *walls])
        for i in range(self.root.neurons if self.root else 1, len(regions)):
            counts["regions", i], counts["walls", i] = regions[i], both[i] - regions[i]
        return Counter({f"{name} {i}": n for (name, i), n in counts.items() if n})


class Root(NamedTuple):
    """What a section has to do with the complex of the first neurons."""

    neurons: int
    length: int  # of the keys of that complex
    regions: set[int]  # the section's share
    own: set[int]  # cells in their closures that are in those of no section before


class Facts(NamedTuple):
    """What theorems speak of, recounted."""

    f: list[int]  # number of cells of each dimension
    pairs: list[int]  # number of pairs of such a cell and a facet of it, not on R^d's boundary
    simple: bool
    inner: dict[
        int, int
    ]  # number of regions by facets, without those on the boundary of the domain
    outer: dict[int, int]  # and with them
    growth: list[tuple[int, int]]  # (walls, regions) of the first 1, 2, .. neurons


def claims(problem: Problem, counts: Counter[str]) -> dict[str, Any]:
    """All claims, from what was counted."""
    table: dict[str, dict[int, int]] = {}
    for name, count in counts.items():
        word, number = name.split()
        table.setdefault(word, {})[int(number)] = count

    def row(name: str, places: range) -> list[int]:
        return [table.get(name, {}).get(i, 0) for i in places]

    dimensions, neurons = range(problem.d + 1), range(1, problem.neurons + 1)
    facts = Facts(
        row("cells", dimensions),
        row("pairs", dimensions),
        "degenerate" not in table,
        table["facets"],
        table["all_facets"],
        list(zip(row("walls", neurons), row("regions", neurons), strict=True)),
    )
    return {
        "f_vector": facts.f,
        "facet_histogram": {str(n): count for n, count in facts.inner.items()},
        "facet_histogram_with_domain_boundary": {str(n): c for n, c in facts.outer.items()},
        "mean_facets": str(mean(facts.inner)),
        "mean_facets_with_domain_boundary": str(mean(facts.outer)),
        "regions": facts.f[problem.d],
        "simple": facts.simple,
        "verdicts": verdicts(problem, facts),
    }


def mean(histogram: dict[int, int]) -> Fraction:
    return Fraction(sum(n * count for n, count in histogram.items()), sum(histogram.values()))


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
    inner, outer = mean(facts.inner), mean(facts.outer)
    bound = log2_between(f[d], inner)
    state("log-mean", [(inner, "<=", bound or 0)], None if bound is None else True)
    if problem.box:
        if d == 2:
            state("box-2d", [(outer, "=", 4)], facts.simple)
        deep = [(outer, "<=", density(d, units, Fraction(2 * d)))]
        state("deep-box", deep + [(outer, "<=", by_depth(d, depth + 1))] * (depth > 0))
    if not problem.space:
        return found
    # Generic and supertransversal is generic and simple: proofs/theorems_deep.md, Theorem 1.
    published = generic(problem) if facts.simple else False
    proved = True if one_layer or d <= 2 else published
    twice = Fraction(2 * f[d - 1], f[d])
    state("avg-facets", [(twice, "<=", 2 * d)], proved)
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
    deep = [(twice, "<=", density(min(d, sum(units[0])), units, Fraction(0)))]
    state("deep-bound", deep + [(twice, "<", by_depth(d, depth))] * (depth > 0))
    most = [2 * k + (2 * (max(depth, 1) - 1) * (d - 2) if k > 1 else 0) for k in range(d + 1)]
    bounds = [Fraction(prod(most[i + 1 : j + 1]), factorial(j - i)) for j in ks for i in range(j)]
    true_cubes = [(c[0], "<=", bound) for c, bound in zip(cubes, bounds, strict=True)]
    state("deep-faces", true_cubes, facts.simple)
    if d > 2:
        needed = max(1, (twice - 4) // (2 * d - 4) + 1) if twice else 0
        state("depth-needed", [(needed, "<=", depth)])
    means = [Fraction(2 * walls, regions) for walls, regions in growth]
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
        state("shallow-mean", [(twice, "=", exact)], position)
        if not any(row[-1] for row in first):
            regions, walls = central(n, d), n * central(n - 1, d - 1) if d > 1 else min(n, 1)
            sides: list[Side] = [(f[d], "=", regions), (twice, "=", Fraction(2 * walls, regions))]
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


def check_whole(lines: Lines, header: dict[str, Any], cells: Cells) -> str:
    """What a list of all vertices and regions proves."""
    cells.read(lines, header["vertices"], header["regions"])
    lines.end()
    size = f"{len(cells.vertices)} vertices and {len(cells.regions)} regions"
    counted = compare(lines, header, claims(cells.problem, cells.count()))
    return (
        f"the {size} are the whole complex. Recounted from its {len(cells.level)} cells:\n{counted}"
    )


def check_sections(
    lines: Lines, header: dict[str, Any], problem: Problem, memory: int, part: range
) -> str:
    """What the sections prove if the `part` of them that is checked is all."""
    neurons = header["prefix"]
    readable(0 < neurons <= problem.neurons, "the root is not of some of the first neurons")
    first = Problem(beginning(header["network"], neurons), header["domain"], problem.work)
    root = Cells(first, memory)
    root.read(lines, header["vertices"], header["regions"])
    names = [f"{name} {i}" for name in ("regions", "walls") for i in range(1, neurons)]
    counts = Counter({name: n for name, n in root.count().items() if name in names})
    held: set[int] = set()  # cells of the root in the sections so far
    for number in range(header["sections"]):
        section = read_section(lines, len(root.regions))
        share = {root.regions[i] for i in section["root"]}
        demand(not held & share, "a region of the first neurons is in two sections")
        closure = root.closure(share)
        counts.update(section["counts"])
        if number in part:
            start = lines.number
            cells = Cells(problem, memory, Root(neurons, root.length, share, closure - held))
            cells.read(lines, section["vertices"], section["regions"])
            found, end, lines.number = spelling(cells.count()), lines.number, start
            demand(found == spelling(section["counts"]), f"the counts are {found[:200]}")
            lines.number = end
        else:
            for _ in range(section["vertices"] + section["regions"]):
                lines.pass_over()
        held |= closure
    lines.end()
    demand(held.issuperset(root.regions), "a region of the first neurons is in no section")
    counted = compare(lines, header, claims(problem, counts))
    size = f"{counts[f'cells {problem.d}']} regions in {header['sections']} sections"
    return f"the {size} are the whole complex. Recounted:\n{counted}"


def beginning(network: dict[str, Any], neurons: int) -> dict[str, Any]:
    """The network of the first neurons alone: units after the last of them are cut off."""
    layers = []
    for layer in network["layers"]:
        ends = [u for u, on in enumerate(accumulate(layer["relu"]), 1) if on == neurons]
        layers.append({name: rows[: ends[0] if ends else None] for name, rows in layer.items()})
        neurons -= sum(layer["relu"])
        if ends:
            break
    return {**network, "layers": layers}


def read_section(lines: Lines, regions: int) -> dict[str, Any]:
    """The line that begins a section."""
    section = lines.next()
    readable(isinstance(section, dict) and sorted(section) == SECTION.split(), "not a section")
    root, counts = section["root"], section["counts"]
    readable(isinstance(root, list) and all(type(i) is int for i in root), "root is not a list")
    demand(all(a < b for a, b in pairwise([-1, *root, regions])), "no such regions in the root")
    readable(isinstance(counts, dict) and all(map(COUNT.fullmatch, counts)), "bad counts")
    numbers = [section["vertices"], section["regions"], *counts.values()]
    readable(all(type(n) is int and n > 0 for n in numbers), "bad counts")
    return dict(section)


def compare(lines: Lines, header: dict[str, Any], counted: dict[str, Any]) -> str:
    """Demand that the claims are what was counted, and say what that is."""
    lines.number = 1
    for name in CLAIMS.split():
        same = spelling(header["claims"][name]) == spelling(counted[name])
        demand(same, f"{name} is {spelling(counted[name])[:200]}, not as claimed")
    theorems = counted.pop("verdicts")
    words = [f"  {name}: {spelling(value)}" for name, value in counted.items()]
    words += [f"  theorem {name}: {outcome(entry)}" for name, entry in theorems.items()]
    return "\n".join(words)


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
        key = problem.evaluated([*(int(x * common) for x in place), common])
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
    readable(version in ("3", "4"), "unknown version of the format")
    names = sorted([*HEADER.split(), *(["prefix", "sections"] if version == "4" else [])])
    readable(sorted(header) == names, "the header has missing or unknown entries")
    source = header["source"]
    readable(isinstance(source, dict) and sorted(source) == ["name", "notes"], "bad source")
    texts = [source["name"], *source["notes"]] if isinstance(source["notes"], list) else [0]
    readable(all(isinstance(text, str) for text in texts), "bad source")
    readable(type(header["complete"]) is bool, "complete is not true or false")
    readable(header["facets"] == FACETS, "facets are defined in an unknown way")
    names = CLAIMS.split() if header["complete"] else ["regions_at_least"]
    readable(isinstance(header["claims"], dict), "claims is not an object")
    readable(sorted(header["claims"]) == names, "missing or unknown claims")
    for name in {"vertices", "regions", "prefix", "sections"}.intersection(header):
        readable(type(header[name]) is int, f"the number of {name} is not an integer")
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
    if "sections" in header:
        every = range(header["sections"])
        chosen = every if part is None else part
        readable(chosen.stop <= every.stop, "there are no such sections")
        text = check_sections(lines, header, problem, MAX_MEMORY * scale, chosen)
        if part is not None:
            text = f"sections {part.start} to {part.stop - 1} of {every.stop} are right. {OTHERS}{text}"
    else:
        readable(part is None, "the certificate has no sections")
        if header["complete"]:
            text = check_whole(lines, header, Cells(problem, MAX_MEMORY * scale))
        else:
            text = check_partial(lines, header, problem)
    if header["complete"]:
        text = f"{'ACCEPTED' if part is None else PART_ONLY}: {text}"
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
    """Exit code and message; `part`: of the sections, the only ones that are checked."""
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


def section_range(text: str) -> range:
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
    parser.add_argument("--sections", metavar="A:B", type=section_range, help="a part of the check")
    try:
        given = parser.parse_args(argv)
    except SystemExit:
        return UNREADABLE
    code, message = check_file(given.file, given.scale, given.sections)
    print(message)
    return code


if __name__ == "__main__":
    sys.exit(main())
