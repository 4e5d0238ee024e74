"""Common zeros of affine forms to about ninety bits, with a proven bound, and numbers rounded by it.

One step of iterative refinement: a point solved in float64 is cut to 42 bits, its residuals are computed
from forms in digits, exactly, and an approximate inverse turns them into a correction (proofs/filter.md,
Theorem 8). A result is rounded correctly if all of its enclosure rounds to one number, and otherwise left
to exact arithmetic (Ziv, *Fast evaluation of elementary mathematical functions with correctly rounded last
bit*, 1991).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import inf, isfinite
from typing import Any

import numpy as np

from exactpoly.arithmetic.arrays import Floats, Marks
from exactpoly.arithmetic.double_double import two_sum
from exactpoly.arithmetic.elimination import invert_rows
from exactpoly.arithmetic.filter_bounds import INFLATE, UNIT, gamma
from exactpoly.arithmetic.fixed_point import balanced, carried, leading
from exactpoly.arithmetic.rational import rounded
from exactpoly.complex.fine_forms import Forms

__all__ = ["Enclosed", "rounded_right", "solved"]

_POINT_DIGITS = 2
"""Digits of a point at most 1 in size; of a larger one, whose first digit holds less, one more."""
_MOST_SHIFT = 3
"""Points with larger coordinates than 2 to this many digits' bits are left undecided."""
_SMALLEST = 2.0**-900
_LOST = 2.0**-1000
"""More than all that underflow takes away, and far less than `_SMALLEST`."""


@dataclass(frozen=True, eq=False)
class Enclosed:
    """Numbers within ``error`` of ``high + low``, all float64 of one shape; infinite errors know nothing.

    ``low`` is at most half a unit in the last place of ``high``.
    """

    high: Floats
    low: Floats
    error: Floats

    @property
    def arrays(self) -> tuple[Floats, Floats, Floats]:
        """``high``, ``low`` and ``error``."""
        return self.high, self.low, self.error

    def put(self, places: Any, number: Fraction) -> None:
        """Write a rational: rounded, what rounding left over, rounded too, and a bound on what is left."""
        high = rounded(number.numerator, number.denominator)
        low, error = 0.0, inf
        if isfinite(high):
            rest = number - Fraction(high)
            low = rounded(rest.numerator, rest.denominator)
            error = 0.0 if Fraction(low) == rest else abs(low) * 2.0**-52 + _LOST
        for array, value in zip(self.arrays, (high, low, error), strict=True):
            array[places] = value


def rounded_right(numbers: Enclosed) -> Marks:
    """Where ``high`` is the correct rounding of every number that is enclosed."""
    high, low, error = numbers.high, numbers.low, numbers.error
    with np.errstate(all="ignore"):
        above = (np.nextafter(high, np.inf) - high) * 0.5
        below = (high - np.nextafter(high, -np.inf)) * 0.5
        sure: Marks = (low + error < above) & (low - error > -below)
        sure &= (np.abs(high) > _SMALLEST) & np.isfinite(above) & np.isfinite(below)
    return sure


def solved(forms: Forms, bits: int) -> tuple[Enclosed, Floats, Floats]:
    """The common zeros of `D` forms each, and what is known of the inverses of their gradients.

    ``forms``: of shape (n, D), digits of ``bits`` bits. Returns the zeros, shape (n, D); approximate
    inverses, shape (D, D, n), for gradients as they are scaled in ``forms``; and ``norm``, shape (n,): the
    maximum norm of inverse times gradients less the identity is at most that; not below 1/2, or NaN, where
    the gradients are not proven independent.
    """
    digits, row_errors = forms.digits, forms.error.T
    size = digits.shape[2]
    with np.errstate(all="ignore"):
        rows = leading(digits, bits).transpose(1, 2, 0)
        _, inverse = invert_rows(np.ascontiguousarray(rows[:, :size]))
        lengths = np.abs(inverse)
        slack = gamma(size + 24) * np.abs(rows[:, :size]) + row_errors[:, None]
        deviation = np.abs(
            np.einsum("irb,rjb->ijb", inverse, rows[:, :size]) - np.eye(size)[:, :, None]
        )
        deviation += np.einsum("irb,rjb->ijb", lengths, slack)
        norm = deviation.sum(axis=1).max(axis=0) * INFLATE + 8 * size * UNIT
        proposal = -np.einsum("irb,rb->ib", inverse, rows[:, size])
        reach = np.abs(proposal).max(axis=0)
        usable = (norm < 0.5) & (reach <= 2.0 ** (bits * _MOST_SHIFT))
        proposal = np.where(usable, proposal, 0.0)
        shift = np.where(usable & (reach > 1.0), np.ceil(np.log2(reach) / bits), 0.0).astype(
            np.int64
        )
        high, low, error = (np.empty_like(proposal) for _ in range(3))
        for kappa in np.unique(shift).tolist():
            chosen = np.flatnonzero(shift == kappa)
            unit = 2.0 ** (bits * kappa)
            point, residual = _residuals(digits[:, chosen], proposal[:, chosen] / unit, kappa, bits)
            own, sizes = inverse[:, :, chosen], lengths[:, :, chosen]
            step = -np.einsum("irb,rb->ib", own, residual)
            off = np.abs(residual) * gamma(size + 24) + row_errors[:, chosen]
            spread = np.einsum("irb,rb->ib", sizes, off) * INFLATE
            ratio = norm[chosen] / (1.0 - norm[chosen])
            spread += (np.abs(step) + spread).max(axis=0) * ratio
            high[:, chosen], low[:, chosen] = (part * unit for part in two_sum(point, step))
            error[:, chosen] = (spread * INFLATE * INFLATE + _LOST) * unit
        good = usable & np.isfinite(high + low + error).all(axis=0)
        error = np.where(good, error, np.inf)
    return Enclosed(high.T, low.T, error.T), inverse, norm


def _residuals(digits: Floats, proposal: Floats, kappa: int, bits: int) -> tuple[Floats, Floats]:
    """Points near ``proposal``, shape (D, n), in units of `2^(bits kappa)`, and the forms there.

    Both float64, shape (D, n); the forms' constants are divided by that unit, too.
    """
    count = _POINT_DIGITS + (kappa > 0)
    point_digits, point = balanced(proposal, bits, count)
    points, size = digits.shape[1:3]
    levels = np.zeros((len(digits) + max(count, kappa), size, points))
    for k, digit in enumerate(digits):
        for t, x in enumerate(point_digits, 1):
            levels[k + t] += np.einsum("brj,jb->rb", digit[:, :, :size], x)
        levels[k + kappa] += digit[:, :, size].T
    carried(levels, bits)
    return point, leading(levels, bits)
