"""Computations that can be ended from outside: in a process of their own, or on a pool that is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from exactpoly.errors import InputError
from exactpoly.running.apart import apart
from exactpoly.running.limits import Limits
from exactpoly.running.run import Progress, Run, Stopped

Stop = Callable[[], bool]
Tell = Callable[[Progress], None]


def test_a_result_and_its_progress_come_back() -> None:
    told: list[Progress] = []

    def work(should_stop: Stop, progress: Tell) -> int:
        progress(Progress("steps", 1, 2))
        return 7

    assert apart(work, Run(progress=told.append)) == (7, None)
    assert [str(step) for step in told] == ["steps 1/2"]


def test_an_error_is_raised_here() -> None:
    def work(should_stop: Stop, progress: Tell) -> int:
        raise InputError("net.json: no network")

    with pytest.raises(InputError, match=r"net\.json: no network"):
        apart(work, Run())


def test_one_that_stops_when_asked_gives_what_it_has() -> None:
    def work(should_stop: Stop, progress: Tell) -> int:
        steps = 0
        while not should_stop():
            steps += 1
            time.sleep(0.01)
        return steps

    steps, reason = apart(work, Run(Limits(max_seconds=0.3)))
    assert steps > 0
    assert reason is not None
    assert "exceed max_seconds 0.3" in reason


@pytest.mark.skipif(sys.platform != "linux", reason="needs a fork")
def test_one_that_does_not_stop_is_ended() -> None:
    started = time.monotonic()
    with pytest.raises(Stopped, match="max_seconds"):
        apart(lambda should_stop, progress: time.sleep(60), Run(Limits(max_seconds=0.2)))
    assert time.monotonic() - started < 20


@pytest.mark.skipif(sys.platform != "linux", reason="needs a fork")
def test_one_that_the_system_ends_is_said_to_be() -> None:
    def work(should_stop: Stop, progress: Tell) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(MemoryError, match="ended from outside"):
        apart(work, Run())


LEFT = """
import sys, time
from exactpoly.running.executors import open_executor, results_of
if __name__ == "__main__":
    with open_executor("processes", 2) as pool:
        long = 0 if sys.argv[1] == "given up" else 300
        tasks = [pool.submit(time.sleep, long) for _ in range(2)]
        tasks += [pool.submit(len, bytes(10**7)) for _ in range(4)]
        if sys.argv[1] == "later":
            time.sleep(2)
        if sys.argv[1] == "given up":
            tasks += [pool.submit(time.sleep, 300) for _ in range(9)]
            results_of(tasks, lambda: "enough" if tasks[1].done() else None, "")
            del pool
        if sys.argv[1] == "killed":
            time.sleep(2)
            import multiprocessing, os, signal
            for child in multiprocessing.active_children():
                os.kill(child.pid, signal.SIGKILL)
    print("left")
"""


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
@pytest.mark.parametrize("when", ["at once", "later", "given up", "killed"])
def test_a_pool_that_is_left_early_ends(when: str, tmp_path: Path) -> None:
    """In the middle of tasks, while they are handed over, given up, and after its workers were killed."""
    program = tmp_path / "left.py"
    program.write_text(LEFT, encoding="ascii")
    path = os.pathsep.join(filter(None, sys.path))
    process = subprocess.Popen(
        [sys.executable, program, when],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    try:
        output, errors = process.communicate(timeout=60)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert output == "left\n"
    assert when != "given up" or errors == ""
    assert process.returncode == 0


def test_without_resource_and_proc(tmp_path: Path) -> None:
    """As on Windows: everything works but what would be asked of it."""
    program = (
        "import sys\n"
        "sys.modules['resource'] = None\n"
        "import exactpoly as ep\n"
        "from exactpoly.running import limits\n"
        "limits.Path = lambda *names: open('there is no such file')\n"
        "assert limits.peak_memory() is None\n"
        "layer = ep.Layer.of([[1, 0], [0, 1]])\n"
        "net = ep.Network((layer, ep.Layer.of([[1, 1]], relu=False)))\n"
        "assert ep.enumerate(net).n_regions == 4\n"
        "from exactpoly.readers.json_format import write_json\n"
        "write_json(net, sys.argv[1])\n"
        "from exactpoly.cli import main\n"
        "main(['certify', sys.argv[1]])\n"
    )
    path = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "net.json")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert done.returncode == 0, done.stderr
    assert "unknown" in done.stdout
