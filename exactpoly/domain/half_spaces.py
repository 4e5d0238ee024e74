"""Half-spaces as text and arrays, to exact inequalities.

**Grammar**, ASCII, with the numbers of `exactpoly.arithmetic.rational` (there without a sign):

    half-spaces = inequality { ("," | newline) inequality }      blank lines and "# ..." are left out
    inequality  = sum relation sum [relation sum]                "0 <= x0 <= 1" says two things
    relation    = "<=" | ">="                                    one kind in an inequality
    sum         = ["+" | "-"] term { ("+" | "-") term }
    term        = number ["*" variable] | variable
    variable    = "x" digits                                     x0 is the first input

Strict inequalities and equations are refused: domains are closed and have an interior.
"""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise
from typing import Any

from exactpoly.arithmetic.rational import NUMBER, exact_scalar
from exactpoly.errors import InputError

__all__ = ["read_arrays", "read_text"]

_TERM = re.compile(rf" *([+-]?) *(?:({NUMBER[5:]})(?: *\* *x([0-9]{{1,6}}))?|x([0-9]{{1,6}})) *")
_HELP = "write inequalities such as x0 + 2*x1 <= 1, x0 >= 0"

HalfSpace = tuple[tuple[Fraction, ...], Fraction]


def read_text(text: str, dimension: int) -> list[HalfSpace]:
    """The inequalities (a, b), `a.x + b >= 0`, of a text; the grammar is above.

    >>> read_text("0 <= x0 <= 1/2", 1)
    [((Fraction(-1, 1),), Fraction(1, 2)), ((Fraction(1, 1),), Fraction(0, 1))]
    """
    lines = [line.partition("#")[0] for line in text.splitlines()]
    parts = [part for line in lines for part in line.split(",")]
    return [
        half_space for part in parts if part.strip() for half_space in _inequality(part, dimension)
    ]


def _inequality(text: str, dimension: int) -> list[HalfSpace]:
    words = re.split("(<=|>=)", text)
    sums, relations = words[::2], set(words[1::2])
    if not 2 <= len(sums) <= 3 or len(relations) != 1:
        raise InputError(f"domain: cannot read {text.strip()!r}; {_HELP}")
    forms = [_sum(part, dimension) for part in sums]
    if relations == {"<="}:
        forms.reverse()
    differences = [[x - y for x, y in zip(p, q, strict=True)] for p, q in pairwise(forms)]
    return [(tuple(form[:-1]), form[-1]) for form in differences]


def _sum(text: str, dimension: int) -> list[Fraction]:
    """Coefficients of the variables, then the constant."""
    form = [Fraction(0)] * (dimension + 1)
    position = 0
    while position < len(text) or not position:
        match = _TERM.match(text, position)
        if match is None or (position and not match.group(1)):
            raise InputError(f"domain: cannot read {text.strip()!r}; {_HELP}")
        sign, number, with_number, alone = match.groups()
        value = exact_scalar(number, "domain: a coefficient") if number else Fraction(1)
        variable = with_number or alone
        place = int(variable) if variable else dimension
        if variable and place >= dimension:
            raise InputError(
                f"domain: x{place} given; the network has the inputs x0 to x{dimension - 1}"
            )
        form[place] += -value if sign == "-" else value
        position = match.end()
    return form


def read_arrays(matrix: Any, constants: Any, dimension: int) -> list[HalfSpace]:
    """The inequalities of `matrix x <= constants`: shapes (m, d) and (m,), numbers of any exact kind."""
    try:
        rows, ends = [_list(row) for row in _list(matrix)], _list(constants)
        fits = len(rows) == len(ends) and all(len(row) == dimension for row in rows)
    except TypeError:
        fits = False
    if not fits:
        raise InputError(
            f"domain: of half-spaces A x <= b, A must have the shape (m, {dimension}) and b (m,)"
        )
    return [
        (
            tuple(-exact_scalar(x, f"domain: A[{i}]") for x in row),
            exact_scalar(end, f"domain: b[{i}]"),
        )
        for i, (row, end) in enumerate(zip(rows, ends, strict=True))
    ]


def _list(given: Any) -> list[Any]:
    return list(given.tolist() if hasattr(given, "tolist") else given)
