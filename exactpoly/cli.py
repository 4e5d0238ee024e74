"""The command line: parses, calls, prints.

Exit codes: 0 done; 1 internal inconsistency (a bug); 2 a limit was reached or Ctrl-C pressed, the
result is partial; 3 bad input, wrong use of the command line included; 4 a counterexample was found,
or a difference; 130 aborted.

Nothing but click is imported before a command runs, so that ``--help`` is quick.
"""

from __future__ import annotations

import os
import signal
import sys
import warnings
from typing import Any

import click

from exactpoly.commands.arguments import in_options
from exactpoly.commands.arrangement import arrangement
from exactpoly.commands.bounds import bounds
from exactpoly.commands.certify import certify
from exactpoly.commands.check import check
from exactpoly.commands.compare import compare
from exactpoly.commands.construct import construct
from exactpoly.commands.cover import cover
from exactpoly.commands.crosscheck import crosscheck
from exactpoly.commands.decision import decision
from exactpoly.commands.equal import equal
from exactpoly.commands.evaluate import evaluate
from exactpoly.commands.film import film
from exactpoly.commands.hunt import hunt
from exactpoly.commands.indicator import indicator
from exactpoly.commands.info import info
from exactpoly.commands.judge_verdict import judge_verdict
from exactpoly.commands.lipschitz import lipschitz
from exactpoly.commands.monotone import monotone
from exactpoly.commands.persistence import persistence
from exactpoly.commands.plot import plot
from exactpoly.commands.prove import prove
from exactpoly.commands.radius import radius
from exactpoly.commands.range_ import range_
from exactpoly.commands.region import region
from exactpoly.commands.report import report
from exactpoly.commands.schema import schema
from exactpoly.commands.study import study
from exactpoly.commands.surface import surface
from exactpoly.commands.topology import topology
from exactpoly.commands.tropical import tropical
from exactpoly.errors import ExactpolyError, ExactpolyWarning, InputError, InternalError
from exactpoly.report.text import one_line, without_middle

__all__ = ["main"]


class _Commands(click.Group):
    """The group that turns every way to end into its exit code and at most one sentence."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        program = not args and "args" not in kwargs
        kwargs["standalone_mode"] = False
        _open_closed_streams()
        try:
            with warnings.catch_warnings():
                _show_warnings()
                code = super().main(*args, **kwargs)
            sys.stdout.flush()
        except click.ClickException as error:
            vars(error).update(message=without_middle(error.message))
            error.show()
            code = InputError.exit_code
        except ExactpolyError as error:
            kind = "internal inconsistency: " if isinstance(error, InternalError) else ""
            click.echo(f"exactpoly: {kind}{in_options(one_line(error))}", err=True)
            code = error.exit_code
        except (BrokenPipeError, SystemExit):
            # Whoever reads the output has read enough. click and rich then exit by themselves.
            _discard_output()
            code = 0
        except OSError as error:
            _discard_output()
            where = error.filename or "the output cannot be written"
            click.echo(f"exactpoly: {one_line(where)} ({one_line(error.strerror)})", err=True)
            code = InputError.exit_code
        except (click.Abort, KeyboardInterrupt):
            click.echo("exactpoly: aborted", err=True)
            code = 130
        except MemoryError:
            click.echo("exactpoly: out of memory; --max-memory stops in time", err=True)
            code = 2
        if program:  # The answer is out: Ctrl-C while Python ends would only print a traceback.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        sys.exit(code if isinstance(code, int) else 0)


def _show_warnings() -> None:
    """What the library warns of is one sentence here; warnings of others are shown as they are."""
    others = warnings.showwarning

    def show(message: Any, category: type[Warning], *place: Any, **named: Any) -> None:
        if issubclass(category, ExactpolyWarning):
            click.echo(f"exactpoly: warning: {in_options(one_line(message))}", err=True)
        else:
            others(message, category, *place, **named)

    warnings.showwarning = show


def _open_closed_streams() -> None:
    """A stream that the caller has closed is None in Python; what is written there goes nowhere."""
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115, it stays open
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115


def _discard_output() -> None:
    """Let what is still buffered for stdout go nowhere, so that Python does not fail on it at exit."""
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def _print_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if not value or ctx.resilient_parsing:
        return
    from importlib.metadata import PackageNotFoundError, version

    from exactpoly.complex.compiled import engine_status

    try:
        number = version("exactpoly")
    except PackageNotFoundError:  # a checkout on the path
        number = "(not installed)"
    click.echo(f"exactpoly {number}\ncompiled engine: {engine_status()}")
    ctx.exit()


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version",
    is_flag=True,
    callback=_print_version,
    expose_value=False,
    is_eager=True,
    help="Show the version, and whether the compiled engine is in use.",
)
def main() -> None:
    """Exact polyhedral complexes of ReLU networks.

    NET is a network file; `exactpoly info NET` says how it was read.

    Exit codes: 0 done; 4 done, and the answer is negative (a counterexample, a difference, a tool
    that is wrong); 2 stopped by a limit or Ctrl-C, the result is partial; 3 bad input or wrong usage;
    1 internal inconsistency, or a certificate that is rejected; 130 aborted by Ctrl-C.
    """


for _command in (
    certify,
    check,
    bounds,
    region,
    prove,
    judge_verdict,
    range_,
    radius,
    monotone,
    lipschitz,
    equal,
    evaluate,
    info,
    plot,
    report,
    schema,
    film,
    compare,
    crosscheck,
    hunt,
    construct,
    indicator,
    study,
    topology,
    decision,
    persistence,
    surface,
    tropical,
    cover,
    arrangement,
):
    main.add_command(_command)
