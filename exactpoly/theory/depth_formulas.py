"""The sharp bounds by depth, ranks and widths, as exact formulas. Proofs: proofs/sharp_bound.md.

A layer is given as ``(n, m)``: `n` ReLU units and `m` units that are passed through linearly. Layers
without ReLU units do not count as hidden layers, they only bound ranks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import factorial, prod

__all__ = [
    "box_bound_by_depth",
    "box_bound_by_widths",
    "face_bound_by_depth",
    "iterated_face_bound",
    "layers_needed",
    "log2_between",
    "space_bound_by_depth",
    "space_bound_by_widths",
]

Units = Sequence[tuple[int, int]]


def space_bound_by_depth(d: int, depth: int) -> int:
    """What the mean number of facets on `R^d` stays below: `2 L (d-2) + 4`, and 2 for `d = 1`.

    ``depth``: number `L >= 1` of hidden layers. No smaller number will do, for any `d` and `L`.

    >>> space_bound_by_depth(3, 1), space_bound_by_depth(3, 2), space_bound_by_depth(1, 9)
    (6, 8, 2)
    """
    return 2 * depth * (d - 2) + 4 if d >= 2 else 2


def box_bound_by_depth(d: int, depth: int) -> int:
    """Upper bound on the mean number of facets in a box, its sides counted: `2 (L+1)(d-2) + 4`.

    >>> box_bound_by_depth(3, 1), box_bound_by_depth(2, 5), box_bound_by_depth(1, 5)
    (8, 4, 2)
    """
    return space_bound_by_depth(d, depth + 1)


def space_bound_by_widths(d: int, units: Units) -> Fraction:
    """Upper bound on the mean number of facets of a region on `R^d`, from ranks and widths.

    Twice the density `M_L`, where `M_l` is the least of half the number of neurons so far and of the
    largest `k + w_k`, `k` at most the rank of the layer; `w_k` is `M_(l-1)` for `k <= d - 2`, at most 1
    for `k = d - 1` and 0 for `k = d`. The dimension is first cut down to the first layer's outputs.

    >>> [space_bound_by_widths(5, [(n, 0) for n in widths]) for widths in ([50], [50, 50], [4, 8])]
    [Fraction(10, 1), Fraction(16, 1), Fraction(8, 1)]
    >>> space_bound_by_widths(3, [(5, 0)] * 4)
    Fraction(11, 1)
    """
    d = min(d, sum(units[0])) if units else 0
    density, neurons = Fraction(0), 0
    for relu, rank in _ranks(d, units):
        neurons += relu
        largest = max(k + _walls(k, d, density) for k in range(rank + 1))
        density = min(largest, Fraction(neurons, 2))
    return 2 * density


def box_bound_by_widths(d: int, units: Units) -> Fraction:
    """Upper bound on the mean number of facets in a box with its sides counted.

    >>> box_bound_by_widths(3, [(1, 0)]), box_bound_by_widths(3, [(50, 0)])
    (Fraction(7, 1), Fraction(8, 1))
    """
    bound, neurons = Fraction(2 * d), 0
    for relu, rank in _ranks(d, units):
        neurons += relu
        largest = max(2 * (k + _walls(k, d, bound / 2)) for k in range(rank + 1))
        bound = min(largest, Fraction(2 * d + neurons))
    return bound


def _ranks(d: int, units: Units) -> Iterator[tuple[int, int]]:
    """(ReLU units, largest possible rank of their forms) of each layer that has ReLU units."""
    rank = d
    for relu, linear in units:
        if relu:
            yield relu, min(rank, relu)
        rank = min(rank, relu + linear)


def _walls(k: int, d: int, density: Fraction) -> Fraction:
    """How many walls of the layers before a region meets on average where `k` forms are shattered."""
    if k <= d - 2:
        return density
    return min(Fraction(1), density) if k == d - 1 else Fraction(0)


def face_bound_by_depth(k: int, d: int, depth: int) -> int:
    """Upper bound on the mean number of `(k-1)`-faces of a `k`-cell of a simple complex on `R^d`.

    `2k + 2(L-1)(d-2)` for `2 <= k <= d`, and 2 for `k = 1`; ``depth``: `L >= 1`.

    >>> face_bound_by_depth(2, 3, 1), face_bound_by_depth(2, 3, 2), face_bound_by_depth(1, 3, 2)
    (4, 6, 2)
    """
    return 2 * k + (2 * (depth - 1) * (d - 2) if k > 1 else 0)


def iterated_face_bound(i: int, j: int, d: int, depth: int) -> Fraction:
    """Upper bound on the mean number of `i`-faces of a `j`-cell, simple: `prod m_k / (j-i)!`.

    With one hidden layer it is the number of `i`-faces of a `j`-cube.

    >>> iterated_face_bound(0, 3, 3, 1), iterated_face_bound(0, 3, 3, 2)
    (Fraction(8, 1), Fraction(16, 1))
    """
    bounds = (face_bound_by_depth(k, d, depth) for k in range(i + 1, j + 1))
    return Fraction(prod(bounds), factorial(j - i))


def layers_needed(d: int, mean: Fraction) -> int:
    """The least number of hidden layers that a network on `R^d`, `d >= 3`, with this mean can have.

    >>> layers_needed(3, Fraction(1165, 193)), layers_needed(3, Fraction(6)), layers_needed(3, Fraction(8))
    (2, 2, 3)
    """
    if mean == 0:
        return 0
    return max(1, (mean - 4) // (2 * (d - 2)) + 1)


def log2_between(number: int, value: Fraction) -> Fraction | None:
    """A rational `r <= log2(number)` that decides whether ``value <= log2(number)``.

    It is so iff ``value <= r``. `r` is `log2` rounded down to `2^-t`, exact for powers of two, with the
    least `t >= 10` that decides; None where no `t <= 20` does.

    >>> log2_between(8, Fraction(3)), log2_between(386, Fraction(1165, 193))
    (Fraction(3, 1), Fraction(4399, 512))
    """
    if number & (number - 1) == 0:
        return Fraction(number.bit_length() - 1)
    power = number ** (1 << 10)
    for t in range(10, 21):
        below = power.bit_length() - 1  # the floor of 2^t log2(number), which is no integer
        if not Fraction(below, 1 << t) < value < Fraction(below + 1, 1 << t):
            return Fraction(below, 1 << t)
        power *= power
    return None
