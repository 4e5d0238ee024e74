"""A floating-point filter for redundancy: a nonnegative combination that certainly exists.

Let `y_1, .., y_d` and `t` be vectors of `R^d`, exact, and `A` the matrix with columns `y_j`. The row
`1 + t.x >= 0` follows from the rows `1 + y_j.x >= 0` if `A s = t` has a solution with `s >= 0` and
`sum(s) <= 1`. Let `R` be any matrix and `s'` any vector. If `a = norm(I - R A) < 1` in the maximum norm,
`A` is regular, and the solution differs from `s'` by at most `norm(R (t - A s')) / (1 - a)` in each
entry (S. M. Rump, *Verification methods*, Acta Numerica 19 (2010), section 10). `R` and `s'` are
computed in floats and bounds on both norms with them: where each stored entry of `A` and `t` has a
relative error of at most `u = 2^-53`, products and sums of up to `d + 1` terms, in any order, err by
at most `g (|R||A| + I)` and `g (|A||s'| + |t|)` with `g = (2 d + 20) u`, which covers the rounding of
the entries, of the products and of the differences (Higham 2002, section 3.1). The bounds are sums of
nonnegative floats, so a factor 1.001 covers their own rounding, and 1e-290 underflow.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["certainly_combination", "safe_rows"]

_ROUNDING = 2.0**-53
_UNDERFLOW = 1e-290
_SLACK = 1.001
_SMALLEST, _LARGEST = 1e-120, 1e120


def safe_rows(normals: np.ndarray, exact: Sequence[Sequence[int]]) -> np.ndarray:
    """bool, shape (m,): rows whose floats have a relative error of at most `2^-53`.

    ``normals``: float64, shape (m, d), quotients ``row[1:] / row[0]`` rounded to nearest; ``exact``: the
    rows. Such a quotient is zero only where it is exactly zero, and far from both ends of the range.
    """
    zero = np.array([[x == 0 for x in row[1:]] for row in exact], dtype=bool)
    size = np.abs(normals)
    inside = (size > _SMALLEST) & (size < _LARGEST)
    return np.asarray((zero | inside).all(axis=1))


def certainly_combination(
    vectors: np.ndarray, target: np.ndarray, inverse: np.ndarray | None = None
) -> bool:
    """Whether the exact ``target`` is certainly a combination as in the module.

    ``vectors``: float64, shape (d, d), the `y_j` as rows; ``target``: float64, shape (d,); all safe;
    ``inverse``: any guess of the inverse of the matrix with them as columns, tried first.
    """
    if inverse is not None and _holds(vectors.T, target, inverse):
        return True
    try:
        return _holds(vectors.T, target, np.linalg.inv(vectors.T))
    except np.linalg.LinAlgError:
        return False


def _holds(matrix: np.ndarray, target: np.ndarray, inverse: np.ndarray) -> bool:
    d = len(target)
    rounding = (2 * d + 20) * _ROUNDING
    with np.errstate(all="ignore"):
        guess = inverse @ target
        size = np.abs(inverse)
        gap = inverse @ matrix
        gap[np.diag_indices(d)] -= 1
        # Row sums of |I - R A| + g (|R| |A| + I), the product summed along rows at once.
        sums = np.abs(gap).sum(axis=1) + d * _UNDERFLOW
        sums += rounding * (size @ np.abs(matrix).sum(axis=1) + 1)
        contraction = _SLACK * sums.max()
        residual = np.abs(target - matrix @ guess)
        residual += rounding * (np.abs(matrix) @ np.abs(guess) + np.abs(target)) + _UNDERFLOW
        error = _SLACK * (size @ residual + _UNDERFLOW).max() / (1 - contraction)
        return bool(
            contraction < 0.5
            and error < 1
            and guess.min() > 2 * error
            and guess.sum() * _SLACK + 2 * d * error < 1
        )
