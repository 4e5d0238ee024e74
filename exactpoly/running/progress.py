"""One line of progress on stderr: in a terminal or a notebook, and only once a run has taken a while."""

from __future__ import annotations

import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import wraps
from types import TracebackType
from typing import TYPE_CHECKING, ParamSpec, Self, TypeVar

from exactpoly.running.run import END, Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Display
    from rich.progress import TaskID
    from rich.status import Status

__all__ = ["NotebookLine", "ProgressLine", "Waiting", "progress_line"]

P = ParamSpec("P")
T = TypeVar("T")

_PATIENCE = 1.0
"""Seconds before anything is shown."""
_WAITING_PATIENCE = 2.0
_REDRAWN = 0.2
"""Seconds between two lines in a notebook, which are messages to a browser."""


class _Line(ABC):
    """A context that is called with how far a run is, and with `END` when it ends."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self(END)

    @abstractmethod
    def __call__(self, progress: Progress) -> None: ...


class ProgressLine(_Line):
    """A context that shows how far a run is when called, and leaves nothing behind when it ends."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._enabled = sys.stderr.isatty()
        self._display: Display | None = None
        self._task: TaskID | None = None

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


class NotebookLine(_Line):
    """A `ProgressLine` in the output of a notebook's cell, which is no terminal: a line over the last."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _PATIENCE
        self._width = 0

    def __call__(self, progress: Progress) -> None:
        text = "" if progress is END else str(progress)
        if text and time.monotonic() < self._next:
            return
        if text or self._width:
            end = "" if text else "\r"
            print(f"\r{text.ljust(self._width)}", end=end, file=sys.stderr, flush=True)
        self._width, self._next = len(text), time.monotonic() + _REDRAWN


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


def progress_line(function: Callable[P, T]) -> Callable[P, T]:
    """Let a function that takes a callback ``progress`` take True too, for a line that shows it."""

    @wraps(function)
    def called(*args: P.args, **kwargs: P.kwargs) -> T:
        asked = kwargs.get("progress")
        if not isinstance(asked, bool):
            return function(*args, **kwargs)
        notebook = "ipykernel" in sys.modules and not sys.stderr.isatty()
        with NotebookLine() if notebook else ProgressLine() as line:
            kwargs["progress"] = line if asked else None
            return function(*args, **kwargs)

    return called
