#!/usr/bin/env python3
"""Check a certificate of exact topology: `python check_topology.py FILE`.

Standard library, and `check.py` beside this file; nothing in the file is believed. It is about one of

* "level": the sets {f = c} ("zero"), {f <= c} ("sub"), {f >= c} ("super"), {f < c} ("below"), {f > c}
  ("above") of an output f, or some of them;
* "decision": the sets where an output is a largest one (classes), and where two are (the boundary);
* "persistence": how the sets {f <= t} change with t.

The file has a header, a certificate of the complex (of the network with the neuron f - c behind it for a
level, with all differences of outputs for a decision), facets with incidence numbers, and coreductions.

1. The cells are those of the complex's certificate, which `check.py` verifies.  (`check_whole` there)
2. Each cell is listed with its facets, each once, with numbers 1 or -1 such that the boundary of the
   boundary is 0. Such numbers are those of cellular homology.                         (`read_facets`)
3. The signs of the last neurons say which sets a cell is in. `pair a b`: a is the only facet of b still
   listed; `critical c`: c has none. In the end no cell of the set is listed.               (`replay`)
4. The boundaries of critical cells flow down the list; Smith forms of what they become give Betti
   numbers and torsion, which must be those claimed.                         (`flow`, `smith`, `judge`)
5. For persistence f is evaluated at each vertex, exactly; the value of a cell is the largest at its
   vertices. The steps go up in value, so the cells of a pair have one value. Columns of the boundaries of
   critical cells, added modulo 2, give the pairs.                 (`vertex_value`, `check_persistence`)

Why this proves the claims: proofs/topology.md. Exit code: 0 accepted, 1 rejected, 3 not readable or beyond
the limits; `--scale K` multiplies these as in check.py.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib.util
import sys
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from heapq import heappop, heappush
from itertools import combinations, pairwise
from math import gcd
from operator import mul
from pathlib import Path
from typing import Any, NamedTuple

_spec = importlib.util.spec_from_file_location("check", Path(__file__).with_name("check.py"))
if _spec is None or _spec.loader is None:
    raise ImportError("check.py must be beside check_topology.py")
check: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(check)
demand, readable = check.demand, check.readable

FORMAT = "exactpoly-topology"
_SETS = (
    "f_vector counts cells in the set, on a box those on its boundary too, on R^d none at infinity;"
    " betti and torsion are of ordinary homology over Z in degrees 0..d; relative is homology of the"
    " cells off the boundary of the domain, which on R^d is Borel-Moore homology, and with one more in"
    " degree 0 that of the one-point compactification"
)
CONVENTIONS = {
    "level": f"zero, sub, super are closed, below, above open in the domain; {_SETS}",
    "decision": "class i is the closed set where output i is a largest one, the decision boundary the"
    " closed set where two or more are, with all regions on which they tie; ties counts regions by the"
    f" outputs that are largest there; {_SETS}",
    "persistence": "of the closed sets f <= t in the domain, ordinary homology over Z/2; pairs are"
    " degree, birth, death with birth < death; a value q*M+p is at infinity, M above every number;"
    " critical pieces are connected unions of cells with the same largest value, with the dimensions of"
    " homology relative to all that is smaller in degrees 0..d, unless all are 0",
}
HEADER = {
    "level": "about claims component conventions format level version",
    "decision": "about claims conventions format version",
    "persistence": "about claims component conventions format version",
}
SIGNS = {"zero": "0", "sub": "0-", "super": "0+", "below": "-", "above": "+"}
CLOSED = ("zero", "sub", "super")


class Listed(NamedTuple):
    """Cells in the order of the file, lower dimensions first."""

    dimension: list[int]
    facets: list[list[int]]
    numbers: list[list[int]]  # 1 or -1, beside the facets
    keys: list[int]
    first: list[int]  # number of the first cell of each dimension, and of all cells


class Given(NamedTuple):
    """What every kind of certificate is judged by."""

    header: dict[str, Any]
    lines: Lines
    problem: Any
    cells: Any
    listed: Listed
    inside: list[bool]  # which cells lie on no side

    def letters(self, neuron: int) -> list[str]:
        """The sign of a neuron on every cell."""
        return [letter(self.cells, key, neuron) for key in self.listed.keys]


class Lines(check.Lines):  # type: ignore[misc]
    """Lines of a file in which the complex's certificate is followed by more."""

    def end(self) -> None:
        """The end of the complex's part is not that of the file."""

    def finish(self) -> None:
        super().end()


