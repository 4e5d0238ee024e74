"""CPU seconds for the homology of {f = c}, {f <= c}, {f >= c} of random networks, stage by stage.

python benchmarks/topology.py [WIDTHS] [LEVEL]      such as 3,40,40 0
"""

from __future__ import annotations

import sys
import time
from fractions import Fraction

import numpy as np

import exactpoly as ep
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.levelset.forms import level_network
from exactpoly.levelset.level import LevelSet


def random_network(widths: list[int], seed: int = 0) -> ep.Network:
    """Weights normal, float64, output layer of one unit."""
    rng = np.random.default_rng(seed)
    layers = [
        ep.Layer.of(rng.normal(size=(n, m)) / m**0.5, rng.normal(size=n), relu=i < len(widths) - 1)
        for i, (m, n) in enumerate(zip(widths, [*widths[1:], 1], strict=True))
    ]
    return ep.Network(tuple(layers), "x".join(map(str, widths)))


def main() -> None:
    widths = [int(w) for w in (sys.argv[1] if len(sys.argv) > 1 else "3,40,40").split(",")]
    level = Fraction(sys.argv[2] if len(sys.argv) > 2 else "0")
    net = random_network(widths)
    clock = time.process_time
    times: dict[str, float] = {}

    def lap(name: str, since: float) -> float:
        times[name] = clock() - since
        return clock()

    start = clock()
    complex_ = enumerate_complex(level_network(net, level))
    start = lap("complex", start)
    sets = LevelSet(complex_, level, None)
    chains = sets.arrangement.chains
    start = lap("incidence", start)
    for name in ("zero", "sub", "super"):
        one = sets.named(name)
        one.closed_homology  # noqa: B018, computed once
        print(name, one.f_vector, one.betti(), "critical", one.closed_homology.critical)
        start = lap(name, start)
    sets.check()
    lap("Borel-Moore, open sets and duality", start)
    print(f"{chains.n_cells} cells with those at infinity, f-vector {complex_.f_vector}")
    for name, seconds in times.items():
        print(f"  {name:36} {seconds:7.2f} CPU s")


if __name__ == "__main__":
    main()
