"""`exactpoly report`: all that is known about a network as one HTML file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from exactpoly.commands.arguments import (
    check_folder,
    domain_option,
    limit_options,
    load_network,
    make_limits,
    network_argument,
)
from exactpoly.errors import InputError

if TYPE_CHECKING:
    from exactpoly.readers.reading import Reading

__all__ = ["report"]


@click.command(short_help="Pictures, counts, theorems, topology: one HTML file.")
@network_argument
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="The .html to write."
)
@domain_option
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="X.csv",
    help="Points to show, one a line, the class in a last column.",
)
@click.option("--axes", metavar="I,J[,K]", help="The inputs that pictures show, from 0.")
@click.option(
    "--through",
    metavar="X0,X1,..",
    help="The point that sections go through.  [default: the middle of the data or domain, else 0]",
)
@click.option("--names", metavar="A,B,..", help="Names of the inputs.")
@click.option("--level", default="0", show_default=True, metavar="C", help="With one output.")
@click.option(
    "--property",
    "properties",
    multiple=True,
    metavar="P.vnnlib",
    help="A property to prove or refute; may be given several times.",
)
@click.option(
    "--certificate",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the certificate too, compressed if it ends in .gz.",
)
@limit_options
def report(
    net: str,
    read_as: Reading,
    output: Path,
    domain: str,
    data: Path | None,
    axes: str | None,
    through: str | None,
    names: str | None,
    level: str,
    properties: tuple[str, ...],
    certificate: Path | None,
    max_cells: int | None,
    max_seconds: float | None,
    max_memory: int | None,
) -> int:
    """Write a report on NET: one HTML file that works offline and by mail.

    It has the complex to turn and to pull apart, the decision boundary, counts, verdicts on theorems,
    topology, properties, the digest of the certificate, and the command behind each number.
    """
    from exactpoly.running.interruption import Interruption

    with Interruption() as interruption:
        from exactpoly.reporting import write_report
        from exactpoly.running.progress import ProgressLine

        inputs = [net, *properties, *([str(data)] if data else [])]
        check_folder(output, *inputs)
        if certificate is not None:
            check_folder(certificate, *inputs)
        network = load_network(net, read_as)
        with ProgressLine() as progress:
            found = write_report(
                network,
                output,
                domain=domain,
                data=data,
                axes=None if axes is None else _whole_numbers(axes),
                through=None if through is None else through.split(","),
                names=None if names is None else names.split(","),
                level=level,
                properties=properties,
                certificate=certificate,
                limits=make_limits(max_cells, max_seconds, max_memory),
                interrupted=interruption,
                progress=progress.subdivision,
                called=net,
            )
        complete = found.complex.complete
        partial = "" if complete else f", PARTIAL: {found.complex.stopped}"
        size = output.stat().st_size
        click.echo(f"{output}: {found.complex.n_regions} regions, {size / 1e6:.2f} MB{partial}")
    undecided = any(reply.verdict == "partial" for reply in found.replies)
    return 2 if undecided or not complete else 0


def _whole_numbers(text: str) -> list[int]:
    try:
        return [int(word) for word in text.split(",")]
    except ValueError:
        raise InputError(f"--axes: {text!r} given; write numbers of inputs such as 0,2") from None
