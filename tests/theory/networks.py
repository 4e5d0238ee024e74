"""Networks with known exact properties for tests of theorems."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise

from exactpoly import Layer, Network


def random_generic(seed: int, *widths: int, bias: bool = True) -> Network:
    """Weights `k / 997` with large random `k`: degenerate with probability nearly 0, here never."""
    rng = random.Random(seed)

    def number() -> Fraction:
        return Fraction(rng.randint(-2000, 2000), 997)

    layers = [
        Layer.of(
            [[number() for _ in range(a)] for _ in range(b)],
            [number() if bias else Fraction(0) for _ in range(b)],
        )
        for a, b in pairwise(widths)
    ]
    return Network((*layers, Layer.of([[1] * widths[-1]], relu=False)), "random generic")
