"""Runs as processes of their own, killed or interrupted in the middle: what is left goes on to the end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from exactpoly.errors import InputError
from exactpoly.studies import runner
from exactpoly.studies.description import read_study
from exactpoly.studies.runner import run_study
from exactpoly.studies.store import read_rows

pytest.importorskip("pyarrow")

TEXT = """
title = "killed"
source = "initialised"
[[small]]
widths = [[3, 16, 8, 1]]
seed = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
"""
VARYING = ("enumeration_seconds", "peak_memory")
PATIENCE = 60


def _rows(path: Path) -> list[dict[str, object]]:
    rows, _ = read_rows(path)
    return [{k: v for k, v in row.items() if k not in VARYING} for row in rows]


def _started(study: Path, out: Path) -> subprocess.Popen[str]:
    """The study in a process group of its own, with two jobs done and more to do."""
    process = subprocess.Popen(
        [sys.executable, "-m", "exactpoly", "study", "run", study, "-o", out, "--workers", "2"],
        process_group=0,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A shell that runs tests in the background may have SIGINT ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    deadline = time.monotonic() + PATIENCE
    while len(list((out / "jobs").glob("*.json"))) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return process


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_stopped_in_the_middle_and_run_to_the_end(tmp_path: Path, number: signal.Signals) -> None:
    path = tmp_path / "killed.toml"
    path.write_text(TEXT)
    study = read_study(path)
    process = _started(path, tmp_path / "out")
    if number == signal.SIGKILL:
        process.kill()
        process.communicate()
        deadline = time.monotonic() + PATIENCE
        while _alive(process.pid):
            assert time.monotonic() < deadline, "workers outlive the process that started them"
            time.sleep(0.1)
    else:
        os.killpg(process.pid, number)
        out, error = process.communicate(timeout=PATIENCE)
        assert process.returncode == 2, error
        assert "PARTIAL" in out
    done = len(list((tmp_path / "out" / "jobs").glob("*.json")))
    assert done < len(study.jobs)
    result, complete = run_study(study, tmp_path / "out", workers=1)
    assert complete
    whole, _ = run_study(study, tmp_path / "whole", workers=1)
    assert _rows(result) == _rows(whole)


def _die(job: object) -> object:
    os.kill(os.getpid(), signal.SIGKILL)
    return job


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_worker_that_the_system_ends_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "killed.toml"
    path.write_text(TEXT)
    monkeypatch.setattr(runner, "run_job", _die)
    with pytest.raises(InputError, match="a worker was ended from outside"):
        run_study(read_study(path), tmp_path / "out", workers=2)
