"""`exactpoly persistence`: exact persistence pairs and critical points of the sublevel sets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from exactpoly.commands.arguments import (
    check_output,
    domain_option,
    json_option,
    load_network,
    network_argument,
    runs,
)
from exactpoly.commands.levels import certificate_option, component_option, read_component

if TYPE_CHECKING:
    from exactpoly.readers.reading import Reading
    from exactpoly.running.run import Run

__all__ = ["persistence"]


@click.command(short_help="Persistence and critical points of sublevel sets.")
@network_argument
@domain_option
@component_option
@json_option
@certificate_option
@runs()
def persistence(
    net: str,
    read_as: Reading,
    domain: str,
    component: str | None,
    as_json: bool,
    output: Path | None,
    run: Run,
) -> int:
    """Compute how the sets f <= t change with t: pairs (birth, death) over Z/2 and H-critical pieces.

    Values at infinity on R^d are p + M q, where M is larger than every number.
    """
    from exactpoly.front import persistence as persist
    from exactpoly.report.terminal import print_json, print_tables
    from exactpoly.report.topology import persistence_tables
    from exactpoly.running.interruption import ending
    from exactpoly.running.run import END

    if output is not None:
        check_output(output, net)
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
        if output is not None:
            from exactpoly.certificate.write_topology import write_topology_certificate

            write_topology_certificate(found, output)
    run.progress(END)
    if as_json:
        print_json(result)
    else:
        print_tables(persistence_tables(result))
    return 0
