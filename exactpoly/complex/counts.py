"""Counts of a complex as sums over its chunks, and checkpoints of such a sum.

Each cell is owned by exactly one chunk (proofs/blocks.md, Theorem 3), so what some chunks count can be
kept, in a few kilobytes, and the others added at any later time: the sums are the same.
"""

from __future__ import annotations

import hashlib
import json
import time
import warnings
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from exactpoly.complex.oracle import SignStatistics
from exactpoly.domain import Domain
from exactpoly.errors import ExactpolyWarning, InputError
from exactpoly.network.network import Network
from exactpoly.running.files import check_input, write_whole

__all__ = ["CountCheckpoint", "Counts", "added", "difference", "is_count_checkpoint", "of_chunks"]

_FORMAT = "exactpoly-counts-1"
_SEAL_LENGTH = 64


@dataclass(frozen=True, eq=False)
class Counts:
    """What sums over all chunks tell of a complex; cells on `R^d` are those off infinity.

    ``f_vector``; ``facet_histogram``, ``facet_histogram_with_domain_boundary``: as in `Summary`;
    ``not_simple``: entry `k`: how many `k`-cells lie on more than `d - k` zero sets;
    ``face_pairs``: entry `k`: pairs of a `k`-cell and a `(k-1)`-cell in its closure, entry 0 is 0;
    ``growth``: int64 (neurons, d + 1): cells off the boundary of the domain that each neuron adds;
    ``statistics``: signs decided, those of cells in several chunks several times;
    ``blocks``, ``largest_block``: how many blocks were refined, cells of the largest one;
    ``chunk_regions``: regions in each chunk of the first layer's, or of its first part's (see
    `for_streaming`); empty if that was the only layer;
    ``not_simple_chunk``: the first chunk with a cell that ``not_simple`` counts, None if there is none.
    """

    f_vector: tuple[int, ...]
    facet_histogram: dict[int, int]
    facet_histogram_with_domain_boundary: dict[int, int]
    not_simple: tuple[int, ...]
    face_pairs: tuple[int, ...]
    growth: np.ndarray
    statistics: SignStatistics
    blocks: int
    largest_block: int
    chunk_regions: tuple[int, ...]
    not_simple_chunk: int | None


def added(one: Counts, other: Counts) -> Counts:
    """The counts of the chunks of both, which have none in common."""
    found = [x for x in (one.not_simple_chunk, other.not_simple_chunk) if x is not None]
    return Counts(
        _sum(one.f_vector, other.f_vector),
        _merged(one.facet_histogram, other.facet_histogram),
        _merged(
            one.facet_histogram_with_domain_boundary, other.facet_histogram_with_domain_boundary
        ),
        _sum(one.not_simple, other.not_simple),
        _sum(one.face_pairs, other.face_pairs),
        one.growth + other.growth,
        _statistics(one.statistics, other.statistics, 1),
        one.blocks + other.blocks,
        max(one.largest_block, other.largest_block),
        _sum(one.chunk_regions, other.chunk_regions),
        min(found, default=None),
    )


def of_chunks(counts: Counts, start: Counts) -> Counts:
    """Without what the first layer counted, which each run refines anew."""
    return replace(
        counts,
        growth=counts.growth - start.growth,
        statistics=_statistics(counts.statistics, start.statistics, -1),
        blocks=counts.blocks - start.blocks,
    )


