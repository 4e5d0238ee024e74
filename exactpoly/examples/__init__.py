"""Small trained networks that come with the package, to try things on."""

from __future__ import annotations

from pathlib import Path

from exactpoly.network import Network
from exactpoly.readers.load import load

__all__ = ["iris", "iris_petals", "moons"]

_FOLDER = Path(__file__).parent


def iris() -> Network:
    """A classifier of Fisher's irises, four inputs, three outputs.

    >>> import exactpoly as ep
    >>> ep.enumerate(ep.examples.iris()).n_regions
    1460
    """
    return load(_FOLDER / "iris.npz")


def iris_petals() -> Network:
    """A classifier of Fisher's irises by the length and width of their petals.

    >>> import exactpoly as ep
    >>> ep.examples.iris_petals().input_dimension
    2
    """
    return load(_FOLDER / "iris_petals.npz")


def moons() -> Network:
    """A classifier of points of two interleaved half moons in the plane.

    >>> import exactpoly as ep
    >>> ep.examples.moons().input_dimension
    2
    """
    return load(_FOLDER / "moons.npz")
