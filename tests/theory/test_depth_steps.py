"""Each step of the proof of the sharp bound (proofs/sharp_bound.md, sections 2 and 4) on networks."""

from __future__ import annotations

import random
from collections import defaultdict
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.theory import Evidence
from tests.strategies import examples, networks

Vector = tuple[int, ...]
Sets = set[frozenset[int]]


def order_shattered(vectors: set[Vector]) -> Sets:
    """`D(S)`, by its definition."""
    if not vectors:
        return set()
    n = len(next(iter(vectors)))
    if n == 0:
        return {frozenset()}
    ends: dict[Vector, set[int]] = defaultdict(set)
    for vector in vectors:
        ends[vector[:-1]].add(vector[-1])
    both = {y for y, last in ends.items() if len(last) == 2}
    return order_shattered(set(ends)) | {k | {n - 1} for k in order_shattered(both)}


def _shattered(vectors: set[Vector], k: frozenset[int]) -> bool:
    return len({tuple(v[i] for i in sorted(k)) for v in vectors}) == 2 ** len(k)


@examples(80)
@given(st.integers(1, 5), st.data())
def test_order_shattered_sets(n: int, data: st.DataObject) -> None:
    """(a) to (e) of section 2."""
    vector = st.tuples(*[st.integers(0, 1)] * n)
    larger = data.draw(st.sets(vector, min_size=1, max_size=2**n))
    found = order_shattered(larger)
    assert len(found) == len(larger)
    smaller = {v for v in larger if data.draw(st.booleans())}
    assert order_shattered(smaller) <= found
    assert all(_shattered(larger, k) for k in found)
    place = data.draw(st.integers(0, n - 1))
    flipped = {(*v[:place], 1 - v[place], *v[place + 1 :]) for v in larger}
    assert order_shattered(flipped) == found
    edges = sum(
        sum(a != b for a, b in zip(v, w, strict=True)) == 1 for v, w in combinations(larger, 2)
    )
    assert edges <= sum(map(len, found))


def _bits(row: tuple[int, ...], first: int) -> Vector:
    return tuple(int(s > 0) for s in row[first:])


@examples(60)
@given(networks(max_dimension=3, max_depth=3, max_neurons=9), st.integers(0, 10**6))
def test_every_step_of_the_induction(network: ep.Network, seed: int) -> None:
    """(1), (2), (3) and the bounds of 4.4 for a random set of regions, degenerate networks included."""
    complex_ = ep.enumerate(network)
    widths, d = Evidence(complex_).widths, complex_.dimension
    if not widths or d < 2:
        return
    before = sum(widths[:-1])
    rows = [tuple(row) for row in complex_.signs(d).tolist()]
    rng = random.Random(seed)
    chosen = {r for r in rows if rng.random() < 0.7} or {rows[0]}
    vectors: dict[Vector, set[Vector]] = defaultdict(set)
    for row in chosen:
        vectors[row[:before]].add(_bits(row, before))
    members = {p: order_shattered(s) for p, s in vectors.items()}
    count: dict[frozenset[int], int] = defaultdict(int)
    for found in members.values():
        for k in found:
            count[k] += 1
    assert sum(count.values()) == len(chosen)  # (1)
    assert all(len(k) <= d for k in count)

    inside, outside = 0, 0
    borders: dict[Vector, tuple[Vector, Vector]] = {}
    on_wall: dict[Vector, set[Vector]] = defaultdict(set)
    for wall, (a, b) in _walls(complex_):
        p, q = a[:before], b[:before]
        if p != q:
            borders[wall[:before]] = p, q
        if a in chosen and b in chosen:
            inside += p == q
            outside += p != q
            if p != q:
                on_wall[wall[:before]].add(_bits(wall, before))
    assert inside <= sum(len(k) * number for k, number in count.items())  # (2)
    assert outside == sum(map(len, on_wall.values()))  # different walls have different vectors

    met: dict[frozenset[int], int] = defaultdict(int)
    for wall, found_on in on_wall.items():
        p, q = borders[wall]
        sets = order_shattered(found_on)
        assert sets <= members[p] & members[q]  # 4.3
        for k in sets:
            met[k] += 1
    for k, number in met.items():  # 4.4
        assert len(k) < d
        if len(k) == d - 1:
            assert number <= count[k]
        between = sum(
            k in members.get(p, ()) and k in members.get(q, ()) for p, q in borders.values()
        )
        assert number <= between
    total = sum(len(k) * number for k, number in count.items()) + sum(met.values())
    assert inside + outside <= total  # (3)


def _walls(complex_: ep.Complex) -> list[tuple[Vector, tuple[Vector, Vector]]]:
    """The row of each wall with those of the regions on its two sides."""
    d = complex_.dimension
    regions = [tuple(row) for row in complex_.signs(d).tolist()]
    by_region: dict[Vector, list[Vector]] = defaultdict(list)
    walls = [tuple(row) for row in complex_.signs(d - 1).tolist()]
    for wall in walls:
        for region in regions:
            if all(s in (0, t) for s, t in zip(wall, region, strict=True)):
                by_region[wall].append(region)
    return [(wall, (by_region[wall][0], by_region[wall][1])) for wall in walls]
