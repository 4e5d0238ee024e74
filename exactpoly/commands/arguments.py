"""Options and arguments of the command line, and how they are read.

Like `exactpoly.cli` this imports nothing but click before a command runs.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import fields
from fractions import Fraction
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from exactpoly.errors import InputError

if TYPE_CHECKING:
    from exactpoly.network.network import Network
    from exactpoly.readers.reading import Reading
    from exactpoly.report.certification import AuditPlan
    from exactpoly.report.plane import Window

__all__ = [
    "POINT_SETTINGS",
    "Seconds",
    "audit_options",
    "check_output",
    "domain_option",
    "executor_option",
    "in_options",
    "json_option",
    "load_network",
    "memory_amount",
    "memory_option",
    "network_argument",
    "point_argument",
    "read_audit",
    "read_point",
    "read_window",
    "reading_options",
    "runs",
]

Command = TypeVar("Command", bound=Callable[..., Any])
T = TypeVar("T")


_SEPARATOR = re.compile(r"[ \t\r\n]*,[ \t\r\n]*|[ \t\r\n]+")
_LONGEST_TIME = 1e9
_MEMORY = re.compile(r"([0-9]{1,20}(?:\.[0-9]{1,20})?)\s*([kKMGT]?)(i?)B?")


def memory_amount(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """A number of bytes: ``4GiB``, ``500MB``, ``1.5 GB``, ``1000000``."""
    if value is None:
        return None
    match = _MEMORY.fullmatch(value.strip())
    if match is None:
        raise click.BadParameter(f"{value!r} is not an amount of memory; write 4GiB or 500MB")
    number, prefix, binary = match.groups()
    factor = (1024 if binary else 1000) ** " KMGT".index(prefix.upper() or " ")
    return int(Fraction(number) * factor)


class Seconds(click.FloatRange):
    """A time that a clock can wait for, so neither nan, which no time ever passes, nor infinity."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        seconds = float(super().convert(value, param, ctx))
        if not seconds <= _LONGEST_TIME:
            name = "seconds" if param is None else param.opts[0]
            raise InputError(f"{name}: {value} is not a number of seconds up to 10^9")
        return seconds


def _audit(ctx: click.Context, param: click.Parameter, value: str | None) -> int | str | None:
    """``all``, ``none`` or a number of regions."""
    if value in (None, "all", "none"):
        return value
    if not re.fullmatch("[0-9]{1,18}", value):
        raise click.BadParameter(f"{value!r} is not all, none or a number of regions")
    return int(value)


def _input_shape(
    ctx: click.Context, param: click.Parameter, value: tuple[str, ...]
) -> tuple[tuple[int, ...], ...]:
    """Positive integers such as ``1,28,28``, once for each input."""
    for text in value:
        if not all(re.fullmatch(r"\s*0*[1-9][0-9]{0,8}\s*", size) for size in text.split(",")):
            raise click.BadParameter(
                f"{text!r} is not a shape; write positive integers such as 1,28,28"
            )
    return tuple(tuple(map(int, text.split(","))) for text in value)


def _options(*decorators: Callable[[Command], Command]) -> Callable[[Command], Command]:
    def apply(command: Command) -> Command:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return apply


_READING = (
    click.option(
        "--fold-float",
        is_flag=True,
        help="Take batch normalisation with its scale rounded to float64 as the network.",
    ),
    click.option(
        "--input-shape",
        callback=_input_shape,
        multiple=True,
        metavar="N,N,..",
        help="Shape of one input if the file leaves it open, such as 1,28,28; repeat for several inputs.",
    ),
    click.option("--prefix", metavar="NAME", help="Which of several networks in NET to read."),
    click.option(
        "--output-name", metavar="NAME", help="Output or inner value at which the network ends."
    ),
    click.option(
        "--activation",
        metavar="NAME",
        help="Activation between the layers of a file of tensors, such as leaky_relu:0.01.",
    ),
    click.option(
        "--final-activation", is_flag=True, help="Apply the activation after the last layer too."
    ),
    click.option("--transpose", is_flag=True, help="Matrices in NET have shape (inputs, outputs)."),
    click.option("--drop-head", is_flag=True, help="Leave out a Softmax or the like at the end."),
)


