"""`exactpoly study run FILE` and `exactpoly study show RESULT`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from exactpoly.commands.arguments import executor_option, json_option, runs

if TYPE_CHECKING:
    from exactpoly.running.run import Run

__all__ = ["study"]


@click.group(short_help="Experiments over many networks.")
def study() -> None:
    """Run experiments that a TOML file describes, and show their results."""


@study.command(short_help="Run a study, or continue it.")
@click.argument("file", metavar="FILE")
@click.option("--size", type=click.Choice(["small", "full"]), default="small", show_default=True)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    help="Number of jobs at a time.  [default: number of processors]",
)
@executor_option
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Folder of the result.  [default: results/NAME-SIZE]",
)
@runs(limits=False)
def run(
    file: str, size: str, workers: int | None, executor_kind: str, output: Path | None, run: Run
) -> int:
    """Run the study in FILE; finished jobs are not run again.

    Jobs run in parallel and depend on their seeds alone. Exit code 2 when stopped by Ctrl-C, which drops
    the jobs under way.
    """
    from exactpoly.running.run import END, Progress
    from exactpoly.studies.description import read_study
    from exactpoly.studies.runner import run_study

    described = read_study(file, size)
    folder = output or Path("results") / f"{described.name}-{size}"
    path, complete = run_study(
        described,
        folder,
        workers=workers,
        executor_kind=executor_kind,
        apart=True,
        interrupted=run.interrupted,
        progress=lambda done, total: run.progress(Progress("jobs", done, total)),
    )
    run.progress(END)
    click.echo(f"{path}: {len(described.jobs)} jobs" + ("" if complete else ", PARTIAL"))
    return 0 if complete else 2


@study.command(short_help="Show a result as a table, and draw its figures.")
@click.argument("result", metavar="RESULT")
@click.option("--figures", type=click.Path(path_type=Path), help="Draw figures into this folder.")
@json_option
def show(result: str, figures: Path | None, as_json: bool) -> None:
    """Show RESULT (a folder that `study run` wrote, or its Parquet file)."""
    from exactpoly.report.terminal import make_console
    from exactpoly.studies.groups import gather
    from exactpoly.studies.store import read_rows
    from exactpoly.studies.tables import (
        comparison_table,
        comparisons,
        largest,
        polytope_table,
        separation_table,
        summary_table,
        topology_table,
    )

    rows, about = read_rows(result)
    drawn = []
    if figures is not None:
        from exactpoly.studies.figures import make_figures

        drawn = make_figures(rows, about, figures)
    if as_json:
        click.echo(json.dumps({**about, "rows": rows, "drawn": [str(p) for p in drawn]}, indent=1))
        return
    console = make_console()
    console.print(f"{about['title']} ({about['size']})", style="bold")
    groups = gather(rows, about["group"])
    if about["published"]:
        compared = comparisons(rows, about["published"])
        console.print(comparison_table(compared))
        for item in compared:
            if item.verdict:
                console.print(f"{item.name}: {item.verdict}")
        inside = {id(row) for item in compared for row in item.group.rows}
        groups = [g for g in groups if id(g.rows[0]) not in inside]
    if any(group.separable is None for group in groups):
        console.print(summary_table(groups))
    if any(group.separable is not None for group in groups):
        console.print(separation_table(groups))
    if any(group.topologies for group in groups):
        console.print(topology_table(groups))
    if any(group.polytopes for group in groups):
        console.print(polytope_table(groups))
    if cost := largest(rows):
        console.print(cost)
    for path in drawn:
        console.print(f"drew {path}")
