"""The domain a network is studied on: all of `R^d`, or a box with rational bounds.

A box is closed. Its `2d` facets are numbered `2*i` for `x_i = lower_i` and `2*i + 1` for
`x_i = upper_i`; every part of exactpoly uses this numbering.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from exactpoly.arithmetic.rational import NUMBER, exact_scalar
from exactpoly.errors import InputError

__all__ = ["Domain"]

_INTERVAL = re.compile(rf"\[ *({NUMBER}) *, *({NUMBER}) *\](?: *\^ *(d|[0-9]{{1,9}}))?")
_SPACE = re.compile(r"R(?: *\^ *(d|[0-9]{1,9}))?")
_PRODUCT = re.compile(r" *[x*] *")


@dataclass(frozen=True)
class Domain:
    """`R^d` (``bounds is None``) or the closed box ``bounds[i][0] <= x_i <= bounds[i][1]``.

    >>> Domain.parse("[-1,1]^2", 2)
    Domain(dimension=2, bounds=((Fraction(-1, 1), Fraction(1, 1)), (Fraction(-1, 1), Fraction(1, 1))))
    >>> str(Domain.parse("[0, 0.1] x [-2,1/3]", 2))
    '[0,1/10]x[-2,1/3]'
    >>> str(Domain.parse("R^d", 3))
    'R^3'
    """

    dimension: int
    bounds: tuple[tuple[Fraction, Fraction], ...] | None = None

    def __post_init__(self) -> None:
        if self.dimension < 1:
            raise InputError(f"domain: dimension {self.dimension} given; it must be at least 1")
        if self.bounds is None:
            return
        exact = tuple(
            (
                exact_scalar(lower, f"domain: lower bound {i}"),
                exact_scalar(upper, f"domain: upper bound {i}"),
            )
            for i, (lower, upper) in enumerate(self.bounds)
        )
        object.__setattr__(self, "bounds", exact)
        if len(self.bounds) != self.dimension:
            raise InputError(
                f"domain: {len(self.bounds)} intervals given for input dimension {self.dimension};"
                " give one interval per axis, or one with ^d"
            )
        for axis, (lower, upper) in enumerate(self.bounds):
            if not lower < upper:
                raise InputError(
                    f"domain: axis {axis} has lower bound {lower} not below upper bound {upper};"
                    " a box needs a nonempty interior"
                )

    @property
    def is_box(self) -> bool:
        """Whether the domain is a bounded box (otherwise it is all of `R^d`)."""
        return self.bounds is not None

    @classmethod
    def space(cls, dimension: int) -> Domain:
        """All of `R^dimension`."""
        return cls(dimension)

    @classmethod
    def box(cls, dimension: int, lower: Fraction | int, upper: Fraction | int) -> Domain:
        """The cube `[lower, upper]^dimension`."""
        return cls(dimension, ((lower, upper),) * dimension)  # type: ignore[arg-type]

    @classmethod
    def parse(cls, text: str, dimension: int) -> Domain:
        """Read `R^d`, `R^3`, `[-1,1]^d`, `[-1,1]^3` or `[0,1]x[-2,2]`.

        Numbers are read as `exactpoly.arithmetic.rational` says; a decimal such as `0.1` means exactly
        1/10. Raises `InputError` on anything else or when the dimension does not fit.
        """
        stripped = text.strip()
        match = _SPACE.fullmatch(stripped)
        if match:
            exponent = match.group(1)
            if exponent not in (None, "d") and int(exponent) != dimension:
                raise InputError(
                    f"domain: {text!r} given for a network of input dimension {dimension}; use R^d"
                )
            return cls(dimension)
        bounds: list[tuple[Fraction, Fraction]] = []
        position = 0
        while position < len(stripped):
            match = _INTERVAL.match(stripped, position)
            if match is None:
                raise InputError(
                    f"domain: cannot read {text!r}; write R^d, [-1,1]^d or [0,1]x[-2,2]"
                )
            lower, upper = (exact_scalar(match.group(i), "domain: a bound") for i in (1, 2))
            exponent = match.group(3) or "1"
            count = dimension if exponent == "d" else int(exponent)
            if count < 1:
                raise InputError(f"domain: {text!r} has an interval to the power 0")
            if len(bounds) + count > dimension:
                raise InputError(
                    f"domain: {text!r} has more axes than the network's input dimension {dimension}"
                )
            bounds += [(lower, upper)] * count
            position = match.end()
            separator = _PRODUCT.match(stripped, position)
            if separator:
                position = separator.end()
                if position == len(stripped):
                    raise InputError(f"domain: {text!r} ends after a product sign")
            elif position < len(stripped):
                raise InputError(
                    f"domain: cannot read {text!r}; write R^d, [-1,1]^d or [0,1]x[-2,2]"
                )
        return cls(dimension, tuple(bounds))

    @classmethod
    def of(cls, given: Any, dimension: int) -> Domain:
        """A domain from a `Domain`, a string, a pair of numbers for every axis, or a pair an axis.

        Numbers are all that `exactpoly.load` takes as weights. Raises `InputError` on anything else.

        >>> str(Domain.of((-1, 1), 3)), str(Domain.of([[0, 1], [-2, "1/3"]], 2))
        ('[-1,1]^3', '[0,1]x[-2,1/3]')
        """
        if isinstance(given, str):
            return cls.parse(given, dimension)
        result = given if isinstance(given, Domain) else cls(dimension, _pairs(given, dimension))
        if result.dimension != dimension:
            raise InputError(
                f"domain: {result} has dimension {result.dimension}, the network's inputs have"
                f" {dimension}; give a domain of that dimension"
            )
        return result

    def inequalities(self) -> list[tuple[tuple[Fraction, ...], Fraction]]:
        """(a, b) with `a.x + b >= 0`, one a side, in the order of sides; none on `R^d`."""
        return [
            (tuple(Fraction(sign * (i == axis)) for i in range(self.dimension)), -sign * bound)
            for axis, pair in enumerate(self.bounds or ())
            for sign, bound in zip((1, -1), pair, strict=True)
        ]

    def contains(self, point: tuple[Fraction, ...], *, strictly: bool = False) -> bool:
        """Whether the exact point lies in the (closed) domain; ``strictly``: in its interior."""
        if self.bounds is None:
            return True
        if strictly:
            return all(lo < x < hi for x, (lo, hi) in zip(point, self.bounds, strict=True))
        return all(lo <= x <= hi for x, (lo, hi) in zip(point, self.bounds, strict=True))

    def __str__(self) -> str:
        if self.bounds is None:
            return f"R^{self.dimension}"
        if len(set(self.bounds)) == 1:
            lower, upper = self.bounds[0]
            return f"[{lower},{upper}]^{self.dimension}"
        return "x".join(f"[{lower},{upper}]" for lower, upper in self.bounds)


def _pairs(given: Any, dimension: int) -> tuple[tuple[Any, Any], ...]:
    """The bounds of a box from a pair of numbers, or one pair an axis."""
    try:
        items = list(given.tolist() if hasattr(given, "tolist") else given)
        if len(items) == 2 and not any(_is_pair(item) for item in items):
            items = [items] * dimension
        return tuple((low, high) for low, high in items)
    except (TypeError, ValueError):
        raise InputError(
            f"domain: {given!r} given; give a Domain, a string such as '[-1,1]^d', a pair"
            " (lower, upper), or one pair an axis"
        ) from None


def _is_pair(item: Any) -> bool:
    return hasattr(item, "__len__") and not isinstance(item, str)
