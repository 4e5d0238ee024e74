"""Networks made of networks: two side by side on the same inputs, and the distance from a point."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from exactpoly.network.layer import Layer
from exactpoly.network.network import Network

__all__ = ["distance_network", "homogenised", "joint_network"]


def joint_network(first: Network, second: Network) -> Network:
    """Both networks on the same inputs, outputs of the first before those of the second.

    The shallower one is passed through linear units. The checker of certificates builds the same
    layers by itself.

    >>> one = Network((Layer.of([[1]]), Layer.of([[2]], relu=False)))
    >>> [str(y) for y in joint_network(one, Network((Layer.of([[3]], relu=False),))).evaluate([1])]
    ['2', '3']
    """
    depth = max(len(first.layers), len(second.layers))
    layers = [_beside(_layer(first, j), _layer(second, j), j == 0) for j in range(depth)]
    return Network(tuple(layers), f"{first.name} beside {second.name}")


def distance_network(point: Sequence[Fraction]) -> Network:
    """The sum of `|x_i - point_i|` as a network with two neurons an input."""
    d = len(point)
    rows = [[s * (i == k) for k in range(d)] for i in range(d) for s in (1, -1)]
    biases = [-s * p for p in point for s in (1, -1)]
    total = Layer.of([[1] * (2 * d)], relu=False)
    return Network((Layer.of(rows, biases), total), "distance")


def homogenised(network: Network) -> Network:
    """`(t N(x / t), t)`: t is one more input, is passed on, and takes the biases.

    >>> line = Network((Layer.of([[2]], [3], relu=False),))
    >>> [str(y) for y in homogenised(line).evaluate([1, 0])]
    ['2', '0']
    """
    layers = []
    for layer in network.layers:
        rows = [[*row, b] for row, b in zip(layer.weight, layer.bias, strict=True)]
        rows.append([Fraction(0)] * layer.inputs + [Fraction(1)])
        layers.append(Layer.of(rows, relu=(*layer.relu, False)))
    return Network(tuple(layers), f"{network.name} made homogeneous")


def _layer(network: Network, index: int) -> Layer:
    if index < len(network.layers):
        return network.layers[index]
    n = network.output_dimension
    return Layer.of([[int(i == k) for k in range(n)] for i in range(n)], relu=False)


def _beside(first: Layer, second: Layer, shared: bool) -> Layer:
    left: list[list[Fraction]] = [list(row) for row in first.weight]
    right: list[list[Fraction]] = [list(row) for row in second.weight]
    if not shared:
        left = [row + [Fraction(0)] * second.inputs for row in left]
        right = [[Fraction(0)] * first.inputs + row for row in right]
    relu = (*first.relu, *second.relu)
    return Layer.of(left + right, [*first.bias, *second.bias], relu=relu)
