"""Networks that refute statements about means of facet counts (proofs/theorems.md, section 2).

Run it: every number is recomputed by the engine `subdivide`, and the smaller ones by the engine
`reference`, which shares no code with it. Exits with an error if one does not come out.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

import exactpoly as ep
from exactpoly.complex.subdivide import Subdivision
from exactpoly.reference.engine import enumerate_reference
from exactpoly.theory.transversality import generic


def zigzag(kinks: Sequence[int], copies: int, *, tilt: int = 0, length: int = 1000) -> ep.Network:
    """Two layers, `sum(kinks)` and `copies` neurons; bent hyperplanes are closed surfaces.

    The sum over the axes of a function with slopes -2, 1, -1, 1, .., 1 and kinks at 0, length, ..
    (``kinks[i]`` of them along axis `i`, odd) is compared with ``copies`` levels. ``tilt``: bound of
    the integers added to weights of size ``length``, and, divided by ``length``, to those of the
    second layer, to reach general position; 0 leaves the axes as they are and the second layer's
    rows equal.
    """
    random = np.random.default_rng(0)

    def noise() -> int:
        return int(random.integers(-tilt, tilt + 1))

    first, biases, second = [], [], []
    dimension = len(kinks)
    for axis, count in enumerate(kinks):
        for kink in range(count):
            last = kink == count - 1
            orientation = -1 if last else 1
            row = [noise() for _ in range(dimension)]
            row[axis] += orientation * length
            first.append(row)
            biases.append(-orientation * kink * length**2 + noise())
            second.append(3 if kink == 0 else 2 if last or kink % 2 == 0 else -2)
    # Along an axis it is 2 (count - 1) at its minima and one more at its maxima, in units of length^2.
    step = (dimension - 1) // 2
    base = 2 * sum(count - 1 for count in kinks) + step
    levels = [
        -(base * length**2 + Fraction(length**2 * (i + 1), copies + 1)) for i in range(copies)
    ]
    rows = [[w + Fraction(noise(), length) for w in second] for _ in range(copies)]
    return ep.Network((ep.Layer.of(first, biases), ep.Layer.of(rows, levels)))


def corner(neurons: int) -> ep.Network:
    """Seven lines in general position, and a second layer of up to two neurons around one corner."""
    weights = [[-20, 25], [19, -34], [-3, 27], [10, 30], [24, -42], [27, -49], [10, -17]]
    biases = [20, -21, -26, 41, 10, 19, 20]
    layers = [ep.Layer.of(weights, biases)]
    if neurons:
        rows = []
        for j in range(1, neurons + 1):
            row = [Fraction(-j, 10**6)] * 7
            row[0], row[3] = Fraction(1) + Fraction(j - 1, 10**4), Fraction(1)
            rows.append(row)
        layers.append(ep.Layer.of(rows, [Fraction(-j, 1000) for j in range(1, neurons + 1)]))
    return ep.Network(tuple(layers))


def holds_near(network: ep.Network) -> bool:
    """Whether all networks with weights close enough have the same complex on `R^d`.

    Sufficient, and checked exactly: every vertex of the complex with its box at infinity has `d`
    zeros, and if it lies on a side, every other constraint's value there has a nonzero
    coefficient of `M`. Small changes keep all that (proofs/theorems.md, Lemma 2).
    """
    d = network.input_dimension
    run = Subdivision(network, ep.Domain.space(d))
    run.run()
    oracle = run.block.oracle
    for vertex in range(run.block.lattice.n_vertices):
        row, sides = oracle.signs.view[:, vertex], int(oracle.sides.view[vertex])
        if int((row == 0).sum()) + sides.bit_count() != d:
            return False
        if not sides:
            continue
        point = oracle.geometry.fractions(oracle.coordinates(vertex), 1)
        others = [int(k) for k in np.flatnonzero(row)]
        others += [-1 - side for side in range(2 * d) if not sides >> side & 1]
        for form in oracle.geometry.forms(others, row):
            if sum(a * x for a, x in zip(form[:d], point, strict=True)) + form[d + 1] == 0:
                return False
    return True


def expect(what: str, got: object, wanted: object) -> None:
    """Print one line; leave with an error if the two differ."""
    print(f"{what}: {got}")
    if got != wanted:
        sys.exit(f"expected {wanted}")


def main() -> None:
    """Recompute everything."""
    straight, tilted = zigzag([3] * 3, 4), zigzag([3] * 3, 4, tilt=3)
    for name, network, f_vector, mean, near in (
        ("3-9-4, planes along the axes", straight, (315, 972, 976, 320), Fraction(61, 10), False),
        ("3-9-4, general position", tilted, (372, 1152, 1165, 386), Fraction(1165, 193), True),
        ("seven lines", corner(0), (21, 49, 29), Fraction(98, 29), True),
        ("seven lines and a corner", corner(1), (23, 54, 32), Fraction(27, 8), True),
        ("the corner twice", corner(2), (25, 59, 35), Fraction(118, 35), True),
    ):
        complex_ = ep.enumerate(network)
        expect(f"{name}: f-vector", complex_.f_vector, f_vector)
        expect(f"{name}: mean number of facets", complex_.mean_facets, mean)
        expect(f"{name}: simple", complex_.simple, True)
        expect(f"{name}: the same for all weights near these", holds_near(network), near)
        # Rows of the first network's layers are parallel; everything else is as published.
        expect(f"{name}: every layer in general position", generic(network).met, near)
        again = enumerate_reference(network, ep.Domain.space(network.input_dimension)).summary()
        counts = (again.f_vector, again.facet_histogram, again.simple)
        mine = complex_.summary()
        agree = counts == (mine.f_vector, mine.facet_histogram, mine.simple)
        expect(f"{name}: the reference engine agrees", agree, True)
    f = ep.enumerate(zigzag([3] * 3, 20)).f_vector
    expect(
        "3-9-20: mean number of edges of a 2-cell", Fraction(4 * f[1], f[2]), Fraction(1107, 269)
    )
    f = ep.enumerate(zigzag([5] * 4, 8)).f_vector
    expect("4-20-8: mean number of facets", Fraction(2 * f[3], f[4]), Fraction(76, 9))
    expect("4-20-8: mean number of facets of a 3-cell", Fraction(4 * f[2], f[3]), Fraction(353, 57))
    f = ep.enumerate(zigzag([5] * 3, 10, tilt=1)).f_vector
    expect("3-15-10: mean number of facets", Fraction(2 * f[2], f[3]), Fraction(9026, 1347))
    f = ep.enumerate(zigzag([7, 7, 5], 1, tilt=10, length=10000)).f_vector
    expect("3-19-1: mean number of facets", Fraction(2 * f[2], f[3]), Fraction(1161, 193))
    f = ep.enumerate(zigzag([3] * 3, 6, tilt=3)).f_vector
    expect("3-9-6: mean number of edges of a 2-cell", Fraction(4 * f[1], f[2]), Fraction(2112, 527))


if __name__ == "__main__":
    main()
