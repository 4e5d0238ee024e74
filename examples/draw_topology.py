"""Draw the pictures of docs/topology.md that explain sets, infinity and persistence.

    python examples/draw_topology.py docs/pictures

Needs matplotlib. Every number in them is computed here.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np

import exactpoly as ep

matplotlib.use("Agg")
from matplotlib import pyplot as plt

FILL, LINE, THIN = "#cfe3f5", "#b02a2a", "#8a8a8a"
SIGNS = {"zero": (0,), "sub": (0, -1), "super": (0, 1), "below": (-1,), "above": (1,)}
TITLES = {
    "zero": "zero: $f = c$, closed",
    "sub": "sub: $f \\leq c$, closed",
    "super": "super: $f \\geq c$, closed",
    "below": "below: $f < c$, open",
    "above": "above: $f > c$, open",
}


def absolutes(outer: list[int], bias: list[int], last: list[int]) -> ep.Network:
    """`last . relu(outer (|x|, |y|) + bias)`, outer row after row."""
    first = ep.Layer.of([[1, 0], [-1, 0], [0, 1], [0, -1]])
    rows = [[a, a, b, b] for a, b in zip(outer[::2], outer[1::2], strict=True)]
    return ep.Network((first, ep.Layer.of(rows, bias), ep.Layer.of([last], relu=False)))


def annulus() -> ep.Network:
    """`||x| + |y| - 2|`."""
    return absolutes([1, 1, -1, -1], [-2, 2], [1, 1])


def lines() -> ep.Network:
    """`|x| - |y|`."""
    return absolutes([1, 0, 0, 1], [0, 0], [1, -1])


def words(numbers: Any) -> str:
    return ", ".join(map(str, numbers))


def polygons(sets: Any, signs: tuple[int, ...], dimension: int) -> list[np.ndarray]:
    """The cells of a dimension on which `f - c` has one of the signs, corners in order."""
    arrangement = sets.arrangement
    first = arrangement.offsets[dimension]
    found = []
    for cell in range(first, arrangement.offsets[dimension + 1]):
        if sets.signs[cell] in signs:
            corners = arrangement.cells.vertices_of(dimension, cell - first).tolist()
            points = np.array(arrangement.cells.coordinates.points(corners), float)
            middle = points - points.mean(axis=0)
            found.append(points[np.argsort(np.arctan2(middle[:, 1], middle[:, 0]))])
    return found


def draw(axes: Any, sets: Any, name: str) -> None:
    """Shade the regions in a set; its level is drawn where it belongs to the set, else dashed."""
    for corners in polygons(sets, SIGNS[name], 2):
        axes.fill(*corners.T, facecolor=FILL, edgecolor=FILL, linewidth=0.5)
    closed = 0 in SIGNS[name]
    for a, b in polygons(sets, (0,), 1):
        style = {"color": LINE, "linewidth": 2.2} if closed else {"color": THIN, "linestyle": ":"}
        axes.plot(*zip(a, b, strict=True), **style)
    frame(axes, 4.1)


def frame(axes: Any, size: float) -> None:
    """A square window without axes."""
    axes.set_xlim(-size, size)
    axes.set_ylim(-size, size)
    axes.set_aspect("equal")
    axes.set_axis_off()


def five_sets(path: Path) -> None:
    whole = ep.level_set(annulus(), 1)
    shown = ep.level_set(annulus(), 1, domain="[-4,4]^2")
    figure, panels = plt.subplots(1, 5, figsize=(11, 2.9))
    for axes, name in zip(panels, TITLES, strict=True):
        draw(axes, shown, name)
        one = whole.named(name)
        more = f"\nBorel-Moore {words(one.betti_borel_moore())}" if one.closed else ""
        axes.set_title(TITLES[name], fontsize=10)
        axes.text(0, -4.4, f"Betti {words(one.betti())}{more}", ha="center", va="top", fontsize=9)
    save(figure, path)


def infinity(path: Path) -> None:
    """The two lines: in the plane, with one point at infinity, and in a box relative to its boundary."""
    whole = ep.level_set(lines(), 0).zero
    boxed = ep.level_set(lines(), 0, domain="[-2,2]^2").zero
    figure = plt.figure(figsize=(11, 3.6))
    plane, sphere, box = (
        figure.add_subplot(1, 3, 1),
        figure.add_subplot(1, 3, 2, projection="3d"),
        figure.add_subplot(1, 3, 3),
    )
    for dx, dy in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        plane.annotate(
            "",
            (2 * dx, 2 * dy),
            (0, 0),
            arrowprops={"arrowstyle": "->", "color": LINE, "lw": 2.2, "shrinkA": 0},
        )
        box.plot([0, 2 * dx], [0, 2 * dy], color=LINE, linewidth=2.2)
        box.plot([2 * dx], [2 * dy], "o", color="white", markeredgecolor=LINE, markersize=8)
    for axes in (plane, box):
        frame(axes, 2.3)
    box.add_patch(plt.Rectangle((-2, -2), 4, 4, fill=False, edgecolor=THIN))
    u, v = np.meshgrid(np.linspace(0, 2 * np.pi, 40), np.linspace(0, np.pi, 20))
    ball = np.cos(u) * np.sin(v), np.sin(u) * np.sin(v), np.cos(v)
    sphere.plot_wireframe(*ball, color=FILL, linewidth=0.6, rcount=12, ccount=16)
    turn = np.linspace(0, 2 * np.pi, 100)
    for s in (1, -1):
        across = np.sin(turn) / 2**0.5
        sphere.plot(across, s * across, np.cos(turn), color=LINE, linewidth=2.2)
    sphere.text(0, 0, 1.12, "∞", ha="center", fontsize=13)
    sphere.set_box_aspect((1, 1, 1), zoom=1.45)
    sphere.view_init(18, 20)
    sphere.set_axis_off()
    plane.set_title("in the plane: ordinary homology", fontsize=10)
    sphere.set_title("infinity made a point: one-point compactification", fontsize=10)
    box.set_title("in a box: relative to its boundary", fontsize=10)
    told = (
        f"Betti {words(whole.betti())}: all shrinks to the crossing",
        f"Betti {words(whole.betti_one_point())}; Borel-Moore {words(whole.betti_borel_moore())}",
        f"relative Betti {words(boxed.betti_borel_moore())}: ends count as one point",
    )
    for axes, text in zip((plane, sphere, box), told, strict=True):
        x = (axes.get_position().x0 + axes.get_position().x1) / 2
        figure.text(x, 0.02, text, ha="center", fontsize=9)
    save(figure, path)


def bumpy() -> ep.Network:
    """One input, three valleys of different depth."""
    first = ep.Layer.of([[-1], [1], [1], [1], [1], [1]], [0, 0, -1, -3, -4, -6])
    last = ep.Layer.of([["2", "2", "-7/2", "3", "-11/4", "13/4"]], relu=False)
    return ep.Network((first, last))


def persistence(path: Path) -> None:
    net, level = bumpy(), 1
    found = ep.persistence(net)
    figure, (graph, bars) = plt.subplots(
        1, 2, sharey=True, figsize=(8.5, 3.4), width_ratios=(3, 1), layout="constrained"
    )
    x = np.array([-1.5, 0, 1, 3, 4, 6, 8.25])
    graph.plot(x, [float(net.evaluate([t])[0]) for t in x.tolist()], color="black", linewidth=1.6)
    graph.axhline(level, color=LINE, linewidth=0.9, linestyle="--")
    parts = ep.level_set(net, level).sub.components
    for part in parts:
        ends = np.array([p[0] for p in cell_points(part)], float)
        graph.plot(
            [ends.min(), ends.max()], [-3, -3], color=LINE, linewidth=6, solid_capstyle="butt"
        )
    graph.text(
        -1.4, -2.75, f"$f \\leq {level}$: {len(parts)} pieces", fontsize=9, color=LINE, va="bottom"
    )
    graph.set_ylim(-3.3, 3.6)
    graph.set_xlabel("input")
    graph.set_ylabel("$f$")
    stays = [(birth, None) for _, birth in found.essential]
    for n, (birth, death) in enumerate([*((a, b) for _, a, b in found.pairs), *stays]):
        top = 3.6 if death is None else float(death.p)
        bars.plot(
            [n, n], [float(birth.p), top], color="#2f6fa8", linewidth=5, solid_capstyle="butt"
        )
        label = f"{birth} to {'∞' if death is None else death}"
        bars.text(n, float(birth.p) - 0.15, label, ha="center", va="top", fontsize=9)
    bars.axhline(level, color=LINE, linewidth=0.9, linestyle="--")
    bars.set_xlim(-0.7, 2.7)
    bars.set_xticks([])
    bars.set_xlabel("pieces of $f \\leq t$, birth to death")
    for axes in (graph, bars):
        axes.spines[["top", "right"]].set_visible(False)
    save(figure, path)


def cell_points(part: Any) -> list[Any]:
    """The vertices of a component."""
    arrangement = part.owner.arrangement
    vertices = part.cells[part.cells < arrangement.offsets[1]]
    return list(arrangement.cells.coordinates.points(vertices.tolist()))


def save(figure: Any, path: Path) -> None:
    figure.savefig(path, dpi=110, bbox_inches="tight", facecolor="white")
    plt.close(figure)


def main(target: str) -> None:
    folder = Path(target)
    five_sets(folder / "topology_sets.png")
    infinity(folder / "topology_infinity.png")
    persistence(folder / "topology_persistence.png")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else ".")
