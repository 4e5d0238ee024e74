"""The comparison of an imported network with the framework's own output.

An importer can be wrong in ways that no shape check sees (a square matrix transposed, a padding on the
wrong side). So after every import from a framework the exact network is evaluated at fixed points and
held against the framework's floats: they may differ by what rounding explains and no more.

The bound. Evaluating layer `l` in floats adds at most `eps_l = gamma_n * magnitude` to each of its
pre-activations (see `affine`). With `e_l = |W_l| e_(l-1) + eps_l`, a bound on the whole error at layer
`l`, a ReLU unit whose exact pre-activation exceeds `e` in absolute value has the same sign in both
evaluations, so errors pass it unchanged or not at all; any other one counts with its whole error `e`.
Errors therefore reach the output through the *signed* product of the active weights, which does not
blow up with depth as the product of `|W|` does. The bound accepts or refuses an import; no exact
result depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np
from flint import fmpz_mat

from exactpoly.errors import InputError, InternalError
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from exactpoly.readers.affine import Affine
from exactpoly.readers.float_rows import FloatRows, divided
from exactpoly.readers.lowering import Graph
from exactpoly.readers.samples import kink_points, sample_points
from exactpoly.readers.work import limited

__all__ = ["Agreement", "compare", "evaluate_many", "import_network", "largest_deviation"]

_SAFETY = 4
_UNDERFLOW = 1e-300
_FLOAT_BITS = 1_200
"""Bits of a denominator that tell all floats apart, with 100 to spare."""
_JACOBIAN_ENTRIES = 2_000_000
_ENTRIES_AT_ONCE = 500_000
"""Of a matrix of exact numbers, which a product copies."""
_MOST_PRODUCTS = 8_000_000_000
_MOST_ENTRIES = 16_000_000
"""Beyond these the bound is that of `|W|`, which is coarser and costs one pass."""


@dataclass(frozen=True)
class Agreement:
    """What a comparison found: at how many points, the largest deviation, and the bound on it."""

    points: int
    deviation: float
    bound: float
    who: str

    def joined(self, other: Agreement) -> Agreement:
        """Both comparisons as one."""
        return Agreement(
            self.points + other.points,
            max(self.deviation, other.deviation),
            max(self.bound, other.bound),
            self.who,
        )

    def note(self) -> str:
        """The note that says so."""
        return (
            f"compared with {self.who} at {self.points} points: largest deviation"
            f" {self.deviation:.3g}, rounding alone explains up to {self.bound:.3g}"
        )


class Against(Protocol):
    """Runs the framework at points, float64 (n, d), and compares; ``noise`` as in `compare`."""

    def __call__(
        self, network: Network, noise: Sequence[np.ndarray], points: np.ndarray
    ) -> Agreement:
        """The comparison; raises `InputError` where the framework cannot be run."""


def import_network(
    lower: Callable[[Graph], Affine], against: Against, name: str, *, kinks: bool = True
) -> tuple[Network, Agreement]:
    """The network that ``lower`` builds, compared at the sample points and then at kinks of its own.

    ``lower`` is called again for the kinks, as bounds on rounding there need the values there.
    """
    graph = Graph()
    with limited():
        network = graph.network(lower(graph), name)
    points = sample_points(network.input_dimension)
    agreement = against(network, graph.noise, points)
    found = kink_points(network, points) if kinks else points[:0]
    if len(found):
        again = Graph(found)
        if again.network(lower(again), name) != network:
            raise InternalError("the model was read in two ways; please report this model")
        agreement = agreement.joined(against(network, again.noise, found))
    return network, agreement


def evaluate_many(network: Network, points: np.ndarray) -> list[list[Fraction]]:
    """The exact outputs at finite float points, shape (points, d), by exact integer products."""
    return _trace(network, points)[0]


def _trace(network: Network, points: np.ndarray) -> tuple[list[list[Fraction]], list[np.ndarray]]:
    """The exact outputs, and for each layer its pre-activations rounded, (points, outputs)."""
    exact = [[Fraction(x) for x in point] for point in points.tolist()]
    common = max((x.denominator for point in exact for x in point), default=1)
    values = [[int(x * common) for x in column] for column in zip(*exact, strict=True)]
    rounded = []
    for layer in network.layers:
        values.append([common] * len(exact))
        product = _product(layer, values)
        common *= layer.denominator
        # In a deep network numbers are long; what lies behind the range of floats takes no part.
        spare = max(0, common.bit_length() - _FLOAT_BITS)
        below = common >> spare
        rounded.append(
            np.array([[divided(int(x) >> spare, below) for x in row] for row in product]).T
        )
        values = [
            [max(int(x), 0) if kind else int(x) for x in row]
            for row, kind in zip(product, layer.relu, strict=True)
        ]
    outputs = [[Fraction(x, common) for x in column] for column in zip(*values, strict=True)]
    return outputs, rounded


def _product(layer: Layer, values: list[list[int]]) -> list[list[int]]:
    """`layer.numerators` times ``values`` (inputs + 1, points).

    Rows on the same columns, as the channels of a convolution at one place, are one matrix product.
    """
    alike: dict[tuple[int, ...], list[int]] = {}
    for i, (columns, _) in enumerate(layer.rows):
        alike.setdefault(columns, []).append(i)
    result = [[0] * len(values[0]) for _ in layer.rows]
    for columns, members in alike.items():
        if not columns:
            continue
        right = fmpz_mat([values[j] for j in columns])
        step = max(1, _ENTRIES_AT_ONCE // len(columns))
        for start in range(0, len(members), step):
            part = members[start : start + step]
            table = (fmpz_mat([list(layer.rows[i][1]) for i in part]) * right).tolist()
            for i, line in zip(part, table, strict=True):
                result[i] = line
    return result


def largest_deviation(exact: Sequence[Sequence[Fraction]], outputs: np.ndarray) -> float:
    """The largest difference between exact outputs and finite floats, rounded, for notes."""
    return float(
        max(
            abs(Fraction(y) - x)
            for line, row in zip(exact, outputs.tolist(), strict=True)
            for x, y in zip(line, row, strict=True)
        )
    )


def compare(
    network: Network,
    noise: Sequence[np.ndarray],
    points: np.ndarray,
    outputs: np.ndarray,
    *,
    roundoff: float,
    who: str,
) -> Agreement:
    """Hold the network against the outputs of ``who``; raises `InternalError` on a real difference.

    ``noise``: of the `Graph` that the network was made by; ``points``: the sample points, float64, shape
    (points, d); ``outputs``: float64, shape (points, outputs); ``roundoff``: unit roundoff `u` of the
    arithmetic of ``who``.
    """
    if outputs.shape != (len(points), network.output_dimension):
        raise InternalError(
            f"{who} gives outputs of shape {outputs.shape[1:]} a point, the exact network"
            f" {network.output_dimension}; please report this model"
        )
    finite = np.isfinite(outputs).all(axis=1)
    if not finite.any():
        raise InputError(
            f"{who} gives no finite output at any sample point, so the import cannot be checked"
        )
    points, outputs = points[finite], outputs[finite]
    exact, values = _trace(network, points)
    fresh = [_SAFETY * roundoff * layer[finite] + _UNDERFLOW for layer in noise]
    bounds = _error_bounds(network, values, fresh)
    for point, line, row, limits in zip(
        points.tolist(), exact, outputs.tolist(), bounds.tolist(), strict=True
    ):
        for i, (x, y, limit) in enumerate(zip(line, row, limits, strict=True)):
            deviation = abs(Fraction(y) - x)
            if limit < float("inf") and deviation > Fraction(limit):
                raise InternalError(
                    f"the exact network and {who} differ by {float(deviation):.3g} in output {i} at"
                    f" {point[:8]}, more than the {limit:.3g} that rounding explains; please report"
                    " this model"
                )
    largest = largest_deviation(exact, outputs)
    return Agreement(len(points), largest, float(bounds.max()), who)


def _error_bounds(
    network: Network, values: Sequence[np.ndarray], fresh: Sequence[np.ndarray]
) -> np.ndarray:
    """Bounds on the error of each output, (points, outputs); infinite where floats overflow.

    ``values``: exact pre-activations of each layer, rounded; ``fresh``: `eps_l` of the module.
    """
    weights = [FloatRows(layer) for layer in network.layers]
    kinds = [np.array(layer.relu) for layer in network.layers]
    with np.errstate(over="ignore", invalid="ignore"):
        whole: list[np.ndarray] = []
        error = np.zeros((len(values[0]), network.input_dimension))
        for weight, kind, value, eps in zip(weights, kinds, values, fresh, strict=True):
            error = weight.absolute_forward(error) + eps
            error = np.where(kind & (value < -error), 0.0, error)
            whole.append(error)
        entries = sum(layer.inputs * layer.outputs for layer in network.layers[1:])
        outputs = network.output_dimension
        widest = max(layer.inputs for layer in network.layers)
        slow = len(error) * outputs * (entries + outputs) > _MOST_PRODUCTS
        if slow or outputs * widest > _MOST_ENTRIES:
            return np.where(np.isnan(error), np.inf, error)
        bounds = np.zeros((len(error), outputs))
        step = max(1, _JACOBIAN_ENTRIES // (outputs * widest))
        for start in range(0, len(error), step):
            part = slice(start, start + step)
            bounds[part] = _signed_bounds(
                weights,
                kinds,
                [value[part] for value in values],
                [total[part] for total in whole],
                [eps[part] for eps in fresh],
            )
    return np.where(np.isnan(bounds), np.inf, bounds)


def _signed_bounds(
    weights: Sequence[FloatRows],
    kinds: Sequence[np.ndarray],
    values: Sequence[np.ndarray],
    whole: Sequence[np.ndarray],
    fresh: Sequence[np.ndarray],
) -> np.ndarray:
    """What errors of the layers are at the output, by the signed product of active weights."""
    outputs, points = len(kinds[-1]), len(values[0])
    bounds = np.zeros((points, outputs))
    jacobian = np.broadcast_to(np.eye(outputs), (points, outputs, outputs))
    for layer in range(len(weights) - 1, -1, -1):
        value, total = values[layer], whole[layer]
        unsure = kinds[layer] & ~(np.abs(value) > total)
        open_ends = np.where(unsure, total, 0.0)[:, :, None]
        bounds += (np.abs(np.where(unsure[:, None], jacobian, 0.0)) @ open_ends)[:, :, 0]
        silent = unsure | (kinds[layer] & (value < 0))
        jacobian = np.where(silent[:, None], 0.0, jacobian)
        bounds += (np.abs(jacobian) @ fresh[layer][:, :, None])[:, :, 0]
        if layer:
            flat = weights[layer].backward(jacobian.reshape(-1, jacobian.shape[-1]))
            jacobian = flat.reshape(points, outputs, -1)
    return bounds
