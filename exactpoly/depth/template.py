"""All symmetrised terms with a given number of pairs, and their coordinates on the sorted cone.

Terms that differ by a permutation of the numbers have the same symmetrised sum, so one of each orbit is
kept; pairs on both sides are left out (`max(P + e, Q + e) = e + max(P, Q)`), sides with fewer pairs are
kept instead. Of orbits with proportional coordinates the first is kept: others add nothing to the span.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, combinations_with_replacement, pairwise, permutations
from math import gcd

import numpy as np

from exactpoly.depth.cones import (
    all_cones,
    cone_coordinates,
    different_rows,
    first_numbers,
    kept,
)
from exactpoly.depth.identity import Side, Term
from exactpoly.depth.symmetric import Hinge, symmetric_sum
from exactpoly.errors import InputError

__all__ = ["Template", "single_template", "template"]

MOST_SIDES = 20_000
MOST_SINGLE = 6


@dataclass(frozen=True, eq=False)
class Template:
    """``terms``: coefficient 1, one of each orbit if ``symmetric``, otherwise each for itself.

    ``matrix``: integers, shape (m, terms), coordinates of each term, or of the sum over its images, in
    which the maximum is ``target``. Rows of a symmetric template are the linear part, then ``hinges``;
    those of another one have the ``keys`` of `cones`.
    """

    n: int
    pairs: int
    loops: bool
    terms: tuple[Term, ...]
    hinges: tuple[Hinge, ...]
    matrix: np.ndarray
    target: np.ndarray
    symmetric: bool = True
    keys: np.ndarray | None = None

    def column(self, term: Term) -> np.ndarray | None:
        """int64, shape (m,): the coordinates of any term, None if it has some that no row stands for."""
        if self.keys is not None:
            return kept(*cone_coordinates(term, all_cones(self.n)), self.keys)
        linear, cut = symmetric_sum(term, self.n)
        if not cut.keys() <= set(self.hinges):
            return None
        return np.array([*linear, *(cut.get(h, 0) for h in self.hinges)])


def template(
    n: int, pairs: int, *, loops: bool = False, pause: Callable[[], None] | None = None
) -> Template:
    """The template of sums of up to ``pairs`` pairwise maxima; ``loops``: also of single numbers.

    >>> small = template(5, 2)
    >>> len(small.terms), small.matrix.shape
    (17, (10, 17))
    """
    pause = pause or (lambda: None)
    terms: list[Term] = []
    columns: list[tuple[list[int], dict[Hinge, int]]] = []
    seen: set[tuple[tuple[int, ...], frozenset[tuple[Hinge, int]]]] = set()
    one = Fraction(1)
    singles = [Term(one, (((0, 1),),)), *([Term(one, (((0, 0),),))] if loops else [])]
    for term in (*singles, *_orbits(n, pairs, loops)):
        pause()
        linear, cut = symmetric_sum(term, n)
        factor = gcd(*linear, *cut.values())
        key = (
            tuple(x // factor for x in linear),
            frozenset((h, c // factor) for h, c in cut.items()),
        )
        if key not in seen:
            seen.add(key)
            terms.append(term)
            columns.append((linear, cut))
    hinges = tuple(sorted({h for _, cut in columns for h in cut}))
    place = {h: n + i for i, h in enumerate(hinges)}
    matrix = np.zeros((n + len(hinges), len(terms)), np.int64)
    for j, (linear, cut) in enumerate(columns):
        matrix[:n, j] = linear
        for hinge, count in cut.items():
            matrix[place[hinge], j] = count
    target = np.zeros(len(matrix), np.int64)
    target[0] = 1
    return Template(n, pairs, loops, tuple(terms), hinges, matrix, target)


def single_template(
    n: int, pairs: int, *, loops: bool = False, pause: Callable[[], None] | None = None
) -> Template:
    """All terms of sums of up to ``pairs`` pairwise maxima, each for itself, on all cones.

    >>> small = single_template(4, 1)
    >>> len(small.terms), small.matrix.shape
    (21, (22, 21))
    """
    if n > MOST_SINGLE:
        raise InputError(
            f"depth: {n} numbers have too many single terms; up to {MOST_SINGLE} are searched"
        )
    pause = pause or (lambda: None)
    edges = sorted([*combinations(range(n), 2), *([(i, i) for i in range(n)] if loops else [])])
    one = Fraction(1)
    terms = [Term(one, ((edge,),)) for edge in edges]
    for k in range(1, pairs + 1):
        for first, second in combinations(combinations_with_replacement(edges, k), 2):
            multiple = k > 1 and len({*first}) == len({*second}) == 1
            if not set(first) & set(second) and not multiple:
                terms.append(Term(one, (first, second)))
    cones = all_cones(n)
    columns = []
    for term in terms:
        pause()
        columns.append(cone_coordinates(term, cones))
    matrix, keys = different_rows(columns, n)
    target = first_numbers(keys, n)
    return Template(n, pairs, loops, tuple(terms), (), matrix, target, False, keys)


def _orbits(n: int, most: int, loops: bool) -> Iterator[Term]:
    edges = list(combinations(range(n), 2)) + [(i, i) for i in range(n)] * loops
    for k in range(1, most + 1):
        sides = list(combinations_with_replacement(sorted(edges), k))
        if len(sides) > MOST_SIDES:
            raise InputError(
                f"depth: {n} numbers and sums of {k} pairs have {len(sides):,} sides; up to"
                f" {MOST_SIDES:,} are searched"
            )
        everyone = _swaps(range(n))
        kinds = _classes(sides, everyone)
        for number, first in enumerate(_firsts(kinds)):
            others = [s for s in sides if kinds[s] >= number and not set(s) & set(first)]
            second = _classes(others, _stabiliser(first, n))
            for other in _firsts(second):
                yield Term(Fraction(1), (first, other))


def _firsts(classes: dict[Side, int]) -> list[Side]:
    """The first member of each class, in order of class."""
    first: dict[int, Side] = {}
    for side, number in classes.items():
        first.setdefault(number, side)
    return [first[number] for number in sorted(first)]


def _classes(sides: Sequence[Side], generators: Iterable[dict[int, int]]) -> dict[Side, int]:
    """The number of the orbit of each side; the list is closed under the generators."""
    result: dict[Side, int] = {}
    generators = list(generators)
    number = -1
    for start in sides:
        if start in result:
            continue
        number += 1
        result[start] = number
        pending = [start]
        while pending:
            side = pending.pop()
            for names in generators:
                image = _image(side, names)
                if image not in result:
                    result[image] = number
                    pending.append(image)
    return {side: result[side] for side in sides}


def _image(side: Side, names: dict[int, int]) -> Side:
    moved = ((names.get(i, i), names.get(j, j)) for i, j in side)
    return tuple(sorted((i, j) if i <= j else (j, i) for i, j in moved))


def _swaps(labels: Iterable[int]) -> list[dict[int, int]]:
    listed = list(labels)
    return [{a: b, b: a} for a, b in pairwise(listed)]


def _stabiliser(side: Side, n: int) -> list[dict[int, int]]:
    """Permutations that generate those which map a side to itself."""
    used = sorted({i for pair in side for i in pair})
    fixing = (dict(zip(used, image, strict=True)) for image in permutations(used))
    return [
        *(names for names in fixing if _image(side, names) == side),
        *_swaps(i for i in range(n) if i not in used),
    ]
