"""The rounded values of a deep network, whose exact ones have very long denominators."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from exactpoly.readers.verify import _trace
from tests.strategies import examples

WEIGHTS = st.floats(-2, 2, width=32)


@given(st.lists(st.tuples(WEIGHTS, WEIGHTS), min_size=60, max_size=60), st.floats(-4, 4, width=16))
@examples(20)
def test_values_of_a_deep_network(layers: list[tuple[float, float]], point: float) -> None:
    network = Network(tuple(Layer.of([[w]], [b]) for w, b in layers))
    outputs, rounded = _trace(network, np.array([[point]]))
    exact = network.preactivations([Fraction(point)])
    assert outputs == [[network.evaluate([Fraction(point)])[0]]]
    for value, found in zip(exact, rounded, strict=True):
        assert np.isclose(float(value), found[0, 0], rtol=1e-15, atol=0) or abs(value) < 2.0**-1000
