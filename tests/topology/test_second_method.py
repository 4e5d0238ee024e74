"""Homology a second way: order complexes of the face posets, by gudhi over Z/2 and Z/3, by flint over Z.

The order complex of a poset of cells needs no incidence numbers, no matching and no Morse complex; its
face order is read off the sign rows (proofs/complex.md, Theorem 3). Homology relative to the sides is that
of the order complex with a cone over the cells on sides; persistence is that of chains filtered by their
top cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from flint import fmpz_mat
from hypothesis import given

import exactpoly as ep
from exactpoly.levelset.arrangement import Arrangement
from exactpoly.levelset.cellset import CellSet
from exactpoly.levelset.values import cell_ranks, vertex_values
from tests.strategies import examples, networks_on_domains
from tests.topology.test_cases import CASES

gudhi = pytest.importorskip("gudhi")

_FEW = 100
"""Simplices of a dimension up to which Smith forms of whole boundary matrices are taken."""


class Poset:
    """The face order of all cells, those at infinity too."""

    def __init__(self, arrangement: Arrangement) -> None:
        cells, d = arrangement.cells, arrangement.dimension
        neurons = range(arrangement.network.n_neurons)
        rows = [[cells.signs(k, n) for n in neurons] for k in range(d + 1)]
        table = [
            np.array(own, np.int8).reshape(len(own), size).T
            for own, size in zip(rows, cells.sizes, strict=True)
        ]
        self.rows, self.sides = np.concatenate(table), arrangement.sides
        self.offsets = arrangement.offsets

    def covers(self, chosen: np.ndarray) -> list[list[int]]:
        """For each chosen cell the places of chosen ones of the next dimension that it is a face of."""
        dims = np.searchsorted(self.offsets, chosen, side="right") - 1
        above: list[list[int]] = []
        for i, cell in enumerate(chosen):
            candidates = np.flatnonzero(dims == dims[i] + 1)
            other = self.rows[chosen[candidates]]
            fits = ((other == self.rows[cell]) | (self.rows[cell] == 0)).all(axis=1)
            fits &= (self.sides[chosen[candidates]] & ~self.sides[cell]) == 0
            above.append(candidates[fits].tolist())
        return above


def longest_chains(above: Sequence[Sequence[int]], keep: Sequence[bool]) -> Iterator[list[int]]:
    """The maximal chains of the kept elements; these contain all faces of theirs, or all cofaces."""
    below = {j for i, up in enumerate(above) if keep[i] for j in up}

    def walk(chain: list[int]) -> Iterator[list[int]]:
        following = [j for j in above[chain[-1]] if keep[j]]
        if not following:
            yield chain
        for j in following:
            yield from walk([*chain, j])

    for i in range(len(above)):
        if keep[i] and i not in below:
            yield from walk([i])


def order_complex(one: CellSet, poset: Poset, *, relative: bool = False) -> gudhi.SimplexTree:
    """Of a set's cells, which has its homotopy type, closed or open; a cone over those on sides."""
    chosen = np.flatnonzero(one.marks)
    above = poset.covers(chosen)
    tree = gudhi.SimplexTree()
    for chain in longest_chains(above, [True] * len(chosen)):
        tree.insert(chain)
    if relative:
        apex = len(chosen)
        tree.insert([apex])
        for chain in longest_chains(above, (poset.sides[chosen] != 0).tolist()):
            tree.insert([*chain, apex])
    return tree


def padded(numbers: Sequence[int], d: int, *, relative: bool) -> list[int]:
    """Betti numbers in degrees 0..d, reduced if there is a cone."""
    found = [*numbers, *[0] * (d + 2)]
    found[0] -= relative
    assert not any(found[d + 1 :])
    return found[: d + 1]


def betti_mod(tree: gudhi.SimplexTree, prime: int) -> list[int]:
    if not tree.num_vertices():
        return []
    tree.compute_persistence(
        homology_coeff_field=prime, persistence_dim_max=True, min_persistence=-1
    )
    return list(tree.betti_numbers())


