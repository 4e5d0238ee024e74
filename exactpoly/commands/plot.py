"""`exactpoly plot`: draw the regions in the plane or in a plane section."""

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
    read_window,
)

if TYPE_CHECKING:
    from exactpoly.readers.reading import Reading

__all__ = ["plot"]


@click.command(short_help="Draw the regions in the plane or a plane section.")
@network_argument
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help=".svg, .png or .pdf."
)
@domain_option
@click.option(
    "--slice",
    "section",
    metavar="O;U;V",
    help='Plane to draw, x = o + s u + t v, such as "0,0,0; 1,0,0; 0,1/2,1".  [default for input '
    "dimension 3 and more: the first two axes through 0]",
)
@click.option(
    "--window",
    metavar="BOX|all",
    help='What to show, such as "[-2,2]^2"; all: every vertex.  [default: the box, or on R^d the '
    "vertices but for far outliers]",
)
@limit_options
def plot(
    net: str,
    read_as: Reading,
    output: Path,
    domain: str,
    section: str | None,
    window: str | None,
    max_cells: int | None,
    max_seconds: float | None,
    max_memory: int | None,
) -> int:
    """Draw the regions of NET in the plane or in a plane section, coloured by number of facets.

    With a plane section, --domain and --window are in its coordinates (s, t).
    """
    from exactpoly.running.interruption import Interruption

    with Interruption() as interruption:
        from exactpoly.complex.enumerate import enumerate_complex
        from exactpoly.domain import Domain
        from exactpoly.report.plane import plane_network
        from exactpoly.report.plot import check_output, draw, save
        from exactpoly.running.progress import ProgressLine

        check_folder(output, net)
        check_output(output)
        plane, cut = plane_network(load_network(net, read_as), section)
        place, shown = Domain.parse(domain, 2), read_window(window)
        with ProgressLine() as progress:
            complex_ = enumerate_complex(
                plane,
                domain=place,
                limits=make_limits(max_cells, max_seconds, max_memory),
                interrupted=interruption,
                progress=progress.subdivision,
            )
        complex_.summary()
        drawing = draw(complex_, shown, everything=window == "all")
        save(drawing, plane, cut, output)
        click.echo(
            f"{output}: {complex_.n_regions} regions"
            + ("" if complex_.complete else f", PARTIAL: {complex_.stopped}")
        )
    return 0 if complex_.complete else 2
