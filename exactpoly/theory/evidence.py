"""The exact facts about one complex that theorems are checked against, each found when first asked for."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from exactpoly.complex.compiled import count_cells, fits
from exactpoly.complex.subdivide import Subdivision
from exactpoly.errors import InternalError
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from exactpoly.theory.distances import DiameterBounds, diameter_bounds
from exactpoly.theory.position import UNDECIDED, dependent_subset, not_in_general_position, rank
from exactpoly.theory.tails import supertransversal_everywhere
from exactpoly.theory.transversality import generic, supertransversal
from exactpoly.theory.verdict import Hypothesis

if TYPE_CHECKING:
    from exactpoly.complex.complex import Complex

__all__ = ["Evidence"]


class Evidence:
    """Facts about a complete complex; see the properties.

    ``d``: dimension; ``widths``: numbers of ReLU units of the layers that have some; ``on_space``:
    the domain is `R^d`, ``on_box``: a box. A partial complex is the whole complex of its first neurons,
    and that is the network meant.
    """

    def __init__(self, complex_: Complex) -> None:
        self.complex = complex_
        self.network = complex_.network
        self.d = complex_.dimension
        self.on_space = complex_.domain.is_space
        self.on_box = complex_.domain.is_box
        self.widths = tuple(len(x.neurons) for x in self.network.layers if x.neurons)

    # Counts

    @property
    def f(self) -> tuple[int, ...]:
        """`f_0 .. f_d`."""
        return self.complex.f_vector

    @property
    def mean(self) -> Fraction:
        """Mean number of facets of a region off the boundary of the domain."""
        return self.complex.mean_facets

    @property
    def mean_with_boundary(self) -> Fraction:
        """Mean number of facets of a region, those on the boundary of a box counted."""
        return self.complex.mean_facets_with_domain_boundary

    @property
    def simple(self) -> Hypothesis:
        """Whether every `k`-cell lies on exactly `d - k` zero sets."""
        if self.complex.simple:
            return Hypothesis("simple", True)
        k, neurons, sides = next(self.complex.non_simple_cells())
        return Hypothesis(
            "simple",
            False,
            f"a cell of dimension {k} lies on neurons {list(neurons)}"
            + (f" and sides {list(sides)}" if sides else ""),
        )

    @cached_property
    def face_pairs(self) -> tuple[int, ...]:
        """Entry `k`: number of pairs of a `k`-cell and a `(k-1)`-cell in its closure; entry 0 is 0."""
        cells = self.complex.cells
        shown = cells.counts
        # A cell at infinity has its faces there, so faces that are shown have owners that are.
        return (
            0,
            *(int((cells.facets(k).entries < shown[k - 1]).sum()) for k in range(1, self.d + 1)),
        )

    @property
    def fewest_facets(self) -> int:
        """The least number of facets of a region off the boundary of the domain."""
        return int(self.complex.facet_counts.min())

    @cached_property
    def growth(self) -> tuple[tuple[int, int], ...]:
        """On `R^d`: `(f_(d-1), f_d)` after each neuron; the last pair is that of the complex itself.

        The network is run through again. On a box cells on its boundary
        are left out of all pairs but the last.
        """
        if not self.network.n_neurons:
            return ()
        network, domain = self.network, self.complex.domain
        if fits(network, domain):
            added = count_cells(network, domain).growth
            # The domain itself is the one region before any neuron.
            pairs = np.cumsum(added[:-1, -2:], axis=0).tolist()
            return (*((walls, 1 + regions) for walls, regions in pairs), (self.f[-2], self.f[-1]))
        result: list[tuple[int, int]] = []

        def record(run: Subdivision) -> None:
            walls, regions = (
                int(((level.alive.view != 0) & (level.sides.view == 0)).sum())
                for level in run.block.lattice.levels[-2:]
            )
            result.append((walls, regions))

        if self.network.n_neurons > 1:
            shorter = self.network.truncated(self.network.n_neurons - 1)
            Subdivision(shorter, domain).run(progress=record)
        return (*result, (self.f[-2], self.f[-1]))

    @cached_property
    def diameter(self) -> DiameterBounds:
        """Certified bounds on the diameter of the graph of regions.

        With one layer regions are joined along a segment that meets each hyperplane at most once, so
        they are no further apart than there are neurons with both signs (proofs/theorems.md, 1.13).
        """
        bounds = diameter_bounds(self.complex.n_regions, self.complex.neighbours)
        if bounds.exact or not self.one_layer:
            return bounds
        rows = self.complex.region_rows
        crossed = int(((rows > 0).any(axis=0) & (rows < 0).any(axis=0)).sum())
        if crossed < bounds.lower:
            raise InternalError(f"regions {bounds.lower} apart on {crossed} hyperplanes")
        return replace(bounds, upper=min(bounds.upper, crossed))

    # Architecture and first layer

    @property
    def one_layer(self) -> bool:
        """Whether at most one layer has neurons: the complex is a hyperplane arrangement."""
        return len(self.widths) <= 1

    @cached_property
    def units(self) -> tuple[tuple[int, int], ...]:
        """(ReLU units, linear units) of each layer but a last one without ReLU units."""
        layers = self.network.layers
        hidden = layers if layers[-1].neurons else layers[:-1]
        return tuple((len(x.neurons), x.outputs - len(x.neurons)) for x in hidden)

    @cached_property
    def first_hyperplanes(self) -> tuple[tuple[int, ...], ...]:
        """The first ReLU layer's neurons as forms on the input space: integers, the constant last."""
        if not self.widths:
            return ()
        (matrix, constants), _ = self.network.affine_maps([0] * self.network.n_neurons)
        rows = []
        for line, constant in zip(matrix[: self.widths[0]], constants, strict=False):
            rows.append(Layer.of([[*line, constant]]).numerators[0][:-1])
        return tuple(rows)

    @cached_property
    def first_rank(self) -> int:
        """Rank of the gradients of the first ReLU layer's neurons."""
        return rank([row[:-1] for row in self.first_hyperplanes])

    @cached_property
    def reduced(self) -> tuple[int, Network | None]:
        """(rank `r` of the first layer's weights, the network on `R^r`), None for `r = 0`.

        The first layer is `A B x + b` with `B` of full row rank; the reduced network takes `B x`.
        """
        first = self.network.layers[0]
        chosen: list[int] = []
        for i in range(first.outputs):
            if rank([first.numerators[j][:-1] for j in (*chosen, i)]) > len(chosen):
                chosen.append(i)
        if not chosen:
            return 0, None
        from flint import fmpq_mat, fmpz_mat

        basis = fmpq_mat(fmpz_mat([list(first.numerators[i][:-1]) for i in chosen]))
        weights = fmpq_mat(fmpz_mat([list(row[:-1]) for row in first.numerators]))
        # The rows of the weights in terms of the basis: A = W B^T (B B^T)^-1.
        gram = (basis * basis.transpose()).inv()
        factor = (weights * basis.transpose() * gram).tolist()
        layer = Layer.of(
            [[Fraction(int(x.p), int(x.q)) / first.denominator for x in row] for row in factor],
            first.bias,
            relu=first.relu,
        )
        return len(chosen), Network(
            (layer, *self.network.layers[1:]), f"{self.network.name} reduced"
        )

    # Hypotheses

    @cached_property
    def generic(self) -> Hypothesis:
        """Whether every layer's hyperplanes are in general position."""
        return generic(self.network)

    @cached_property
    def supertransversal(self) -> Hypothesis:
        """Whether the network is supertransversal on the domain: at the points that its inputs reach."""
        return supertransversal(self.complex)

    @cached_property
    def supertransversal_everywhere(self) -> Hypothesis:
        """The published form, on the whole input space of every layer; the same up to two layers."""
        return supertransversal_everywhere(self.network, self.generic, self.simple)

    @cached_property
    def general_position(self) -> Hypothesis:
        """Whether the first ReLU layer's hyperplanes in input space are in general position."""
        return _positioned("general position", not_in_general_position(self.first_hyperplanes))

    @cached_property
    def general_linear_position(self) -> Hypothesis:
        """Whether any `d` of the first ReLU layer's gradients are linearly independent."""
        gradients = [row[:-1] for row in self.first_hyperplanes]
        size = min(len(gradients), self.d)
        found = dependent_subset(gradients, size) if gradients else None
        return _positioned("general linear position", found)

    @property
    def full_first_rank(self) -> Hypothesis:
        """Whether the first layer has rank `min(n_1, d)`, as in general position."""
        expected = min(len(self.first_hyperplanes), self.d)
        return Hypothesis(
            "first layer of rank min(n_1, d)",
            self.first_rank == expected,
            f"rank {self.first_rank}, min(n_1, d) = {expected}",
        )


def _positioned(name: str, found: object) -> Hypothesis:
    if found is None:
        return Hypothesis(name, True)
    if found is UNDECIDED:
        return Hypothesis(name, None, "too many subsets of hyperplanes to look at")
    assert isinstance(found, tuple)
    return Hypothesis(name, False, f"neurons {', '.join(map(str, found))} are to blame")
