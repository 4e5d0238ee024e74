"""Write the certificate of a `Complex`: everything that `check` needs, and nothing to believe.

A complete complex is written as the keys of its vertices and the vertices of each region, from which
the whole face lattice follows (proofs/completeness.md, Theorem A). A partial one is written as points,
one in a region (completeness.md, section 7, "Partial lists"). The same input gives the same bytes.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import numpy as np

from exactpoly.arithmetic.digits import any_digits
from exactpoly.certificate import check
from exactpoly.certificate.points import region_points
from exactpoly.certificate.verdicts import CellEvidence, verdict_claims
from exactpoly.complex.cells import Cells
from exactpoly.complex.complex import Complex
from exactpoly.complex.kernel.listing import compiled_lines
from exactpoly.domain import Domain
from exactpoly.errors import InputError
from exactpoly.network.network import Network
from exactpoly.running.files import written_whole
from exactpoly.summary import Summary

__all__ = [
    "Listed",
    "certificate_lines",
    "complete_claims",
    "header",
    "spelled",
    "vertex_order",
    "write_certificate",
    "write_lines",
    "write_partial",
    "written_lines",
]

_LEVEL = 4
"""Of compression: 6 takes four times as long for a file that is a tenth smaller."""

_LETTERS = np.frombuffer(b"0+-", np.uint8)  # by sign: 0, 1 and, from the end, -1


def write_certificate(
    complex_: Complex, path: str | Path, *, should_stop: Callable[[], bool] | None = None
) -> None:
    """Write the certificate to ``path``, compressed if its name ends in ``.gz``.

    A large complete one is written in sections where the compiled engine is there.
    ``should_stop``: asked between the regions of a partial complex once there is one; True ends the list.
    Raises `InputError` when the file cannot be written, or when the checker could not read it: numbers
    and dimensions have limits there, which are `MAX_LINE` and those that follow it in `check`.
    """
    if complex_.complete:
        from exactpoly.certificate.write_sections import write_in_sections

        if write_in_sections(complex_, path):
            return
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
        claims, network = {"regions_at_least": len(body)}, first.full_network
        about = header(network, first.domain, claims, 0, len(body), complete=False)
        write_lines([spelled(about), *body], Path(path))


def write_lines(lines: Iterable[str], path: Path, *, header: int = 0) -> None:
    """Write a file whole; ``header``: the line that has the network. Errors as `write_certificate`'s."""
    with written_lines(path, header) as write:
        write(lines)


@contextmanager
def written_lines(path: Path, header: int = 0) -> Iterator[Callable[..., None]]:
    """A file to write, in pieces: lines, and text that is not looked at. It is there at the end, or not.

    The first piece has the network's ``header``.
    """
    at: int | None = header

    def write(lines: Iterable[str], text: bytes = b"") -> None:
        nonlocal at
        lines = list(lines)
        reason = _unreadable(lines, at)
        if reason is not None:
            raise InputError(f"{path}: not written, for the checker could not read it ({reason})")
        at = None
        file.write("".join(line + "\n" for line in lines).encode("ascii"))
        file.write(text)

    with ExitStack() as stack:
        file: Any = stack.enter_context(written_whole(path))
        if path.suffix == ".gz":
            packed = gzip.GzipFile("", "wb", _LEVEL, file, mtime=0)
            file = stack.enter_context(packed)
        yield write


def _unreadable(lines: Sequence[str], at: int | None) -> str | None:
    """Why the checker would not read these lines, whatever its ``--scale``; None if it would."""
    if max(map(len, lines)) >= check.MAX_LINE:
        return "a line is too long"
    if at is None:
        return None
    about = json.loads(lines[at])
    try:
        check.Problem(about["network"], about["domain"], check.MAX_WORK)
    except check.Refused as refusal:
        return str(refusal.args[1])
    return None


