"""Arrays that grow along their last axis, with amortised cost and no Python lists."""

from __future__ import annotations

import numpy as np

__all__ = ["Growable"]


class Growable:
    """A NumPy array of fixed leading shape whose last axis grows by doubling.

    `view` is the filled part; it is invalidated by `extend`.
    """

    def __init__(self, dtype: np.dtype | type, leading: tuple[int, ...] = ()) -> None:
        self._leading = leading
        self._data = np.empty((*leading, 16), dtype=dtype)
        self.size = 0

    @property
    def view(self) -> np.ndarray:
        """The filled part, shape (*leading, size); writing to it writes to the array."""
        return self._data[..., : self.size]

    def extend(self, values: np.ndarray) -> None:
        """Append ``values`` (shape (*leading, n), or a scalar array broadcast over leading)."""
        count = values.shape[-1]
        self.grow(count)
        self.view[..., self.size - count :] = values

    def grow(self, count: int) -> None:
        """Append ``count`` uninitialised entries."""
        needed = self.size + count
        capacity = self._data.shape[-1]
        if needed > capacity:
            # Slack and the copy made in growing are the memory peak of a large run.
            factor = 2.0 if capacity < 1 << 16 else 1.5 if capacity < 1 << 22 else 1.25
            data = np.empty((*self._leading, max(needed, int(capacity * factor))), self._data.dtype)
            data[..., : self.size] = self.view
            self._data = data
        self.size = needed

    def columns(self, places: np.ndarray, rows: int) -> np.ndarray:
        """The entries at ``places`` of the first ``rows`` rows, shape (rows, n), C-contiguous.

        For a leading shape of one axis. `numpy.take` on the view would first copy it whole.
        """
        return self._data[:rows].take(places, axis=-1)

    def replace(self, values: np.ndarray) -> None:
        """Replace the contents by ``values``, shape (*leading, n)."""
        self._data = np.ascontiguousarray(values)
        self.size = values.shape[-1]
