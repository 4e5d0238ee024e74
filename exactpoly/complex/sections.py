"""A whole complex, one section after another, in the memory of one: what a certificate is written from.

The complex of the first neurons, which are all in the first layer that has neurons, is the *root*. A
section holds everything in the closures of some of the root's regions, next to each other in order of their
rows; it counts those of its cells that no section before it holds (proofs/completeness.md, section 9).
The kernel's chunks are just that once the first neurons are a layer of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from exactpoly.complex.cells import Cells
from exactpoly.complex.compiled import TARGET, compiled_block
from exactpoly.complex.counts import Counts, difference
from exactpoly.complex.divided import divided
from exactpoly.complex.found import counts_of_run
from exactpoly.complex.kernel import library
from exactpoly.complex.kernel.listing import ListedRun, lines_of_run
from exactpoly.complex.kernel.run import open_run
from exactpoly.domain import Domain
from exactpoly.network.network import Network

__all__ = ["Root", "Section", "listed_whole", "plan", "sections"]


@dataclass(frozen=True)
class Root:
    """``neurons``: how many are the first; ``cells``: their complex; ``share``: its regions a section."""

    neurons: int
    cells: Cells
    share: int

    @property
    def sections(self) -> int:
        """How many sections there are."""
        return -(-self.cells.sizes[-1] // self.share)


@dataclass(frozen=True)
class Section:
    """``regions``: of the root, as numbers of its regions in order of their rows; ``listed``: vertices
    and regions in their closures; ``counts``: of the cells that no section before holds.
    """

    regions: range
    listed: ListedRun
    counts: Counts


def plan(network: Network, domain: Domain, counts: Counts, size: int) -> Root | None:
    """A root for sections of about ``size`` cells, None where there is one section or no second neuron.

    Sections are not all alike, so each has several of the root's regions if there are enough.
    """
    wanted = round(sum(counts.f_vector) / size)
    first = next((len(x.neurons) for x in network.layers if x.neurons), 0)
    most = min(first, network.n_neurons - 1)
    if wanted < 2 or most < 1:
        return None
    regions = 1 + np.cumsum(counts.growth[:most, -1])
    neurons = 1 + min(int(np.searchsorted(regions, 4 * wanted)), most - 1)
    root = Cells.of_block(compiled_block(network.truncated(neurons), domain))
    return Root(neurons, root, -(-root.sizes[-1] // wanted))


def sections(
    network: Network,
    domain: Domain,
    root: Root,
    *,
    look: Callable[[], None] = lambda: None,
) -> Iterator[Section]:
    """All sections in order; ``look`` is called every now and then, and may raise."""
    network = divided(network, root.neurons)
    with open_run(network, domain, target=TARGET, record=library.KEEP_LISTS) as run:
        run.watched([lambda: run.kernel.begin(run.handle)], look)
        run.checked(run.kernel.cut(run.handle, root.share))
        worker = run.kernel.first(run.handle)
        before = counts_of_run(run, [worker])
        for number in range(run.kernel.chunks(run.handle)):
            run.watched([partial(run.kernel.take, run.handle, number)], look)
            after = counts_of_run(run, [worker])
            start = number * root.share
            yield Section(
                range(start, min(start + root.share, root.cells.sizes[-1])),
                lines_of_run(run),
                difference(after, before),
            )
            before = after


def listed_whole(
    network: Network, domain: Domain, *, look: Callable[[], None] = lambda: None
) -> ListedRun:
    """Vertices and regions of a whole complex that needs no sections; ``look`` as for `sections`."""
    with open_run(network, domain, target=TARGET, record=library.KEEP_LISTS) as run:
        run.watched([lambda: run.kernel.begin(run.handle)], look)
        if run.kernel.chunks(run.handle):
            worker = run.kernel.first(run.handle)
            run.watched([lambda: run.kernel.work(run.handle, worker)], look)
        return lines_of_run(run)
