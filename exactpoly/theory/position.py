"""General position of hyperplanes, decided exactly.

All subsets of a size are looked at: reduced modulo a prime in numpy first (a determinant that is not
0 modulo a prime is not 0), and exactly only where that vanishes. Deciding general position is
NP-hard (Khachiyan, *On the complexity of approximating extremal determinants in matrices*, J.
Complexity 11, 1995), so where there are too many subsets the answer is None, "not decided".
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, islice
from math import comb

import numpy as np
from flint import fmpz_mat

__all__ = ["MAX_SUBSETS", "UNDECIDED", "dependent_subset", "not_in_general_position", "rank"]

MAX_SUBSETS = 2_000_000
_PRIME = 2**31 - 1
_CHUNK = 1 << 14


class _Undecided:
    """The answer where there are more subsets than `MAX_SUBSETS`."""


UNDECIDED = _Undecided()


def rank(rows: Sequence[Sequence[int]]) -> int:
    """Exact rank of an integer matrix given by rows; 0 without rows."""
    return int(fmpz_mat([list(r) for r in rows]).rank()) if rows else 0


def not_in_general_position(
    rows: Sequence[Sequence[int]],
) -> tuple[int, ...] | _Undecided | None:
    """Indices of hyperplanes that are not in general position, or None where all are.

    ``rows``: integers, shape (n, m + 1), a hyperplane of `R^m` each, the constant last. In general
    position every `k <= m` of them meet in dimension `m - k` and no `m + 1` of them meet. The
    witness is minimal: leaving any one of it out leaves a subset in general position.
    """
    if not rows:
        return None
    dimension = len(rows[0]) - 1
    normals = [row[:dimension] for row in rows]
    found = dependent_subset(normals, min(len(rows), dimension))
    if found is not None or len(rows) <= dimension:
        return found
    return dependent_subset(rows, dimension + 1)


def dependent_subset(
    rows: Sequence[Sequence[int]], size: int
) -> tuple[int, ...] | _Undecided | None:
    """A minimal linearly dependent subset of at most ``size`` rows, None where there is none."""
    if rank(rows) == len(rows):
        return None
    if comb(len(rows), size) > MAX_SUBSETS:
        return UNDECIDED
    width = len(rows[0])
    reduced = np.array([[x % _PRIME for x in row] for row in rows], np.int64)
    subsets = combinations(range(len(rows)), size)
    while chunk := list(islice(subsets, _CHUNK)):
        chosen = np.array(chunk).reshape(len(chunk), size)
        suspects: list[int] = list(range(len(chunk)))
        if size == width:
            suspects = np.flatnonzero(_singular(reduced[chosen])).tolist()
        for index in suspects:
            subset = chunk[index]
            if rank([rows[i] for i in subset]) < size:
                return _minimal(rows, subset)
    return None


def _minimal(rows: Sequence[Sequence[int]], subset: tuple[int, ...]) -> tuple[int, ...]:
    for leave in subset:
        rest = tuple(i for i in subset if i != leave)
        if rank([rows[i] for i in rest]) < len(rest):
            return _minimal(rows, rest)
    return subset


def _singular(matrices: np.ndarray) -> np.ndarray:
    """bool (b,): which of the int64 matrices, shape (b, s, s), are singular modulo the prime."""
    work = matrices.copy()
    count, size = work.shape[:2]
    singular = np.zeros(count, bool)
    every = np.arange(count)
    for c in range(size):
        nonzero = work[:, c:, c] != 0
        singular |= ~nonzero.any(axis=1)
        pivot = c + nonzero.argmax(axis=1)
        swapped = work[every, pivot].copy()
        work[every, pivot] = work[:, c]
        work[:, c] = swapped
        # Entries are below 2^31, so products are below 2^62 and their difference fits.
        work[:, c + 1 :, c + 1 :] = (
            work[:, c + 1 :, c + 1 :] * swapped[:, None, c, None]
            - work[:, c + 1 :, c, None] * swapped[:, None, c + 1 :]
        ) % _PRIME
    return singular
