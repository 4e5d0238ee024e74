"""The maximum of numbers as a network that compares in pairs."""

from __future__ import annotations

import exactpoly as ep


def pairwise_maximum(d: int) -> ep.Network:
    """`max(x_0, .., x_(d-1), 0)`: rounds of `max(a, b) = a + relu(b - a)`, no biases."""
    rows: list[list[int]] = [[int(i == k) for k in range(d)] for i in range(d)] + [[0] * d]
    layers = []
    while len(rows) > 1:
        hidden: list[list[int]] = []
        relu: list[bool] = []
        outer: list[list[int]] = []
        for k in range(0, len(rows) - 1, 2):
            a, b = rows[k], rows[k + 1]
            hidden += [a, [y - x for x, y in zip(a, b, strict=True)]]
            relu += [False, True]
            outer.append([len(hidden) - 2, len(hidden) - 1])
        if len(rows) % 2:
            hidden.append(rows[-1])
            relu.append(False)
            outer.append([len(hidden) - 1])
        layers.append(ep.Layer.of(hidden, relu=relu))
        rows = [[int(i in used) for i in range(len(hidden))] for used in outer]
    layers.append(ep.Layer.of(rows, relu=False))
    return ep.Network(tuple(layers), f"pairwise maximum of {d + 1}")
