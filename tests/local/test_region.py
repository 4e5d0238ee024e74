"""The region of one point against the whole complex, and on networks too large to enumerate."""

from __future__ import annotations

import sys
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from exactpoly.complex.kernel.simplex import float_simplex
from exactpoly.domain import Domain
from exactpoly.errors import InputError, InternalError
from exactpoly.local.region import LocalRegion, region_at
from exactpoly.network import Layer, Network
from exactpoly.polyhedra.polyhedron import Polyhedron, Vector, primitive
from exactpoly.polyhedra.proposal import FloatSimplex, Proposal
from exactpoly.polyhedra.redundancy import irredundant
from exactpoly.reference.engine import ReferenceComplex, enumerate_reference
from tests.case_files import case_paths, degenerate_networks, read_case

pytest.importorskip("cdd")


def matches(complex_: ReferenceComplex, region: LocalRegion) -> None:
    """A local region is one of the enumerated ones, facet by facet and vertex by vertex."""
    (same,) = [r for r in complex_.regions if r.row == region.row]
    cells = {(region.facet_row(f), frozenset(f.sides)) for f in region.facets}
    assert cells == same.facets
    assert len(region.facets) == len(same.facets)
    assert set(region.vertices) == same.vertices
    assert set(region.polyhedron.points) == set(same.polyhedron.points) or region.lines
    assert len(region.rays) == len(same.polyhedron.rays)
    assert len(region.vertices) + len(region.rays) <= region.generator_bound
    assert all(facet.inequality == primitive(facet.inequality) for facet in region.facets)
    matrix, constant = region.affine_map
    for point in (region.point, region.interior_point):
        output = tuple(
            c + sum((a * x for a, x in zip(row, point, strict=True)), Fraction(0))
            for row, c in zip(matrix, constant, strict=True)
        )
        assert output == complex_.network.evaluate(point)


def just_beside(network: Network, point: Vector, domain: Domain) -> Vector:
    """The perturbed point for one tiny number: a check on the symbolic choice, not a proof."""
    tiny = Fraction(1, 10**60)
    moved = []
    for axis, x in enumerate(point):
        at_top = domain.bounds is not None and x == domain.bounds[axis][1]
        moved.append(x + (-1 if at_top else 1) * tiny ** (axis + 1))
    return tuple(moved)


@pytest.mark.parametrize("domain_text", ["R^d", "[-1,1]^d"])
@pytest.mark.parametrize(
    "path",
    [p for p in case_paths() if not p.stem.startswith(("q3", "k_kink3_depth60", "r3_01"))],
    ids=lambda path: path.stem,
)
def test_every_cell_of_known_complexes(path: Path, domain_text: str) -> None:
    case = read_case(path)
    domain = case.domain(domain_text)
    whole = enumerate_reference(case.network, domain)
    chosen: dict[tuple[int, ...], set[tuple[int, ...]]] = {}
    for region in whole.regions[:12]:
        for dimension, point in region.polyhedron.face_points():
            local = region_at(case.network, point, domain)
            assert local.on_boundary == (dimension < domain.dimension)
            zero = case.network.sign_row(point)
            assert local.zero_neurons == tuple(k for k, s in enumerate(zero) if s == 0)
            assert all(s in (0, t) for s, t in zip(zero, local.row, strict=True))
            assert local.row == case.network.sign_row(just_beside(case.network, point, domain))
            if local.row not in chosen:
                matches(whole, local)
            chosen.setdefault(local.row, set()).add(zero)
    assert len(chosen) >= min(len(whole.regions), 2)


@settings(max_examples=100, deadline=None)
@given(degenerate_networks(), st.data())
def test_random_points_of_random_networks(network: Network, data: st.DataObject) -> None:
    d = network.input_dimension
    domain = data.draw(st.sampled_from([Domain.space(d), Domain.box(d, -1, Fraction(3, 2))]))
    whole = enumerate_reference(network, domain)
    for _ in range(3):
        quarters = st.integers(-4, 6).map(lambda n: Fraction(n, 4))
        point = tuple(data.draw(quarters) for _ in range(d))
        region = region_at(network, point, domain)
        matches(whole, region)
        assert region.on_boundary == (
            network.sign_row(point) != region.row or bool(region.touched_sides)
        )


