"""What is asked of all regions at once equals what each region says; samples; exports."""

from __future__ import annotations

import sys
from fractions import Fraction
from math import isqrt, sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

import exactpoly as ep
from exactpoly import InputError, MissingDependency
from tests.complex.test_polytopes import networks_on_polytopes
from tests.strategies import examples, networks_on_domains


@examples(40)
@given(networks_on_domains())
def test_exact_affine_maps(drawn: tuple[ep.Network, ep.Domain]) -> None:
    network, domain = drawn
    complex_ = ep.enumerate(network, domain=domain)
    assert complex_.exact_affine_maps() == [region.affine_map for region in complex_]


def test_exact_affine_maps_without_neurons() -> None:
    network = ep.Network((ep.Layer.of([["1/3", 2]], ["1/7"], relu=False),))
    complex_ = ep.enumerate(network)
    assert complex_.exact_affine_maps() == [complex_[0].affine_map]


@examples(30)
@given(networks_on_domains())
def test_vertices_at_infinity(drawn: tuple[ep.Network, ep.Domain]) -> None:
    """Far out along `q` from `p`, the signs are those of the vertex."""
    network, domain = drawn
    complex_ = ep.enumerate(network, domain=domain)
    f0, size = complex_.f_vector[0], complex_.cells.sizes[0]
    parts = complex_.vertices_at_infinity
    exact = [complex_.cells.coordinates.points(range(f0, size), part) for part in (0, 1)]
    for floats, points in zip(parts, exact, strict=True):
        assert floats.tolist() == [[float(x) for x in point] for point in points]
    assert (len(parts[0]) == 0) is not complex_.domain.is_space
    far = Fraction(10) ** 60
    rows = complex_.cells.rows(0)[f0:].tolist()
    for p, q, row in zip(*exact, rows, strict=True):
        point = [a + far * b for a, b in zip(p, q, strict=True)]
        assert list(network.sign_row(point)) == row
        assert max(map(abs, q)) == 1


def length_squared(a: tuple[Fraction, ...], b: tuple[Fraction, ...]) -> Fraction:
    return sum(((x - y) ** 2 for x, y in zip(a, b, strict=True)), Fraction(0))


@examples(30)
@given(networks_on_domains(max_dimension=2))
def test_lengths_of_edges_in_the_plane(drawn: tuple[ep.Network, ep.Domain]) -> None:
    network, domain = drawn
    if domain.dimension != 2:
        return
    complex_ = ep.enumerate(network, domain=domain)
    for edge, square in enumerate(complex_.facet_volumes()):
        ends = complex_.cells.vertices(1)[edge].tolist()
        if max(ends) >= complex_.f_vector[0]:
            assert square is None
        else:
            assert square == length_squared(*(complex_.vertex(v) for v in ends))


@examples(25)
@given(networks_on_polytopes(max_dimension=3))
def test_volumes_by_the_divergence_theorem(drawn: tuple[ep.Network, ep.Domain]) -> None:
    """d times the volume is the sum over facets of area times distance."""
    network, domain = drawn
    complex_ = ep.enumerate(network, domain=domain)
    d, squares = complex_.dimension, complex_.facet_volumes()
    for region in complex_:
        point = region.interior_point
        total = Fraction(0)
        for cell, (a, b) in zip(
            complex_.region_facets[region.index].tolist(), region.inequalities(), strict=True
        ):
            square = squares[cell]
            assert square is not None
            height = sum((x * y for x, y in zip(a, point, strict=True)), b)
            # Area over length of the normal is rational: its square has a root.
            ratio = square / sum(x * x for x in a)
            root = Fraction(isqrt(ratio.numerator), isqrt(ratio.denominator))
            assert root**2 == ratio
            total += root * height
        assert total / d == region.volume


@examples(20)
@given(networks_on_polytopes(max_dimension=3))
def test_samples_lie_inside_and_repeat(drawn: tuple[ep.Network, ep.Domain]) -> None:
    network, domain = drawn
    complex_ = ep.enumerate(network, domain=domain)
    points = complex_.sample(50, seed=3)
    assert points.shape == (50, domain.dimension)
    assert (complex_.find(points) >= 0).all()
    assert np.array_equal(points, complex_.sample(50, seed=3))


