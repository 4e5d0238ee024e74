"""From numbers, of any type that holds rationals exactly, to those rationals, and back to floats.

**Numbers as text.** Wherever text becomes a number (points, domains, windows, network files, claims,
studies), this one grammar holds, in ASCII:

    number   = [sign] (digits "/" digits | decimal)
    decimal  = digits ["." [digits]] [exponent] | "." digits [exponent]
    exponent = ("e" | "E") [sign] digits          at most 9999 in size
    sign     = "+" | "-"
    digits   = one or more of 0-9

with blanks around it, no blanks or underscores inside, and at most 100,000 characters. A decimal means
what is written: ``0.1`` is one tenth.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from contextlib import nullcontext
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from fractions import Fraction
from math import isqrt
from numbers import Rational
from typing import Any

import numpy as np
from flint import fmpz

from exactpoly.arithmetic.digits import DEFAULT_DIGITS, LONGEST_READ, any_digits
from exactpoly.errors import InputError

__all__ = [
    "NUMBER",
    "exact_integer",
    "exact_point",
    "exact_scalar",
    "exact_text",
    "root",
    "rounded",
    "significant",
]

NUMBER = (
    r"[+-]?(?:[0-9]+/[0-9]+|[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?)"
)
"""Regular expression of the grammar of numbers."""

_NUMBER = re.compile(NUMBER)
_INTEGER = re.compile(r"[+-]?[0-9]+")
_BLANKS = " \t\r\n"

# A number such as 1e999999999 would fill the memory with its digits.
_HUGE_EXPONENT = re.compile(r"[eE][+-]?0*[1-9][0-9]{4}")
_LARGEST_EXPONENT = 9_999
_LONGEST_SHOWN = 40
_ANY_EXPONENT = Context(prec=50, Emax=MAX_EMAX, Emin=MIN_EMIN)


def exact_scalar(value: Any, where: str) -> Fraction:
    """Convert one number to the rational that it is.

    Integers, `Fraction`, `Decimal`, Python floats, NumPy integers and floats of any width, scalars of
    torch, rationals of SymPy and python-flint, and strings as the module says. ``where`` names the tensor
    and index in errors. Raises `InputError` for NaN, infinities and anything that is not a number.

    >>> exact_scalar(0.5, "w[0]"), exact_scalar("1/3", "w[1]"), exact_scalar(np.int8(-100), "w[2]")
    (Fraction(1, 2), Fraction(1, 3), Fraction(-100, 1))
    """
    if type(value) is Fraction:
        return value
    if isinstance(value, str):
        return _of_text(value, where)
    if isinstance(value, (bool, np.bool_)):
        raise InputError(f"{where} is a truth value; give a number")
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, (float, np.floating)):
        if not np.isfinite(value):
            raise InputError(f"{where} is {value}; every number must be finite")
        return Fraction(*map(int, value.as_integer_ratio()))
    if isinstance(value, np.integer) and value.dtype.kind in "iu":
        return Fraction(int(value))
    if isinstance(value, Rational) and not isinstance(value, np.generic):
        return Fraction(int(value.numerator), int(value.denominator))
    if isinstance(value, Decimal):
        return _of_decimal(value, where)
    return _of_stranger(value, where)


def exact_integer(text: str, where: str) -> int:
    """The integer that ``text`` is; `InputError` for anything but ASCII digits with a sign.

    >>> exact_integer("-12", "width")
    -12
    """
    text = text.strip(_BLANKS)
    if len(text) > DEFAULT_DIGITS or not _INTEGER.fullmatch(text):
        raise InputError(f"{where} is {_shown(text)}; write an integer")
    return int(text)


def exact_point(values: Any, dimension: int, of: str) -> tuple[Fraction, ...]:
    """The exact point of a row of numbers: a sequence, a NumPy array or a torch tensor.

    ``dimension``: how many coordinates ``of`` takes. Raises `InputError` for another number of them and
    for what `exact_scalar` refuses.

    >>> exact_point(np.array([100, -100], np.int8), 2, "net")
    (Fraction(100, 1), Fraction(-100, 1))
    """
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise InputError(f"point: a {type(values).__name__} given; give {dimension} numbers")
    if getattr(values, "ndim", 1) != 1:
        raise InputError(
            f"point: an array of shape {tuple(getattr(values, 'shape', ()))} given; give a row of"
            f" {dimension} numbers"
        )
    given = list(values)
    if len(given) != dimension:
        raise InputError(f"point: {len(given)} coordinates given, {of} takes {dimension}")
    return tuple(exact_scalar(x, f"point[{i}]") for i, x in enumerate(given))


def _of_text(value: str, where: str) -> Fraction:
    text = value.strip(_BLANKS)
    if len(text) > LONGEST_READ:
        raise InputError(f"{where} is {_shown(text)}, longer than {LONGEST_READ} characters")
    if not _NUMBER.fullmatch(text):
        raise InputError(f'{where} is {_shown(text)}; write a rational such as "-3/4" or "0.25"')
    if _HUGE_EXPONENT.search(text):
        raise InputError(
            f"{where} is {_shown(text)}, whose exponent is beyond {_LARGEST_EXPONENT}; write it in"
            " other units"
        )
    try:
        with any_digits() if len(text) > DEFAULT_DIGITS else nullcontext():
            return Fraction(text)
    except ZeroDivisionError as error:
        raise InputError(f"{where} is {_shown(text)}; a denominator must not be 0") from error


def _of_decimal(value: Decimal, where: str) -> Fraction:
    if not value.is_finite():
        raise InputError(f"{where} is {value}; every number must be finite")
    if value and abs(value.adjusted()) > _LARGEST_EXPONENT + LONGEST_READ:
        raise InputError(f"{where} is {_shown(str(value))}; write it in other units")
    return Fraction(value)


def _of_stranger(value: Any, where: str) -> Fraction:
    """A number of a library that is there if the number is."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        strided = value.layout == torch.strided and value.device.type != "meta"
        if value.ndim or not strided or value.is_quantized or value.is_complex():
            raise InputError(f"{where} is a {value.dtype} tensor of shape {tuple(value.shape)}")
        return exact_scalar(value.item(), where)
    flint = sys.modules.get("flint")
    if flint is not None and isinstance(value, flint.fmpz):
        return Fraction(int(value))
    if flint is not None and isinstance(value, flint.fmpq):
        return Fraction(int(value.p), int(value.q))
    raise InputError(f"{where} is of type {type(value).__name__}; give a rational or a float")


