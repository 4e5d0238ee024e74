"""The reference engine on random networks, degenerate ones included, and on its own limits."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactpoly.domain import Domain
from exactpoly.errors import InputError, InternalError
from exactpoly.network import Layer, Network
from exactpoly.reference.engine import ReferenceComplex, _check_shared, enumerate_reference
from tests.case_files import case_paths, degenerate_networks, read_case

pytest.importorskip("cdd")


def random_box(d: int, data: st.DataObject) -> Domain:
    bounds = []
    for _ in range(d):
        lower = Fraction(data.draw(st.integers(-8, 8)), data.draw(st.sampled_from([1, 2, 3])))
        bounds.append((lower, lower + Fraction(data.draw(st.integers(1, 12)), 5)))
    return Domain(d, tuple(bounds))


@settings(max_examples=150, deadline=None)
@given(degenerate_networks(), st.data())
def test_on_space(network: Network, data: st.DataObject) -> None:
    d = network.input_dimension
    result = enumerate_reference(network, Domain.space(d))
    result.summary().check()
    known_rows(result, data)
    counts = Counter(cell for region in result.regions for cell in region.facets)
    assert set(counts.values()) <= {2}
    assert set(counts) == result.cells[d - 1]
    assert result.summary().mean_facets <= 2 * d


@settings(max_examples=150, deadline=None)
@given(degenerate_networks(), st.data())
def test_on_boxes(network: Network, data: st.DataObject) -> None:
    domain = random_box(network.input_dimension, data)
    result = enumerate_reference(network, domain)
    result.summary().check()
    known_rows(result, data)
    assert domain.bounds is not None
    content = Fraction(1)
    for lower, upper in domain.bounds:
        content *= upper - lower
    assert sum((region.volume for region in result.regions), Fraction(0)) == content


def known_rows(result: ReferenceComplex, data: st.DataObject) -> None:
    """The rows of rational points belong to cells; affine maps on regions are the network's."""
    d = result.domain.dimension
    rows = {row for cells in result.cells.values() for row, _ in cells}
    for _ in range(5):
        point = [Fraction(data.draw(st.integers(-16, 16)), 4) for _ in range(d)]
        if result.domain.bounds is not None:
            point = [
                lower + (x + 4) / 8 * (upper - lower)
                for x, (lower, upper) in zip(point, result.domain.bounds, strict=True)
            ]
        assert result.network.sign_row(point) in rows


@pytest.mark.parametrize(("d", "n"), [(1, 5), (2, 5), (3, 4)])
def test_one_generic_layer_has_the_binomial_count(d: int, n: int) -> None:
    # Rows (1, t, .., t^d): Vandermonde minors do not vanish, so this is general position.
    weight = [[t**i for i in range(d)] for t in range(1, n + 1)]
    network = Network((Layer.of(weight, [t**d for t in range(1, n + 1)]),))
    result = enumerate_reference(network, Domain.space(d))
    assert result.simple
    assert result.f_vector == tuple(
        comb(n, d - k) * sum(comb(n - d + k, i) for i in range(k + 1)) for k in range(d + 1)
    )


def test_a_neuron_on_a_side_of_the_box_is_a_domain_facet() -> None:
    network = Network((Layer.of([[1, 0]], [-1]),))
    result = enumerate_reference(network, Domain.box(2, -1, 1))
    (region,) = result.regions
    assert region.row == (-1,)
    assert region.facets == {
        ((0,), frozenset({1})),
        *(((-1,), frozenset({side})) for side in (0, 2, 3)),
    }
    assert not result.simple
    assert result.summary().facet_histogram == {0: 1}


def test_linear_units_do_not_cut() -> None:
    # Two units of the first layer, one of them linear: y = relu(x) + z on the plane has one kink.
    network = Network(
        (
            Layer.of([[1, 0], [0, 1]], relu=[True, False]),
            Layer.of([[1, 1]], relu=False),
        )
    )
    result = enumerate_reference(network, Domain.space(2))
    assert sorted(region.row for region in result.regions) == [(-1,), (1,)]
    assert result.f_vector == (0, 1, 2)


def test_stopping_gives_finished_regions_only() -> None:
    case = read_case(next(path for path in case_paths() if path.stem == "q2_00"))
    domain = case.domain("R^d")
    whole = enumerate_reference(case.network, domain)
    steps: list[int] = []
    done: list[int] = []

    def stop() -> bool:
        steps.append(1)
        return len(steps) > 60

    part = enumerate_reference(case.network, domain, should_stop=stop, progress=done.append)
    assert not part.complete
    assert not part.summary().complete
    assert 0 < len(part.regions) < len(whole.regions)
    assert done == list(range(1, len(part.regions) + 1))
    assert {r.row for r in part.regions} <= {r.row for r in whole.regions}
    assert all(part.cells[k] <= whole.cells[k] for k in whole.cells)


def test_dimensions_must_agree() -> None:
    with pytest.raises(InputError, match="dimension 3 given, network has input dimension 2"):
        enumerate_reference(Network((Layer.of([[1, 0]]),)), Domain.space(3))


def test_a_lost_or_doubled_region_is_noticed() -> None:
    network = Network((Layer.of([[1, 0], [1, 1]]),))
    regions = enumerate_reference(network, Domain.space(2)).regions
    with pytest.raises(InternalError, match="lies in 1 regions"):
        _check_shared(regions[1:])
    with pytest.raises(InternalError, match="two regions have the same sign row"):
        _check_shared([*regions, regions[0]])
