"""Draw the pictures of docs/pictures.md, and those of tropical.md, covers.md and arrangements.md.

    python examples/draw_pictures.py docs/pictures

Needs matplotlib.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import exactpoly as ep

HERE = Path(__file__).parent


def main(target: str) -> None:
    folder = Path(target)
    moons = ep.examples.moons()
    whole = ep.enumerate(moons)
    whole.plot("output", levels=[-20, 0, 20], window=(-2, 3), save=folder / "output.png")
    moons.surface_plot(window=[(-2, 3), (-2, 2)], save=folder / "graph.png")
    ep.persistence(moons).plot(save=folder / "persistence.png")
    refutation = ep.enumerate(HERE / "refutations" / "avg-facets-strong-3-9-4.json")
    refutation.plot(save=folder / "solid.png")
    iris = ep.enumerate(ep.examples.iris(), domain=(-3, 3))
    names = ["sepal length", "sepal width", "petal length", "petal width"]
    iris.plot("class", axes=(2, 3), names=names, save=folder / "section.png")
    for words in (
        ("tropical", HERE / "max3_tree.json", "--plot", folder / "newton-max3.png"),
        ("cover", HERE / "moons.csv", "--class", "0", "--plot", folder / "cover.png"),
        ("arrangement", HERE / "planes.csv", "--plot", folder / "arrangement.png"),
    ):
        subprocess.run([sys.executable, "-m", "exactpoly", *map(str, words)], check=True)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else ".")
