"""What the tensors of an ONNX graph are while it is read, and how operators take them apart.

A value is an `Affine` (it depends on the input), an `ExactArray` (constant floats), a `Comparison` (truth
that depends on the input), or a NumPy array: constant integers and truth values, which are shapes,
indices and masks. These are computed by ONNX's own reference operators, which are exact on them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from exactpoly.errors import InputError
from exactpoly.readers import operators as ops
from exactpoly.readers.affine import Affine
from exactpoly.readers.exact_array import MAX_ENTRIES, ExactArray, exact_array
from exactpoly.readers.operators import Value, names
from exactpoly.readers.piecewise import Comparison
from exactpoly.readers.work import grant

__all__ = [
    "FLOATS",
    "ON_INTEGERS",
    "Attributes",
    "Item",
    "Places",
    "exact_initializer",
    "float_array",
    "fold_integers",
    "foldable",
    "integers",
    "item_of_tensor",
    "reduced_axes",
    "tensor",
    "value",
]


class Places:
    """The indices of sorted values, which jump where two values change places."""

    shape = ()


Item = Affine | ExactArray | Comparison | np.ndarray | Places
Attributes = dict[str, Any]

FLOATS = (TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.FLOAT16, TensorProto.BFLOAT16)

ON_INTEGERS = names(
    "Abs Add And Ceil Concat ConstantOfShape CumSum Div Equal Expand Flatten Floor Gather "
    "GatherElements GatherND Greater GreaterOrEqual Identity Less LessOrEqual Max Min Mod Mul "
    "Neg NonZero Not OneHot Or Pad Range ReduceMax ReduceMin ReduceProd ReduceSum Reshape "
    "ScatterElements ScatterND Slice Split Squeeze Sub Sum Tile Transpose Trilu Unsqueeze Where "
    "Xor"
)


def float_array(tensor: TensorProto) -> np.ndarray:
    """A tensor as a NumPy array of the same numbers; bfloat16 becomes float32."""
    if np.prod(tensor.dims, dtype=object) > MAX_ENTRIES:
        raise InputError(f"{tensor.name} has more than {MAX_ENTRIES} entries")
    try:
        array: np.ndarray = numpy_helper.to_array(tensor)
    except Exception as error:  # onnx raises what NumPy and its own tables raise
        raise InputError(
            f"the numbers of tensor {tensor.name!r} do not fit its type or shape; export it again"
        ) from error
    return array.astype(np.float32) if tensor.data_type == TensorProto.BFLOAT16 else array


def exact_initializer(tensor: TensorProto, name: str) -> ExactArray:
    """An initializer or constant of floats as exact numbers."""
    array = float_array(tensor)
    grant(array.size)
    return exact_array(array, name)


def item_of_tensor(tensor: TensorProto, name: str) -> Item:
    """An initializer or constant of any type."""
    if tensor.data_type in FLOATS:
        array = float_array(tensor)
        if array.size == 1 and not np.isfinite(array).all():
            return array  # an infinite bound is none
        return exact_initializer(tensor, name)
    array = float_array(tensor)
    if array.dtype.kind not in "iub":
        if array.dtype.kind in "fV":  # float8 and the like
            return exact_array(array.astype(np.float32), name)
        raise InputError(f"{name} has type {helper.tensor_dtype_to_string(tensor.data_type)}")
    return array


def value(x: Item | None) -> Value:
    """A value of numbers; refuses truth values that depend on the input, and a missing input."""
    if x is None:
        raise InputError("an input is missing")
    if isinstance(x, Comparison):
        raise InputError(
            "a truth value that depends on the input is supported in Where, Cast, Not and Mul only"
        )
    if isinstance(x, Places):
        raise InputError("the places of sorted values jump; the values themselves are supported")
    if isinstance(x, np.ndarray):
        return exact_array(x.astype(np.int64) if x.dtype.kind == "b" else x, "the constant")
    return x


def tensor(x: Item | None) -> Affine:
    """A value that depends on the input."""
    if not isinstance(x, Affine):
        raise InputError("this operator is supported on values that depend on the input only")
    return x


def integers(x: Item | None, what: str) -> list[int]:
    """Constant integers, flat."""
    if x is None or isinstance(x, (Affine, Comparison, Places)):
        raise InputError(f"{what} must be constant integers")
    if isinstance(x, np.ndarray):
        return [int(n) for n in x.ravel()]
    if any(n.denominator != 1 for n in x.fractions()):
        raise InputError(f"{what} must be constant integers")
    return [int(n) for n in x.fractions()]


def reduced_axes(a: Attributes, axes: Item | None) -> list[int] | None:
    """The axes that a reduction names, by an attribute or an input; None for all of them."""
    chosen = list(a["axes"]) if "axes" in a else None
    if axes is not None:
        chosen = integers(axes, "axes")
    if not chosen:
        return [] if a.get("noop_with_empty_axes", 0) else None
    return chosen


def foldable(node: Any, inputs: list[Item | None]) -> bool:
    """Whether the node computes integers or truth values from such."""
    given = [x for x in inputs if x is not None]
    return (
        node.op_type in ON_INTEGERS
        and bool(given)
        and all(isinstance(x, np.ndarray) and x.dtype.kind in "iub" for x in given)
        and (node.op_type != "ConstantOfShape" or _fills_with_integers(node))
    )


def fold_integers(node: Any, inputs: list[Any], opset: int) -> list[Item]:
    """The outputs of such a node, by the reference operator."""
    from onnx.reference import ReferenceEvaluator

    _check_growth(node, inputs)
    feed = {name: np.asarray(x) for name, x in zip(node.input, inputs, strict=True) if name}
    given = [
        helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(x.dtype), x.shape)
        for name, x in feed.items()
    ]
    made = [helper.make_tensor_value_info(name, TensorProto.INT64, None) for name in node.output]
    graph = helper.make_graph([node], "folded", given, made)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    try:
        return [np.asarray(x) for x in ReferenceEvaluator(model).run(None, feed)]
    except Exception as error:  # the evaluator raises whatever NumPy raises
        line = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"its constant inputs do not fit ({line})") from error


def _fills_with_integers(node: Any) -> bool:
    fill = [a.t.data_type for a in node.attribute if a.name == "value"]
    return bool(fill) and fill[0] not in FLOATS


def _check_growth(node: Any, inputs: list[Any]) -> None:
    """Refuse what would fill the memory from a few numbers."""
    sizes = [int(n) for x in inputs[-1:] for n in np.ravel(x)]
    if node.op_type in ("ConstantOfShape", "Expand"):
        ops.check_positions(int(np.prod([max(n, 1) for n in sizes], dtype=object)))
    if node.op_type == "Tile":
        grown = np.prod([max(n, 1) for n in (*sizes, inputs[0].size)], dtype=object)
        ops.check_positions(int(grown))
    if node.op_type == "Range" and len(inputs) == 3 and inputs[2].any():
        ops.check_positions(abs(int(inputs[1]) - int(inputs[0])) // abs(int(inputs[2])))
    if node.op_type == "Pad":
        ops.check_positions(sum(abs(int(n)) for n in np.ravel(inputs[1])) + inputs[0].size)
    if node.op_type == "OneHot":
        ops.check_positions(inputs[0].size * abs(int(np.ravel(inputs[1])[0])))
