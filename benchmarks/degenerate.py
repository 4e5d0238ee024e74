"""Quantised and degenerate networks beside generic ones: time per vertex must not fall off a cliff.

    python benchmarks/degenerate.py

Ternary weights, 4-bit weights (-8..7) with biases in quarters, and default float32 weights, for the same
widths; seconds per 10,000 vertices (medians over seeds), and the share of signs that were exact zeros.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

import numpy as np
from main_job import default_initialisation

import exactpoly as ep
from exactpoly.complex.subdivide import Subdivision


def quantised(low: int, high: int) -> Callable[[tuple[int, ...], int], ep.Network]:
    """Networks with integer weights in ``low..high`` and biases in quarters."""

    def make(widths: tuple[int, ...], seed: int) -> ep.Network:
        generator = np.random.default_rng(seed)
        layers = [
            ep.Layer.of(
                generator.integers(low, high + 1, (outputs, inputs)),
                [Fraction(int(x), 4) for x in generator.integers(-4, 5, outputs)],
                relu=index < len(widths) - 2,
            )
            for index, (inputs, outputs) in enumerate(pairwise(widths))
        ]
        return ep.Network(tuple(layers))

    return make


def main() -> None:
    kinds = {
        "float32": default_initialisation,
        "4-bit": quantised(-8, 7),
        "ternary": quantised(-1, 1),
    }
    for widths in ((3, 16, 16, 1), (3, 32, 32, 1), (2, 64, 64, 1)):
        generic = 0.0
        for kind, make in kinds.items():
            costs, vertices, zeros, exact = [], [], 0, 0
            for seed in range(5):
                network = make(widths, seed)
                started = time.process_time()
                run = Subdivision(network, ep.Domain.space(widths[0]))
                run.run()
                elapsed = time.process_time() - started
                count = run.block.lattice.n_vertices
                costs.append(elapsed / count * 10**4)
                vertices.append(count)
                zeros += run.block.oracle.statistics.separation
                exact += run.block.oracle.statistics.exact
            cost = statistics.median(costs)
            generic = generic or cost
            print(
                f"{'-'.join(map(str, widths)):10} {kind:8} {statistics.median(vertices):8.0f} vertices"
                f"  {cost:6.3f} CPU s per 10,000, ratio {cost / generic:4.1f};"
                f" zeros proven {zeros:5}, exact {exact}"
            )


if __name__ == "__main__":
    main()
