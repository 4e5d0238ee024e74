"""Affine forms of neurons and sides to about a hundred bits, many at once, with proven error bounds.

The network is scaled by powers of two so that in each layer the weights of a unit add up to at most 1/2 in
size and its bias is at most 1/2; forms are the neurons' up to those positive factors. Weights and forms are
held in digits (`exactpoly.arithmetic.fixed_point`): products of matrices of digits are exact, and what is
cut off is bounded (proofs/filter.md, Theorem 7).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from exactpoly.arithmetic.arrays import Floats, Signs
from exactpoly.arithmetic.filter_bounds import INFLATE
from exactpoly.arithmetic.fixed_point import carried, digit_bits, digits_of
from exactpoly.complex.vertices import ExactGeometry

__all__ = ["FineForms", "Forms"]

_DIGITS = 5
"""Digits of a weight."""
_LEVELS = 6
"""Digits of a form."""
_ENTRIES = 1 << 20


@dataclass(frozen=True, eq=False)
class Forms:
    """Affine forms `a.x + b` up to a positive factor each.

    ``digits``: float64, shape (levels, .., d + 1), of `a` and `b`, which are at most 1 in size;
    ``error``: float64, shape (..): the errors of `a` and `b` add up to at most that;
    ``log_scale``: float64, shape (..): 2 to that power, or less, times a form has integers for `a` and `b`.
    """

    digits: Floats
    error: Floats
    log_scale: Floats

    def grouped(self, each: int) -> Forms:
        """The same forms, ``each`` so many together."""
        levels, count, entries = self.digits.shape
        return Forms(
            self.digits.reshape(levels, count // each, each, entries),
            self.error.reshape(-1, each),
            self.log_scale.reshape(-1, each),
        )


@dataclass(frozen=True, eq=False)
class _Layer:
    """``digits``: (digits, units, inputs + 1), weights and bias; ``error``: of a row, added up."""

    digits: Floats
    error: float
    log_scale: float
    first: int
    neurons: np.ndarray


class FineForms:
    """The forms of one network on one domain; ``bits``: of a digit."""

    def __init__(self, geometry: ExactGeometry) -> None:
        network, domain = geometry.network, geometry.domain
        self.dimension = geometry.dimension
        widest = max((layer.inputs for layer in network.layers), default=1)
        self.bits = digit_bits(max(widest, self.dimension + 1))
        self._layer_of = np.array([*(index for index, _ in network.neurons), -1], np.int64)
        self._unit_of = np.array([*(unit for _, unit in network.neurons), -1], np.int64)
        used = max((index for index, _ in network.neurons), default=-1) + 1
        self.width = max((layer.inputs for layer in network.layers[:used]), default=1)
        self._layers: list[_Layer] = []
        exponent, first = 0, 0
        for layer, scale in zip(network.layers[:used], geometry.scales, strict=False):
            below, rows = exponent, layer.numerators
            weights = max(sum(map(abs, row[:-1])) for row in rows)
            bias = Fraction(max(abs(row[-1]) for row in rows))
            exponent = _exponent(max(weights * Fraction(2) ** below, bias) / layer.denominator)
            shifts = [below - exponent] * layer.inputs + [-exponent]
            digits, exact = digits_of(rows, layer.denominator, shifts, self.bits, _DIGITS)
            error = 0.0 if exact else len(shifts) * 2.0 ** (-self.bits * _DIGITS - 1)
            log_scale = float(scale.bit_length() + exponent)
            neurons = np.array(layer.neurons, np.int64)
            self._layers.append(_Layer(digits, error, log_scale, first, neurons))
            first += len(neurons)
        self._sides = self._side_forms([form[: self.dimension + 1] for form in domain.side_forms()])

    def _side_forms(self, forms: list[list[int]]) -> Forms:
        parts, errors, logs = [], [], []
        for form in forms:
            exponent = _exponent(Fraction(max(sum(map(abs, form[:-1])), abs(form[-1]))))
            digits, exact = digits_of([form], 1, [-exponent] * len(form), self.bits, _DIGITS)
            parts.append(_padded(digits, _LEVELS)[:, 0])
            errors.append(0.0 if exact else len(form) * 2.0 ** (-self.bits * _DIGITS - 1))
            logs.append(float(exponent))
        shape = (_LEVELS, len(forms), self.dimension + 1)
        together = np.stack(parts, axis=1) if parts else np.zeros(shape)
        return Forms(together, np.array(errors), np.array(logs))

    def chunks(self, count: int, each: int) -> Iterator[slice]:
        """Runs of ``count`` items with ``each`` so many forms that keep what is held at once small."""
        step = max(16, _ENTRIES // (max(self.width, 8) * each))
        return (slice(start, min(start + step, count)) for start in range(0, count, step))

    def of(self, constraints: np.ndarray, rows: Signs) -> Forms:
        """The forms of ``constraints``, int (n,), numbered as by `ExactGeometry`, each under its pattern.

        ``rows``: int8, shape (n, neurons): signs, of which those below a constraint's layer are used;
        units without a positive sign are inactive.
        """
        count = len(constraints)
        digits = np.zeros((_LEVELS, count, self.dimension + 1))
        error, log_scale = np.zeros(count), np.zeros(count)
        layer_of = np.where(constraints < 0, -1, self._layer_of[np.maximum(constraints, 0)])
        for index in np.unique(layer_of).tolist():
            place = np.flatnonzero(layer_of == index)
            if index < 0:
                side = -1 - constraints[place]
                digits[:, place] = self._sides.digits[:, side]
                error[place], log_scale[place] = (
                    self._sides.error[side],
                    self._sides.log_scale[side],
                )
                continue
            units = self._unit_of[constraints[place]]
            found, off = self._composed(index, units, rows[place])
            digits[: len(found), place] = found
            error[place], log_scale[place] = off, self._layers[index].log_scale
        return Forms(digits, error, log_scale)

    def _composed(self, index: int, units: np.ndarray, rows: Signs) -> tuple[Floats, float]:
        """Forms of units of one layer, from it downwards, and a bound on the error of each."""
        layer = self._layers[index]
        lines, error = layer.digits[:, units], layer.error
        for below in reversed(self._layers[:index]):
            size = below.digits.shape[1]
            active = np.ones((len(units), size))
            stop = below.first + len(below.neurons)
            active[:, below.neurons] = rows[:, below.first : stop] > 0
            columns = below.digits.shape[2]
            matrix = np.ascontiguousarray(below.digits.transpose(1, 0, 2)).reshape(size, -1)
            levels = np.zeros((_LEVELS, len(units), columns))
            levels[: len(lines), :, -1] = lines[:, :, -1]
            cut = 0.0
            for s, line in enumerate(lines, 1):
                product = ((line[:, :-1] * active) @ matrix).reshape(len(units), -1, columns)
                for t in range(1, len(below.digits) + 1):
                    if s + t <= _LEVELS:
                        levels[s + t - 1] += product[:, t - 1]
                    else:
                        cut += 2.0 ** (2 * self.bits - 1 - self.bits * (s + t))
            carried(levels, self.bits)
            dropped = cut * size * columns
            error = (error * (1.0 + below.error) + below.error + dropped) * INFLATE
            lines = _trimmed(levels)
        return lines, error


def _exponent(largest: Fraction) -> int:
    """An `e` with ``largest`` at most `2^(e - 1)`."""
    doubled = 2 * largest
    return doubled.numerator.bit_length() - doubled.denominator.bit_length() + 1


def _padded(digits: Floats, levels: int) -> Floats:
    return np.concatenate([digits, np.zeros((levels - len(digits), *digits.shape[1:]))])


def _trimmed(levels: Floats) -> Floats:
    """Without the levels at the end that are 0 everywhere."""
    last = len(levels)
    while last > 1 and not levels[last - 1].any():
        last -= 1
    return levels[:last]
