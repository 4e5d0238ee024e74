"""`exactpoly persistence`: exact persistence pairs and critical points of the sublevel sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from exactpoly.commands.arguments import (
    domain_option,
    json_option,
    load_network,
    network_argument,
    runs,
)
from exactpoly.commands.levels import component_option, read_component

if TYPE_CHECKING:
    from exactpoly.readers.reading import Reading
    from exactpoly.running.run import Run

__all__ = ["persistence"]


@click.command(short_help="Persistence and critical points of sublevel sets.")
@network_argument
@domain_option
@component_option
@json_option
@runs()
def persistence(
    net: str,
    read_as: Reading,
    domain: str,
    component: str | None,
    as_json: bool,
    run: Run,
) -> int:
    """How the closed sets f <= t change with t: pairs (birth, death) over Z/2 and H-critical pieces.

    Values at infinity on R^d are p + M q, where M is larger than every number.
    """
    from exactpoly.front import persistence as persist
    from exactpoly.report.terminal import print_json, print_tables
    from exactpoly.report.topology import persistence_tables
    from exactpoly.running.interruption import ending
    from exactpoly.running.run import END

    network = load_network(net, read_as)
    chosen = read_component(component, network)
    found = persist(
        network,
        domain=domain,
        component=chosen,
        limits=run.limits,
        interrupted=run.interrupted,
        progress=run.progress,
    )
    with ending(run):
        result = found.to_json()
    run.progress(END)
    if as_json:
        print_json(result)
    else:
        print_tables(persistence_tables(result))
    return 0
