"""Exact extrema: the range of a functional, and the largest difference of two networks.

Both are one search whose threshold rises to the best point so far: nothing above it is left when the
tree is closed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.domain import Domain
from exactpoly.errors import InputError
from exactpoly.network.constraints import Bounds, Constraint, Functional
from exactpoly.network.network import Network
from exactpoly.properties.answer import Answer, spell_bounds, spell_functional, spell_point
from exactpoly.properties.climb import highest
from exactpoly.properties.from_complex import largest_difference
from exactpoly.properties.joint import joint_network
from exactpoly.properties.prove import Running, precision
from exactpoly.properties.search import Point, Policy, Search
from exactpoly.running.run import Run

__all__ = ["difference", "range_of"]

_FEW = 24
"""Inputs up to which linear programs look for better points."""

_ENUMERABLE, _NODES = 6, 1_500
"""Inputs up to which the joint complex answers where a tree of so many nodes does not."""


@dataclass
class _Maximum:
    """``value`` at ``point``; nothing is above ``upper``, which ``search``'s tree proves."""

    value: Fraction
    point: Point
    upper: Fraction | None
    search: Search


def range_of(
    network: Network,
    functional: Functional,
    bounds: Bounds,
    *,
    interrupted: Running = lambda: None,
    progress: Callable[[int], None] = lambda left: None,
    policy: Policy | None = None,
) -> Answer:
    """The least and the greatest value of a functional of the network on a box, and where.

    Where a limit ends the run the verdict is ``"partial"`` and ``lower``, ``upper`` are certified.
    """
    question = {
        "kind": "range",
        "functional": spell_functional(functional),
        "bounds": spell_bounds(bounds),
    }
    answer = Answer("answered", (network,), question, {})
    answer.bits = precision(network, [bounds])
    policy = policy or Policy(phases=10 if network.n_neurons <= 200 else 6)
    for name, sign, proved in (("min", -1, "lower"), ("max", 1, "upper")):
        target = functional if sign > 0 else -functional
        found = _maximise(network, [target], bounds, policy, interrupted, progress)
        answer.nodes += found.search.nodes
        limit = None if found.upper is None else sign * found.upper
        answer.details |= {name: str(sign * found.value), f"arg{name}": spell_point(found.point)}
        if limit is not None:
            answer.claims |= {
                name: str(sign * found.value),
                f"arg{name}": spell_point(found.point),
                proved: str(limit),
            }
            answer.tree.append(found.search.tree.preorder())
        if found.upper != found.value:
            answer.verdict, answer.stopped = "partial", found.search.stopped
            answer.details |= {proved: None if limit is None else str(limit)}
        if sign > 0:
            answer.value, answer.witness = found.value, found.point
    if not answer.claims:
        answer.tree = []
    return answer


