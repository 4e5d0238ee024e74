"""`exactpoly plot`: draw the regions in the plane or in a plane section."""

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
    read_window,
    runs,
)

if TYPE_CHECKING:
    from exactpoly.complex.complex import Complex
    from exactpoly.readers.reading import Reading
    from exactpoly.report.plane import PlaneSection, Window
    from exactpoly.running.run import Run

__all__ = ["plot"]

COLOURINGS = ("facets", "class", "output", "bounded", "row")


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
@click.option(
    "--color",
    type=click.Choice(COLOURINGS),
    help="Draw one map with this colouring.  [default: by facets, with a histogram]",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="X.csv",
    help="Points to draw on top, one per line, with the class in a last column.",
)
@click.option("--dark", is_flag=True, help="Colours for a dark background.")
@runs()
def plot(
    net: str,
    read_as: Reading,
    output: Path,
    domain: str,
    section: str | None,
    window: str | None,
    color: str | None,
    data: Path | None,
    dark: bool,
    run: Run,
) -> int:
    """Draw the regions of NET in the plane or in a plane section.

    --color class shows the decision boundary and which output is largest, or the sign of a single output.
    --data draws points on top and, without --color, implies --color class. With a plane section, --domain
    and --window are in its coordinates (s, t).
    """
    from exactpoly.complex.enumerate import enumerate_complex
    from exactpoly.domain import Domain
    from exactpoly.report.plane import plane_network
    from exactpoly.report.plot import check_format, draw, save
    from exactpoly.running.interruption import ending

    check_output(output, net, *([] if data is None else [data]))
    check_format(output)
    with ending(run):
        plane, cut = plane_network(load_network(net, read_as), section)
    place, shown = Domain.parse(domain, 2), read_window(window)
    complex_ = enumerate_complex(plane, domain=place, run=run)
    with ending(run):
        complex_.summary()
        if color or data or dark:
            one_map(
                complex_, output, color, data, shown, cut, everything=window == "all", dark=dark
            )
            return _said(output, complex_, run)
        drawing = draw(complex_, shown, everything=window == "all")
        save(drawing, plane, cut, output)
    return _said(output, complex_, run)


def one_map(
    complex_: Complex,
    output: Path,
    color: str | None,
    data: Path | None,
    window: Window | None,
    section: PlaneSection | None,
    *,
    everything: bool,
    dark: bool,
) -> None:
    """Draw one map in place of the map with its histogram."""
    from exactpoly.report.picture import plot as draw_map
    from exactpoly.report.plane import default_window
    from exactpoly.report.points import Points

    points = None if data is None else Points.read(data, 2)
    draw_map(
        complex_,
        color or ("facets" if data is None else "class"),
        data=None if points is None else points.points,
        labels=None if points is None else [points.names[i] for i in points.labels],
        window=default_window(complex_, everything=True) if everything else window,
        names=None if section is None else ("s", "t"),
        theme="dark" if dark else "light",
        save=output,
    )


def _said(output: Path, complex_: Complex, run: Run) -> int:
    from exactpoly.running.run import END

    run.progress(END)
    stopped = "" if complex_.complete else f", PARTIAL: {in_options(str(complex_.stopped))}"
    plural = "" if complex_.n_regions == 1 else "s"
    click.echo(f"{output}: {complex_.n_regions} region{plural}{stopped}")
    return 0 if complex_.complete else 2
