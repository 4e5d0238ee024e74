"""Polytopes as domains: all engines agree on them, and boxes that are given as polytopes are boxes."""

from __future__ import annotations

import json
import os
import pickle
from fractions import Fraction
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly import Domain, InputError
from exactpoly.certificate.check import check_file
from exactpoly.certificate.write import certificate_lines
from exactpoly.complex.compiled import compiled_block, count_cells, fits
from exactpoly.complex.complex import Complex
from exactpoly.complex.subdivide import Subdivision
from exactpoly.domain import Polytope
from tests.strategies import examples, networks

Point = tuple[Fraction, ...]


@st.composite
def polytopes(draw: st.DrawFn, dimension: int) -> Domain:
    """Cut cubes, simplices, cross-polytopes; redundant and repeated half-spaces are likely."""
    kind = draw(st.sampled_from(["cut", "cut", "simplex", "cross"]))
    size = draw(st.integers(1, 2))
    units = [[int(i == j) for j in range(dimension)] for i in range(dimension)]
    if kind == "cross":
        rows = [list(signs) for signs in product((-1, 1), repeat=dimension)]
        rows, ends = (rows, [size] * len(rows)) if dimension <= 3 else (units, [size])
    if kind == "simplex" or (kind == "cross" and dimension > 3):
        rows = [[-x for x in row] for row in units] + [[1] * dimension]
        ends = [size] * dimension + [size]
    if kind == "cut":
        rows = [[s * x for x in row] for row in units for s in (1, -1)]
        ends = [size] * (2 * dimension)
    number = st.integers(-2, 2)
    for _ in range(draw(st.integers(0, 3))):
        row = [draw(number) for _ in range(dimension)]
        rows.append(row)
        # Never through 0, which stays inside.
        ends.append(draw(st.sampled_from([1, 2, 3, Fraction(1, 2)])))  # type: ignore[arg-type]
    return Domain.of((rows, ends), dimension)


@st.composite
def networks_on_polytopes(draw: st.DrawFn, max_dimension: int = 4) -> tuple[ep.Network, Domain]:
    network = draw(networks(max_dimension=max_dimension, max_neurons=7))
    return network, draw(polytopes(network.input_dimension))


def by_numpy(network: ep.Network, domain: Domain) -> Complex:
    subdivision = Subdivision(network, domain)
    subdivision.run()
    return Complex(subdivision)


def cells_of(complex_: Complex, k: int) -> dict[tuple[int, ...], int]:
    """Sign row and sides of each `k`-cell -> its facets' number."""
    keys = np.column_stack([complex_.signs(k), complex_.sides(k)]).tolist()
    counts = complex_.facets(k).counts.tolist() if k else [0] * len(keys)
    return dict(zip(map(tuple, keys), counts, strict=True))


@examples(60)
@given(networks_on_polytopes())
def test_the_engines_agree(drawn: tuple[ep.Network, Domain]) -> None:
    network, domain = drawn
    ours = by_numpy(network, domain)
    reference = pytest.importorskip("exactpoly.reference.engine")
    theirs = reference.enumerate_reference(network, domain)
    for k in range(domain.dimension + 1):
        cells = cells_of(ours, k)
        assert len(cells) == ours.f_vector[k]
        named = {(key[:-1], frozenset(s for s in range(32) if key[-1] >> s & 1)) for key in cells}
        assert named == theirs.cells[k]
    assert ours.simple == theirs.simple
    assert [r.volume for r in ours] == ours.volumes
    assert sum(ours.volumes) == sum(region.volume for region in theirs.regions)


@examples(60)
@given(networks_on_polytopes())
def test_the_kernel_agrees(drawn: tuple[ep.Network, Domain]) -> None:
    network, domain = drawn
    if not fits(network, domain):
        pytest.skip("no kernel")
    ours = by_numpy(network, domain)
    for target in (0, 20):
        block = compiled_block(network, domain, target=target)
        theirs = Complex(Subdivision(network, domain, block=block))
        for k in range(domain.dimension + 1):
            assert cells_of(ours, k) == cells_of(theirs, k)
        assert np.array_equal(ours.region_rows, theirs.region_rows)
        assert set(ours.vertices()) == set(theirs.vertices())
        assert ours.simple == theirs.simple
        counts = count_cells(network, domain, target=target)
        assert counts.f_vector == ours.f_vector
        assert (not any(counts.not_simple)) == ours.simple
        summary = ours.summary()
        assert counts.facet_histogram == summary.facet_histogram
        assert (
            counts.facet_histogram_with_domain_boundary
            == summary.facet_histogram_with_domain_boundary
        )


