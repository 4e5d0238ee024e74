"""From one number, of any type that holds a rational exactly, to that rational, and back to a float."""

from __future__ import annotations

import re
from contextlib import nullcontext
from fractions import Fraction
from math import isfinite
from numbers import Rational
from typing import Any

import numpy as np

from exactpoly.arithmetic.digits import DEFAULT_DIGITS, LONGEST_READ, any_digits
from exactpoly.errors import InputError

__all__ = ["exact_scalar", "rounded"]

# A number such as 1e999999999 would fill the memory with its digits.
_HUGE_EXPONENT = re.compile(r"[eE][+-]?0*[1-9]\d{4}")
_LONGEST_SHOWN = 40


def exact_scalar(value: Any, where: str) -> Fraction:
    """Convert one number to the rational that it is.

    Integers, `Fraction`, Python and NumPy floats and strings such as ``"-3/4"`` or ``"0.1"`` (the
    decimal, exactly one tenth) are accepted. ``where`` names the tensor and index in errors.
    Raises `InputError` for NaN, infinities and anything that is not a number.

    >>> exact_scalar(0.5, "w[0]"), exact_scalar("1/3", "w[1]")
    (Fraction(1, 2), Fraction(1, 3))
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool):
        raise InputError(f"{where} is a truth value; give a number")
    if isinstance(value, float):
        if not isfinite(value):
            raise InputError(f"{where} is {value}; every weight must be a finite number")
        return Fraction(value)
    if isinstance(value, Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    if isinstance(value, str):
        shown = repr(value if len(value) <= _LONGEST_SHOWN else f"{value[:_LONGEST_SHOWN]}...")
        if _HUGE_EXPONENT.search(value):
            raise InputError(
                f"{where} is {shown}, whose exponent is beyond 9999; write it in other units"
            )
        if len(value) > LONGEST_READ:
            raise InputError(f"{where} is {shown}, longer than {LONGEST_READ} characters")
        try:
            with any_digits() if len(value) > DEFAULT_DIGITS else nullcontext():
                return Fraction(value)
        except (ValueError, ZeroDivisionError) as error:
            raise InputError(
                f'{where} is {shown}; write a rational such as "-3/4" or "0.25"'
            ) from error
    raise InputError(f"{where} is of type {type(value).__name__}; give a rational or a float")


def rounded(numerator: int, denominator: int) -> float:
    """The quotient rounded to nearest float64, infinite beyond its range."""
    try:
        return numerator / denominator  # int / int is correctly rounded in Python
    except OverflowError:
        return float("inf") if (numerator > 0) == (denominator > 0) else float("-inf")
