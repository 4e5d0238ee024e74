"""All regions at once against one by one, and points found per second.

    python benchmarks/batched.py [WIDTHS@DOMAIN ..]      (default: 3-64-64-1@[-1,1]^3)

CPU seconds of one process. One by one is timed on a sample of the regions, evenly spaced, and given for
all of them; exact coordinates are forgotten in between. Medians of three samples.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
from main_job import default_initialisation

import exactpoly as ep

SAMPLE = 30


def seconds(function: Callable[[], object]) -> float:
    started = time.process_time()
    function()
    return time.process_time() - started


def one_by_one(c: ep.Complex, of_region: Callable[[ep.Region], object]) -> float:
    """Seconds for all regions, from samples; each region is made anew, so that nothing is kept."""
    times = []
    for shift in range(3):
        places = np.linspace(0, c.n_regions - 1 - shift, SAMPLE).astype(int).tolist()
        times.append(seconds(lambda places=places: [of_region(c.region(i)) for i in places]))
    return statistics.median(times) * c.n_regions / SAMPLE


def compare(c: ep.Complex) -> None:
    compared: list[tuple[str, Callable[[], object], Callable[[ep.Region], object]]] = [
        ("facets", lambda: c.region_facets, lambda r: r.facets),
        ("facet neurons", lambda: c.facet_neurons, lambda r: [f.neurons for f in r.facets]),
        ("half-spaces", lambda: c.half_spaces, lambda r: r.half_spaces()),
        ("vertex indices", lambda: c.region_vertices, lambda r: r.vertex_indices),
        ("vertices", lambda: c.vertex_array, lambda r: r.vertices),
        ("affine maps", lambda: c.affine_maps, lambda r: r.affine_map),
        ("interior points", lambda: c.interior_points, lambda r: r.interior_point),
        ("volumes, float64", lambda: c.volume_array, lambda r: r.volume),
        ("largest cubes", lambda: c.largest_cubes, lambda r: r.chebyshev()),
        ("volumes, exact", lambda: c.volumes, lambda r: r.volume),
    ]
    _ = c.neighbours
    for name, batched, single in compared:
        alone = one_by_one(c, single)
        together = seconds(batched)
        print(f"  {name:16} {alone:9.2f} s {together:9.3f} s {alone / together:8.0f} times")
    points = c.sample(10**5)
    print(f"  find             {seconds(lambda: c.find(points)):9.3f} s for 10^5 points")
    print(f"  activation       {seconds(lambda: c.activation(points)):9.3f} s for 10^5 points")
    missing = int(np.isnan(c.interior_points).any(axis=1).sum())
    print(f"  regions without an interior point in float64: {missing}")


def main() -> None:
    for word in sys.argv[1:] or ["3-64-64-1@[-1,1]^3"]:
        widths, domain = word.split("@")
        network = default_initialisation(tuple(map(int, widths.split("-"))), 0)
        c = ep.enumerate(network, domain=domain)
        print(f"{widths} on {domain}: {c.n_regions:,} regions, {c.f_vector[0]:,} vertices")
        compare(c)


if __name__ == "__main__":
    main()
