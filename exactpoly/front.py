"""The front door of the library: thin functions that load a model and hand it to the room that answers."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from exactpoly.complex.complex import Complex
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.complex.subdivide import Standing
from exactpoly.domain import Domain
from exactpoly.network.network import Network
from exactpoly.readers.load import load
from exactpoly.readers.reading import Options
from exactpoly.running.limits import Limits

if TYPE_CHECKING:
    from exactpoly.levelset.decision import Decision
    from exactpoly.levelset.filtration import Filtration
    from exactpoly.levelset.forms import Component
    from exactpoly.levelset.level import LevelSet
    from exactpoly.newton.newton import NewtonPair

__all__ = ["decision", "enumerate", "level_set", "persistence", "tropical"]


def enumerate(
    source: Network | str | Path | Any,
    *,
    domain: Domain | str = "R^d",
    limits: Limits | None = None,
    interrupted: Callable[[], bool] | None = None,
    progress: Callable[[Standing], None] | None = None,
    checkpoint: str | Path | None = None,
    checkpoint_seconds: float = 60.0,
    executor: Executor | None = None,
    parts: int = 8,
    **options: Unpack[Options],
) -> Complex:
    """The exact complex of a network, or of whatever `exactpoly.load` takes, read with ``options``.

    ``domain``: a `Domain` or a string such as ``"R^d"`` or ``"[-1,1]^3"``; ``limits``: when to stop
    early, which gives a complex with ``complete`` False; ``interrupted``: asked between neurons,
    True stops likewise; ``progress``: called after every neuron; ``checkpoint``: a file to resume
    from if it exists, written every ``checkpoint_seconds`` and when the run stops early, removed when
    it ends; ``executor``: any `concurrent.futures.Executor` to refine ``parts`` parts of a large
    complex independently (same result; not together with ``checkpoint``). Raises `InputError` for
    input that cannot be read exactly.

    >>> import exactpoly as ep
    >>> net = ep.Network((ep.Layer.of([[1, 0], [0, 1]]), ep.Layer.of([[1, 1]], relu=False)))
    >>> ep.enumerate(net, domain="[-1,1]^d").f_vector
    (9, 12, 4)
    """
    network = load(source, **options)
    return enumerate_complex(
        network,
        domain=domain,
        limits=limits,
        interrupted=interrupted,
        progress=progress,
        checkpoint=checkpoint,
        checkpoint_seconds=checkpoint_seconds,
        executor=executor,
        parts=parts,
    )


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


def level_set(
    source: Network | str | Path | Any,
    level: Any = 0,
    *,
    domain: Domain | str = "R^d",
    component: Component = None,
    **run: Any,
) -> LevelSet:
    """The sets `{f = c}`, `{f <= c}`, `{f >= c}`, `{f < c}`, `{f > c}` of an output `f`, exactly.

    ``level``: `c`, any exact number; ``component``: which output, `i`, or the difference `(i, j)` of two;
    needed when there are several; ``run``: ``limits``, ``interrupted``, ``progress`` as for `enumerate`.
    Raises `InputError` for a level that is no rational, a component that is not there, and when a limit
    was reached. Source: Grigsby and Lindsey, arXiv 2009.14286; proofs/topology.md.

    >>> import exactpoly as ep
    >>> norm = ep.Network((ep.Layer.of([[1, 0], [-1, 0], [0, 1], [0, -1]]),
    ...                    ep.Layer.of([[1, 1, 1, 1]], relu=False)))
    >>> s = ep.level_set(norm, level=1)
    >>> s.zero.f_vector, s.zero.betti(), s.super.betti_borel_moore(), s.transversal
    ((4, 4, 0), (1, 1, 0), (0, 0, 0), True)
    """
    from exactpoly.arithmetic.rational import exact_scalar
    from exactpoly.levelset.forms import level_network
    from exactpoly.levelset.level import LevelSet

    network = source if isinstance(source, Network) else load(source)
    value = exact_scalar(level, "level")
    refined = level_network(network, value, component)
    return LevelSet(enumerate_complex(refined, domain=domain, **run), value, component)


def decision(
    source: Network | str | Path | Any, *, domain: Domain | str = "R^d", **run: Any
) -> Decision:
    """The class regions of a network with several outputs, and its decision boundary, ties included.

    ``run``: ``limits``, ``interrupted``, ``progress`` as for `enumerate`. Raises `InputError` for a
    network with one output.

    >>> import exactpoly as ep
    >>> net = ep.Network((ep.Layer.of([[1, 0], [0, 1]]), ep.Layer.of([[1, 0], [0, 1]], relu=False)))
    >>> d = ep.decision(net)
    >>> d.boundary.f_vector, d.boundary.betti()
    ((1, 3, 1), (1, 0, 0))
    """
    from exactpoly.levelset.decision import Decision
    from exactpoly.levelset.forms import difference_network

    network = source if isinstance(source, Network) else load(source)
    refined = difference_network(network)
    return Decision(enumerate_complex(refined, domain=domain, **run), network.output_dimension)


def persistence(
    source: Network | str | Path | Any,
    *,
    domain: Domain | str = "R^d",
    component: Component = None,
    **run: Any,
) -> Filtration:
    """Persistent homology over Z/2 and critical points of the sublevel sets of an output, exactly.

    ``component``, ``run``: as for `level_set`. Values at infinity are `p + M q`. Raises `InputError` as
    `level_set` does.

    >>> import exactpoly as ep
    >>> bent = ep.Network((ep.Layer.of([[1], [1], [1]], [0, -1, -3]),
    ...                    ep.Layer.of([[-1, 2, -2]], relu=False)))
    >>> found = ep.persistence(bent)
    >>> [(k, str(a), str(b)) for k, a, b in found.pairs]
    [(0, '-1', '1')]
    """
    from exactpoly.levelset.filtration import Filtration
    from exactpoly.levelset.forms import output_row

    network = source if isinstance(source, Network) else load(source)
    output_row(network, component)
    return Filtration(enumerate_complex(network, domain=domain, **run), component)
