"""What is checked of every complete result: a wrong count is an internal error, loudly."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

import exactpoly as ep
from exactpoly.summary import Summary

NETWORK = ep.Network((ep.Layer.of([[1, 0], [0, 1]]),))
SPACE = Summary(NETWORK, ep.Domain(2), "subdivide", (1, 4, 4), {2: 4}, {2: 4}, True)
BOX = Summary(NETWORK, ep.Domain.box(2, -1, 1), "subdivide", (9, 12, 4), {2: 4}, {4: 4}, True)


def test_right_counts_pass() -> None:
    assert ep.enumerate(NETWORK).summary() == SPACE
    assert ep.enumerate(NETWORK, domain="[-1,1]^2").summary() == BOX
    assert (SPACE.mean_facets, BOX.mean_facets_with_domain_boundary) == (2, 4)
    assert SPACE.to_json()["mean_facets"] == str(Fraction(2))


@pytest.mark.parametrize(
    ("summary", "words"),
    [
        (replace(SPACE, f_vector=(2, 4, 4)), "Euler"),
        (replace(SPACE, f_vector=(1, 5, 4)), "Euler"),
        (replace(BOX, f_vector=(8, 12, 4)), "Euler"),
        (replace(BOX, domain=ep.Domain(2)), "4, not 4|facets of regions"),
        (replace(SPACE, f_vector=(2, 5, 4)), "8 facets of regions but 5"),
        (replace(SPACE, facet_histogram={2: 3, 3: 1}), "9 facets of regions but 4"),
        (replace(SPACE, facet_histogram={2: 3}), "every region once"),
        (replace(BOX, facet_histogram={2: 5}), "every region once"),
    ],
)
def test_wrong_counts_raise_unless_partial(summary: Summary, words: str) -> None:
    with pytest.raises(ep.InternalError, match=words):
        summary.check()
    replace(summary, complete=False).check()


def test_a_complex_checks_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    complex_ = ep.enumerate(NETWORK)
    monkeypatch.setattr(type(complex_), "f_vector", (1, 4, 5))
    with pytest.raises(ep.InternalError, match="Euler"):
        complex_.summary()
