"""Write the certificate of the homology of a level set: see FORMAT.md, "Topology".

The same input gives the same bytes. A file is written whole or not at all.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from exactpoly.certificate.check_topology import CONVENTIONS, FORMAT
from exactpoly.certificate.write import certificate_lines, vertex_order
from exactpoly.levelset.cellset import CellSet
from exactpoly.levelset.level import SETS, LevelSet
from exactpoly.running.files import write_whole
from exactpoly.topology.homology import Homology

__all__ = ["topology_certificate_lines", "write_topology_certificate"]

_CHUNK = 1000
"""Cells, or steps, in a line."""


def write_topology_certificate(sets: LevelSet, path: str | Path) -> None:
    """Write the certificate to ``path``, compressed if its name ends in ``.gz``.

    Raises `InputError` when the file cannot be written.
    """
    path = Path(path)
    data = "".join(line + "\n" for line in topology_certificate_lines(sets)).encode("ascii")
    if path.suffix == ".gz":
        data = gzip.compress(data, mtime=0)
    write_whole(path, data)


def topology_certificate_lines(sets: LevelSet) -> Iterator[str]:
    """The lines of the certificate, without line ends."""
    component = sets.component
    chosen = [0] if component is None else [component] if isinstance(component, int) else component
    yield _json(
        {
            "format": FORMAT,
            "version": 1,
            "level": str(sets.level),
            "component": list(chosen),
            "conventions": CONVENTIONS,
            "claims": {name: _claims(sets.named(name)) for name in SETS},
        }
    )
    yield from certificate_lines(sets.complex)
    number = _numbers(sets)
    yield from _facet_lines(sets, number)
    for name in SETS:
        one = sets.named(name)
        inner = one.marks & one.arrangement.off_sides
        yield from _step_lines(one.inner_homology, np.flatnonzero(inner), number)
        if one.closed and one.reaches_sides:
            yield from _step_lines(one.closed_homology, np.flatnonzero(one.marks), number)


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _claims(one: CellSet) -> dict[str, Any]:
    return {
        "betti": list(one.betti()),
        "critical": list(one.homology.critical),
        "euler": one.euler,
        "f_vector": list(one.f_vector),
        "relative": list(one.betti_borel_moore()),
        "relative_torsion": [list(t) for t in one.inner_homology.torsion],
        "torsion": [list(t) for t in one.torsion],
    }


def _numbers(sets: LevelSet) -> np.ndarray:
    """int64 (n,): the number of each cell in the file; vertices are in the order of their keys."""
    number = np.arange(sets.arrangement.offsets[-1])
    order = vertex_order(sets.complex)
    number[order] = np.arange(len(order))
    return number


def _facet_lines(sets: LevelSet, number: np.ndarray) -> Iterator[str]:
    chains = sets.arrangement.chains
    yield _json(list(chains.f_vector[1:]))
    facets = number[chains.facets]
    words = np.where(chains.incidence > 0, facets, -1 - facets).tolist()
    start = chains.start.tolist()
    for a, b in pairwise(chains.offsets[1:]):
        for low in range(a, b, _CHUNK):
            cells = range(low, min(low + _CHUNK, b))
            yield (
                "["
                + ",".join(str(words[start[c] : start[c + 1]]).replace(" ", "") for c in cells)
                + "]"
            )


def _step_lines(homology: Homology, cells: np.ndarray, number: np.ndarray) -> Iterator[str]:
    matching = homology.matching
    names = number[cells]
    lower = np.where(matching.lower < 0, -1, names[matching.lower] if len(names) else 0)
    steps = np.stack([lower, names[matching.upper]], axis=1).reshape(-1)
    for low in range(0, len(steps), 2 * _CHUNK):
        yield str(steps[low : low + 2 * _CHUNK].tolist()).replace(" ", "")
