"""Changed certificates are accepted iff they are still true, kind by kind, by both checkers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.certificate.forging import is_true
from tests.certificate.form_lies import FORM_ONLY, PARTIAL_KINDS
from tests.certificate.lies import KINDS
from tests.certificate.mutants import (
    mutants,
    partial_sources,
    second_verdict,
    sources,
    verdict,
)

SMALL = list(sources(small=True))
PARTIAL = list(partial_sources())


@pytest.mark.parametrize("name", KINDS)
def test_lies_are_rejected(name: str, tmp_path: Path) -> None:
    tried = 0
    for number, (_, data) in enumerate(SMALL):
        for mutant in mutants(data, number, {name: KINDS[name]}):
            tried += 1
            assert (verdict(mutant, tmp_path) == 0) == is_true(mutant)
    assert tried > 20


@pytest.mark.parametrize("name", sorted(set(KINDS) - FORM_ONLY))
def test_the_second_checker_agrees(name: str, tmp_path: Path) -> None:
    for number, (_, data) in enumerate(SMALL):
        for mutant in list(mutants(data, number, {name: KINDS[name]}))[::7]:
            assert second_verdict(mutant, tmp_path) == is_true(mutant)


@pytest.mark.parametrize("name", PARTIAL_KINDS)
def test_partial_lies_are_rejected_by_both(name: str, tmp_path: Path) -> None:
    for number, (_, data) in enumerate(PARTIAL):
        for mutant in mutants(data, number, {name: PARTIAL_KINDS[name]}):
            true = name not in FORM_ONLY and second_verdict(mutant, tmp_path)
            assert (verdict(mutant, tmp_path) == 0) == true


def test_valid_certificates_are_accepted_by_both(tmp_path: Path) -> None:
    for source, data in SMALL + PARTIAL:
        assert verdict(data, tmp_path) == 0, source
        assert second_verdict(data, tmp_path), source
