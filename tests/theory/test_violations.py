"""Each theorem holds on an exact complex and is reported violated when that complex is corrupted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import exactpoly as ep
from exactpoly.theory import THEOREMS, Verdict, theorem
from exactpoly.theory.montufar import montufar_network
from tests.theory.corruption import corrupted, with_count
from tests.theory.networks import random_generic

Corruption = Callable[[ep.Complex], ep.Complex]


def _one_count(k: int, change: int) -> Corruption:
    return lambda c: with_count(c, k, c.f_vector[k] + change)


def _facets_of_one_region(change: int) -> Corruption:
    def corrupt(c: ep.Complex) -> ep.Complex:
        counts = c.facet_counts.copy()
        counts[0] += change
        return corrupted(c, facet_counts=counts)

    return corrupt


def _facets_in_box(c: ep.Complex) -> ep.Complex:
    return corrupted(c, facet_counts_with_domain_boundary=c.facet_counts_with_domain_boundary + 50)


def _all_regions_facetless(c: ep.Complex) -> ep.Complex:
    return corrupted(c, facet_counts=np.zeros_like(c.facet_counts))


def _path_graph(c: ep.Complex) -> ep.Complex:
    ends = np.arange(c.n_regions - 1, dtype=np.int32)
    return corrupted(c, neighbours=np.stack([ends, ends + 1], axis=1))


def _one_pattern(c: ep.Complex) -> ep.Complex:
    return corrupted(c, region_rows=np.repeat(c.region_rows[:1], c.n_regions, axis=0))


def _shallow() -> ep.Network:
    return random_generic(1, 3, 6)


def _flat() -> ep.Network:
    return random_generic(1, 2, 5)


def _deep() -> ep.Network:
    return random_generic(2, 3, 5, 3)


def _low() -> ep.Network:
    first = ep.Layer.of([[1, 1, 0], [1, 2, 1], [2, 3, 1]], [0, 1, -1])
    return ep.Network((first, *random_generic(3, 3, 2).layers))


CASES: list[tuple[str, Callable[[], ep.Network], str, Corruption]] = [
    ("cells", _shallow, "R^d", _one_count(1, 1)),
    ("cells", _shallow, "R^d", _one_count(3, -1)),
    ("avg-facets", _deep, "R^d", _one_count(3, -30)),
    ("avg-facets", _flat, "R^d", _one_count(1, 9)),
    ("avg-faces", _deep, "R^d", _one_count(2, -90)),
    ("cube", _shallow, "R^d", _one_count(0, 70)),
    ("min-facets", _deep, "R^d", _all_regions_facetless),
    ("min-facets", _deep, "R^d", _facets_of_one_region(-20)),
    ("monotone", _shallow, "R^d", _one_count(2, -40)),
    ("shallow-mean", _shallow, "R^d", _facets_of_one_region(1)),
    ("central-mean", lambda: random_generic(4, 3, 5, bias=False), "R^d", _one_count(3, 2)),
    ("central-mean", lambda: random_generic(4, 3, 5, bias=False), "R^d", _facets_of_one_region(1)),
    ("low-rank", _low, "R^d", _one_count(0, 1)),
    ("low-rank", _low, "R^d", _facets_of_one_region(1)),
    ("deep-bound", _deep, "R^d", _facets_of_one_region(1000)),
    ("deep-faces", _shallow, "R^d", _one_count(0, 70)),
    ("depth-needed", _deep, "R^d", _facets_of_one_region(1000)),
    ("log-mean", _deep, "R^d", _facets_of_one_region(1000)),
    ("log-mean", _deep, "[-1,1]^d", _facets_of_one_region(1000)),
    ("diameter", lambda: random_generic(5, 3, 6), "R^d", _path_graph),
    ("serra", _flat, "R^d", _one_count(2, 1)),
    ("montufar-upper", _flat, "[-1,1]^d", _one_count(2, 100)),
    ("montufar-lower", lambda: montufar_network(2, [4, 3]), "[0,1]^d", _one_pattern),
    ("euler", _deep, "R^d", _one_count(2, 1)),
    ("euler", _deep, "[-1,1]^d", _one_count(0, -1)),
    ("box-2d", _flat, "[-1,1]^d", _facets_in_box),
    ("deep-box", _deep, "[-1,1]^d", _facets_in_box),
]


@pytest.mark.parametrize(("name", "network", "domain", "corrupt"), CASES)
def test_holds_and_is_violated_when_the_complex_is_corrupted(
    name: str, network: Callable[[], ep.Network], domain: str, corrupt: Corruption
) -> None:
    sound = theorem(name).check(ep.enumerate(network(), domain=domain))
    assert sound.verdict is Verdict.HOLDS, sound
    check = theorem(name).check(corrupt(ep.enumerate(network(), domain=domain)))
    assert check.verdict is Verdict.VIOLATED, check
    shown = check.tightest
    assert shown is not None
    assert not shown.true
    assert shown.slack < 0 or shown.relation.value == "="


def test_degenerate_lines_that_claim_the_counts_of_general_position() -> None:
    parallel = ep.Network(
        (ep.Layer.of([[1, 0], [2, 0]], [0, 1]), ep.Layer.of([[1, 1]], relu=False))
    )
    complex_ = ep.enumerate(parallel)
    assert theorem("cells").check(complex_).verdict is Verdict.HOLDS
    claimed = corrupted(complex_, f_vector=(1, 4, 4))
    assert theorem("cells").check(claimed).verdict is Verdict.VIOLATED


def test_every_theorem_has_a_violation_test() -> None:
    # Those about level sets: tests/theory/test_levels.py.
    elsewhere = {"bounded-components", "unbounded-levels"}
    assert {name for name, *_ in CASES} | elsewhere == {t.id for t in THEOREMS}
