"""Every command ends soon after its limit, or after Ctrl-C or SIGTERM, and keeps what it has.

An idle machine needs two seconds; what is asserted leaves room for a busy one, and for Python to start.
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

from .command_line import CASES, one_sentence, run, write_network

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")

_ROOM = 15.0
"""Seconds beyond a limit that a busy machine may need."""
_NEVER = 60.0
"""Seconds after which a command that did not end is killed."""
_ORIGIN = "0,0,0,0,0,0"
_PLANE = f"{_ORIGIN};1,0,0,0,0,0;0,1,0,0,0,0"


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network whose complex no machine holds: of its first layer alone there are 83 million regions."""
    return write_network(tmp_path_factory.mktemp("long") / "long.json", 6, 64, 64, 1)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificate")
    net = write_network(folder / "net.json", 3, 16, 16, 1)
    assert run("certify", net, "-o", folder / "a.cert", "--audit", "none").exit_code == 0
    return folder / "a.cert"


class Command:
    """A command in a process of its own, and when it ended."""

    def __init__(self, *arguments: str | Path, folder: Path) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "exactpoly", *map(str, arguments)],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )

    def signal_after(self, seconds: float, kind: signal.Signals) -> None:
        """Send a signal, unless the command has ended by then."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.send_signal(kind)
        self.started = time.monotonic()

    def end(self) -> tuple[int, str, str]:
        """Exit code, output and messages; fails where the command did not end in time."""
        try:
            output, messages = self.process.communicate(timeout=_NEVER)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.communicate()
            raise
        self.took = time.monotonic() - self.started
        return self.process.returncode, output, messages


@pytest.mark.parametrize(
    "arguments",
    [
        ("certify",),
        ("certify", "--workers", "2"),
        ("certify", "-o", "a.cert"),
        ("certify", "-o", "a.cert.gz"),
        ("certify", "--checkpoint", "kept"),
        ("certify", "--linear-regions"),
        ("plot", "-o", "a.svg", "--slice", _PLANE),
        ("bounds",),
        ("topology", "--level", "0"),
    ],
    ids=" ".join,
)
def test_a_limit_of_time(long: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    name, *options = arguments
    command = Command(name, long, *options, "--max-seconds", "1", folder=tmp_path)
    code, output, messages = command.end()
    assert command.took < 1 + _ROOM
    assert code in (0, 2), messages  # The plane is drawn in time where a machine is idle.
    assert "Traceback" not in messages
    if name == "certify":
        assert output.startswith("PARTIAL")


@pytest.mark.parametrize("arguments", [("certify", "--engine", "reference"), ("region", _ORIGIN)])
def test_a_limit_of_double_description(
    long: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    pytest.importorskip("cdd")
    name, *options = arguments
    if name == "region":
        options.append("--vertices")
    command = Command(name, long, *options, "--max-seconds", "1", folder=tmp_path)
    code, _, messages = command.end()
    assert command.took < 1 + _ROOM
    assert code in (0, 2), messages
    assert "Traceback" not in messages


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        (signal.SIGINT, ()),
        (signal.SIGTERM, ()),
        (signal.SIGTERM, ("--workers", "2")),
        (signal.SIGINT, ("-o", "a.cert")),
        (signal.SIGINT, ("--engine", "reference")),
    ],
)
def test_a_signal_ends_certify(
    long: Path, tmp_path: Path, kind: signal.Signals, options: tuple[str, ...]
) -> None:
    if "reference" in options:
        pytest.importorskip("cdd")
    command = Command("certify", long, *options, folder=tmp_path)
    command.signal_after(4, kind)
    code, output, messages = command.end()
    assert command.took < _ROOM
    assert code == 2, messages
    if "reference" not in options:
        assert output.startswith("PARTIAL")
        assert "interrupted" in output
    if "-o" in options:
        check = Command("check", "a.cert", folder=tmp_path)
        assert check.end()[0] == 0


def test_a_signal_writes_a_checkpoint_that_is_gone_on_with(long: Path, tmp_path: Path) -> None:
    command = Command("certify", long, "--checkpoint", "kept", folder=tmp_path)
    command.signal_after(4, signal.SIGTERM)
    code, output, messages = command.end()
    assert code == 2, messages
    assert output.startswith("PARTIAL")
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    again = Command("certify", long, "--checkpoint", "kept", "--max-seconds", "0", folder=tmp_path)
    code, output, messages = again.end()
    assert code == 2, messages
    assert "no checkpoint" not in messages


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network of numbers so long that its digest, and its value at a point, take a long time."""
    rows = [[f"1/{10**300 + 7 * k + j}" for j in range(8)] for k in range(40)]
    layers = [{"weight": rows}, {"weight": [[str(k) for k in range(40)]] * 8}] * 8
    path = tmp_path_factory.mktemp("slow") / "slow.json"
    path.write_text(json.dumps({"hidden_layers": layers}))
    return path


