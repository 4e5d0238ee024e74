"""CPU seconds for the homology of {f = c}, {f <= c}, {f >= c} of random networks, stage by stage.

python benchmarks/topology.py [WIDTHS] [LEVEL] [--check]      such as 3,40,40 0

The total is for what a certificate of the three sets needs, the file included; then come the open sets with
duality, and with --check the independent checker.
"""

from __future__ import annotations

import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import numpy as np

import exactpoly as ep
from exactpoly.certificate.check_topology import check_file
from exactpoly.certificate.write_topology import write_topology_certificate
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
    given = [word for word in sys.argv[1:] if word != "--check"]
    widths = [int(w) for w in (given[0] if given else "3,40,40").split(",")]
    level = Fraction(given[1] if len(given) > 1 else "0")
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
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "it.cert"
        write_topology_certificate(sets, path, sets=("zero", "sub", "super"))
        start = lap("certificate", start)
        times["total"] = sum(times.values())
        sets.check()
        start = lap("Borel-Moore, open sets and duality", start)
        if "--check" in sys.argv:
            code, message = check_file(str(path))
            lap("check_topology.py", start)
            print(f"exit code {code}: {message[:60]}")
    size = sum(complex_.f_vector)
    print(
        f"{size:,} cells, {chains.n_cells:,} with those at infinity, f-vector {complex_.f_vector}"
    )
    for name, seconds in times.items():
        print(f"  {name:36} {seconds:7.2f} CPU s")


if __name__ == "__main__":
    main()