def difference(after: Counts, before: Counts) -> Counts:
    """What was counted in between; ``blocks`` and what is said of chunks are those of ``after``."""

    def bars(one: dict[int, int], other: dict[int, int]) -> dict[int, int]:
        return {k: n - other.get(k, 0) for k, n in one.items() if n > other.get(k, 0)}

    def less(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(a - b for a, b in zip(one, other, strict=True))

    return replace(
        after,
        f_vector=less(after.f_vector, before.f_vector),
        facet_histogram=bars(after.facet_histogram, before.facet_histogram),
        facet_histogram_with_domain_boundary=bars(
            after.facet_histogram_with_domain_boundary, before.facet_histogram_with_domain_boundary
        ),
        not_simple=less(after.not_simple, before.not_simple),
        face_pairs=less(after.face_pairs, before.face_pairs),
        growth=after.growth - before.growth,
        statistics=_statistics(after.statistics, before.statistics, -1),
    )


def _sum(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(a + b for a, b in zip(one, other, strict=True))


def _merged(one: dict[int, int], other: dict[int, int]) -> dict[int, int]:
    return {k: one.get(k, 0) + other.get(k, 0) for k in sorted(one.keys() | other.keys())}


def _statistics(one: SignStatistics, other: SignStatistics, sign: int) -> SignStatistics:
    return SignStatistics(
        one.filter + sign * other.filter,
        one.separation + sign * other.separation,
        one.exact + sign * other.exact,
    )


def is_count_checkpoint(path: str | Path) -> bool:
    """Whether a file, which is there, is one that `CountCheckpoint` wrote."""
    check_input(path)
    with Path(path).open("rb") as file:
        return file.read(_SEAL_LENGTH + 2)[_SEAL_LENGTH:] == b"\n{"


class CountCheckpoint:
    """The counts of the chunks done so far in a file: sealed, and written whole or not at all.

    A file that cannot be written is a warning: the run and its result are worth more.
    """

    def __init__(
        self, path: Path, network: Network, domain: Domain, engine: str, seconds: float
    ) -> None:
        self.path = path
        self._about = {
            "format": _FORMAT,
            "network": network.digest,
            "domain": str(domain),
            "engine": engine,
        }
        self._seconds = seconds
        self._last = time.monotonic()
        self._state: dict[str, Any] = {"done": 0, "chunks": None, "counts": None}

    def load(self, chunks: int) -> tuple[int, Counts | None]:
        """How many of so many chunks are done, and their counts.

        Raises `InputError` where the file is damaged or about something else.
        """
        self._state["chunks"] = chunks
        if not self.path.exists():
            return 0, None
        check_input(self.path)
        mend = "delete it to start afresh"
        seal, _, text = self.path.read_bytes().partition(b"\n")
        if seal != _seal(text):
            raise InputError(
                f"{self.path}: not an undamaged checkpoint (its seal is broken); {mend}"
            )
        try:
            state = json.loads(text)
            kept, done, found = state["counts"], state["done"], state["chunks"]
            about = {key: state[key] for key in self._about}
            counts = None if kept is None else _from_json(kept)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise InputError(f"{self.path}: not a checkpoint of counts; {mend}") from error
        for key, value in {**self._about, "chunks": chunks}.items():
            given = {**about, "chunks": found}[key]
            if given != value and not (key == "chunks" and counts is None):
                raise InputError(
                    f"{self.path}: the checkpoint's {key} is {given}, this run's is {value}; {mend}"
                )
        if counts is None:
            return 0, None
        if done not in range(chunks + 1) or len(counts.chunk_regions) != chunks:
            raise InputError(f"{self.path}: not a checkpoint of this run; {mend}")
        self._state.update(done=done, counts=kept)
        return int(done), counts

    def keep(self, done: int, counts: Counts) -> None:
        """Take note of the chunks done, and write them now and then."""
        self._state.update(done=done, counts=_to_json(counts))
        if time.monotonic() - self._last >= self._seconds:
            self.write()

    def write(self) -> None:
        """Write what is noted; nothing noted leaves a file as it is that is there."""
        self._last = time.monotonic()
        if self._state["counts"] is None and self.path.exists():
            return
        if self._state["counts"] is None:
            warnings.warn(
                f"{self.path}: nothing to keep yet, the first layer was not finished",
                ExactpolyWarning,
                stacklevel=2,
            )
        text = json.dumps({**self._about, **self._state}, sort_keys=True).encode("ascii")
        try:
            write_whole(self.path, _seal(text) + b"\n" + text)
        except InputError as error:
            warnings.warn(f"no checkpoint: {error}", ExactpolyWarning, stacklevel=2)

    def remove(self) -> None:
        """The run has ended: the file is of no use any more."""
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            warnings.warn(
                f"{self.path}: is of no use any more and cannot be removed ({error.strerror})",
                ExactpolyWarning,
                stacklevel=2,
            )


def _seal(text: bytes) -> bytes:
    return hashlib.sha256(text).hexdigest().encode("ascii")


def _to_json(counts: Counts) -> dict[str, Any]:
    return {
        **asdict(counts),
        "growth": counts.growth.tolist(),
        "facet_histogram": sorted(counts.facet_histogram.items()),
        "facet_histogram_with_domain_boundary": sorted(
            counts.facet_histogram_with_domain_boundary.items()
        ),
    }


def _from_json(state: dict[str, Any]) -> Counts:
    d = len(state["f_vector"])
    return Counts(
        **{
            **state,
            **{
                name: tuple(state[name])
                for name in ("f_vector", "not_simple", "face_pairs", "chunk_regions")
            },
            "facet_histogram": dict(map(tuple, state["facet_histogram"])),
            "facet_histogram_with_domain_boundary": dict(
                map(tuple, state["facet_histogram_with_domain_boundary"])
            ),
            "growth": np.array(state["growth"], np.int64).reshape(-1, d),
            "statistics": SignStatistics(**state["statistics"]),
        }
    )
