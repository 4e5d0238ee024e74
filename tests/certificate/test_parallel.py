"""A check shared by workers: what it says, and what it does with files that are no certificates."""

from __future__ import annotations

import gzip
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from exactpoly.certificate import check, parallel
from tests.certificate.forging import Certificate
from tests.certificate.form_lies import PARTIAL_KINDS
from tests.certificate.mutants import mutants, partial_sources, sources
from tests.certificate.test_sections import DIVIDED

SMALL = list(sources(small=True))


class Here(Executor):
    """An executor that runs what is submitted at once."""

    def submit(self, fn: Any, /, *arguments: Any, **keywords: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*arguments, **keywords))
        return future


def test_certificates_without_sections_are_checked_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "mutant.cert"
    for _, data in SMALL:
        path.write_bytes(data)
        assert parallel.check_in_parallel(path, Here(), 2) == check.check_file(str(path))
    for number, (_, data) in enumerate(partial_sources()):
        for mutant in [data, *mutants(data, number, PARTIAL_KINDS)][:40]:
            path.write_bytes(mutant)
            assert parallel.check_in_parallel(path, Here(), 2) == check.check_file(str(path))
        path.write_bytes(data)
        code, message = check.check_file(str(path), 1, range(1))
        assert (code, "has no sections" in message) == (3, True)


def test_parts_name_the_bytes_that_they_read(tmp_path: Path) -> None:
    plain, packed = tmp_path / "a.cert", tmp_path / "a.cert.gz"
    plain.write_bytes(DIVIDED[0].dump())
    packed.write_bytes(gzip.compress(DIVIDED[0].dump(), mtime=0))
    said = {
        check.check_file(str(path), 1, range(i, i + 1))[1].splitlines()[-1]
        for path in (plain, packed)
        for i in range(2)
    }
    assert len(said) == 1
    assert said.pop().startswith("file with SHA-256 ")


def test_a_file_that_changes_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "a.cert"
    other = DIVIDED[0].copy()
    other.root.header["source"]["name"] = "another"
    versions = [DIVIDED[0].dump(), other.dump()]

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


def test_a_file_that_has_more_sections_by_the_time_that_it_is_checked(tmp_path: Path) -> None:
    """All parts read the same bytes then, and no part the sections that came later."""
    path = tmp_path / "a.cert"
    few, many = DIVIDED[1], DIVIDED[2]
    assert len(few.parts) < len(many.parts)

    class Replacing(Here):
        def submit(self, fn: Any, /, *arguments: Any, **keywords: Any) -> Future[Any]:
            path.write_bytes(many.dump())
            return super().submit(fn, *arguments, **keywords)

    path.write_bytes(few.dump())
    code, message = parallel.check_in_parallel(path, Replacing(), 2)
    assert code == 3
    assert "changed while it was read" in message


def test_ranges_cover_everything_once() -> None:
    for sections in (1, 7, 8, 9, 12345):
        for workers in (1, 2, 7):
            found = [v for part in parallel.ranges(sections, workers) for v in part]
            assert found == list(range(sections))


def test_on_real_workers(tmp_path: Path) -> None:
    path = tmp_path / "a.cert.gz"
    path.write_bytes(gzip.compress(DIVIDED[1].dump()))
    with ThreadPoolExecutor(2) as pool:
        assert parallel.check_in_parallel(path, pool, 2) == check.check_file(str(path))


@pytest.mark.parametrize("data", [b"", b"{}\n", b"[1]\n", b"\x1f\x8bjunk", b'{"sections":"9"}\n'])
def test_files_without_a_header(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.cert"
    path.write_bytes(data)
    assert parallel.check_in_parallel(path, Here(), 2)[0] == 3
    assert parallel.check_in_parallel(tmp_path / "none", Here(), 2)[0] == 3


def test_a_number_of_sections_that_is_none(tmp_path: Path) -> None:
    c = Certificate.of(SMALL[0][1])
    c.header["sections"] = "many"
    path = tmp_path / "a.cert"
    path.write_bytes(c.dump())
    assert parallel.check_in_parallel(path, Here(), 2)[0] == 3
