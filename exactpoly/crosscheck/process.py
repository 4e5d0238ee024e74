"""Running a tool's process within limits; see `confine` for what is done to it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from exactpoly.errors import InputError, InternalError

__all__ = [
    "GRACE",
    "OUTPUT",
    "UNWATCHED",
    "Allowance",
    "Ending",
    "confined",
    "end_what_names",
    "python_path",
    "specification",
]

OUTPUT = "output"
"""The file in a tool's folder for what it prints."""
GRACE = 30.0
"""Seconds beyond a tool's own after which a watcher that is silent has been stopped by the tool."""
UNWATCHED = "unwatched"
"""How a process ended whose watcher was ended before."""
_LOOK = 0.2
"""Seconds between two looks whether to give up."""


@dataclass(frozen=True)
class Allowance:
    """What a tool may use for one question: wall time, bytes of memory and of disk, processes at once.

    ``halt``: ends it at once when it is set.
    """

    seconds: float = 60
    memory: int = 4 * 1024**3
    disk: int = 2 * 1024**3
    processes: int = 256
    halt: threading.Event | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Ending:
    """How a process ended: ``"exit"`` with its ``code``, or the name of the limit that it passed."""

    ended: str
    code: int | None
    seconds: float
    cpu_seconds: float
    allowance: Allowance

    @classmethod
    def of(cls, told: dict[str, Any], allowance: Allowance) -> Ending:
        """What `confine` told."""
        times = told["seconds"], told["cpu_seconds"]
        return cls(told["ended"], told["code"], *times, allowance)

    def words(self) -> str:
        """Which limit was passed, "" if none was."""
        allowed = self.allowance
        if self.ended == "exit" and self.code == -signal.SIGXFSZ:
            return f"stopped: it wrote more than {_size(allowed.disk)}"
        return {
            "seconds": f"stopped after {allowed.seconds:g} s",
            "memory": f"stopped: it used more than {_size(allowed.memory)} of memory",
            "disk": f"stopped: it wrote more than {_size(allowed.disk)}",
            UNWATCHED: "stopped: the process that watches it was ended",
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
    spec = specification(command, folder, allowance)
    told = _supervised(spec, os.environ | spec["environment"] | (environment or {}), allowance.halt)
    if told["ended"] == "absent":
        option = "--python" if "exactpoly.crosscheck.worker" in command else "--command"
        raise InputError(f"{option}: {command[0]} cannot be run ({told['why']})")
    return Ending.of(told, allowance)


def specification(command: list[str], folder: Path, allowance: Allowance) -> dict[str, Any]:
    """What `confine` is told."""
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    return {
        "command": command,
        "folder": str(folder),
        "output": str(folder / OUTPUT),
        "environment": {"TMPDIR": str(scratch)},
        **{name: getattr(allowance, name) for name in ("seconds", "memory", "disk", "processes")},
    }


def _supervised(
    spec: dict[str, Any], environment: dict[str, str], halt: threading.Event | None
) -> dict[str, Any]:
    script = Path(__file__).with_name("confine.py")
    started = time.monotonic()
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
        answer, error = _heard(process, started + spec["seconds"] + GRACE, halt)
    finally:
        # After an interruption it still ends what it runs.
        with suppress(ProcessLookupError):
            process.terminate()
        process.wait()
    if error:
        raise InternalError(f"the process that watches a tool has failed: {error[-300:]}")
    if process.returncode != 0:
        end_what_names(Path(spec["folder"]))
        seconds = time.monotonic() - started
        return {"ended": UNWATCHED, "code": None, "seconds": seconds, "cpu_seconds": 0.0}
    result: dict[str, Any] = json.loads(answer)
    return result


def _heard(
    process: subprocess.Popen[str], deadline: float, halt: threading.Event | None
) -> tuple[str, str]:
    """What the watcher says; after the deadline it is ended, and when it is to halt, asked to end."""
    while True:
        try:
            return process.communicate(timeout=_LOOK)
        except subprocess.TimeoutExpired:
            if time.monotonic() > deadline:
                process.kill()
            elif halt is not None and halt.is_set():
                process.terminate()


def end_what_names(folder: Path) -> None:
    """End the processes in whose environment a folder is named: those of a tool without a watcher.

    Without effect where there is no ``/proc``.
    """
    mark = os.fsencode(folder)
    for _ in range(1000):
        pids = [int(p.name) for p in Path("/proc").glob("[0-9]*") if mark in _environment(p)]
        if not pids:
            return
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in pids:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, number)
        time.sleep(0.002)


def _environment(process: Path) -> bytes:
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""
