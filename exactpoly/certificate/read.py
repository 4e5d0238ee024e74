"""From a network file or a certificate to the complex that theorems are checked on."""

from __future__ import annotations

import gzip
import json
import zlib
from fractions import Fraction
from pathlib import Path
from typing import Any

from exactpoly.certificate.check import MAX_LINE, check_file
from exactpoly.complex.complex import Complex
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.domain import Domain
from exactpoly.domain.polytope import of_half_spaces
from exactpoly.errors import InputError, InternalError
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from exactpoly.readers.load import read
from exactpoly.readers.reading import Reading
from exactpoly.running.run import Run

__all__ = ["certificate_header", "complex_of", "network_and_domain"]

_MARK = b'"format":"exactpoly-certificate"'
_GZIP = b"\x1f\x8b"


def complex_of(
    path: str,
    domain: str | None,
    *,
    read_as: Reading | None = None,
    run: Run | None = None,
    check: bool = True,
) -> Complex:
    """The complex of a network file on ``domain`` (default `R^d`), or of a certificate.

    A certificate names its own domain; it is checked first unless ``check`` is False, and what is
    enumerated from its exact weights must have the f-vector that it claims. Raises `InputError` where the
    checker does not accept it or ``domain`` differs from its own.
    """
    header = certificate_header(path)
    if header is None:
        network = read(path, read_as or Reading())
        place = Domain.parse(domain or "R^d", network.input_dimension)
    else:
        if read_as is not None:
            read_as.only(kind="certificates")
        code, message = check_file(path) if check else (0, "")
        if code != 0:
            raise InputError(f"{path}: the certificate is not accepted ({message.strip()})")
        try:
            network, place = network_and_domain(header)
            claimed = tuple(map(int, header["claims"]["f_vector"])) if header["complete"] else None
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise InputError(
                f"{path}: the first line is not the header of a certificate"
            ) from error
        if domain is not None and Domain.parse(domain, network.input_dimension) != place:
            raise InputError(f"{path}: the certificate is about {place}, --domain says {domain}")
    result = enumerate_complex(network, domain=place, run=run)
    if header is not None and result.complete and claimed not in (None, result.f_vector):
        told = f"{path}: f-vector {claimed} is claimed, {result.f_vector} was enumerated"
        raise InternalError(f"{told}, and the checker accepts it") if check else InputError(told)
    return result


def certificate_header(path: str) -> dict[str, Any] | None:
    """The first line of a certificate, plain or compressed; None for any other file."""
    try:
        with Path(path).open("rb") as raw:
            packed = raw.read(2) == _GZIP
        with gzip.open(path, "rb") if packed else Path(path).open("rb") as file:
            if file.read(1) != b"{":
                return None
            line = b"{" + file.readline(MAX_LINE)
    except (OSError, EOFError, zlib.error):
        return None
    if _MARK not in line:
        return None
    try:
        header = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: the first line is not the header of a certificate") from error
    return dict(header)


def network_and_domain(header: dict[str, Any]) -> tuple[Network, Domain]:
    """The exact network of a certificate's header, and its domain."""
    network = _network(header)
    return network, _domain(header, network.input_dimension)


def _network(header: dict[str, Any]) -> Network:
    layers = tuple(
        Layer.of(layer["weight"], layer["bias"], relu=layer["relu"], name=f"layers[{i}]")
        for i, layer in enumerate(header["network"]["layers"])
    )
    return Network(layers, header["source"]["name"], tuple(header["source"]["notes"]))


def _domain(header: dict[str, Any], dimension: int) -> Domain:
    if header["domain"] == "R^d":
        return Domain.space(dimension)
    if isinstance(header["domain"], dict):
        rows = [tuple(map(Fraction, row)) for row in header["domain"]["half_spaces"]]
        return of_half_spaces([(row[:-1], row[-1]) for row in rows], dimension)
    return Domain.parse("x".join(f"[{a},{b}]" for a, b in header["domain"]), dimension)
