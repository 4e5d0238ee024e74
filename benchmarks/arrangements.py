"""One-layer arrangements against the closed formula, and beside polypart where it is installed.

    python benchmarks/arrangements.py [--polypart] [--largest]

For `n` random planes in `R^d` the f-vector is a theorem, `f_k = C(n,d-k) sum_{i<=k} C(n-d+k,i)`; every row
is checked against it. polypart (PyPI, exact, on pycddlib) enumerates the same regions of the same
arrangement on the same machine. `--largest` goes up to n = 60 in dimension 4.
"""

from __future__ import annotations

import argparse
import time
from math import comb

import numpy as np

import exactpoly as ep

LARGE = 10**9
"""Half the edge of the box that stands for `R^d` when polypart is measured."""


def arrangement(n: int, d: int, seed: int = 0) -> ep.Network:
    """``n`` hyperplanes with random float32 coefficients."""
    generator = np.random.default_rng(seed)
    weight = generator.uniform(-1, 1, (n, d)).astype(np.float32)
    bias = generator.uniform(-1, 1, n).astype(np.float32)
    return ep.Network((ep.Layer.of(weight, bias), ep.Layer.of([[1] * n], relu=False)))


def formula(n: int, d: int) -> tuple[int, ...]:
    """The f-vector of `n` hyperplanes in general position in `R^d` (Buck 1943; Zaslavsky 1975)."""
    return tuple(
        comb(n, d - k) * sum(comb(n - d + k, i) for i in range(k + 1)) for k in range(d + 1)
    )


def beside_polypart(n: int, d: int) -> None:
    """Both on a box so large that all regions meet it, with the same rational coefficients."""
    from polypart.ftyping import Fraction
    from polypart.geometry import Hyperplane, Polytope
    from polypart.ppart import build_partition_tree

    network = arrangement(n, d)
    started = time.perf_counter()
    regions = ep.enumerate(network, domain=ep.Domain.box(d, -LARGE, LARGE)).n_regions
    ours = time.perf_counter() - started
    layer = network.layers[0]
    planes = [
        Hyperplane.from_coefficients(
            [
                *(Fraction(x.numerator, x.denominator) for x in row),
                Fraction(-c.numerator, c.denominator),
            ]
        )
        for row, c in zip(layer.weight, layer.bias, strict=True)
    ]
    sides = [[sign * int(i == axis) for i in range(d)] for axis in range(d) for sign in (-1, 1)]
    box = Polytope(sides, [LARGE] * (2 * d))
    box.extreme()
    started = time.perf_counter()
    _, found = build_partition_tree(box, planes)
    theirs = time.perf_counter() - started
    print(
        f"n={n:3} d={d}: {regions:9,} regions; exactpoly {ours:.3f} s,"
        f" polypart {theirs:.1f} s ({found:,} regions), ratio {theirs / ours:.0f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--polypart", action="store_true", help="measure polypart beside it")
    parser.add_argument("--largest", action="store_true", help="up to n = 60 in dimension 4")
    arguments = parser.parse_args()
    sizes = [(20, 2), (40, 2), (20, 3), (40, 3), (60, 3), (20, 4), (40, 4)]
    if arguments.largest:
        sizes.append((60, 4))
    for n, d in sizes:
        network = arrangement(n, d)
        started = time.perf_counter()
        complex_ = ep.enumerate(network)
        seconds = time.perf_counter() - started
        if complex_.f_vector != formula(n, d):
            raise SystemExit(f"n={n}, d={d}: {complex_.f_vector} is not {formula(n, d)}")
        print(f"n={n:3} d={d}: {complex_.n_regions:9,} regions {seconds:8.3f} s, formula confirmed")
        if arguments.polypart and n * d <= 120:
            beside_polypart(n, d)


if __name__ == "__main__":
    main()
