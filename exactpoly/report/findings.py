"""All that a report says about one network: worked out before, put into words after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from exactpoly.errors import InputError
from exactpoly.report.picture import (
    input_names,
    middle_point,
    others_text,
    plane_scene,
    section,
    swapped_sides,
)
from exactpoly.report.shapes import TooFar, default_bounds
from exactpoly.report.solid import Solid
from exactpoly.report.views import (
    MOST_PLANE,
    MOST_POLYGONS,
    MOST_SOLID,
    graph_view,
    plane_view,
    solid_view,
    surface_view,
)
from exactpoly.theory.theorem import Theorem
from exactpoly.theory.verdict import Check

if TYPE_CHECKING:
    from exactpoly.complex.complex import Complex
    from exactpoly.levelset.level import LevelSet
    from exactpoly.report.points import Points

__all__ = ["Findings", "Proof", "Reply", "View", "surface_views", "views_of"]


@dataclass(frozen=True)
class View:
    """A picture: ``title``, what it shows in words, and the ``data`` of the viewer."""

    title: str
    note: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """A property that was asked for: ``question``, ``verdict``, what it means, and the command's words."""

    question: str
    verdict: str
    meaning: str
    command: tuple[str, ...]
    witness: str = ""


@dataclass(frozen=True)
class Proof:
    """A certificate: ``digest``: SHA-256 (hex) of the uncompressed file; ``size`` in bytes; ``checked``:
    what the stand-alone checker said, None where it did not run; ``path``: the file, if one was kept.
    """

    digest: str
    size: int
    checked: str | None
    path: str | None = None


@dataclass(frozen=True)
class Findings:
    """``source``: the network as it stands on the command line; ``checks``: of all theorems;
    ``topology``: what `Decision.to_json` or `LevelSet.to_json` gives, or why there is none in
    ``topology_note``; ``level``: of a network with one output.
    """

    complex: Complex
    source: str
    checks: Sequence[tuple[Theorem, Check]]
    views: Sequence[View]
    level: Fraction = Fraction(0)
    topology: dict[str, Any] | None = None
    topology_note: str = ""
    replies: Sequence[Reply] = ()
    proof: Proof | None = None
    names: Sequence[str] = field(default=())


def views_of(
    complex_: Complex,
    data: Points | None = None,
    *,
    axes: Sequence[int] | None = None,
    through: Any = None,
    names: Sequence[str] | None = None,
    level: Fraction = Fraction(0),
) -> list[View]:
    """The pictures of a complex, in space and in the plane; beyond three dimensions exact sections.

    None of a partial complex, whose outputs are not the network's, and none of what floats cannot show.
    """
    d = complex_.dimension
    called = input_names(names, d)
    if not complex_.complete:
        return []
    try:
        if d == 1:
            return [_graph(complex_, data, called[0])]
        chosen = _axes(d, data, axes)
        of = _Subject(complex_, data, middle_point(complex_, data, through), called, level)
        views = _in_space(of, chosen) if len(chosen) == 3 else []
        return views + _in_the_plane(of, chosen[:2])
    except TooFar:
        return []


def _graph(complex_: Complex, data: Points | None, name: str) -> View:
    bounds = default_bounds(complex_, None if data is None else data.points)
    shown = graph_view(complex_, bounds, name)
    bends = len(shown["places"]) - 2
    told = "1 breakpoint" if bends == 1 else f"{bends:,} breakpoints"
    return View("The graph", f"{told} between regions in this window.", shown)


def surface_views(sets: LevelSet, names: Sequence[str] | None = None) -> list[View]:
    """The picture of a level surface in space, where there is one that is bounded and not too large."""
    zero = sets.zero
    solid = sets.complex.dimension == 3 and not zero.f_vector[3]  # No region lies in it.
    pieces = zero.f_vector[2] if solid else 0
    if not 0 < pieces <= MOST_POLYGONS or not all(part.bounded for part in zero.components):
        return []
    surface = sets.surface()
    called = input_names(names, 3)
    kind = "watertight" if surface.watertight else "manifold" if surface.manifold else "no manifold"
    note = f"{len(surface.polygons):,} polygons with exact corners, {kind}."
    shown = surface_view(surface, called, sets.level)
    return [View(f"The surface where the output is {sets.level}", note, shown)]


def _axes(d: int, data: Points | None, axes: Sequence[int] | None) -> list[int]:
    """The inputs shown: as asked for, else those in which the data spread most, else the first."""
    if axes is not None:
        chosen = list(axes)
        if (
            len(chosen) not in (2, 3)
            or len(set(chosen)) < len(chosen)
            or not set(chosen) <= set(range(d))
        ):
            raise InputError(
                f"axes: {chosen} given; choose two or three different inputs, 0 to {d - 1}"
            )
        return chosen
    if data is None or d <= 3:
        return list(range(min(d, 3)))
    spread = data.points.std(axis=0)
    return sorted(sorted(range(d), key=lambda i: (-float(spread[i]), i))[:3])


@dataclass(frozen=True)
class _Subject:
    """What the pictures of a report share: ``point``: which every section contains; ``names`` of inputs."""

    complex: Complex
    data: Points | None
    point: tuple[Fraction, ...]
    names: Sequence[str]
    level: Fraction


def _in_space(of: _Subject, axes: Sequence[int]) -> list[View]:
    whole = of.complex.dimension == 3 and list(axes) == [0, 1, 2]
    body = of.complex if whole else section(of.complex, of.point, axes)
    points = None if of.data is None else of.data.points[:, list(axes)]
    solid = Solid(body, default_bounds(body, points))
    if solid.seen.n_regions > MOST_SOLID:
        return []
    where = "" if whole else others_text(of.names, of.point, axes)
    note = (
        f"{_shown(solid.seen, body)}. Drag or use the arrow keys to turn, the slider to pull apart."
    )
    title = "In space" if whole else f"A section in space: {where}"
    return [View(title, note, solid_view(solid, [of.names[i] for i in axes], of.level))]


def _in_the_plane(of: _Subject, axes: Sequence[int]) -> list[View]:
    plane = of.complex.dimension == 2
    where: dict[str, Any] = {} if plane else {"axes": tuple(axes), "through": of.point}
    scene = plane_scene(of.complex, of.data, names=of.names, level=of.level, **where)
    if scene.seen.n_regions > MOST_PLANE:
        return []
    shown = of.data if plane else None
    swapped = shown is not None and swapped_sides(scene, shown)
    title = "In the plane" if plane else f"A section in the plane: {scene.where}"
    note = f"{_shown(scene.seen, scene.complex)}. Choose a region to see its signs, volume and affine map."
    return [View(title, note, plane_view(scene, shown, swapped=swapped))]


def _shown(seen: Complex, whole: Complex) -> str:
    """How many regions a picture shows."""
    if seen.n_regions == whole.n_regions:
        return f"{whole.n_regions:,} regions"
    return f"{seen.n_regions:,} of {whole.n_regions:,} regions meet this window"
