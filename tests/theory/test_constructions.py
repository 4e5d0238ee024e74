"""Constructions as exact networks: their counts are certified, not quoted."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.certificate.check import check_file
from exactpoly.complex.linear import linear_regions
from exactpoly.network.layer import Layer
from exactpoly.theory import Evidence, Verdict, separation, theorem
from exactpoly.theory.cyclic import cyclic_network, cyclic_vertices
from exactpoly.theory.folding import folded_network, slab_network
from exactpoly.theory.formulas import montufar_lower, montufar_upper
from exactpoly.theory.montufar import montufar_network
from exactpoly.theory.separation import certify_zero_error, separation_network
from tests.strategies import examples

REFUTATIONS = sorted((Path(__file__).parents[2] / "examples" / "refutations").glob("*.json"))


@pytest.mark.parametrize(
    ("d", "widths"), [(1, [3, 2]), (2, [4, 3]), (2, [5, 4, 3]), (3, [6, 4]), (3, [5])]
)
def test_montufar_network_has_the_linear_regions_of_the_formula(d: int, widths: list[int]) -> None:
    complex_ = ep.enumerate(montufar_network(d, widths), domain="[0,1]^d")
    expected = montufar_lower(d, widths)
    assert complex_.n_regions == len(linear_regions(complex_)) == expected
    everywhere = ep.enumerate(montufar_network(d, widths))
    check = theorem("montufar-lower").check(everywhere)
    assert check.verdict is Verdict.HOLDS
    assert everywhere.n_regions <= montufar_upper(d, widths)


@examples(15)
@given(st.data())
def test_constructions_of_random_sizes(data: st.DataObject) -> None:
    d = data.draw(st.integers(1, 3))
    widths = [data.draw(st.integers(d, 2 * d + 1)) for _ in range(data.draw(st.integers(0, 1)))]
    widths.append(data.draw(st.integers(d + 1, d + 3)))
    complex_ = ep.enumerate(montufar_network(d, widths), domain="[0,1]^d")
    assert len(linear_regions(complex_)) == montufar_lower(d, widths)
    dimension = data.draw(st.integers(2, 4))
    n = data.draw(st.integers(dimension + 1, dimension + 4))
    (around,) = ep.enumerate(cyclic_network(dimension, n)).find([0] * dimension)
    assert (len(around.facets), len(around.vertices)) == (n, cyclic_vertices(dimension, n))


def test_montufar_needs_wide_layers() -> None:
    with pytest.raises(ep.InputError, match="at least 3 wide"):
        montufar_network(3, [2, 4])


@pytest.mark.parametrize(("d", "n"), [(2, 6), (3, 8), (4, 7), (4, 9), (5, 8)])
def test_cyclic_network_attains_the_upper_bound_theorem(d: int, n: int) -> None:
    (around,) = ep.enumerate(cyclic_network(d, n)).find([0] * d)
    assert around.bounded
    assert len(around.facets) == n
    assert len(around.vertices) == cyclic_vertices(d, n)


@pytest.mark.parametrize("m", [1, 2, 3, 6])
def test_separation_is_solved_without_error(m: int) -> None:
    network = separation_network(m)
    assert network.widths == (2, 4, *[3] * (m - 1), 1)
    result = certify_zero_error(m)
    assert result.edges == result.regions == 2 ** (m + 1)
    # Every vector is on the unit circle, so every edge touches it there: none is superfluous.
    normals = separation.polygon_normals(m)
    assert len(normals) == 2 ** (m + 1)
    assert all(x * x + y * y == 1 for x, y in normals)


def test_separation_at_points() -> None:
    network = separation_network(4)
    rng = random.Random(0)
    for _ in range(200):
        x, y = (Fraction(rng.randint(-1200, 1200), 1000) for _ in range(2))
        inside = all(a * x + b * y < 1 for a, b in separation.polygon_normals(4))
        assert (network.evaluate([x, y])[0] > 0) == inside


@pytest.mark.parametrize(
    ("place", "layer", "sentence"),
    [
        (-1, Layer.of([["-24/25", "-7/25", "-7/25"]], ["1.01"], relu=False), "wrong on region"),
        (-1, Layer.of([["-24/25", "-7/25", "7/25"]], ["1"], relu=False), "wrong on region"),
        (-1, Layer.of([["-24/25", "7/25", "7/25"]], ["1"], relu=False), "wrong on region"),
        (0, Layer.of([[1, 0], [-1, 0], [0, 1], [0, -1]], [0, 0, "0.01", 0]), "has a bias"),
    ],
)
def test_separation_notices_a_wrong_network(
    monkeypatch: pytest.MonkeyPatch, place: int, layer: Layer, sentence: str
) -> None:
    layers = list(separation_network(2).layers)
    layers[place] = layer
    monkeypatch.setattr(separation, "separation_network", lambda m: ep.Network(tuple(layers)))
    with pytest.raises(ep.InternalError, match=sentence):
        certify_zero_error(2)


@pytest.mark.parametrize(("slices", "facets"), [([9], 8), ([7, 7], 10), ([5, 5, 5], 12)])
def test_slabs_gain_two_facets_with_every_layer(slices: list[int], facets: int) -> None:
    complex_ = ep.enumerate(slab_network(slices), domain="[0,1]^3")
    counts = complex_.facet_counts_with_domain_boundary
    assert complex_.simple
    # What lies between two slices of every layer has the full number.
    between = 1
    for n in slices:
        between *= n - 1
    assert int((counts == facets).sum()) == between
    assert theorem("deep-box").check(complex_).verdict is Verdict.HOLDS


def test_mean_facets_exceed_twice_the_dimension() -> None:
    complex_ = ep.enumerate(folded_network(4, [5], tilt=Fraction(1, 2**20), seed=2))
    evidence = Evidence(complex_)
    assert evidence.generic.met
    assert evidence.supertransversal.met
    assert evidence.simple.met
    assert complex_.mean_facets == Fraction(6530, 1063)
    check = theorem("avg-facets").check(evidence)
    assert check.verdict is Verdict.VIOLATED
    assert theorem("deep-bound").check(evidence).verdict is Verdict.HOLDS


def test_no_bound_in_the_dimension_alone() -> None:
    assert ep.enumerate(folded_network(6, [6, 6])).mean_facets > 7


@pytest.mark.parametrize("path", REFUTATIONS, ids=lambda p: p.stem)
def test_shipped_refutations(path: Path) -> None:
    code, message = check_file(str(path.with_suffix("").with_suffix(".cert.gz")))
    assert code == 0, message
    complex_ = ep.enumerate(path)
    name, _, rest = json.loads(path.read_text())["note"].partition(": ")
    check = theorem(name).check(complex_)
    assert check.verdict.value == rest.partition(";")[0]
    if name == "depth-needed":  # A mean above 8 needs three hidden layers.
        assert complex_.mean_facets == Fraction(8086, 1005)
        assert [(i.left, i.right) for i in check.instances] == [(3, 3)]
    else:
        assert check.verdict is Verdict.VIOLATED
        assert {h.name for h in check.hypotheses if h.met} == {"generic", "supertransversal"}


def test_the_strictest_reading_of_generic() -> None:
    """On each of the 386 regions all 13 forms are in general position in R^3.

    Determinants are taken modulo a prime: one that is not 0 there is not 0.
    """
    network = ep.load(next(p for p in REFUTATIONS if "strong" in p.stem))
    complex_ = ep.enumerate(network)
    assert complex_.mean_facets == Fraction(1165, 193)
    prime = 2**31 - 1
    threes, fours = (list(combinations(range(13), k)) for k in (3, 4))
    for row in complex_.region_rows:
        (matrix, constants), _ = network.affine_maps(row.tolist())
        forms = np.array(
            [
                [x.numerator * pow(x.denominator, -1, prime) % prime for x in (*line, b)]
                for line, b in zip(matrix[:13], constants[:13], strict=True)
            ],
            dtype=object,
        )
        assert _determinants(forms[np.array(threes)][:, :, :3], prime).all()
        assert _determinants(forms[np.array(fours)], prime).all()


def _determinants(matrices: np.ndarray, prime: int) -> np.ndarray:
    """Determinants modulo a prime, by expansion along the first column; shape (n, k, k)."""
    if matrices.shape[1] == 1:
        return matrices[:, 0, 0] % prime
    size = range(matrices.shape[1])
    terms = (
        (-1) ** i * matrices[:, i, 0] * _determinants(np.delete(matrices, i, 1)[:, :, 1:], prime)
        for i in size
    )
    return sum(terms) % prime


def test_the_small_refutation_by_the_reference_engine() -> None:
    pytest.importorskip("cdd")
    path = next(p for p in REFUTATIONS if p.stem == "avg-facets-1988b35e")
    from exactpoly.reference.engine import enumerate_reference

    complex_ = ep.enumerate(path)
    result = enumerate_reference(complex_.network, complex_.domain)
    assert result.summary().f_vector == complex_.f_vector
    assert result.summary().mean_facets == complex_.mean_facets > 6
