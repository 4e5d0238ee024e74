"""Running the command line in this process, and networks to run it on."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from exactpoly.cli import main

CASES = Path(__file__).resolve().parent.parent / "cases"


def run(*arguments: str | Path) -> Result:
    """Run ``exactpoly ARGUMENTS``; an exception that is no exit is a failure of the test."""
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def run_json(*arguments: str | Path, exit_code: int = 0) -> dict[str, Any]:
    """The one JSON object that a command prints on stdout."""
    result = run(*arguments, "--json")
    assert result.exit_code == exit_code, result.output
    data = json.loads(result.stdout)
    assert isinstance(data, dict)
    return data


def one_sentence(result: Result) -> str:
    """The single line on stderr of a command that failed, with nothing on stdout."""
    assert result.stdout == ""
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("exactpoly: ")
    return lines[0]


def refused(*arguments: str | Path) -> str:
    """The one sentence of a command that refuses its input."""
    result = run(*arguments)
    assert result.exit_code == 3, result.output
    return one_sentence(result)


def case(name: str) -> Path:
    return CASES / f"{name}.json"


def write_network(path: Path, *widths: int, seed: int = 0) -> Path:
    """A network with random eighths as weights, ReLU everywhere but in the last layer."""
    draw = random.Random(seed)
    layers = [
        {
            "weight": [[f"{draw.randint(-40, 40)}/8" for _ in range(n)] for _ in range(m)],
            "bias": [f"{draw.randint(-40, 40)}/8" for _ in range(m)],
        }
        for n, m in pairwise(widths)
    ]
    path.write_text(json.dumps({"hidden_layers": layers[:-1], "output_layer": layers[-1]}))
    return path
