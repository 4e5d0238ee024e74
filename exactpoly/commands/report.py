"""`exactpoly report`: all that is known about a network as one HTML file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from exactpoly.commands.arguments import (
    check_output,
    domain_option,
    in_options,
    load_network,
    network_argument,
    runs,
)
from exactpoly.commands.levels import boundary_option
from exactpoly.errors import InputError

if TYPE_CHECKING:
    from exactpoly.readers.reading import Reading
    from exactpoly.running.run import Run

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
    help="Points to show, one per line, with the class in a last column.",
)
@click.option("--axes", metavar="I,J[,K]", help="Inputs that pictures show, numbered from 0.")
@click.option(
    "--through",
    metavar="X0,X1,..",
    help="The point that sections go through.  [default: the middle of the data or domain, else 0]",
)
@click.option("--names", metavar="A,B,..", help="Names of the inputs.")
@boundary_option
@click.option(
    "--property",
    "properties",
    multiple=True,
    metavar="P.vnnlib",
    help="A property to prove or refute; may be repeated.",
)
@click.option(
    "--certificate",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write the certificate, compressed if FILE ends in .gz.",
)
@runs()
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
    run: Run,
) -> int:
    """Write a report on NET: one HTML file that works offline and by mail.

    It has the complex to turn and to pull apart, the decision boundary, counts, verdicts on theorems,
    topology, properties, the digest of the certificate, and the command behind each number.
    """
    from exactpoly.complex.enumerate import enumerate_complex
    from exactpoly.domain import Domain
    from exactpoly.reporting import report_on
    from exactpoly.running.interruption import ending
    from exactpoly.running.run import END

    inputs = [net, *properties, *([str(data)] if data else [])]
    check_output(output, *inputs)
    if certificate is not None:
        check_output(certificate, *inputs)
    shown = None if axes is None else _whole_numbers(axes)
    with ending(run):
        network = load_network(net, read_as)
    place = Domain.parse(domain, network.input_dimension)
    complex_ = enumerate_complex(network, domain=place, run=run)
    with ending(run):
        found = report_on(
            complex_,
            output,
            data=data,
            axes=shown,
            through=None if through is None else through.split(","),
            names=None if names is None else names.split(","),
            level=level,
            properties=properties,
            certificate=certificate,
            called=net,
            run=run,
        )
    run.progress(END)
    stopped = "" if complex_.complete else f", PARTIAL: {in_options(str(complex_.stopped))}"
    size = output.stat().st_size
    plural = "" if complex_.n_regions == 1 else "s"
    click.echo(f"{output}: {complex_.n_regions} region{plural}, {size / 1e6:.2f} MB{stopped}")
    undecided = any(reply.verdict == "partial" for reply in found.replies)
    return 2 if undecided or not complex_.complete else 0


def _whole_numbers(text: str) -> list[int]:
    try:
        return [int(word) for word in text.split(",")]
    except ValueError:
        raise InputError(f"--axes: {text!r} given; write numbers of inputs such as 0,2") from None
