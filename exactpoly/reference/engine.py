"""The engine `reference`: region by region, by exact double description, slow and plain on purpose.

A region is a polyhedron. Layer by layer and neuron by neuron each polyhedron is split in two where
the neuron's affine form takes both signs on its generators, which is decided by exact arithmetic: a
form takes both signs on a polyhedron iff it does on its points, rays and lines. A neuron whose form
vanishes identically gets the entry 0 and cuts nothing. Rays and lines are real ones, there is no
box at infinity; and the affine forms are composed here. So nothing below the network is shared with
the engine `subdivide`, and where both agree two independent exact computations agree.

Every face of every region is then named by the exact sign row of the network at an exact point of
its relative interior (proofs/complex.md, Theorem 1: cells are sign rows) and by the sides of the box
that it lies on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from exactpoly.domain import Domain
from exactpoly.errors import InputError, InternalError
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from exactpoly.polyhedra.polyhedron import Polyhedron, Vector
from exactpoly.summary import Summary, histogram

__all__ = ["Cell", "ReferenceComplex", "ReferenceRegion", "enumerate_reference"]

Cell = tuple[tuple[int, ...], frozenset[int]]
"""A cell: its sign row, and the sides of the box it lies on (see `exactpoly.domain`)."""

Form = list[Fraction]
"""An affine form on the input space: the constant, then one coefficient an axis."""


@dataclass(frozen=True)
class ReferenceRegion:
    """One region: a full-dimensional cell.

    ``row``: its sign row (an entry is 0 where the neuron vanishes identically on the region);
    ``interior_point``: exact; ``facets``: its facets as cells, those on the boundary of the box
    included; ``polyhedron``: its closure, with exact H- and V-representation.
    """

    row: tuple[int, ...]
    interior_point: Vector
    facets: frozenset[Cell]
    polyhedron: Polyhedron = field(compare=False, repr=False)

    @property
    def vertices(self) -> frozenset[Vector]:
        """Exact vertices of the closure."""
        return frozenset(self.polyhedron.vertices)

    @property
    def volume(self) -> Fraction | None:
        """Exact volume; None when the region is unbounded."""
        return self.polyhedron.volume


@dataclass(frozen=True)
class ReferenceComplex:
    """The canonical polyhedral complex of a network on a domain.

    ``regions``: in no particular order; ``cells``: for each dimension `0..d` all cells, each once;
    ``complete``: False when the run was stopped; then only finished regions and their faces are in.
    """

    network: Network
    domain: Domain
    regions: list[ReferenceRegion]
    cells: dict[int, set[Cell]]
    complete: bool

    @property
    def f_vector(self) -> tuple[int, ...]:
        """`f_0 .. f_d`."""
        return tuple(len(self.cells[k]) for k in range(self.domain.dimension + 1))

    @cached_property
    def simple(self) -> bool:
        """Whether every `k`-cell lies on exactly `d - k` zero sets of neurons and sides."""
        return all(
            row.count(0) + len(sides) == self.domain.dimension - k
            for k, cells in self.cells.items()
            for row, sides in cells
        )

    def summary(self) -> Summary:
        """The numbers that both engines must agree on."""
        return Summary(
            network=self.network,
            domain=self.domain,
            engine="reference",
            f_vector=self.f_vector,
            facet_histogram=histogram(
                sum(not sides for _, sides in region.facets) for region in self.regions
            ),
            facet_histogram_with_domain_boundary=histogram(
                len(region.facets) for region in self.regions
            ),
            simple=self.simple,
            complete=self.complete,
        )


@dataclass(frozen=True)
class _Piece:
    """A polyhedron on which the first `len(row)` neurons have the signs ``row``.

    ``layer``: the layer that cuts next; ``unit``: its next unit; ``forms``: of its pre-activations.
    """

    polyhedron: Polyhedron
    row: tuple[int, ...]
    layer: int
    unit: int
    forms: list[Form]


def enumerate_reference(
    network: Network,
    domain: Domain,
    *,
    should_stop: Callable[[], bool] | None = None,
    progress: Callable[[int], None] | None = None,
) -> ReferenceComplex:
    """Enumerate the whole complex of ``network`` on ``domain``.

    ``should_stop`` is asked before every step; True ends the run with an incomplete result.
    ``progress`` is told the number of regions finished so far, after each. Raises `InputError` when
    the dimensions differ, `MissingDependency` without pycddlib, `InternalError` when an invariant
    of the result fails (for one, a facet off the boundary that is not in exactly two regions).
    """
    d = network.input_dimension
    if domain.dimension != d:
        raise InputError(
            f"domain: dimension {domain.dimension} given, {network.name} has input dimension {d}"
        )
    whole = Polyhedron(d, [(form[0], form[1:]) for form in _side_forms(domain)])
    identity = [[Fraction(int(j == i + 1)) for j in range(d + 1)] for i in range(d)]
    pending = [_Piece(whole, (), 0, 0, _compose(network.layers[0], identity))]
    regions: list[ReferenceRegion] = []
    cells: dict[int, set[Cell]] = {k: set() for k in range(d + 1)}
    complete = True
    while pending:
        if should_stop is not None and should_stop():
            complete = False
            break
        piece = pending.pop()
        if piece.unit < network.layers[piece.layer].outputs:
            pending.extend(_split(piece, network.layers[piece.layer]))
        elif piece.layer + 1 < len(network.layers):
            pending.append(_next_layer(piece, network))
        else:
            regions.append(_finish(piece, network, domain, cells))
            if progress is not None:
                progress(len(regions))
    if complete:
        _check_shared(regions)
    return ReferenceComplex(network, domain, regions, cells, complete)


def _split(piece: _Piece, layer: Layer) -> list[_Piece]:
    """Cut a piece by the zero set of one unit, if that is a neuron whose form changes sign."""
    unit, row, polyhedron = piece.unit, piece.row, piece.polyhedron

    def child(part: Polyhedron, entries: tuple[int, ...]) -> _Piece:
        return _Piece(part, row + entries, piece.layer, unit + 1, piece.forms)

    if not layer.relu[unit]:
        return [child(polyhedron, ())]
    form = piece.forms[unit]
    signs = _signs(form, polyhedron)
    if len(signs) < 2:
        return [child(polyhedron, (max(signs, default=0),))]
    kept = [polyhedron.rows[facet.inequalities[0]] for facet in polyhedron.facets]
    return [
        child(
            Polyhedron(
                polyhedron.dimension_of_space,
                [*((r[0], r[1:]) for r in kept), (sign * form[0], [sign * x for x in form[1:]])],
            ),
            (sign,),
        )
        for sign in (1, -1)
    ]


def _signs(form: Form, polyhedron: Polyhedron) -> set[int]:
    """Which of the signs -1 and 1 an affine form takes on a polyhedron; none iff it is 0 there."""
    values = [form[0] + _dot(form, point) for point in polyhedron.points]
    values += [_dot(form, ray) for ray in polyhedron.rays]
    for line in polyhedron.lines:
        slope = _dot(form, line)
        values += [slope, -slope]
    return {1 if value > 0 else -1 for value in values if value != 0}


def _dot(form: Form, vector: Sequence[Fraction | int]) -> Fraction:
    """The linear part of a form at a vector."""
    return sum((a * x for a, x in zip(form[1:], vector, strict=True)), Fraction(0))


def _next_layer(piece: _Piece, network: Network) -> _Piece:
    """Apply the ReLU of a finished layer and compose the forms of the next one."""
    layer = network.layers[piece.layer]
    own = iter(piece.row[len(piece.row) - len(layer.neurons) :])
    outputs = [
        form if not relu or next(own) > 0 else [Fraction(0)] * len(form)
        for form, relu in zip(piece.forms, layer.relu, strict=True)
    ]
    forms = _compose(network.layers[piece.layer + 1], outputs)
    return _Piece(piece.polyhedron, piece.row, piece.layer + 1, 0, forms)


def _compose(layer: Layer, inputs: list[Form]) -> list[Form]:
    """The forms of a layer's pre-activations, given those of its inputs."""
    result = []
    for weights, bias in zip(layer.weight, layer.bias, strict=True):
        form = [Fraction(0)] * len(inputs[0])
        form[0] = bias
        for weight, inner in zip(weights, inputs, strict=True):
            if weight:
                form = [x + weight * y for x, y in zip(form, inner, strict=True)]
        result.append(form)
    return result


