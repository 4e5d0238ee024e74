"""The table of an answer about a network on a box."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table

from exactpoly.properties.answer import Answer
from exactpoly.report.terminal import fields
from exactpoly.report.text import printable, widths_text

__all__ = ["answer_table"]


def _text(value: Any) -> str:
    """A number or word; a point with commas; points in brackets.

    >>> _text(["1/2", "0"]), _text([["0", "1"], ["1", "1"]])
    ('1/2, 0', '(0, 1), (1, 1)')
    """
    if not isinstance(value, list):
        return str(value)
    return ", ".join(f"({_text(part)})" if isinstance(part, list) else part for part in value)


def _proof(answer: Answer) -> str:
    """What stands behind an answer; one from the complex, or without a bound, has no certificate."""
    if answer.facts:
        return f"{answer.nodes:,} nodes searched, accepted by the checker"
    if "from" in answer.details:
        return "none of its own; exactpoly certify writes a certificate of the complex"
    return "none"


def answer_table(answer: Answer, certificate: Path | None) -> Table:
    """Everything that is known, a line each; numbers are exact."""
    table = fields()

    def add(name: str, value: Any) -> None:
        table.add_row(name, escape(printable(str(value))))

    if answer.stopped:
        table.add_row("[bold red]PARTIAL[/]", f"[bold red]stopped: {escape(answer.stopped)}[/]")
    for name, value in answer.details.items():
        if value is not None:
            add(name.replace("_", " "), _text(value))
    for network in answer.networks:
        add("network", f"{network.name}  {widths_text(network)}, digest {network.digest[:16]}")
    add("about", "the exact network in the file, not its evaluation in floating point")
    add("proof", _proof(answer))
    if certificate is not None:
        size = certificate.stat().st_size
        add("certificate", f"{certificate}, {size:,} bytes; exactpoly check {certificate}")
    return table
