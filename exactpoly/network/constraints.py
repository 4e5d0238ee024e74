"""Affine constraints on the inputs and outputs of a network, and their conjunctions over a box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

__all__ = ["Bounds", "Conjunction", "Constraint", "Functional"]

Bounds = tuple[tuple[Fraction, Fraction], ...]
"""A closed box: exact lower and upper bound of each input; the two may be equal."""


@dataclass(frozen=True)
class Functional:
    """`y.N(x) + x.x + constant`: exact coefficients of all outputs and of all inputs.

    >>> half = Functional((Fraction(1, 2),), (Fraction(0), Fraction(-1)), Fraction(3))
    >>> half.value([Fraction(5), Fraction(1)], [Fraction(4)]), str(half)
    (Fraction(4, 1), '1/2*Y_0 - X_1 + 3')
    """

    y: tuple[Fraction, ...]
    x: tuple[Fraction, ...]
    constant: Fraction = Fraction(0)

    def value(self, point: Sequence[Fraction], output: Sequence[Fraction]) -> Fraction:
        """The exact value at a point, given the network's output there."""
        pairs = (*zip(self.y, output, strict=True), *zip(self.x, point, strict=True))
        return sum((c * v for c, v in pairs if c), self.constant)

    def __neg__(self) -> Functional:
        return Functional(tuple(-c for c in self.y), tuple(-c for c in self.x), -self.constant)

    def plus(self, constant: Fraction) -> Functional:
        """The same with a constant added."""
        return Functional(self.y, self.x, self.constant + constant)

    def __str__(self) -> str:
        terms = [(c, f"Y_{i}") for i, c in enumerate(self.y) if c]
        terms += [(c, f"X_{i}") for i, c in enumerate(self.x) if c]
        words = [
            f"{'-' if c < 0 else '+'} {name if abs(c) == 1 else f'{abs(c)}*{name}'}"
            for c, name in terms
        ]
        if self.constant or not words:
            words.append(f"{'-' if self.constant < 0 else '+'} {abs(self.constant)}")
        text = " ".join(words)
        return text[2:] if text.startswith("+") else "-" + text[2:]


@dataclass(frozen=True)
class Constraint:
    """`functional >= 0`, or `> 0` where ``strict``."""

    functional: Functional
    strict: bool = False

    def holds(self, point: Sequence[Fraction], output: Sequence[Fraction]) -> bool:
        """Whether a point with this output satisfies it, exactly."""
        value = self.functional.value(point, output)
        return value > 0 if self.strict else value >= 0

    def __str__(self) -> str:
        return f"{self.functional} {'>' if self.strict else '>='} 0"


@dataclass(frozen=True)
class Conjunction:
    """All points of a box that satisfy every constraint."""

    bounds: Bounds
    constraints: tuple[Constraint, ...]

    def holds(self, point: Sequence[Fraction], output: Sequence[Fraction]) -> bool:
        """Whether a point with this output lies in it, exactly."""
        inside = all(lo <= v <= hi for v, (lo, hi) in zip(point, self.bounds, strict=True))
        return inside and all(c.holds(point, output) for c in self.constraints)
