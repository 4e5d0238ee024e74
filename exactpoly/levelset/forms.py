"""Networks with one more layer, whose neurons vanish where a level is met or two classes tie.

The last layer of `level_network` is one neuron, `f - c`; that of `difference_network` has one for each
two outputs `i < j`, `f_i - f_j`. The complex of such a network is that of the original one, refined.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

from exactpoly.errors import InputError
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network

__all__ = [
    "Component",
    "component_word",
    "difference_network",
    "level_network",
    "output_row",
    "pairs",
]

Component = int | tuple[int, int] | None
"""Which output: its number, or `(i, j)` for the difference of two; None where there is one only."""


def output_row(network: Network, component: Component) -> list[int]:
    """The integer row over the outputs that gives the chosen one. Raises `InputError`."""
    outputs = network.output_dimension
    if component is None:
        if outputs != 1:
            raise InputError(
                f"component: {network.name} has {outputs} outputs; choose one, such as 0, or a"
                " difference of two, such as (0, 1) (0-1 on the command line)"
            )
        component = 0
    chosen = component if isinstance(component, tuple) else (component,)
    whole = all(isinstance(i, int) and not isinstance(i, bool) for i in chosen)
    if not (whole and len(chosen) in (1, 2) and len(set(chosen)) == len(chosen)):
        raise InputError(f"component: {component!r} given; give one output or two different ones")
    for i in chosen:
        if not 0 <= i < outputs:
            raise InputError(
                f"component: {i} given; outputs of {network.name} are numbered 0 to {outputs - 1}"
            )
    row = [0] * outputs
    for i, sign in zip(chosen, (1, -1), strict=False):
        row[i] = sign
    return row


def component_word(component: Component) -> str | None:
    """As on the command line: `i`, `i-j`, or None."""
    if component is None:
        return None
    return "-".join(map(str, component)) if isinstance(component, tuple) else str(component)


def level_network(network: Network, level: Fraction, component: Component = None) -> Network:
    """The network with the neuron `f - level` behind its last layer.

    >>> net = Network((Layer.of([[1, 1]], [0], relu=False),))
    >>> level_network(net, Fraction(1, 2)).preactivations([1, 0])
    (Fraction(1, 2),)
    """
    layer = Layer.of([output_row(network, component)], [-level])
    return Network((*network.layers, layer), network.name, network.notes)


def pairs(outputs: int) -> list[tuple[int, int]]:
    """All pairs of outputs `i < j`, in the order of the neurons of `difference_network`."""
    return list(combinations(range(outputs), 2))


def difference_network(network: Network) -> Network:
    """The network with a neuron `f_i - f_j` for each two outputs behind its last layer."""
    outputs = network.output_dimension
    if outputs < 2:
        raise InputError(
            f"decision: {network.name} has one output; classes need two or more, or use a level"
        )
    rows = [[(k == i) - (k == j) for k in range(outputs)] for i, j in pairs(outputs)]
    return Network((*network.layers, Layer.of(rows)), network.name, network.notes)
