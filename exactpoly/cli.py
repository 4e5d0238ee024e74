"""The command line: parses, calls, prints.

Exit codes: 0 done; 1 internal inconsistency (a bug); 2 a limit was reached or Ctrl-C pressed, the
result is partial; 3 bad input, wrong use of the command line included; 130 aborted.

Nothing but click is imported before a command runs, so that ``--help`` is quick.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from exactpoly.arguments import (
    audit_option,
    check_folder,
    domain_option,
    executor_option,
    json_option,
    limit_options,
    load_network,
    make_limits,
    network_argument,
    point_argument,
    read_audit,
    read_point,
    read_window,
    run_options,
)
from exactpoly.commands.bounds import bounds
from exactpoly.commands.compare import compare
from exactpoly.commands.construct import construct
from exactpoly.commands.crosscheck import crosscheck
from exactpoly.commands.hunt import hunt
from exactpoly.commands.study import study
from exactpoly.errors import ExactpolyError, InputError, InternalError
from exactpoly.report.text import one_line

__all__ = ["main"]


class _Commands(click.Group):
    """The group that turns every way to end into its exit code and at most one sentence."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        kwargs["standalone_mode"] = False
        _open_closed_streams()
        try:
            code = super().main(*args, **kwargs)
            sys.stdout.flush()
        except click.ClickException as error:
            error.show()
            code = InputError.exit_code
        except ExactpolyError as error:
            kind = "internal inconsistency: " if isinstance(error, InternalError) else ""
            click.echo(f"exactpoly: {kind}{one_line(error)}", err=True)
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
        sys.exit(code if isinstance(code, int) else 0)


def _open_closed_streams() -> None:
    """A stream that the caller has closed is None in Python; what is written there goes nowhere."""
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115, it stays open
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115


def _discard_output() -> None:
    """Let what is still buffered for stdout go nowhere, so that Python does not fail on it at exit."""
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


# A point may begin with a minus sign, which is no option.
_POINT_SETTINGS = {"ignore_unknown_options": True}


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="exactpoly", message="%(prog)s %(version)s")
def main() -> None:
    """Exact polyhedral complexes of ReLU networks.

    NET is a network file; `exactpoly info NET` says how it was read.

    Exit codes: 0 done; 2 limit reached or interrupted, the result is partial; 3 bad input or wrong
    usage; 1 internal inconsistency; 130 aborted by a second Ctrl-C.
    """


@main.command(short_help="Enumerate the exact complex and report it.")
@network_argument
@domain_option
@click.option(
    "--engine",
    type=click.Choice(["subdivide", "reference"]),
    default="subdivide",
    show_default=True,
    help="reference: region by region with pycddlib, slow.",
)
@json_option
@audit_option
@click.option("--linear-regions", is_flag=True, help="Count linear regions too.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Write a certificate for `exactpoly check`, compressed if FILE ends in .gz.",
    metavar="FILE",
)
@limit_options
@run_options
def certify(
    net: str,
    fold_float: bool,
    domain: str,
    engine: str,
    as_json: bool,
    audit: int | str | None,
    linear_regions: bool,
    output: Path | None,
    max_cells: int | None,
    max_seconds: float | None,
    max_memory: int | None,
    workers: int,
    executor_kind: str,
    checkpoint: Path | None,
) -> int:
    """Enumerate the exact complex of NET and report its regions, faces and facet counts."""
    from exactpoly.report.interruption import Interruption

    with Interruption() as interruption:
        from exactpoly.domain import Domain
        from exactpoly.report.certification import (
            run_reference,
            run_subdivide,
            with_certificate,
        )
        from exactpoly.report.progress import ProgressLine

        if output is not None:
            check_folder(output)
            if engine == "reference":
                raise InputError("--output: certificates need --engine subdivide")
        if checkpoint is not None:
            check_folder(checkpoint)
        divided = workers > 1 or executor_kind != "processes"
        if engine == "reference" and (divided or checkpoint is not None):
            raise InputError(
                "--workers, --executor and --checkpoint need --engine subdivide; leave them out"
            )
        if linear_regions and engine == "reference":
            raise InputError("--linear-regions: needs --engine subdivide")
        network = load_network(net, fold_float)
        place = Domain.parse(domain, network.input_dimension)
        limits, plan = make_limits(max_cells, max_seconds, max_memory), read_audit(audit)
        complex_ = None
        with ProgressLine() as progress:
            if engine == "reference":
                result = run_reference(
                    network, place, limits, plan, interruption=interruption, progress=progress
                )
            else:
                complex_, result = run_subdivide(
                    network,
                    place,
                    limits,
                    plan,
                    count_linear_regions=linear_regions,
                    workers=workers,
                    executor_kind=executor_kind,
                    checkpoint=checkpoint,
                    interruption=interruption,
                    progress=progress,
                )
        try:
            if output is not None and complex_ is not None:
                result = with_certificate(result, complex_, output)
        finally:  # A certificate that cannot be written costs nobody the result.
            if as_json:
                _print_json(result.to_json())
            else:
                from exactpoly.report.terminal import print_certification

                print_certification(result)
    return result.exit_code


