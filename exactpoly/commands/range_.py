"""`exactpoly range`: exact extrema of an output, or of a functional."""

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
from exactpoly.commands.questions import answer_options, deliver, float32_option, put

if TYPE_CHECKING:
    from exactpoly.readers.reading import Reading
    from exactpoly.running.run import Run

__all__ = ["range_"]


@click.command("range", short_help="The exact range of an output on a domain.")
@network_argument
@click.option("--component", type=click.IntRange(0), metavar="I", help="The output.  [default: 0]")
@click.option(
    "--functional",
    metavar="EXPR",
    help="A linear function such as Y_0-Y_1 or 2*Y_0+X_1, instead of one output.",
)
@domain_option
@answer_options
@float32_option
@json_option
def range_(
    net: str,
    read_as: Reading,
    component: int | None,
    functional: str | None,
    domain: str,
    output: Path | None,
    run: Run,
    float32: bool,
    as_json: bool,
) -> int:
    """Compute the least and the greatest value of an output of NET on a domain, and where they occur.

    If a limit ends the run, prints certified bounds lower and upper (exit code 2).
    """
    import exactpoly.front as front
    from exactpoly.errors import InputError

    if component is not None and functional is not None:
        raise InputError("--component and --functional: give one of the two")
    network = load_network(net, read_as)
    asked = functional or f"Y_{component or 0}"
    answer = put(
        lambda **flags: front.range(network, asked, domain=domain, float32=float32, **flags),
        run,
    )
    return deliver(answer, output, as_json=as_json)