def _side_forms(domain: Domain) -> list[Form]:
    """The forms that are nonnegative on the domain: entry `s` vanishes on its side `s`."""
    return [[constant, *gradient] for gradient, constant in domain.inequalities()]


def _finish(
    piece: _Piece, network: Network, domain: Domain, cells: dict[int, set[Cell]]
) -> ReferenceRegion:
    """Name all faces of a finished region and add them to ``cells``."""
    d = domain.dimension
    sides = _side_forms(domain)
    faces: dict[int, set[Cell]] = {k: set() for k in range(d + 1)}
    face_points = piece.polyhedron.face_points()
    for dimension, point in face_points:
        touched = frozenset(s for s, f in enumerate(sides) if f[0] + _dot(f, point) == 0)
        faces[dimension].add((network.sign_row(point), touched))
    if faces[d] != {(piece.row, frozenset())}:
        raise InternalError(
            f"region {piece.row}: the network has other signs inside it: {faces[d]}"
        )
    if sum(len(names) for names in faces.values()) != len(face_points):
        raise InternalError(f"region {piece.row}: two of its faces have the same sign row")
    for dimension, names in faces.items():
        cells[dimension] |= names
    return ReferenceRegion(
        piece.row, piece.polyhedron.interior_point(), frozenset(faces[d - 1]), piece.polyhedron
    )


def _check_shared(regions: Sequence[ReferenceRegion]) -> None:
    """Check that facets lie in two regions each, on the boundary of the domain in one."""
    if len({region.row for region in regions}) != len(regions):
        raise InternalError("two regions have the same sign row")
    count = Counter(cell for region in regions for cell in region.facets)
    for (row, sides), times in count.items():
        if times != (1 if sides else 2):
            raise InternalError(
                f"facet with sign row {row} on sides {sorted(sides)} lies in {times} regions"
            )