@main.command(short_help="Check a certificate, without trusting the engine.")
@click.argument("file", metavar="FILE")
@click.option(
    "--scale",
    type=click.IntRange(1, 10**9 - 1),
    default=1,
    metavar="K",
    help="Accept files K times larger than the checker's limits allow.",
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    metavar="N",
    help="Processes that share the check; same verdict.",
)
@executor_option
def check(file: str, scale: int, workers: int, executor_kind: str) -> int:
    """Check the certificate FILE: exit code 0 accepted, 1 rejected, 3 unreadable.

    The checker is one file of the standard library alone, exactpoly/certificate/check.py, and runs
    without exactpoly too.
    """
    from exactpoly.certificate.check import check_file
    from exactpoly.certificate.parallel import check_in_parallel
    from exactpoly.executors import open_executor

    with open_executor(executor_kind, workers) as executor:
        if executor is None:
            code, message = check_file(file, scale)
        else:
            code, message = check_in_parallel(file, executor, workers, scale=scale)
    click.echo(message)
    return code


@main.command(short_help="Layers, units, digest, how NET was read.")
@network_argument
@json_option
def info(net: str, fold_float: bool, as_json: bool) -> None:
    """Say what NET is: layers, units, digest, and how it was read."""
    from exactpoly.report.details import info_json, info_table

    network = load_network(net, fold_float)
    if as_json:
        _print_json(info_json(network))
    else:
        _print_tables(info_table(network))


@main.command("eval", short_help="Evaluate exactly at a point.", context_settings=_POINT_SETTINGS)
@network_argument
@point_argument
@json_option
def evaluate(net: str, fold_float: bool, point: str, as_json: bool) -> None:
    """Evaluate NET exactly at POINT, such as "1/3,-2,0.5", or @FILE with the numbers in a file."""
    from exactpoly.report.details import evaluation_json, evaluation_table

    network = load_network(net, fold_float)
    place = read_point(point, network)
    if as_json:
        _print_json(evaluation_json(network, place))
    else:
        _print_tables([evaluation_table(network, place)])


@main.command(short_help="The one region around a point.", context_settings=_POINT_SETTINGS)
@network_argument
@point_argument
@domain_option
@click.option(
    "--vertices/--no-vertices",
    default=None,
    help="Compute the vertices, or not.  [default: if there cannot be many]",
)
@json_option
def region(
    net: str, fold_float: bool, point: str, domain: str, vertices: bool | None, as_json: bool
) -> None:
    """The one region of NET around POINT: signs, exact facets, vertices, affine map.

    Nothing is enumerated, so NET may be as large as you like. POINT is as for eval; on a boundary,
    one of the regions that meet there is shown, and said to be.
    """
    from exactpoly.domain import Domain
    from exactpoly.reference.region import region_at
    from exactpoly.report.details import region_json, region_table, vertices_wanted
    from exactpoly.report.progress import ProgressLine

    network = load_network(net, fold_float)
    place = read_point(point, network)
    with ProgressLine() as progress:
        result = region_at(
            network,
            place,
            Domain.parse(domain, network.input_dimension),
            progress=lambda done, total: progress.counted("inequalities", done, total),
        )
    no_vertices = vertices_wanted(result, vertices)
    if as_json:
        _print_json(region_json(result, no_vertices))
    else:
        _print_tables(region_table(result, no_vertices))


@main.command(short_help="Draw the regions in the plane or a plane section.")
@network_argument
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help=".svg, .png or .pdf."
)
@domain_option
@click.option(
    "--slice",
    "section",
    metavar="O;U;V",
    help='Plane to draw, x = o + s u + t v, such as "0,0,0; 1,0,0; 0,1/2,1".  [default for input '
    "dimension 3 and more: the first two axes through 0]",
)
@click.option(
    "--window",
    metavar="BOX|all",
    help='What to show, such as "[-2,2]^2"; all: every vertex.  [default: the box, or on R^d the '
    "vertices but for far outliers]",
)
@limit_options
def plot(
    net: str,
    fold_float: bool,
    output: Path,
    domain: str,
    section: str | None,
    window: str | None,
    max_cells: int | None,
    max_seconds: float | None,
    max_memory: int | None,
) -> int:
    """Draw the regions of NET in the plane or in a plane section, coloured by number of facets.

    With a plane section, --domain and --window are in its coordinates (s, t).
    """
    from exactpoly.report.interruption import Interruption

    with Interruption() as interruption:
        from exactpoly.complex.enumerate import enumerate_complex
        from exactpoly.domain import Domain
        from exactpoly.report.plot import check_output, draw, save
        from exactpoly.report.progress import ProgressLine
        from exactpoly.report.section import plane_network

        check_folder(output)
        check_output(output)
        plane, cut = plane_network(load_network(net, fold_float), section)
        place, shown = Domain.parse(domain, 2), read_window(window)
        with ProgressLine() as progress:
            complex_ = enumerate_complex(
                plane,
                domain=place,
                limits=make_limits(max_cells, max_seconds, max_memory),
                interrupted=interruption,
                progress=progress.subdivision,
            )
        complex_.summary()
        drawing = draw(complex_, shown, everything=window == "all")
        save(drawing, plane, cut, output)
        click.echo(
            f"{output}: {complex_.n_regions} regions"
            + ("" if complex_.complete else f", PARTIAL: {complex_.stopped}")
        )
    return 0 if complex_.complete else 2


def _print_json(data: dict[str, object]) -> None:
    click.echo(json.dumps(data, indent=1))


def _print_tables(tables: Sequence[Any]) -> None:
    from exactpoly.report.terminal import make_console

    console = make_console()
    for place, table in enumerate(tables):
        if place:
            console.print()
        console.print(table)


main.add_command(bounds)
main.add_command(compare)
main.add_command(crosscheck)
main.add_command(hunt)
main.add_command(study)
main.add_command(construct)
