"""Write certificates of levels, decisions and persistence: see FORMAT.md, "Topology".

The same input gives the same bytes. A file is written whole or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from exactpoly.arithmetic.digits import any_digits
from exactpoly.certificate import check
from exactpoly.certificate.check_topology import CONVENTIONS, FORMAT
from exactpoly.certificate.write import certificate_lines, vertex_order, write_lines
from exactpoly.complex.complex import Complex
from exactpoly.errors import InputError
from exactpoly.levelset.arrangement import Arrangement
from exactpoly.levelset.cellset import CellSet
from exactpoly.levelset.decision import Decision
from exactpoly.levelset.filtration import Filtration
from exactpoly.levelset.forms import Component
from exactpoly.levelset.level import SETS, LevelSet
from exactpoly.levelset.values import Value
from exactpoly.topology.matching import Matching

__all__ = ["topology_certificate_lines", "write_topology_certificate"]

Certified = LevelSet | Decision | Filtration

_CHUNK = 1000
"""Cells, or steps, in a line."""


def write_topology_certificate(
    found: Certified, path: str | Path, *, sets: Sequence[str] = SETS
) -> None:
    """Write the certificate to ``path``, compressed if its name ends in ``.gz``.

    ``sets``: of a level, which sets. Raises `InputError` when the file cannot be written, or when the
    checker could not read it, for numbers have limits there.
    """
    with any_digits():
        lines = topology_certificate_lines(found, sets=sets)
        write_lines(lines, Path(path), header=1)


def topology_certificate_lines(found: Certified, *, sets: Sequence[str] = SETS) -> Iterator[str]:
    """The lines of the certificate, without line ends; see `write_topology_certificate`."""
    if isinstance(found, Filtration):
        component = _chosen(found.component)
        yield _header("persistence", _persistence_claims(found), component=component)
        yield from _cells(found.complex, found.arrangement)
        everything = np.arange(found.arrangement.offsets[-1])
        yield from _step_lines(found.steps, everything, _numbers(found.complex, everything))
        return
    if isinstance(found, LevelSet):
        own = {name: found.named(name) for name in SETS if name in sets}
        level, component = str(found.level), _chosen(found.component)
        claims = {name: _claims(one) for name, one in own.items()}
        yield _header("level", claims, level=level, component=component)
    else:
        own = {f"class {i}": one for i, one in enumerate(found.classes)}
        own["boundary"] = found.boundary
        claims = {name: _claims(one) for name, one in own.items()}
        ties = [[list(classes), n] for classes, n in found.ties.items()]
        yield _header("decision", {**claims, "ties": ties})
    yield from _cells(found.complex, found.arrangement)
    yield from _coreductions(own, found.complex)


def _header(about: str, claims: Mapping[str, Any], **others: Any) -> str:
    return _json(
        {
            "format": FORMAT,
            "version": 2,
            "about": about,
            "conventions": CONVENTIONS[about],
            "claims": claims,
            **others,
        }
    )


def _chosen(component: Component) -> list[int]:
    if component is None:
        return [0]
    return [component] if isinstance(component, int) else list(component)


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


def _persistence_claims(found: Filtration) -> dict[str, Any]:
    pairs, essential, critical = found.pairs, found.essential, found.critical
    values = {value for _, *own in pairs for value in own} | {value for _, value in essential}
    for value in values | {value for value, _ in critical}:
        _demand_short(value)
    result = found.to_json()
    return {name: result[name] for name in ("pairs", "essential", "critical")}


def _demand_short(value: Value) -> None:
    for x in (value.p, value.q):
        if max(x.numerator.bit_length(), x.denominator.bit_length()) > check.MAX_BOUND:
            raise InputError("certificate: a value has more digits than the checker reads")


def _numbers(complex_: Complex, cells: np.ndarray) -> np.ndarray:
    """int64: the number of each of all ``cells`` in the file; vertices are in the order of their keys."""
    number = cells.copy()
    order = vertex_order(complex_)
    number[order] = np.arange(len(order))
    return number


def _cells(complex_: Complex, arrangement: Arrangement) -> Iterator[str]:
    """The certificate of the complex, then all cells by their facets."""
    yield from certificate_lines(complex_)
    chains = arrangement.chains
    number = _numbers(complex_, np.arange(chains.n_cells))
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


def _coreductions(sets: Mapping[str, CellSet], complex_: Complex) -> Iterator[str]:
    """For each set the steps on the cells off the sides, then, if it is closed and meets sides, on all."""
    for one in sets.values():
        number = _numbers(complex_, np.arange(len(one.marks)))
        inner = np.flatnonzero(one.marks & one.arrangement.off_sides)
        yield from _step_lines(one.inner_homology.matching, inner, number)
        if one.closed and one.reaches_sides:
            cells = np.flatnonzero(one.marks)
            yield from _step_lines(one.closed_homology.matching, cells, number)


def _step_lines(matching: Matching, cells: np.ndarray, number: np.ndarray) -> Iterator[str]:
    names = number[cells]
    lower = np.where(matching.lower < 0, -1, names[matching.lower] if len(names) else 0)
    steps = np.stack([lower, names[matching.upper]], axis=1).reshape(-1)
    for low in range(0, len(steps), 2 * _CHUNK):
        yield str(steps[low : low + 2 * _CHUNK].tolist()).replace(" ", "")
