"""Stretches that only read are cut off anywhere, at the first signal or at the end of the time."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from exactpoly.running.interruption import Interruption, ending
from exactpoly.running.limits import Limits, present_memory
from exactpoly.running.run import Run, Stopped

pytestmark = pytest.mark.skipif(
    not hasattr(signal, "setitimer"), reason="needs a timer that signals"
)

_ENOUGH = 30.0


def for_long() -> None:
    end = time.monotonic() + _ENOUGH
    while time.monotonic() < end:
        time.sleep(0.01)


def among_errors() -> None:
    """Code that catches every `Exception`, as imports of libraries do."""
    end = time.monotonic() + _ENOUGH
    while time.monotonic() < end:
        with suppress(Exception):
            for_long()


def losing_the_first() -> None:
    """What is raised in a destructor or in a callback from C goes no further."""
    with suppress(BaseException):
        for_long()
    for_long()


@pytest.fixture(autouse=True)
def everything_is_as_before() -> Iterator[None]:
    before = [signal.getsignal(kind) for kind in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)]
    hook = sys.unraisablehook
    yield
    after = [signal.getsignal(kind) for kind in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)]
    assert after == before
    assert sys.unraisablehook is hook
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


@pytest.mark.parametrize("stretch", [for_long, among_errors, losing_the_first])
def test_the_time_ends_a_stretch(stretch: Callable[[], None]) -> None:
    started = time.monotonic()
    with Interruption() as interruption:
        run = Run(Limits(max_seconds=0.1), interruption)
        with pytest.raises(Stopped, match=r"max_seconds 0\.1 passed"), ending(run):
            stretch()
    assert time.monotonic() - started < _ENOUGH


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("stretch", [for_long, among_errors, losing_the_first])
def test_a_signal_ends_a_stretch(stretch: Callable[[], None], kind: signal.Signals) -> None:
    started = time.monotonic()

    def signalled() -> None:
        os.kill(os.getpid(), kind)
        stretch()

    def lost() -> None:
        with suppress(BaseException):
            os.kill(os.getpid(), kind)
            for_long()
        for_long()

    with Interruption() as interruption:
        run = Run(interrupted=interruption)
        with pytest.raises(Stopped, match="interrupted"), ending(run):
            (lost if stretch is losing_the_first else signalled)()
        # What begins then has the grace alone, and a second signal aborts.
        with pytest.raises(Stopped, match="interrupted"), ending(run):
            for_long()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), kind)
    assert time.monotonic() - started < _ENOUGH


def test_a_stretch_that_is_quick_is_left_alone() -> None:
    with Interruption() as interruption, ending(Run(Limits(max_seconds=0), interruption)):
        found = sum(range(10))
    assert found == 45


def test_time_that_stopping_takes_is_reserved() -> None:
    run = Run(Limits(max_seconds=100))
    assert run.reason(7, reserve=50) is None
    assert run.reason(7, reserve=200) == "handing 7 cells over would exceed max_seconds 100"
    assert Run().reason(7, reserve=200) is None


def test_a_stretch_inside_of_another_leaves_its_time_alone() -> None:
    def nested() -> None:
        with Interruption() as inner, ending(Run(Limits(max_seconds=50), inner)):
            time.sleep(0.01)
        for_long()

    with Interruption() as outer:
        run = Run(Limits(max_seconds=0.1), outer)
        with pytest.raises(Stopped, match=r"max_seconds 0\.1 passed"), ending(run):
            nested()


def test_memory_ends_a_stretch() -> None:
    present, kept = present_memory(), []

    def large() -> None:
        kept.append(bytearray(b"x") * (300 << 20))
        for_long()

    if present is None:
        pytest.skip("the system does not tell how much memory is in use")
    with Interruption() as interruption:
        run = Run(Limits(max_memory=present + (100 << 20)), interruption)
        with pytest.raises(Stopped, match="max_memory"), ending(run):
            large()


def test_memory_that_was_short_before_ends_nothing() -> None:
    with Interruption() as interruption, ending(Run(Limits(max_memory=1), interruption)):
        time.sleep(0.7)
