"""Counts that are stopped at any moment are gone on with, and end with the same sums."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.complex import compiled, counts
from exactpoly.complex.checkpoint import load_checkpoint, save_checkpoint
from exactpoly.complex.compiled import Incomplete, count_cells
from exactpoly.complex.counts import CountCheckpoint, Counts, is_count_checkpoint
from exactpoly.complex.kernel import library
from exactpoly.complex.subdivide import Subdivision
from exactpoly.errors import ExactpolyWarning
from tests.complex.test_checkpoint import network
from tests.strategies import examples, networks_on_domains

pytestmark = pytest.mark.skipif(library.kernel() is None, reason="needs the compiled engine")


def assert_same(one: Counts, other: Counts) -> None:
    assert np.array_equal(one.growth, other.growth)
    mine, theirs = ({**vars(x), "growth": None} for x in (one, other))
    assert mine == theirs


def in_pieces(
    net: ep.Network, domain: ep.Domain, path: Path, workers: int, target: int, looks: int
) -> tuple[Counts, int]:
    """Stopped again and again, after so many chunks each time, until a run comes to the end."""
    stops = 0
    while True:
        left = looks + stops

        def should_stop(cells: int) -> str | None:
            nonlocal left
            left -= 1
            return "enough" if left < 0 else None

        try:
            found = count_cells(
                net,
                domain,
                workers=workers,
                target=target,
                should_stop=should_stop,
                checkpoint=path,
                checkpoint_seconds=0.0,
            )
        except Incomplete:
            stops += 1
        else:
            return found, stops


@pytest.mark.filterwarnings("ignore:.*nothing to keep yet")
@examples(30)
@given(networks_on_domains(), st.integers(1, 2), st.integers(5, 60))
def test_any_count_in_pieces(
    tmp_path_factory: pytest.TempPathFactory,
    drawn: tuple[ep.Network, ep.Domain],
    workers: int,
    target: int,
) -> None:
    net, domain = drawn
    path = tmp_path_factory.mktemp("kept") / "kept"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiled, "_next_size", lambda size, seconds, least: least)
        found, _ = in_pieces(net, domain, path, workers, target, 1)
    assert_same(found, count_cells(net, domain, target=target))
    assert not path.exists()


@pytest.mark.filterwarnings("ignore:.*nothing to keep yet")
@pytest.mark.parametrize("workers", [1, 2])
def test_a_count_in_many_pieces(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, workers: int
) -> None:
    monkeypatch.setattr(compiled, "_next_size", lambda size, seconds, least: least)
    net, domain, path = network((3, 8, 8, 1)), ep.Domain.space(3), tmp_path / "kept"
    found, stops = in_pieces(net, domain, path, workers, 100, 3)
    assert stops > 1
    assert_same(found, count_cells(net, domain, target=100))


def stopped(net: ep.Network, path: Path, monkeypatch: pytest.MonkeyPatch) -> Counts:
    """Stop as soon as some chunks are done, which the file then says; gives the counts found."""
    monkeypatch.setattr(compiled, "_next_size", lambda size, seconds, least: least)
    kept: list[int] = []
    keep = CountCheckpoint.keep

    def noted(self: CountCheckpoint, done: int, counts: Counts) -> None:
        kept.append(done)
        keep(self, done, counts)

    monkeypatch.setattr(CountCheckpoint, "keep", noted)
    with pytest.raises(Incomplete) as stop:
        count_cells(
            net,
            ep.Domain.space(3),
            target=100,
            should_stop=lambda cells: "enough" if kept else None,
            checkpoint=path,
        )
    monkeypatch.setattr(CountCheckpoint, "keep", keep)
    assert kept[0] > 0
    return stop.value.counts


def test_a_run_that_is_stopped_in_its_first_layer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It keeps nothing, says so, and takes nothing away from what a run before it kept."""
    path, net, space = tmp_path / "kept", network((3, 8, 8, 1)), ep.Domain.space(3)

    def stop_at_once() -> None:
        with pytest.raises(Incomplete, match="at once"):
            count_cells(
                net, space, target=100, should_stop=lambda cells: "at once", checkpoint=path
            )

    with pytest.warns(ExactpolyWarning, match="nothing to keep yet"):
        stop_at_once()
    assert is_count_checkpoint(path)
    whole = count_cells(net, space, target=100)
    assert_same(count_cells(net, space, target=100, checkpoint=path), whole)
    assert not path.exists()
    stopped(net, path, monkeypatch)
    good = path.read_bytes()
    stop_at_once()
    assert path.read_bytes() == good
    assert_same(count_cells(net, space, target=100, checkpoint=path), whole)
    assert not path.exists()


def test_what_is_not_this_run_s_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path, net, space = tmp_path / "kept", network((3, 8, 8, 1)), ep.Domain.space(3)
    stopped(net, path, monkeypatch)
    good = path.read_bytes()
    with pytest.raises(ep.InputError, match="checkpoint's network is"):
        count_cells(network((3, 8, 8, 1), 2), space, target=100, checkpoint=path)
    with pytest.raises(ep.InputError, match="checkpoint's domain is"):
        count_cells(net, ep.Domain.box(3, -1, 1), target=100, checkpoint=path)
    with pytest.raises(ep.InputError, match="checkpoint's engine is"):
        count_cells(net, space, target=90, checkpoint=path)
    with pytest.raises(ep.InputError, match="a checkpoint of counts"):
        ep.enumerate(net, checkpoint=path)
    for place in (3, 70, len(good) // 2, len(good) - 2):
        bad = bytearray(good)
        bad[place] ^= 1
        path.write_bytes(bytes(bad))
        with pytest.raises(ep.InputError, match="seal is broken"):
            count_cells(net, space, target=100, checkpoint=path)
    path.write_bytes(good)
    assert_same(
        count_cells(net, space, target=100, checkpoint=path), count_cells(net, space, target=100)
    )
    assert not path.exists()


@pytest.mark.parametrize(
    "text",
    [b"{}", b"{", b"[]", b'{"counts": {"f_vector": 1}}', b'{"counts": 7, "done": 1, "chunks": 1}'],
)
def test_what_is_sealed_and_no_checkpoint_is_refused(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "kept"
    path.write_bytes(sha256(text).hexdigest().encode() + b"\n" + text)
    with pytest.raises(ep.InputError, match="not a checkpoint of counts"):
        count_cells(network((3, 8, 8, 1)), ep.Domain.space(3), target=100, checkpoint=path)


def test_what_cannot_be_written_is_a_warning(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(path: Path, content: bytes) -> None:
        raise ep.InputError(f"{path}: cannot be written (No space left on device)")

    monkeypatch.setattr(counts, "write_whole", full)
    with pytest.warns(ExactpolyWarning, match=r"no checkpoint: .*No space left"):
        found = stopped(network((3, 8, 8, 1)), tmp_path / "kept", monkeypatch)
    assert found.f_vector[-1] > 0


def test_both_kinds_of_checkpoint_are_told_apart(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    net, path = network((3, 8, 8, 1)), tmp_path / "kept"
    stopped(net, path, monkeypatch)
    assert is_count_checkpoint(path)
    run = Subdivision(net, ep.Domain.space(3))
    run.run(should_stop=lambda run: "enough" if run.done == 5 else None)
    save_checkpoint(run, path)
    assert not is_count_checkpoint(path)
    assert load_checkpoint(net, ep.Domain.space(3), path).done == 5
