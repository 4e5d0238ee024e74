"""Partial certificates: what they claim holds, and is all that they claim."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.certificate import check, points
from exactpoly.certificate.points import interior_row, region_points
from exactpoly.certificate.volume_check import recheck
from exactpoly.certificate.write import write_certificate
from exactpoly.domain import Domain
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from tests.certificate.forging import random_network
from tests.strategies import networks_on_domains


@given(networks_on_domains(max_dimension=3), st.integers(0, 60))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_partial_runs_are_accepted(
    tmp_path: Path, problem: tuple[Network, Domain], cells: int
) -> None:
    network, domain = problem
    complex_ = ep.enumerate(network, domain=domain, limits=ep.Limits(max_cells=cells))
    path = tmp_path / "out.cert.gz"
    write_certificate(complex_, path)
    code, message = check.check_file(str(path))
    assert code == 0, message
    recheck(path)
    if not complex_.complete:
        assert message.startswith("PARTIAL: ")
        rows = {row for row, _ in region_points(complex_)}
        whole = {tuple(row) for row in ep.enumerate(network, domain=domain).region_rows.tolist()}
        assert rows <= whole


@pytest.mark.parametrize("domain", ["R^d", "[-1,1]^d"])
def test_every_region_of_the_cut_network_is_represented(domain: str) -> None:
    network = random_network((3, 8, 8, 1), 0)
    complex_ = ep.enumerate(network, domain=domain, limits=ep.Limits(max_cells=500))
    assert not complex_.complete
    found = [row[: complex_.network.n_neurons] for row, _ in region_points(complex_)]
    assert sorted(found) == sorted(tuple(row) for row in complex_.region_rows.tolist())


@given(networks_on_domains(max_dimension=3), st.integers(0, 200))
@settings(max_examples=40, deadline=None)
def test_regions_at_once_and_one_by_one(problem: tuple[Network, Domain], cells: int) -> None:
    """Both ways find the same regions of the cut network, and each point is one of its region."""
    network, domain = problem
    complex_ = ep.enumerate(network, domain=domain, limits=ep.Limits(max_cells=cells))
    together = list(region_points(complex_))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(points, "_at_once", lambda *_: {})
        alone = list(region_points(complex_))
    done = complex_.network.n_neurons
    assert [row[:done] for row, _ in together] == [row[:done] for row, _ in alone]
    for row, point in together:
        assert interior_row(network, point) == row
        assert domain.contains(point, strictly=True)


def test_points_are_inside_a_thin_domain() -> None:
    """Short numbers near the mean have the signs of the region and lie outside."""
    network = Network((Layer.of([[1, 1], [1, -1]]),))
    third = Fraction(1, 3)
    for thin in (Fraction(1, 2**20), Fraction(1, 2**40)):
        domain = Domain(2, ((third, third + thin), (Fraction(1), Fraction(2))))
        complex_ = ep.enumerate(network, domain=domain, limits=ep.Limits(max_cells=0))
        ((_, point),) = region_points(complex_)
        assert domain.contains(point, strictly=True)


def test_a_point_with_another_key_is_refused(tmp_path: Path) -> None:
    """Whether the listed key is before or after the true one; and a key that is no string."""
    path = tmp_path / "out.cert"
    limits = ep.Limits(max_cells=20)
    write_certificate(ep.enumerate(random_network((2, 6, 1), 0), limits=limits), path)
    header, (key, *point) = map(json.loads, path.read_text().splitlines()[:2])
    header |= {"regions": 1, "claims": {"regions_at_least": 1}}

    def code(entry: list[object]) -> int:
        path.write_text("".join(check.spelling(line) + "\n" for line in (header, entry)))
        return check.check_file(str(path))[0]

    assert code([key, *point]) == check.ACCEPTED
    for place, letter in enumerate(key):
        for other in set("+0-") - {letter}:
            wrong = key[:place] + other + key[place + 1 :]
            assert code([wrong, *point]) == check.REJECTED
    for bad in ([1, *point], [key, *point, "0"], [key]):
        assert code(bad) == check.UNREADABLE


def test_partial_lists_are_canonical(tmp_path: Path) -> None:
    """Regions in another order, or fewer or more claimed than are listed, are refused."""
    path = tmp_path / "out.cert"
    limits = ep.Limits(max_cells=40)
    write_certificate(ep.enumerate(random_network((2, 6, 1), 0), limits=limits), path)
    header, *body = map(json.loads, path.read_text().splitlines())

    def code(count: int, regions: list[object]) -> int:
        about = {**header, "claims": {"regions_at_least": count}}
        path.write_text("".join(check.spelling(line) + "\n" for line in (about, *regions)))
        return check.check_file(str(path))[0]

    assert code(len(body), body) == check.ACCEPTED
    assert len(body) > 1
    assert code(len(body), body[::-1]) == check.REJECTED
    for count in (len(body) - 1, len(body) + 1, 0):
        assert code(count, body) == check.REJECTED


def test_thin_regions_get_exact_points() -> None:
    """Strips of width 10^-30 beside 1, which no float64 can tell from their edges."""
    cuts = [1 + Fraction(k, 10**30) for k in range(1, 5)]
    layer = Layer.of([[1]] * 4, [-cut for cut in cuts])
    late = Layer.of([[1, 0, 0, 0]], [-2])
    network = Network((layer, late, Layer.of([[1]], relu=False)))
    complex_ = ep.enumerate(network, domain="[0,3]", limits=ep.Limits(max_cells=10))
    assert complex_.network.n_neurons == 4
    assert len(dict(region_points(complex_))) == complex_.n_regions == 5


def test_a_centre_on_a_later_neuron_is_avoided() -> None:
    network = Network(
        (Layer.of([[1, 0]]), Layer.of([[1], [1]], [0, -1]), Layer.of([[1, 1]], relu=False))
    )
    complex_ = ep.enumerate(network, domain="[0,2]^d", limits=ep.Limits(max_cells=0))
    assert complex_.network.n_neurons == 0
    ((row, point),) = region_points(complex_)
    assert point != (1, 1)
    assert interior_row(network, point) == row == (1, 1, network.sign_row(point)[2])


def test_interior_row_refuses_boundaries_but_not_dead_neurons() -> None:
    network = Network((Layer.of([[1, 0], [0, 0]]), Layer.of([[-1, 1]]), Layer.of([[1]])))
    assert interior_row(network, [Fraction(0), Fraction(5)]) is None
    assert interior_row(network, [Fraction(-1), Fraction(5)]) == (-1, 0, 0, 0)
    assert interior_row(network, [Fraction(1), Fraction(5)]) == (1, 0, -1, 0)