def _shown(text: str) -> str:
    return repr(text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}...")


def exact_text(number: Fraction) -> str:
    """A rational as Python writes it, of any length (and python-flint writes long integers faster).

    >>> exact_text(Fraction(-3, 4)), len(exact_text(Fraction(10**9999)))
    ('-3/4', 10000)
    """
    above, below = str(fmpz(number.numerator)), number.denominator
    return above if below == 1 else f"{above}/{fmpz(below)}"


def significant(number: Fraction, digits: int = 9) -> str:
    """The nearest decimal with so many significant digits, ties to even, of any size.

    >>> significant(Fraction(2, 3)), significant(Fraction(-6 * 10**400, 5))
    ('0.666666667', '-1.2e+400')
    """
    size = abs(number)
    if not size:
        return "0"
    bits = size.numerator.bit_length() - size.denominator.bit_length()
    exponent = bits * 30103 // 100000  # of 10, and off by one at most for every 10^5 bits
    while size >= Fraction(10) ** (exponent + 1):
        exponent += 1
    while size < Fraction(10) ** exponent:
        exponent -= 1
    whole = round(size * Fraction(10) ** (digits - 1 - exponent))
    # `Decimal` writes the digits found; rounding up may have made one more.
    value = Decimal(whole).scaleb(exponent - digits + 1, _ANY_EXPONENT)
    sign = "-" if number < 0 else ""
    return sign + format(_ANY_EXPONENT.normalize(value), "g" if -5 < exponent < digits else "e")


def rounded(numerator: int, denominator: int) -> float:
    """The quotient rounded to nearest float64, infinite beyond its range."""
    try:
        return numerator / denominator  # int / int is correctly rounded in Python
    except OverflowError:
        return float("inf") if (numerator > 0) == (denominator > 0) else float("-inf")


def root(square: Fraction) -> float:
    """The root of a number that is not negative, rounded to nearest float64, infinite beyond its range.

    >>> root(Fraction(1, 9)) == 1 / 3, root(Fraction(10) ** 400)
    (True, 1e+200)
    """
    above, below = square.as_integer_ratio()
    shift = max(0, 64 - (above.bit_length() - below.bit_length()) // 2)
    quotient, rest = divmod(above << 2 * shift, below)
    # At least 62 bits, and one more that says whether there are any after them, so that no tie is false.
    whole = isqrt(quotient)
    more = bool(rest) or whole * whole != quotient
    return rounded(2 * whole + more, 2 << shift)
