"""Supertransversality as it was published, on the whole input space of every layer.

Gaines and Bi (ICLR 2026, appendix B, after Masden) ask that the map of each hidden layer, restricted to
any cell of that layer's own arrangement, is transverse to all cells of the complex of the layers after it.
These cells lie in the whole input space of a later layer, also where no input of the network comes. With
one or two hidden layers that is what `transversality` decides; with three and more it is stronger.

What is decided (proofs/theorems_deep.md, Theorem 1(d)): where every layer is in general position, a
network is supertransversal in this sense iff for every layer the network that begins there has a simple
complex.
"""

from __future__ import annotations

from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from exactpoly.running.limits import Limits
from exactpoly.running.run import Run
from exactpoly.theory.position import rank
from exactpoly.theory.verdict import Hypothesis

__all__ = ["supertransversal_everywhere"]

_NAME = "supertransversal on all of every layer's input space"
_MAX_DIMENSION = 7
_MAX_CELLS = 1_000_000


def supertransversal_everywhere(
    network: Network, generic: Hypothesis, simple: Hypothesis
) -> Hypothesis:
    """Whether the published definition holds; not decided for what is not generic or too large.

    ``generic``, ``simple``: whether the network and its complex on `R^d` are.
    """
    hidden = [layer for layer in network.layers if layer.neurons]
    if not generic.met:
        return Hypothesis(_NAME, None, "decided only where every layer is in general position")
    if not all(all(layer.relu) for layer in hidden) or hidden != list(
        network.layers[: len(hidden)]
    ):
        return Hypothesis(_NAME, None, "decided only for hidden layers of ReLU units alone")
    if not simple.met:
        return Hypothesis(_NAME, simple.met, "the complex is not simple")
    undecided = ""
    for first in range(1, len(hidden) - 1):
        answer = _simple_tail(hidden[first:])
        if answer is False:
            return Hypothesis(
                _NAME, False, f"the complex of layers {first} and later is not simple"
            )
        if answer is None:
            undecided = f"the complex of layers {first} and later is too large to look at"
    return Hypothesis(_NAME, None if undecided else True, undecided)


def _simple_tail(layers: list[Layer]) -> bool | None:
    """Whether these layers have a simple complex on all of the first one's input space."""
    first = layers[0]
    if rank([row[:-1] for row in first.numerators]) == first.outputs:
        # As many independent forms are coordinates; the rest of the space is a factor (low-rank).
        first = Layer.of(
            [[int(i == j) for j in range(first.outputs)] for i in range(first.outputs)]
        )
    if first.inputs > _MAX_DIMENSION:
        return None
    run = Run(Limits(max_cells=_MAX_CELLS))
    complex_ = enumerate_complex(Network((first, *layers[1:])), run=run)
    return complex_.simple if complex_.complete else None
