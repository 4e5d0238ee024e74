"""Regions of a streamed complex on request: the closure of their chunk is refined again and held.

`count_cells` holds no cells. Where some regions are wanted after all, for an audit or as witnesses, the
chunks they lie in are refined by themselves, which takes as long as it took within the run.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import accumulate, islice, pairwise
from typing import Any

import numpy as np

from exactpoly.complex.compiled import compiled_block
from exactpoly.complex.complex import Complex
from exactpoly.complex.counts import Counts
from exactpoly.complex.divided import for_streaming
from exactpoly.complex.kernel.run import TooLarge
from exactpoly.complex.region import Region
from exactpoly.complex.subdivide import Subdivision
from exactpoly.domain import Domain
from exactpoly.network.network import Network

__all__ = ["StreamedRegions"]


class _Closure(Complex):
    """Some regions of a complex with all their faces. Regions across its facets may be missing."""

    @cached_property
    def neighbours(self) -> np.ndarray:
        """No region is known to lie across a facet: -1 throughout."""
        return np.full((self.cells.sizes[-2], 2), -1, np.int32)


class _Enough(Exception):
    """No more closures are wanted."""


class StreamedRegions:
    """The regions of a complex that `count_cells` has counted, by number.

    ``n_regions``: how many there are; they are numbered chunk by chunk; ``counts``: what was counted.
    """

    def __init__(self, network: Network, domain: Domain, counts: Counts) -> None:
        self.network = network
        self.domain = domain
        self.counts = counts
        self.n_regions = counts.f_vector[-1]
        self._not_simple_chunk = counts.not_simple_chunk
        self._ends = list(accumulate(counts.chunk_regions))
        self._held: tuple[int | None, Complex] | None = None

    def closure(self, chunk: int, **limits: Any) -> Complex:
        """A chunk's regions with all their faces; the last one asked for is kept.

        ``limits``: see `compiled_block`. A network of one layer is one block, and that its only chunk.
        """
        if self._held is None or self._held[0] != chunk:
            if self._ends:
                network = for_streaming(self.network)
                block = compiled_block(network, self.domain, chunk=chunk, **limits)
                held: Complex = _Closure(Subdivision(self.network, self.domain, block=block))
            else:
                block = compiled_block(self.network, self.domain, **limits)
                held = Complex(Subdivision(self.network, self.domain, block=block))
            self._held = chunk, held
        return self._held[1]

    def closures(self, **limits: Any) -> Iterator[Complex]:
        """The closures of the chunks in which regions were found, one after the other; they may end early.

        ``limits``: ``enough``, asked now and then, whether to end, also before the first is whole;
        ``max_cells``: of one closure.
        """
        ends = self._ends or [self.n_regions]
        for chunk, (first, end) in enumerate(pairwise([0, *ends])):
            if end > first:
                found = self._limited(chunk, **limits)
                if found is None:
                    return
                yield found

    def _limited(
        self, chunk: int, *, enough: Callable[[], bool] = bool, max_cells: int | None = None
    ) -> Complex | None:
        def look() -> None:
            if enough():
                raise _Enough

        try:
            return self.closure(chunk, look=look, max_cells=max_cells)
        except (_Enough, TooLarge):
            return None

    def region(self, index: int) -> Region:
        """One region; those of one chunk are best asked for together."""
        if not 0 <= index < self.n_regions:
            raise IndexError(f"region {index} of {self.n_regions}")
        chunk = bisect_right(self._ends, index) if self._ends else 0
        first = self._ends[chunk - 1] if chunk else 0
        return self.closure(chunk).region(index - first)

    def non_simple_cells(
        self, count: int, **limits: Any
    ) -> tuple[tuple[int, tuple[int, ...], tuple[int, ...]], ...]:
        """Up to ``count`` cells to blame where the complex is not simple; see `Complex`.

        ``limits``: as for `closures`; none are found where they come first.
        """
        if self._not_simple_chunk is None:
            return ()
        found = self._limited(self._not_simple_chunk, **limits)
        return () if found is None else tuple(islice(found.non_simple_cells(), count))
