"""From a graph of exact affine forms and ReLUs to the layers of a `Network`.

Every framework is lowered through a `Graph`. A ReLU makes one ReLU unit an entry, a level above all
units below its tensor; layer `l` of the network holds the units of level `l`. A value that is needed
further up than the next level is passed through linearly, so a skip connection or the linear part of a
leaky ReLU adds linear units and never a hyperplane. Affine operators in sequence are one affine map.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import lcm, prod

import numpy as np

from exactpoly.errors import InputError
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from exactpoly.readers.affine import Affine, constant, take
from exactpoly.readers.exact_array import MAX_ENTRIES, ExactArray
from exactpoly.readers.rows import Row, scaled
from exactpoly.readers.samples import sample_points

__all__ = ["Graph"]

_MAX_INPUTS = 500_000
_MAX_OUTPUTS = 100_000

_Part = tuple[Affine, Sequence[int], bool]
"""Some outputs of a layer: the forms, which of their rows, and whether they are ReLU units."""


@dataclass(frozen=True)
class _Block:
    """Units ``first, first + 1, ..``: ReLU units (or linear ones) whose forms are ``source``."""

    first: int
    source: Affine
    relu: bool
    level: int


class Graph:
    """A network under construction: its input units, and one block of units for each ReLU.

    ``noise``, once the network is made: for each layer the float64 array (points, outputs) of
    `roundings * magnitude`; times the unit roundoff it bounds what evaluating that layer in floats at
    the sample points adds to the error.

    >>> graph = Graph()
    >>> x = graph.input((1, 2))
    >>> graph.network(graph.relu(x), "relu").evaluate([3, -5])
    (Fraction(3, 1), Fraction(0, 1))
    """

    def __init__(self, points: np.ndarray | None = None) -> None:
        """``points``: float64, shape (points, inputs), to be followed instead of the usual ones."""
        self._given = points
        self._inputs = 0
        self._blocks: list[_Block] = []
        self._levels: dict[int, list[_Block]] = {}
        self._next = 0
        self._points = 0
        self.noise: list[np.ndarray] = []

    def input(self, shape: tuple[int, ...]) -> Affine:
        """The only input tensor; to be called once, first."""
        return self.inputs([shape])[0]

    def inputs(self, shapes: Sequence[tuple[int, ...]]) -> list[Affine]:
        """The input tensors, whose entries (row-major) one after the other are the input units."""
        sizes = [prod(shape) for shape in shapes]
        size = sum(sizes)
        if size > _MAX_INPUTS:
            raise InputError(f"the input has {size} entries; at most {_MAX_INPUTS} are supported")
        self._inputs = self._next = size
        points = sample_points(size) if self._given is None else self._given
        self._points = len(points)
        whole = _units((size,), 0, 0, points)
        ends = np.cumsum([0, *sizes])
        return [
            take(whole, np.arange(start, start + n).reshape(shape))
            for start, n, shape in zip(ends.tolist(), sizes, shapes, strict=False)
        ]

    def tensor(self, value: Affine | ExactArray) -> Affine:
        """The value itself, or a constant as a tensor."""
        return constant(value, self._points) if isinstance(value, ExactArray) else value

    def relu(self, x: Affine) -> Affine:
        """`max(x, 0)` entrywise: one new ReLU unit an entry."""
        return self._block(x, relu=True)

    def join(self, parts: Sequence[Affine]) -> list[Affine]:
        """Tensors that meet in one operator, made ready for it.

        A part that lies levels below the others must be carried up to them: itself, as linear units,
        where these are fewer than the units that it depends on.
        """
        top = max(part.level for part in parts)
        return [
            self.lift(part) if part.level < top and len(part.units()) > part.size else part
            for part in parts
        ]

    def network(self, output: Affine, name: str, notes: tuple[str, ...] = ()) -> Network:
        """The network from the input to ``output`` (row-major); to be called once, last."""
        if not self._inputs or not output.size:
            raise InputError("the network has no inputs or no outputs")
        if output.size > _MAX_OUTPUTS:
            raise InputError(
                f"the network has {output.size} outputs; at most {_MAX_OUTPUTS} are supported"
            )
        level_of = dict.fromkeys(range(self._inputs), 0)
        for block in self._blocks:
            level_of.update(
                (unit, block.level) for unit in range(block.first, block.first + block.source.size)
            )
        columns = self._columns(output, level_of)
        stack = [
            (self._parts(columns[level], level), columns[level - 1])
            for level in range(1, len(columns))
        ]
        if not stack or output.sole_units() != columns[-1]:
            stack.append(([(output, range(output.size), False)], columns[-1]))
        for parts, below in stack:
            _check_size(sum(len(rows) for _, rows, _ in parts), len(below))
        self.noise = [
            np.hstack([part.roundings * part.magnitude[:, rows] for part, rows, _ in parts])
            for parts, _ in stack
        ]
        # The forms take several times the memory of the layers, and are used up.
        self._blocks, self._levels = [], {}
        layers = [_made(stack, index) for index in range(len(stack))]
        return Network(tuple(layers), name, notes)

    def _columns(self, output: Affine, level_of: dict[int, int]) -> list[list[int]]:
        """For each level the units its layer gives: its own first, then the ones carried through."""
        top = output.level
        needed = output.units()
        own: list[list[int]] = [[] for _ in range(top + 1)]
        carried: list[list[int]] = [[] for _ in range(top + 1)]
        for level in range(top, 0, -1):
            carried[level] = sorted(unit for unit in needed if level_of[unit] < level)
            for block in self._of_level(level):
                for i, row in enumerate(block.source.rows):
                    if block.relu or block.first + i in needed:
                        own[level].append(block.first + i)
                        needed.update(row)
            needed.difference_update(own[level])
        own[0] = list(range(self._inputs))
        return [mine + others for mine, others in zip(own, carried, strict=True)]

    def _parts(self, units: list[int], level: int) -> list[_Part]:
        """What the layer of ``level`` is made of, so that its outputs are ``units``."""
        parts: list[_Part] = []
        wanted = set(units)
        for block in self._of_level(level):
            rows = [i for i in range(block.source.size) if block.first + i in wanted]
            parts.append((block.source, rows, block.relu))
        made = sum(len(rows) for _, rows, _ in parts)
        carried = units[made:]
        if not carried:
            return parts
        silent = np.zeros((len(parts[0][0].samples), len(carried)))
        count, forms = len(carried), [{unit: 1} for unit in carried]
        whole = Affine((count,), [*forms], [0] * count, 1, 0, silent, silent)
        return [*parts, (whole, range(count), False)]

    def _of_level(self, level: int) -> list[_Block]:
        return self._levels.get(level, [])

    def _width(self, level: int) -> int:
        """Units of a level that are kept whatever comes: the inputs, or the ReLU units."""
        if not level:
            return self._inputs
        return sum(block.source.size for block in self._of_level(level) if block.relu)

    def lift(self, x: Affine) -> Affine:
        """The value of ``x`` as linear units one level up."""
        if x.lifted is None:
            x.lifted = self._block(x, relu=False)
        return x.lifted

    def _block(self, x: Affine, *, relu: bool) -> Affine:
        if not x.size:
            return x
        first = self._next
        self._next += x.size
        if relu:  # All of these units are kept, so that the layer is no smaller.
            _check_size(x.size, self._width(x.level))
        block = _Block(first, x, relu, x.level + 1)
        self._blocks.append(block)
        self._levels.setdefault(block.level, []).append(block)
        samples = np.maximum(x.samples, 0) if relu else x.samples
        return _units(x.shape, first, x.level + 1, samples)


def _units(shape: tuple[int, ...], first: int, level: int, samples: np.ndarray) -> Affine:
    """The units ``first, first + 1, ..`` as a tensor, with their values at the sample points."""
    size = samples.shape[1]
    rows: list[Row] = [{first + i: 1} for i in range(size)]
    return Affine(shape, rows, [0] * size, 1, level, samples, np.abs(samples))


def _check_size(outputs: int, inputs: int) -> None:
    if outputs * inputs > MAX_ENTRIES:
        raise InputError(
            f"one layer of the network would be a matrix of {outputs} x {inputs} exact entries;"
            f" at most {MAX_ENTRIES} are supported"
        )


def _made(stack: list[tuple[list[_Part], list[int]]], index: int) -> Layer:
    """One layer; what it was made of is let go."""
    parts, below = stack[index]
    stack[index] = [], []
    return _make_layer(parts, below)


def _make_layer(parts: list[_Part], below: list[int]) -> Layer:
    """The layer whose outputs are the given rows of each part, as forms on the units ``below``."""
    column = {unit: i for i, unit in enumerate(below)}
    common = lcm(*(part.denominator for part, rows, _ in parts if rows))
    relu = [kind for _, rows, kind in parts for _ in rows]

    def lines() -> Iterator[dict[int, int]]:
        for part, rows, _ in parts:
            factor = common // part.denominator if rows else 1
            for i in rows:
                line = scaled(part.rows[i], factor)
                row = {column[unit]: value for unit, value in line.items()}
                row[len(below)] = part.constants[i] * factor
                yield row

    return Layer.sparse(lines(), inputs=len(below), denominator=common, relu=relu)
