"""A result against itself: Euler's relation and Alexander duality (proofs/topology.md, Theorem 6).

For a closed set `X` of `R^d` with complement `U`: reduced `b_k(U) = b^BM_(d-k-1)(X)` for k < d. The two
sides are about disjoint sets of cells, so a fault in one of them shows. On a box the same holds inside it.
"""

from __future__ import annotations

from collections.abc import Sequence

from exactpoly.errors import InternalError
from exactpoly.levelset.cellset import CellSet

__all__ = ["check_alexander", "check_euler"]


def check_alexander(
    closed: CellSet, complement: Sequence[CellSet], fields: Sequence[int] = (0, 2)
) -> None:
    """Raise `InternalError` unless duality holds between a set and the open parts of its complement."""
    d = closed.arrangement.dimension
    for field in fields:
        numbers = [sum(b) for b in zip(*(part.betti(field) for part in complement), strict=True)]
        empty = not any(numbers)
        reduced = [int(empty), numbers[0] - (not empty), *numbers[1:]]  # from degree -1
        expected = list(closed.betti_borel_moore(field))[::-1]
        if reduced[: d + 1] != expected or any(reduced[d + 1 :]):
            raise InternalError(
                f"Alexander duality fails for {closed.name} over"
                f" {f'Z/{field}' if field else 'Q'}: {numbers} in the complement, {expected[::-1]}"
            )


def check_euler(closed: CellSet, others: Sequence[CellSet]) -> None:
    """Raise `InternalError` unless the counts of a partition off the sides sum to those of an open ball."""
    arrangement = closed.arrangement
    total = 0
    for one in (closed, *others):
        marks = one.marks & arrangement.off_sides
        total += sum((-1) ** k * n for k, n in enumerate(arrangement.counts(marks)))
    if total != (-1) ** arrangement.dimension:
        raise InternalError(f"Euler's relation fails: the parts sum to {total}")
