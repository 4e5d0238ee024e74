"""The exact network: layers, loaders, lowering to affine + ReLU."""

from exactpoly.network.json_format import write_json
from exactpoly.network.layer import Layer, exact_scalar
from exactpoly.network.load import load
from exactpoly.network.network import AffineMap, Network

__all__ = ["AffineMap", "Layer", "Network", "exact_scalar", "load", "write_json"]
