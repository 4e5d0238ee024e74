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
    from exactpoly.newton.newton import NewtonPair

__all__ = ["enumerate", "tropical"]


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
