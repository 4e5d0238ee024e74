"""Lattice polytopes: hulls, faces and volumes in their own lattices, by a second way each."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import factorial
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactpoly.errors import InputError
from exactpoly.newton.lattice import Chart
from exactpoly.newton.polytope import LatticePolytope
from exactpoly.polyhedra.faces import determinant

from ..strategies import examples
from .networks import extreme_by_brute_force, qhull

coordinates = st.integers(-3, 3)
plane_points = st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=9)


@given(plane_points)
@examples(60)
def test_vertices_in_the_plane_by_brute_force(points: list[tuple[int, int]]) -> None:
    assert set(LatticePolytope(points).vertices) == extreme_by_brute_force(points)


@given(
    st.integers(1, 4).flatmap(
        lambda n: st.lists(st.tuples(*[coordinates] * n), min_size=1, max_size=10)
    )
)
@examples(60)
def test_volume_by_pyramids_and_by_determinants(points: list[tuple[int, ...]]) -> None:
    polytope = LatticePolytope(points)
    for dimension in range(polytope.dimension + 1):
        for face in polytope.faces(dimension):
            vertices = polytope.face_vertices(face)
            chart = Chart.of(vertices)
            places = dict(zip(vertices, chart.coordinates(vertices), strict=True))
            total = Fraction(0)
            for simplex in polytope.triangulation(face, dimension):
                first, *others = (places[polytope.vertices[i]] for i in simplex)
                total += abs(
                    determinant(
                        [[Fraction(x - y) for x, y in zip(p, first, strict=True)] for p in others]
                    )
                )
            assert polytope.normalised_volume(face) == total
    counts = polytope.f_vector
    assert sum((-1) ** k * count for k, count in enumerate(counts)) == 1


def test_vertices_and_volumes_as_by_qhull() -> None:
    pytest.importorskip("scipy")
    random = Random(1)
    for _ in range(40):
        n = random.randint(2, 5)
        points = [tuple(random.randint(-4, 4) for _ in range(n)) for _ in range(3 * n)]
        polytope = LatticePolytope(points)
        if polytope.dimension >= 2:
            assert (set(polytope.vertices), polytope.normalised_volume()) == qhull(points)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_cubes_and_simplices(n: int) -> None:
    cube = LatticePolytope(list(product((0, 1), repeat=n)))
    assert (cube.normalised_volume(), len(cube.vertices)) == (factorial(n), 2**n)
    units = [tuple(int(i == j) for j in range(n)) for i in range(n)]
    simplex = LatticePolytope([(0,) * n, *units])
    assert {v for k in range(n + 1) for v in simplex.volumes(k)} == {1}
    assert simplex.dilate(2).normalised_volume() == 2**n
    assert LatticePolytope(units).normalised_volume() == 1  # in its own lattice


def test_a_face_is_measured_in_its_own_lattice() -> None:
    assert LatticePolytope([(0, 0), (2, 4)]).normalised_volume() == 2
    assert LatticePolytope([(0, 0, 0), (1, 1, 0), (0, 1, 1)]).normalised_volume() == 1
    # An empty lattice tetrahedron of volume 2 (Reeve): all its faces have volume 1.
    reeve = LatticePolytope([(0, 0, 0), (1, 0, 0), (0, 1, 0), (1, 1, 2)])
    assert (reeve.normalised_volume(), reeve.volumes(2), reeve.volumes(1)) == (2, [1] * 4, [1] * 6)


def test_sums_and_joins() -> None:
    segment, other = LatticePolytope([(0, 0), (1, 0)]), LatticePolytope([(0, 0), (0, 1)])
    square = segment + other
    assert square.f_vector == (4, 4, 1)
    assert segment.join(other).f_vector == (3, 3, 1)
    assert square + LatticePolytope([(5, 7)]) == LatticePolytope([(5, 7), (6, 7), (5, 8), (6, 8)])
    assert segment.dilate(0) == LatticePolytope([(0, 0)])
    assert len({square, segment + other}) == 1


def test_upper_faces() -> None:
    triangle = LatticePolytope([(0, 0), (2, 0), (1, 5)])
    assert triangle.upper_vertices() == [(0, 0), (1, 5), (2, 0)]
    assert LatticePolytope([(0, 0), (2, 0), (1, -5)]).upper_vertices() == [(0, 0), (2, 0)]
    assert not triangle.upper(triangle.whole)
    vertical, flat = LatticePolytope([(0, 0), (0, 3)]), LatticePolytope([(0, 1), (3, 1)])
    assert (vertical.upper_vertices(), flat.upper_vertices()) == ([(0, 3)], [(0, 1), (3, 1)])
    assert flat.upper(flat.whole)


@pytest.mark.parametrize("points", [[], [(0.5, 1)], [(0, 1), (0,)]])
def test_bad_points_are_refused(points: list[tuple[float, ...]]) -> None:
    with pytest.raises(InputError, match="polytope"):
        LatticePolytope(points)  # type: ignore[arg-type]


def test_what_is_no_face_is_refused() -> None:
    square = LatticePolytope([(0, 0), (1, 0), (0, 1), (1, 1)])
    with pytest.raises(InputError, match="not a face"):
        square.normalised_volume(0b1001)
