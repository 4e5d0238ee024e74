"""One line of progress on stderr: only in a terminal, and only once a run has taken a while."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID
    from rich.status import Status

    from exactpoly.complex.subdivide import Standing

__all__ = ["ProgressLine", "Waiting"]

_PATIENCE = 1.0
"""Seconds before anything is shown."""
_WAITING_PATIENCE = 2.0


class ProgressLine:
    """A context that shows how far a run is, and leaves nothing behind when it ends.

    Stages follow one another: `subdivision` for the engine `subdivide`, `counted` for everything
    that counts.
    """

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._enabled = sys.stderr.isatty()
        self._progress: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._progress is not None:
            self._progress.stop()

    def subdivision(self, run: Standing) -> None:
        """Called after each neuron."""
        total = run.network.n_neurons
        self._show(f"neuron {run.done}/{total}, {run.n_cells:,} cells", run.done, total)

    def counted(self, what: str, done: int, total: int | None) -> None:
        """Called with a number of things done, out of ``total`` where that is known."""
        of = "" if total is None else f"/{total:,}"
        self._show(f"{what} {done:,}{of}", done, total)

    def _show(self, text: str, done: int, total: int | None) -> None:
        if not self._enabled or time.monotonic() - self._started < _PATIENCE:
            return
        if self._progress is None:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

            self._progress = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._task = self._progress.add_task(text, total=total)
            self._progress.start()
        if self._task is not None:
            self._progress.update(self._task, description=text, completed=done, total=total)


class Waiting:
    """A context that says on stderr what is waited for, in a terminal and after two seconds."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._status: Status | None = None
        self._timer = threading.Timer(_WAITING_PATIENCE, self._show)
        self._timer.daemon = True

    def __enter__(self) -> Waiting:
        if sys.stderr.isatty():
            self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        if self._timer.ident is not None:
            self._timer.join()
        if self._status is not None:
            self._status.stop()

    def _show(self) -> None:
        from rich.console import Console
        from rich.markup import escape

        self._status = Console(stderr=True).status(escape(self._what))
        self._status.start()