@examples(25)
@given(networks_on_polytopes(max_dimension=3))
def test_certificates_round_trip(drawn: tuple[ep.Network, Domain]) -> None:
    network, domain = drawn
    path = Path(f"polytope-{os.getpid()}.cert")
    complex_ = ep.enumerate(network, domain=domain)
    try:
        complex_.save(path)
        code, message = check_file(str(path))
        assert code == 0, message
        again = ep.open(path)
        assert (again.f_vector, again.domain) == (complex_.f_vector, domain)
    finally:
        path.unlink(missing_ok=True)


@examples(40)
@given(networks(max_dimension=3, max_neurons=7), st.data())
def test_a_box_given_by_half_spaces_is_the_box(network: ep.Network, data: st.DataObject) -> None:
    d = network.input_dimension
    ends = [data.draw(st.integers(1, 3)) for _ in range(2 * d)]
    axes = [i for i in range(d) for _ in (0, 1)]
    rows = [[(-1) ** k * int(i == j) for j in range(d)] for k, i in enumerate(axes)]
    extra = data.draw(st.lists(st.sampled_from(range(2 * d)), max_size=3))
    order = data.draw(st.permutations([*range(2 * d), *extra]))
    domain = Domain.of(([[2 * x for x in rows[i]] for i in order], [2 * ends[i] for i in order]), d)
    assert domain == Domain(d, tuple((-ends[2 * i + 1], ends[2 * i]) for i in range(d)))  # type: ignore[misc]
    assert domain.is_box


def vertices_by_force(rows: list[tuple[list[int], Fraction]], d: int) -> set[Point]:
    """All intersections of d boundaries that satisfy every inequality `a.x <= b`."""
    import flint

    found: set[Point] = set()
    for chosen in combinations(rows, d):
        try:
            point = flint.fmpq_mat(flint.fmpz_mat([a for a, _ in chosen])).solve(
                flint.fmpq_mat(d, 1, [flint.fmpq(b.numerator, b.denominator) for _, b in chosen])
            )
        except ZeroDivisionError:
            continue
        x = tuple(Fraction(int(v.p), int(v.q)) for row in point.tolist() for v in row)
        if all(sum(p * q for p, q in zip(a, x, strict=True)) <= b for a, b in rows):
            found.add(x)
    return found


@examples(60)
@given(st.integers(1, 4), st.data())
def test_vertices_and_sides_by_brute_force(d: int, data: st.DataObject) -> None:
    number = st.integers(-2, 2)
    rows = [
        ([int(i == j) * s for j in range(d)], Fraction(data.draw(st.integers(1, 2))))
        for i in range(d)
        for s in (1, -1)
    ]
    for _ in range(data.draw(st.integers(1, 4))):
        row = [data.draw(number) for _ in range(d)]
        if any(row):
            rows.append((row, Fraction(data.draw(st.integers(1, 4)), 2)))
    domain = Domain.of(([a for a, _ in rows], [b for _, b in rows]), d)
    nothing = ep.Network((ep.Layer.of([[0] * d], relu=False),))
    expected = vertices_by_force(rows, d)
    for complex_ in (by_numpy(nothing, domain), ep.enumerate(nothing, domain=domain)):
        assert set(complex_.vertices()) == expected
        assert complex_.n_regions == 1
    # A side is the boundary of a facet: its vertices span it, and no side is left out.
    for a, b in domain.inequalities():
        on = [x for x in expected if sum(p * q for p, q in zip(a, x, strict=True)) + b == 0]
        assert len(on) >= d
    around = domain.box_around
    assert around is not None
    for axis, (low, high) in enumerate(around):
        assert (low, high) == (min(x[axis] for x in expected), max(x[axis] for x in expected))


