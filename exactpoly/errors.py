"""The ways a run can end badly, each with its documented exit code.

Nothing in exactpoly catches an error to go on with a guess: an input that cannot be read exactly, a
limit that was reached and a broken internal invariant are different things, and a caller can tell
them apart by type (library) or by exit code (command line).
"""

from __future__ import annotations

__all__ = [
    "ExactpolyError",
    "ExactpolyWarning",
    "InputError",
    "InternalError",
    "LimitReached",
    "MissingDependency",
]


class ExactpolyError(Exception):
    """Base class of every error that exactpoly raises on purpose."""

    exit_code = 1


class InputError(ExactpolyError):
    """Input that cannot be read exactly: one sentence naming the file, the field and the mend."""

    exit_code = 3


class MissingDependency(InputError):
    """An optional package or system library is needed for what was asked; says how to install it."""


class InternalError(ExactpolyError):
    """A checked invariant of an exact result failed: a bug in exactpoly, never the user's fault."""

    exit_code = 1


class LimitReached(ExactpolyError):
    """A limit was reached before there was anything exact to say, not even a partial result."""

    exit_code = 2


class ExactpolyWarning(UserWarning):
    """Something that was asked for beside the result could not be done; the result stands."""
