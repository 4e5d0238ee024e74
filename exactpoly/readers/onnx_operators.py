"""What each ONNX operator means exactly.

One table, keyed by the operator's name, put together from those of the kinds of operators. An entry takes
the `Context`, the node's attributes and its input values (None where an optional input is left out), and
gives its output value, or a list of them. What is not in it is refused, with the reason where one is known.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from exactpoly.errors import InputError
from exactpoly.readers.exact_array import ExactArray, exact_array
from exactpoly.readers.onnx_kinks import KINKS
from exactpoly.readers.onnx_ml import ML, ML_REASONS
from exactpoly.readers.onnx_shapes import SHAPES
from exactpoly.readers.onnx_sums import SUMS
from exactpoly.readers.onnx_values import Attributes, Item, integers, item_of_tensor, value
from exactpoly.readers.onnx_windows import WINDOWS
from exactpoly.readers.operators import Context, Value, names

__all__ = ["HEADS", "ML_OPERATORS", "OPERATORS", "refusal"]

ML_OPERATORS = frozenset(ML)
"""Operators of the domain ai.onnx.ml; the others are of the default one."""

HEADS = names("ArgMax Hardmax LogSoftmax Sigmoid Softmax Softplus Tanh")
"""Operators at the very end of a network that keep the order of its outputs."""

_JUMPS = names("ArgMax ArgMin Ceil Equal Floor Hardmax Round Sign And Or Xor")
_CURVED = names(
    "Acos Asin Atan Celu Cos Cosh Elu Erf Exp Gelu GlobalLpPool GroupNormalization HardSwish "
    "InstanceNormalization LRN LayerNormalization Log LogSoftmax LpNormalization Mish Pow "
    "ReduceL2 ReduceLogSumExp ReduceProd ReduceSumSquare Reciprocal Selu Sigmoid Sin Sinh "
    "Softmax Softplus Softsign Sqrt Swish Tan Tanh"
)
_ROUNDS = names("ConvInteger DynamicQuantizeLinear MatMulInteger QLinearConv QLinearMatMul")


def refusal(name: str) -> str:
    """Why an operator is not supported."""
    if name in ML_REASONS:
        return f"this operator is not supported: {ML_REASONS[name]}"
    if name in _JUMPS:
        return (
            "this operator is not supported: it jumps, and only continuous functions are networks"
        )
    if name in _CURVED:
        return "this operator is not supported: it is not piecewise linear"
    if name in _ROUNDS or name == "QuantizeLinear":
        return "this operator is not supported: it rounds values that depend on the input"
    return f"this operator is not supported; supported are {', '.join(sorted(OPERATORS))}"


def _constant(c: Context, a: Attributes) -> Item:
    if len(a) != 1:
        raise InputError("a constant needs exactly one value")
    [(kind, given)] = a.items()
    if kind == "value":
        return item_of_tensor(given, "the constant")
    if kind in ("value_float", "value_floats"):
        return exact_array(np.asarray(given, dtype=np.float64), "the constant")
    if kind in ("value_int", "value_ints"):
        return np.asarray(given, dtype=np.int64)
    raise InputError(f"a constant given as {kind} is not supported")


def _dropout(
    c: Context, a: Attributes, x: Item, ratio: Item | None = None, mode: Item | None = None
) -> Value:
    if mode is not None and (
        not isinstance(mode, (ExactArray, np.ndarray)) or any(integers(mode, "mode"))
    ):
        raise InputError("dropout in training mode is random; export the model in evaluation mode")
    return value(x)


OPERATORS: dict[str, Callable[..., Any]] = {
    **KINKS,
    **ML,
    **SHAPES,
    **SUMS,
    **WINDOWS,
    "Constant": _constant,
    "Dropout": _dropout,
}
