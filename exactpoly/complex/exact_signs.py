"""The last stage of the sign oracle for the kernel: exact signs of all neurons at one point.

The kernel asks for signs at a vertex given by a basis and the row of any region whose closure holds it
(proofs/blocks.md, Theorem 1). The point is solved for once and its whole sign row computed by an exact
forward pass, so that later questions about it, from any chunk and layer, are looked up.
"""

from __future__ import annotations

import numpy as np

from exactpoly.complex.vertices import ExactGeometry
from exactpoly.domain import Domain
from exactpoly.errors import InternalError
from exactpoly.network.network import Network

__all__ = ["ExactSigns", "signs_of_bits"]

_MOST_REMEMBERED = 1 << 16


def signs_of_bits(rows: np.ndarray, neurons: int) -> np.ndarray:
    """int8 (n, neurons): signs from bits, uint64 (n, 2 words): where +, then where -."""
    words = rows.shape[1] // 2
    bits = np.unpackbits(
        np.ascontiguousarray(rows, "<u8").view(np.uint8), axis=1, bitorder="little"
    ).view(np.int8)
    signs: np.ndarray = bits[:, :neurons] - bits[:, 64 * words : 64 * words + neurons]
    return signs


class ExactSigns:
    """Sign rows of vertices of one network on one domain, by exact arithmetic."""

    def __init__(self, network: Network, domain: Domain) -> None:
        self.geometry = ExactGeometry(network, domain)
        self.network = network
        layer_of = [index for index, _ in network.neurons]
        first = [0]
        for layer in network.layers:
            first.append(first[-1] + len(layer.neurons))
        # Neurons of the layers below each neuron's: its form depends on their signs alone.
        self._before = [first[index] for index in layer_of]
        self._known: dict[tuple[bytes, bytes], list[int]] = {}

    def signs(self, basis: np.ndarray, rows: np.ndarray, neurons: np.ndarray) -> list[int]:
        """One sign for each of n questions.

        ``basis``: int32 (n, d), neurons as themselves and sides `s` as `-1 - s`; ``rows``: uint64
        (n, 2 words), see `signs_of_bits`; ``neurons``: int32 (n,).
        """
        patterns = signs_of_bits(rows, self.network.n_neurons)
        return [
            self._row(one, pattern)[neuron]
            for one, pattern, neuron in zip(basis, patterns, neurons.tolist(), strict=True)
        ]

    def _row(self, basis: np.ndarray, pattern: np.ndarray) -> list[int]:
        constraints = basis.tolist()
        before = max((self._before[c] for c in constraints if c >= 0), default=0)
        key = basis.tobytes(), pattern[:before].tobytes()
        found = self._known.get(key)
        if found is None:
            vertex = self.geometry.solve(self.geometry.forms(constraints, pattern))
            if vertex is None:
                raise InternalError(f"the forms of the basis {constraints} are dependent")
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            found = self._known[key] = self.geometry.sign_row(vertex)
        return found
