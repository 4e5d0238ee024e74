"""The affine form of every facet, to a hundred bits and rounded, and the half-spaces of all regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from exactpoly.arithmetic.arrays import Floats, Indices
from exactpoly.arithmetic.fixed_point import leading
from exactpoly.arithmetic.growable import frozen
from exactpoly.arithmetic.rational import rounded
from exactpoly.complex.fine_forms import FineForms

if TYPE_CHECKING:
    from exactpoly.complex.cell_arrays import CellArrays

__all__ = ["FacetForms", "half_spaces"]


class FacetForms:
    """One form a facet, that of the first neuron that changes there or of a side of the domain.

    It is the same on both sides of the facet (proofs/filter.md, section 9). ``constraints``: the neuron or
    side, numbered as by `ExactGeometry`; ``digits``: int32, shape (levels, facets, d + 1); ``rounded``:
    float64, shape (facets, d + 1); ``errors``: (facets,), see `Forms`.
    """

    def __init__(self, complex_: CellArrays) -> None:
        self.complex = complex_
        self.fine = FineForms(complex_.geometry)
        d = complex_.dimension
        count, rows = complex_.f_vector[d - 1], complex_.cells.rows(d - 1)
        self.constraints = _constraints(complex_)
        self.rounded, self.errors = np.empty((count, d + 1)), np.empty(count)
        parts = []
        for part in self.fine.chunks(count, 1):
            found = self.fine.of(self.constraints[part], rows[part])
            self.rounded[part] = leading(found.digits, self.fine.bits)
            self.errors[part] = found.error
            parts.append(found.digits.astype(np.int32))
        empty = np.empty((1, 0, d + 1), np.int32)
        self.digits = np.concatenate(parts, axis=1) if parts else empty

    def signs(self, regions: Indices, facets: Indices) -> Floats:
        """float64, shape of ``facets``: the sign of a facet's form on the region that it bounds."""
        constraints = self.constraints[facets]
        signs, neurons = np.ones(constraints.shape), constraints >= 0
        owners = np.broadcast_to(regions, constraints.shape)[neurons]
        signs[neurons] = self.complex.region_rows[owners, constraints[neurons]]
        return signs


def half_spaces(complex_: CellArrays) -> Floats:
    """float64, shape (entries, d + 1): see `RegionArrays.half_spaces`."""
    facets, forms, d = complex_.region_facets, FacetForms(complex_), complex_.dimension
    largest = np.abs(forms.rounded[:, :d]).max(axis=1, initial=0.0)
    _, exponent = np.frexp(largest)
    rows = np.ldexp(forms.rounded, -exponent[:, None])
    # Gradients of which little is left among their constants.
    for facet in np.flatnonzero(forms.errors * 2.0**52 >= largest).tolist():
        constraint, row = forms.constraints[facet], complex_.cells.row(d - 1, facet)
        (form,) = complex_.geometry.forms([int(constraint)], row)
        scale = 1 << max(abs(x) for x in form[:d]).bit_length()
        rows[facet] = [rounded(x, scale) for x in form[: d + 1]]
    signs = forms.signs(facets.owners, facets.entries)
    return frozen(rows[facets.entries] * -signs[:, None] + 0.0)


def _constraints(complex_: CellArrays) -> np.ndarray:
    """int64, shape (f_{d-1},): a side that the facet lies on, or the first neuron that changes there."""
    below, count = complex_.dimension - 1, complex_.f_vector[-2]
    sides = complex_.cells.sides(below)[:count].astype(np.int64)
    neurons = complex_.facet_neurons
    result = np.zeros(count, np.int64)
    inner = sides == 0
    result[inner] = neurons.entries[neurons.start[:-1][inner]]
    lowest = sides & -sides
    result[~inner] = -1 - np.log2(lowest[~inner].astype(np.float64)).astype(np.int64)
    return result