@examples(40)
@given(networks_on_polytopes(max_dimension=3), st.data())
def test_points_are_found(drawn: tuple[ep.Network, Domain], data: st.DataObject) -> None:
    network, domain = drawn
    complex_ = ep.enumerate(network, domain=domain)
    quarter = st.integers(-9, 9).map(lambda n: n / 4)
    points = [[data.draw(quarter) for _ in range(domain.dimension)] for _ in range(6)]
    found = complex_.find(points).tolist()
    for point, region in zip(points, found, strict=True):
        exact = tuple(Fraction(x) for x in point)
        assert domain.contains(exact) == (region >= 0)
        if region >= 0:
            touching = [r.index for r in complex_.find(point)]
            assert region == touching[0]
            for index in touching:
                forms = complex_.region(index).inequalities()
                assert all(
                    sum(p * q for p, q in zip(a, exact, strict=True)) + b >= 0 for a, b in forms
                )
    inner = complex_.interior_points
    proven = np.flatnonzero(~np.isnan(inner[:, 0]))
    assert np.array_equal(complex_.find(inner[proven]), proven)


def test_forms_of_input_are_one_domain() -> None:
    text = "x0 + x1 <= 1, x0 >= 0, x1 >= 0, x0 + x1 <= 1, 3*x0 <= 7"
    one = Domain.parse(text, 2)
    assert isinstance(one, Polytope)
    assert one == Domain.of(([[1, 1], [-1, 0], [0, -1]], [1, 0, 0]), 2)
    assert one == Domain.of((np.array([[2.0, 2], [-1, 0], [0, -1]]), np.array([2.0, 0, 0])), 2)
    assert one == Domain.parse("0.5 >= 1/2*x1 + .5*x0\n# sides\nx0 >= 0\nx1 >= 0", 2)
    assert one == Domain.parse(str(one), 2) == pickle.loads(pickle.dumps(one))
    assert hash(one) == hash(Domain.parse(str(one), 2))
    assert one != Domain.box(2, 0, 1)
    assert Domain.of((np.array([0, 1.5]), np.array([2, 3])), 2) == Domain.parse("[0,2]x[1.5,3]", 2)
    assert Domain.parse("0 <= x0 <= 2, 3 >= x1 >= 3/2", 2) == Domain.parse("[0,2]x[1.5,3]", 2)


