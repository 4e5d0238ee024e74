"""A computation that cannot be stopped from inside, in a process of its own.

Exact double description is one call into C, which no signal reaches and which may take hours. The
process is a fork, which sees everything and copies nothing; it is asked to stop first, and ended when it
does not. Where there is no fork, the computation runs here and is asked alone.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import time
import warnings
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from exactpoly.errors import InternalError
from exactpoly.running.run import Progress, Run, Stopped

__all__ = ["apart"]

T = TypeVar("T")

Work = Callable[[Callable[[], bool], Callable[[Progress], None]], T]
"""Given ``should_stop``, to be asked between steps, and ``progress``; its result must be picklable."""

_LOOK = 0.05
_PATIENCE = 0.7
"""Seconds that a computation has to stop when asked."""

_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def apart(work: Work[T], run: Run) -> tuple[T, str | None]:
    """What ``work`` returns, and the reason why it was asked to stop, or None.

    Raises what it raises, and `Stopped` where it had to be ended.
    """
    if sys.platform != "linux":
        return _here(work, run)
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(work, theirs, ours))
    with warnings.catch_warnings():
        # Threads of libraries are not used in the fork.
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()
    theirs.close()
    reason: str | None = None
    asked = 0.0
    try:
        while True:
            if ours.poll(_LOOK):
                kind, value = _received(ours)
                if kind == "progress":
                    run.progress(value)
                elif kind == "error":
                    raise value
                else:
                    return value, reason
            if reason is None:
                reason = run.reason()
                if reason is not None:
                    asked = time.monotonic()
                    ours.send(None)
            elif time.monotonic() > asked + _PATIENCE:
                raise Stopped(reason)
    finally:
        process.kill()
        process.join()
        ours.close()


def _received(pipe: Connection) -> tuple[str, Any]:
    try:
        kind, value = pipe.recv()
    except EOFError as error:
        raise MemoryError(
            "a process was ended from outside, most likely for want of memory"
        ) from error
    return kind, value


def _here(work: Work[T], run: Run) -> tuple[T, str | None]:
    reason: str | None = None

    def should_stop() -> bool:
        nonlocal reason
        reason = reason or run.reason()
        return reason is not None

    return work(should_stop, run.progress), reason


def _serve(work: Work[Any], pipe: Connection, other: Connection) -> None:
    other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGKILL)
    try:
        pipe.send(("result", work(pipe.poll, lambda progress: pipe.send(("progress", progress)))))
    except BrokenPipeError:
        os._exit(1)
    except BaseException as error:
        try:
            pipe.send(("error", error))
        except Exception:
            pipe.send(("error", InternalError(f"{type(error).__name__}: {error}")))
