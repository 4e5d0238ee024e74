#!/usr/bin/env python3
"""Check a parity certificate: `python check_parity.py FILE`. Standard library only.

The file names integer points `p` (of `R^n`, or of `R^n` with a constant term as last coordinate), and so
the convex function `f(x) = max p.x` (or `max p.(x, 1)`). It claims that every ReLU network with *integral*
weights that computes `f` has at least so many hidden layers. Nothing in the file is believed:

1. The face `F` is made of the points where the given form is largest (with constant terms its last entry
   must be positive, so that `F` is an upper face).                                         (`face`)
2. Coordinates in the lattice of all integer points of the affine hull of `F`, by unimodular row
   operations; they give the dimension `m`.                                               (`lattice`)
3. Every simplex has `m + 1` vertices in `F` and is not flat. A facet of a simplex belongs to two of them,
   on opposite sides, or to one, and then all of `F` is on one side of it. The barycentre of the first
   simplex is in no other. Then they cover `F` once, but for sets of volume 0.             (`cover`)
4. So the normalised volume of `F` is the sum of absolute determinants. It must be odd, and the claim the
   least `k` with `2^k > m`: proofs/tropical.md, Theorem 2 and
   proofs/tropical.md, Theorem 3.

Exit code: 0 accepted, 1 rejected, 3 not readable or beyond the limits below.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

MAX_BYTES = 1 << 24  # bytes of the file
MAX_DIMENSION = 24
MAX_POINTS = 10**4
MAX_SIMPLICES = 10**5
MAX_ENTRY = 10**30

ACCEPTED, REJECTED, UNREADABLE = 0, 1, 3
KEYS = "claim constants form format points simplices volume"
Vector = Sequence[int]


class Refused(Exception):
    """Exit code and reason."""


def demand(condition: bool, reason: str, code: int = REJECTED) -> None:
    if not condition:
        raise Refused(code, reason)


def readable(condition: bool, reason: str) -> None:
    demand(condition, reason, UNREADABLE)


def integer(value: Any, least: int = -MAX_ENTRY, most: int = MAX_ENTRY) -> int:
    readable(type(value) is int and least <= value <= most, "an entry is no integer in its range")
    return int(value)


def table(value: Any, most: int, what: str) -> list[list[int]]:
    """A nonempty list of rows of integers."""
    fits = isinstance(value, list) and 0 < len(value) <= most
    readable(fits and all(isinstance(row, list) for row in value), f"{what} is no list of rows")
    return [[integer(x) for x in row] for row in value]


def dot(a: Vector, b: Vector) -> int:
    return sum(x * y for x, y in zip(a, b, strict=True))


def determinant(matrix: Sequence[Vector]) -> int:
    """By Bareiss's elimination, whose divisions leave no remainder."""
    rows, sign, before = [list(row) for row in matrix], 1, 1
    for k in range(len(rows)):
        pivot = next((i for i in range(k, len(rows)) if rows[i][k]), None)
        if pivot is None:
            return 0
        if pivot != k:
            rows[k], rows[pivot], sign = rows[pivot], rows[k], -sign
        for i in range(k + 1, len(rows)):
            for j in range(k + 1, len(rows)):
                rows[i][j] = (rows[i][j] * rows[k][k] - rows[i][k] * rows[k][j]) // before
        before = rows[k][k]
    return sign * before


def lattice(points: Sequence[Vector]) -> tuple[int, list[list[int]]]:
    """Dimension `m` of the affine hull, and each point's coordinates in its lattice.

    Row operations of determinant 1 or -1, applied to all points at once, bring the differences into
    echelon form; they map the integer points onto themselves, and the hull onto the first m axes.
    """
    n = len(points[0])
    rows = [[p[axis] - points[0][axis] for p in points] for axis in range(n)]
    rank = 0
    for column in range(len(points)):
        below = [i for i in range(rank, n) if rows[i][column]]
        while len(below) > 1:
            small = min(below, key=lambda i: abs(rows[i][column]))
            for i in below:
                if i != small:
                    factor = rows[i][column] // rows[small][column]
                    rows[i] = [x - factor * y for x, y in zip(rows[i], rows[small], strict=True)]
            below = [i for i in below if rows[i][column]]
        if below:
            rows[rank], rows[below[0]] = rows[below[0]], rows[rank]
            rank += 1
    return rank, [[rows[i][k] for i in range(rank)] for k in range(len(points))]


def face(points: Sequence[Vector], form: Vector, constants: bool) -> list[int]:
    """Indices of the points where the form is largest."""
    demand(not constants or form[-1] > 0, "the form does not make an upper face")
    values = [dot(form, p) for p in points]
    return [i for i, value in enumerate(values) if value == max(values)]


