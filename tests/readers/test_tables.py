"""The tables of docs/reading.md: every operator and container is run, and the page says what came of it.

`EXACTPOLY_WRITE_TABLES=1` writes the tables into the page.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")

from exactpoly.errors import InputError  # noqa: E402
from exactpoly.network import Network  # noqa: E402
from exactpoly.readers.load import load  # noqa: E402
from exactpoly.readers.onnx_operators import OPERATORS  # noqa: E402
from exactpoly.readers.torch_functions import NAMED  # noqa: E402
from exactpoly.readers.torch_modules import MODULES  # noqa: E402
from tests.readers.container_cases import CONTAINERS  # noqa: E402
from tests.readers.onnx_cases import ONNX, ONNX_REFUSED, onnx_model  # noqa: E402
from tests.readers.torch_cases import (  # noqa: E402
    FUNCTIONS,
    TORCH_MODULES,
    TORCH_REFUSED,
    functional,
)

PAGE = Path(__file__).parents[2] / "docs" / "reading.md"
UNSPOKEN = ("weights of dtype", "compared with", "torch's own", "assumed:")
"""Notes that every model has, or every file of tensors."""


def row(name: str, make: Callable[[], Network]) -> str:
    """A line of a table: what reading gave."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            network = make()
    except InputError as error:
        reason = re.sub(r"^.*?(node|module|operator|layer) '.*?' \(.*?\): ", "", str(error))
        reason = reason.removeprefix("this operator is not supported: ")
        return f"| `{name}` | refused | {_plain(reason.partition('; supported are')[0])} |"
    notes = [note for note in network.notes if not note.startswith(UNSPOKEN)]
    units = f"{network.n_neurons} ReLU units" if network.n_neurons != 1 else "1 ReLU unit"
    told = "; ".join([units, *map(_plain, notes)])
    return f"| `{name}` | {'exact, with a note' if notes else 'exact'} | {told} |"


def _plain(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def onnx_rows() -> Iterator[str]:
    for name, (shape, body) in sorted({**ONNX, **ONNX_REFUSED}.items()):
        model = onnx_model(shape, body)
        yield row(name, lambda model=model: load(model))


def torch_rows() -> Iterator[str]:
    for name, (make, shape) in sorted({**TORCH_MODULES, **TORCH_REFUSED}.items()):
        yield row(
            f"nn.{name}",
            lambda make=make, shape=shape: load(make().eval(), input_shape=shape),
        )


def function_rows() -> Iterator[str]:
    for name, (function, shape) in sorted(FUNCTIONS.items()):
        yield row(
            name,
            lambda function=function, shape=shape: load(functional(function), input_shape=shape),
        )


def container_rows(folder: Path) -> Iterator[str]:
    for name, make in CONTAINERS.items():
        yield row(name, lambda make=make: make(folder))


HEAD = "| {} | read | what it adds, or why not |\n|---|---|---|"


def written(marker: str, title: str, rows: Iterator[str]) -> None:
    """Hold the page against the rows, or write them into it."""
    text = PAGE.read_text(encoding="utf-8")
    start, end = f"<!-- {marker} -->\n", f"<!-- end of {marker} -->\n"
    before, _, rest = text.partition(start)
    old, found, after = rest.partition(end)
    assert found, f"{PAGE} has no section {marker}"
    new = "\n".join([HEAD.format(title), *rows, ""])
    if os.environ.get("EXACTPOLY_WRITE_TABLES"):
        PAGE.write_text(before + start + new + end + after, encoding="utf-8")
    else:
        assert old == new, "docs/reading.md is behind: EXACTPOLY_WRITE_TABLES=1 writes it anew"


def test_onnx_operators() -> None:
    assert set(OPERATORS) == {name.partition(",")[0] for name in ONNX}, (
        "a case for each operator, and none for others"
    )
    written("onnx operators", "ONNX operator", onnx_rows())


def test_torch_modules() -> None:
    assert {kind.__name__ for kind in MODULES} == set(TORCH_MODULES)
    written("torch modules", "torch module", torch_rows())


def test_torch_functions() -> None:
    names = {re.split("[(,]", name)[0].rpartition(".")[2] for name in FUNCTIONS}
    curved = {"exp", "layer_norm", "normalize", "softmax", "tanh", "var"}
    assert names - set(NAMED) == curved | {"argmax", "argsort", "sign"}
    written("torch functions", "torch function", function_rows())


def test_containers(tmp_path: Path) -> None:
    written("containers", "what is given", container_rows(tmp_path))


def test_supported_ones_are_not_refused() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name in ONNX:
        [line] = [line for line in text.splitlines() if line.startswith(f"| `{name}` |")]
        assert "| refused |" not in line or "--fold-float" in line, line
    for name in TORCH_MODULES:
        [line] = [line for line in text.splitlines() if line.startswith(f"| `nn.{name}` |")]
        assert "| refused |" not in line or "--fold-float" in line, line
    for name in ONNX_REFUSED:
        assert f"| `{name}` | refused |" in text
