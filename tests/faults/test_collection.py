"""The collection of faults that were found on public files and by hostile input, word by word.

It lies beside the checkout where it was made, and is skipped elsewhere: its small files and the like of its
large ones are in `files/`, `tests/readers/faults` and the other tests.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.command_line import case, refused, run
from tests.cli.test_ends import Command

HERE = Path(__file__).resolve()
ROOT = HERE.parents[2]
FOLDERS = [parent / "shared" / "faults" for parent in HERE.parents]
COLLECTION = next((folder for folder in FOLDERS if folder.is_dir()), None)
LOADING, ROBUSTNESS = ((COLLECTION or HERE.parent) / name for name in ("loading", "robustness"))
KINDS = ("tb_", "accepted_", "slow_", "hang_")
BAD = [path for path in sorted(ROBUSTNESS.glob("*")) if path.name.startswith(KINDS)]
NET = case("d14_diamond")
_ROOM = 15.0
"""Seconds beyond a limit that a busy machine may need; an idle one needs two."""

pytestmark = pytest.mark.skipif(
    COLLECTION is None or os.name != "posix",
    reason="the collection of faults is not beside this checkout",
)


def in_child(*arguments: str | Path, before: str = "") -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, after some lines of Python."""
    code = f"import sys\n{before}\nfrom exactpoly.cli import main\nmain(sys.argv[1:])\n"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


FULL_DISK = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))"


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.name)
def test_files_that_are_refused(path: Path, tmp_path: Path) -> None:
    started = time.process_time()
    if path.suffix == ".toml":
        sentence = refused("study", "run", path)
    elif "plot" in path.name:
        sentence = refused("plot", path, "-o", tmp_path / "p.svg")
    else:
        sentence = refused("info", path)
    assert path.name in sentence or "plot" in path.name
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "words",
    [
        ("eval", NET, "1e9_9999999,0"),
        ("region", NET, "1e9_9999999,0"),
        ("certify", NET, "--domain", "[-1e\uff19\uff19\uff19\uff19\uff19\uff19\uff19\uff19\uff19,1]^d"),
        ("plot", NET, "--window", "[-1e9_9999999,1]^2", "-o", "p.svg"),
        ("plot", NET, "--slice", "0,1e9_9999999;1,0;0,1", "-o", "p.svg"),
        ("construct", "montufar", "99999999,1"),
        ("certify", NET, "--checkpoint", "/dev/zero"),
        ("eval", NET, "@/dev/zero"),
        ("study", "run", "/dev/zero"),
    ],
    ids=lambda words: " ".join(map(str, words))[-30:].encode("ascii", "replace").decode(),
)  # fmt: skip
def test_words_that_are_refused(words: tuple[str | Path, ...]) -> None:
    started = time.process_time()
    refused(*words)
    assert time.process_time() - started < 2


def test_acas_xu_within_its_limit() -> None:
    box = "[0.598,0.602]x[0.098,0.102]x[-0.202,-0.198]x[0.448,0.452]x[-0.452,-0.448]"
    path = LOADING / "acasxu_1_1.onnx"
    if not path.exists():
        path = HERE.parent / "files" / "acasxu_1_1.onnx"
    done = in_child("certify", path, "--domain", box, "--max-seconds", "10", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["f_vector"] == [52, 140, 149, 78, 20, 2]


@pytest.mark.parametrize(
    "options",
    [
        ("certify",),
        ("certify", "--workers", "2"),
        ("certify", "--engine", "reference"),
        ("certify", "-o", "a.cert"),
        ("plot", "--slice", "0,0,0,0,0,0;1,0,0,0,0,0;0,1,0,0,0,0", "-o", "a.svg"),
    ],
    ids=" ".join,
)
def test_a_second_is_a_second(options: tuple[str, ...], tmp_path: Path) -> None:
    if "reference" in options:
        pytest.importorskip("cdd")
    import exactpoly as ep

    path = ROBUSTNESS / "expl.npz"
    d = ep.load(path).input_dimension
    words = [
        ";".join(",".join(map(str, row)) for row in ([0] * d, [1, *[0] * (d - 1)], [0, 1, *[0] * (d - 2)]))
        if word.startswith("0,0")
        else word
        for word in options
    ]  # fmt: skip
    name, *rest = words
    command = Command(name, path, *rest, "--max-seconds", "1", folder=tmp_path)
    code, _, messages = command.end()
    assert command.took < 1 + _ROOM
    assert code in (0, 2), messages
    assert "Traceback" not in messages


def test_control_c_ends_a_check_by_workers(tmp_path: Path) -> None:
    made = in_child(
        "certify", ROBUSTNESS / "mid.npz", "-o", tmp_path / "a.cert", "--max-seconds", "30"
    )
    assert made.returncode in (0, 2), made.stderr
    command = Command("check", "a.cert", "--workers", "2", folder=tmp_path)
    command.signal_after(3, signal.SIGINT)
    code, output, messages = command.end()
    assert command.took < _ROOM
    assert "Traceback" not in messages
    assert code == (0 if output.startswith("ACCEPTED") else 2)


def test_a_checkpoint_that_cannot_be_written(tmp_path: Path) -> None:
    words = (
        "certify",
        ROBUSTNESS / "q3.npz",
        "--max-cells",
        "9000",
        "--checkpoint",
        tmp_path / "c",
    )
    done = in_child(*words, before=FULL_DISK)
    assert done.returncode == 2, done.stderr
    assert done.stdout.startswith("PARTIAL")
    assert "warning: no checkpoint" in done.stderr


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    for words in (
        ("certify", NET, "-o", tmp_path / "a.cert"),
        ("plot", NET, "-o", tmp_path / "a.svg"),
    ):
        assert in_child(*words).returncode == 0
        path = Path(words[-1])
        before = path.read_bytes()
        done = in_child(*words, before=FULL_DISK)
        assert done.returncode == 3, done.stderr
        assert f"{path}: cannot be written" in done.stderr
        assert path.read_bytes() == before
        assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_what_the_checker_cannot_read(tmp_path: Path) -> None:
    given = ROBUSTNESS / "unreadable_own_certificate.json"
    result = run("certify", given, "-o", tmp_path / "a.cert")
    assert result.exit_code == 3
    assert "the checker could not read it" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_layer_of_width_zero() -> None:
    pytest.importorskip("torch")
    code = (LOADING / "zero_width.py").read_text() + "\nprint('read')\n"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.stdout == "read\n"
