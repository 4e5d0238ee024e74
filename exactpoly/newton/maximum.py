"""The maximum of `n` numbers by a tree of pairwise maxima: `ceil(log2 n)` hidden layers, integers."""

from __future__ import annotations

from exactpoly.errors import InputError
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network

__all__ = ["maximum_tree"]


def maximum_tree(n: int) -> Network:
    """`max(x_1, .., x_n)` from `max(a, b) = relu(a - b) + relu(b) - relu(-b)`, an odd one handed on.

    >>> maximum_tree(5).widths, maximum_tree(5).evaluate([3, -1, 7, 2, 5])
    ((5, 8, 5, 3, 1), (Fraction(7, 1),))
    """
    if n < 2:
        raise InputError(f"maximum: {n} numbers given; give at least 2")
    layers = []
    items = [[int(i == j) for j in range(n)] for i in range(n)]
    while len(items) > 1:
        rows: list[list[int]] = []
        above: list[dict[int, int]] = []
        for a, b in zip(items[::2], items[1::2], strict=False):
            k = len(rows)
            rows += [[x - y for x, y in zip(a, b, strict=True)], b, [-x for x in b]]
            above.append({k: 1, k + 1: 1, k + 2: -1})
        if len(items) % 2:
            k = len(rows)
            rows += [items[-1], [-x for x in items[-1]]]
            above.append({k: 1, k + 1: -1})
        layers.append(Layer.of(rows))
        items = [[line.get(j, 0) for j in range(len(rows))] for line in above]
    return Network((*layers, Layer.of(items, relu=False)), f"maximum of {n}")
