"""Curves `{f = c}` in the plane: on the level, on the right side, and as many as homology says."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.cli import main
from exactpoly.readers.json_format import write_json
from tests.strategies import domains, examples, networks

AXES = ep.Layer.of([[1, 0], [-1, 0], [0, 1], [0, -1]])


def level(weights: list[int], value: object, domain: str = "R^d") -> ep.LevelSet:
    return ep.level_set(
        ep.Network((AXES, ep.Layer.of([weights], relu=False))), value, domain=domain
    )


def test_a_diamond() -> None:
    (path,) = level([1, 1, 1, 1], 1).curve().paths
    assert path.closed
    assert path.oriented
    # f > 1 is outside, on the left: clockwise.
    assert path.signed_area == -2
    assert set(path.vertices) == {(1, 0), (-1, 0), (0, 1), (0, -1)}
    assert path.start_ray is path.end_ray is None


def test_two_lines_cross() -> None:
    curve = level([1, 1, -1, -1], 0).curve()
    assert not curve.manifold
    assert curve.faults == ("1 points lie on more than two edges, such as (0, 0)",)
    assert len(curve.paths) == 4
    rays = {path.start_ray or path.end_ray for path in curve.paths}
    assert rays == {(1, 1), (1, -1), (-1, 1), (-1, -1)}


def test_parallel_lines_run_to_infinity_at_both_ends() -> None:
    curve = level([1, 1, 0, 0], 1).curve()
    assert curve.manifold
    assert [path.closed for path in curve.paths] == [False, False]
    assert all(path.start_ray and path.end_ray for path in curve.paths)
    assert sorted(path.vertices[0][0] for path in curve.paths) == [-1, 1]


def test_a_flat_region_and_an_isolated_point_are_no_curve() -> None:
    assert "f is c on 2 two-dimensional cells" in level([1, 0, 0, 0], 0).curve().faults
    curve = level([1, 1, 1, 1], 0).curve()
    assert curve.points == ((0, 0),)
    assert curve.faults == ("1 points are isolated",)


def test_no_curve_is_a_curve() -> None:
    curve = level([1, 1, 1, 1], -1).curve()
    assert curve.manifold
    assert curve.paths == ()


@examples(60)
@given(st.data())
def test_random_networks(data: st.DataObject) -> None:
    network = data.draw(networks(max_dimension=2).filter(lambda n: n.input_dimension == 2))
    domain = data.draw(domains(2))
    value = data.draw(st.sampled_from([Fraction(0), Fraction(1), Fraction(-1, 2)]))
    sets = ep.level_set(network, value, domain=domain, component=0)
    curve = sets.curve()
    edges = 0
    for path in curve.paths:
        points = [*path.vertices, path.vertices[0]] if path.closed else list(path.vertices)
        for ray, at, place in ((path.start_ray, 0, 0), (path.end_ray, -1, len(points))):
            if ray is not None:
                end = tuple(x + 1000000 * r for x, r in zip(points[at], ray, strict=True))
                assert network.evaluate(list(end))[0] == value
                points.insert(place if place == 0 else len(points), end)
        for a, b in pairwise(points):
            middle = [(x + y) / 2 for x, y in zip(a, b, strict=True)]
            assert network.evaluate(middle)[0] == value
            if path.oriented and path.start_ray is path.end_ray is None:
                _left_is_above(network, value, domain, a, b)
        edges += len(points) - 1
        # A line without a vertex is one edge, drawn here as two through a point on it.
        lonely = len(path.vertices) == 1 and path.start_ray and path.end_ray
        edges -= bool(lonely and sets.zero.f_vector[0] == 0)
    assert edges == sets.zero.f_vector[1]
    if curve.manifold:
        closed = sum(path.closed for path in curve.paths)
        assert sets.zero.betti()[1] == closed
        assert sets.zero.betti()[0] == len(curve.paths)


def _left_is_above(
    network: ep.Network, value: Fraction, domain: ep.Domain, a: tuple, b: tuple
) -> None:
    """Just left of the middle of an edge `f > c`, or just right of it `f < c`."""
    step = Fraction(1, 10**9)
    dx, dy = b[0] - a[0], b[1] - a[1]
    x, y = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
    left = [x - step * dy, y + step * dx]
    right = [x + step * dy, y - step * dx]
    if domain.contains(left) and domain.contains(right):
        above = network.evaluate(left)[0] > value
        assert above or network.evaluate(right)[0] < value


def test_the_command(tmp_path: Path) -> None:
    write_json(
        ep.Network((AXES, ep.Layer.of([[1, 1, 1, 1]], relu=False))), tmp_path / "diamond.json"
    )
    net = str(tmp_path / "diamond.json")
    picture = ["-o", str(tmp_path / "diamond.svg")]
    shown = CliRunner().invoke(main, ["surface", net, "--level", "1", *picture])
    assert shown.exit_code == 0
    assert "closed paths" in shown.output
    result = CliRunner().invoke(main, ["surface", net, "--level", "1", "--json", *picture])
    found = json.loads(result.stdout)
    assert (found["closed_paths"], found["manifold"]) == (1, True)
    assert found["paths"][0]["signed_area"] == "-2"


def test_other_dimensions_have_no_curve() -> None:
    line = ep.Network((ep.Layer.of([[1]]), ep.Layer.of([[1]], relu=False)))
    with pytest.raises(ep.InputError, match="it must be 2"):
        ep.level_set(line, 1).curve()
