"""Programs that do what no tool should: each ends as a verdict within its limits, and leaves nothing."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from exactpoly.crosscheck import process
from exactpoly.crosscheck import run as judging
from exactpoly.crosscheck.patience import within
from exactpoly.crosscheck.process import Allowance
from exactpoly.crosscheck.verdict import Outcome
from exactpoly.running.run import Stopped
from tests.crosscheck.programs import RIGHT, ask
from tests.crosscheck.statements import CASES


@pytest.mark.parametrize(
    ("source", "outcome", "message"),
    [
        ("print('only cubes'); sys.exit(3)", Outcome.NOT_OFFERED, "only cubes"),
        ("print('degenerate'); sys.exit(4)", Outcome.REFUSED, "degenerate"),
        ("sys.exit(4)", Outcome.REFUSED, "it gave no reason"),
        ("print('hm'); sys.exit(1)", Outcome.CRASHED, "exit code 1: hm"),
        ("os.abort()", Outcome.CRASHED, "signal SIGABRT"),
        ("print('done')", Outcome.CRASHED, "it wrote no claims.json: done"),
        ("open(sys.argv[2], 'w').write('{')", Outcome.CRASHED, "no readable result"),
        ("open(sys.argv[2], 'wb').write(os.urandom(9999))", Outcome.CRASHED, "no readable result"),
        ("open(sys.argv[2], 'w').write('[' * 10**6)", Outcome.CRASHED, "no readable result"),
        ("open(sys.argv[2], 'w').write('1' * 10**6)", Outcome.CRASHED, "no readable result"),
        ("os.symlink('/dev/zero', sys.argv[2])", Outcome.CRASHED, "not an ordinary file"),
        ("os.mkfifo(sys.argv[2])", Outcome.CRASHED, "not an ordinary file"),
        ("os.mkdir(sys.argv[2])", Outcome.CRASHED, "not an ordinary file"),
        ("os.truncate(os.open(sys.argv[2], 66), 2**30)", Outcome.STOPPED, "it wrote 1024 MiB"),
        (
            "os.chmod('.', 0); os.kill(os.getppid(), 19) if 0 else sys.exit(5)",
            Outcome.CRASHED,
            "code 5",
        ),
        ("import shutil; shutil.rmtree('.', True); sys.exit(2)", Outcome.CRASHED, "code 2"),
        (
            RIGHT.replace('"tool"', '"domain": "R^2", "tool"'),
            Outcome.CRASHED,
            "its claims are about R^2, it was asked about [-1,1]^2",
        ),
        (
            "os.remove('output'); os.symlink('/dev/zero', 'output'); sys.exit(6)",
            Outcome.CRASHED,
            "exit code 6 and said nothing",
        ),
        (RIGHT.replace('"++"', '"+++"'), Outcome.CRASHED, "3 signs; the network has 2 neurons"),
    ],
)
def test_hostile_answers(tmp_path, source, outcome, message):
    verdict = ask(tmp_path, source)
    assert verdict.outcome is outcome, verdict
    assert message in verdict.message
    assert "\n" not in verdict.message
    assert str(tmp_path) not in verdict.message or source.startswith("import shutil")


MIB = 1024**2


@pytest.mark.parametrize(
    ("source", "allowance", "message"),
    [
        ("while True: pass", Allowance(seconds=1), "stopped after 1 s"),
        (
            "x = [b'x' * 2**20 for _ in range(2000)]\nimport time; time.sleep(30)",
            Allowance(30, memory=64 * MIB),
            "it used more than 64 MiB of memory",
        ),
        (
            "import time\nfor i in range(2000):\n"
            "    open(f'{i}', 'wb').write(b'x' * 2**20); time.sleep(0.001)",
            Allowance(30, disk=16 * MIB),
            "it wrote more than 16 MiB",
        ),
        (
            "import time, tempfile\nfiles = [tempfile.TemporaryFile() for _ in range(8)]\n"
            "while True:\n    for f in files: f.write(b'x' * 2**20); f.flush()\n    time.sleep(0.05)",
            Allowance(30, disk=16 * MIB),
            "it wrote more than 16 MiB",
        ),
        (
            "import time\nfor i in range(9**9):\n    open(f'empty{i}', 'w').close()",
            Allowance(30, disk=4 * MIB),
            "it wrote more than 4 MiB",
        ),
        (
            "while True: print('x' * 10**6)",
            Allowance(30, disk=16 * MIB),
            "it wrote more than 16 MiB",
        ),
        (
            "import time\nfor i in range(40):\n    if not os.fork(): time.sleep(60)\ntime.sleep(60)",
            Allowance(30, processes=20),
            "it ran more than 20 processes at once",
        ),
        (
            # Each child forks again, and the first one ends: its descendants are orphans.
            "import time\nfor i in range(60):\n    if os.fork(): os._exit(0) if i else time.sleep(60)\n"
            "    os.setsid()\ntime.sleep(60)",
            Allowance(2),
            "stopped after 2 s",
        ),
    ],
)
def test_limits(tmp_path, source, allowance, message):
    started = time.monotonic()
    verdict = ask(tmp_path, source, allowance=allowance)
    assert time.monotonic() - started < 20
    assert verdict.outcome is (Outcome.TIMED_OUT if "after" in message else Outcome.STOPPED), (
        verdict
    )
    assert message in verdict.message, verdict


@pytest.mark.parametrize(
    "ended",
    [
        "os.kill(os.getppid(), 9)",
        "os.kill(os.getppid(), 15)",
        "os.killpg(os.getpgid(os.getppid()), 9)",
        "os.kill(os.getppid(), 19)",
    ],
)
def test_a_tool_that_ends_its_watcher_ends_too(tmp_path, monkeypatch, ended):
    """Killed, asked to end, with its group, or stopped; and so do the tool's children."""
    monkeypatch.setattr(process, "GRACE", 2.0)
    mark = tmp_path / "children"
    source = f"""
import time
for _ in range(3):
    if not os.fork():
        os.setsid()
        open({str(mark)!r}, "a").write(f"{{os.getpid()}} ")
        time.sleep(60)
while not os.path.exists({str(mark)!r}) or len(open({str(mark)!r}).read().split()) < 3:
    time.sleep(0.01)
{ended}
time.sleep(60)
"""
    verdict = ask(tmp_path, source, allowance=Allowance(5))
    assert verdict.outcome is Outcome.STOPPED, verdict
    assert verdict.message == "the process that watches it was ended"
    for pid in mark.read_text().split():
        assert not alive(int(pid))