def letter(cells: Any, key: int, place: int) -> str:
    """The letter of a key, which is an integer."""
    bit = cells.length - 1 - place
    return "+" if key >> bit & 1 else "-" if key >> bit + cells.length & 1 else "0"


def integers(value: Any, what: str) -> list[int]:
    readable(isinstance(value, list) and all(type(x) is int for x in value), f"not {what}")
    return list(value)


def read_facets(lines: Lines, cells: Any) -> Listed:
    """The facets of all cells and incidence numbers: f for 1, -1 - f for -1, f the facet's number.

    Numbers count cells of all dimensions; the vertices are 0, 1, .. in the order of the certificate.
    """
    keys = list(cells.vertices)
    facets: list[list[int]] = [[] for _ in keys]
    numbers: list[list[int]] = [[] for _ in keys]
    first, seen = [0, len(keys)], set(keys)
    dimension = [0] * len(keys)
    counts = integers(lines.next(), "the numbers of cells of dimensions 1 to d")
    readable(len(counts) == cells.d and min(counts) > 0, "not the numbers of cells")
    for k, count in enumerate(counts, 1):
        low, high = first[k - 1], first[k]
        while len(keys) < high + count:
            chunk = lines.next()
            readable(isinstance(chunk, list) and bool(chunk), "not a list of cells")
            for entry in chunk:
                own = integers(entry, "a list of facets")
                places = [f if f >= 0 else -1 - f for f in own]
                demand(all(low <= f < high for f in places), "a facet of another dimension")
                key = 0
                for f in places:
                    key |= keys[f]
                demand(
                    cells.level.get(key) == k,
                    f"the facets are not those of a cell of dimension {k}",
                )
                demand(key not in seen, "a cell is listed twice")
                true = cells.facets[key]
                same = len(places) == len(true) and {keys[f] for f in places} == set(true)
                demand(same, "a facet is missing, or too many")
                signs = [1 if f >= 0 else -1 for f in own]
                total: Counter[int] = Counter()
                for f, sign in zip(places, signs, strict=True):
                    cells.problem.spend(1 + len(facets[f]), 1)
                    for ridge, other in zip(facets[f], numbers[f], strict=True):
                        total[ridge] += sign * other
                    if k == 1:
                        total[-1] += sign
                demand(not any(total.values()), "the boundary of the boundary of a cell is not 0")
                keys.append(key)
                seen.add(key)
                facets.append(places)
                numbers.append(signs)
                dimension.append(k)
        demand(len(keys) == high + count, "more cells in a line than there are")
        first.append(len(keys))
    demand(len(keys) == len(cells.level), "a cell is not listed")
    return Listed(dimension, facets, numbers, keys, first)


def read_steps(lines: Lines, members: int) -> list[tuple[int, int]]:
    """Pairs (a, b), a = -1 for a critical cell b, until each of so many cells is named."""
    steps: list[tuple[int, int]] = []
    left = members
    while left > 0:
        chunk = integers(lines.next(), "a list of steps")
        readable(bool(chunk) and len(chunk) % 2 == 0, "not a list of steps")
        for a, b in zip(chunk[::2], chunk[1::2], strict=True):
            readable(a >= -1 and b >= 0, "not a step")
            steps.append((a, b))
            left -= 1 if a < 0 else 2
    demand(left == 0, "more steps than cells")
    return steps


