"""Writing parity certificates, for `check_parity`: one face of odd volume, with its triangulation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from exactpoly.arithmetic.digits import any_digits
from exactpoly.newton.newton import ParityBound, face_form
from exactpoly.running.files import write_whole

__all__ = ["parity_certificate", "write_parity_certificate"]


def parity_certificate(bound: ParityBound, *, constants: bool = False) -> dict[str, Any]:
    """The JSON object of a certificate; ``constants``: whether points end in a constant term.

    The field names are explained in `exactpoly/certificate/check_parity.py`.
    """
    polytope = bound.polytope
    return {
        "format": "exactpoly-parity-1",
        "claim": {"hidden_layers": bound.hidden_layers, "weights": "integral"},
        "constants": constants,
        "points": [list(v) for v in polytope.vertices],
        "form": list(face_form(polytope, bound.face, upper=constants)),
        "simplices": sorted(
            sorted(simplex) for simplex in polytope.triangulation(bound.face, bound.dimension)
        ),
        "volume": bound.volume,
    }


def write_parity_certificate(
    bound: ParityBound, path: str | Path, *, constants: bool = False
) -> None:
    """Write a certificate; raises `InputError` where the file cannot be written."""
    with any_digits():
        text = json.dumps(parity_certificate(bound, constants=constants)) + "\n"
    write_whole(path, text)
