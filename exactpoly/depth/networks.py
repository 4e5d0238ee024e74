"""From an identity to its ReLU network with two hidden layers, and back to a proof by the complex.

The last number is taken as 0: `max(x_0, .., x_(n-1)) = x_(n-1) + max(x_0 - x_(n-1), .., 0)`, so the
network has `n - 1` inputs and no biases. Its first layer has a neuron for every `x_i - x_j`, `i < j`, every
`x_i` and every `-x_i`; the second one neuron `P - Q` for each term, since `max(P, Q) = Q + relu(P - Q)`,
and one or two that hand on what is left, a combination of first-layer neurons, whose positive and negative
parts are both nonnegative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product

from exactpoly.complex.complex import Complex
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.depth.identity import Identity, Side, Term
from exactpoly.errors import InputError
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from exactpoly.polyhedra.polyhedron import primitive
from exactpoly.running.run import Run

__all__ = ["MaximumProof", "maximum_network", "prove_maximum"]

_ALL_WAYS = 10
"""Terms up to which every way to write them as `Q + relu(P - Q)` or `P + relu(Q - P)` is tried."""
_MOST_NEURONS = 5_000

Row = list[Fraction]


def maximum_network(identity: Identity) -> Network:
    """The network of an identity of pairwise maxima; `decide` says whether it is the maximum.

    >>> from exactpoly.depth.identity import Identity, Term
    >>> three = Term(Fraction(1), (((0, 1),), ((2, 2),)))
    >>> net = maximum_network(Identity(3, (three,)))
    >>> net.widths, net.evaluate([-1, 5]), net.evaluate([-1, -5])
    ((2, 5, 1, 1), (Fraction(5, 1),), (Fraction(0, 1),))
    """
    written = identity.expanded()
    if len(written.terms) > _MOST_NEURONS:
        raise InputError(
            f"{identity.name}: {len(written.terms):,} terms; a network of up to {_MOST_NEURONS:,}"
            " is written"
        )
    first = _FirstLayer(identity.n)
    two = [term for term in written.terms if len(term.sides) == 2]
    linear = first.zero()
    for term in written.terms:
        if len(term.sides) == 1:
            linear = _add(linear, term.coefficient, first.side(term.sides[0]))
    forms = [[first.side(side) for side in term.sides] for term in two]
    ways = _best_ways(two, forms, linear)
    neurons, outer = [], []
    for term, sides, way in zip(two, forms, ways, strict=True):
        neurons.append(_add(sides[way], Fraction(-1), sides[1 - way]))
        outer.append(term.coefficient)
        linear = _add(linear, term.coefficient, sides[1 - way])
    for sign in (1, -1):
        part = [max(sign * x, Fraction(0)) for x in linear]
        if any(part):
            neurons.append(part)
            outer.append(Fraction(sign))
    layers = (Layer.of(first.rows), Layer.of(neurons), Layer.of([outer], relu=False))
    note = f"max(x_0, .., x_{identity.n - 2}, 0), from {len(two)} maxima of sums of pairwise maxima"
    return Network(layers, f"maximum of {identity.n} in two hidden layers", (note,))


class _FirstLayer:
    """The neurons of the first layer, and pairwise maxima as combinations of them."""

    def __init__(self, n: int) -> None:
        self.last = n - 1
        if n < 2:
            raise InputError(f"maximum: {n} numbers given; give at least 2")
        self.pairs = list(combinations(range(self.last), 2))
        axes = range(self.last)
        self.rows = [[(k == i) - (k == j) for k in axes] for i, j in self.pairs]
        for i in axes:
            self.rows += [[int(k == i) for k in axes], [-int(k == i) for k in axes]]
        self._place = {pair: k for k, pair in enumerate(self.pairs)}

    def zero(self) -> Row:
        return [Fraction(0)] * len(self.rows)

    def side(self, side: Side) -> Row:
        """A sum of pairwise maxima over the neurons."""
        row = self.zero()
        for i, j in side:
            if i != j and j < self.last:
                row[self._place[i, j]] += 1
            if j < self.last:  # max(x_i, x_j) = relu(x_i - x_j) + x_j
                row[len(self.pairs) + 2 * j] += 1
                row[len(self.pairs) + 2 * j + 1] -= 1
            elif i < self.last:  # max(x_i, 0)
                row[len(self.pairs) + 2 * i] += 1
        return row


def _best_ways(two: Sequence[Term], forms: Sequence[list[Row]], linear: Row) -> tuple[int, ...]:
    """For each term which side stands first, so that few neurons are needed for what is left."""
    if len(two) > _ALL_WAYS:
        return (0,) * len(two)

    def left(ways: Sequence[int]) -> tuple[int, int]:
        row = linear
        for term, sides, way in zip(two, forms, ways, strict=True):
            row = _add(row, term.coefficient, sides[1 - way])
        signs = {x > 0 for x in row if x}
        return len(signs), sum(map(bool, row))

    return min(product((0, 1), repeat=len(two)), key=left)


def _add(row: Row, factor: Fraction, other: Row) -> Row:
    return [x + factor * y for x, y in zip(row, other, strict=True)]


@dataclass(frozen=True)
class MaximumProof:
    """What `prove_maximum` found: the complex on `[-1,1]^d`, and the first vertex that disagrees."""

    network: Network
    complex: Complex
    vertices: int
    disagrees: tuple[Fraction, ...] | None

    @property
    def holds(self) -> bool:
        """Whether the network is `max(x_0, .., x_(d-1), 0)` on all of `R^d`."""
        return self.disagrees is None


def prove_maximum(network: Network, run: Run | None = None) -> MaximumProof:
    """Decide whether a network without biases is `max(x_0, .., x_(d-1), 0)` on all of `R^d`.

    Its first layer must have a neuron that vanishes where `x_i = 0` and one where `x_i = x_j`, for all
    `i` and `j`. Then the maximum is linear on every region, as the network is, so on `[-1,1]^d` they are
    equal iff they are so at every vertex of the complex; and both are positively homogeneous
    (proofs/tropical.md, Theorem 6).
    ``run``: that of the enumeration. Raises `InputError` where the conditions are not met.
    """
    d = network.input_dimension
    if network.output_dimension != 1 or any(
        row[-1] for layer in network.layers for row in layer.numerators
    ):
        raise InputError(f"{network.name}: a network with one output and no biases is needed")
    first = network.layers[0]
    present = {_hyperplane(first.numerators[unit][:-1]) for unit in first.neurons}
    axes = range(d)
    for i, j in [*combinations(axes, 2), *((i, i) for i in axes)]:
        if _hyperplane([(k == i) - (k == j != i) for k in axes]) not in present:
            what = f"x_{i}" if i == j else f"x_{i} - x_{j}"
            raise InputError(
                f"{network.name}: no neuron of the first layer vanishes where {what} does, so the"
                " maximum need not be linear on a region"
            )
    complex_ = enumerate_complex(network, domain=f"[-1,1]^{d}", run=run or Run.of())
    count = 0
    if complex_.complete:
        for vertex in complex_.vertices():
            count += 1
            if network.evaluate(vertex)[0] != max(*vertex, 0):
                return MaximumProof(network, complex_, count, vertex)
    return MaximumProof(network, complex_, count, None)


def _hyperplane(row: Sequence[int]) -> tuple[int, ...]:
    """A linear form up to a factor."""
    whole = primitive(row)
    first = next((x for x in whole if x), 0)
    return whole if first >= 0 else tuple(-x for x in whole)
