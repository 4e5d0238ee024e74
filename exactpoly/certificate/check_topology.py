#!/usr/bin/env python3
"""Check a certificate of the homology of level sets: `python check_topology.py FILE`.

Standard library, and `check.py` beside this file; nothing in the file is believed. The file is about the
sets {f = c} ("zero"), {f <= c} ("sub"), {f >= c} ("super"), {f < c} ("below"), {f > c} ("above") of an
output f, and consists of a header, a certificate of the complex of the network with the neuron f - c
behind it, facets with incidence numbers, and for each chain complex the steps of a coreduction.

1. The cells are those of the complex's certificate, which `check.py` verifies.       (`check_complex`)
2. Each cell is listed with its facets, each once, with numbers 1 or -1 such that the boundary of the
   boundary is 0. Such numbers are those of cellular homology.                         (`read_facets`)
3. The sign of the last neuron says which sets a cell is in. `pair a b`: a is the only facet of b still
   listed; `critical c`: c has none. In the end no cell of the set is listed.               (`replay`)
4. The boundaries of critical cells flow down the list; Smith forms of what they become give Betti
   numbers and torsion, which must be those claimed.                         (`flow`, `smith`, `judge`)

Why this proves the claims: proofs/topology.md. Exit code: 0 accepted, 1 rejected, 3 not readable or beyond
the limits; `--scale K` multiplies these as in check.py.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import sys
import zlib
from collections import Counter
from collections.abc import Sequence
from heapq import heappop, heappush
from math import gcd
from pathlib import Path
from typing import Any, NamedTuple

_spec = importlib.util.spec_from_file_location("check", Path(__file__).with_name("check.py"))
if _spec is None or _spec.loader is None:
    raise ImportError("check.py must be beside check_topology.py")
check: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(check)
demand, readable = check.demand, check.readable

FORMAT = "exactpoly-topology"
CONVENTIONS = (
    "zero, sub, super are closed, below, above open in the domain; f_vector counts cells in the set, on"
    " a box those on its boundary too, on R^d none at infinity; betti and torsion are of ordinary"
    " homology over Z in degrees 0..d; relative is homology of the cells off the boundary of the domain,"
    " which on R^d is Borel-Moore homology"
)
HEADER = "claims component conventions format level version"
SIGNS = {"zero": "0", "sub": "0-", "super": "0+", "below": "-", "above": "+"}
CLOSED = ("zero", "sub", "super")


class Listed(NamedTuple):
    """Cells in the order of the file, lower dimensions first."""

    dimension: list[int]
    facets: list[list[int]]
    numbers: list[list[int]]  # 1 or -1, beside the facets
    keys: list[int]
    first: list[int]  # number of the first cell of each dimension, and of all cells


class Lines(check.Lines):  # type: ignore[misc]
    """Lines of a file in which the complex's certificate is followed by more."""

    def end(self) -> None:
        """The end of the complex's part is not that of the file."""

    def finish(self) -> None:
        super().end()


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
    demand(not any(still), "a cell of the set was not struck off")
    return order, partner


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
    lower = {b for b in partner if b >= 0}
    critical: list[list[int]] = [[] for _ in range(d + 2)]
    for cell, inside in enumerate(members):
        if inside and partner[cell] < 0 and cell not in lower:
            critical[listed.dimension[cell]].append(cell)
    ranks = [len(c) for c in critical]
    torsion: list[list[int]] = [[] for _ in range(d + 1)]
    for k in range(1, d + 1):
        if critical[k - 1]:
            wanted = set(critical[k - 1])
            columns = [
                {
                    f: n
                    for f, n in flow(c, listed, members, order, partner, problem).items()
                    if f in wanted
                }
                for c in critical[k]
            ]
            factors = smith(columns, problem)
            ranks[k] -= len(factors)
            ranks[k - 1] -= len(factors)
            torsion[k - 1] = [f for f in factors if f > 1]
    return Groups(ranks[: d + 1], torsion, [len(c) for c in critical[: d + 1]])


