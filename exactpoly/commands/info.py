"""`exactpoly info`: what was read from a file, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from exactpoly.commands.arguments import json_option, load_network, network_argument, runs

if TYPE_CHECKING:
    from exactpoly.readers.reading import Reading
    from exactpoly.running.run import Run

__all__ = ["info"]


@click.command(short_help="Show layers, units and digest, and how NET was read.")
@network_argument
@json_option
@runs(cells=False)
def info(net: str, read_as: Reading, as_json: bool, run: Run) -> None:
    """Show the layers, units and digest of NET, and how the file was read."""
    from exactpoly.report.details import info_json, info_table
    from exactpoly.report.terminal import print_json, print_tables
    from exactpoly.running.interruption import ending

    with ending(run):
        network = load_network(net, read_as)
        told, tables = info_json(network), info_table(network)
    if as_json:
        print_json(told)
    else:
        print_tables(tables)