def test_a_file_of_half_spaces(tmp_path: Path) -> None:
    path = tmp_path / "triangle.txt"
    path.write_text("# a triangle\nx0 + x1 <= 1\nx0 >= 0  # left\n\nx1 >= 0\n")
    assert str(Domain.parse(f"@{path}", 2)) == "x0 + x1 <= 1, x1 >= 0, x0 >= 0"
    with pytest.raises(InputError, match="no such file"):
        Domain.parse(f"@{tmp_path / 'none.txt'}", 2)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x0 >= 0, x0 <= 0, x1 >= 0, x1 <= 1", "no interior"),
        ("x0 >= 1, x0 <= 0, x1 >= 0, x1 <= 1", "no interior"),
        ("x0 >= 0, x1 >= 0", "unbounded along x0"),
        ("x0 >= 0, x0 <= 1", "unbounded along x1"),
        ("0 >= 1, x0 >= 0", "empty"),
        ("x0 < 1, x1 >= 0", "cannot read"),
        ("x0 + x2 <= 1", "x2 given"),
        ("2x0 <= 1", "cannot read"),
        ("x0 <= <= 1", "cannot read"),
        ("x0 <= 1 >= x1", "cannot read"),
        ("<= 1", "cannot read"),
        ("x0 x1 <= 1", "cannot read"),
        ("1//2 <= x0", "cannot read"),
    ],
)
def test_refusals(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        Domain.parse(text, 2)


def test_shapes_and_facets_are_limited() -> None:
    with pytest.raises(InputError, match="shape"):
        Domain.of(([[1, 0, 0]], [1]), 2)
    # Tangents to the unit circle, each at another rational point of it.
    rows = [[s * (100 - n * n), 20 * n] for n in range(-9, 10) for s in (1, -1)]
    ends = [100 + n * n for n in range(-9, 10) for _ in (1, -1)]
    with pytest.raises(InputError, match="at most 32"):
        Domain.of((rows, ends), 2)


def test_what_needs_a_box_says_so() -> None:
    domain = Domain.parse("x0 + x1 <= 1, x0 >= 0, x1 >= 0", 2)
    with pytest.raises(InputError, match="is a polytope"):
        _ = domain.bounds


LIES: list[tuple[object, int, str]] = [
    ([["-1", "-1", "1"], ["0", "1", "0"]], 3, "bad domain"),
    ([["-1", "-1", "1"], ["1", "0", "0"], ["0", "1", "0"]], 3, "not in order"),
    ([["-1", "-1", "1"], ["-1", "-1", "1"], ["0", "1", "0"], ["1", "0", "0"]], 3, "not in order"),
    ([["-2", "-2", "2"], ["0", "1", "0"], ["1", "0", "0"]], 3, "coprime"),
    ([["-1", "-1", "1"], ["0", "1/2", "0"], ["1", "0", "0"]], 3, "coprime"),
    ([["-1", "-1", "1"], ["0", "-1/2", "0"], ["1", "0", "0"]], 3, "coprime"),
    ([["-1", "-1"], ["0", "1"], ["1", "0"]], 3, "bad domain"),
    ([["-1", "-1", "1", "0"], ["0", "1", "0", "0"], ["1", "0", "0", "0"]], 3, "bad domain"),
    ([["-1", "-1", "1"], ["0", "0", "1"], ["0", "1", "0"], ["1", "0", "0"]], 3, "no boundary"),
    ([["-1", "0", "1"], ["0", "-1", "1"], ["0", "1", "0"], ["1", "0", "0"]], 3, "by its bounds"),
    ([["-1", "-1", "1"], ["0", "1", "0"], ["2", "0", "-1"]], 1, "another key"),
    ({"half_spaces": []}, 3, "bad domain"),
    ("R^d", 3, "bad domain"),
]


@pytest.mark.parametrize(("rows", "code", "words"), LIES)
def test_false_domains_are_refused(rows: object, code: int, words: str, tmp_path: Path) -> None:
    network = ep.Network((ep.Layer.of([[1, -1]]),))
    lines = certificate_of(network, "x0 + x1 <= 1, x0 >= 0, x1 >= 0")
    header = json.loads(lines[0])
    assert header["domain"] == {
        "half_spaces": [["-1", "-1", "1"], ["0", "1", "0"], ["1", "0", "0"]]
    }
    header["domain"] = {"half_spaces": rows}
    found, message = judged([spelled(header), *lines[1:]], tmp_path)
    assert found == code
    assert words in message


def test_a_half_space_without_facet_is_refused(tmp_path: Path) -> None:
    """It touches the triangle in a corner, where all keys get a letter for it."""
    network = ep.Network((ep.Layer.of([[1, -1]]),))
    header, *body = certificate_of(network, "x0 + x1 <= 1, x0 >= 0, x1 >= 0")
    changed = json.loads(header)
    changed["domain"]["half_spaces"].append(["1", "1", "0"])
    points = {"+": "+", "0": "0"}
    keys = []
    for line in body[: changed["vertices"]]:
        key = json.loads(line)
        corner = key.endswith("00")  # x0 = x1 = 0
        keys.append(spelled(key + points["0" if corner else "+"]))
    regions = body[changed["vertices"] :]
    code, message = judged([spelled(changed), *keys, *regions], tmp_path)
    assert (code, "has no facet" in message) == (1, True)


def certificate_of(network: ep.Network, domain: str) -> list[str]:
    return list(certificate_lines(ep.enumerate(network, domain=domain)))


def spelled(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def judged(lines: list[str], folder: Path) -> tuple[int, str]:
    path = folder / "lie.cert"
    path.write_text("".join(line + "\n" for line in lines), encoding="ascii")
    return check_file(str(path))
