"""The exact ReLU network: affine layers over the rationals, ReLU units and linear units.

Skip connections, leaky ReLU and plain "affine then ReLU" are one thing here: a unit is either a ReLU
unit, which cuts the input space where its pre-activation vanishes, or it is passed through linearly
and cuts nothing. *Neurons* are the ReLU units, numbered `0..N-1` layer by layer; the last layer is
usually linear.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import gcd
from typing import Any

from exactpoly import services
from exactpoly.arithmetic.digits import any_digits
from exactpoly.arithmetic.rational import exact_point
from exactpoly.errors import InputError
from exactpoly.network.layer import Layer, exact_matrix

__all__ = ["AffineMap", "Network"]

_MOST_TEXTS = 100_000
"""A convolution repeats its numbers, a dense layer does not."""

_LONG_BITS = 2_000

AffineMap = tuple[tuple[tuple[Fraction, ...], ...], tuple[Fraction, ...]]
"""Exact matrix (outputs, inputs) and constant (outputs,)."""


@dataclass(frozen=True)
class Network:
    """A sequence of exact layers; see the module for what a neuron is.

    ``notes`` carries what a loader wants the user to read (the rule from dtype to rational, the
    comparison with the framework's own output); it is not part of the network or its digest.

    >>> net = Network((Layer.of([[1, 0], [0, 1]]), Layer.of([[1, 1]], relu=False)))
    >>> net.evaluate([Fraction(1, 3), -2]), net.sign_row([0, -2])
    ((Fraction(1, 3),), (0, -1))
    """

    layers: tuple[Layer, ...]
    name: str = "network"
    notes: tuple[str, ...] = field(default=(), compare=False)

    def __repr__(self) -> str:
        return f"<Network {self.name}: {'-'.join(map(str, self.widths))}>"

    def __post_init__(self) -> None:
        if isinstance(self.layers, list):
            object.__setattr__(self, "layers", tuple(self.layers))
        if not isinstance(self.layers, tuple) or not all(isinstance(x, Layer) for x in self.layers):
            raise InputError(
                f"{self.name}: layers must be a tuple of layers; make them with exactpoly.Layer.of"
            )
        if not self.layers:
            raise InputError(f"{self.name}: no layers; a network needs at least one affine layer")
        for index, (before, after) in enumerate(zip(self.layers, self.layers[1:], strict=False)):
            if before.outputs != after.inputs:
                raise InputError(
                    f"{self.name}: layer {index} has {before.outputs} outputs but layer {index + 1}"
                    f" takes {after.inputs} inputs; the shapes must chain"
                )

    @property
    def input_dimension(self) -> int:
        """`d`, the dimension of the input space.

        >>> import exactpoly as ep
        >>> net = ep.Network((ep.Layer.of([[1, 0], [0, 1]]), ep.Layer.of([[1, 1]], relu=False)))
        >>> net.input_dimension
        2
        """
        return self.layers[0].inputs

    @property
    def output_dimension(self) -> int:
        """Number of outputs of the last layer.

        >>> import exactpoly as ep
        >>> net = ep.Network((ep.Layer.of([[1, 0], [0, 1]]), ep.Layer.of([[1, 1]], relu=False)))
        >>> net.output_dimension
        1
        """
        return self.layers[-1].outputs

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """`(d, n_1, .., n_L, outputs)`: input, the ReLU units of each layer that has some, output.

        A final ReLU layer counts as hidden, and its outputs are listed once more at the end.

        >>> import exactpoly as ep
        >>> net = ep.Network((ep.Layer.of([[1, 0], [0, 1]]), ep.Layer.of([[1, 1]], relu=False)))
        >>> net.widths
        (2, 2, 1)
        """
        hidden = tuple(len(layer.neurons) for layer in self.layers if layer.neurons)
        return (self.input_dimension, *hidden, self.output_dimension)

    @cached_property
    def neurons(self) -> tuple[tuple[int, int], ...]:
        """For each neuron its (layer, unit), in order.

        >>> import exactpoly as ep
        >>> net = ep.Network((ep.Layer.of([[1, 0], [0, 1]]), ep.Layer.of([[1, 1]], relu=False)))
        >>> net.neurons
        ((0, 0), (0, 1))
        """
        return tuple((i, unit) for i, layer in enumerate(self.layers) for unit in layer.neurons)

    @property
    def n_neurons(self) -> int:
        """`N`, the number of ReLU units.

        >>> import exactpoly as ep
        >>> net = ep.Network((ep.Layer.of([[1, 0], [0, 1]]), ep.Layer.of([[1, 1]], relu=False)))
        >>> net.n_neurons
        2
        """
        return len(self.neurons)

    def truncated(self, neurons: int) -> Network:
        """The network whose neurons are the first ``neurons`` of this one.

        Later units of the last layer kept are passed through linearly and later layers dropped, so
        the complex of the result is the complex of those neurons alone.

        >>> import exactpoly as ep
        >>> net = ep.Network((ep.Layer.of([[1, 0], [0, 1]]), ep.Layer.of([[1, 1]], relu=False)))
        >>> net.truncated(1).n_neurons
        1
        """
        if neurons == self.n_neurons:
            return self
        if not 0 <= neurons < self.n_neurons:
            raise InputError(f"neurons: {neurons} given; {self.name} has {self.n_neurons}")
        last, unit = self.neurons[neurons]
        layer = self.layers[last]
        kinds = tuple(kind and i < unit for i, kind in enumerate(layer.relu))
        cut = layer.with_relu(kinds)
        name = f"{self.name} (first {neurons} of {self.n_neurons} neurons)"
        return Network((*self.layers[:last], cut), name, self.notes)

    def on_plane(self, origin: Sequence[Any], directions: Sequence[Any]) -> Network:
        """`t -> network(origin + sum_i t_i directions_i)`, with exact weights.

        ``origin``: d numbers; ``directions``: (k, d) numbers, as `Layer.of` takes them. Raises `InputError`
        on other shapes.

        >>> import exactpoly as ep
        >>> net = ep.Network((ep.Layer.of([[1, 0], [0, 1]]), ep.Layer.of([[1, 1]], relu=False)))
        >>> net.on_plane([0, 1], [[1, 1]]).evaluate([3])
        (Fraction(7, 1),)
        """
        (point,), basis = exact_matrix([origin], "origin"), exact_matrix(directions, "directions")
        if len(point) != self.input_dimension or len(basis[0]) != self.input_dimension:
            raise InputError(
                f"plane: origin has {len(point)} coordinates and directions {len(basis[0])};"
                f" {self.name} takes {self.input_dimension}"
            )
        first = self.layers[0]
        weight = [
            [sum((w * x for w, x in zip(row, line, strict=True)), Fraction(0)) for line in basis]
            for row in first.weight
        ]
        bias = first.forward(point)
        layer = Layer.of(weight, bias, relu=first.relu)
        kind = {1: "line", 2: "plane"}.get(len(basis), "section")
        return Network((layer, *self.layers[1:]), f"{self.name} on a {kind}", self.notes)

    def canonical_form(self) -> dict[str, object]:
        """The JSON object that the digest is taken of: exact weights in lowest terms, unit kinds.

        >>> import exactpoly as ep
        >>> net = ep.Network((ep.Layer.of([[1, 0], [0, 1]]), ep.Layer.of([[1, 1]], relu=False)))
        >>> net.canonical_form()["format"]
        'exactpoly-network-1'
        """
        return {
            "format": "exactpoly-network-1",
            "layers": [
                {
                    "weight": [[str(x) for x in row] for row in layer.weight],
                    "bias": [str(x) for x in layer.bias],
                    "relu": list(layer.relu),
                }
                for layer in self.layers
            ],
        }

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of `canonical_form` as compact JSON with sorted keys.

        >>> import exactpoly as ep
        >>> net = ep.Network((ep.Layer.of([[1, 0], [0, 1]]), ep.Layer.of([[1, 1]], relu=False)))
        >>> len(net.digest)
        64
        """
        # Piece by piece: the text of a convolution would fill the memory with zeros.
        state = hashlib.sha256(b'{"format":"exactpoly-network-1","layers":[')
        with any_digits():
            for index, layer in enumerate(self.layers):
                state.update(b"," if index else b"")
                for piece in _canonical_pieces(layer):
                    state.update(piece.encode("ascii"))
        state.update(b"]}")
        return state.hexdigest()

    def _forward(self, point: Any) -> tuple[list[Fraction], list[Fraction]]:
        """Exact pre-activations of all neurons in order, and the output."""
        values = list(exact_point(point, self.input_dimension, self.name))
        pre_activations: list[Fraction] = []
        for layer in self.layers:
            values = layer.forward(values)
            for unit in layer.neurons:
                pre_activations.append(values[unit])
                if values[unit] < 0:
                    values[unit] = Fraction(0)
        return pre_activations, values

    def evaluate(self, point: Any) -> tuple[Fraction, ...]:
        """The exact output at a point, any row of numbers that `exact_point` takes.

        >>> import exactpoly as ep
        >>> net = ep.Network((ep.Layer.of([[1, 0], [0, 1]]), ep.Layer.of([[1, 1]], relu=False)))
        >>> net.evaluate(["1/2", -3])
        (Fraction(1, 2),)
        """
        return tuple(self._forward(point)[1])

    def preactivations(self, point: Any) -> tuple[Fraction, ...]:
        """The exact pre-activations of all neurons at a rational point.

        >>> import exactpoly as ep
        >>> net = ep.Network((ep.Layer.of([[1, 0], [0, 1]]), ep.Layer.of([[1, 1]], relu=False)))
        >>> net.preactivations(["1/2", -3])
        (Fraction(1, 2), Fraction(-3, 1))
        """
        return tuple(self._forward(point)[0])

    def sign_row(self, point: Any) -> tuple[int, ...]:
        """The exact signs (-1, 0, 1) of all pre-activations at a rational point.

        >>> import exactpoly as ep
        >>> net = ep.Network((ep.Layer.of([[1, 0], [0, 1]]), ep.Layer.of([[1, 1]], relu=False)))
        >>> net.sign_row([0, -3])
        (0, -1)
        """
        return tuple((z > 0) - (z < 0) for z in self._forward(point)[0])

    def affine_maps(self, row: Sequence[int]) -> tuple[AffineMap, AffineMap]:
        """Exact affine maps under the activation pattern ``row``: (of all neurons, of the output).

        A neuron is active iff its entry is positive; zero entries count as inactive, which is right
        on every cell with that row because ReLU(0) = 0. The first map has one row a neuron: its
        pre-activation as an affine form on the input space.

        >>> import exactpoly as ep
        >>> net = ep.Network((ep.Layer.of([[1, 0], [0, 1]]), ep.Layer.of([[1, 1]], relu=False)))
        >>> net.affine_maps([1, -1])[1]
        (((Fraction(1, 1), Fraction(0, 1)),), (Fraction(0, 1),))
        """
        if len(row) != self.n_neurons:
            raise InputError(f"sign row: {len(row)} entries for {self.n_neurons} neurons")
        d = self.input_dimension
        # Rows of (coefficients..., constant) of the current layer's inputs as forms on R^d.
        forms = [[Fraction(int(i == j)) for j in range(d + 1)] for i in range(d)]
        neuron_forms: list[list[Fraction]] = []
        signs = iter(row)
        for layer in self.layers:
            forms = _compose(layer, forms, d)
            for unit in layer.neurons:
                neuron_forms.append(forms[unit])
                if next(signs) <= 0:
                    forms[unit] = [Fraction(0)] * (d + 1)
        return _split(neuron_forms), _split(forms)

    def surface_plot(self, **options: Any) -> Any:
        """Draw the graph `z = f(x)` over the plane, or a plane section; returns the axes (matplotlib).

        ``component``: which output, or a difference `(i, j)`; ``color``: pieces by number of ``"facets"``
        or by ``"output"``; ``window``, ``axes``, ``through``, ``names``, ``theme``, ``save``, ``ax``: as in
        `Complex.plot`. With one input the graph is a line. Corners are exact, correctly rounded.

        >>> import exactpoly as ep
        >>> ax = ep.examples.moons().surface_plot(window=(-1, 1))
        >>> ax.collections[0].get_gid(), ax.get_zlabel()
        ('graph', 'output')
        """
        return services.call("surface_plot", self, **options)

    def affine_map(self, row: Sequence[int]) -> AffineMap:
        """The exact affine map of the output on cells with this sign row. See `affine_maps`.

        >>> import exactpoly as ep
        >>> net = ep.Network((ep.Layer.of([[1, 0], [0, 1]]), ep.Layer.of([[1, 1]], relu=False)))
        >>> net.affine_map([1, -1])
        (((Fraction(1, 1), Fraction(0, 1)),), (Fraction(0, 1),))
        """
        return self.affine_maps(row)[1]


def _canonical_pieces(layer: Layer) -> Iterator[str]:
    """The layer of `Network.canonical_form` as compact JSON with sorted keys, in pieces."""
    texts: dict[int, str] = {}
    below_is_long = layer.denominator.bit_length() > _LONG_BITS

    def text(numerator: int) -> str:
        if numerator not in texts:
            if len(texts) >= _MOST_TEXTS:
                texts.clear()
            long = below_is_long or numerator.bit_length() > _LONG_BITS
            write = _long_text if long else _short_text
            texts[numerator] = write(numerator, layer.denominator)
        return texts[numerator]

    bias = [
        text(values[-1] if columns and columns[-1] == layer.inputs else 0)
        for columns, values in layer.rows
    ]
    yield f'{{"bias":[{",".join(bias)}],"relu":{json.dumps(list(layer.relu), separators=(",", ":"))}'
    yield ',"weight":['
    for index, (columns, values) in enumerate(layer.rows):
        line = ['"0"'] * layer.inputs
        for j, x in zip(columns, values, strict=True):
            if j < layer.inputs:
                line[j] = text(x)
        yield f"{',' if index else ''}[{','.join(line)}]"
    yield "]}"


def _short_text(numerator: int, denominator: int) -> str:
    common = gcd(numerator, denominator)
    below = denominator // common
    above = numerator // common
    return f'"{above}"' if below == 1 else f'"{above}/{below}"'


def _long_text(numerator: int, denominator: int) -> str:
    """The same by python-flint, as Python's time is quadratic."""
    from flint import fmpq

    number = fmpq(numerator, denominator)
    return f'"{number.p}"' if number.q == 1 else f'"{number.p}/{number.q}"'


def _compose(layer: Layer, forms: list[list[Fraction]], d: int) -> list[list[Fraction]]:
    from flint import fmpq, fmpq_mat

    entries = [fmpq(x.numerator, x.denominator) for row in forms for x in row]
    inner = fmpq_mat(len(forms), d + 1, entries)
    numerators = fmpq_mat(
        layer.outputs, layer.inputs, [x for row in layer.numerators for x in row[:-1]]
    )
    table = (numerators * inner).tolist()
    result = []
    for row, given in zip(table, layer.numerators, strict=True):
        line = [Fraction(int(x.p), int(x.q)) / layer.denominator for x in row]
        line[d] += Fraction(given[-1], layer.denominator)
        result.append(line)
    return result


def _split(forms: list[list[Fraction]]) -> AffineMap:
    return tuple(tuple(form[:-1]) for form in forms), tuple(form[-1] for form in forms)
