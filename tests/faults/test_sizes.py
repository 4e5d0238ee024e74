"""What a few bytes, or words, may expand to: refused by size, before time and memory are spent."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import exactpoly as ep
from exactpoly.certificate import check, check_property
from exactpoly.certificate.volume_check import Disagreement, recheck
from tests.cli.command_line import case, refused, run

FILES = Path(__file__).parent / "files"
ROOT = Path(__file__).resolve().parents[2]
NET = case("d14_diamond")


def test_brackets_without_end(tmp_path: Path) -> None:
    for name, content in (
        ("deep.toml", b"a=" + b"[" * 20_000 + b"]" * 20_000),
        ("deep.json", b"[" * 10**5),
        ("deep.nnet", b"(" * 10**5),
        ("deep.pt", b"\x80\x02" + b"(" * 10**5 + b"."),
    ):
        (tmp_path / name).write_bytes(content)
    assert "deep.toml: brackets are nested too deeply" in refused(
        "study", "run", tmp_path / "deep.toml"
    )
    refused("info", tmp_path / "deep.json")
    refused("info", tmp_path / "deep.nnet")
    pytest.importorskip("torch")
    refused("info", tmp_path / "deep.pt")


def test_archives_are_refused_by_what_they_expand_to(tmp_path: Path) -> None:
    """In little time and memory, which a process of its own shows."""
    path = tmp_path / "bomb.npz"
    np.savez_compressed(path, W1=np.zeros((5000, 10_000)))
    code = (
        "import sys, time, exactpoly as ep\n"
        "from exactpoly.running.limits import peak_memory\n"
        "started = time.process_time()\n"
        "try: ep.load(sys.argv[1])\n"
        "except ep.InputError as error: print(error)\n"
        "assert time.process_time() - started < 5 and peak_memory() < 2**30\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, path],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
    ).stdout
    assert "unpacks to 4000" in told


def test_an_archive_may_repack_numbers(tmp_path: Path) -> None:
    """Zeros of a pruned network are compressed, and read all the same."""
    path = tmp_path / "pruned.npz"
    np.savez_compressed(path, W1=np.zeros((1000, 1000)), W2=np.ones((1, 1000)))
    assert ep.load(path).widths == (1000, 1000, 1)


def test_what_the_checker_cannot_read_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "net.cert"
    result = run("certify", FILES / "unreadable_own_certificate.json", "-o", path)
    assert result.exit_code == 3
    assert "the checker could not read it" in result.stderr
    assert not path.exists()


def test_elimination_is_work_for_the_checker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The vertex of 12 equations between numbers of 3990 digits, which once cost nothing."""
    from random import Random

    draw, d = Random(1), 12

    def number() -> str:
        return draw.choice("-+").strip("+") + str(draw.randint(10**3989, 10**3990 - 1))

    network = {
        "format": "exactpoly-network-1",
        "layers": [
            {
                "weight": [[number() for _ in range(d)] for _ in range(d)],
                "bias": [number() for _ in range(d)],
                "relu": [True] * d,
            }
        ],
    }
    problem = check.Problem(network, "R^d", 10**8)
    with pytest.raises(check.Refused, match="more work than the limit; --scale 10"):
        problem.point("0" * d + "+" * 2 * d)


