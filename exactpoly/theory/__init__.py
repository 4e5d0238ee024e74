"""Theorems about ReLU complexes as objects, their hypotheses decided and their bounds checked exactly."""

from exactpoly.theory.evidence import Evidence
from exactpoly.theory.registry import THEOREMS, check_all, theorem
from exactpoly.theory.theorem import Theorem
from exactpoly.theory.verdict import Check, Hypothesis, Instance, Relation, Verdict

__all__ = [
    "THEOREMS",
    "Check",
    "Evidence",
    "Hypothesis",
    "Instance",
    "Relation",
    "Theorem",
    "Verdict",
    "check_all",
    "theorem",
]
