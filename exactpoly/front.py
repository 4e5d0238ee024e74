"""The front door of the library: thin functions that load a model and hand it to the room that answers."""

from __future__ import annotations

from builtins import enumerate as _count
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from exactpoly.arithmetic.rational import exact_scalar
from exactpoly.certificate.confirm import confirm
from exactpoly.certificate.rounding import float32_difference, float32_range, float32_verdict
from exactpoly.complex.complex import Complex
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.domain import Domain
from exactpoly.errors import InputError
from exactpoly.network.constraints import Bounds, Functional
from exactpoly.network.network import Network
from exactpoly.properties.answer import Answer
from exactpoly.properties.equality import difference
from exactpoly.properties.extrema import range_of
from exactpoly.properties.gradients import DUAL
from exactpoly.properties.gradients import lipschitz as lipschitz_of
from exactpoly.properties.gradients import monotone as monotone_in
from exactpoly.properties.on_space import lipschitz_on_space, monotone_on_space, range_on_space
from exactpoly.properties.prove import prove as _prove
from exactpoly.properties.radius import radius as radius_of
from exactpoly.readers.load import load
from exactpoly.readers.reading import Options
from exactpoly.readers.vnnlib import VnnlibProperty, parse_functional, read_vnnlib
from exactpoly.running.limits import Limits
from exactpoly.running.progress import ProgressLine
from exactpoly.running.run import Progress, Run
from exactpoly.services import register

if TYPE_CHECKING:
    from exactpoly.crosscheck.claims import Claims
    from exactpoly.crosscheck.verdict import Verdict
    from exactpoly.levelset.decision import Decision
    from exactpoly.levelset.filtration import Filtration
    from exactpoly.levelset.forms import Component
    from exactpoly.levelset.level import LevelSet
    from exactpoly.levelset.pruned import ZeroSet
    from exactpoly.levelset.surface import Surface
    from exactpoly.newton.newton import NewtonPair
    from exactpoly.pointsets.capacity import SeparationCurve
    from exactpoly.pointsets.cover import Cover
    from exactpoly.pointsets.separation import Separation

__all__ = [
    "cover",
    "decision",
    "enumerate",
    "equal",
    "judge",
    "level_set",
    "lipschitz",
    "monotone",
    "open",
    "persistence",
    "prove",
    "radius",
    "range",
    "separable",
    "separation_curve",
    "tropical",
    "zero_set",
]


def enumerate(
    source: Network | str | Path | Any,
    *,
    domain: Domain | str | Any = "R^d",
    limits: Limits | None = None,
    interrupted: Callable[[], bool] | None = None,
    progress: Callable[[Progress], None] | bool | None = None,
    checkpoint: str | Path | None = None,
    checkpoint_seconds: float = 60.0,
    **options: Unpack[Options],
) -> Complex:
    """The exact complex of a network, or of whatever `exactpoly.load` takes, read with ``options``.

    ``domain``: whatever `Domain.of` takes, such as ``"R^d"``, ``"[-1,1]^3"``, ``(-1, 1)`` or one pair an
    axis; ``limits``: when to stop early, which gives a complex with ``complete`` False; ``interrupted``:
    asked often, True stops likewise; ``progress``: called after every neuron, or True for a
    line in the terminal; ``checkpoint``: a file to resume from if it exists, written every
    ``checkpoint_seconds`` and when the run stops early, removed when it ends. Raises `InputError` for
    input that cannot be read exactly.

    >>> import exactpoly as ep
    >>> net = ep.Network((ep.Layer.of([[1, 0], [0, 1]]), ep.Layer.of([[1, 1]], relu=False)))
    >>> ep.enumerate(net, domain="[-1,1]^d").f_vector
    (9, 12, 4)
    """
    network = load(source, **options)
    with ProgressLine() as line:
        run = Run.of(
            limits=limits,
            interrupted=interrupted,
            progress=(line if progress else None) if isinstance(progress, bool) else progress,
            checkpoint=checkpoint,
            checkpoint_seconds=checkpoint_seconds,
        )
        return enumerate_complex(network, domain=domain, run=run)


