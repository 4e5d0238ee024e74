"""Deep networks with regions so thin that float64 sees nothing of them."""

from __future__ import annotations

from fractions import Fraction

import pytest

import exactpoly as ep


def kink(depth: int, dimension: int = 2) -> ep.Network:
    """`h = relu(x)`, then ``depth`` times `relu(3 h - 2)`: breaks at 0 and `1 - 3^-k`."""
    first = ep.Layer.of([[1] + [0] * (dimension - 1)], [0])
    return ep.Network(
        (first, *[ep.Layer.of([[3]], [-2])] * depth, ep.Layer.of([[1]], relu=False)), "kink"
    )


def sawtooth(depth: int) -> ep.Network:
    """Telgarsky's sawtooth: the tent map `2 relu(x) - 4 relu(x - 1/2)` iterated."""
    half = Fraction(1, 2)
    first = ep.Layer.of([[1], [1]], [0, -half])
    again = ep.Layer.of([[2, -4], [2, -4]], [0, -half])
    return ep.Network(
        (first, *[again] * (depth - 1), ep.Layer.of([[2, -4]], relu=False)), "sawtooth"
    )


@pytest.mark.parametrize("depth", [60, 120])
@pytest.mark.parametrize("domain", ["R^d", "[-1,1]^d"])
def test_kink(depth: int, domain: str) -> None:
    complex_ = ep.enumerate(kink(depth), domain=domain)
    assert complex_.n_regions == depth + 2
    breaks = sorted({v[0] for v in complex_.vertices()})
    if domain != "R^d":
        assert breaks == [-1, 0, *(1 - Fraction(1, 3**k) for k in range(1, depth + 1)), 1]
        assert min(r.volume for r in complex_.regions if r.volume) == Fraction(2, 3**depth)
    else:
        assert complex_.f_vector == (0, depth + 1, depth + 2)


@pytest.mark.parametrize("depth", [60, 100])
def test_sawtooth_in_a_window(depth: int) -> None:
    """All of its `2^depth` teeth cannot be listed; five of width `2^-depth` can."""
    domain = ep.Domain(1, ((Fraction(0), Fraction(5, 2**depth)),))
    complex_ = ep.enumerate(sawtooth(depth), domain=domain)
    assert complex_.n_regions == 5
    assert sorted(v[0] * 2**depth for v in complex_.vertices()) == [0, 1, 2, 3, 4, 5]
    slopes = [region.affine_map[0][0][0] for region in complex_.regions]
    assert {abs(s) for s in slopes} == {2**depth}


def test_sawtooth_counts_all_teeth() -> None:
    complex_ = ep.enumerate(sawtooth(10), domain="[0,1]")
    assert complex_.n_regions == 2**10
    assert all(r.volume == Fraction(1, 2**10) for r in complex_.regions)