def difference(
    first: Network,
    second: Network,
    bounds: Bounds | None,
    *,
    interrupted: Running = lambda: None,
    progress: Callable[[int], None] = lambda left: None,
) -> Answer:
    """The largest absolute difference of an output of two networks, 0 iff they are equal.

    ``bounds``: None stands for all of `R^d`, for networks without biases: those are positively
    homogeneous, so a cube around 0 decides equality.
    """
    if first.input_dimension != second.input_dimension:
        raise InputError(
            f"{first.name} takes {first.input_dimension} inputs, {second.name} takes"
            f" {second.input_dimension}; they must agree"
        )
    if first.output_dimension != second.output_dimension:
        raise InputError(
            f"{first.name} has {first.output_dimension} outputs, {second.name} has"
            f" {second.output_dimension}; they must agree"
        )
    box = bounds
    if box is None:
        if any(row[-1] for net in (first, second) for x in net.layers for row in x.numerators):
            raise InputError(
                "domain: on R^d networks must have no biases, for then a box decides; give a box"
            )
        box = ((Fraction(-1), Fraction(1)),) * first.input_dimension
    together = joint_network(first, second)
    m, zeros = first.output_dimension, (Fraction(0),) * first.input_dimension
    targets = [
        Functional(
            tuple(sign * ((k == i) - (k == m + i)) for k in range(2 * m)), zeros, Fraction(0)
        )
        for i in range(m)
        for sign in (Fraction(1), Fraction(-1))
    ]
    few = first.input_dimension <= _FEW
    policy = Policy(inputs=False, programs=few)
    most = _NODES if first.input_dimension <= _ENUMERABLE else None
    found = _maximise(together, targets, box, policy, interrupted, progress, most)
    question = {"kind": "equal", "bounds": spell_bounds(bounds)}
    if most is not None and found.upper != found.value and interrupted() is None:
        answer = _from_complex(first, second, together, bounds, box, question, interrupted)
        answer.nodes = found.search.nodes
        return answer
    exact = found.upper == found.value
    verdict = "different" if found.value > 0 else "equal" if exact else "partial"
    answer = Answer(verdict, (first, second), question, {}, nodes=found.search.nodes)
    answer.bits = precision(together, [box])
    answer.stopped = found.search.stopped
    answer.value = found.value if exact else None
    at = spell_point(found.point) if found.value > 0 else None
    answer.details = {"verdict": verdict, "max_abs_difference": str(found.value), "argmax": at}
    answer.claims = {"attained": str(found.value), "at": at, "upper": str(found.upper)}
    if found.value > 0:
        answer.witness = found.point
    if bounds is None and found.value > 0:
        # Multiples of the point differ by multiples: there is no largest difference.
        answer.details |= {"max_abs_difference": None, "argmax": None, "at": at}
        answer.claims["upper"] = answer.claims["attained"]
        return answer
    if found.upper is None:
        answer.claims = {}
    else:
        answer.tree = [found.search.tree.preorder()]
    if not exact:
        answer.verdict = answer.details["verdict"] = "partial"
        answer.details |= {"lower": str(found.value), "upper": found.upper and str(found.upper)}
    return answer


def _from_complex(
    first: Network,
    second: Network,
    together: Network,
    bounds: Bounds | None,
    box: Bounds,
    question: dict[str, Any],
    interrupted: Running,
) -> Answer:
    """The difference at all vertices of the joint complex, on whose cells both are affine."""
    domain = Domain(first.input_dimension, box)
    complex_ = enumerate_complex(
        together, domain=domain, run=Run.of(interrupted=lambda: interrupted() is not None)
    )
    answer = Answer("partial", (first, second), question, {}, stopped=interrupted())
    if not complex_.complete:
        answer.details = {"verdict": "partial", "lower": "0", "upper": None}
        return answer
    value, place = largest_difference(complex_, first.output_dimension)
    answer.verdict = "different" if place else "equal"
    answer.value, answer.witness, answer.stopped = value, place, None
    at = None if place is None else spell_point(place)
    answer.details = {"verdict": answer.verdict, "max_abs_difference": str(value), "argmax": at}
    if bounds is None and place is not None:
        answer.details |= {"max_abs_difference": None, "argmax": None, "at": at}
    answer.details["from"] = f"the joint complex: {complex_.n_regions:,} regions"
    return answer


def _maximise(
    network: Network,
    targets: Sequence[Functional],
    bounds: Bounds,
    policy: Policy,
    interrupted: Running,
    progress: Callable[[int], None],
    most: int | None = None,
) -> _Maximum:
    """The largest value of any target on the box."""
    center = tuple((a + b) / 2 for a, b in bounds)
    output = network.evaluate(center)
    value, place = max(((t.value(center, output), center) for t in targets), key=lambda p: p[0])
    best = _Maximum(value, place, None, None)  # type: ignore[arg-type]

    def alternatives() -> list[tuple[Constraint, ...]]:
        return [(Constraint(t.plus(-best.value), strict=True),) for t in targets]

    def found(point: Point, a: int) -> bool:
        best.value, best.point = targets[a].value(point, network.evaluate(point)), point
        if len(bounds) <= _FEW:
            better, value = highest(network, best.search.forms, point, targets[a], bounds)
            if value > best.value:
                best.value, best.point = value, better
        best.search.alternatives[:] = alternatives()
        return True

    best.search = Search(
        network,
        bounds,
        alternatives(),
        found,
        policy,
        interrupted=interrupted,
        progress=progress,
        best_first=True,
    )
    best.search.most = most
    if best.search.run():
        best.upper = best.value
    else:
        best.upper = best.search.certified_excess(best.value)
    return best
