"""The parts of a search: its policy, and the nodes of its tree."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import inf

import numpy as np

__all__ = ["ROUNDING", "Halt", "Node", "Phase", "Point", "Policy", "Stop"]

ROUNDING = 2.0**-44
"""Rounding of a pre-activation, relative to the size of its terms."""

Point = tuple[Fraction, ...]

Phase = tuple[int, int, int]
"""Layer, unit, and 1 for active or -1 for inactive."""


@dataclass(frozen=True)
class Policy:
    """How a search goes; every policy gives a proof, at a different price.

    ``batch``: nodes at once; ``refresh``: bounds are found again at every such level of the tree;
    ``inputs``: whether boxes are split at inputs while more than ``phases`` neurons are open;
    ``programs``: whether exact linear programs are tried (in few dimensions).
    """

    batch: int = 256
    refresh: int = 1
    inputs: bool = True
    phases: int = 10
    programs: bool = True


@dataclass(eq=False)
class Node:
    """A part of the box: ``low``, ``high`` (d,), bounds by layer, phases, alternatives left."""

    number: int
    low: np.ndarray
    high: np.ndarray
    bounds: list[tuple[np.ndarray, np.ndarray]]
    phases: tuple[Phase, ...]
    alternatives: tuple[int, ...]
    depth: int = 0
    stale: int = 0
    value: float = -inf
    inside: Point | None = None
    """A point in the interior of the node, once it has phases."""
    reach: list[np.ndarray] = field(default_factory=list)
    """By layer (units, d): how much each unit depends on each input."""


class Stop(Exception):
    """The search ends early: why."""


class Halt(Exception):
    """A limit or an interruption ends the run for now: which."""
