"""Every command obeys its limits, and the first signal, also while it still reads its network."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from exactpoly.network import Network
from exactpoly.readers import load
from exactpoly.readers.reading import Reading
from tests.cli.command_line import case, one_sentence, run

pytestmark = pytest.mark.skipif(
    not hasattr(signal, "setitimer"), reason="needs a timer that signals"
)

NET = case("d14_diamond")
PROPERTY = """(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)
(assert (and (>= X_0 0) (<= X_0 1) (>= X_1 0) (<= X_1 1) (>= Y_0 5)))"""
LIMITED: dict[str, tuple[str | Path, ...]] = {
    "certify": (),
    "decision": (),
    "equal": (NET,),
    "lipschitz": (),
    "monotone": ("--input", "0"),
    "persistence": (),
    "plot": ("-o", "p.svg"),
    "prove": ("p.vnnlib",),
    "radius": ("0,0",),
    "range": ("--domain", "[-1,1]^d"),
    "region": ("0,0",),
    "report": ("-o", "r.html"),
    "surface": ("-o", "s.obj"),
    "topology": (),
    "tropical": (),
}
FREE: dict[str, tuple[str | Path, ...]] = {"info": (), "eval": ("0,0",), "film": ("-o", "f.html")}


def slowly(path: str, reading: Reading) -> Network:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        time.sleep(0.01)
    raise AssertionError("nothing has stopped it")


@pytest.fixture(autouse=True)
def slow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(load, "read", slowly)
    monkeypatch.chdir(tmp_path)
    Path("p.vnnlib").write_text(PROPERTY)


@pytest.mark.parametrize("command", LIMITED)
def test_the_time_ends_while_a_network_is_read(command: str) -> None:
    result = run(command, NET, *LIMITED[command], "--max-seconds", "0.1")
    assert result.exit_code == 2, result.output
    assert "--max-seconds 0.1 passed" in one_sentence(result)


@pytest.mark.parametrize("command", [*FREE, *LIMITED])
def test_a_signal_ends_it(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def signalled(path: str, reading: Reading) -> Network:
        os.kill(os.getpid(), signal.SIGINT)
        return slowly(path, reading)

    monkeypatch.setattr(load, "read", signalled)
    result = run(command, NET, *(FREE | LIMITED)[command])
    assert result.exit_code == 2, result.output
    assert "interrupted" in result.stderr
