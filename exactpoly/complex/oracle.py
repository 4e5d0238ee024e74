"""The sign oracle: on which side of each neuron does each vertex lie, exactly.

This is the only place where geometry enters the subdivision. Each stage is right on its own:

1. *filter*: float64 with a rigorous error bound. The vertex is enclosed from `d` of the forms that
   vanish at it (approximate inverse and residual), its pre-activations follow by a forward pass,
   and a sign is taken where `|value| > bound` (proofs/filter.md, Theorems 1-3).
2. *separation*: in integer scaling a nonzero value is at least 1 over the determinant of the basis
   (Hadamard bounds it), so `|value| + bound` below that proves an exact zero (Theorem 4). It
   settles the zeros of quantised networks, which no filter can.
3. *exact*: python-flint, for what is left.

Vertices are kept as float64 proposals with error bounds; exact coordinates are made on demand. On
`R^d` a coordinate is `p + M q` (proofs/complex.md, section 7) and everything is done for both parts,
with one mask.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from exactpoly.arithmetic.elimination import invert_rows
from exactpoly.arithmetic.filter_bounds import INFLATE, UNIT, gamma
from exactpoly.arithmetic.growable import Growable
from exactpoly.complex.float_forms import FloatForms
from exactpoly.complex.vertices import ExactGeometry, Homogeneous
from exactpoly.domain import Domain
from exactpoly.network.network import Network

__all__ = ["SignOracle", "SignStatistics"]

_CHUNK = 1 << 12


@dataclass
class SignStatistics:
    """How many signs each stage decided."""

    filter: int = 0
    separation: int = 0
    exact: int = 0


class SignOracle:
    """Vertices of a growing complex and their exact signs.

    ``signs``: int8, shape (neurons, vertices): the exact sign of each pre-activation, filled layer
    by layer; ``basis``: int32, shape (d, vertices): constraints that determine the vertex (see
    `ExactGeometry`); ``position``: float64, shape (1 or 2, d, vertices): proposals for `p` (and `q`);
    ``error``: float64, shape (1 or 2, vertices): proven bound on the maximum error of a coordinate,
    infinite where none was found. ``between``: called now and then while signs are decided; what it
    raises ends `decide`, which may then be called again.
    """

    def __init__(self, network: Network, domain: Domain) -> None:
        self.network = network
        self.geometry = ExactGeometry(network, domain)
        self.dimension = network.input_dimension
        self.unbounded = domain.is_space
        self._n_sides = domain.n_sides
        self.parts = 2 if self.unbounded else 1
        self.floats = FloatForms(network, domain, self.geometry.scales)
        self.between: Callable[[], None] | None = None
        self._clear()

    def _clear(self) -> None:
        d = self.dimension
        self.statistics = SignStatistics()
        self.signs = Growable(np.int8, (self.network.n_neurons,), entrywise=True)
        self.basis = Growable(np.int32, (d,))
        self.position = Growable(np.float64, (self.parts, d))
        self.error = Growable(np.float64, (self.parts,))
        self.log_determinant = Growable(np.float64)
        self.sides = Growable(np.uint32)
        self.known = Growable(np.int32)
        self._exact: dict[int, Homogeneous] = {}

    def blank(self) -> SignOracle:
        """An oracle without vertices for the same network and domain."""
        other = copy.copy(self)
        other._clear()
        return other

    def __getstate__(self) -> dict[str, Any]:
        """Everything but exact coordinates, which are made again on demand."""
        return {**self.__dict__, "_exact": {}, "between": None}

    def vertex_arrays(self) -> dict[str, Growable]:
        """The arrays that hold one entry a vertex, by name."""
        names = ("signs", "basis", "position", "error", "log_determinant", "sides", "known")
        return {name: getattr(self, name) for name in names}

    def reorder(self, order: np.ndarray) -> None:
        """Number the vertices anew: the `i`-th is to be the one that was ``order[i]``."""
        for array in self.vertex_arrays().values():
            array.replace(array.gather(order))
        number = np.argsort(order)
        self._exact = {int(number[vertex]): point for vertex, point in self._exact.items()}

    # Vertices

    def add(self, signs: np.ndarray, sides: np.ndarray) -> None:
        """Append vertices with known signs of neurons ``0..known-1``.

        ``signs``: int8, shape (known, n); ``sides``: uint32, shape (n,), bit `s` set iff the vertex
        lies on side `s` of the box. Of the last known neuron's layer the other neurons may be
        unknown; the vertex is determined by the known ones.
        """
        first, (known, count) = self.basis.size, signs.shape
        for array in (
            self.signs,
            self.basis,
            self.position,
            self.error,
            self.log_determinant,
        ):
            array.grow(count)
        self.sides.extend(sides)
        self.known.extend(np.full(count, known, np.int32))
        self.signs.view[:known, first:] = signs
        self.signs.view[known:, first:] = 0
        for start in range(0, count, _CHUNK):
            part = slice(start, min(start + _CHUNK, count))
            vanishing = self._vanishing(signs[:, part], sides[part])
            counts = vanishing.sum(axis=0)
            # Vertices of a simple complex have exactly d candidates; others go group by group.
            for m in np.flatnonzero(np.bincount(counts)):
                columns = np.flatnonzero(counts == m)
                _, place = np.nonzero(vanishing[:, columns].T)
                candidates = (place - self._n_sides).astype(np.int32).reshape(-1, m).T
                self._place(first + start + columns, candidates, known)

    def _vanishing(self, signs: np.ndarray, sides: np.ndarray) -> np.ndarray:
        """bool (sides + known, n): sides in reverse order, then neurons: place - sides numbers them."""
        order = np.arange(self._n_sides - 1, -1, -1, dtype=np.int64).astype(np.uint32)
        on_side = (sides[:, None] >> order) & 1 != 0
        return np.concatenate([on_side.T, signs == 0])

    def _place(self, where: np.ndarray, candidates: np.ndarray, known: int) -> None:
        """Choose a basis, propose coordinates and bound their error (proofs/filter.md, Theorem 2)."""
        d, count = self.dimension, candidates.shape[1]
        top = self.network.neurons[known - 1][0] if known else -1
        masks = self.floats.masks(self.signs.view, where, top)
        with np.errstate(all="ignore"):
            rows, constants, row_errors, row_logs = self.floats.forms(candidates, masks)
            chosen, inverse = invert_rows(rows)
            basis = candidates
            if len(candidates) > d:
                pick = np.broadcast_to(chosen[:, None], (d, d, count))
                rows = np.take_along_axis(rows, pick, axis=0)
                row_errors = np.take_along_axis(row_errors, pick, axis=0)
                row_logs = np.take_along_axis(row_logs, chosen, axis=0)
                constants = np.take_along_axis(constants, chosen[None], axis=1)
                basis = np.take_along_axis(candidates, chosen, axis=0)
            size = np.abs(inverse)
            # Deviation of inverse * rows from the identity, in the maximum norm.
            deviation = np.abs(np.einsum("irb,rjb->ijb", inverse, rows) - np.eye(d)[:, :, None])
            deviation += np.einsum("irb,rjb->ijb", size, np.abs(rows) * gamma(d + 2) + row_errors)
            norm = deviation.sum(axis=1).max(axis=0) * INFLATE + 8 * d * UNIT
            usable = norm < 0.5  # NaN and infinity are not
            positions = np.zeros((self.parts, d, count))
            errors = np.full((self.parts, count), np.inf)
            for part in range(self.parts):
                proposal = -np.einsum("irb,rb->ib", inverse, constants[part])
                residual, residual_error = self.floats.values(basis, proposal, masks, part)
                step = np.einsum("irb,rb->ib", size, np.abs(residual) + residual_error)
                bound = step.max(axis=0) / (1.0 - norm) * INFLATE * INFLATE + 8 * d * 2.0**-1022
                positions[part] = proposal
                errors[part] = np.where(usable & np.isfinite(bound), bound, np.inf)
            if self.unbounded:
                # A vertex on no side at infinity is an ordinary point: its M-part is exactly zero.
                finite = self.sides.view[where] == 0
                positions[1][:, finite] = 0.0
                errors[1, finite] = 0.0
            # Hadamard's inequality with the 1-norm, which is not below the 2-norm and squares nothing.
            lengths = (np.abs(rows) + row_errors).sum(axis=1) * INFLATE
            log_determinant = (np.log2(lengths) + row_logs).sum(axis=0) + 1.0
        # A basis that is not proven independent is chosen again exactly when it is needed.
        self.basis.view[:, where] = basis
        self.position.view[:, :, where] = positions
        self.error.view[:, where] = errors
        self.log_determinant.view[where] = np.where(usable, log_determinant, np.inf)

    # Signs

    def decide(self, index: int, where: np.ndarray, skip: int = 0) -> None:
        """Decide the signs of layer ``index`` at the vertices ``where``, exactly.

        The first ``skip`` neurons of the layer are known already and left alone.
        """
        for start in range(0, len(where), _CHUNK):
            if self.between is not None:
                self.between()
            self._decide(index, where[start : start + _CHUNK], skip)

    def _decide(self, index: int, where: np.ndarray, skip: int) -> None:
        """Stages 1 and 2 (proofs/filter.md, Theorem 3 and Theorem 4), and 3 for what they leave."""
        layer = self.floats.layers[index]
        wanted = layer.neurons[skip:]
        if not len(wanted) or not len(where):
            return
        masks = self.floats.masks(self.signs.view, where, index - 1)
        with np.errstate(all="ignore"):
            threshold = np.exp2(-(self.log_determinant.view[where] + layer.log_scale + 1.0))
            signs, zero = self._part_signs(0, index, wanted, where, masks, threshold)
            decided = (signs != 0) | zero
            if self.unbounded:
                infinite = self.sides.view[where] != 0
                far = where[infinite]
                if len(far):
                    far_masks = [mask[:, infinite] for mask in masks]
                    far_signs, far_zero = self._part_signs(
                        1, index, wanted, far, far_masks, threshold[infinite]
                    )
                    # The M-part decides unless it is proven zero; then the finite part does.
                    near = signs[:, infinite]
                    signs[:, infinite] = np.where(far_zero, near, far_signs)
                    decided[:, infinite] = (far_signs != 0) | (far_zero & decided[:, infinite])
        zeros = int(np.count_nonzero(decided & (signs == 0)))
        open_count = int(decided.size - np.count_nonzero(decided))
        self.statistics.separation += zeros
        self.statistics.filter += decided.size - open_count - zeros
        first = layer.first + skip
        stop = first + len(wanted)
        self.signs.view[first:stop][:, where] = signs
        if open_count:
            self._decide_exactly(first, where, ~decided)

    def _part_signs(
        self,
        part: int,
        index: int,
        wanted: np.ndarray,
        where: np.ndarray,
        masks: list[np.ndarray],
        threshold: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Signs of the `p` or `q` part where the filter decides them, and where zero is proven.

        proofs/filter.md, Theorem 3 and Theorem 4.
        """
        layer, bounds = self.floats.layers[index], self.floats.bounds[index]
        hidden = self.position.view[part][:, where]
        size = np.abs(hidden).max(axis=0) * INFLATE
        for below, mask in zip(self.floats.layers, masks, strict=False):
            hidden = below.weight @ hidden
            if part == 0:
                hidden += below.bias[:, None]
            hidden *= mask
        values = layer.weight[wanted] @ hidden
        constant = bounds.homogeneous_constant
        if part == 0:
            values += layer.bias[wanted, None]
            constant = bounds.constant
        error = self.error.view[part][where]
        bound = (
            constant[wanted, None]
            + bounds.slope[wanted, None] * size
            + bounds.lipschitz[wanted, None] * error
        ) * INFLATE
        # A partial sum may overflow where the bound does not: infinite values decide nothing.
        signs = ((values > bound).astype(np.int8) - (values < -bound)) * np.isfinite(values)
        zero = (np.abs(values) + bound) * INFLATE < threshold
        return signs, zero

    def _decide_exactly(self, first: int, where: np.ndarray, undecided: np.ndarray) -> None:
        """Stage 3 for the marked (neuron - ``first``, position in ``where``) pairs."""
        for column in np.flatnonzero(undecided.any(axis=0)):
            if self.between is not None:
                self.between()
            vertex = int(where[column])
            neurons = [first + int(k) for k in np.flatnonzero(undecided[:, column])]
            row = self.signs.view[:, vertex]
            self.signs.view[neurons, vertex] = self.geometry.signs(
                self.coordinates(vertex), neurons, row
            )
            self.statistics.exact += len(neurons)

    def coordinates(self, vertex: int) -> Homogeneous:
        """The exact coordinates of a vertex, from its basis and sign row."""
        found = self._exact.get(vertex)
        if found is None:
            found = self.geometry.vertex(
                self.basis.view[:, vertex].tolist(),
                self.signs.view[:, vertex],
                int(self.sides.view[vertex]),
                int(self.known.view[vertex]),
            )
            self._exact[vertex] = found
        return found
