"""Plane sections, windows, and the order of a polygon's corners."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.report.plane import (
    PlaneSection,
    default_window,
    in_cyclic_order,
    plane_network,
)

F = Fraction


def network(*rows: tuple[int, ...]) -> ep.Network:
    """One hidden layer with rows (weights.., bias)."""
    hidden = ep.Layer.of([r[:-1] for r in rows], [r[-1] for r in rows])
    return ep.Network((hidden, ep.Layer.of([[1] * len(rows)], relu=False)))


def test_a_section_is_the_network_on_the_plane() -> None:
    net = network((1, 2, 3, 4), (-1, 0, 2, 1), (5, 1, 1, -3))
    section = PlaneSection.parse("1/2, 0, -1; 1, 1/3, 0; 0, 2, 0.5", 3)
    plane, same = plane_network(net, "1/2, 0, -1; 1, 1/3, 0; 0, 2, 0.5")
    assert same == section
    for s, t in ((F(0), F(0)), (F(2, 3), F(-1)), (F(-7), F(1, 9))):
        point = [
            o + s * u + t * v for o, u, v in zip(section.origin, section.u, section.v, strict=True)
        ]
        assert plane.evaluate([s, t]) == net.evaluate(point)
        assert plane.sign_row([s, t]) == net.sign_row(point)


def test_default_sections() -> None:
    flat = network((1, 2, 3))
    assert plane_network(flat, None) == (flat, None)
    plane, section = plane_network(network((1, 2, 3, 4)), None)
    assert plane.input_dimension == 2
    assert str(section) == "x = s e_0 + t e_1"
    assert str(PlaneSection.parse("1,0;0,1;2,0", 2)) == "x = e_0 + s e_1 + t (2, 0)"


@pytest.mark.parametrize("text", ["", "0,0", "0,0;1,0;2,0", "0,0;0,0;0,1", "0;1;2", "0,0;1,a;0,1"])
def test_bad_sections(text: str) -> None:
    with pytest.raises(ep.InputError, match="slice"):
        PlaneSection.parse(text, 2)


def test_parallel_in_the_first_axes_only_is_a_plane() -> None:
    PlaneSection.parse("0,0,0;1,1,0;1,1,1", 3)


def holds(window: tuple[tuple[F, F], tuple[F, F]], point: tuple[F, ...]) -> bool:
    return all(low < x < high for x, (low, high) in zip(point, window, strict=True))


def test_the_window_holds_all_vertices() -> None:
    complex_ = ep.enumerate(network((1, 0, 0), (0, 1, 0), (1, 1, -3), (1, -1, 1)))
    window = default_window(complex_)
    vertices = list(complex_.vertices())
    assert len(vertices) == 6
    assert all(holds(window, vertex) for vertex in vertices)


def test_the_window_leaves_out_far_outliers_unless_told() -> None:
    # Lines x = 0..9 and y = 0..9 cross on a grid, and y = x / 1000 + 100 meets them far out.
    lines = [(1, 0, -k) for k in range(10)] + [(0, 1, -k) for k in range(10)]
    complex_ = ep.enumerate(network(*lines, (-1, 1000, -100_000)))
    window = default_window(complex_)
    assert all(holds(window, (F(k), F(k))) for k in range(2, 8))
    assert max(high - low for low, high in window) < 50
    everything = default_window(complex_, everything=True)
    assert all(holds(everything, vertex) for vertex in complex_.vertices())


def test_the_window_meets_lines_without_vertices() -> None:
    # x = 100 and x = 103.
    window = default_window(ep.enumerate(network((1, 0, -100), (1, 0, -103))))
    assert holds(window, (F(100), F(0)))
    assert holds(window, (F(103), F(0)))


def test_the_window_of_an_uncut_plane() -> None:
    assert default_window(ep.enumerate(network((0, 0, 1)))) == ((-1, 1), (-1, 1))


@given(st.permutations(range(6)), st.integers(1, 40))
def test_cyclic_order_is_exact(order: list[int], depth: int) -> None:
    """Corners of a hexagon so thin that floats could not tell its sides apart."""
    thin = F(1, 3**depth)
    hexagon = [(F(0), F(0)), (F(1), -thin), (F(2), -thin), (F(3), F(0)), (F(2), thin), (F(1), thin)]
    found = [order[i] for i in in_cyclic_order([hexagon[i] for i in order])]
    first = found.index(0)
    assert found[first:] + found[:first] == list(range(6))
