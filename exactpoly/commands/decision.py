"""`exactpoly decision`: class regions and the decision boundary with their exact homology."""

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
from exactpoly.commands.levels import certificate_option, coefficients_option, read_coefficients

if TYPE_CHECKING:
    from exactpoly.readers.reading import Reading
    from exactpoly.running.run import Run

__all__ = ["decision"]


@click.command(short_help="Class regions, the decision boundary, ties, and their homology.")
@network_argument
@domain_option
@coefficients_option
@json_option
@certificate_option
@runs()
def decision(
    net: str,
    read_as: Reading,
    domain: str,
    coefficients: str,
    as_json: bool,
    output: Path | None,
    run: Run,
) -> int:
    """Compute the class regions, the decision boundary and ties, with their homology.

    Class i is the closed set where output i is a largest one. The boundary is where more than one is.
    """
    from exactpoly.front import decision as decide
    from exactpoly.report.terminal import print_json, print_tables
    from exactpoly.report.topology import decision_tables
    from exactpoly.running.interruption import ending
    from exactpoly.running.run import END

    if output is not None:
        check_output(output, net)
    fields = read_coefficients(coefficients)
    network = load_network(net, read_as)
    found = decide(
        network,
        domain=domain,
        limits=run.limits,
        interrupted=run.interrupted,
        progress=run.progress,
    )
    with ending(run):
        result = found.to_json(fields)
        if output is not None:
            from exactpoly.certificate.write_topology import write_topology_certificate

            write_topology_certificate(found, output)
    run.progress(END)
    if as_json:
        print_json(result)
    else:
        print_tables(decision_tables(result))
    return 0
