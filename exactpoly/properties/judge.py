"""Another tool's verdict on a property: right, wrong, or right within a tolerance only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from exactpoly.network.constraints import Conjunction
from exactpoly.network.network import Network
from exactpoly.properties.answer import Answer, spell_point

__all__ = ["Judgement", "judge", "tolerance_of"]

Point = tuple[Fraction, ...]


@dataclass
class Judgement:
    """What a verdict is worth.

    ``judgement``: ``"right"``, ``"wrong"``, ``"undecided"``, or ``"within tolerance"``: a witness that is
    one only if every bound and constraint gives way by ``tolerance``. ``truth``: what the property really
    is, where it was decided; ``witness``: a point that shows it.
    """

    judgement: str
    claimed: str
    truth: str | None = None
    tolerance: Fraction | None = None
    witness: Point | None = None
    reason: str = ""

    def to_json(self) -> dict[str, object]:
        """What ``--json`` prints."""
        return {
            "judgement": self.judgement,
            "claimed": self.claimed,
            "truth": self.truth,
            "tolerance": None if self.tolerance is None else str(self.tolerance),
            "witness": None if self.witness is None else spell_point(self.witness),
            "reason": self.reason,
            "about": "the exact network in the file",
        }


def tolerance_of(
    network: Network, conjunctions: Sequence[Conjunction], point: Point
) -> tuple[Fraction | None, bool]:
    """By how much bounds and constraints must give way for the point, and whether it satisfies all as is.

    With tolerance 0 it may still miss a strict constraint. None where there are no conjunctions.
    """
    output = network.evaluate(point)
    best: Fraction | None = None
    for one in conjunctions:
        gaps = [max(a - x, x - b) for x, (a, b) in zip(point, one.bounds, strict=True)]
        gaps += [-c.functional.value(point, output) for c in one.constraints]
        gap = max([Fraction(0), *gaps])
        best = gap if best is None else min(best, gap)
    return best, any(one.holds(point, output) for one in conjunctions)


def judge(
    network: Network,
    conjunctions: Sequence[Conjunction],
    claimed: str,
    witness: Point | None,
    prove: Callable[[], Answer],
) -> Judgement:
    """Judge ``claimed`` (``"sat"`` or ``"unsat"``), with the witness given for ``"sat"`` if any.

    ``prove`` decides the property; it is called only where the witness does not.
    """
    tolerance = None
    if claimed == "sat" and witness is not None:
        tolerance, holds = tolerance_of(network, conjunctions, witness)
        if holds:
            return Judgement("right", claimed, "sat", Fraction(0), witness, "the witness is one")
    truth = prove()
    if truth.verdict == claimed:
        reason = "proved" if claimed == "unsat" else "another point satisfies the property"
        if tolerance is not None:
            reason += f"; the witness given misses it by {tolerance}"
        return Judgement("right", claimed, truth.verdict, tolerance, truth.witness, reason)
    if tolerance is not None:
        known = None if truth.partial else truth.verdict
        reason = "the witness satisfies the property only within the tolerance"
        return Judgement("within tolerance", claimed, known, tolerance, witness, reason)
    if truth.partial:
        return Judgement("undecided", claimed, reason=truth.stopped or "a limit was reached")
    reason = "a point satisfies the property" if truth.verdict == "sat" else "no point does, proved"
    return Judgement("wrong", claimed, truth.verdict, None, truth.witness, reason)
