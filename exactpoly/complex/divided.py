"""A wide first layer as two, so that the engine need not hold all of its arrangement.

What the first neurons cut is refined whole, chunks of its regions by all the others, depth first. Neurons,
their order and their pre-activations as functions of the input stay, so every cell stays: the network is
the same one, with units that only hand on what is needed later.
"""

from __future__ import annotations

from fractions import Fraction
from math import comb

from exactpoly.network.layer import Layer
from exactpoly.network.network import Network

__all__ = ["divided", "for_streaming"]

_MOST_REGIONS = 100_000
"""Of an arrangement that is held whole; about 100 MiB."""

_MOST_DIMENSIONS = 4
"""Beyond, what is left of such a layer cuts a chunk without end. A run that is stopped then has no chunk
whose certificate could be written; refined neuron by neuron it has the complex of the first ones."""


def for_streaming(network: Network) -> Network:
    """The network, its first layer in two where an arrangement of it may have very many regions.

    `n` hyperplanes cut `R^d` into at most `sum_(k <= d) C(n, k)` regions.
    """
    d = network.input_dimension
    first = next((len(layer.neurons) for layer in network.layers if layer.neurons), 0)
    held = 0
    if d > _MOST_DIMENSIONS:
        return network
    while held < first and sum(comb(held + 1, k) for k in range(d + 1)) <= _MOST_REGIONS:
        held += 1
    return divided(network, held) if 0 < held < first else network


def divided(network: Network, neurons: int) -> Network:
    """The same neurons in the same order, the first ones a layer of their own, without one before it."""
    place = next(i for i, layer in enumerate(network.layers) if layer.neurons)
    layer, inputs = _composed(network.layers[: place + 1]), network.input_dimension
    cut = layer.neurons[neurons - 1] + 1
    if cut == layer.outputs:
        return Network((layer, *network.layers[place + 1 :]), network.name, network.notes)
    passed = [[int(i == j) for j in range(inputs)] for i in range(inputs)]
    first = Layer.of(
        [*layer.weight[:cut], *passed],
        [*layer.bias[:cut], *[0] * inputs],
        relu=[*layer.relu[:cut], *[False] * inputs],
    )
    second = Layer.of(
        [[int(i == j) for j in range(cut + inputs)] for i in range(cut)]
        + [[*[0] * cut, *row] for row in layer.weight[cut:]],
        [*[0] * cut, *layer.bias[cut:]],
        relu=[*[False] * cut, *layer.relu[cut:]],
    )
    return Network((first, second, *network.layers[place + 1 :]), network.name, network.notes)


def _composed(layers: tuple[Layer, ...]) -> Layer:
    """One layer for several of which only the last has neurons."""
    if len(layers) == 1:
        return layers[0]

    def value(point: list[Fraction]) -> list[Fraction]:
        for layer in layers:
            point = layer.forward(point)
        return point

    inputs = range(layers[0].inputs)
    bias = value([Fraction(0) for _ in inputs])
    columns = [value([Fraction(i == j) for i in inputs]) for j in inputs]
    rows = zip(bias, zip(*columns, strict=True), strict=True)
    return Layer.of([[x - b for x in row] for b, row in rows], bias, relu=layers[-1].relu)
