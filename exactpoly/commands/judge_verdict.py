"""`exactpoly judge-verdict`: whether another tool's verdict on a property is right."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exactpoly.commands.arguments import Seconds, json_option, load_network, reading_options
from exactpoly.commands.questions import PARTIAL, REFUTED, put
from exactpoly.errors import InputError

if TYPE_CHECKING:
    from exactpoly.properties.judge import Judgement
    from exactpoly.readers.reading import Reading

__all__ = ["judge_verdict"]

_RESULTS = ("sat", "unsat")
_OF_OTHERS = {"holds": "unsat", "violated": "sat"}


@click.command("judge-verdict", short_help="Decide whether another tool's verdict is right.")
@click.argument("net", metavar="NET", required=False)
@click.argument("property_file", metavar="PROPERTY.vnnlib", required=False)
@reading_options
@click.option("--result", type=click.Choice(_RESULTS), help="What the other tool says.")
@click.option("--witness", metavar="FILE", help="Its counterexample, in the competition's format.")
@click.option(
    "--batch",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="FOLDER",
    help="Judge all of FOLDER/results.csv, with counterexamples in FOLDER/CATEGORY.",
)
@click.option(
    "--benchmarks",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="FOLDER",
    help="Folder of the networks and properties that results.csv names.",
)
@click.option(
    "--max-seconds", type=Seconds(min=0), metavar="S", help="Time limit for each verdict."
)
@json_option
def judge_verdict(
    net: str | None,
    property_file: str | None,
    read_as: Reading,
    result: str | None,
    witness: str | None,
    batch: Path | None,
    benchmarks: Path | None,
    max_seconds: float | None,
    as_json: bool,
) -> int:
    """Decide whether --result is right about PROPERTY.vnnlib and the exact network in NET.

    Exit codes: 0 right; 4 wrong, or right only within a tolerance; 2 undecided within --max-seconds. A
    results.csv has lines CATEGORY,NETWORK,PROPERTY,PREPARATION,RESULT,SECONDS.
    """
    from exactpoly.report.terminal import fields, print_json, print_tables

    if batch is not None:
        return _batch(batch, benchmarks or batch, read_as, max_seconds, as_json)
    if net is None or property_file is None or result is None:
        raise InputError("give NET, PROPERTY.vnnlib and --result, or --batch FOLDER")
    found = _judged(net, property_file, read_as, result, witness, max_seconds)
    if as_json:
        print_json(found.to_json())
    else:
        table = fields()
        for name, value in found.to_json().items():
            if value:
                table.add_row(name, ", ".join(value) if isinstance(value, list) else str(value))
        print_tables([table])
    return _code([found.judgement])


def _code(judgements: list[str]) -> int:
    if "wrong" in judgements or "within tolerance" in judgements:
        return REFUTED
    return PARTIAL if "undecided" in judgements else 0


def _judged(
    net: str,
    property_file: str,
    read_as: Reading,
    result: str,
    witness: str | None,
    max_seconds: float | None,
) -> Judgement:
    import exactpoly.front as front
    from exactpoly.properties.judge import judge
    from exactpoly.readers.vnnlib import read_vnnlib
    from exactpoly.readers.witness import read_witness
    from exactpoly.running.interruption import Interruption
    from exactpoly.running.limits import Limits
    from exactpoly.running.progress import ProgressLine
    from exactpoly.running.run import Run

    network = load_network(net, read_as)
    asked = read_vnnlib(property_file)
    point = None if witness is None else read_witness(witness, network.input_dimension)
    with Interruption() as interruption, ProgressLine() as progress:
        run = Run(Limits(max_seconds=max_seconds), interruption, progress)
        return judge(
            network,
            asked.conjunctions,
            result,
            point,
            lambda: put(lambda **flags: front.prove(network, asked, **flags), run),
        )


def _rows(folder: Path) -> Iterator[tuple[str, str, str, str]]:
    """Category, network, property and result of each line."""
    path = folder / "results.csv"
    try:
        with path.open(newline="", encoding="utf-8") as file:
            lines = list(csv.reader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read; --batch takes a results folder") from error
    for number, line in enumerate(lines, 1):
        if len(line) < 5:
            raise InputError(f"{path}: line {number} has {len(line)} fields, not 6")
        category, net, asked, _, result = (word.strip() for word in line[:5])
        yield category, net, asked, _OF_OTHERS.get(result, result)


def _batch(
    folder: Path, benchmarks: Path, read_as: Reading, max_seconds: float | None, as_json: bool
) -> int:
    from rich.table import Table

    from exactpoly.report.terminal import print_json, print_tables

    results: list[dict[str, Any]] = []
    for category, net, asked, result in _rows(folder):
        entry: dict[str, Any] = {"network": Path(net).stem, "property": Path(asked).stem}
        if result in _RESULTS:
            name = f"{Path(net).stem}_{Path(asked).stem}.counterexample"
            places = [folder / category / (name + end) for end in (".gz", "")]
            given = next((str(p) for p in places if p.exists()), None) if result == "sat" else None
            paths = (str(benchmarks / net), str(benchmarks / asked))
            found = _judged(*paths, read_as, result, given, max_seconds)
            entry |= found.to_json()
        else:
            entry |= {"judgement": "no verdict", "claimed": result}
        results.append(entry)
    if as_json:
        print_json({"results": results})
    else:
        columns = ("network", "property", "claimed", "truth", "judgement", "tolerance")
        table = Table(*columns, box=None)
        for entry in results:
            table.add_row(*(str(entry.get(name) or "") for name in columns))
        print_tables([table])
    return _code([entry["judgement"] for entry in results])
