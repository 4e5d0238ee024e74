"""Numbers of a hundred bits as a few float64 digits, so that NumPy multiplies them without rounding.

A number below 1 in size is `sum_k D_k 2^(-beta k)` for k = 1, 2, .., each digit `D_k` a float64 that is an
integer. *Balanced* digits are at most `2^(beta - 1)` in size. Products of digits and sums of such products
stay integers below `2^53`, which float64 adds and multiplies exactly, in any order; so matrices of such
numbers are multiplied by ordinary float64 products (Ozaki, Ogita, Oishi and Rump, *Error-free
transformations of matrix multiplication*, 2012). Proofs: proofs/filter.md, section 7.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from exactpoly.arithmetic.arrays import Floats

__all__ = ["balanced", "carried", "digit_bits", "digits_of", "leading"]


def digit_bits(terms: int) -> int:
    """How many bits a digit may have where products of digits are added, ``terms`` at a time.

    >>> digit_bits(64), digit_bits(5000)
    (21, 19)
    """
    return min(21, (52 - max(1, terms).bit_length()) // 2)


def digits_of(
    numerators: Sequence[Sequence[int]],
    denominator: int,
    exponents: Sequence[int],
    bits: int,
    count: int,
) -> tuple[Floats, bool]:
    """Digits of the rationals ``numerators * 2^exponent / denominator``, one exponent a column.

    Returns float64, shape (digits, rows, columns), balanced but for the first, without digits that are 0
    everywhere at the end; and whether they are exact. If not they are off by at most
    `2^(-bits count - 1)`. The rationals are at most 1/2 in size.

    >>> digits, exact = digits_of([[1, 3]], 4, [0, -1], 20, 5)
    >>> digits[:, 0].tolist(), exact
    ([[262144.0, 393216.0]], True)
    """
    shifts = [bits * count + exponent for exponent in exponents]
    above = [1 << max(shift, 0) for shift in shifts]
    below = [denominator << max(-shift, 0) for shift in shifts]
    whole, exact = [], True
    for row in numerators:
        line = []
        for x, times, over in zip(row, above, below, strict=True):
            quotient, rest = divmod(2 * x * times + over, 2 * over)
            exact = exact and rest == over
            line.append(quotient)
        whole.append(line)
    left = np.empty((len(whole), len(exponents)), object)
    left[:] = whole
    half, mask = 1 << (bits - 1), (1 << bits) - 1
    digits = []
    for _ in range(count - 1):
        digit = ((left + half) & mask) - half
        digits.append(digit.astype(np.float64))
        left = (left - digit) >> bits
    digits.append(left.astype(np.float64))
    while len(digits) > 1 and not digits[0].any():
        del digits[0]
    return np.stack(digits[::-1]), exact


def carried(levels: Floats, bits: int) -> None:
    """Make integers below `2^53`, shape (levels, ..), balanced digits of the same numbers, in place.

    Only the first may be left larger.

    >>> levels = np.array([[0.0], [5.0 * 2**20 + 7]])
    >>> carried(levels, 20); levels.tolist()
    [[5.0], [7.0]]
    """
    for k in range(len(levels) - 1, 0, -1):
        carry = np.rint(levels[k] * 2.0**-bits)
        levels[k] -= carry * 2.0**bits
        levels[k - 1] += carry


def leading(digits: Floats, bits: int) -> Floats:
    """The numbers, shape (..), that balanced ``digits``, shape (levels, ..), stand for, in float64.

    >>> float(leading(np.array([[5.0], [7.0]]), 20)[0]) == 5 / 2**20 + 7 / 2**40
    True
    """
    result: Floats = np.zeros_like(digits[0])
    for k in range(len(digits) - 1, -1, -1):
        result += digits[k] * 2.0 ** (-bits * (k + 1))
    return result


def balanced(values: Floats, bits: int, count: int) -> tuple[Floats, Floats]:
    """Digits, shape (count, ..), of float64 numbers at most 1 in size, cut off; and what they stand for.

    >>> digits, value = balanced(np.array([0.75]), 20, 2)
    >>> digits.tolist(), value.tolist()
    ([[786432.0], [0.0]], [0.75])
    """
    digits, kept = np.empty((count, *values.shape)), np.zeros_like(values)
    left = values
    for k in range(count):
        scaled = left * 2.0**bits
        digits[k] = np.rint(scaled)
        left = scaled - digits[k]
        kept += digits[k] * 2.0 ** (-bits * (k + 1))
    return digits, kept