def euler(numbers: Sequence[int]) -> int:
    return sum((-1) ** k * n for k, n in enumerate(numbers))


def check_form(header: dict[str, Any], complex_header: dict[str, Any]) -> str:
    """The last layer of the network is the one neuron f - c. Returns f in words."""
    component, level = header["component"], check.rational(header["level"])
    layers = complex_header["network"]["layers"]
    demand(len(layers) > 1, "there is no layer before the one of the level")
    outputs = len(layers[-2]["relu"])
    chosen = integers(component, "an output, or two")
    readable(len(chosen) in (1, 2) and len(set(chosen)) == len(chosen), "not an output, or two")
    readable(all(0 <= i < outputs for i in chosen), "there is no such output")
    row = ["0"] * outputs
    for i, entry in zip(chosen, ("1", "-1"), strict=False):
        row[i] = entry
    wanted = {"weight": [row], "bias": [str(-level)], "relu": [True]}
    demand(layers[-1] == wanted, "the last layer is not the output minus the level")
    return " - ".join(f"output {i}" for i in chosen)


def check_lines(lines: Lines, scale: int) -> str:
    """The statement that the file proves; raises `Refused`."""
    header = lines.next()
    readable(
        isinstance(header, dict) and header.get("format") == FORMAT, "not a topology certificate"
    )
    readable(sorted(header) == HEADER.split(), "the header has missing or unknown entries")
    readable(check.spelling(header["version"]) == "1", "unknown version of the format")
    readable(header["conventions"] == CONVENTIONS, "conventions are unknown")
    claims = header["claims"]
    readable(
        isinstance(claims, dict) and sorted(claims) == sorted(SIGNS), "not claims on the five sets"
    )
    complex_header = check.read_header(lines)
    demand(complex_header["complete"], "the certificate of the complex is partial")
    problem = check.read_problem(complex_header, scale)
    form = check_form(header, complex_header)
    cells = check.Cells(problem, check.MAX_MEMORY * scale)
    check.check_complete(lines, complex_header, cells, None)
    lines.number = 2 + len(cells.vertices) + len(cells.regions)
    listed = read_facets(lines, cells)
    place = cells.length - problem.neurons  # the bit of the last neuron
    letters = [
        "+" if key >> place & 1 else "-" if key >> place + cells.length & 1 else "0"
        for key in listed.keys
    ]
    inside = [cells.shown(key) for key in listed.keys]
    words = []
    for name, signs in SIGNS.items():
        found = check_set(name, lines, listed, [s in signs for s in letters], inside, problem)
        same = check.spelling(claims[name]) == check.spelling(found)
        demand(same, f"{name}: found {check.spelling(found)[:300]}, not as claimed")
        words.append(f"  {name}: {check.spelling(found)}")
    lines.finish()
    domain = check.domain_text(problem, complex_header)
    return "\n".join(
        [
            f"ACCEPTED: f = {form}, c = {header['level']} on {domain}; from {len(listed.keys)} cells:",
            *words,
            f"network with f - c behind it {complex_header['digest']}, d = {problem.d}",
        ]
    )


def check_set(
    name: str, lines: Lines, listed: Listed, marks: list[bool], inside: list[bool], problem: Any
) -> dict[str, Any]:
    """What is true of one set; reads one coreduction, or two where the set is closed and meets sides."""
    d = problem.d
    inner = [a and b for a, b in zip(marks, inside, strict=True)]
    shown = inner if problem.space else marks
    counts = [sum(shown[a:b]) for a, b in zip(listed.first, listed.first[1:], strict=False)]
    relative = judge(lines, listed, inner, d, problem)
    if name not in CLOSED:
        ordinary = relative.dual()
    elif inner == marks:
        ordinary = relative
    else:
        ordinary = judge(lines, listed, marks, d, problem)
    return {
        "betti": ordinary.ranks,
        "critical": ordinary.critical,
        "euler": euler(ordinary.ranks),
        "f_vector": counts,
        "relative": relative.ranks,
        "relative_torsion": relative.torsion,
        "torsion": ordinary.torsion,
    }


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
