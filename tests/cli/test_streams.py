"""Output that cannot be written, closed streams, readers that leave, and what a terminal may be sent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .command_line import case, one_sentence, run

COMMANDS = [
    ["certify", str(case("q2_00"))],
    ["certify", str(case("q2_00")), "--json"],
    ["eval", str(case("q2_00")), "1,2"],
    ["--help"],
]


def shell(redirection: str, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", f'"$0" -m exactpoly "$@" {redirection}', sys.executable, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_is_one_sentence(arguments: list[str]) -> None:
    done = shell("> /dev/full", arguments)
    assert done.returncode == 3
    assert done.stderr.startswith("exactpoly: the output cannot be written (")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_closed_streams_and_readers_that_leave(arguments: list[str]) -> None:
    for redirection in (">&-", "2>&-"):
        done = shell(redirection, arguments)
        assert (done.returncode, done.stderr) == (0, "")
    done = shell("| true", arguments)
    assert done.stderr == ""


def test_no_control_characters_reach_the_terminal(tmp_path: Path) -> None:
    data = json.loads(case("q2_00").read_text(encoding="utf-8"))
    data |= {"name": "red \x1b[31m\nname", "note": "bell \x07"}
    path = tmp_path / "net.json"
    path.write_text(json.dumps(data))
    for arguments in (["info", path], ["certify", path], ["region", path, "0,0"]):
        text = run(*arguments).stdout
        assert text.isascii() or "\x1b" not in text
        assert not {"\x1b", "\x07"} & set(text)
        assert r"red \x1b[31m" in text
    result = run("info", tmp_path / "\x1b[31m.json")
    assert r"\x1b[31m.json" in one_sentence(result)
