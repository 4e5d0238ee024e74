"""A disagreement drawn: as SVG, and in letters for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from html import escape
from pathlib import Path
from textwrap import wrap

from exactpoly.crosscheck.claims import Point
from exactpoly.crosscheck.numbers import nearest_float
from exactpoly.crosscheck.scene import Cell, Panel, Scene
from exactpoly.crosscheck.verdict import Kind
from exactpoly.report.plane import Window
from exactpoly.running.files import written_whole

__all__ = ["STYLE", "scene_svg", "scene_text", "write_picture"]

_SIZE = 300
_GAP = 24
_MOST = 600
"""Cells of a panel that are drawn, those that are wrong among them."""
_COLUMNS, _ROWS = 64, 24
_LEGEND = (
    "filled: missed; shaded: wrong in another way; dashed: claimed as a facet; cross: claimed point;"
    " + : how long a side is"
)

STYLE = (
    ".xp{color-scheme:light dark;--ink:#222;--paper:#fff;--edge:#999;--bad:#d55e00;--odd:#0072b2;"
    "font:12px sans-serif;fill:var(--ink)}"
    "@media(prefers-color-scheme:dark){.xp{--ink:#e4e6e8;--paper:#14171a;--edge:#667;--bad:#ff8c42;"
    "--odd:#6cb8f0}}"
    ".xp .c{fill:var(--paper);stroke:var(--edge);vector-effect:non-scaling-stroke}"
    ".xp .m{fill:var(--bad);stroke:var(--bad);stroke-width:1.5}"
    ".xp .w{fill:var(--odd);fill-opacity:.35;stroke:var(--odd);stroke-width:1.5}"
    ".xp .f{stroke:var(--bad);stroke-width:2;stroke-dasharray:6 4;fill:none}"
    ".xp .x{stroke:var(--bad);stroke-width:2.5;fill:none}.xp .b{fill:none;stroke:var(--ink)}"
    ".xp .z{fill:none;stroke:var(--bad);stroke-dasharray:2 2}"
)
"""The style of the pictures, light or dark as the reader has it; a page needs it once."""

_MISSED = {Kind.MISSED_REGIONS, Kind.MERGED_REGIONS}


def write_picture(scene: Scene, path: Path) -> None:
    """Write a scene as an SVG file. Raises `InputError` where it cannot be written."""
    with written_whole(path) as file:
        file.write((scene_svg(scene, style=True) + "\n").encode())


def scene_svg(scene: Scene, *, style: bool = False) -> str:
    """The panels side by side, and the exact words below; ``style``: with the style that it needs."""
    width = len(scene.panels) * (_SIZE + _GAP) + _GAP
    parts = []
    for place, panel in enumerate(scene.panels):
        zoomed = scene.panels[1].window if place == 0 and len(scene.panels) > 1 else None
        left = _GAP + place * (_SIZE + _GAP)
        parts.append(f'<g transform="translate({left},{_GAP})">{_panel(panel, zoomed)}</g>')
    lines = [line for text in (*scene.words, _LEGEND) for line in _wrapped(text, width // 8)]
    top = _SIZE + 2 * _GAP + 18
    for number, line in enumerate(lines):
        parts.append(f'<text x="{_GAP}" y="{top + 16 * number}">{escape(line)}</text>')
    height = top + 16 * len(lines)
    title = escape("; ".join(scene.words))
    rules = f"<style>{STYLE}</style>" if style else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="xp" role="img" viewBox="0 0 {width} {height}"'
        f' width="{width}"><title>{title}</title>{rules}{"".join(parts)}</svg>'
    )


def _wrapped(text: str, width: int) -> list[str]:
    """Lines that are divided at spaces: a hyphen here is a sign."""
    return wrap(text, width, break_on_hyphens=False)


def _panel(panel: Panel, zoomed: Window | None) -> str:
    cells = sorted(panel.cells, key=lambda cell: cell.wrong is not None)
    parts = [_cell(cell, panel.window) for cell in cells[-_MOST:]]
    for a, b in panel.lines:
        (x1, y1), (x2, y2) = _at(a, panel.window), _at(b, panel.window)
        parts.append(f'<path class="f" d="M{x1} {y1}L{x2} {y2}"/>')
    for mark in panel.marks:
        x, y = _at(mark, panel.window)
        parts.append(f'<path class="x" d="M{x - 6} {y - 6}l12 12m0 -12l-12 12"/>')
    if zoomed is not None:
        (x1, y2), (x2, y1) = (
            _at((zoomed[0][0], zoomed[1][0]), panel.window),
            _at((zoomed[0][1], zoomed[1][1]), panel.window),
        )
        w, h = max(6.0, x2 - x1), max(6.0, y2 - y1)
        parts.append(f'<rect class="z" x="{x1}" y="{y1}" width="{w:.1f}" height="{h:.1f}"/>')
    parts.append(f'<rect class="b" width="{_SIZE}" height="{_SIZE}"/>')
    (left, right), (low, high) = panel.window
    parts.append(f'<text y="{_SIZE + 15}">{escape(_short(left))}</text>')
    parts.append(
        f'<text x="{_SIZE}" y="{_SIZE + 15}" text-anchor="end">+ {escape(_short(right - left))}</text>'
    )
    parts.append(
        f'<text y="-6">{escape(_short(low))} + {escape(_short(high - low))} upwards</text>'
    )
    return "".join(parts)


def _cell(cell: Cell, window: Window) -> str:
    places = " ".join(f"{x} {y}" for x, y in (_at(corner, window) for corner in cell.corners))
    kind = "c" if cell.wrong is None else "m" if cell.wrong in _MISSED else "w"
    return f'<path class="{kind}" d="M{places}Z"/>'


def _at(point: Point, window: Window) -> tuple[float, float]:
    """Where a point is drawn; exact up to the rounding of the last line."""
    (left, right), (low, high) = window
    x = (point[0] - left) / (right - left)
    y = (high - point[1]) / (high - low)
    return round(nearest_float(x * _SIZE), 1), round(nearest_float(y * _SIZE), 1)


def _short(number: Fraction) -> str:
    text = str(number)
    return text if len(text) <= 14 else f"{nearest_float(number):.6g}"


def scene_text(scene: Scene) -> str:
    """The last panel in letters: # missed, % otherwise wrong, x a claimed point, others by borders."""
    panel = scene.panels[-1]
    (left, right), (low, high) = panel.window
    grid = []
    for j in range(_ROWS):
        y = high - (high - low) * Fraction(2 * j + 1, 2 * _ROWS)
        grid.append(
            [
                _cell_at(
                    (left + (right - left) * Fraction(2 * i + 1, 2 * _COLUMNS), y), panel.cells
                )
                for i in range(_COLUMNS)
            ]
        )
    lines = ["+" + "-" * _COLUMNS + "+"]
    lines += [f"|{''.join(_letters(panel.cells, grid, j))}|" for j in range(_ROWS)]
    lines.append(lines[0])
    for x, y in panel.marks:
        column = int((x - left) / (right - left) * _COLUMNS)
        line = int((high - y) / (high - low) * _ROWS)
        if 0 <= column < _COLUMNS and 0 <= line < _ROWS:
            text = lines[line + 1]
            lines[line + 1] = f"{text[: column + 1]}x{text[column + 2 :]}"
    sides = (f"{_short(a)} + {_short(b - a)}" for a, b in panel.window)
    lines.append(f"{next(sides)} to the right, {next(sides)} upwards")
    return "\n".join([*lines, *scene.words])


def _cell_at(point: Point, cells: Sequence[Cell]) -> int:
    """The number of the first cell that holds a point; -1 for none."""
    for index, cell in enumerate(cells):
        cycle = zip(cell.corners, [*cell.corners[1:], cell.corners[0]], strict=True)
        if all(
            (b[0] - a[0]) * (point[1] - a[1]) >= (b[1] - a[1]) * (point[0] - a[0]) for a, b in cycle
        ):
            return index
    return -1


def _letters(cells: Sequence[Cell], grid: list[list[int]], j: int) -> Iterator[str]:
    """One line: what is wrong by its sign, and a point where the region to the left or above is another."""
    above = grid[max(0, j - 1)]
    for i, index in enumerate(grid[j]):
        wrong = cells[index].wrong if index >= 0 else None
        if wrong is not None:
            yield "#" if wrong in _MISSED else "%"
        else:
            yield " " if index == grid[j][max(0, i - 1)] == above[i] else "."
