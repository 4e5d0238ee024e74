"""Masden's hypotheses, decided on the complex at hand, with a witness where they fail.

Definitions: M. Masden, *Algorithmic determination of the combinatorial structure of the linear
regions of ReLU neural networks* (2022); Grigsby and Lindsey 2022. *Generic*: the hyperplanes of each
layer are in general position in that layer's input space. *Supertransversal*: for each layer, the
map of the layers before it, restricted to any cell of their complex, is transverse to every
intersection of the layer's hyperplanes.

What is decided (proofs/theorems_deep.md, Theorem 1): a complex is supertransversal iff on each cell
the dimension that a layer takes away from its parent cell equals the rank of the weight rows of
the layer's neurons that vanish on the cell. A simple complex is supertransversal; a generic and
supertransversal one is simple. On a box only cells off its boundary are looked at.

Only points that inputs of the network reach count here. The published definition looks at the whole input
space of every layer, which asks more from three hidden layers on: `tails` decides that form.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

from exactpoly.theory.position import UNDECIDED, not_in_general_position, rank
from exactpoly.theory.verdict import Hypothesis

if TYPE_CHECKING:
    from exactpoly.complex.complex import Complex
    from exactpoly.network.network import Network

__all__ = ["generic", "supertransversal", "zero_cells"]


def generic(network: Network) -> Hypothesis:
    """Whether the hyperplanes of every layer are in general position."""
    name = "generic"
    first = 0
    undecided = ""
    for index, layer in enumerate(network.layers):
        rows = [layer.numerators[unit] for unit in layer.neurons]
        found = not_in_general_position(rows)
        if found is UNDECIDED:
            undecided = f"layer {index} has too many subsets of hyperplanes to look at"
        elif isinstance(found, tuple):
            neurons = ", ".join(str(first + i) for i in found)
            return Hypothesis(
                name, False, f"layer {index}: neurons {neurons} are not in general position"
            )
        first += len(rows)
    return Hypothesis(name, None if undecided else True, undecided)


def supertransversal(complex_: Complex) -> Hypothesis:
    """Whether the network is supertransversal on the domain of the complex."""
    name = "supertransversal"
    network = complex_.network
    for k, row in zero_cells(complex_):
        fault = _fault(network, row, k)
        if fault is not None:
            layer, neurons, taken, expected = fault
            word = "".join("0+-"[s] for s in row)
            listed = ", ".join(str(n) for n in neurons)
            return Hypothesis(
                name,
                False,
                f"cell {word} of dimension {k}: neurons {listed} of layer {layer} vanish on it and"
                f" have rank {expected}, but take away dimension {taken}",
            )
    return Hypothesis(name, True)


def zero_cells(complex_: Complex) -> Iterator[tuple[int, tuple[int, ...]]]:
    """(dimension, sign row) of each cell off the boundary on more than `d - k` zero sets."""
    for k in range(complex_.dimension + 1):
        sides = complex_.cells.sides(k)
        for cell in complex_.cells.excess(k):
            if sides[cell] == 0:
                yield k, tuple(complex_.cells.row(k, int(cell)).tolist())


def _fault(
    network: Network, row: tuple[int, ...], k: int
) -> tuple[int, tuple[int, ...], int, int] | None:
    """The first layer whose vanishing neurons take away too little, see the module."""
    (gradients, _), _ = network.affine_maps(row)
    vanishing: list[list[int]] = []
    before = 0
    first = 0
    for index, layer in enumerate(network.layers):
        here = [i for i in range(len(layer.neurons)) if row[first + i] == 0]
        vanishing += [_integers(gradients[first + i]) for i in here]
        lost = rank(vanishing)
        expected = rank([layer.numerators[layer.neurons[i]][:-1] for i in here])
        if lost - before != expected:
            return index, tuple(first + i for i in here), lost - before, expected
        before = lost
        first += len(layer.neurons)
    return None


def _integers(line: Sequence[Fraction]) -> list[int]:
    common = lcm(*(x.denominator for x in line))
    return [int(x * common) for x in line]