def integral(tree: gudhi.SimplexTree, most: int = _FEW) -> tuple[list[int], list[list[int]]] | None:
    """Betti numbers over Q and torsion, from Smith forms of the boundary matrices; None if too large."""
    simplices: dict[int, list[tuple[int, ...]]] = {}
    for simplex, _ in tree.get_simplices():
        simplices.setdefault(len(simplex) - 1, []).append(tuple(sorted(simplex)))
    if not simplices or max(map(len, simplices.values())) > most:
        return None
    ranks, torsion = [0] * (len(simplices) + 1), [[] for _ in range(len(simplices))]
    for k in range(1, len(simplices)):
        place = {face: n for n, face in enumerate(simplices[k - 1])}
        matrix = fmpz_mat(len(place), len(simplices[k]))
        for j, simplex in enumerate(simplices[k]):
            for i in range(k + 1):
                matrix[place[simplex[:i] + simplex[i + 1 :]], j] = (-1) ** i
        form = matrix.snf()
        diagonal = [abs(int(form[i, i])) for i in range(min(form.nrows(), form.ncols()))]
        ranks[k] = sum(map(bool, diagonal))
        torsion[k - 1] = [x for x in diagonal if x > 1]
    return [len(simplices[k]) - ranks[k] - ranks[k + 1] for k in range(len(simplices))], torsion


def agree(net: ep.Network, domain: ep.Domain, level: Fraction) -> None:
    sets = ep.level_set(net, level, domain=domain, component=0)
    sets.check()
    poset, d = Poset(sets.arrangement), net.input_dimension
    for name in ("zero", "sub", "super", "below", "above"):
        one = sets.named(name)
        for relative in (False, True) if one.closed else (False,):
            numbers = one.betti_borel_moore if relative else one.betti
            groups = one.inner_homology if relative else one.homology
            tree = order_complex(one, poset, relative=relative)
            for prime in (2, 3):
                found = padded(betti_mod(tree, prime), d, relative=relative)
                assert list(numbers(prime)) == found, (name, prime, relative)
            whole = integral(tree)
            if whole is not None:
                assert list(numbers()) == padded(whole[0], d, relative=relative), (name, relative)
                torsion = [*whole[1], *[[]] * (d + 1)][: d + 1]
                assert list(map(list, groups.torsion)) == torsion, (name, relative)


def agree_on_persistence(net: ep.Network, domain: ep.Domain) -> int:
    """gudhi's persistence of the order complex, a chain entering with its top cell; number of pairs."""
    found = ep.persistence(net, domain=domain, component=0)
    ranks, values = cell_ranks(found.arrangement, vertex_values(found.arrangement, 0))
    everything = np.arange(len(ranks))
    tree = gudhi.SimplexTree()
    above = Poset(found.arrangement).covers(everything)
    for chain in longest_chains(above, [True] * len(ranks)):
        for size in range(1, len(chain) + 1):
            for part in combinations(chain, size):
                tree.insert(part, filtration=float(ranks[part[-1]]))
    told = tree.persistence(homology_coeff_field=2, persistence_dim_max=True, min_persistence=0)
    pairs = sorted((k, a, b) for k, (a, b) in told if a < b < np.inf)
    essential = sorted((k, a) for k, (a, b) in told if b == np.inf)
    place = {value: n for n, value in enumerate(values)}
    assert sorted((k, place[a], place[b]) for k, a, b in found.pairs) == pairs
    assert sorted((k, place[a]) for k, a in found.essential) == essential
    return len(pairs)


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


@given(networks_on_domains(max_dimension=3, max_neurons=7))
@examples(60)
def test_persistence_agrees(drawn: tuple[ep.Network, ep.Domain]) -> None:
    agree_on_persistence(*drawn)


@pytest.mark.parametrize("domain", ["R^d", "[-2,2]^d"])
def test_persistence_with_many_pairs_agrees(domain: str) -> None:
    """Small integers, so with values that are equal and flat pieces."""
    rng, pairs = np.random.default_rng(7), 0
    for widths in 8 * [(1, 9, 5), (2, 6, 4), (2, 7, 3), (3, 4, 3)]:
        layers = [
            ep.Layer.of(rng.integers(-2, 3, (n, m)), rng.integers(-2, 3, n), relu=n > 1)
            for m, n in zip(widths, (*widths[1:], 1), strict=True)
        ]
        net = ep.Network(tuple(layers))
        pairs += agree_on_persistence(net, ep.Domain.parse(domain, widths[0]))
    assert pairs >= 10


def test_the_projective_plane() -> None:
    """Of the set in `R^5` the order complex has 97 vertices; its `H_1` is Z/2 by both methods."""
    zero = ep.level_set(next(p for p in CASES if "rp2" in p.stem), 0).zero
    tree = order_complex(zero, Poset(zero.arrangement))
    assert betti_mod(tree, 2) == [1, 1, 1]
    assert betti_mod(tree, 3) == [1, 0, 0]
    assert integral(tree, 1000) == ([1, 0, 0], [[], [2], []])
    assert (zero.betti()[:3], [list(t) for t in zero.torsion[:3]]) == ((1, 0, 0), [[], [2], []])
