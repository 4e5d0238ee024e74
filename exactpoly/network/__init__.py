"""The exact network: rational layers, evaluation, affine maps of sign rows."""

from exactpoly.network.layer import Layer
from exactpoly.network.network import AffineMap, Network

__all__ = ["AffineMap", "Layer", "Network"]
