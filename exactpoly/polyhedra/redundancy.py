"""Which inequalities of a polyhedron with a known interior point define its facets, exactly.

From the interior point `c` a ray meets the boundary where the inequality with the largest
`-a.u / value(c)` vanishes; with ties broken lexicographically (that is, for an infinitesimally
turned ray) it is one inequality, and that one defines a facet. Such rays find most facets. The
remaining inequalities are decided by Clarkson's method: the minimum of the inequality over the
facets known so far is either nonnegative, then it is redundant, or the ray towards a point where it is
negative meets a facet that was not known yet (K. L. Clarkson, FOCS 1994). Floating point proposes,
for speed: a direction, which exact rays then follow, or the rows of a Farkas combination, whose
multipliers are then enclosed rigorously (`enclosure`) or solved for exactly. Where that settles
nothing, the exact simplex method (`revised`) goes on from the basis where floating point stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from flint import fmpz_mat, nmod_mat

from exactpoly.arithmetic.arrays import Floats
from exactpoly.errors import InternalError
from exactpoly.polyhedra.enclosure import certainly_combination
from exactpoly.polyhedra.proposal import FloatSimplex
from exactpoly.polyhedra.rays import Rays, deeper, integral, whitened
from exactpoly.polyhedra.revised import RevisedSimplex

__all__ = ["irredundant", "rank_modulo_prime"]

_PRIME = 2**61 - 1
_RANDOM_DIRECTIONS = 200


def irredundant(
    rows: Sequence[Sequence[int]],
    center: Sequence[int],
    progress: Callable[[int, int], None] | None = None,
    *,
    simplex: type[FloatSimplex] = FloatSimplex,
) -> list[int]:
    """Indices of the rows that define facets of ``{x : row[0] + row[1:].x >= 0}``, increasing.

    ``rows``: distinct primitive integer rows, none with ``row[1:]`` zero; ``center``: homogeneous
    integers `(q, q c)` of a point where all rows are positive; ``progress``: told how many rows are
    decided, and of how many; ``simplex``: what proposes. Raises `InternalError` if the centre is not such
    a point.
    """
    if not rows:
        return []
    local = [[sum(x * y for x, y in zip(row, center, strict=True)), *row[1:]] for row in rows]
    if any(row[0] <= 0 for row in local):
        raise InternalError("redundancy: the centre is not an interior point")
    dimension = len(center) - 1
    if _independent(local):
        return list(range(len(rows)))
    local = deeper(local)
    rays = Rays(local)
    facets = list(dict.fromkeys(rays.hits(_directions(rays))))
    known = set(facets)
    normals, safe = rays.normals, rays.safe
    fast = simplex(normals[facets])
    exact: RevisedSimplex | None = None  # made when a proposal fails
    for candidate, form in enumerate(local):
        if progress is not None:
            progress(candidate, len(local))
        while candidate not in known:
            proposal = fast.propose(normals[candidate])
            found = None
            if proposal is not None and proposal.support is not None:
                chosen = [facets[i] for i in proposal.support]
                if safe[[candidate, *chosen]].all() and certainly_combination(
                    normals[chosen], normals[candidate], fast.inverse()
                ):
                    break
                if _is_combination(form, [local[i] for i in chosen]):
                    break
            elif proposal is not None and proposal.direction is not None:
                aimed = np.array([proposal.direction], np.float64)
                found = next((f for f in rays.hits(aimed) if f not in known), None)
            if found is None:
                exact = exact or RevisedSimplex([local[f] for f in facets], dimension)
                witness = exact.witness_below_zero(form, fast.last)
                if witness is None:
                    break
                (found,) = rays.hits_exactly(witness.direction)
                if found in known:
                    raise InternalError("redundancy: a ray beyond all known facets met a known one")
            facets.append(found)
            known.add(found)
            exact = None
            fast.add(normals[found])
    return sorted(facets)


def _independent(rows: Sequence[Sequence[int]]) -> bool:
    """Whether the normals are certainly linearly independent, by their rank modulo a prime.

    Then each inequality can be violated while all others hold, so each defines a facet.
    """
    if len(rows) >= len(rows[0]):
        return False
    return rank_modulo_prime([row[1:] for row in rows]) == len(rows)


def rank_modulo_prime(matrix: Sequence[Sequence[int]]) -> int:
    """The rank modulo `2^61 - 1`: at most the rank, and less only if that divides all its minors."""
    residues = [x % _PRIME for row in matrix for x in row]
    return int(nmod_mat(len(matrix), len(matrix[0]), residues, _PRIME).rank())


def _is_combination(form: Sequence[int], rows: Sequence[Sequence[int]]) -> bool:
    """Whether ``form`` is a nonnegative combination of ``rows`` plus a nonnegative constant.

    Then it is nonnegative where they are. ``rows``: `d` of them; False also when their normals are
    dependent. Exact.
    """
    try:
        solution = (
            fmpz_mat([list(row[1:]) for row in rows])
            .transpose()
            .solve(fmpz_mat([[x] for x in form[1:]]))
        )
    except ZeroDivisionError:
        return False
    multipliers = [solution[i, 0] for i in range(len(rows))]
    if any(x < 0 for x in multipliers):
        return False
    return bool(form[0] >= sum(x * row[0] for x, row in zip(multipliers, rows, strict=True)))


def _directions(rays: Rays) -> Floats:
    """Integer directions: towards each hyperplane, along the axes, and some random ones."""
    d = rays.normals.shape[1]
    axes = np.concatenate([np.eye(d), -np.eye(d)])
    random = np.random.default_rng(0).integers(-999, 1000, (_RANDOM_DIRECTIONS, d))
    parts = [whitened(rays.normals), integral(-rays.normals), axes, random.astype(np.float64)]
    return np.concatenate(parts)
