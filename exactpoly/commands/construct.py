"""`exactpoly construct`: networks that theorems speak of, built exactly and verified."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from exactpoly.commands.arguments import check_output, runs

if TYPE_CHECKING:
    from exactpoly.running.run import Run

__all__ = ["construct"]


@click.command(short_help="Build a network from a proof, and verify it.")
@click.argument("name", metavar="NAME")
@click.argument("numbers", metavar="NUMBERS")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the network as JSON.")
@click.option(
    "--certificate",
    type=click.Path(path_type=Path),
    help="Write the certificate of its complex, compressed if FILE ends in .gz.",
    metavar="FILE",
)
@runs()
def construct(
    name: str, numbers: str, output: Path | None, certificate: Path | None, run: Run
) -> None:
    """Build the construction NAME with the parameters NUMBERS and verify its purpose exactly.

    \b
    montufar D,N1,..     as many linear regions as the lower bound says
    cyclic D,N           a region with N facets and as many vertices as possible
    separation M         separates a polygon of 2^(M+1) edges with width 4
    slabs N1,N2,..       slices of a cube: 2 more facets with every layer
    folded M,N1,..       such slices on R^3: mean number of facets above 2d
    prisms D,N1,..       thin prisms in [0,1]^D: near the sharp bound in a box
    folded-prisms D,M,N1,..  prisms in M^D cubes: near the sharp bound on R^D
    few-neurons D        2D+1 neurons, mean number of facets above 2D; D = 3, 4
    """
    from exactpoly.arithmetic.rational import exact_integer
    from exactpoly.readers.json_format import write_json
    from exactpoly.running.interruption import ending
    from exactpoly.theory.constructions import construct as build

    values = [exact_integer(word, f"numbers[{i}]") for i, word in enumerate(numbers.split(","))]
    if output is not None:
        check_output(output)
    if certificate is not None:
        check_output(certificate, *([] if output is None else [output]))
    with ending(run):
        built = build(name, values, run=run)
    widths = "-".join(str(n) for n in built.network.widths)
    click.echo(
        f"{built.network.name}, widths {widths}, on {built.complex.domain}: {built.verified}"
    )
    if output is not None:
        write_json(built.network, output)
        click.echo(f"wrote {output}")
    if certificate is not None:
        from exactpoly.certificate.write import write_certificate

        with ending(run):
            write_certificate(built.complex, certificate)
        click.echo(f"wrote {certificate}")
