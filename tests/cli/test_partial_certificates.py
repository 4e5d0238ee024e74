"""Certificates of runs that were stopped: of what is found again in a moment; else it is said."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from exactpoly.certificate import write
from exactpoly.commands import certification
from exactpoly.complex import closures
from exactpoly.complex.closures import StreamedRegions
from exactpoly.complex.compiled import Incomplete, count_cells
from exactpoly.complex.kernel import library
from exactpoly.domain import Domain
from exactpoly.network.network import Network
from exactpoly.readers.load import load
from exactpoly.running.limits import Limits
from exactpoly.running.run import Run

from .command_line import run, run_json, write_network

pytestmark = pytest.mark.skipif(library.kernel() is None, reason="needs the compiled engine")


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network of which a second finds regions and not all."""
    return write_network(tmp_path_factory.mktemp("long") / "long.json", 4, 24, 24, 24, 1)


@pytest.fixture(scope="module")
def stopped(net: Path) -> StreamedRegions:
    """What a run had found when it was stopped after some chunks."""
    network, domain = load(net), Domain.space(4)
    with pytest.raises(Incomplete) as stop:
        count_cells(network, domain, max_cells=2_000_000)
    found = StreamedRegions(network, domain, stop.value.counts)
    assert sum(n > 0 for n in stop.value.counts.chunk_regions) > 1
    return found


# Where there is no time to write it


def wait(*arguments: Any, **named: Any) -> None:
    time.sleep(60)


def press_control_c(*arguments: Any, **named: Any) -> None:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(60)


@pytest.mark.parametrize(
    ("limit", "writer", "reason"),
    [
        (["--max-seconds", "1"], wait, "--max-seconds 1 passed"),
        (["--max-cells", "2000000"], press_control_c, "interrupted"),
    ],
    ids=["seconds", "interrupted"],
)
@pytest.mark.parametrize("old", [False, True], ids=["new file", "old file"])
def test_it_is_said_that_none_was_written(
    net: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    limit: list[str],
    writer: Callable[..., None],
    reason: str,
    old: bool,
) -> None:
    """As of a run that was stopped in a chunk which takes long to be made again."""
    output = tmp_path / "a.cert"
    if old:
        output.write_bytes(b"old")
    monkeypatch.setattr(write, "write_partial", writer)
    data = run_json("certify", net, "-o", output, *limit, exit_code=2)
    assert data["complete"] is False
    assert data["regions"] > 0
    assert "certificate" not in data
    assert data["stopped"].endswith(f"; certificate not written: {reason}")
    assert [p.read_bytes() for p in tmp_path.iterdir()] == [b"old"] * old


def test_the_words_for_it(net: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write, "write_partial", wait)
    result = run("certify", net, "-o", tmp_path / "a.cert", "--max-seconds", "1")
    assert result.exit_code == 2
    said = " ".join(result.stdout.split())
    assert said.startswith("PARTIAL")
    assert "exceed --max-seconds 1; certificate not written: --max-seconds 1 passed; only" in said
    assert not list(tmp_path.iterdir())


