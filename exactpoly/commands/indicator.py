"""`exactpoly indicator`: a network that is 1 exactly on a given union of simplices."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from exactpoly.commands.arguments import runs

if TYPE_CHECKING:
    from exactpoly.running.run import Run

__all__ = ["indicator"]


@click.command(short_help="Build a network that is 1 exactly on given simplices, and verify it.")
@click.argument("shape", metavar="SHAPE")
@click.option(
    "--slope",
    default="16",
    show_default=True,
    metavar="S",
    help="How steeply the function falls to 0, in barycentric coordinates of the simplices.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the network as JSON.")
@runs()
def indicator(
    shape: str,
    slope: str,
    output: Path | None,
    run: Run,
) -> int:
    """Build a network f that is 1 exactly on the simplices in SHAPE, and verify it.

    SHAPE is a file in the OBJ format: points, segments, triangles, tetrahedra in any R^d. The homology of
    {f = 1} is compared with that of the simplices as an abstract complex, and that of {f >= 1/2} is
    printed too. If a limit ends the verification, the network is written all the same (exit code 2).
    """
    from exactpoly.arithmetic.rational import exact_scalar
    from exactpoly.readers.json_format import write_json
    from exactpoly.readers.simplices import read_simplices
    from exactpoly.running.files import check_input, check_output
    from exactpoly.running.interruption import ending
    from exactpoly.running.run import Stopped
    from exactpoly.theory.constructions import verify_indicator
    from exactpoly.theory.indicator import SimplicialComplex, indicator_network

    steepness = exact_scalar(slope, "slope")
    check_input(shape)
    if output is not None:
        check_output(output, shape)
    simplices = SimplicialComplex.of(*read_simplices(shape), where=shape)
    network = indicator_network(simplices, steepness)
    try:
        with ending(run):
            verified = verify_indicator(network, simplices, run)
    except Stopped:
        verified = None
    widths = "-".join(map(str, network.widths))
    click.echo(f"{network.name}, widths {widths}")
    click.echo(verified or "NOT VERIFIED: stopped before the end")
    if output is not None:
        write_json(network, output)
        click.echo(f"wrote {output}")
    return 0 if verified else 2
