"""Class regions and the decision boundary, ties included (proofs/topology.md, Theorem 1).

The region of class i is the closed set where `f_i >= f_j` for all j; the boundary is where more than one
class is a winner. Where two outputs agree on a region, the boundary has its dimension.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from exactpoly.complex.complex import Complex
from exactpoly.levelset.arrangement import Arrangement
from exactpoly.levelset.cellset import CellSet, Field
from exactpoly.levelset.conventions import decision_conventions
from exactpoly.levelset.duality import check_alexander, check_euler
from exactpoly.levelset.forms import pairs

__all__ = ["Decision"]


class Decision:
    """The classes of a network with several outputs.

    ``complex``: the complex of the network with all differences of outputs behind it.
    """

    def __init__(self, complex_: Complex, outputs: int) -> None:
        self.complex = complex_
        self.outputs = outputs
        self.arrangement = Arrangement.of(complex_)

    @cached_property
    def winners(self) -> np.ndarray:
        """bool, shape (outputs, n): whether a class is among the winners on each cell."""
        n = self.arrangement.offsets[-1]
        wins = np.ones((self.outputs, n), bool)
        first = self.complex.network.n_neurons - len(pairs(self.outputs))
        for neuron, (i, j) in enumerate(pairs(self.outputs), first):
            signs = self.arrangement.signs(neuron)
            wins[i] &= signs >= 0
            wins[j] &= signs <= 0
        return wins

    @cached_property
    def classes(self) -> tuple[CellSet, ...]:
        """For each class the closed set where no other one is larger."""
        return tuple(
            CellSet(f"class {i}", self.arrangement, marks, closed=True)
            for i, marks in enumerate(self.winners)
        )

    @cached_property
    def interiors(self) -> tuple[CellSet, ...]:
        """For each class the open set where it is the only winner."""
        alone = self.winners.sum(axis=0) == 1
        return tuple(
            CellSet(f"class {i} alone", self.arrangement, marks & alone, closed=False)
            for i, marks in enumerate(self.winners)
        )

    @cached_property
    def boundary(self) -> CellSet:
        """Where more than one class is a winner."""
        marks = self.winners.sum(axis=0) > 1
        return CellSet("decision boundary", self.arrangement, marks, closed=True)

    @cached_property
    def ties(self) -> dict[tuple[int, ...], int]:
        """Number of regions on which several classes are winners, by these classes.

        >>> import exactpoly as ep
        >>> rows = [[1, 0], [1, 0], [0, 1]]
        >>> ep.decision(ep.Network((ep.Layer.of([[1], [-1]]), ep.Layer.of(rows, relu=False)))).ties
        {(0, 1): 1}
        """
        regions = self.winners[:, self.arrangement.offsets[-2] :]
        tied = regions[:, regions.sum(axis=0) > 1]
        rows, counts = np.unique(tied.T, axis=0, return_counts=True)
        names = [tuple(np.flatnonzero(row).tolist()) for row in rows]
        return dict(sorted(zip(names, counts.tolist(), strict=True)))

    def check(self) -> None:
        """Euler's relation and Alexander duality between the boundary and the classes."""
        check_euler(self.boundary, self.interiors)
        check_alexander(self.boundary, self.interiors)

    def to_json(self, coefficients: tuple[Field, ...] = ()) -> dict[str, Any]:
        """Checked results for all classes and the boundary."""
        self.check()
        space = self.arrangement.unbounded
        return {
            "domain": "R^d" if space else str(self.complex.domain),
            "classes": {str(i): one.to_json(coefficients) for i, one in enumerate(self.classes)},
            "decision_boundary": self.boundary.to_json(coefficients),
            "ties": [{"classes": list(own), "regions": n} for own, n in self.ties.items()],
            "conventions": decision_conventions(space=space),
        }

    def __repr__(self) -> str:
        place = "R^d" if self.arrangement.unbounded else str(self.complex.domain)
        return (
            f"<{self.outputs} classes and their boundary, closed in {place}, ties in the boundary>"
        )
