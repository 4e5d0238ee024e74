"""How exact numbers and names are written in tables and drawings.

Numbers are rounded here for reading only; whatever a program may rely on is written exactly.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exactpoly.domain import Domain
    from exactpoly.network.network import Network

__all__ = [
    "affine_text",
    "decimal",
    "exact_and_decimal",
    "memory_text",
    "neuron_name",
    "one_line",
    "point_text",
    "printable",
    "rational_text",
    "row_text",
    "row_words",
    "side_name",
    "widths_text",
    "without_middle",
    "zero_sets_text",
]


_MOST_WIDTHS = 40
_LONGEST_MESSAGE = 5_900
"""Characters of a message; a path may have 4,096."""


def decimal(number: Fraction, digits: int = 4) -> str:
    """The decimal with ``digits`` places nearest to an exact number, ties to even.

    >>> decimal(Fraction(32, 9)), decimal(Fraction(-1, 8), 2), decimal(Fraction(3))
    ('3.5556', '-0.12', '3.0000')
    """
    scaled = round(number * 10**digits)
    sign = "-" if scaled < 0 else ""
    whole, part = divmod(abs(scaled), 10**digits)
    return f"{sign}{whole}.{part:0{digits}d}"


def exact_and_decimal(number: Fraction, digits: int = 4) -> str:
    """A number exactly, and as a decimal where that helps.

    >>> exact_and_decimal(Fraction(32, 9)), exact_and_decimal(Fraction(7, 2))
    ('32/9 ≈ 3.5556', '7/2 = 3.5')
    """
    if number.denominator == 1:
        return str(number)
    rounded = decimal(number, digits)
    if Fraction(rounded) == number:
        return f"{number} = {rounded.rstrip('0')}"
    return f"{number} ≈ {rounded}"


def rational_text(number: Fraction, longest: int = 24) -> str:
    """A number exactly if that takes at most ``longest`` characters, else rounded and marked so.

    >>> rational_text(Fraction(1, 3)), rational_text(Fraction(10**30, 3**60), 10)
    ('1/3', '≈23.58982')
    """
    exact = str(number)
    if len(exact) <= longest:
        return exact
    size = abs(number)
    if Fraction(1, 1000) <= size < 10**6:
        return f"≈{decimal(number, 5)}"
    exponent = _decimal_exponent(size)
    mantissa = decimal(number / Fraction(10) ** exponent, 5)
    return f"≈{mantissa}e{exponent:+d}"


def _decimal_exponent(size: Fraction) -> int:
    """The integer `e` with `10^e <= size < 10^(e+1)`."""
    exponent = len(str(size.numerator)) - len(str(size.denominator))
    return exponent - (size < Fraction(10) ** exponent)


def printable(text: str) -> str:
    """A text whose control characters are spelt out, for names and notes come from files.

    >>> printable("red \\x1b[31m")
    'red \\\\x1b[31m'
    """
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)


def one_line(text: object) -> str:
    """A text as one line of printable characters, whose middle is left out where it is very long.

    >>> one_line("one\\n two"), len(one_line("x" * 10**6)) < 6_000
    ('one two', True)
    """
    return without_middle(printable(" ".join(str(text).split())))


def without_middle(text: str) -> str:
    """A text without its middle where it is longer than a message should be."""
    if len(text) <= _LONGEST_MESSAGE:
        return text
    return f"{text[: _LONGEST_MESSAGE - 1000]} .. {text[-900:]}"


def point_text(point: Sequence[Fraction], longest: int = 24) -> str:
    """A point, each coordinate as in `rational_text`."""
    return f"({', '.join(rational_text(x, longest) for x in point)})"


def affine_text(
    coefficients: Sequence[Fraction | int], constant: Fraction | int, longest: int = 24
) -> str:
    """An affine form.

    >>> affine_text([Fraction(1), Fraction(0), Fraction(-2, 3)], Fraction(-5))
    'x_0 - 2/3 x_2 - 5'
    """
    words: list[str] = []
    for place, number in enumerate([*coefficients, constant]):
        number = Fraction(number)
        if not number:
            continue
        name = f"x_{place}" if place < len(coefficients) else ""
        size = rational_text(abs(number), longest)
        term = name if name and size == "1" else f"{size} {name}".strip()
        sign = ("-" if number < 0 else "+") if words else ("-" if number < 0 else "")
        words.append(f"{sign} {term}" if words else f"{sign}{term}")
    return " ".join(words) or "0"


def neuron_name(network: Network, neuron: int) -> str:
    """A neuron as ``layer:unit``, both counted from 0."""
    layer, unit = network.neurons[neuron]
    return f"{layer}:{unit}"


def side_name(side: int, domain: Domain | None = None) -> str:
    """A side of the domain; of a box 2i is where x_i is lowest, 2i + 1 where it is highest.

    >>> side_name(0), side_name(5)
    ('x_0 = lower', 'x_2 = upper')
    >>> from exactpoly.domain import Domain
    >>> side_name(0, Domain.parse("x0 + x1 <= 1, x0 >= 0, x1 >= 0", 2))
    'x0 + x1 = 1'
    """
    # `--help` imports this module, and domains need numpy.
    from exactpoly.domain import Polytope
    from exactpoly.domain.domain import inequality_text

    if isinstance(domain, Polytope):
        return re.sub("[<>]=", "=", inequality_text(domain.rows[side]))
    axis, upper = divmod(side, 2)
    return f"x_{axis} = {'upper' if upper else 'lower'}"


def zero_sets_text(
    network: Network,
    neurons: Sequence[int],
    sides: Sequence[int],
    domain: Domain | None = None,
    *,
    longest: int = 40,
) -> str:
    """Neurons and sides of the domain, such as ``neurons 0:1, 1:4; side x_0 = lower``.

    Lists of more than ``longest`` are cut, and said to be.
    """
    parts = []
    for word, names in (
        ("neuron", [neuron_name(network, n) for n in neurons]),
        ("side", [side_name(s, domain) for s in sides]),
    ):
        if names:
            more = f" and {len(names) - longest} more" if len(names) > longest else ""
            plural = "s" if len(names) > 1 else ""
            parts.append(f"{word}{plural} {', '.join(names[:longest])}{more}")
    return "; ".join(parts) or "none"


def row_words(network: Network, row: Sequence[int]) -> list[str]:
    """A sign row as one word of ``-0+`` for each layer that has neurons."""
    words: list[str] = []
    first = 0
    for layer in network.layers:
        stop = first + len(layer.neurons)
        if stop > first:
            words.append("".join("0+-"[sign] for sign in row[first:stop]))
        first = stop
    return words


def row_text(network: Network, row: Sequence[int]) -> str:
    """A sign row, layers separated by spaces."""
    return " ".join(row_words(network, row)) or "(no neurons)"


def widths_text(network: Network) -> str:
    """Widths such as ``2-16-16-1``, of very many the first and the last ones."""
    words = [str(width) for width in network.widths]
    if len(words) > _MOST_WIDTHS:
        ends = _MOST_WIDTHS // 2
        words[ends:-ends] = [f"..({len(words) - 2 * ends:,} more).."]
    return "-".join(words)


def memory_text(amount: int) -> str:
    """A number of bytes in MiB or GiB.

    >>> memory_text(130 << 20), memory_text(3 << 29)
    ('130 MiB', '1.5 GiB')
    """
    if amount < 1 << 30:
        return f"{round(amount / (1 << 20))} MiB"
    return f"{amount / (1 << 30):.1f} GiB"
