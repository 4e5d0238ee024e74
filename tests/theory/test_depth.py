"""The sharp bounds by depth: formulas by hand, networks that come near them, and words about verdicts."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from math import log2, prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.certificate import check
from exactpoly.report.theorems import verdict_meaning
from exactpoly.theory import Evidence, Verdict, theorem
from exactpoly.theory.constructions import construct
from exactpoly.theory.depth_formulas import (
    box_bound_by_depth,
    box_bound_by_widths,
    iterated_face_bound,
    layers_needed,
    log2_between,
    space_bound_by_depth,
    space_bound_by_widths,
)
from exactpoly.theory.prisms import full_prism_facets, prism_network
from tests.strategies import examples, networks, networks_on_domains
from tests.theory.corruption import corrupted
from tests.theory.networks import random_generic


@pytest.mark.parametrize(
    ("d", "cuts"), [(3, [2]), (3, [4, 3]), (3, [3, 2, 2]), (4, [3]), (4, [2, 3]), (5, [3])]
)
def test_full_prisms_have_the_facets_of_the_bound(d: int, cuts: list[int]) -> None:
    complex_ = ep.enumerate(prism_network(d, cuts), domain=f"[0,1]^{d}")
    facets = full_prism_facets(d, len(cuts))
    assert facets == box_bound_by_depth(d, len(cuts))
    full = int((complex_.facet_counts_with_domain_boundary == facets).sum())
    assert full == prod((n - 1) ** (d - 2) for n in cuts)
    assert theorem("deep-box").check(complex_).verdict is Verdict.HOLDS


def test_means_come_near_the_sharp_bound() -> None:
    """Above 2d in R^3 and R^4, slowly rising to the bound with the number of folds and cuts."""
    means = [construct("folded-prisms", [3, m, 6]).complex.mean_facets for m in (2, 4, 8)]
    assert means == sorted(means)
    assert Fraction(13, 2) < means[-1] < space_bound_by_depth(3, 2) == 8
    built = construct("folded-prisms", [4, 4, 4])
    assert 8 < built.complex.mean_facets < 12
    assert "sharp bound 12" in built.verified


@pytest.mark.parametrize(
    ("name", "numbers"),
    [("prisms", [2, 5]), ("prisms", [3]), ("prisms", [3, 1]), ("folded-prisms", [3, 4]),
     ("folded-prisms", [3, 0, 4]), ("prisms", [9, 99])],
)  # fmt: skip
def test_numbers_that_do_not_fit_are_one_sentence(name: str, numbers: list[int]) -> None:
    with pytest.raises(ep.InputError):
        construct(name, numbers)


def test_bounds_by_hand() -> None:
    assert [space_bound_by_depth(3, depth) for depth in (1, 2, 3)] == [6, 8, 10]
    assert [space_bound_by_depth(d, 2) for d in (2, 3, 4)] == [4, 8, 12]
    # 3-5-5-5-5: M = 5/2, 7/2, 9/2, 11/2.
    assert space_bound_by_widths(3, [(5, 0)] * 4) == 11
    # A first layer with one output: the line, whatever follows.
    assert space_bound_by_widths(7, [(1, 0), (9, 0)]) == 2
    assert space_bound_by_widths(7, [(0, 2), (9, 0)]) == 4
    assert space_bound_by_widths(4, []) == 0
    assert box_bound_by_widths(3, [(1, 0)]) == 7
    assert box_bound_by_widths(4, []) == 8
    assert iterated_face_bound(1, 3, 3, 2) == Fraction(6 * 8, 2)
    assert layers_needed(3, Fraction(8086, 1005)) == 3
    assert layers_needed(4, Fraction(0)) == 0


@examples(200)
@given(st.integers(1, 6), st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4)), max_size=4))
def test_the_bound_by_widths_is_never_worse_than_that_by_depth(
    d: int, layers: list[tuple[int, int]]
) -> None:
    units = [(n, m) for n, m in layers if n + m]
    depth = sum(n > 0 for n, _ in units)
    if depth:
        assert space_bound_by_widths(d, units) <= space_bound_by_depth(d, depth)
        assert box_bound_by_widths(d, units) <= box_bound_by_depth(d, depth)


def _near_a_logarithm(number: int, q: int) -> Fraction:
    """The largest fraction over ``q`` that is not above log2."""
    return Fraction((number**q).bit_length() - 1, q)


@pytest.mark.parametrize("rounded", [log2_between, check.log2_between])
@examples(200)
@given(
    st.integers(1, 10**6) | st.integers(0, 40).map(lambda k: 1 << k),
    st.fractions(0, 41, max_denominator=1000) | st.integers(1, 2000),
    st.integers(0, 1),
)
def test_the_rounded_logarithm_decides(
    rounded: Callable[[int, Fraction], Fraction | None],
    number: int,
    value: Fraction | int,
    above: int,
) -> None:
    if isinstance(value, int):
        value = _near_a_logarithm(number, value) + Fraction(above, value)
    bound = rounded(number, value)
    if bound is None:
        assert abs(float(value) - log2(number)) < 2**-20
        return
    p, q = value.as_integer_ratio()
    assert abs(float(bound) - log2(number)) < 1 / 1000
    assert (value <= bound) == (2**p <= number**q)
    if number & (number - 1):
        assert bound < log2(number)


@pytest.mark.parametrize("rounded", [log2_between, check.log2_between])
def test_a_logarithm_takes_as_many_bits_as_it_needs(
    rounded: Callable[[int, Fraction], Fraction | None],
) -> None:
    for number, q, above, bits in (
        (5, 1, 0, 10),
        (5, 28, 0, 11),
        (5, 87, 0, 13),
        (7, 192, 0, 14),
        (7, 109, 0, 15),
        (5, 379, 0, 16),
        (5, 146, 0, 17),
        (7, 571, 1, 18),
    ):
        bound = rounded(number, _near_a_logarithm(number, q) + Fraction(above, q))
        assert bound == _near_a_logarithm(number, 1 << bits)
    assert rounded(8, 3 + Fraction(1, 1 << 30)) == 3  # exact, however close the value is
    # So close to log2(3) and log2(5), from below and above, that twenty bits do not tell.
    assert rounded(3, _near_a_logarithm(3, 665)) is None
    assert rounded(5, _near_a_logarithm(5, 643) + Fraction(1, 643)) is None


def test_only_the_cube_attains_the_logarithm() -> None:
    cube = ep.Network((ep.Layer.of(np.eye(4).astype(int).tolist()), ep.Layer.of([[1] * 4])))
    check = theorem("log-mean").check(ep.enumerate(cube, domain="R^d"))
    assert check.instances[0].slack >= 0
    arrangement = ep.Network((ep.Layer.of([[1, 0], [0, 1]]),))
    (one,) = theorem("log-mean").check(ep.enumerate(arrangement)).instances
    assert one.left == one.right == 2


@examples(60)
@given(networks_on_domains(), st.integers(0, 10**6))
def test_every_set_of_regions_keeps_the_bounds(
    drawn: tuple[ep.Network, ep.Domain], seed: int
) -> None:
    """proofs/sharp_bound.md proves the claim for all sets of regions, not only for the whole."""
    network, domain = drawn
    complex_ = ep.enumerate(network, domain=domain)
    evidence = Evidence(complex_)
    rng = random.Random(seed)
    chosen = {i for i in range(complex_.n_regions) if rng.random() < 0.6} or {0}
    shared = sum(int(a) in chosen and int(b) in chosen for a, b in complex_.neighbours)
    assert 2 * shared <= space_bound_by_widths(evidence.d, evidence.units) * len(chosen)
    assert 4**shared <= len(chosen) ** len(chosen)
    if domain.is_box:
        counts = complex_.facet_counts_with_domain_boundary - complex_.facet_counts
        sides = sum(int(counts[i]) for i in chosen)
        bound = box_bound_by_widths(evidence.d, evidence.units)
        assert 2 * shared + sides <= bound * len(chosen)


@examples(40)
@given(networks(max_dimension=3, max_depth=4, max_neurons=9))
def test_depth_needed_is_never_more_than_there_is(network: ep.Network) -> None:
    check = theorem("depth-needed").check(ep.enumerate(network))
    assert check.verdict is not Verdict.VIOLATED


def test_words_say_what_a_violation_means() -> None:
    refuting = ep.load("examples/refutations/avg-facets-1988b35e.json")
    complex_ = ep.enumerate(refuting)
    published = theorem("avg-facets")
    text = " ".join(verdict_meaning([(published, published.check(complex_))]))
    assert "counterexample" in text
    assert "not a fault of the network" in text
    proved = theorem("deep-bound")
    broken = corrupted(complex_, facet_counts=complex_.facet_counts + 9)
    assert "bug in exactpoly" in " ".join(verdict_meaning([(proved, proved.check(broken))]))


@examples(40)
@given(st.integers(0, 10**6), st.lists(st.integers(1, 5), min_size=1, max_size=3))
def test_faces_of_every_dimension_of_simple_complexes_in_space(
    seed: int, hidden: list[int]
) -> None:
    """proofs/sharp_bound.md, Theorem 6, its equations (4), and six ends where there are vertices."""
    complex_ = ep.enumerate(random_generic(seed, 3, *hidden))
    if not complex_.simple:
        return
    f0, f1, f2, f3 = complex_.f_vector
    layers = len(hidden)
    ends = 2 * f1 - 6 * f0
    if f0:
        assert ends >= 6
        assert 4 * f1 == 6 * (f2 - f3 + 1) - ends
    assert 4 * f1 * (layers + 2) < 6 * (layers + 1) * f2
    assert 12 * f0 * (layers + 2) < 6 * (layers + 1) * f2
    assert 4 * f1 < 6 * (layers + 1) * f3
    assert 8 * f0 < 4 * (layers + 1) * f3


def test_edges_of_two_cells_come_near_their_bound() -> None:
    complex_ = construct("folded-prisms", [3, 8, 9]).complex
    f = complex_.f_vector
    assert complex_.simple
    assert Fraction(4) < Fraction(4 * f[1], f[2]) < Fraction(9, 2)


@examples(60)
@given(networks(max_dimension=3, max_depth=3, max_neurons=8))
def test_steps_with_few_walls_keep_the_mean_below(network: ep.Network) -> None:
    """proofs/open.md, Proposition 3."""
    evidence = Evidence(ep.enumerate(network))
    d, before = evidence.d, (0, 1)
    gains = []
    for walls, regions in evidence.growth:
        gains.append(d * (regions - before[1]) - (walls - before[0]))
        before = walls, regions
    assert d + sum(gains) == d * evidence.f[d] - evidence.f[d - 1]
    if all(gain >= 0 for gain in gains):
        assert evidence.mean < 2 * d
