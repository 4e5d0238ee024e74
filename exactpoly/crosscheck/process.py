"""Running a tool's process within limits; see `confine` for what is done to it."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exactpoly.errors import InputError, InternalError

__all__ = ["Allowance", "Ending", "Server", "confined", "last_line", "python_path", "small_file"]

_TAIL = 20_000
"""Bytes at the end of a tool's output in which its last words are looked for."""
_LARGEST = 256 * 1024**2
"""Bytes of the largest answer that is read."""
_OUTPUT = "output"
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Allowance:
    """What a tool may use for one question: wall time, bytes of memory and of disk, processes at once."""

    seconds: float = 60
    memory: int = 4 * 1024**3
    disk: int = 2 * 1024**3
    processes: int = 256


@dataclass(frozen=True)
class Ending:
    """How a process ended: ``"exit"`` with its ``code``, or the name of the limit that it passed."""

    ended: str
    code: int | None
    seconds: float
    allowance: Allowance

    def words(self) -> str:
        """Which limit was passed, "" if none was."""
        allowed = self.allowance
        if self.ended == "exit" and self.code == -signal.SIGXFSZ:
            return f"stopped: it wrote more than {_size(allowed.disk)}"
        return {
            "seconds": f"stopped after {allowed.seconds:g} s",
            "memory": f"stopped: it used more than {_size(allowed.memory)} of memory",
            "disk": f"stopped: it wrote more than {_size(allowed.disk)}",
            "processes": f"stopped: it ran more than {allowed.processes} processes at once",
        }.get(self.ended, "")


def _size(count: int) -> str:
    return f"{count / 1024**2:.4g} MiB" if count < 1024**3 else f"{count / 1024**3:.4g} GiB"


def python_path(folder: Path) -> dict[str, str]:
    """The environment in which another interpreter finds this package, and nothing else of this one."""
    link = folder / "package" / "exactpoly"
    link.parent.mkdir()
    link.symlink_to(Path(__file__).parents[1], target_is_directory=True)
    paths = [str(link.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {"PYTHONPATH": os.pathsep.join(paths)}


def confined(
    command: list[str],
    folder: Path,
    allowance: Allowance,
    environment: dict[str, str] | None = None,
) -> Ending:
    """Run a command in ``folder`` within its allowance; all that it started has ended on return.

    What it prints goes to a file there; see `last_line`. Raises `InputError` if it cannot be run.
    """
    spec = _specification(command, folder, allowance)
    told = _supervised(spec, os.environ | spec["environment"] | (environment or {}))
    if told["ended"] == "absent":
        option = "--python" if "exactpoly.crosscheck.worker" in command else "--command"
        raise InputError(f"{option}: {command[0]} cannot be run ({told['why']})")
    return Ending(told["ended"], told["code"], told["seconds"], allowance)


def _specification(command: list[str], folder: Path, allowance: Allowance) -> dict[str, Any]:
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    return {
        "command": command,
        "folder": str(folder),
        "output": str(folder / _OUTPUT),
        "environment": {"TMPDIR": str(scratch)},
        **{name: getattr(allowance, name) for name in ("seconds", "memory", "disk", "processes")},
    }


class Server:
    """A process that has imported a tool and forks a child for every question.

    What is imported counts for no question, and is imported once. A child is confined as any other is.
    """

    def __init__(self, python: str, modules: Sequence[str], checkout: str | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="exactpoly-")
        self._lock = threading.Lock()
        path = python_path(Path(self._folder.name))
        if checkout is not None:
            path["PYTHONPATH"] += f"{os.pathsep}{checkout}"
        threads = dict.fromkeys(_THREADS, "1")  # a fork carries no threads over
        script = str(Path(__file__).with_name("confine.py"))
        self._process = subprocess.Popen(
            [python, "-P", script, "--serve", *modules],
            env=os.environ | path | threads,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )

    def confined(self, command: list[str], folder: Path, allowance: Allowance) -> Ending:
        """As the function of this name, for the arguments of the worker."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._lock:
            print(
                json.dumps(_specification(command, folder, allowance)),
                file=self._process.stdin,
                flush=True,
            )
            line = self._process.stdout.readline()
        if not line:
            raise InternalError("the process that a tool was imported into has ended")
        told = json.loads(line)
        return Ending(told["ended"], told["code"], told["seconds"], allowance)

    def close(self) -> None:
        """End the process and what it runs."""
        self._process.terminate()
        self._process.wait()
        self._folder.cleanup()


def _supervised(spec: dict[str, Any], environment: dict[str, str]) -> dict[str, Any]:
    script = Path(__file__).with_name("confine.py")
    process = subprocess.Popen(
        [sys.executable, "-I", str(script), json.dumps(spec)],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        answer, error = process.communicate()
    finally:
        # After an interruption it still ends what it runs.
        with suppress(ProcessLookupError):
            process.terminate()
        process.wait()
    if process.returncode != 0:
        raise InternalError(f"the process that watches a tool has failed: {error[-300:]}")
    result: dict[str, Any] = json.loads(answer)
    return result


def small_file(path: Path) -> str | None:
    """The text of an answer; None if there is none, or what is there is no file of ordinary size.

    The tool has ended, so nothing changes between the look and the reading.
    """
    return path.read_text(encoding="utf-8", errors="replace") if _plain(path, _LARGEST) else None


def last_line(folder: Path) -> str:
    """The last line of what a process printed that is not blank, read from its end only."""
    path = folder / _OUTPUT
    if not _plain(path):
        return ""  # the tool has deleted it
    with path.open("rb") as output:
        size = output.seek(0, os.SEEK_END)
        output.seek(max(0, size - _TAIL))
        lines = output.read().decode("utf-8", "replace").split("\n")
    return next((line for line in reversed(lines) if line.strip()), "")


def _plain(path: Path, size: int | None = None) -> bool:
    """Whether there is an ordinary file, and no link, device or pipe."""
    try:
        found = os.lstat(path)
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and (size is None or found.st_size <= size)
