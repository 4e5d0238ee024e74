"""Write the certificate of a `Complex`: everything that `check` needs, and nothing to believe.

A complete complex is written as the keys of its vertices and the vertices of each region, from which
the whole face lattice follows (proofs/completeness.md, Theorem A). A partial one is written as points,
one in a region (completeness.md, section 7, "Partial lists"). The same input gives the same bytes.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import numpy as np

from exactpoly.arithmetic.digits import any_digits
from exactpoly.certificate import check
from exactpoly.certificate.points import region_points
from exactpoly.certificate.verdicts import CellEvidence, verdict_claims
from exactpoly.complex.complex import Complex
from exactpoly.errors import InputError
from exactpoly.running.files import written_whole

__all__ = ["certificate_lines", "vertex_order", "write_certificate", "write_lines", "write_partial"]

_LETTERS = np.frombuffer(b"0+-", np.uint8)  # by sign: 0, 1 and, from the end, -1


def write_certificate(
    complex_: Complex, path: str | Path, *, should_stop: Callable[[], bool] | None = None
) -> None:
    """Write the certificate to ``path``, compressed if its name ends in ``.gz``.

    ``should_stop``: asked between the regions of a partial complex once there is one; True ends the list.
    Raises `InputError` when the file cannot be written, or when the checker could not read it: numbers
    and dimensions have limits there, which are `MAX_LINE` and those that follow it in `check`.
    """
    with any_digits():
        write_lines(certificate_lines(complex_, should_stop=should_stop), Path(path))


def write_partial(
    complexes: Iterable[Complex],
    path: str | Path,
    *,
    should_stop: Callable[[], bool] | None = None,
) -> None:
    """Write a partial certificate of regions of one complex, which lie in ``complexes``, at least one.

    ``should_stop`` and errors as for `write_certificate`.
    """
    several = iter(complexes)
    first = next(several)
    with any_digits():
        body = _partial_body(chain([first], several), should_stop)
        header = _header(first, {"regions_at_least": len(body)}, 0, len(body), complete=False)
        write_lines([_json(header), *body], Path(path))


def write_lines(lines: Iterable[str], path: Path, *, header: int = 0) -> None:
    """Write a file whole; ``header``: the line that has the network. Errors as `write_certificate`'s."""
    lines = list(lines)
    reason = _unreadable(lines, header)
    if reason is not None:
        raise InputError(f"{path}: not written, for the checker could not read it ({reason})")
    data = "".join(line + "\n" for line in lines).encode("ascii")
    if path.suffix == ".gz":
        data = gzip.compress(data, mtime=0)
    with written_whole(path) as file:
        file.write(data)


def _unreadable(lines: Sequence[str], at: int) -> str | None:
    """Why the checker would not read these lines, whatever its ``--scale``; None if it would."""
    if max(map(len, lines)) >= check.MAX_LINE:
        return "a line is too long"
    header = json.loads(lines[at])
    try:
        check.Problem(header["network"], header["domain"], check.MAX_WORK)
    except check.Refused as refusal:
        return str(refusal.args[1])
    return None


def certificate_lines(
    complex_: Complex, *, should_stop: Callable[[], bool] | None = None
) -> Iterator[str]:
    """The lines of the certificate, without line ends. See FORMAT.md."""
    if complex_.complete:
        vertices, regions = _complete_body(complex_)
        claims = _complete_claims(complex_)
    else:
        vertices, regions = [], _partial_body([complex_], should_stop)
        claims = {"regions_at_least": len(regions)}
    complete = complex_.complete
    yield _json(_header(complex_, claims, len(vertices), len(regions), complete=complete))
    yield from vertices
    yield from regions


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _complete_claims(complex_: Complex) -> dict[str, Any]:
    summary = complex_.summary().to_json()
    claims = {
        name: summary[name]
        for name in (
            "f_vector",
            "facet_histogram",
            "facet_histogram_with_domain_boundary",
            "mean_facets",
            "mean_facets_with_domain_boundary",
            "regions",
            "simple",
        )
    }
    claims["verdicts"] = verdict_claims(CellEvidence(complex_))
    return claims


def _header(
    complex_: Complex, claims: dict[str, Any], vertices: int, regions: int, *, complete: bool
) -> dict[str, Any]:
    network = complex_.full_network
    return {
        "format": "exactpoly-certificate",
        "version": 3,
        "complete": complete,
        "source": {"name": network.name, "notes": list(network.notes)},
        "network": network.canonical_form(),
        "digest": network.digest,
        "domain": complex_.domain.to_json(),
        "facets": check.FACETS,
        "vertices": vertices,
        "regions": regions,
        "claims": claims,
    }


def _complete_body(complex_: Complex) -> tuple[list[str], list[str]]:
    """Keys of the vertices in order, and for each region the list of its vertices, in order."""
    keys = _vertex_keys(complex_)
    order = np.argsort(keys)
    place = np.empty(len(keys), np.int64)
    place[order] = np.arange(len(keys))
    lists = complex_.cells.vertices(complex_.dimension)
    vertex = place[lists.entries]
    vertex = vertex[np.lexsort((vertex, lists.owners))].tolist()
    by_region = sorted(vertex[a:b] for a, b in pairwise(lists.start.tolist()))
    return (
        ['"' + key.decode("ascii") + '"' for key in keys[order].tolist()],
        ["[" + ",".join(map(str, one)) + "]" for one in by_region],
    )


def vertex_order(complex_: Complex) -> np.ndarray:
    """int64 (V,): the vertices, those at infinity too, in the order of the certificate."""
    order: np.ndarray = np.argsort(_vertex_keys(complex_))
    return order


def _vertex_keys(complex_: Complex) -> np.ndarray:
    """bytes, shape (V,): a letter a neuron, then a letter a side, all vertices at infinity too."""
    rows, sides = complex_.cells.rows(0), complex_.cells.sides(0)
    numbers = np.arange(complex_.domain.n_sides, dtype=np.uint32)
    inside = (sides[:, None] >> numbers & 1) == 0
    letters = _LETTERS[np.concatenate([rows, inside.astype(np.int8)], axis=1)]
    keys: np.ndarray = np.ascontiguousarray(letters).view(f"S{letters.shape[1]}")[:, 0]
    return keys


def _partial_body(
    complexes: Iterable[Complex], should_stop: Callable[[], bool] | None
) -> list[str]:
    """For each region found the key and a point, in order."""
    words: dict[str, list[str]] = {}
    for row, point in chain.from_iterable(map(region_points, complexes)):
        coordinates = [str(x) for x in point]
        if max(map(len, coordinates)) <= check.MAX_TEXT:
            words["".join("0+-"[s] for s in row)] = coordinates
        if words and should_stop is not None and should_stop():
            break
    return [_json([word, *words[word]]) for word in sorted(words)]
