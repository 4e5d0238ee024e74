"""The tree of sign rows of a complex: a proof of its counts that needs no geometry of polytopes.

A node at depth k asks for the sign of neuron k (or of a side of the box) on the points that have the
signs so far, the *prefix*. Either its form has one sign there, which multipliers of the constraints so
far prove (Farkas), or it takes all three; a leaf is a point with exactly these signs. So the leaves are
the cells, by an induction that proofs/coq/TreeSound.v carries out.

The tree is written as a list of natural numbers, as proofs/coq/Summary.v reads it:

    0 w_0 .. w_d                          leaf: the point w_1/w_0 .. w_d/w_0
    1 | 2 | 3  y  n  gap_1 m_1 .. gap_n m_n  tree    form negative, zero, positive on the prefix:
                                          y times it is sum m_i (constraint i) and a constant
    4 tree tree tree                      cut: negative, zero, positive
    5                                     cells of a codimension that is not asked for

Constraints are counted from the latest, ``gap`` of them lie between two that are named. Witnesses and
multipliers are integers, written as 0, -1, 1, -2, .. -> 0, 1, 2, 3, ..
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import NamedTuple

import numpy as np

from exactpoly.certificate.forms import Flat, Form, nonnegative_combination
from exactpoly.complex.complex import Complex
from exactpoly.errors import InputError, InternalError
from exactpoly.network.network import Network

__all__ = ["hidden_layers", "sign_tree"]

_BITS = (2, 5, 10, 20, 40)
"""How finely witnesses are rounded, tried in this order."""


class _Instruction(NamedTuple):
    """``kind``: side, neuron, linear or next, as in proofs/coq/Tree.v; ``row``: bias, then weights."""

    kind: str
    row: Form


class _Node(NamedTuple):
    """What is left to write: a subtree, once ``constraints`` are cut to ``depth`` and one is added."""

    position: int
    members: np.ndarray
    depth: int
    added: tuple[int, Form] | None
    codimension: int
    inputs: list[Form]
    outputs: list[Form]


@dataclass(frozen=True, eq=False)
class _Vertices:
    """The vertices of a complex, on R^d with those at infinity.

    ``signs``: int8, shape (V, sides + N), on R^d without sides; ``near``: the points as integers
    `(D, P_1 .. P_d)`; ``far``: `(0, Q_1 .. Q_d)`, the vertex being `(P + M Q) / D`; ``values``: float64,
    shape of signs, each pre-activation about, infinite at vertices where it grows with M.
    """

    signs: np.ndarray
    near: list[Form]
    far: list[Form]
    values: np.ndarray


def hidden_layers(network: Network) -> int:
    """The number of layers up to the last one that has neurons; cells do not depend on the others."""
    return max((i + 1 for i, layer in enumerate(network.layers) if layer.neurons), default=0)


def sign_tree(
    complex_: Complex,
    *,
    codimension: int | None = None,
    interrupted: Callable[[], bool] = lambda: False,
) -> list[int]:
    """The tree as natural numbers, of cells of codimension up to ``codimension`` (None: of all).

    Raises `InputError` when the complex is not complete, `KeyboardInterrupt` when ``interrupted``.
    """
    if not complex_.complete:
        raise InputError(
            "a partial complex has no tree of sign rows; raise the limit that stopped it"
        )
    return _Writer(complex_, complex_.dimension if codimension is None else codimension).write(
        interrupted
    )


class _Writer:
    """Writes the tree depth first; knows the constraints of the node at hand."""

    def __init__(self, complex_: Complex, limit: int) -> None:
        self.dimension = complex_.dimension
        self.limit = limit
        self.box = complex_.domain.bounds or ()
        self.program = _program(complex_.network, _side_forms(complex_))
        self.vertices = _vertices(complex_)
        self.constraints: list[tuple[int, Form]] = []
        self.numbers: list[int] = []

    def write(self, interrupted: Callable[[], bool]) -> list[int]:
        d = self.dimension
        coordinates = [[int(j == i + 1) for j in range(d + 1)] for i in range(d)]
        everything = np.arange(len(self.vertices.near))
        pending = [_Node(0, everything, 0, None, 0, coordinates, [])]
        while pending:
            node = pending.pop()
            if len(pending) % 64 == 0 and interrupted():
                raise KeyboardInterrupt
            del self.constraints[node.depth :]
            if node.added is not None:
                self.constraints.append(node.added)
            pending += reversed(self.expand(node))
        return self.numbers

    def expand(self, node: _Node) -> list[_Node]:
        """Write the node itself; its children in order."""
        if node.codimension > self.limit:
            self.numbers.append(5)
            return []
        position, inputs, outputs = node.position, node.inputs, node.outputs
        while position < len(self.program) and self.program[position].kind in ("linear", "next"):
            kind, row = self.program[position]
            if kind == "next":
                inputs, outputs = outputs, []
            else:
                outputs = [*outputs, _compose(row, inputs, self.dimension)]
            position += 1
        if position == len(self.program):
            self.numbers.append(0)
            self.numbers += map(_natural, self.witness(node.members))
            return []
        kind, row = self.program[position]
        side = kind == "side"
        form = row if side else _compose(row, inputs, self.dimension)
        signs = self.vertices.signs[node.members, len(self.constraints)]
        present = set(signs.tolist())

        def child(sign: int, codimension: int) -> _Node:
            members = node.members[(signs == 0) | (signs == sign)]
            passed = outputs if side else [*outputs, form if sign > 0 else []]
            depth = len(self.constraints)
            return _Node(position + 1, members, depth, (sign, form), codimension, inputs, passed)

        if {0, 1} <= present if side else {-1, 1} <= present:
            self.numbers.append(4)
            zero, positive = child(0, node.codimension + 1), child(1, node.codimension)
            if side:
                self.numbers.append(0)
                self.numbers += map(_natural, self.outside())
                return [zero, positive]
            return [child(-1, node.codimension), zero, positive]
        sign = max(present, key=abs)
        self.numbers += self.one(node.members, signs, sign, form)
        return [child(sign, node.codimension)]

    def outside(self) -> Form:
        """A point with the signs so far that is beyond the next side of the box."""
        seen = [sign for sign, _ in self.constraints]
        point = []
        for axis, (lower, upper) in enumerate(self.box):
            known = seen[2 * axis : 2 * axis + 2]
            if len(known) == 2:
                point.append(
                    lower if known[0] == 0 else upper if known[1] == 0 else (lower + upper) / 2
                )
            else:
                point.append(upper + 1 if known else lower - 1)
                break
        point += [Fraction(0)] * (self.dimension - len(point))
        common = lcm(*(x.denominator for x in point))
        return [common, *(int(x * common) for x in point)]

    def witness(self, members: np.ndarray) -> Form:
        """A point of the cell: as few digits as do, or a mean of its vertices."""
        mean = self.middle(members)
        flat = Flat([form for sign, form in self.constraints if sign == 0], self.dimension)
        for bits in _BITS if flat.free else ():
            point = flat.near(mean, bits)
            if all(_sign(_dot(form, point)) == sign for sign, form in self.constraints):
                return point
        return mean

    def middle(self, members: np.ndarray) -> Form:
        """A mean of the vertices of the cell, with M large enough for all signs."""
        near = _sum(self.vertices.near[v] for v in members)
        far = _sum(self.vertices.far[v] for v in members)
        if any(far):
            large = 1
            for _, form in self.constraints:
                slope = _dot(form, far)
                if slope:
                    large = max(large, abs(_dot(form, near)) // abs(slope) + 1)
            near = [a + large * b for a, b in zip(near, far, strict=True)]
        divisor = gcd(*near)
        return [x // divisor for x in near]

    def one(self, members: np.ndarray, signs: np.ndarray, sign: int, form: Form) -> list[int]:
        """The node of a form that has one sign, with multipliers that prove it."""
        target = form if sign >= 0 else [-x for x in form]
        found = self.multipliers(self.lowest(members, signs, sign), target, sign)
        if found is None:
            found = self.multipliers(self.exactly_lowest(members, target), target, sign)
        if found is None:
            raise InternalError(
                "a form of one sign on a cell is not a combination of its constraints"
            )
        y, terms = found
        numbers = [sign + 2, y, len(terms)]
        last = len(self.constraints)
        for index, multiplier in sorted(terms, reverse=True):
            numbers += [last - 1 - index, _natural(multiplier)]
            last = index
        return numbers

    def lowest(self, members: np.ndarray, signs: np.ndarray, sign: int) -> int:
        """A vertex where the form is least in absolute value, unless rounding deceives."""
        zeros = members[signs == 0]
        if len(zeros):
            return int(zeros[0])
        values = sign * self.vertices.values[members, len(self.constraints)]
        return int(members[np.argmin(values)])

    def exactly_lowest(self, members: np.ndarray, target: Form) -> int:
        def value(vertex: int) -> tuple[Fraction, Fraction]:
            near, far = self.vertices.near[vertex], self.vertices.far[vertex]
            return Fraction(_dot(target, far), near[0]), Fraction(_dot(target, near), near[0])

        return min((int(v) for v in members), key=value)

    def multipliers(
        self, vertex: int, target: Form, sign: int
    ) -> tuple[int, list[tuple[int, int]]] | None:
        """`y > 0` and multipliers of constraints such that their sum is `y target` and a constant.

        Only constraints that vanish at the vertex are used, equations first; none for ``sign`` 0 but
        equations. None if there are none, which cannot be at a vertex where the target is least.
        """
        active = np.flatnonzero(self.vertices.signs[vertex, : len(self.constraints)] == 0).tolist()
        equations = [i for i in active if self.constraints[i][0] == 0]
        strict = [i for i in active if self.constraints[i][0] != 0] if sign else []
        columns = [self.constraints[i][1] for i in equations]
        columns += [[self.constraints[i][0] * x for x in self.constraints[i][1]] for i in strict]
        solved = nonnegative_combination(columns, len(equations), target)
        if solved is None:
            return None
        y, terms = solved
        names = equations + strict
        return y, [(names[i], m) for i, m in terms]


def _program(network: Network, sides: list[Form]) -> list[_Instruction]:
    """The network as proofs/coq/Certify.v reads it: biases times the denominators of earlier layers."""
    program = [_Instruction("side", form) for form in sides]
    scale = 1
    for layer in network.layers[: hidden_layers(network)]:
        for row, relu in zip(layer.numerators, layer.relu, strict=True):
            program.append(
                _Instruction("neuron" if relu else "linear", [row[-1] * scale, *row[:-1]])
            )
        program.append(_Instruction("next", []))
        scale *= layer.denominator
    return program


def _side_forms(complex_: Complex) -> list[Form]:
    forms = []
    for axis, (lower, upper) in enumerate(complex_.domain.bounds or ()):
        forms.append([-lower.numerator, *[0] * axis, lower.denominator])
        forms.append([upper.numerator, *[0] * axis, -upper.denominator])
    d = complex_.dimension
    return [form + [0] * (d + 1 - len(form)) for form in forms]


def _vertices(complex_: Complex) -> _Vertices:
    cells = complex_.cells
    everything = range(cells.sizes[0])
    near, far = [], []
    for p, q in zip(
        cells.coordinates.points(everything, 0),
        cells.coordinates.points(everything, 1),
        strict=True,
    ):
        common = lcm(*(x.denominator for x in (*p, *q)))
        near.append([common, *(int(x * common) for x in p)])
        far.append([0, *(int(x * common) for x in q)])
    rows = cells.rows(0)
    values = _float_values(complex_, rows, near, far)
    if complex_.domain.is_box:
        sides = cells.sides(0)
        numbers = np.arange(2 * complex_.dimension, dtype=np.uint32)
        inside = (sides[:, None] >> numbers & 1) == 0
        rows = np.concatenate([inside.astype(np.int8), rows], axis=1)
    return _Vertices(np.ascontiguousarray(rows), near, far, values)


def _float_values(
    complex_: Complex, rows: np.ndarray, near: list[Form], far: list[Form]
) -> np.ndarray:
    """Which vertex is lowest, about; nothing is decided by it."""
    network, bounds = complex_.network, complex_.domain.bounds or ()
    with np.errstate(all="ignore"):
        h = np.array([[_float(x, point[0]) for x in point[1:]] for point in near])
        slope = np.array(
            [[_float(x, point[0]) for x in step[1:]] for point, step in zip(near, far, strict=True)]
        )
        columns = []
        for axis, (lower, upper) in enumerate(bounds):
            columns += [h[:, axis] - float(lower), float(upper) - h[:, axis]]
        k = 0
        for layer in network.layers:
            h = h @ layer.float_weight.T + layer.float_bias
            slope = slope @ layer.float_weight.T
            for unit in layer.neurons:
                steep = np.abs(slope[:, unit]) > 1e-9
                columns.append(np.where(steep, np.copysign(np.inf, slope[:, unit]), h[:, unit]))
                off = rows[:, k] <= 0
                h[off, unit] = slope[off, unit] = 0
                k += 1
        return np.nan_to_num(np.array(columns).T.reshape(len(near), -1), nan=np.inf)


def _float(numerator: int, denominator: int) -> float:
    try:
        return numerator / denominator
    except OverflowError:
        return float("inf") if numerator > 0 else float("-inf")


def _compose(row: Form, inputs: list[Form], dimension: int) -> Form:
    form = [row[0], *[0] * dimension]
    for weight, given in zip(row[1:], inputs, strict=True):
        if weight:
            for i, x in enumerate(given):
                form[i] += weight * x
    return form


def _sum(points: Iterable[Form]) -> Form:
    return [sum(column) for column in zip(*points, strict=True)]


def _dot(form: Form, point: Form) -> int:
    return sum(a * b for a, b in zip(form, point, strict=True))


def _sign(n: int) -> int:
    return (n > 0) - (n < 0)


def _natural(n: int) -> int:
    """0, -1, 1, -2, .. as 0, 1, 2, 3, .."""
    return 2 * n if n >= 0 else -2 * n - 1
