"""One very large complex, counted: 10^8 regions of a network in R^4 within a few hundred MiB.

    python benchmarks/largest.py [WIDTHS@DOMAIN] [--workers 2] [--checkpoint FILE]

Torch's default initialisation, seed 0. Prints regions, f-vector, histogram of facets, simplicity, signs,
CPU and wall seconds and peak memory; the alternating sum of the f-vector is that of the domain, or the
program fails. A run that was killed goes on from its checkpoint (the seconds are then those since).
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from main_job import default_initialisation

import exactpoly as ep
from exactpoly.complex.compiled import count_cells
from exactpoly.running.limits import peak_memory


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("network", nargs="?", default="4-50-50-50-50-50-1@R^d")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--checkpoint", type=Path)
    arguments = parser.parse_args()
    text, domain = arguments.network.split("@")
    widths = tuple(map(int, text.split("-")))
    network, place = default_initialisation(widths, 0), ep.Domain.parse(domain, widths[0])
    _ = [(layer.float_weight, layer.float_bias) for layer in network.layers]
    cpu, wall = time.process_time(), time.perf_counter()
    counts = count_cells(network, place, workers=arguments.workers, checkpoint=arguments.checkpoint)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    f, d = counts.f_vector, widths[0]
    print(f"{arguments.network}: {f[-1]:,} regions, {sum(f):,} cells")
    print(f"{cpu:.1f} CPU s, {wall:.1f} s wall, {arguments.workers} threads")
    print(f"peak memory {peak_memory() / 2**20:.0f} MiB")
    print(f"f-vector {f}")
    print(f"facets, with how many regions: {counts.facet_histogram}")
    print(f"cells that are not simple, by dimension: {counts.not_simple}")
    print(f"signs: {counts.statistics}; blocks {counts.blocks:,}, largest {counts.largest_block:,}")
    alternating = sum((-1) ** k * n for k, n in enumerate(f))
    expected = (-1) ** d if place.is_space else 1
    print(f"alternating sum {alternating}, expected {expected}")
    if alternating != expected:
        raise SystemExit("the f-vector is wrong")


if __name__ == "__main__":
    main()
