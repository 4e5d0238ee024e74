"""`Complex.plot`: which plane is shown, which window, and the file with its description in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from exactpoly.arithmetic.rational import exact_point, exact_scalar
from exactpoly.domain import Domain
from exactpoly.errors import InputError
from exactpoly.report.axes import Look, described, draw_scene, figure_axes, matplotlib, settle
from exactpoly.report.colours import theme as theme_of
from exactpoly.report.points import Points
from exactpoly.report.scene import Scene
from exactpoly.report.shapes import default_bounds
from exactpoly.report.text import rational_text
from exactpoly.running.files import written_whole

if TYPE_CHECKING:
    from exactpoly.complex.complex import Complex
    from exactpoly.levelset.forms import Component

__all__ = [
    "input_names",
    "middle_point",
    "others_text",
    "plane_scene",
    "plot",
    "save_figure",
    "section",
    "swapped_sides",
    "with_description",
]

_SUFFIXES = (".svg", ".png", ".pdf")


def plot(
    complex_: Complex,
    color: str = "facets",
    *,
    data: Any = None,
    labels: Any = None,
    boundary: bool | None = None,
    outlines: bool = True,
    levels: Sequence[Any] = (),
    component: Component = None,
    level: Any = 0,
    window: Any = None,
    axes: tuple[int, int] | None = None,
    through: Any = None,
    names: Sequence[str] | None = None,
    theme: str = "light",
    legend: bool = True,
    save: str | Path | None = None,
    ax: Any = None,
) -> Any:
    """Draw a plane complex, or a plane section of one; see `Complex.plot`."""
    matplotlib()
    given = None if data is None else Points.of(data, labels, complex_.dimension)
    look = Look(
        color,
        color == "class" if boundary is None else boundary,
        outlines,
        tuple(exact_scalar(each, "levels") for each in _listed(levels)),
        component,
        theme_of(theme),
        legend,
    )
    scene = plane_scene(
        complex_, given, window=window, axes=axes, through=through, names=names, level=level
    )
    shown = given if complex_.dimension == 2 else None
    if shown is not None:
        look = replace(look, swapped=swapped_sides(scene, shown))
    target = figure_axes(look.theme, size=_size(scene)) if ax is None else ax
    draw_scene(target, scene, look, shown)
    if ax is None:
        settle(target)
    if save is not None:
        save_figure(
            target.figure, Path(save), scene.complex.network.name, described(scene, look, shown)
        )
    return target


def _size(scene: Scene) -> tuple[float, float]:
    """Inches of a figure that fits the window."""
    (left, right), (bottom, top) = scene.bounds
    ratio = float((top - bottom) / (right - left))
    return 6.4, min(max(5.0 * ratio + 0.9, 3.0), 6.2) if 0.25 <= ratio <= 4 else 4.8


def swapped_sides(scene: Scene, data: Points) -> bool:
    """Whether most of the first of two classes of data lie above the level; then they share a colour."""
    network = scene.complex.full_network
    if network.output_dimension != 1 or len(data.names) != 2:
        return False
    first = data.points[data.labels == 0][:200].tolist()
    above = sum(network.evaluate(point)[0] > scene.level for point in first)
    return 2 * above > len(first)


def plane_scene(
    complex_: Complex,
    data: Points | None = None,
    *,
    window: Any = None,
    axes: tuple[int, int] | None = None,
    through: Any = None,
    names: Sequence[str] | None = None,
    level: Any = 0,
) -> Scene:
    """What a picture of a complex shows, by the arguments of `plot`."""
    d = complex_.dimension
    called = input_names(names, d)
    first, second = _axes(d, axes)
    chosen = (called[first], called[second])
    value = exact_scalar(level, "level")
    if d == 2 and (first, second) == (0, 1) and through is None:
        bounds = _window(window) or default_bounds(complex_, None if data is None else data.points)
        return Scene(complex_, bounds, chosen, level=value)
    point = middle_point(complex_, data, through)
    where = others_text(called, point, (first, second))
    plane = section(complex_, point, (first, second))
    seen = None if data is None else data.points[:, [first, second]]
    bounds = _window(window) or default_bounds(plane, seen)
    return Scene(plane, bounds, chosen, where, value)


def input_names(names: Sequence[str] | None, d: int) -> list[str]:
    """One an input: as given, or x_0, x_1, .. Raises `InputError` for another number of them.

    >>> input_names(None, 2)
    ['x_0', 'x_1']
    """
    called = [f"x_{i}" for i in range(d)] if names is None else list(map(str, names))
    if isinstance(names, str) or len(called) != d:
        given = repr(names) if isinstance(names, str) else len(called)
        raise InputError(f"names: {given} given for {d} inputs; give one an input")
    return called


def _axes(d: int, axes: tuple[int, int] | None) -> tuple[int, int]:
    if d == 1:
        raise InputError(
            "plot: input dimension 1 has no plane; use Network.surface_plot for the graph"
        )
    chosen = (0, 1) if axes is None else tuple(axes)
    if len(set(chosen)) != 2 or len(chosen) != 2 or not set(chosen) <= set(range(d)):
        raise InputError(f"axes: {chosen} given; choose two different inputs, 0 to {d - 1}")
    return chosen[0], chosen[1]


def middle_point(complex_: Complex, data: Points | None, through: Any) -> tuple[Fraction, ...]:
    """The point that a section goes through: as given, the middle of the data or of the box, or 0."""
    if through is not None:
        return exact_point(through, complex_.dimension, "through")
    if data is not None:
        return tuple(Fraction(x).limit_denominator(100) for x in data.points.mean(axis=0).tolist())
    around = complex_.domain.box_around
    if around is not None:
        return tuple((low + high) / 2 for low, high in around)
    return (Fraction(0),) * complex_.dimension


def section(complex_: Complex, point: tuple[Fraction, ...], axes: Sequence[int]) -> Complex:
    """The section along some axes, in their own coordinates, of the network and of its domain.

    ``point``: what the other coordinates are. Raises `InputError` where it lies outside the domain.
    """
    d, whole = complex_.dimension, complex_.domain
    if not whole.contains(point):
        raise InputError(f"through: {tuple(map(str, point))} lies outside the domain")
    origin = [Fraction(0) if i in axes else x for i, x in enumerate(point)]
    lines = [[Fraction(int(i == axis)) for i in range(d)] for axis in axes]
    domain: Domain | str = "R^d"
    if whole.is_box and whole.bounds is not None:
        domain = Domain(len(axes), tuple(whole.bounds[axis] for axis in axes))
    elif not whole.is_space:
        sides = [
            ([-a[axis] for axis in axes], b + sum(x * y for x, y in zip(a, origin, strict=True)))
            for a, b in whole.inequalities()
        ]
        cutting = [(line, c) for line, c in sides if any(line)]
        domain = Domain.of(([line for line, _ in cutting], [c for _, c in cutting]), len(axes))
    return complex_.slice(origin, lines, domain=domain)


def _listed(levels: Any) -> Sequence[Any]:
    if isinstance(levels, str) or not isinstance(levels, Iterable):
        raise InputError(f"levels: {levels!r} given; give a list of numbers")
    return list(levels)


def _window(window: Any) -> tuple[tuple[Fraction, Fraction], ...] | None:
    return None if window is None else Domain.of(window, 2).bounds


def others_text(names: Sequence[str], point: Sequence[Fraction], axes: Sequence[int]) -> str:
    """What the coordinates that a section does not have are.

    >>> others_text(["a", "b", "c"], [Fraction(1), Fraction(0), Fraction(1, 3)], (0, 1))
    'c = 1/3'
    """
    words = [f"{names[i]} = {_short(x)}" for i, x in enumerate(point) if i not in axes]
    text = ", ".join(words)
    return text if len(text) < 90 else text[:86] + " ..."


def _short(number: Fraction) -> str:
    return rational_text(number, 12)


def save_figure(figure: Any, path: Path, title: str, description: str) -> None:
    """Write a figure whole or not at all; an SVG file gets a title and a description for screen readers.

    The same figure gives the same bytes. Raises `InputError` for a suffix that is not known.
    """
    suffix = path.suffix.lower()
    if suffix not in _SUFFIXES:
        raise InputError(
            f"{path}: the suffix is not one of {', '.join(_SUFFIXES)}; rename the output"
        )
    # A date in the file would make two runs differ.
    dates = {".svg": {"Date": None, "Title": title}, ".pdf": {"CreationDate": None}}
    with (
        written_whole(path) as file,
        matplotlib().rc_context({"svg.hashsalt": "exactpoly", "svg.fonttype": "none"}),
    ):
        figure.savefig(
            file,
            format=suffix[1:],
            dpi=160,
            metadata=dates.get(suffix),
            facecolor=figure.get_facecolor(),
        )
        if suffix == ".svg":
            file.seek(0)
            text = with_description(file.read().decode("utf-8"), title, description)
            file.seek(0)
            file.truncate()
            file.write(text.encode("utf-8"))


def with_description(svg: str, title: str, description: str) -> str:
    """An SVG picture with a title and a description that screen readers read aloud.

    >>> with_description("<svg a='b'><g/></svg>", "A", "a < b")[:57]
    '<svg role="img" aria-labelledby="title desc" a=\\'b\\'><title'
    """
    start = svg.index("<svg")
    end = svg.index(">", start) + 1
    rest = svg[end:].lstrip()
    if rest.startswith("<title>"):
        rest = rest[rest.index("</title>") + len("</title>") :]
    head = svg[start:end].replace("<svg", '<svg role="img" aria-labelledby="title desc"', 1)
    words = f'<title id="title">{escape(title)}</title><desc id="desc">{escape(description)}</desc>'
    return svg[:start] + head + words + rest
