"""`exactpoly compare`: what a tool says about a network, judged against the exact complex."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from exactpoly.commands.arguments import json_option, load_network, network_argument
from exactpoly.errors import InputError

if TYPE_CHECKING:
    from exactpoly.crosscheck.claims import Claims
    from exactpoly.crosscheck.verdict import Verdict
    from exactpoly.domain import Domain
    from exactpoly.network.network import Network
    from exactpoly.readers.reading import Reading

__all__ = ["DISAGREES", "compare", "exit_code", "python_option", "seconds_option"]

DISAGREES = 4
"""Exit code where a tool is wrong, crashed, timed out or refused."""

seconds_option = click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=60,
    show_default=True,
    help="Time for a tool on one network.",
)
python_option = click.option(
    "--python",
    metavar="PATH",
    help="Interpreter that has the tool.  [default: the one that runs exactpoly]",
)


@click.command(short_help="Judge what a tool or a claims file says about NET.")
@network_argument
@click.option(
    "--with",
    "tools",
    multiple=True,
    metavar="TOOL",
    help="relucent, regioncam, affinitree, parx; baselines lp-bfs, grid, qhull; with the path of a"
    " checkout relu-edge-subdivision=PATH, canonicalpoly=PATH, splinecam=PATH.",
)
@click.option("--claims", "claims_file", metavar="FILE", help="Claims: .json, .csv or .npz.")
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
@seconds_option
@python_option
@click.option("--minimise", is_flag=True, help="Shrink a disagreement to a small counterexample.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("counterexample"),
    show_default=True,
    help="Folder for the counterexample of --minimise.",
)
@json_option
def compare(
    net: str,
    read_as: Reading,
    tools: tuple[str, ...],
    claims_file: str | None,
    domain: str | None,
    reading: str,
    seconds: float,
    python: str | None,
    minimise: bool,
    output: Path,
    as_json: bool,
) -> int:
    """Judge what a tool, or a claims file, says about NET against the exact complex.

    Exit codes: 0 right; 4 wrong, refused, crashed or timed out; 3 if the tool is not installed or
    does not offer this. A tool that rounds the weights is judged on the rounded network.
    """
    if bool(tools) == (claims_file is not None):
        raise InputError("compare: give either --with TOOL or --claims FILE")
    if minimise and len(tools) != 1:
        raise InputError("--minimise: needs --with and one tool, which it can ask again")
    if minimise and output.exists() and not output.is_dir():
        raise InputError(f"{output}: is no folder; --minimise writes several files")
    network = load_network(net, read_as)
    if claims_file is not None:
        verdicts = [_judge_file(network, claims_file, domain, reading)]
    else:
        verdicts = _ask_tools(network, tools, domain, reading, seconds, python)
    smaller = None
    if minimise and exit_code(verdicts) == DISAGREES:
        from exactpoly.crosscheck.minimise import minimise_disagreement, write_counterexample
        from exactpoly.crosscheck.run import parse_tool

        example = minimise_disagreement(
            network,
            _domain(network, domain),
            parse_tool(tools[0], python),
            verdicts[0],
            seconds=seconds,
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
    return exit_code(verdicts)


def exit_code(verdicts: list[Verdict]) -> int:
    """0 if every verdict is right, 4 if one disagrees, 3 if one could not be had."""
    from exactpoly.crosscheck.verdict import Outcome

    outcomes = {verdict.outcome for verdict in verdicts}
    if outcomes & {Outcome.WRONG, Outcome.REFUSED, Outcome.CRASHED, Outcome.TIMED_OUT}:
        return DISAGREES
    return 0 if outcomes == {Outcome.RIGHT} else InputError.exit_code


def _domain(network: Network, domain: str | None) -> Domain:
    from exactpoly.domain import Domain

    return Domain.parse("R^d" if domain is None else domain, network.input_dimension)


def _judge_file(network: Network, path: str, domain: str | None, reading: str) -> Verdict:
    from exactpoly.complex.enumerate import enumerate_complex
    from exactpoly.crosscheck.claims_files import read_claims
    from exactpoly.crosscheck.judge import judge

    claims = read_claims(path)
    place = _agreed_domain(network, claims, path, domain)
    try:
        return judge(claims, enumerate_complex(network, domain=place), reading=reading)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def _agreed_domain(network: Network, claims: Claims, path: str, domain: str | None) -> Domain:
    place = _domain(network, claims.domain if domain is None else domain)
    if claims.domain is not None and _domain(network, claims.domain) != place:
        raise InputError(
            f"{path}: domain is {claims.domain}, but --domain {domain} is asked for; leave it out"
        )
    return place


def _ask_tools(
    network: Network,
    tools: tuple[str, ...],
    domain: str | None,
    reading: str,
    seconds: float,
    python: str | None,
) -> list[Verdict]:
    from exactpoly.crosscheck.run import compare_tool, parse_tool

    chosen = [parse_tool(text, python) for text in tools]
    place = _domain(network, domain)
    return [compare_tool(network, place, tool, seconds=seconds, reading=reading) for tool in chosen]
