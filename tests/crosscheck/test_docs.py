"""docs/crosscheck.md says what docs/crosscheck/gallery.csv holds, and shows what the command prints."""

from __future__ import annotations

import csv
import os
import shlex
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from exactpoly.crosscheck.text import verdict_text
from exactpoly.crosscheck.verdict import ABOUT_REGIONS
from tests.crosscheck.peers import ask

DOCS = Path(__file__).parents[2] / "docs"
FAMILIES = {
    "d": "degenerate",
    "k": "kinks",
    "n": "nearly degenerate",
    "q": "quantised, -3 to 3",
    "r": "quantised, ternary",
    "t": "tents",
}


def page() -> str:
    return (DOCS / "crosscheck.md").read_text(encoding="utf-8")


def gallery(folder: str = "") -> list[dict[str, str]]:
    path = DOCS / "crosscheck" / folder / "gallery.csv"
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def right(lines: list[dict[str, str]], tool: str) -> str:
    """How often a tool was right of how often it was asked."""
    asked = [
        line
        for line in lines
        if line["tool"] == tool and line["outcome"] not in ("not offered", "not installed")
    ]
    return f"{sum(line['outcome'] == 'right' for line in asked)} / {len(asked)}"


def test_readme_says_how_often_tools_were_right():
    text = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    rows = text.partition("| tool | generic | hard |")[2].partition("\n\n")[0].splitlines()[2:]
    assert len(rows) == 8
    for row in rows:
        name, generic, hard = (cell.strip() for cell in row.strip("| ").split("|"))
        tool = name.partition(",")[0].lower().replace("_", "-").replace(" 2.0", "2")
        assert (generic, hard) == (right(gallery("generic"), tool), right(gallery(), tool)), name


def table() -> list[str]:
    """By family and tool: right / asked (right about the regions themselves)."""
    tools = list(dict.fromkeys(line["tool"] for line in gallery()))
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for line in gallery():
        if line["outcome"] in ("not offered", "not installed"):
            continue
        cell = counts[line["network"][0], line["tool"]]
        kinds = {part.rpartition(":")[0] for part in line["findings"].split("; ")}
        cell[0] += line["outcome"] == "right"
        cell[1] += 1
        cell[2] += line["outcome"] in ("right", "wrong") and not kinds & ABOUT_REGIONS
    lines = [["networks", *tools], ["---"] * (len(tools) + 1)]
    for letter, name in FAMILIES.items():
        cells = [counts[letter, tool] for tool in tools]
        lines.append(
            [f"`{letter}` {name}", *(f"{a} / {b} ({c})" if b else "" for a, b, c in cells)]
        )
    return ["| " + " | ".join(line) + " |" for line in lines]


def promises() -> list[str]:
    """By tool: right and wrong of asked, within what the tool promises and outside."""
    asked = [x for x in gallery() if x["outcome"] not in ("not offered", "not installed")]
    lines = []
    for tool in dict.fromkeys(line["tool"] for line in gallery()):
        cells = []
        for word in ("yes", "no"):
            told = [x["outcome"] for x in asked if (x["tool"], x["promised"]) == (tool, word)]
            count = f"{told.count('right')}, {told.count('wrong')} of {len(told)}"
            cells.append(count if told else "")
        lines.append(f"| {tool} | {cells[0]} | {cells[1]} |")
    return lines


def test_the_tables_are_those_of_the_gallery():
    assert "\n".join(table()) in page()
    assert "\n".join(promises()) in page()


def test_the_command_and_the_versions_are_those_of_the_gallery():
    markdown = (DOCS / "crosscheck" / "gallery.md").read_text(encoding="utf-8")
    command = next(line for line in markdown.splitlines() if line.startswith("    exactpoly"))
    assert command in page()
    for tool, version in {(x["tool"], x["version"]) for x in gallery() if x["version"]}:
        assert f"{tool} {version}" in " ".join(page().split())


@pytest.mark.parametrize("case", ["d15_abs_gap", "d20_abs_gap3_grid"])
def test_the_output_shown_is_that_of_the_command(case):
    verdict = ask("relucent", case)
    shown = "\n".join(f"    {line}" for line in verdict_text(verdict).splitlines())
    assert shown in page()


def test_the_worked_example_prints_what_its_page_shows():
    page = (DOCS / "judge_your_tool.md").read_text(encoding="utf-8")
    start = page.index("    $ exactpoly compare")
    command, *shown = page[start:].split("\n\n")[0].splitlines()
    words = shlex.split(command.removeprefix("    $ exactpoly "))
    words[-1] = words[-1].replace("python ", f"{sys.executable} ")
    done = subprocess.run(
        [sys.executable, "-m", "exactpoly", *words],
        cwd=DOCS.parent,
        env=os.environ | {"PYTHONPATH": str(DOCS.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 4
    assert done.stdout.splitlines() == [line.removeprefix("    ") for line in shown]


def test_the_generic_table_is_that_of_its_gallery():
    """Name, version, and how often each tool was right of how often it was asked."""
    lines = [x for x in gallery("generic") if x["outcome"] not in ("not offered", "not installed")]
    text = page()
    rows = [row for row in text.splitlines() if row.startswith("| ") and " / " in row]
    for tool in dict.fromkeys(line["tool"] for line in lines):
        version = next(line["version"] for line in lines if line["tool"] == tool)
        cell = f"| {right(lines, tool)} |"
        assert any(cell in row and version in row for row in rows), (tool, cell)
    assert all(line["simple"] == "True" for line in lines)
    assert {x["tool"] for x in lines if x["promised"] == "no"} == {"affinitree", "grid"}
