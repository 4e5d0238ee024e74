"""All theorems, in the order of tables, and checking all of them."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from exactpoly.errors import InputError
from exactpoly.theory.arrangements import CELLS, CENTRAL_MEAN, SHALLOW_MEAN
from exactpoly.theory.averages import (
    AVG_FACES,
    AVG_FACETS,
    CUBE,
    LOW_RANK,
    MIN_FACETS,
    MONOTONE,
)
from exactpoly.theory.boxes import BOX_2D
from exactpoly.theory.counts import DIAMETER, EULER, MONTUFAR_LOWER, MONTUFAR_UPPER, SERRA
from exactpoly.theory.depth import DEEP_BOUND, DEEP_BOX, DEEP_FACES, DEPTH_NEEDED, LOG_MEAN
from exactpoly.theory.evidence import Evidence
from exactpoly.theory.levels import BOUNDED_COMPONENTS, UNBOUNDED_LEVELS
from exactpoly.theory.theorem import Theorem
from exactpoly.theory.verdict import Check

if TYPE_CHECKING:
    from exactpoly.complex.complex import Complex

__all__ = ["THEOREMS", "check_all", "markdown", "theorem"]

THEOREMS: tuple[Theorem, ...] = (
    CELLS,
    AVG_FACETS,
    AVG_FACES,
    CUBE,
    MIN_FACETS,
    MONOTONE,
    SHALLOW_MEAN,
    CENTRAL_MEAN,
    LOW_RANK,
    DEEP_BOUND,
    DEEP_FACES,
    DEPTH_NEEDED,
    LOG_MEAN,
    DIAMETER,
    SERRA,
    MONTUFAR_UPPER,
    MONTUFAR_LOWER,
    EULER,
    BOX_2D,
    DEEP_BOX,
    BOUNDED_COMPONENTS,
    UNBOUNDED_LEVELS,
)


def theorem(name: str) -> Theorem:
    """The theorem of this id. Raises `InputError` listing the ids for any other."""
    for candidate in THEOREMS:
        if candidate.id == name:
            return candidate
    known = ", ".join(t.id for t in THEOREMS)
    raise InputError(f"theorem: there is no {name!r}; choose one of {known}")


def check_all(complex_: Complex | Evidence) -> list[Check]:
    """Every theorem's check on one complex, in order; hypotheses are decided once."""
    evidence = complex_ if isinstance(complex_, Evidence) else Evidence(complex_)
    return [t.check(evidence) for t in THEOREMS]


def _filled(text: str, indent: str = "") -> str:
    """Lines of 118 characters; none begins with a sign, which Markdown would take for a list."""
    kept = re.sub(r" ([-+=] )", "\0\\1", text)
    lines = textwrap.fill(
        kept, 118, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    return lines.replace("\0", " ")


def _item(name: str, text: str) -> str:
    return f"- {_filled(f'{name}: {text}', '  ')}"


def markdown() -> str:
    """The documentation page of all theorems, formulas in LaTeX."""
    parts = [
        "# Theorems that are checked\n\n"
        "The theorems are about complexes on $\\mathbb{R}^d$ unless a box is named. `exactpoly bounds NET`"
        " decides their\nhypotheses exactly and compares both sides as integers or fractions."
        " `python -m exactpoly.theory` writes this page.\n"
    ]
    for t in THEOREMS:
        lines = [
            f"## {t.id}\n\n{_filled(t.statement)}\n\n{_filled(f'$$ {t.formula} $$')}\n",
            _item("Source", t.source),
            _item("Hypothesis", t.hypotheses),
        ]
        if t.status:
            lines.append(_item("Status", t.status))
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)
