"""Numbers that stand in C and in Python are the same."""

from __future__ import annotations

import re
from pathlib import Path

import exactpoly.complex.kernel
from exactpoly.arithmetic.filter_bounds import UPDATES
from exactpoly.complex.kernel import library

FOLDER = Path(exactpoly.complex.kernel.__file__).parent


def constant(name: str) -> int:
    found = re.findall(rf"\b{name} = (\d+)", (FOLDER / "kernel.h").read_text(encoding="utf-8"))
    assert len(found) == 1, name
    return int(found[0])


def test_the_bounds_know_how_often_forms_are_updated() -> None:
    """The kernel updates forms up to UPDATES times; the error bounds must allow for as many."""
    assert constant("UPDATES") == UPDATES


def test_the_largest_dimension_is_known() -> None:
    assert constant("LARGEST_DIMENSION") == library.LARGEST_DIMENSION


def test_why_a_worker_ended_is_known() -> None:
    for name in ("DONE", "STOPPED", "NO_MEMORY", "TOO_LARGE", "CALLER_FAILED", "INCONSISTENT"):
        assert constant(name) == getattr(library, name)


def test_what_callbacks_answer_is_known() -> None:
    for name in ("ANSWERED", "GO_ON", "HALT"):
        assert constant(name) == getattr(library, name)
