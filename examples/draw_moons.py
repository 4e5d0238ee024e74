"""Draw the exact linear pieces of a trained classifier with its data: the picture of the README.

    python examples/draw_moons.py docs/moons.png

Needs matplotlib. The decision boundary is exact too: with the output as one more neuron every region
lies on one side of it, and the boundary is where the two kinds of region meet.
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.collections import LineCollection, PolyCollection

import exactpoly as ep
from exactpoly.report.plane import in_cyclic_order

HERE = Path(__file__).parent
WINDOW = "[-3/2,5/2]x[-1,3/2]"
FILL = {1: "#f6d7b0", -1: "#cfe1f2"}
POINTS = {0: ("#b35806", "o"), 1: ("#08519c", "^")}


def main(target: str) -> None:
    net = ep.load(HERE / "moons.npz")
    *hidden, last = net.layers
    sided = ep.Network(
        (*hidden, ep.Layer.of(last.weight, last.bias), ep.Layer.of([[1]], relu=False))
    )
    pieces = ep.enumerate(net, domain=WINDOW)
    complex_ = ep.enumerate(sided, domain=WINDOW)
    figure, axes = plt.subplots(figsize=(7.2, 4.5), layout="constrained")
    boundary = []
    for region in complex_.regions:
        corners = [region.vertices[i] for i in in_cyclic_order(region.vertices)]
        polygon = np.array(corners, dtype=float)
        colour = FILL[region.row[-1]]
        axes.add_collection(PolyCollection([polygon], facecolor=colour, edgecolor="white", lw=0.8))
        zero = [net.evaluate(corner) == (0,) for corner in corners]
        edges = zip(range(len(corners)), [*range(1, len(corners)), 0], strict=True)
        boundary += [polygon[[a, b]] for a, b in edges if zero[a] and zero[b]]
    axes.add_collection(LineCollection(boundary, color="#222222", lw=2))
    data = np.loadtxt(HERE / "moons.csv", delimiter=",")
    for label, (colour, marker) in POINTS.items():
        chosen = data[data[:, 2] == label]
        axes.scatter(chosen[:, 0], chosen[:, 1], s=14, c=colour, marker=marker, lw=0, zorder=3)
    axes.set(xlim=(-1.5, 2.5), ylim=(-1, 1.5), aspect="equal", xticks=[], yticks=[])
    axes.set_title(
        f"A trained 2-12-12-1 network is {pieces.n_regions} affine pieces here; thick: decision boundary",
        fontsize=9,
    )
    figure.savefig(target, dpi=130)
    print(f"{target}: {pieces.n_regions} regions, mean number of edges {pieces.mean_facets}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "moons.png")
