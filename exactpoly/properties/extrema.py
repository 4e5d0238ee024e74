"""Exact extrema of functionals on a box.

One search, whose threshold rises to the best point so far: nothing above it is left when the tree is
closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from exactpoly.network.constraints import Bounds, Constraint, Functional
from exactpoly.network.network import Network
from exactpoly.properties.answer import Answer, Fact, holds_at, nowhere, spell_point
from exactpoly.properties.climb import highest
from exactpoly.properties.prove import precision
from exactpoly.properties.search import Point, Policy, Search
from exactpoly.properties.searches import Searches
from exactpoly.properties.within import HalfSpaces, inner_point, within
from exactpoly.running.run import Run

__all__ = ["Maximum", "maximise", "range_of"]

FEW = 24
"""Inputs up to which linear programs look for better points."""


@dataclass
class Maximum:
    """``value`` of a target at ``point``; nothing is above ``upper``, which ``search``'s tree proves."""

    targets: Sequence[Functional]
    value: Fraction
    point: Point
    target: int
    upper: Fraction | None = None
    half_spaces: HalfSpaces = ()
    search: Search = field(init=False)

    def above(self, value: Fraction) -> list[tuple[Constraint, ...]]:
        """Any target beyond a value, as alternatives; strictly inside half-spaces, which is the same."""
        near = within(self.half_spaces, len(self.targets[0].y), strict=True)
        return [(Constraint(t.plus(-value), strict=True), *near) for t in self.targets]

    def attained(self, bounds: Bounds) -> Fact:
        """That the target is so large at the point."""
        target = self.targets[self.target]
        near = within(self.half_spaces, len(target.y), strict=False)
        return holds_at(self.point, [Constraint(target.plus(-self.value)), *near], bounds)


def range_of(
    network: Network,
    functional: Functional,
    bounds: Bounds,
    *,
    run: Run | None = None,
    policy: Policy | None = None,
    half_spaces: HalfSpaces = (),
) -> Answer:
    """The least and the greatest value of a functional of the network on a box, and where.

    ``half_spaces``: what of the box belongs to the domain; the polytope has interior.
    Where a limit ends the run the verdict is ``"partial"`` and ``lower``, ``upper`` are certified.
    """
    answer = Answer("answered", (network,))
    answer.bits = precision(network, [bounds])
    searches = Searches(run, ("range", network, functional, bounds, half_spaces))
    policy = policy or Policy(phases=10 if network.n_neurons <= 200 else 6)
    for name, sign, proved in (("min", -1, "lower"), ("max", 1, "upper")):
        target = functional if sign > 0 else -functional
        found = maximise(
            network,
            [target],
            bounds,
            policy,
            searches,
            name=name,
            sign=sign,
            half_spaces=half_spaces,
        )
        answer.nodes += found.search.nodes
        limit = None if found.upper is None else sign * found.upper
        answer.details |= {name: str(sign * found.value), f"arg{name}": spell_point(found.point)}
        if found.upper is not None:
            answer.facts += [found.attained(bounds), nowhere(found.above(found.upper), bounds)]
            answer.tree.append(found.search.tree.preorder())
        if found.upper != found.value:
            answer.verdict, answer.stopped = "partial", found.search.stopped
            answer.details |= {proved: None if limit is None else str(limit)}
        if sign > 0:
            answer.value, answer.witness = found.value, found.point
    return answer


def maximise(
    network: Network,
    targets: Sequence[Functional],
    bounds: Bounds,
    policy: Policy,
    searches: Searches,
    most: int | None = None,
    name: str = "",
    sign: int = 1,
    half_spaces: HalfSpaces = (),
) -> Maximum:
    """The largest value of any target on the box; ``most``: nodes after which the search is given up.

    ``name``, ``sign``: for progress, see `Searches.go`.
    """
    center = inner_point(bounds, half_spaces)
    output = network.evaluate(center)
    values = [t.value(center, output) for t in targets]
    first = max(range(len(targets)), key=lambda i: values[i])
    best = Maximum(targets, values[first], center, first, half_spaces=half_spaces)

    def found(point: Point, a: int) -> bool:
        best.value, best.point = targets[a].value(point, network.evaluate(point)), point
        best.target = a
        if len(bounds) <= FEW:
            better, value = highest(
                network, best.search.forms, point, targets[a], bounds, half_spaces
            )
            if value > best.value:
                best.value, best.point = value, better
        best.search.alternatives[:] = best.above(best.value)
        return True

    best.search = Search(
        network,
        bounds,
        best.above(best.value),
        found,
        policy,
        best_first=True,
    )
    best.search.most = most
    if searches.go(best.search, name, sign):
        best.upper = best.value
    else:
        best.upper = best.search.certified_excess(best.value)
    return best
