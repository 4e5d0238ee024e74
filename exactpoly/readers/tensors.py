"""A tensor of a file with its name there."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

__all__ = ["Tensor"]


@dataclass(frozen=True, eq=False)
class Tensor:
    """One tensor of a file.

    ``array``: its numbers (a bfloat16 tensor is held as the float32 array that it equals);
    ``dtype``: the dtype in the file; ``name``: the name in the file, for errors.
    """

    array: np.ndarray
    dtype: str
    name: str

    def transposed(self) -> Tensor:
        """The matrix the other way round."""
        return replace(self, array=self.array.T)
