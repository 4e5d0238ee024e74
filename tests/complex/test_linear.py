"""Linear regions where floating point cannot tell two maps from one."""

from __future__ import annotations

from fractions import Fraction

import pytest

import exactpoly as ep


@pytest.mark.parametrize("bits", [10, 60, 80, 2000])
def test_maps_that_differ_by_less_than_rounding(bits: int) -> None:
    tiny = Fraction(1, 2**bits)
    kinks = ep.Layer.of([[1], [1], [1]], [0, -1, -2])
    network = ep.Network((kinks, ep.Layer.of([[1, tiny, 0]], relu=False)))
    complex_ = ep.enumerate(network)
    assert complex_.n_regions == 4
    parts = [
        {complex_.regions[i].affine_map[0][0][0] for i in part}
        for part in complex_.linear_regions()
    ]
    assert sorted(map(sorted, parts)) == [[0], [1], [1 + tiny]]


def test_one_map_on_two_sides_of_a_gap_is_two_linear_regions() -> None:
    # 0, x, 1: the two constant ends would be one map if the ramp came down again.
    network = ep.Network(
        (ep.Layer.of([[1], [1], [1]], [0, -1, -2]), ep.Layer.of([[1, -2, 1]], relu=False))
    )
    complex_ = ep.enumerate(network)
    assert len(complex_.linear_regions()) == 4
    ends = {complex_.regions[i].affine_map for i in (0, 1, 2, 3)}
    assert len(ends) == 3
