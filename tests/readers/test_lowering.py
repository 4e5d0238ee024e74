"""Lowering: forms compose exactly, and skips or slopes add linear units but never a neuron."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactpoly.errors import InputError, InternalError
from exactpoly.readers import affine, operators, piecewise, windows
from exactpoly.readers.affine import combine, take
from exactpoly.readers.exact_array import ExactArray, exact_array
from exactpoly.readers.lowering import Graph
from exactpoly.readers.samples import sample_points
from exactpoly.readers.verify import compare, evaluate_many
from tests.strategies import examples, networks


def matrix(rows: list[list[object]]) -> ExactArray:
    """A constant matrix of exact numbers."""
    flat = [Fraction(x) for row in rows for x in row]  # type: ignore[arg-type]
    return ExactArray.of_fractions(flat, (len(rows), len(rows[0])))


def vector(*values: object) -> ExactArray:
    """A constant vector of exact numbers."""
    return ExactArray.of_fractions([Fraction(x) for x in values], (len(values),))  # type: ignore[arg-type]


def test_perceptron_keeps_its_weights() -> None:
    graph = Graph()
    x = graph.input((1, 2))
    h = graph.relu(operators.matmul(x, matrix([["1/3", 0, 2], [0, 0, -1]])))
    network = graph.network(operators.matmul(h, matrix([[1], [2], [3]])), "net")
    first, last = network.layers
    assert first.weight == ((Fraction(1, 3), 0), (0, 0), (2, -1))
    assert first.relu == (True, True, True)
    assert last.weight == ((1, 2, 3),)
    assert last.relu == (False,)


def test_final_relu_adds_no_layer() -> None:
    graph = Graph()
    network = graph.network(graph.relu(graph.input((3,))), "relu")
    assert [layer.relu for layer in network.layers] == [(True, True, True)]


@pytest.mark.parametrize(
    ("slope", "neurons"),
    [(Fraction(1), 0), (Fraction(0), 2), (Fraction(1, 7), 2), (Fraction(-1), 2)],
)
def test_leaky_relu_has_one_hyperplane_a_unit(slope: Fraction, neurons: int) -> None:
    graph = Graph()
    z = operators.matmul(graph.input((1, 2)), matrix([[1, 2], [3, "1/2"]]))
    network = graph.network(piecewise.slopes(graph, z, operators.scalar(slope)), "leaky")
    assert network.n_neurons == neurons
    for x, y in ((1, 1), (-2, 1), (3, -1), (0, 0)):
        values = (x + 3 * y, 2 * x + Fraction(y, 2))
        assert network.evaluate([x, y]) == tuple(max(v, 0) + slope * min(v, 0) for v in values)


def test_skip_over_two_levels_carries_the_fewer_units() -> None:
    graph = Graph()
    x = graph.input((1, 5))
    stem = operators.matmul(x, matrix([[1, 0], [0, 1], [1, 1], [2, 1], [0, 3]]))
    h = graph.relu(operators.matmul(stem, matrix([[1, 2, 3], [4, 5, 6]])))
    h = graph.relu(operators.matmul(h, matrix([[1, 0], [1, -1], [0, 1]])))
    network = graph.network(operators.add_values(graph, stem, h), "skip")
    assert [layer.relu for layer in network.layers] == [
        (True, True, True, False, False),
        (True, True, False, False),
        (False, False),
    ]
    assert network.n_neurons == 5
    a, b = 1 + 3 + 8, 2 + 3 + 4 + 15
    u = [max(0, a * p + b * q) for p, q in ((1, 4), (2, 5), (3, 6))]
    assert network.evaluate([1, 2, 3, 4, 5]) == (
        a + max(0, u[0] + u[1]),
        b + max(0, u[2] - u[1]),
    )


def test_linear_units_that_nobody_reads_are_left_out() -> None:
    graph = Graph()
    x = graph.input((2,))
    z = operators.matmul(x, matrix([[1, 1], [1, 2]]))
    leaky = piecewise.slopes(graph, z, operators.scalar(Fraction(1, 2)))
    assert isinstance(leaky, affine.Affine)
    network = graph.network(take(leaky, np.array([1])), "half")
    # Both ReLU units are neurons of the network, though the output reads one of them.
    assert network.layers[0].relu == (True, True, False)
    assert network.evaluate([1, -1]) == (Fraction(-1, 2),)


@examples(40)
@given(st.integers(0, 2**32 - 1))
def test_dense_and_sparse_composition_agree(seed: int) -> None:
    random = np.random.default_rng(seed)
    graph = Graph()
    inner = matrix(random.integers(-3, 4, (4, 5)).tolist())
    x = operators.add_values(
        graph, operators.matmul(graph.input((1, 4)), inner), vector(1, 2, 3, 4, "1/5")
    )
    terms = [
        (random.integers(0, 5, 4).tolist(), random.integers(-2, 3, 4).tolist()) for _ in range(3)
    ]
    sparse = affine._combine_sparse(x, terms)
    assert affine._combine_dense(x, terms) == sparse
    whole = combine(x, terms, 7, (3,))
    assert (whole.rows, whole.constants, whole.denominator) == (*sparse, 7 * x.denominator)


def test_repeated_positions_add_up() -> None:
    graph = Graph()
    x = combine(graph.input((2,)), [([0, 0, 1], [1, 2, 5])], 1, (1,))
    assert x.rows == [{0: 3, 1: 5}]


@pytest.mark.parametrize("ceil_mode", [False, True])
def test_pool_windows(ceil_mode: bool) -> None:
    found = windows.pool_windows(5, 2, 2, (1, 1), ceil_mode=ceil_mode)
    assert found == [(0, 1, 2), (1, 3, 2), (3, 5, 2)]
    overhang = windows.pool_windows(4, 3, 2, (0, 0), ceil_mode=ceil_mode)
    assert overhang == ([(0, 3, 3), (2, 4, 2)] if ceil_mode else [(0, 3, 3)])


def test_products_of_values_are_refused() -> None:
    graph = Graph()
    x = graph.input((2,))
    with pytest.raises(InputError, match="not piecewise affine"):
        operators.multiply_values(x, x)
    with pytest.raises(InputError, match="division by zero"):
        operators.divide_values(x, vector(1, 0))
    with pytest.raises(InputError, match="broadcast"):
        operators.add_values(graph, x, vector(1, 2, 3))


@examples(40)
@given(networks())
def test_batched_evaluation_is_exact(network: object) -> None:
    points = sample_points(network.input_dimension)  # type: ignore[attr-defined]
    expected = [
        list(network.evaluate([Fraction(x) for x in point]))  # type: ignore[attr-defined]
        for point in points.tolist()
    ]
    assert evaluate_many(network, points) == expected  # type: ignore[arg-type]


def test_comparison_accepts_rounding_and_nothing_more() -> None:
    random = np.random.default_rng(3)
    weight = random.standard_normal((4, 4))
    points = sample_points(4)

    def check(used: np.ndarray, given: np.ndarray) -> str:
        graph = Graph()
        output = operators.matmul(graph.input((1, 4)), exact_array(used, "w"))
        network = graph.network(output, "net")
        return compare(network, graph.noise, points, given, roundoff=2.0**-53, who="numpy").note()

    assert "largest deviation" in check(weight, points @ weight)
    with pytest.raises(InternalError, match="differ"):
        check(weight.T, points @ weight)
    nudged = weight.copy()
    nudged[2, 3] *= 1 + 1e-9
    with pytest.raises(InternalError, match="differ"):
        check(nudged, points @ weight)
    with pytest.raises(InternalError, match="shape"):
        check(weight, (points @ weight)[:, :3])
    with pytest.raises(InputError, match="no finite output"):
        check(weight, np.full((len(points), 4), np.nan))
