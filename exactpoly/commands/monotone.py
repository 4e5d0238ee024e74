"""`exactpoly monotone`: whether an output grows with an input."""

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

__all__ = ["monotone"]


@click.command(short_help="Decide whether an output is nondecreasing in an input.")
@network_argument
@click.option("--input", "axis", type=click.IntRange(0), required=True, metavar="J", help="Input.")
@click.option(
    "--component", type=click.IntRange(0), default=0, show_default=True, metavar="I", help="Output."
)
@domain_option
@answer_options
@json_option
def monotone(
    net: str,
    read_as: Reading,
    axis: int,
    component: int,
    domain: str,
    output: Path | None,
    run: Run,
    as_json: bool,
) -> int:
    """Decide whether an output of NET is nondecreasing in an input.

    Prints yes, or no with two points (exit code 4), and the least and the greatest slope. If a limit ends
    the run, prints bounds (exit code 2).
    """
    import exactpoly.front as front

    network = load_network(net, read_as)
    answer = put(
        lambda **flags: front.monotone(network, axis, component, domain=domain, **flags),
        run,
    )
    return deliver(answer, output, as_json=as_json, bad=("no",))
