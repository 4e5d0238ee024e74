"""Whether an affine form is negative somewhere in a polyhedron, exactly, from any basis to start with.

The revised simplex method in integers: no table is kept, each pivot solves linear systems with the `d`
rows of the basis (python-flint). So a basis that floating point proposes, and that is right but for a
pivot or two, is mended in as many solutions, however many digits a table would have.

The start may be neither feasible nor optimal. Rows that the first vertex violates are first moved out
until they hold there (their constants are raised), and the primal method runs to its end over that larger
polyhedron; then the rows are moved back and the dual method goes on from that basis. Edges of the
larger polyhedron along which the form falls without end are directions of the smaller one, which
is not empty, so the form falls there too. Both methods pivot by the smallest index after a while (R. G.
Bland, Math. Oper. Res. 2 (1977); for the dual method the same rule read in the dual), so both end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq, fmpz_mat, nmod_mat

from exactpoly.errors import InternalError
from exactpoly.polyhedra.simplex import Witness

__all__ = ["RevisedSimplex"]

_PRIME = 2**61 - 1
_GREEDY_PIVOTS = 60
"""Pivots by the largest number before the smallest index, with which no cycle is possible."""


@dataclass(frozen=True)
class _Ratios:
    """``numerators`` over one positive ``denominator``."""

    numerators: list[int]
    denominator: int


class RevisedSimplex:
    """The polyhedron ``{y : row[0] + row[1:].y >= 0}`` around the centre `y = 0`.

    ``rows``: integers, shape (m, 1 + d), every ``row[0] > 0``. Variables `0..d-1` are the coordinates,
    which are free, `d..` the slacks of the rows. ``basis``: the `d` that vanish at the present vertex;
    ``pivots``: how many the last answer took.
    """

    def __init__(self, rows: Sequence[Sequence[int]], dimension: int) -> None:
        d = dimension
        self.dimension = d
        units = [[int(i == j) for j in range(d)] for i in range(d)]
        self._normals = units + [list(row[1:]) for row in rows]
        self._constants = [0] * d + [row[0] for row in rows]
        self._matrix = fmpz_mat(len(self._normals), d, [x for row in self._normals for x in row])
        self._raised: dict[int, int] = {}
        self.basis: list[int] = []
        self.pivots = 0

    def witness_below_zero(self, form: Sequence[int], start: Sequence[int] = ()) -> Witness | None:
        """A place where ``form[0] + form[1:].y < 0``, or None if there is none in the polyhedron.

        ``start``: variables that vanish at the vertex to begin with, as far as they are independent.
        """
        self.basis, self.pivots, self._raised = self._completed(start), 0, {}
        vertex = self._vertex()
        self._raised = {
            i: 1 - value // vertex.denominator
            for i, value in enumerate(self._values(vertex))
            if i >= self.dimension and value < 0
        }
        direction = self._primal(form)
        if direction is not None:
            return Witness(tuple(direction))
        if self._raised:
            self._raised = {}
            self._dual(form)
        vertex = self._vertex()
        return Witness(tuple(vertex.numerators)) if _at(form, vertex) < 0 else None

    def _completed(self, start: Sequence[int]) -> list[int]:
        """A basis: the given variables that are independent modulo a prime, coordinates for the rest."""
        order = [*dict.fromkeys(start), *range(self.dimension)]
        residues = [[x % _PRIME for x in self._normals[i]] for i in order]
        columns = [list(line) for line in zip(*residues, strict=True)]
        echelon, rank = nmod_mat(columns, _PRIME).rref()
        basis, column = [], 0
        for line in range(rank):
            while echelon[line, column] == 0:
                column += 1
            basis.append(order[column])
        return basis

    def _primal(self, form: Sequence[int]) -> list[int] | None:
        """Downhill until nothing falls any more, or to a direction in which the form falls without end.

        Where no row was raised it stops as soon as the form is negative.
        """
        while True:
            vertex = self._vertex()
            if not self._raised and _at(form, vertex) < 0:
                return None
            multipliers = self._combination(form[1:]).numerators
            entering = self._entering(multipliers)
            if entering is None:
                return None
            sign = -1 if multipliers[entering] > 0 else 1
            edge = self._solved(
                self._rows(), [sign * (i == entering) for i in range(self.dimension)]
            )
            leaving = self._first_met(vertex, edge)
            if leaving is None:
                return edge.numerators
            self._exchange(entering, leaving)

    def _entering(self, multipliers: Sequence[int]) -> int | None:
        """The place in the basis of a variable that lowers the form; free ones first."""
        able = []
        for place, (variable, x) in enumerate(zip(self.basis, multipliers, strict=True)):
            if variable < self.dimension and x:
                return place
            if x < 0:
                able.append(place)
        if self.pivots > _GREEDY_PIVOTS:
            return min(able, key=lambda place: self.basis[place], default=None)
        return min(able, key=lambda place: multipliers[place], default=None)

    def _first_met(self, vertex: _Ratios, edge: _Ratios) -> int | None:
        """The row that is met first along an edge; ties by the smallest index."""
        values, slopes = self._values(vertex), self._products(edge)
        met: int | None = None
        inside = set(self.basis)
        for i in range(self.dimension, len(values)):
            if slopes[i] >= 0 or i in inside:
                continue
            if met is None or values[i] * slopes[met] > values[met] * slopes[i]:
                met = i
        return met

    def _dual(self, form: Sequence[int]) -> None:
        """From a basis with the right multipliers to one at whose vertex all rows hold as well.

        It stops as soon as the multipliers prove that the form is nowhere negative.
        """
        while True:
            vertex = self._vertex()
            if _at(form, vertex) >= 0:
                return
            values = self._values(vertex)
            violated = [i for i in range(self.dimension, len(values)) if values[i] < 0]
            if not violated:
                return
            greedy = self.pivots <= _GREEDY_PIVOTS
            entering = min(violated, key=lambda i: values[i]) if greedy else violated[0]
            weights = self._combination(self._normals[entering]).numerators
            leaving = self._first_spent(self._combination(form[1:]).numerators, weights)
            self._exchange(leaving, entering)

    def _first_spent(self, multipliers: Sequence[int], weights: Sequence[int]) -> int:
        """The place in the basis whose multiplier is the first to reach 0; ties by the smallest index."""
        able = [
            (fmpq(x, w), variable, place)
            for place, (variable, x, w) in enumerate(
                zip(self.basis, multipliers, weights, strict=True)
            )
            if w > 0 or (w and variable < self.dimension)
        ]
        if not able:
            raise InternalError("redundancy: a polyhedron around an interior point came out empty")
        return min(able)[2]

    def _exchange(self, place: int, variable: int) -> None:
        self.basis[place] = variable
        self.pivots += 1

    def _rows(self) -> fmpz_mat:
        return fmpz_mat([self._normals[i] for i in self.basis])

    def _constant(self, variable: int) -> int:
        return self._constants[variable] + self._raised.get(variable, 0)

    def _vertex(self) -> _Ratios:
        """Where all variables of the basis vanish."""
        return self._solved(self._rows(), [-self._constant(i) for i in self.basis])

    def _combination(self, normal: Sequence[int]) -> _Ratios:
        """The multipliers with which the basis combines to ``normal``."""
        return self._solved(self._rows().transpose(), normal)

    def _solved(self, matrix: fmpz_mat, right: Sequence[int]) -> _Ratios:
        solution = matrix.solve(fmpz_mat(self.dimension, 1, list(right)))
        numerators, denominator = solution.numer_denom()
        if denominator < 0:
            numerators, denominator = -numerators, -denominator
        return _Ratios([int(x) for x in numerators.entries()], int(denominator))

    def _values(self, vertex: _Ratios) -> list[int]:
        """Of all variables, times the vertex's denominator."""
        products = self._products(vertex)
        return [x + vertex.denominator * self._constant(i) for i, x in enumerate(products)]

    def _products(self, vector: _Ratios) -> list[int]:
        """All normals times the vector's numerators."""
        column = self._matrix * fmpz_mat(self.dimension, 1, vector.numerators)
        return [int(x) for x in column.entries()]


def _at(form: Sequence[int], place: _Ratios) -> int:
    """The form's value there, times the denominator."""
    products = sum(a * x for a, x in zip(form[1:], place.numerators, strict=True))
    return form[0] * place.denominator + products
