"""A proposed answer becomes an answer when the checker of certificates accepts it.

The search for a proof uses floating point; nothing it says is believed before the checker, which
computes in integers alone, has accepted the tree.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path

from exactpoly.arithmetic.digits import any_digits
from exactpoly.certificate import check_property
from exactpoly.errors import InternalError
from exactpoly.properties.answer import Answer
from exactpoly.properties.prove import facts_of
from exactpoly.readers.vnnlib import VnnlibProperty
from exactpoly.running.executors import results_of
from exactpoly.running.run import Run

__all__ = ["check_property_file", "confirm", "is_about", "is_property_certificate"]

_MARK = b'"format":"exactpoly-property"'
_PARTS_PER_WORKER = 3
_WORTH = 400
"""Tokens of trees from which on workers share a check."""
_GRACE = 1.0
"""Seconds after a limit that the check of certified bounds may take."""
_FINEST = 4_000
"""Bits that hold every float64, those next to 0 too."""


class _Interrupted(Exception):
    pass


def confirm(answer: Answer, run: Run | None = None) -> Answer:
    """The same answer, accepted by the checker; ``"partial"`` where a limit ends the check.

    ``run``: its workers share the check of a large tree. Where rounding at the proposed scale is too
    coarse, finer scales are tried. Raises `InternalError` if the checker does not accept the tree then.
    """
    run = run or Run()
    until = time.monotonic() + _GRACE if answer.partial else 0.0

    def stop() -> str | None:
        reason = run.reason()
        return reason if time.monotonic() > until else None

    if not answer.facts:
        return answer
    with any_digits():
        for bits in (answer.bits, 2 * answer.bits + 64, _FINEST):
            answer.bits = bits
            try:
                code, reason = _checked(answer, run, stop)
            except _Interrupted as ended:
                answer.stopped = f"{ended}, while the proof was checked"
                answer.verdict = answer.details["verdict"] = "partial"
                answer.details["checked"] = "no: bounds are proposed"
                return answer
            if code in (check_property.ACCEPTED, check_property.PARTIAL):
                return answer
            if code != check_property.REJECTED:
                break
    raise InternalError(f"the checker does not accept the proof that was found ({reason})")


def _checked(answer: Answer, run: Run, stop: Callable[[], str | None]) -> tuple[int, str]:
    """Exit code and message of the checker; raises `_Interrupted`."""
    text = json.dumps(answer.lines())
    if run.executor is not None and sum(map(len, answer.tree)) >= _WORTH:
        count = _PARTS_PER_WORKER * run.workers
        parts = [run.executor.submit(_check_text, text, (i, count)) for i in range(count)]
        results, reason = results_of(parts, stop, "try fewer workers")
        if reason is not None:
            raise _Interrupted(reason)
        return _verdict_of(results)

    def tick() -> None:
        reason = stop()
        if reason is not None:
            raise _Interrupted(reason)

    return _check_text(text, tick=tick)


def _check_text(
    text: str, part: tuple[int, int] = (0, 1), tick: Callable[[], None] | None = None
) -> tuple[int, str]:
    with any_digits():
        try:
            return check_property.check_lines(json.loads(text), [], part, tick)
        except check_property.Refused as refusal:
            code, reason = refusal.args
            return code, reason


def _verdict_of(parts: list[tuple[int, str]]) -> tuple[int, str]:
    """The first fault that a part has found, or what they prove together."""
    for code, message in parts:
        if code != check_property.PART:
            return code, message
    _, _, statement = parts[0][1].partition(check_property.PART_ONLY)
    partial = statement.startswith("PARTIAL")
    return check_property.PARTIAL if partial else check_property.ACCEPTED, statement


def is_property_certificate(path: str | Path) -> bool:
    """Whether a file is a certificate of a property rather than of a complex."""
    import gzip
    import zlib

    try:
        with open(path, "rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rb") if packed else open(path, "rb") as file:
            return _MARK in file.readline(1 << 26)
    except (OSError, EOFError, zlib.error):
        return False


def is_about(path: str, asked: VnnlibProperty) -> bool:
    """Whether a certificate that the checker accepts decides a property of one network.

    Its facts are all those of ``"unsat"``, or a point of one conjunction.
    """
    header = next(check_property.each_line(path, 1000))  # It was accepted, whatever its size.
    unsat, sat = json.loads(json.dumps(facts_of(asked.conjunctions, asked.outputs)))
    facts = header["facts"]
    points = [{**one, "at": []} for one in facts if "at" in one]
    one_network = len(header["about"]) == 1
    return one_network and (
        facts == unsat or (len(facts) == 1 and points != [] and points[0] in sat)
    )


def check_property_file(
    path: str,
    networks: list[str],
    executor: Executor | None = None,
    workers: int = 1,
    scale: int = 1,
) -> tuple[int, str]:
    """Exit code and message of the checker, its parts shared among workers."""
    if executor is None:
        return check_property.check_file(path, networks, scale=scale)
    count = _PARTS_PER_WORKER * workers
    futures = [
        executor.submit(check_property.check_file, path, networks, (i, count), scale)
        for i in range(count)
    ]
    results = [future.result() for future in futures]
    return _verdict_of(results)
