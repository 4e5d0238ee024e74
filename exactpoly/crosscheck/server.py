"""A process that has imported a tool and answers question after question, each in a fork of it."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from exactpoly.crosscheck.process import (
    GRACE,
    UNWATCHED,
    Allowance,
    Ending,
    end_what_names,
    python_path,
    specification,
)
from exactpoly.errors import InternalError

__all__ = ["Server"]

_IMPORTS = 300.0
"""Seconds that the imports before the first question may take."""
_PATIENCE = 0.5
"""Seconds in which the process is to end when it is asked to."""
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Server:
    """A process that has imported a tool and forks a child for every question.

    What is imported counts for no question, and is imported once, when the first one is asked. A child is
    confined as any other is. If the tool ends the process, the next question starts another one.
    """

    def __init__(self, python: str, modules: Sequence[str], checkout: str | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="exactpoly-")
        self._lock = threading.Lock()
        path = python_path(Path(self._folder.name))
        if checkout is not None:
            path["PYTHONPATH"] += f"{os.pathsep}{checkout}"
        # A fork carries no threads over.
        self._environment = os.environ | path | dict.fromkeys(_THREADS, "1")
        script = str(Path(__file__).with_name("confine.py"))
        self._command = [python, "-P", script, "--serve", *modules]
        self._process: subprocess.Popen[str] | None = None
        self._closed = False

    def _started(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )

    def confined(self, command: list[str], folder: Path, allowance: Allowance) -> Ending:
        """As the function of this name, for the arguments of the worker."""
        with self._lock:
            started = time.monotonic()
            if self._process is None and not self._closed:
                self._process = self._started()
                if self._closed:  # meanwhile
                    self._process.terminate()
            line = self._heard(self._process, specification(command, folder, allowance))
            if line:
                return Ending.of(json.loads(line), allowance)
            if self._process is None or self._closed:
                raise InternalError("the process that a tool was imported into has been closed")
            self._process.wait()
            end_what_names(Path(self._folder.name))
            self._process = None
            return Ending(UNWATCHED, None, time.monotonic() - started, 0.0, allowance)

    @staticmethod
    def _heard(process: subprocess.Popen[str] | None, spec: dict[str, Any]) -> str:
        """The answer, "" if the process has ended or is silent for too long."""
        if process is None or process.stdin is None or process.stdout is None:
            return ""
        timer = threading.Timer(spec["seconds"] + GRACE + _IMPORTS, process.kill)
        timer.daemon = True
        timer.start()
        try:
            print(json.dumps(spec), file=process.stdin, flush=True)
            return process.stdout.readline()
        except BrokenPipeError:
            return ""
        finally:
            timer.cancel()

    def end(self) -> None:
        """Ask the process to end; it is not waited for, so that several end at the same time."""
        self._closed = True
        if self._process is not None:
            self._process.terminate()

    def close(self) -> None:
        """End the process and what it runs."""
        self.end()
        if self._process is not None:
            try:
                self._process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:  # it imports, which a signal does not end
                self._process.kill()
                self._process.wait()
                end_what_names(Path(self._folder.name))
        self._folder.cleanup()
