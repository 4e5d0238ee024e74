"""Ctrl-C: the first stops cleanly with a partial result, the second aborts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from exactpoly.commands import certification
from exactpoly.complex.kernel import library
from exactpoly.running.interruption import Interruption
from exactpoly.running.progress import ProgressLine
from exactpoly.running.run import Progress

from .command_line import case, run, run_json, write_network


def press_control_c() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_first_sets_a_flag_and_second_raises(capfd: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGINT)
    with Interruption() as interruption:
        assert not interruption()
        press_control_c()
        assert interruption()
        assert "again aborts at once" in capfd.readouterr().err
        with pytest.raises(KeyboardInterrupt):
            press_control_c()
    assert signal.getsignal(signal.SIGINT) is before


def press_after(monkeypatch: pytest.MonkeyPatch, neurons: int, times: int) -> None:
    def called(self: ProgressLine, progress: Progress) -> None:
        if progress.what.endswith("neuron") and progress.done == neurons:
            for _ in range(times):
                press_control_c()

    monkeypatch.setattr(ProgressLine, "__call__", called)


@pytest.fixture
def without_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where no compiler was there when exactpoly was installed."""
    monkeypatch.setattr(library, "kernel", lambda: None)


@pytest.mark.usefixtures("without_kernel")
def test_interrupted_run_is_partial(monkeypatch: pytest.MonkeyPatch) -> None:
    press_after(monkeypatch, neurons=7, times=1)
    data = run_json("certify", case("q2_00"), exit_code=2)
    assert data["complete"] is False
    assert data["stopped"] == "interrupted"
    assert data["neurons_processed"] == 7
    assert data["regions"] < 69
    result = run("certify", case("q2_00"))
    assert result.exit_code == 2
    assert result.stdout.startswith("PARTIAL")


@pytest.mark.usefixtures("without_kernel")
def test_interrupted_run_that_writes_a_certificate(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    press_after(monkeypatch, neurons=7, times=1)
    output = tmp_path / "part.cert"
    data = run_json("certify", case("q2_00"), "-o", output, exit_code=2)
    assert data["neurons_processed"] == 7
    assert run("check", output).exit_code == 0


def press_among_regions(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    presses = [None] * times

    def called(self: ProgressLine, progress: Progress) -> None:
        while progress.what == "regions" and progress.done and presses:
            presses.pop()
            press_control_c()

    monkeypatch.setattr(ProgressLine, "__call__", called)


@pytest.mark.skipif(library.kernel() is None, reason="needs the compiled engine")
@pytest.mark.parametrize("name", ["part.cert", "part.cert.gz"])
def test_interrupted_streaming_run_that_writes_a_certificate(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    press_among_regions(monkeypatch, times=1)
    path = write_network(tmp_path / "long.json", 4, 24, 24, 24, 1)
    data = run_json("certify", path, "-o", tmp_path / name, exit_code=2)
    assert data["complete"] is False
    assert data["stopped"] == "interrupted"
    assert data["regions"] == sum(data["facet_histogram"].values()) > 0
    assert run("check", tmp_path / name).exit_code == 0


@pytest.mark.skipif(library.kernel() is None, reason="needs the compiled engine")
@pytest.mark.parametrize("times", [1, 2])
def test_interrupted_streaming_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, times: int
) -> None:
    press_among_regions(monkeypatch, times)
    path = write_network(tmp_path / "long.json", 4, 24, 24, 24, 1)
    started = time.monotonic()
    if times == 2:
        result = run("certify", path, "--json")
        assert result.exit_code == 130
    else:
        data = run_json("certify", path, exit_code=2)
        assert data["complete"] is False
        assert data["streamed"] is True
        assert data["stopped"] == "interrupted"
        assert data["regions"] == sum(data["facet_histogram"].values()) > 0
    assert time.monotonic() - started < 30


@pytest.mark.usefixtures("without_kernel")
def test_interrupted_twice_aborts(monkeypatch: pytest.MonkeyPatch) -> None:
    press_after(monkeypatch, neurons=7, times=2)
    result = run("certify", case("q2_00"), "--json")
    assert result.exit_code == 130
    assert result.stdout == ""
    assert "aborted" in result.stderr


def test_interrupted_audit_keeps_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    def audit(*arguments: Any, **named: Any) -> Any:
        os.kill(os.getppid(), signal.SIGINT)
        time.sleep(60)

    monkeypatch.setattr(certification, "cdd_available", lambda: True)
    monkeypatch.setattr(certification, "audit", audit)
    data = run_json("certify", case("q2_00"), exit_code=2)
    assert data["complete"] is True
    assert data["regions"] == 69
    assert data["audit"]["audited"] == 0
    assert "interrupted" in data["audit"]["note"]


def test_interrupted_reference_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("cdd")

    def called(self: ProgressLine, progress: Progress) -> None:
        if progress == Progress("regions", 4):
            press_control_c()

    monkeypatch.setattr(ProgressLine, "__call__", called)
    data = run_json("certify", case("q3_00"), "--engine", "reference", exit_code=2)
    assert data["complete"] is False
    assert data["regions"] >= 4


def test_progress_in_a_terminal_and_a_real_signal(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    network = write_network(tmp_path / "long.json", 4, 32, 32, 32, 1)
    terminal, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "exactpoly", "certify", str(network), "--json"],
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
        env={**os.environ, "COLUMNS": "100", "TERM": "xterm"},
    )
    os.close(theirs)
    try:
        read_until(terminal, b"cells" if library.kernel() is None else b"regions")
        process.send_signal(signal.SIGINT)
        read_until(terminal, b"again aborts at once")
        output, _ = process.communicate(timeout=120)
    finally:
        process.kill()
        os.close(terminal)
    assert process.returncode == 2
    data = json.loads(output)
    assert data["complete"] is False
    assert data["stopped"] == "interrupted"


def read_until(descriptor: int, word: bytes, seconds: float = 60) -> bytes:
    seen = b""
    end = time.monotonic() + seconds
    while word not in seen:
        assert time.monotonic() < end, seen
        seen += os.read(descriptor, 4096)
    return seen
