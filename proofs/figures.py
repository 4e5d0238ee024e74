"""Draw the figures of these pages: `python proofs/figures.py` writes proofs/pictures/*.svg.

The cells of the first and of the fourth figure are those of the exact complex.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Polygon

import exactpoly as ep

PICTURES = Path(__file__).parent / "pictures"
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#888888"
plt.rcParams["svg.hashsalt"] = "exactpoly"


def canvas(panels: int = 1, size: float = 3.2) -> list[Axes]:
    """Square panels without axes."""
    _, axes = plt.subplots(1, panels, figsize=(size * panels, size), layout="constrained")
    found = list(np.atleast_1d(axes))
    for panel in found:
        panel.set_aspect("equal")
        panel.axis("off")
    return found


def save(name: str) -> None:
    """Write the current figure."""
    plt.savefig(PICTURES / f"{name}.svg", metadata={"Date": None})
    plt.close()


def bent() -> ep.Network:
    """The line x = 0, and a second neuron that vanishes on y = max(0, x)."""
    first = ep.Layer.of([[1, 0], [0, 1]], relu=[True, False])
    return ep.Network((first, ep.Layer.of([[-1, 1]]), ep.Layer.of([[1]], relu=False)))


def draw_cells() -> None:
    """All cells of `bent` with their sign rows, written at a point of each."""
    (panel,) = canvas()
    panel.plot([0, 0], [-1, 1], color=BLUE)
    panel.plot([-1, 0, 1], [0, 0, 1], color=ORANGE)
    panel.plot(0, 0, "o", color="black", ms=4)
    complex_ = ep.enumerate(bent())
    places = {
        "--": (-0.55, -0.5), "-+": (-0.55, 0.5), "+-": (0.6, -0.35), "++": (0.4, 0.8),
        "0-": (0, -0.75), "0+": (0, 0.8), "-0": (-0.7, 0), "+0": (0.65, 0.65), "00": (0.22, -0.08),
    }  # fmt: skip
    rows = {"".join("0+-"[s] for s in row) for k in range(3) for row in complex_.signs(k).tolist()}
    assert rows == set(places)
    for row, (x, y) in places.items():
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        text = row.replace("-", "\N{MINUS SIGN}")
        panel.text(x, y, f"({text})", ha="center", va="center", fontsize=10, bbox=box)
    panel.set(xlim=(-1, 1), ylim=(-1, 1))
    save("cells")


def draw_splitting() -> None:
    """A hexagon, the line through one of its corners, and its parts."""
    before, after = canvas(2, 2.8)
    angles = np.pi / 3 * np.arange(6)
    hexagon = np.c_[np.cos(angles), np.sin(angles)]
    middle = (hexagon[3] + hexagon[4]) / 2
    ends = np.array([hexagon[1], middle])
    direction = (ends[1] - ends[0]) / np.linalg.norm(ends[1] - ends[0])
    before.add_patch(Polygon(hexagon, facecolor="#dddddd", edgecolor="black"))
    line = np.array([ends[0] - 0.35 * direction, ends[1] + 0.35 * direction])
    before.plot(*line.T, color=ORANGE)
    before.text(0, -0.25, "$c$", fontsize=13)
    before.text(*(line[1] + [-0.2, -0.2]), "$A=0$", color=ORANGE, fontsize=11)
    before.text(*(hexagon[1] + [-0.1, 0.1]), "$g$", fontsize=12)
    shift = 0.12 * np.array([direction[1], -direction[0]])
    left = np.array([hexagon[1], hexagon[2], hexagon[3], middle])
    right = np.array([hexagon[1], middle, hexagon[4], hexagon[5], hexagon[0]])
    for part, move, name, place in (
        (left, shift, "$c^-$", (-0.5, 0.25)),
        (right, -shift, "$c^+$", (0.3, -0.25)),
    ):
        after.add_patch(Polygon(part + move, facecolor="#dddddd", edgecolor="black"))
        after.text(*(np.array(place) + move), name, fontsize=13)
    after.plot(*ends.T, color=ORANGE, lw=2)
    after.text(*(ends[1] - np.array([0.1, 0.25])), "$c^0$", color=ORANGE, fontsize=13)
    for panel in (before, after):
        panel.set(xlim=(-1.4, 1.4), ylim=(-1.3, 1.3))
    save("splitting")


def draw_infinity() -> None:
    """`bent` in a large square; what lies on a side is not a cell of the plane."""
    (panel,) = canvas()
    panel.add_patch(
        Polygon([(-1, -1), (1, -1), (1, 1), (-1, 1)], fill=False, edgecolor=GREY, ls="--")
    )
    panel.plot([0, 0], [-1, 1], color=BLUE)
    panel.plot([-1, 0, 1], [0, 0, 1], color=ORANGE)
    panel.plot(0, 0, "o", color="black", ms=5)
    on_sides = ep.enumerate(bent(), domain="[-1000,1000]^2").f_vector[0] - 1
    infinite = [(0, -1), (0, 1), (-1, 0), (1, 1), (-1, -1), (-1, 1), (1, -1)]
    assert len(infinite) == on_sides
    panel.plot(*np.array(infinite, float).T, "o", mfc="white", mec=GREY, ms=5)
    panel.text(1.05, 0.97, "$(M,M)$", fontsize=10, color=GREY)
    panel.text(0.05, -1.14, "$(0,-M)$", fontsize=10, color=GREY, ha="center")
    panel.set(xlim=(-1.2, 1.5), ylim=(-1.2, 1.2))
    save("infinity")


def draw_diamond() -> None:
    """A square listed with three of its corners, and with all four."""
    square = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], float)
    for panel, corners in zip(canvas(2, 2.2), (3, 4), strict=True):
        for i in range(4):
            listed = corners == 4 or i < 2
            style = {"color": "black", "lw": 2} if listed else {"color": GREY, "lw": 1, "ls": ":"}
            panel.plot(*square[[i, (i + 1) % 4]].T, **style)
        for i, name in enumerate(("$a$", "", "$b$", "$v$")):
            there = i < corners
            panel.plot(*square[i], "o", color="black" if there else "white", mec=GREY, ms=6)
            panel.text(*(square[i] * 1.24 - 0.14), name, fontsize=12, ha="center", va="center")
        panel.set(xlim=(-0.3, 1.3), ylim=(-0.3, 1.3))
    save("diamond")


def draw_prism() -> None:
    """Q with two opposite corners cut off, and the cut of a prism over Q near its middle."""
    flat, side = canvas(2, 3)
    angles = np.pi / 3 * np.arange(6) + np.pi / 6
    hexagon = np.c_[np.cos(angles), np.sin(angles)]

    def cut(corner: int) -> np.ndarray:
        here = hexagon[corner]
        return np.array([here + 0.35 * (hexagon[(corner + k) % 6] - here) for k in (-1, 1)])

    ends = [cut(1), cut(4)]
    inner = [hexagon[0], *ends[0], hexagon[2], hexagon[3], *ends[1], hexagon[5]]
    flat.add_patch(Polygon(hexagon, fill=False, edgecolor=GREY, ls="--"))
    flat.add_patch(Polygon(inner, facecolor="#f3d9c4", edgecolor="black"))
    for pair, text, place in zip(ends, ("$\\ell=1$", "$\\ell=0$"), (0.86, -0.96), strict=True):
        flat.plot(*pair.T, color=ORANGE, lw=2)
        flat.text(0.42, place, text, color=ORANGE, fontsize=11)
    flat.text(0.04, 1.06, "$B$", fontsize=12)
    flat.text(0.04, -1.16, "$-B$", fontsize=12)
    flat.text(0, 0, "$Q'$", fontsize=14, ha="center", va="center")
    flat.set(xlim=(-1.2, 1.2), ylim=(-1.25, 1.25))
    # Seen from the side: t upwards, the cuts t = l(y) + c run from the bottom to the top.
    side.add_patch(Polygon([(-1, 0), (1, 0), (1, 1), (-1, 1)], fill=False, edgecolor="black"))
    for c in np.linspace(-0.07, 0.07, 4):
        side.plot([-0.8 - c, 0.8 - c], [0, 1], color=ORANGE)
    side.text(0, 1.08, "$t=1$", ha="center", fontsize=11)
    side.text(0, -0.16, "$t=0$", ha="center", fontsize=11)
    side.text(-1.06, -0.16, "$-B$", ha="center", fontsize=12)
    side.text(1.06, -0.16, "$B$", ha="center", fontsize=12)
    side.text(0.42, 0.22, "$t=\\ell(y)+c_j$", color=ORANGE, fontsize=11, ha="center")
    side.set(xlim=(-1.3, 1.3), ylim=(-0.6, 1.5))
    save("prism")


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    for draw in (draw_cells, draw_splitting, draw_infinity, draw_diamond, draw_prism):
        draw()
