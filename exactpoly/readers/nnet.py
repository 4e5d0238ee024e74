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

from exactpoly.arithmetic.digits import any_digits
from exactpoly.arithmetic.rational import exact_scalar
from exactpoly.errors import InputError
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network

__all__ = ["read_nnet"]

_Row = list[Fraction]
_LARGEST_COUNT = 10**9


def read_nnet(path: str | Path) -> Network:
    """Read a `.nnet` file. Raises `InputError` naming the line that is wrong."""
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not text, so not a .nnet file") from error
    lines = _Lines(text)
    counts = lines.integers("the numbers of layers, inputs and outputs")
    if len(counts) < 3 or min(counts[:3]) < 1:
        raise lines.error("does not give positive numbers of layers, inputs and outputs")
    n_layers, inputs, outputs = counts[:3]
    sizes = lines.integers("the layer sizes", n_layers + 1)
    if sizes[0] != inputs or sizes[-1] != outputs or min(sizes) < 1:
        raise lines.error(f"gives layer sizes {sizes} for {inputs} inputs and {outputs} outputs")
    lines.skip("the unused flag")
    lower = lines.numbers("the input minima", inputs, more=True)
    upper = lines.numbers("the input maxima", inputs, more=True)
    means, mean = _inputs_and_output(lines.numbers("the means", inputs, more=True), inputs, 0)
    ranges, span = _inputs_and_output(lines.numbers("the ranges", inputs, more=True), inputs, 1)
    if min(*ranges, span) <= 0:
        raise lines.error("has a range that is not positive, which no value can be divided by")
    matrices: list[tuple[list[_Row], _Row]] = []
    for index, (before, after) in enumerate(pairwise(sizes)):
        weight = [lines.numbers(f"a weight row of layer {index}", before) for _ in range(after)]
        bias = [lines.numbers(f"a bias of layer {index}", 1)[0] for _ in range(after)]
        matrices.append((weight, bias))
    lines.finish()
    matrices[0] = _normalise_inputs(matrices[0], means, ranges)
    matrices[-1] = _scale_outputs(matrices[-1], mean, span)
    layers = tuple(
        Layer.of(weight, bias, relu=index + 1 < n_layers, name=f"layer {index}")
        for index, (weight, bias) in enumerate(matrices)
    )
    with any_digits():
        box = "x".join(f"[{a},{b}]" for a, b in zip(lower[:inputs], upper[:inputs], strict=True))
        scaling = (
            f"outputs are scaled as y * {span} + {mean}, the last mean and range if there is one"
        )
    return Network(
        layers,
        path.stem,
        (
            "decimals are taken as the exact rationals that are written",
            "the network maps raw inputs to raw outputs: the file's input normalisation and output"
            " scaling are folded exactly into its first and last layer",
            scaling,
            f"the file's clipping of inputs is left out; it changes nothing on the domain {box}",
        ),
    )


def _inputs_and_output(values: _Row, inputs: int, none: int) -> tuple[_Row, Fraction]:
    """The numbers of the inputs, the first ones, and that of the outputs, the last one if there is one.

    Some files give more inputs than the network takes; some leave the outputs as they are.
    """
    return values[:inputs], values[-1] if len(values) > inputs else Fraction(none)


def _normalise_inputs(
    layer: tuple[list[_Row], _Row], means: _Row, ranges: _Row
) -> tuple[list[_Row], _Row]:
    """`W (x - mean) / range + b` as a layer of `x`."""
    weight, bias = layer
    scaled = [[w / r for w, r in zip(row, ranges, strict=True)] for row in weight]
    shifted = [
        b - sum((w * m for w, m in zip(row, means, strict=True)), Fraction(0))
        for row, b in zip(scaled, bias, strict=True)
    ]
    return scaled, shifted


def _scale_outputs(
    layer: tuple[list[_Row], _Row], mean: Fraction, span: Fraction
) -> tuple[list[_Row], _Row]:
    """`(W h + b) range + mean` as a layer of `h`."""
    weight, bias = layer
    return [[w * span for w in row] for row in weight], [b * span + mean for b in bias]


class _Lines:
    """The lines of the file one after the other, comments and blank lines left out."""

    def __init__(self, text: str) -> None:
        numbered = enumerate(text.splitlines(), start=1)
        self._lines = [
            (i, line) for i, line in numbered if line.strip() and not line.startswith("//")
        ]
        self._next = 0

    def error(self, what: str) -> InputError:
        """The error that the line read last ``what``."""
        return InputError(f"line {self._lines[self._next - 1][0]} {what}")

    def skip(self, what: str) -> str:
        """The next line as text."""
        if self._next == len(self._lines):
            raise InputError(f"the file ends where {what} should stand; is it cut short?")
        self._next += 1
        return self._lines[self._next - 1][1]

    def numbers(self, what: str, count: int | None = None, *, more: bool = False) -> _Row:
        """The next line as exact numbers, separated and optionally ended by commas.

        There must be ``count`` of them, or at least as many if ``more``.
        """
        fields = self.skip(what).strip().removesuffix(",").split(",")
        line = self._lines[self._next - 1][0]
        enough = count is None or (len(fields) >= count if more else len(fields) == count)
        if not enough:
            raise self.error(f"has {len(fields)} numbers where {what} need {count}")
        return [exact_scalar(x.strip(), f"line {line}, field {i}") for i, x in enumerate(fields)]

    def integers(self, what: str, count: int | None = None) -> list[int]:
        """The next line as integers."""
        values = self.numbers(what, count)
        if any(x.denominator != 1 for x in values):
            raise self.error(f"has a number that is not an integer among {what}")
        if any(abs(x) > _LARGEST_COUNT for x in values):
            raise self.error(f"has a number beyond {_LARGEST_COUNT} among {what}")
        return [int(x) for x in values]

    def finish(self) -> None:
        """Refuse lines after the last bias."""
        if self._next != len(self._lines):
            line = self._lines[self._next][0]
            raise InputError(f"line {line} comes after the last bias; the sizes do not fit")
