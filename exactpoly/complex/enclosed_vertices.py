"""All finite vertices of a complex, each coordinate as two float64 numbers with a proven error bound.

The first of the two is the exact coordinate correctly rounded. Coordinates on a side of a box are known,
zeros are proven by separation (proofs/filter.md, Theorem 4), and what the enclosure does not decide comes
from exact arithmetic.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from exactpoly.arithmetic.arrays import Marks
from exactpoly.arithmetic.filter_bounds import INFLATE
from exactpoly.arithmetic.fixed_point import leading
from exactpoly.complex.enclosed import Enclosed, rounded_right, solved
from exactpoly.complex.fine_forms import FineForms, Forms

if TYPE_CHECKING:
    from exactpoly.complex.cell_arrays import CellArrays

__all__ = ["enclosed_vertices"]


def enclosed_vertices(complex_: CellArrays) -> Enclosed:
    """The coordinates of the finite vertices, shape (f_0, d); ``high`` is correctly rounded."""
    coordinates, d, count = complex_.cells.coordinates, complex_.dimension, complex_.f_vector[0]
    fine = FineForms(coordinates.geometry)
    result = Enclosed(*(np.empty((count, d)) for _ in range(3)))
    for part in fine.chunks(count, d):
        forms = fine.of(
            coordinates.basis[:, part].T.ravel(), np.repeat(coordinates.signs[part], d, axis=0)
        ).grouped(d)
        found, _, _ = solved(forms, fine.bits)
        zero = _zeros(found, forms, fine.bits)
        for whole, own in zip(result.arrays, found.arrays, strict=True):
            whole[part] = np.where(zero, 0.0, own)
    _put_bounds(complex_, result)
    settled = rounded_right(result) | (result.error == 0)
    for vertex in np.flatnonzero(~settled.all(axis=1)).tolist():
        numerators, denominator = coordinates.exact(vertex)
        for axis in range(d):
            number = Fraction(int(numerators[axis, 0]), int(denominator))
            result.put((vertex, axis), number)
    return result


def _zeros(found: Enclosed, forms: Forms, bits: int) -> Marks:
    """bool, shape (n, d): coordinates so small that they are 0.

    They are integers over the determinant of the integer forms, which Hadamard's inequality bounds.
    """
    d = forms.digits.shape[2]
    with np.errstate(all="ignore"):
        lengths = np.abs(leading(forms.digits[..., :d], bits)).sum(axis=2) + forms.error
        log_determinant = (np.log2(lengths * INFLATE) + forms.log_scale).sum(axis=1) + 1.0
        threshold = np.exp2(-(log_determinant + 1.0))
        size = (np.abs(found.high) + np.abs(found.low) + found.error) * INFLATE
        small: Marks = size < threshold[:, None]
    return small


def _put_bounds(complex_: CellArrays, result: Enclosed) -> None:
    """Coordinates of vertices on the sides of a box are its bounds."""
    bounds = complex_.domain.bounds if complex_.domain.is_box else None
    for axis, pair in enumerate(bounds or ()):
        for upper, bound in enumerate(pair):
            on_side = complex_.cells.sides(0) >> np.uint32(2 * axis + upper) & np.uint32(1)
            result.put((np.flatnonzero(on_side), axis), bound)
