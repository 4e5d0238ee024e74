"""The sets that a level `c` of an output `f` cuts out, and whether the level is transversal."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from exactpoly.arithmetic.rational import exact_text
from exactpoly.complex.complex import Complex
from exactpoly.levelset.arrangement import Arrangement
from exactpoly.levelset.cellset import CellSet, Field
from exactpoly.levelset.conventions import level_conventions
from exactpoly.levelset.duality import check_alexander, check_euler
from exactpoly.levelset.forms import Component, component_word

if TYPE_CHECKING:
    from exactpoly.levelset.curve import Curve
    from exactpoly.levelset.surface import Surface

__all__ = ["SETS", "LevelSet"]

SETS = ("zero", "sub", "super", "below", "above")
"""Names of the sets: `{f = c}, {f <= c}, {f >= c}` (closed), `{f < c}, {f > c}` (open in the domain)."""

_SIGNS = {"zero": (0,), "sub": (0, -1), "super": (0, 1), "below": (-1,), "above": (1,)}
_WORDS = {"zero": "=", "sub": "<=", "super": ">=", "below": "<", "above": ">"}


class LevelSet:
    """The sets that a level cuts out, as unions of cells.

    ``complex``: the complex of the network with the neuron `f - c` behind it.
    """

    def __init__(self, complex_: Complex, level: Fraction, component: Component) -> None:
        self.complex = complex_
        self.level = level
        self.component = component
        self.arrangement = Arrangement.of(complex_)

    @cached_property
    def signs(self) -> np.ndarray:
        """int8 (n,): the sign of `f - c` on every cell."""
        return self.arrangement.signs(self.complex.network.n_neurons - 1)

    def named(self, name: str) -> CellSet:
        """One of the sets by its name in `SETS`."""
        result: CellSet = getattr(self, name)
        return result

    def _set(self, name: str) -> CellSet:
        marks = np.isin(self.signs, _SIGNS[name])
        return CellSet(
            f"{{f {_WORDS[name]} {self.level}}}", self.arrangement, marks, closed=0 in _SIGNS[name]
        )

    @cached_property
    def zero(self) -> CellSet:
        """`{f = c}`."""
        return self._set("zero")

    @cached_property
    def sub(self) -> CellSet:
        """`{f <= c}`."""
        return self._set("sub")

    @cached_property
    def super(self) -> CellSet:
        """`{f >= c}`."""
        return self._set("super")

    @cached_property
    def below(self) -> CellSet:
        """`{f < c}`."""
        return self._set("below")

    @cached_property
    def above(self) -> CellSet:
        """`{f > c}`."""
        return self._set("above")

    @cached_property
    def transversal(self) -> bool:
        """Whether `f` is constant c on no cell of the network's complex; then `{f = c}` is a PL manifold.

        A cell of `{f = c}` comes from cutting a larger one iff a coface with `f != c` lies on one neuron
        fewer and on the same sides (proofs/topology.md, Theorem 7).
        """
        return not len(self.flat_cells)

    @cached_property
    def flat_cells(self) -> np.ndarray:
        """int64: the cells of the network's complex on which `f` is c."""
        arrangement = self.arrangement
        chains, zeros, sides = arrangement.chains, arrangement.zeros, arrangement.sides
        owners, facets = chains.owners, chains.facets
        cut = (self.signs[owners] != 0) & (zeros[owners] == zeros[facets] - 1)
        cut &= sides[owners] == sides[facets]
        flat = (self.signs == 0) & arrangement.shown
        flat[facets[cut]] = False
        return np.flatnonzero(flat)

    def surface(self) -> Surface:
        """`{f = c}` in dimension 3 as polygons; see `exactpoly.levelset.surface`."""
        from exactpoly.levelset.surface import surface

        return surface(self.zero, self.signs)

    def curve(self) -> Curve:
        """`{f = c}` in dimension 2 as paths; see `exactpoly.levelset.curve`."""
        from exactpoly.levelset.curve import curve

        return curve(self.zero, self.signs)

    def check(self) -> None:
        """Check all sets against each other; raises `InternalError` if Euler or duality fails."""
        check_euler(self.zero, [self.below, self.above])
        check_alexander(self.sub, [self.above])
        check_alexander(self.super, [self.below])
        check_alexander(self.zero, [self.below, self.above])

    def to_json(
        self, sets: tuple[str, ...] = SETS, coefficients: tuple[Field, ...] = ()
    ) -> dict[str, Any]:
        """Checked results for the sets named.

        With "sub": ``sublevel_polytope`` where that set is bounded, connected and of full dimension; with
        "zero": ``surface`` in dimension 3, where that set is bounded and holds no region.
        """
        self.check()
        domain, space = self.complex.domain, self.arrangement.unbounded
        result: dict[str, Any] = {
            "level": exact_text(self.level),
            "component": component_word(self.component),
            "domain": "R^d" if space else str(domain),
            "transversal": self.transversal,
        }
        for name in sets:
            result[name] = self.named(name).to_json(coefficients)
        if "sub" in sets and self._is_body:
            result["sublevel_polytope"] = self.sublevel_polytope()
        if "zero" in sets and self._is_surface:
            result["surface"] = self.surface().to_json()
        result["conventions"] = level_conventions(space=space)
        return result

    @property
    def _is_body(self) -> bool:
        """Whether `{f <= c}` is bounded, connected and has interior."""
        parts = self.sub.components
        dimension = self.arrangement.dimension
        return len(parts) == 1 and parts[0].bounded and parts[0].dimension == dimension

    @property
    def _is_surface(self) -> bool:
        """Whether `{f = c}` is a bounded set of polygons, edges and points in space, not empty."""
        if self.arrangement.dimension != 3 or self.zero.empty or self.zero.f_vector[3]:
            return False
        return not (self.arrangement.unbounded and self.zero.reaches_sides)

    def sublevel_polytope(self) -> dict[str, Any]:
        """Whether a connected bounded `{f <= c}` is a convex polytope; its f-vector, or why not.

        A convex set is contractible, so other Betti numbers than a point's decide at once.
        """
        first, *others = self.sub.betti()
        if first != 1 or any(others):
            return {"convex": False, "reason": "it is not contractible"}
        (part,) = self.sub.components
        found = part.as_polytope()
        if found.f_vector is None:
            return {"convex": False, "reason": found.reason}
        return {"convex": True, "f_vector": list(found.f_vector)}

    def __repr__(self) -> str:
        place = "R^d" if self.arrangement.unbounded else str(self.complex.domain)
        return f"<level {self.level} on {place}: zero, sub, super closed, below, above open>"
