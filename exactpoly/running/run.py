"""What every long computation is given: when to stop, whom to tell, and where its parts run."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from exactpoly.errors import InputError, LimitReached
from exactpoly.running.limits import Limits

__all__ = ["END", "Progress", "Run", "Stopped"]


@dataclass(frozen=True)
class Progress:
    """``done`` things, called ``what``, of ``total`` (None: unknown)."""

    what: str
    done: int
    total: int | None = None

    def __str__(self) -> str:
        of = "" if self.total is None else f"/{self.total:,}"
        return f"{self.what} {self.done:,}{of}"


END = Progress("end", 0)
"""Tells a display of progress to make way: what follows is output."""


class Stopped(LimitReached):
    """A computation ended before it had a result: the reason is a limit or an interruption."""


NO_LIMITS = Limits()


def _never() -> bool:
    return False


def _nobody(progress: Progress) -> None:
    pass


@dataclass(frozen=True)
class Run:
    """One run. Give it a new one each time: the clock of its limits starts when it is made.

    ``limits``: when to stop early; ``interrupted``: asked often, True stops likewise; ``progress``: told
    how far it is; ``executor``: any `concurrent.futures.Executor` for the ``parts`` parts of a large
    complex; ``workers``: threads of the compiled engine, or how many
    workers the executor has; ``checkpoint``: a file to resume from if it
    exists, written every ``checkpoint_seconds`` and when the run stops early, removed when it ends.
    """

    limits: Limits = NO_LIMITS
    interrupted: Callable[[], bool] = _never
    progress: Callable[[Progress], None] = _nobody
    executor: Executor | None = None
    parts: int = 8
    workers: int = 1
    checkpoint: Path | None = None
    checkpoint_seconds: float = 60.0
    started: float = field(default_factory=time.monotonic)

    @classmethod
    def of(
        cls,
        *,
        limits: Limits | None = None,
        interrupted: Callable[[], bool] | None = None,
        progress: Callable[[Progress], None] | bool | None = None,
        checkpoint: str | Path | None = None,
        checkpoint_seconds: float = 60.0,
        executor: Executor | None = None,
        parts: int = 8,
        workers: int = 1,
    ) -> Run:
        """A run that begins now, from arguments that may be left out. Raises `InputError` for others."""
        if limits is not None and not isinstance(limits, Limits):
            raise InputError(f"limits: {limits!r} given; give exactpoly.Limits(max_seconds=60)")
        if interrupted is not None and not callable(interrupted):
            raise InputError(f"interrupted: {interrupted!r} given; give a function")
        if isinstance(progress, bool) or not callable(progress or _nobody):
            raise InputError(f"progress: {progress!r} given; give a function")
        return cls(
            limits=limits or NO_LIMITS,
            interrupted=interrupted or _never,
            progress=progress or _nobody,
            executor=executor,
            parts=parts,
            workers=workers,
            checkpoint=None if checkpoint is None else Path(checkpoint),
            checkpoint_seconds=checkpoint_seconds,
        )

    @property
    def elsewhere(self) -> bool:
        """Whether parts run on other machines or ranks than this process may start itself."""
        return self.executor is not None and not isinstance(self.executor, ProcessPoolExecutor)

    @property
    def watched(self) -> bool:
        """Whether anything can stop it, or anybody is told how far it is."""
        quiet = self.interrupted is _never and self.progress is _nobody
        return not quiet or self.limits != NO_LIMITS

    def reason(self, cells: int = 0, *, reserve: float = 0.0) -> str | None:
        """The reason to stop now, with so many cells found; None to go on.

        ``reserve``: seconds that stopping will take.
        """
        if self.interrupted():
            return "interrupted"
        left = self.seconds_left
        if left is not None and 0 < left < reserve:
            most = self.limits.max_seconds
            return f"handing {cells:,} cells over would exceed max_seconds {most:g}"
        return self.limits.exceeded(cells, self.started)

    def check(self) -> None:
        """Raise `Stopped` if there is a reason to stop."""
        reason = self.reason()
        if reason is not None:
            raise Stopped(reason)

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the limit, at least 0; None without one."""
        if self.limits.max_seconds is None:
            return None
        return max(0.0, self.started + self.limits.max_seconds - time.monotonic())
