"""The judge's own time: claims may be many, and each of them costs exact arithmetic."""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, wait
from typing import TypeVar

from exactpoly.running.run import Stopped

__all__ = ["within"]

T = TypeVar("T")

_LOOK = 0.2
"""Seconds between two looks whether to give up."""


def within(work: Callable[[], T], seconds: float, halt: threading.Event | None = None) -> T:
    """What ``work`` returns or raises. `Stopped` after ``seconds``, `CancelledError` once it is to halt.

    It runs in a thread of its own, which keeps nobody waiting: a signal reaches the caller meanwhile, and
    a program that ends does not wait for it. Nothing is lost when it is cut off, for it only reads.

    >>> within(lambda: 2 + 2, 60)
    4
    """
    result: Future[T] = Future()
    thread = threading.Thread(target=_serve, args=(work, result), daemon=True)
    thread.start()
    end = time.monotonic() + seconds
    try:
        while not wait([result], _LOOK).done:
            if halt is not None and halt.is_set():
                raise CancelledError
            if time.monotonic() > end:
                raise Stopped(f"max_seconds {seconds:g} passed")
    finally:
        if not result.done():
            _cut(thread)
    return result.result()


def _serve(work: Callable[[], T], result: Future[T]) -> None:
    try:
        value = work()
    except BaseException as error:
        result.set_exception(error)
    else:
        result.set_result(value)


def _cut(thread: threading.Thread) -> None:
    """Raise in the thread, at its next step in Python, what ends a thread without a word."""
    place = ctypes.c_ulong(thread.ident or 0)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(place, ctypes.py_object(SystemExit))
