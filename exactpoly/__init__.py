"""Exact polyhedral complexes of ReLU networks.

>>> import exactpoly as ep
>>> net = ep.Network((ep.Layer.of([[1, 0], [0, 1]]), ep.Layer.of([[1, 1]], relu=False)))
>>> c = ep.enumerate(net, domain="R^d")
>>> c.f_vector, c.mean_facets
((1, 4, 4), Fraction(2, 1))
"""

from importlib import import_module as _import_module
from typing import TYPE_CHECKING, Any

from exactpoly.services import provided_by as _provided_by

if TYPE_CHECKING:
    from exactpoly.complex.complex import Complex
    from exactpoly.complex.region import Facet, Region
    from exactpoly.domain import Domain
    from exactpoly.errors import (
        ExactpolyError,
        InputError,
        InternalError,
        LimitReached,
        MissingDependency,
    )
    from exactpoly.front import (
        cover,
        decision,
        enumerate,
        equal,
        judge,
        level_set,
        lipschitz,
        monotone,
        persistence,
        prove,
        radius,
        range,
        separable,
        separation_curve,
        tropical,
        zero_set,
    )
    from exactpoly.network import Layer, Network
    from exactpoly.readers.json_format import write_json
    from exactpoly.readers.load import load
    from exactpoly.reporting import write_film, write_report
    from exactpoly.running.limits import Limits

__all__ = [
    "Complex",
    "Domain",
    "ExactpolyError",
    "Facet",
    "InputError",
    "InternalError",
    "Layer",
    "LimitReached",
    "Limits",
    "MissingDependency",
    "Network",
    "Region",
    "cover",
    "decision",
    "enumerate",
    "equal",
    "judge",
    "level_set",
    "lipschitz",
    "load",
    "monotone",
    "persistence",
    "prove",
    "radius",
    "range",
    "separable",
    "separation_curve",
    "tropical",
    "write_film",
    "write_json",
    "write_report",
    "zero_set",
]

_provided_by("exactpoly.front.methods")

# Names are imported when first used, so that `exactpoly --help` waits for no numerical library.
_HOMES = {
    "Complex": ("exactpoly.complex.complex", "Complex"),
    "Domain": ("exactpoly.domain", "Domain"),
    "ExactpolyError": ("exactpoly.errors", "ExactpolyError"),
    "Facet": ("exactpoly.complex.region", "Facet"),
    "InputError": ("exactpoly.errors", "InputError"),
    "InternalError": ("exactpoly.errors", "InternalError"),
    "Layer": ("exactpoly.network", "Layer"),
    "LimitReached": ("exactpoly.errors", "LimitReached"),
    "Limits": ("exactpoly.running.limits", "Limits"),
    "MissingDependency": ("exactpoly.errors", "MissingDependency"),
    "Network": ("exactpoly.network", "Network"),
    "Region": ("exactpoly.complex.region", "Region"),
    "cover": ("exactpoly.front", "cover"),
    "decision": ("exactpoly.front", "decision"),
    "separable": ("exactpoly.front", "separable"),
    "separation_curve": ("exactpoly.front", "separation_curve"),
    "enumerate": ("exactpoly.front", "enumerate"),
    "equal": ("exactpoly.front", "equal"),
    "judge": ("exactpoly.front", "judge"),
    "level_set": ("exactpoly.front", "level_set"),
    "monotone": ("exactpoly.front", "monotone"),
    "persistence": ("exactpoly.front", "persistence"),
    "prove": ("exactpoly.front", "prove"),
    "lipschitz": ("exactpoly.front", "lipschitz"),
    "load": ("exactpoly.readers.load", "load"),
    "radius": ("exactpoly.front", "radius"),
    "range": ("exactpoly.front", "range"),
    "tropical": ("exactpoly.front", "tropical"),
    "open": (
        "exactpoly.front",
        "open",
    ),  # not in __all__: `import *` must not hide the built-in one
    "write_json": ("exactpoly.readers.json_format", "write_json"),
    "write_film": ("exactpoly.reporting", "write_film"),
    "write_report": ("exactpoly.reporting", "write_report"),
    "zero_set": ("exactpoly.front", "zero_set"),
}


def __getattr__(name: str) -> Any:
    if name == "examples":
        return _import_module("exactpoly.examples")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _HOMES[name]
    value = globals()[name] = getattr(_import_module(module), attribute)
    return value


def __dir__() -> list[str]:
    return sorted({*(x for x in globals() if x.startswith("_")), *__all__, "examples", "open"})
