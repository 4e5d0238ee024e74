"""`exactpoly prove`: a VNN-LIB property, proved or refuted exactly."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from exactpoly.commands.arguments import json_option, load_network, network_argument
from exactpoly.commands.questions import answer_options, deliver, run

if TYPE_CHECKING:
    from exactpoly.readers.reading import Reading

__all__ = ["prove"]


@click.command(short_help="Prove or refute a VNN-LIB property, exactly.")
@network_argument
@click.argument("property_file", metavar="PROPERTY.vnnlib")
@answer_options
@click.option(
    "--network",
    "network_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the exact network to FILE, and only its digest into the certificate.",
)
@json_option
def prove(
    net: str,
    read_as: Reading,
    property_file: str,
    output: Path | None,
    max_seconds: float | None,
    max_memory: int | None,
    network_file: Path | None,
    as_json: bool,
) -> int:
    """Whether a point satisfies all assertions of PROPERTY.vnnlib, about the exact network in NET.

    unsat (exit code 0): there is none, and the certificate proves it. sat (exit code 4): a rational
    point. partial (exit code 2): a limit came first.
    """
    import exactpoly.front as front
    from exactpoly.readers.vnnlib import read_vnnlib

    network = load_network(net, read_as)
    asked = read_vnnlib(property_file)
    answer = run(
        lambda **flags: front.prove(network, asked, **flags),
        max_seconds,
        max_memory,
    )
    return deliver(answer, output, network_file, as_json=as_json, bad=("sat",))
