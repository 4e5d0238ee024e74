"""Homology a second way: order complexes of the face posets, by gudhi over Z/2 and Z/3.

The order complex of a poset of cells needs no incidence numbers, no matching and no Smith form; its face
order is read off the sign rows (proofs/complex.md, Theorem 3).
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given

import exactpoly as ep
from exactpoly.levelset.cellset import CellSet
from exactpoly.levelset.level import LevelSet
from tests.strategies import examples, networks_on_domains

gudhi = pytest.importorskip("gudhi")


def rows_of(sets: LevelSet) -> tuple[np.ndarray, np.ndarray]:
    """Sign rows and sides of all cells, those at infinity too."""
    cells, d = sets.arrangement.cells, sets.arrangement.dimension
    neurons = sets.complex.network.n_neurons
    rows = [np.stack([cells.signs(k, n) for n in range(neurons)], axis=1) for k in range(d + 1)]
    return np.concatenate(rows), sets.arrangement.sides


def order_betti(one: CellSet, rows: np.ndarray, sides: np.ndarray, prime: int) -> list[int]:
    """Betti numbers of the order complex of a set's cells, which has its homotopy type, closed or open."""
    d = one.arrangement.dimension
    chosen = np.flatnonzero(one.marks)
    dims = np.searchsorted(one.arrangement.offsets, chosen, side="right") - 1
    tree = gudhi.SimplexTree()
    above: list[list[int]] = []
    for i, cell in enumerate(chosen):
        cand = np.flatnonzero(dims == dims[i] + 1)
        other = rows[chosen[cand]]
        fits = ((other == rows[cell]) | (rows[cell] == 0)).all(axis=1)
        fits &= (sides[chosen[cand]] & ~sides[cell]) == 0
        above.append(cand[fits].tolist())
    below = {j for up in above for j in up}

    def walk(i: int, chain: list[int]) -> None:
        chain = [*chain, i]
        if not above[i]:
            tree.insert(chain)
        for j in above[i]:
            walk(j, chain)

    for i in range(len(chosen)):
        if i not in below:
            walk(i, [])
    if not len(chosen):
        return [0] * (d + 1)
    tree.compute_persistence(
        homology_coeff_field=prime, persistence_dim_max=True, min_persistence=-1
    )
    numbers = tree.betti_numbers()
    return list((numbers + [0] * (d + 1))[: d + 1])


def agree(net: ep.Network, domain: ep.Domain, level: Fraction) -> None:
    sets = ep.level_set(net, level, domain=domain, component=0)
    sets.check()
    rows, sides = rows_of(sets)
    for name in ("zero", "sub", "super", "below", "above"):
        one = sets.named(name)
        for prime in (2, 3):
            assert list(one.betti(prime)) == order_betti(one, rows, sides, prime), (
                name,
                prime,
            )


@given(networks_on_domains(max_dimension=3, max_neurons=5))
@examples(60)
def test_order_complexes_agree(drawn: tuple[ep.Network, ep.Domain]) -> None:
    net, domain = drawn
    origin = net.evaluate([Fraction(0)] * net.input_dimension)[0]
    for level in {Fraction(0), origin}:
        agree(net, domain, level)


@given(networks_on_domains(max_dimension=4, max_neurons=3))
@examples(15)
def test_order_complexes_agree_up_to_four_dimensions(drawn: tuple[ep.Network, ep.Domain]) -> None:
    net, domain = drawn
    agree(net, domain, Fraction(0))
