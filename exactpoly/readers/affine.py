"""Exact affine forms on units: the one intermediate that every framework is lowered to.

A *unit* is an input coordinate, a ReLU unit or a value passed through linearly; units are numbered.
A tensor of the framework is an `Affine`: each of its entries is an affine form on units. Reshaping,
transposing and slicing only reorder entries; a linear operator recombines them, exactly.

For the comparison with the framework, and for nothing else, a tensor also carries its float values at
the sample points, with their *magnitudes*, running sums of `|w| |x|` since the last unit, and the number
of roundings since then: by the standard analysis (Higham 2002, section 3.1) that stretch of any
floating-point evaluation errs by at most `gamma_n * magnitude`, whatever the order of its sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import lcm

import numpy as np
from flint import fmpz_mat

from exactpoly.readers.exact_array import ExactArray
from exactpoly.readers.float_rows import quotients
from exactpoly.readers.rows import Row, SharedRow, scaled
from exactpoly.readers.work import check_bits, spend

__all__ = ["Affine", "Terms", "add", "combine", "constant", "shift", "stack", "take", "times"]

Terms = tuple[Sequence[int], Sequence[int]]
"""One entry of a recombination: positions in the source tensor, and integer coefficients."""

_DENSE_COST = 2_000_000
_AN_ENTRY = 10
"""Operations that an entry of a tensor counts as, for its samples and its row."""


@dataclass(eq=False)
class Affine:
    """A tensor whose entry `i` (row-major) is `(sum_u rows[i][u] * u + constants[i]) / denominator`.

    ``rows``: for each entry, unit number to nonzero integer coefficient;
    ``level``: how many ReLUs lie in sequence below the tensor; ``samples`` and ``magnitude`` (float64,
    shape (points, entries)) and ``roundings``: see the module.
    """

    shape: tuple[int, ...]
    rows: list[Row]
    constants: list[int]
    denominator: int
    level: int
    samples: np.ndarray
    magnitude: np.ndarray
    roundings: int = 0
    lifted: Affine | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        spend(_AN_ENTRY * len(self.rows))

    @property
    def size(self) -> int:
        """Number of entries."""
        return len(self.rows)

    @property
    def indices(self) -> np.ndarray:
        """int64, of the tensor's shape: the row-major position of each entry."""
        return np.arange(self.size, dtype=np.int64).reshape(self.shape)

    def units(self) -> set[int]:
        """The units that some entry depends on."""
        return set().union(*self.rows)

    def is_simple(self) -> bool:
        """Whether no entry depends on more than one unit."""
        return all(len(row) <= 1 for row in self.rows)

    def sole_units(self) -> list[int] | None:
        """The units, if the entries are distinct units themselves; otherwise None."""
        if self.denominator != 1 or any(self.constants):
            return None
        units = [next(iter(row)) for row in self.rows if len(row) == 1]
        if len(units) != self.size or len(set(units)) != self.size:
            return None
        return units if all(1 in row.values() for row in self.rows) else None


def take(x: Affine, index: np.ndarray) -> Affine:
    """The tensor of entries ``index`` (int, row-major positions in ``x``), in the shape of ``index``."""
    spend(index.size)
    flat = index.ravel().tolist()
    return Affine(
        index.shape,
        [x.rows[i] for i in flat],
        [x.constants[i] for i in flat],
        x.denominator,
        x.level,
        x.samples[:, flat],
        x.magnitude[:, flat],
        x.roundings,
    )


def constant(values: ExactArray, points: int) -> Affine:
    """A constant array as a tensor, for ``points`` sample points."""
    flat = values.numerators.ravel().tolist()
    samples = np.tile(quotients(flat, values.denominator), (points, 1))
    rows: list[Row] = [{}] * len(flat)
    return Affine(values.shape, rows, flat, values.denominator, 0, samples, np.abs(samples))


def stack(parts: Sequence[Affine]) -> Affine:
    """The entries of all parts one after the other, as a vector."""
    common = lcm(*(p.denominator for p in parts))
    rows: list[Row] = []
    constants: list[int] = []
    for part in parts:
        factor = common // part.denominator
        rows += part.rows if factor == 1 else [scaled(row, factor) for row in part.rows]
        constants += [c * factor for c in part.constants]
    return Affine(
        (len(rows),),
        rows,
        constants,
        common,
        max(p.level for p in parts),
        np.concatenate([p.samples for p in parts], axis=1),
        np.concatenate([p.magnitude for p in parts], axis=1),
        max(p.roundings for p in parts),
    )


def add(x: Affine, y: Affine) -> Affine:
    """The entrywise sum of two tensors of one shape."""
    common = lcm(x.denominator, y.denominator)
    check_bits(common.bit_length())
    spend(sum(map(len, x.rows)) + sum(map(len, y.rows)))
    fx, fy = common // x.denominator, common // y.denominator
    rows: list[Row] = []
    for a, b in zip(x.rows, y.rows, strict=True):
        if not a or not b:  # A bias has no units.
            rows.append(scaled(a or b, fx if a else fy))
            continue
        row = dict(scaled(a, fx).items())
        for unit, coefficient in b.items():
            row[unit] = row.get(unit, 0) + coefficient * fy
        rows.append({unit: coefficient for unit, coefficient in row.items() if coefficient})
    constants = [a * fx + b * fy for a, b in zip(x.constants, y.constants, strict=True)]
    return Affine(
        x.shape,
        rows,
        constants,
        common,
        max(x.level, y.level),
        x.samples + y.samples,
        x.magnitude + y.magnitude,
        max(x.roundings, y.roundings) + 1,
    )


