"""Ctrl-C and SIGTERM: the first one asks a run to stop, the second one ends it at once.

A computation that keeps its state in order asks between two steps. Of a stretch that only reads what is
there (a report, a drawing, theorems), nothing is lost when it is cut off anywhere: `Interruption.ending`
lets a signal, or the end of the time, cut it off, and then raises `Stopped`.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any

from exactpoly.running.run import Run, Stopped

__all__ = ["GRACE", "Interruption", "ending"]

GRACE = 1.0
"""Seconds beyond the limit that a stretch may take after a run that has used its time up."""

_AGAIN = 0.5
"""Seconds after which a stretch is cut again that went on."""

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class _Cut(BaseException):
    """Raised anywhere inside a stretch, past code that catches every `Exception`, to end it."""


class Interruption:
    """While active as a context, SIGINT and SIGTERM set ``requested`` instead of ending the process.

    The second of them raises `KeyboardInterrupt`. In another thread than the main one signals do not
    arrive, and nothing is installed.
    """

    def __init__(self) -> None:
        self.requested = False
        self._cutting = False
        self._before: dict[signal.Signals, Any] = {}

    def __call__(self) -> bool:
        return self.requested

    def __enter__(self) -> Interruption:
        if threading.current_thread() is threading.main_thread():
            self._before = {kind: signal.signal(kind, self._handle) for kind in _SIGNALS}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)
        self._before = {}

    @contextmanager
    def ending(self, run: Run) -> Iterator[None]:
        """A stretch that the first signal ends with `Stopped`, as limits do, that of time with `GRACE`.

        One that begins when the run was stopped already has the grace alone. Stretches may be nested.
        """
        left = run.seconds_left
        seconds = GRACE if self.requested else None if left is None else left + GRACE
        interrupted = self.requested
        limited = run.limits.max_memory is not None and run.limits.memory_exceeded() is None
        memory: list[str] = []

        def overdue() -> bool:
            reason = run.limits.memory_exceeded() if limited else None
            memory.extend([reason] if reason else [])
            return bool(memory) or (seconds is not None and time.monotonic() >= end)

        end = time.monotonic() + (seconds or 0.0)
        first = _AGAIN if limited else seconds
        try:
            with self._alarm(first, overdue):
                self._cutting = not interrupted
                try:
                    yield
                finally:
                    self._cutting = False
        except _Cut:
            if interrupted or self.requested:
                raise Stopped("interrupted") from None
            if memory:
                raise Stopped(memory[0]) from None
            raise Stopped(f"max_seconds {run.limits.max_seconds:g} passed") from None

    @contextmanager
    def _alarm(self, seconds: float | None, overdue: Callable[[], bool]) -> Iterator[None]:
        """Cut what is overdue, asked after ``seconds`` and then often, where the system has a timer.

        Again and again: what is raised in a destructor or in a callback from C goes no further.
        """
        if not self._before or not hasattr(signal, "setitimer"):
            yield
            return
        active = True
        hook = sys.unraisablehook

        def unraisable(lost: Any) -> None:
            if lost.exc_type is not _Cut:
                hook(lost)

        def ring(number: int, frame: FrameType | None) -> None:
            if active and (self.requested or overdue()):
                raise _Cut

        sys.unraisablehook = unraisable
        before = signal.signal(signal.SIGALRM, ring)
        outer, started = signal.setitimer(signal.ITIMER_REAL, 0), time.monotonic()
        if seconds is not None:
            signal.setitimer(signal.ITIMER_REAL, max(seconds, _AGAIN), _AGAIN)
        try:
            yield
        finally:
            active = False
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
            sys.unraisablehook = hook
            if outer[0]:
                passed = time.monotonic() - started
                signal.setitimer(signal.ITIMER_REAL, max(outer[0] - passed, _AGAIN), _AGAIN)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True
        # Not print: a signal may arrive in the middle of a print.
        os.write(2, b"\nstopping at the next clean point; Ctrl-C again aborts at once\n")
        if self._cutting:
            if hasattr(signal, "setitimer"):
                signal.setitimer(signal.ITIMER_REAL, _AGAIN, _AGAIN)
            raise _Cut


@contextmanager
def ending(run: Run) -> Iterator[None]:
    """`Interruption.ending` of a run that has such; otherwise nothing."""
    if isinstance(run.interrupted, Interruption):
        with run.interrupted.ending(run):
            yield
    else:
        yield
