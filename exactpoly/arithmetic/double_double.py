"""Numbers as unevaluated sums of two float64, for arrays: `high + low`, and `high` is the sum rounded.

With `u = 2^-53`, a sum is off by at most `4 u^2 (|x| + |y|)`, a product by at most `9 u^2 |x y|`, unless
something overflows or underflows (proofs/filter.md, section 8).
"""

from __future__ import annotations

import numpy as np

from exactpoly.arithmetic.arrays import Floats

__all__ = ["Pair", "magnitude", "quotient", "sum_of", "times", "two_product", "two_sum"]

Pair = tuple[Floats, Floats]
"""High and low parts, float64 of one shape."""

_SPLITTER = 2.0**27 + 1.0


def two_sum(a: Floats, b: Floats) -> Pair:
    """The rounded sum and its rounding error, exactly `a + b` together (Knuth).

    >>> two_sum(np.array([1.0]), np.array([2.0**-60]))
    (array([1.]), array([8.67361738e-19]))
    """
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


def two_product(a: Floats, b: Floats) -> Pair:
    """The rounded product and its rounding error, exactly `a b` together (Dekker, Veltkamp).

    >>> x = np.array([1 + 2.0**-30])
    >>> two_product(x, x)[1] == 2.0**-60
    array([ True])
    """
    product = a * b
    first, second = _halves(a), _halves(b)
    error = first[0] * second[0] - product
    error += first[0] * second[1]
    error += first[1] * second[0]
    error += first[1] * second[1]
    return product, error


def _halves(a: Floats) -> Pair:
    """Two numbers of at most 26 bits whose sum is `a`."""
    scaled = a * _SPLITTER
    high = scaled - (scaled - a)
    return high, a - high


def sum_of(x: Pair, y: Pair) -> Pair:
    """`x + y`."""
    high, low = two_sum(x[0], y[0])
    low += x[1] + y[1]
    return two_sum(high, low)


def times(x: Pair, y: Pair) -> Pair:
    """`x y`."""
    high, low = two_product(x[0], y[0])
    low += x[0] * y[1] + x[1] * y[0]
    return two_sum(high, low)


def quotient(x: Pair, whole: int) -> Pair:
    """`x` over a positive integer below `2^53`, off by at most `8 u^2` times the quotient."""
    divisor = np.float64(whole)
    high = x[0] / divisor
    product, error = two_product(high, np.full_like(high, divisor))
    low = ((x[0] - product) - error + x[1]) / divisor
    return two_sum(high, low)


def magnitude(x: Pair) -> Pair:
    """`|x|`, exactly."""
    sign = np.copysign(1.0, x[0])
    return x[0] * sign, x[1] * sign
