"""The process between the judge and a tool: ``python -I confine.py SPECIFICATION``.

It runs one command within limits and ends everything that the command started. On Linux it is the
subreaper of its descendants, so that a daemon that has left its process group ends with the tool too;
elsewhere the process group is ended. Standard library only: it starts in the time that Python does.

The specification is a JSON object: ``command`` (a list), ``folder`` (where the command runs, and what
counts as its disk), ``output`` (the file for what it prints), and the limits ``seconds``, ``memory`` and
``disk`` (bytes) and ``processes``. It prints one JSON object: ``ended`` (``"exit"``, ``"absent"``, or the
limit that was passed), ``code`` (negative: the signal), ``seconds`` and ``cpu_seconds`` (of all processes).

With ``--serve MODULE ..`` it imports the modules, reads one specification a line and answers each with a
line. ``command`` is then what the worker is called with, in a forked child that imports nothing again.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import stat
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

__all__ = ["LIMITS", "run"]

LIMITS = ("seconds", "memory", "disk", "processes")
"""What is limited, by the name in the specification and in the answer."""

_PDEATHSIG, _SUBREAPER = 1, 36
"""Numbers of `prctl`: the signal at the death of the parent, and the adoption of orphans."""
_LONGEST_PAUSE = 0.05
"""Seconds between two looks at the tool."""
_ENTRY = 4096
"""Bytes that a file counts at least, or many empty ones would cost nothing."""


def run(spec: dict[str, Any], start: Callable[[dict[str, Any]], int]) -> dict[str, Any]:
    """Run what ``start`` starts for the specification; how it ended."""
    started, used = time.monotonic(), _cpu()
    try:
        first = start(spec)
    except OSError as error:
        return {"ended": "absent", "code": error.errno, "why": error.strerror}
    pause, code, ended = 0.002, None, "exit"
    try:
        while code is None:
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
            code = _reap(first)
            passed = None if code is not None else _passed(spec, time.monotonic() - started)
            if passed is not None:
                ended = passed
                break
    finally:
        _end_all(first)
    if code and _fuller(Path(spec["folder"]), spec["disk"]):
        ended = "disk"  # no file may grow beyond it, and the tool died of that
    seconds = time.monotonic() - started
    return {"ended": ended, "code": code, "seconds": seconds, "cpu_seconds": _cpu() - used}


def _cpu() -> float:
    """CPU seconds of all descendants that have been waited for."""
    times = os.times()
    return times.children_user + times.children_system


def _spawn(spec: dict[str, Any]) -> int:
    with Path(spec["output"]).open("wb") as output:
        process = subprocess.Popen(
            spec["command"],
            cwd=spec["folder"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: _limit_files(spec["disk"]),
        )
    process.returncode = 0  # `_reap` waits for it
    return process.pid


def _fork(spec: dict[str, Any]) -> int:
    """A child that answers as the worker does, with all that is imported here."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.setsid()
        _limit_files(spec["disk"])
        os.chdir(spec["folder"])
        os.environ |= spec["environment"]
        output = os.open(spec["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for number, file in ((0, os.open(os.devnull, os.O_RDONLY)), (1, output), (2, output)):
            os.dup2(file, number)
        from exactpoly.crosscheck.worker import main

        main(spec["command"])
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


def _limit_files(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def _reap(first: int) -> int | None:
    """Wait for all descendants that have ended; the exit code of the first one if it is among them."""
    code = None
    with suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                break
            if pid == first:
                code = os.waitstatus_to_exitcode(status)
    return code


def _passed(spec: dict[str, Any], seconds: float) -> str | None:
    """The limit that has been passed, if any."""
    if seconds > spec["seconds"]:
        return "seconds"
    pids = list(_descendants())
    if len(pids) > spec["processes"]:
        return "processes"
    if sum(map(_memory, pids)) > spec["memory"]:
        return "memory"
    room = spec["disk"] - sum(map(_unlinked, pids))
    return "disk" if _fuller(Path(spec["folder"]), room) else None


def _descendants() -> Iterator[int]:
    """All processes below this one."""
    waiting = [os.getpid()]
    while waiting:
        for path in _tasks(waiting.pop()):
            with suppress(OSError):
                found = [int(pid) for pid in (path / "children").read_text("ascii").split()]
                yield from found
                waiting += found


def _tasks(pid: int) -> list[Path]:
    try:
        return list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return []


def _memory(pid: int) -> int:
    """Bytes of memory of a process that no file backs."""
    with suppress(OSError, ValueError, IndexError):
        lines = Path(f"/proc/{pid}/status").read_text("utf-8", "replace").splitlines()
        kinds = ("RssAnon:", "RssShmem:")
        return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith(kinds))
    return 0


def _unlinked(pid: int) -> int:
    """Bytes of the files that a process holds open and that no folder names."""
    total = 0
    with suppress(OSError):
        for entry in os.scandir(f"/proc/{pid}/fd"):
            with suppress(OSError):
                found = entry.stat()
                if stat.S_ISREG(found.st_mode) and not found.st_nlink:
                    total += 512 * found.st_blocks
    return total


def _fuller(folder: Path, size: int) -> bool:
    """Whether a folder holds more than ``size`` bytes, symbolic links not followed."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += max(_ENTRY, 512 * os.lstat(os.path.join(place, name)).st_blocks)
        total += _ENTRY
        if total > size:
            return True
    return False


def _end_all(first: int) -> None:
    """End the process group and every descendant; those that fork meanwhile are stopped first."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(first, signal.SIGKILL)
    for _ in range(1000):
        _reap(first)
        pids = list(_descendants())
        if not pids:
            return
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in pids:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, number)
        time.sleep(0.002)


def _adopt() -> None:
    """Become the parent of orphans, and end with the judge. Without effect where there is no `prctl`."""
    with suppress(OSError, AttributeError):
        prctl: Callable[..., int] = ctypes.CDLL(None, use_errno=True).prctl
        prctl(_SUBREAPER, 1, 0, 0, 0)
        prctl(_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def _stop(number: int, frame: object) -> None:
    raise SystemExit(1)


def _main() -> None:
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _adopt()
    if sys.argv[1] != "--serve":
        print(json.dumps(run(json.loads(sys.argv[1]), _spawn)))
        return
    for name in sys.argv[2:]:
        # A module that cannot be had is told by the child that needs it.
        with suppress(Exception):
            import_module(name)
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line), _fork)), flush=True)


if __name__ == "__main__":
    _main()
