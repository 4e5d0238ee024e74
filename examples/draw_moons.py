"""Draw the exact linear pieces of a trained classifier with its data: the picture of the README.

    python examples/draw_moons.py docs/moons.png

Needs matplotlib. Regions and decision boundary are exact.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

import exactpoly as ep


def main(target: str) -> None:
    data = np.loadtxt(Path(__file__).parent / "moons.csv", delimiter=",")
    pieces = ep.enumerate(ep.examples.moons(), domain="[-3/2,5/2]x[-1,3/2]")
    pieces.plot("class", data=data[:, :2], labels=data[:, 2].astype(int), save=target)
    print(f"{target}: {pieces.n_regions} regions, mean number of edges {pieces.mean_facets}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "moons.png")
