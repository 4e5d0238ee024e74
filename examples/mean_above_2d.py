"""A network whose regions have more than 2d facets on average, against a published theorem.

    python examples/mean_above_2d.py

Gaines and Bi (*Characterizing the Discrete Geometry of ReLU Networks*, ICLR 2026, Theorem 3.4) state
that regions of a fully connected ReLU network have at most 2d facets on average, whatever its width
and depth. For one hidden layer and for d <= 2 that is so (proofs/theorems.md). This network, 3-9-4 with
integer weights, has 976 facets between 320 regions: 61/10 > 6. The idea: planes along the axes make
cubes, and a second layer that folds along them cuts a cube in a hexagon, which leaves two regions of
seven facets. proofs/theorems.md has it in general position and stable under small changes.
"""

from __future__ import annotations

from pathlib import Path

import exactpoly as ep
from exactpoly.reference.audit import audit, cdd_available


def network() -> ep.Network:
    """3-9-4: kinks at 0, 10 and 20 on each axis, then four levels of the sum of three zigzags."""
    rows, biases, weights = [], [], []
    for axis in range(3):
        # max(0, x), max(0, x - 10), max(0, 20 - x) with weights 3, -2, 2: slopes -2, 1, -1, 1.
        for orientation, kink, weight in ((1, 0, 3), (1, 10, -2), (-1, 20, 2)):
            rows.append([orientation * int(axis == i) for i in range(3)])
            biases.append(-orientation * kink)
            weights.append(weight)
    levels = [-132, -134, -136, -138]
    return ep.Network(
        (
            ep.Layer.of(rows, biases),
            ep.Layer.of([weights] * 4, levels),
            ep.Layer.of([[1, 1, 1, 1]], relu=False),
        ),
        "mean_above_2d",
    )


if __name__ == "__main__":
    target = Path(__file__).with_suffix(".json")
    ep.write_json(network(), target)
    complex_ = ep.enumerate(target)
    complex_.summary().check()
    print(f"f-vector {complex_.f_vector}, simple: {complex_.simple}")
    print(f"mean number of facets {complex_.mean_facets} > 2d = {2 * complex_.dimension}")
    if cdd_available():
        report = audit(complex_, None)
        print(f"{report.audited} of {report.total} regions recomputed by pycddlib, all agree")
