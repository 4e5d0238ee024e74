"""What a picture of a disagreement shows: a plane through it, two windows, and the exact cells in them.

The plane is the input plane itself, a line thickened, or a section through the disagreement along two axes,
one of them across where the region is thinnest. The second window is as large as the region, so
that a sliver of 10^-12 fills it. Everything is exact; what is drawn is rounded at the very end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.crosscheck.claims import Point, Row, signs_of, text_of
from exactpoly.crosscheck.text import number_text
from exactpoly.crosscheck.verdict import ABOUT_REGIONS, Finding, Kind, Verdict
from exactpoly.domain import Domain
from exactpoly.errors import InputError
from exactpoly.network.network import Network
from exactpoly.report.plane import PlaneSection, Window, default_window, in_cyclic_order

__all__ = ["Cell", "Panel", "Scene", "scene_of"]

_MARGIN = Fraction(3, 4)
"""How much of its own size is shown around a region, on each side."""


@dataclass(frozen=True)
class _Subject:
    """One thing that is wrong: what is said of it, the rows of the regions it is about, or a point."""

    kind: Kind
    words: str
    rows: tuple[Row, ...] = ()
    point: Point | None = None
    neurons: tuple[int, ...] = ()


@dataclass(frozen=True)
class Cell:
    """A region in a window: its corners in order, exact; its row; ``wrong``: the kind, if it is one."""

    corners: tuple[Point, ...]
    row: Row
    wrong: Kind | None


@dataclass(frozen=True)
class Panel:
    """One window with its cells; ``lines``: ends of the zero lines that are claimed as facets and are none;
    ``marks``: points where an invented region is claimed to be."""

    window: Window
    cells: tuple[Cell, ...]
    lines: tuple[tuple[Point, Point], ...]
    marks: tuple[Point, ...]


@dataclass(frozen=True)
class Scene:
    """Two panels, the plane they lie in (None: the input plane), and the exact words beside them."""

    panels: tuple[Panel, ...]
    section: PlaneSection | None
    words: tuple[str, ...]


def scene_of(network: Network, domain: Domain, verdict: Verdict) -> Scene | None:
    """The first disagreement that has a place, or None where none has one."""
    for subject in _subjects(verdict):
        found = _scene(network, domain, subject)
        if found is not None:
            return found
    return None


def _subjects(verdict: Verdict) -> Iterator[_Subject]:
    """The regions themselves come first, then facets by name."""

    def rank(finding: Finding) -> int:
        return (
            0 if finding.kind in ABOUT_REGIONS else 1 if finding.kind is Kind.FACET_NEURONS else 2
        )

    for finding in sorted(verdict.findings, key=rank):
        for told in finding.details:
            yield from _subject(finding.kind, told)


def _subject(kind: Kind, told: dict[str, Any]) -> Iterator[_Subject]:
    """A detail as a subject; those that name neither a row nor a point are left out."""
    named = [told.get(key) for key in ("row", "claimed_row", "exact_row")]
    rows = tuple(signs_of(name, "row") for name in named if isinstance(name, str) and name)[:1]
    rows = tuple(signs_of(row, "rows") for row in told.get("rows", ())) or rows
    given = [told.get(key) for key in ("interior_point", "point")]
    places = [p for p in given if isinstance(p, list) and p and all(isinstance(x, str) for x in p)]
    point = tuple(Fraction(x) for x in places[0]) if places else None
    if not rows and point is None:
        return
    neurons = tuple(int(n) for n in told.get("no_facet", ()))
    words = f"{kind}: {', '.join(text_of(row) for row in rows)}".rstrip(": ")
    if neurons:
        words += f"; the zero line of neuron {', '.join(map(str, neurons))} is not a facet of it"
    yield _Subject(kind, words, rows, point, neurons)


def _scene(network: Network, domain: Domain, subject: _Subject) -> Scene | None:
    anchor, center = _anchor(network, domain, subject)
    if center is None or len(center) != network.input_dimension:
        return None
    section = _section(network.input_dimension, center, anchor)
    plane = network if section is None else section.apply(network)
    spot = center if section is None else (Fraction(0), Fraction(0))
    wide = _wide(plane, domain if section is None else None, spot)
    try:
        overview = _panel(plane, wide, subject, spot)
        near = _near(overview, plane, subject, spot, wide)
        panels = (overview,) if near == wide else (overview, _panel(plane, near, subject, spot))
    except InputError:
        return None  # a window beyond what can be enumerated
    place = ", ".join(number_text(str(x)) for x in center)
    words = [subject.words, f"at ({place})"]
    if section is not None and network.input_dimension > 1:
        axes = [next(k for k, x in enumerate(arm) if x) for arm in (section.u, section.v)]
        words.append(f"section through it along axes {axes[0]} and {axes[1]}")
    return Scene(panels, section, tuple(words))


def _anchor(
    network: Network, domain: Domain, subject: _Subject
) -> tuple[Point | None, Point | None]:
    """The normal of the thinnest direction of the region, if one is known, and a point of the subject."""
    complex_ = enumerate_complex(network, domain=domain)
    rows = {tuple(row): i for i, row in enumerate(complex_.region_rows.tolist())}
    index = next((rows[row] for row in subject.rows if row in rows), None)
    if index is None:
        return None, subject.point
    region = complex_.region(index)
    normals = [normal for normal, _ in region.inequalities()]
    return (normals[0] if normals else None), region.interior_point


def _section(dimension: int, center: Point, across: Point | None) -> PlaneSection | None:
    if dimension == 2:
        return None
    unit = [tuple(Fraction(int(i == axis)) for i in range(dimension)) for axis in range(dimension)]
    if dimension == 1:
        return PlaneSection(center, unit[0], (Fraction(0),))
    order = sorted(range(dimension), key=lambda k: -abs(across[k]) if across else 0)
    return PlaneSection(center, unit[order[0]], unit[order[1]])


def _wide(plane: Network, domain: Domain | None, spot: Point) -> Window:
    """The box itself, or a window that shows the complex and the spot."""
    if domain is not None and domain.bounds is not None:
        return domain.bounds[0], domain.bounds[1]
    window = default_window(enumerate_complex(plane))
    reach = max(high - low for low, high in window) / 4
    sides = [
        (min(low, x - reach), max(high, x + reach))
        for (low, high), x in zip(window, spot, strict=True)
    ]
    return sides[0], sides[1]


def _near(overview: Panel, plane: Network, subject: _Subject, spot: Point, wide: Window) -> Window:
    """A window around the regions of the subject, or around its point; never beyond the wide one."""
    corners = [c for cell in overview.cells if cell.wrong is not None for c in cell.corners]
    if not corners:
        around = [cell for cell in overview.cells if _inside(spot, cell.corners)]
        corners = [c for cell in around for c in cell.corners] or [spot]
    sides = []
    for axis, (low, high) in enumerate(wide):
        least, most = min(c[axis] for c in corners), max(c[axis] for c in corners)
        size = most - least or (high - low) / 1000
        sides.append((max(low, least - _MARGIN * size), min(high, most + _MARGIN * size)))
    shown = [(b - a) / (high - low) for (a, b), (low, high) in zip(sides, wide, strict=True)]
    return wide if min(shown) > Fraction(1, 2) else (sides[0], sides[1])


def _panel(plane: Network, window: Window, subject: _Subject, spot: Point) -> Panel:
    complex_ = enumerate_complex(plane, domain=Domain(2, window))
    cells = []
    for index in range(complex_.n_regions):
        corners = complex_.region(index).vertices
        order = in_cyclic_order(corners)
        row = tuple(int(s) for s in complex_.region_rows[index])
        wrong = subject.kind if row in subject.rows else None
        cells.append(Cell(tuple(corners[i] for i in order), row, wrong))
    marks = () if any(cell.wrong for cell in cells) else (spot,)
    return Panel(window, tuple(cells), tuple(_false_facets(plane, cells, subject, window)), marks)


def _false_facets(
    plane: Network, cells: Sequence[Cell], subject: _Subject, window: Window
) -> Iterator[tuple[Point, Point]]:
    """Where the forms that neurons have on a region vanish, of those that are claimed as its facets."""
    if not subject.neurons:
        return
    for cell in cells:
        if cell.wrong is None:
            continue
        values = [plane.preactivations(corner) for corner in cell.corners[:3]]
        for neuron in subject.neurons:
            form = _form(cell.corners[:3], [value[neuron] for value in values])
            ends = _clipped(form, window)
            if len(ends) == 2:
                yield ends[0], ends[1]


def _form(
    corners: Sequence[Point], values: Sequence[Fraction]
) -> tuple[Fraction, Fraction, Fraction]:
    """(a, b, c) with `a x + b y + c` the affine form that has these values at three corners."""
    (x0, y0), (x1, y1), (x2, y2) = corners
    one, two = (x1 - x0, y1 - y0), (x2 - x0, y2 - y0)
    area = one[0] * two[1] - one[1] * two[0]
    rise = (values[1] - values[0], values[2] - values[0])
    a = (rise[0] * two[1] - rise[1] * one[1]) / area
    b = (one[0] * rise[1] - two[0] * rise[0]) / area
    return a, b, values[0] - a * x0 - b * y0


def _clipped(form: tuple[Fraction, Fraction, Fraction], window: Window) -> list[Point]:
    """The two ends of the zero line of a form in a window; fewer where it does not cross it."""
    a, b, c = form
    (left, right), (low, high) = window
    found: set[Point] = set()
    if b:
        found |= {(x, y) for x in (left, right) if low <= (y := -(a * x + c) / b) <= high}
    if a:
        found |= {(x, y) for y in (low, high) if left <= (x := -(b * y + c) / a) <= right}
    return sorted(found)[:: max(1, len(found) - 1)]


def _inside(point: Point, corners: Sequence[Point]) -> bool:
    """Whether a point lies in a convex polygon with corners in order, its boundary included."""
    cycle = zip(corners, [*corners[1:], corners[0]], strict=True)
    turns = [
        (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0]) for a, b in cycle
    ]
    return all(turn >= 0 for turn in turns) or all(turn <= 0 for turn in turns)
