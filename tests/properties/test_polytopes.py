"""Questions on polytopes: by the search on a box with half-spaces, and from the complex on the polytope."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import exactpoly as ep
from exactpoly.certificate import check_property
from exactpoly.properties.joint import joint_network
from tests.cli.command_line import run
from tests.properties import cases
from tests.strategies import MULTIPLIER

TRIES = round(12 * MULTIPLIER)


def random_network(rng: np.random.Generator, d: int, outputs: int) -> ep.Network:
    """Small integers as weights, often zeros."""
    widths = [d, int(rng.integers(1, 5)), int(rng.integers(1, 5)), outputs]
    layers = []
    for i, (n, m) in enumerate(pairwise(widths)):
        rows = rng.integers(-2, 3, size=(m, n + 1)).tolist()
        layers.append(ep.Layer.of([r[:-1] for r in rows], [r[-1] for r in rows], relu=i < 2))
    return ep.Network(tuple(layers))


def random_polytope(rng: np.random.Generator, d: int) -> ep.Domain:
    """A cube cut by half-spaces around a point that need not be its centre."""
    rows = [(tuple(s * (i == j) for j in range(d)), 1) for i in range(d) for s in (1, -1)]
    normals, constants = [r[0] for r in rows], [r[1] for r in rows]
    point = rng.integers(-1, 2, size=d)
    for _ in range(int(rng.integers(1, 4))):
        normal = rng.integers(-2, 3, size=d)
        normals.append(tuple(int(-2 * x) for x in normal))
        constants.append(int(normal @ point) + 1)
    return ep.Domain.of(([list(n) for n in normals], constants), d)


def accepted(answer: Any, path: Path) -> bool:
    answer.save(path)
    return check_property.check_file(str(path))[0] == check_property.ACCEPTED


@pytest.mark.parametrize("seed", range(TRIES))
def test_ranges_and_differences_are_those_of_the_vertices(seed: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(seed)
    d = int(rng.integers(1, 4))
    domain = random_polytope(rng, d)
    one, two = random_network(rng, d, 1), random_network(rng, d, 1)
    vertices = ep.enumerate(one, domain=domain).vertices()
    values = [one.evaluate(v)[0] for v in vertices]
    answer = ep.range(one, domain=domain)
    assert (answer.details["min"], answer.details["max"]) == (str(min(values)), str(max(values)))
    assert all(
        domain.contains(tuple(map(Fraction, answer.details[n]))) for n in ("argmin", "argmax")
    )
    assert accepted(answer, tmp_path / "range.json")
    answer = ep.equal(one, two, domain=domain)
    points = ep.enumerate(joint_network(one, two), domain=domain).vertices()
    assert answer.value == max(abs(one.evaluate(p)[0] - two.evaluate(p)[0]) for p in points)
    if answer.witness is not None:
        at = answer.witness
        assert domain.contains(at)
    if answer.facts:
        assert accepted(answer, tmp_path / "equal.json")


@pytest.mark.parametrize("norm", ["linf", "l1"])
@pytest.mark.parametrize("seed", range(TRIES // 2))
def test_a_radius_in_a_polytope_is_that_of_the_nearest_tie_in_it(
    seed: int, norm: str, tmp_path: Path
) -> None:
    """It is attained, the certificate says that nothing is nearer, and no vertex of the complex is."""
    rng = np.random.default_rng(seed)
    d = int(rng.integers(1, 3))
    domain, network = random_polytope(rng, d), random_network(rng, d, 2)
    center = ep.enumerate(network, domain=domain).region(0).interior_point
    answer = ep.radius(network, list(center), norm=norm, domain=domain)
    output = network.evaluate(center)
    label = 0 if output[0] >= output[1] else 1

    def distance(point: Any) -> Fraction:
        sizes = [abs(a - b) for a, b in zip(point, center, strict=True)]
        return max(sizes) if norm == "linf" else sum(sizes, Fraction(0))

    ties = [
        v
        for v in ep.enumerate(network, domain=domain).vertices()
        if network.evaluate(v)[1 - label] >= network.evaluate(v)[label]
    ]
    if answer.witness is None:
        assert not ties
        return
    assert domain.contains(answer.witness)
    assert answer.value == distance(answer.witness)
    assert all(answer.value <= distance(v) for v in ties)
    assert accepted(answer, tmp_path / "radius.json")


def test_slopes_on_a_polytope_are_those_of_its_regions() -> None:
    hat = ep.Network((ep.Layer.of([[1, 0], [1, 0]], [0, -1]), ep.Layer.of([[1, -3]], relu=False)))
    half = "x0 + x1 <= 1, x0 >= 0, x1 >= 0"
    assert ep.lipschitz(hat, domain=half).value == 1
    assert ep.lipschitz(hat, domain="[0,2]^2").value == 2
    assert ep.monotone(hat, 0, domain=half).verdict == "yes"
    assert ep.monotone(hat, 0, domain="x0 + x1 <= 2, x0 >= 0, x1 >= 0").verdict == "no"


def test_the_command_takes_half_spaces(tmp_path: Path) -> None:
    net, proof = str(cases.FOLDER / "c10_2-8-8-1" / "network.json"), str(tmp_path / "proof.json")
    half = "x0+x1<=1/2, x0>=-1/4, x1>=-1/4"
    done = run("range", net, "--domain", half, "-o", proof, "--json")
    assert done.exit_code == 0
    checked = run("check", proof)
    assert checked.exit_code == 0
    assert "X_0" in checked.stdout
    for more in (["lipschitz", net], ["monotone", net, "--input", "0"], ["equal", net, net]):
        assert run(*more, "--domain", half, "--json").exit_code in (0, 4)
    assert run("range", net, "--domain", "x0 <= 1, x1 <= 1").exit_code == 3


def test_a_point_outside_the_polytope_is_refused() -> None:
    network = cases.network("c11_2-16-16-2")
    with pytest.raises(ep.InputError, match="outside the domain"):
        ep.radius(network, [1, 1], domain="x0 + x1 <= 1, x0 >= -1, x1 >= -1")


def test_a_limit_leaves_certified_bounds(tmp_path: Path) -> None:
    half = "x0+x1<=1/2, x0>=-1/4, x1>=-1/4"
    network = cases.network("c10_2-8-8-1")
    whole = ep.range(network, domain=half)
    for steps in (2, 3, 5):
        left = iter(range(steps))
        answer = ep.range(
            network, domain=half, interrupted=lambda left=left: next(left, None) is None
        )
        if answer.partial and answer.facts:
            assert Fraction(answer.details["lower"]) <= Fraction(whole.details["min"])
            assert Fraction(answer.details["upper"]) >= Fraction(whole.details["max"])
            assert accepted(answer, tmp_path / "partial.json")