def test_certificates_expand_to_no_more_than_a_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few kilobytes stand for 40 megabytes, of one line or of many."""
    property_, topology = (
        b'{"format":"exactpoly-%s","version":2}' % k for k in (b"property", b"topology")
    )
    monkeypatch.setattr(check_property, "MAX_BYTES", 1 << 20)
    for content in (
        bytes(40 << 20),
        property_ + b"\n" + bytes(40 << 20),
        property_ + b"\n" + b"1\n" * (20 << 20),
        topology[:-1] + b" " * (40 << 20),
    ):
        assert "UNREADABLE" in unreadable(tmp_path, content)


def test_lines_that_a_header_does_not_announce_are_not_read(tmp_path: Path) -> None:
    """A hundred million short lines behind a good certificate: two hundred megabytes."""
    path = tmp_path / "proof.json"
    assert run("range", NET, "--component", "0", "--domain", "[0,1]^d", "-o", path).exit_code == 0
    proof = path.read_bytes()
    assert run("check", path).exit_code == 0
    more = b"1\n" * (100 << 20)
    assert "more trees than" in unreadable(tmp_path, proof + more)
    header = proof.splitlines(keepends=True)[0]
    assert "fewer trees than" in unreadable(tmp_path, header)
    long = b"[" + b"[]," * (6 << 20) + b"[]]\n"
    assert "larger than the limit" in unreadable(tmp_path, header + long)
    networks = tmp_path / "networks.gz"
    networks.write_bytes(gzip.compress(more, 1))
    assert "more networks than" in unreadable(tmp_path, proof, "--network", networks)


def test_the_second_checker_reads_what_is_announced(tmp_path: Path) -> None:
    path = tmp_path / "net.cert"
    assert run("certify", NET, "-o", path, "--domain", "[-1,1]^d").exit_code == 0
    content = path.read_bytes()
    path.write_bytes(gzip.compress(content + b"1\n" * (100 << 20), 1))
    started = time.process_time()
    with pytest.raises(Disagreement, match="number of lines"):
        recheck(path)
    path.write_bytes(content + b"[" + b" " * (1 << 24) + b"]\n")
    with pytest.raises(Disagreement, match="longer than any"):
        recheck(path)
    path.write_bytes(content[:-10].rpartition(b"\n")[0])
    with pytest.raises(Disagreement, match="number of lines"):
        recheck(path)
    assert time.process_time() - started < 2


def unreadable(folder: Path, content: bytes, *more: str | Path) -> str:
    """What `check` says of a packed certificate, soon."""
    path = folder / "packed.gz"
    path.write_bytes(gzip.compress(content, 1))
    started = time.process_time()
    result = run("check", path, *more)
    assert result.exit_code == 3
    assert time.process_time() - started < 5
    return result.stdout


def test_an_identity_is_no_longer_than_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "long.json"
    path.write_text('{"n": 2, "orbits": [' + " " * (1 << 25) + "]}")
    assert 'no "hidden_layers"' in refused("hunt", "depth", "--check", path)


def test_long_domains_and_properties(tmp_path: Path) -> None:
    """A megabyte of inequalities once took minutes, in which no limit acted."""
    domain, wide, long = (tmp_path / name for name in ("domain", "wide.vnnlib", "long.vnnlib"))
    domain.write_text(", ".join(f"x0 + {k}*x1 <= {k}" for k in range(1, 3000)))
    head = "(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)"
    some = " ".join(f"(>= Y_0 {k})" for k in range(20_000))
    wide.write_text(f"{head}(assert (or {some} {some} {some} {some} {some} {some}))")
    long.write_text(f"{head}(assert (or {some}))" + "(assert (>= X_0 0))" * 20_000)
    for words, arguments in (
        ("2999 half-spaces are given", ("certify", NET, "--domain", f"@{domain}")),
        ("more than 100000 alternatives", ("prove", NET, wide)),
        ("more than 5000000 inequalities", ("prove", NET, long)),
    ):
        started = time.process_time()
        assert words in refused(*arguments)
        assert time.process_time() - started < 10  # under 5 s alone; a busy machine counts more
    arguments = ("prove", NET, long, "--max-seconds", "0")
    assert run(*arguments).exit_code in (2, 3)


@pytest.mark.parametrize("numbers", ["99999999,1", "1000,1", "1400,1", "2,999999", "12,1400,1400"])
def test_constructions_beyond_reach(numbers: str) -> None:
    assert "construct" in refused("construct", "montufar", numbers)


def test_constructions_obey_limits() -> None:
    result = run("construct", "slabs", "300,300", "--max-seconds", "0")
    assert result.exit_code == 2
    assert "nothing was verified" in result.stderr


def test_a_model_of_few_bytes_makes_no_large_network(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    h, kind = onnx.helper, onnx.TensorProto.FLOAT
    doubled = [h.make_node("Concat", [f"{i}", f"{i}"], [f"{i + 1}"], axis=1) for i in range(25)]
    squared = [h.make_node("Mul", [f"w{i}", f"w{i}"], [f"w{i + 1}"]) for i in range(40)]
    squared.append(h.make_node("Mul", ["0", "w40"], ["25"]))
    weight = h.make_tensor("w0", kind, [1], [0.3])
    ends = [
        h.make_tensor_value_info(name, kind, shape) for name, shape in (("0", [1, 2]), ("25", None))
    ]
    for nodes, words in ((doubled, "more of the model than its size"), (squared, "1000000 bits")):
        graph = h.make_graph(nodes, "g", ends[:1], ends[1:], [weight])
        path = tmp_path / "net.onnx"
        path.write_bytes(h.make_model(graph).SerializeToString())
        assert words in refused("info", path)
