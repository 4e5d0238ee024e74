"""`exactpoly lipschitz`: the exact Lipschitz constant of an output."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from exactpoly.commands.arguments import (
    domain_option,
    json_option,
    load_network,
    network_argument,
)
from exactpoly.commands.questions import answer_options, deliver, put

if TYPE_CHECKING:
    from exactpoly.readers.reading import Reading
    from exactpoly.running.run import Run

__all__ = ["lipschitz"]


@click.command(short_help="The exact Lipschitz constant of an output.")
@network_argument
@click.option(
    "--component", type=click.IntRange(0), default=0, show_default=True, metavar="I", help="Output."
)
@click.option(
    "--norm",
    type=click.Choice(["linf", "l1", "l2"]),
    default="linf",
    show_default=True,
    help="Norm of the input; for l2 the square of the constant is printed.",
)
@domain_option
@answer_options
@json_option
def lipschitz(
    net: str,
    read_as: Reading,
    component: int,
    norm: str,
    domain: str,
    output: Path | None,
    run: Run,
    as_json: bool,
) -> int:
    """Compute the Lipschitz constant of an output of NET, and a point of a region that attains it.

    If a limit ends the run, prints certified bounds (exit code 2).
    """
    import exactpoly.front as front

    network = load_network(net, read_as)
    answer = put(
        lambda **flags: front.lipschitz(network, component, norm=norm, domain=domain, **flags),
        run,
    )
    return deliver(answer, output, as_json=as_json)
