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
)

if TYPE_CHECKING:
    from exactpoly.readers.reading import Reading

__all__ = ["evaluate"]


@click.command("eval", short_help="Evaluate exactly at a point.", context_settings=POINT_SETTINGS)
@network_argument
@point_argument
@json_option
def evaluate(net: str, read_as: Reading, point: str, as_json: bool) -> None:
    """Evaluate NET exactly at POINT, such as "1/3,-2,0.5", or @FILE with the numbers in a file."""
    from exactpoly.report.details import evaluation_json, evaluation_table
    from exactpoly.report.terminal import print_json, print_tables

    network = load_network(net, read_as)
    place = read_point(point, network)
    if as_json:
        print_json(evaluation_json(network, place))
    else:
        print_tables([evaluation_table(network, place)])
