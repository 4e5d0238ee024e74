"""What checking a theorem on one complex gives: a verdict with exact numbers on both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

__all__ = ["Check", "Hypothesis", "Instance", "Relation", "Verdict", "conclude", "not_applicable"]


class Verdict(StrEnum):
    """``VIOLATED`` means that the hypotheses were established exactly and the conclusion is false."""

    HOLDS = "holds"
    VIOLATED = "violated"
    HYPOTHESES_NOT_MET = "hypotheses not met"
    NOT_APPLICABLE = "not applicable"


class Relation(StrEnum):
    """How left and right are claimed to compare."""

    LESS = "<"
    AT_MOST = "<="
    AT_LEAST = ">="
    EQUAL = "="


@dataclass(frozen=True)
class Instance:
    """One inequality or equation of a theorem: ``label`` says which, such as ``"k = 2"``."""

    label: str
    left: Fraction
    relation: Relation
    right: Fraction

    @property
    def slack(self) -> Fraction:
        """How far from failing: negative (`=`: nonzero; `<`: not positive) iff it fails."""
        if self.relation is Relation.AT_LEAST:
            return self.left - self.right
        return self.right - self.left

    @property
    def true(self) -> bool:
        """Whether it is true, exactly."""
        if self.relation is Relation.EQUAL:
            return self.slack == 0
        return self.slack > 0 if self.relation is Relation.LESS else self.slack >= 0

    @property
    def _tightness(self) -> tuple[bool, Fraction]:
        scale = max(abs(self.left), abs(self.right), Fraction(1))
        size = -abs(self.slack) if self.relation is Relation.EQUAL else self.slack
        return self.true, size / scale


@dataclass(frozen=True)
class Hypothesis:
    """A hypothesis, decided: ``met`` is None where deciding it was too costly; ``reason`` says why."""

    name: str
    met: bool | None
    reason: str = ""

    def __str__(self) -> str:
        answer = {True: "yes", False: "no", None: "not decided"}[self.met]
        return f"{self.name}: {answer}" + (f" ({self.reason})" if self.reason else "")


@dataclass(frozen=True)
class Check:
    """The outcome for one theorem and one complex.

    ``instances``: every inequality or equation that was looked at; ``tightest``: the one shown in
    a table, a false one where there is one, else that with the least slack relative to its size;
    ``hypotheses``: those that the verdict depends on; ``reason``: a sentence where needed.
    """

    id: str
    verdict: Verdict
    instances: tuple[Instance, ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    reason: str = ""

    @property
    def tightest(self) -> Instance | None:
        """The instance to show, None where nothing was compared."""
        return min(self.instances, key=lambda i: i._tightness, default=None)

    @property
    def conclusion(self) -> bool | None:
        """Whether the conclusion is true here, hypotheses or not; None where nothing was compared."""
        return all(i.true for i in self.instances) if self.instances else None

    def to_json(self) -> dict[str, object]:
        """The JSON object of this check; numbers are exact, as strings."""
        shown = self.tightest
        return {
            "id": self.id,
            "verdict": self.verdict.value,
            "conclusion": self.conclusion,
            "left": None if shown is None else str(shown.left),
            "relation": None if shown is None else shown.relation.value,
            "right": None if shown is None else str(shown.right),
            "slack": None if shown is None else str(shown.slack),
            "at": None if shown is None else shown.label,
            "reason": self.reason,
            "hypotheses": [
                {"name": h.name, "met": h.met, "reason": h.reason} for h in self.hypotheses
            ],
            "instances": [
                {
                    "at": i.label,
                    "left": str(i.left),
                    "relation": i.relation.value,
                    "right": str(i.right),
                    "true": i.true,
                }
                for i in self.instances
            ],
        }


def conclude(
    theorem: str,
    instances: Sequence[Instance],
    hypotheses: Sequence[Hypothesis] = (),
    reason: str = "",
) -> Check:
    """The check whose verdict follows from decided hypotheses and exact instances."""
    if not instances:
        return Check(theorem, Verdict.NOT_APPLICABLE, (), tuple(hypotheses), reason)
    if any(not h.met for h in hypotheses):
        verdict = Verdict.HYPOTHESES_NOT_MET
    elif all(i.true for i in instances):
        verdict = Verdict.HOLDS
    else:
        verdict = Verdict.VIOLATED
    return Check(theorem, verdict, tuple(instances), tuple(hypotheses), reason)


def not_applicable(theorem: str, reason: str) -> Check:
    """The check of a theorem that says nothing about this domain or this architecture."""
    return Check(theorem, Verdict.NOT_APPLICABLE, reason=reason)
