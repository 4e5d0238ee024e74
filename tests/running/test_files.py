"""Files are written whole or not at all, and never over an input."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from exactpoly.errors import InputError
from exactpoly.running.files import check_output, written_whole
from exactpoly.running.interruption import Interruption
from exactpoly.running.limits import Limits


def _write_on_a_full_disk(path: Path) -> None:
    with written_whole(path) as file:
        file.write(b"new")
        raise OSError(28, "No space left on device")


def test_an_old_file_survives_what_fails(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(InputError, match="No space left"):
        _write_on_a_full_disk(path)
    assert path.read_bytes() == b"old"
    with written_whole(path) as file:
        file.write(b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_an_input_is_no_output_by_any_name(tmp_path: Path) -> None:
    net, link = tmp_path / "net.json", tmp_path / "link"
    net.write_text("{}")
    link.symlink_to(net)
    for path in (net, link):
        with pytest.raises(InputError, match="is the input itself"):
            check_output(path, net)


def test_a_device_is_no_output() -> None:
    with pytest.raises(InputError, match="pipe or a device"):
        check_output("/dev/null")


def test_sigterm_asks_to_stop() -> None:
    with Interruption() as interruption:
        os.kill(os.getpid(), signal.SIGTERM)
        assert interruption.requested


def _told(program: str) -> list[int]:
    """The numbers that a program of its own prints: nothing else allocates there meanwhile."""
    printed = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    ).stdout
    return [int(word) for word in printed.split()]


def test_memory_is_the_present_one() -> None:
    before, during, after = _told(
        "from exactpoly.running.limits import present_memory as present\n"
        "print(present())\n"
        "held = b'x' * (1 << 27)\n"
        "print(present())\n"
        "del held\n"
        "print(present())\n"
    )
    assert during > before + (1 << 26)
    assert after < during - (1 << 26)
    assert Limits(max_memory=1).exceeded(0, 0.0) is not None


def test_the_peak_is_this_process_own() -> None:
    """Not what the process held that started it, with which ``ru_maxrss`` begins."""
    held = b"x" * (1 << 29)
    (peak,) = _told("from exactpoly.running import limits; print(limits.peak_memory())")
    assert peak < len(held)
