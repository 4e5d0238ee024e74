"""Float arrays become exactly the rationals that they are."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactpoly.errors import InputError
from exactpoly.network.layer import Layer
from exactpoly.readers.exact_array import exact_array, layer_from_arrays
from tests.strategies import examples


@examples(150)
@given(st.data(), st.sampled_from([np.float16, np.float32, np.float64]))
def test_every_finite_float_is_exact(data: st.DataObject, dtype: type) -> None:
    width = np.dtype(dtype).itemsize * 8
    floats = st.floats(width=width, allow_nan=False, allow_infinity=False)
    values = np.array(data.draw(st.lists(floats, max_size=6)), dtype=dtype)
    exact = exact_array(values, "w")
    assert exact.fractions() == [Fraction(x) for x in values.tolist()]
    assert all(type(x) is int for x in exact.numerators.tolist())


@pytest.mark.parametrize("dtype", [np.int8, np.uint64, np.int64])
def test_integers(dtype: type) -> None:
    top = int(np.iinfo(dtype).max)
    assert exact_array(np.array([0, 1, top], dtype=dtype), "w").fractions() == [0, 1, top]


def test_byte_order_and_rank_zero() -> None:
    assert exact_array(np.array([1.5], dtype=">f4"), "w").fractions() == [Fraction(3, 2)]
    assert exact_array(np.array(0.1), "w").fractions() == [Fraction(0.1)]
    assert exact_array(np.array(0.1), "w").scaled(2).fractions() == [2 * Fraction(0.1)]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_not_finite_is_refused_with_index(value: float) -> None:
    values = np.zeros((2, 3), dtype=np.float32)
    values[1, 2] = value
    with pytest.raises(InputError, match=r"fc\.weight\[1, 2\] is"):
        exact_array(values, "fc.weight")


@pytest.mark.parametrize("dtype", [np.complex64, bool, np.longdouble, object])
def test_other_dtypes_are_refused(dtype: type) -> None:
    with pytest.raises(InputError, match="dtype"):
        exact_array(np.ones(2, dtype=dtype), "w")


def test_layer_equals_the_one_made_of_fractions() -> None:
    random = np.random.default_rng(5)
    weight = random.standard_normal((3, 4)).astype(np.float32)
    bias = (random.standard_normal(3) * 1e-9).astype(np.float64)
    assert layer_from_arrays(weight, bias, relu=True, name="w") == Layer.of(weight, bias)
    with pytest.raises(InputError, match=r"b has shape \(2,\)"):
        layer_from_arrays(weight, bias[:2], relu=True, name="w", bias_name="b")


def test_arrays_too_large_for_memory_are_refused() -> None:
    endless = np.broadcast_to(np.float32(1), (10**6, 10**6))
    with pytest.raises(InputError, match="w has 1000000000000 entries"):
        exact_array(endless, "w")
