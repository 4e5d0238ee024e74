"""`exactpoly topology`: level, sublevel and superlevel sets with their exact homology."""

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
from exactpoly.commands.levels import (
    certificate_option,
    coefficients_option,
    component_option,
    level_option,
    read_coefficients,
    read_component,
    read_level,
)
from exactpoly.errors import InputError

if TYPE_CHECKING:
    from exactpoly.readers.reading import Reading
    from exactpoly.running.run import Run

__all__ = ["topology"]


@click.command(short_help="Level sets and their exact homology.")
@network_argument
@level_option
@domain_option
@component_option
@click.option(
    "--sets",
    default="zero,sub,super,below,above",
    show_default=True,
    metavar="NAMES",
    help="Which of the sets f = c, f <= c, f >= c (closed), f < c, f > c (open).",
)
@coefficients_option
@click.option("--components", "with_parts", is_flag=True, help="List the connected components.")
@json_option
@certificate_option
@runs()
def topology(
    net: str,
    read_as: Reading,
    level: str,
    domain: str,
    component: str | None,
    sets: str,
    coefficients: str,
    with_parts: bool,
    as_json: bool,
    output: Path | None,
    run: Run,
) -> int:
    """Compute the sets f = C, f <= C, f >= C, f < C and f > C: cells, components, Betti numbers, torsion.

    Every result is checked against itself by Euler's relation and Alexander duality. A certificate is about
    the sets that --sets names, all five if it names none.
    """
    from exactpoly.front import level_set
    from exactpoly.levelset.level import SETS
    from exactpoly.report.terminal import print_json, print_tables
    from exactpoly.running.interruption import ending
    from exactpoly.running.run import END

    names = tuple(name.strip() for name in sets.split(","))
    for name in names:
        if name not in SETS:
            raise InputError(f"--sets: {name!r} given; choose from {', '.join(SETS)}")
    if output is not None:
        check_output(output, net)
    fields = read_coefficients(coefficients)
    value = read_level(level)
    network = load_network(net, read_as)
    chosen = read_component(component, network)
    found = level_set(
        network,
        value,
        domain=domain,
        component=chosen,
        limits=run.limits,
        interrupted=run.interrupted,
        progress=run.progress,
    )
    with ending(run):
        result = found.to_json(names, fields)
        if with_parts:
            for name in names:
                parts = found.named(name).components
                result[name]["component_list"] = [part.to_json() for part in parts]
        if output is not None:
            from exactpoly.certificate.write_topology import write_topology_certificate

            write_topology_certificate(found, output, sets=names)
    run.progress(END)
    if as_json:
        print_json(result)
    else:
        from exactpoly.report.topology import component_tables, level_tables

        print_tables([*level_tables(result), *(component_tables(result) if with_parts else [])])
    return 0
