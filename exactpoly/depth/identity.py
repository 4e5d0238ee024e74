"""Identities `max(x_0, .., x_(n-1)) = sum of c max(P, Q)`, with `P`, `Q` sums of pairwise maxima.

A pair `(i, j)` stands for `max(x_i, x_j)` and `(i, i)` for `x_i`. Each pair is one hidden layer and each
`max(P, Q)` another, so such a sum is a network with two. Numbers count from 0.

Two file formats are read. The one of the public certificates of Ruess et al. (arXiv 2607.21651) counts from
1, and each term is summed over all permutations of the numbers:

    {"n": 7, "terms": [{"coefficient": "1/8960", "pair": [[[1, 2], [1, 3]], [[1, 4], [2, 3]]]}]}

The other counts from 0 and sums over the distinct members of an orbit under the group that permutations
generate (none: the term itself); a side may be missing, then the term is `P`:

    {"n": 5, "generators": [[1, 2, 3, 0, 4]], "orbits": [["1/2", [[[0, 1]], [[3, 4]]]]]}
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial
from pathlib import Path
from typing import Any

from exactpoly.arithmetic.rational import exact_scalar
from exactpoly.arithmetic.strict_json import strict_json
from exactpoly.errors import InputError
from exactpoly.running.files import check_input, file_bytes, file_text, write_whole

__all__ = [
    "Identity",
    "Pair",
    "Term",
    "identity_to_json",
    "is_identity",
    "read_identity",
    "write_identity",
]

Pair = tuple[int, int]
Side = tuple[Pair, ...]

MOST_NUMBERS = 12
MOST_PAIRS = 7
_MOST_TERMS = 100_000
_LONGEST_FILE = 1 << 25


@dataclass(frozen=True)
class Term:
    """``coefficient`` times the maximum of one or two ``sides``, each a sum of pairwise maxima."""

    coefficient: Fraction
    sides: tuple[Side, ...]

    @property
    def labels(self) -> tuple[int, ...]:
        """The numbers that occur, in increasing order."""
        return tuple(sorted({i for side in self.sides for pair in side for i in pair}))

    def value(self, point: Sequence[Fraction | int]) -> Fraction:
        """The term at a point."""
        sums = [sum(max(point[i], point[j]) for i, j in side) for side in self.sides]
        return self.coefficient * max(sums)

    def renamed(self, names: Sequence[int]) -> Term:
        """The term with `names[i]` for `i`, its pairs and sides in order."""
        sides = (
            tuple(sorted(_ordered(names[i], names[j]) for i, j in side)) for side in self.sides
        )
        return Term(self.coefficient, tuple(sorted(sides)))


@dataclass(frozen=True)
class Identity:
    """A sum of terms that is claimed to be the maximum of ``n`` numbers.

    ``symmetric``: each term stands for the sum of its images under all `n!` permutations.
    """

    n: int
    terms: tuple[Term, ...]
    symmetric: bool = False
    name: str = "identity"

    def value(self, point: Sequence[Fraction | int]) -> Fraction:
        """The sum at a point."""
        return sum((term.value(point) for term in self.expanded().terms), Fraction(0))

    def expanded(self) -> Identity:
        """The same sum term by term, equal ones together; raises `InputError` beyond 100,000 terms."""
        if not self.symmetric:
            return self
        total: dict[tuple[Side, ...], Fraction] = {}
        for term in self.terms:
            orbit = _orbit(term, _transpositions(self.n))
            # Each member of the orbit is met by equally many permutations.
            share = term.coefficient * Fraction(factorial(self.n), len(orbit))
            for sides in orbit:
                total[sides] = total.get(sides, Fraction(0)) + share
            if len(total) > _MOST_TERMS:
                raise InputError(f"{self.name}: more than {_MOST_TERMS:,} terms when written out")
        terms = tuple(Term(c, sides) for sides, c in sorted(total.items()) if c)
        return Identity(self.n, terms, False, self.name)


def is_identity(path: str | Path) -> bool:
    """Whether a file is JSON in one of the formats; one that no identity is as long as is not read."""
    check_input(path)
    try:
        if Path(path).stat().st_size > _LONGEST_FILE:
            return False
        data = strict_json(file_bytes(path))
    except InputError:
        return False
    return isinstance(data, dict) and "n" in data


def read_identity(path: str | Path) -> Identity:
    """Read either format; raises `InputError` naming the field that is wrong."""
    path = Path(path)
    try:
        data = strict_json(file_text(path))
        return identity_from_json(data, path.stem)
    except InputError as error:
        raise InputError(f"{path}: {str(error).removeprefix(f'{path}: ')}") from error


def identity_from_json(data: Any, name: str) -> Identity:
    """The identity of a JSON object in either format."""
    n = data.get("n") if isinstance(data, dict) else None
    if type(n) is not int or not 2 <= n <= MOST_NUMBERS:
        raise InputError(f"{name}: n is not an integer from 2 to {MOST_NUMBERS}")
    if isinstance(data.get("terms"), list):
        terms = tuple(
            _term(entry.get("coefficient"), entry.get("pair"), n, 1, f"{name}: terms[{i}]")
            if isinstance(entry, dict)
            else _refuse(f"{name}: terms[{i}]")
            for i, entry in enumerate(data["terms"])
        )
        return Identity(n, terms, True, name)
    generators, orbits = data.get("generators", []), data.get("orbits")
    if not isinstance(orbits, list) or not isinstance(generators, list):
        raise InputError(f'{name}: neither "terms" nor "generators" and "orbits" are lists')
    for generator in generators:
        if not isinstance(generator, list) or sorted(map(str, generator)) != sorted(
            map(str, range(n))
        ):
            raise InputError(f"{name}: generators: {generator} is not a permutation of 0..{n - 1}")
    written = []
    for i, entry in enumerate(orbits):
        if not isinstance(entry, list) or len(entry) != 2:
            _refuse(f"{name}: orbits[{i}]")
        term = _term(entry[0], entry[1], n, 0, f"{name}: orbits[{i}]")
        written += [Term(term.coefficient, sides) for sides in _orbit(term, generators)]
    return Identity(n, tuple(written), False, name)


def identity_to_json(identity: Identity) -> dict[str, Any]:
    """The public format for a symmetric identity, the other one otherwise."""
    if identity.symmetric:
        terms = [
            {
                "coefficient": str(term.coefficient),
                "pair": [[[i + 1, j + 1] for i, j in side] for side in term.sides],
            }
            for term in identity.terms
        ]
        return {"n": identity.n, "terms": terms}
    orbits = [[str(term.coefficient), term.sides] for term in identity.terms]
    return {"n": identity.n, "generators": [], "orbits": orbits}


def write_identity(identity: Identity, path: str | Path) -> None:
    """Write an identity so that `read_identity` gives it back."""
    write_whole(path, json.dumps(identity_to_json(identity)) + "\n")


def _term(coefficient: Any, sides: Any, n: int, first: int, where: str) -> Term:
    value = exact_scalar(coefficient, f"{where}: its coefficient")
    if not isinstance(sides, list) or len(sides) not in (1, 2):
        _refuse(where)
    result = []
    for side in sides:
        if not isinstance(side, list) or not 0 < len(side) <= MOST_PAIRS:
            _refuse(where)
        for pair in side:
            fits = isinstance(pair, list) and len(pair) == 2
            if not fits or not all(type(i) is int and first <= i < n + first for i in pair):
                raise InputError(
                    f"{where}: {pair} is not a pair of numbers from {first} to {n + first - 1}"
                )
        result.append(tuple(_ordered(i - first, j - first) for i, j in side))
    if len({len(side) for side in result}) != 1:
        raise InputError(f"{where}: its sides have different numbers of pairs")
    return Term(value, tuple(result))


def _refuse(where: str) -> Any:
    raise InputError(f"{where} is not a coefficient with one or two lists of pairs")


def _ordered(i: int, j: int) -> Pair:
    return (i, j) if i <= j else (j, i)


def _transpositions(n: int) -> list[list[int]]:
    """Neighbouring transpositions: they generate all permutations."""
    result = []
    for i in range(n - 1):
        names = list(range(n))
        names[i], names[i + 1] = i + 1, i
        result.append(names)
    return result


def _orbit(term: Term, generators: Iterable[Sequence[int]]) -> list[tuple[Side, ...]]:
    """The distinct images of a term under a group, sorted."""
    start = term.renamed(range(MOST_NUMBERS)).sides
    found, new = {start}, [start]
    generators = list(generators)
    while new:
        image = Term(term.coefficient, new.pop())
        for names in generators:
            sides = image.renamed(names).sides
            if sides not in found:
                found.add(sides)
                new.append(sides)
        if len(found) > _MOST_TERMS:
            raise InputError(f"an orbit has more than {_MOST_TERMS:,} members")
    return sorted(found)
