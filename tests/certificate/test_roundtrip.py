"""Every certificate that the writer makes is accepted, and says what the complex says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import exactpoly as ep
from exactpoly.certificate import check
from exactpoly.certificate.write import write_certificate
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network

CASES = sorted((Path(__file__).parent.parent / "cases").glob("*.json"))


@pytest.mark.parametrize("domain", ["R^d", "[-1,1]^d"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_cases_round_trip(case: Path, domain: str, tmp_path: Path) -> None:
    complex_ = ep.enumerate(case, domain=domain)
    path = tmp_path / "out.cert"
    write_certificate(complex_, path)
    code, message = check.check_file(str(path))
    assert code == 0, message
    assert f"  regions: {complex_.n_regions}\n" in message
    assert complex_.network.digest in message


def test_the_checker_runs_alone(tmp_path: Path) -> None:
    path = tmp_path / "out.cert.gz"
    write_certificate(ep.enumerate(CASES[0]), path)
    command = [sys.executable, "-I", "-S", check.__file__, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0
    assert done.stdout.startswith("ACCEPTED: ")


def test_a_network_of_six_hundred_layers(tmp_path: Path) -> None:
    """A vertex on a neuron of the last layer comes before all others with its pattern."""
    same = Layer.of([[1]])
    layers = [Layer.of([[1], [1]], ["1/2", "-1/2"]), Layer.of([[1, 1]], [1]), *[same] * 600]
    network = Network((*layers, Layer.of([[1]], ["-3/2"]), Layer.of([[1]], relu=False)))
    complex_ = ep.enumerate(network, domain="[-1,1]^d")
    path = tmp_path / "deep.cert"
    write_certificate(complex_, path)
    code, message = check.check_file(str(path))
    assert code == 0, message
    assert complex_.f_vector == (5, 4)
