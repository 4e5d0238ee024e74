"""VNN-LIB 1.0: the assertions of a file as a disjunction of boxes with affine constraints, exactly.

A decimal means the rational that is written; `<` and `<=` stay apart. Read are `declare-const`
(`declare-fun` without arguments) of inputs `X_i` and outputs `Y_j`, and `assert` of `<=`, `<`, `>=`,
`>`, `=` between affine terms (`+`, `-`, `*` and `/` by constants) under nested `and` and `or`. The file
asks whether a point satisfies all its assertions.

Format: https://www.vnnlib.org (Demarchi et al., "Supporting Standardization of Neural Networks
Verification with VNN-LIB and CoCoNet", 2023).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from exactpoly.arithmetic.rational import exact_scalar
from exactpoly.errors import InputError
from exactpoly.network.constraints import Bounds, Conjunction, Constraint, Functional
from exactpoly.running.files import file_text

__all__ = ["VnnlibProperty", "parse_functional", "parse_vnnlib", "read_vnnlib"]

_TOKEN = re.compile(r"\s+|;[^\n]*|([()])|([^\s();]+)")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_NAME = re.compile(r"([XY])_([0-9]{1,7})")
_MOST = 100_000
"""Conjunctions that a file may stand for."""


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


class _Atom(NamedTuple):
    text: str
    place: int


class _Group(NamedTuple):
    items: list[_Atom | _Group]
    place: int


_Term = dict[str, Fraction]
"""Coefficients by name; the constant under the empty name."""


class _Inequality(NamedTuple):
    """`term >= 0`, or `> 0`."""

    term: dict[str, Fraction]
    strict: bool


def read_vnnlib(path: str | Path) -> VnnlibProperty:
    """The property of a file; `InputError` names line and column of what cannot be read."""
    path = Path(path)
    return parse_vnnlib(file_text(path), str(path))


def parse_vnnlib(text: str, source: str = "property") -> VnnlibProperty:
    """The property of a text in VNN-LIB.

    >>> found = parse_vnnlib('''(declare-const X_0 Real) (declare-const Y_0 Real)
    ... (assert (and (>= X_0 0) (<= X_0 0.1)))  (assert (or (< Y_0 -1) (>= Y_0 (* 2 X_0))))''')
    >>> [(str(c.bounds[0][1]), str(c.constraints[0])) for c in found.conjunctions]
    [('1/10', '-Y_0 - 1 > 0'), ('1/10', 'Y_0 - 2*X_0 >= 0')]
    """
    return _Reader(text, source).property()


def parse_functional(text: str, inputs: int, outputs: int) -> Functional:
    """An affine expression such as ``Y_0``, ``Y_0-Y_1`` or ``2*Y_0+1/2*X_1-3``.

    >>> str(parse_functional("2*Y_0 - X_1 + 0.5", 2, 1))
    '2*Y_0 - X_1 + 1/2'
    """
    number = r"[0-9./eE]+(?<=[eE])[+-][0-9]+|[0-9./eE]+"
    term = re.compile(rf"\s*([+-])?\s*(?:({number})\s*(\*)?\s*)?([XY]_[0-9]{{1,7}})?\s*")
    found: _Term = {}
    place = 0
    while place < len(text):
        match = term.match(text, place)
        nothing = match is None or not (match.group(2) or match.group(4))
        if match is None or nothing or (match.group(3) and not match.group(4)):
            raise InputError(
                f"functional: {text!r} cannot be read at column {place + 1}; write Y_0-2*Y_1+X_0"
            )
        if place and not match.group(1):
            raise InputError(f"functional: {text!r} lacks a sign at column {place + 1}")
        factor = exact_scalar(match.group(2) or "1", "functional: a coefficient")
        name = match.group(4) or ""
        found[name] = found.get(name, Fraction(0)) + (-factor if match.group(1) == "-" else factor)
        place = match.end()
    if not found:
        raise InputError("functional: it is empty; write Y_0-2*Y_1+X_0")
    for name in found:
        size = inputs if name[:1] == "X" else outputs
        if name and int(name[2:]) >= size:
            kind = "inputs" if name[0] == "X" else "outputs"
            raise InputError(f"functional: {name} is used, the network has {size} {kind}")
    return _functional(found, inputs, outputs)


def _functional(term: _Term, inputs: int, outputs: int) -> Functional:
    zero = Fraction(0)
    return Functional(
        tuple(term.get(f"Y_{i}", zero) for i in range(outputs)),
        tuple(term.get(f"X_{i}", zero) for i in range(inputs)),
        term.get("", zero),
    )


class _Reader:
    def __init__(self, text: str, source: str) -> None:
        self.text, self.source = text, source
        self.names: dict[str, int] = {}

    def refuse(self, place: int, reason: str) -> InputError:
        line = self.text.count("\n", 0, place) + 1
        column = place - self.text.rfind("\n", 0, place)
        return InputError(f"{self.source}: line {line}, column {column}: {reason}")

    def property(self) -> VnnlibProperty:
        # A conjunction of assertions; each is a list of alternatives, each of those inequalities.
        alternatives: list[list[_Inequality]] = [[]]
        for item in self._items():
            if isinstance(item, _Atom) or not item.items or isinstance(item.items[0], _Group):
                raise self.refuse(item.place, "not a command; write (assert ..)")
            command = item.items[0].text
            if command in ("declare-const", "declare-fun"):
                self._declare(item)
            elif command == "assert":
                if len(item.items) != 2:
                    raise self.refuse(item.place, "assert takes one formula")
                alternatives = self._product(alternatives, self._formula(item.items[1]), item.place)
            elif command not in ("set-logic", "set-info", "set-option", "check-sat", "exit"):
                raise self.refuse(item.place, f"{command[:40]!r} is no command of VNN-LIB 1.0")
        inputs, outputs = self._count("X"), self._count("Y")
        found = (self._conjunction(one, inputs, outputs) for one in alternatives)
        return VnnlibProperty(inputs, outputs, tuple(c for c in found if c), self.source)

    def _items(self) -> list[_Atom | _Group]:
        root = _Group([], 0)
        stack = [root]
        place = 0
        while place < len(self.text):
            match = _TOKEN.match(self.text, place)
            if match is None:
                raise self.refuse(place, "a character that is no part of VNN-LIB")
            if match.group(1) == "(":
                stack.append(_Group([], place))
                stack[-2].items.append(stack[-1])
            elif match.group(1) == ")":
                if len(stack) == 1:
                    raise self.refuse(place, "a closing parenthesis without an opening one")
                stack.pop()
            elif match.group(2):
                stack[-1].items.append(_Atom(match.group(2), place))
            place = match.end()
            if len(stack) > 200:
                raise self.refuse(place, "more than 200 nested parentheses")
        if len(stack) > 1:
            raise self.refuse(stack[-1].place, "a parenthesis that is never closed")
        return root.items

    def _declare(self, item: _Group) -> None:
        words = [i.text for i in item.items if isinstance(i, _Atom)]
        match = _NAME.fullmatch(words[1]) if len(words) == 3 else None
        if match is None or words[-1] != "Real":
            raise self.refuse(item.place, "write (declare-const X_0 Real), X_i or Y_j")
        if words[1] in self.names:
            raise self.refuse(item.place, f"{words[1]} is declared twice")
        self.names[words[1]] = item.place

    def _count(self, letter: str) -> int:
        numbers = sorted(int(name[2:]) for name in self.names if name[0] == letter)
        if not numbers:
            kind = "input" if letter == "X" else "output"
            raise InputError(f"{self.source}: no {kind} {letter}_0 is declared")
        for expected, number in enumerate(numbers):
            if number != expected:
                raise self.refuse(
                    self.names[f"{letter}_{number}"], f"{letter}_{expected} is not declared"
                )
        return len(numbers)

    def _product(
        self, left: list[list[_Inequality]], right: list[list[_Inequality]], place: int
    ) -> list[list[_Inequality]]:
        if len(left) * len(right) > _MOST:
            raise self.refuse(place, f"more than {_MOST} alternatives in all; split the file")
        return [a + b for a in left for b in right]

    def _formula(self, item: _Atom | _Group) -> list[list[_Inequality]]:
        head = item.items[0] if isinstance(item, _Group) and item.items else None
        if isinstance(item, _Atom) or not isinstance(head, _Atom):
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
        if head.text not in ("<=", "<", ">=", ">", "="):
            raise self.refuse(
                head.place, f"{head.text[:40]!r} is not read; use and, or, <=, <, >=, > or ="
            )
        if len(rest) != 2:
            raise self.refuse(item.place, f"{head.text} takes two terms")
        left, right = map(self._term, rest)
        less, more = _sum(right, left, -1), _sum(left, right, -1)
        if head.text == "=":
            return [[_Inequality(less, False), _Inequality(more, False)]]
        return [[_Inequality(less if "<" in head.text else more, "=" not in head.text)]]

    def _term(self, item: _Atom | _Group) -> _Term:
        if isinstance(item, _Atom):
            if _NUMBER.fullmatch(item.text):
                line = self.text.count("\n", 0, item.place) + 1
                return {"": exact_scalar(item.text, f"{self.source}: line {line}: a number")}
            if item.text not in self.names:
                raise self.refuse(
                    item.place, f"{item.text[:40]!r} is neither a number nor declared"
                )
            return {item.text: Fraction(1)}
        if len(item.items) < 2 or not isinstance(item.items[0], _Atom):
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
            raise self.refuse(item.place, f"{operator[:40]!r} is no operation; use + - * /")
        for term in terms[1:]:
            first = self._times(first, term, operator, item.place)
        return first

    def _times(self, first: _Term, term: _Term, operator: str, place: int) -> _Term:
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
                rest.append(Constraint(_functional(term, inputs, outputs), strict))
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


def _sum(left: _Term, right: _Term, sign: int) -> _Term:
    result = dict(left)
    for name, c in right.items():
        result[name] = result.get(name, Fraction(0)) + sign * c
    return result