def test_a_whole_complex_whose_certificate_is_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The result is complete all the same; the exit code says that something is missing."""
    from exactpoly.certificate import write_sections

    net = write_network(tmp_path / "net.json", 2, 6, 1)
    monkeypatch.setattr(write_sections, "write_streamed", press_control_c)
    data = run_json("certify", net, "-o", tmp_path / "a.cert", "--audit", "none", exit_code=2)
    assert data["complete"] is True
    assert data["stopped"] == "certificate not written: interrupted"
    assert [p.name for p in tmp_path.iterdir()] == ["net.json"]
    result = run("certify", net, "-o", tmp_path / "a.cert", "--audit", "none")
    assert result.exit_code == 2
    said = " ".join(result.stdout.split())  # It said nothing at all.
    assert said.startswith(
        "STOPPED certificate not written: interrupted; what follows is complete and exact network"
    )


# Of what is found again in a moment


def time_is_up() -> Run:
    return Run(Limits(max_seconds=0.0))


def points_in(path: Path) -> int:
    assert run("check", path).exit_code == 0
    header = json.loads(path.read_text().splitlines()[0])
    assert header["complete"] is False
    return int(header["claims"]["regions_at_least"])


def slow_from(monkeypatch: pytest.MonkeyPatch, first: int) -> list[int]:
    """Chunks from the ``first`` on are never made again: only ``look`` ends them."""
    made, real = [], closures.compiled_block

    def block(network: Network, domain: Domain, **named: Any) -> Any:
        if named["chunk"] < first:
            made.append(named["chunk"])
            return real(network, domain, **named)
        while True:
            time.sleep(0.01)
            named["look"]()

    monkeypatch.setattr(closures, "compiled_block", block)
    return made


def parts(regions: StreamedRegions, given: Run) -> Iterator[Any]:
    return certification._parts(
        StreamedRegions(regions.network, regions.domain, regions.counts), given
    )


def test_chunks_after_one_that_takes_too_long_are_left_out(
    stopped: StreamedRegions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = slow_from(monkeypatch, 1)
    write.write_partial(
        parts(stopped, time_is_up()), tmp_path / "a.cert", should_stop=points_wanted(30)
    )
    assert made == [0]
    assert points_in(tmp_path / "a.cert") == 30


def points_wanted(count: int) -> Callable[[], bool]:
    asked = 0

    def enough() -> bool:
        nonlocal asked
        asked += 1
        return asked >= count

    return enough


def test_where_the_first_chunk_takes_too_long_the_first_neurons_hold_points(
    stopped: StreamedRegions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run in R^3 or R^4 that was stopped within its first chunk had no certificate."""
    made = slow_from(monkeypatch, 0)
    (few,) = parts(stopped, time_is_up())
    assert made == []
    assert 0 < few.network.n_neurons < few.full_network.n_neurons
    assert few.full_network == stopped.network
    write.write_partial(
        parts(stopped, time_is_up()), tmp_path / "a.cert", should_stop=points_wanted(20)
    )
    assert points_in(tmp_path / "a.cert") == 20


def test_a_chunk_with_more_cells_than_the_limit_is_not_held(
    stopped: StreamedRegions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit of cells holds for what is made again, too."""
    monkeypatch.setattr(certification, "_AT_ONCE", 1000)
    (few,) = parts(stopped, Run(Limits(max_cells=1000)))
    assert few.network.n_neurons < few.full_network.n_neurons
    assert sum(few.cells.sizes) <= 2000
    first = next(parts(stopped, Run()))
    assert first.network == stopped.network


def test_cells_to_blame_wait_for_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two neurons on one plane: the chunk to blame may take long to be made again."""
    path = write_network(tmp_path / "net.json", 3, 12, 12, 1)
    network = load(path)
    first = network.layers[0]
    twice = type(first).of([*first.weight[:-1], first.weight[0]], [*first.bias[:-1], first.bias[0]])
    network, domain = Network((twice, *network.layers[1:])), Domain.space(3)
    counts = count_cells(network, domain, target=200)
    regions = StreamedRegions(network, domain, counts)
    assert counts.not_simple_chunk is not None
    monkeypatch.setattr(
        closures, "compiled_block", lambda *given, look, **named: [look() for _ in iter(int, 1)]
    )
    started = time.monotonic()
    assert certification.streamed_witnesses(regions, time_is_up()) == ()
    assert time.monotonic() - started < 10


# Files for Coq


@pytest.mark.parametrize(
    ("options", "writer", "reason"),
    [
        (["--max-seconds", "1"], wait, "--max-seconds 1 passed"),
        ([], press_control_c, "interrupted"),
    ],
    ids=["seconds", "interrupted"],
)
def test_a_file_for_coq_keeps_limits(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    writer: Callable[..., None],
    reason: str,
) -> None:
    """It went on after --max-seconds, and Ctrl-C was an abort although the result stood."""
    from exactpoly.certificate import coq

    net = write_network(tmp_path / "net.json", 2, 6, 1)
    monkeypatch.setattr(coq, "sign_tree", writer)
    arguments = ["certify", net, "--audit", "none", "--coq", tmp_path / "a.v", *options]
    data = run_json(*arguments, exit_code=2)
    assert data["complete"] is True
    assert data["stopped"] == f"file for Coq not written: {reason}"
    assert [p.name for p in tmp_path.iterdir()] == ["net.json"]


def test_no_file_for_coq_of_a_partial_result(tmp_path: Path) -> None:
    net = write_network(tmp_path / "net.json", 2, 6, 1)
    data = run_json("certify", net, "--coq", tmp_path / "a.v", "--max-cells", "20", exit_code=2)
    assert data["complete"] is False
    assert data["stopped"].endswith("; file for Coq not written: the result is partial")
    assert [p.name for p in tmp_path.iterdir()] == ["net.json"]
