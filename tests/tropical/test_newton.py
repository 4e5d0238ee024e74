"""Newton polytopes of integral networks: right answers, parity, duality with regions."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

import pytest

from exactpoly import Layer, Network
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.errors import InputError
from exactpoly.newton.duality import regions_at_vertices
from exactpoly.newton.maximum import maximum_tree
from exactpoly.newton.newton import NewtonPair, newton_pair, parity_bound
from exactpoly.newton.polytope import LatticePolytope

from ..strategies import MULTIPLIER
from .networks import integral_network, qhull

MAXIMA = {
    # n: widths, f-vectors of g and h, (dimension, normalised volume) of g and of h where known
    2: ((3,), (4, 4, 1), (2, 1), (2, 2), (1, 1)),
    3: ((5, 3), (10, 16, 8, 1), (4, 4, 1), (3, 39), (2, 8)),
    4: ((6, 3), (25, 53, 40, 12, 1), (10, 15, 7, 1), (4, 350), (3, 45)),
    5: ((8, 5, 3), (58, 160, 172, 87, 19, 1), (20, 40, 29, 9, 1), None, None),
}


@pytest.mark.parametrize("n", MAXIMA)
def test_maximum_of_n_numbers(n: int) -> None:
    widths, faces_g, faces_h, volume_g, volume_h = MAXIMA[n]
    network = maximum_tree(n)
    pair = newton_pair(network)
    assert network.widths == (n, *widths, 1)
    assert (pair.g.f_vector, pair.h.f_vector) == (faces_g, faces_h)
    for polytope, volume in ((pair.g, volume_g), (pair.h, volume_h)):
        assert volume in (None, (polytope.dimension, polytope.normalised_volume()))
    simplex = LatticePolytope([[int(i == j) for j in range(n)] for i in range(n)])
    assert pair.function == simplex
    assert pair.g == simplex + pair.h
    assert parity_bound(simplex).hidden_layers == pair.hidden_layers == (n - 1).bit_length()
    random = Random(n)
    for _ in range(200):
        point = [random.randint(-9, 9) for _ in range(n)]
        assert network.evaluate(point) == (max(point),) == (pair.evaluate(point),)


@pytest.mark.parametrize(("n", "layers"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (6, 3)])
def test_parity_of_the_simplex(n: int, layers: int) -> None:
    """max(0, x_1, .., x_n): all faces have volume 1, so the least k with 2^k > n."""
    simplex = LatticePolytope([[0] * n, *([int(i == j) for j in range(n)] for i in range(n))])
    bound = parity_bound(simplex)
    assert (bound.dimension, bound.volume, bound.hidden_layers) == (n, 1, layers)


@pytest.mark.parametrize(("d", "m", "regions"), [(2, 4, 11), (2, 6, 22), (3, 5, 26), (3, 7, 64)])
def test_regions_of_one_layer_are_upper_vertices_of_a_zonotope(
    d: int, m: int, regions: int
) -> None:
    random = Random(5)
    rows = [[random.randint(-99, 99) for _ in range(d)] for _ in range(m)]
    biases = [random.randint(-99, 99) for _ in range(m)]
    network = Network((Layer.of(rows, biases), Layer.of([[1] * m], relu=False)), "one layer")
    complex_ = enumerate_complex(network)
    pair = newton_pair(network)
    assert complex_.n_regions == regions == len((pair.g + pair.h).upper_vertices())
    assert set(regions_at_vertices(pair, complex_).values()) == {1}


def test_a_special_choice_has_fewer_regions() -> None:
    """Six lines in the plane, three of them through one point: 21 regions, not 22."""
    rows = [[1, 0], [0, 1], [1, 1], [1, -1], [2, 1], [1, -3]]
    biases = [0, 0, 0, 5, 3, 11]
    network = Network((Layer.of(rows, biases), Layer.of([[1] * 6], relu=False)), "six lines")
    pair = newton_pair(network)
    assert len((pair.g + pair.h).upper_vertices()) == enumerate_complex(network).n_regions == 21


@pytest.mark.parametrize("seed", range(round(60 * MULTIPLIER)))
def test_random_integral_networks(seed: int) -> None:
    """Even volumes (Theorem 1), `g - h` is the network, duality, and a second hull."""
    random = Random(seed)
    network = integral_network(random)
    pair = newton_pair(network)
    for _ in range(10):
        point = [
            Fraction(random.randint(-12, 12), random.randint(1, 3))
            for _ in range(network.input_dimension)
        ]
        assert (pair.evaluate(point),) == network.evaluate(point)
    for polytope in (pair.g, pair.h):
        for dimension in range(2**pair.hidden_layers, polytope.dimension + 1):
            assert not any(volume % 2 for volume in polytope.volumes(dimension))
        if polytope.dimension >= 2:
            assert (set(polytope.vertices), polytope.normalised_volume()) == qhull(
                list(polytope.vertices)
            )
    regions_at_vertices(pair, enumerate_complex(network))
    if pair.function is not None:
        assert pair.parity(pair.function).hidden_layers <= pair.hidden_layers
        _is_maximum(pair, pair.function, random)


def _is_maximum(pair: NewtonPair, polytope: LatticePolytope, random: Random) -> None:
    for _ in range(5):
        place = [random.randint(-9, 9) for _ in range(pair.network.input_dimension)]
        most, _ = polytope.support([*place, 1] if pair.biased else place)
        assert pair.network.evaluate(place) == (most,)


def test_convexity_is_decided() -> None:
    """|x| is convex, -|x| and |x| - |y| are not; |x| - relu(x) is, though g and h are no such pair."""

    def function(outer: list[int], *rows: list[int]) -> LatticePolytope | None:
        return newton_pair(Network((Layer.of(rows), Layer.of([outer], relu=False)))).function

    absolute = [[1, 0], [-1, 0]]
    assert function([1, 1], *absolute) == LatticePolytope([(1, 0), (-1, 0)])
    assert function([-1, -1], *absolute) is None
    assert function([1, 1, -1, -1], *absolute, [0, 1], [0, -1]) is None
    assert function([1, 1, -1], *absolute, [1, 0]) == LatticePolytope([(0, 0), (-1, 0)])


def test_with_biases_convexity_looks_at_upper_faces_only() -> None:
    """relu(x) + relu(-x) - relu(x - 1) + relu(x - 1) has the pieces -x and x."""
    rows, biases = [[1], [-1], [1], [1]], [0, 0, -1, -1]
    last = Layer.of([[1, 1, -1, 1]], [3], relu=False)
    pair = newton_pair(Network((Layer.of(rows, biases), last)))
    assert pair.biased
    assert pair.function is not None
    assert pair.function.upper_vertices() == [(-1, 3), (1, 3)]
    bump = Network((Layer.of([[1], [1], [1]], [1, 0, -1]), Layer.of([[1, -2, 1]], relu=False)))
    assert newton_pair(bump).function is None


def test_weights_must_be_integral_or_scaled() -> None:
    half = Network(
        (Layer.of([["1/2", "1/3"]], ["1/6"]), Layer.of([["1/5"]], ["1"], relu=False)), "half"
    )
    with pytest.raises(InputError, match=r"half: layer 0 .* denominator 6; parity .* integral"):
        newton_pair(half)
    pair = newton_pair(half, scale=True)
    assert pair.scale == 30
    assert pair.g == LatticePolytope([(0, 0, 30), (3, 2, 31)])
    for point in product((-2, 0, 1), repeat=2):
        assert (pair.evaluate(point),) == half.evaluate(point)


def test_an_output_must_be_named() -> None:
    two = Network((Layer.of([[1]]), Layer.of([[1], [-1]], relu=False)), "two")
    with pytest.raises(InputError, match="2 outputs"):
        newton_pair(two)
    with pytest.raises(InputError, match="output: 2"):
        newton_pair(two, output=2)
    assert newton_pair(two, output=1).h == LatticePolytope([(0,), (1,)])


def test_duality_refuses_another_complex() -> None:
    pair = newton_pair(maximum_tree(2))
    with pytest.raises(InputError, match="another network"):
        regions_at_vertices(pair, enumerate_complex(maximum_tree(3)))
    with pytest.raises(InputError, match=r"R\^d"):
        regions_at_vertices(pair, enumerate_complex(maximum_tree(2), domain="[-1,1]^d"))
