"""`exactpoly radius`: the exact robustness radius at a point."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from exactpoly.commands.arguments import (
    POINT_SETTINGS,
    domain_option,
    json_option,
    load_network,
    network_argument,
    point_argument,
    read_point,
)
from exactpoly.commands.questions import answer_options, deliver, put

if TYPE_CHECKING:
    from exactpoly.readers.reading import Reading
    from exactpoly.running.run import Run

__all__ = ["radius"]


@click.command(
    short_help="The exact robustness radius at a point.", context_settings=POINT_SETTINGS
)
@network_argument
@point_argument
@click.option(
    "--norm",
    type=click.Choice(["linf", "l1"]),
    default="linf",
    show_default=True,
    help="Norm that measures the distance.",
)
@click.option(
    "--class",
    "label",
    type=click.IntRange(0),
    metavar="I",
    help="The class.  [default: that of the point]",
)
@domain_option
@answer_options
@json_option
def radius(
    net: str,
    read_as: Reading,
    point: str,
    norm: str,
    label: int | None,
    domain: str,
    output: Path | None,
    run: Run,
    as_json: bool,
) -> int:
    """Compute the exact distance from POINT to the nearest point where another class ties.

    POINT is as for eval. If a limit ends the run, prints certified bounds (exit code 2).
    """
    import exactpoly.front as front

    network = load_network(net, read_as)
    place = read_point(point, network)
    answer = put(
        lambda **flags: front.radius(
            network, place, norm=norm, label=label, domain=domain, **flags
        ),
        run,
    )
    return deliver(answer, output, as_json=as_json)