def alive(pid: int) -> bool:
    """Whether a process is there and has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def test_claims_without_end_are_not_read(tmp_path):
    source = """
with open(sys.argv[2], "w") as file:
    file.write('{"format": "exactpoly-claims-1", "regions": [')
    file.write('{"row": "++"},' * 1_300_000 + '{"row": "++"}]}')
"""
    verdict = ask(tmp_path, source)
    assert verdict.outcome is Outcome.STOPPED
    assert verdict.message == "it wrote 17.36 MiB, of which at most 16.25 are read"


def test_last_words_are_printable(tmp_path):
    verdict = ask(tmp_path, r"print('\x1b[31mred\x1b]0;title\x07'); sys.exit(4)")
    assert verdict.message == r"\x1b[31mred\x1b]0;title\x07"


def test_an_interrupted_crosscheck_ends_at_once(tmp_path):
    script, mark = tmp_path / "slow.py", tmp_path / "pid"
    script.write_text(
        f"import os, time\nopen({str(mark)!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)"
    )
    networks, out = tmp_path / "networks", tmp_path / "out"
    networks.mkdir()
    shutil.copy(CASES / "d04_concurrent4_generic.json", networks)
    words = ["crosscheck", networks, "--command", f"{sys.executable} {script} {{net}} {{out}}"]
    asked = subprocess.Popen(
        [sys.executable, "-m", "exactpoly", *words, "-o", out],
        # A shell starts its background jobs, and so these tests perhaps, deaf to it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    while not (mark.exists() and mark.read_text()):
        time.sleep(0.05)
    asked.send_signal(signal.SIGINT)
    started = time.monotonic()
    assert asked.wait(20) == 130
    assert time.monotonic() - started < 5
    assert not alive(int(mark.read_text()))


CLAIMS = """
lines = [[[1, 0], 1], [[-1, 0], 1], [[0, 1], 1], [[0, -1], 1]]
regions = [{"half_spaces": lines}] * 60000
told = {"format": "exactpoly-claims-1", "regions": regions}
json.dump(told, open(sys.argv[2], "w"))
"""
"""Claims that take minutes to be judged."""


def test_claims_that_take_long_to_judge(tmp_path, monkeypatch):
    monkeypatch.setattr(judging, "_JUDGING", 0.05)
    started = time.monotonic()
    verdict = ask(tmp_path, CLAIMS, allowance=Allowance(seconds=20))
    assert verdict.outcome is Outcome.STOPPED
    assert verdict.message == "its claims could not be judged in 1 s"
    assert time.monotonic() - started < 25


def test_judging_is_interrupted_too(tmp_path):
    mark = tmp_path / "mark"
    (tmp_path / "tool.py").write_text(f"import json, sys\n{CLAIMS}\nopen({str(mark)!r}, 'w')\n")
    networks = tmp_path / "networks"
    networks.mkdir()
    shutil.copy(CASES / "d04_concurrent4_generic.json", networks)
    command = f"{sys.executable} {tmp_path / 'tool.py'} {{net}} {{out}}"
    words = ["crosscheck", networks, "--command", command, "-o", tmp_path / "out"]
    asked = subprocess.Popen(
        [sys.executable, "-m", "exactpoly", *words],
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    while not mark.exists():
        time.sleep(0.05)
    time.sleep(1)
    asked.send_signal(signal.SIGINT)
    started = time.monotonic()
    assert asked.wait(60) == 130
    assert time.monotonic() - started < 5


def test_what_is_given_up_ends():
    counted = [0]

    def count() -> None:
        while True:
            counted[0] += 1

    with pytest.raises(Stopped, match="max_seconds"):
        within(count, 0.2)
    halt = threading.Event()
    halt.set()
    with pytest.raises(CancelledError):
        within(count, 60, halt)
    time.sleep(0.5)
    before = counted[0]
    time.sleep(0.2)
    assert counted[0] == before
    with pytest.raises(KeyError):
        within(lambda: {}[1], 60)


def test_a_daemon_ends_with_the_tool(tmp_path):
    """It left the process group, its parent has ended, and the tool gave a right answer."""
    alive = tmp_path / "alive"
    daemon = (
        "import time, pathlib\n"
        "if os.fork() == 0:\n    os.setsid()\n    if os.fork(): os._exit(0)\n"
        f"    while True: pathlib.Path({str(alive)!r}).touch(); time.sleep(0.01)\n"
        f"while not os.path.exists({str(alive)!r}): pass\n"
    )
    assert ask(tmp_path, daemon + RIGHT).outcome is Outcome.RIGHT
    alive.unlink()
    time.sleep(0.3)
    assert not alive.exists()
