"""Cells as arrays, judged by the regions one by one and by exact evaluation."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.arithmetic.rational import rounded
from exactpoly.complex.cells import Cells
from exactpoly.complex.locate import inside as lies_inside
from exactpoly.complex.points import read_points

from ..strategies import examples, networks_on_domains


def word(row: object) -> bytes:
    return np.asarray(row, np.int8).tobytes()


@examples(60)
@given(networks_on_domains(max_dimension=3))
def test_lists_rows_and_counts_agree_with_each_other(drawn: tuple[ep.Network, ep.Domain]) -> None:
    c = ep.enumerate(drawn[0], domain=drawn[1])
    cells = c.cells
    for k in range(c.dimension + 1):
        assert np.array_equal(cells.shown(k), np.arange(cells.sizes[k]) < cells.counts[k])
        far = cells.sides(k) != 0
        assert c.domain.is_box or np.array_equal(cells.shown(k), ~far)
        rows = cells.rows(k)
        assert np.array_equal(rows, cells.rows(k, np.arange(cells.sizes[k])))
        assert np.array_equal(cells.zeros(k), (rows == 0).sum(axis=1))
        for neuron in range(cells.neurons):
            assert np.array_equal(cells.signs(k, neuron), rows[:, neuron])
        for cell in range(min(cells.sizes[k], 20)):
            assert np.array_equal(cells.row(k, cell), rows[cell])
            assert np.array_equal(cells.vertices(k)[cell], cells.vertices_of(k, cell))
            # A face's row is the cell's with some entries 0 (proofs/complex.md, Theorem 3).
            for below in cells.facets(k)[cell] if k else ():
                row = cells.rows(k - 1)[below]
                assert ((row == 0) | (row == rows[cell])).all()
                assert cell in cells.cofaces(k - 1)[below]
        if k:
            assert cells.cofaces(k - 1).entries.size == cells.facets(k).entries.size


@examples(20)
@given(networks_on_domains(max_dimension=3))
def test_what_is_not_given_is_found(drawn: tuple[ep.Network, ep.Domain]) -> None:
    cells = ep.enumerate(drawn[0], domain=drawn[1]).cells
    d = cells.dimension
    bare = Cells(
        [cells.facets(k) for k in range(1, d + 1)],
        [cells.sides(k) for k in range(d + 1)],
        cells.coordinates,
        unbounded=not drawn[1].is_box,
    )
    assert np.array_equal(bare.rows(d), cells.rows(d))
    assert all(np.array_equal(bare.zeros(k), cells.zeros(k)) for k in range(d + 1))


@examples(50)
@given(networks_on_domains(max_dimension=3))
def test_batched_answers_are_those_of_the_regions(drawn: tuple[ep.Network, ep.Domain]) -> None:
    c = ep.enumerate(drawn[0], domain=drawn[1])
    assert c.vertex_array.tolist() == [
        [rounded(*x.as_integer_ratio()) for x in v] for v in c.vertices()
    ]
    matrices, constants = c.affine_maps
    neurons, walls = c.facet_neurons, c.signs(c.dimension - 1)
    for region, inside, volume in zip(c, c.interior_points, c.volumes, strict=True):
        n = region.index
        assert volume == region.volume
        assert tuple(c.region_vertices[n].tolist()) == region.vertex_indices
        facets = c.region_facets[n].tolist()
        assert [word(walls[f]) for f in facets] == [word(f.row) for f in region.facets]
        for number, facet in zip(facets, region.facets, strict=True):
            assert set(facet.neurons) <= set(neurons[number].tolist())
        matrix, constant = region.affine_map
        assert np.allclose(matrices[n], np.array(matrix, float))
        assert np.allclose(constants[n], np.array(constant, float))
        if not np.isnan(inside).any():
            point = tuple(Fraction(x) for x in inside.tolist())
            assert c.network.sign_row(point) == region.row
            assert all(
                sum(a * x for a, x in zip(line, point, strict=True)) + b > 0
                for line, b in region.inequalities()
            )


@examples(40)
@given(networks_on_domains())
def test_half_spaces_are_those_of_the_regions(drawn: tuple[ep.Network, ep.Domain]) -> None:
    c = ep.enumerate(drawn[0], domain=drawn[1])
    start = c.region_facets.start.tolist()
    for region in c:
        own = c.half_spaces[start[region.index] : start[region.index + 1]]
        assert len(own) == len(region.facets)
        for row, (a, b) in zip(own.tolist(), region.inequalities(), strict=True):
            largest = max(map(abs, row[:-1]))
            assert 0.5 <= largest <= 1
            scale = Fraction(largest) / max(map(abs, a))
            exact = [-x * scale for x in (*a, b)]
            if abs(exact[-1]) > 2**1000:
                exact[-1] = row[-1] = 0
            assert all(
                abs(Fraction(x) - y) <= (1 + abs(y)) * Fraction(1, 2**50)
                for x, y in zip(row, exact, strict=True)
            )


@examples(60)
@given(networks_on_domains(max_dimension=3), st.data())
def test_points_are_found_in_exactly_the_regions_that_hold_them(
    drawn: tuple[ep.Network, ep.Domain], data: st.DataObject
) -> None:
    network, domain = drawn
    c = ep.enumerate(network, domain=domain)
    numbers = st.sampled_from([Fraction(n, 4) for n in range(-16, 17)] + [Fraction(1, 3)])
    points = [tuple(data.draw(numbers) for _ in range(c.dimension)) for _ in range(6)]
    points += [v for v, _ in zip(c.vertices(), range(4), strict=False)]
    found, every = c.find(points), c.find(points, all=True)
    signs = c.activation(points)
    for place, point in enumerate(points):
        row = network.sign_row(point)
        assert tuple(signs[place].tolist()) == row
        holding = [
            n
            for n, own in enumerate(c.region_rows.tolist())
            if domain.contains(point) and all(s in (0, t) for s, t in zip(row, own, strict=True))
        ]
        assert every[place].tolist() == holding
        assert found[place] == (holding[0] if holding else -1)
        if holding:
            assert [region.index for region in c.find(point)] == holding
        else:
            with pytest.raises(ep.InputError, match="outside"):
                c.find(point)
    floats = np.array([[rounded(*x.as_integer_ratio()) for x in p] for p in points])
    floats = floats[np.isfinite(floats).all(axis=1)]
    exact = [tuple(Fraction(x) for x in line) for line in floats.tolist()]
    assert np.array_equal(c.find(floats), c.find(exact))
    assert np.array_equal(c.activation(floats), c.activation(exact))


def test_bounds_that_are_no_floats_are_compared_exactly() -> None:
    third, line = Fraction(1, 3), ep.Network((ep.Layer.of([[1]]),))
    near = float(third)
    around = [[np.nextafter(near, 0)], [near], [np.nextafter(near, 1)]]
    for low, high in ((third, 2), (-2, third), (near, 2), (-2, near), (Fraction(1, 10**400), 2)):
        c = ep.enumerate(line, domain=(low, high))
        inside = [low <= Fraction(x[0]) <= high for x in around]
        assert (c.find(around) >= 0).tolist() == inside


@pytest.mark.parametrize("kind", [float, Fraction])
def test_the_interior_of_a_box_is_without_its_boundary(kind: type) -> None:
    third = Fraction(1, 3)
    for low, high in ((0, 1), (third, 1), (float(third), 1), (-1, third), (-1, float(third))):
        box = ep.Domain.of((low, high), 1)
        near = float(third)
        numbers = [0.0, 1.0, -1.0, near, float(np.nextafter(near, 1)), float(np.nextafter(near, 0))]
        points, _ = read_points([[kind(x)] for x in numbers], 1)
        held = [low < Fraction(x) < high for x in numbers]
        assert lies_inside(points, box, strictly=True).tolist() == held
        assert lies_inside(points, box).tolist() == [low <= Fraction(x) <= high for x in numbers]


NETWORK = ep.Network((ep.Layer.of([[1, 0], [0, 1]]), ep.Layer.of([[1, 1]], relu=False)))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int8, np.int64, object])
def test_points_of_any_type(dtype: type) -> None:
    c = ep.enumerate(NETWORK)
    points = np.array([[1, -1], [-1, -1], [0, 1]], dtype)
    assert c.find(points).tolist() == c.find(points.tolist()).tolist() == [1, 3, 0]


def test_points_that_are_none_are_refused() -> None:
    c = ep.enumerate(NETWORK)
    for given_ in ([[np.nan, 0.0]], [[np.inf, 0.0]], [[1, 2, 3]], [["x", 0]]):
        with pytest.raises(ep.InputError, match="points"):
            c.find(given_)
    with pytest.raises(ep.InputError, match="no uniform distribution"):
        c.sample(3)


def test_large_integers_are_not_rounded() -> None:
    line = ep.Network((ep.Layer.of([[1]], [-(2**53)]),))
    assert ep.enumerate(line).activation([[2**53 + 1], [2**53]]).tolist() == [[1], [0]]


def test_slices_masks_and_choices() -> None:
    c = ep.enumerate(NETWORK, domain=[(-1, 1), ("-1/2", 2)])
    assert str(c.domain) == "[-1,1]x[-1/2,2]"
    assert [r.index for r in c[1:3]] == [1, 2]
    assert [r.index for r in c[c.region_rows[:, 0] > 0]] == [0, 1]
    assert [r.index for r in c[np.array([3, 0])][::-1]] == [0, 3]
    assert [r.index for r in c.where(signs={1: -1})] == [1, 3]
    with pytest.raises(IndexError):
        c[4]
    assert "<table>" in c._repr_html_()


def test_restriction_and_section_are_the_complexes_of_their_networks() -> None:
    c = ep.enumerate(NETWORK, domain=(-1, 1))
    assert c.restrict((0, 5)).domain == ep.Domain.box(2, 0, 1)
    line = c.slice([0, 1], [[1, -1]])
    assert line.f_vector == (2, 3)
    assert line.network.evaluate([Fraction(1, 3)]) == NETWORK.evaluate(
        [Fraction(1, 3), Fraction(2, 3)]
    )
    with pytest.raises(ep.InputError, match="plane"):
        c.slice([0, 1, 2], [[1, -1]])


@pytest.mark.parametrize("given_", [3, [[1, 2, 3], [4, 5, 6]], [(1, 0)], ep.Domain.space(3), None])
def test_domains_that_are_none_are_refused(given_: object) -> None:
    with pytest.raises(ep.InputError, match="domain"):
        ep.enumerate(NETWORK, domain=given_)


def test_saved_and_opened_again(tmp_path: Path) -> None:
    c = ep.enumerate(NETWORK, domain="[-1,1]^d")
    for name in ("a.cert", "a.cert.gz"):
        c.save(tmp_path / name)
        assert ep.open(tmp_path / name).summary() == c.summary()
    (tmp_path / "other.json").write_text("{}")
    with pytest.raises(ep.InputError, match="no certificate"):
        ep.open(tmp_path / "other.json")
    assert "open" not in ep.__all__


@pytest.mark.parametrize(
    ("lie", "message"),
    [
        (lambda h: h["claims"].update(f_vector=[9, 12, 5]), "is claimed"),
        (lambda h: h.pop("network"), "not the header of a certificate"),
        (lambda h: h.update(claims=[]), "not the header of a certificate"),
        (lambda h: h["claims"].update(f_vector="x"), "not the header of a certificate"),
    ],
)
def test_opened_without_the_checker(
    tmp_path: Path, lie: Callable[[dict[str, Any]], object], message: str
) -> None:
    c = ep.enumerate(NETWORK, domain="[-1,1]^d")
    path = tmp_path / "a.cert"
    c.save(path)
    assert ep.open(path, check=False).summary() == c.summary()
    first, rest = path.read_text().split("\n", 1)
    header = json.loads(first)
    lie(header)
    path.write_text(json.dumps(header, separators=(",", ":")) + "\n" + rest)
    with pytest.raises(ep.InputError, match=message):
        ep.open(path, check=False)
    with pytest.raises(ep.InputError, match="not accepted"):
        ep.open(path)


def test_balls_and_half_spaces_of_a_region() -> None:
    c = ep.enumerate(NETWORK, domain=[(0, 1), (0, 3)])
    (region,) = c
    assert region.chebyshev()[1] == Fraction(1, 2)
    assert ep.enumerate(NETWORK)[0].chebyshev() is None
    assert region.vertex_array.shape == (4, 2)
    assert (region.half_spaces() @ [0.5, 0.5, 1] < 0).all()


def test_floats_of_a_region_beyond_float64() -> None:
    far = 10**400
    (region,) = ep.enumerate(NETWORK, domain=[(0, far), (0, 3)])
    assert sorted(region.vertex_array.tolist()) == [[0, 0], [0, 3], [np.inf, 0], [np.inf, 3]]
    sizes = np.abs(region.half_spaces()).max(axis=1)
    assert np.isfinite(sizes).all()
    assert sizes.max() > 2.0**998


def test_a_partial_complex_is_saved_as_partial(tmp_path: Path) -> None:
    c = ep.enumerate(ep.examples.iris(), limits=ep.Limits(max_cells=300))
    assert not c.complete
    c.save(tmp_path / "part.cert")
    assert ep.open(tmp_path / "part.cert").full_network.digest == c.full_network.digest


@pytest.mark.parametrize("name", ["iris", "iris_petals", "moons"])
def test_examples_of_the_package_are_those_of_the_repository(name: str) -> None:
    network = getattr(ep.examples, name)()
    folder = Path(__file__).parents[2] / "examples"
    assert network.digest == ep.load(folder / f"{name}.npz").digest
