"""`--executor`: the same certificate, byte for byte, wherever the parts run."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command_line import one_sentence, run, write_network


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network with enough cells to be divided."""
    return write_network(tmp_path_factory.mktemp("net") / "net.json", 3, 20, 16, 1)


@pytest.fixture(scope="module")
def certificate(net: Path) -> bytes:
    path = net.with_suffix(".cert")
    assert run("certify", net, "--audit", "none", "-o", path).exit_code == 0
    return path.read_bytes()


def certified(net: Path, output: Path, *options: str) -> bytes:
    result = run("certify", net, "--audit", "none", "-o", output, *options)
    assert result.exit_code == 0, result.output
    return output.read_bytes()


def test_processes(net: Path, certificate: bytes, tmp_path: Path) -> None:
    assert certified(net, tmp_path / "out", "--workers", "2") == certificate


def test_dask_on_this_machine(net: Path, certificate: bytes, tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="needs exactpoly[dask]")
    options = ("--workers", "2", "--executor", "dask")
    assert certified(net, tmp_path / "out", *options) == certificate


def test_dask_at_an_address(net: Path, certificate: bytes, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="needs exactpoly[dask]")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        options = ("--workers", "2", "--executor", f"dask:{cluster.scheduler_address}")
        assert certified(net, tmp_path / "out", *options) == certificate


def test_counts_from_dask(net: Path, tmp_path: Path) -> None:
    """Without cells to be held each worker counts chunks of its own."""
    pytest.importorskip("distributed", reason="needs exactpoly[dask]")
    told = []
    for options in ((), ("--workers", "2", "--executor", "dask")):
        result = run("certify", net, "--audit", "none", "--json", *options)
        assert result.exit_code == 0, result.output
        told.append(json.loads(result.stdout))
    for one in told:
        for name in ("seconds", "audit_seconds", "peak_memory_bytes"):
            one.pop(name, None)
    assert told[0] == told[1]


def test_an_executor_writes_no_checkpoint(net: Path, tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="needs exactpoly[dask]")
    options = ("--workers", "1", "--executor", "dask", "--checkpoint", tmp_path / "kept")
    result = run("certify", net, *options)
    assert result.exit_code == 3
    assert "a run on an executor writes none" in one_sentence(result)


@pytest.mark.skipif(shutil.which("mpiexec") is None, reason="needs an MPI library with mpiexec")
def test_mpi(net: Path, certificate: bytes, tmp_path: Path) -> None:
    pytest.importorskip("mpi4py", reason="needs exactpoly[mpi]")
    output = tmp_path / "out"
    words = ["mpiexec", "--allow-run-as-root", "--oversubscribe", "-n", "3", sys.executable]
    words += ["-m", "mpi4py.futures", "-m", "exactpoly", "certify", str(net)]
    words += ["--audit", "none", "--workers", "2", "--executor", "mpi", "-o", str(output)]
    subprocess.run(words, check=True, capture_output=True, timeout=300)
    assert output.read_bytes() == certificate


@pytest.mark.parametrize("kind", ["threads", "dask:", "Dask", ""])
def test_an_unknown_executor_is_refused(net: Path, kind: str) -> None:
    result = run("certify", net, "--executor", kind)
    assert result.exit_code == 3
    assert "is none of processes, dask, dask:ADDRESS" in one_sentence(result)


def test_no_scheduler_at_the_address(net: Path) -> None:
    pytest.importorskip("distributed", reason="needs exactpoly[dask]")
    result = run("certify", net, "--executor", "dask:nonsense://nowhere")
    assert result.exit_code == 3
    assert "no Dask scheduler answers at nonsense://nowhere" in one_sentence(result)
