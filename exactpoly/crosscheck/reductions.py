"""Smaller problems: each reduction of a network and domain, the boldest first.

A reduction need not keep the function; it gives another network on which a tool may still be wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from exactpoly.domain import Domain
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network

__all__ = ["Problem", "reductions"]


@dataclass(frozen=True)
class Problem:
    """A network of full ReLU layers with a linear output, and a domain."""

    network: Network
    domain: Domain

    @property
    def size(self) -> tuple[int, int, int, int]:
        """(input dimension, hidden layers, neurons, digits of the weights): what shrinks."""
        network = self.network
        digits = sum(
            _digits(x) for layer in network.layers for row in layer.weight for x in row
        ) + sum(_digits(x) for layer in network.layers for x in layer.bias)
        return network.input_dimension, len(network.layers), network.n_neurons, digits


def reductions(problem: Problem) -> Iterator[tuple[str, Problem]]:
    """Every reduction tried, with its name; those that take most away come first."""
    yield from _layers(problem)
    yield from _axes(problem)
    yield from _neurons(problem)
    yield from _domains(problem)
    yield from _weights(problem)


def _make(problem: Problem, layers: list[Layer], domain: Domain | None = None) -> Problem:
    *hidden, _ = layers
    # The output cuts nothing: one sum is enough.
    last = Layer.of([[1] * hidden[-1].outputs], relu=False)
    name = problem.network.name
    return Problem(Network((*hidden, last), name), domain or problem.domain)


def _layers(problem: Problem) -> Iterator[tuple[str, Problem]]:
    """Leave out the last hidden layer, or the ReLUs of another."""
    layers = list(problem.network.layers)
    hidden = len(layers) - 1
    if hidden < 2:
        return
    yield "last layer", _make(problem, [*layers[:-2], layers[-1]])
    for index in range(hidden - 1):
        first, second = layers[index], layers[index + 1]
        weight = [
            [
                sum((a * row[j] for a, row in zip(line, first.weight, strict=True)), Fraction(0))
                for j in range(first.inputs)
            ]
            for line in second.weight
        ]
        bias = [
            sum((a * b for a, b in zip(line, first.bias, strict=True)), c)
            for line, c in zip(second.weight, second.bias, strict=True)
        ]
        merged = Layer.of(weight, bias)
        yield f"layer {index}", _make(problem, [*layers[:index], merged, *layers[index + 2 :]])


def _axes(problem: Problem) -> Iterator[tuple[str, Problem]]:
    """Set an input to 0."""
    first, *others = problem.network.layers
    if first.inputs < 2:
        return
    for axis in range(first.inputs):
        bounds = problem.domain.bounds
        if bounds is not None and not bounds[axis][0] < 0 < bounds[axis][1]:
            continue
        weight = [[x for i, x in enumerate(row) if i != axis] for row in first.weight]
        rest = None if bounds is None else (*bounds[:axis], *bounds[axis + 1 :])
        layers = [Layer.of(weight, first.bias), *others]
        yield f"axis {axis}", _make(problem, layers, Domain(first.inputs - 1, rest))


def _neurons(problem: Problem) -> Iterator[tuple[str, Problem]]:
    """Leave out half of a layer's neurons, or one."""
    layers = problem.network.layers
    for index in range(len(layers) - 1):
        width = layers[index].outputs
        halves = [range(width // 2), range(width // 2, width)] if width > 3 else []
        for group in [*halves, *([unit] for unit in range(width))]:
            keep = [unit for unit in range(width) if unit not in group]
            if keep:
                yield f"neurons of layer {index}", _without(problem, index, keep)


def _without(problem: Problem, index: int, keep: list[int]) -> Problem:
    layers = list(problem.network.layers)
    layer, after = layers[index], layers[index + 1]
    layers[index] = Layer.of([layer.weight[u] for u in keep], [layer.bias[u] for u in keep])
    layers[index + 1] = Layer.of([[row[u] for u in keep] for row in after.weight], after.bias)
    return _make(problem, layers)


def _domains(problem: Problem) -> Iterator[tuple[str, Problem]]:
    """All of `R^d`, or the cube [-1,1]^d."""
    d = problem.domain.dimension
    if problem.domain.is_box:
        for place in (Domain.space(d), Domain.box(d, -1, 1)):
            if place != problem.domain:
                yield "domain", Problem(problem.network, place)


def _weights(problem: Problem) -> Iterator[tuple[str, Problem]]:
    """Replace a number by 0, 1 or -1, or by a nearby one with fewer digits."""
    layers = problem.network.layers
    for index in range(len(layers) - 1):
        table = [[*row, b] for row, b in zip(layers[index].weight, layers[index].bias, strict=True)]
        for u, row in enumerate(table):
            for j, value in enumerate(row):
                for simpler in _simpler(value):
                    changed = [list(line) for line in table]
                    changed[u][j] = simpler
                    layer = Layer.of(
                        [line[:-1] for line in changed], [line[-1] for line in changed]
                    )
                    yield (
                        "weight",
                        _make(problem, [*layers[:index], layer, *layers[index + 1 :]]),
                    )


def _simpler(value: Fraction) -> list[Fraction]:
    """Numbers to try in place of a value: fewer digits, simplest first."""
    sign = 1 if value > 0 else -1
    options = [Fraction(0), Fraction(sign), Fraction(round(value))]
    options += [value.limit_denominator(limit) for limit in (2, 4, 16)]
    unique = dict.fromkeys(options)
    return [option for option in unique if _digits(option) < _digits(value)]


def _digits(value: Fraction) -> int:
    """0 for 0, else binary digits of numerator and denominator."""
    if not value:
        return 0
    return value.numerator.bit_length() + value.denominator.bit_length()
