"""The domain a network is studied on: all of `R^d`, a box, or a polytope given by half-spaces."""

from exactpoly.domain.domain import Domain
from exactpoly.domain.polytope import Polytope

__all__ = ["Domain", "Polytope"]
