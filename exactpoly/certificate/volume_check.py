"""A second check of certificates by other means: exact polyhedra and volumes instead of walking.

It shares nothing with `check` but the file. Every region is made into an exact polyhedron from its sign
row alone (pycddlib's double description), and must be full-dimensional with that row inside. Distinct
rows make the regions disjoint, so on a bounded domain they are all regions iff their exact volumes add
up to its own. On `R^d` they are all iff behind every facet of one lies another, which is decided by
perturbing a point of the facet symbolically. Faces are those of the polyhedra, identified by the sign
rows of exact points inside them. Verdicts are those of `exactpoly.theory` about these faces.

On `R^d` the listed vertices at infinity support the proof of `check` but carry no claim; they are
compared with the corners that the regions have in the box `[-M,M]^d` for one huge `M`.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

from exactpoly.certificate.verdicts import CellEvidence, verdict_claims
from exactpoly.domain import Domain
from exactpoly.domain.polytope import of_half_spaces
from exactpoly.local.forms import local_forms
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from exactpoly.polyhedra.polyhedron import Polyhedron, Vector
from exactpoly.theory import Hypothesis

__all__ = ["Disagreement", "recheck"]

_LONGEST_LINE = 1 << 24
_SIGNS = {"-": -1, "0": 0, "+": 1}
_LETTERS = {sign: letter for letter, sign in _SIGNS.items()}

Row = tuple[int, ...]


class Disagreement(Exception):
    """The certificate is wrong, with the reason."""


def recheck(path: str | Path) -> None:
    """Check a certificate file again; raises `Disagreement` if it is wrong.

    Needs pycddlib (`MissingDependency` without it). The file's syntax is the first checker's
    business: one that is no certificate at all may raise anything that `json` does.
    """
    lines = _each_line(path)
    header = next(lines)
    if "sections" in header:
        body = _without_sections(header, lines)
    else:
        body = _taken(lines, header["vertices"] + header["regions"])
    _demand(next(lines, None) is None, "number of lines")
    _Recheck(header, body).run()


def _each_line(path: str | Path) -> Iterator[Any]:
    """One JSON value a line, plain or packed; no more is unpacked than is asked for."""
    with open(path, "rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        file: Any = gzip.GzipFile(fileobj=raw) if packed else raw
        while line := file.readline(_LONGEST_LINE + 1):
            _demand(len(line) <= _LONGEST_LINE, "a line is longer than any certificate has")
            yield json.loads(line.decode("ascii"))


def _taken(lines: Iterator[Any], count: int) -> list[Any]:
    found = list(islice(lines, count))
    _demand(len(found) == count, "number of lines")
    return found


def _without_sections(header: dict[str, Any], lines: Iterator[Any]) -> list[Any]:
    """All vertices and regions of a file with sections as one list, which ``header`` then announces.

    Root and counts of sections are left aside: they say nothing about the complex that the claims do not.
    """
    place: dict[str, int] = {}
    regions: list[list[int]] = []
    _taken(lines, header["vertices"] + header["regions"])
    for _ in range(header["sections"]):
        [section] = _taken(lines, 1)
        keys = _taken(lines, section["vertices"])
        regions += [
            sorted(place.setdefault(keys[v], len(place)) for v in region)
            for region in _taken(lines, section["regions"])
        ]
    header |= {"vertices": len(place), "regions": len(regions)}
    return [*place, *regions]


def _demand(condition: bool, reason: str) -> None:
    if not condition:
        raise Disagreement(reason)


class _Recheck:
    """One certificate; ``rows`` are the distinct sign rows of its regions in the file's order."""

    def __init__(self, header: dict[str, Any], body: list[Any]) -> None:
        self.header = header
        self.network = Network(
            tuple(
                Layer.of(layer["weight"], layer["bias"], relu=layer["relu"])
                for layer in header["network"]["layers"]
            )
        )
        _demand(header["digest"] == self.network.digest, "digest")
        self.d = self.network.input_dimension
        given = header["domain"]
        self.domain = Domain.space(self.d)
        if isinstance(given, dict):
            rows = [tuple(map(Fraction, row)) for row in given["half_spaces"]]
            self.domain = of_half_spaces([(row[:-1], row[-1]) for row in rows], self.d)
        elif given != "R^d":
            pairs = tuple((Fraction(low), Fraction(high)) for low, high in given)
            self.domain = Domain(self.d, pairs)
        _demand(self.domain.to_json() == given, "spelling of the domain")
        self.vertices: list[str] = body[: header["vertices"]]
        self.lists: list[Any] = body[header["vertices"] :]
        _demand(bool(self.lists), "no regions")

    def run(self) -> None:
        if not self.header["complete"]:
            self.partial()
            return
        _demand(len(set(self.vertices)) == len(self.vertices), "a vertex is listed twice")
        self.rows = [self.row_of(region) for region in self.lists]
        _demand(len(set(self.rows)) == len(self.rows), "a region is listed twice")
        polyhedra = [self.region(row, self.domain) for row in self.rows]
        if not self.domain.is_space:
            self.volumes(polyhedra)
        else:
            self.walk(polyhedra)
        self.claims(polyhedra)
        self.compare_vertices()

    def row_of(self, region: list[int]) -> Row:
        """The sign row that the listed vertices give: for each neuron their one nonzero sign."""
        _demand(all(0 <= v < len(self.vertices) for v in region), "no such vertex")
        row = []
        for letters in zip(*(self.vertices[v] for v in region), strict=True):
            signs = set(letters) - {"0"}
            _demand(len(signs) <= 1, "opposite signs at the vertices of a region")
            row.append(_SIGNS[signs.pop()] if signs else 0)
        return tuple(row[: self.network.n_neurons])

    def region(self, row: Row, domain: Domain) -> Polyhedron:
        """The closure of the cell with this row in a domain, which must be full-dimensional."""
        (gradients, constants), _ = self.network.affine_maps(row)
        inequalities: list[tuple[Fraction, Sequence[Fraction]]] = []
        for sign, gradient, constant in zip(row, gradients, constants, strict=True):
            if sign:
                inequalities.append((sign * constant, [sign * x for x in gradient]))
            else:
                _demand(not any(gradient) and not constant, "0 for a neuron that is not 0")
        inequalities += [(b, a) for a, b in domain.inequalities()]
        polyhedron = Polyhedron(self.d, inequalities)
        _demand(not polyhedron.is_empty and polyhedron.dimension == self.d, "an empty region")
        inside = self.network.sign_row(polyhedron.interior_point())
        _demand(inside == row, "a region whose interior has another row")
        return polyhedron

    def volumes(self, polyhedra: list[Polyhedron]) -> None:
        total = sum((p.volume or Fraction(0) for p in polyhedra), Fraction(0))
        whole = Polyhedron(self.d, [(b, a) for a, b in self.domain.inequalities()]).volume
        _demand(total == whole, f"the volumes add up to {total}, the domain has {whole}")

    def walk(self, polyhedra: list[Polyhedron]) -> None:
        """Behind every facet of a listed region lies a listed region."""
        listed = set(self.rows)
        for polyhedron in polyhedra:
            for facet in polyhedron.facets:
                point = _mean(polyhedron, sorted(facet.points), sorted(facet.rays))
                _, *normal = polyhedron.rows[facet.inequalities[0]]
                # The first nonzero entry of the inner normal decides the sign of the perturbation.
                outward = [-1 if x > 0 else 1 for x in normal]
                _demand(local_forms(self.network, point, outward).row in listed, "a gap")

    def keys(self, polyhedron: Polyhedron, domain: Domain) -> Iterator[tuple[int, str]]:
        """(dimension, key) of every face of a region in a domain."""
        for dimension, point in polyhedron.face_points():
            sides = [
                int(sum((x * y for x, y in zip(a, point, strict=True)), b) != 0)
                for a, b in domain.inequalities()
            ]
            letters = [_LETTERS[s] for s in (*self.network.sign_row(point), *sides)]
            yield dimension, "".join(letters)

    def claims(self, polyhedra: list[Polyhedron]) -> None:
        faces = [sorted(self.keys(p, self.domain)) for p in polyhedra]
        cells = {cell for one in faces for cell in one}
        counts = Counter(dimension for dimension, _ in cells)
        inner, outer = [], []
        for polyhedron in polyhedra:
            facets = polyhedron.facets
            outer.append(len(facets))
            # Sides are the last inequalities, after those of the neurons that are not 0.
            first_side = len(polyhedron.rows) - len(self.domain.inequalities())
            inner.append(sum(max(f.inequalities) < first_side for f in facets))
        expected = {
            "f_vector": [counts[k] for k in range(self.d + 1)],
            "facet_histogram": {str(n): c for n, c in Counter(inner).items()},
            "facet_histogram_with_domain_boundary": {str(n): c for n, c in Counter(outer).items()},
            "mean_facets": str(Fraction(sum(inner), len(inner))),
            "mean_facets_with_domain_boundary": str(Fraction(sum(outer), len(outer))),
            "regions": len(polyhedra),
            "simple": all(key.count("0") == self.d - dimension for dimension, key in cells),
        }
        found = _Found(self.network, self.domain, cells, _pairs(faces), inner, outer)
        expected["verdicts"] = verdict_claims(_FoundEvidence(found))
        self.compare_claims(expected)

    def compare_claims(self, expected: dict[str, Any]) -> None:
        claims = self.header["claims"]
        _demand(sorted(claims) == sorted(expected), "names of the claims")
        for name, value in expected.items():
            # As JSON, so that 1, 1.0 and true are three things.
            same = json.dumps(claims[name], sort_keys=True) == json.dumps(value, sort_keys=True)
            _demand(same, f"{name} is {value}")

    def compare_vertices(self) -> None:
        """Each region's list is the list of its vertices, and every vertex is some region's."""
        domain = self.domain
        if domain.is_space:
            huge = _beyond(self.network)
            domain = Domain.box(self.d, -huge, huge)
        used: set[int] = set()
        for row, region in zip(self.rows, self.lists, strict=True):
            cells = self.keys(self.region(row, domain), domain)
            true = sorted(key for dimension, key in cells if dimension == 0)
            _demand(sorted(self.vertices[v] for v in region) == true, "vertices of a region")
            used.update(region)
        _demand(len(used) == len(self.vertices), "an unused vertex")

    def partial(self) -> None:
        """Every listed row is that of a full-dimensional polyhedron with the point inside."""
        rows = [tuple(_SIGNS[letter] for letter in entry[0]) for entry in self.lists]
        _demand(len(set(rows)) == len(rows), "a region is listed twice")
        for row, (_, *words) in zip(rows, self.lists, strict=True):
            point = [Fraction(word) for word in words]
            _demand(self.network.sign_row(point) == row, "a point with another row")
            _demand(self.domain.contains(tuple(point), strictly=True), "a point outside")
            self.region(row, self.domain)
        self.compare_claims({"regions_at_least": len(rows)})


