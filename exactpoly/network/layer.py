"""One exact affine layer whose outputs are ReLU units or passed through linearly.

A layer is stored as integers over one common denominator, which is what exact linear algebra wants;
fractions are made on request. A float16, bfloat16, float32 or float64 number *is* a dyadic rational,
so converting it loses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import gcd, lcm
from typing import Any

import numpy as np

from exactpoly.arithmetic.growable import frozen
from exactpoly.arithmetic.rational import exact_scalar, rounded
from exactpoly.errors import InputError

__all__ = ["Layer"]


@dataclass(frozen=True)
class Layer:
    """`z = (N[:, :-1] h + N[:, -1]) / q`, then ReLU on the units marked in ``relu``.

    ``numerators``: rows of integers, shape (outputs, inputs + 1), the bias in the last column;
    ``denominator``: positive integer `q`, in lowest terms with the numerators together;
    ``relu``: one truth value an output, False for a unit that is passed through linearly.
    Use `Layer.of` to make one from weights and biases.
    """

    numerators: tuple[tuple[int, ...], ...]
    denominator: int
    relu: tuple[bool, ...]

    @classmethod
    def of(
        cls,
        weight: Sequence[Sequence[Any]] | np.ndarray,
        bias: Sequence[Any] | np.ndarray | None = None,
        *,
        relu: bool | Sequence[bool] = True,
        name: str = "layer",
    ) -> Layer:
        """Make a layer from a weight matrix (outputs, inputs) and a bias (outputs,) or None.

        Entries are anything `exact_scalar` takes. Raises `InputError` naming ``name`` and the index
        on a wrong shape or on an entry that is not a finite number.
        """
        matrix = _exact_matrix(weight, f"{name}.weight")
        outputs = len(matrix)
        constants = [Fraction(0)] * outputs
        if bias is not None:
            if np.ndim(np.asarray(bias, dtype=object)) != 1 or len(bias) != outputs:
                raise InputError(
                    f"{name}.bias has shape {np.shape(np.asarray(bias, dtype=object))} but"
                    f" {name}.weight has {outputs} rows; they must agree"
                )
            constants = [exact_scalar(b, f"{name}.bias[{i}]") for i, b in enumerate(_items(bias))]
        kinds = (relu,) * outputs if isinstance(relu, bool) else tuple(bool(r) for r in relu)
        if len(kinds) != outputs:
            raise InputError(f"{name}: {len(kinds)} unit kinds for {outputs} outputs")
        rows = [[*row, constant] for row, constant in zip(matrix, constants, strict=True)]
        common = lcm(*(x.denominator for row in rows for x in row)) if rows else 1
        return cls(
            tuple(tuple(x.numerator * (common // x.denominator) for x in row) for row in rows),
            common,
            kinds,
        )

    def __post_init__(self) -> None:
        if not self.numerators or len(self.numerators[0]) < 2:
            raise InputError("layer: a layer needs at least one input and one output")
        if len({len(row) for row in self.numerators}) != 1:
            raise InputError("layer: rows of the weight matrix differ in length")
        divisor = gcd(self.denominator, *(x for row in self.numerators for x in row))
        if divisor != 1:
            object.__setattr__(
                self, "numerators", tuple(tuple(x // divisor for x in r) for r in self.numerators)
            )
            object.__setattr__(self, "denominator", self.denominator // divisor)

    @property
    def inputs(self) -> int:
        """Number of inputs."""
        return len(self.numerators[0]) - 1

    @property
    def outputs(self) -> int:
        """Number of outputs (ReLU units and linear ones together)."""
        return len(self.numerators)

    @cached_property
    def neurons(self) -> tuple[int, ...]:
        """Outputs that are ReLU units, in order."""
        return tuple(i for i, kind in enumerate(self.relu) if kind)

    @cached_property
    def weight(self) -> tuple[tuple[Fraction, ...], ...]:
        """Exact weights, shape (outputs, inputs)."""
        return tuple(
            tuple(Fraction(x, self.denominator) for x in row[:-1]) for row in self.numerators
        )

    @cached_property
    def bias(self) -> tuple[Fraction, ...]:
        """Exact biases, shape (outputs,)."""
        return tuple(Fraction(row[-1], self.denominator) for row in self.numerators)

    @cached_property
    def float_weight(self) -> np.ndarray:
        """float64, shape (outputs, inputs): each weight rounded to nearest (exact for dyadic ones).

        For proposing and filtering only. An entry too large for float64 becomes infinite, which a
        filter must treat as undecided.
        """
        return _rounded([row[:-1] for row in self.numerators], self.denominator)

    @cached_property
    def float_bias(self) -> np.ndarray:
        """float64, shape (outputs,): each bias rounded to nearest. See `float_weight`."""
        return _rounded([row[-1:] for row in self.numerators], self.denominator)[:, 0]

    def forward(self, point: Sequence[Fraction]) -> list[Fraction]:
        """Exact pre-activations at exact inputs."""
        common = lcm(*(x.denominator for x in point))
        scaled = [x.numerator * (common // x.denominator) for x in point]
        scaled.append(common)
        total = common * self.denominator
        return [
            Fraction(sum(a * x for a, x in zip(row, scaled, strict=True)), total)
            for row in self.numerators
        ]


def _items(values: Any) -> list[Any]:
    """The entries of a one-dimensional array or sequence as Python objects, exactly."""
    if isinstance(values, np.ndarray):
        return list(values.tolist()) if values.dtype != np.longdouble else list(values)
    return list(values)


def _exact_matrix(weight: Any, name: str) -> list[list[Fraction]]:
    if isinstance(weight, np.ndarray):
        if weight.ndim != 2:
            raise InputError(f"{name} has shape {weight.shape}; a matrix is needed")
        if weight.dtype.kind == "f":
            bad = np.argwhere(~np.isfinite(weight))
            if len(bad):
                index = tuple(int(i) for i in bad[0])
                raise InputError(
                    f"{name}{list(index)} is {weight[index]}; every weight must be a finite number"
                )
        weight = weight.tolist()
    rows: list[list[Fraction]] = []
    for i, row in enumerate(weight):
        if isinstance(row, str) or not hasattr(row, "__len__"):
            raise InputError(f"{name}[{i}] is not a row of numbers; a matrix is needed")
        rows.append([exact_scalar(x, f"{name}[{i}, {j}]") for j, x in enumerate(_items(row))])
        if len(rows[-1]) != len(rows[0]):
            raise InputError(
                f"{name}[{i}] has {len(rows[-1])} entries but row 0 has {len(rows[0])}"
            )
    if not rows or not rows[0]:
        raise InputError(f"{name} is empty; a layer needs at least one input and one output")
    return rows


def _rounded(rows: Sequence[Sequence[int]], denominator: int) -> np.ndarray:
    return frozen(np.array([[rounded(x, denominator) for x in row] for row in rows], np.float64))
