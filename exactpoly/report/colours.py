"""Colours of pictures: few names, told apart by colour-blind readers, on light and on dark ground.

Classes have the palette of Okabe and Ito (Color Universal Design, 2008). Numbers of facets go through one
row of colours whose lightness falls steadily, so that it reads in grey as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from exactpoly.errors import InputError

__all__ = ["CLASSES", "EDGE", "THEMES", "Theme", "mixed", "scale", "theme"]

CLASSES = ("#E69F00", "#0072B2", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")
"""Colour of class 0, 1, ...; more classes begin again."""

_STOPS = ("#fdf6c8", "#c7e3b5", "#7fcdbb", "#41a9c1", "#2d7fb8", "#25549f", "#162c6f")
"""From few to many: yellow, green, blue, each darker than the one before."""


EDGE = "#3a4046"
"""Outlines on the colours of `scale`, which are the same on light and on dark ground."""


@dataclass(frozen=True)
class Theme:
    """Ground and ink of a picture; ``tint``: the share of a class's colour in what it fills."""

    name: str
    paper: str
    ink: str
    faint: str
    boundary: str
    tint: float


THEMES = {
    "light": Theme("light", "#ffffff", "#222222", "#ffffff", "#111111", 0.36),
    "dark": Theme("dark", "#14171a", "#e4e6e8", "#14171a", "#ffffff", 0.55),
}


def theme(name: str) -> Theme:
    """A theme by its name. Raises `InputError` for another name."""
    if name not in THEMES:
        raise InputError(f"theme: {name!r} given; choose one of {', '.join(THEMES)}")
    return THEMES[name]


def mixed(first: str, second: str, share: float) -> str:
    """A colour between two, with that share of the first.

    >>> mixed("#ffffff", "#000000", 0.5)
    '#808080'
    """
    pairs = zip(_parts(first), _parts(second), strict=True)
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02x}" for a, b in pairs)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def scale(share: float, stops: Sequence[str] = _STOPS) -> str:
    """The colour at a place between 0 (few) and 1 (many).

    >>> scale(0.0), scale(1.0)
    ('#fdf6c8', '#162c6f')
    """
    place = min(max(share, 0.0), 1.0) * (len(stops) - 1)
    low = min(int(place), len(stops) - 2)
    return mixed(stops[low + 1], stops[low], place - low)
