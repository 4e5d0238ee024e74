"""A film of training: a slider over snapshots of one network while it learns two half moons.

    pip install 'exactpoly[studies]' torch
    python examples/training_film.py film.html

Each snapshot is an exact network; its regions and its decision boundary are exact.
"""

from __future__ import annotations

import sys

import exactpoly as ep
from exactpoly.studies.data import load_data
from exactpoly.studies.training import trained

EPOCHS = [0, 1, 2, 3, 5, 8, 12, 18, 26, 36, 48, 60]


def main(target: str) -> None:
    choices = {
        "data": "moons",
        "widths": [2, 12, 12, 2],
        "seed": 0,
        "epochs": EPOCHS[-1],
        "snapshots": EPOCHS,
        "rate": 0.2,
        "decay": 1.0,
        "batch": 16,
    }
    snapshots = list(trained(choices))
    data = load_data("moons", 2, 0)
    ep.write_film(
        [snapshot.network for snapshot in snapshots],
        target,
        captions=[f"after epoch {s.epoch}, {s.score:.0%} right" for s in snapshots],
        data=data.x,
        labels=data.y,
        title="How a network learns two moons",
    )
    print(f"{target}: {len(snapshots)} snapshots")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "film.html")
