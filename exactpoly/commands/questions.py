"""What prove, range, radius, lipschitz, equal and monotone have in common on the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from exactpoly.commands.arguments import check_output, memory_option

if TYPE_CHECKING:
    from exactpoly.properties.answer import Answer

__all__ = ["answer_options", "deliver", "run"]

Command = TypeVar("Command", bound=Callable[..., Any])

PARTIAL, REFUTED = 2, 4


def answer_options(command: Command) -> Command:
    """Where the certificate goes, and when to stop."""
    for option in reversed(
        (
            click.option(
                "-o",
                "--output",
                type=click.Path(path_type=Path),
                metavar="FILE",
                help="Write the certificate; compressed if FILE ends in .gz.",
            ),
            click.option(
                "--max-seconds",
                type=click.FloatRange(min=0),
                metavar="S",
                help="Stop after this time.",
            ),
            memory_option,
        )
    ):
        command = option(command)
    return command


def run(
    question: Callable[..., Answer], max_seconds: float | None, max_memory: int | None
) -> Answer:
    """Ask within limits; the first Ctrl-C ends the run with what is certain by then."""
    from threadpoolctl import threadpool_limits

    from exactpoly.running.interruption import Interruption
    from exactpoly.running.limits import Limits
    from exactpoly.running.progress import ProgressLine
    from exactpoly.running.run import Progress

    limits = Limits(max_seconds=max_seconds, max_memory=max_memory)
    with ProgressLine() as line, Interruption() as interruption, threadpool_limits(1):
        return question(
            limits=limits,
            interrupted=interruption,
            progress=lambda left: line(Progress("open parts", left)),
        )


def deliver(
    answer: Answer,
    output: Path | None,
    network_file: Path | None = None,
    *,
    as_json: bool,
    bad: tuple[str, ...] = (),
) -> int:
    """Write the certificate, print the answer, choose the exit code."""
    from exactpoly.properties.answer import write_network
    from exactpoly.report.properties import answer_table
    from exactpoly.report.terminal import print_json, print_tables

    if network_file is not None:
        check_output(network_file)
        write_network(answer.networks[0], network_file)
    if output is not None:
        check_output(output)
        answer.save(output, network=network_file is None)
    if as_json:
        print_json(answer.to_json())
    else:
        print_tables([answer_table(answer, output)])
    if answer.partial:
        return PARTIAL
    return REFUTED if answer.verdict in bad else 0
