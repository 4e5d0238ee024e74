"""Maxima in a template: a sparse identity, or a proof that there is none.

Whether the maximum is in the span of the template is linear algebra over the rationals. Sparse solutions
are proposed by reweighted least squares in floats (Chartrand and Yin 2008): small coefficients become
expensive and vanish; and by integer programs near a solution that is known (`fewer`). The columns that are
left are solved for exactly, and the identity is decided by `hinges`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from flint import fmpz_mat

from exactpoly.depth.fewer import Neighbourhoods, available
from exactpoly.depth.hinges import decide
from exactpoly.depth.identity import Identity
from exactpoly.depth.linear import solution
from exactpoly.depth.template import Template
from exactpoly.errors import InputError, InternalError

__all__ = ["Impossible", "Search", "impossible"]

_ITERATIONS = 60
_SMALL = 1e-7
_REWEIGHTED = 3
"""Proposals by reweighting before integer programs take over."""


@dataclass(frozen=True)
class Impossible:
    """An integer functional that vanishes on every column of a template, but not on the maximum."""

    template: Template
    functional: tuple[int, ...]

    def check(self) -> bool:
        """Whether it proves that the maximum is not in the span, in integers."""
        target, *columns = (
            sum(x * y for x, y in zip(column, self.functional, strict=True) if x)
            for column in (self.template.target.tolist(), *self.template.matrix.T.tolist())
        )
        return target != 0 and not any(columns)


def impossible(found: Template) -> Impossible | None:
    """A functional that proves that the maximum is not in the span of the template, if it is not.

    >>> from exactpoly.depth.template import template
    >>> impossible(template(5, 2)), impossible(template(5, 1)).check()
    (None, True)
    """
    transposed = fmpz_mat(found.matrix.T.tolist())
    kernel, nullity = transposed.nullspace()
    for j in range(nullity):
        column = [int(kernel[i, j]) for i in range(kernel.nrows())]
        if sum(x * y for x, y in zip(found.target.tolist(), column, strict=True)):
            proof = Impossible(found, tuple(column))
            if not proof.check():
                raise InternalError("a functional does not vanish on a template")
            return proof
    return None


class Search:
    """Looks for identities with few terms in a template; ``best`` is the best so far.

    Reweighting makes the first one. If highspy is installed, integer programs near it look for fewer
    terms then. ``start``: an identity to begin with, of terms of the template.
    """

    def __init__(
        self,
        found: Template,
        seed: int = 0,
        *,
        start: Identity | None = None,
        interrupted: Callable[[], bool] = lambda: False,
    ) -> None:
        self.template = found
        self.best: Identity | None = None
        self.trials = 0
        self._random = np.random.default_rng(seed)
        self._interrupted = interrupted
        self._known: dict[int, Fraction] = {}
        self._started = start is not None
        self._rows: tuple[np.ndarray, np.ndarray] | None = None
        self._near = (
            Neighbourhoods(found.matrix, found.target, self._random, interrupted)
            if available()
            else None
        )
        if start is not None:
            self._exact(np.array(_columns(found, start), np.intp))
            if self.best is None:
                raise InputError(f"{start.name}: does not give the maximum in this template")

    def run(self, seconds: float, trials: int | None = None) -> Identity | None:
        """Search for a time, or a number of proposals; returns the best identity."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and (trials is None or self.trials < trials):
            if self._interrupted():
                break
            self.trials += 1
            support = self._proposal(end)
            if support is not None:
                self._exact(support)
        return self.best

    def _proposal(self, end: float) -> np.ndarray | None:
        """Indices of columns that a sparse solution seems to use."""
        early = self.trials <= _REWEIGHTED and not self._started
        if self._near is None or not self._known or early:
            return self._reweighted(end)
        known = {j: float(x) for j, x in self._known.items()}
        return self._near.proposal(known, end - time.monotonic())

    def _reweighted(self, end: float) -> np.ndarray | None:
        if self._rows is None:
            self._rows = _orthonormal(self.template)
        matrix, target = self._rows
        power = self._random.uniform(0.2, 1.0)
        weights = np.asarray(self._random.exponential(size=matrix.shape[1]))
        epsilon = 1.0
        support = None
        for _ in range(_ITERATIONS):
            if time.monotonic() > end or self._interrupted():
                return None
            scaled = matrix * weights
            solved, *_ = np.linalg.lstsq(scaled @ matrix.T, target, rcond=1e-13)
            values: np.ndarray = weights * (matrix.T @ solved)
            largest = float(np.abs(values).max())
            if not np.isfinite(largest) or largest == 0:
                return None
            values = values / largest
            epsilon = max(epsilon * 0.6, 1e-9)
            weights = (values**2 + epsilon**2) ** (1 - power / 2)
            support = np.flatnonzero(np.abs(values) > _SMALL)
        return support

    def _exact(self, support: np.ndarray) -> None:
        """Solve for the columns of a proposal; keep what has no more terms than the best."""
        found = self.template
        solved = solution(found.matrix[:, support], found.target)
        if solved is None or (self.best is not None and len(solved) > len(self._known)):
            return
        better = len(solved) < len(self._known) or self.best is None
        self._known = {int(support[j]): x for j, x in solved.items()}
        if better:
            terms = (replace(found.terms[j], coefficient=x) for j, x in sorted(self._known.items()))
            name = f"maximum of {found.n}"
            identity = Identity(found.n, tuple(terms), found.symmetric, name)
            if not decide(identity).holds:
                raise InternalError("a solution of the template is not an identity")
            self.best = identity


def _orthonormal(found: Template) -> tuple[np.ndarray, np.ndarray]:
    """Orthonormal rows, and a target, with the solutions of the template up to a factor a column."""
    scale = np.abs(found.matrix).max(axis=0)
    matrix = found.matrix / np.where(scale > 0, scale, 1).astype(np.float64)
    left, sizes, right = np.linalg.svd(matrix, full_matrices=False)
    rank = int((sizes > sizes[0] * 1e-11).sum())
    return right[:rank], left[:, :rank].T @ found.target / sizes[:rank]


def _columns(found: Template, start: Identity) -> list[int]:
    """The columns of the terms of an identity; raises `InputError` for a term that has none."""
    if (start.n, start.symmetric) != (found.n, found.symmetric):
        kinds = {True: "summed over all permutations", False: "term by term"}
        raise InputError(
            f"{start.name}: it is about {start.n} numbers, {kinds[start.symmetric]}; the search is"
            f" about {found.n}, {kinds[found.symmetric]}"
        )
    place = {column.tobytes(): j for j, column in enumerate(_primitive(found.matrix).T)}
    result = []
    for i, term in enumerate(start.terms):
        column = found.column(term)
        j = None if column is None else place.get(_primitive(column[:, None]).T[0].tobytes())
        if j is None:
            raise InputError(f"{start.name}: term {i + 1} is not in the template")
        result.append(j)
    return sorted(set(result))


def _primitive(matrix: np.ndarray) -> np.ndarray:
    """Columns divided by their common divisors; int64, in C order by columns."""
    whole = matrix.astype(np.int64)
    return np.asfortranarray(whole // np.maximum(np.gcd.reduce(whole, axis=0), 1))
