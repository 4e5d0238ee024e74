"""What the numbers mean, in words that every output carries: JSON, tables and certificates.

Papers and tools differ in exactly these points, so no number leaves without its convention.
"""

from __future__ import annotations

__all__ = ["CURVE", "PERSISTENCE", "SURFACE", "decision_conventions", "level_conventions"]

_BOX = "domain boundary"


def _set_conventions(*, space: bool) -> dict[str, str]:
    where = "none at infinity" if space else f"those on the {_BOX} too"
    words = {
        "f_vector": f"cells in the set by dimension, {where}",
        "betti": "ordinary homology in degrees 0..d, over Q; betti_mod_p over Z/p, torsion over Z",
    }
    if space:
        words["betti_borel_moore"] = "Borel-Moore homology: chains may go to infinity"
        words["betti_one_point"] = (
            "of the one-point compactification, a point being added to a bounded set too"
        )
    else:
        words["betti_relative_to_domain_boundary"] = f"homology relative to the {_BOX}"
    return words


def level_conventions(*, space: bool) -> dict[str, str]:
    """Of the five sets that a level cuts out; ``space``: whether the domain is `R^d`."""
    return {
        "zero, sub, super": "f = c, f <= c, f >= c, closed in the domain",
        "below, above": "f < c, f > c, open in the domain",
        **_set_conventions(space=space),
    }


def decision_conventions(*, space: bool) -> dict[str, str]:
    """Of class regions and the decision boundary."""
    return {
        "classes": "where the output is a largest one, closed in the domain",
        "decision_boundary": "where two or more outputs are largest, closed; regions of ties belong to it",
        "ties": "number of regions by the outputs that are largest on all of them",
        **_set_conventions(space=space),
    }


PERSISTENCE = {
    "filtration": "closed sets f <= t in the domain, ordinary homology over Z/2",
    "pairs": "degree, birth, death with birth < death",
    "essential": "degree and birth of classes that do not die",
    "critical": "connected pieces of cells with largest value v; dimensions of the homology relative to all"
    " smaller values, in degrees 0..d",
    "values": "q*M+p is at infinity, M above every number",
}
"""Of `exactpoly.levelset.filtration`."""

SURFACE = {
    "f_vector": "vertices, edges, polygons, those on the domain boundary too",
    "manifold": "a surface, perhaps with boundary; boundary_edges are in one polygon",
    "orientation": "polygons run counterclockwise seen from f > c, so normals point to f > c; not oriented"
    " where f > c on both sides or on neither",
    "watertight": "manifold, oriented, each edge in two polygons; genera are those of a watertight surface",
    "signed_volume_below": "of a watertight surface, positive where f < c is inside, negative where"
    " f > c is; signed_volume_about is a decimal of it",
}
"""Of `exactpoly.levelset.surface`."""

CURVE = {
    "orientation": "paths run with f > c on the left",
    "signed_area": "of a closed path, positive where it runs counterclockwise, so where f > c is inside",
}
"""Of `exactpoly.levelset.curve`."""
