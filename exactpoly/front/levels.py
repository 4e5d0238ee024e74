"""Level sets, decision boundaries and persistent homology of the outputs of a network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from exactpoly.arithmetic.rational import exact_scalar
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.domain import Domain
from exactpoly.network.network import Network
from exactpoly.readers.load import load
from exactpoly.running.progress import progress_line
from exactpoly.running.run import Progress, Run

if TYPE_CHECKING:
    from exactpoly.levelset.decision import Decision
    from exactpoly.levelset.filtration import Filtration
    from exactpoly.levelset.forms import Component
    from exactpoly.levelset.level import LevelSet
    from exactpoly.levelset.pruned import ZeroSet

__all__ = ["decision", "level_set", "persistence", "zero_set"]


@progress_line
def level_set(
    source: Network | str | Path | Any,
    level: Any = 0,
    *,
    domain: Domain | str = "R^d",
    component: Component = None,
    **run: Any,
) -> LevelSet:
    """The exact sets `{f = c}`, `{f <= c}`, `{f >= c}`, `{f < c}`, `{f > c}` of an output `f`.

    ``level``: `c`, any exact number; ``component``: which output, `i`, or the difference `(i, j)` of two;
    needed when there are several; ``run``: ``limits``, ``interrupted``, ``progress`` as for `enumerate`.
    Raises `InputError` for a level that is not rational, a component that does not exist, and when a limit
    was reached. Source: Grigsby and Lindsey, arXiv 2008.09052; proofs/topology.md.

    >>> import exactpoly as ep
    >>> norm = ep.Network((ep.Layer.of([[1, 0], [-1, 0], [0, 1], [0, -1]]),
    ...                    ep.Layer.of([[1, 1, 1, 1]], relu=False)))
    >>> s = ep.level_set(norm, level=1)
    >>> s.zero.f_vector, s.zero.betti(), s.super.betti_borel_moore(), s.transversal
    ((4, 4, 0), (1, 1, 0), (0, 0, 0), True)
    """
    from exactpoly.levelset.forms import level_network
    from exactpoly.levelset.level import LevelSet

    network = load(source)
    value = exact_scalar(level, "level")
    refined = level_network(network, value, component)
    whole = enumerate_complex(refined, domain=domain, run=Run.of(**run), partial=False)
    return LevelSet(whole, value, component)


@progress_line
def zero_set(
    source: Network | str | Path | Any,
    level: Any = 0,
    *,
    domain: Domain | str = "R^d",
    component: Component = None,
    **run: Any,
) -> ZeroSet:
    """`{f = c}` alone, for networks whose whole complex is out of reach: its cells, homology and surface.

    Regions on which `f = c` is impossible are dropped on the way, by rigorous bounds. ``run`` and the rest
    are as for `level_set`. Raises `InputError` as that does, and `LimitReached` when a limit comes first.

    >>> import exactpoly as ep
    >>> rows = [[s * (i == j) for j in (0, 1, 2)] for i in (0, 1, 2) for s in (1, -1)]
    >>> norm = ep.Network((ep.Layer.of(rows), ep.Layer.of([[1] * 6], relu=False)))
    >>> s = ep.zero_set(norm, 1, domain="[-2,2]^3").surface()
    >>> s.f_vector, s.genera, s.signed_volume
    ((6, 12, 8), [0], Fraction(4, 3))
    """
    from exactpoly.levelset.forms import level_network
    from exactpoly.levelset.pruned import ZeroSet, pruned_block

    network = load(source)
    refined = level_network(network, exact_scalar(level, "level"), component)
    domain, given = Domain.of(domain, network.input_dimension), Run.of(**run)
    block = pruned_block(
        refined,
        domain,
        limits=given.limits,
        interrupted=given.interrupted,
        progress=lambda done, total: given.progress(Progress("neurons", done, total)),
    )
    return ZeroSet(block, domain)


@progress_line
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

    network = load(source)
    refined = difference_network(network)
    whole = enumerate_complex(refined, domain=domain, run=Run.of(**run), partial=False)
    return Decision(whole, network.output_dimension)


@progress_line
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

    network = load(source)
    output_row(network, component)
    whole = enumerate_complex(network, domain=domain, run=Run.of(**run), partial=False)
    return Filtration(whole, component)
