"""A network that is 1 exactly on a given union of simplices and 0 away from it.

In the manner of Lee and Ye (arXiv 2305.16375): one hidden layer tests the walls of the simplices, the
next has one unit a simplex, and a maximum joins them. For a simplex `S` with inequalities `l_j >= 0` and
equations `e_i = 0` the unit is

    T(x) = relu(1 - s (sum_j relu(-l_j(x)) + sum_i |e_i(x)|)),

which is 1 exactly on `S` and 0 where the sum is at least `1 / s`. The maximum is a balanced tree of
`max(a, b) = a + relu(b - a)`, in which every `a >= 0` passes a ReLU unharmed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat, fmpz_mat

from exactpoly.arithmetic.rational import exact_scalar
from exactpoly.errors import InputError
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from exactpoly.topology.homology import Homology, homology
from exactpoly.topology.incidence import chains_of

__all__ = ["SimplicialComplex", "indicator_network"]

Form = list[Fraction]
"""Coefficients of an affine form: the constant last."""


@dataclass(frozen=True)
class SimplicialComplex:
    """Simplices in `R^d`: ``vertices`` are rational points, ``simplices`` increasing tuples of numbers.

    >>> hollow = SimplicialComplex.of([[0, 0], [4, 0], [0, 4]], [[0, 1], [1, 2], [0, 2]])
    >>> hollow.homology.betti()
    (1, 1)
    """

    vertices: tuple[tuple[Fraction, ...], ...]
    simplices: tuple[tuple[int, ...], ...]

    @classmethod
    def of(
        cls,
        vertices: Sequence[Sequence[Any]],
        simplices: Sequence[Sequence[int]],
        *,
        where: str = "simplices",
    ) -> SimplicialComplex:
        """Check and make one. Raises `InputError` naming what does not fit; ``where`` is how it begins."""
        points = tuple(
            tuple(exact_scalar(x, f"{where}: vertices[{i}]") for x in row)
            for i, row in enumerate(vertices)
        )
        if not points or not points[0] or len({len(p) for p in points}) != 1:
            raise InputError(
                f"{where}: vertices: give points, all with the same number of coordinates"
            )
        if not simplices:
            raise InputError(f"{where}: there is no simplex; give lists of vertex numbers")
        for i, simplex in enumerate(simplices):
            if not simplex or len(set(simplex)) != len(simplex):
                raise InputError(f"{where}: simplices[{i}]: give different vertex numbers")
            for number in simplex:
                if type(number) is not int or not 0 <= number < len(points):
                    raise InputError(
                        f"{where}: simplices[{i}]: {number!r} is not a vertex; they are numbered from 0 to"
                        f" {len(points) - 1}"
                    )
        made = cls(points, tuple(tuple(sorted(s)) for s in simplices))
        for i, simplex in enumerate(made.simplices):
            if fmpq_mat(_columns(made, simplex)).rank() != len(simplex):
                raise InputError(f"{where}: simplices[{i}]: its vertices are affinely dependent")
        return made

    @property
    def dimension(self) -> int:
        """Dimension `d` of the space."""
        return len(self.vertices[0])

    @property
    def homology(self) -> Homology:
        """Homology of the abstract complex: of the simplices and all their faces, no geometry used."""
        faces: list[list[tuple[int, ...]]] = []
        for k in range(1, max(map(len, self.simplices)) + 1):
            found = {f for s in self.simplices for f in combinations(s, k)}
            faces.append(sorted(found))
        number = [{face: n for n, face in enumerate(level)} for level in faces]
        facets, starts = [], []
        for k in range(1, len(faces)):
            rows = [[number[k - 1][f] for f in combinations(face, k)] for face in faces[k]]
            facets.append(np.array(rows, np.int32).ravel())
            starts.append(np.arange(0, (k + 1) * len(rows), k + 1))
        return homology(chains_of(tuple(map(len, faces)), facets, starts))


def indicator_network(complex_: SimplicialComplex, slope: Any = 16) -> Network:
    """The network of the module, with slope `s`: `relu`-layers only, widths walls - simplices - tree - 1.

    >>> segment = SimplicialComplex.of([[0], [1]], [[0, 1]])
    >>> net = indicator_network(segment, 4)
    >>> net.widths, [str(net.evaluate([x])[0]) for x in ("1/3", "1", "9/8", "2")]
    ((1, 2, 1, 1), ['1', '1', '1/2', '0'])
    """
    steepness = exact_scalar(slope, "slope")
    if steepness <= 0:
        raise InputError(f"slope: {slope} is not positive")
    walls: list[Form] = []
    units: list[range] = []
    for simplex in complex_.simplices:
        own = _wall_forms(complex_, simplex)
        units.append(range(len(walls), len(walls) + len(own)))
        walls += own
    first = Layer.of([w[:-1] for w in walls], [w[-1] for w in walls])
    tests = [[-steepness if j in own else 0 for j in range(len(walls))] for own in units]
    layers = [first, Layer.of(tests, [1] * len(units))]
    layers += _maximum(len(units))
    return Network(tuple(layers), f"indicator of {len(units)} simplices")


def _columns(complex_: SimplicialComplex, simplex: Sequence[int]) -> list[list[fmpq]]:
    """The vertices as rows with a 1 behind."""
    return [
        [fmpq(x.numerator, x.denominator) for x in complex_.vertices[v]] + [fmpq(1)]
        for v in simplex
    ]


def _wall_forms(complex_: SimplicialComplex, simplex: Sequence[int]) -> list[Form]:
    """Forms that are all at most 0 exactly on the simplex: minus the barycentric coordinates, extended to
    the whole space, and both signs of the equations of its affine hull.
    """
    points = fmpq_mat(_columns(complex_, simplex))
    transposed = points.transpose()
    barycentric = (points * transposed).inv() * points
    forms = [[-_fraction(x) for x in row] for row in barycentric.tolist()]
    integral, _ = points.numer_denom()
    basis, rank = fmpz_mat(integral).nullspace()
    for column in range(rank):
        equation = [Fraction(int(basis[i, column])) for i in range(basis.nrows())]
        forms += [equation, [-x for x in equation]]
    return forms


def _fraction(x: fmpq) -> Fraction:
    return Fraction(int(x.p), int(x.q))


def _maximum(count: int) -> list[Layer]:
    """Layers from ``count`` nonnegative numbers to their maximum: a balanced tree."""
    layers: list[Layer] = []
    held = [[int(i == j) for j in range(count)] for i in range(count)]
    while len(held) > 1:
        rows: list[list[int]] = []
        for a, b in zip(held[::2], held[1::2], strict=False):
            rows += [a, [y - x for x, y in zip(a, b, strict=True)]]
        if len(held) % 2:
            rows.append(held[-1])
        following = [
            [int(j in (i, i + 1)) for j in range(len(rows))] for i in range(0, len(rows), 2)
        ]
        layers.append(Layer.of(rows))
        held = following
    return [*layers, Layer.of(held, relu=False)]