def open(path: str | Path, *, check: bool = True, **run: Any) -> Complex:
    """The complex that `Complex.save` wrote, or any certificate: it is checked, then enumerated again.

    That takes less time than reading the cells from the file, and trusts nobody. ``check``: False leaves
    the checker out, which takes nearly all of the time; the f-vectors are compared all the same. A
    certificate of a partial complex names the whole network; ``run``: ``limits``, ``interrupted``,
    ``progress``. Raises `InputError` where the checker does not accept the file.
    """
    from exactpoly.certificate.read import certificate_header, complex_of

    if certificate_header(str(path)) is None:
        raise InputError(f"{path}: no certificate; give a file that Complex.save wrote")
    return complex_of(str(path), None, run=Run.of(**run), check=check)


def _save(complex_: Complex, path: str | Path) -> None:
    from exactpoly.certificate.write import write_certificate

    write_certificate(complex_, path)


def _theorems(complex_: Complex) -> list[Any]:
    from exactpoly.theory import check_all

    return list(check_all(complex_))


def _plot(complex_: Complex, color: str, **options: Any) -> Any:
    from exactpoly.report.picture import plot
    from exactpoly.report.space import plot_solid

    if complex_.dimension == 3 and not options.keys() & {"axes", "through"}:
        return plot_solid(complex_, color, **options)
    return plot(complex_, color, **options)


def _interactive(complex_: Complex, color: str, **options: Any) -> Any:
    from exactpoly.report.interactive import interactive

    return interactive(complex_, color, **options)


def _report(complex_: Complex, path: Any, **options: Any) -> Any:
    from exactpoly.reporting import report_on

    return report_on(complex_, path, **options)


def _surface_plot(network: Network, **options: Any) -> Any:
    from exactpoly.report.space import surface_plot

    return surface_plot(network, **options)


def _plot_level(surface: Surface, **options: Any) -> Any:
    from exactpoly.report.space import plot_level_surface

    return plot_level_surface(surface, **options)


def _plot_cover(cover: Cover, **options: Any) -> Any:
    from exactpoly.report.cover import plot_cover

    return plot_cover(cover, **options)


def _plot_persistence(filtration: Filtration, **options: Any) -> Any:
    from exactpoly.report.diagrams import plot_persistence

    return plot_persistence(filtration, **options)


register("plot", _plot)
register("interactive", _interactive)
register("report", _report)
register("surface_plot", _surface_plot)
register("plot_level_surface", _plot_level)
register("plot_persistence", _plot_persistence)
register("plot_cover", _plot_cover)
register("save", _save)
register("theorems", _theorems)


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
    was reached. Source: Grigsby and Lindsey, arXiv 2008.09052; proofs/topology.md.

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
    whole = enumerate_complex(refined, domain=domain, run=Run.of(**run), partial=False)
    return LevelSet(whole, value, component)


def judge(
    source: Network | str | Path | Any,
    claims: Claims | Mapping[str, Any] | str | Path,
    *,
    domain: Domain | str | None = None,
    reading: str = "lenient",
    **run: Any,
) -> Verdict:
    """What another tool says about a network, judged against the exact complex.

    ``claims``: a file, or an object as in a claims file; ``domain``: that of the claims by default, or
    `R^d`; ``reading``: ``"lenient"`` or ``"exact"``; ``run``: ``limits``, ``interrupted``, ``progress`` as
    for `enumerate`. Source of the definitions: exactpoly/crosscheck/CLAIMS.md. Raises `InputError` for
    claims that cannot be about this network, and where a limit left the complex incomplete.

    >>> import exactpoly as ep
    >>> net = ep.Network((ep.Layer.of([[1, 0], [0, 1]]), ep.Layer.of([[1, 1]], relu=False)))
    >>> verdict = ep.judge(net, {"regions": [{"row": "++"}, {"point": [-1, 1]}, {"row": "--"}]})
    >>> verdict.headline()
    'wrong: missed regions (1)'
    >>> [told["row"] for told in verdict.findings[0].details]
    ['+-']
    """
    from exactpoly.crosscheck.claims_files import claims_of
    from exactpoly.crosscheck.judge import judge as judged

    network = source if isinstance(source, Network) else load(source)
    stated, name = claims_of(claims)
    place = domain if domain is not None else stated.domain or "R^d"
    if isinstance(place, str):
        place = Domain.parse(place, network.input_dimension)
    if stated.domain is not None and Domain.parse(stated.domain, place.dimension) != place:
        raise InputError(
            f"{name}: domain is {stated.domain}, but {place} is asked for; leave one out"
        )
    try:
        return judged(
            stated, enumerate_complex(network, domain=place, run=Run.of(**run)), reading=reading
        )
    except InputError as error:
        raise InputError(f"{name}: {error}") from error


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
    whole = enumerate_complex(refined, domain=domain, run=Run.of(**run), partial=False)
    return Decision(whole, network.output_dimension)


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
    whole = enumerate_complex(network, domain=domain, run=Run.of(**run), partial=False)
    return Filtration(whole, component)


