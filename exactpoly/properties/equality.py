"""The largest difference of two networks on a box, and whether they are equal on `R^d`.

On `R^d` after proofs/properties.md, Lemma 9.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.domain import Domain
from exactpoly.domain.polytope import of_half_spaces
from exactpoly.errors import InputError
from exactpoly.network.constraints import Bounds, Constraint, Functional
from exactpoly.network.network import Network
from exactpoly.properties.answer import Answer, holds_at, nowhere, spell_point
from exactpoly.properties.extrema import FEW, Maximum, maximise
from exactpoly.properties.from_complex import largest_difference
from exactpoly.properties.joint import homogenised, joint_network
from exactpoly.properties.prove import precision
from exactpoly.properties.search import Point, Policy
from exactpoly.properties.searches import Searches
from exactpoly.properties.within import HalfSpaces, within
from exactpoly.running.run import Run

__all__ = ["difference"]

_ENUMERABLE, _NODES = 6, 1_500
"""Inputs up to which the joint complex answers where a tree of so many nodes does not."""


def difference(
    first: Network,
    second: Network,
    bounds: Bounds | None,
    *,
    run: Run | None = None,
    half_spaces: HalfSpaces = (),
) -> Answer:
    """The largest absolute difference of an output of two networks on a box, 0 iff they are equal.

    ``bounds``: None stands for all of `R^d`. One more input makes the networks homogeneous there, and a
    box decides equality (proofs/properties.md, Lemma 9); no largest difference is looked for.
    ``half_spaces``: what of a box belongs to the domain.
    """
    _fit(first, second)
    m, d = first.output_dimension, first.input_dimension
    together, box = joint_network(first, second), bounds
    if box is None:
        together = homogenised(together)
        box = (*(((Fraction(-1), Fraction(1)),) * d), (Fraction(0), Fraction(1)))
    targets = _differences(m, together.output_dimension, len(box))
    policy = Policy(inputs=False, programs=len(box) <= FEW)
    most = _NODES if len(box) <= _ENUMERABLE else None
    searches = Searches(run, ("equal", first, second, bounds, half_spaces))
    found = maximise(
        together,
        targets,
        box,
        policy,
        searches,
        most,
        "difference",
        half_spaces=half_spaces,
    )
    answer = Answer("partial", (first, second), nodes=found.search.nodes)
    answer.bits, answer.stopped = precision(together, [box]), found.search.stopped
    proved = True
    if most is not None and found.upper != found.value and not found.search.halted:
        proved = not _from_complex(answer, found, together, box, m, searches.run)
    if bounds is None and found.value > 0:
        return _differs_on_space(answer, found, together, m)
    told = None if bounds is None and found.upper else found.upper
    if told is not None and proved:
        near = within(half_spaces, 2 * m, strict=True)
        asked = [(Constraint(t.plus(-told), strict=True), *near) for t in _differences(m, 2 * m, d)]
        answer.facts = [nowhere(asked, bounds)]
        answer.tree = [found.search.tree.preorder()]
    if found.value > 0 and bounds is not None and answer.facts:
        answer.facts.insert(0, found.attained(bounds))
    if found.upper == found.value:
        answer.verdict, answer.stopped = "different" if found.value else "equal", None
        answer.value = found.value
    else:
        answer.details |= {"lower": str(found.value), "upper": None if told is None else str(told)}
    answer.witness = found.point if found.value > 0 else None
    answer.details |= {
        "verdict": answer.verdict,
        "max_abs_difference": str(found.value),
        "argmax": spell_point(found.point) if found.value > 0 else None,
    }
    return answer


def _fit(first: Network, second: Network) -> None:
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


def _differences(m: int, outputs: int, d: int) -> list[Functional]:
    """`Y_k - Y_(m + k)` and its negative for each of m outputs."""
    zeros = (Fraction(0),) * d
    return [
        Functional(tuple(Fraction(s * ((k == i) - (k == m + i))) for k in range(outputs)), zeros)
        for i in range(m)
        for s in (1, -1)
    ]


def _from_complex(
    answer: Answer,
    found: Maximum,
    together: Network,
    box: Bounds,
    m: int,
    run: Run,
) -> bool:
    """Whether the joint complex, on whose cells both are affine, was enumerated; it answers then."""
    complex_ = enumerate_complex(
        together,
        domain=_domain(box, found.half_spaces),
        run=replace(run, checkpoint=None, executor=None),
    )
    if not complex_.complete:
        answer.stopped = run.reason() or "a limit was reached"
        return False
    found.value, place = largest_difference(complex_, m)
    found.upper, found.point = found.value, place or found.point
    answer.details["from"] = f"the joint complex: {complex_.n_regions:,} regions"
    return True


def _domain(box: Bounds, half_spaces: HalfSpaces) -> Domain:
    domain = Domain(len(box), box)
    if not half_spaces:
        return domain
    rows = [(tuple(map(Fraction, a)), Fraction(b)) for *a, b in half_spaces]
    return of_half_spaces([*domain.inequalities(), *rows], len(box))


def _differs_on_space(answer: Answer, found: Maximum, together: Network, m: int) -> Answer:
    """From a difference of the homogeneous networks to one of the networks, at `x / t`."""
    *x, t = found.point
    t = t or Fraction(1)
    while (best := _largest(found.targets, together, (*x, t)))[0] <= 0:
        t /= 2  # They differ at t = 0, and are continuous.
    place = tuple(v / t for v in x)
    one = _differences(m, 2 * m, len(x))[best[1]]
    answer.facts = [holds_at(place, [Constraint(one.plus(-best[0] / t))], None)]
    answer.verdict, answer.witness, answer.stopped = "different", place, None
    answer.details |= {"verdict": "different", "max_abs_difference": None, "argmax": None}
    answer.details |= {"difference": str(best[0] / t), "at": spell_point(place)}
    return answer


def _largest(targets: Sequence[Functional], network: Network, point: Point) -> tuple[Fraction, int]:
    output = network.evaluate(point)
    return max((one.value(point, output), i) for i, one in enumerate(targets))
