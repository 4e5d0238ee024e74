"""Networks in the `.nnet` text format (Stanford's NNet, used by the ACAS Xu benchmarks).

The file gives layer sizes, the range of each input, a mean and a range for each input and one for the
outputs, then weights and biases in decimals. Its function is: clip each input to its range,
normalise it as `(x - mean) / range`, run the layers, and scale each output as
`y * range + mean`. Here the network is the function of *raw* inputs to *raw* outputs without the
clipping: decimals are exact rationals, and both scalings are folded exactly into the first and the
last layer. On the box of the input ranges, which the notes state, clipping changes nothing.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TextIO

from exactpoly.arithmetic.digits import any_digits
from exactpoly.arithmetic.exact_rows import ExactRows, Room, exact_row, joined
from exactpoly.arithmetic.rational import exact_scalar
from exactpoly.errors import InputError
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network

__all__ = ["read_nnet"]

_BLANKS = " \t\r\n"
_LARGEST_COUNT = 10**9
_LONGEST_LINE = 100_000_000


def read_nnet(path: str | Path) -> Network:
    """Read a `.nnet` file. Raises `InputError` naming the line that is wrong."""
    path = Path(path)
    try:
        with path.open(encoding="utf-8-sig") as file:
            return _network(_Lines(file), path.stem)
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not text in UTF-8, so not a .nnet file") from error


def _network(lines: _Lines, name: str) -> Network:
    counts = lines.integers("the numbers of layers, inputs and outputs", 3, more=True)
    if min(counts) < 1:
        raise lines.error("does not give positive numbers of layers, inputs and outputs")
    n_layers, inputs, outputs = counts
    sizes = lines.integers("the layer sizes", n_layers + 1)
    if sizes[0] != inputs or sizes[-1] != outputs or min(sizes) < 1:
        raise lines.error(f"gives layer sizes {sizes} for {inputs} inputs and {outputs} outputs")
    lines.skip("the unused flag")
    lower, _ = lines.inputs("the input minima", inputs)
    upper, _ = lines.inputs("the input maxima", inputs)
    means, mean = lines.inputs("the means", inputs)
    ranges, span = lines.inputs("the ranges", inputs)
    mean, span = mean or Fraction(0), Fraction(1) if span is None else span
    if min(*ranges, span) <= 0:
        raise lines.error("has a range that is not positive, which no value can be divided by")
    layers = []
    for index, (before, after) in enumerate(pairwise(sizes)):
        weight = lines.matrix(f"a weight row of layer {index}", after, before)
        bias = [lines.row(f"a bias of layer {index}", 1) for _ in range(after)]
        constants = [Fraction(numerator, below) for [numerator], below in bias]
        if not index:
            weight, constants = _normalise_inputs(weight, constants, means, ranges)
        if index + 1 == n_layers:
            weight, constants = _scale_outputs(weight, constants, mean, span)
        layers.append(Layer.of(weight, constants, relu=index + 1 < n_layers, name=f"layer {index}"))
    lines.finish()
    with any_digits():
        box = "x".join(f"[{a},{b}]" for a, b in zip(lower, upper, strict=True))
        scaling = (
            f"outputs are scaled as y * {span} + {mean}, the last mean and range if there is one"
        )
    return Network(
        tuple(layers),
        name,
        (
            "decimals are taken as the exact rationals that are written",
            "the network maps raw inputs to raw outputs: the file's input normalisation and output"
            " scaling are folded exactly into its first and last layer",
            scaling,
            f"the file's clipping of inputs is left out; it changes nothing on the domain {box}",
        ),
    )


def _normalise_inputs(
    weight: ExactRows, bias: list[Fraction], means: list[Fraction], ranges: list[Fraction]
) -> tuple[ExactRows, list[Fraction]]:
    """`W (x - mean) / range + b` as a layer of `x`."""
    factors, below = exact_row([1 / r for r in ranges], lambda i: f"range {i}")
    shifts, under = exact_row(
        [m / r for m, r in zip(means, ranges, strict=True)], lambda i: f"mean {i}"
    )
    shifted = [
        b
        - Fraction(sum(w * s for w, s in zip(row, shifts, strict=True)), weight.denominator * under)
        for row, b in zip(weight.rows, bias, strict=True)
    ]
    scaled = [tuple(w * f for w, f in zip(row, factors, strict=True)) for row in weight.rows]
    return ExactRows(scaled, weight.denominator * below), shifted


def _scale_outputs(
    weight: ExactRows, bias: list[Fraction], mean: Fraction, span: Fraction
) -> tuple[ExactRows, list[Fraction]]:
    """`(W h + b) range + mean` as a layer of `h`."""
    rows = [tuple(w * span.numerator for w in row) for row in weight.rows]
    return ExactRows(rows, weight.denominator * span.denominator), [b * span + mean for b in bias]


class _Lines:
    """The lines of the file one after the other, comments and blank lines left out."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._number = 0
        self._room = Room()

    def error(self, what: str) -> InputError:
        """The error that the line read last ``what``."""
        return InputError(f"line {self._number} {what}")

    def _next(self) -> str | None:
        while line := self._file.readline(_LONGEST_LINE):
            self._number += 1
            if len(line) == _LONGEST_LINE:
                raise self.error(f"has {_LONGEST_LINE} characters or more; is this a .nnet file?")
            line = line.strip(_BLANKS)
            if line and not line.startswith("//"):
                return line
        return None

    def skip(self, what: str) -> str:
        """The next line as text."""
        line = self._next()
        if line is None:
            raise InputError(f"the file ends where {what} should be; is it cut short?")
        return line

    def _fields(self, what: str, count: int, *, more: bool = False) -> list[str]:
        """The next line, separated and optionally ended by commas, of ``count`` fields or more."""
        fields = self.skip(what).removesuffix(",").split(",")
        if len(fields) < count or (len(fields) > count and not more):
            raise self.error(f"has {len(fields)} numbers where {what} need {count}")
        return fields

    def _field(self, place: int) -> str:
        return f"line {self._number}, field {place}"

    def row(self, what: str, count: int) -> tuple[list[int], int]:
        """The next line as integers over one denominator."""
        return exact_row(self._fields(what, count), self._field, self._room)

    def matrix(self, what: str, rows: int, columns: int) -> ExactRows:
        """The next lines as a matrix."""
        made, below = [], []
        for _ in range(rows):
            numerators, denominator = self.row(what, columns)
            made.append(tuple(numerators))
            below.append(denominator)
        return joined(made, below, f"line {self._number}", self._room)

    def inputs(self, what: str, count: int) -> tuple[list[Fraction], Fraction | None]:
        """The numbers of the inputs, the first ones, and that of the outputs, the last one if there is one.

        Some files give more inputs than the network takes; some leave the outputs as they are.
        """
        fields = self._fields(what, count, more=True)
        numbers = [exact_scalar(x, self._field(i)) for i, x in enumerate(fields[:count])]
        last = len(fields) - 1
        return numbers, exact_scalar(fields[-1], self._field(last)) if last >= count else None

    def integers(self, what: str, count: int, *, more: bool = False) -> list[int]:
        """The next line as integers, the first ``count`` of them."""
        fields = self._fields(what, count, more=more)[:count]
        values = [exact_scalar(x, self._field(i)) for i, x in enumerate(fields)]
        if any(x.denominator != 1 for x in values):
            raise self.error(f"has a number that is not an integer among {what}")
        if any(abs(x) > _LARGEST_COUNT for x in values):
            raise self.error(f"has a number beyond {_LARGEST_COUNT} among {what}")
        return [int(x) for x in values]

    def finish(self) -> None:
        """Refuse lines after the last bias."""
        if self._next() is not None:
            raise InputError(f"line {self._number} comes after the last bias; the sizes do not fit")
