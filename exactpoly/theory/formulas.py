"""Counting formulas of arrangements and bounds on deep networks, in exact integers.

Widths are numbers of ReLU units, layer by layer; `d` is the input dimension. Proofs or sources are
named in each docstring.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import comb, prod

__all__ = [
    "arrangement_cells",
    "arrangement_mean",
    "central_mean",
    "central_regions",
    "deep_cells",
    "diameter_bound",
    "face_mean_bound",
    "montufar_lower",
    "montufar_upper",
    "serra",
]


def arrangement_cells(n: int, d: int, k: int) -> int:
    """Largest number of `k`-cells of `n` hyperplanes in `R^d`: `C(n,d-k) sum_(i<=k) C(n-d+k,i)`.

    Buck 1943; Zaslavsky 1975. Attained for all `k` exactly by arrangements in general position
    (proofs/theorems.md, 1.3).

    >>> [arrangement_cells(3, 2, k) for k in range(3)], arrangement_cells(16, 5, 5)
    ([3, 9, 7], 6885)
    """
    if d - k > n:
        return 0
    rest = n - d + k
    return comb(n, d - k) * sum(comb(rest, i) for i in range(k + 1))


def arrangement_mean(n: int, d: int) -> Fraction:
    """Exact mean number of facets of a region of `n >= 0` hyperplanes in general position in `R^d`.

    proofs/theorems.md, 1.5.

    >>> arrangement_mean(8, 4)
    Fraction(1024, 163)
    """
    return Fraction(
        2 * n * sum(comb(n - 1, i) for i in range(d)) if n else 0,
        sum(comb(n, i) for i in range(d + 1)),
    )


def central_regions(n: int, d: int) -> int:
    """Regions of `n` hyperplanes through 0 in general linear position in `R^d`: `2 sum_(i<d) C(n-1,i)`.

    Cover 1965. No hyperplane leaves one region, and so does dimension 0.

    >>> central_regions(3, 2), central_regions(4, 3), central_regions(0, 3)
    (6, 14, 1)
    """
    if n == 0 or d == 0:
        return 1
    return 2 * sum(comb(n - 1, i) for i in range(d))


def central_mean(n: int, d: int) -> Fraction:
    """Exact mean number of facets of a region of a central arrangement in general linear position.

    Every wall is a region of the arrangement that the others cut out of one hyperplane (for `d = 1`
    all hyperplanes are the same point, so there is one wall); see proofs/theorems.md, 1.10.

    >>> central_mean(3, 2), central_mean(4, 3)
    (Fraction(2, 1), Fraction(24, 7))
    """
    if n == 0:
        return Fraction(0)
    walls = 1 if d == 1 else n * central_regions(n - 1, d - 1)
    return Fraction(2 * walls, central_regions(n, d))


def serra(d: int, widths: Sequence[int], linear: Sequence[int] | None = None) -> int:
    """Upper bound on the number of regions: Serra, Tjandraatmadja, Ramalingam 2018, Theorem 1.

    ``linear``: units of each layer that are passed through linearly, which keep the rank of what
    follows up; a layer may have no ReLU unit (proofs/theorems.md, 1.11).

    >>> serra(2, [3]), serra(2, [2, 2]), serra(1, [1, 1])
    (7, 11, 3)
    """
    extra = list(linear) if linear is not None else [0] * len(widths)

    most = dict.fromkeys(range(d + 1), 1)  # regions that the layers from here on make, by rank
    for layer in reversed(range(len(widths))):
        n, passed = widths[layer], extra[layer]
        ranks = range(min(d, widths[layer - 1] + extra[layer - 1]) + 1) if layer else [d]
        most = {
            rank: sum(comb(n, j) * most[min(rank, n - j + passed)] for j in range(min(rank, n) + 1))
            for rank in ranks
        }
    return most[d]


def montufar_upper(d: int, widths: Sequence[int], linear: Sequence[int] | None = None) -> int:
    """Upper bound on the number of regions: Montufar 2017. For ``linear`` see `serra`.

    proofs/theorems.md, 1.11.

    >>> montufar_upper(2, [3]), montufar_upper(2, [2, 2])
    (7, 16)
    """
    extra = list(linear) if linear is not None else [0] * len(widths)
    rank, total = d, 1
    for n, more in zip(widths, extra, strict=True):
        total *= sum(comb(n, j) for j in range(min(rank, n) + 1))
        rank = min(rank, n + more)
    return total


def montufar_lower(d: int, widths: Sequence[int]) -> int | None:
    """Linear regions that some network of these widths has: Montufar et al. 2014, Corollary 6.

    proofs/theorems.md, 1.12, and proofs/theorems_deep.md, section 5.

    `prod_(l<L) floor(n_l/d)^d * sum_(j<=d) C(n_L,j)`; None where a layer but the last is narrower
    than `d`, which the construction excludes, or where there is no layer.

    >>> montufar_lower(2, [4, 3]), montufar_lower(3, [2, 2])
    (28, None)
    """
    if not widths or any(n < d for n in widths[:-1]):
        return None
    last = sum(comb(widths[-1], j) for j in range(d + 1))
    folds: int = prod((n // d) ** d for n in widths[:-1])
    return folds * last


def deep_cells(d: int, widths: Sequence[int]) -> tuple[int, ...]:
    """Upper bounds on `f_0 .. f_d` of every network of these widths on `R^d`.

    Each layer cuts every cell by an arrangement of its own dimension (proofs/theorems_deep.md, Theorem 3);
    `f_d` is Serra's bound.

    >>> deep_cells(2, [3]), deep_cells(1, [2, 2])
    ((3, 9, 7), (8, 9))
    """
    cells = [0] * d + [1]
    for n in widths:
        cells = [
            sum(cells[j] * arrangement_cells(n, j, k) for j in range(k, d + 1))
            for k in range(d + 1)
        ]
    cells[d] = min(cells[d], serra(d, widths))
    if d == 1:
        cells[0] = cells[1] - 1
    return tuple(cells)


def face_mean_bound(k: int, d: int, widths: Sequence[int]) -> int:
    """Upper bound on the mean number of `(k-1)`-faces of a `k`-cell, `1 <= k <= d`, on `R^d`.

    `2k` for `k = 1` and for `d = 2`; else the lesser of the number of neurons and `max(N', 4) + 2 (k-2)`,
    where `N'` counts the neurons before the last layer. No genericity (proofs/theorems_deep.md, Theorem 2).

    >>> face_mean_bound(1, 3, [18, 1]), face_mean_bound(2, 3, [18, 1]), face_mean_bound(2, 3, [50])
    (2, 18, 4)
    """
    total = sum(widths)
    if k == 1 or d == 2:
        return min(2 * k, total)
    before = total - (widths[-1] if widths else 0)
    return min(total, max(before, 4) + 2 * (k - 2))


def diameter_bound(widths: Sequence[int]) -> int:
    """Upper bound on the diameter of the graph of regions: `prod (n_l + 1) - 1`.

    A generic segment meets at most `n_l + 1` pieces of layer `l` in each piece of the layer before
    (proofs/theorems.md, 1.13).

    >>> diameter_bound([4]), diameter_bound([4, 8])
    (4, 44)
    """
    return prod(n + 1 for n in widths) - 1
