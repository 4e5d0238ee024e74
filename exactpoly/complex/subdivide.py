"""The engine `subdivide`: the complex refined neuron by neuron, layer by layer.

The order of neurons is the order of layers, so every neuron is one affine form on each cell of the
current complex. Signs come from the oracle, everything else is combinatorial (see `lattice`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from typing import Protocol

from threadpoolctl import ThreadpoolController

from exactpoly.complex.block import Block
from exactpoly.domain import Domain
from exactpoly.network.network import Network
from exactpoly.running.run import Stopped

__all__ = ["Standing", "Subdivision"]


class Standing(Protocol):
    """How far a run is, as callbacks see it: `Subdivision` is one."""

    @property
    def network(self) -> Network:
        """The network that is refined by."""

    @property
    def done(self) -> int:
        """How many neurons have been processed."""

    @property
    def n_cells(self) -> int:
        """Number of cells of all dimensions, those at infinity too."""


_LOOK = 0.2
"""Seconds between two questions whether to stop in the middle of a neuron."""


class Subdivision:
    """A refinement in progress; `run` drives it to the end or to a limit.

    ``block``: the complex of the first ``done`` neurons; ``stopped``: why the run ended early, or None.
    """

    def __init__(self, network: Network, domain: Domain, *, block: Block | None = None) -> None:
        self.network = network
        self.domain = domain
        self.block = block or Block.whole(network, domain)
        self.stopped: str | None = None

    @property
    def done(self) -> int:
        """How many neurons have been processed."""
        return self.block.done

    @property
    def n_cells(self) -> int:
        """Number of cells of all dimensions, those at infinity too."""
        return self.block.lattice.n_cells

    def run(
        self,
        *,
        should_stop: Callable[[Subdivision], str | None] | None = None,
        progress: Callable[[Subdivision], None] | None = None,
    ) -> None:
        """Process all neurons.

        ``should_stop`` is asked before each neuron, and in the middle of one that takes long, and may
        return a reason to end the run, which leaves the exact complex of the neurons done so far;
        ``progress`` is called after each neuron.
        """
        self.stopped = None
        self.block.oracle.between = self._between(should_stop)
        # Products are many and small: a BLAS that shares each among threads takes twice as long.
        try:
            with _threads().limit(limits=1, user_api="blas"):
                self._run(should_stop, progress)
        except Stopped as stopped:
            self.stopped = str(stopped)
        finally:
            self.block.oracle.between = None

    def _between(
        self, should_stop: Callable[[Subdivision], str | None] | None
    ) -> Callable[[], None] | None:
        """Asks ``should_stop`` now and then, once the first neuron is done."""
        if should_stop is None:
            return None
        last = time.monotonic()

        def ask() -> None:
            nonlocal last
            if self.done and time.monotonic() - last > _LOOK:
                reason = should_stop(self)
                if reason is not None:
                    raise Stopped(reason)
                last = time.monotonic()

        return ask

    def _run(
        self,
        should_stop: Callable[[Subdivision], str | None] | None,
        progress: Callable[[Subdivision], None] | None,
    ) -> None:
        first = 0
        for index, layer in enumerate(self.network.layers):
            for place in range(max(0, self.done - first), len(layer.neurons)):
                self.stopped = should_stop(self) if should_stop else None
                if self.stopped:
                    return
                self.block.refine(index, place)
                if progress:
                    progress(self)
            first += len(layer.neurons)


@cache
def _threads() -> ThreadpoolController:
    """The thread pools of the loaded libraries, which take a while to find."""
    return ThreadpoolController()
