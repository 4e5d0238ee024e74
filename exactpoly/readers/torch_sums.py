"""What torch's sums and products mean exactly: linear maps, sums along axes, arithmetic of sizes.

See `torch_functions`, of whose table this is a part.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from exactpoly.errors import InputError
from exactpoly.readers import operators as ops
from exactpoly.readers import piecewise
from exactpoly.readers.exact_array import ExactArray
from exactpoly.readers.operators import Context, Value
from exactpoly.readers.piecewise import Comparison
from exactpoly.readers.torch_values import plain, value

__all__ = ["SUMS", "axes"]


def _linear(c: Context, input: Value, weight: Value, bias: Value | None = None) -> Value:
    if not isinstance(weight, ExactArray):
        raise InputError("a weight that depends on the input is not supported")
    y = ops.matmul(value(input), ExactArray(weight.numerators.T, weight.denominator))
    return y if bias is None else ops.add_values(c.graph, y, bias)


def _matmul(c: Context, input: Value, other: Value) -> Value:
    return ops.matmul(value(input), value(other))


def _add_product(
    c: Context, input: Value, mat1: Value, mat2: Value, beta: float = 1, alpha: float = 1
) -> Value:
    product = ops.matmul(mat1, mat2)
    return value(_add(c, _multiply(c, product, alpha), _multiply(c, input, beta)))


def _einsum(c: Context, equation: str, *operands: Any) -> Value:
    given = (
        operands[0] if len(operands) == 1 and isinstance(operands[0], (list, tuple)) else operands
    )
    if len(given) != 2:
        raise InputError(f"a sum of {len(given)} factors is not supported; two are")
    return ops.einsum(equation, value(given[0]), value(given[1]))


def _add(c: Context, input: Any, other: Any, alpha: float = 1) -> Any:
    if plain(input, other):
        return input + other * alpha
    if isinstance(input, (tuple, list)):  # sizes
        return (*input, *other)
    right = value(other)
    if alpha != 1:
        right = ops.multiply_values(right, value(alpha))
    return ops.add_values(c.graph, value(input), right)


def _subtract(c: Context, input: Any, other: Any, alpha: float = 1) -> Any:
    return _add(c, input, other, alpha=-alpha)


def _subtract_from(c: Context, input: Any, other: Any, alpha: float = 1) -> Any:
    return _add(c, other, input, alpha=-alpha)


def _multiply(c: Context, input: Any, other: Any) -> Any:
    if plain(input, other):
        return input * other
    if isinstance(other, Comparison):
        input, other = other, input
    if isinstance(input, Comparison):
        return piecewise.select(c.graph, input, value(other), ops.scalar(0))
    return ops.multiply_values(value(input), value(other))


def _divide(c: Context, input: Any, other: Any, rounding_mode: str | None = None) -> Any:
    if rounding_mode is not None:
        return _floor_divide(c, input, other)
    if plain(input, other):
        return input / other
    return ops.divide_values(value(input), value(other))


def _floor_divide(c: Context, input: Any, other: Any) -> Any:
    if not plain(input, other):
        raise InputError("floor division of a tensor is not affine")
    return input // other


def _negate(c: Context, input: Any) -> Any:
    return -input if plain(input) else ops.negate(value(input))


def axes(dim: Any) -> list[int] | None:
    """The axes that torch names, None for all."""
    if dim is None or (isinstance(dim, (tuple, list)) and not dim):
        return None
    return [dim] if isinstance(dim, int) else list(dim)


def _sum(
    c: Context, input: Value, dim: Any = None, keepdim: bool = False, dtype: Any = None
) -> Value:
    return ops.reduce_axes(value(input), axes(dim), keep=keepdim)


def _mean(
    c: Context, input: Value, dim: Any = None, keepdim: bool = False, dtype: Any = None
) -> Value:
    c.note("means divide exactly; torch rounds")
    return ops.reduce_axes(value(input), axes(dim), keep=keepdim, mean=True)


SUMS: dict[str, Callable[..., Any]] = {
    "linear": _linear,
    "matmul": _matmul,
    "mm": _matmul,
    "bmm": _matmul,
    "mv": _matmul,
    "addmm": _add_product,
    "baddbmm": _add_product,
    "einsum": _einsum,
    "add": _add,
    "iadd": _add,
    "sub": _subtract,
    "subtract": _subtract,
    "isub": _subtract,
    "rsub": _subtract_from,
    "mul": _multiply,
    "multiply": _multiply,
    "imul": _multiply,
    "div": _divide,
    "divide": _divide,
    "true_divide": _divide,
    "truediv": _divide,
    "itruediv": _divide,
    "floordiv": _floor_divide,
    "floor_divide": _floor_divide,
    "neg": _negate,
    "negative": _negate,
    "sum": _sum,
    "mean": _mean,
    "cumsum": lambda c, input, dim: ops.cumulative(value(input), dim),
}
