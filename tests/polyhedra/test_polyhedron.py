"""Single exact polyhedra: known shapes, degenerate descriptions, random ones both ways round."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactpoly.errors import InputError, MissingDependency
from exactpoly.polyhedra import cddlib
from exactpoly.polyhedra.polyhedron import Polyhedron, cdd_available

pytest.importorskip("cdd")

Inequalities = list[tuple[int, tuple[int, ...]]]


def cube(d: int) -> Inequalities:
    """`0 <= x_i <= 1`."""
    unit = [tuple(int(i == j) for j in range(d)) for i in range(d)]
    return [(0, e) for e in unit] + [(1, tuple(-x for x in e)) for e in unit]


@pytest.mark.parametrize("d", [1, 2, 3, 4])
def test_cube(d: int) -> None:
    body = Polyhedron(d, cube(d))
    assert sorted(body.vertices) == sorted(product([0, 1], repeat=d))
    assert len(body.facets) == 2 * d
    assert body.volume == 1
    dimensions = [dimension for dimension, _ in body.face_points()]
    assert len(dimensions) == 3**d  # each axis is at 0, at 1 or in between
    assert dimensions.count(0) == 2**d
    assert body.interior_point() == (Fraction(1, 2),) * d


def test_duplicate_and_scaled_inequalities_are_one_facet() -> None:
    # x <= 1 three times over, once as 2x <= 2 and once as x/3 <= 1/3; x <= 2 is redundant, and
    # x + y <= 2 touches the square in one corner only.
    rows = [*cube(2), (2, (-2, 0)), (Fraction(1, 3), (Fraction(-1, 3), 0)), (2, (-1, 0))]
    body = Polyhedron(2, [*rows, (2, (-1, -1))])
    assert [f.inequalities for f in body.facets] == [(0,), (1,), (2, 4, 5), (3,)]
    assert len(body.h_matrix().array) == 4
    assert {len(f.points) for f in body.facets} == {2}


def test_cone_has_its_apex() -> None:
    # All constants are 0: cddlib's own generators of such a cone leave out the apex.
    quadrant = Polyhedron(2, [(0, (1, 0)), (0, (0, 1))])
    assert quadrant.vertices == ((0, 0),)
    assert set(quadrant.rays) == {(1, 0), (0, 1)}
    assert not quadrant.lines
    assert [d for d, _ in quadrant.face_points()] == [2, 1, 1, 0]
    assert quadrant.volume is None


def test_lineality() -> None:
    slab = Polyhedron(3, [(0, (1, 0, 0)), (1, (-1, 0, 0))])
    assert len(slab.lines) == 2
    assert not slab.rays
    assert slab.vertices == ()
    assert len(slab.points) == 2
    assert [d for d, _ in slab.face_points()] == [3, 2, 2]
    assert slab.v_matrix().lin_set == {2, 3}


def test_whole_space_and_empty_set() -> None:
    space = Polyhedron(2, [])
    assert (space.dimension, len(space.lines), space.facets) == (2, 2, ())
    assert space.h_matrix().array == [[1, 0, 0]]
    empty = Polyhedron(2, [(-1, (1, 0)), (0, (-1, 0))])
    assert empty.is_empty
    assert (empty.dimension, empty.vertices, empty.facets, empty.volume) == (-1, (), (), 0)
    assert empty.h_matrix().array == [[-1, 0, 0]]
    assert empty.face_points() == []
    with pytest.raises(InputError, match="it is empty and has no V-representation"):
        empty.v_matrix()
    with pytest.raises(InputError, match="it is empty and has no interior point"):
        empty.interior_point()


def test_lower_dimensional() -> None:
    # The segment x = y between (0,0) and (1,1), with the equation given twice over.
    rows = [(0, (1, -1)), (0, (-1, 1)), (0, (2, -2)), (0, (1, 0)), (1, (0, -1))]
    segment = Polyhedron(2, rows)
    assert sorted(segment.vertices) == [(0, 0), (1, 1)]
    assert (segment.dimension, segment.volume) == (1, 0)
    matrix = segment.h_matrix()
    assert matrix.lin_set == {0}
    assert len(matrix.array) == 3
    assert [f.inequalities for f in segment.facets] == [(3,), (4,)]


def test_numbers_beyond_the_digit_limit() -> None:
    limit = 4300
    sys.set_int_max_str_digits(limit)
    huge = 10 ** (limit + 700)
    body = Polyhedron(1, [(-huge, (1,)), (huge + 1, (-1,))])
    assert sorted(body.vertices) == [(huge,), (huge + 1,)]
    assert body.h_matrix() is not None
    assert sys.get_int_max_str_digits() == limit


@pytest.mark.parametrize(
    ("dimension", "rows", "message"),
    [
        (0, [], "dimension 0 given"),
        (2, [(0, (1,))], "inequality 0 has 1 coefficients in dimension 2"),
        (1, [(0, (1,)), (0.5, (1,))], r"inequality 1 contains 0.5 of type float"),
    ],
)
def test_refused(dimension: int, rows: Inequalities, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Polyhedron(dimension, rows)


@pytest.mark.parametrize("module", ["cdd", "cdd.gmp"])
def test_without_pycddlib(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("cdd.gmp", raising=False)
    monkeypatch.setitem(sys.modules, module, None)
    assert not cdd_available()
    with pytest.raises(
        MissingDependency, match=r"apt-get install .* libcdd-dev.*pip install pycdd"
    ):
        cddlib.double_description([[1, 0]], 1)


def test_pycddlib_is_imported_only_when_needed() -> None:
    code = (
        "import sys, exactpoly.reference.engine as e, exactpoly.polyhedra.polyhedron as p;"
        "assert 'cdd' not in sys.modules; assert p.cdd_available()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert cdd_available()


@st.composite
def inequality_lists(draw: st.DrawFn) -> tuple[int, Inequalities]:
    d = draw(st.integers(1, 3))
    row = st.tuples(st.integers(-3, 3), st.tuples(*[st.integers(-2, 2)] * d))
    return d, draw(st.lists(row, max_size=7))


@settings(max_examples=200, deadline=None)
@given(inequality_lists())
def test_both_representations_describe_the_same_set(given_rows: tuple[int, Inequalities]) -> None:
    """H- and V-representation lead back to each other, and double description sheds no row."""
    import cdd
    import cdd.gmp

    d, rows = given_rows
    body = Polyhedron(d, rows)
    h = body.h_matrix()
    linear = h.lin_set
    again = []
    for index, row in enumerate(h.array):
        again.append((row[0], row[1:]))
        if index in linear:
            again.append((-row[0], [-x for x in row[1:]]))
    other = Polyhedron(d, again)
    assert set(other.vertices) == set(body.vertices)
    assert other.dimension == body.dimension
    if body.is_empty:
        return
    assert len(other.face_points()) == len(body.face_points())
    v = body.v_matrix()
    assert v.rep_type == cdd.RepType.GENERATOR
    back = cdd.gmp.copy_inequalities(cdd.gmp.polyhedron_from_matrix(v))
    facets = [r for i, r in enumerate(back.array) if i not in back.lin_set and any(r[1:])]
    assert len(facets) == len(body.facets)
    forth = cdd.gmp.copy_generators(cdd.gmp.polyhedron_from_matrix(back))
    assert len(v.array) in (len(forth.array), len(forth.array) + 1)  # a cone's apex is left out
    inside = body.interior_point()
    tight = {i for f in body.facets for i in f.inequalities}
    assert all(b + sum(map(Fraction.__mul__, map(Fraction, a), inside)) >= 0 for b, a in rows)
    if body.dimension == d:
        for i in tight:
            b, a = rows[i]
            assert b + sum(map(Fraction.__mul__, map(Fraction, a), inside)) > 0
