"""What a search found, as files: the network as a case, and its certificate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from exactpoly.certificate.write import write_certificate
from exactpoly.errors import InputError
from exactpoly.readers.json_format import network_to_json
from exactpoly.running.files import write_whole

if TYPE_CHECKING:
    from exactpoly.theory.hunt import Find

__all__ = ["write_find"]


def write_find(find: Find, folder: Path) -> tuple[Path, Path]:
    """Write the network as a case file, with what is expected of it, and its certificate.

    Both names come from the theorem and the network's digest. Raises `InputError` where the
    folder cannot be written.
    """
    complex_, network = find.complex, find.complex.network
    summary = complex_.summary().to_json()
    domain = "[-1,1]^d" if complex_.domain.is_box else "R^d"
    names = ("regions", "f_vector", "mean_facets", "mean_facets_with_domain_boundary", "simple")
    stem = f"{find.theorem.id}-{network.digest[:8]}"
    shown = find.check.tightest
    note = f"{find.theorem.id}: {find.check.verdict.value}"
    if shown is not None:
        note += f"; {shown.label}: {shown.left} {shown.relation.value} {shown.right} is false"
    data = {
        **network_to_json(network),
        "name": stem,
        "note": note,
        "hypotheses": [str(h) for h in find.check.hypotheses],
        "expected": {domain: {name: summary[name] for name in names}},
    }
    case, certificate = folder / f"{stem}.json", folder / f"{stem}.cert.gz"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(case, json.dumps(data, indent=1) + "\n")
    except OSError as error:
        raise InputError(f"{folder}: cannot be written ({error.strerror})") from error
    write_certificate(complex_, certificate)
    return case, certificate
