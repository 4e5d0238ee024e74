"""The front door of the library: thin functions that load a model and hand it to the room that answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from exactpoly.certificate.confirm import confirm
from exactpoly.complex.complex import Complex
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.complex.subdivide import Standing
from exactpoly.domain import Domain
from exactpoly.errors import InputError
from exactpoly.network.network import Network
from exactpoly.properties.answer import Answer
from exactpoly.properties.prove import prove as _prove
from exactpoly.readers.load import load
from exactpoly.readers.reading import Options
from exactpoly.readers.vnnlib import VnnlibProperty, read_vnnlib
from exactpoly.running.limits import Limits

if TYPE_CHECKING:
    from exactpoly.levelset.decision import Decision
    from exactpoly.levelset.filtration import Filtration
    from exactpoly.levelset.forms import Component
    from exactpoly.levelset.level import LevelSet
    from exactpoly.newton.newton import NewtonPair

__all__ = ["decision", "enumerate", "level_set", "persistence", "prove", "tropical"]


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


def prove(
    source: Network | str | Path | Any,
    question: VnnlibProperty | str | Path,
    *,
    limits: Limits | None = None,
    interrupted: Callable[[], bool] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Answer:
    """Whether a point satisfies all assertions of a VNN-LIB property, about the exact network.

    ``verdict`` is ``"sat"`` with a rational ``witness``, ``"unsat"`` with a tree that the checker has
    accepted, or ``"partial"`` where a limit ended the run. ``question``: a file, or what
    `exactpoly.readers.vnnlib.parse_vnnlib` read. Raises `InputError` for what cannot be read.

    >>> import exactpoly as ep
    >>> from exactpoly.readers.vnnlib import parse_vnnlib
    >>> net = ep.Network((ep.Layer.of([[3], [-3]], [-1, 1]), ep.Layer.of([[1, 1]], relu=False)))
    >>> asked = "(declare-const X_0 Real) (declare-const Y_0 Real) (assert (>= X_0 0)) (assert (<= X_0 1))"
    >>> found = ep.prove(net, parse_vnnlib(asked + "(assert (<= Y_0 0))"))
    >>> found.verdict, found.witness
    ('sat', (Fraction(1, 3),))
    >>> ep.prove(net, parse_vnnlib(asked + "(assert (< Y_0 0))")).verdict
    'unsat'
    """
    network = source if isinstance(source, Network) else load(source)
    asked = question if isinstance(question, VnnlibProperty) else read_vnnlib(question)
    stop = _stop(limits, interrupted)
    if asked.inputs != network.input_dimension or asked.outputs != network.output_dimension:
        raise InputError(
            f"{asked.source}: it is about {asked.inputs} inputs and {asked.outputs} outputs,"
            f" {network.name} has {network.input_dimension} and {network.output_dimension}"
        )
    answer = _prove(
        network, asked.conjunctions, interrupted=stop, progress=progress or (lambda left: None)
    )
    return confirm(answer, stop)


def _stop(
    limits: Limits | None, interrupted: Callable[[], bool] | None
) -> Callable[[], str | None]:
    """Why a run has to stop now, or None."""
    started = time.monotonic()

    def reason() -> str | None:
        if interrupted is not None and interrupted():
            return "interrupted"
        return None if limits is None else limits.exceeded(0, started)

    return reason
