"""Draw one of the closed surfaces of genus 5 that refute the bound 2d: the picture of docs/refutation.md.

    python examples/draw_refutation.py docs/refutation.png

Needs matplotlib. The network is 3-9-1: nine planes along the axes, and one neuron of a second layer whose
zero set is the surface. Its 64 polygons come from the exact complex, a facet each; only the drawing is
rounded.
"""

from __future__ import annotations

import sys

import matplotlib.pyplot as plt
import numpy as np
from mpl_toolkits.mplot3d.art3d import Line3DCollection, Poly3DCollection

import exactpoly as ep

LEVEL = "133/10"
SURFACE = 9
"""The number of the second layer's neuron; the first layer's are 0 to 8."""


def network() -> ep.Network:
    """The zigzag of slopes -2, 1, -1, 1 along each axis, summed and compared with the level."""
    rows, biases = [], []
    for axis in range(3):
        for sign, bias in ((1, 0), (1, -1), (-1, 2)):
            rows.append([sign * int(i == axis) for i in range(3)])
            biases.append(bias)
    return ep.Network((ep.Layer.of(rows, biases), ep.Layer.of([[3, -2, 2] * 3], [f"-{LEVEL}"])))


def in_order(points: np.ndarray) -> np.ndarray:
    """The corners of a plane convex polygon in space, around it; for drawing only."""
    arms = points - points.mean(axis=0)
    _, _, axes = np.linalg.svd(arms)
    return points[np.argsort(np.arctan2(arms @ axes[1], arms @ axes[0]))]


def colour(gradient: np.ndarray) -> tuple[float, ...]:
    """Ochre in the light of a lamp up and to the left; ``gradient`` points out of the surface."""
    light = np.array([0.35, -0.55, 0.75])
    bright = 0.62 + 0.38 * float(gradient @ light) / np.linalg.norm(gradient)
    return tuple(min(1.0, bright * x) for x in (0.98, 0.76, 0.44))


def main(target: str) -> None:
    complex_ = ep.enumerate(network())
    polygons, colours = [], []
    for region in complex_.regions:
        if region.row[SURFACE] < 0:  # The inside; each polygon is a facet of one region there.
            for facet in region.facets:
                if facet.neurons == (SURFACE,):
                    corners = [complex_.vertex(i) for i in facet.vertices]
                    polygons.append(in_order(np.array(corners, dtype=float)))
                    (matrix, _), _ = complex_.network.affine_maps(region.row)
                    colours.append(colour(np.array(matrix[SURFACE], dtype=float)))
    edges = {
        tuple(sorted((tuple(a), tuple(b))))
        for p in polygons
        for a, b in zip(p, np.roll(p, 1, axis=0), strict=True)
    }
    corners = {tuple(point) for p in polygons for point in p}
    counts = len(polygons), len(edges), len(corners)
    assert counts == (64, 144, 72), counts
    print(f"F, E, V = {counts}, Euler characteristic {counts[2] - counts[1] + counts[0]}: genus 5")
    figure = plt.figure(figsize=(6.4, 6), layout="constrained")
    axes = figure.add_subplot(projection="3d", computed_zorder=False)
    faces = Poly3DCollection(
        polygons,
        facecolors=colours,
        edgecolors="#4a3210",
        linewidths=0.8,
        zorder=2,
    )
    axes.add_collection3d(faces)
    low, high = -0.75, 2.75
    lines = []
    for a in (0, 1, 2):
        for b in (0, 1, 2):
            lines += [[(low, a, b), (high, a, b)], [(a, low, b), (a, high, b)]]
            lines.append([(a, b, low), (a, b, high)])
    axes.add_collection3d(Line3DCollection(lines, colors="#3a6ea5", linewidths=0.6, zorder=1))
    axes.set(xlim=(low, high), ylim=(low, high), zlim=(low, high))
    axes.set_box_aspect((1, 1, 1))
    axes.view_init(elev=21, azim=-68)
    axes.set_axis_off()
    figure.savefig(target, dpi=130)
    print(f"wrote {target}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "refutation.png")
