"""Arrays that grow along their last axis, with amortised cost and no Python lists."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

__all__ = ["Growable", "frozen", "kept"]


def frozen(array: np.ndarray) -> np.ndarray:
    """The array itself, from now on read only: what is kept and handed out cannot be changed by mistake."""
    array.flags.writeable = False
    return array


def kept(holder: Any) -> dict[str, Any]:
    """The state of an object without its cached properties, whose arrays a copy would hold writable."""
    cached = {
        n
        for c in type(holder).__mro__
        for n, x in vars(c).items()
        if isinstance(x, cached_property)
    }
    return {name: value for name, value in vars(holder).items() if name not in cached}


class Growable:
    """A NumPy array of fixed leading shape whose last axis grows.

    `view` is the filled part; it is invalidated by `extend`. With ``entrywise``, for a leading shape of
    one axis, each entry is contiguous in memory (the array is stored transposed), so that gathering
    entries costs a few cache lines each instead of one for every row.
    """

    def __init__(
        self,
        dtype: np.dtype | type,
        leading: tuple[int, ...] = (),
        *,
        entrywise: bool = False,
    ) -> None:
        self._entrywise = entrywise
        # The last axis is the one that grows unless ``entrywise``, then the first.
        self._data = np.empty((16, *leading) if entrywise else (*leading, 16), dtype=dtype)
        self.size = 0

    @property
    def view(self) -> np.ndarray:
        """The filled part, shape (*leading, size); writing to it writes to the array."""
        return self._data[: self.size].T if self._entrywise else self._data[..., : self.size]

    def extend(self, values: np.ndarray) -> None:
        """Append ``values`` (shape (*leading, n), or a scalar array broadcast over leading)."""
        count = values.shape[-1]
        self.grow(count)
        self.view[..., self.size - count :] = values

    def grow(self, count: int) -> None:
        """Append ``count`` uninitialised entries."""
        needed = self.size + count
        capacity = self._data.shape[0 if self._entrywise else -1]
        if needed > capacity:
            # Slack and the copy made in growing are the memory peak of a large run.
            factor = 2.0 if capacity < 1 << 16 else 1.5 if capacity < 1 << 22 else 1.25
            old, capacity = self.view, max(needed, int(capacity * factor))
            shape = self._data.shape
            shape = (capacity, *shape[1:]) if self._entrywise else (*shape[:-1], capacity)
            self._data = np.empty(shape, self._data.dtype)
            self.view[:] = old
        self.size = needed

    def gather(self, places: np.ndarray) -> np.ndarray:
        """The entries at ``places``, shape (*leading, n), stored as the array itself is."""
        if self._entrywise:
            return self._data.take(places, axis=0).T
        # `numpy.take` on the view would first copy it whole.
        return self._data.take(places, axis=-1)

    def replace(self, values: np.ndarray) -> None:
        """Replace the contents by ``values``, shape (*leading, n)."""
        self._data = np.ascontiguousarray(values.T if self._entrywise else values)
        self.size = values.shape[-1]
