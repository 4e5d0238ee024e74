"""The sides of a domain: in float64 with error bounds, and as neurons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from exactpoly.arithmetic.arrays import Floats
from exactpoly.arithmetic.filter_bounds import INFLATE, UNIT, gamma
from exactpoly.arithmetic.rational import rounded
from exactpoly.domain import Domain, Polytope
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network

__all__ = ["FloatSides", "float_sides", "side_network"]

_TINY = 2.0**-1020


@dataclass(frozen=True, eq=False)
class FloatSides:
    """Forms of the sides rounded, and what is known of their errors (proofs/filter.md, (S)).

    ``rows``: (S, d) gradients, each entry wrong by at most ``row_errors``; ``constants``: (S, parts);
    ``log_scale``: (S,) log2 of the factor that makes a form integral; a value computed at a point with
    coordinates up to `X` is wrong by at most ``error + slope X``, shapes (S, parts) and (S,).
    """

    rows: Floats
    row_errors: Floats
    constants: Floats
    log_scale: Floats
    slope: Floats
    error: Floats


def side_network(polytope: Polytope) -> Network:
    """One neuron a side, whose pre-activation is the side's form."""
    gradients = [row[:-1] for row in polytope.rows]
    return Network((Layer.of(gradients, [row[-1] for row in polytope.rows]),))


def float_sides(domain: Domain) -> FloatSides:
    """The sides of any domain."""
    return _of_polytope(domain) if isinstance(domain, Polytope) else _of_box(domain)


def _of_box(domain: Domain) -> FloatSides:
    d, bounds = domain.dimension, domain.bounds
    rows = np.zeros((2 * d, d))
    constants = np.zeros((2 * d, 2 if bounds is None else 1))
    log_scale = np.zeros(2 * d)
    for side in range(2 * d):
        axis, upper = divmod(side, 2)
        sign = -1.0 if upper else 1.0
        rows[side, axis] = sign
        if bounds is None:
            constants[side] = (0.0, 1.0)
        else:
            bound = bounds[axis][upper]
            constants[side] = -sign * rounded(bound.numerator, bound.denominator)
            log_scale[side] = float(bound.denominator.bit_length())
    error = 4 * UNIT * np.abs(constants) + _TINY
    return FloatSides(
        rows, np.zeros_like(rows), constants, log_scale, np.full(2 * d, 4 * UNIT), error
    )


def _of_polytope(domain: Polytope) -> FloatSides:
    """Each form over a power of 2, so that its numbers are at most 1."""
    d = domain.dimension
    bits = [max(abs(x).bit_length() for x in row) for row in domain.rows]
    table = np.array(
        [[rounded(x, 1 << n) for x in row] for row, n in zip(domain.rows, bits, strict=True)]
    )
    rows, constants = table[:, :d].copy(), table[:, d:].copy()
    relative = (gamma(d + 2) + 4 * UNIT) * INFLATE
    return FloatSides(
        rows,
        2 * UNIT * np.abs(rows) + _TINY,
        constants,
        np.array(bits, np.float64),
        relative * np.abs(rows).sum(axis=1) + 16 * _TINY,
        relative * np.abs(constants) + 16 * _TINY,
    )
