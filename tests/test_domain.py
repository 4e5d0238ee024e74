"""Domains made in Python: exact bounds whatever numbers they are given as, and refusals."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from exactpoly import Domain, InputError, Layer, Network, enumerate


def test_decimals_and_fractions_mean_what_is_written() -> None:
    domain = Domain.parse("[-0.1,1/7] x [-2.5e1,1e-3]", 2)
    assert domain.bounds == (
        (Fraction(-1, 10), Fraction(1, 7)),
        (Fraction(-25), Fraction(1, 1000)),
    )


def test_bounds_become_exact() -> None:
    bounds: Any = [(0, 0.5), ("1/3", Fraction(2))]
    domain = Domain(2, bounds)
    assert domain.bounds == ((Fraction(0), Fraction(1, 2)), (Fraction(1, 3), Fraction(2)))
    assert str(domain) == "[0,1/2]x[1/3,2]"
    assert domain == Domain.parse(str(domain), 2)
    assert {domain, Domain.parse("[0,.5]x[1/3,2]", 2)} == {domain}


@pytest.mark.parametrize(
    ("dimension", "bounds", "words"),
    [
        (0, None, "at least 1"),
        (2, [(0, 1)], "1 intervals"),
        (1, [(1, 1)], "not below"),
        (1, [(0, float("nan"))], "upper bound 0 is nan"),
        (1, [(float("-inf"), 0)], "lower bound 0 is -inf"),
        (1, [("x", 0)], "lower bound 0 is 'x'"),
    ],
)
def test_refusals(dimension: int, bounds: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        Domain(dimension, bounds)


def test_a_domain_of_another_dimension_is_refused() -> None:
    network = Network((Layer.of([[1, 2]]),))
    with pytest.raises(InputError, match="dimension"):
        enumerate(network, domain=Domain(3))
    with pytest.raises(InputError, match="domain"):
        enumerate(network, domain=Domain.box(1, 0, 1))
    with pytest.raises(InputError, match="domain: None given"):
        enumerate(network, domain=None)  # type: ignore[arg-type]
    complex_ = enumerate(network, domain=Domain(2, ((0, 1), (0, 1))))  # type: ignore[arg-type]
    assert sum(region.volume or 0 for region in complex_.regions) == 1
