"""`exactpoly region`: the one region around a point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from exactpoly.commands.arguments import (
    POINT_SETTINGS,
    domain_option,
    json_option,
    load_network,
    network_argument,
    point_argument,
    read_point,
    runs,
)

if TYPE_CHECKING:
    from exactpoly.local.region import LocalRegion
    from exactpoly.readers.reading import Reading
    from exactpoly.running.run import Run

__all__ = ["region"]


@click.command(short_help="The region around one point.", context_settings=POINT_SETTINGS)
@network_argument
@point_argument
@domain_option
@click.option(
    "--vertices/--no-vertices",
    default=None,
    help="Whether to compute the vertices.  [default: only if there cannot be many]",
)
@json_option
@runs(cells=False)
def region(
    net: str,
    read_as: Reading,
    point: str,
    domain: str,
    vertices: bool | None,
    as_json: bool,
    run: Run,
) -> None:
    """Show the region of NET around POINT: signs, exact facets, vertices, affine map.

    The other regions are not enumerated, so NET may be large. POINT is as for eval. If it is on a boundary,
    the output says so and shows one of the regions that meet there.
    """
    from exactpoly.domain import Domain
    from exactpoly.local.region import region_at
    from exactpoly.report.details import region_json, region_table, vertices_wanted
    from exactpoly.report.terminal import print_json, print_tables
    from exactpoly.running.interruption import ending
    from exactpoly.running.run import END, Progress

    with ending(run):
        network = load_network(net, read_as)
    place = read_point(point, network)
    with ending(run):
        result = region_at(
            network,
            place,
            Domain.parse(domain, network.input_dimension),
            progress=lambda done, total: run.progress(Progress("inequalities", done, total)),
        )
    no_vertices = vertices_wanted(result, vertices)
    if vertices:  # Unasked, they are not many.
        result = _with_vertices(result, run)
    run.progress(END)
    if as_json:
        print_json(region_json(result, no_vertices))
    else:
        print_tables(region_table(result, no_vertices))


def _with_vertices(result: LocalRegion, run: Run) -> LocalRegion:
    """The region with its vertices made, in a process of its own: their number may be beyond all time."""
    from exactpoly.running.apart import apart

    def work(should_stop: object, progress: object) -> LocalRegion:
        _ = result.vertices, result.rays, result.lines  # Each is kept once made.
        return result

    made, _ = apart(work, run)
    return made
