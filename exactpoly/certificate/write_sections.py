"""Write the certificate of a complex that nobody holds: section after section, in the memory of one.

A small complex is held after all and its certificate has no sections; so there is one certificate for each
network and domain, whoever writes it. See FORMAT.md, "Sections", and proofs/completeness.md, section 9.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import reduce
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from exactpoly.arithmetic.digits import any_digits
from exactpoly.certificate.verdicts import CellEvidence
from exactpoly.certificate.write import (
    Listed,
    complete_claims,
    header,
    spelled,
    written_lines,
)
from exactpoly.complex.compiled import count_cells, fits
from exactpoly.complex.complex import Complex
from exactpoly.complex.counts import Counts, added
from exactpoly.complex.sections import Root, Section, listed_whole, plan, sections
from exactpoly.errors import InternalError
from exactpoly.summary import Summary
from exactpoly.theory import Hypothesis

__all__ = ["SIZE", "section_texts", "write_in_sections", "write_streamed"]

SIZE = 100_000
"""Cells in a section, about: some tens of megabytes for who writes or checks it."""


def write_streamed(
    summary: Summary,
    counts: Counts,
    path: str | Path,
    *,
    size: int = SIZE,
    look: Callable[[], None] = lambda: None,
) -> None:
    """Write the certificate of a complex of which ``counts`` and ``summary`` have been found.

    ``size``: of a section, in cells; ``look``: called every now and then, may raise, and then nothing is
    written. Raises `InputError` as `write_certificate` does.
    """
    network, domain = summary.network, summary.domain
    root = plan(network, domain, counts, size)
    with any_digits(), written_lines(Path(path)) as write:
        if root is None:
            listed = listed_whole(network, domain, look=look)
            about = _header(summary, counts, listed.vertices, listed.regions)
            write([spelled(about)], listed.text)
            return
        for line, text in section_texts(summary, counts, root, look=look):
            write([line], text)


def write_in_sections(complex_: Complex, path: str | Path) -> bool:
    """Write a complete complex that is held, if it is one for sections: whether it was."""
    network, domain = complex_.network, complex_.domain
    if 2 * sum(complex_.f_vector) < 3 * SIZE or not fits(network, domain):
        return False
    write_streamed(complex_.summary(), count_cells(network, domain), path)
    return True


def section_texts(
    summary: Summary, counts: Counts, root: Root, *, look: Callable[[], None] = lambda: None
) -> Iterator[tuple[str, bytes]]:
    """Header and root, then section by section the line that begins it, and the text that follows."""
    network, domain = summary.network, summary.domain
    listed = Listed.of(root.cells, domain.n_sides)
    about = _header(summary, counts, listed.vertices, listed.regions)
    about |= {"version": 4, "prefix": root.neurons, "sections": root.sections}
    yield spelled(about), listed.text
    walls, parts = _own_walls(root), []
    for section, own in zip(sections(network, domain, root, look=look), walls, strict=True):
        body = section.listed
        start = {
            "root": sorted(listed.place[list(section.regions)].tolist()),
            "vertices": body.vertices,
            "regions": body.regions,
            "counts": _stated(section, root.neurons, own),
        }
        parts.append(section.counts)
        yield spelled(start), body.text
    total = reduce(added, parts)
    if (total.f_vector, total.face_pairs) != (counts.f_vector, counts.face_pairs):
        raise InternalError(f"sections have f-vector {total.f_vector}, not {counts.f_vector}")


def _header(summary: Summary, counts: Counts, vertices: int, regions: int) -> dict[str, Any]:
    claims = complete_claims(summary, _CountedEvidence(summary, counts))
    return header(summary.network, summary.domain, claims, vertices, regions, complete=True)


def _own_walls(root: Root) -> list[int]:
    """How many walls of the root, off the boundary, each section is the first to hold."""
    below = root.cells.dimension - 1
    cofaces = root.cells.cofaces(below)
    owner = np.minimum.reduceat(cofaces.entries, cofaces.start[:-1]) // root.share
    shown = root.cells.sides(below) == 0
    own: list[int] = np.bincount(owner[shown], minlength=root.sections).tolist()
    return own


def _stated(section: Section, neurons: int, walls: int) -> dict[str, int]:
    """What the section says of the cells that it counts; see FORMAT.md."""
    counts = section.counts
    growth = counts.growth[neurons:, -2:].tolist()
    found = {
        "cells": dict(enumerate(counts.f_vector)),
        "degenerate": dict(enumerate(counts.not_simple)),
        "pairs": dict(enumerate(counts.face_pairs)),
        "facets": counts.facet_histogram,
        "all_facets": counts.facet_histogram_with_domain_boundary,
        "walls": dict(enumerate(accumulate((w for w, _ in growth), initial=walls), neurons)),
        "regions": dict(
            enumerate(accumulate((r for _, r in growth), initial=len(section.regions)), neurons)
        ),
    }
    return {f"{name} {i}": n for name, row in found.items() for i, n in row.items() if n}


class _CountedEvidence(CellEvidence):
    """What theorems ask for, from counts alone."""

    def __init__(self, summary: Summary, counts: Counts) -> None:
        self.summary, self.counts = summary, counts
        self.network = summary.network
        self.d = summary.domain.dimension
        self.on_space = summary.domain.is_space
        self.on_box = summary.domain.is_box
        self.widths = tuple(len(x.neurons) for x in self.network.layers if x.neurons)

    @property
    def f(self) -> tuple[int, ...]:
        return self.summary.f_vector

    @property
    def mean(self) -> Fraction:
        return self.summary.mean_facets

    @property
    def mean_with_boundary(self) -> Fraction:
        return self.summary.mean_facets_with_domain_boundary

    @property
    def simple(self) -> Hypothesis:
        return Hypothesis("simple", self.summary.simple)

    @property
    def face_pairs(self) -> tuple[int, ...]:
        return self.counts.face_pairs

    @property
    def fewest_facets(self) -> int:
        return min(self.summary.facet_histogram)

    @property
    def growth(self) -> tuple[tuple[int, int], ...]:
        pairs = np.cumsum(self.counts.growth[:, -2:], axis=0).tolist()
        return tuple((walls, 1 + regions) for walls, regions in pairs)
