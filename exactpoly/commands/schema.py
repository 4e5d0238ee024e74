"""`exactpoly schema`: the JSON Schema of an output or of a file."""

from __future__ import annotations

import click

__all__ = ["schema"]


@click.command(short_help="The JSON Schema of an output or of a file.")
@click.argument("name", metavar="[NAME]", required=False)
def schema(name: str | None) -> None:
    """Print the JSON Schema called NAME, or a list of all names.

    With --json every command prints what its schema says; networks and claims are files that are read.
    """
    import json

    from exactpoly import schemas
    from exactpoly.report.terminal import make_console, named_values

    if name is not None:
        click.echo(json.dumps(schemas.schema(name), indent=1))
        return
    rows = []
    for each in schemas.names():
        data = schemas.schema(each)
        rows.append((each, f"{data['title']}: {data['$comment']}"))
    make_console().print(named_values(rows))
