"""Chains: every neuron is a form in the inputs and in the outputs of all neurons before it.

Every feed-forward network with skip connections can be written so. With `N` neurons the mean number of
facets is at most `N`; the chain here shows that `2d + 1` neurons are enough for a mean above `2d` where
`d` is 3 or 4 (proofs/open.md, section 1). It was found by simulated annealing.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from exactpoly.errors import InputError
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network

__all__ = ["chain_network", "few_neurons_network"]

_SEVEN = (
    "0 1 0 0",
    "0 0 1 0 0",
    "-1/4 1 0 -10 -1 -1/2",
    "-5/16 -1/8 -1/4 20 0 14 -9/4",
    "0 0 -1/8 0 1/2 3 -2 -1/4",
    "33/64 -1/32 7/16 0 -2 5 3 20 53/32",
    "-1/8 0 -1/8 1 1/2 0 -2 -5 2 -63/128",
)
"""Seven neurons on `R^3`: coefficients of the inputs, of the neurons before, and the constant."""


def chain_network(d: int, rows: Sequence[Sequence[Fraction]], name: str = "chain") -> Network:
    """One neuron a layer, everything before it passed on by linear units.

    ``rows``: the `k`-th has `d + k + 1` numbers: coefficients of the `d` inputs and of the outputs of the
    `k` neurons before, then the constant.

    >>> chain_network(1, [[Fraction(1), Fraction(0)], [Fraction(-1), Fraction(2), Fraction(-1)]]).n_neurons
    2
    """
    layers = []
    for k, row in enumerate(rows):
        passed = [[Fraction(i == j) for j in range(d + k)] for i in range(d + k)]
        bias = [Fraction(0)] * (d + k) + [row[-1]]
        relu = [False] * (d + k) + [True]
        layers.append(Layer.of([*passed, list(row[:-1])], bias, relu=relu))
    return Network(tuple(layers), name)


def few_neurons_network(d: int) -> Network:
    """`2d + 1` neurons on `R^d`, `d` 3 or 4, whose regions have more than `2d` facets on average.

    For `d = 4` the neurons `x_4` and `|x_4| - 1` are added: a product with a line cut in four intervals.

    >>> import exactpoly as ep
    >>> network = few_neurons_network(3)
    >>> network.n_neurons, ep.enumerate(network).mean_facets > 6
    (7, True)
    """
    if d not in (3, 4):
        raise InputError(f"few-neurons: known for dimension 3 and 4, not for {d}")
    rows = [[Fraction(x) for x in row.split()] for row in _SEVEN]
    if d == 4:
        none, one = Fraction(0), Fraction(1)
        rows = [[*row[:3], none, *row[3:]] for row in rows]
        rows.append([none, none, none, one, *[none] * 7, none])
        rows.append([none, none, none, -one, *[none] * 7, 2 * one, -one])
    return chain_network(d, rows, f"few neurons {d}")
