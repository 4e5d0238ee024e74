"""Parity certificates: the truth is accepted, lies are rejected, what is no certificate is unreadable."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from exactpoly.certificate import check_parity
from exactpoly.certificate.parity import parity_certificate, write_parity_certificate
from exactpoly.newton.maximum import maximum_tree
from exactpoly.newton.newton import newton_pair, parity_bound
from exactpoly.newton.polytope import LatticePolytope

from .networks import integral_network


def simplex(n: int) -> LatticePolytope:
    return LatticePolytope([[0] * n, *([int(i == j) for j in range(n)] for i in range(n))])


def verdict(folder: Path, data: Any) -> tuple[int, str]:
    path = folder / "parity.json"
    path.write_text(json.dumps(data))
    return check_parity.check_file(str(path))


@pytest.mark.parametrize("n", range(1, 8))
def test_parity_certificates_are_accepted(tmp_path: Path, n: int) -> None:
    code, message = verdict(tmp_path, parity_certificate(parity_bound(simplex(n))))
    assert code == 0
    assert f"fewer than {n.bit_length()} hidden layers" in message


def test_the_checker_runs_alone(tmp_path: Path) -> None:
    path = tmp_path / "max5.json"
    pair = newton_pair(maximum_tree(5))
    assert pair.function is not None
    write_parity_certificate(pair.parity(pair.function), path)
    command = [sys.executable, "-I", "-S", check_parity.__file__, str(path)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0
    assert result.stdout.startswith("ACCEPTED: the maximum of 5 forms in 5 variables")
    assert "fewer than 3 hidden layers" in result.stdout


def test_certificates_of_random_networks_are_accepted(tmp_path: Path) -> None:
    random = Random(3)
    for _ in range(30):
        pair = newton_pair(integral_network(random))
        for polytope in (pair.g, pair.h):
            bound = pair.parity(polytope)
            code, message = verdict(tmp_path, parity_certificate(bound, constants=pair.biased))
            assert code == 0, message


def _set(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda data: data.update(changes)


def _drop_simplex(data: dict[str, Any]) -> None:
    gone = data["simplices"].pop()
    data["volume"] -= 1
    assert gone


def _twice(data: dict[str, Any]) -> None:
    data["simplices"].append(data["simplices"][0])


LIES: dict[str, Callable[[dict[str, Any]], None]] = {
    "one more layer": _set(claim={"hidden_layers": 3, "weights": "integral"}),
    "one layer less": _set(claim={"hidden_layers": 1, "weights": "integral"}),
    "rational weights": _set(claim={"hidden_layers": 2, "weights": "rational"}),
    "another volume": _set(volume=7),
    "even volume": _set(volume=4),
    "a simplex left out": _drop_simplex,
    "a simplex twice": _twice,
    "another face": _set(form=[0, 0, 1]),
    "a flat simplex": _set(simplices=[[0, 1, 2, 3]]),
    "a corner elsewhere": _set(simplices=[[0, 1, 2, 99]]),
    "overlapping simplices": _set(simplices=[[0, 1, 2, 4], [0, 1, 2, 5], [1, 2, 4, 5]]),
    "too few corners": _set(simplices=[[0, 1, 2]]),
}
PYRAMID = [(0, 0, 0), (1, 0, 0), (0, 1, 0), (1, 2, 0), (0, 0, 1)]
"""Over a quadrilateral of normalised volume 3."""


@pytest.mark.parametrize("name", LIES)
def test_lies_about_parity_are_rejected(tmp_path: Path, name: str) -> None:
    bound = parity_bound(LatticePolytope(PYRAMID))
    data = parity_certificate(bound)
    assert (bound.dimension, bound.volume, len(data["simplices"])) == (3, 3, 2)
    assert verdict(tmp_path, data)[0] == 0
    LIES[name](data)
    assert verdict(tmp_path, data)[0] == 1


def test_a_part_of_odd_volume_is_rejected(tmp_path: Path) -> None:
    """A triangulation without one simplex, its volume put right: only a wall inside the face tells."""
    reasons = []
    for left_out in range(2):
        data = parity_certificate(parity_bound(LatticePolytope(PYRAMID)))
        del data["simplices"][left_out]
        for volume in (1, 2):
            code, reason = verdict(tmp_path, {**data, "volume": volume})
            assert code == 1
            reasons.append("wall" in reason)
    assert all(reasons)


def test_an_overlap_of_odd_total_is_rejected(tmp_path: Path) -> None:
    """All walls are in order, but the triangle is covered three times: only the barycentre tells."""
    data = parity_certificate(parity_bound(simplex(2)))
    again = [[0, 0], [1, 0], [0, 1]]
    data["points"] = [*data["points"], *again, *again]
    data["simplices"] = [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
    data["volume"] = 3
    code, message = verdict(tmp_path, data)
    assert (code, "barycentre" in message) == (1, True)


def test_an_even_face_proves_nothing(tmp_path: Path) -> None:
    square = LatticePolytope([(0, 0), (1, 0), (0, 1), (1, 1)])
    data = parity_certificate(parity_bound(square))
    data |= {
        "form": [0, 0],
        "simplices": [[0, 1, 2], [1, 2, 3]],
        "volume": 2,
        "claim": {"hidden_layers": 2, "weights": "integral"},
    }
    code, message = verdict(tmp_path, data)
    assert (code, "even" in message) == (1, True)


def test_only_upper_faces_count_with_constants(tmp_path: Path) -> None:
    data = parity_certificate(parity_bound(simplex(2)))
    data["constants"] = True
    code, message = verdict(tmp_path, data)
    assert (code, "upper" in message) == (1, True)


@pytest.mark.parametrize(
    "change",
    [
        _set(extra=1),
        _set(format="exactpoly-parity-2"),
        _set(points=[]),
        _set(points=[[0, 1], [0]]),
        _set(points=[[0.5, 1]]),
        _set(points=[[True, 1]]),
        _set(form=[1]),
        _set(claim=2),
        _set(volume="3"),
        _set(constants=0),
        lambda data: data.pop("form"),
    ],
)
def test_what_is_no_certificate_is_unreadable(tmp_path: Path, change: Callable[[Any], Any]) -> None:
    data = parity_certificate(parity_bound(LatticePolytope(PYRAMID)))
    change(data)
    assert verdict(tmp_path, data)[0] == 3


@pytest.mark.parametrize("text", [b"", b"[", b"\xff", b'{"form": 1, "form": 2}', b"[" * 100_000])
def test_what_is_no_json_is_unreadable(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "parity.json"
    path.write_bytes(text)
    assert check_parity.check_file(str(path))[0] == 3
    assert check_parity.check_file(str(tmp_path / "nowhere.json"))[0] == 3
