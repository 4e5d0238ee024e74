"""Exact polyhedral complexes of ReLU networks.

>>> import exactpoly as ep
>>> net = ep.Network((ep.Layer.of([[1, 0], [0, 1]]), ep.Layer.of([[1, 1]], relu=False)))
>>> c = ep.enumerate(net, domain="R^d")
>>> c.f_vector, c.mean_facets
((1, 4, 4), Fraction(2, 1))
"""

from exactpoly.complex.complex import Complex
from exactpoly.complex.enumerate import enumerate_complex as enumerate
from exactpoly.complex.limits import Limits
from exactpoly.complex.region import Facet, Region
from exactpoly.domain import Domain
from exactpoly.errors import ExactpolyError, InputError, InternalError, MissingDependency
from exactpoly.network import Layer, Network

__all__ = [
    "Complex",
    "Domain",
    "ExactpolyError",
    "Facet",
    "InputError",
    "InternalError",
    "Layer",
    "Limits",
    "MissingDependency",
    "Network",
    "Region",
    "enumerate",
]