def prove(
    source: Network | str | Path | Any,
    question: VnnlibProperty | str | Path,
    *,
    float32: bool = False,
    **running: Unpack[Running],
) -> Answer:
    """Whether a point satisfies all assertions of a VNN-LIB property, about the exact network.

    ``verdict`` is ``"sat"`` with a rational ``witness``, ``"unsat"`` with a tree that the checker has
    accepted, or ``"partial"`` where a limit ended the run. ``question``: a file, or what
    `exactpoly.readers.vnnlib.parse_vnnlib` read. ``float32``: ask too whether the verdict
    holds of float32 evaluation, in any order of summation. Raises `InputError` for what cannot be read.

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
    if asked.inputs != network.input_dimension or asked.outputs != network.output_dimension:
        raise InputError(
            f"{asked.source}: it is about {asked.inputs} inputs and {asked.outputs} outputs,"
            f" {network.name} has {network.input_dimension} and {network.output_dimension}"
        )
    run = Run.of(**running)
    answer = _confirmed(lambda run: _prove(network, asked.conjunctions, run=run), run)
    if float32:
        answer.details |= float32_verdict(network, asked.conjunctions, answer, run)
    return answer


def range(
    source: Network | str | Path | Any,
    functional: str | Functional = "Y_0",
    *,
    domain: Domain | str = "R^d",
    float32: bool = False,
    **running: Unpack[Running],
) -> Answer:
    """The exact least and greatest value of a functional of the network on a domain, and where.

    ``functional``: ``"Y_0"``, ``"Y_0-Y_1"``, ``"2*Y_0+X_1"``. On a box ``tree`` proves both; on `R^d`
    the exact complex answers, and extrema may be infinite. ``value`` is the greatest one. ``float32``: tell
    too what computed values may be, in any order of summation, on a box.

    >>> import exactpoly as ep
    >>> hat = ep.Network((ep.Layer.of([[1], [1], [1]], [0, -1, -2]), ep.Layer.of([[1, -2, 1]], relu=False)))
    >>> found = ep.range(hat, domain="[-1,3]")
    >>> found.details["min"], found.details["max"], found.details["argmax"]
    ('0', '1', ['1'])
    """
    network, place = _asked(source, domain)
    one = (
        functional
        if isinstance(functional, Functional)
        else parse_functional(functional, network.input_dimension, network.output_dimension)
    )
    if place.is_space:
        return range_on_space(network, one, run=Run.of(**running))
    answer = _confirmed(
        lambda run: range_of(network, one, _box(place), run=run, half_spaces=_half_spaces(place)),
        Run.of(**running),
    )
    if float32:
        answer.details |= float32_range(network, one, _box(place), answer)
    return answer


def radius(
    source: Network | str | Path | Any,
    point: Sequence[Any],
    *,
    norm: str = "linf",
    label: int | None = None,
    domain: Domain | str = "R^d",
    **running: Unpack[Running],
) -> Answer:
    """The exact distance (linf or l1) from a point to the nearest one where another class ties or wins.

    ``label``: the class, by default the one at the point. ``witness`` is the nearest tie.

    >>> import exactpoly as ep
    >>> net = ep.Network((ep.Layer.of([[1, 0], [0, 1]]), ep.Layer.of([[1, 0], [0, 1]], relu=False)))
    >>> ep.radius(net, [3, 1]).value, ep.radius(net, [3, 1], norm="l1").value
    (Fraction(1, 1), Fraction(2, 1))
    """
    network, place = _asked(source, domain)
    if len(point) != network.input_dimension:
        raise InputError(
            f"point: {len(point)} coordinates given, {network.name} takes {network.input_dimension}"
        )
    center = tuple(exact_scalar(x, f"point[{i}]") for i, x in _count(point))
    return _confirmed(
        lambda run: radius_of(
            network,
            center,
            norm=norm,
            label=label,
            bounds=place.box_around,
            run=run,
            half_spaces=_half_spaces(place),
        ),
        Run.of(**running),
    )


def lipschitz(
    source: Network | str | Path | Any,
    component: int = 0,
    *,
    norm: str = "linf",
    domain: Domain | str = "R^d",
    **running: Unpack[Running],
) -> Answer:
    """The exact Lipschitz constant of an output, for a norm of the input: linf, l1, or l2 (its square).

    >>> import exactpoly as ep
    >>> hat = ep.Network((ep.Layer.of([[1], [1], [1]], [0, -1, -2]), ep.Layer.of([[1, -3, 1]], relu=False)))
    >>> ep.lipschitz(hat, domain="[-1,3]").value, ep.lipschitz(hat, norm="l2").value
    (Fraction(2, 1), Fraction(4, 1))
    """
    network, place = _asked(source, domain)
    _output(network, component)
    if norm not in DUAL:
        raise InputError(f"norm: {norm!r} is none of linf, l1 and l2")
    if not place.is_box:
        return lipschitz_on_space(network, component, norm, run=Run.of(**running), domain=place)
    return _confirmed(
        lambda run: lipschitz_of(network, component, norm, _box(place), run=run), Run.of(**running)
    )


def monotone(
    source: Network | str | Path | Any,
    axis: int,
    component: int = 0,
    *,
    domain: Domain | str = "R^d",
    **running: Unpack[Running],
) -> Answer:
    """Whether an output is nondecreasing in input ``axis``; the least and greatest slope, exactly.

    >>> import exactpoly as ep
    >>> net = ep.Network((ep.Layer.of([[1, 0], [1, 1]]), ep.Layer.of([[1, -1]], relu=False)))
    >>> [ep.monotone(net, i, domain="[0,1]^2").verdict for i in (0, 1)]
    ['yes', 'no']
    """
    network, place = _asked(source, domain)
    _output(network, component)
    if not 0 <= axis < network.input_dimension:
        raise InputError(f"input: {axis} given, {network.name} has {network.input_dimension}")
    if not place.is_box:
        return monotone_on_space(network, axis, component, run=Run.of(**running), domain=place)
    return _confirmed(
        lambda run: monotone_in(network, axis, component, _box(place), run=run), Run.of(**running)
    )


def equal(
    first: Network | str | Path | Any,
    second: Network | str | Path | Any,
    *,
    domain: Domain | str = "R^d",
    float32: bool = False,
    **running: Unpack[Running],
) -> Answer:
    """Whether two networks are the same function on a domain; else the largest difference, exactly.

    On `R^d` whether they are equal is decided; the difference at a point is no largest one.
    ``float32``: tell too how far computed outputs may differ, in any order of summation, on a box.

    >>> import exactpoly as ep
    >>> one = ep.Network((ep.Layer.of([[1], [-1]]), ep.Layer.of([[1, 1]], relu=False)))
    >>> two = ep.Network((ep.Layer.of([[1]]), ep.Layer.of([[2]], relu=False)))
    >>> ep.equal(one, two, domain="[0,1]").verdict, ep.equal(one, two, domain="[-1,1]").value
    ('different', Fraction(1, 1))
    """
    network, place = _asked(first, domain)
    other = second if isinstance(second, Network) else load(second)
    answer = _confirmed(
        lambda run: difference(
            network, other, place.box_around, run=run, half_spaces=_half_spaces(place)
        ),
        Run.of(**running),
    )
    if float32:
        answer.details |= float32_difference(network, other, _box(place), answer)
    return answer


class Running(TypedDict, total=False):
    """When a question ends early: ``limits``; ``interrupted``, asked between steps. ``progress``: told how
    far it is. ``checkpoint``: a file to resume from if it exists, written every minute and when the run
    ends early, removed when it does not. ``executor``: any `concurrent.futures.Executor` with so many
    ``workers``, who share a search and the check of its proof; the answer is the same."""

    limits: Limits | None
    interrupted: Callable[[], bool] | None
    progress: Callable[[Progress], None] | None
    checkpoint: str | Path | None
    executor: Executor | None
    workers: int


def _asked(source: Any, domain: Domain | str) -> tuple[Network, Domain]:
    network = source if isinstance(source, Network) else load(source)
    return network, Domain.of(domain, network.input_dimension)


def _box(place: Domain) -> Bounds:
    if place.box_around is None:
        raise InputError("domain: a box is needed")
    return place.box_around


def _half_spaces(place: Domain) -> list[list[int]]:
    """What of the box around a domain belongs to it."""
    return [] if place.is_box or place.is_space else place.side_forms()


def _output(network: Network, component: int) -> None:
    if not 0 <= component < network.output_dimension:
        raise InputError(
            f"component: {component} given, {network.name} has {network.output_dimension} outputs"
        )


def _confirmed(question: Callable[[Run], Answer], run: Run) -> Answer:
    """The answer that the checker has accepted; the checkpoint goes when it is complete."""
    answer = confirm(question(run), run)
    if run.checkpoint is not None and not answer.partial:
        run.checkpoint.unlink(missing_ok=True)
    return answer


def zero_set(
    source: Network | str | Path | Any,
    level: Any = 0,
    *,
    domain: Domain | str = "R^d",
    component: Component = None,
    limits: Limits | None = None,
    interrupted: Callable[[], bool] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ZeroSet:
    """`{f = c}` alone, for networks whose whole complex is out of reach: its cells, homology and surface.

    Regions on which `f = c` is impossible are dropped on the way, by rigorous bounds. ``progress``: called
    with the neurons done and their number; the rest is as for `level_set`. Raises `InputError` as that
    does, and `LimitReached` when a limit comes first.

    >>> import exactpoly as ep
    >>> rows = [[s * (i == j) for j in (0, 1, 2)] for i in (0, 1, 2) for s in (1, -1)]
    >>> norm = ep.Network((ep.Layer.of(rows), ep.Layer.of([[1] * 6], relu=False)))
    >>> s = ep.zero_set(norm, 1, domain="[-2,2]^3").surface()
    >>> s.f_vector, s.genera, s.signed_volume
    ((6, 12, 8), [0], Fraction(4, 3))
    """
    from exactpoly.arithmetic.rational import exact_scalar
    from exactpoly.levelset.forms import level_network
    from exactpoly.levelset.pruned import ZeroSet, pruned_block

    network = source if isinstance(source, Network) else load(source)
    refined = level_network(network, exact_scalar(level, "level"), component)
    domain = Domain.of(domain, network.input_dimension)
    block = pruned_block(refined, domain, limits=limits, interrupted=interrupted, progress=progress)
    return ZeroSet(block, domain)


def separable(a: Any, b: Any, *, decimals: bool = False) -> Separation:
    """Whether two finite point sets lie strictly on the two sides of some hyperplane, exactly.

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
        net = network if isinstance(network, Network) else load(network)
        if net.input_dimension != points.dimension:
            raise InputError(
                f"network: it takes {net.input_dimension} inputs, the points have {points.dimension}"
            )
        first = net.layers[0]
        normals = [first.numerators[unit][:-1] for unit in first.neurons]
    return cover_class(points, [str(x) for x in labels], str(label), normals=normals)
