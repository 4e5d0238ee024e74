"""CPU seconds and peak memory as complexes grow to 10^8 regions, other tools beside it; a plot with --plot.

    python benchmarks/growth.py [--largest] [--plot docs/growth.svg]

Each network is counted in a process of its own, one thread, torch's default initialisation, seed 0.
`--largest` adds millions of regions. The largest point comes from `largest.py`, which takes too long to be
run each time, and those of other tools from `engine.py` and `peers.py`; see docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from engine import measured

BOX, SPACE = "[-1,1]^d", "R^d"
NETWORKS = [
    *(((3, w, w, 1), BOX) for w in (16, 32, 64, 96, 128)),
    *(((4, w, w, 1), BOX) for w in (16, 32)),
    *(((5, w, w, 1), SPACE) for w in (8, 16)),
]
LARGEST = [
    *(((3, w, w, 1), BOX) for w in (200, 256)),
    ((4, 64, 64, 1), BOX),
    ((5, 16, 16, 16, 1), SPACE),
]


@dataclass(frozen=True)
class Point:
    """``seconds`` of one core for ``regions``; ``memory``: peak in MiB, 0 where it was not measured."""

    series: str
    name: str
    regions: float
    seconds: float
    memory: float = 0.0


ONCE = [
    Point("exactpoly, d = 5", "5-16-16-16-16", 6_763_248, 52, 134),
    Point("exactpoly, d = 4", "4-50-50-50-50-50", 205_433_311, 801, 471),
]
"""As `engine.py --largest` and `largest.py` measured them."""

PEERS = [
    *(
        Point("edge subdivision (float32, no regions)", name, regions, seconds)
        for name, regions, seconds in (
            ("2-64-64", 2_733, 0.075),
            ("2-128-128", 9_976, 0.328),
            ("3-32-32", 10_216, 0.084),
            ("5-16-16", 15_406, 0.162),
            ("3-64-64", 57_994, 1.02),
            ("4-32-32", 103_182, 0.979),
        )
    ),
    Point("regioncam (float32, plane)", "2-64-64", 2_733, 0.0135),
    Point("regioncam (float32, plane)", "2-128-128", 9_976, 0.12),
    Point("affinitree", "3-16-16", 859, 0.38),
    Point("affinitree", "2-64-64", 2_733, 7.59),
    Point("affinitree", "3-32-32", 10_216, 10.05),
    Point("relucent", "3-16-16 on R^3", 4_632, 111.48),
]
"""Seconds of one core, each tool in its better setting, on the same weights."""

LOOKS = {
    "exactpoly, d = 3": ("#0072B2", "o"),
    "exactpoly, d = 4": ("#0072B2", "s"),
    "exactpoly, d = 5": ("#0072B2", "D"),
    "edge subdivision (float32, no regions)": ("#D55E00", "^"),
    "regioncam (float32, plane)": ("#009E73", "v"),
    "affinitree": ("#CC79A7", "P"),
    "relucent": ("#555555", "X"),
}


def ours(widths: tuple[int, ...], domain: str) -> Point:
    found = measured("1", widths, domain, 3 if sum(widths) < 100 else 1)
    name = "-".join(map(str, widths[:-1]))
    series = f"exactpoly, d = {widths[0]}"
    return Point(series, name, found["regions"], found["cpu"], found["memory"])


def plot(points: list[Point], target: str) -> None:
    """Seconds, and peak memory, against the number of regions."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 4.4), layout="constrained")
    for series, (color, marker) in LOOKS.items():
        own = sorted((p for p in points if p.series == series), key=lambda p: p.regions)
        if not own:
            continue
        regions = [p.regions for p in own]
        line = 1 if series.startswith("exactpoly") else 0
        style = {"color": color, "marker": marker, "markersize": 5, "linewidth": line}
        left.loglog(regions, [p.seconds for p in own], label=series, **style)
        held = [p for p in own if p.memory]
        if held:
            right.semilogx([p.regions for p in held], [p.memory for p in held], **style)
    left.set_ylabel("CPU seconds of one core")
    right.set_ylabel("peak memory of the process, MiB")
    right.set_ylim(0, 1024)
    for axes in (left, right):
        axes.set_xlabel("regions")
        axes.grid(alpha=0.3)
    left.legend(fontsize=8)
    figure.suptitle("Whole exact complexes, counted; other tools on the same weights", fontsize=11)
    figure.savefig(target)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--largest", action="store_true", help="millions of regions too")
    parser.add_argument("--plot", metavar="FILE", help="write a picture")
    arguments = parser.parse_args()
    points = []
    for widths, domain in NETWORKS + (LARGEST if arguments.largest else []):
        point = ours(widths, domain)
        points.append(point)
        print(
            f"{point.name:12} on {domain:9} {point.regions:11,.0f} regions {point.seconds:8.3f} CPU s,"
            f" {1e6 * point.seconds / point.regions:6.2f} us a region, {point.memory:4.0f} MiB",
            flush=True,
        )
    if arguments.plot:
        plot([*points, *(ONCE if arguments.largest else []), *PEERS], arguments.plot)


if __name__ == "__main__":
    main()
