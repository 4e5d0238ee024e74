"""Counts from many workers are those of one run; a run that was stopped goes on to the same complex."""

from __future__ import annotations

from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.complex import elsewhere, subdivide
from exactpoly.complex.compiled import Incomplete, count_cells, count_chunks
from exactpoly.complex.counts import Counts
from exactpoly.complex.elsewhere import count_elsewhere
from exactpoly.complex.kernel import library
from exactpoly.errors import InternalError
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


needs_kernel = pytest.mark.skipif(library.kernel() is None, reason="needs the compiled engine")


def same_counts(one: Counts, other: Counts) -> bool:
    mine, theirs = ({**vars(x), "growth": x.growth.tolist()} for x in (one, other))
    return mine == theirs


@needs_kernel
@examples(60)
@given(networks_on_domains(), st.integers(1, 5), st.integers(1, 60))
def test_any_parts_of_any_network(
    drawn: tuple[ep.Network, ep.Domain], parts: int, target: int
) -> None:
    whole = count_cells(*drawn, target=target)
    assert same_counts(count_elsewhere(*drawn, Here(), parts, target=target), whole)


@needs_kernel
@pytest.mark.parametrize("parts", [1, 3, 1000])
def test_process_pool(parts: int) -> None:
    net, space = network((3, 16, 16, 1)), ep.Domain.space(3)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert same_counts(count_elsewhere(net, space, pool, parts), count_cells(net, space))


class Some(Here):
    """Does one task in three."""

    asked = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.asked += 1
        return super().submit(fn, *args, **kwargs) if self.asked % 3 == 1 else Future()


@needs_kernel
def test_a_limit_leaves_the_counts_of_the_tasks_done() -> None:
    net, space = network((3, 16, 16, 1)), ep.Domain.space(3)
    told: list[int] = []
    with pytest.raises(Incomplete) as stopped:
        count_elsewhere(
            net, space, Some(), 6, should_stop=lambda cells: "enough", progress=told.append
        )
    partial, whole = stopped.value.counts, count_cells(net, space)
    assert stopped.value.reason == "enough"
    assert 0 < partial.f_vector[-1] < whole.f_vector[-1]
    assert told[-1] == partial.f_vector[-1]


@needs_kernel
@pytest.mark.parametrize("parts", [1, 7])
def test_a_limit_of_cells(parts: int) -> None:
    net, space = network((3, 16, 16, 1)), ep.Domain.space(3)
    cells = sum(count_cells(net, space).f_vector)
    assert count_elsewhere(net, space, Here(), parts, max_cells=10 * cells).f_vector
    with pytest.raises(Incomplete, match="max_cells"):
        count_elsewhere(net, space, Here(), parts, max_cells=cells // 2)


@needs_kernel
def test_workers_of_another_version_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    net, space = network((3, 16, 16, 1)), ep.Domain.space(3)
    with pytest.raises(InternalError, match="other chunks"):
        count_chunks(net, space, 0, 1, chunks=3)
    monkeypatch.setattr(elsewhere, "fits", lambda *_: False)
    with pytest.raises(ep.InputError, match="no compiled engine"):
        count_elsewhere(net, space, Here(), 2)


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
