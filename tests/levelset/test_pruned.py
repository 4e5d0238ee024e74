"""The zero set by dropping regions is the zero set of the whole complex."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

import exactpoly as ep
from exactpoly.errors import LimitReached
from exactpoly.levelset.mesh import mesh_bytes
from tests.strategies import MULTIPLIER, examples, networks_on_domains
from tests.topology.test_cases import LEVELS, SURFACES, expected


def same(net: ep.Network | Path, level: object, domain: ep.Domain | str) -> None:
    whole = ep.level_set(net, level, domain=domain, component=0)
    found = ep.zero_set(net, level, domain=domain, component=0)
    assert found.zero.f_vector == whole.zero.f_vector
    assert found.zero.betti(2) == whole.zero.betti(2)
    assert found.zero.betti_borel_moore() == whole.zero.betti_borel_moore()


@pytest.mark.parametrize(("path", "domain"), LEVELS, ids=lambda x: getattr(x, "stem", x))
def test_cases(path: Path, domain: str) -> None:
    same(path, expected(path)["level"], domain)


@given(networks_on_domains(max_dimension=3, max_neurons=8))
@examples(60)
def test_random_networks(drawn: tuple[ep.Network, ep.Domain]) -> None:
    net, domain = drawn
    same(net, net.evaluate([Fraction(1, 3)] * net.input_dimension)[0], domain)


@pytest.mark.parametrize("path", SURFACES, ids=lambda p: p.stem)
def test_surfaces(path: Path) -> None:
    level = expected(path)["level"]
    whole = ep.level_set(path, level).surface().to_json()
    assert ep.zero_set(path, level, domain="[-20,20]^3").surface().to_json() == whole


def deep(seed: int) -> ep.Network:
    """A deep network in space with regions to drop."""
    rng = np.random.default_rng(seed)
    sizes = [3, 10, 10, 10, 1]
    layers = [
        ep.Layer.of(rng.normal(size=(n, m)) / m**0.5, 0.2 * rng.normal(size=n), relu=n > 1)
        for m, n in pairwise(sizes)
    ]
    return ep.Network(tuple(layers), f"seed {seed}")


@pytest.mark.parametrize("seed", range(4))
def test_deep_networks(seed: int) -> None:
    net = deep(seed)
    level = net.evaluate([Fraction(1, 10), 0, 0])[0]
    same(net, level, "[-1,1]^3")
    found = ep.zero_set(net, level, domain="[-1,1]^3")
    whole = ep.level_set(net, level, domain="[-1,1]^3")
    assert found.surface().to_json() == whole.surface().to_json()
    # Something was dropped, or this shows nothing.
    assert found.arrangement.offsets[-1] < whole.arrangement.offsets[-1]


def test_limits_end_it() -> None:
    with pytest.raises(LimitReached, match="cells exceed"):
        ep.zero_set(deep(0), 0, domain="[-1,1]^3", limits=ep.Limits(max_cells=100))


@pytest.mark.skipif(MULTIPLIER == 1, reason="20 s; EXACTPOLY_TEST_MULTIPLIER above 1 runs it")
def test_the_shipped_torus(tmp_path: Path) -> None:
    """A trained shape; its mesh is watertight for trimesh, with the same Euler number and volume."""
    trimesh = pytest.importorskip("trimesh")
    torus = Path(__file__).parents[2] / "examples" / "torus.npz"
    found = ep.zero_set(torus, 0, domain="[-1/2,1/2]^3")
    surface = found.surface()
    assert surface.f_vector == (3852, 7704, 3852)
    assert surface.watertight
    assert surface.genera == [1]
    assert found.zero.betti() == (1, 2, 1, 0)
    content, rounding = mesh_bytes(surface, path := tmp_path / "torus.ply")
    assert rounding.merged == 0
    path.write_bytes(content)
    mesh = trimesh.load(path, process=False)
    assert len(mesh.vertices) == 3852
    assert mesh.is_watertight
    assert mesh.is_winding_consistent
    assert mesh.euler_number == surface.euler == 0
    assert mesh.volume == pytest.approx(float(surface.signed_volume), rel=1e-9)
