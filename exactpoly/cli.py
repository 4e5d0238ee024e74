"""The command line: parses, calls, prints.

Exit codes: 0 done; 1 internal inconsistency (a bug); 2 a limit was reached or Ctrl-C pressed, the
result is partial; 3 bad input, wrong use of the command line included; 130 aborted.

Nothing but click is imported before a command runs, so that ``--help`` is quick.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from exactpoly.errors import ExactpolyError, InputError, InternalError

if TYPE_CHECKING:
    from exactpoly.complex.limits import Limits
    from exactpoly.network.network import Network
    from exactpoly.report.certification import AuditPlan
    from exactpoly.report.section import Window

__all__ = ["main"]

Command = TypeVar("Command", bound=Callable[..., Any])


class _Commands(click.Group):
    """The group that turns every way to end into its exit code and at most one sentence."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        kwargs["standalone_mode"] = False
        try:
            code = super().main(*args, **kwargs)
        except click.ClickException as error:
            error.show()
            code = InputError.exit_code
        except ExactpolyError as error:
            kind = "internal inconsistency: " if isinstance(error, InternalError) else ""
            click.echo(f"exactpoly: {kind}{' '.join(str(error).split())}", err=True)
            code = error.exit_code
        except (click.Abort, KeyboardInterrupt):
            click.echo("exactpoly: aborted", err=True)
            code = 130
        except MemoryError:
            click.echo("exactpoly: out of memory; --max-memory stops in time", err=True)
            code = 2
        sys.exit(code if isinstance(code, int) else 0)


_MEMORY = re.compile(r"(\d+(?:\.\d+)?)\s*([kKMGT]?)(i?)B?")


