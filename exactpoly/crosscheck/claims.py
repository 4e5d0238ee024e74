"""What a tool says about a complex: the claims, as data. The file formats are in CLAIMS.md.

Claims say nothing that the tool did not say: every part is optional, and only what is stated is
judged. All numbers are exact here; a float of the tool is the dyadic rational that it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from exactpoly.crosscheck.further_claims import ClaimedLevelSet, ClaimedMesh, ClaimedProperty
from exactpoly.crosscheck.numbers import FORMATS, NumberFormat
from exactpoly.errors import InputError
from exactpoly.polyhedra.interior import HalfSpace, largest_cube

__all__ = ["ClaimedRegion", "ClaimedVertex", "Claims", "Point", "Row", "signs_of", "text_of"]

Point = tuple[Fraction, ...]
Row = tuple[int, ...]

_SIGNS = {"+": 1, "-": -1, "0": 0}


def signs_of(text: object, where: str) -> Row:
    """The sign row of a string such as ``"+-0"``. Raises `InputError` naming ``where``."""
    if not isinstance(text, str) or set(text) - set(_SIGNS):
        raise InputError(f"{where} is {text!r}; write one of + - 0 for every neuron")
    return tuple(_SIGNS[sign] for sign in text)


def text_of(row: Row) -> str:
    """The string of a sign row."""
    return "".join("0+-"[sign] for sign in row)


@dataclass(frozen=True)
class ClaimedRegion:
    """One region as the tool names it: by sign row, by a point in it, by its vertices or by
    half-spaces.

    ``facets``: its number of facets; ``facet_neurons``: the neurons that carry its facets;
    ``vertices``: its vertices (all of them, on a box those on the boundary too); ``half_spaces``:
    closed half-spaces whose intersection it is.
    """

    row: Row | None = None
    point: Point | None = None
    facets: int | None = None
    facet_neurons: tuple[int, ...] | None = None
    vertices: tuple[Point, ...] | None = None
    half_spaces: tuple[HalfSpace, ...] | None = None

    @cached_property
    def place(self) -> Point | None:
        """A point that stands for the region, None if half-spaces without interior are all it has.

        It is the point given, or the mean of the vertices, or the centre of a largest cube.
        """
        if self.point is not None:
            return self.point
        if self.vertices:
            n = len(self.vertices)
            return tuple(sum(axis, Fraction(0)) / n for axis in zip(*self.vertices, strict=True))
        if not self.half_spaces:
            return None
        cube = largest_cube(self.half_spaces, len(self.half_spaces[0][0]))
        return None if cube is None else cube[0]


@dataclass(frozen=True)
class ClaimedVertex:
    """A vertex of the complex, with its sign row where the tool gives one."""

    point: Point
    row: Row | None = None


@dataclass(frozen=True)
class Claims:
    """Everything a tool said about one network on one domain.

    ``domain``: as `Domain.parse` reads it, None where the claims leave it to the caller.
    ``regions``: None if the tool lists none (an empty list is a claim, and a wrong one).
    ``facets_on_domain_boundary``: whether facet counts include facets on the box.
    ``vertices_on_domain_boundary``: whether the list of vertices is meant to hold those on the box.
    ``adjacency``: pairs of indices into ``regions``.
    ``level_sets``, ``meshes``, ``properties``: see `further_claims`.
    ``totals``: name -> number, list of numbers or histogram; see CLAIMS.md.
    ``vertex_tolerance``: what the tool promises, relative as in `NumberFormat.tolerance`.
    """

    tool: str = "claims"
    version: str = ""
    domain: str | None = None
    network_digest: str | None = None
    numbers: NumberFormat = FORMATS["float64"]
    regions: tuple[ClaimedRegion, ...] | None = None
    vertices: tuple[ClaimedVertex, ...] | None = None
    adjacency: tuple[tuple[int, int], ...] | None = None
    totals: Mapping[str, object] = field(default_factory=dict)
    level_sets: tuple[ClaimedLevelSet, ...] = ()
    meshes: tuple[ClaimedMesh, ...] = ()
    properties: tuple[ClaimedProperty, ...] = ()
    facets_on_domain_boundary: bool = False
    vertices_on_domain_boundary: bool = True
    vertex_tolerance: Fraction | None = None

    @property
    def tolerance(self) -> Fraction:
        """The relative vertex tolerance of the lenient reading."""
        if self.vertex_tolerance is not None:
            return self.vertex_tolerance
        return self.numbers.tolerance

    def check_shape(self, neurons: int, dimension: int) -> None:
        """Refuse claims that cannot be about a network of this shape. Raises `InputError`."""
        for i, region in enumerate(self.regions or ()):
            where = f"regions[{i}]"
            _check_row(region.row, neurons, f"{where}.row")
            for name, point in [
                (f"{where}.point", region.point),
                *((f"{where}.vertices[{j}]", p) for j, p in enumerate(region.vertices or ())),
                *(
                    (f"{where}.half_spaces[{j}]", a)
                    for j, (a, _) in enumerate(region.half_spaces or ())
                ),
            ]:
                _check_point(point, dimension, name)
            for neuron in region.facet_neurons or ():
                if not 0 <= neuron < neurons:
                    raise InputError(
                        f"{where}.facet_neurons has {neuron}; the neurons are 0 to {neurons - 1}"
                    )
        for i, vertex in enumerate(self.vertices or ()):
            _check_row(vertex.row, neurons, f"vertices[{i}].row")
            _check_point(vertex.point, dimension, f"vertices[{i}].point")
        for i, mesh in enumerate(self.meshes):
            _check_mesh(mesh, dimension, f"meshes[{i}]")
        stated = self.totals or self.level_sets or self.meshes or self.properties
        if self.regions is None and self.vertices is None and not stated:
            missing = "adjacency without regions" if self.adjacency else "no claims"
            raise InputError(f"it states {missing}; give regions, vertices, totals or the like")
        count = len(self.regions or ())
        for i, pair in enumerate(self.adjacency or ()):
            if not all(0 <= index < count for index in pair) or pair[0] == pair[1]:
                raise InputError(
                    f"adjacency[{i}] is {list(pair)}; give two different indices into the"
                    f" {count} regions"
                )


def _check_row(row: Row | None, neurons: int, where: str) -> None:
    if row is not None and len(row) != neurons:
        raise InputError(f"{where} has {len(row)} signs; the network has {neurons} neurons")


def _check_point(point: Point | None, dimension: int, where: str) -> None:
    if point is not None and len(point) != dimension:
        raise InputError(
            f"{where} has {len(point)} coordinates; the input dimension is {dimension}"
        )


def _check_mesh(mesh: ClaimedMesh, dimension: int, where: str) -> None:
    if dimension != 3:
        raise InputError(f"{where}: the input dimension is {dimension}; a mesh needs 3")
    for i, vertex in enumerate(mesh.vertices):
        _check_point(vertex, dimension, f"{where}.vertices[{i}]")
    for i, face in enumerate(mesh.faces):
        if len(face) < 3 or max(face) >= len(mesh.vertices):
            raise InputError(
                f"{where}.faces[{i}] is {list(face)}; give three or more indices into the"
                f" {len(mesh.vertices)} vertices"
            )