def times(x: Affine, factors: ExactArray) -> Affine:
    """The entrywise product with constants of the same shape."""
    flat = factors.numerators.ravel().tolist()
    floats = quotients(flat, factors.denominator)
    check_bits(x.denominator.bit_length() + factors.denominator.bit_length())
    spend(sum(map(len, x.rows)))
    return Affine(
        x.shape,
        [scaled(row, f) for row, f in zip(x.rows, flat, strict=True)],
        [c * f for c, f in zip(x.constants, flat, strict=True)],
        x.denominator * factors.denominator,
        x.level,
        x.samples * floats,
        x.magnitude * np.abs(floats),
        x.roundings + 2,
    )


def shift(x: Affine, offsets: ExactArray) -> Affine:
    """The entrywise sum with constants of the same shape."""
    return add(x, constant(offsets, len(x.samples)))


def combine(x: Affine, terms: Sequence[Terms], denominator: int, shape: tuple[int, ...]) -> Affine:
    """The tensor whose entry `i` is `sum_k coefficients[k] * x[positions[k]] / denominator`.

    ``terms[i]`` is `(positions, coefficients)` of entry `i` in row-major order of ``shape``.
    """
    units = x.sole_units()
    check_bits(x.denominator.bit_length() + denominator.bit_length())
    spend(sum(len(positions) for positions, _ in terms) if units else _cost(x, terms))
    direct = None if units is None else _combine_units(units, terms)
    if direct is not None:
        rows, constants = direct, [0] * len(direct)
    elif _cost(x, terms) > _DENSE_COST:
        rows, constants = _combine_dense(x, terms)
    else:
        rows, constants = _combine_sparse(x, terms)
    samples = np.zeros((len(x.samples), len(terms)))
    magnitude = np.zeros_like(samples)
    for i, (positions, coefficients) in enumerate(terms):
        floats = quotients(coefficients, denominator)
        samples[:, i] = x.samples[:, positions] @ floats
        magnitude[:, i] = x.magnitude[:, positions] @ np.abs(floats)
    longest = max((len(positions) for positions, _ in terms), default=0)
    return Affine(
        shape,
        rows,
        constants,
        x.denominator * denominator,
        x.level,
        samples,
        magnitude,
        x.roundings + longest + 2,
    )


def _combine_units(units: Sequence[int], terms: Sequence[Terms]) -> list[Row] | None:
    """The rows where the source is distinct units, each at most once in a term; otherwise None."""
    rows: list[Row] = []
    for _, alike in groupby(terms, lambda term: id(term[0])):
        members = list(alike)
        positions = members[0][0]
        places = {units[p]: place for place, p in enumerate(positions)}
        if len(places) != len(positions):
            return None
        for _, coefficients in members:
            if len(members) > 1 and all(coefficients):
                rows.append(SharedRow(places, coefficients))
            else:
                rows.append({unit: c for unit, c in zip(places, coefficients, strict=True) if c})
    return rows


def _combine_sparse(x: Affine, terms: Sequence[Terms]) -> tuple[list[Row], list[int]]:
    rows: list[Row] = []
    constants = []
    for positions, coefficients in terms:
        row: dict[int, int] = {}
        total = 0
        for p, c in zip(positions, coefficients, strict=True):
            if c:
                total += c * x.constants[p]
                for unit, value in x.rows[p].items():
                    row[unit] = row.get(unit, 0) + c * value
        rows.append({unit: value for unit, value in row.items() if value})
        constants.append(total)
    return rows, constants


def _combine_dense(x: Affine, terms: Sequence[Terms]) -> tuple[list[Row], list[int]]:
    """The same by one exact integer matrix product, which wins where most coefficients are set."""
    units = sorted(x.units())
    matrix = []
    for positions, coefficients in terms:
        line = [0] * x.size
        for p, c in zip(positions, coefficients, strict=True):
            line[p] += c
        matrix.append(line)
    source = [
        [*(row.get(unit, 0) for unit in units), c]
        for row, c in zip(x.rows, x.constants, strict=True)
    ]
    product = (fmpz_mat(matrix) * fmpz_mat(source)).tolist()
    rows: list[Row] = []
    constants = []
    for line in product:
        values = [int(value) for value in line]
        constants.append(values.pop())
        rows.append({unit: v for unit, v in zip(units, values, strict=True) if v})
    return rows, constants


def _cost(x: Affine, terms: Sequence[Terms]) -> int:
    lengths = [len(row) for row in x.rows]
    return sum(lengths[p] for positions, _ in terms for p in positions)
