"""Limits and Ctrl-C while homology is computed, here of a complex that would take for ever."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import exactpoly as ep
from exactpoly.cli import main
from exactpoly.errors import LimitReached
from exactpoly.levelset.arrangement import Arrangement
from exactpoly.topology import matching
from tests.topology.test_cases import CASES

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")

_ROOM = 15.0
"""Seconds that a busy machine may need beyond a limit; an idle one needs two."""
_COMMANDS = [("topology", "torus"), ("persistence", "torus"), ("decision", "rings")]


@pytest.fixture(autouse=True)
def endless(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(self: object) -> None:
        started = time.monotonic()
        while time.monotonic() < started + 60:
            np.argsort(np.arange(10**5)[::-1], kind="stable")

    monkeypatch.setattr(matching._Coreduction, "run", run)


def called(command: str, word: str, folder: Path, *options: str) -> tuple[int, str, float]:
    net = next(p for p in CASES if word in p.stem)
    out = folder / "it.cert"
    started = time.monotonic()
    done = CliRunner().invoke(main, [command, str(net), "-o", str(out), *options])
    assert list(folder.iterdir()) == []
    return done.exit_code, done.output, time.monotonic() - started


@pytest.mark.parametrize(("command", "word"), _COMMANDS)
def test_the_limit_of_time(command: str, word: str, tmp_path: Path) -> None:
    code, output, took = called(command, word, tmp_path, "--max-seconds", "0.2")
    assert code == 2
    assert "--max-seconds 0.2 passed" in output
    assert took < 2 + _ROOM


@pytest.mark.parametrize(("command", "word"), _COMMANDS)
def test_control_c(command: str, word: str, tmp_path: Path) -> None:
    press = threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT))
    press.start()
    code, output, took = called(command, word, tmp_path)
    press.join()
    assert code == 2
    assert "interrupted" in output
    assert took < 1 + 2 + _ROOM


@pytest.mark.parametrize("call", [ep.level_set, ep.decision, ep.persistence])
def test_no_part_is_handed_over(call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    net = next(p for p in CASES if ("rings" if call is ep.decision else "torus") in p.stem)

    def handed_over(*arguments: object) -> None:
        raise AssertionError

    monkeypatch.setattr(Arrangement, "of", handed_over)
    with pytest.raises(LimitReached, match=r"no result: .* after [0-9]+ of [0-9]+ neurons"):
        call(net, limits=ep.Limits(max_cells=10))
