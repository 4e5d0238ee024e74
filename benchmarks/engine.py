"""The compiled engine: CPU seconds and memory of counting and of holding the exact complex.

    python benchmarks/engine.py [--large] [--largest] [--repeat 5] [--numpy] [--peers]
        [--edge-subdivision CHECKOUT]

Each network runs in a process of its own, torch's default initialisation, seed 0. `count`: f-vector, facet
counts, simplicity, every sign exact, nothing held (one thread); `wall, 2`: wall seconds on two threads;
`hold`: the same and the `Complex`; `memory`: peak of the process, Python's included, of either.
Beside it, in the same run, one after the other: `--numpy` the NumPy engine, `--peers` regioncam (plane
networks, float32), `--edge-subdivision` the checkout of github.com/arturs-berzins/relu_edge_subdivision
(vertices and edges alone, float32), CPU seconds with one torch thread and wall seconds with two.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import exactpoly as ep

SMALL = [
    ((2, 64, 64, 1), "[-1,1]^d"),
    ((2, 128, 128, 1), "[-1,1]^d"),
    ((3, 32, 32, 1), "[-1,1]^d"),
    ((3, 64, 64, 1), "[-1,1]^d"),
    ((4, 32, 32, 1), "[-1,1]^d"),
    ((5, 16, 16, 1), "[-1,1]^d"),
    ((5, 16, 16, 1), "R^d"),
]
LARGE = [((3, 128, 128, 1), "[-1,1]^d"), ((5, 16, 16, 16, 1), "R^d")]
LARGEST = [((5, 16, 16, 16, 16, 1), "R^d")]


def measured(task: str, widths: tuple[int, ...], domain: str, repeat: int) -> dict[str, float]:
    """What one process measures of one task; see `run`."""
    words = [sys.executable, __file__, "--run", task, json.dumps([widths, domain, repeat])]
    result: dict[str, float] = json.loads(subprocess.check_output(words, text=True))
    return result


def run(task: str, widths: tuple[int, ...], domain: str, repeat: int) -> dict[str, float]:
    """CPU and wall seconds (medians), peak memory in MiB, and the number of regions."""
    from main_job import default_initialisation

    import exactpoly as ep
    from exactpoly.complex.compiled import count_cells
    from exactpoly.complex.complex import Complex
    from exactpoly.complex.subdivide import Subdivision
    from exactpoly.running.limits import peak_memory

    network = default_initialisation(widths, 0)
    place = ep.Domain.parse(domain, widths[0])
    found = 0

    def once() -> int:
        if task == "regioncam":
            return regioncam(network)
        if task.startswith("edges"):
            _, threads, checkout = task.split(":", 2)
            return edge_subdivision(network, checkout, int(threads))
        if task == "hold":
            return ep.enumerate(network, domain=place).n_regions
        if task == "numpy":
            subdivision = Subdivision(network, place)
            subdivision.run()
            complex_ = Complex(subdivision)
            complex_.summary()
            return complex_.n_regions
        return count_cells(network, place, workers=int(task)).f_vector[-1]

    if repeat > 1:
        once()  # conversions that are kept
    cpu, wall = [], []
    for _ in range(repeat):
        began, clock = time.process_time(), time.perf_counter()
        found = once()
        cpu.append(time.process_time() - began)
        wall.append(time.perf_counter() - clock)
    return {
        "cpu": statistics.median(cpu),
        "wall": statistics.median(wall),
        "memory": peak_memory() / 2**20,
        "regions": found,
    }


def regioncam(network: ep.Network) -> int:
    """Regions of a plane network in [-1,1]^2 as regioncam counts them."""
    import numpy as np
    import regioncam as tool

    cam = tool.Regioncam(size=1.0)
    for layer in network.layers[:-1]:
        weight = layer.float_weight.astype(np.float32)
        cam.linear(np.ascontiguousarray(weight.T), layer.float_bias.astype(np.float32))
        cam.relu()
    return len(cam.faces)


def edge_subdivision(network: ep.Network, checkout: str, threads: int) -> int:
    """Vertices in [-1,1]^d; that tool makes no regions."""
    sys.path.insert(0, checkout)
    import torch
    from edge_subdivision import skeletal_subdivision
    from NN import Net

    torch.set_num_threads(threads)
    layers = network.layers[:-1]
    model = Net([network.input_dimension, *(layer.outputs for layer in layers)])
    for target, layer in zip(model.fcs, layers, strict=True):
        target.weight.data = torch.tensor(layer.float_weight, dtype=torch.float32)
        target.bias.data = torch.tensor(layer.float_bias, dtype=torch.float32)
    with torch.no_grad():
        vertices, _, _ = skeletal_subdivision(
            model, bbox=(-1, 1), device=torch.device("cpu"), verbose=False
        )
    return len(vertices)


def many(count: int = 200) -> None:
    """CPU milliseconds a network, many small ones in one process."""
    from main_job import default_initialisation

    import exactpoly as ep
    from exactpoly.complex.compiled import count_cells

    networks = [default_initialisation((2, 16, 16, 1), seed) for seed in range(count)]
    for network in networks:
        _ = [(layer.float_weight, layer.float_bias) for layer in network.layers]
    box = ep.Domain.box(2, -1, 1)
    for name, task in (
        ("count", lambda network: count_cells(network, box)),
        ("hold", lambda network: ep.enumerate(network, domain=box)),
    ):
        began = time.process_time()
        for network in networks:
            task(network)
        print(
            f"2-16-16-1, {name}: {1e3 * (time.process_time() - began) / count:.2f} CPU ms a network"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--large", action="store_true", help="also 3-128-128 and 5-16-16-16")
    parser.add_argument("--largest", action="store_true", help="also 5-16-16-16-16, counted only")
    parser.add_argument("--numpy", action="store_true", help="the NumPy engine beside it")
    parser.add_argument("--peers", action="store_true", help="regioncam in the plane")
    parser.add_argument("--edge-subdivision", metavar="CHECKOUT")
    parser.add_argument("--run", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.run:
        widths, domain, repeat = json.loads(arguments.run[1])
        print(json.dumps(run(arguments.run[0], tuple(widths), domain, repeat)))
        return
    many()
    heads = ("regions", "count s", "wall, 2", "memory", "hold s", "memory", "numpy s")
    print(f"{'network':18} {'domain':9}" + "".join(f"{head:>11}" for head in heads))
    chosen = SMALL + (LARGE if arguments.large else []) + (LARGEST if arguments.largest else [])
    for widths, domain in chosen:
        repeat = arguments.repeat if (widths, domain) in SMALL else 1
        one = measured("1", widths, domain, repeat)
        two = measured("2", widths, domain, repeat)
        cells = [f"{one['regions']:,.0f}", f"{one['cpu']:.4f}", f"{two['wall']:.4f}"]
        holds = (widths, domain) not in LARGEST
        held = measured("hold", widths, domain, repeat) if holds else None
        cells.append(f"{one['memory']:.0f} MiB")
        cells += ["", ""] if held is None else [f"{held['cpu']:.3f}", f"{held['memory']:.0f} MiB"]
        old = arguments.numpy and (widths, domain) in SMALL
        cells.append(f"{measured('numpy', widths, domain, 1)['cpu']:.3f}" if old else "")
        print(
            f"{'-'.join(map(str, widths)):18} {domain:9}" + "".join(f"{c:>11}" for c in cells),
            flush=True,
        )
        peers = [("regioncam", "regioncam")] if arguments.peers and widths[0] == 2 else []
        if arguments.edge_subdivision and domain != "R^d" and (widths, domain) in SMALL:
            peers += [
                (f"edge subdivision, torch with {n}", f"edges:{n}:{arguments.edge_subdivision}")
                for n in (1, 2)
            ]
        for name, task in peers:
            other = measured(task, widths, domain, repeat)
            print(f"    {name}: {other['cpu']:.4f} CPU s, {other['wall']:.4f} s wall", flush=True)


if __name__ == "__main__":
    main()
