"""Theorems about level sets of networks with one output, on the level 0: bounded components.

The level sets are found when a theorem that speaks of the architecture asks for them.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.levelset.cellset import CellSet
from exactpoly.levelset.forms import level_network
from exactpoly.levelset.level import LevelSet
from exactpoly.theory.evidence import Evidence
from exactpoly.theory.theorem import Theorem
from exactpoly.theory.verdict import Check, Hypothesis, Instance, Relation, conclude, not_applicable

__all__ = ["BOUNDED_COMPONENTS", "UNBOUNDED_LEVELS", "BoundedParts", "bounded_parts"]


class BoundedParts(NamedTuple):
    """Number of bounded components of `{f = 0}, {f < 0}, {f > 0}`; whether the level 0 is transversal."""

    zero: int
    below: int
    above: int
    transversal: bool


def bounded_parts(evidence: Evidence) -> BoundedParts:
    """Count them, exactly."""
    network = level_network(evidence.network, Fraction(0))
    sets = LevelSet(enumerate_complex(network), Fraction(0), None)
    return BoundedParts(
        _bounded(sets.zero), _bounded(sets.below), _bounded(sets.above), sets.transversal
    )


def _bounded(one: CellSet) -> int:
    return sum(part.bounded for part in one.components)


def _named(evidence: Evidence) -> bool:
    """Whether this is a ReLU network with one linear output on `R^d`, `d >= 2`, and nothing passed by."""
    *hidden, last = evidence.network.layers
    plain = all(len(layer.neurons) == layer.outputs for layer in hidden)
    return (
        evidence.on_space and evidence.d >= 2 and plain and last.outputs == 1 and not last.neurons
    )


def _transversal(parts: BoundedParts) -> Hypothesis:
    return Hypothesis("the level 0 is transversal", parts.transversal)


def _bounded_components(evidence: Evidence) -> Check:
    name = "bounded-components"
    if not _named(evidence) or evidence.widths != (evidence.d + 1,):
        return not_applicable(name, "about widths (d, d+1, 1) on R^d, d >= 2")
    parts = bounded_parts(evidence)
    instances = [
        Instance(f"bounded components of f {word} 0", Fraction(n), Relation.AT_MOST, Fraction(1))
        for word, n in (("<", parts.below), (">", parts.above))
    ]
    return conclude(name, instances, [evidence.generic, _transversal(parts)])


def _unbounded_levels(evidence: Evidence) -> Check:
    name = "unbounded-levels"
    if not _named(evidence) or not evidence.widths or max(evidence.widths) > evidence.d:
        return not_applicable(name, "about hidden widths of at most d on R^d, d >= 2")
    parts = bounded_parts(evidence)
    instances = [
        Instance(f"bounded components of f {word} 0", Fraction(n), Relation.EQUAL, Fraction(0))
        for word, n in (("=", parts.zero), ("<", parts.below), (">", parts.above))
    ]
    return conclude(name, instances, [_transversal(parts)])


BOUNDED_COMPONENTS = Theorem(
    "bounded-components",
    "Widths (d, d+1, 1), one linear output: each of the decision regions f < 0 and f > 0 has at most one"
    " bounded connected component.",
    r"\#\{\text{bounded components of } f < 0\} \le 1, \qquad \#\{\ldots f > 0\} \le 1",
    "Grigsby and Lindsey, arXiv 2008.09052, on networks (n, n+1, 1)",
    "generic, decided where possible; the level 0 is transversal, decided",
    _bounded_components,
)

UNBOUNDED_LEVELS = Theorem(
    "unbounded-levels",
    "Hidden widths of at most d, one linear output: every connected component of f = 0, f < 0 and f > 0"
    " is unbounded.",
    r"\#\{\text{bounded components of } f = 0,\ f < 0,\ f > 0\} = 0",
    "Grigsby and Lindsey, arXiv 2008.09052; Johnson, arXiv 1810.00393; Hanin and Sellke, arXiv 1710.11278",
    "the level 0 is transversal, decided",
    _unbounded_levels,
)
