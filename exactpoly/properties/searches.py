"""The searches that answer one question: their limits, their checkpoint, their workers, their progress."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from exactpoly.network.network import Network
from exactpoly.properties.checkpoint import Checkpoint
from exactpoly.properties.nodes import Halt, Stop
from exactpoly.properties.search import Search
from exactpoly.properties.sharing import share
from exactpoly.running.run import Progress, Run

__all__ = ["Searches"]

_WORTH = 256
"""Nodes after which a search is shared among workers."""
_TELL = 0.25
"""Seconds between two words on progress."""


class Searches:
    """Runs searches one after another, all under the limits of one ``run``.

    ``question``: what they are about; a checkpoint must be about the same.
    """

    def __init__(self, run: Run | None = None, question: Sequence[Any] = ()) -> None:
        self.run = run or Run()
        self.told = 0.0
        self.kept: Checkpoint | None = None
        if self.run.checkpoint is not None:
            words = [one.digest if isinstance(one, Network) else str(one) for one in question]
            self.kept = Checkpoint(self.run.checkpoint, words, self.run.checkpoint_seconds)

    def interrupted(self) -> str | None:
        """The reason to stop now, or None."""
        return self.run.reason()

    def go(self, search: Search, name: str = "", sign: int = 1) -> bool:
        """Run a search; whether every node is refuted. Otherwise its ``stopped`` says why, if not a point.

        ``name``: what is looked for, ``sign`` times the greatest value, for a word on progress.
        """
        try:
            if self.kept is None or not self.kept.restore(search):
                search.start()
            if self.kept is None or not self.kept.ended(search):
                search.stopped = None
                self._on(search, name, sign)
                search.done = True
        except Stop as stop:
            search.stopped = str(stop) or None
        except Halt as halt:
            search.stopped, search.halted = str(halt), True
        if self.kept is not None:
            self.kept.keep(search, ended=not search.halted)
            if search.halted:
                self.kept.write()
        return search.done

    def _on(self, search: Search, name: str, sign: int) -> None:
        while search.queue:
            reason = self.interrupted() if search.nodes else None
            if reason is not None:
                raise Halt(reason)
            executor, workers = self.run.executor, self.run.workers
            if executor is None or search.nodes < _WORTH or len(search.queue) < workers:
                search.step(self.interrupted)
                self._tell(search, name, sign)
            else:
                share(
                    search,
                    executor,
                    workers,
                    self.interrupted,
                    lambda: self._tell(search, name, sign),
                )

    def _tell(self, search: Search, name: str, sign: int) -> None:
        """Progress, and the checkpoint, now and then."""
        if self.kept is not None:
            self.kept.periodically(search)
        now = time.monotonic()
        if now - self.told < _TELL:
            return
        self.told = now
        words = f"{search.share_done():.1%} done, open leaves"
        if search.best_first:
            low, high = sorted((sign * search.threshold(), sign * search.upper()))
            words = f"{name} in [{low:.6g}, {high:.6g}], open leaves"
        self.run.progress(Progress(words, len(search.queue)))
