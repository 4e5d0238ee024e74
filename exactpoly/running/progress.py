"""One line of progress on stderr: only in a terminal, and only once a run has taken a while."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING

from exactpoly.running.run import END, Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Display
    from rich.progress import TaskID
    from rich.status import Status

__all__ = ["ProgressLine", "Waiting"]

_PATIENCE = 1.0
"""Seconds before anything is shown."""
_WAITING_PATIENCE = 2.0


class ProgressLine:
    """A context that shows how far a run is when called, and leaves nothing behind when it ends."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._enabled = sys.stderr.isatty()
        self._display: Display | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self(END)

    def __call__(self, progress: Progress) -> None:
        if progress is END:
            if self._display is not None:
                self._display.stop()
                self._display = None
            return
        if not self._enabled or time.monotonic() - self._started < _PATIENCE:
            return
        text, done, total = str(progress), progress.done, progress.total
        if self._display is None:
            from rich.console import Console
            from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
            from rich.progress import Progress as Display

            self._display = Display(
                TextColumn("{task.description}"),
                BarColumn(),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._task = self._display.add_task(text, total=total)
            self._display.start()
        if self._task is not None:
            self._display.update(self._task, description=text, completed=done, total=total)


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
