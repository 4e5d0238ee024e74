"""What a tool is really asked: the network and domain rounded to its number format.

The exact complex of the rounded network is the truth for that tool. How it differs from the complex
of the network on file is a fact of its own, told apart from the tool's errors.
"""

from __future__ import annotations

from dataclasses import dataclass

from exactpoly.complex.complex import Complex
from exactpoly.crosscheck.numbers import NumberFormat
from exactpoly.domain import Domain
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network

__all__ = ["Asked", "asked", "difference"]


@dataclass(frozen=True)
class Asked:
    """The rounded network and domain; ``changed``: how many numbers rounding changed."""

    network: Network
    domain: Domain
    changed: int


def asked(network: Network, domain: Domain, numbers: NumberFormat) -> Asked:
    """Round weights, biases and bounds to nearest. Raises `InputError` beyond the format's range."""
    changed = 0
    layers = []
    for index, layer in enumerate(network.layers):
        where = f"{network.name}: layer {index}"
        weight = [[numbers.nearest(x, where) for x in row] for row in layer.weight]
        bias = [numbers.nearest(x, where) for x in layer.bias]
        given = [x for row in layer.weight for x in row] + list(layer.bias)
        rounded = [x for row in weight for x in row] + bias
        changed += sum(a != b for a, b in zip(given, rounded, strict=True))
        layers.append(Layer.of(weight, bias, relu=layer.relu))
    bounds = None
    if domain.bounds is not None:
        bounds = tuple(
            (numbers.nearest(low, "domain"), numbers.nearest(high, "domain"))
            for low, high in domain.bounds
        )
        changed += sum(
            a != b
            for ours, theirs in zip(domain.bounds, bounds, strict=True)
            for a, b in zip(ours, theirs, strict=True)
        )
    if not changed:
        return Asked(network, domain, 0)
    name = f"{network.name} in {numbers.name}"
    return Asked(Network(tuple(layers), name), Domain(domain.dimension, bounds), changed)


def difference(given: Complex, question: Asked, rounded: Complex, numbers: NumberFormat) -> str:
    """How the complex of the rounded network differs from that of the given one, in one sentence."""
    ours = {tuple(row) for row in given.region_rows.tolist()}
    theirs = {tuple(row) for row in rounded.region_rows.tolist()}
    how_many = f"{question.changed} number{'' if question.changed == 1 else 's'}"
    start = f"rounding to {numbers.name} changed {how_many}"
    if ours == theirs and given.f_vector == rounded.f_vector:
        return f"{start}, and neither the rows of the regions nor the f-vector"
    return (
        f"{start}: {len(theirs)} regions instead of {len(ours)}, {len(ours - theirs)} rows lost,"
        f" {len(theirs - ours)} rows new; f-vector {list(rounded.f_vector)} instead of"
        f" {list(given.f_vector)}"
    )