@dataclass(frozen=True)
class _Found:
    """``cells``: (dimension, key) of all; ``pairs``: of a cell and a facet of it, by dimension;
    ``inner``, ``outer``: facets of each region without and with those on the boundary of the domain.
    """

    network: Network
    domain: Domain
    cells: set[tuple[int, str]]
    pairs: tuple[int, ...]
    inner: list[int]
    outer: list[int]


class _FoundEvidence(CellEvidence):
    """What theorems ask for, from the polyhedra found here."""

    def __init__(self, found: _Found) -> None:
        self.found = found
        self.network = found.network
        self.d = found.network.input_dimension
        self.on_space = found.domain.is_space
        self.on_box = found.domain.is_box
        self.widths = tuple(len(x.neurons) for x in self.network.layers if x.neurons)

    @property
    def f(self) -> tuple[int, ...]:
        counts = Counter(dimension for dimension, _ in self.found.cells)
        return tuple(counts[k] for k in range(self.d + 1))

    @property
    def mean(self) -> Fraction:
        return Fraction(sum(self.found.inner), len(self.found.inner))

    @property
    def mean_with_boundary(self) -> Fraction:
        return Fraction(sum(self.found.outer), len(self.found.outer))

    @property
    def simple(self) -> Hypothesis:
        return Hypothesis(
            "simple", all(key.count("0") == self.d - k for k, key in self.found.cells)
        )

    @property
    def face_pairs(self) -> tuple[int, ...]:
        return self.found.pairs

    @property
    def fewest_facets(self) -> int:
        return min(self.found.inner)

    @property
    def growth(self) -> tuple[tuple[int, int], ...]:
        neurons, result = self.network.n_neurons, []
        inside = [(k, key[:neurons]) for k, key in self.found.cells if "0" not in key[neurons:]]
        for n in range(1, neurons + 1):
            regions = {row[:n] for k, row in inside if k == self.d}
            walls = {row[:n] for k, row in inside if k == self.d - 1} - regions
            result.append((len(walls), len(regions)))
        return tuple(result)


