"""exactpoly beside the floating-point tools of PyPI, on the same network in one run.

    python benchmarks/peers.py [--repeat 3] [--limit 600]

Each tool runs in a process of its own, one at a time; what is measured is the tool's own call, imports
and conversion of the network excluded, medians over the repeats. Networks have torch's default
initialisation in float32. regioncam computes in float32 and draws, affinitree and relucent in float64;
exactpoly is exact, "all" with every facet, f-vector, histogram and adjacency. Tools that are not
installed are left out (`pip install 'exactpoly[peers]'`).
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection

import numpy as np
from main_job import default_initialisation, measure

import exactpoly as ep

Result = tuple[float, str]
"""Seconds, and what was found."""


def exactpoly_all(network: ep.Network, domain: str) -> Result:
    _, seconds, complex_ = measure(network, domain)
    return seconds, f"{complex_.n_regions} regions"


def exactpoly_subdivision(network: ep.Network, domain: str) -> Result:
    seconds, _, complex_ = measure(network, domain)
    return seconds, f"{complex_.cells.sizes[0]} vertices"


def regioncam(network: ep.Network, domain: str) -> Result:
    import regioncam as tool

    layers = [
        (np.ascontiguousarray(x.float_weight.astype(np.float32).T), x.float_bias.astype(np.float32))
        for x in network.layers[:-1]
    ]
    started = time.perf_counter()
    cam = tool.Regioncam(size=1.0)
    for weight, bias in layers:
        cam.linear(weight, bias)
        cam.relu()
    return time.perf_counter() - started, f"{len(cam.faces)} regions"


def affinitree(network: ep.Network, domain: str) -> Result:
    import affinitree as tool

    d = network.input_dimension
    started = time.perf_counter()
    architecture = tool.Architecture(d)
    for index, layer in enumerate(network.layers):
        architecture.linear(tool.AffFunc.from_mats(layer.float_weight, layer.float_bias))
        if index < len(network.layers) - 1:
            architecture.relu()
    precondition = None
    if domain != "R^d":
        box = tool.Polytope.hyperrectangle(d, [(-1.0, 1.0)] * d)
        precondition = tool.AffTree.from_poly(box, tool.AffFunc.identity(d), None)
    tree = tool.builder.from_layers(architecture, precondition)
    return time.perf_counter() - started, f"{tree.num_terminals()} leaves"


def relucent(network: ep.Network, domain: str) -> Result:
    import relucent as tool
    import torch

    torch.set_default_dtype(torch.float64)
    parts: list[torch.nn.Module] = []
    for layer in network.layers:
        linear = torch.nn.Linear(layer.inputs, layer.outputs)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(layer.float_weight))
            linear.bias.copy_(torch.from_numpy(layer.float_bias))
        parts += [linear, torch.nn.ReLU()]
    complex_ = tool.Complex(torch.nn.Sequential(*parts[:-1]))
    start = np.random.default_rng(1).normal(size=(1, network.input_dimension))
    started = time.perf_counter()
    complex_.bfs(start=start, nworkers=1, verbose=0)
    return time.perf_counter() - started, f"{len(complex_)} regions"


OURS = [exactpoly_subdivision, exactpoly_all]
RUNS: list[tuple[tuple[int, ...], str, list[Callable[[ep.Network, str], Result]]]] = [
    ((2, 64, 64, 1), "[-1,1]^d", [regioncam, affinitree]),
    ((2, 128, 128, 1), "[-1,1]^d", [regioncam]),
    ((3, 16, 16, 1), "[-1,1]^d", [affinitree]),
    ((3, 16, 16, 1), "R^d", [affinitree, relucent]),
    ((3, 32, 32, 1), "[-1,1]^d", [affinitree]),
    ((3, 64, 64, 1), "[-1,1]^d", []),
]


def _child(
    sender: Connection, tool: Callable[[ep.Network, str], Result], network: ep.Network, domain: str
) -> None:
    try:
        sender.send(tool(network, domain))
    except Exception as error:
        sender.send(f"{type(error).__name__}: {error}")


def run(
    tool: Callable[[ep.Network, str], Result], network: ep.Network, domain: str, limit: float
) -> Result | str:
    """What the tool took and found, or why there is no result."""
    context = get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(sender, tool, network, domain))
    process.start()
    sender.close()
    try:
        if not receiver.poll(limit):
            return f"not done after {limit:.0f} s"
        result: Result | str = receiver.recv()
        return result
    except EOFError:
        return "the process died"
    finally:
        process.kill()
        process.join()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=3, help="runs, each with another seed")
    parser.add_argument("--limit", type=float, default=600, help="seconds a run may take")
    arguments = parser.parse_args()
    print("| network | domain | tool | median s | beside exactpoly, all | found (seed 0) |")
    print("|---|---|---|---|---|---|")
    for widths, domain, peers in RUNS:
        networks = [default_initialisation(widths, seed) for seed in range(arguments.repeat)]
        medians: dict[str, float] = {}
        for tool in [*reversed(OURS), *peers]:
            name = tool.__name__
            if importlib.util.find_spec(name.partition("_")[0]) is None:
                continue
            results = [run(tool, network, domain, arguments.limit) for network in networks]
            times = [result[0] for result in results if isinstance(result, tuple)]
            first = results[0]
            found = first if isinstance(first, str) else first[1]
            cells = ["-".join(map(str, widths)), domain, name.replace("_", ", ")]
            if len(times) == len(results):
                medians[name] = statistics.median(times)
                ratio = medians[name] / medians["exactpoly_all"]
                cells += [f"{medians[name]:.2f}", f"{ratio:,.2g} x", found]
            else:
                cells += ["-", "-", next(r for r in results if isinstance(r, str))]
            print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
