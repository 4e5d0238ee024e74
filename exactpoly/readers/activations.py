"""The activation that a user names for a file of tensors, which does not say it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from exactpoly.arithmetic.rational import exact_scalar
from exactpoly.errors import InputError
from exactpoly.readers import operators as ops
from exactpoly.readers import piecewise
from exactpoly.readers.affine import Affine
from exactpoly.readers.lowering import Graph
from exactpoly.readers.operators import Value

__all__ = ["Activation", "activation"]

Activation = Callable[[Graph, Affine], Value]

_PLAIN: dict[str, Activation] = {
    "relu": lambda graph, x: graph.relu(x),
    "relu6": lambda graph, x: piecewise.clip(graph, x, ops.scalar(0), ops.scalar(6)),
    "abs": piecewise.absolute,
    "hardtanh": lambda graph, x: piecewise.clip(graph, x, ops.scalar(-1), ops.scalar(1)),
    "hardsigmoid": lambda graph, x: piecewise.affine_then_clip(
        graph, x, Fraction(1, 6), Fraction(1, 2)
    ),
    "identity": lambda graph, x: x,
}
_WITH_NUMBER: dict[str, Callable[[Graph, Affine, Fraction], Value]] = {
    "leaky_relu": lambda graph, x, slope: piecewise.slopes(graph, x, ops.scalar(slope)),
    "softshrink": lambda graph, x, at: piecewise.soft_shrink(graph, x, at, at),
    "threshold": lambda graph, x, at: piecewise.threshold(graph, x, at, at),
}


def activation(name: str | None) -> Activation:
    """The activation called ``name``: such as ``relu``, ``abs``, ``leaky_relu:0.01``; ReLU for None.

    The number is the decimal or fraction that is written, so ``0.01`` is exactly one hundredth.
    """
    kind, colon, text = (name or "relu").partition(":")
    if kind in _PLAIN and not colon:
        return _PLAIN[kind]
    if kind in _WITH_NUMBER and colon:
        number = exact_scalar(text, f"activation: the number of {kind}")
        apply = _WITH_NUMBER[kind]
        return lambda graph, x: apply(graph, x, number)
    known = ", ".join([*_PLAIN, *(f"{other}:NUMBER" for other in _WITH_NUMBER)])
    raise InputError(f"activation: {name!r} is not known; use one of {known}")
