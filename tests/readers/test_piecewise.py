"""Piecewise-linear operators: the right function, and exactly the stated hyperplanes.

Functions are compared with Python's own max and min over the rationals, on small integers (where ties and
kinks are) and at thirds.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.errors import InputError
from exactpoly.network import Network
from exactpoly.readers import operators as ops
from exactpoly.readers import piecewise, windows
from exactpoly.readers.activations import activation
from exactpoly.readers.affine import Affine
from exactpoly.readers.exact_array import ExactArray
from exactpoly.readers.lowering import Graph
from exactpoly.readers.operators import Value
from tests.strategies import examples

GRID = [Fraction(n, 3) for n in (-9, -6, -3, -2, -1, 0, 1, 2, 3, 6, 9, 18, 20)]


def constants(*values: object) -> ExactArray:
    """A vector of constants."""
    return ExactArray.of_fractions([Fraction(x) for x in values], (len(values),))  # type: ignore[arg-type]


def network_of(size: int, build: Callable[[Graph, Affine], Value]) -> Network:
    """The network of a function of a vector."""
    graph = Graph()
    return graph.network(graph.tensor(build(graph, graph.input((size,)))), "net")


def entrywise(
    build: Callable[[Graph, Affine], Value], function: Callable[[Fraction], Fraction]
) -> Network:
    """The network of one variable, checked against ``function`` on `GRID`."""
    network = network_of(1, build)
    for x in GRID:
        assert network.evaluate([x]) == (function(x),), x
    return network


def breakpoints(network: Network) -> int:
    """How many points of the line the complex has, which are the hyperplanes of one variable."""
    return ep.enumerate(network).f_vector[0]


def scalar(x: object) -> ExactArray:
    """One constant."""
    return ops.scalar(Fraction(x))  # type: ignore[arg-type]


ENTRYWISE: dict[
    str, tuple[Callable[[Graph, Affine], Value], Callable[[Fraction], Fraction], int, int]
] = {
    # name: (lowering, function, neurons, breakpoints)
    "abs": (piecewise.absolute, abs, 1, 1),
    "prelu": (
        lambda g, x: piecewise.slopes(g, x, scalar("1/7")),
        lambda x: max(x, Fraction(0)) + min(x, Fraction(0)) / 7,
        1,
        1,
    ),
    "slope one": (lambda g, x: piecewise.slopes(g, x, scalar(1)), lambda x: x, 0, 0),
    "clip": (
        lambda g, x: piecewise.clip(g, x, scalar(-1), scalar("2/3")),
        lambda x: min(max(x, Fraction(-1)), Fraction(2, 3)),
        2,
        2,
    ),
    "clip from below": (
        lambda g, x: piecewise.clip(g, x, scalar(1), None),
        lambda x: max(x, Fraction(1)),
        1,
        1,
    ),
    "clip from above": (
        lambda g, x: piecewise.clip(g, x, None, scalar(1)),
        lambda x: min(x, Fraction(1)),
        1,
        1,
    ),
    "clip to a point": (
        lambda g, x: piecewise.clip(g, x, scalar(2), scalar(2)),
        lambda x: Fraction(2),
        0,
        0,
    ),
    "clip the wrong way round": (
        lambda g, x: piecewise.clip(g, x, scalar(3), scalar(2)),
        lambda x: Fraction(2),
        0,
        0,
    ),
    "hard sigmoid": (
        lambda g, x: piecewise.affine_then_clip(g, x, Fraction(1, 6), Fraction(1, 2)),
        lambda x: min(max(x / 6 + Fraction(1, 2), Fraction(0)), Fraction(1)),
        2,
        2,
    ),
    "threshold": (
        lambda g, x: piecewise.threshold(g, x, Fraction(1, 3), Fraction(1, 3)),
        lambda x: max(x, Fraction(1, 3)),
        1,
        1,
    ),
    "soft shrink": (
        lambda g, x: piecewise.soft_shrink(g, x, Fraction(1), Fraction(1)),
        lambda x: max(x - 1, Fraction(0)) + min(x + 1, Fraction(0)),
        2,
        2,
    ),
    "maximum with itself": (lambda g, x: piecewise.maximum(g, x, x), lambda x: x, 0, 0),
    "maximum with its shift": (
        lambda g, x: piecewise.maximum(g, x, ops.add_values(g, x, scalar(2))),
        lambda x: x + 2,
        0,
        0,
    ),
    "maximum with what lies below it": (
        lambda g, x: piecewise.maximum(g, ops.add_values(g, x, scalar(2)), x),
        lambda x: x + 2,
        0,
        0,
    ),
    "where in thirds and halves": (
        lambda g, x: piecewise.select(
            g,
            piecewise.compare_values(
                g, ops.multiply_values(x, scalar("1/3")), scalar("1/3"), strict=True
            ),
            ops.multiply_values(x, scalar("1/2")),
            ops.add_values(g, ops.multiply_values(x, scalar("-1/4")), scalar("3/4")),
        ),
        lambda x: x / 2 if x > 1 else Fraction(3, 4) - x / 4,
        1,
        1,
    ),
    "minimum": (
        lambda g, x: piecewise.minimum(g, ops.negate(x), ops.add_values(g, x, scalar(2))),
        lambda x: min(-x, x + 2),
        1,
        1,
    ),
    "where": (
        lambda g, x: piecewise.select(
            g,
            piecewise.compare_values(g, x, scalar(1), strict=True),
            ops.multiply_values(x, scalar(3)),
            ops.add_values(g, x, scalar(2)),
        ),
        lambda x: 3 * x if x > 1 else x + 2,
        1,
        1,
    ),
    "where both sides agree": (
        lambda g, x: piecewise.select(
            g, piecewise.compare_values(g, x, scalar(1), strict=True), x, x
        ),
        lambda x: x,
        0,
        0,
    ),
}


@pytest.mark.parametrize("name", ENTRYWISE)
def test_entrywise_functions_and_their_breakpoints(name: str) -> None:
    build, function, neurons, points = ENTRYWISE[name]
    network = entrywise(build, function)
    assert network.n_neurons == neurons
    assert breakpoints(network) == points


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("relu", lambda x: max(x, 0)),
        ("relu6", lambda x: min(max(x, 0), 6)),
        ("abs", abs),
        ("hardtanh", lambda x: min(max(x, -1), 1)),
        ("hardsigmoid", lambda x: min(max(x / 6 + Fraction(1, 2), 0), 1)),
        ("identity", lambda x: x),
        ("leaky_relu:0.01", lambda x: max(x, x / 100)),
        ("softshrink:1/2", lambda x: max(x - Fraction(1, 2), 0) + min(x + Fraction(1, 2), 0)),
        ("threshold:2", lambda x: max(x, 2)),
    ],
)
def test_named_activations(name: str, function: Callable[[Fraction], Fraction]) -> None:
    entrywise(activation(name), function)


@pytest.mark.parametrize("name", ["tanh", "leaky_relu", "relu:1", "leaky_relu:x", "", ":", "abs:2"])
def test_activations_that_are_none(name: str) -> None:
    if not name:
        entrywise(activation(name), lambda x: max(x, Fraction(0)))
        return
    with pytest.raises(InputError, match="activation"):
        activation(name)


@pytest.mark.parametrize(
    "build",
    [
        lambda g, x: piecewise.threshold(g, x, Fraction(1), Fraction(0)),
        lambda g, x: piecewise.soft_shrink(g, x, Fraction(1), Fraction(0)),
        lambda g, x: piecewise.select(
            g, piecewise.compare_values(g, x, scalar(1), strict=True), x, scalar(0)
        ),
        lambda g, x: piecewise.select(
            g,
            piecewise.compare_values(g, x, scalar(0), strict=True),
            scalar(1),
            scalar(-1),
        ),
    ],
)
def test_functions_that_jump_are_refused(build: Callable[[Graph, Affine], Value]) -> None:
    with pytest.raises(InputError, match="jumps"):
        network_of(1, build)


def test_a_condition_on_the_input_may_be_turned_round() -> None:
    def build(graph: Graph, x: Affine) -> Value:
        positive = piecewise.compare_values(graph, x, scalar(0), strict=False)
        assert isinstance(positive, piecewise.Comparison)
        return piecewise.select(graph, positive.negated(), ops.negate(x), x)

    assert entrywise(build, abs).n_neurons == 1


def test_a_condition_that_is_constant_after_all() -> None:
    def build(graph: Graph, x: Affine) -> Value:
        silent = graph.tensor(ops.multiply_values(x, constants(0, 0, 1)))
        where = piecewise.compare_values(graph, silent, constants(0, -1, 0), strict=True)
        return piecewise.select(graph, where, x, constants(5, 5, 0))

    network = network_of(3, build)
    assert network.evaluate([7, 7, 7]) == (5, 7, 7)
    assert network.evaluate([7, 7, -7]) == (5, 7, 0)
    assert network.n_neurons == 1


def test_a_window_is_a_balanced_tree_of_neighbours() -> None:
    network = network_of(5, lambda g, x: piecewise.maximum_over(g, x, np.array([[0, 1, 2, 3, 4]])))
    assert network.widths == (5, 2, 1, 1, 1)
    # The first layer compares the first with the second, the third with the fourth.
    rows = [
        row
        for row, kind in zip(network.layers[0].weight, network.layers[0].relu, strict=True)
        if kind
    ]
    assert rows == [(1, -1, 0, 0, 0), (0, 0, 1, -1, 0)]
    for point in product((-1, 0, 2), repeat=5):
        assert network.evaluate(point) == (max(point),)


def test_windows_share_their_pairs() -> None:
    shared = np.array([[0, 1], [0, 1], [1, 0]])
    network = network_of(2, lambda g, x: piecewise.maximum_over(g, x, shared))
    assert network.n_neurons == 2  # (0, 1) and (1, 0) are two pairs
    assert network.evaluate([3, 5]) == (5, 5, 5)


def test_two_choices_of_tree_give_two_complexes_of_one_function() -> None:
    ours = network_of(3, lambda g, x: piecewise.maximum_over(g, x, np.array([[0, 1, 2]])))
    other = network_of(3, lambda g, x: piecewise.maximum_over(g, x, np.array([[1, 2, 0]])))
    for point in product((-1, 0, 2), repeat=3):
        assert ours.evaluate(point) == other.evaluate(point)
    assert ep.enumerate(ours).f_vector == ep.enumerate(other).f_vector
    three = ep.enumerate(ours)
    assert three.f_vector[-1] == 4  # one pair, then its winner against the third


@examples(40)
@given(st.data())
def test_maximum_over_windows_with_padding(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 6))
    kernel, stride, dilation = (data.draw(st.integers(1, 3)) for _ in range(3))
    padding = data.draw(st.integers(0, kernel // 2))
    span = dilation * (kernel - 1) + 1
    if size + 2 * padding < span:
        return
    graph = Graph()
    x = graph.input((1, 1, size))
    grid = windows.max_windows(x, [kernel], [stride], [(padding, padding)], [dilation])
    if not (grid >= 0).any(axis=-1).all():
        with pytest.raises(InputError, match="no entries"):
            piecewise.maximum_over(graph, x, grid)
        return
    network = graph.network(graph.tensor(piecewise.maximum_over(graph, x, grid)), "pool")
    point = data.draw(st.lists(st.integers(-2, 2), min_size=size, max_size=size))
    padded = [None] * padding + point + [None] * padding
    expected = []
    for start in range(0, len(padded) - span + 1, stride):
        window = [v for v in padded[start : start + span : dilation] if v is not None]
        expected.append(max(window))
    assert network.evaluate(point) == tuple(expected)


@examples(40)
@given(st.data())
def test_transposed_convolution_is_the_transpose(data: st.DataObject) -> None:
    """`<conv x, y> = <x, conv^T y>` for every x and y, which names the transpose."""
    kernel, stride, dilation = (data.draw(st.integers(1, 3)) for _ in range(3))
    padding = data.draw(st.integers(0, dilation * (kernel - 1)))
    groups = data.draw(st.sampled_from([1, 2]))
    size = data.draw(st.integers(1, 4))
    seed = data.draw(st.integers(0, 10**6))
    random = np.random.default_rng(seed)
    weight = random.integers(-2, 3, (2, 2 // groups, kernel))
    exact = ExactArray(weight.astype(object))
    whole = (size - 1) * stride + dilation * (kernel - 1) + 1 - 2 * padding
    if whole < 1:
        return
    common = {"stride": [stride], "padding": [(padding, padding)], "dilation": [dilation]}

    graph = Graph()
    up = windows.convolve_transposed(
        graph.input((1, 2, size)), exact, groups=groups, extra=[0], **common
    )
    graph_up = graph.network(up, "up")
    graph = Graph()
    down = windows.convolve(graph.input((1, 2, whole)), exact, groups=groups, **common)
    if down.shape != (1, 2, size):
        return
    graph_down = graph.network(down, "down")
    assert (
        np.array(graph_up.layers[0].weight).T.tolist()
        == np.array(graph_down.layers[0].weight).tolist()
    )


@pytest.mark.parametrize(
    ("equation", "left", "right"),
    [
        ("bi,oi->bo", (2, 3), (4, 3)),
        ("bi,io", (2, 3), (3, 4)),
        ("bij,jk->bik", (1, 2, 3), (3, 2)),
        ("bi,j->bij", (1, 2), (3,)),
        ("bi,bi->b", (2, 3), (2, 3)),
    ],
)
def test_einsum(equation: str, left: tuple[int, ...], right: tuple[int, ...]) -> None:
    random = np.random.default_rng(1)
    weight = random.integers(-3, 4, right)
    point = random.integers(-3, 4, left)
    expected = np.einsum(equation, point, weight).ravel().tolist()

    for swapped in (False, True):
        graph = Graph()
        x = graph.input(left)
        factor = ExactArray(weight.astype(object))
        first, _, rest = equation.partition(",")
        second, arrow, out = rest.partition("->")
        turned = f"{second},{first}{arrow}{out}"
        y = ops.einsum(turned, factor, x) if swapped else ops.einsum(equation, x, factor)
        network = graph.network(graph.tensor(y), "einsum")
        assert list(network.evaluate(point.ravel().tolist())) == expected
    with pytest.raises(InputError, match="equation"):
        ops.einsum("ii,i->i", Graph().input((2, 2)), constants(1, 2))
    with pytest.raises(InputError, match="not piecewise affine"):
        ops.einsum("i,i->", Graph().input((2,)), Graph().input((2,)))
