#!/usr/bin/env python3
"""Check a certificate of the exact polyhedral complex of a ReLU network: `python check.py FILE`.

Standard library only; nothing in the file is believed. A *key* is a word over -, 0, + with one letter
a neuron (the sign of its pre-activation) and one a side of the box (0 on it, + inside). The points of
the domain with one key form a *cell*. On R^d the box is [-M,M]^d with a formal M above every number.

1. The key of each listed vertex determines a point; the network is evaluated there, exactly, and must
   give that key.                                                                          (`point`)
2. A region is listed as its vertices; its key is their union, in which no sign may meet its opposite.
   The facets of a cell are the largest proper sets of its vertices on which a constraint vanishes,
   and so on down to the vertices: this generates faces, every one with its level.         (`Cells`)
3. An edge has two ends; a face two levels below a cell lies in two of the cell's facets; a facet off
   the boundary of the domain lies in two regions; every vertex is used.                   (`Cells`)
4. Then the levels are all the cells of dimension 0..d, with all their facets (proofs/completeness.md,
   Theorem A), and every claim is counted again.                                          (`recount`)

A partial certificate lists points; each must lie in the interior of the region whose key is given.
Exit code: 0 accepted, 1 rejected, 3 not readable (or beyond the limits below; `--scale K` multiplies
those on size and work, so that a hostile file cannot exhaust the machine unasked).
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import sys
import zlib
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import chain, pairwise
from math import gcd, lcm
from operator import mul
from typing import Any, BinaryIO

MAX_LINE = 1 << 24  # bytes a line, which bounds what the JSON parser builds
MAX_TEXT = 4000  # characters a number
MAX_BITS = 1 << 15  # bits of the product of all denominators of the layers
MAX_SIZE = 1 << 31  # bits of all weights of a layer over their common denominator
MAX_DIMENSION = 64
MAX_BYTES = 1 << 31  # bytes of the file, decompressed
MAX_MEMORY = 1 << 32  # bytes, about, for the cells
MAX_WORK = 10**11  # operations on machine words, about; hours

FACETS = (
    "a facet of a region is a (d-1)-cell in its closure; facet_histogram and mean_facets leave out"
    " facets on the boundary of the domain, the ones with_domain_boundary count them; on R^d there"
    " are none"
)
HEADER = "claims complete digest domain facets format network regions source version vertices"
CLAIMS = (
    "f_vector facet_histogram facet_histogram_with_domain_boundary mean_facets"
    " mean_facets_with_domain_boundary regions simple"
)
RATIONAL = re.compile(r"(0|-?[1-9][0-9]*)(/[1-9][0-9]*)?")

Point = tuple[list[int], list[int], int]  # (P, Q, D): the point (P + M Q) / D, D > 0


class Rejected(Exception):
    """The certificate is readable and wrong."""


class Unreadable(Exception):
    """The file is not a certificate, or beyond the limits."""


def demand(condition: bool, reason: str) -> None:
    if not condition:
        raise Rejected(reason)


def readable(condition: bool, reason: str) -> None:
    if not condition:
        raise Unreadable(reason)


class Lines:
    """The lines of a file, plain or gzip, one JSON value each, in canonical spelling."""

    def __init__(self, file: BinaryIO, limit: int) -> None:
        self.file, self.left, self.number = file, limit, 0

    def text(self) -> bytes:
        self.number += 1
        line = self.file.readline(min(MAX_LINE, self.left) + 1)
        self.left -= len(line)
        readable(self.left >= 0, "the file is larger than the limit")
        readable(len(line) <= MAX_LINE, "the line is longer than the limit")
        return line

    def next(self) -> Any:
        line = self.text()
        readable(line.endswith(b"\n"), "the file ends here, too early")
        value = json.loads(line)
        canonical = json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n"
        readable(canonical == line, "not in canonical spelling")
        return value


def rational(text: Any) -> Fraction:
    readable(isinstance(text, str) and len(text) <= MAX_TEXT, "a number is no string or too long")
    readable(bool(RATIONAL.fullmatch(text)), f"{text[:40]!r} is not a rational number")
    number = Fraction(text)
    readable(str(number) == text, f"{text[:40]!r} is not in lowest terms")
    return number


class Layer:
    """`z = (weight h + bias) / denominator` in integers; `relu` marks the units that are neurons."""

    def __init__(self, data: Any, inputs: int | None) -> None:
        readable(isinstance(data, dict) and set(data) == {"weight", "bias", "relu"}, "bad layer")
        rows, bias, relu = data["weight"], data["bias"], data["relu"]
        for part in (rows, bias, relu):
            readable(isinstance(part, list) and len(part) == len(rows) > 0, "bad layer")
        readable(all(isinstance(row, list) and row for row in rows), "weight is not a matrix")
        self.inputs, self.outputs = len(rows[0]), len(rows)
        shape = {len(row) for row in rows} | ({inputs} if inputs else set())
        readable(len(shape) == 1, "the shapes of the weights do not fit")
        readable(all(type(kind) is bool for kind in relu), "relu is not a list of truth values")
        table = [[rational(x) for x in [*row, b]] for row, b in zip(rows, bias, strict=True)]
        self.denominator = 1
        for number in chain.from_iterable(table):
            self.denominator = lcm(self.denominator, number.denominator)
            readable(self.denominator.bit_length() <= MAX_BITS, "too large denominators")
        bits = self.denominator.bit_length() * len(relu) * (1 + self.inputs)
        readable(bits <= MAX_SIZE, "too many weights with too large denominators")
        integers = [[int(x * self.denominator) for x in row] for row in table]
        self.weight = [row[:-1] for row in integers]
        self.bias = [row[-1] for row in integers]
        self.columns = list(zip(*self.weight, strict=True))
        self.relu: list[bool] = relu


class Problem:
    """A network on a domain. Constraints: neurons 0..N-1, then sides 2i (lower) and 2i+1 (upper)."""

    def __init__(self, network: Any, domain: Any, work: int) -> None:
        readable(isinstance(network, dict) and set(network) == {"format", "layers"}, "bad network")
        readable(network["format"] == "exactpoly-network-1", "unknown format of the network")
        readable(isinstance(network["layers"], list) and bool(network["layers"]), "no layers")
        self.layers: list[Layer] = []
        self.scale = [1]  # product of the denominators of the layers below
        self.first = [0]  # number of neurons below
        for data in network["layers"]:
            self.layers.append(Layer(data, self.layers[-1].outputs if self.layers else None))
            self.scale.append(self.scale[-1] * self.layers[-1].denominator)
            self.first.append(self.first[-1] + sum(self.layers[-1].relu))
            readable(self.scale[-1].bit_length() <= MAX_BITS, "too large denominators")
        self.d = self.layers[0].inputs
        readable(self.d <= MAX_DIMENSION, f"input dimension above {MAX_DIMENSION}")
        self.units = [
            (index, unit)
            for index, layer in enumerate(self.layers)
            for unit, kind in enumerate(layer.relu)
            if kind
        ]
        self.neurons = len(self.units)
        self.size = sum(layer.inputs * layer.outputs for layer in self.layers)
        self.work = work
        # A side as (p, q, c): the side lies at x_i = (p + M q) / c.
        self.space = domain == "R^d"
        self.sides = [(0, q, 1) for _ in range(self.d) for q in (-1, 1)]
        if not self.space:
            shape = isinstance(domain, list) and len(domain) == self.d
            readable(shape and all(isinstance(b, list) and len(b) == 2 for b in domain), "domain")
            box = [[rational(x) for x in bounds] for bounds in domain]
            readable(all(low < high for low, high in box), "the box has no interior")
            self.sides = [(x.numerator, 0, x.denominator) for x in chain.from_iterable(box)]

    def spend(self, work: int) -> None:
        self.work -= work
        readable(self.work >= 0, "more work than the limit")

    def form(self, constraint: int, row: str) -> list[int]:
        """Gradient, constant and coefficient of M of a constraint's affine form, on the cell `row`.

        Up to a positive factor. Of the neurons below, those with + pass their value on.
        """
        if constraint >= self.neurons:
            p, q, c = self.sides[constraint - self.neurons]
            axis = (constraint - self.neurons) // 2
            return [c if i == axis else 0 for i in range(self.d)] + [-p, -q]
        top, unit = self.units[constraint]
        self.spend(self.size * (1 + self.scale[top].bit_length() // 64))
        line = self.layers[top].weight[unit]
        constant = self.layers[top].bias[unit] * self.scale[top]
        for index in range(top - 1, -1, -1):
            layer = self.layers[index]
            signs = iter(row[self.first[index] :])
            line = [
                x if not kind or next(signs) == "+" else 0
                for x, kind in zip(line, layer.relu, strict=True)
            ]
            constant += sum(map(mul, line, layer.bias)) * self.scale[index]
            line = [sum(map(mul, line, column)) for column in layer.columns]
        return [*line, constant, 0]

    def key(self, point: Point) -> str:
        """The key of a point: the network evaluated, and the sides compared."""
        near, far, common = point
        self.spend(self.size * (1 + common.bit_length() // 64))
        parts = [(near, common), (far, 0)] if any(far) else [(near, common)]
        letters = []
        for layer in self.layers[: self.units[-1][0] + 1 if self.units else 0]:
            parts = [
                (
                    [
                        sum(map(mul, w, h)) + b * t
                        for w, b in zip(layer.weight, layer.bias, strict=True)
                    ],
                    t * layer.denominator,
                )
                for h, t in parts
            ]
            signs = [sign(z) for z in zip(*(h for h, _ in parts), strict=True)]
            letters += [s for s, kind in zip(signs, layer.relu, strict=True) if kind]
            on = [not kind or s == "+" for s, kind in zip(signs, layer.relu, strict=True)]
            parts = [([z if o else 0 for z, o in zip(h, on, strict=True)], t) for h, t in parts]
        for side, (p, q, c) in enumerate(self.sides):
            axis, inward = side // 2, -1 if side % 2 else 1
            z = (near[axis] * c - p * common) * inward, (far[axis] * c - q * common) * inward
            letters.append(sign(z))
        return "".join(letters)

    def point(self, key: str) -> Point:
        """The one point where all constraints with 0 in the key vanish."""
        pivots: list[tuple[int, list[int]]] = []
        zeros = [k for k, letter in enumerate(key) if letter == "0"]
        for constraint in sorted(zeros, key=lambda k: (k < self.neurons, k)):  # sides are cheap
            row = self.form(constraint, key)
            for column, pivot in pivots:
                row = eliminate(row, pivot, column)
            column = next((i for i in range(self.d) if row[i]), -1)
            if column >= 0:
                pivots = [(c, eliminate(pivot, row, column)) for c, pivot in pivots]
                pivots.append((column, row))
            if len(pivots) == self.d:
                break
        demand(len(pivots) == self.d, "the zeros of the key do not determine a point")
        rows = [row for _, row in sorted(pivots)]
        common = lcm(*(row[i] for i, row in enumerate(rows)))
        factors = [-common // row[i] for i, row in enumerate(rows)]
        near = [row[-2] * f for row, f in zip(rows, factors, strict=True)]
        return near, [row[-1] * f for row, f in zip(rows, factors, strict=True)], common


def sign(parts: Sequence[int]) -> str:
    """The sign of p, or of p + M q given as (p, q)."""
    leading = parts[-1] or parts[0]
    return "+" if leading > 0 else "-" if leading else "0"


def eliminate(row: list[int], pivot: list[int], column: int) -> list[int]:
    """`row` with a multiple of `pivot` subtracted so that its entry in `column` vanishes."""
    if row[column]:
        a, b = pivot[column], row[column]
        row = [a * x - b * y for x, y in zip(row, pivot, strict=True)]
    divisor = gcd(*row)
    return [x // divisor for x in row] if divisor > 1 else row


class Cells:
    """The faces of the listed regions. A key is an integer: a bit for each +, above those one for each -.

    So the union of keys is `|`, and `a` is below `b` iff `a | b == b`.
    """

    def __init__(self, problem: Problem, limit: int) -> None:
        self.problem, self.d, self.memory = problem, problem.d, limit
        self.length = problem.neurons + 2 * problem.d
        self.all = (1 << self.length) - 1
        self.inside = (1 << 2 * problem.d) - 1  # the sides are the last letters
        self.vertices: list[int] = []
        self.level: dict[int, int] = {}
        self.facets: dict[int, tuple[int, ...]] = {}
        self.regions: list[int] = []

    def add_vertex(self, text: str) -> None:
        plus = int(text.translate({43: "1", 45: "0"}), 2)
        minus = int(text.translate({43: "0", 45: "1"}), 2)
        key = minus << self.length | plus
        self.vertices.append(key)
        self.store(key, 0, ())

    def store(self, key: int, level: int, facets: tuple[int, ...]) -> None:
        self.memory -= 300 + self.length // 4 + 8 * len(facets)
        readable(self.memory >= 0, "more cells than the limit")
        self.level[key], self.facets[key] = level, facets

    def union(self, vertices: Sequence[int]) -> int:
        key = 0
        for v in vertices:
            key |= self.vertices[v]
        return key

    def add_region(self, vertices: Sequence[int]) -> None:
        key = self.union(vertices)
        demand(not key & key >> self.length & self.all, "a neuron has both signs on the region")
        demand(key not in self.level, "the region is a face or a copy of another one")
        demand(self.visit(key, vertices, self.d) == self.d, f"the region has not level {self.d}")
        self.regions.append(key)

    def visit(self, key: int, vertices: Sequence[int], room: int) -> int:
        """The level of a cell; on first sight its faces are generated and tested."""
        if key in self.level:
            return self.level[key]
        demand(room > 0, "a chain of faces is too long")
        vanish: dict[int, list[int]] = {}
        for v in vertices:
            vertex = self.vertices[v]
            zeros = (key & ~vertex | (key & ~vertex) >> self.length) & self.all
            self.problem.spend((1 + zeros.bit_count()) * (1 + self.length // 64))
            while zeros:
                bit = zeros & -zeros
                vanish.setdefault(bit, []).append(v)
                zeros ^= bit
        sets = {self.union(face): face for face in vanish.values()}
        self.problem.spend(len(sets) ** 2 * (1 + self.length // 64))
        facets: list[int] = []
        for face in sorted(sets, key=lambda union: -len(sets[union])):
            if not any(face | other == other for other in facets):
                facets.append(face)
        levels = {self.visit(face, sets[face], room - 1) for face in facets}
        demand(len(levels) == 1, "a face has no facets or facets of different levels")
        level = levels.pop() + 1
        if level == 1:
            demand(len(facets) == 2, "an edge has not two ends")
        else:
            ridges = Counter(chain.from_iterable(self.facets[face] for face in facets))
            demand(set(ridges.values()) == {2}, "a face of a cell is not in two of its facets")
        self.store(key, level, tuple(facets))
        return level

    def shown(self, key: int) -> bool:
        """Whether a cell lies on no side of the box."""
        return key & self.inside == self.inside

    def close(self, region_line: int) -> tuple[str, int] | None:
        """What is wrong with the list as a whole, and the line to blame."""
        used = set(chain.from_iterable(self.facets.values()))
        for v, key in enumerate(self.vertices):
            if key not in used:
                return "no region uses this vertex", v + 2
        owners = Counter(chain.from_iterable(self.facets[region] for region in self.regions))
        for place, region in enumerate(self.regions):
            for facet in self.facets[region]:
                if self.shown(facet) and owners[facet] != 2:
                    return "a facet of this region is not in two regions", region_line + place
        return None

    def recount(self) -> dict[str, Any]:
        """Every claim, counted."""
        space = self.problem.space
        f_vector = [0] * (self.d + 1)
        simple = True
        for key, level in self.level.items():
            if not space or self.shown(key):
                f_vector[level] += 1
                nonzero = ((key | key >> self.length) & self.all).bit_count()
                simple = simple and self.length - nonzero == self.d - level
        inner = [sum(map(self.shown, self.facets[region])) for region in self.regions]
        outer = inner if space else [len(self.facets[region]) for region in self.regions]
        return {
            "f_vector": f_vector,
            "facet_histogram": {str(n): inner.count(n) for n in set(inner)},
            "facet_histogram_with_domain_boundary": {str(n): outer.count(n) for n in set(outer)},
            "mean_facets": str(Fraction(sum(inner), len(inner))),
            "mean_facets_with_domain_boundary": str(Fraction(sum(outer), len(outer))),
            "regions": len(self.regions),
            "simple": simple,
        }


def check_complete(lines: Lines, header: dict[str, Any], problem: Problem, scale: int) -> str:
    cells = Cells(problem, MAX_MEMORY * scale)
    word = re.compile(f"[-0+]{{{cells.length}}}")
    before = ""
    for _ in range(header["vertices"]):
        text = lines.next()
        readable(isinstance(text, str) and bool(word.fullmatch(text)), "not a key")
        demand(before < text, "the vertices are not distinct and in order")
        demand(problem.key(problem.point(text)) == text, "the vertex does not have this key")
        cells.add_vertex(text)
        before = text
    region_line, last = lines.number + 1, [-1]
    for _ in range(header["regions"]):
        vertices = lines.next()
        readable(isinstance(vertices, list) and bool(vertices), "not a list of vertices")
        readable(all(type(v) is int for v in vertices), "not a list of vertices")
        demand(last < vertices, "the regions are not distinct and in order")
        demand(all(a < b for a, b in pairwise(vertices)), "the vertices are not in order")
        demand(0 <= vertices[0] and vertices[-1] < len(cells.vertices), "there is no such vertex")
        cells.add_region(vertices)
        last = vertices
    readable(lines.text() == b"", "the file goes on after the last region")
    trouble = cells.close(region_line)
    if trouble:
        lines.number = trouble[1]
        raise Rejected(trouble[0])
    lines.number = 1
    counted, claims = cells.recount(), header["claims"]
    for name in CLAIMS.split():
        same = claims[name] == counted[name] and type(claims[name]) is type(counted[name])
        demand(same, f"{name} is {counted[name]}, not as claimed")
    sizes = ", ".join(f"{name} {counted[name]}" for name in CLAIMS.split())
    return (
        f"ACCEPTED: the {len(cells.vertices)} listed vertices and {counted['regions']} regions are"
        f" the whole complex\nrecounted from {len(cells.level)} cells: {sizes}"
    )


def check_partial(lines: Lines, header: dict[str, Any], problem: Problem) -> str:
    word = re.compile(f"[-0+]{{{problem.neurons}}}")
    before: str | None = None
    for _ in range(header["regions"]):
        entry = lines.next()
        readable(isinstance(entry, list) and len(entry) == problem.d + 1, "not a key and a point")
        row = entry[0]
        readable(isinstance(row, str) and bool(word.fullmatch(row)), "not a key and a point")
        demand(before is None or before < row, "the regions are not distinct and in order")
        place = [rational(x) for x in entry[1:]]
        common = lcm(*(x.denominator for x in place))
        key = problem.key(([int(x * common) for x in place], [0] * problem.d, common))
        demand(key == row + "+" * 2 * problem.d, "the point does not have this key")
        for neuron in (k for k, letter in enumerate(row) if letter == "0"):
            flat = not any(problem.form(neuron, row)[: problem.d])
            demand(flat, "the cell of the point is not full-dimensional")
        before = row
    readable(lines.text() == b"", "the file goes on after the last region")
    lines.number = 1
    demand(header["claims"] == {"regions_at_least": header["regions"]}, "regions_at_least is wrong")
    return (
        f"PARTIAL: accepted. {header['regions']} distinct regions exist, each shown by a point in its"
        " interior; that there are no others is neither claimed nor checked, nor are any facets"
    )


def check_lines(lines: Lines, scale: int) -> str:
    header = lines.next()
    readable(isinstance(header, dict), "the first line is not a header")
    readable(header.get("format") == "exactpoly-certificate", "not an exactpoly certificate")
    readable(header.get("version") == 1 and type(header["version"]) is int, "unknown version")
    readable(sorted(header) == HEADER.split(), "the header has missing or unknown entries")
    readable(type(header["complete"]) is bool, "complete is not a truth value")
    readable(header["facets"] == FACETS, "facets are defined in an unknown way")
    claims, complete = header["claims"], header["complete"]
    names = CLAIMS.split() if complete else ["regions_at_least"]
    readable(isinstance(claims, dict) and sorted(claims) == names, "missing or unknown claims")
    for name in ("vertices", "regions"):
        readable(type(header[name]) is int, f"{name} is not a number")
    demand(header["regions"] > 0, "no regions")
    demand(complete or header["vertices"] == 0, "a partial certificate lists no vertices")
    canonical = json.dumps(header["network"], sort_keys=True, separators=(",", ":"))
    problem = Problem(header["network"], header["domain"], MAX_WORK * scale)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    demand(header["digest"] == digest, "the digest is not that of the network")
    domain = "R^d" if problem.space else " x ".join(f"[{a},{b}]" for a, b in header["domain"])
    about = f"network {digest}, {problem.d} inputs, {problem.neurons} neurons, domain {domain}"
    body = check_complete(lines, header, problem, scale) if complete else ""
    return f"{body or check_partial(lines, header, problem)}\n{about}"


def check_file(path: str, scale: int = 1) -> tuple[int, str]:
    """Exit code and message."""
    try:
        with open(path, "rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            stream: Any = gzip.GzipFile(fileobj=raw) if packed else raw
            lines = Lines(stream, MAX_BYTES * scale)
            try:
                return 0, check_lines(lines, scale)
            except Rejected as error:
                return 1, f"REJECTED: line {lines.number}: {error}"
            except Unreadable as error:
                return 3, f"UNREADABLE: line {lines.number}: {error}"
            except (ValueError, RecursionError) as error:  # of the JSON parser
                return 3, f"UNREADABLE: line {lines.number}: not JSON ({type(error).__name__})"
    except (OSError, EOFError, zlib.error) as error:
        return 3, f"UNREADABLE: {type(error).__name__}: {error}"


def main(argv: Sequence[str] | None = None) -> int:
    words = list(sys.argv[1:] if argv is None else argv)
    scale = 1
    if len(words) == 3 and words[1] == "--scale" and words[2].isdecimal():
        scale, words = max(1, int(words[2])), words[:1]
    if len(words) != 1:
        print("usage: check.py FILE [--scale K]", file=sys.stderr)
        return 3
    code, message = check_file(words[0], scale)
    print(message)
    return code


if __name__ == "__main__":
    sys.exit(main())