def certificate_lines(
    complex_: Complex, *, should_stop: Callable[[], bool] | None = None
) -> Iterator[str]:
    """The lines of the certificate, without line ends. See FORMAT.md."""
    network, domain = complex_.full_network, complex_.domain
    if not complex_.complete:
        body = _partial_body([complex_], should_stop)
        claims = {"regions_at_least": len(body)}
        yield spelled(header(network, domain, claims, 0, len(body), complete=False))
        yield from body
        return
    listed = Listed.of(complex_.cells, domain.n_sides)
    claims = complete_claims(complex_.summary(), CellEvidence(complex_))
    yield spelled(header(network, domain, claims, listed.vertices, listed.regions, complete=True))
    yield from listed.text.decode("ascii").splitlines()


def spelled(value: Any) -> str:
    """A line, without its end."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def complete_claims(summary: Summary, evidence: CellEvidence) -> dict[str, Any]:
    """What a complete certificate claims."""
    counted = summary.to_json()
    names = [name for name in check.CLAIMS.split() if name != "verdicts"]
    return {**{name: counted[name] for name in names}, "verdicts": verdict_claims(evidence)}


def header(
    network: Network,
    domain: Domain,
    claims: dict[str, Any],
    vertices: int,
    regions: int,
    *,
    complete: bool,
) -> dict[str, Any]:
    """The first line of a certificate without sections."""
    return {
        "format": "exactpoly-certificate",
        "version": 3,
        "complete": complete,
        "source": {"name": network.name, "notes": list(network.notes)},
        "network": network.canonical_form(),
        "digest": network.digest,
        "domain": domain.to_json(),
        "facets": check.FACETS,
        "vertices": vertices,
        "regions": regions,
        "claims": claims,
    }


@dataclass(frozen=True, eq=False)
class Listed:
    """Cells as a certificate lists them.

    ``vertices``, ``regions``: how many; ``text``: the lines of the keys of the vertices and of the lists of
    vertices of the regions, both in order; ``place``: int64 (regions,), where each region stands.
    """

    vertices: int
    regions: int
    text: bytes
    place: np.ndarray

    @classmethod
    def of(cls, cells: Cells, sides: int) -> Listed:
        """All vertices and regions of ``cells`` in a domain with so many sides."""
        text, place = compiled_lines(cells, sides) or _lines(cells, sides)
        return cls(cells.sizes[0], cells.sizes[-1], text, place)


def _lines(cells: Cells, sides: int) -> tuple[bytes, np.ndarray]:
    """What `compiled_lines` gives."""
    keys = _vertex_keys(cells, sides)
    order = np.argsort(keys)
    number = np.empty(len(keys), np.int64)
    number[order] = np.arange(len(keys))
    lists = cells.vertices(cells.dimension)
    vertex = number[lists.entries]
    vertex = vertex[np.lexsort((vertex, lists.owners))].tolist()
    by_region = [vertex[a:b] for a, b in pairwise(lists.start.tolist())]
    in_order = sorted(range(len(by_region)), key=by_region.__getitem__)
    place = np.empty(len(in_order), np.int64)
    place[in_order] = np.arange(len(in_order))
    lines = [f'"{key.decode("ascii")}"\n' for key in keys[order].tolist()]
    lines += [f"[{','.join(map(str, by_region[i]))}]\n" for i in in_order]
    return "".join(lines).encode("ascii"), place


def vertex_order(complex_: Complex) -> np.ndarray:
    """int64 (V,): the vertices, those at infinity too, in the order of the certificate."""
    order: np.ndarray = np.argsort(_vertex_keys(complex_.cells, complex_.domain.n_sides))
    return order


def _vertex_keys(cells: Cells, sides: int) -> np.ndarray:
    """bytes, shape (V,): a letter a neuron, then a letter a side, all vertices at infinity too."""
    rows, numbers = cells.rows(0), np.arange(sides, dtype=np.uint32)
    inside = (cells.sides(0)[:, None] >> numbers & 1) == 0
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
    return [spelled([word, *words[word]]) for word in sorted(words)]
