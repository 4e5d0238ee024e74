"""`exactpoly film`: a slider over networks, such as snapshots of a training, in one HTML file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from exactpoly.commands.arguments import check_output, load_network, reading_options, runs
from exactpoly.commands.levels import boundary_option

if TYPE_CHECKING:
    from exactpoly.readers.reading import Reading
    from exactpoly.running.run import Run

__all__ = ["film"]


@click.command(short_help="A slider over networks in the plane: one HTML file.")
@click.argument("nets", metavar="NET...", nargs=-1, required=True)
@reading_options
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="The .html to write."
)
@click.option("--window", metavar="BOX", help='What to show, such as "[-2,2]^2".')
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="X.csv",
    help="Points to show, one per line, with the class in a last column.",
)
@click.option("--names", metavar="A,B", help="Names of the inputs.")
@boundary_option
@click.option("--title", default="A film of networks", show_default=True)
@runs(limits=False)
def film(
    nets: tuple[str, ...],
    read_as: Reading,
    output: Path,
    window: str | None,
    data: Path | None,
    names: str | None,
    level: str,
    title: str,
    run: Run,
) -> int:
    """Write a film of networks with two inputs: regions and decision boundary, in the order given."""
    from exactpoly.reporting import write_film
    from exactpoly.running.interruption import ending
    from exactpoly.running.run import END

    check_output(output, *nets, *([] if data is None else [data]))
    with ending(run):
        networks = [load_network(net, read_as) for net in nets]
        write_film(
            networks,
            output,
            captions=[Path(net).stem for net in nets],
            window=window,
            data=data,
            names=None if names is None else names.split(","),
            level=level,
            title=title,
        )
    run.progress(END)
    count = "1 network" if len(nets) == 1 else f"{len(nets)} networks"
    click.echo(f"{output}: {count}, {output.stat().st_size / 1e6:.2f} MB")
    return 0
