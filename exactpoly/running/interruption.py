"""Ctrl-C and SIGTERM: the first one asks a run to stop at a clean point, the second one ends it at once."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType, TracebackType
from typing import Any

__all__ = ["Interruption"]

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """While active as a context, SIGINT and SIGTERM set ``requested`` instead of raising.

    A second one raises `KeyboardInterrupt`, and so does the first one while ``immediate`` is set,
    which is for stretches that cannot be asked to stop. In another thread than the main one signals
    do not arrive, and nothing is installed.
    """

    def __init__(self) -> None:
        self.requested = False
        self.immediate = False
        self._before: Any = None
        self._installed = False

    def __call__(self) -> bool:
        return self.requested

    def __enter__(self) -> Interruption:
        if threading.current_thread() is threading.main_thread():
            self._before = [signal.signal(kind, self._handle) for kind in _SIGNALS]
            self._installed = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._installed:
            for number, before in zip(_SIGNALS, self._before, strict=True):
                signal.signal(number, before)
            self._installed = False

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self.requested or self.immediate:
            raise KeyboardInterrupt
        self.requested = True
        # Not print: a signal may arrive in the middle of a print.
        os.write(2, b"\nstopping at the next clean point; Ctrl-C again aborts at once\n")
