"""Check one certificate on many workers: the parts of `check`, put together.

The points of ranges of vertices are verified independently of each other and of everything else. That
is half of the work in dimension 3, less in higher ones; the rest is one part. The certificate is accepted
only if every part finds no fault, the ranges cover all vertices, and all parts have read the same bytes
(proofs/completeness.md, section 7, "In parts").
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

_LEAST = 500
"""Vertices in a range: fewer would take less time than a task should."""

_PER_WORKER = 4


def check_in_parallel(
    path: str | Path, executor: Executor, workers: int, *, scale: int = 1
) -> tuple[int, str]:
    """Exit code and message, as `check.check_file` gives them; at fault is the first part that found one.

    A file with few vertices, without a readable header or with a partial list is checked as a whole.
    Each part may spend as much work as the whole may.
    """
    name, vertices = str(path), _vertices(path, scale)
    if vertices <= _LEAST:
        return check.check_file(name, scale)
    futures = [executor.submit(check.check_file, name, scale, range(0))]
    futures += [
        executor.submit(check.check_file, name, scale, part) for part in ranges(vertices, workers)
    ]
    results, _ = results_of(futures, lambda: _fault(futures), "try fewer workers")
    for code, message in results:
        if code != check.PART:
            return code, message
    digests = {message.rpartition(" ")[2] for _, message in results}
    if len(digests) != 1:
        return check.UNREADABLE, "UNREADABLE: the file was changed while it was read"
    statement, _, _ = futures[0].result()[1].rpartition("\n")
    return check.ACCEPTED, "ACCEPTED: " + statement.removeprefix(check.EXCEPT_POINTS)


def _fault(futures: Sequence[Future[tuple[int, str]]]) -> str | None:
    """Not None once one part has found a fault: the others need not end."""
    ended = (f for f in futures if f.done() and not f.cancelled() and f.exception() is None)
    return next(
        (message for code, message in (f.result() for f in ended) if code != check.PART), None
    )


def ranges(vertices: int, workers: int) -> list[range]:
    """Ranges that cover all vertices, some for each worker."""
    size = max(_LEAST, -(-vertices // (_PER_WORKER * workers)))
    return [range(a, min(a + size, vertices)) for a in range(0, vertices, size)]


def _vertices(path: str | Path, scale: int) -> int:
    """How many vertices the header announces, 0 if there is no telling."""
    try:
        with open(path, "rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            file: Any = gzip.GzipFile(fileobj=raw) if packed else raw
            count = check.Lines(file, check.MAX_BYTES * scale).next()["vertices"]
    except (check.Refused, OSError, EOFError, KeyError, TypeError, zlib.error):
        return 0
    return count if isinstance(count, int) else 0
