"""`exactpoly compare`: what a tool says about a network, judged against the exact complex."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exactpoly.commands.arguments import (
    Seconds,
    json_option,
    load_network,
    memory_amount,
    network_argument,
)
from exactpoly.commands.levels import component_option, read_component
from exactpoly.errors import InputError

if TYPE_CHECKING:
    from exactpoly.crosscheck.claims import Claims
    from exactpoly.crosscheck.tool import Tool
    from exactpoly.crosscheck.verdict import Verdict
    from exactpoly.domain import Domain
    from exactpoly.network.network import Network
    from exactpoly.readers.reading import Reading

__all__ = ["DISAGREES", "compare", "exit_code", "tool_options", "tools_of"]

DISAGREES = 4
"""Exit code where a tool is wrong, crashed, refused, or was stopped at a limit."""

seconds_option = click.option(
    "--seconds",
    type=Seconds(min=0, min_open=True),
    default=60,
    show_default=True,
    help="Time limit for a tool on one network.",
)
_TOOL_OPTIONS = (
    click.option(
        "--command",
        "commands",
        multiple=True,
        metavar='"PROGRAM {net} {out}"',
        help="A program that reads the network from {net} (JSON) or {net.npz} and writes claims to {out}"
        " (JSON), {out.csv} or {out.npz}; {domain} is the domain. May be repeated, one for each program.",
    ),
    click.option(
        "--numbers",
        type=click.Choice(["float64", "float32", "exact"]),
        default="float64",
        show_default=True,
        help="Format to which the weights are rounded for a --command.",
    ),
    seconds_option,
    click.option(
        "--memory",
        callback=memory_amount,
        default="4GiB",
        show_default=True,
        metavar="SIZE",
        help="Memory limit for a tool on one network.",
    ),
    click.option(
        "--python",
        "pythons",
        multiple=True,
        metavar="PATH|TOOL=PATH",
        help="Interpreter that has all tools, or TOOL.  [default: the one that runs exactpoly]",
    ),
)


def tool_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which programs are asked and what each may use."""
    for option in reversed(_TOOL_OPTIONS):
        command = option(command)
    return command


def tools_of(
    names: Iterable[str],
    commands: Iterable[str],
    *,
    numbers: str,
    seconds: float,
    memory: int,
    pythons: tuple[str, ...],
) -> list[Tool]:
    """The tools that the options name. Raises `InputError`."""
    from exactpoly.crosscheck.process import Allowance
    from exactpoly.crosscheck.tool import command_tool, parse_tool

    allowance = Allowance(seconds, memory)
    own = dict(text.split("=", 1) for text in pythons if "=" in text)
    common = next((text for text in reversed(pythons) if "=" not in text), None)
    known = []
    for text in names:
        name = text.strip().partition("=")[0]
        known.append(parse_tool(text, own.pop(name, common), allowance))
    if own:
        raise InputError(f"--python: {next(iter(own))} is not among the tools")
    return known + [command_tool(text, numbers=numbers, allowance=allowance) for text in commands]


