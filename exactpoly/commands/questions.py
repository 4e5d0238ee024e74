"""What prove, range, radius, lipschitz, equal and monotone have in common on the command line."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from exactpoly.commands.arguments import check_output, in_options, runs

if TYPE_CHECKING:
    from exactpoly.properties.answer import Answer
    from exactpoly.running.limits import Limits
    from exactpoly.running.run import Run

__all__ = ["answer_options", "deliver", "float32_option", "put"]

Command = TypeVar("Command", bound=Callable[..., Any])

PARTIAL, REFUTED = 2, 4

_WRITTEN, _READ = ("output", "network_file", "witness_file"), ("net", "other", "property_file")


float32_option = click.option(
    "--float32",
    is_flag=True,
    help="Also say what holds for evaluation in float32, in any order of summation.",
)


def answer_options(command: Command) -> Command:
    """Where the certificate goes, which is looked at before any work, and the run: see `runs`."""

    @wraps(command)
    def checked(*arguments: Any, **named: Any) -> Any:
        written = [named[name] for name in _WRITTEN if named.get(name) is not None]
        read = [named[name] for name in _READ if named.get(name) is not None]
        for place, path in enumerate(written):
            check_output(path, *read, *written[:place])
        return command(*arguments, **named)

    output = click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Write the certificate; compressed if FILE ends in .gz.",
    )
    asking = runs(cells=False, workers=True, checkpoint=True)(checked)
    return cast(Command, output(asking))


def put(question: Callable[..., Answer], run: Run) -> Answer:
    """Ask within the limits of a run; the first Ctrl-C ends it with what is certain by then."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        return question(
            limits=_left(run),
            interrupted=run.interrupted,
            progress=run.progress,
            checkpoint=run.checkpoint,
            executor=run.executor,
            workers=run.workers,
        )


def _left(run: Run) -> Limits:
    """The limits of a run, less the whole seconds in which the files were read."""
    spent, most = int(time.monotonic() - run.started), run.limits.max_seconds
    return replace(run.limits, max_seconds=max(0.0, most - spent)) if most else run.limits


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