@st.composite
def bodies_around_the_origin(draw: st.DrawFn) -> tuple[int, list[tuple[int, ...]]]:
    d = draw(st.integers(1, 4))
    row = st.tuples(st.integers(1, 4), *[st.integers(-2, 2)] * d).filter(lambda r: any(r[1:]))
    return d, list(dict.fromkeys(primitive(r) for r in draw(st.lists(row, max_size=14))))


def lying(simplex: FloatSimplex, normal: np.ndarray) -> Proposal:
    """Proposals with nothing in them."""
    d = simplex.dimension
    if len(simplex.normals) >= d and normal.sum() > 0:
        return Proposal(support=tuple(range(d)))
    return Proposal(direction=(0,) * (d - 1) + (1,))


PROPOSALS = {"floats": FloatSimplex.propose, "none": lambda *_: None, "lies": lying}


@settings(max_examples=400, deadline=None)
@given(
    bodies_around_the_origin(),
    st.booleans(),
    st.sampled_from([-1, 60]),
    st.sampled_from(sorted(PROPOSALS)),
    st.booleans(),
)
def test_irredundant_against_double_description(
    body: tuple[int, list[tuple[int, ...]]],
    without_rays: bool,
    before_bland: int,
    kind: str,
    compiled: bool,
) -> None:
    """Whatever floating point proposes and however little the first rays find."""
    d, rows = body
    assume(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("exactpoly.polyhedra.revised._GREEDY_PIVOTS", before_bland)
        patch.setattr(FloatSimplex, "propose", PROPOSALS[kind])
        if without_rays:  # leave everything to the linear programs
            patch.setattr("exactpoly.polyhedra.redundancy._directions", lambda *_: np.ones((1, d)))
        simplex = float_simplex() if compiled else FloatSimplex
        facets = irredundant(rows, [1] + [0] * d, simplex=simplex)
    polyhedron = Polyhedron(d, [(row[0], row[1:]) for row in rows])
    assert [(i,) for i in facets] == [facet.inequalities for facet in polyhedron.facets]


def test_numbers_beyond_float64() -> None:
    # A triangle around the origin and a redundant side, scaled by 10^400 and 10^-400.
    for scale in (Fraction(10**400), Fraction(1, 10**400)):
        rows = [(scale, 1, 0), (scale, 0, 1), (scale, -1, -1), (2 * scale, -1, -1)]
        assert irredundant([primitive(row) for row in rows], [1, 0, 0]) == [0, 1, 2]


@pytest.mark.parametrize("kind", sorted(PROPOSALS))
def test_proposals_change_nothing(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    network = random_network([5, 24, 24, 2], 3)
    point = [Fraction(i, 9) for i in range(5)]
    monkeypatch.setattr(FloatSimplex, "propose", PROPOSALS[kind])
    region = region_at(network, point, Domain.space(5))
    assert {f.neurons for f in region.facets} == {
        facet_neurons
        for facet_neurons in ((k,) for k in range(48))
        if any(network.sign_row(v)[facet_neurons[0]] == 0 for v in region.vertices)
    }


def test_independent_inequalities_are_all_facets(monkeypatch: pytest.MonkeyPatch) -> None:
    """No linear program is needed where there are fewer independent rows than dimensions."""
    random = np.random.default_rng(7)
    rows = [(1, *(int(x) for x in random.integers(-9, 10, 300))) for _ in range(200)]
    monkeypatch.setattr(FloatSimplex, "propose", None)
    assert irredundant(rows, [1] + [0] * 300) == list(range(200))
    monkeypatch.undo()
    half = (2, *rows[0][1:])
    assert irredundant([rows[0], half], [1] + [0] * 300) == [0]
    assert irredundant([half, rows[0]], [1] + [0] * 300) == [1]


def test_irredundant_needs_an_interior_point() -> None:
    with pytest.raises(InternalError, match="not an interior point"):
        irredundant([(0, 1)], [1, 0])


def random_network(widths: list[int], seed: int) -> Network:
    """float32 weights as a framework would initialise them."""
    rng = np.random.default_rng(seed)
    layers = []
    for index, (inputs, outputs) in enumerate(pairwise(widths)):
        bound = inputs**-0.5
        weight = rng.uniform(-bound, bound, (outputs, inputs)).astype(np.float32)
        bias = rng.uniform(-bound, bound, outputs).astype(np.float32)
        layers.append(Layer.of(weight, bias, relu=index < len(widths) - 2))
    return Network(tuple(layers))


def test_a_large_network() -> None:
    network = random_network([6, 128, 128, 4], 1)
    domain = Domain.box(6, -1, 1)
    point = [Fraction(i, 11) for i in range(6)]
    region = region_at(network, point, domain)
    assert region.row == network.sign_row(point)
    assert not region.on_boundary
    for facet in region.facets:  # every listed facet is one: dropping it makes the region larger
        (neuron,) = facet.neurons or (None,)
        assert (neuron is None) == bool(facet.sides)
    polyhedron = region.polyhedron
    assert [f.inequalities for f in polyhedron.facets] == [(i,) for i in range(len(region.facets))]
    for vertex in region.vertices:  # every neuron left out is redundant
        signs = network.sign_row(vertex)
        assert domain.contains(vertex)
        assert all(s in (0, t) for s, t in zip(signs, region.row, strict=True))
        assert signs.count(0) + sum(abs(x) == 1 for x in vertex) == 6


def test_thin_region_is_seen() -> None:
    case = read_case(next(p for p in case_paths() if p.stem == "k_kink3_depth60"))
    edge = 1 - Fraction(1, 3**59)
    region = region_at(case.network, (edge, Fraction(0)), case.domain("R^d"))
    assert region.on_boundary
    # the slab from 1 - 3^-59 to 1 - 3^-60
    low, high = sorted(Fraction(-f.inequality[0], f.inequality[1]) for f in region.facets)
    assert (low, high) == (edge, 1 - Fraction(1, 3**60))
    assert region.lines == ((0, 1),)


def test_facets_do_not_need_pycddlib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cdd", None)
    region = region_at(Network((Layer.of([[1, 0], [2, 0]]),)), (0, 5), Domain.space(2))
    assert [(f.neurons, f.inequality) for f in region.facets] == [((0, 1), (0, 1, 0))]
    assert region.pattern == (True, True)
    assert region.zero_neurons == (0, 1)


def test_corner_of_the_box_is_perturbed_inwards() -> None:
    network = Network((Layer.of([[1, -1]]),))
    region = region_at(network, (1, 1), Domain.box(2, -1, 1))
    assert region.touched_sides == (1, 3)
    assert region.row == (-1,)  # at (1 - e, 1 - e^2)
    assert region.on_boundary
    assert sorted(region.vertices) == [(-1, -1), (-1, 1), (1, 1)]


@pytest.mark.parametrize(
    ("point", "domain", "message"),
    [
        ((0,), Domain.space(2), "point: 1 coordinates given, network takes 2"),
        ((0, 0), Domain.space(3), "domain: dimension 3 given, network has input dimension 2"),
        ((0, "3/2"), Domain.box(2, -1, 1), r"point: \(0, 3/2\) is outside the domain \[-1,1\]\^2"),
        ((0, float("nan")), Domain.space(2), r"point\[1\] is nan"),
    ],
)
def test_refused(point: tuple[object, ...], domain: Domain, message: str) -> None:
    with pytest.raises(InputError, match=message):
        region_at(Network((Layer.of([[1, 0]]),)), point, domain)


@pytest.mark.parametrize("seed", range(4))
def test_a_centre_in_a_corner_finds_the_same_facets(seed: int) -> None:
    """Where the rays start is moved inside; which rows are facets is not."""
    random = np.random.default_rng(seed)
    d = int(random.integers(2, 7))
    near = [int(x) for x in random.integers(1, 1000, d)]
    # x_i >= 0 seen from a point close to 0, tangents of a ball, and rows beyond them.
    rows = [(0, *(int(i == j) for j in range(d))) for i in range(d)]
    for _ in range(40):
        normal = [int(x) for x in random.integers(-9, 10, d)]
        rows.append(primitive((int(random.integers(10, 40)), *normal)))
    rows = [row for row in dict.fromkeys(rows) if any(row[1:])]
    expected = Polyhedron(d, [(row[0], row[1:]) for row in rows])
    facets = {facet.inequalities for facet in expected.facets}
    for simplex in (FloatSimplex, float_simplex()):
        found = irredundant(rows, [10**6, *near], simplex=simplex)
        assert {(i,) for i in found} == facets
