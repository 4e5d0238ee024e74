"""Exact coordinates of vertices from their sign rows.

A vertex is the unique common zero of the affine forms of the neurons and sides that vanish there,
taken under its own activation pattern with zero entries inactive (proofs/complex.md, Lemma 2: the
affine hull of a cell is the common zero set of those forms; no genericity). So `d` independent ones
of them, a *basis*, and the sign row determine it. On `R^d` the sides are `x_i = -M` and `x_i = M` with
a formal `M` larger than every number (proofs/complex.md, Theorem 7), and coordinates are `p + M q`.

All arithmetic here is on integers: layer `l` is scaled by the product of the denominators of layers
`0..l`, so that forms have integer coefficients.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from flint import fmpq_mat, fmpz, fmpz_mat

from exactpoly.domain import Domain
from exactpoly.errors import InternalError
from exactpoly.network.network import Network

__all__ = ["ExactGeometry", "Homogeneous"]

Homogeneous = tuple[fmpz_mat, fmpz]
"""Coordinates over a common positive denominator: columns `p` (and `q` on `R^d`), shape (d, 1 or 2)."""


class ExactGeometry:
    """Exact forms and vertices of one network on one domain.

    Constraints are numbered: neuron `k` is `k`, side `s` of the domain is `-1 - s`.
    """

    def __init__(self, network: Network, domain: Domain) -> None:
        self.network = network
        self.domain = domain
        self.dimension = network.input_dimension
        self._weights = [
            fmpz_mat([list(row[:-1]) for row in layer.numerators]) for layer in network.layers
        ]
        self._biases = [[row[-1] for row in layer.numerators] for layer in network.layers]
        # Scale of layer l's pre-activations: product of the denominators of layers 0..l.
        self.scales: list[int] = []
        scale = 1
        for layer in network.layers:
            scale *= layer.denominator
            self.scales.append(scale)
        self._sides = domain.side_forms()
        self._neuron_offset = [0]
        for layer in network.layers:
            self._neuron_offset.append(self._neuron_offset[-1] + len(layer.neurons))

    def __reduce__(self) -> tuple[type[ExactGeometry], tuple[Network, Domain]]:
        """Made again where it is copied or unpickled: matrices of python-flint are neither."""
        return ExactGeometry, (self.network, self.domain)

    def forms(self, constraints: Sequence[int], row: np.ndarray) -> list[list[int]]:
        """Integer forms of ``constraints`` under the pattern ``row``, each up to a positive factor.

        ``row``: signs, shape (at least as many neurons as the layers below the constraints need,).
        Each form is (gradient (d), constant p) and on `R^d` also constant q.
        """
        extra = self.domain.is_space
        result: list[list[int]] = [[] for _ in constraints]
        by_layer: dict[int, list[int]] = {}
        for place, constraint in enumerate(constraints):
            if constraint < 0:
                result[place] = self._sides[-1 - constraint]
            else:
                by_layer.setdefault(self.network.neurons[constraint][0], []).append(place)
        for index, places in by_layer.items():
            units = [self.network.neurons[constraints[p]][1] for p in places]
            for place, form in zip(places, self._neuron_forms(index, units, row), strict=True):
                result[place] = [*form, 0] if extra else form
        return result

    def _neuron_forms(self, index: int, units: list[int], row: np.ndarray) -> list[list[int]]:
        """Forms of units of layer ``index`` scaled by `scales[index]`, by going backwards."""
        layers = self.network.layers
        lines = [list(layers[index].numerators[u][:-1]) for u in units]
        constants = [
            layers[index].numerators[u][-1] * (self.scales[index - 1] if index else 1)
            for u in units
        ]
        for below in range(index - 1, -1, -1):
            active = self._active(below, row)
            scale = self.scales[below - 1] if below else 1
            bias = self._biases[below]
            used = [u for u in range(len(bias)) if active[u]]
            for i, line in enumerate(lines):
                constants[i] += sum(line[u] * bias[u] for u in used) * scale
            masked = [
                [x if keep else 0 for x, keep in zip(line, active, strict=True)] for line in lines
            ]
            product = fmpz_mat(masked) * self._weights[below]
            lines = [[int(x) for x in line] for line in product.tolist()]
        return [[*line, c] for line, c in zip(lines, constants, strict=True)]

    def _active(self, index: int, row: np.ndarray) -> list[bool]:
        """Which outputs of a layer pass their value on under the pattern (linear ones always do)."""
        layer = self.network.layers[index]
        active = [True] * layer.outputs
        offset = self._neuron_offset[index]
        for place, unit in enumerate(layer.neurons):
            active[unit] = bool(row[offset + place] > 0)
        return active

    def solve(self, forms: Sequence[Sequence[int]]) -> Homogeneous | None:
        """The common zero of `d` integer forms, or None if their gradients are dependent."""
        d = self.dimension
        gradients = fmpz_mat([list(form[:d]) for form in forms])
        constants = fmpz_mat([[-x for x in form[d:]] for form in forms])
        try:
            solution: fmpq_mat = gradients.solve(constants)
        except ZeroDivisionError:  # flint's word for a singular matrix
            return None
        numerators, denominator = solution.numer_denom()
        return numerators, denominator

    def vertex(
        self, basis: Sequence[int], row: np.ndarray, sides: int, known: int | None = None
    ) -> Homogeneous:
        """The vertex with the sign row ``row`` on the sides whose bits are set.

        ``basis``: constraints that are likely to determine it; where they do not, others are chosen
        among the sides and the first ``known`` neurons (default: all).
        """
        found = self.solve(self.forms(basis, row))
        if found is None:
            vanishing = [-1 - s for s in reversed(range(self.domain.n_sides)) if sides >> s & 1]
            vanishing += np.flatnonzero(row[:known] == 0).tolist()
            chosen = self.independent(vanishing, row)
            found = self.solve(self.forms(chosen, row))
            if found is None:
                raise InternalError(f"no vertex has the basis {chosen}")
        return found

    def independent(self, constraints: Sequence[int], row: np.ndarray) -> tuple[int, ...]:
        """`d` of the vanishing ``constraints`` with independent gradients, the first in order.

        Raises `InternalError` if there are none, which Lemma 2 excludes for a vertex.
        """
        d = self.dimension
        forms = self.forms(constraints, row)
        reduced, rank = fmpq_mat(fmpz_mat([list(f[:d]) for f in forms]).transpose()).rref()
        if rank != d:
            raise InternalError(
                f"the constraints {list(constraints)} vanish at one point but have rank {rank} < {d}"
            )
        chosen = []
        column = 0
        for i in range(d):
            while reduced[i, column] == 0:
                column += 1
            chosen.append(constraints[column])
        return tuple(chosen)

    def signs(self, vertex: Homogeneous, constraints: Sequence[int], row: np.ndarray) -> list[int]:
        """Exact signs of the forms of ``constraints`` at a vertex, lexicographic in (q, p)."""
        numerators, denominator = vertex
        d = self.dimension
        columns = range(numerators.ncols())
        points = [[int(numerators[i, c]) for i in range(d)] for c in columns]
        common = int(denominator)
        result = []
        for form in self.forms(constraints, row):
            values = [
                sum(a * x for a, x in zip(form[:d], point, strict=True)) + form[d + c] * common
                for c, point in enumerate(points)
            ]
            # The last column is the coefficient of M where there is one: it decides first.
            value = next((v for v in reversed(values) if v), 0)
            result.append((value > 0) - (value < 0))
        return result

    def sign_row(self, vertex: Homogeneous) -> list[int]:
        """Exact signs of all neurons at a point, by a forward pass on its numerators."""
        values, scale = vertex
        result: list[int] = []
        for layer, weights, biases in zip(
            self.network.layers, self._weights, self._biases, strict=True
        ):
            values = weights * values
            points = [list(row) for row in values.tolist()]
            for point, bias in zip(points, biases, strict=True):
                point[0] += bias * scale
            for unit in layer.neurons:
                # Lexicographic: the coefficient of M, the last column where there is one, decides.
                value = next((v for v in reversed(points[unit]) if v), 0)
                result.append((value > 0) - (value < 0))
                if result[-1] <= 0:
                    points[unit] = [0] * len(points[unit])
            values, scale = fmpz_mat(points), scale * layer.denominator
        return result

    @staticmethod
    def fractions(vertex: Homogeneous, column: int = 0) -> tuple[Fraction, ...]:
        """One column of the coordinates as fractions: 0 for `p`, 1 for `q`."""
        numerators, denominator = vertex
        return tuple(
            Fraction(int(numerators[i, column]), int(denominator))
            for i in range(numerators.nrows())
        )
