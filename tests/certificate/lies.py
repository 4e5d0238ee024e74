"""Lies about the complex: vertices, regions, signs, weights and domain changed in every way.

The liars are careful: where a change would be betrayed by an unsorted line, a stale count or a stale
digest, those are mended.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from tests.certificate.forging import Certificate

Kind = Callable[[Certificate, random.Random], Iterator[bytes]]
KINDS: dict[str, Kind] = {}


def kind(name: str) -> Callable[[Kind], Kind]:
    def register(function: Kind) -> Kind:
        KINDS[name] = function
        return function

    return register


@kind("drop a vertex")
def drop_vertex(c: Certificate, r: random.Random) -> Iterator[bytes]:
    for v in r.sample(range(len(c.vertices)), min(6, len(c.vertices))):
        yield c.without_vertices({v}).copy().mend().dump()
        left = c.copy()
        del left.vertices[v]
        yield left.mend(claims=False).dump()


@kind("duplicate a vertex")
def duplicate_vertex(c: Certificate, r: random.Random) -> Iterator[bytes]:
    for v in r.sample(range(len(c.vertices)), min(4, len(c.vertices))):
        more = c.copy()
        more.vertices.append(more.vertices[v])
        yield more.copy().mend().dump()
        for region in more.regions:
            if v in region and r.random() < 0.5:
                region[region.index(v)] = len(more.vertices) - 1
        yield more.mend().dump()


@kind("drop a region")
def drop_region(c: Certificate, r: random.Random) -> Iterator[bytes]:
    for i in r.sample(range(len(c.regions)), min(8, len(c.regions))):
        if len(c.regions) > 1:
            fewer = c.copy()
            del fewer.regions[i]
            yield fewer.copy().mend().dump()
            used = {v for region in fewer.regions for v in region}
            yield fewer.without_vertices(set(range(len(c.vertices))) - used).mend().dump()


@kind("duplicate a region")
def duplicate_region(c: Certificate, r: random.Random) -> Iterator[bytes]:
    for i in r.sample(range(len(c.regions)), min(4, len(c.regions))):
        more = c.copy()
        more.regions.append(list(more.regions[i]))
        yield more.copy().mend().dump()
        more.regions[-1].append(r.randrange(len(c.vertices)))
        yield more.mend().dump()


@kind("move a vertex")
def move_vertex(c: Certificate, r: random.Random) -> Iterator[bytes]:
    """To the key of an edge or region beside it, or to a key elsewhere."""
    for v in r.sample(range(len(c.vertices)), min(6, len(c.vertices))):
        for choice in range(3):
            moved = c.copy()
            key = list(moved.vertices[v])
            zeros = [k for k, letter in enumerate(key) if letter == "0"]
            if choice == 0:
                key[r.choice(zeros)] = r.choice("+-")
            elif choice == 1:
                key[r.randrange(len(key))] = "0"
            else:
                key = list(r.choice(moved.vertices))
                key[r.randrange(len(key))] = r.choice("+-0")
            moved.vertices[v] = "".join(key)
            yield moved.mend().dump()


@kind("change a sign")
def change_sign(c: Certificate, r: random.Random) -> Iterator[bytes]:
    for _ in range(10):
        changed = c.copy()
        v, k = r.randrange(len(c.vertices)), r.randrange(len(c.vertices[0]))
        key = changed.vertices[v]
        letter = r.choice([x for x in "-0+" if x != key[k]])
        changed.vertices[v] = key[:k] + letter + key[k + 1 :]
        yield changed.copy().dump()
        yield changed.mend().dump()


@kind("flip a neuron everywhere")
def flip_neuron(c: Certificate, r: random.Random) -> Iterator[bytes]:
    flip = str.maketrans("+-", "-+")
    for k in r.sample(range(len(c.vertices[0])), min(4, len(c.vertices[0]))):
        flipped = c.copy()
        flipped.vertices = [x[:k] + x[k].translate(flip) + x[k + 1 :] for x in flipped.vertices]
        yield flipped.mend().dump()


@kind("exchange neurons")
def exchange_neurons(c: Certificate, r: random.Random) -> Iterator[bytes]:
    for _ in range(5):
        a, b = sorted(r.choices(range(len(c.vertices[0])), k=2))
        one, every = c.copy(), c.copy()

        def exchange(key: str, a: int = a, b: int = b) -> str:
            letters = list(key)
            letters[a], letters[b] = letters[b], letters[a]
            return "".join(letters)

        v = r.randrange(len(c.vertices))
        one.vertices[v] = exchange(one.vertices[v])
        yield one.mend().dump()
        every.vertices = [exchange(key) for key in every.vertices]
        yield every.mend().dump()


@kind("change a weight")
def change_weight(c: Certificate, r: random.Random) -> Iterator[bytes]:
    for _ in range(8):
        changed = c.copy()
        layer = r.choice(changed.header["network"]["layers"])
        line = r.choice([*layer["weight"], layer["bias"]])
        i = r.randrange(len(line))
        step = r.choice([Fraction(1), Fraction(1, 7), Fraction(1, 10**9), -2 * Fraction(line[i])])
        line[i] = str(Fraction(line[i]) + step)
        yield changed.dump()  # with the old digest
        yield changed.mend(claims=False).dump()


@kind("change a unit's kind")
def change_kind(c: Certificate, r: random.Random) -> Iterator[bytes]:
    for index, layer in enumerate(c.header["network"]["layers"]):
        changed = c.copy()
        kinds = changed.header["network"]["layers"][index]["relu"]
        i = r.randrange(len(layer["relu"]))
        kinds[i] = not kinds[i]
        yield changed.copy().mend(claims=False).dump()
        layers = c.header["network"]["layers"]
        place = sum(sum(x["relu"]) for x in layers[:index]) + sum(layer["relu"][:i])
        letters = "+" if kinds[i] else ""  # and the keys changed to match
        skip = 0 if kinds[i] else 1
        keys = changed.vertices
        changed.vertices = [key[:place] + letters + key[place + skip :] for key in keys]
        yield changed.mend().dump()


@kind("change the domain")
def change_domain(c: Certificate, r: random.Random) -> Iterator[bytes]:
    d = len(c.header["network"]["layers"][0]["weight"][0])
    boxes: list[Any] = ["R^d", [["-1", "1"]] * d, [["-2", "2"]] * d, [["-1", "10000000"]] * d]
    if c.header["domain"] != "R^d":
        wider = copy.deepcopy(c.header["domain"])
        wider[r.randrange(d)][1] = str(Fraction(wider[0][1]) + Fraction(1, 10**6))
        boxes += [wider, wider[1:], [["-1", "-1"]] * d, [["1", "-1"]] * d, [*wider, ["0", "1"]]]
        boxes += [None, {}, "R^2", [None] * d, [["-1", "1", "2"]] * d, ["-1"] * d, [{}] * d]
        boxes += [[[-1, 1]] * d, [["-1.0", "1"]] * d, [["-1"]] * d, ["ab"] * d, wider[:-1]]
        boxes += [[["-1", "1"]] * d + [None], [["1/2", "1/2"], *wider[1:]]]
    for box in boxes:
        changed = c.copy()
        changed.header["domain"] = box
        if box != c.header["domain"]:
            yield changed.dump()
            yield changed.mend(claims=isinstance(box, list) and len(box) == d).dump()


@kind("swap neighbours")
def swap_neighbours(c: Certificate, r: random.Random) -> Iterator[bytes]:
    """Exchange a vertex between two regions that share one."""
    for _ in range(20):
        i, j = r.randrange(len(c.regions)), r.randrange(len(c.regions))
        only_i = sorted(set(c.regions[i]) - set(c.regions[j]))
        only_j = sorted(set(c.regions[j]) - set(c.regions[i]))
        if only_i and only_j and len(only_i) < len(c.regions[i]):
            a, b = r.choice(only_i), r.choice(only_j)
            swapped = c.copy()
            swapped.regions[i] = sorted({*swapped.regions[i], b} - {a})
            swapped.regions[j] = sorted({*swapped.regions[j], a} - {b})
            yield swapped.mend().dump()


@kind("drop a vertex of a region")
def drop_incidence(c: Certificate, r: random.Random) -> Iterator[bytes]:
    for _ in range(40):
        i = r.randrange(len(c.regions))
        less = c.copy()
        if len(less.regions[i]) > 1:
            less.regions[i].remove(r.choice(less.regions[i]))
            yield less.mend().dump()


@kind("drop a vertex of a face")
def drop_face_incidence(c: Certificate, r: random.Random) -> Iterator[bytes]:
    """Drop a vertex from all regions but one, which still uses it."""
    for v in r.sample(range(len(c.vertices)), min(4, len(c.vertices))):
        owners = [i for i, region in enumerate(c.regions) if v in region]
        keep = r.choice(owners)
        less = c.copy()
        for i in owners:
            if i != keep and len(less.regions[i]) > 1:
                less.regions[i].remove(v)
        if len(owners) > 1:
            yield less.mend().dump()


@kind("add a vertex to a region")
def add_incidence(c: Certificate, r: random.Random) -> Iterator[bytes]:
    for _ in range(20):
        i, v = r.randrange(len(c.regions)), r.randrange(len(c.vertices) + 1)
        if v not in c.regions[i]:
            more = c.copy()
            more.regions[i].append(v)
            yield more.mend().dump()


@kind("merge two regions")
def merge_regions(c: Certificate, r: random.Random) -> Iterator[bytes]:
    for _ in range(6):
        i, j = r.randrange(len(c.regions)), r.randrange(len(c.regions))
        if i != j:
            merged = c.copy()
            merged.regions[i] = sorted({*merged.regions[i], *merged.regions[j]})
            yield merged.copy().mend().dump()  # an overlap
            del merged.regions[j]
            yield merged.mend().dump()


@kind("drop a connected part")
def drop_part(c: Certificate, r: random.Random) -> Iterator[bytes]:
    """Keep a ball of regions, all that touches them, and counts to match; or its complement."""
    for _ in range(6):
        ball = {r.randrange(len(c.regions))}
        for _ in range(r.randrange(3)):
            touched = {v for i in ball for v in c.regions[i]}
            ball |= {i for i, region in enumerate(c.regions) if touched & set(region)}
        for part in (ball, set(range(len(c.regions))) - ball):
            if part and len(part) < len(c.regions):
                kept = [c.regions[i] for i in sorted(part)]
                used = {v for region in kept for v in region}
                rest = Certificate(copy.deepcopy(c.header), c.vertices, kept)
                yield rest.without_vertices(set(range(len(c.vertices))) - used).mend().dump()


@kind("one side of a neuron only")
def half(c: Certificate, r: random.Random) -> Iterator[bytes]:
    """The regions on which a neuron is not negative, with counts to match: half a complex."""
    for k in range(len(c.vertices[0])):
        kept = [region for region in c.regions if all(c.vertices[v][k] != "-" for v in region)]
        if 0 < len(kept) < len(c.regions):
            used = {v for region in kept for v in region}
            rest = Certificate(copy.deepcopy(c.header), c.vertices, kept)
            yield rest.without_vertices(set(range(len(c.vertices))) - used).mend().dump()
