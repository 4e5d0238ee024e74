"""The one place where pycddlib's exact module `cdd.gmp` is called.

pycddlib is optional. Some inputs crash it and take the process along (a zero denominator, a row
index below zero, a program without rows), so everything it is handed from here is a nonempty matrix
of `int` and `Fraction`, with row indices in range. It reads long integers through decimal strings,
which Python limits to 4,300 digits by default: the limit is lifted while a call lasts.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from exactpoly.arithmetic.digits import any_digits
from exactpoly.errors import MissingDependency, install_command

__all__ = ["cdd_available", "double_description", "exact_matrix", "hull_inequalities"]


def cdd_available() -> bool:
    """Whether pycddlib, and the system library that it needs, can be loaded here."""
    try:
        _modules()
    except MissingDependency:
        return False
    return True


def _modules() -> tuple[Any, Any]:
    """`cdd` (its enumerations) and `cdd.gmp`; raises `MissingDependency` without them."""
    try:
        import cdd
        import cdd.gmp
    except ImportError as error:
        raise MissingDependency(
            "the reference engine, exact vertices and V-representations need pycddlib: run"
            " `apt-get install -y --no-install-recommends gcc python3-dev libcdd-dev` as root and"
            f" then `{install_command('pycddlib')}`"
        ) from error
    return cdd, cdd.gmp


def exact_matrix(
    rows: Sequence[Sequence[Fraction | int]], linear: Sequence[int] = (), *, inequalities: bool
) -> Any:
    """A `cdd.gmp.Matrix` of ``rows`` (a nonempty list of rational rows of one length).

    ``linear``: indices of the rows that are equations (H-representation) or lines
    (V-representation). Raises `MissingDependency` without pycddlib.
    """
    cdd, gmp = _modules()
    kind = cdd.RepType.INEQUALITY if inequalities else cdd.RepType.GENERATOR
    with any_digits():
        return gmp.matrix_from_array(
            [list(row) for row in rows], lin_set=set(linear), rep_type=kind
        )


def double_description(
    rows: Sequence[Sequence[int]], dimension: int
) -> tuple[list[list[Any]], frozenset[int]]:
    """Generators of ``{x : row[0] + row[1:].x >= 0 for every row}``.

    Returns rows of `fractions.Fraction`, first entry 1 for a point and 0 for a direction, and the
    indices of the directions that are lines; no rows at all iff the set is empty. The trivial
    inequality `1 >= 0` is always added: where every constant is 0 cddlib takes the set for a cone
    and would leave its apex out of the list.
    """
    _, gmp = _modules()
    matrix = exact_matrix([[1] + [0] * dimension, *rows], inequalities=True)
    with any_digits():
        generators = gmp.copy_generators(gmp.polyhedron_from_matrix(matrix))
        return [list(row) for row in generators.array], frozenset(generators.lin_set)


def hull_inequalities(
    points: Sequence[Sequence[int]],
) -> tuple[list[list[Any]], frozenset[int]]:
    """Inequalities ``(b, a)``, `b + a.x >= 0`, of the convex hull of a nonempty list of points.

    Returns rows of `fractions.Fraction` and the indices of those that are equations.
    """
    _, gmp = _modules()
    matrix = exact_matrix([[1, *p] for p in points], inequalities=False)
    with any_digits():
        inequalities = gmp.copy_inequalities(gmp.polyhedron_from_matrix(matrix))
        return [list(row) for row in inequalities.array], frozenset(inequalities.lin_set)
