"""Persistent homology and critical pieces of a filtration of chains (proofs/topology.md, Theorem 10).

The filtration is by integers, one a cell, not smaller than those of its facets. One coreduction of the
pieces where the integer is constant serves both: its critical cells on each connected piece give the
multiplicities, and in order of the filtration they give the persistence pairs over Z/2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from exactpoly.errors import InternalError
from exactpoly.topology.chains import Chains
from exactpoly.topology.homology import morse_boundaries
from exactpoly.topology.matching import Matching, coreduction

__all__ = ["CriticalPiece", "Persistence", "persistence"]


@dataclass(frozen=True)
class CriticalPiece:
    """A connected piece of cells of one ``rank`` with homology relative to what is lower.

    ``multiplicities``: dimensions of that homology over Z/2 in degrees 0..d; ``cell``: one of its
    critical cells.
    """

    rank: int
    multiplicities: tuple[int, ...]
    cell: int


@dataclass(frozen=True)
class Persistence:
    """``pairs``: (degree, birth, death) with birth < death; ``essential``: (degree, birth); sorted.

    Births and deaths are integers of the filtration. ``critical``: by rank; ``steps``: a coreduction in
    order of rank whose pairs are of one rank each.
    """

    pairs: tuple[tuple[int, int, int], ...]
    essential: tuple[tuple[int, int], ...]
    critical: tuple[CriticalPiece, ...]
    steps: Matching


def persistence(chains: Chains, rank: np.ndarray) -> Persistence:
    """Persistent homology over Z/2 of the filtration by ``rank``, int64 (n,).

    >>> from exactpoly.topology.incidence import chains_of
    >>> circle = chains_of((3, 3), [np.array([0, 1, 0, 2, 1, 2])], [np.array([0, 2, 4])])
    >>> found = persistence(circle, np.array([0, 0, 1, 2, 1, 1]))
    >>> found.pairs, found.essential
    (((0, 0, 1),), ((0, 0), (1, 2)))
    """
    if (rank[chains.owners] < rank[chains.facets]).any():
        raise InternalError("a cell enters the filtration before a facet of it")
    graded = chains.without(rank[chains.owners] != rank[chains.facets])
    steps = coreduction(graded)
    order = np.argsort(rank[steps.upper], kind="stable")
    steps = Matching(steps.lower[order], steps.upper[order])
    pairs, essential = _pairs(chains, steps, rank)
    critical = _pieces(graded, steps, rank)
    total = sum((-1) ** k * m for one in critical for k, m in enumerate(one.multiplicities))
    if total != chains.euler:
        raise InternalError(f"critical multiplicities sum to {total}, cells to {chains.euler}")
    return Persistence(tuple(sorted(pairs)), tuple(sorted(essential)), critical, steps)


def _critical_by_dimension(chains: Chains, steps: Matching) -> list[list[int]]:
    cells: list[list[int]] = [[] for _ in range(chains.dimension + 1)]
    for cell in steps.critical.tolist():
        cells[chains.dimensions[cell]].append(cell)
    return cells


def _pairs(
    chains: Chains, steps: Matching, rank: np.ndarray
) -> tuple[list[tuple[int, int, int]], list[tuple[int, int]]]:
    """Reduce the boundary matrices of the critical cells, columns from left to right."""
    cells = _critical_by_dimension(chains, steps)
    boundaries = morse_boundaries(chains, steps)
    pairs: list[tuple[int, int, int]] = []
    deaths: set[tuple[int, int]] = set()
    births: set[tuple[int, int]] = set()
    for k, columns in enumerate(boundaries):
        # Critical cells of one dimension are in order of rank, so the last entry is the youngest.
        reduced: dict[int, set[int]] = {}
        for j, column in enumerate(columns):
            odd = {i for i, number in column.items() if number % 2}
            while odd and max(odd) in reduced:
                odd ^= reduced[max(odd)]
            if odd:
                last = max(odd)
                reduced[last] = odd
                deaths.add((k, j))
                births.add((k - 1, last))
                birth, death = int(rank[cells[k - 1][last]]), int(rank[cells[k][j]])
                if birth < death:
                    pairs.append((k - 1, birth, death))
    essential = [
        (k, int(rank[cell]))
        for k, own in enumerate(cells)
        for j, cell in enumerate(own)
        if (k, j) not in deaths and (k, j) not in births
    ]
    return pairs, essential


def _pieces(graded: Chains, steps: Matching, rank: np.ndarray) -> tuple[CriticalPiece, ...]:
    """The pieces with homology: critical cells of the matching, less the ranks between them."""
    _, label = graded.components()
    cells = _critical_by_dimension(graded, steps)
    numbers: dict[int, list[int]] = {}
    first: dict[int, int] = {}
    for k, own in enumerate(cells):
        for cell in own:
            piece = int(label[cell])
            numbers.setdefault(piece, [0] * (graded.dimension + 1))[k] += 1
            first.setdefault(piece, cell)
    for k, columns in enumerate(morse_boundaries(graded, steps)):
        reduced: dict[int, set[int]] = {}
        for j, column in enumerate(columns):
            odd = {i for i, number in column.items() if number % 2}
            while odd and max(odd) in reduced:
                odd ^= reduced[max(odd)]
            if odd:
                reduced[max(odd)] = odd
                piece = int(label[cells[k][j]])
                numbers[piece][k] -= 1
                numbers[piece][k - 1] -= 1
    found = [
        CriticalPiece(int(rank[first[piece]]), tuple(own), first[piece])
        for piece, own in numbers.items()
        if any(own)
    ]
    return tuple(sorted(found, key=lambda one: (one.rank, tuple(-m for m in one.multiplicities))))