def _memory(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """A number of bytes: ``4GiB``, ``500MB``, ``1.5 GB``, ``1000000``."""
    if value is None:
        return None
    match = _MEMORY.fullmatch(value.strip())
    if match is None:
        raise click.BadParameter(f"{value!r} is no amount of memory; write 4GiB or 500MB")
    number, prefix, binary = match.groups()
    factor = (1024 if binary else 1000) ** " KMGT".index(prefix.upper() or " ")
    return int(Fraction(number) * factor)


def _audit(ctx: click.Context, param: click.Parameter, value: str | None) -> int | str | None:
    """``all``, ``none`` or a number of regions."""
    if value in (None, "all", "none"):
        return value
    if not value.isdecimal():
        raise click.BadParameter(f"{value!r} is not all, none or a number of regions")
    return int(value)


def _options(*decorators: Callable[[Command], Command]) -> Callable[[Command], Command]:
    def apply(command: Command) -> Command:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return apply


_net = _options(
    click.argument("net", metavar="NET"),
    click.option(
        "--fold-float",
        is_flag=True,
        help="Take batch normalisation folded in floats as the network itself.",
    ),
)
_domain = click.option(
    "--domain",
    default="R^d",
    show_default=True,
    metavar="DOMAIN",
    help='R^d, or a box: "[-1,1]^3", "[0,1]x[-2,1/2]".',
)
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_limits = _options(
    click.option(
        "--max-cells",
        type=click.IntRange(min=1),
        metavar="N",
        help="Stop at this many cells of all dimensions (regions, with --engine reference).",
    ),
    click.option(
        "--max-seconds", type=click.FloatRange(min=0), metavar="S", help="Stop after this time."
    ),
    click.option(
        "--max-memory",
        callback=_memory,
        metavar="SIZE",
        help="Stop at this much memory, such as 4GiB or 500MB.",
    ),
)
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
@_net
@_domain
@click.option(
    "--engine",
    type=click.Choice(["subdivide", "reference"]),
    default="subdivide",
    show_default=True,
    help="reference: region by region with pycddlib, slow.",
)
@_json
@click.option(
    "--audit",
    callback=_audit,
    metavar="all|N|none",
    help="Regions that pycddlib recomputes.  [default: a seeded sample, if pycddlib is there]",
)
@click.option("--linear-regions", is_flag=True, help="Count linear regions too.")
@_limits
def certify(
    net: str,
    fold_float: bool,
    domain: str,
    engine: str,
    as_json: bool,
    audit: int | str | None,
    linear_regions: bool,
    max_cells: int | None,
    max_seconds: float | None,
    max_memory: int | None,
) -> int:
    """Enumerate the exact complex of NET and report its regions, faces and facet counts."""
    from exactpoly.report.interruption import Interruption

    with Interruption() as interruption:
        from exactpoly.domain import Domain
        from exactpoly.report.certification import run_reference, run_subdivide
        from exactpoly.report.progress import ProgressLine

        network = _load(net, fold_float)
        place = Domain.parse(domain, network.input_dimension)
        limits, plan = _make_limits(max_cells, max_seconds, max_memory), _audit_plan(audit)
        with ProgressLine() as progress:
            if engine == "reference":
                if linear_regions:
                    raise InputError("--linear-regions: needs --engine subdivide")
                result = run_reference(
                    network, place, limits, plan, interruption=interruption, progress=progress
                )
            else:
                _, result = run_subdivide(
                    network,
                    place,
                    limits,
                    plan,
                    count_linear_regions=linear_regions,
                    interruption=interruption,
                    progress=progress,
                )
        if as_json:
            _print_json(result.to_json())
        else:
            from exactpoly.report.terminal import print_certification

            print_certification(result)
    return result.exit_code


@main.command(short_help="Layers, units, digest, how NET was read.")
@_net
@_json
def info(net: str, fold_float: bool, as_json: bool) -> None:
    """Say what NET is: layers, units, digest, and how it was read."""
    from exactpoly.report.details import info_json, info_table

    network = _load(net, fold_float)
    if as_json:
        _print_json(info_json(network))
    else:
        _print_tables(info_table(network))


@main.command("eval", short_help="Evaluate exactly at a point.", context_settings=_POINT_SETTINGS)
@_net
@click.argument("point", metavar="POINT")
@_json
def evaluate(net: str, fold_float: bool, point: str, as_json: bool) -> None:
    """Evaluate NET exactly at POINT, such as "1/3,-2,0.5", or @FILE with the numbers in a file."""
    from exactpoly.report.details import evaluation_json, evaluation_table

    network = _load(net, fold_float)
    place = _point(point, network)
    if as_json:
        _print_json(evaluation_json(network, place))
    else:
        _print_tables([evaluation_table(network, place)])


@main.command(short_help="The one region around a point.", context_settings=_POINT_SETTINGS)
@_net
@click.argument("point", metavar="POINT")
@_domain
@click.option(
    "--vertices/--no-vertices",
    default=None,
    help="Compute the vertices, or not.  [default: if there cannot be many]",
)
@_json
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

    network = _load(net, fold_float)
    place = _point(point, network)
    result = region_at(network, place, Domain.parse(domain, network.input_dimension))
    no_vertices = vertices_wanted(result, vertices)
    if as_json:
        _print_json(region_json(result, no_vertices))
    else:
        _print_tables(region_table(result, no_vertices))


@main.command(short_help="Draw the regions in the plane or a plane section.")
@_net
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help=".svg, .png or .pdf."
)
@_domain
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
@_limits
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

        check_output(output)
        plane, cut = plane_network(_load(net, fold_float), section)
        place, shown = Domain.parse(domain, 2), _window(window)
        with ProgressLine() as progress:
            complex_ = enumerate_complex(
                plane,
                domain=place,
                limits=_make_limits(max_cells, max_seconds, max_memory),
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


def _load(net: str, fold_float: bool) -> Network:
    from exactpoly.network.load import load

    network = load(net, fold_float=fold_float)
    # From here on integers are the network's own, however long; reading was still guarded.
    sys.set_int_max_str_digits(0)
    return network


def _make_limits(
    max_cells: int | None, max_seconds: float | None, max_memory: int | None
) -> Limits:
    from exactpoly.complex.limits import Limits

    return Limits(max_cells, max_seconds, max_memory)


def _audit_plan(audit: int | str | None) -> AuditPlan:
    from exactpoly.report.certification import AuditPlan

    if audit is None:
        return AuditPlan()
    if audit == "all":
        return AuditPlan(None, explicit=True)
    return AuditPlan(0 if audit == "none" else int(audit), explicit=True)


def _point(text: str, network: Network) -> tuple[Fraction, ...]:
    """The exact point of ``"1/3,-2,0.5"`` or of a file given as ``@FILE``."""
    from exactpoly.network.layer import exact_scalar

    source = "point"
    if text.startswith("@"):
        source = text[1:]
        try:
            text = Path(source).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{source}: cannot be read as a file of numbers") from error
    words = text.replace(",", " ").split()
    if len(words) != network.input_dimension:
        raise InputError(
            f"{source}: {len(words)} coordinates given, {network.name} takes"
            f" {network.input_dimension}"
        )
    return tuple(exact_scalar(word, f"{source}[{i}]") for i, word in enumerate(words))


def _window(text: str | None) -> Window | None:
    from exactpoly.domain import Domain

    if text is None or text == "all":
        return None
    try:
        bounds = Domain.parse(text, 2).bounds
    except InputError as error:
        raise InputError(f"--window: {error}") from error
    if bounds is None:
        raise InputError("--window: R^d is no window; give a box such as [-2,2]^2")
    return bounds[0], bounds[1]


def _print_json(data: dict[str, object]) -> None:
    click.echo(json.dumps(data, indent=1))


def _print_tables(tables: Sequence[Any]) -> None:
    from exactpoly.report.terminal import make_console

    console = make_console()
    for place, table in enumerate(tables):
        if place:
            console.print()
        console.print(table)
