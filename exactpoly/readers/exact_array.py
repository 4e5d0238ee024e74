"""Arrays of numbers as integers over one common denominator, converted without loss.

A float16, bfloat16, float32 or float64 number is `m * 2^e` with integers `m`, `e`, so an array of them
is an integer array over one power of two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np

from exactpoly.arithmetic.exact_rows import Room
from exactpoly.errors import InputError
from exactpoly.network.layer import Layer
from exactpoly.readers.work import check_bits, spend

__all__ = ["MAX_ENTRIES", "ExactArray", "dtype_rule", "exact_array", "layer_from_arrays"]

MAX_ENTRIES = 200_000_000
"""Largest number of entries of one array or matrix that is taken on."""

_MANTISSA_BITS = 53
_INT64_BITS = 62
_STRETCH = 500_000
_MOST_BITS = 1 << 27
"""Of quotients over their common denominator: what is computed with them takes twenty times as much."""


@dataclass(frozen=True, eq=False)
class ExactArray:
    """The exact numbers ``numerators / denominator``.

    ``numerators``: object array of Python integers, any shape; ``denominator``: positive integer.
    """

    numerators: np.ndarray
    denominator: int = 1

    def __post_init__(self) -> None:
        check_bits(self.denominator.bit_length())
        spend(self.numerators.size)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array."""
        return self.numerators.shape

    def fraction(self, *index: int) -> Fraction:
        """One entry as a fraction."""
        return Fraction(self.numerators[index], self.denominator)

    def fractions(self) -> list[Fraction]:
        """All entries in row-major order."""
        return [Fraction(x, self.denominator) for x in self.numerators.ravel().tolist()]

    def scaled(self, factor: Fraction | int) -> ExactArray:
        """The array times an exact number."""
        factor = Fraction(factor)
        return ExactArray(self.times(factor.numerator), self.denominator * factor.denominator)

    def times(self, factor: int) -> np.ndarray:
        """The numerators times an integer: these very numbers if it is 1."""
        return (
            self.numerators if factor == 1 else np.asarray(self.numerators * factor, dtype=object)
        )

    def reshaped(self, shape: tuple[int, ...]) -> ExactArray:
        """The same numbers in another shape."""
        return ExactArray(self.numerators.reshape(shape), self.denominator)

    @classmethod
    def of_fractions(cls, values: list[Fraction], shape: tuple[int, ...]) -> ExactArray:
        """The array of ``values`` (row-major) in ``shape``; `InputError` where it fills the memory."""
        below = (x.denominator for x in values)
        common = Room(_MOST_BITS).common_denominator(
            below, len(values), f"constants of shape {shape}"
        )
        flat = np.empty(len(values), dtype=object)
        flat[:] = [x.numerator * (common // x.denominator) for x in values]
        return cls(flat.reshape(shape), common)


def exact_array(values: np.ndarray, name: str) -> ExactArray:
    """Convert an integer or floating-point array to the rationals that it holds.

    ``values``: any shape, dtype integer, float16, float32 or float64. ``name`` is the tensor's name in
    errors. Raises `InputError` on NaN, infinity (with the index) and on any other dtype.

    >>> exact_array(np.array([0.5, -3.0], dtype=np.float32), "w").fractions()
    [Fraction(1, 2), Fraction(-3, 1)]
    """
    if values.size > MAX_ENTRIES:
        raise InputError(
            f"{name} has {values.size} entries; at most {MAX_ENTRIES} are read exactly"
        )
    if values.dtype.kind in "iu":
        return ExactArray(_objects(values))
    if values.dtype.kind != "f" or values.dtype.itemsize not in (2, 4, 8):
        raise InputError(
            f"{name} has dtype {values.dtype}; integers, float16, float32 and float64 are read exactly"
        )
    bad = np.argwhere(~np.isfinite(values))
    if len(bad):
        index = tuple(int(i) for i in bad[0])
        raise InputError(
            f"{name}{list(index)} is {values[index]}; every weight must be a finite number"
        )
    flat = values.ravel()
    mantissa, power = np.empty(flat.size, np.int64), np.empty(flat.size, np.int16)
    for part in _stretches(flat.size):
        mantissa[part], power[part] = _mantissas(flat[part])
    lowest = min(0, int(power.min(initial=0)))
    numerators = np.empty(flat.size, dtype=object)
    for part in _stretches(flat.size):
        numerators[part] = _shifted(mantissa[part], power[part].astype(np.int64) - lowest)
    return ExactArray(numerators.reshape(values.shape), 1 << -lowest)


def _stretches(size: int) -> Iterator[slice]:
    """Some numbers at a time: what is worked out on the way is ten times as large as they are."""
    return (slice(start, start + _STRETCH) for start in range(0, size, _STRETCH))


def _mantissas(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Finite floats as odd integers times powers of two; zero is 0 times 1."""
    fraction, exponent = np.frexp(values.astype(np.float64))
    mantissa = np.ldexp(fraction, _MANTISSA_BITS).astype(np.int64)
    # Trailing zero bits go into the exponent, so that a float32 array does not carry float64's bits.
    low_bit = np.frexp((mantissa & -mantissa).astype(np.float64))[1] - 1
    zeros = np.where(mantissa == 0, 0, low_bit).astype(np.int64)
    mantissa >>= zeros
    return mantissa, np.where(mantissa == 0, 0, exponent - _MANTISSA_BITS + zeros)


def _shifted(mantissa: np.ndarray, shift: np.ndarray) -> np.ndarray:
    shift = np.where(mantissa == 0, 0, shift)
    bits = np.frexp(np.abs(mantissa).astype(np.float64))[1] + shift
    if int(bits.max(initial=0)) <= _INT64_BITS:
        return _objects(mantissa << shift)
    return np.asarray(_objects(mantissa) << _objects(shift), dtype=object)


def dtype_rule(dtypes: set[str]) -> str:
    """The note that says how numbers of these dtypes became rationals."""
    return f"weights of dtype {', '.join(sorted(dtypes))} are taken as the exact rationals they are"


def layer_from_arrays(
    weight: np.ndarray, bias: np.ndarray | None, *, relu: bool, name: str, bias_name: str = ""
) -> Layer:
    """A layer from a weight array (outputs, inputs) and a bias array (outputs,) or None.

    ``name`` and ``bias_name`` are the tensors' names in errors (see `exact_array` for those).
    """
    if weight.ndim != 2 or 0 in weight.shape:
        raise InputError(
            f"{name} has shape {weight.shape}; a nonempty matrix (outputs, inputs) is needed"
        )
    matrix = exact_array(weight, name)
    outputs = weight.shape[0]
    constants = ExactArray(_objects(np.zeros(outputs, dtype=np.int64)))
    if bias is not None:
        if bias.shape != (outputs,):
            raise InputError(
                f"{bias_name} has shape {bias.shape} but {name} has {outputs} rows; the bias must"
                f" have shape ({outputs},)"
            )
        constants = exact_array(bias, bias_name)
    common = lcm(matrix.denominator, constants.denominator)
    rows = matrix.times(common // matrix.denominator)
    last = constants.times(common // constants.denominator).tolist()
    return Layer(
        tuple((*row, constant) for row, constant in zip(rows, last, strict=True)),
        common,
        (relu,) * outputs,
    )


def _objects(values: np.ndarray) -> np.ndarray:
    """An integer array as an object array of Python integers."""
    return values.astype(object)
