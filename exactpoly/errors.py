"""The ways a run can end badly, each with its documented exit code.

Nothing in exactpoly catches an error to go on with a guess: an input that cannot be read exactly, a
limit that was reached and a broken internal invariant are different things, and a caller can tell
them apart by type (library) or by exit code (command line).
"""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

__all__ = [
    "ExactpolyError",
    "ExactpolyWarning",
    "InputError",
    "InternalError",
    "LimitReached",
    "MissingDependency",
    "install_command",
]


class ExactpolyError(Exception):
    """Base class of every error that exactpoly raises on purpose."""

    exit_code = 1


class InputError(ExactpolyError):
    """Input that cannot be read exactly; one sentence names the file, what is wrong and what to do."""

    exit_code = 3


class MissingDependency(InputError):
    """An optional package or system library is needed for what was asked; says how to install it.

    ``packages``: what to install, by the installer that reaches the running interpreter.
    """

    def __init__(self, message: str, *packages: str) -> None:
        hint = f"; install it with: {install_command(*packages)}" if packages else ""
        super().__init__(message + hint)


def install_command(*packages: str) -> str:
    """The command that installs packages where exactpoly runs: by pipx, by pip, or by its own Python."""
    names = " ".join(packages)
    if "pipx" in Path(sys.prefix).parts:
        return f"pipx inject exactpoly {names}"
    pip, python = shutil.which("pip"), Path(sys.executable)
    if pip is not None and Path(pip).parent == python.parent:
        return f"pip install {names}"
    near = python.relative_to(Path.cwd()) if python.is_relative_to(Path.cwd()) else python
    return f"{shlex.quote(str(near))} -m pip install {names}"


class InternalError(ExactpolyError):
    """A checked invariant of an exact result failed: a bug in exactpoly, never the user's fault."""

    exit_code = 1


class LimitReached(ExactpolyError):
    """A limit was reached before there was anything exact to say, not even a partial result.

    >>> import exactpoly as ep
    >>> net = ep.Network((ep.Layer.of([[1, 0], [0, 1]]), ep.Layer.of([[1, 1]], relu=False)))
    >>> try:
    ...     ep.level_set(net, 1, limits=ep.Limits(max_cells=1))
    ... except ep.LimitReached as error:
    ...     print(error)
    no result: 9 cells exceed max_cells 1 after 0 of 3 neurons
    """

    exit_code = 2


class ExactpolyWarning(UserWarning):
    """Something that was asked for beside the result could not be done; the result stands."""
