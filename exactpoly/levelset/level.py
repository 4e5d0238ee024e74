"""The sets that a level `c` of an output `f` cuts out, and whether the level is transversal."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from exactpoly.complex.complex import Complex
from exactpoly.levelset.arrangement import Arrangement
from exactpoly.levelset.cellset import CellSet, Field
from exactpoly.levelset.duality import check_alexander, check_euler
from exactpoly.levelset.forms import Component

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
        """Checked results for the sets named."""
        self.check()
        domain = self.complex.domain
        result: dict[str, Any] = {
            "level": str(self.level),
            "component": component_word(self.component),
            "domain": "R^d" if self.arrangement.unbounded else str(domain),
            "transversal": self.transversal,
        }
        for name in sets:
            result[name] = self.named(name).to_json(coefficients)
        return result


def component_word(component: Component) -> str | None:
    """As on the command line: `i`, `i-j`, or None."""
    if component is None:
        return None
    return "-".join(map(str, component)) if isinstance(component, tuple) else str(component)
