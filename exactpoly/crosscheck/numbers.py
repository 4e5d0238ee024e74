"""Number formats of claims: what a decimal means in each, and rounding to it, exactly.

A floating-point tool speaks in float32 or float64. A decimal it printed means the number of its
format that is nearest to the decimal; a fraction such as ``"1/3"`` means itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from exactpoly.errors import InputError

__all__ = ["EXACT", "FORMATS", "NumberFormat", "nearest_float", "number_format"]


@dataclass(frozen=True)
class NumberFormat:
    """``bits``: of the significand, None for exact rationals; ``lowest``: smallest normal exponent.

    ``tolerance``: how far, relative to the larger of 1 and the vertex's largest coordinate, a vertex
    may be off in the lenient reading where the claims do not state a tolerance of their own.
    """

    name: str
    bits: int | None
    lowest: int
    highest: int
    tolerance: Fraction

    def nearest(self, value: Fraction, where: str) -> Fraction:
        """The number of this format nearest to ``value`` (ties to even), as a fraction.

        Raises `InputError` naming ``where`` if it is beyond the format's range.
        """
        if self.bits is None or value == 0:
            return value
        size = abs(value)
        exponent = size.numerator.bit_length() - size.denominator.bit_length()
        if Fraction(2) ** exponent > size:
            exponent -= 1
        unit = Fraction(2) ** (max(exponent, self.lowest) - (self.bits - 1))
        result = round(value / unit) * unit
        if abs(result) >= Fraction(2) ** (self.highest + 1):
            raise InputError(f"{where} is beyond the range of {self.name}")
        return result


EXACT = NumberFormat("exact", None, 0, 0, Fraction(0))
FORMATS = {
    "exact": EXACT,
    "float64": NumberFormat("float64", 53, -1022, 1023, Fraction(1, 2**40)),
    "float32": NumberFormat("float32", 24, -126, 127, Fraction(1, 2**16)),
}


def nearest_float(value: Fraction) -> float:
    """The float64 nearest to ``value``, infinite beyond the range."""
    from exactpoly.arithmetic.rational import rounded

    return rounded(value.numerator, value.denominator)


def number_format(name: object, where: str) -> NumberFormat:
    """The format of that name. Raises `InputError` naming ``where``."""
    if not isinstance(name, str) or name not in FORMATS:
        raise InputError(f"{where} is {name!r}; use one of {', '.join(FORMATS)}")
    return FORMATS[name]
