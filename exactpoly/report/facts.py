"""What is said of one region beside a picture: sign row, facets, exact volume, affine map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from exactpoly.report.text import affine_text, rational_text, row_text

if TYPE_CHECKING:
    from exactpoly.complex.complex import Complex

__all__ = ["Facts", "facts_of"]

_LONGEST_ROW = 96
_MOST_OUTPUTS = 4


@dataclass(frozen=True)
class Facts:
    """Words about a region: exact where that is short, else rounded and marked with ≈."""

    number: int
    row: str
    facets: int
    bounded: bool
    volume: str
    maps: tuple[str, ...]

    def lines(self) -> list[str]:
        """One line a fact."""
        return [
            f"region {self.number}: {self.facets} facets, {'bounded' if self.bounded else 'unbounded'}",
            f"signs {self.row}",
            f"volume {self.volume}",
            *self.maps,
        ]


def facts_of(complex_: Complex, numbers: Iterable[int]) -> list[Facts]:
    """The facts of some regions of a complex.

    >>> import exactpoly as ep
    >>> net = ep.Network((ep.Layer.of([[1, 1]]), ep.Layer.of([["1/2"]], relu=False)))
    >>> facts_of(ep.enumerate(net, domain=(0, 1)), [0])[0].lines()
    ['region 0: 4 facets, bounded', 'signs +', 'volume 1', 'output = 1/2 x_0 + 1/2 x_1']
    """
    network, rows = complex_.network, complex_.region_rows
    counts, bounded = complex_.facet_counts_with_domain_boundary, complex_.bounded
    volumes = complex_.volumes
    result = []
    for number in numbers:
        row = rows[number].tolist()
        word = row_text(network, row)
        volume = volumes[number]
        matrix, constants = network.affine_map(row)
        several = len(constants) > 1
        maps = [
            f"output{f' {i}' if several else ''} = {affine_text(line, constant, 12)}"
            for i, (line, constant) in enumerate(zip(matrix, constants, strict=True))
        ]
        if len(maps) > _MOST_OUTPUTS:
            maps[_MOST_OUTPUTS:] = [f"and {len(maps) - _MOST_OUTPUTS} outputs more"]
        result.append(
            Facts(
                number,
                word if len(word) <= _LONGEST_ROW else f"{word[:_LONGEST_ROW]}...",
                int(counts[number]),
                bool(bounded[number]),
                "infinite" if volume is None else rational_text(volume),
                tuple(maps),
            )
        )
    return result
