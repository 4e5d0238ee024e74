"""Networks to try when a theorem is hunted: random ones of several kinds, from a seed.

*degenerate*: small integers with duplicate, opposite, parallel and zero rows; *generic*: large random
numerators; *folded*: a layer that folds space, slightly tilted, and layers that slice the folded cube in
random directions, which is where regions have many facets (see `folding`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from fractions import Fraction

from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from exactpoly.theory.folding import folding_layer

__all__ = ["KINDS", "candidates"]

_TILT = Fraction(1, 2**20)
_FOLDS = {1: (2, 6), 2: (2, 5), 3: (3, 5), 4: (2, 3)}
"""Fewest and most folds of an axis, by dimension."""


def candidates(seed: int, dimension: int | None, kinds: tuple[str, ...]) -> Iterator[Network]:
    """Endless networks; the `i`-th depends on ``seed``, ``dimension``, ``kinds`` and `i` alone."""
    index = 0
    while True:
        rng = random.Random(f"{seed}/{index}")
        d = dimension if dimension is not None else rng.randint(1, 4)
        kind = kinds[index % len(kinds)]
        yield KINDS[kind](rng, d)
        index += 1


def _network(layers: list[Layer], kind: str) -> Network:
    output = Layer.of([[1] * layers[-1].outputs], relu=False)
    return Network((*layers, output), f"{kind} candidate")


def _degenerate(rng: random.Random, d: int) -> Network:
    size = rng.choice((1, 2, 3))
    layers: list[Layer] = []
    inputs = d
    for _ in range(rng.randint(1, 3)):
        rows: list[list[int]] = []
        for _ in range(rng.randint(1, max(2, 7 - d))):
            row = [rng.randint(-size, size) for _ in range(inputs + 1)]
            relation = rng.randrange(8)
            if rows and relation == 0:
                row = list(rng.choice(rows))
            elif rows and relation == 1:
                row = [-x for x in rng.choice(rows)]
            elif rows and relation == 2:
                row = [*rng.choice(rows)[:-1], row[-1]]
            elif relation == 3:
                row[-1] = 0
            rows.append(row)
        layers.append(Layer.of([row[:-1] for row in rows], [row[-1] for row in rows]))
        inputs = len(rows)
    return _network(layers, "degenerate")


def _generic(rng: random.Random, d: int) -> Network:
    def number() -> Fraction:
        return Fraction(rng.randint(-(2**15), 2**15), 2**14)

    layers: list[Layer] = []
    inputs = d
    for _ in range(rng.randint(1, 3)):
        width = rng.randint(1, max(3, 9 - d))
        rows = [[number() for _ in range(inputs)] for _ in range(width)]
        layers.append(Layer.of(rows, [number() for _ in range(width)]))
        inputs = width
    return _network(layers, "generic")


def _folded(rng: random.Random, d: int) -> Network:
    fewest, most = _FOLDS.get(d, (1, 2))
    layer, coordinates = folding_layer(d, rng.randint(fewest, most))

    def tilted(x: Fraction) -> Fraction:
        return x + _TILT * Fraction(rng.randint(-1024, 1024), 1024)

    first = Layer.of([[tilted(x) for x in row] for row in layer.weight], layer.bias)
    weights = [Fraction(rng.randint(7, 9), 8) for _ in range(d)]
    height = [
        sum((w * form[c] for w, form in zip(weights, coordinates, strict=True)), Fraction(0))
        for c in range(len(coordinates[0]))
    ]
    middle = sum(weights, Fraction(0)) / 2
    rows, constants = [], []
    for j in range(rng.randint(1, 6)):
        rows.append([tilted(x) for x in height[:-1]])
        constants.append(-middle + Fraction(j - 2, 64))
    return _network([first, Layer.of(rows, constants)], "folded")


KINDS: dict[str, Callable[[random.Random, int], Network]] = {
    "degenerate": _degenerate,
    "generic": _generic,
    "folded": _folded,
}