def side(corners: Sequence[Vector], point: Vector) -> int:
    """On which side of the hyperplane through `m` corners a point is: a determinant, 0 on it."""
    base = corners[0]
    rows = [[x - y for x, y in zip(p, base, strict=True)] for p in (*corners[1:], point)]
    return determinant(rows)


def cover(places: dict[int, list[int]], simplices: Sequence[tuple[int, ...]]) -> int:
    """The sum of the simplices' volumes, once they are known to cover the face."""
    volume = 0
    walls: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for simplex in simplices:
        size = abs(side([places[i] for i in simplex[:-1]], places[simplex[-1]]))
        demand(size > 0, "a simplex is flat")
        volume += size
        for i in simplex:
            walls[tuple(j for j in simplex if j != i)].append(i)
    for wall, opposite in walls.items():
        corners = [places[i] for i in wall]
        sides = [side(corners, places[i]) for i in opposite]
        if len(sides) == 1:
            everything = [side(corners, p) for p in places.values()]
            demand(min(everything) >= 0 or max(everything) <= 0, "a wall ends inside the face")
        else:
            demand(len(sides) == 2 and sides[0] * sides[1] < 0, "simplices overlap at a wall")
    first = simplices[0]
    scaled = {k: [len(first) * x for x in place] for k, place in places.items()}
    centre = [sum(places[i][axis] for i in first) for axis in range(len(first) - 1)]
    for simplex in simplices[1:]:
        outside = False
        for i in simplex:
            corners = [scaled[j] for j in simplex if j != i]
            outside = outside or side(corners, centre) * side(corners, scaled[i]) < 0
        demand(outside, "another simplex contains the barycentre of the first")
    return volume


def verify(data: Any) -> str:
    """What the certificate proves; raises `Refused`."""
    readable(isinstance(data, dict) and " ".join(sorted(data)) == KEYS, f"the keys are not {KEYS}")
    readable(data["format"] == "exactpoly-parity-1", "another format")
    readable(isinstance(data["constants"], bool), "constants is neither true nor false")
    points = table(data["points"], MAX_POINTS, "points")
    n = len(points[0])
    readable(
        1 <= n <= MAX_DIMENSION and all(len(p) == n for p in points), "points differ in length"
    )
    (form,) = table([data["form"]], 1, "form")
    readable(len(form) == n, "the form has not one entry a coordinate")
    chosen = face(points, form, data["constants"])
    rank, coordinates = lattice([points[i] for i in chosen])
    places = dict(zip(chosen, coordinates, strict=True))
    simplices = [tuple(s) for s in table(data["simplices"], MAX_SIMPLICES, "simplices")]
    for simplex in simplices:
        demand(
            len(simplex) == rank + 1 and all(a < b for a, b in pairwise(simplex)),
            f"a simplex is no increasing list of {rank + 1} points",
        )
        demand(all(i in places for i in simplex), "a simplex has a corner that is not in the face")
    demand(len(set(simplices)) == len(simplices), "a simplex is listed twice")
    volume = cover(places, simplices) if rank else 1
    demand(volume == integer(data["volume"], 1), f"the volume is {volume}, not {data['volume']}")
    demand(volume % 2 == 1, f"the volume {volume} is even")
    claim = data["claim"]
    readable(
        isinstance(claim, dict) and sorted(claim) == ["hidden_layers", "weights"],
        "claim is no claim",
    )
    demand(claim["weights"] == "integral", "parity proves nothing but for integral weights")
    layers = rank.bit_length()
    demand(integer(claim["hidden_layers"], 0) == layers, f"dimension {rank} proves {layers} layers")
    variables = n - data["constants"]
    return (
        f"the maximum of {len(points)} forms in {variables} variables has a face of dimension {rank} and"
        f" odd normalised volume {volume}: no ReLU network with integral weights and fewer than {layers}"
        " hidden layers computes it"
    )


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    readable(len(dict(pairs)) == len(pairs), "a key is given twice")
    return dict(pairs)


def check_file(path: str) -> tuple[int, str]:
    """Exit code and one sentence."""
    try:
        with open(path, "rb") as file:
            text = file.read(MAX_BYTES + 1)
        readable(len(text) <= MAX_BYTES, f"the file has more than {MAX_BYTES} bytes")
        return ACCEPTED, f"ACCEPTED: {verify(json.loads(text, object_pairs_hook=unique))}"
    except Refused as refusal:
        code, reason = refusal.args
        return code, f"{'REJECTED' if code == REJECTED else 'NOT READABLE'}: {reason}"
    except OSError as error:
        return UNREADABLE, f"NOT READABLE: {error.strerror}"
    except (ValueError, RecursionError):
        return UNREADABLE, "NOT READABLE: no JSON"


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__)
        return UNREADABLE
    code, message = check_file(sys.argv[1])
    print(message)
    return code


if __name__ == "__main__":
    sys.exit(main())