@click.command(short_help="Judge what a tool or a claims file says about NET.")
@network_argument
@click.option(
    "--with",
    "tools",
    multiple=True,
    metavar="TOOL",
    help="Packages: relucent, relucent-boundary, regioncam, affinitree, parx, polypart. Baselines: lp-bfs,"
    " grid, qhull. NAME=PATH of a checkout: relu-edge-subdivision, canonicalpoly, canonicalpoly2,"
    " canonicalpoly2-boundary, splinecam. Other packages may add tools.",
)
@click.option("--claims", "claims_file", metavar="FILE", help="Claims: .json, .csv or .npz.")
@click.option(
    "--mesh",
    metavar="FILE",
    help="Compare this mesh (OBJ, PLY, STL) with the exact surface {f = LEVEL}.",
)
@click.option("--level", default="0", show_default=True, metavar="C", help="LEVEL for --mesh.")
@component_option
@click.option(
    "--tolerance",
    metavar="T",
    help="Tolerance for --mesh.  [default: 2^-40 of its size, 2^-16 for STL]",
)
@click.option(
    "--domain", metavar="DOMAIN", help="R^d or a box.  [default: that of the claims, else R^d]"
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
    "--minimise",
    is_flag=True,
    help="Shrink the network while the tool stays wrong in the same way.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("counterexample"),
    show_default=True,
    help="Folder for the counterexample of --minimise.",
)
@click.option(
    "--picture",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Draw the first disagreement to an .svg file, or - to draw it in the terminal.",
)
@json_option
def compare(
    net: str,
    read_as: Reading,
    tools: tuple[str, ...],
    claims_file: str | None,
    mesh: str | None,
    level: str,
    component: str | None,
    tolerance: str | None,
    domain: str | None,
    reading: str,
    minimise: bool,
    output: Path,
    picture: Path | None,
    as_json: bool,
    commands: tuple[str, ...],
    **how: Any,
) -> int:
    """Judge what a tool, a program or a claims file says about NET against the exact complex.

    Exit codes: 0 right; 4 wrong, refused, crashed or stopped at a limit; 3 if the tool is not installed or
    does not offer this. A tool that rounds the weights is judged on the rounded network.
    """
    if [bool(tools or commands), claims_file is not None, mesh is not None].count(True) != 1:
        raise InputError(
            "compare: give either --with TOOL, --command, --claims FILE or --mesh FILE"
        )
    if minimise and len(tools) + len(commands) != 1:
        raise InputError("minimise: needs one tool, --with or --command, which it can ask again")
    if minimise and output.exists() and not output.is_dir():
        raise InputError(f"{output}: is not a folder; --minimise writes several files")
    if picture is not None and str(picture) != "-" and picture.suffix.lower() != ".svg":
        raise InputError(f"--picture: {picture} is no .svg file; - draws in the terminal")
    network = load_network(net, read_as)
    chosen: list[Tool] = []
    if claims_file is not None:
        from exactpoly.front import judge

        verdicts = [judge(network, claims_file, domain=domain, reading=reading)]
    elif mesh is not None:
        from exactpoly.front import judge

        claims = _mesh_claims(network, mesh, level, component, tolerance)
        verdicts = [judge(network, claims, domain=domain, reading=reading)]
    else:
        from exactpoly.crosscheck.run import compare_tool

        chosen = tools_of(tools, commands, **how)
        place = _domain(network, domain)
        verdicts = [compare_tool(network, place, tool, reading=reading) for tool in chosen]
    smaller = None
    if minimise and exit_code(verdicts) == DISAGREES:
        from exactpoly.crosscheck.minimise import minimise_disagreement, write_counterexample

        example = minimise_disagreement(
            network,
            _domain(network, domain),
            chosen[0],
            verdicts[0],
            progress=lambda line: click.echo(line, err=True),
        )
        smaller = write_counterexample(example, output)
    if as_json:
        data: list[dict[str, object]] = [verdict.to_json() for verdict in verdicts]
        if smaller is not None:
            data[0]["counterexample"] = [str(path) for path in smaller]
        click.echo(json.dumps(data[0] if len(data) == 1 else data, indent=1))
    else:
        from exactpoly.crosscheck.text import verdict_text

        for verdict in verdicts:
            click.echo(verdict_text(verdict))
        for path in smaller or ():
            click.echo(f"written: {path}")
    if picture is not None:
        _draw(network, verdicts, picture)
    return exit_code(verdicts)


def exit_code(verdicts: list[Verdict]) -> int:
    """0 if every verdict is right, 4 if one disagrees, 3 if one could not be had."""
    from exactpoly.crosscheck.verdict import Outcome

    outcomes = {verdict.outcome for verdict in verdicts}
    fine = {Outcome.RIGHT, Outcome.NOT_OFFERED, Outcome.ABSENT}
    if outcomes - fine:
        return DISAGREES
    return 0 if outcomes == {Outcome.RIGHT} else InputError.exit_code


def _domain(network: Network, domain: str | None) -> Domain:
    from exactpoly.domain import Domain

    return Domain.parse("R^d" if domain is None else domain, network.input_dimension)


def _draw(network: Network, verdicts: list[Verdict], path: Path) -> None:
    """Draw the first disagreement that can be drawn, in the plane or a section through it."""
    from exactpoly.crosscheck.pictures import scene_text, write_picture
    from exactpoly.crosscheck.scene import scene_of

    for verdict in verdicts:
        scene = scene_of(network, _domain(network, verdict.domain), verdict)
        if scene is None:
            continue
        if str(path) == "-":
            click.echo(scene_text(scene))
        else:
            write_picture(scene, path)
            click.echo(f"written: {path}", err=True)
        return
    click.echo("there is no disagreement that has a place to draw", err=True)


def _mesh_claims(
    network: Network, path: str, level: str, component: str | None, tolerance: str | None
) -> Claims:
    from exactpoly.arithmetic.rational import exact_scalar
    from exactpoly.crosscheck.further_claims import Level
    from exactpoly.crosscheck.mesh_files import read_mesh

    value = Level(exact_scalar(level, "--level"), read_component(component, network))
    allowed = None if tolerance is None else exact_scalar(tolerance, "--tolerance")
    if allowed is not None and allowed < 0:
        raise InputError(f"--tolerance: {allowed} is below 0")
    return read_mesh(path, value, tolerance=allowed)