def replay(lines: Lines, listed: Listed, members: list[bool]) -> tuple[list[int], list[int]]:
    """Verify a coreduction of the marked cells: (the step of each cell, its partner above or -1)."""
    total = len(members)
    still = list(members)
    order, partner = [-1] * total, [-1] * total
    for time, (a, b) in enumerate(read_steps(lines, sum(members))):
        demand(
            b < total and still[b], "a cell of the step is not listed any more, or not in the set"
        )
        below = [f for f in listed.facets[b] if still[f]]
        if a < 0:
            demand(not below, "a critical cell has a listed facet")
        else:
            demand(below == [a], "the lower cell is not the only listed facet of the upper one")
            still[a] = False
            order[a], partner[a] = time, b
        still[b] = False
        order[b] = time
    return order, partner  # as many were struck off as there are, each once


def flow(
    cell: int,
    listed: Listed,
    members: list[bool],
    order: list[int],
    partner: list[int],
    problem: Any,
) -> dict[int, int]:
    """The boundary of a critical cell in terms of critical cells.

    What is the lower cell of a pair (a, b) is replaced by the rest of the boundary of b, which was struck
    off before; upper cells of pairs count as 0.
    """
    chain: dict[int, int] = {}
    heap: list[tuple[int, int]] = []

    def add(source: int, factor: int, skip: int) -> None:
        for f, number in zip(listed.facets[source], listed.numbers[source], strict=True):
            problem.spend(1, 64)
            if members[f] and f != skip:
                if f not in chain and partner[f] >= 0:
                    heappush(heap, (-order[f], f))
                chain[f] = chain.get(f, 0) + factor * number

    add(cell, 1, -1)
    while heap:
        _, a = heappop(heap)
        number = chain.pop(a)
        if number:
            b = partner[a]
            add(b, -number * listed.numbers[b][listed.facets[b].index(a)], a)
    return {f: number for f, number in chain.items() if number}


