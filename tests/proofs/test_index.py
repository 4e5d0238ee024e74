"""proofs/INDEX.md: what it names exists, and functions and statements point at each other."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from exactpoly.theory import Theorem

ROOT = Path(__file__).parents[2]
PROOFS = ROOT / "proofs"
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (PROOFS / "INDEX.md").read_text().splitlines()
    if re.match(r"\| \w+\.md, ", line)
]
TESTS = set(
    re.findall(
        r"^def (test_\w+)", "\n".join(p.read_text() for p in ROOT.glob("tests/**/*.py")), re.M
    )
)
MODULES = {path.stem for path in ROOT.glob("tests/**/test_*.py")}


def resolve(name: str) -> Any:
    """The module, class, function or theorem of a dotted name below `exactpoly`."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(["exactpoly", *parts[:end]]))
        except ModuleNotFoundError:
            continue
        for part in parts[end:]:
            found = inspect.getattr_static(found, part)
        return found
    raise LookupError(name)


def says(found: Any) -> str:
    """The text in which something names what it rests on."""
    if isinstance(found, Theorem):
        return f"{found.source} {found.status}"
    return inspect.getdoc(getattr(found, "func", None) or found) or ""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_statement_functions_and_tests_point_at_each_other(row: list[str]) -> None:
    statement, functions, tests = row
    file, _, label = statement.partition(", ")
    number = re.escape(label.removeprefix("section ").removeprefix("Corollary "))
    assert re.search(rf"\b{number}\b", (PROOFS / file).read_text().replace("(F3)", "F3"))
    for name in re.findall(r"`([\w.]+)`", functions):
        text = " ".join(says(resolve(name)).split())
        assert file in text, name
        wanted = re.escape(label).replace("Theorem", r"Theorems?(?: \d+ and)?")
        assert re.search(rf"\b{wanted}\b", text), name
    assert set(tests.split(", ")) <= TESTS


def test_every_theorem_has_a_row() -> None:
    """Numbered statements in bold, and those of the table, but for the ones listed as unused."""
    listed = {row[0] for row in ROWS}
    index = (PROOFS / "INDEX.md").read_text()
    unused = index.rpartition("no code relies on")[2]
    for file, named in re.findall(r"^Of \[([\w.]+)\](.*?)\n\n", index, re.M | re.S):
        for first, last in re.findall(r"(\d+)(?: to (\d+))?", named):
            listed |= {f"{file}, Theorem {n}" for n in range(int(first), int(last or first) + 1)}
    for file in PROOFS.glob("*.md"):
        text = file.read_text()
        found = re.findall(r"^(?:> )?\*\*(Theorem [0-9A-Z]+|[12]\.[0-9]+)\b", text, re.M)
        for label in found:
            if file.name not in ("INDEX.md", "REVIEW.md", "README.md"):
                named = re.search(rf"{file.name}, (?:\w+ )*{re.escape(label)}\b", unused)
                assert f"{file.name}, {label}" in listed or named, (file.name, label)


def test_tests_named_in_the_proofs_exist() -> None:
    for file in PROOFS.glob("*.md"):
        for name in set(re.findall(r"\btest_\w+", file.read_text())):
            assert name in TESTS | MODULES, (file.name, name)