def reading_options(command: Command) -> Command:
    """The options that say how NET is read; the command gets them as one `Reading`, ``read_as``."""

    @wraps(command)
    def with_reading(*args: Any, **kwargs: Any) -> Any:
        from exactpoly.readers.reading import Reading

        names = [field.name for field in fields(Reading)]
        reading = Reading(**{name: kwargs.pop(name) for name in names})
        return command(*args, read_as=reading, **kwargs)

    return _options(*_READING)(cast(Command, with_reading))


network_argument = _options(click.argument("net", metavar="NET"), reading_options)
domain_option = click.option(
    "--domain",
    default="R^d",
    show_default=True,
    metavar="DOMAIN",
    help='R^d; a box such as "[-1,1]^3" or "[0,1]x[-2,1/2]"; a polytope such as'
    ' "x0+x1<=1, x0>=0, x1>=0"; or @FILE, a file that contains one of these.',
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
memory_option = click.option(
    "--max-memory",
    callback=memory_amount,
    metavar="SIZE",
    help="Stop at this much memory, such as 4GiB or 500MB.",
)
_limit_options = (
    click.option(
        "--max-cells",
        type=click.IntRange(min=1),
        metavar="N",
        help="Stop at this many cells of all dimensions (regions, with --engine reference).",
    ),
    click.option("--max-seconds", type=Seconds(min=0), metavar="S", help="Stop after this time."),
    memory_option,
)
executor_option = click.option(
    "--executor",
    "executor_kind",
    default="processes",
    show_default=True,
    metavar="processes|dask|dask:ADDRESS|mpi",
    help="Where the work is done.",
)
_worker_options = (
    click.option(
        "--workers",
        type=click.IntRange(1),
        default=1,
        show_default=True,
        metavar="N",
        help="Number of threads (processes without the compiled engine) that share the work.",
    ),
    executor_option,
)
_checkpoint_option = click.option(
    "--checkpoint",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Resume from FILE if it exists; write it every minute and when the run stops early.",
)
_LIMITS = ("max_cells", "max_seconds", "max_memory")


def runs(
    *, limits: bool = True, cells: bool = True, workers: bool = False, checkpoint: bool = False
) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Decorate a command that computes: it gets a `Run` as ``run``, made from options it does not see.

    Which options: those of ``limits``, of ``cells`` too, ``workers`` and where they run, a ``checkpoint``.
    While the command runs, Ctrl-C and SIGTERM stop it, and progress is shown.
    """
    options = [
        *(_limit_options[0 if cells else 1 :] if limits else ()),
        *(_worker_options if workers else ()),
        *((_checkpoint_option,) if checkpoint else ()),
    ]
    return lambda command: _options(*options)(_with_run(command, workers))


def _with_run(command: Callable[..., T], workers: bool) -> Callable[..., T]:
    @wraps(command)
    def with_run(*arguments: Any, **named: Any) -> T:
        from exactpoly.running.executors import open_executor
        from exactpoly.running.interruption import Interruption
        from exactpoly.running.limits import Limits
        from exactpoly.running.progress import ProgressLine
        from exactpoly.running.run import Run

        own = [named.pop(name, None) for name in _LIMITS]
        count = named.pop("workers") if workers else 1
        kind = named.pop("executor_kind") if workers else "processes"
        checkpoint = named.pop("checkpoint", None)
        with (
            Interruption() as interruption,
            ProgressLine() as progress,
            open_executor(kind, count) as executor,
        ):
            run = Run(Limits(*own), interruption, progress, executor, 2 * count, count, checkpoint)
            return command(*arguments, run=run, **named)

    return with_run


def check_output(output: Path, *inputs: str | Path) -> None:
    """Refuse a file that could not be written, or is an input, before any work is done."""
    from exactpoly.running.files import check_output

    check_output(output, *inputs)


audit_options = _options(
    click.option(
        "--audit",
        callback=_audit,
        metavar="all|N|none",
        help="Regions that pycddlib recomputes.  [default: a seeded sample, if pycddlib is there]",
    ),
    click.option(
        "--audit-seconds",
        type=Seconds(min=0),
        metavar="S",
        help="Time limit for the audit.  [default: 60 if --audit is not given, else none]",
    ),
)
point_argument = click.argument("point", metavar="POINT")
POINT_SETTINGS = {"ignore_unknown_options": True}
"""Settings of commands that take a point: it may begin with a minus sign, which is no option."""


_ARGUMENTS = re.compile(
    r"(?<![\w./-])(?:max_cells|max_memory|max_seconds|fold_float|input_shape|output_name)(?![\w./=-])"
    r"|\A(?:audit|executor|minimise|python|slice|tools|widths|window)(?=[:[])"
)


def in_options(message: str) -> str:
    """A message of the library, which names arguments, in the words of the command line.

    >>> in_options("9 cells exceed max_cells 5"), in_options("widths: 3,0 given")
    ('9 cells exceed --max-cells 5', '--widths: 3,0 given')
    >>> in_options("fold_float, or exactpoly.load(model, fold_float=True)")
    '--fold-float, or exactpoly.load(model, fold_float=True)'
    """
    return _ARGUMENTS.sub(lambda match: "--" + match[0].replace("_", "-"), message)


def load_network(net: str, read_as: Reading) -> Network:
    """The network of a file, read within the limits of the command; signals stop it at once."""
    from exactpoly.readers.load import read
    from exactpoly.running.interruption import Interruption, ending
    from exactpoly.running.limits import Limits
    from exactpoly.running.progress import Waiting
    from exactpoly.running.run import Run

    context = click.get_current_context(silent=True)
    given = {} if context is None else context.params
    limits = Limits(max_seconds=given.get("max_seconds"), max_memory=given.get("max_memory"))
    with (
        Waiting(f"reading {net}"),
        Interruption() as interruption,
        ending(Run(limits, interruption)),
    ):
        network = read(net, read_as)
    # From here on integers are the network's own, however long; reading was still guarded.
    sys.set_int_max_str_digits(0)
    return network


def read_audit(audit: int | str | None, seconds: float | None) -> AuditPlan:
    from exactpoly.report.certification import AuditPlan

    if audit is None:
        return AuditPlan(seconds=seconds)
    if audit == "all":
        return AuditPlan(None, True, seconds)
    return AuditPlan(0 if audit == "none" else int(audit), True, seconds)


def read_point(text: str, network: Network) -> tuple[Fraction, ...]:
    """The exact point of ``"1/3,-2,0.5"`` or of a file given as ``@FILE``."""
    from exactpoly.arithmetic.rational import exact_scalar
    from exactpoly.running.files import check_input, file_text

    source = "point"
    if text.startswith("@"):
        source = text[1:]
        check_input(source)
        text = file_text(source)
    words = [word for word in _SEPARATOR.split(text.strip()) if text.strip()]
    if len(words) != network.input_dimension:
        raise InputError(
            f"{source}: {len(words)} coordinates given, {network.name} takes"
            f" {network.input_dimension}"
        )
    return tuple(exact_scalar(word, f"{source}[{i}]") for i, word in enumerate(words))


def read_window(text: str | None) -> Window | None:
    from exactpoly.domain import Domain

    if text is None or text == "all":
        return None
    try:
        bounds = Domain.parse(text, 2).bounds
    except InputError as error:
        raise InputError(f"window: {error}") from error
    if bounds is None:
        raise InputError("window: R^d is not a window; give a box such as [-2,2]^2")
    return bounds[0], bounds[1]
