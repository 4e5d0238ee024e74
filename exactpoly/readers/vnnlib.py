"""VNN-LIB: the assertions of a file as a disjunction of boxes with affine constraints, exactly.

Version 1.0: `declare-const` (`declare-fun` without arguments) of inputs `X_i` and outputs `Y_j`, and
`assert` of `<=`, `<`, `>=`, `>`, `=` between affine terms (`+`, `-`, `*` and `/` by constants) under
nested `and` and `or`. The file asks whether a point satisfies all its assertions. Version 2.0:
`exactpoly.readers.vnnlib2`.

Format: https://www.vnnlib.org (Demarchi et al., "Supporting Standardization of Neural Networks
Verification with VNN-LIB and CoCoNet", 2023).
"""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

from exactpoly.arithmetic.rational import exact_scalar
from exactpoly.errors import InputError
from exactpoly.network.constraints import Functional
from exactpoly.readers.assertions import Atom, Group, Reader, Term, VnnlibProperty, functional_of
from exactpoly.readers.vnnlib2 import SecondReader, is_second
from exactpoly.running.files import file_text

__all__ = ["VnnlibProperty", "parse_functional", "parse_vnnlib", "read_vnnlib"]

_NAME = re.compile(r"([XY])_([0-9]{1,7})")


def read_vnnlib(path: str | Path) -> VnnlibProperty:
    """The property of a file; `InputError` names line and column of what cannot be read."""
    path = Path(path)
    return parse_vnnlib(file_text(path), str(path))


def parse_vnnlib(text: str, source: str = "property") -> VnnlibProperty:
    """The property of a text in VNN-LIB 1.0, or in 2.x where it begins with its version.

    >>> found = parse_vnnlib('''(declare-const X_0 Real) (declare-const Y_0 Real)
    ... (assert (and (>= X_0 0) (<= X_0 0.1)))  (assert (or (< Y_0 -1) (>= Y_0 (* 2 X_0))))''')
    >>> [(str(c.bounds[0][1]), str(c.constraints[0])) for c in found.conjunctions]
    [('1/10', '-Y_0 - 1 > 0'), ('1/10', 'Y_0 - 2*X_0 >= 0')]
    """
    reader = SecondReader if is_second(text) else _FirstReader
    return reader(text, source).property()


def parse_functional(text: str, inputs: int, outputs: int) -> Functional:
    """An affine expression such as ``Y_0``, ``Y_0-Y_1`` or ``2*Y_0+1/2*X_1-3``.

    >>> str(parse_functional("2*Y_0 - X_1 + 0.5", 2, 1))
    '2*Y_0 - X_1 + 1/2'
    """
    number = r"[0-9./eE]+(?<=[eE])[+-][0-9]+|[0-9./eE]+"
    term = re.compile(rf"\s*([+-])?\s*(?:({number})\s*(\*)?\s*)?([XY]_[0-9]{{1,7}})?\s*")
    found: Term = {}
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
    return functional_of(found, inputs, outputs)


class _FirstReader(Reader):
    version = "1.0"
    ignored = ("set-logic", "set-info", "set-option", "check-sat", "exit")

    def __init__(self, text: str, source: str) -> None:
        super().__init__(text, source)
        self.names: dict[str, int] = {}

    def declare(self, item: Group, command: str) -> bool:
        if command not in ("declare-const", "declare-fun"):
            return False
        words = [i.text for i in item.items if isinstance(i, Atom)]
        match = _NAME.fullmatch(words[1]) if len(words) == 3 else None
        if match is None or words[-1] != "Real":
            raise self.refuse(item.place, "write (declare-const X_0 Real), X_i or Y_j")
        if words[1] in self.names:
            raise self.refuse(item.place, f"{words[1]} is declared twice")
        self.names[words[1]] = item.place
        return True

    def sizes(self) -> tuple[int, int]:
        return self._count("X"), self._count("Y")

    def variable(self, item: Atom) -> str | None:
        return item.text if item.text in self.names else None

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
