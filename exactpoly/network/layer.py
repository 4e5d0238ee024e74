"""One exact affine layer whose outputs are ReLU units or passed through linearly.

A layer is stored as integers over one common denominator, which is what exact linear algebra wants;
fractions are made on request. A float16, bfloat16, float32 or float64 number *is* a dyadic rational,
so converting it loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from fractions import Fraction
from functools import cached_property
from itertools import compress
from math import gcd, lcm
from typing import Any

import numpy as np

from exactpoly.arithmetic.exact_rows import ExactRows, Room, exact_row, exact_rows, items
from exactpoly.arithmetic.growable import frozen
from exactpoly.arithmetic.rational import rounded
from exactpoly.errors import InputError

__all__ = ["Layer", "exact_matrix"]


Row = tuple[tuple[int, ...], tuple[int, ...]]
"""The nonzero entries of a row: their columns, increasing, and their values."""


class Layer:
    """`z = (N[:, :-1] h + N[:, -1]) / q`, then ReLU on the units marked in ``relu``.

    ``numerators``: rows of integers, shape (outputs, inputs + 1), the bias in the last column;
    ``denominator``: positive integer `q`, in lowest terms with the numerators together;
    ``relu``: one truth value an output, False for a unit that is passed through linearly.
    Use `Layer.of` to make one from weights and biases. A layer never changes once it is made.

    >>> layer = Layer.sparse([{0: 2}, {1: 6, 2: 4}], inputs=2, denominator=2, relu=[True, False])
    >>> layer.numerators, layer.denominator
    (((1, 0, 0), (0, 3, 2)), 1)
    """

    inputs: int
    """Number of inputs."""
    denominator: int
    relu: tuple[bool, ...]

    def __init__(
        self, numerators: Sequence[Sequence[int]], denominator: int, relu: Sequence[bool]
    ) -> None:
        rows = tuple(map(tuple, numerators))
        if not rows or len(rows[0]) < 2:
            raise InputError("layer: a layer needs at least one input and one output")
        if len({len(row) for row in rows}) != 1:
            raise InputError("layer: rows of the weight matrix differ in length")
        divisor = _common_divisor(denominator, rows)
        if divisor != 1:
            rows = tuple(tuple(x // divisor for x in row) for row in rows)
        self.__dict__.update(
            inputs=len(rows[0]) - 1,
            denominator=denominator // divisor,
            relu=tuple(relu),
            numerators=rows,
        )

    @classmethod
    def sparse(
        cls,
        rows: Iterable[Mapping[int, int]],
        *,
        inputs: int,
        denominator: int,
        relu: Sequence[bool],
    ) -> Layer:
        """Make a layer from its nonzero numerators: for each output, column to integer.

        Column ``inputs`` is the bias. A convolution has few entries in many columns; a matrix of them
        all would not fit into memory.
        """
        alike = _Alike()
        entries = [alike.row(row) for row in rows]
        if not entries or inputs < 1:
            raise InputError("layer: a layer needs at least one input and one output")
        divisor = _common_divisor(denominator, (values for _, values in entries))
        if divisor != 1:
            for place, (js, values) in enumerate(entries):
                entries[place] = js, tuple(x // divisor for x in values)
        layer = cls.__new__(cls)
        layer.__dict__.update(
            inputs=inputs,
            denominator=denominator // divisor,
            relu=tuple(relu),
            rows=tuple(entries),
        )
        return layer

    @cached_property
    def numerators(self) -> tuple[tuple[int, ...], ...]:
        """All numerators, zeros included; see the class."""
        dense = []
        for columns, values in self.rows:
            line = [0] * (self.inputs + 1)
            for j, x in zip(columns, values, strict=True):
                line[j] = x
            dense.append(tuple(line))
        return tuple(dense)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """For each output its nonzero numerators; column ``inputs`` is the bias."""
        alike = _Alike()
        return tuple(alike.line(line) for line in self.numerators)

    def __getstate__(self) -> dict[str, Any]:
        """Everything but cached arrays, which a copy would hold writable."""
        return {k: v for k, v in self.__dict__.items() if not isinstance(v, np.ndarray)}

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a layer never changes; make another one instead of setting {name!r}")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Layer):
            return NotImplemented
        return (
            self.inputs == other.inputs
            and self.denominator == other.denominator
            and self.relu == other.relu
            and self.rows == other.rows
        )

    def __hash__(self) -> int:
        return hash((self.inputs, self.denominator, self.relu, self.rows))

    def __repr__(self) -> str:
        kinds = f"{len(self.neurons)} ReLU, {self.outputs - len(self.neurons)} linear"
        return f"Layer({self.inputs} -> {self.outputs}: {kinds})"

    def with_relu(self, relu: Sequence[bool]) -> Layer:
        """The same affine map with other unit kinds."""
        layer = copy(self)
        layer.__dict__.pop("neurons", None)
        layer.__dict__["relu"] = tuple(relu)
        return layer

    @classmethod
    def of(
        cls,
        weight: Sequence[Sequence[Any]] | np.ndarray | ExactRows,
        bias: Sequence[Any] | np.ndarray | None = None,
        *,
        relu: bool | Sequence[bool] = True,
        name: str = "layer",
    ) -> Layer:
        """Make a layer from a weight matrix (outputs, inputs) and a bias (outputs,) or None.

        Entries are anything `exact_scalar` takes; the matrix may be `ExactRows`. Raises `InputError`
        naming ``name`` and the index on a wrong shape or on an entry that is not a finite number.
        """
        label = f"{name}.weight"
        matrix = (
            weight if isinstance(weight, ExactRows) else exact_rows(_rows(weight, label), label)
        )
        outputs = len(matrix.rows)
        constants, below = [0] * outputs, 1
        if bias is not None:
            given = _line(bias)
            if given is None or len(given) != outputs:
                shape = tuple(getattr(bias, "shape", () if given is None else (len(given),)))
                raise InputError(
                    f"{name}.bias has shape {shape} but {name}.weight has {outputs} rows; they must agree"
                )
            constants, below = exact_row(given, lambda i: f"{name}.bias[{i}]")
        kinds = _kinds(relu, outputs, name)
        entries = outputs * len(matrix.rows[0])
        common = Room().common_denominator((matrix.denominator, below), entries, label)
        factor, shift = common // matrix.denominator, common // below
        return cls(
            [
                (*(row if factor == 1 else [x * factor for x in row]), constant * shift)
                for row, constant in zip(matrix.rows, constants, strict=True)
            ],
            common,
            kinds,
        )

    @property
    def outputs(self) -> int:
        """Number of outputs (ReLU units and linear ones together)."""
        return len(self.relu)

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
        result = np.zeros((self.outputs, self.inputs))
        for line, (columns, values) in zip(result, self.rows, strict=True):
            kept = len(columns) - (bool(columns) and columns[-1] == self.inputs)
            line[list(columns[:kept])] = [rounded(x, self.denominator) for x in values[:kept]]
        return frozen(result)

    @cached_property
    def float_bias(self) -> np.ndarray:
        """float64, shape (outputs,): each bias rounded to nearest. See `float_weight`."""
        result = np.zeros(self.outputs)
        for i, (columns, values) in enumerate(self.rows):
            if columns and columns[-1] == self.inputs:
                result[i] = rounded(values[-1], self.denominator)
        return frozen(result)

    def forward(self, point: Sequence[Fraction]) -> list[Fraction]:
        """Exact pre-activations at exact inputs."""
        common = lcm(*(x.denominator for x in point))
        scaled = [x.numerator * (common // x.denominator) for x in point]
        if len(scaled) != self.inputs:
            raise InputError(f"layer: {len(scaled)} values given for {self.inputs} inputs")
        scaled.append(common)
        total = common * self.denominator
        return [
            Fraction(sum(x * scaled[j] for j, x in zip(columns, values, strict=True)), total)
            for columns, values in self.rows
        ]


class _Alike:
    """Makes rows of nonzero entries, of which those on the same columns share them: half the memory."""

    def __init__(self) -> None:
        self._columns: dict[int, tuple[int, ...]] = {}
        self._names: tuple[int, ...] = ()

    def line(self, line: Sequence[int]) -> Row:
        """Of a row with its zeros."""
        if len(self._names) != len(line):
            self._names = tuple(range(len(line)))
        if all(line):
            return self._names, tuple(line)
        columns = tuple(compress(self._names, line))
        return self._shared(columns), tuple(x for x in line if x)

    def row(self, row: Mapping[int, int]) -> Row:
        """Of entries in any order."""
        columns = tuple(sorted(j for j, x in row.items() if x))
        return self._shared(columns), tuple(map(row.__getitem__, columns))

    def _shared(self, columns: tuple[int, ...]) -> tuple[int, ...]:
        """Equal ones among the latest are one."""
        known = self._columns.setdefault(len(columns), columns)
        if known == columns:
            return known
        self._columns[len(columns)] = columns
        return columns


def _common_divisor(denominator: int, rows: Iterable[Sequence[int]]) -> int:
    divisor = denominator
    for row in rows:
        if divisor == 1:
            break
        divisor = gcd(divisor, *row)
    return divisor


def exact_matrix(weight: Any, name: str) -> list[list[Fraction]]:
    """A matrix of exact numbers from rows or an array. Raises `InputError` with its ``name``."""
    rows, below = exact_rows(_rows(weight, name), name)
    return [[Fraction(x, below) for x in row] for row in rows]


def _rows(weight: Any, name: str) -> Any:
    """The rows of a matrix; those of an array must be finite numbers."""
    if not isinstance(weight, np.ndarray):
        if not hasattr(weight, "__iter__") or isinstance(weight, str | bytes | dict | set):
            raise InputError(f"{name} is of type {type(weight).__name__}; a matrix is needed")
        return weight
    if weight.ndim != 2:
        raise InputError(f"{name} has shape {weight.shape}; a matrix is needed")
    if weight.dtype.kind not in "iufO":
        raise InputError(f"{name} has dtype {weight.dtype}; give integers or floats")
    if weight.dtype.kind == "f":
        bad = np.argwhere(~np.isfinite(weight))
        if len(bad):
            index = tuple(int(i) for i in bad[0])
            raise InputError(
                f"{name}{list(index)} is {weight[index]}; every weight must be a finite number"
            )
    return weight.tolist()


def _line(values: Any) -> list[Any] | None:
    """The entries of a row of numbers; None for anything else."""
    unordered = isinstance(values, str | bytes | dict | set | frozenset)
    if unordered or not hasattr(values, "__iter__") or getattr(values, "ndim", 1) != 1:
        return None
    return items(values)


def _kinds(relu: Any, outputs: int, name: str) -> tuple[bool, ...]:
    """For each output whether it is a ReLU unit."""
    if isinstance(relu, bool | np.bool_):
        return (bool(relu),) * outputs
    given = _line(relu)
    if given is None or any(
        getattr(x, "item", lambda x=x: x)() not in (False, True) for x in given
    ):
        raise InputError(f"{name}: relu is {relu!r}; give True or False, or one of them an output")
    if len(given) != outputs:
        raise InputError(f"{name}: {len(given)} unit kinds for {outputs} outputs")
    return tuple(map(bool, given))