@pytest.fixture(scope="module")
def maximum(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network that may be a maximum of seven numbers by its first layer, with a very large complex."""
    units = [[int(k == i) - int(k == j) for k in range(6)] for i in range(6) for j in range(i, 7)]
    first = [row for row in units if any(row)] + [[int(k == i) for k in range(6)] for i in range(6)]
    second = [[(31 * i * i * j + 17 * j * j) % 101 - 50 for i in range(27)] for j in range(1, 60)]
    path = tmp_path_factory.mktemp("maximum") / "max7.json"
    layers = [{"weight": first}, {"weight": second}]
    path.write_text(json.dumps({"hidden_layers": layers, "output_layer": {"weight": [[1] * 59]}}))
    return path


@pytest.mark.parametrize("name", ["info", "eval", "hunt"])
@pytest.mark.parametrize("kind", [signal.SIGINT, None], ids=["Ctrl-C", "limit"])
def test_commands_that_have_no_part_of_a_result(
    slow: Path, maximum: Path, tmp_path: Path, name: str, kind: signal.Signals | None
) -> None:
    words: dict[str, tuple[str | Path, ...]] = {
        "info": (slow,),
        "eval": (slow, ",".join(["1/3"] * 8)),
        "hunt": ("depth", "--check", maximum),
    }
    limit = ("--max-seconds", "1") if kind is None else ()
    command = Command(name, *words[name], *limit, folder=tmp_path)
    if kind is not None:
        command.signal_after(2.5, kind)
    code, output, messages = command.end()
    assert command.took < 1 + _ROOM
    assert (code, output) == (2, ""), messages
    assert ("interrupted" if kind else "--max-seconds 1") in messages
    assert "Traceback" not in messages


@pytest.mark.parametrize("seconds", [0.2, 1.0, 3.0])
@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM], ids=lambda kind: kind.name)
def test_a_signal_ends_a_check_by_workers(
    certificate: Path, seconds: float, kind: signal.Signals
) -> None:
    """Also while the workers start."""
    command = Command("check", certificate, "--workers", "2", folder=certificate.parent)
    command.signal_after(seconds, kind)
    code, output, messages = command.end()
    assert command.took < _ROOM
    # Before Python has started a signal is the shell's; in the end the check may have ended.
    assert code in (0, 2, 130, -kind), messages
    assert code == -kind or "Traceback" not in messages
    # A signal may also come between the last word and the end of the process.
    assert code == -kind or (code == 0) == output.startswith("ACCEPTED")


def test_a_signal_ends_the_jobs_of_a_study(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    study = tmp_path / "long.toml"
    study.write_text(
        'title = "long"\nsource = "initialised"\ngroup = ["init"]\nfigures = []\n'
        '[measure]\ndomains = ["R^d"]\nmax_cells = 1000000000\n'
        '[[small]]\nwidths = [[6, 64, 64, 1]]\ninit = ["torch"]\nseed = [0, 1]\n',
        encoding="utf-8",
    )
    command = Command("study", "run", study, "--workers", "1", folder=tmp_path)
    command.signal_after(6, signal.SIGTERM)
    code, _, messages = command.end()
    assert command.took < _ROOM
    assert "Traceback" not in messages
    assert code == 2, messages


def test_a_checkpoint_that_cannot_be_written_costs_no_result(tmp_path: Path) -> None:
    """As on a full disk: no file of this process may grow."""
    program = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
        "from exactpoly.cli import main\n"
        "main(sys.argv[1:])\n"
    )
    net = write_network(tmp_path / "net.json", 3, 14, 12, 1)
    done = subprocess.run(
        [
            *(sys.executable, "-c", program, "certify", str(net)),
            *("--max-cells", "3000", "--checkpoint", str(tmp_path / "kept")),
        ],
        capture_output=True,
        text=True,
        timeout=_NEVER,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert done.stdout.startswith("PARTIAL")
    assert "warning: no checkpoint" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["net.json"]


_ONE_AFTER_ANOTHER = """
import sys
from click.testing import CliRunner
from exactpoly.cli import main
for line in sys.stdin:
    result = CliRunner().invoke(main, line.split())
    print(result.exit_code, result.stdout + result.stderr, end="")
"""


@pytest.mark.parametrize("pipe", ["pipe", "/dev/zero"])
def test_no_pipe_and_no_device(tmp_path: Path, pipe: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    net = CASES / "d14_diamond.json"
    commands = [
        f"certify {net} --checkpoint {pipe}",
        f"certify {net} -o {pipe}",
        f"eval {net} @{pipe}",
        f"study run {pipe}",
        f"info {pipe}",
        f"check {pipe}",
        f"arrangement {pipe}",
        f"cover {pipe}",
        f"prove {net} {pipe}",
    ]
    done = subprocess.run(
        [sys.executable, "-c", _ONE_AFTER_ANOTHER],
        input="\n".join(commands),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=_NEVER,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    said = f"3 exactpoly: {pipe}: is a pipe or a device; give a file"
    assert done.stdout.splitlines() == [said] * len(commands)


@pytest.mark.parametrize(
    "arguments",
    [
        ("certify", "NET", "-o", "OUT"),
        ("certify", "NET", "--coq", "OUT"),
        ("certify", "NET", "--checkpoint", "OUT"),
        ("certify", "NET", "-o", "a.cert", "--checkpoint", "./a.cert"),
        ("plot", "NET", "-o", "OUT"),
        ("topology", "NET", "--level", "0", "-o", "OUT"),
        ("decision", "NET", "-o", "OUT"),
        ("persistence", "NET", "-o", "OUT"),
        ("surface", "NET", "-o", "OUT"),
        ("tropical", "NET", "-o", "OUT"),
        ("tropical", "NET", "--plot", "OUT"),
        ("range", "NET", "--domain", "[-1,1]^2", "-o", "OUT"),
        ("equal", "NET", "NET", "-o", "OUT"),
        ("hunt", "depth", "--check", "NET", "--network", "OUT"),
        ("construct", "montufar", "2,4,3", "-o", "a", "--certificate", "./a"),
    ],
    ids=" ".join,
)
def test_an_output_is_no_input(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    net, link = tmp_path / "net.json", tmp_path / "link.svg"
    content = (CASES / "d14_diamond.json").read_bytes()
    net.write_bytes(content)
    link.symlink_to(net)
    for out in (net, link):
        words = [w.replace("NET", str(net)).replace("OUT", str(out)) for w in arguments]
        result = run(*words)
        assert result.exit_code == 3
        assert "is the input itself" in one_sentence(result)
        assert net.read_bytes() == content
