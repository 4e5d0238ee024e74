"""`exactpoly bounds`: every theorem's verdict on a network, or what theory says about widths alone."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from exactpoly.commands.arguments import (
    in_options,
    json_option,
    reading_options,
    runs,
)
from exactpoly.errors import InputError

if TYPE_CHECKING:
    from exactpoly.complex.complex import Complex
    from exactpoly.readers.reading import Reading
    from exactpoly.running.run import Run

__all__ = ["bounds"]


@click.command(short_help="Check every theorem exactly on NET, or on widths alone.")
@click.argument("net", metavar="[NET|CERT]", required=False)
@reading_options
@click.option("--domain", metavar="DOMAIN", help='R^d (default) or a box such as "[-1,1]^3".')
@click.option(
    "--widths",
    metavar="D,N1,..",
    help="Input dimension and hidden widths: print bounds for any such network, without NET.",
)
@click.option("--theorem", "only", metavar="ID", help="Check only this theorem.")
@click.option("--details", is_flag=True, help="Show every inequality, not only the tightest.")
@json_option
@runs()
def bounds(
    net: str | None,
    read_as: Reading,
    domain: str | None,
    widths: str | None,
    only: str | None,
    details: bool,
    as_json: bool,
    run: Run,
) -> int:
    """Check every theorem exactly on the complex of NET (or of a certificate).

    Hypotheses are decided exactly, and both sides of an inequality are exact numbers. If a theorem is
    violated, the exit code is still 0.
    """
    if (net is None) == (widths is None):
        raise InputError("bounds: give either a network (or certificate) or --widths")
    if widths is not None:
        _architecture(widths, as_json)
        return 0
    from exactpoly.certificate.read import complex_of

    complex_ = complex_of(str(net), domain, read_as=read_as, run=run)
    stopped = _check(complex_, only, details, as_json, run)
    if stopped is not None:
        click.echo(f"exactpoly: not all theorems were checked: {in_options(stopped)}", err=True)
    return 0 if complex_.complete and stopped is None else 2


def _check(
    complex_: Complex, only: str | None, details: bool, as_json: bool, run: Run
) -> str | None:
    """Check and print; returns why not all theorems were checked, if so."""
    from exactpoly.running.interruption import ending
    from exactpoly.running.run import END, Stopped
    from exactpoly.theory import THEOREMS, Evidence, theorem

    sys.set_int_max_str_digits(0)
    chosen = THEOREMS if only is None else (theorem(only),)
    evidence = Evidence(complex_)
    checks = []
    stopped = None
    try:
        with ending(run):
            for t in chosen:
                checks.append((t, t.check(evidence)))  # noqa: PERF401, what is done is kept
    except Stopped as error:
        stopped = str(error)
    run.progress(END)
    if as_json:
        data = [
            {**t.to_json(), **check.to_json(), "complete": complex_.complete} for t, check in checks
        ]
        click.echo(json.dumps(data, indent=1))
        return stopped
    from exactpoly.report.terminal import make_console
    from exactpoly.report.theorems import verdict_table

    make_console().print(verdict_table(evidence, checks, details=details))
    return stopped


def _architecture(widths: str, as_json: bool) -> None:
    from exactpoly.theory.architecture import architecture_bounds, parse_widths

    sys.set_int_max_str_digits(0)
    d, *hidden = parse_widths(widths)
    rows = architecture_bounds(d, hidden)
    if as_json:
        click.echo(json.dumps([row.to_json() for row in rows], indent=1))
        return
    from exactpoly.report.terminal import make_console
    from exactpoly.report.theorems import architecture_table

    make_console().print(architecture_table(d, hidden, rows))
