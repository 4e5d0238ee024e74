"""Smith normal form of a small integer matrix that is mostly empty.

Entries 1 and -1 are eliminated first, the ones with the fewest others beside them; python-flint does
what is left. Rank over `Q` and over every `Z/p`, and torsion, can be read off (proofs/topology.md, 3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flint import fmpz_mat

__all__ = ["invariant_factors"]


def invariant_factors(columns: Sequence[Mapping[int, int]]) -> list[int]:
    """The nonzero invariant factors, positive, each dividing the next; columns as {row: entry}.

    >>> invariant_factors([{0: 1, 1: -1}, {0: 1, 1: 1}, {}])
    [1, 2]
    """
    table = {j: dict(column) for j, column in enumerate(columns) if any(column.values())}
    rows: dict[int, set[int]] = {}
    for j, column in table.items():
        for i, entry in list(column.items()):
            if entry:
                rows.setdefault(i, set()).add(j)
            else:
                del column[i]
    units = 0
    while pivot := _unit(table):
        _eliminate(table, rows, *pivot)
        units += 1
    return [1] * units + _dense(table)


def _unit(table: dict[int, dict[int, int]]) -> tuple[int, int] | None:
    """The (column, row) of a 1 or -1 in one of the shortest columns that have any."""
    best: tuple[int, int, int] | None = None
    for j, column in table.items():
        if best is None or len(column) < best[0]:
            i = next((i for i, entry in column.items() if abs(entry) == 1), None)
            if i is not None:
                best = (len(column), j, i)
                if len(column) == 1:
                    break
    return None if best is None else best[1:]


def _eliminate(table: dict[int, dict[int, int]], rows: dict[int, set[int]], j: int, i: int) -> None:
    """Subtract column `j` from others until row `i` is empty, and drop both."""
    pivot = table.pop(j)
    for row in pivot:
        rows[row].discard(j)
    for other in list(rows[i]):
        column = table[other]
        factor = column[i] * pivot[i]
        for row, entry in pivot.items():
            value = column.get(row, 0) - factor * entry
            if value:
                column[row] = value
                rows[row].add(other)
            else:
                column.pop(row, None)
                rows[row].discard(other)
        if not column:
            del table[other]


def _dense(table: dict[int, dict[int, int]]) -> list[int]:
    if not table:
        return []
    names = sorted({row for column in table.values() for row in column})
    place = {row: n for n, row in enumerate(names)}
    matrix = fmpz_mat(len(names), len(table))
    for j, column in enumerate(table.values()):
        for row, entry in column.items():
            matrix[place[row], j] = entry
    form = matrix.snf()
    size = min(form.nrows(), form.ncols())
    return [abs(int(form[n, n])) for n in range(size) if form[n, n] != 0]