def _pairs(faces: list[list[tuple[int, str]]]) -> tuple[int, ...]:
    """Entry `k`: number of pairs of a `k`-cell and a `(k-1)`-cell in its closure, from each region's faces.

    A face's row is that of the cell with some letters set to 0.
    """
    pairs: set[tuple[int, str, str]] = set()
    for one in faces:
        for k, key in one:
            pairs.update(
                (k, key, other)
                for j, other in one
                if j == k - 1 and all(b in ("0", a) for a, b in zip(key, other, strict=True))
            )
    counts = Counter(k for k, _, _ in pairs)
    return tuple(counts[k] for k in range(max(k for k, _ in faces[0]) + 1))


def _beyond(network: Network) -> Fraction:
    """A number `M` so large that the box `[-M,M]^d` has the keys of the box at infinity.

    In integer scaling no coefficient of a pre-activation as a function of `x` exceeds ``largest``. By
    Cramer and Hadamard a vertex is `(P + M Q) / D` with integers of at most `d! largest^d`, and a
    pre-activation there is, times an integer, `p + M q` with `|p|` less than the number returned.
    """
    d, scale, largest = network.input_dimension, 1, 1
    for layer in network.layers:
        rows = max(sum(map(abs, row)) for row in layer.numerators)
        largest, scale = max(1, rows) * max(largest, scale), scale * layer.denominator
    return Fraction(((d + 1) * largest) ** (d + 1))


def _mean(polyhedron: Polyhedron, points: list[int], rays: list[int]) -> Vector:
    """A point of the relative interior of a face: mean of its points plus the sum of its rays."""
    return tuple(
        sum((polyhedron.points[i][axis] for i in points), Fraction(0)) / len(points)
        + sum(polyhedron.rays[i][axis] for i in rays)
        for axis in range(polyhedron.dimension_of_space)
    )
