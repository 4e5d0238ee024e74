"""The cases with known answers: see the notes in each folder's expected.json."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

from exactpoly import Network, load
from exactpoly.network.constraints import Bounds

FOLDER = Path(__file__).parent / "cases"
NAMES = sorted(path.name for path in FOLDER.iterdir())


def network(name: str, second: bool = False) -> Network:
    return load(FOLDER / name / ("network2.json" if second else "network.json"))


def expected(name: str) -> dict[str, Any]:
    return dict(json.loads((FOLDER / name / "expected.json").read_text()))


def box(name: str) -> Bounds:
    return tuple((Fraction(a), Fraction(b)) for a, b in expected(name)["domain"])
