"""`exactpoly equal`: whether two networks are the same function."""

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

__all__ = ["equal"]


@click.command(short_help="Decide whether two networks are the same function.")
@network_argument
@click.argument("other", metavar="NET2")
@domain_option
@answer_options
@float32_option
@json_option
def equal(
    net: str,
    read_as: Reading,
    other: str,
    domain: str,
    output: Path | None,
    run: Run,
    float32: bool,
    as_json: bool,
) -> int:
    """Decide whether NET and NET2 are the same function on a domain.

    If they differ (exit code 4), print the largest difference and where it occurs; on R^d, a point where
    they differ. If a limit ends the run, print bounds (exit code 2).
    """
    import exactpoly.front as front

    first, second = load_network(net, read_as), load_network(other, read_as)
    answer = put(
        lambda **flags: front.equal(first, second, domain=domain, float32=float32, **flags),
        run,
    )
    return deliver(answer, output, as_json=as_json, bad=("different",))
