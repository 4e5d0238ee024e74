"""A check in parts: all parts find no fault iff the whole is accepted, and no part passes for a verdict."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import exactpoly as ep
from exactpoly.certificate import check, parallel
from tests.certificate.forging import Certificate, chain, random_network, write
from tests.certificate.form_lies import PARTIAL_KINDS
from tests.certificate.lies import KINDS
from tests.certificate.mutants import mutants, partial_sources, sources

SMALL = list(sources(small=True))
STEP = 3 if os.environ.get("EXACTPOLY_TEST_MULTIPLIER", "1") == "1" else 1


class Here(Executor):
    """An executor that runs what is submitted at once."""

    def submit(self, fn: Any, /, *arguments: Any, **keywords: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*arguments, **keywords))
        return future


def parts(path: Path, vertices: int, size: int) -> list[tuple[int, str]]:
    """The outcomes of the rest and of ranges that cover the vertices."""
    ranges = [range(a, min(a + size, vertices)) for a in range(0, vertices, size)]
    return [
        check.check_file(str(path), 1, range(0)),
        *(check.check_file(str(path), 1, part) for part in ranges),
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_all_parts_accept_iff_the_whole_does(kind: str, tmp_path: Path) -> None:
    """On the mutation suite: a third of it, all of it with `EXACTPOLY_TEST_MULTIPLIER` above 1."""
    path = tmp_path / "mutant.cert"
    for number, (_, data) in enumerate(SMALL):
        for mutant in list(mutants(data, number, {kind: KINDS[kind]}))[::STEP]:
            path.write_bytes(mutant)
            code, _ = check.check_file(str(path))
            count = parallel._vertices(path, 1)
            if count > 0:
                codes = {code for code, _ in parts(path, count, max(1, count // 3))}
                assert codes <= {1, 3, check.PART}
                assert (codes == {check.PART}) == (code == 0)
            else:
                assert code != 0


@pytest.mark.parametrize("kind", sorted(KINDS)[::4])
def test_the_driver_says_what_the_whole_says(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parallel, "_LEAST", 3)
    path = tmp_path / "mutant.cert"
    for number, (_, data) in enumerate(SMALL):
        for mutant in [data, *list(mutants(data, number, {kind: KINDS[kind]}))[::STEP]]:
            path.write_bytes(mutant)
            whole = check.check_file(str(path))
            together = parallel.check_in_parallel(path, Here(), 2)
            assert (together[0] == 0) == (whole[0] == 0)
            if whole[0] == 0:
                assert together == whole


def test_partial_certificates_are_checked_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "mutant.cert"
    for number, (_, data) in enumerate(partial_sources()):
        for mutant in [data, *mutants(data, number, PARTIAL_KINDS)][:40]:
            path.write_bytes(mutant)
            assert parallel.check_in_parallel(path, Here(), 2) == check.check_file(str(path))
        path.write_bytes(data)
        for part in (range(0), range(1)):
            code, message = check.check_file(str(path), 1, part)
            assert (code, "in parts" in message) == (3, True)


def test_a_part_is_no_verdict(tmp_path: Path) -> None:
    """Other exit code, other words; and the part that does not see the lie finds no fault."""
    network = random_network((2, 4, 3, 1), 0)
    c = Certificate.of(write(ep.enumerate(network, domain="[-1,1]^d")))
    path = tmp_path / "part.cert"
    path.write_bytes(c.dump())
    stop = len(c.vertices)
    for words in (["--rest"], ["--vertices", f"0:{stop}"], ["--vertices", "2:3"]):
        done = subprocess.run(
            [sys.executable, "-I", "-S", check.__file__, str(path), *words],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == check.PART == 4
        assert done.stdout.startswith("PART, NO VERDICT: ")
        assert "ACCEPTED" not in done.stdout


def test_what_only_one_part_sees(tmp_path: Path) -> None:
    """Another network is seen by ranges only, a lost region by the rest only."""
    c = Certificate.of(write(ep.enumerate(random_network((2, 4, 3, 1), 0), domain="[-1,1]^d")))
    path = tmp_path / "part.cert"
    other = c.copy()
    bias = other.header["network"]["layers"][1]["bias"]
    bias[0] = str(Fraction(bias[0]) + 10)
    for changed, wrong in ((other, "ranges"), (c.copy(), "rest")):
        if wrong == "rest":
            del changed.regions[0]
        path.write_bytes(changed.mend(claims=False).dump())
        assert check.check_file(str(path))[0] == 1
        rest, *ranges = [code for code, _ in parts(path, len(c.vertices), 3)]
        assert rest == (1 if wrong == "rest" else check.PART)
        assert set(ranges) == ({check.PART} if wrong == "rest" else {1, check.PART})


@pytest.mark.parametrize("length", [2, 1500])
def test_faces_of_points_that_there_are_not(length: int, tmp_path: Path) -> None:
    """Without the points no theorem bounds how deep faces lie in each other; the checker does."""
    path = tmp_path / "chain.cert"
    path.write_bytes(chain(length))
    code, message = check.check_file(str(path), 1, range(0))
    assert (code, "too long" in message) == (1, True)


@pytest.mark.parametrize("words", ["0:0", "2:1", "-1:3", "0:99999", "x", "1", "1:2:3", ":", "3:"])
def test_ranges_that_are_none(words: str, tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "fine.cert"
    path.write_bytes(SMALL[0][1])
    assert check.main([str(path), f"--vertices={words}"]) == 3
    assert check.main([str(path), "--vertices", "0:1", "--rest"]) == 3
    assert "ACCEPTED" not in capsys.readouterr().out


def test_parts_name_the_bytes_that_they_read(tmp_path: Path) -> None:
    plain, packed = tmp_path / "a.cert", tmp_path / "a.cert.gz"
    plain.write_bytes(SMALL[0][1])
    packed.write_bytes(gzip.compress(SMALL[0][1], mtime=0))
    said = {
        message.splitlines()[-1]
        for path in (plain, packed)
        for _, message in parts(path, parallel._vertices(path, 1), 2)
    }
    assert len(said) == 1
    assert said.pop().startswith("file with SHA-256 ")


def test_a_file_that_changes_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "_LEAST", 3)
    path = tmp_path / "a.cert"
    other = Certificate.of(SMALL[0][1])
    other.header["source"]["name"] = "another"
    versions = [SMALL[0][1], other.dump()]

    class Changing(Here):
        def submit(self, fn: Any, /, *arguments: Any, **keywords: Any) -> Future[Any]:
            path.write_bytes(versions[1])
            result = super().submit(fn, *arguments, **keywords)
            versions.reverse()
            return result

    path.write_bytes(versions[0])
    code, message = parallel.check_in_parallel(path, Changing(), 2)
    assert code == 3
    assert "changed while it was read" in message


def test_ranges_cover_everything_once() -> None:
    for vertices in (1, 499, 500, 501, 12345):
        for workers in (1, 2, 7):
            found = [v for part in parallel.ranges(vertices, workers) for v in part]
            assert found == list(range(vertices))


def test_on_real_workers(tmp_path: Path) -> None:
    path = tmp_path / "a.cert.gz"
    path.write_bytes(gzip.compress(write(ep.enumerate(random_network((2, 24, 24, 1), 0)))))
    assert parallel._vertices(path, 1) > parallel._LEAST
    with ThreadPoolExecutor(2) as pool:
        assert parallel.check_in_parallel(path, pool, 2) == check.check_file(str(path))


@pytest.mark.parametrize("data", [b"", b"{}\n", b"[1]\n", b"\x1f\x8bjunk", b'{"vertices":"9"}\n'])
def test_files_without_a_header(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.cert"
    path.write_bytes(data)
    assert parallel.check_in_parallel(path, Here(), 2)[0] == 3
    assert parallel.check_in_parallel(tmp_path / "none", Here(), 2)[0] == 3
