"""What a study asks of level sets: the topology of a boundary, and sublevel sets as polytopes."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from exactpoly.complex.complex import Complex
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.levelset.decision import Decision
from exactpoly.levelset.forms import difference_network, level_network
from exactpoly.levelset.level import LevelSet
from exactpoly.network.network import Network
from exactpoly.running.limits import Limits
from exactpoly.running.run import Run

__all__ = ["sublevel_polytopes", "zero_topology"]


def zero_topology(network: Network, domain: str, limits: Limits) -> dict[str, Any] | None:
    """Homology of `{f = 0}`, of a network with several outputs of its decision boundary; checked by
    Euler's relation and duality. None where the refined complex was left unfinished.

    ``relative`` are Betti numbers of Borel-Moore homology, on a box relative to its boundary.
    """
    if network.output_dimension > 1:
        complex_ = _whole(difference_network(network), domain, limits)
        if complex_ is None:
            return None
        classes = Decision(complex_, network.output_dimension)
        classes.check()
        chosen = classes.boundary
    else:
        complex_ = _whole(level_network(network, Fraction(0), None), domain, limits)
        if complex_ is None:
            return None
        level = LevelSet(complex_, Fraction(0), None)
        level.check()
        chosen = level.zero
    components = chosen.components
    return {
        "set": chosen.name,
        "f_vector": list(chosen.f_vector),
        "betti": list(chosen.betti()),
        "relative": list(chosen.betti_borel_moore()),
        "pieces": len(components),
        "closed_pieces": sum(
            bool(chosen.arrangement.off_sides[piece.cells].all()) for piece in components
        ),
    }


def sublevel_polytopes(network: Network, domain: str, limits: Limits) -> dict[str, Any] | None:
    """The components of `{f <= 1}`: how many, and each bounded one with interior as a polytope.

    ``f_vector`` is that of the polytope with coplanar walls merged, None where it is not convex. None
    where the refined complex was left unfinished.
    """
    complex_ = _whole(level_network(network, Fraction(1), None), domain, limits)
    if complex_ is None:
        return None
    level = LevelSet(complex_, Fraction(1), None)
    level.check()
    components = level.sub.components
    d = network.input_dimension
    solid = [one for one in components if one.bounded and one.dimension == d]
    decided = [component.as_polytope() for component in solid]
    return {
        "components": len(components),
        "cells": list(level.sub.f_vector),
        "bounded": [{"convex": p.convex, "f_vector": p.f_vector} for p in decided],
    }


def _whole(network: Network, domain: str, limits: Limits) -> Complex | None:
    complex_ = enumerate_complex(network, domain=domain, run=Run(limits))
    return complex_ if complex_.complete else None
