"""Points given as anything that holds numbers: exact whatever stands beside what, refused in a sentence."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.complex.points import read_points
from tests.strategies import examples, networks_on_domains

LARGE = st.integers(-(2**66), 2**66) | st.integers(2**53 - 2, 2**53 + 2).map(lambda x: x * -1)
NUMBERS = st.one_of(
    st.integers(-3, 3),
    LARGE,
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.fractions(max_denominator=9),
    st.sampled_from(["1/3", "0.1", "-2", np.float16(0.1), np.int8(-3), np.uint64(2**64 - 1)]),
)


@examples(200)
@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=4), st.booleans())
def test_no_number_is_rounded(rows: list[tuple[Any, Any]], as_tuples: bool) -> None:
    """NumPy makes floats of integers beside floats, and of truth values numbers."""
    table: Any = tuple(rows) if as_tuples else [list(row) for row in rows]
    points, one = read_points(table, 2)
    exact = [tuple(map(_exact, row)) for row in rows]
    assert not one
    assert [points[i] for i in range(len(points))] == exact
    assert points.floats.tolist() == [[float(x) for x in row] for row in exact]
    single, one = read_points(table[0], 2)
    assert one
    assert single[0] == exact[0]


def _exact(x: Any) -> Fraction:
    return Fraction(x.item() if isinstance(x, np.generic) else x)


LINE = ep.enumerate(ep.Network((ep.Layer.of([[1, 0]], [-(2**60)]),)))
"""The sign of `x0 - 2^60`, which float64 does not tell from that of `x0 - 2^60 - 1`."""


@pytest.mark.parametrize(
    "point",
    [
        [2**60 + 1, 0.5],
        (2**60 + 1, np.float32(0.5)),
        [np.int64(2**60 + 1), 0.5],
        [2**60 + 1, -(2**64)],
        [np.array(2**60 + 1), 0.5],
        np.array([2**60 + 1, 0]),
        np.array([2**60 + 1, 0], np.uint64),
        np.array([2**60 + 1, 0], object),
    ],
)
def test_a_large_integer_beside_another_type(point: Any) -> None:
    assert LINE.activation([point]).tolist() == [[1]]
    assert LINE.activation(point).tolist() == [1]
    assert [region.index for region in LINE.find(point)] == LINE.find([point]).tolist()


@pytest.mark.parametrize("beside", [0, 0.5, Fraction(1, 2), "1/2"])
def test_an_integer_beyond_float64(beside: Any) -> None:
    points, _ = read_points([[10**400, beside], [beside, -(10**400)]], 2)
    assert points[0] == (10**400, Fraction(beside))
    assert points[1] == (Fraction(beside), -(10**400))
    c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]], [-(10**400), -1]),)))
    assert c.activation([10**400 + 1, beside]).tolist() == [1, -1]
    assert [region.index for region in c.find([10**400 - 1, beside])] == [3]


def test_integers_of_both_kinds_of_64_bits() -> None:
    line = ep.enumerate(ep.Network((ep.Layer.of([[1, 0]], [-(2**63)]),)))
    assert line.activation([[2**63 + 1, -1]]).tolist() == [[1]]


@examples(60)
@given(networks_on_domains(max_dimension=3), st.data())
def test_regions_at_points_of_all_faces(
    drawn: tuple[ep.Network, ep.Domain], data: st.DataObject
) -> None:
    """Vertices, and points between them, against the rows of all regions one by one."""
    network, domain = drawn
    complex_ = ep.enumerate(network, domain=domain)
    corners = [*complex_.vertices(), *(region.interior_point for region in complex_)]
    pairs = data.draw(st.lists(st.tuples(*[st.sampled_from(corners)] * 2), max_size=5))
    between = [tuple((x + 2 * y) / 3 for x, y in zip(a, b, strict=True)) for a, b in pairs]
    points = data.draw(st.permutations([*corners[:20], *between]))
    found = complex_.find(points, all=True)
    rows = complex_.region_rows
    for i, point in enumerate(points):
        row = np.array(network.sign_row(point), np.int8)
        expected = np.flatnonzero(((rows == row) | (row == 0)).all(axis=1)).tolist()
        assert found[i].tolist() == expected
        assert [region.index for region in complex_.find(point)] == expected
    assert complex_.find(points).tolist() == [one[0] for one in found]


SQUARE = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
POINTS = [[0.5, 0.25], [-0.5, 0.75], [0.0, -1.0]]


@pytest.mark.parametrize(
    "kind",
    [np.array, np.asfortranarray, list, tuple, lambda x: map(tuple, x), lambda x: iter(x)],
)
def test_containers(kind: Any) -> None:
    assert SQUARE.find(kind(POINTS)).tolist() == [0, 2, 1]


@pytest.mark.parametrize("name", ["float64", "float32", "float16", "bfloat16", "int8", "int64"])
def test_tensors_and_lists_of_them(name: str) -> None:
    torch = pytest.importorskip("torch")
    tensor = torch.tensor(POINTS).mul(4).to(getattr(torch, name))
    space = ep.enumerate(SQUARE.network)
    assert space.find(tensor).tolist() == space.find(list(tensor)).tolist() == [0, 2, 1]
    assert space.find(tensor[0]) == space.find(POINTS[0])


def test_tensors_that_are_not_dense() -> None:
    torch = pytest.importorskip("torch")
    for tensor in (torch.eye(2).to_sparse(), torch.eye(2, device="meta")):
        with pytest.raises(ep.InputError, match="a tensor that is not dense"):
            SQUARE.find(tensor)


def test_large_integers_in_tensors() -> None:
    torch = pytest.importorskip("torch")
    assert LINE.activation(torch.tensor([[2**60 + 1, 0], [2**60, 0]])).tolist() == [[1], [0]]


def test_tables() -> None:
    """Columns of integers and of floats stay what they are; a row of a table is a point."""
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"a": [2**60 + 1, 0], "b": [0.5, 0.25]})
    assert LINE.activation(table).tolist() == [[1], [-1]]
    assert SQUARE.find(pandas.DataFrame(POINTS)).tolist() == [0, 2, 1]
    assert SQUARE.find(pandas.Series(POINTS[0], index=["a", "b"])) == [SQUARE[0]]


@pytest.mark.parametrize(
    ("points", "told"),
    [
        ([[1, 2], [3]], "rows differ"),
        ([np.zeros((1, 2)), np.zeros((1, 3))], "points: "),
        (None, "a NoneType given"),
        (0.5, "a float given"),
        ("0,0", "a str given"),
        (b"ab", "a bytes given"),
        ({0, 1}, "a set given"),
        ({0: 1, 1: 0}, "a dict given"),
        ([1, 2, 3], r"shape \(3,\) given; it must be \(2,\) for one point or \(n, 2\)"),
        (np.zeros((1, 2, 2)), r"shape \(1, 2, 2\)"),
        (np.float64(1), r"points: "),
        ([[True, 0.5]], "truth value"),
        (np.array([[True, False]]), "truth value"),
        ([[0, float("nan")]], r"points\[0\] is nan; every number must be finite"),
        ([["1/3", float("inf")]], "finite"),
        ([[0, None]], "NoneType"),
        (np.array([[1j, 0]]), "complex"),
        (np.ma.array([[0.5, 0.25]], mask=[[True, False]]), "masked"),
    ],
)
def test_what_is_no_point(points: Any, told: str) -> None:
    for method in (SQUARE.find, SQUARE.activation):
        with pytest.raises(ep.InputError, match=told) as caught:
            method(points)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("none", [[], (), np.empty((0, 2)), np.empty((0, 2), object)])
def test_no_points_at_all(none: Any) -> None:
    assert SQUARE.find(none).shape == (0,)
    assert SQUARE.activation(none).shape == (0, 2)
    assert len(SQUARE.find(none, all=True)) == 0
