"""The largest cubes of all regions are those of one region after the other, correctly rounded."""

from __future__ import annotations

from fractions import Fraction
from math import inf
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.arithmetic.rational import rounded
from exactpoly.complex import fine_forms, largest_cubes
from tests.complex.test_polytopes import networks_on_polytopes
from tests.strategies import examples, networks_on_domains

Cube = tuple[tuple[Fraction, ...], Fraction]


def fits(region: ep.Region, centre: list[Fraction], radius: Fraction) -> bool:
    """Whether the cube lies in the region, but for `2^-40` of its size."""
    room = Fraction(1, 2**40) * (1 + max(map(abs, centre)))
    return all(
        sum((x * y for x, y in zip(a, centre, strict=True)), b)
        >= sum(map(abs, a), Fraction(0)) * (radius - room)
        for a, b in region.inequalities()
    )


def check(c: ep.Complex) -> None:
    centres, radii = c.largest_cubes
    for region, centre, radius in zip(c, centres.tolist(), radii.tolist(), strict=True):
        cube = region.chebyshev()
        if cube is None:
            assert radius == inf
            assert np.isnan(centre).all()
            continue
        assert radius == rounded(*cube[1].as_integer_ratio())
        # Of several largest cubes the exact program may name another one.
        assert fits(region, [Fraction(x) for x in centre], Fraction(radius))


@pytest.mark.parametrize(("digits", "levels"), [(5, 6), (2, 2)])
@examples(40)
@given(drawn=st.one_of(networks_on_domains(), networks_on_polytopes(max_dimension=3)))
def test_cubes_are_those_of_the_regions(
    digits: int, levels: int, drawn: tuple[ep.Network, ep.Domain]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fine_forms, "_DIGITS", digits)
        patch.setattr(fine_forms, "_LEVELS", levels)
        c = ep.enumerate(drawn[0], domain=drawn[1])
        _ = c.largest_cubes
    check(c)


@examples(60)
@given(drawn=networks_on_domains(max_dimension=3), data=st.data())
def test_a_wrong_proposal_is_not_believed(
    drawn: tuple[ep.Network, ep.Domain], data: st.DataObject
) -> None:
    """proofs/filter.md, Theorem 10: whatever facets and directions are proposed."""
    seed = data.draw(st.integers(0, 2**32 - 1))

    def wrong(rows: np.ndarray, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        random, (n, m, size) = np.random.default_rng(seed), rows.shape
        basis = np.argsort(random.random((n, m)), axis=1)[:, :size]
        if basis.shape[1] < size:
            basis = np.full((n, size), -1)
        return basis, random.normal(size=(n, size - 1))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(largest_cubes, "maximised", wrong)
        c = ep.enumerate(drawn[0], domain=drawn[1])
        _ = c.largest_cubes
    check(c)


@pytest.mark.parametrize("domain", ["[-2,3]^2", "R^d"])
def test_a_generic_network_needs_few_linear_programs(domain: str) -> None:
    asked: list[int] = []
    chebyshev = ep.Region.chebyshev

    def counted(region: ep.Region) -> Any:
        asked.append(region.index)
        return chebyshev(region)

    c = ep.enumerate(ep.examples.moons(), domain=domain)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ep.Region, "chebyshev", counted)
        centres, radii = c.largest_cubes
    assert len(asked) <= 5  # regions between two parallel facets
    for region, centre, radius in zip(c, centres.tolist(), radii.tolist(), strict=True):
        cube = region.chebyshev()
        assert radius == (inf if cube is None else rounded(*cube[1].as_integer_ratio()))
        if cube is not None:
            assert centre == [rounded(*x.as_integer_ratio()) for x in cube[0]]


def test_the_arrays_are_read_only() -> None:
    for array in ep.enumerate(ep.examples.moons()).largest_cubes:
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
