"""Check one certificate on many workers: the parts of `check`, put together.

Sections are checked independently of each other; a certificate without sections is small and checked as a
whole. The certificate is accepted only if every part finds no fault, the parts cover all sections, and all
have read the same bytes (proofs/completeness.md, section 9).
Any `concurrent.futures.Executor` will do whose workers see the file under the same name.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

from exactpoly.certificate import check
from exactpoly.running.executors import results_of

__all__ = ["check_in_parallel", "ranges"]

_PER_WORKER = 4
"""Parts for each worker: sections are not all alike, and each part reads the file."""


def check_in_parallel(
    path: str | Path, executor: Executor, workers: int, *, scale: int = 1
) -> tuple[int, str]:
    """Exit code and message, as `check.check_file` gives them; at fault is the first part that found one.

    A file without sections or without a readable header is checked as a whole. Each part may spend as much
    work as the whole may.
    """
    name, sections = str(path), _sections(path, scale)
    if sections < 2:
        return check.check_file(name, scale)
    futures = [
        executor.submit(check.check_file, name, scale, part) for part in ranges(sections, workers)
    ]
    results, _ = results_of(futures, lambda: _fault(futures), "try fewer workers")
    for code, message in results:
        if code != check.PART:
            return code, message
    digests = {message.rpartition(" ")[2] for _, message in results}
    all_of_them = f" of {sections} are right. {check.OTHERS}"  # as many as were shared out
    if len(digests) != 1 or all_of_them not in results[0][1]:
        return check.UNREADABLE, "UNREADABLE: the file was changed while it was read"
    _, _, statement = results[0][1].rpartition("\n")[0].partition(check.OTHERS)
    return check.ACCEPTED, f"ACCEPTED: {statement}"


def _fault(futures: Sequence[Future[tuple[int, str]]]) -> str | None:
    """Not None once one part has found a fault: the others need not end."""
    ended = (f for f in futures if f.done() and not f.cancelled() and f.exception() is None)
    return next(
        (message for code, message in (f.result() for f in ended) if code != check.PART), None
    )


def ranges(sections: int, workers: int) -> list[range]:
    """Ranges that cover all sections, some for each worker."""
    size = -(-sections // (_PER_WORKER * workers))
    return [range(a, min(a + size, sections)) for a in range(0, sections, size)]


def _sections(path: str | Path, scale: int) -> int:
    """How many sections the header announces, 0 if there are none or there is no telling."""
    try:
        with open(path, "rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            file: Any = gzip.GzipFile(fileobj=raw) if packed else raw
            count = check.Lines(file, check.MAX_BYTES * scale).next()["sections"]
    except (check.Refused, OSError, EOFError, KeyError, TypeError, zlib.error):
        return 0
    return count if isinstance(count, int) else 0
