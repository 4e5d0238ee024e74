"""Assertions in the syntax of SMT-LIB as a disjunction of boxes with affine constraints, exactly.

What both versions of VNN-LIB have in common: nested `and`, `or`, comparisons of affine terms. A decimal
means the rational that is written; `<` and `<=` stay apart.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from exactpoly.arithmetic.rational import exact_scalar
from exactpoly.errors import InputError
from exactpoly.network.constraints import Bounds, Conjunction, Constraint, Functional

__all__ = ["Atom", "Group", "Reader", "Term", "VnnlibProperty", "functional_of"]

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_MOST = 100_000
"""Conjunctions that a file may stand for."""
_MOST_INEQUALITIES = 5_000_000
"""In all of them together."""


@dataclass(frozen=True)
class VnnlibProperty:
    """What a file asserts: a disjunction of conjunctions over boxes.

    ``inputs``, ``outputs``: how many are declared; ``conjunctions``: those whose box is not empty;
    ``source``: the file's name.
    """

    inputs: int
    outputs: int
    conjunctions: tuple[Conjunction, ...]
    source: str = "property"

    def holds(self, point: Sequence[Fraction], output: Sequence[Fraction]) -> bool:
        """Whether a point with this output satisfies all assertions, exactly."""
        return any(c.holds(point, output) for c in self.conjunctions)


class Atom(NamedTuple):
    text: str
    place: int


class Group(NamedTuple):
    items: list[Atom | Group]
    place: int


Term = dict[str, Fraction]
"""Coefficients by name; the constant under the empty name."""


class _Inequality(NamedTuple):
    """`term >= 0`, or `> 0`."""

    term: dict[str, Fraction]
    strict: bool


def functional_of(term: Term, inputs: int, outputs: int) -> Functional:
    zero = Fraction(0)
    return Functional(
        tuple(term.get(f"Y_{i}", zero) for i in range(outputs)),
        tuple(term.get(f"X_{i}", zero) for i in range(inputs)),
        term.get("", zero),
    )


class Reader:
    """Reads one text; a version of VNN-LIB says what is declared and how variables are written."""

    version = ""
    token = re.compile(r"\s+|;[^\n]*|([()])|([^\s();]+)")
    comparisons: tuple[str, ...] = ("<=", "<", ">=", ">", "=")
    ignored: tuple[str, ...] = ()
    """Commands without a meaning for the question."""

    def __init__(self, text: str, source: str) -> None:
        self.text, self.source = text, source
        self.made = 0
        self._ends = [match.start() for match in re.finditer("\n", text)]

    def declare(self, item: Group, command: str) -> bool:
        """Take a command that declares something; False for any other."""
        raise NotImplementedError

    def sizes(self) -> tuple[int, int]:
        """How many inputs and outputs were declared."""
        raise NotImplementedError

    def variable(self, item: Atom) -> str | None:
        """``X_i`` or ``Y_j`` of an atom; None where it is no declared variable."""
        raise NotImplementedError

    def refuse(self, place: int, reason: str) -> InputError:
        column = place - self.text.rfind("\n", 0, place)
        return InputError(f"{self.source}: line {self._line(place)}, column {column}: {reason}")

    def _line(self, place: int) -> int:
        return bisect_left(self._ends, place) + 1

    def property(self) -> VnnlibProperty:
        # A conjunction of assertions; each is a list of alternatives, each of those inequalities.
        alternatives: list[list[_Inequality]] = [[]]
        for item in self._items():
            if isinstance(item, Atom) or not item.items or isinstance(item.items[0], Group):
                raise self.refuse(item.place, "not a command; write (assert ..)")
            command = item.items[0].text
            if command == "assert":
                if len(item.items) != 2:
                    raise self.refuse(item.place, "assert takes one formula")
                alternatives = self._product(alternatives, self._formula(item.items[1]), item.place)
            elif command not in self.ignored and not self.declare(item, command):
                raise self.refuse(
                    item.place, f"{command[:40]!r} is not a command of VNN-LIB {self.version}"
                )
        inputs, outputs = self.sizes()
        found = (self._conjunction(one, inputs, outputs) for one in alternatives)
        return VnnlibProperty(inputs, outputs, tuple(c for c in found if c), self.source)

    def _items(self) -> list[Atom | Group]:
        root = Group([], 0)
        stack = [root]
        place = 0
        while place < len(self.text):
            match = self.token.match(self.text, place)
            if match is None:
                raise self.refuse(place, "a character that is not part of VNN-LIB")
            if match.group(1) == "(":
                stack.append(Group([], place))
                stack[-2].items.append(stack[-1])
            elif match.group(1) == ")":
                if len(stack) == 1:
                    raise self.refuse(place, "a closing parenthesis without an opening one")
                stack.pop()
            elif match.group(2):
                stack[-1].items.append(Atom(match.group(2), place))
            place = match.end()
            if len(stack) > 200:
                raise self.refuse(place, "more than 200 nested parentheses")
        if len(stack) > 1:
            raise self.refuse(stack[-1].place, "a parenthesis that is never closed")
        return root.items

    def _product(
        self, left: list[list[_Inequality]], right: list[list[_Inequality]], place: int
    ) -> list[list[_Inequality]]:
        """Each of ``left``, which is used up, with each of ``right``."""
        if len(left) * len(right) > _MOST:
            raise self.refuse(place, f"more than {_MOST} alternatives in all; split the file")
        self.made += len(left) * sum(map(len, right))
        if len(right) > 1:
            self.made += sum(map(len, left)) * len(right)
        if self.made > _MOST_INEQUALITIES:
            raise self.refuse(
                place,
                f"more than {_MOST_INEQUALITIES} inequalities in all alternatives; split the file",
            )
        if len(right) > 1:
            return [a + b for a in left for b in right]
        for one in left:
            one += right[0] if right else []
        return left if right else []

    def _formula(self, item: Atom | Group) -> list[list[_Inequality]]:
        head = item.items[0] if isinstance(item, Group) and item.items else None
        if isinstance(item, Atom) or not isinstance(head, Atom):
            raise self.refuse(item.place, "not a formula; write (<= X_0 1), (and ..) or (or ..)")
        rest = item.items[1:]
        if head.text == "and":
            result: list[list[_Inequality]] = [[]]
            for part in rest:
                result = self._product(result, self._formula(part), part.place)
            return result
        if head.text == "or":
            result = [one for part in rest for one in self._formula(part)]
            if len(result) > _MOST:
                raise self.refuse(item.place, f"more than {_MOST} alternatives; split the file")
            return result
        if head.text not in self.comparisons:
            known = ", ".join(self.comparisons)
            raise self.refuse(head.place, f"{head.text[:40]!r} is not read; use and, or, {known}")
        if len(rest) != 2:
            raise self.refuse(item.place, f"{head.text} takes two terms")
        left, right = map(self._term, rest)
        less, more = _sum(right, left, -1), _sum(left, right, -1)
        if head.text == "!=":
            return [[_Inequality(less, True)], [_Inequality(more, True)]]
        if head.text in ("=", "=="):
            return [[_Inequality(less, False), _Inequality(more, False)]]
        return [[_Inequality(less if "<" in head.text else more, "=" not in head.text)]]

    def _term(self, item: Atom | Group) -> Term:
        if isinstance(item, Atom):
            if _NUMBER.fullmatch(item.text):
                line = self._line(item.place)
                return {"": exact_scalar(item.text, f"{self.source}: line {line}: a number")}
            name = self.variable(item)
            if name is None:
                raise self.refuse(
                    item.place, f"{item.text[:40]!r} is neither a number nor declared"
                )
            return {name: Fraction(1)}
        if len(item.items) < 2 or not isinstance(item.items[0], Atom):
            raise self.refuse(item.place, "not a term; write (+ X_0 1), (- Y_0 Y_1) or (* 2 X_0)")
        operator, terms = item.items[0].text, [self._term(i) for i in item.items[1:]]
        first = terms[0]
        if operator == "+" or (operator == "-" and len(terms) > 1):
            for term in terms[1:]:
                first = _sum(first, term, 1 if operator == "+" else -1)
            return first
        if operator == "-":
            return _sum({}, first, -1)
        if operator not in ("*", "/"):
            raise self.refuse(item.place, f"{operator[:40]!r} is not an operation; use + - * /")
        for term in terms[1:]:
            first = self._times(first, term, operator, item.place)
        return first

    def _times(self, first: Term, term: Term, operator: str, place: int) -> Term:
        if operator == "*" and set(first) <= {""}:
            first, term = term, first
        if not set(term) <= {""}:
            raise self.refuse(place, f"{operator} by a variable is not affine; give a constant")
        factor = term.get("", Fraction(0))
        if operator == "/" and not factor:
            raise self.refuse(place, "division by zero")
        factor = 1 / factor if operator == "/" else factor
        return {name: c * factor for name, c in first.items()}

    def _conjunction(
        self, inequalities: list[_Inequality], inputs: int, outputs: int
    ) -> Conjunction | None:
        """Bounds of single inputs make the box; None where that, or a constant, is contradictory."""
        lower: list[Fraction | None] = [None] * inputs
        upper: list[Fraction | None] = [None] * inputs
        rest: list[Constraint] = []
        for term, strict in inequalities:
            names = [name for name, c in term.items() if name and c]
            constant = term.get("", Fraction(0))
            if not names:
                if constant < 0 or (strict and constant == 0):
                    return None
                continue
            if len(names) == 1 and names[0][0] == "X":
                axis, slope = int(names[0][2:]), term[names[0]]
                bound = -constant / slope
                side = lower if slope > 0 else upper
                before = side[axis]
                if before is None or (bound > before) == (slope > 0):
                    side[axis] = bound
            if len(names) > 1 or names[0][0] == "Y" or strict:
                rest.append(Constraint(functional_of(term, inputs, outputs), strict))
        for axis in range(inputs):
            if lower[axis] is None or upper[axis] is None:
                raise InputError(
                    f"{self.source}: X_{axis} has no {'lower' if lower[axis] is None else 'upper'}"
                    " bound; give one for every input"
                )
        bounds: Bounds = tuple(
            (low, high)
            for low, high in zip(lower, upper, strict=True)
            if low is not None and high is not None and low <= high
        )
        if len(bounds) < inputs:
            return None
        return Conjunction(bounds, tuple(rest))


def _sum(left: Term, right: Term, sign: int) -> Term:
    result = dict(left)
    for name, c in right.items():
        result[name] = result.get(name, Fraction(0)) + sign * c
    return result
