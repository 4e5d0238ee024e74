"""How long the whole exact complex takes, on networks with torch's default initialisation.

    python benchmarks/main_job.py [--repeat 3] [--large]

For each network: the subdivision alone (vertices, cells of all dimensions and their incidence, every
sign exact), then everything that the main job reports (f-vector, facet counts, histogram, adjacency,
simplicity), medians over the seeds, and vertices per second. `--large` adds the networks on `R^5`.
Weights are drawn as torch.nn.Linear draws them, uniform on +-1/sqrt(inputs), in float32.
"""

from __future__ import annotations

import argparse
import statistics
import time
from itertools import pairwise

import numpy as np

import exactpoly as ep
from exactpoly.complex.complex import Complex
from exactpoly.complex.subdivide import Subdivision
from exactpoly.running.limits import peak_memory

SMALL = [
    ((2, 128, 128, 1), "[-1,1]^d"),
    ((3, 32, 32, 1), "[-1,1]^d"),
    ((3, 32, 32, 1), "R^d"),
    ((3, 64, 64, 1), "[-1,1]^d"),
    ((4, 32, 32, 1), "[-1,1]^d"),
    ((5, 16, 16, 1), "R^d"),
]
LARGE = [((5, 16, 16, 16, 1), "R^d")]


def default_initialisation(widths: tuple[int, ...], seed: int) -> ep.Network:
    """A network with random float32 weights, distributed as torch.nn.Linear's are at the start."""
    generator = np.random.default_rng(seed)
    layers = []
    for index, (inputs, outputs) in enumerate(pairwise(widths)):
        bound = 1 / np.sqrt(inputs)
        weight = generator.uniform(-bound, bound, (outputs, inputs)).astype(np.float32)
        bias = generator.uniform(-bound, bound, outputs).astype(np.float32)
        layers.append(ep.Layer.of(weight, bias, relu=index < len(widths) - 2))
    return ep.Network(tuple(layers), "-".join(map(str, widths)))


def measure(network: ep.Network, domain: str) -> tuple[float, float, Complex]:
    """Seconds for the subdivision, seconds for everything, and the complex."""
    started = time.perf_counter()
    subdivision = Subdivision(network, ep.Domain.parse(domain, network.input_dimension))
    subdivision.run()
    subdivided = time.perf_counter() - started
    complex_ = Complex(subdivision)
    complex_.summary()
    _ = complex_.neighbours
    return subdivided, time.perf_counter() - started, complex_


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=3, help="seeds per network")
    parser.add_argument("--large", action="store_true", help="also the large networks")
    arguments = parser.parse_args()
    heads = ("vertices", "regions", "subdivide", "all", "V/s")
    print(f"{'network':16} {'domain':10}" + "".join(f"{head:>10}" for head in heads))
    for widths, domain in SMALL + (LARGE if arguments.large else []):
        repeat = 1 if (widths, domain) in LARGE else arguments.repeat
        runs = [measure(default_initialisation(widths, seed), domain) for seed in range(repeat)]
        alone = statistics.median(run[0] for run in runs)
        everything = statistics.median(run[1] for run in runs)
        vertices = statistics.median(run[2].cells.sizes[0] for run in runs)
        regions = statistics.median(run[2].n_regions for run in runs)
        print(
            f"{'-'.join(map(str, widths)):16} {domain:10} {vertices:9.0f} {regions:9.0f}"
            f" {alone:8.2f}s {everything:8.2f}s {vertices / everything:9.0f}"
        )
    print(f"peak memory {peak_memory() / 2**20:.0f} MiB; vertices include those at infinity on R^d")


if __name__ == "__main__":
    main()
