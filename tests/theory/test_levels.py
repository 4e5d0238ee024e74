"""Theorems about bounded components of level sets, on networks that they speak of and others."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

import exactpoly as ep
from exactpoly.theory import Verdict, levels, theorem
from exactpoly.theory.levels import BoundedParts


def network(widths: list[int], seed: int) -> ep.Network:
    rng = random.Random(seed)
    layers = [
        ep.Layer.of(
            [[rng.randint(-9, 9) for _ in range(m)] for _ in range(n)],
            [rng.randint(-9, 9) for _ in range(n)],
            relu=i < len(widths) - 2,
        )
        for i, (m, n) in enumerate(pairwise(widths))
    ]
    return ep.Network(tuple(layers))


def triangle() -> ep.Network:
    """`{f < 0}` is a bounded triangle: widths (2, 3, 1)."""
    return ep.Network(
        (ep.Layer.of([[1, 0], [0, 1], [-1, -1]]), ep.Layer.of([[1, 1, 1]], [-1], relu=False))
    )


@pytest.mark.parametrize("seed", range(12))
def test_networks_with_one_neuron_more_than_inputs(seed: int) -> None:
    d = 2 + seed % 2
    check = theorem("bounded-components").check(ep.enumerate(network([d, d + 1, 1], seed)))
    assert check.verdict in (Verdict.HOLDS, Verdict.HYPOTHESES_NOT_MET)


def test_a_bounded_component_is_counted() -> None:
    check = theorem("bounded-components").check(ep.enumerate(triangle()))
    assert [int(one.left) for one in check.instances] == [1, 0]


@pytest.mark.parametrize("seed", range(12))
def test_narrow_networks(seed: int) -> None:
    widths = [[2, 2, 2, 1], [3, 3, 2, 1], [3, 2, 3, 1]][seed % 3]
    check = theorem("unbounded-levels").check(ep.enumerate(network(widths, seed)))
    assert check.verdict in (Verdict.HOLDS, Verdict.HYPOTHESES_NOT_MET)


@pytest.mark.parametrize(
    ("name", "widths"), [("bounded-components", [2, 3, 1]), ("unbounded-levels", [2, 2, 1])]
)
def test_more_bounded_components_are_a_violation(
    name: str, widths: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    complex_ = ep.enumerate(network(widths, 1))
    monkeypatch.setattr(levels, "bounded_parts", lambda evidence: BoundedParts(0, 2, 0, True))
    assert theorem(name).check(complex_).verdict is Verdict.VIOLATED
    monkeypatch.setattr(levels, "bounded_parts", lambda evidence: BoundedParts(0, 2, 0, False))
    assert theorem(name).check(complex_).verdict is Verdict.HYPOTHESES_NOT_MET


def test_other_architectures_are_not_meant() -> None:
    for widths in ([2, 4, 1], [1, 2, 1], [2, 3, 3, 1], [2, 3, 2]):
        complex_ = ep.enumerate(network(widths, 0))
        assert theorem("bounded-components").check(complex_).verdict is Verdict.NOT_APPLICABLE
    for widths in ([2, 3, 1], [1, 1, 1], [2, 2, 2]):
        complex_ = ep.enumerate(network(widths, 0))
        assert theorem("unbounded-levels").check(complex_).verdict is Verdict.NOT_APPLICABLE
