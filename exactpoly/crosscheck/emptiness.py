"""Why a claimed region does not exist: an exact Farkas certificate.

Under a sign row with no 0 every neuron is one affine form `f_i`. The row belongs to a region iff
some point of the domain has `s_i f_i > 0` for all `i` (F1). If none has, nonnegative multipliers,
not all zero, make `sum lambda_i s_i f_i` a constant that is not positive (Farkas' lemma, in the form of
Gordan and Motzkin; Schrijver, Theory of Linear and Integer Programming, 7.8). They come from the simplex
method over integers and are checked here before anything is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from exactpoly.crosscheck.claims import Row
from exactpoly.domain import Domain
from exactpoly.errors import InternalError
from exactpoly.network.network import Network
from exactpoly.polyhedra.polyhedron import primitive
from exactpoly.polyhedra.simplex import ExactSimplex

__all__ = ["Contradiction", "contradiction"]


@dataclass(frozen=True)
class Contradiction:
    """Multipliers under which the strict inequalities of a row add up to ``0 < constant <= 0``.

    ``terms``: (name, multiplier), the names being ``"neuron 3"`` or ``"side 0"`` of the domain;
    ``constant``: 0 if the closed inequalities may still meet (in a set without interior).
    """

    terms: tuple[tuple[str, Fraction], ...]
    constant: Fraction

    def sentence(self) -> str:
        """The certificate in words."""
        names = " + ".join(
            name if factor == 1 else f"{factor} * {name}" for name, factor in self.terms
        )
        return f"the signed pre-activations add up to {names} = {self.constant}, everywhere"


def contradiction(network: Network, domain: Domain, row: Row) -> Contradiction | None:
    """Why no region on the domain has this row (without zeros), None if one has."""
    names, forms = _inequalities(network, domain, row)
    # Maximise t subject to form_i(x) >= t: the row is a region's iff some t > 0 is possible.
    # The start x = 0, t = -start is inside all inequalities.
    d = network.input_dimension
    integers = [primitive((b, *a)) for b, a in forms]
    start = max((0, *(-line[0] for line in integers))) + 1
    lines = [(line[0] + start, *line[1:], -1) for line in integers]
    multipliers = _Multipliers(lines, d + 1).of((start, *[0] * d, -1))
    if multipliers is None:
        return None
    return _checked(names, forms, integers, multipliers)


class _Multipliers(ExactSimplex):
    """The simplex method, asked for the multipliers that prove a form nonnegative."""

    def of(self, form: Sequence[int]) -> list[Fraction] | None:
        """For each row the multiplier that proves ``form >= 0``, None if it is negative somewhere."""
        if self.witness_below_zero(form) is not None:
            return None
        objective = self._express(form)
        result = [Fraction(0)] * len(self.basic)
        for column, variable in enumerate(self.nonbasic, start=1):
            if variable >= self.dimension:
                result[variable - self.dimension] = Fraction(
                    int(objective[column]), int(self.denominator)
                )
        return result


def _checked(
    names: list[str],
    forms: list[tuple[Fraction, tuple[Fraction, ...]]],
    integers: list[tuple[int, ...]],
    multipliers: list[Fraction],
) -> Contradiction:
    """The contradiction in the given forms, verified term by term."""
    factors = []
    for (b, a), line, multiplier in zip(forms, integers, multipliers, strict=True):
        # The integer line is a positive multiple of the form (or both vanish identically).
        scale = next(
            (Fraction(i) / x for i, x in zip(line, (b, *a), strict=True) if x), Fraction(1)
        )
        factors.append(multiplier * scale)
    used = [i for i, factor in enumerate(factors) if factor]
    smallest = min((factors[i] for i in used), default=Fraction(1))
    terms = tuple((names[i], factors[i] / smallest) for i in used)
    lines = [(factors[i] / smallest, forms[i]) for i in used]
    width = len(forms[0][1]) if forms else 0
    gradient = [sum((f * a[j] for f, (_, a) in lines), Fraction(0)) for j in range(width)]
    constant = sum((f * b for f, (b, _) in lines), Fraction(0))
    if not used or any(gradient) or constant > 0 or any(f < 0 for f, _ in lines):
        raise InternalError("the multipliers of an empty row do not contradict its inequalities")
    return Contradiction(terms, constant)


def _inequalities(
    network: Network, domain: Domain, row: Row
) -> tuple[list[str], list[tuple[Fraction, tuple[Fraction, ...]]]]:
    """Names and forms `b + a.x`, all positive on the region that the row would have."""
    (matrix, constants), _ = network.affine_maps(row)
    names = [f"neuron {i}" if sign > 0 else f"(- neuron {i})" for i, sign in enumerate(row)]
    forms = [
        (sign * constants[i], tuple(sign * x for x in matrix[i])) for i, sign in enumerate(row)
    ]
    for axis, bounds in enumerate(domain.bounds or ()):
        for upper, bound in enumerate(bounds):
            sign = -1 if upper else 1
            names.append(f"({bound} - x{axis})" if upper else f"(x{axis} - {bound})")
            unit = tuple(Fraction(sign * (i == axis)) for i in range(network.input_dimension))
            forms.append((-sign * bound, unit))
    return names, forms
