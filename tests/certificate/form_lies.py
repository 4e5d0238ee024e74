"""Lies in the claims and in the form of the file, and lies in partial certificates."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from tests.certificate.forging import Certificate, named_network
from tests.certificate.lies import Kind, kind

FORM_ONLY = {
    "reorder lines",
    "reorder a list",
    "header",
    "spelling",
    "form of the network",
    "partial: form",
}
"""Kinds that break the form of the file only: the second checker does not look at form."""

PARTIAL_KINDS: dict[str, Kind] = {}
"""Kinds for partial certificates."""


@kind("alter a claim")
def alter_claim(c: Certificate, r: random.Random) -> Iterator[bytes]:
    def altered(name: str, value: Any) -> bytes:
        changed = c.copy()
        changed.header["claims"][name] = value
        return changed.dump()

    claims = c.header["claims"]
    for k, count in enumerate(claims["f_vector"]):
        for step in (-1, 1):
            f = list(claims["f_vector"])
            f[k] = count + step
            yield altered("f_vector", f)
    yield altered("f_vector", claims["f_vector"][:-1])
    yield altered("f_vector", [*claims["f_vector"], 0])
    yield altered("regions", claims["regions"] + 1)
    yield altered("regions", str(claims["regions"]))
    yield altered("regions", float(claims["regions"]))
    yield altered("simple", not claims["simple"])
    yield altered("simple", int(claims["simple"]))
    for name in ("mean_facets", "mean_facets_with_domain_boundary"):
        yield altered(name, str(Fraction(claims[name]) + Fraction(1, 10**6)))
        yield altered(name, str(2 * Fraction(claims[name])) if claims[name] != "0" else "1")
    for name in ("facet_histogram", "facet_histogram_with_domain_boundary"):
        for bar in claims[name]:
            bars = dict(claims[name])
            moved = {**bars, str(int(bar) + 1): bars.get(str(int(bar) + 1), 0) + 1}
            moved[bar] -= 1
            yield altered(name, moved)
            yield altered(name, {**bars, bar: bars[bar] + 1})
            yield altered(name, {key: n for key, n in bars.items() if key != bar})


@kind("alter a verdict")
def alter_verdict(c: Certificate, r: random.Random) -> Iterator[bytes]:
    """Another word, another number or relation, a side less or more, another order."""
    for name, entry in c.header["claims"]["verdicts"].items():

        def altered(name: str = name, **parts: Any) -> bytes:
            changed = c.copy()
            changed.header["claims"]["verdicts"][name].update(parts)
            return changed.dump()

        for word in ("holds", "violated", "hypotheses not met", "not applicable", None):
            if word != entry["verdict"]:
                yield altered(verdict=word)
        sides = entry["sides"]
        place = r.randrange(len(sides))
        left, relation, right = sides[place]
        for side in (
            [str(Fraction(left) + 1), relation, right],
            [left, relation, str(Fraction(right) + Fraction(1, 10**9))],
            [left, "<" if relation != "<" else ">", right],
            [right, relation, left],
            [left, relation],
            [int(Fraction(left)), relation, right],
        ):
            if side != sides[place]:
                yield altered(sides=[*sides[:place], side, *sides[place + 1 :]])
        yield altered(sides=sides[:-1])
        yield altered(sides=[*sides, sides[place]])
        if sides != sides[::-1]:
            yield altered(sides=sides[::-1])
        yield altered(more=1)


@kind("drop a verdict")
def drop_verdict(c: Certificate, r: random.Random) -> Iterator[bytes]:
    for name in c.header["claims"]["verdicts"]:
        fewer = c.copy()
        del fewer.header["claims"]["verdicts"][name]
        yield fewer.dump()
        for part in ("verdict", "sides"):
            less = c.copy()
            del less.header["claims"]["verdicts"][name][part]
            yield less.dump()
    for value in (None, {}, [], "holds"):
        none = c.copy()
        none.header["claims"]["verdicts"] = value
        yield none.dump()
    without = c.copy()
    del without.header["claims"]["verdicts"]
    yield without.dump()


@kind("invent a verdict")
def invent_verdict(c: Certificate, r: random.Random) -> Iterator[bytes]:
    """Of a theorem that is not stated here, with the sides of one that is."""
    known = c.header["claims"]["verdicts"]
    for name in ("box-2d", "cube", "shallow-mean", "diameter", "low-rank", "fermat"):
        if name not in known:
            more = c.copy()
            more.header["claims"]["verdicts"][name] = known[r.choice(sorted(known))]
            yield more.dump()
    first, second = r.sample(sorted(known), 2)
    swapped = c.copy()
    entries = swapped.header["claims"]["verdicts"]
    entries[first], entries[second] = entries[second], entries[first]
    if entries[first] != entries[second]:
        yield swapped.dump()


@kind("truncate")
def truncate(c: Certificate, r: random.Random) -> Iterator[bytes]:
    data = c.dump()
    for _ in range(6):
        yield data[: r.randrange(len(data) - 1)]
    for count in range(1, min(4, len(c.regions))):
        cut = c.copy()
        del cut.regions[-count:]
        yield cut.dump()
        yield cut.mend().dump()


@kind("append")
def append(c: Certificate, r: random.Random) -> Iterator[bytes]:
    for tail in (b"\n", b"[]\n", b"x", b"[0]\n", b'"extra"\n', b"\0"):
        yield c.dump() + tail


@kind("reorder lines")
def reorder_lines(c: Certificate, r: random.Random) -> Iterator[bytes]:
    for name in ("vertices", "regions"):
        lines = getattr(c, name)
        for _ in range(3):
            i, j = r.randrange(len(lines)), r.randrange(len(lines))
            if i != j:
                swapped = c.copy()
                part = getattr(swapped, name)
                part[i], part[j] = part[j], part[i]
                yield swapped.dump()
    lines = c.dump().splitlines(keepends=True)
    yield b"".join([*lines[1:], lines[0]])


@kind("reorder a list")
def reorder_list(c: Certificate, r: random.Random) -> Iterator[bytes]:
    for _ in range(4):
        i = r.randrange(len(c.regions))
        if len(c.regions[i]) > 1:
            turned = c.copy()
            turned.regions[i] = turned.regions[i][::-1]
            yield turned.dump()
            turned.regions[i] = [*c.regions[i], c.regions[i][-1]]
            yield turned.dump()


@kind("header")
def header(c: Certificate, r: random.Random) -> Iterator[bytes]:
    for name in c.header:
        missing = c.copy()
        del missing.header[name]
        yield missing.dump()
        for value in (None, 0, -1, "x", [], {}, True):
            other = c.copy()
            other.header[name] = value
            if value != c.header[name]:
                yield other.dump()
    for name, value in (
        ("source", {**c.header["source"], "zero": 0}),
        ("version", 1),
        ("version", 2),
        ("version", 4),
        ("version", True),
        ("verdicts", {}),
        ("facets", "all"),
    ):
        other = c.copy()
        other.header[name] = value
        yield other.dump()


@kind("form of the network")
def form_of_network(c: Certificate, r: random.Random) -> Iterator[bytes]:
    def put(*path: Any, value: Any) -> bytes:
        other = c.copy()
        place: Any = other.header["network"]
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
        return other.mend(claims=False).dump()

    first = c.header["network"]["layers"][0]
    outputs = len(first["weight"])
    for value in ([], {}, None, [{}], [first, first, first]):
        yield put("layers", value=value)
    for value in ("exactpoly-network-2", None):
        yield put("format", value=value)
    yield put("more", value=1)
    yield put("a", value=1)
    yield put("layers", 0, "a", value=1)
    yield put("layers", 0, value={"weight": [], "bias": [], "relu": []})
    yield put("layers", 0, value={"weight": [[]], "bias": ["0"], "relu": [True]})
    yield put("layers", 0, value={**first, "more": 1})
    yield put("layers", 0, value={**first, "zero": 1})
    for name in ("weight", "bias", "relu"):
        for value in (None, [], first[name][1:], [*first[name], first[name][0]], {}, "0"):
            yield put("layers", 0, name, value=value)
    yield put("layers", 0, "weight", 0, value=[*first["weight"][0], "0"])
    yield put("layers", 0, "weight", value=[[*row, "0"] for row in first["weight"]])
    yield put("layers", 0, "weight", outputs - 1, value=[])
    for value in ("0", "1" * len(first["weight"][0]), {"0": "1"}):
        yield put("layers", 0, "weight", 0, value=value)
    for value in (None, 1, 0, "true"):
        yield put("layers", 0, "relu", 0, value=value)
    yield put("layers", 1, "weight", value=[[*row, "0"] for row in [["1"] * outputs]])


@kind("wrong counts of lines")
def line_counts(c: Certificate, r: random.Random) -> Iterator[bytes]:
    for vertices in (c.vertices, []):
        none = Certificate(c.copy().header, vertices, [])
        none.header["vertices"], none.header["regions"] = len(vertices), 0
        yield none.dump()
    for name in ("vertices", "regions"):
        for step in (-1, 1):
            other = c.copy()
            other.header[name] += step
            yield other.dump()


@kind("spelling")
def spelling(c: Certificate, r: random.Random) -> Iterator[bytes]:
    data = c.dump()
    yield data[:-1]
    yield data.replace(b",", b", ", 1)
    yield data.replace(b"\n", b"\r\n")
    yield data.replace(b'"claims"', b'"claims":{},"claims"', 1)
    yield b"\xef\xbb\xbf" + data
    unreduced = c.copy()
    unreduced.header["network"]["layers"][0]["bias"][0] += "/1"
    yield unreduced.mend(claims=False).dump()
    for entry in ("+1", "1e9", "0.5", " 1", "-0", "2/4", "10/2", "1/0", "", "nan", 1, None):
        other = c.copy()
        other.header["network"]["layers"][0]["bias"][0] = entry
        yield other.mend(claims=False).dump()


@kind("replace a line")
def replace_line(c: Certificate, r: random.Random) -> Iterator[bytes]:
    values: list[Any] = [None, True, 1, "", "+", [], {}, [[]], ["0"], [-1], [True], [0.5], [10**9]]
    for value in values:
        for name in ("vertices", "regions"):
            other = c.copy()
            part = getattr(other, name)
            part[r.randrange(len(part))] = value
            yield other.dump()


def _partial(name: str) -> Any:
    def register(function: Kind) -> Kind:
        PARTIAL_KINDS[name] = function
        return function

    return register


@_partial("partial: drop a region")
def drop_known(c: Certificate, r: random.Random) -> Iterator[bytes]:
    for _ in range(4):
        fewer = c.copy()
        del fewer.regions[r.randrange(len(c.regions))]
        yield fewer.dump()
        fewer.header["regions"] -= 1
        yield fewer.dump()
        fewer.header["claims"]["regions_at_least"] -= 1
        yield fewer.dump()  # true: what is left does exist


@_partial("partial: invent a region")
def invent(c: Certificate, r: random.Random) -> Iterator[bytes]:
    def more(entry: list[str]) -> bytes:
        other = c.copy()
        other.regions.append(entry)
        other.regions.sort()
        other.header["regions"] += 1
        other.header["claims"]["regions_at_least"] += 1
        return other.dump()

    for _ in range(6):
        row, *point = r.choice(c.regions)
        _, *elsewhere = r.choice(c.regions)
        yield more([row, *point])
        if elsewhere != point:
            yield more([row, *elsewhere])
        k = r.randrange(len(row))
        for letter in "-0+":
            if letter != row[k]:
                yield more([row[:k] + letter + row[k + 1 :], *point])


@_partial("partial: a point on a boundary")
def on_boundary(c: Certificate, r: random.Random) -> Iterator[bytes]:
    """Where a neuron of the first layer, or a side of the box, cuts a segment between two points."""
    network = named_network(c.header)
    first = network.layers[0]
    for _ in range(8):
        p, q = ([Fraction(x) for x in r.choice(c.regions)[1:]] for _ in range(2))
        k = r.choice(first.neurons)
        a, b = first.forward(p)[k], first.forward(q)[k]
        if a * b < 0:
            share = a / (a - b)
            point = [x + share * (y - x) for x, y in zip(p, q, strict=True)]
            yield _with_entry(c, network.sign_row(point), point)
        if c.header["domain"] != "R^d":
            p[0] = Fraction(c.header["domain"][0][r.randrange(2)])
            yield _with_entry(c, network.sign_row(p), p)
            p[0] *= 2
            yield _with_entry(c, network.sign_row(p), p)


def _with_entry(c: Certificate, row: tuple[int, ...], point: list[Fraction]) -> bytes:
    """One more region, or another point for a listed one, counted."""
    other = c.copy()
    word = "".join("0+-"[s] for s in row)
    other.regions = [entry for entry in other.regions if entry[0] != word]
    other.regions.append([word, *map(str, point)])
    other.regions.sort()
    other.header["regions"] = len(other.regions)
    other.header["claims"]["regions_at_least"] = len(other.regions)
    return other.dump()


@_partial("partial: form")
def partial_form(c: Certificate, r: random.Random) -> Iterator[bytes]:
    for value in (None, 1, "", {}, [], [[]], c.regions[0][1:], [*c.regions[0], "0"], {"0": 1}):
        other = c.copy()
        other.regions[0] = value
        yield other.dump()
    for place in range(len(c.regions[0])):
        for value in (None, 0, "x", [], "1e3", "2/4", ["0"]):
            other = c.copy()
            other.regions[0][place] = value
            yield other.dump()
    swapped = c.copy()
    swapped.regions[:2] = swapped.regions[1::-1]
    yield swapped.dump()
    none = c.copy()
    none.regions.clear()
    none.header["regions"] = 0
    none.header["claims"]["regions_at_least"] = 0
    yield none.dump()


@_partial("partial: move a point")
def move_point(c: Certificate, r: random.Random) -> Iterator[bytes]:
    for step in ("1/1000000000000", "1", "-3", "1000000"):
        i = r.randrange(len(c.regions))
        axis = r.randrange(1, len(c.regions[i]))
        moved = c.copy()
        moved.regions[i][axis] = str(Fraction(moved.regions[i][axis]) + Fraction(step))
        yield moved.dump()


@_partial("partial: claims and header")
def partial_claims(c: Certificate, r: random.Random) -> Iterator[bytes]:
    for name, value in (
        ("claims", {"regions_at_least": len(c.regions) + 1}),
        ("claims", {"regions_at_least": float(len(c.regions))}),
        ("claims", {"regions_at_least": len(c.regions) - 1}),
        ("claims", {"regions_at_least": 1}),
        ("claims", {"regions": len(c.regions)}),
        ("claims", {"regions_at_least": len(c.regions), "simple": True}),
        ("complete", True),
        ("vertices", 1),
        ("vertices", -1),
        ("regions", -1),
        ("regions", len(c.regions) + 1),
        ("digest", "0" * 64),
    ):
        other = c.copy()
        other.header[name] = value
        yield other.dump()
