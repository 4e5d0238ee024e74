"""`exactpoly eval`: evaluate exactly at a point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from exactpoly.commands.arguments import (
    POINT_SETTINGS,
    json_option,
    load_network,
    network_argument,
    point_argument,
    read_point,
    runs,
)

if TYPE_CHECKING:
    from exactpoly.readers.reading import Reading
    from exactpoly.running.run import Run

__all__ = ["evaluate"]


@click.command("eval", short_help="Evaluate exactly at a point.", context_settings=POINT_SETTINGS)
@network_argument
@point_argument
@json_option
@runs(cells=False)
def evaluate(net: str, read_as: Reading, point: str, as_json: bool, run: Run) -> None:
    """Evaluate NET exactly at POINT, such as "1/3,-2,0.5", or @FILE with the numbers in a file."""
    from exactpoly.report.details import evaluation_json, evaluation_table
    from exactpoly.report.terminal import print_json, print_tables
    from exactpoly.running.interruption import ending

    with ending(run):
        network = load_network(net, read_as)
        place = read_point(point, network)
        told = evaluation_json(network, place) if as_json else {}
        tables = [] if as_json else [evaluation_table(network, place)]
    if as_json:
        print_json(told)
    else:
        print_tables(tables)
