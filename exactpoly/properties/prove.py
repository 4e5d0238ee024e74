"""Whether a point of a disjunction of boxes with constraints exists: VNN-LIB's question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil, log2
from typing import Any

from exactpoly.errors import InputError
from exactpoly.network.constraints import Bounds, Conjunction, Constraint
from exactpoly.network.network import Network
from exactpoly.properties.answer import Answer, Fact, holds_at, nowhere, spell_point
from exactpoly.properties.search import Point, Policy, Search
from exactpoly.properties.searches import Searches
from exactpoly.running.run import Run

__all__ = ["default_policy", "facts_of", "precision", "prove"]

_LONG = 20_000
"""Nodes of a search above which no other policies are tried."""


def prove(
    network: Network,
    conjunctions: Sequence[Conjunction],
    *,
    run: Run | None = None,
    policy: Policy | None = None,
) -> Answer:
    """``"sat"`` with a point of a conjunction, ``"unsat"`` with a tree, or ``"partial"``.

    The verdict ``"unsat"`` is proposed: `exactpoly.certificate.confirm` decides it.
    """
    cases = _cases(network, conjunctions)
    searches = Searches(run, ("prove", network, *conjunctions))
    witness: list[Point] = []

    def found(point: Point, alternative: int) -> bool:
        witness.append(point)
        answer.facts = [holds_at(point, alternatives[alternative], bounds)]
        return False

    answer = Answer("unsat", (network,))
    answer.details = {"verdict": "unsat", "witness": None}
    for bounds, alternatives in cases:

        def tried(
            chosen: Policy,
            most: int | None = None,
            box: Bounds = bounds,
            asked: list[tuple[Constraint, ...]] = alternatives,
        ) -> Search:
            search = Search(network, box, asked, found, chosen)
            search.most = most
            searches.go(search)
            answer.nodes += search.nodes
            return search

        search = tried(policy or default_policy(network))
        if witness:
            answer.verdict, answer.witness, answer.tree = "sat", witness[0], []
            break
        if search.done and policy is None and search.nodes <= _LONG:
            search = _cheapest(search, tried)
        if not search.done:
            answer.verdict = "partial"
            answer.stopped = search.stopped
            left = answer.details.get("open_leaves", 0)
            answer.details["open_leaves"] = left + sum(1 for _ in search.close())
        answer.facts.append(nowhere(alternatives, bounds))
        answer.tree.append(search.tree.preorder())
    answer.bits = precision(network, [bounds for bounds, _ in cases])
    answer.details |= {"verdict": answer.verdict}
    if answer.witness is not None:
        output = network.evaluate(answer.witness)
        answer.details |= {"witness": spell_point(answer.witness), "output": spell_point(output)}
    return answer


def facts_of(conjunctions: Sequence[Conjunction], outputs: int) -> tuple[list[Fact], list[Fact]]:
    """What a certificate of ``"unsat"`` states, and of which one for ``"sat"``, points left out."""
    cases = _by_box(conjunctions, outputs)
    unsat = [nowhere(alternatives, bounds) for bounds, alternatives in cases]
    sat = [holds_at((), row, bounds) for bounds, alternatives in cases for row in alternatives]
    return unsat, sat


def _cases(
    network: Network, conjunctions: Sequence[Conjunction]
) -> list[tuple[Bounds, list[tuple[Constraint, ...]]]]:
    """Conjunctions with the same box share a tree."""
    for one in conjunctions:
        if len(one.bounds) != network.input_dimension:
            raise InputError(
                f"property: it has {len(one.bounds)} inputs, {network.name} takes"
                f" {network.input_dimension}; it belongs to another network"
            )
        for c in one.constraints:
            if len(c.functional.y) != network.output_dimension:
                raise InputError(
                    f"property: it has {len(c.functional.y)} outputs, {network.name} has"
                    f" {network.output_dimension}; it belongs to another network"
                )
    return _by_box(conjunctions, network.output_dimension)


def _by_box(
    conjunctions: Sequence[Conjunction], outputs: int
) -> list[tuple[Bounds, list[tuple[Constraint, ...]]]]:
    cases: dict[Bounds, list[tuple[Constraint, ...]]] = {}
    for one in conjunctions:
        nothing = Constraint(_zero((Fraction(0),) * outputs, len(one.bounds)), False)
        cases.setdefault(one.bounds, []).append(one.constraints or (nothing,))
    return list(cases.items())


def _zero(y: tuple[Fraction, ...], inputs: int) -> Any:
    from exactpoly.network.constraints import Functional

    return Functional(y, (Fraction(0),) * inputs)


def default_policy(network: Network) -> Policy:
    """Split inputs where they are few, signs of neurons where they are many."""
    if network.input_dimension > 12:
        return Policy(batch=32, inputs=False, programs=False)
    return Policy(phases=10 if network.n_neurons <= 128 else 3)


def _cheapest(first: Search, run: Callable[[Policy, int], Search]) -> Search:
    """Of searches that find bounds anew at other levels, the one whose tree is checked soonest."""
    best = first
    for refresh in (2, 3, 5):
        other = run(replace(first.policy, refresh=refresh), 4 * first.nodes + 100)
        if not other.done:
            break
        if other.rows_found < best.rows_found:
            best = other
    return best


def precision(network: Network, boxes: Sequence[Bounds]) -> int:
    """Bits of the checker's scale: more where the box is narrow or the weights are large."""
    widths = [b - a for bounds in boxes for a, b in bounds if b > a]
    narrow = max((_size(1 / w) for w in widths), default=0)
    large = sum(
        max(_size(max(map(abs, row))) for row in layer.numerators) - _size(layer.denominator)
        for layer in network.layers
    )
    return min(48 + max(0, narrow) + max(0, large), 4000)


def _size(value: Fraction | int) -> int:
    value = Fraction(value)
    return ceil(log2(value.numerator) - log2(value.denominator)) if value > 0 else 0
