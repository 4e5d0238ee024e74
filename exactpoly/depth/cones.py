"""Single terms on all sorted cones: their forms, and a matrix of them without equal rows.

What a hinge is: proofs/tropical.md, Theorem 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np

from exactpoly.depth.identity import Term

__all__ = ["all_cones", "cone_coordinates", "different_rows", "first_numbers", "kept", "term_forms"]

_BASE, _SHIFT = 16, 8  # Entries of a hinge lie between -7 and 7; n of them fit into 64 bits.


def all_cones(n: int) -> np.ndarray:
    """int8, shape (n!, n): the rank of each number, in every order."""
    return np.array(list(permutations(range(n))), np.int8)


def term_forms(term: Term, cones: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A term on several cones: linear parts (m, n), codes of hinges (-1: none), their factors.

    ``cones``: int8, shape (m, n), the rank of each number.
    """
    rows, n = np.arange(len(cones)), cones.shape[1]
    sums = []
    for side in term.sides:
        form = np.zeros(cones.shape, np.int64)
        for i, j in side:
            form[rows, np.minimum(cones[:, i], cones[:, j])] += 1
        sums.append(form)
    if len(sums) == 1:
        return sums[0], np.full(len(cones), -1, np.int64), np.zeros(len(cones), np.int64)
    high, low = sums
    gap = high - low
    first = np.take_along_axis(gap, (gap != 0).argmax(axis=1)[:, None], axis=1)
    swap = first < 0
    high, low, gap = np.where(swap, low, high), np.where(swap, high, low), np.where(swap, -gap, gap)
    cut = gap.cumsum(axis=1).min(axis=1) < 0
    factors = np.where(cut, np.gcd.reduce(gap, axis=1), 1)
    powers = _BASE ** np.arange(n, dtype=np.int64)
    codes = ((gap // factors[:, None] + _SHIFT) * powers).sum(axis=1)
    return np.where(cut[:, None], low, high), np.where(cut, codes, -1), factors


def cone_coordinates(term: Term, cones: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Keys and values of the coordinates of a term that are not 0.

    A key below 0 is an entry of the linear part on a cone, `-1 - n cone - entry`; others are hinges.
    """
    linear, codes, factors = term_forms(term, cones)
    where, entries = np.nonzero(linear)
    (cut,) = np.nonzero(codes >= 0)
    keys = np.concatenate([-1 - where * cones.shape[1] - entries, codes[cut] * len(cones) + cut])
    return keys, np.concatenate([linear[where, entries], factors[cut]])


def different_rows(
    columns: Sequence[tuple[np.ndarray, np.ndarray]], n: int
) -> tuple[np.ndarray, np.ndarray]:
    """int16, shape (m, terms), and keys, shape (m,): one of each kind of rows, in order of keys.

    Rows are told apart by a random combination of their entries modulo 2^64. A difference that this misses
    would let a search propose what is no solution, and every solution is decided anew. The first entries
    of linear parts, where the maximum is 1 and not 0, are told apart from other rows.
    """
    keys, place = np.unique(np.concatenate([k for k, _ in columns]), return_inverse=True)
    factors = np.random.default_rng(0).integers(1, 2**63, len(columns), np.uint64)
    sums = np.zeros(len(keys), np.uint64)
    parts = [v.astype(np.uint64) * f for (_, v), f in zip(columns, factors, strict=True)]
    np.add.at(sums, place, np.concatenate(parts))
    kinds = np.column_stack([sums, first_numbers(keys, n).astype(np.uint64)])
    _, first = np.unique(kinds, axis=0, return_index=True)
    keys = keys[np.sort(first)]
    matrix = np.zeros((len(keys), len(columns)), np.int16)
    for j, (own, values) in enumerate(columns):
        matrix[:, j] = kept(own, values, keys)
    return matrix, keys


def kept(own: np.ndarray, values: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """int64, shape (m,): the values at ``keys``, which are in order."""
    order = np.argsort(own)
    place = np.minimum(np.searchsorted(own, keys, sorter=order), len(own) - 1)
    result: np.ndarray = np.where(own[order][place] == keys, values[order][place], 0)
    return result


def first_numbers(keys: np.ndarray, n: int) -> np.ndarray:
    """The coordinates of the maximum: 1 in the first entry of each linear part."""
    result: np.ndarray = ((keys < 0) & ((-1 - keys) % n == 0)).astype(np.int64)
    return result
