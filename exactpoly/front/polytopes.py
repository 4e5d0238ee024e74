"""Newton polytopes of a network; hyperplanes and polytopes that separate finite point sets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from exactpoly.errors import InputError
from exactpoly.network.network import Network
from exactpoly.readers.load import load
from exactpoly.readers.reading import Options

if TYPE_CHECKING:
    from exactpoly.newton.newton import NewtonPair
    from exactpoly.pointsets.capacity import SeparationCurve
    from exactpoly.pointsets.cover import Cover
    from exactpoly.pointsets.separation import Separation

__all__ = ["cover", "separable", "separation_curve", "tropical"]


def tropical(
    source: Network | str | Path | Any,
    *,
    output: int | None = None,
    scale: bool = False,
    **options: Unpack[Options],
) -> NewtonPair:
    """A network with integral weights as `g - h`, with the Newton polytopes of both.

    ``output``: which output, where there are several; ``scale``: make rational weights integral, which
    multiplies the function by `NewtonPair.scale`; what parity says then holds for that multiple only.
    Raises `InputError` for other weights than integers, `MissingDependency` without pycddlib.

    >>> import exactpoly as ep
    >>> rows = [[1, -1], [0, 1], [0, -1]]
    >>> net = ep.Network((ep.Layer.of(rows), ep.Layer.of([[1, 1, -1]], relu=False)), "max of 2")
    >>> pair = ep.tropical(net)
    >>> pair.g.f_vector, pair.g.normalised_volume(), pair.function.vertices
    ((4, 4, 1), 2, ((0, 1), (1, 0)))
    >>> pair.parity(pair.function).hidden_layers  # with integral weights, at least
    1
    """
    from exactpoly.newton.newton import newton_pair

    network = load(source, **options)
    return newton_pair(network, output=output, scale=scale)


def separable(a: Any, b: Any, *, decimals: bool = False) -> Separation:
    """Decide whether a hyperplane strictly separates two finite point sets.

    ``a``, ``b``: rows of numbers; floats are the dyadic rationals that they are, with ``decimals`` the
    shortest decimals that round to them. A hyperplane with its gap is returned, or a point that both
    convex hulls contain, with both convex combinations. Raises `InputError` for what is no point set.

    >>> import exactpoly as ep
    >>> ep.separable([[0, 0], [1, 0]], [[0, 2]]).separable
    True
    >>> ep.separable([[0, 0], [2, 2]], [[0, 2], [2, 0]]).common
    (Fraction(1, 1), Fraction(1, 1))
    """
    from exactpoly.pointsets.points import exact_points
    from exactpoly.pointsets.separation import separate

    return separate(
        exact_points(a, decimals=decimals, name="a"), exact_points(b, decimals=decimals, name="b")
    )


def separation_curve(
    a: Any,
    b: Any,
    widths: Sequence[int],
    *,
    draws: int = 20,
    layers: int = 1,
    spread: Any = 2,
    seed: int = 0,
    decimals: bool = False,
) -> SeparationCurve:
    """In how many of ``draws`` draws random ReLU layers of each width make two point sets separable.

    ``a``, ``b``, ``decimals``: as for `separable`; ``layers``: how many random layers, all of one width;
    weights are normal (variance 1, behind `n` units `1 / n`), biases uniform in `[-spread, spread]`, both
    drawn in float32 from ``seed`` and taken as the rationals they are. Every draw is decided exactly.
    Raises `InputError` for what is no point set or no width. Source: Dirksen, Genzel, Jacques and
    Stollenwerk, arXiv 2108.00207.

    >>> import exactpoly as ep
    >>> ep.separation_curve([[0]], [[-1], [1]], [1, 2, 8], draws=10).separable
    (0, 3, 10)
    """
    from exactpoly.pointsets.capacity import separation_curve as curve
    from exactpoly.pointsets.points import exact_points

    return curve(
        exact_points(a, decimals=decimals, name="a"),
        exact_points(b, decimals=decimals, name="b"),
        widths,
        draws=draws,
        layers=layers,
        spread=spread,
        seed=seed,
    )


def cover(
    data: Any,
    labels: Sequence[Any],
    label: Any,
    *,
    network: Network | str | Path | Any = None,
    decimals: bool = False,
) -> Cover:
    """Polytopes that contain one class of a data set and exclude the rest, decided exactly.

    ``data``: one row a point; ``labels``: the class of each; ``label``: the class to be covered;
    ``network``: faces parallel to the hyperplanes of its first layer are used as far as they go;
    ``decimals``: as for `separable`. Points that stand in the data with both labels are in
    `Cover.missed`. Raises `InputError` where the class or its complement is empty.

    >>> import exactpoly as ep
    >>> found = ep.cover([[0], [1], [2]], ["out", "in", "out"], "in")
    >>> found.exact, found.faces, found.polytopes[0].least_faces
    (True, 2, 2)
    """
    from exactpoly.pointsets.cover import cover_class
    from exactpoly.pointsets.points import exact_points

    points = exact_points(data, decimals=decimals)
    normals: list[tuple[int, ...]] = []
    if network is not None:
        net = load(network)
        if net.input_dimension != points.dimension:
            raise InputError(
                f"network: it takes {net.input_dimension} inputs, the points have {points.dimension}"
            )
        first = net.layers[0]
        normals = [first.numerators[unit][:-1] for unit in first.neurons]
    return cover_class(points, [str(x) for x in labels], str(label), normals=normals)