def smith(columns: Sequence[dict[int, int]], problem: Any) -> list[int]:
    """The nonzero invariant factors of an integer matrix given by columns {row: entry}."""
    table = [dict(column) for column in columns if column]
    diagonal: list[int] = []
    while table:
        # The smallest entry is the pivot; it becomes smaller until it is alone in its row and column.
        pivot = min(table, key=lambda column: (min(map(abs, column.values())), len(column)))
        row = min(pivot.items(), key=lambda item: abs(item[1]))[0]
        problem.spend(len(table) * len(pivot), 64)
        clean = True
        for column in table:
            if column is not pivot and row in column:
                subtract(column, pivot, column[row] // pivot[row])
                clean = clean and row not in column
        table = [column for column in table if column]
        if not clean:
            continue
        if all(entry % pivot[row] == 0 for entry in pivot.values()):
            # No other column meets the row, so row operations clear the rest of the pivot's column.
            diagonal.append(abs(pivot[row]))
            table = [column for column in table if column is not pivot]
        else:
            i = next(i for i, entry in pivot.items() if entry % pivot[row])
            pivot[i] %= pivot[row]  # a multiple of the row is subtracted from row i
    for i in range(len(diagonal)):
        for j in range(i + 1, len(diagonal)):
            common = gcd(diagonal[i], diagonal[j])
            diagonal[i], diagonal[j] = common, diagonal[i] * diagonal[j] // common
    return diagonal


def subtract(column: dict[int, int], other: dict[int, int], factor: int) -> None:
    for i, entry in other.items():
        value = column.get(i, 0) - factor * entry
        column[i] = value
        if not value:
            del column[i]


class Groups(NamedTuple):
    """Homology by degree: ranks, torsion coefficients, and the number of critical cells."""

    ranks: list[int]
    torsion: list[list[int]]
    critical: list[int]

    def dual(self) -> Groups:
        """Of the cochain complex, in degree d - k: torsion moves down by one degree."""
        d = len(self.ranks) - 1
        torsion = [self.torsion[d - k - 1] if k < d else [] for k in range(d + 1)]
        return Groups(self.ranks[::-1], torsion, self.critical[::-1])


def judge(lines: Lines, listed: Listed, members: list[bool], d: int, problem: Any) -> Groups:
    """The homology of the chain complex of the marked cells, from the coreduction that comes next."""
    order, partner = replay(lines, listed, members)
    critical = critical_cells(listed, members, order, partner, d)
    ranks = [len(c) for c in critical]
    torsion: list[list[int]] = [[] for _ in range(d + 1)]
    for k in range(1, d + 1):
        if critical[k - 1]:
            wanted = set(critical[k - 1])
            flowed = (flow(c, listed, members, order, partner, problem) for c in critical[k])
            factors = smith([{f: n for f, n in x.items() if f in wanted} for x in flowed], problem)
            ranks[k] -= len(factors)
            ranks[k - 1] -= len(factors)
            torsion[k - 1] = [f for f in factors if f > 1]
    return Groups(ranks, torsion, [len(c) for c in critical])


def critical_cells(
    listed: Listed, members: list[bool], order: list[int], partner: list[int], d: int
) -> list[list[int]]:
    """The critical cells of each dimension in the order of the steps."""
    upper = {b for b in partner if b >= 0}
    critical: list[list[int]] = [[] for _ in range(d + 1)]
    for cell, inside in enumerate(members):
        if inside and partner[cell] < 0 and cell not in upper:
            critical[listed.dimension[cell]].append(cell)
    return [sorted(own, key=order.__getitem__) for own in critical]


def euler(numbers: Sequence[int]) -> int:
    return sum((-1) ** k * n for k, n in enumerate(numbers))


def read_component(component: Any, outputs: int) -> tuple[list[int], str]:
    """The row over the outputs that f is, and f in words."""
    chosen = integers(component, "an output, or two")
    readable(len(chosen) in (1, 2) and len(set(chosen)) == len(chosen), "not an output, or two")
    readable(all(0 <= i < outputs for i in chosen), "there is no such output")
    row = [0] * outputs
    for i, entry in zip(chosen, (1, -1), strict=False):
        row[i] = entry
    return row, " - ".join(f"output {i}" for i in chosen)


def demand_last(layers: list[Any], rows: Iterable[list[int]], bias: Fraction, what: str) -> None:
    """The last layer of the network, all neurons, has these rows."""
    weight = [[str(x) for x in row] for row in rows]
    wanted = {"weight": weight, "bias": [str(-bias)] * len(weight), "relu": [True] * len(weight)}
    demand(layers[-1] == wanted, f"the last layer is not {what}")


def check_level(given: Given, layers: list[Any]) -> list[str]:
    """The sets that a level cuts out, those that are claimed. The statement in lines."""
    header = given.header
    claims, level = header["claims"], check.rational(header["level"])
    readable(isinstance(claims, dict) and bool(claims) and set(claims) <= set(SIGNS), "bad claims")
    demand(len(layers) > 1, "there is no layer before the one of the level")
    row, form = read_component(header["component"], len(layers[-2]["relu"]))
    demand_last(layers, [row], level, "the output minus the level")
    letters = given.letters(given.problem.neurons - 1)
    words = [f"f = {form}, c = {level}"]
    for name, signs in SIGNS.items():
        if name in claims:
            marks = [s in signs for s in letters]
            words.append(compare(name, claims[name], check_set(given, marks, name in CLOSED)))
    return words


def check_decision(given: Given, layers: list[Any]) -> list[str]:
    """The class of each output and the boundary. The statement in lines."""
    claims = given.header["claims"]
    demand(len(layers) > 1, "there is no layer before the one of the differences")
    outputs = len(layers[-2]["relu"])
    pairs = list(combinations(range(outputs), 2))
    rows = ([(k == i) - (k == j) for k in range(outputs)] for i, j in pairs)
    demand_last(layers, rows, Fraction(0), "all differences of outputs")
    names = [f"class {i}" for i in range(outputs)]
    named = isinstance(claims, dict) and sorted(claims) == sorted([*names, "boundary", "ties"])
    readable(named, "not claims on each class, the boundary and ties")
    wins = [[True] * len(given.listed.keys) for _ in range(outputs)]
    for neuron, (i, j) in enumerate(pairs, given.problem.neurons - len(pairs)):
        for cell, sign in enumerate(given.letters(neuron)):
            wins[i][cell] &= sign != "-"
            wins[j][cell] &= sign != "+"
    winners = [[i for i in range(outputs) if wins[i][cell]] for cell in range(len(wins[0]))]
    several = [len(own) > 1 for own in winners]
    regions = range(given.listed.first[-2], len(winners))
    ties = Counter(tuple(winners[cell]) for cell in regions if several[cell])
    found = [[list(own), n] for own, n in sorted(ties.items())]
    words = [f"classes of {outputs} outputs", compare("ties", claims["ties"], found)]
    for name, marks in zip([*names, "boundary"], [*wins, several], strict=True):
        words.append(compare(name, claims[name], check_set(given, marks, True)))
    return words


def check_set(given: Given, marks: list[bool], closed: bool) -> dict[str, Any]:
    """What is true of one set; reads one coreduction, or two where the set is closed and meets sides."""
    lines, listed, problem = given.lines, given.listed, given.problem
    inner = [a and b for a, b in zip(marks, given.inside, strict=True)]
    shown = inner if problem.space else marks
    counts = [sum(shown[a:b]) for a, b in zip(listed.first, listed.first[1:], strict=False)]
    relative = judge(lines, listed, inner, problem.d, problem)
    if not closed:
        ordinary = relative.dual()
    elif inner == marks:
        ordinary = relative
    else:
        ordinary = judge(lines, listed, marks, problem.d, problem)
    return {
        "betti": ordinary.ranks,
        "critical": ordinary.critical,
        "euler": euler(ordinary.ranks),
        "f_vector": counts,
        "relative": relative.ranks,
        "relative_torsion": relative.torsion,
        "torsion": ordinary.torsion,
    }


def compare(name: str, claim: Any, found: Any) -> str:
    """A true claim in words."""
    text = check.spelling(found)
    demand(check.spelling(claim) == text, f"{name}: found {text[:300]}, not as claimed")
    return f"  {name}: {text}"


def vertex_value(given: Given, row: list[int], vertex: int) -> tuple[Fraction, Fraction]:
    """f at a vertex, (q, p) for p + M q: at the point that its key determines."""
    cells, problem = given.cells, given.problem
    key = "".join(letter(cells, cells.vertices[vertex], i) for i in range(cells.length))
    near, far, scale = problem.point(key)
    size = check.longest((scale, *near, *far))
    parts = [(near, scale), (far, 0)]
    for layer, first, bits in zip(problem.layers, problem.first, problem.bits, strict=False):
        problem.spend(2 * layer.size, size + bits, layer.bits)
        signs = iter(key[first:])
        passes = [not kind or next(signs) == "+" for kind in layer.relu]
        rows = list(zip(layer.weight, layer.bias, passes, strict=True))
        parts = [
            ([sum(map(mul, w, h)) + b * t if on else 0 for w, b, on in rows], t * layer.denominator)
            for h, t in parts
        ]
        scale *= layer.denominator
    p, q = (Fraction(sum(map(mul, row, h)), scale) for h, _ in parts)
    return q, p


def value_text(value: tuple[Fraction, Fraction]) -> str:
    for x in value:
        bits = check.longest((x.numerator, x.denominator))
        readable(bits <= check.MAX_BOUND, "a claimed value has too many digits")
    q, p = value
    return f"{q}*M{'+' if p >= 0 else ''}{p}" if q else str(p)


def reduced(columns: list[set[int]], problem: Any) -> list[tuple[int, int]]:
    """Add columns modulo 2 from left to right: (row of the last entry left, column) of each not 0."""
    owner: dict[int, set[int]] = {}
    pairs = []
    for j, column in enumerate(columns):
        while column and max(column) in owner:
            problem.spend(1 + 2 * len(column), 64)
            column = column ^ owner[max(column)]
        if column:
            owner[max(column)] = column
            pairs.append((max(column), j))
    return pairs


def connected(listed: Listed, rank: list[int]) -> list[int]:
    """A cell of the piece of each cell: cells of one value that are connected by facets."""
    root = list(range(len(rank)))

    def find(cell: int) -> int:
        while root[cell] != cell:
            root[cell] = root[root[cell]]
            cell = root[cell]
        return cell

    for cell, facets in enumerate(listed.facets):
        for f in facets:
            if rank[f] == rank[cell]:
                root[find(f)] = find(cell)
    return [find(cell) for cell in range(len(rank))]


def check_persistence(given: Given, layers: list[Any]) -> list[str]:
    """Pairs, essential classes and critical pieces of the sublevel sets. The statement in lines."""
    header, listed, d = given.header, given.listed, given.problem.d
    row, form = read_component(header["component"], len(layers[-1]["relu"]))
    values = [vertex_value(given, row, v) for v in range(listed.first[1])]
    distinct = sorted(set(values))
    place = {value: n for n, value in enumerate(distinct)}
    rank = [place[value] for value in values]
    for facets in listed.facets[len(rank) :]:
        rank.append(max(rank[f] for f in facets))
    order, partner = replay(given.lines, listed, [True] * len(rank))
    steps = [rank[cell] for cell in sorted(range(len(rank)), key=order.__getitem__)]
    demand(steps == sorted(steps), "the steps do not go up in value")
    critical = critical_cells(listed, [True] * len(rank), order, partner, d)
    columns = columns_modulo_2(given, critical, order, partner)
    pairs, essential = persistence_pairs(given, critical, columns, rank)
    pieces = critical_pieces(given, critical, columns, rank)
    text = {r: value_text(distinct[r]) for own in critical for r in {rank[cell] for cell in own}}
    found = {
        "pairs": [[k, text[a], text[b]] for k, a, b in pairs],
        "essential": [[k, text[a]] for k, a in essential],
        "critical": [{"value": text[r], "multiplicities": m} for r, m in pieces],
    }
    claims = header["claims"]
    readable(isinstance(claims, dict) and sorted(claims) == sorted(found), "bad claims")
    words = [compare(name, claims[name], one) for name, one in found.items()]
    return [f"sublevel sets of f = {form}", *words]


def columns_modulo_2(
    given: Given, critical: list[list[int]], order: list[int], partner: list[int]
) -> list[list[set[int]]]:
    """The boundaries of critical cells modulo 2: places among the critical cells one dimension lower."""
    columns: list[list[set[int]]] = [[set() for _ in critical[0]]]
    members = [True] * len(order)
    for below, own in pairwise(critical):
        at = {cell: n for n, cell in enumerate(below)}
        flowed = (flow(c, given.listed, members, order, partner, given.problem) for c in own)
        columns.append([{at[f] for f, n in chain.items() if n % 2 and f in at} for chain in flowed])
    return columns


def persistence_pairs(
    given: Given, critical: list[list[int]], columns: list[list[set[int]]], rank: list[int]
) -> tuple[list[tuple[int, int, int]], list[tuple[int, int]]]:
    """(degree, birth, death) with birth < death, and (degree, birth) of what does not die; sorted."""
    pairs: list[tuple[int, int, int]] = []
    left = {(k, cell) for k, own in enumerate(critical) for cell in own}
    for k in range(1, len(critical)):
        for i, j in reduced(columns[k], given.problem):
            low, high = critical[k - 1][i], critical[k][j]
            left -= {(k - 1, low), (k, high)}
            if rank[low] < rank[high]:
                pairs.append((k - 1, rank[low], rank[high]))
    return sorted(pairs), sorted((k, rank[cell]) for k, cell in left)


def critical_pieces(
    given: Given, critical: list[list[int]], columns: list[list[set[int]]], rank: list[int]
) -> list[tuple[int, list[int]]]:
    """Rank and multiplicities of the pieces that have any, by rank."""
    piece = connected(given.listed, rank)
    numbers: dict[int, list[int]] = {}
    for k, own in enumerate(critical):
        for cell in own:
            numbers.setdefault(piece[cell], [0] * len(critical))[k] += 1
    for k in range(1, len(critical)):
        cells, below = critical[k], critical[k - 1]
        inner = [
            {i for i in column if rank[below[i]] == rank[cell]}
            for cell, column in zip(cells, columns[k], strict=True)
        ]
        for _, j in reduced(inner, given.problem):
            own = numbers[piece[cells[j]]]
            own[k] -= 1
            own[k - 1] -= 1
    found = [(rank[cell], own) for cell, own in numbers.items() if any(own)]
    return sorted(found, key=lambda one: (one[0], [-n for n in one[1]]))


KINDS = {"level": check_level, "decision": check_decision, "persistence": check_persistence}


def check_lines(lines: Lines, scale: int) -> str:
    """The statement that the file proves; raises `Refused`."""
    header = lines.next()
    readable(
        isinstance(header, dict) and header.get("format") == FORMAT, "not a topology certificate"
    )
    version = check.spelling(header.get("version"))
    readable(version != "1", "version 1 had other conventions; write the file anew")
    readable(version == "2", "unknown version of the format")
    about = header.get("about")
    readable(isinstance(about, str) and about in KINDS, "about is unknown")
    readable(sorted(header) == HEADER[about].split(), "the header has missing or unknown entries")
    readable(header["conventions"] == CONVENTIONS[about], "conventions are unknown")
    complex_header = check.read_header(lines)
    demand(complex_header["complete"], "the certificate of the complex is partial")
    readable("sections" not in complex_header, "the certificate of the complex is in sections")
    problem = check.read_problem(complex_header, scale)
    cells = check.Cells(problem, check.MAX_MEMORY * scale)
    check.check_whole(lines, complex_header, cells)
    lines.number = 2 + len(cells.vertices) + len(cells.regions)
    listed = read_facets(lines, cells)
    inside = [cells.shown(key) for key in listed.keys]
    layers = complex_header["network"]["layers"]
    first, *words = KINDS[about](Given(header, lines, problem, cells, listed, inside), layers)
    lines.finish()
    own = layers if about == "persistence" else layers[:-1]
    network = check.spelling({**complex_header["network"], "layers": own}).encode()
    return "\n".join(
        [
            f"ACCEPTED: {first} on {check.domain_text(problem, complex_header)};"
            f" from {len(listed.keys)} cells:",
            *words,
            f"conventions: {CONVENTIONS[about]}",
            f"network {hashlib.sha256(network).hexdigest()}, d = {problem.d}",
        ]
    )


def check_file(path: str, scale: int = 1) -> tuple[int, str]:
    """Exit code and message."""
    try:
        with open(path, "rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            file: Any = gzip.GzipFile(fileobj=raw) if packed else raw
            lines = Lines(file, check.MAX_BYTES * scale)
            try:
                return 0, check_lines(lines, scale)
            except check.Refused as refusal:
                code, reason = refusal.args
                word = "REJECTED" if code == check.REJECTED else "UNREADABLE"
                return code, f"{word}: line {lines.number}: {reason}"
    except (OSError, EOFError, zlib.error, MemoryError) as error:
        return check.UNREADABLE, f"UNREADABLE: {type(error).__name__}: {error}"


def main(argv: Sequence[str] | None = None) -> int:
    """Print the statement that the file proves, or what is wrong with it."""
    parser = argparse.ArgumentParser(prog="check_topology.py", allow_abbrev=False)
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--scale", metavar="K", type=check.positive, default=1)
    try:
        given = parser.parse_args(argv)
    except SystemExit:
        return int(check.UNREADABLE)
    code, message = check_file(given.file, given.scale)
    print(message)
    return code


if __name__ == "__main__":
    sys.exit(main())
