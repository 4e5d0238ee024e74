"""Every theorem on random networks, generic and degenerate: none may be violated that is proved."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from itertools import combinations
from math import comb
from pathlib import Path
from unittest.mock import patch

import networkx
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.theory import Evidence, Verdict, check_all, evidence
from exactpoly.theory.distances import diameter_bounds
from exactpoly.theory.formulas import arrangement_cells, deep_cells, face_mean_bound, serra
from tests.case_files import case_paths, read_case
from tests.strategies import examples, networks, networks_on_domains
from tests.theory.networks import random_generic

REFUTED = {"avg-facets", "avg-faces", "monotone"}
"""Published, and false in general for two hidden layers and more (proofs/theorems.md, 2)."""

LEVELS = {"bounded-components", "unbounded-levels"}

UNCONDITIONAL = {
    "deep-bound",
    "deep-box",
    "depth-needed",
    "diameter",
    "euler",
    "log-mean",
    "montufar-upper",
    "serra",
}


def _keep_what_is_proved(complex_: ep.Complex) -> None:
    for check in check_all(complex_):
        if check.id not in REFUTED:
            assert check.verdict is not Verdict.VIOLATED, check
        if check.id in UNCONDITIONAL:
            assert check.verdict in (Verdict.HOLDS, Verdict.NOT_APPLICABLE), check


@examples(200)
@given(networks_on_domains(max_depth=4, max_neurons=9))
def test_no_proved_theorem_is_violated(drawn: tuple[ep.Network, ep.Domain]) -> None:
    """Depth 1 to 4, degenerate; EXACTPOLY_TEST_MULTIPLIER=50 makes it 10,000 networks.

    ``--hypothesis-show-statistics`` tells how many were of which depth, and simple or not.
    """
    network, domain = drawn
    complex_ = ep.enumerate(network, domain=domain)
    event(f"hidden layers with neurons: {sum(n > 0 for n, _ in Evidence(complex_).units)}")
    event("simple" if complex_.simple else "not simple")
    _keep_what_is_proved(complex_)


@pytest.mark.parametrize("path", case_paths(), ids=lambda path: path.stem)
def test_no_proved_theorem_is_violated_by_a_case(path: Path) -> None:
    case = read_case(path)
    for domain in case.expected:
        _keep_what_is_proved(ep.enumerate(case.network, domain=case.domain(domain)))


@examples(60)
@given(st.integers(0, 10**6), st.sampled_from([(1, 3), (2, 5), (3, 5), (2, 3, 3), (3, 3, 2)]))
def test_generic_networks_meet_every_hypothesis(seed: int, widths: tuple[int, ...]) -> None:
    for check in check_all(ep.enumerate(random_generic(seed, *widths))):
        # Whether a level set has bounded pieces is no question of genericity.
        assert check.verdict is not Verdict.HYPOTHESES_NOT_MET or check.id in LEVELS, check
        if check.id not in REFUTED:
            assert check.verdict is not Verdict.VIOLATED, check


@examples(150)
@given(networks(max_dimension=4, max_depth=1, max_neurons=8))
def test_one_layer_means_without_genericity(network: ep.Network) -> None:
    """proofs/theorems.md, 1.4, in every flat: at most 2k for every k, degenerate layers included."""
    evidence = Evidence(ep.enumerate(network))
    for k in range(1, evidence.d + 1):
        assert evidence.face_pairs[k] <= 2 * k * evidence.f[k]


@examples(200)
@given(networks(max_dimension=2, max_depth=3, max_neurons=9))
def test_plane_means_without_genericity(network: ep.Network) -> None:
    """proofs/theorems.md, 1.6: at most 4 in the plane, whatever the depth."""
    f = ep.enumerate(network).f_vector
    assert f[-2] <= network.input_dimension * f[-1]


@examples(80)
@given(networks(max_neurons=7), st.data())
def test_bounds_on_every_cell_count(network: ep.Network, data: st.DataObject) -> None:
    evidence = Evidence(ep.enumerate(network))
    plain = all(linear == 0 for _, linear in evidence.units)
    assert evidence.f[-1] <= serra(
        evidence.d, [n for n, _ in evidence.units], [m for _, m in evidence.units]
    )
    if plain:
        bounds = deep_cells(evidence.d, evidence.widths)
        assert all(f <= bound for f, bound in zip(evidence.f, bounds, strict=True))


@examples(150)
@given(networks(max_dimension=4, max_neurons=9))
def test_bounds_on_means_of_cells_of_every_dimension(network: ep.Network) -> None:
    """proofs/theorems_deep.md, Theorem 2, degenerate networks included."""
    complex_ = ep.enumerate(network)
    evidence = Evidence(complex_)
    d = evidence.d
    for k in range(1, d + 1):
        most = face_mean_bound(k, d, evidence.widths)
        assert evidence.face_pairs[k] <= most * evidence.f[k]
        if evidence.widths and k > d - evidence.first_rank:
            # Each k-cell that there is has at least k - d + r faces.
            least = k - d + evidence.first_rank
            assert evidence.face_pairs[k] >= least * evidence.f[k]


@examples(60)
@given(networks(max_dimension=3, max_neurons=7))
def test_face_pairs_and_diameter_by_brute_force(network: ep.Network) -> None:
    complex_ = ep.enumerate(network)
    evidence = Evidence(complex_)
    rows = [complex_.signs(k).tolist() for k in range(complex_.dimension + 1)]
    for k in range(1, complex_.dimension + 1):
        pairs = sum(
            all(a == b or a == 0 for a, b in zip(face, cell, strict=True))
            for face in rows[k - 1]
            for cell in rows[k]
        )
        assert evidence.face_pairs[k] == pairs
    assert evidence.diameter.exact
    assert evidence.diameter.lower == networkx.diameter(complex_.adjacency())


@examples(60)
@given(networks(max_dimension=3, max_neurons=9), st.integers(4, 60))
def test_diameter_bounds_of_large_graphs(network: ep.Network, searches: int) -> None:
    """What is done where not all pairs are: always bounds, exact when searches suffice."""
    complex_ = ep.enumerate(network)
    graph = complex_.n_regions, complex_.neighbours
    bounds = diameter_bounds(*graph, searches, all_pairs=0)
    exact = diameter_bounds(*graph, 10**6, all_pairs=0)
    diameter = networkx.diameter(complex_.adjacency())
    assert bounds.lower <= diameter <= bounds.upper
    assert exact.lower == exact.upper == diameter


@examples(80)
@given(networks(max_dimension=3, max_depth=1, max_neurons=8))
def test_diameters_of_large_arrangements(network: ep.Network) -> None:
    """Where searches leave a gap, the hyperplanes that are crossed are a bound."""
    complex_ = ep.enumerate(network)
    few = partial(diameter_bounds, searches=1, all_pairs=0)
    with patch.object(evidence, "diameter_bounds", few):
        bounds = Evidence(complex_).diameter
    assert bounds.lower <= networkx.diameter(complex_.adjacency()) <= bounds.upper
    assert bounds.upper <= network.n_neurons


@examples(60)
@given(networks(max_dimension=3, max_depth=1, max_neurons=7))
def test_local_cubes_of_simple_arrangements(network: ep.Network) -> None:
    """In a simple complex an i-cell lies in 2^(j-i) C(d-i, j-i) j-cells."""
    complex_ = ep.enumerate(network)
    if not complex_.simple:
        return
    d = complex_.dimension
    rows = [complex_.signs(k).tolist() for k in range(d + 1)]
    for i, j in combinations(range(d + 1), 2):
        pairs = sum(
            all(a == b or a == 0 for a, b in zip(face, cell, strict=True))
            for face in rows[i]
            for cell in rows[j]
        )
        assert pairs == len(rows[i]) * 2 ** (j - i) * comb(d - i, j - i)


@pytest.mark.parametrize(("d", "n"), [(1, 4), (2, 1), (2, 6), (3, 2), (3, 7), (4, 6)])
def test_arrangement_formula_against_the_engine(d: int, n: int) -> None:
    complex_ = ep.enumerate(random_generic(n, d, n))
    assert complex_.f_vector == tuple(arrangement_cells(n, d, k) for k in range(d + 1))


def test_serra_against_the_sum_it_abbreviates() -> None:
    d, widths = 3, (4, 3, 5)
    total = 0
    for a in range(min(d, 4) + 1):
        for b in range(min(d, 4 - a, 3) + 1):
            for c in range(min(d, 4 - a, 3 - b, 5) + 1):
                total += comb(4, a) * comb(3, b) * comb(5, c)
    assert serra(d, widths) == total


def test_serra_of_a_thousand_layers() -> None:
    """On a line each layer of one neuron adds a region; beside a linear unit it doubles them."""
    assert serra(1, [1] * 1000) == 1001
    assert serra(1, [1] * 1000, [1] * 1000) == 2**1000


def test_table_value_that_floating_point_missed() -> None:
    """Gaines and Bi print 6884.87 regions for d = 5, n = 16; every generic network has 6885."""
    complex_ = ep.enumerate(random_generic(11, 5, 16))
    assert complex_.n_regions == 6885
    assert complex_.mean_facets == Fraction(20704, 2295)
