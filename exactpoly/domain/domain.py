"""The domain a network is studied on: all of `R^d`, a box, or a bounded polytope, all rational.

A box is closed. Its `2d` facets are numbered `2*i` for `x_i = lower_i` and `2*i + 1` for
`x_i = upper_i`; every part of exactpoly uses this numbering. Polytopes: `exactpoly.domain.polytope`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from exactpoly.arithmetic.digits import any_digits
from exactpoly.arithmetic.rational import NUMBER, exact_scalar
from exactpoly.errors import InputError
from exactpoly.running.files import file_text

__all__ = ["Bounds", "Domain", "inequality_text"]

Bounds = tuple[tuple[Fraction, Fraction], ...]
"""Exact lower and upper bound of each coordinate."""


_INTERVAL = re.compile(rf"\[ *({NUMBER}) *, *({NUMBER}) *\](?: *\^ *(d|[0-9]{{1,9}}))?")
_SPACE = re.compile(r"R(?: *\^ *(d|[0-9]{1,9}))?")
_PRODUCT = re.compile(r" *[x*] *")

_SHOWN = 60
"""Characters of a number, or of what is none, in a message."""


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
    bounds: Bounds | None = None

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
                with any_digits():
                    low, high = str(lower)[:_SHOWN], str(upper)[:_SHOWN]
                raise InputError(
                    f"domain: axis {axis} has lower bound {low} not below upper bound {high};"
                    " a box needs a nonempty interior"
                )

    @property
    def is_box(self) -> bool:
        """Whether the domain is a box."""
        return self.bounds is not None

    @property
    def is_space(self) -> bool:
        """Whether the domain is all of `R^d`; otherwise it is bounded."""
        return self.bounds is None

    @property
    def box_around(self) -> Bounds | None:
        """Bounds of the smallest box that holds the domain; None on `R^d`."""
        return self.bounds

    @property
    def n_sides(self) -> int:
        """Number of sides, those of the box at infinity on `R^d`."""
        return 2 * self.dimension

    def side_forms(self) -> list[list[int]]:
        """For each side the integers (gradient.., constant p[, q on `R^d`]) of a form positive inside.

        On `R^d` the sides are `x_i + M >= 0` and `M - x_i >= 0` with constants `p + M q`.

        >>> Domain.parse("[-1/2,1]", 1).side_forms(), Domain.space(1).side_forms()
        ([[2, 1], [-1, 1]], [[1, 0, 1], [-1, 0, 1]])
        """
        forms = []
        for side in range(2 * self.dimension):
            axis, upper = divmod(side, 2)
            sign = -1 if upper else 1
            bound = Fraction(0) if self.bounds is None else self.bounds[axis][upper]
            gradient = [sign * bound.denominator * (i == axis) for i in range(self.dimension)]
            infinite = [1] if self.bounds is None else []
            forms.append([*gradient, -sign * bound.numerator, *infinite])
        return forms

    def to_json(self) -> object:
        """The domain as certificates have it: see exactpoly/certificate/FORMAT.md."""
        if self.bounds is None:
            return "R^d"
        return [[str(low), str(high)] for low, high in self.bounds]

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
        """Read `R^d`, `R^3`, `[-1,1]^d`, `[0,1]x[-2,2]`, or half-spaces such as `x0 + x1 <= 1, x0 >= 0`.

        ``@FILE`` is what stands in that file. Numbers are read as `exactpoly.arithmetic.rational` says; a
        decimal such as `0.1` means exactly 1/10. Half-spaces: `exactpoly.domain.half_spaces`. Raises
        `InputError` on anything else or when the dimension does not fit.
        """
        stripped = text.strip()
        if stripped.startswith("@"):
            stripped = _contents(stripped[1:]).strip()
        if "<" in stripped or ">" in stripped:
            from exactpoly.domain.half_spaces import read_text
            from exactpoly.domain.polytope import of_half_spaces

            return of_half_spaces(read_text(stripped, dimension), dimension)
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
                    f"domain: cannot read {text!r}; write R^d, [-1,1]^d, [0,1]x[-2,2] or half-spaces"
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
                    f"domain: cannot read {text!r}; write R^d, [-1,1]^d, [0,1]x[-2,2] or half-spaces"
                )
        return cls(dimension, tuple(bounds))

    @classmethod
    def of(cls, given: Any, dimension: int) -> Domain:
        """A domain from a `Domain`, a string, a pair of numbers for every axis, a pair an axis, two
        NumPy arrays (lower, upper) of shape (d,), or half-spaces `A x <= b` as (A, b), shapes (m, d), (m,).

        Numbers are all that `exactpoly.load` takes as weights. Raises `InputError` on anything else.

        >>> str(Domain.of((-1, 1), 3)), str(Domain.of([[0, 1], [-2, "1/3"]], 2))
        ('[-1,1]^3', '[0,1]x[-2,1/3]')
        >>> print(Domain.of(([[1, 1], [-1, 0], [0, -1], [1, 0]], [1, 0, 0, 5]), 2))
        x0 + x1 <= 1, x1 >= 0, x0 >= 0
        """
        if isinstance(given, str):
            return cls.parse(given, dimension)
        result = given if isinstance(given, Domain) else _of_arrays(given, dimension)
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

    def meet(self, other: Domain) -> Domain:
        """The intersection. Raises `InputError` where it has no interior.

        >>> str(Domain.parse("[-1,1]^2", 2).meet(Domain.parse("x0 + x1 >= 0, x0 <= 3, x1 <= 1", 2)))
        'x0 <= 1, x1 <= 1, x0 + x1 >= 0'
        """
        if self.is_space or other.is_space:
            return other if self.is_space else self
        if self.is_box and other.is_box:
            pairs = zip(self.bounds or (), other.bounds or (), strict=True)
            return Domain(self.dimension, tuple((max(a, c), min(b, d)) for (a, b), (c, d) in pairs))
        from exactpoly.domain.polytope import of_half_spaces

        return of_half_spaces([*self.inequalities(), *other.inequalities()], self.dimension)

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


def inequality_text(row: Sequence[int]) -> str:
    """Integers (a_1, .., a_d, b) as an inequality that `Domain.parse` reads, for `a.x + b >= 0`.

    >>> inequality_text((0, -2, 1)), inequality_text((1, -3, 0))
    ('2*x1 <= 1', 'x0 - 3*x1 >= 0')
    """
    *normal, constant = row
    sign = 1 if next((a for a in normal if a), 0) > 0 else -1
    terms = [(sign * a, i) for i, a in enumerate(normal) if a]
    words = [f"{'-' if a < 0 else '+'} {'' if abs(a) == 1 else f'{abs(a)}*'}x{i}" for a, i in terms]
    return f"{' '.join(words)[2:]} {'>=' if sign > 0 else '<='} {-sign * constant}"


def _contents(name: str) -> str:
    return file_text(name)


def _of_arrays(given: Any, dimension: int) -> Domain:
    """A box from bounds, or a polytope from (A, b)."""
    from exactpoly.domain.half_spaces import read_arrays
    from exactpoly.domain.polytope import of_half_spaces

    if isinstance(given, tuple) and len(given) == 2:
        if all(getattr(one, "ndim", 0) == 1 for one in given):
            low, high = (one.tolist() for one in given)
            if len(low) != len(high):
                raise InputError(
                    f"domain: {len(low)} lower and {len(high)} upper bounds given; give one of each"
                    " an axis"
                )
            given = list(zip(low, high, strict=True))
        elif _is_matrix(given[0]):
            return of_half_spaces(read_arrays(*given, dimension), dimension)
    return Domain(dimension, _pairs(given, dimension))


def _is_matrix(given: Any) -> bool:
    if hasattr(given, "ndim"):
        return bool(given.ndim == 2)
    return isinstance(given, list | tuple) and bool(given) and all(map(_is_pair, given))


def _pairs(given: Any, dimension: int) -> tuple[tuple[Any, Any], ...]:
    """The bounds of a box from a pair of numbers, or one pair an axis."""
    try:
        items = _in_order(given)
        if len(items) == 2 and not any(_is_pair(item) for item in items):
            items = [items] * dimension
        return tuple((low, high) for low, high in map(_in_order, items))
    except (TypeError, ValueError):
        shown = " ".join(repr(given).split())
        raise InputError(
            f"domain: {shown[:_SHOWN]} given; give a Domain, a string such as '[-1,1]^d', a pair"
            " (lower, upper), one pair an axis, or half-spaces (A, b)"
        ) from None


def _in_order(given: Any) -> list[Any]:
    """Numbers or rows in an order. Sets have none, and of mappings and tables Python lists the names."""
    if isinstance(given, set | frozenset | Mapping) or hasattr(given, "columns"):
        raise TypeError
    return list(given.tolist() if hasattr(given, "tolist") else given)


def _is_pair(item: Any) -> bool:
    return hasattr(item, "__len__") and not isinstance(item, str)
