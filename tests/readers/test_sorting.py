"""Sorting: the right values, and exactly the stated hyperplanes."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.errors import InputError
from exactpoly.network import Network
from exactpoly.readers import operators as ops
from exactpoly.readers import sorting
from exactpoly.readers.exact_array import ExactArray
from exactpoly.readers.lowering import Graph
from tests.strategies import examples


def sorter(size: int, wanted: list[int]) -> Network:
    """The network of some of ``size`` sorted inputs."""
    graph = Graph()
    x = graph.input((size,))
    return graph.network(graph.tensor(sorting.sorted_over(graph, x, x.indices, wanted)), "sorted")


@pytest.mark.parametrize("size", range(1, 10))
def test_comparators_sort(size: int) -> None:
    """By the zero-one principle (Knuth 5.3.4, theorem Z) a network that sorts bits sorts all."""
    for wanted in [list(range(size)), *([place] for place in range(size))]:
        for bits in product((0, 1), repeat=size):
            line = list(bits)
            for stage in sorting.comparators(size, wanted):
                for low, high in stage:
                    line[low], line[high] = sorted((line[low], line[high]))
            assert [line[place] for place in wanted] == [sorted(bits)[place] for place in wanted]


def test_how_many_comparators() -> None:
    counts = [sum(map(len, sorting.comparators(n, range(n)))) for n in range(1, 9)]
    assert counts == [0, 1, 3, 5, 9, 12, 16, 19]  # Knuth 5.3.4, table 1


@examples(60)
@given(st.data())
def test_sorted_places(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 6))
    wanted = data.draw(st.lists(st.integers(0, size - 1), min_size=1, max_size=size))
    network = sorter(size, wanted)
    assert network.n_neurons <= sum(map(len, sorting.comparators(size, wanted)))
    for _ in range(4):
        point = data.draw(st.lists(st.integers(-2, 2), min_size=size, max_size=size))
        assert network.evaluate(point) == tuple(sorted(point)[place] for place in wanted)


@pytest.mark.parametrize("size", [2, 3, 4])
def test_a_whole_sort_is_cut_where_two_values_are_equal(size: int) -> None:
    """Its regions are the orders of the values, whatever the network of comparators."""
    assert ep.enumerate(sorter(size, list(range(size)))).f_vector[-1] == factorial(size)


def test_equal_forms_and_constants_need_no_unit() -> None:
    graph = Graph()
    x = graph.input((1,))
    parts = [
        x,
        ops.add_values(graph, x, ops.scalar(1)),
        ExactArray.of_fractions([Fraction(3)], (1,)),
    ]
    joined = ops.concatenate(graph, parts, 0)
    y = sorting.sorted_over(graph, joined, np.arange(3), [0, 1, 2])
    network = graph.network(graph.tensor(y), "sorted")
    for value in (-2, 2, Fraction(5, 2), 7):
        assert network.evaluate([value]) == tuple(sorted([value, value + 1, 3]))
    assert ep.enumerate(network).f_vector[0] == 2  # x = 3 and x + 1 = 3
    constant = sorting.sorted_over(
        graph, ExactArray.of_fractions([Fraction(n) for n in (3, 1, 2)], (3,)), np.arange(3), [0, 2]
    )
    assert isinstance(constant, ExactArray)
    assert constant.fractions() == [1, 3]


def test_a_single_extreme_is_the_tree_of_a_maximum() -> None:
    assert sorter(5, [4]).widths == (5, 2, 1, 1, 1)
    assert sorter(5, [0]).evaluate([3, 1, 2, 1, 5]) == (1,)


def test_places_that_are_not_there() -> None:
    with pytest.raises(InputError, match="no such place"):
        sorter(3, [3])
