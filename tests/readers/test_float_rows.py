"""Products with rounded weights, block by block, and that an import makes no dense copy of a layer."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactpoly.network import Layer
from exactpoly.readers import float_rows
from exactpoly.readers.float_rows import FloatRows
from exactpoly.readers.load import load
from tests.strategies import examples


@examples(60)
@given(st.data())
def test_products(data: st.DataObject) -> None:
    inputs, outputs, points = (data.draw(st.integers(1, 5)) for _ in range(3))
    numbers = st.sampled_from([Fraction(0), Fraction(0), Fraction(1), Fraction(-3, 4), Fraction(5)])
    matrix = data.draw(
        st.lists(
            st.lists(numbers, min_size=inputs, max_size=inputs), min_size=outputs, max_size=outputs
        )
    )
    layer = Layer.of(matrix, [Fraction(7)] * outputs)
    dense = np.array([[float(x) for x in row] for row in matrix])
    x = np.arange(points * inputs, dtype=np.float64).reshape(points, inputs)
    y = np.arange(points * outputs, dtype=np.float64).reshape(points, outputs)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(float_rows, "_BLOCK_ENTRIES", data.draw(st.integers(1, 30)))
        rows = FloatRows(layer)
        assert np.array_equal(rows.forward(x), x @ dense.T)
        assert np.array_equal(rows.absolute_forward(x), x @ np.abs(dense).T)
        assert np.array_equal(rows.backward(y), y @ dense)


def test_weights_beyond_float64_are_infinite() -> None:
    rows = FloatRows(Layer.of([[10**400, -(10**400)]]))
    assert np.isinf(rows.absolute_forward(np.array([[1.0, 1.0]]))).all()


def test_an_import_makes_no_dense_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")

    def refused(layer: Layer) -> np.ndarray:
        raise AssertionError(f"a dense copy of {layer!r}")

    monkeypatch.setattr(Layer, "float_weight", property(refused))
    monkeypatch.setattr(Layer, "numerators", property(refused))
    model = torch.nn.Sequential(
        torch.nn.Conv2d(1, 4, 3, padding=1),
        torch.nn.ReLU(),
        torch.nn.Conv2d(4, 4, 3, stride=2),
        torch.nn.ReLU(),
        torch.nn.Flatten(),
        torch.nn.Linear(324, 3),
    )
    network = load(model.eval(), input_shape=(1, 20, 20))
    assert [layer.outputs for layer in network.layers] == [1600, 324, 3]
