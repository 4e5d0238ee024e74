"""Maxima in a template: a sparse identity, or a proof that there is none.

Whether the maximum is in the span of the template is linear algebra over the rationals. Sparse solutions
are proposed by reweighted least squares in floats (Chartrand and Yin 2008): small coefficients become
expensive and vanish. The columns that are left are solved for exactly, and the identity is decided by
`hinges`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from flint import fmpq_mat, fmpz_mat, nmod_mat

from exactpoly.depth.hinges import decide
from exactpoly.depth.identity import Identity
from exactpoly.depth.template import Template
from exactpoly.errors import InternalError

__all__ = ["Impossible", "Search", "impossible"]

_PRIME = 2**61 - 1
_ITERATIONS = 60
_SMALL = 1e-7


@dataclass(frozen=True)
class Impossible:
    """An integer functional that vanishes on every column of a template, but not on the maximum."""

    template: Template
    functional: tuple[int, ...]

    def check(self) -> bool:
        """Whether it proves that the maximum is not in the span, in integers."""
        columns = self.template.matrix.T.tolist()
        vanishes = all(
            sum(x * y for x, y in zip(column, self.functional, strict=True)) == 0
            for column in columns
        )
        return vanishes and self.functional[0] != 0


def impossible(found: Template) -> Impossible | None:
    """A functional that proves that the maximum is not in the span of the template, if it is not.

    >>> from exactpoly.depth.template import template
    >>> impossible(template(5, 2)), impossible(template(5, 1)).check()
    (None, True)
    """
    transposed = fmpz_mat(found.matrix.T.tolist())
    kernel, nullity = transposed.nullspace()
    for j in range(nullity):
        if kernel[0, j]:
            column = [int(kernel[i, j]) for i in range(kernel.nrows())]
            proof = Impossible(found, tuple(column))
            if not proof.check():
                raise InternalError("a functional does not vanish on a template")
            return proof
    return None


class Search:
    """Looks for identities with few orbits in a template; ``best`` is the best so far."""

    def __init__(
        self, found: Template, seed: int = 0, pause: Callable[[], None] | None = None
    ) -> None:
        self.template = found
        self.best: Identity | None = None
        self.trials = 0
        self._random = np.random.default_rng(seed)
        self._pause = pause or (lambda: None)
        scale = np.abs(found.matrix).max(axis=0)
        self._unit = np.where(scale > 0, scale, 1).astype(np.float64)
        self._matrix = found.matrix / self._unit
        self._target = np.zeros(len(found.matrix))
        self._target[0] = 1

    def run(self, seconds: float, trials: int | None = None) -> Identity | None:
        """Search for a time, or a number of proposals; returns the best identity."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and (trials is None or self.trials < trials):
            self.trials += 1
            support = self._proposal(end)
            if support is not None:
                self._exact(support)
        return self.best

    def _proposal(self, end: float) -> np.ndarray | None:
        """Indices of columns that a sparse solution seems to use."""
        power = self._random.uniform(0.2, 1.0)
        weights = np.asarray(self._random.exponential(size=self._matrix.shape[1]))
        epsilon = 1.0
        support = np.empty(0, np.int64)
        for _ in range(_ITERATIONS):
            self._pause()
            if time.monotonic() > end:
                return None
            scaled = self._matrix * weights
            solved, *_ = np.linalg.lstsq(scaled @ self._matrix.T, self._target, rcond=1e-13)
            values: np.ndarray = weights * (self._matrix.T @ solved)
            largest = float(np.abs(values).max())
            if not np.isfinite(largest) or largest == 0:
                return None
            values = values / largest
            epsilon = max(epsilon * 0.6, 1e-9)
            weights = (values**2 + epsilon**2) ** (1 - power / 2)
            support = np.flatnonzero(np.abs(values) > _SMALL)
        return support

    def _exact(self, support: np.ndarray) -> None:
        columns = _independent(self.template.matrix, support)
        solution = _solve(self.template.matrix, columns)
        if solution is None:
            return
        chosen = {j: x for j, x in zip(columns, solution, strict=True) if x}
        terms = tuple(
            replace(self.template.terms[j], coefficient=x) for j, x in sorted(chosen.items())
        )
        if self.best is None or len(terms) < len(self.best.terms):
            identity = Identity(self.template.n, terms, True, f"maximum of {self.template.n}")
            if not decide(identity).holds:
                raise InternalError("a solution of the template is no identity")
            self.best = identity


def _independent(matrix: np.ndarray, support: np.ndarray) -> list[int]:
    """Columns of the support that are independent modulo a prime, the first ones."""
    chosen = matrix[:, support]
    reduced, rank = nmod_mat(
        len(chosen), len(support), [int(x) % _PRIME for x in chosen.ravel()], _PRIME
    ).rref()
    pivots, row = [], 0
    for j in range(len(support)):
        if row < rank and int(reduced[row, j]):
            pivots.append(int(support[j]))
            row += 1
    return pivots


def _solve(matrix: np.ndarray, columns: list[int]) -> list[Fraction] | None:
    """The exact solution of ``matrix[:, columns] c = (1, 0, ..)``, if there is one."""
    if not columns:
        return None
    chosen = matrix[:, columns]
    rows = _independent(chosen.T, np.arange(len(matrix)))
    square = fmpz_mat(chosen[rows].tolist())
    target = fmpq_mat(len(rows), 1, [int(i == 0) for i in rows])
    try:
        solved = fmpq_mat(square).solve(target)
    except ZeroDivisionError:
        return None
    solution = [Fraction(int(x.p), int(x.q)) for (x,) in solved.tolist()]
    for i, line in enumerate(chosen.tolist()):
        if sum((a * x for a, x in zip(line, solution, strict=True)), Fraction(0)) != (i == 0):
            return None
    return solution
