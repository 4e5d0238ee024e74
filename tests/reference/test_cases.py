"""The reference engine on every network with a known complex, on both domains."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from exactpoly.reference.engine import enumerate_reference
from tests.case_files import case_paths, read_case

pytest.importorskip("cdd")


def test_the_case_files_are_there() -> None:
    assert len(case_paths()) == 53


@pytest.mark.parametrize("domain_text", ["R^d", "[-1,1]^d"])
@pytest.mark.parametrize("path", case_paths(), ids=lambda path: path.stem)
def test_known_complex(path: Path, domain_text: str) -> None:
    case = read_case(path)
    expected = case.expected[domain_text]
    result = enumerate_reference(case.network, case.domain(domain_text))
    summary = result.summary()
    summary.check()
    assert summary.complete
    assert summary.n_regions == expected["regions"] == len(result.regions)
    assert summary.f_vector == tuple(expected["f_vector"])
    assert summary.mean_facets == Fraction(expected["mean_facets_off_domain_boundary"])
    counted = summary.facet_histogram_with_domain_boundary
    if domain_text == "R^d":
        assert summary.facet_histogram == _histogram(expected["facet_histogram"])
        assert counted == summary.facet_histogram
    else:
        assert counted == _histogram(expected["facet_histogram_with_domain_boundary"])
        mean = Fraction(expected["mean_facets_with_domain_boundary"])
        assert summary.mean_facets_with_domain_boundary == mean
        volume = sum((region.volume for region in result.regions), Fraction(0))
        assert volume == 2**case.network.input_dimension


def _histogram(bars: dict[str, int]) -> dict[int, int]:
    return {int(count): n for count, n in bars.items()}
