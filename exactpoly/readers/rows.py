"""Rows of exact coefficients on units, of which those on the same units share them.

A dictionary for each row of a dense layer takes more memory than its numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["Row", "SharedRow", "scaled"]


class SharedRow:
    """``factor * numbers[k]`` on the unit whose place in ``places`` is `k`; nothing is copied.

    >>> row = SharedRow({7: 0, 9: 1}, [3, -4], 2)
    >>> dict(row.items()), row.get(9, 0), row.get(8, 0)
    ({7: 6, 9: -8}, -8, 0)
    """

    __slots__ = ("_factor", "_numbers", "_places")

    def __init__(self, places: Mapping[int, int], numbers: Sequence[int], factor: int = 1) -> None:
        """``places``: unit to 0, 1, .. in this order; ``numbers`` and ``factor``: not zero."""
        self._places, self._numbers, self._factor = places, numbers, factor

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[int]:
        return iter(self._places)

    def __getitem__(self, unit: int) -> int:
        return self._numbers[self._places[unit]] * self._factor

    def get(self, unit: int, default: int) -> int:
        """The coefficient of a unit."""
        return self[unit] if unit in self._places else default

    def items(self) -> Iterable[tuple[int, int]]:
        """Units and coefficients."""
        return zip(self._places, self.values(), strict=True)

    def values(self) -> Sequence[int]:
        """The coefficients: the very numbers where the factor is 1."""
        if self._factor == 1:
            return self._numbers
        return [number * self._factor for number in self._numbers]

    def times(self, factor: int) -> SharedRow:
        """The row times an integer that is not zero."""
        return SharedRow(self._places, self._numbers, self._factor * factor)


Row = dict[int, int] | SharedRow
"""Unit number to nonzero coefficient; never changed."""


def scaled(row: Row, factor: int) -> Row:
    """The row times an integer.

    >>> scaled({3: 5}, 2), scaled({3: 5}, 0)
    ({3: 10}, {})
    """
    if factor == 1:
        return row
    if not factor:
        return {}
    if isinstance(row, SharedRow):
        return row.times(factor)
    return {unit: value * factor for unit, value in row.items()}
