"""Certificates with sections: made from one without, by brute force; taken apart, and mended."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import exactpoly as ep
from exactpoly.certificate import check
from tests.certificate.forging import Certificate, write

Cell = tuple[int, str, list[str]]
"""Dimension, key, keys of the facets."""


@dataclass
class Part:
    """One section."""

    root: list[int]
    vertices: list[Any]
    regions: list[Any]
    counts: dict[str, Any]

    def lines(self) -> list[Any]:
        sizes = {"vertices": len(self.vertices), "regions": len(self.regions)}
        start = {"root": self.root, "counts": self.counts, **sizes}
        return [start, *self.vertices, *self.regions]


@dataclass
class Sectioned:
    """A certificate with sections, taken apart; ``root``: the header, and the complex of the root."""

    root: Certificate
    parts: list[Part]

    @classmethod
    def of(cls, data: bytes) -> Sectioned:
        header, *body = [json.loads(line) for line in data.splitlines()]
        lines = iter(body)

        def take(vertices: int, regions: int) -> tuple[list[Any], list[Any]]:
            return [next(lines) for _ in range(vertices)], [next(lines) for _ in range(regions)]

        root = Certificate(header, *take(header["vertices"], header["regions"]))
        parts = [
            Part(start["root"], *take(start["vertices"], start["regions"]), start["counts"])
            for start in (next(lines) for _ in range(header["sections"]))
        ]
        return cls(root, parts)

    def copy(self) -> Sectioned:
        return copy.deepcopy(self)

    def dump(self) -> bytes:
        lines = [self.root.header, *self.root.vertices, *self.root.regions]
        lines += [line for part in self.parts for line in part.lines()]
        return "".join(check.spelling(line) + "\n" for line in lines).encode()

    def mend(self) -> Sectioned:
        """Everything sorted, numbered and counted again, as far as it lets itself count."""
        header = self.root.header
        self.root.mend(claims=False)
        header["sections"] = len(self.parts)
        for part in self.parts:
            mended = Certificate({**header}, part.vertices, part.regions).mend(claims=False)
            part.vertices, part.regions = mended.vertices, mended.regions
        demand = check.demand
        check.demand = lambda *_: None
        try:
            self._recount(check.Problem(header["network"], header["domain"], 10**9))
        except (KeyError, IndexError, ValueError, TypeError, ZeroDivisionError):
            pass  # no complex at all
        finally:
            check.demand = demand
        return self

    def _recount(self, problem: check.Problem) -> None:
        header = self.root.header
        neurons = header["prefix"]
        first = check.beginning(header["network"], neurons)
        root = _cells(check.Problem(first, header["domain"], 10**9), None, self.root)
        total = Counter({k: n for k, n in root.count().items() if k in growth_names(neurons)})
        held: set[int] = set()
        for part in self.parts:
            share = {root.regions[i] for i in part.root}
            closure = root.closure(share)
            about = check.Root(neurons, root.length, share, closure - held)
            part.counts = dict(_cells(problem, about, part).count())
            total.update(part.counts)
            held |= closure
        header["claims"] = check.claims(problem, total)


def growth_names(neurons: int) -> list[str]:
    return [f"{name} {i}" for name in ("regions", "walls") for i in range(1, neurons)]


def _cells(
    problem: check.Problem, root: check.Root | None, lists: Certificate | Part
) -> check.Cells:
    cells = check.Cells(problem, 10**9, root)
    for vertex in lists.vertices:
        cells.add_vertex(vertex)
    for region in lists.regions:
        cells.add_region(region)
    return cells


def divide(complex_: ep.Complex, neurons: int, sizes: list[int]) -> Sectioned:
    """The certificate with the first ``neurons`` in the root, so many of its regions in each section.

    The root's regions are taken in order of their rows (+ before 0 before -).
    """
    network, domain = complex_.network, complex_.domain
    whole = Certificate.of(write(complex_))
    root = Certificate.of(write(ep.enumerate(network.truncated(neurons), domain=domain)))
    keys = [union(root.vertices[v] for v in region) for region in root.regions]
    order = sorted(range(len(keys)), key=lambda i: keys[i].translate(str.maketrans("+0-", "abc")))
    ends = list(accumulate(sizes, initial=0))
    assert ends[-1] == len(order)
    groups = [sorted(order[a:b]) for a, b in pairwise(ends)]
    cells = list(cells_of(complex_))
    held: set[str] = set()
    parts = []
    for group in groups:
        share = {keys[i] for i in group}
        closure = {
            key
            for key in {k[:neurons] + k[network.n_neurons :] for _, k, _ in cells}
            if any(is_face(key, region) for region in share)
        }
        own = [c for c in cells if c[1][:neurons] + c[1][network.n_neurons :] in closure - held]
        regions = [
            region
            for region in whole.regions
            if union(whole.vertices[v] for v in region)[:neurons] in {k[:neurons] for k in share}
        ]
        used = sorted({v for region in regions for v in region})
        place = {v: i for i, v in enumerate(used)}
        parts.append(
            Part(
                group,
                [whole.vertices[v] for v in used],
                sorted([place[v] for v in region] for region in regions),
                counted(own, network.n_neurons, neurons, space=domain.is_space),
            )
        )
        held |= closure
    root.header = {
        **whole.header,
        "version": 4,
        "prefix": neurons,
        "sections": len(parts),
        "vertices": len(root.vertices),
        "regions": len(root.regions),
    }
    return Sectioned(root, parts)


def cells_of(complex_: ep.Complex) -> Iterator[Cell]:
    """All cells, those at infinity too."""
    cells, sides = complex_.cells, complex_.domain.n_sides
    keys = [
        [
            "".join("0+-"[s] for s in row) + "".join("+0"[mask >> i & 1] for i in range(sides))
            for row, mask in zip(cells.rows(k).tolist(), cells.sides(k).tolist(), strict=True)
        ]
        for k in range(cells.dimension + 1)
    ]
    for key in keys[0]:
        yield 0, key, []
    for k in range(1, cells.dimension + 1):
        for key, facets in zip(keys[k], cells.facets(k), strict=True):
            yield k, key, [keys[k - 1][f] for f in facets.tolist()]


def counted(own: list[Cell], neurons: int, first: int, *, space: bool) -> dict[str, int]:
    """What a section says of its own cells, counted by their keys."""
    counts: Counter[str] = Counter()

    def shown(key: str) -> bool:
        return "0" not in key[neurons:]

    inside = [(k, key[:neurons]) for k, key, _ in own if shown(key)]
    d = max(k for k, _ in inside)
    for k, key, facets in own:
        if space and not shown(key):
            continue
        inner = sum(map(shown, facets))
        outer = inner if space else len(facets)
        counts[f"cells {k}"] += 1
        counts[f"pairs {k}"] += outer
        counts[f"degenerate {k}"] += key.count("0") != d - k
        if k == d:
            counts[f"facets {inner}"] += 1
            counts[f"all_facets {outer}"] += 1
    for i in range(first, neurons + 1):
        regions = {row[:i] for k, row in inside if k == d}
        counts[f"regions {i}"] = len(regions)
        counts[f"walls {i}"] = len({row[:i] for k, row in inside if k == d - 1} - regions)
    return {name: n for name, n in counts.items() if n}


def union(keys: Iterator[str]) -> str:
    return "".join(max(letters, key="0+-".index) for letters in zip(*keys, strict=True))


def is_face(a: str, b: str) -> bool:
    return all(x in ("0", y) for x, y in zip(a, b, strict=True))
