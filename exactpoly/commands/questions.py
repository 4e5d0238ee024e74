"""What prove, range, radius, lipschitz, equal and monotone have in common on the command line."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from exactpoly.commands.arguments import check_output, in_options, memory_option

if TYPE_CHECKING:
    from exactpoly.properties.answer import Answer

__all__ = ["answer_options", "deliver", "float32_option", "run"]

Command = TypeVar("Command", bound=Callable[..., Any])

PARTIAL, REFUTED = 2, 4

_WRITTEN, _READ = ("output", "network_file", "witness_file"), ("net", "other", "property_file")


float32_option = click.option(
    "--float32",
    is_flag=True,
    help="Tell too what holds of float32 evaluation, in any order of summation.",
)


def answer_options(command: Command) -> Command:
    """Where the certificate goes, which is looked at before any work, and when to stop."""

    @wraps(command)
    def checked(*arguments: Any, **named: Any) -> Any:
        written = [named[name] for name in _WRITTEN if named.get(name) is not None]
        read = [named[name] for name in _READ if named.get(name) is not None]
        for place, path in enumerate(written):
            check_output(path, *read, *written[:place])
        return command(*arguments, **named)

    asking = cast(Command, checked)
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
        asking = option(asking)
    return asking


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

    try:
        if network_file is not None:
            write_network(answer.networks[0], network_file)
        if output is not None:
            answer.save(output, network=network_file is None)
    finally:  # A certificate that cannot be written costs nobody the answer.
        if answer.stopped is not None:
            answer.stopped = in_options(answer.stopped)
        if as_json:
            print_json(answer.to_json())
        else:
            print_tables([answer_table(answer, output)])
    if answer.partial:
        return PARTIAL
    return REFUTED if answer.verdict in bad else 0
