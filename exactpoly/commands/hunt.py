"""`exactpoly hunt`: search for a network on which a theorem is false."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from exactpoly.commands.arguments import Seconds, json_option, runs
from exactpoly.commands.hunt_depth import depth
from exactpoly.errors import InputError

if TYPE_CHECKING:
    from exactpoly.running.run import Run
    from exactpoly.theory.hunt import Find, Hunt

__all__ = ["hunt"]

_KINDS = ("degenerate", "generic", "folded")


class _Hunt(click.Group):
    """`hunt depth` is a command of its own; every other first word begins a hunt for a theorem."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in ("depth", "-h", "--help"):
            args = ["theorem", *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, "[OPTIONS] THEOREM | depth [OPTIONS]")


@click.group(
    cls=_Hunt,
    short_help="Search for a network on which a theorem is false, or for shallow maxima.",
)
def hunt() -> None:
    """Search for a network on which THEOREM is false, or for maxima in two hidden layers.

    `hunt theorem --help` and `hunt depth --help` list the options of the two searches.
    """


@hunt.command(short_help="What `hunt THEOREM` does.")
@click.argument("theorem_id", metavar="THEOREM")
@click.option("--seconds", type=Seconds(min=0), default=60, show_default=True)
@click.option("--trials", type=click.IntRange(min=1), help="Stop after this many networks.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--dimension", type=click.IntRange(1, 6), help="Input dimension.  [default: 1 to 4]")
@click.option(
    "--kind",
    "kinds",
    type=click.Choice(_KINDS),
    multiple=True,
    help="Kind of networks to try; may be repeated.  [default: all]",
)
@click.option("--box", is_flag=True, help="Search on [-1,1]^d instead of R^d.")
@click.option(
    "--any", "anywhere", is_flag=True, help="Accept networks that do not meet the hypotheses."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("."),
    help="Folder for the network and its certificate.  [default: here]",
)
@json_option
@runs(limits=False)
def theorem(
    theorem_id: str,
    seconds: float,
    trials: int | None,
    seed: int,
    dimension: int | None,
    kinds: tuple[str, ...],
    box: bool,
    anywhere: bool,
    output: Path,
    as_json: bool,
    run: Run,
) -> None:
    """Search networks for one on which THEOREM (an id of `exactpoly bounds`) is false.

    A network that is found is shrunk and written as a case file with a certificate. Which networks are
    tried depends only on --seed; how far one is shrunk depends on --seconds too. The exit code is 0 whether
    or not one is found.
    """
    from exactpoly.commands.finds import write_find
    from exactpoly.running.interruption import ending
    from exactpoly.running.limits import Limits
    from exactpoly.running.run import Stopped
    from exactpoly.theory import theorem as theorem_of
    from exactpoly.theory.hunt import Hunt

    if output.exists() and not output.is_dir():
        raise InputError(f"{output}: is not a folder; the result is two files")
    search = Hunt(
        theorem_of(theorem_id),
        seed=seed,
        dimension=dimension,
        kinds=kinds or _KINDS,
        box=box,
        hypotheses=not anywhere,
        interrupted=run.interrupted,
    )
    try:
        with ending(replace(run, limits=Limits(max_seconds=seconds))):
            find = search.run(seconds=seconds, trials=trials)
    except Stopped:
        find = search.best
    files = () if find is None else write_find(find, output)
    if as_json:
        click.echo(json.dumps(_json(search, find, files), indent=1))
    else:
        click.echo(_text(search, find, files))


def _json(search: Hunt, find: Find | None, files: tuple[Path, ...]) -> dict[str, object]:
    return {
        "theorem": search.theorem.id,
        "trials": search.trials,
        "applicable": search.applicable,
        "found": find is not None,
        "smallest": None if find is None else find.smallest,
        "check": None if find is None else find.check.to_json(),
        "files": [str(path) for path in files],
    }


def _text(search: Hunt, find: Find | None, files: tuple[Path, ...]) -> str:
    if find is None:
        return (
            f"{search.theorem.id}: nothing found; {search.trials} networks tried, the theorem says"
            f" something about {search.applicable} of them"
        )
    network, shown = find.complex.network, find.check.tightest
    shrunk = "shrunk to the end" if find.smallest else "shrunk as far as the time went"
    lines = [
        f"{search.theorem.id}: {find.check.verdict.value} by a network of widths"
        f" {'-'.join(map(str, network.widths))} on {find.complex.domain}"
        f" (candidate {find.trial}, {shrunk})"
    ]
    if shown is not None:
        lines.append(f"  {shown.label}: {shown.left} {shown.relation.value} {shown.right} is false")
    lines += [f"  {h}" for h in find.check.hypotheses]
    lines += [f"  wrote {path}" for path in files]
    return "\n".join(lines)


hunt.add_command(depth)
