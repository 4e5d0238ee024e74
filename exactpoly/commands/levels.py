"""Options that the commands about level sets share, and how they are read."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from exactpoly.errors import InputError

if TYPE_CHECKING:
    from exactpoly.network.network import Network

__all__ = [
    "boundary_option",
    "certificate_option",
    "coefficients_option",
    "component_option",
    "level_option",
    "read_coefficients",
    "read_component",
    "read_level",
]

level_option = click.option(
    "--level",
    default="0",
    show_default=True,
    metavar="C",
    help='A rational, such as "-3/4" or 0.1.',
)
boundary_option = click.option(
    "--level",
    default="0",
    show_default=True,
    metavar="C",
    help="For networks with one output: the level of the boundary.",
)
component_option = click.option(
    "--component",
    metavar="I|I-J",
    help="Which output, numbered from 0, or the difference of two; needed if there are several.",
)
coefficients_option = click.option(
    "--coefficients",
    default="Q",
    show_default=True,
    metavar="Q,2,Z",
    help="Coefficients: Q, a prime p for Z/p, Z for torsion.",
)
certificate_option = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write a certificate for `exactpoly check`, compressed if FILE ends in .gz.",
)


def read_level(text: str) -> Fraction:
    from exactpoly.arithmetic.rational import exact_scalar

    return exact_scalar(text, "--level")


def read_component(text: str | None, network: Network) -> int | tuple[int, int] | None:
    """``i`` or ``i-j``; checked against the outputs of the network."""
    from exactpoly.levelset.forms import output_row

    component: int | tuple[int, int] | None = None
    if text is not None:
        match = re.fullmatch(r"([0-9]{1,9})(?:-([0-9]{1,9}))?", text.strip())
        if match is None:
            raise InputError(
                f"--component: {text!r} is not an output; write 0, or 0-1 for a difference"
            )
        first, second = match.groups()
        component = int(first) if second is None else (int(first), int(second))
    output_row(network, component)
    return component


def read_coefficients(text: str) -> tuple[int | Literal["Z"], ...]:
    """Characteristics in order, and "Z"."""
    from exactpoly.topology.homology import checked_field

    words = [word.strip() for word in text.split(",")]
    for word in words:
        if not re.fullmatch(r"Q|Z|[0-9]{1,9}", word):
            raise InputError(f"--coefficients: {word!r} given; write Q, Z or a prime below 10^9")
    try:
        return tuple("Z" if word == "Z" else checked_field(word) for word in words)
    except InputError as error:
        raise InputError(f"--coefficients: {error}") from error
