"""`exactpoly crosscheck`: all tools over all networks of a folder, in one table."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exactpoly.commands.compare import tool_options, tools_of
from exactpoly.errors import InputError

if TYPE_CHECKING:
    from exactpoly.crosscheck.gallery import Gallery

__all__ = ["crosscheck"]


@click.command(short_help="Compare tools with the exact complex on a folder of networks.")
@click.argument(
    "folders", metavar="FOLDER ..", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "--tools",
    default="",
    metavar="A,B,..",
    help="Names as for compare --with, separated by commas.",
)
@click.option(
    "--domain",
    "domains",
    multiple=True,
    default=("R^d",),
    show_default=True,
    metavar="DOMAIN",
    help="R^d or a box; may be repeated.",
)
@click.option(
    "--reading",
    type=click.Choice(["lenient", "exact"]),
    default="lenient",
    show_default=True,
    help="How claims are read; see exactpoly/crosscheck/CLAIMS.md.",
)
@tool_options
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("gallery"),
    show_default=True,
    help="Folder for gallery.html, gallery.md, gallery.csv and gallery.json.",
)
@click.option(
    "--resume", is_flag=True, help="Continue the run whose results are in the output folder."
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Number of networks at a time.",
)
def crosscheck(
    folders: tuple[Path, ...],
    tools: str,
    domains: tuple[str, ...],
    reading: str,
    output: Path,
    resume: bool,
    workers: int,
    commands: tuple[str, ...],
    **how: Any,
) -> int:
    """Ask every tool about every network in the folders and write one table of verdicts.

    If a tool is wrong, the exit code is still 0. The files are written again after every network, so an
    interrupted run leaves the results so far, and --resume continues it.
    """
    from exactpoly.crosscheck.gallery import crosscheck as run
    from exactpoly.crosscheck.gallery_files import write_gallery
    from exactpoly.crosscheck.gallery_state import read_gallery
    from exactpoly.report.text import one_line

    if not tools and not commands:
        raise InputError("crosscheck: give --tools or --command")
    known = read_gallery(output) if resume else None
    chosen = tools_of(tools.split(",") if tools else (), commands, **how)
    seconds = how["seconds"]
    places = " ".join(f'--domain "{domain}"' for domain in domains)
    where = " ".join(map(str, folders))
    # Where a checkout lies is nobody's business.
    names = (
        f"{name}=CHECKOUT" if path else name for name, _, path in map(_halves, tools.split(","))
    )
    asked = [f"--tools {','.join(names)}"] if tools else []
    asked += [f"--command {shlex.quote(text)}" for text in commands]
    command = f"exactpoly crosscheck {where} {' '.join(asked)} {places} --seconds {seconds:g}"
    if reading != "lenient":
        command += f" --reading {reading}"
    if workers > 1:
        command += f" --workers {workers}"

    def after(gallery: Gallery) -> None:
        click.echo(one_line(gallery.entries[-1].headline()), err=True)
        write_gallery(gallery, output)

    gallery = run(
        folders,
        domains,
        chosen,
        seconds=seconds,
        reading=reading,
        command=command,
        workers=workers,
        known=known,
        after=after,
    )
    for path in write_gallery(gallery, output, pictures=True):
        click.echo(f"written: {path}")
    return 0


def _halves(text: str) -> tuple[str, str, str]:
    return text.strip().partition("=")
