"""Properties of the outputs of a network, each answered with a proof that the checker has accepted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any, TypedDict, Unpack

from exactpoly.arithmetic.rational import exact_scalar
from exactpoly.certificate.confirm import confirm
from exactpoly.certificate.rounding import float32_difference, float32_range, float32_verdict
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
from exactpoly.readers.vnnlib import VnnlibProperty, parse_functional, read_vnnlib
from exactpoly.running.limits import Limits
from exactpoly.running.progress import progress_line
from exactpoly.running.run import Progress, Run

__all__ = ["Running", "equal", "lipschitz", "monotone", "prove", "radius", "range"]


class Running(TypedDict, total=False):
    """When a question ends early: ``limits``; ``interrupted``, asked between steps. ``progress``: told how
    far it is, or True for a line that shows it. ``checkpoint``: a file to resume from if it exists, written
    every minute and when the run ends early, removed when it does not. ``executor``: any
    `concurrent.futures.Executor` with so many ``workers``, who share a search and the check of its proof;
    the answer is the same."""

    limits: Limits | None
    interrupted: Callable[[], bool] | None
    progress: Callable[[Progress], None] | bool | None
    checkpoint: str | Path | None
    executor: Executor | None
    workers: int


@progress_line
def prove(
    source: Network | str | Path | Any,
    question: VnnlibProperty | str | Path,
    *,
    float32: bool = False,
    **running: Unpack[Running],
) -> Answer:
    """Decide whether any point satisfies all assertions of a VNN-LIB property, for the exact network.

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
    network = load(source)
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


@progress_line
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


@progress_line
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
    center = tuple(exact_scalar(x, f"point[{i}]") for i, x in enumerate(point))
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


@progress_line
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


@progress_line
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


@progress_line
def equal(
    first: Network | str | Path | Any,
    second: Network | str | Path | Any,
    *,
    domain: Domain | str = "R^d",
    float32: bool = False,
    **running: Unpack[Running],
) -> Answer:
    """Decide whether two networks are the same function on a domain; if not, find the largest difference.

    On `R^d` equality is decided, but the difference given is that at one point and need not be the largest.
    ``float32``: also bound the difference of outputs computed in float32, in any summation order, on a box.

    >>> import exactpoly as ep
    >>> one = ep.Network((ep.Layer.of([[1], [-1]]), ep.Layer.of([[1, 1]], relu=False)))
    >>> two = ep.Network((ep.Layer.of([[1]]), ep.Layer.of([[2]], relu=False)))
    >>> ep.equal(one, two, domain="[0,1]").verdict, ep.equal(one, two, domain="[-1,1]").value
    ('different', Fraction(1, 1))
    """
    network, place = _asked(first, domain)
    other = load(second)
    answer = _confirmed(
        lambda run: difference(
            network, other, place.box_around, run=run, half_spaces=_half_spaces(place)
        ),
        Run.of(**running),
    )
    if float32:
        answer.details |= float32_difference(network, other, _box(place), answer)
    return answer


def _asked(source: Any, domain: Domain | str) -> tuple[Network, Domain]:
    network = load(source)
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
