"""The exact network: layers, loaders, lowering to affine + ReLU."""

from exactpoly.network.layer import Layer, exact_scalar
from exactpoly.network.network import AffineMap, Network

__all__ = ["AffineMap", "Layer", "Network", "exact_scalar"]
