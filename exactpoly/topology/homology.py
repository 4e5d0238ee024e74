"""Homology over `Q`, `Z/p` and `Z` from the Morse complex of a matching (proofs/topology.md, 2 and 3).

The critical cells of a matching, with boundaries that follow the gradient paths, are a chain complex
with the same homology. They are few, so the Smith forms are small.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush
from typing import Literal

import numpy as np

from exactpoly.arithmetic.rational import exact_scalar
from exactpoly.errors import InputError, InternalError
from exactpoly.topology.chains import Chains
from exactpoly.topology.matching import Matching, coreduction
from exactpoly.topology.smith import invariant_factors

__all__ = ["Homology", "homology", "morse_boundaries"]


@dataclass(frozen=True)
class Homology:
    """Homology of a chain complex in degrees 0..d.

    ``matching``: how the cells were struck off; ``critical``: number of critical cells of each dimension;
    ``factors``: for each k the nonzero invariant factors of the boundary map from degree k of the Morse
    complex (that of degree 0 is empty).
    """

    matching: Matching
    critical: tuple[int, ...]
    factors: tuple[tuple[int, ...], ...]

    def betti(self, field: int | Literal["Z"] = 0) -> tuple[int, ...]:
        """Betti numbers over `Q` (``field`` 0), over `Z/p` for a prime p, or ranks over "Z" (as over Q).

        >>> from exactpoly.topology.incidence import chains_of
        >>> circle = chains_of((3, 3), [np.array([0, 1, 0, 2, 1, 2])], [np.array([0, 2, 4])])
        >>> homology(circle).betti(), homology(circle).betti(2)
        ((1, 1), (1, 1))
        """
        prime = 0 if field == "Z" else checked_field(field)
        ranks = [sum(1 for f in own if not prime or f % prime) for own in self.factors]
        ranks.append(0)
        return tuple(n - ranks[k] - ranks[k + 1] for k, n in enumerate(self.critical))

    @cached_property
    def torsion(self) -> tuple[tuple[int, ...], ...]:
        """Torsion coefficients above 1 of each integral homology group, each dividing the next."""
        above = [*self.factors[1:], ()]
        return tuple(tuple(f for f in own if f > 1) for own in above)

    @property
    def perfect(self) -> bool:
        """Whether the critical cells are as few as homology over `Q` allows."""
        return self.critical == self.betti()

    def dual(self) -> Homology:
        """Of the cochain complex, in degrees `d - k`: transposed boundary maps."""
        d = len(self.critical) - 1
        factors = [(), *(self.factors[d - k + 1] for k in range(1, d + 1))]
        return Homology(self.matching, self.critical[::-1], tuple(factors))


def checked_field(field: int | str) -> int:
    """The characteristic: 0 or a prime. Raises `InputError` for anything else."""
    if not isinstance(field, (int, str)):
        raise InputError(f'field: {field!r} given; give 0 for Q, a prime below 10^9, or "Z"')
    if isinstance(field, str):
        if field.strip() in ("Q", "0"):
            return 0
        field = int(exact_scalar(field, "field"))
    small = not isinstance(field, bool) and 2 <= field < 10**9
    prime = small and all(field % q for q in range(2, math.isqrt(field) + 1))
    if isinstance(field, bool) or (field and not prime):
        raise InputError(f'field: {field} given; give 0 for Q, a prime below 10^9, or "Z"')
    return field


def homology(chains: Chains) -> Homology:
    """Homology of a chain complex of cells."""
    matching = coreduction(chains)
    boundaries = morse_boundaries(chains, matching)
    critical = tuple(len(b) for b in boundaries)
    factors = tuple(tuple(invariant_factors(columns)) for columns in boundaries)
    result = Homology(matching, critical, factors)
    alternating = sum((-1) ** k * b for k, b in enumerate(result.betti()))
    if alternating != chains.euler:
        raise InternalError(f"Betti numbers sum to {alternating}, cells to {chains.euler}")
    return result


def morse_boundaries(chains: Chains, matching: Matching) -> list[list[dict[int, int]]]:
    """For each dimension the boundaries of its critical cells, as {place of a critical cell: number}.

    Places count the critical cells of one dimension in the order of ``matching``.
    """
    flow = _Flow(chains, matching)
    by_dimension: list[list[int]] = [[] for _ in range(chains.dimension + 1)]
    dimensions = chains.dimensions
    for cell in matching.critical.tolist():
        by_dimension[dimensions[cell]].append(cell)
    result: list[list[dict[int, int]]] = []
    for k, cells in enumerate(by_dimension):
        below = by_dimension[k - 1] if k else []
        place = {cell: n for n, cell in enumerate(below)}
        result.append(
            [flow.boundary(cell, place) for cell in cells] if below else [{} for _ in cells]
        )
    return result


class _Flow:
    """Chains flowing down the gradient paths of a matching.

    ``order``: the step at which a cell was struck off; ``partner``: the upper cell of the pair that it
    is the lower one of, -1 for others; ``critical``: whether it is.
    """

    def __init__(self, chains: Chains, matching: Matching) -> None:
        lower, upper = matching.lower, matching.upper
        paired = lower >= 0
        order = np.zeros(chains.n_cells, np.int64)
        partner = np.full(chains.n_cells, -1, np.int32)
        order[upper] = np.arange(len(upper))
        order[lower[paired]] = np.flatnonzero(paired)
        partner[lower[paired]] = upper[paired]
        self.order, self.partner = order.data, partner.data
        self.start, self.facets = chains.start.data, chains.facets.data
        self.incidence = chains.incidence.data

    def boundary(self, cell: int, critical: dict[int, int]) -> dict[int, int]:
        """The boundary of a critical cell in the Morse complex."""
        chain: dict[int, int] = {}
        heap: list[tuple[int, int]] = []
        self._add(cell, 1, -1, chain, heap, critical)
        while heap:
            _, top = heappop(heap)
            number = chain.pop(top)
            if number:
                above = self.partner[top]
                self._add(above, -number * self._number(above, top), top, chain, heap, critical)
        return {critical[c]: number for c, number in chain.items() if number}

    def _number(self, cell: int, facet: int) -> int:
        for place in range(self.start[cell], self.start[cell + 1]):
            if self.facets[place] == facet:
                return self.incidence[place]
        raise InternalError("a pair of the matching is not a cell and its facet")

    def _add(
        self,
        cell: int,
        factor: int,
        without: int,
        chain: dict[int, int],
        heap: list[tuple[int, int]],
        critical: dict[int, int],
    ) -> None:
        """Add ``factor`` times the boundary of a cell, but for one facet.

        Facets that are upper cells of pairs flow no further; critical ones stay.
        """
        for place in range(self.start[cell], self.start[cell + 1]):
            facet = self.facets[place]
            if facet == without:
                continue
            if self.partner[facet] < 0:
                if facet not in critical:
                    continue
            elif facet not in chain:
                heappush(heap, (-self.order[facet], facet))
            chain[facet] = chain.get(facet, 0) + factor * self.incidence[place]


def euler_of(numbers: Sequence[int]) -> int:
    """The alternating sum."""
    return sum((-1) ** k * n for k, n in enumerate(numbers))
