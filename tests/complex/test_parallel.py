"""Divided runs give the same complex whatever the number of parts and workers."""

from __future__ import annotations

from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.complex import divide, parallel, subdivide
from tests.complex.test_checkpoint import network
from tests.strategies import examples, networks_on_domains


class Here(Executor):
    """Runs every task at once in this process."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def cell_sets(complex_: ep.Complex) -> list[set[tuple[bytes, int]]]:
    result = []
    for k in range(complex_.dimension + 1):
        rows, sides = complex_.signs(k), complex_.sides(k)
        cells = [(row.tobytes(), int(side)) for row, side in zip(rows, sides, strict=True)]
        assert len(set(cells)) == len(cells), f"a {k}-cell stands twice"
        result.append(set(cells))
    return result


def assert_same(one: ep.Complex, other: ep.Complex) -> None:
    assert one.f_vector == other.f_vector
    assert cell_sets(one) == cell_sets(other)
    assert one.summary() == other.summary()
    assert np.array_equal(np.sort(one.facet_counts), np.sort(other.facet_counts))
    mine, theirs = one.adjacency(), other.adjacency()
    for graph, complex_ in ((mine, one), (theirs, other)):
        graph.graph["edges"] = {
            frozenset(complex_.region_rows[i].tobytes() for i in edge) for edge in graph.edges
        }
    assert mine.graph == theirs.graph


@examples(60)
@given(networks_on_domains(), st.integers(1, 5), st.integers(0, 60))
def test_any_division_of_any_network(
    drawn: tuple[ep.Network, ep.Domain], parts: int, cells: int
) -> None:
    net, domain = drawn
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parallel, "_CELLS_BEFORE_DIVIDING", cells)
        divided = ep.enumerate(net, domain=domain, executor=Here(), parts=parts)
    assert_same(divided, ep.enumerate(net, domain=domain))


def test_equal_hashes_do_not_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a hash under which everything collides the rows themselves are compared."""
    rows = np.array([[1, -1, 1, 0], [0, 0, 0, 1]], np.int8)
    sides = np.array([0, 0, 0, 0], np.uint32)
    expected = [0, 1, 0, 3]
    assert divide._first_equal(rows, sides).tolist() == expected

    class Zero:
        def integers(self, *_: object, **__: object) -> np.ndarray:
            return np.zeros(3, np.uint64)

    monkeypatch.setattr(divide.np.random, "default_rng", lambda _: Zero())
    # All multipliers are 1 now: columns 0 and 3 collide though they differ.
    assert divide._first_equal(rows, sides).tolist() == expected


def test_process_pool() -> None:
    net = network((3, 16, 16, 1))
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        divided = ep.enumerate(net, executor=pool, parts=3)
    whole = ep.enumerate(net)
    assert_same(divided, whole)
    assert divided.region(5).volume == divided.region(5).volume


class Never(Executor):
    """Takes tasks and does none."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        return Future()


def test_a_limit_leaves_the_complex_of_the_neurons_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "_CELLS_BEFORE_DIVIDING", 100)
    asked = iter([False] * 8 + [True] * 99)
    net = network((2, 8, 8, 1))
    partial = ep.enumerate(net, executor=Never(), parts=2, interrupted=lambda: next(asked))
    assert not partial.complete
    assert partial.stopped == "interrupted"
    partial.summary().check()
    assert partial.f_vector == ep.enumerate(partial.network).f_vector


def test_a_part_obeys_the_limit_of_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "_CELLS_BEFORE_DIVIDING", 100)
    net = network((2, 8, 8, 1))
    cells = sum(ep.enumerate(net).f_vector)
    partial = ep.enumerate(net, executor=Here(), parts=1, limits=ep.Limits(max_cells=cells // 2))
    assert not partial.complete
    assert "max_cells" in str(partial.stopped)
    assert partial.f_vector == ep.enumerate(partial.network).f_vector


def test_checkpoints_and_division_exclude_each_other() -> None:
    with pytest.raises(ep.InputError, match="checkpoint"):
        ep.enumerate(network(), executor=Here(), checkpoint="somewhere")


def stopped(net: ep.Network, domain: ep.Domain, questions: int) -> subdivide.Subdivision:
    """A run that is asked as often as can be, and told to stop after so many questions."""
    left = questions

    def should_stop(run: subdivide.Subdivision) -> str | None:
        nonlocal left
        left -= 1
        return "enough" if left < 0 else None

    run = subdivide.Subdivision(net, domain)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subdivide, "_LOOK", -1.0)
        run.run(should_stop=should_stop)
    return run


def assert_goes_on(net: ep.Network, domain: ep.Domain, questions: int) -> None:
    """Signs of vertices that were not decided when the run stopped are decided later."""
    partial = ep.Complex(stopped(net, domain, questions))
    partial.summary().check()
    assert partial.f_vector == ep.enumerate(partial.network, domain=domain).f_vector
    run = stopped(net, domain, questions)
    run.run()
    assert_same(ep.Complex(run), ep.enumerate(net, domain=domain))


@examples(60)
@given(networks_on_domains(), st.integers(0, 60))
def test_any_run_stopped_in_the_middle_of_a_neuron_goes_on(
    drawn: tuple[ep.Network, ep.Domain], questions: int
) -> None:
    assert_goes_on(*drawn, questions)


@pytest.mark.parametrize("questions", range(8, 24))
def test_a_run_stopped_in_the_middle_of_a_neuron_goes_on(questions: int) -> None:
    net = network((2, 8, 8, 1))
    assert_goes_on(net, ep.Domain.space(2), questions)


@pytest.mark.parametrize("cells", [20, 40, 80, 160, 320])
def test_a_run_divided_in_the_middle_of_a_neuron(
    monkeypatch: pytest.MonkeyPatch, cells: int
) -> None:
    monkeypatch.setattr(subdivide, "_LOOK", -1.0)
    monkeypatch.setattr(parallel, "_CELLS_BEFORE_DIVIDING", cells)
    net = network((2, 8, 8, 1))
    divided = ep.enumerate(net, executor=Here(), parts=3)
    assert_same(divided, ep.enumerate(net))
