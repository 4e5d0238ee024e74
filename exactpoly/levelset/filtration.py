"""Persistence and critical points of the sublevel sets of an output, exactly.

The filtration is on the network's own complex, with no level cut into it; Borel-Moore is not meant here:
the sets `{f <= t}` are closed, their homology is ordinary. "Critical" is H-critical: homology changes
(proofs/topology.md, Theorem 10).
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from exactpoly import services
from exactpoly.complex.complex import Complex
from exactpoly.levelset.arrangement import Arrangement
from exactpoly.levelset.conventions import PERSISTENCE
from exactpoly.levelset.forms import Component, component_word
from exactpoly.levelset.values import Value, cell_ranks, vertex_values
from exactpoly.topology.matching import Matching
from exactpoly.topology.persistence import Persistence, persistence

__all__ = ["Filtration"]


class Filtration:
    """The sublevel sets of one output. ``complex``: that of the network."""

    def __init__(self, complex_: Complex, component: Component = None) -> None:
        self.complex = complex_
        self.component = component
        self.arrangement = Arrangement.of(complex_)

    @cached_property
    def _result(self) -> tuple[Persistence, list[Value]]:
        values = vertex_values(self.arrangement, self.component)
        ranks, distinct = cell_ranks(self.arrangement, values)
        return persistence(self.arrangement.chains, ranks), distinct

    @property
    def pairs(self) -> list[tuple[int, Value, Value]]:
        """(degree, birth, death), birth < death, over Z/2."""
        found, values = self._result
        return [(k, values[a], values[b]) for k, a, b in found.pairs]

    @property
    def essential(self) -> list[tuple[int, Value]]:
        """(degree, birth) of classes that live for ever."""
        found, values = self._result
        return [(k, values[a]) for k, a in found.essential]

    @property
    def critical(self) -> list[tuple[Value, tuple[int, ...]]]:
        """Value and multiplicities in degrees 0..d of each H-critical flat component, by value."""
        found, values = self._result
        return [(values[one.rank], one.multiplicities) for one in found.critical]

    @property
    def steps(self) -> Matching:
        """The coreduction of all cells, in order of value, that the numbers come from."""
        return self._result[0].steps

    def plot(self, **options: Any) -> Any:
        """Draw the persistence diagram; returns the axes (needs matplotlib).

        ``theme``: ``"light"`` or ``"dark"``; ``save``: .svg, .png or .pdf to write; ``ax``: where to draw.

        >>> import exactpoly as ep
        >>> ax = ep.persistence(ep.examples.moons()).plot()
        >>> ax.get_xlabel()
        'birth'
        """
        return services.call("plot_persistence", self, **options)

    def to_json(self) -> dict[str, Any]:
        """All of it, values as strings: rationals, or `q*M+p` at infinity."""
        return {
            "domain": "R^d" if self.arrangement.unbounded else str(self.complex.domain),
            "component": component_word(self.component),
            "field": "Z/2",
            "pairs": [[k, str(a), str(b)] for k, a, b in self.pairs],
            "essential": [[k, str(a)] for k, a in self.essential],
            "critical": [
                {"value": str(value), "multiplicities": list(numbers)}
                for value, numbers in self.critical
            ],
            "conventions": PERSISTENCE,
        }

    def __repr__(self) -> str:
        place = "R^d" if self.arrangement.unbounded else str(self.complex.domain)
        return f"<closed sublevel sets f <= t on {place}, ordinary homology over Z/2>"
