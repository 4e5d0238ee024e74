"""Both sides of every theorem's inequalities, counted again from the sign rows of cells.

A corrupted complex shows that a theorem can fail; these tests show that it fails at the right number.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import combinations, product

import pytest

import exactpoly as ep
from exactpoly.theory import Hypothesis, Instance, Relation, Verdict, theorem
from exactpoly.theory.montufar import montufar_network
from exactpoly.theory.verdict import Check, conclude
from tests.theory.corruption import corrupted, with_count
from tests.theory.networks import random_generic

WIDTHS = [(2, 5), (3, 5), (2, 4, 3), (3, 4, 3)]


@cache
def _complex(widths: tuple[int, ...], domain: str = "R^d") -> ep.Complex:
    return ep.enumerate(random_generic(8, *widths), domain=domain)


@cache
def _pairs(widths: tuple[int, ...], i: int, j: int) -> int:
    """Pairs of an `i`-cell in the closure of a `j`-cell, by sign order."""
    complex_ = _complex(widths)
    return sum(
        all(a in (b, 0) for a, b in zip(face, cell, strict=True))
        for face in complex_.signs(i).tolist()
        for cell in complex_.signs(j).tolist()
    )


def _sides(check: Check) -> dict[str, tuple[Fraction, str, Fraction]]:
    return {i.label: (i.left, i.relation.value, i.right) for i in check.instances}


@pytest.mark.parametrize("widths", WIDTHS)
def test_avg_facets_and_avg_faces(widths: tuple[int, ...]) -> None:
    complex_ = _complex(widths)
    d, f = complex_.dimension, complex_.f_vector
    means = {k: Fraction(_pairs(widths, k - 1, k), f[k]) for k in range(1, d + 1)}
    assert _sides(theorem("avg-facets").check(complex_)) == {"mean facets": (means[d], "<=", 2 * d)}
    assert _sides(theorem("avg-faces").check(complex_)) == {
        f"k = {k}": (mean, "<=", Fraction(2 * k)) for k, mean in means.items()
    }


@pytest.mark.parametrize("widths", WIDTHS)
def test_cube(widths: tuple[int, ...]) -> None:
    complex_ = _complex(widths)
    expected = {}
    for i, j in combinations(range(complex_.dimension + 1), 2):
        faces_of_cube = sum(face.count(0) == i for face in product((-1, 0, 1), repeat=j))
        mean = Fraction(_pairs(widths, i, j), complex_.f_vector[j])
        expected[f"i = {i}, j = {j}"] = (mean, "<=", Fraction(faces_of_cube))
    assert _sides(theorem("cube").check(complex_)) == expected


@pytest.mark.parametrize("widths", [*WIDTHS, (3, 2), (3, 2, 3)])
def test_min_facets(widths: tuple[int, ...]) -> None:
    complex_ = _complex(widths)
    walls = complex_.signs(complex_.dimension - 1).tolist()
    fewest = min(
        sum(all(a in (b, 0) for a, b in zip(wall, region, strict=True)) for wall in walls)
        for region in complex_.region_rows.tolist()
    )
    assert _sides(theorem("min-facets").check(complex_)) == {
        "fewest facets": (fewest, ">=", min(widths[0], widths[1]))
    }


def test_min_facets_fails_by_one() -> None:
    complex_ = ep.enumerate(random_generic(8, 3, 5))
    counts = complex_.facet_counts.copy()
    counts[0] = 2
    check = theorem("min-facets").check(corrupted(complex_, facet_counts=counts))
    assert check.verdict is Verdict.VIOLATED


def test_monotone_compares_every_neuron_with_the_one_before() -> None:
    network = random_generic(8, 2, 4, 3)
    complex_ = ep.enumerate(network)
    means = [ep.enumerate(network.truncated(n)).mean_facets for n in range(1, 8)]
    assert _sides(theorem("monotone").check(complex_)) == {
        f"neuron {i} added": (means[i], ">=", means[i - 1]) for i in range(1, 7)
    }


def test_one_layer_formulas() -> None:
    complex_ = _complex((3, 5))
    # Lines, planes and points of 5 planes in general position, by hand.
    assert _sides(theorem("cells").check(complex_)) == {
        "k = 0": (10, "=", 10),
        "k = 1": (40, "=", 40),
        "k = 2": (55, "=", 55),
        "k = 3": (26, "=", 26),
    }
    assert _sides(theorem("shallow-mean").check(complex_)) == {
        "n = 5": (Fraction(55, 13), "=", Fraction(55, 13))
    }
    # 5 planes through 0: 22 cones, each plane cut in 8 by the lines of the others.
    central = ep.enumerate(random_generic(8, 3, 5, bias=False))
    assert _sides(theorem("central-mean").check(central)) == {
        "regions": (22, "=", 22),
        "mean": (Fraction(80, 22), "=", Fraction(80, 22)),
    }


def test_upper_bounds_by_hand() -> None:
    complex_ = _complex((2, 4, 3))
    regions = complex_.n_regions
    # Layer 2 has rank 2 unless 3 or more of layer 1's four are off, which two dimensions rule out.
    assert _sides(theorem("serra").check(complex_)) == {"regions": (regions, "<=", 11 * 7)}
    assert _sides(theorem("montufar-upper").check(complex_)) == {"regions": (regions, "<=", 11 * 7)}
    (diameter,) = theorem("diameter").check(complex_).instances
    assert diameter.right == 5 * 4 - 1
    narrow = _complex((3, 2, 3))
    # Off: none (rank 2), one of two (rank 1, twice), both (rank 0).
    assert theorem("serra").check(narrow).instances[0].right == 7 + 2 * 4 + 1
    assert theorem("montufar-upper").check(narrow).instances[0].right == 4 * 7
    check = theorem("montufar-lower").check(
        ep.enumerate(montufar_network(2, [4, 3]), domain="[0,1]^d")
    )
    assert _sides(check) == {"linear regions": (28, ">=", 2**2 * 7)}


def test_means_by_hand() -> None:
    deep = _complex((3, 4, 3))
    mean = deep.mean_facets
    # M_1 = min(3, 4/2) = 2, M_2 = min(max(0 + 2, 1 + 2, 2 + 1, 3 + 0), 7/2) = 3.
    assert _sides(theorem("deep-bound").check(deep)) == {
        "by widths": (mean, "<=", 6),
        "by depth": (mean, "<", 8),
    }
    assert _sides(theorem("depth-needed").check(deep)) == {"hidden layers needed": (1, "<=", 2)}
    boxed = _complex((3, 4, 3), "[-1,1]^d")
    mean = boxed.mean_facets_with_domain_boundary
    # B_0 = 6, B_1 = max(0 + 6, 2 + 6, 4 + 2, 6) = 8, B_2 = max(0 + 8, 2 + 8, 4 + 2, 6) = 10.
    assert _sides(theorem("deep-box").check(boxed)) == {
        "by widths": (mean, "<=", 10),
        "by depth": (mean, "<=", 10),
    }
    plane = _complex((2, 4, 3), "[-1,1]^d")
    assert _sides(theorem("box-2d").check(plane)) == {"mean edges": (4, "=", 4)}
    assert _sides(theorem("euler").check(plane)) == {"alternating sum": (1, "=", 1)}
    assert _sides(theorem("euler").check(deep)) == {"alternating sum": (-1, "=", -1)}


def test_equality_is_on_the_right_side() -> None:
    """A bound that is attained holds, and the least step beyond it is a violation."""
    tiny = Fraction(1, 10**40)
    for relation, below, above in (
        (Relation.AT_MOST, True, False),
        (Relation.AT_LEAST, False, True),
        (Relation.EQUAL, False, False),
    ):
        assert Instance("", Fraction(3), relation, Fraction(3)).true
        assert Instance("", 3 - tiny, relation, Fraction(3)).true is below
        assert Instance("", 3 + tiny, relation, Fraction(3)).true is above


def test_hypotheses_decide_the_verdict() -> None:
    true = Instance("", Fraction(0), Relation.EQUAL, Fraction(0))
    false = Instance("", Fraction(0), Relation.EQUAL, Fraction(1))
    met, unmet, unknown = (Hypothesis("h", answer) for answer in (True, False, None))
    assert conclude("t", [true], [met]).verdict is Verdict.HOLDS
    assert conclude("t", [true, false], [met]).verdict is Verdict.VIOLATED
    for missing in (unmet, unknown):
        check = conclude("t", [false], [met, missing])
        assert check.verdict is Verdict.HYPOTHESES_NOT_MET
        assert check.conclusion is False
    assert conclude("t", [], [met]).verdict is Verdict.NOT_APPLICABLE


def test_one_cell_too_few_is_noticed_where_a_bound_is_attained() -> None:
    # Two planes that meet in a line.
    sound = ep.enumerate(random_generic(8, 3, 2))
    assert sound.f_vector == (0, 1, 4, 4)
    assert theorem("cells").check(with_count(sound, 1, 0)).verdict is Verdict.VIOLATED
