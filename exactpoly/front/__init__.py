"""The front door of the library: thin functions that load a model and hand it to the room that answers."""

from exactpoly.front.claims import judge
from exactpoly.front.complexes import enumerate, open
from exactpoly.front.levels import decision, level_set, persistence, zero_set
from exactpoly.front.polytopes import cover, separable, separation_curve, tropical
from exactpoly.front.properties import equal, lipschitz, monotone, prove, radius, range

__all__ = [
    "cover",
    "decision",
    "enumerate",
    "equal",
    "judge",
    "level_set",
    "lipschitz",
    "monotone",
    "open",
    "persistence",
    "prove",
    "radius",
    "range",
    "separable",
    "separation_curve",
    "tropical",
    "zero_set",
]
