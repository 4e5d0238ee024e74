"""Certificates taken apart, changed and put together again; and the oracle that knows the truth.

A certificate is a function of its network, domain and source, so whether a changed one is still true
needs no judgement: it is iff it is, byte for byte, what the writer makes for the network and domain that
it now names.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from hashlib import sha256
from itertools import pairwise
from typing import Any

import numpy as np

import exactpoly as ep
from exactpoly.certificate import check
from exactpoly.certificate.write import certificate_lines
from exactpoly.domain import Domain
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network


@dataclass
class Certificate:
    """A certificate taken apart: header, keys of vertices, vertices of regions."""

    header: dict[str, Any]
    vertices: list[Any]
    regions: list[Any]

    @classmethod
    def of(cls, data: bytes) -> Certificate:
        header, *body = [json.loads(line) for line in data.splitlines()]
        count = header["vertices"]
        return cls(header, body[:count], body[count:])

    def copy(self) -> Certificate:
        return copy.deepcopy(self)

    def dump(self) -> bytes:
        lines = [self.header, *self.vertices, *self.regions]
        return "".join(check.spelling(line) + "\n" for line in lines).encode()

    def without_vertices(self, gone: set[int]) -> Certificate:
        """Drop vertices and renumber the rest."""
        kept = [v for v in range(len(self.vertices)) if v not in gone]
        place = {v: i for i, v in enumerate(kept)}
        vertices = [self.vertices[v] for v in kept]
        regions = [[place[v] for v in region if v in place] for region in self.regions]
        return Certificate(self.header, vertices, [r for r in regions if r])

    def mend(self, *, claims: bool = True) -> Certificate:
        """Sort, renumber and count everything again, as far as the changed list lets itself count."""
        order = sorted(range(len(self.vertices)), key=lambda v: self.vertices[v])
        place = {v: i for i, v in enumerate(order)}
        self.vertices = [self.vertices[v] for v in order]
        self.regions = sorted(sorted(place.get(v, v) for v in region) for region in self.regions)
        self.header["vertices"] = len(self.vertices)
        self.header["regions"] = len(self.regions)
        text = check.spelling(self.header["network"])
        self.header["digest"] = sha256(text.encode()).hexdigest()
        if claims:
            self.header["claims"] = self.recounted() or self.header["claims"]
        return self

    def recounted(self) -> dict[str, Any] | None:
        """What the checker's own counting would say, its conditions ignored; None if it cannot."""
        demand = check.demand
        check.demand = lambda *_: None
        try:
            problem = check.Problem(self.header["network"], self.header["domain"], 10**8)
            cells = check.Cells(problem, 10**8)
            for vertex in self.vertices:
                cells.add_vertex(vertex)
            for region in self.regions:
                cells.add_region(region)
            return check.claims(problem, cells.count())
        except (KeyError, IndexError, ValueError, TypeError, RecursionError, ZeroDivisionError):
            return None
        finally:
            check.demand = demand


def named_network(header: dict[str, Any]) -> Network:
    """The network that a header names."""
    layers = tuple(
        Layer.of(x["weight"], x["bias"], relu=x["relu"]) for x in header["network"]["layers"]
    )
    return Network(layers, header["source"]["name"], tuple(header["source"]["notes"]))


def complex_of(header: dict[str, Any]) -> ep.Complex:
    """The true complex of the network and domain that a header names."""
    network = named_network(header)
    domain = Domain.space(network.input_dimension)
    if header["domain"] != "R^d":
        bounds = tuple((Fraction(a), Fraction(b)) for a, b in header["domain"])
        domain = Domain(network.input_dimension, bounds)
    return ep.enumerate(network, domain=domain)


def write(complex_: ep.Complex) -> bytes:
    return "".join(line + "\n" for line in certificate_lines(complex_)).encode()


@cache
def _truth(network: str, domain: str, source: str) -> bytes:
    names = {"network": network, "domain": domain, "source": source}
    return write(complex_of({name: json.loads(text) for name, text in names.items()}))


def is_true(data: bytes) -> bool:
    """Whether a changed complete certificate is what the writer makes for what its header names."""
    try:
        header = json.loads(data.splitlines()[0])
        parts = [check.spelling(header[name]) for name in ("network", "domain", "source")]
        return _truth(*parts) == data
    except (ValueError, KeyError, TypeError, IndexError, ep.ExactpolyError):
        return False  # not even a network


def cubes() -> Certificate:
    """A box cut in 27 by two planes across each axis: vertices inside, and no facet is a triangle."""
    rows = [[int(i == axis) for i in range(3)] for axis in range(3) for _ in range(2)]
    network = Network((Layer.of(rows, [-1, 1] * 3),))
    return Certificate.of(write(ep.enumerate(network, domain="[-3,3]^d")))


def without_each_incidence(c: Certificate) -> Iterator[bytes]:
    """A vertex dropped from the list of a region, in every way, the order mended."""
    for i, region in enumerate(c.regions):
        for v in region:
            less = c.copy()
            less.regions[i].remove(v)
            less.regions.sort()
            yield less.dump()


def random_network(widths: tuple[int, ...], seed: int, kind_: str = "float") -> Network:
    """Torch's default initialisation in float32, or ternary weights (degenerate)."""
    draw = np.random.default_rng(seed)
    layers = []
    for index, (inputs, outputs) in enumerate(pairwise(widths)):
        bound = inputs**-0.5
        shape = (outputs, inputs)
        weight: Any = draw.uniform(-bound, bound, shape).astype(np.float32)
        bias: Any = draw.uniform(-bound, bound, outputs).astype(np.float32)
        if kind_ == "ternary":
            weight, bias = draw.integers(-1, 2, shape), draw.integers(-1, 2, outputs)
        layers.append(Layer.of(weight, bias, relu=index < len(widths) - 2))
    return Network(tuple(layers), f"{kind_} {'-'.join(map(str, widths))} seed {seed}")