def test_samples_are_uniform() -> None:
    """Shares of the regions of a triangle are near their shares of the area."""
    network = ep.Network((ep.Layer.of([[1, -1], [1, 0]], [0, "-1/4"]),))
    complex_ = ep.enumerate(network, domain="x0 + x1 <= 1, x0 >= 0, x1 >= 0")
    count = np.bincount(complex_.find(complex_.sample(20_000)), minlength=complex_.n_regions)
    areas = [float(v or 0) for v in complex_.volumes]
    share = np.array(areas) / sum(areas)
    assert np.abs(count / 20_000 - share).max() < 0.015  # four standard deviations
    with pytest.raises(InputError, match="no uniform distribution"):
        ep.enumerate(network).sample(1)


def test_a_ball_fits_between_the_bounds() -> None:
    network = ep.Network((ep.Layer.of([[0, 0]]),))
    square = ep.enumerate(network, domain=(0, 1))[0].inradius()
    triangle = ep.enumerate(network, domain="x0 + x1 <= 1, x0 >= 0, x1 >= 0")[0].inradius()
    assert square is not None
    assert triangle is not None
    assert square[0] == Fraction(1, 2)
    low, high = map(float, triangle)
    assert low <= 1 - sqrt(0.5) <= high
    assert ep.enumerate(network)[0].inradius() is None


SQUARE = ep.Network((ep.Layer.of([[1, 0], [0, 1]], ["1/4", 0]),))


def test_to_scipy() -> None:
    scipy = pytest.importorskip("scipy.spatial")
    for region in ep.enumerate(SQUARE, domain=(-1, 1)):
        found = region.to_scipy()
        assert isinstance(found, scipy.HalfspaceIntersection)
        ours = {tuple(float(x) for x in v) for v in region.vertices}
        assert {tuple(v) for v in found.intersections.round(12).tolist()} == ours


def test_to_parquet(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    complex_ = ep.enumerate(SQUARE, domain=(-1, 1))
    complex_.to_parquet(tmp_path / "regions.parquet")
    again = pandas.read_parquet(tmp_path / "regions.parquet")
    pandas.testing.assert_frame_equal(again, complex_.to_pandas())
    assert again.row.tolist() == complex_.words()


@pytest.mark.parametrize(
    ("missing", "method"),
    [
        ("pandas", "to_pandas"),
        ("pandas", "to_parquet"),
        ("pyarrow", "to_parquet"),
        ("polars", "to_polars"),
    ],
)
def test_what_is_missing_is_said_with_what_needs_it(
    missing: str, method: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    complex_ = ep.enumerate(SQUARE, domain=(-1, 1))
    if missing == "pyarrow":
        pytest.importorskip("pandas")
    monkeypatch.setitem(sys.modules, missing, None)
    arguments = [tmp_path / "regions.parquet"] if method == "to_parquet" else []
    with pytest.raises(MissingDependency, match=f"^{method} needs {missing}; install it"):
        getattr(complex_, method)(*arguments)
    assert not list(tmp_path.iterdir())


def test_to_polars(monkeypatch: pytest.MonkeyPatch) -> None:
    complex_ = ep.enumerate(SQUARE, domain=(-1, 1))
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "polars", None)
        with pytest.raises(MissingDependency, match="pip install polars"):
            complex_.to_polars()
    pytest.importorskip("polars", reason="polars is no dependency of the tests")
    assert complex_.to_polars()["row"].to_list() == complex_.words()


def test_facet_volumes_of_the_graph() -> None:
    complex_ = ep.enumerate(SQUARE, domain=(-1, 1))
    graph = complex_.to_networkx(facet_volumes=True)
    assert sorted(graph.edges[e]["volume_squared"] for e in graph.edges) == [
        *(Fraction(9, 16), Fraction(1), Fraction(1), Fraction(25, 16))
    ]
    space = ep.enumerate(SQUARE).to_networkx(facet_volumes=True)
    assert {space.edges[e]["volume"] for e in space.edges} == {np.inf}


def test_lengths_whose_squares_are_beyond_float64() -> None:
    network = ep.Network((ep.Layer.of([[1, 0]], ["-1/2"]),))
    for size in (10**200, Fraction(1, 10**200)):
        graph = ep.enumerate(network, domain=[(0, 1), (0, size)]).to_networkx(facet_volumes=True)
        assert [graph.edges[e]["volume"] for e in graph.edges] == [float(size)]
