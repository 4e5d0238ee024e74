"""Random degenerate networks: certified, accepted by both checkers, the same bytes every time."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.certificate import check
from exactpoly.certificate.volume_check import Disagreement, recheck
from exactpoly.certificate.write import write_certificate
from exactpoly.domain import Domain
from exactpoly.errors import InputError
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from tests.certificate.forging import Certificate, random_network, write
from tests.certificate.test_roundtrip import CASES
from tests.strategies import networks_on_domains

MULTIPLIER = int(os.environ.get("EXACTPOLY_TEST_MULTIPLIER", "1"))


@given(networks_on_domains())
@settings(
    max_examples=60 * MULTIPLIER,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_random_networks_round_trip(tmp_path: Path, problem: tuple[Network, Domain]) -> None:
    network, domain = problem
    complex_ = ep.enumerate(network, domain=domain)
    path = tmp_path / "out.cert"
    write_certificate(complex_, path)
    code, message = check.check_file(str(path))
    assert code == 0, message
    assert f"  regions: {complex_.n_regions}\n" in message
    if complex_.n_regions < 60:
        recheck(path)


@given(networks_on_domains(), st.data())
@settings(max_examples=60 * MULTIPLIER, deadline=None)
def test_forms_are_those_of_each_pattern(
    problem: tuple[Network, Domain], data: st.DataObject
) -> None:
    """In any order of patterns, whether forms are kept or not, as exactpoly itself composes them."""
    network, domain = problem
    checked = check.Problem(network.canonical_form(), domain.to_json(), 10**9)
    row = st.lists(
        st.sampled_from((-1, 0, 1)), min_size=network.n_neurons, max_size=network.n_neurons
    )
    for signs in data.draw(st.lists(row, max_size=8)):
        if data.draw(st.booleans()):
            checked.known[-1].clear()
        (gradients, constants), _ = network.affine_maps(signs)
        key = "".join("0+-"[s] for s in signs)
        for neuron, (top, _) in enumerate(checked.units):
            form = checked.form(neuron, key)[:-1]
            true = [*gradients[neuron], constants[neuron]]
            assert form == [x * checked.scale[top + 1] for x in true]


@pytest.mark.parametrize("domain", ["R^d", "[-1,1]^d", "x0+x1<=1,x0>=-1,x1>=-1"])
def test_a_point_has_one_key(domain: str) -> None:
    """Whichever letter is another one, and before or after the true one."""
    complex_ = ep.enumerate(random_network((2, 4, 3, 1), 0), domain=domain)
    c = Certificate.of(write(complex_))
    problem = check.Problem(c.header["network"], c.header["domain"], 10**9)
    for key in c.vertices:
        point = problem.point(key)
        assert problem.is_key(key, point)
        for place, letter in enumerate(key):
            for other in set("+0-") - {letter}:
                assert not problem.is_key(key[:place] + other + key[place + 1 :], point)


@pytest.mark.parametrize("domain", ["R^d", "[-1,1]^d"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_the_second_checker_accepts_the_cases(case: Path, domain: str, tmp_path: Path) -> None:
    path = tmp_path / "out.cert"
    path.write_bytes(write(ep.enumerate(case, domain=domain)))
    if case.stem.startswith(("q3", "k_kink3_depth60")) and MULTIPLIER == 1:
        pytest.skip("seconds each; EXACTPOLY_TEST_MULTIPLIER above 1 runs them")
    recheck(path)


@pytest.mark.parametrize(
    ("widths", "domain"),
    [
        ((3, 32, 32, 1), "[-1,1]^d"),
        pytest.param(
            (3, 32, 32, 1), "R^d", marks=pytest.mark.skipif(MULTIPLIER == 1, reason="slow")
        ),
        ((5, 8, 8, 1), "R^d"),
    ],
)
def test_larger_networks_round_trip(widths: tuple[int, ...], domain: str, tmp_path: Path) -> None:
    complex_ = ep.enumerate(random_network(widths, 0), domain=domain)
    path = tmp_path / "out.cert.gz"
    write_certificate(complex_, path)
    code, message = check.check_file(str(path))
    assert code == 0, message
    assert f"  regions: {complex_.n_regions}\n" in message


@pytest.mark.parametrize("domain", ["R^d", "[0,1]^d"])
@pytest.mark.parametrize("inputs", [1, 2, 4])
def test_a_network_without_neurons(inputs: int, domain: str, tmp_path: Path) -> None:
    path = tmp_path / "out.cert"
    network = Network((Layer.of([[1] * inputs], relu=False),))
    write_certificate(ep.enumerate(network, domain=domain), path)
    code, message = check.check_file(str(path))
    assert code == 0
    assert "the 2 vertices" in message or inputs > 1
    recheck(path)


def test_the_same_bytes_compressed_or_not(tmp_path: Path) -> None:
    network = random_network((2, 5, 4, 1), 7)
    plain, first, second = (tmp_path / name for name in ("a.cert", "a.cert.gz", "b.cert.gz"))
    for path in (plain, first, second):
        write_certificate(ep.enumerate(network), path)
    assert first.read_bytes() == second.read_bytes()
    assert gzip.decompress(first.read_bytes()) == plain.read_bytes()
    assert b"a.cert" not in first.read_bytes()


def test_a_path_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        write_certificate(ep.enumerate(CASES[0]), tmp_path / "no" / "such" / "folder")


def test_the_second_checker_sees_beyond_any_coordinate(tmp_path: Path) -> None:
    path = tmp_path / "out.cert"
    layer = Layer.of([[1, 1], [1, -1]], [2**300, 0])
    path.write_bytes(write(ep.enumerate(Network((layer, Layer.of([[2**300, -3]], [1]))))))
    assert check.check_file(str(path))[0] == 0
    recheck(path)


def test_the_second_checker_finds_a_gap_and_a_missing_volume(tmp_path: Path) -> None:
    from tests.certificate.forging import Certificate

    for domain, reason in (("R^d", "a gap"), ("[-1,1]^d", "the volumes add up to")):
        certificate = Certificate.of(write(ep.enumerate(CASES[2], domain=domain)))
        del certificate.regions[3]
        path = tmp_path / "out.cert"
        path.write_bytes(certificate.mend().dump())
        with pytest.raises(Disagreement, match=reason):
            recheck(path)
