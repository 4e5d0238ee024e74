"""What a signal raises before a callback of the kernel has begun is lost by ctypes, and by nobody else.

ctypes prints it, and the kernel is answered with what happens to stand there. Taken for an answer that was
a run which ended early without a reason, or one with wrong signs.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import exactpoly as ep
from exactpoly.complex.compiled import count_cells
from exactpoly.complex.kernel import library
from exactpoly.complex.kernel import run as kernel_run
from exactpoly.complex.kernel.run import KernelRun
from exactpoly.errors import InternalError

pytestmark = [
    pytest.mark.skipif(library.kernel() is None, reason="needs the compiled engine"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def star() -> ep.Network:
    """Three planes through a rational point, and three more planes: signs there need exact arithmetic."""
    point = [Fraction(-2, 7), Fraction(5, 13), Fraction(-8, 39)]
    planes = [[-23, 29, 4], [13, -11, 17], [30, 7, -19]]
    ends = [-sum(a * x for a, x in zip(row, point, strict=True)) for row in planes]
    above = [[3, -4, 5], [-7, 2, 9], [1, 8, -6]]
    return ep.Network((ep.Layer.of(planes, ends), ep.Layer.of(above, [0, 0, 0])), "star")


class _SignalError(BaseException):
    """As KeyboardInterrupt, or what `Interruption.ending` raises."""


def lost(*arguments: Any) -> int:
    raise _SignalError


def test_signs_of_the_star_need_exact_arithmetic() -> None:
    assert ep.enumerate(star()).statistics.exact > 0


@pytest.mark.parametrize("progress", [None, lambda progress: None], ids=["unwatched", "watched"])
def test_in_the_exact_stage(monkeypatch: pytest.MonkeyPatch, progress: Any) -> None:
    monkeypatch.setattr(KernelRun, "_resolve", lost)
    with pytest.raises(_SignalError):
        ep.enumerate(star(), progress=progress)


def test_between_neurons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KernelRun, "_ask", lost)
    with pytest.raises(_SignalError):
        ep.enumerate(star(), progress=lambda progress: None)


@pytest.mark.parametrize(
    "answer", [0, 1, -1, library.HALT, library.CALLER_FAILED, library.ANSWERED]
)
def test_what_is_no_answer(monkeypatch: pytest.MonkeyPatch, answer: int) -> None:
    """Nor is an answer that was given before and still stands there: no sign has been written."""
    monkeypatch.setattr(KernelRun, "_resolve", lambda *arguments: answer)
    with pytest.raises(InternalError, match="did not answer"):
        ep.enumerate(star())


def test_in_another_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """No signal raises there, but memory may run out before a callback has begun."""
    monkeypatch.setattr(KernelRun, "_resolve", lost)
    monkeypatch.setattr(kernel_run, "_FEW_REGIONS", 0)
    with pytest.raises(InternalError, match="did not answer"):
        count_cells(star(), ep.Domain.space(3))


def test_runs_in_many_threads_leave_the_hook_alone() -> None:
    hook, network = sys.unraisablehook, star()
    with ThreadPoolExecutor(8) as pool:
        runs = [pool.submit(ep.enumerate, network) for _ in range(200)]
        for _ in range(50):
            ep.enumerate(network)
    assert {run.result().f_vector for run in runs} == {ep.enumerate(network).f_vector}
    assert sys.unraisablehook is hook


@contextlib.contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Raises in the main thread after so many seconds."""

    def ring(*arguments: Any) -> None:
        raise _SignalError

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs a timer")
@pytest.mark.parametrize("progress", [None, lambda progress: None], ids=["unwatched", "watched"])
def test_at_any_instant(progress: Any) -> None:
    """A run is either cut off or complete and right, also where a destructor swallows the signal."""
    if threading.current_thread() is not threading.main_thread():
        pytest.skip("signals arrive in the main thread")
    network, cut = star(), 0
    whole, started = ep.enumerate(network), time.perf_counter()
    for _ in range(9):
        ep.enumerate(network, progress=progress)
    takes = (time.perf_counter() - started) / 9
    for instant in np.linspace(takes / 50, 2 * takes, 150).tolist():
        try:
            with alarm(instant):
                found = ep.enumerate(network, progress=progress)
        except _SignalError:
            cut += 1
            continue
        assert found.complete
        assert found.summary() == whole.summary()
        assert np.array_equal(found.region_rows, whole.region_rows)
    assert cut > 10
