"""`exactpoly check`: check a certificate, without trusting the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from exactpoly.commands.arguments import runs

if TYPE_CHECKING:
    from exactpoly.running.run import Run

__all__ = ["check"]


@click.command(short_help="Check a certificate without trusting the engine.")
@click.argument("file", metavar="FILE")
@click.option(
    "--scale",
    type=click.IntRange(1, 10**9 - 1),
    default=1,
    metavar="K",
    help="Accept files K times larger than the checker's limits allow.",
)
@click.option(
    "--verified",
    is_flag=True,
    help="Also count the cells with the checker extracted from the Coq proofs.",
)
@click.option(
    "--network",
    "networks",
    multiple=True,
    metavar="FILE",
    help="File of the exact network, if a certificate of a property does not contain it.",
)
@click.option(
    "--property",
    "property_file",
    metavar="FILE",
    help="Accept only if the certificate decides this VNN-LIB property.",
)
@runs(limits=False, workers=True)
def check(
    file: str,
    scale: int,
    verified: bool,
    networks: tuple[str, ...],
    property_file: str | None,
    run: Run,
) -> int:
    """Check the certificate FILE: exit code 0 accepted, 1 rejected, 3 unreadable.

    The checker is one file, exactpoly/certificate/check.py, which needs only Python's standard library
    and runs without exactpoly too. Other certificates have their own checkers: check_parity.py for parity,
    check_topology.py for level sets, decisions and persistence, and check_property.py for prove, range and
    the like (exit code 2: accepted as partial).
    """
    from exactpoly.running.files import check_input
    from exactpoly.running.interruption import ending

    check_input(file)
    with ending(run):
        code, message = _checked(file, scale, networks, run)
    if property_file is not None and code == 0:
        code, message = _about(file, property_file, message)
    click.echo(message)
    if not verified or code != 0:
        return code
    from exactpoly.certificate.verified import check_verified

    code, message = check_verified(file, interrupted=run.interrupted)
    click.echo(message)
    return code


def _about(file: str, property_file: str, message: str) -> tuple[int, str]:
    """Whether an accepted certificate is about a property."""
    from exactpoly.certificate.confirm import is_about, is_property_certificate
    from exactpoly.readers.vnnlib import read_vnnlib

    asked = read_vnnlib(property_file)
    if is_property_certificate(file) and is_about(file, asked):
        return 0, f"{message}\nThis decides {property_file}."
    return 1, f"REJECTED: the certificate does not decide {property_file}. It says: {message}"


def _checked(file: str, scale: int, networks: tuple[str, ...], run: Run) -> tuple[int, str]:
    """Exit code and message of the checker that is for this kind of certificate."""
    if _is_topology(file):
        from exactpoly.certificate import check_topology

        return check_topology.check_file(file, scale)
    if _is_parity(file):
        from exactpoly.certificate import check_parity

        return check_parity.check_file(file)
    from exactpoly.certificate.check import check_file
    from exactpoly.certificate.confirm import check_property_file, is_property_certificate
    from exactpoly.certificate.parallel import check_in_parallel

    if is_property_certificate(file):
        return check_property_file(file, list(networks), run.executor, run.workers, scale)
    if run.executor is None:
        return check_file(file, scale)
    return check_in_parallel(file, run.executor, run.workers, scale=scale)


def _is_parity(file: str) -> bool:
    """Whether a file begins as a parity certificate does."""
    try:
        with open(file, "rb") as stream:
            return b'"exactpoly-parity-1"' in stream.read(100)
    except OSError:
        return False


def _is_topology(file: str) -> bool:
    """Whether the first line, packed or not, is the header of a topology certificate, which may be long."""
    import gzip
    import zlib

    try:
        with open(file, "rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
        with gzip.open(file, "rb") if packed else open(file, "rb") as stream:
            line = stream.readline(1 << 16)
            return line.startswith(b'{"about":"') or b'"format":"exactpoly-topology"' in line
    except (OSError, EOFError, zlib.error):
        return False
