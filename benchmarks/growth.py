"""Time and peak memory per vertex as complexes grow; a plot with --plot.

    python benchmarks/growth.py [--largest] [--plot docs/growth.svg]

Each network runs in a process of its own, so that its peak memory is its own; time is CPU time, which
other work on the machine disturbs least. Networks 3-w-w-1 on the box [-1,1]^3, default initialisation.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time

SIZES = [16, 32, 48, 64, 96, 128]
LARGEST = [160, 200]


def measure(width: int) -> dict[str, float]:
    """Vertices, CPU seconds and peak bytes (less those of an empty run) of one network."""
    from main_job import default_initialisation

    import exactpoly as ep
    from exactpoly.complex.subdivide import Subdivision
    from exactpoly.running.limits import peak_memory

    network = default_initialisation((3, width, width, 1), 0)
    Subdivision(network, ep.Domain.box(3, -1, 1))
    before, started = peak_memory(), time.process_time()
    run = Subdivision(network, ep.Domain.box(3, -1, 1))
    run.run()
    return {
        "width": width,
        "vertices": run.block.lattice.n_vertices,
        "seconds": time.process_time() - started,
        "bytes": peak_memory() - before,
    }


def plot(rows: list[dict[str, float]], target: str) -> None:
    """Microseconds and bytes per vertex against the number of vertices."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    vertices = [row["vertices"] for row in rows]
    for axes, key, unit, label in (
        (left, "seconds", 1e6, "CPU microseconds per vertex"),
        (right, "bytes", 1.0, "peak bytes per vertex"),
    ):
        values = [unit * row[key] / row["vertices"] for row in rows]
        axes.semilogx(vertices, values, "o-", color="#0072B2")
        for x, y, row in zip(vertices, values, rows, strict=True):
            axes.annotate(
                f"{row['width']:.0f}",
                (x, y),
                xytext=(0, 7),
                textcoords="offset points",
                ha="center",
                fontsize=8,
            )
        axes.set_xlim(vertices[0] / 2, 2 * vertices[-1])
        axes.set_ylim(0, 1.15 * max(values))
        axes.set_ylabel(label)
        axes.set_xlabel("vertices")
        axes.grid(alpha=0.3)
    figure.suptitle("3-w-w-1 on [-1,1]^3, whole exact complex; at each point: w", fontsize=11)
    figure.savefig(target)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--largest", action="store_true", help="millions of vertices too")
    parser.add_argument("--plot", metavar="FILE", help="write a picture")
    parser.add_argument("--width", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.width:
        print(json.dumps(measure(arguments.width)))
        return
    rows = []
    for width in SIZES + (LARGEST if arguments.largest else []):
        command = [sys.executable, __file__, "--width", str(width)]
        row = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        rows.append(row)
        print(
            f"3-{width}-{width}-1: {row['vertices']:9,.0f} vertices"
            f" {1e6 * row['seconds'] / row['vertices']:7.1f} CPU us and"
            f" {row['bytes'] / row['vertices']:6.0f} bytes per vertex",
            flush=True,
        )
    if arguments.plot:
        plot(rows, arguments.plot)


if __name__ == "__main__":
    main()
