"""A theorem as an object: what it says, where it is from, what is known about it, and its check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from exactpoly.theory.evidence import Evidence
from exactpoly.theory.verdict import Check

if TYPE_CHECKING:
    from exactpoly.complex.complex import Complex

__all__ = ["Theorem"]


@dataclass(frozen=True)
class Theorem:
    """``id``: its name here; ``statement``: in words; ``formula``: in LaTeX; ``source``: paper and
    number, or the proof; ``hypotheses``: what is decided; ``status``: what is known beyond the
    source, such as a refutation; ``examine``: the check, given the evidence; ``refuted``: whether it was
    published and is false in general, so that a violation is a finding and not a bug.
    """

    id: str
    statement: str
    formula: str
    source: str
    hypotheses: str
    examine: Callable[[Evidence], Check]
    status: str = ""
    refuted: bool = False

    def check(self, complex_: Complex | Evidence) -> Check:
        """Decide the hypotheses and compare both sides exactly."""
        evidence = complex_ if isinstance(complex_, Evidence) else Evidence(complex_)
        return self.examine(evidence)

    def to_json(self) -> dict[str, object]:
        """The parts that are text."""
        return {
            "id": self.id,
            "statement": self.statement,
            "formula": self.formula,
            "source": self.source,
            "hypothesis": self.hypotheses,
            "status": self.status,
            "refuted": self.refuted,
        }
