"""Tables of verdicts and of bounds for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from rich.console import Group
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from exactpoly.report.text import decimal, rational_text, widths_text
from exactpoly.theory.architecture import ArchitectureBound
from exactpoly.theory.evidence import Evidence
from exactpoly.theory.theorem import Theorem
from exactpoly.theory.verdict import Check, Verdict

__all__ = ["architecture_table", "verdict_table"]

_STYLES = {
    Verdict.HOLDS: "green",
    Verdict.VIOLATED: "bold red",
    Verdict.HYPOTHESES_NOT_MET: "yellow",
    Verdict.NOT_APPLICABLE: "dim",
}


def verdict_table(
    evidence: Evidence, checks: Sequence[tuple[Theorem, Check]], *, details: bool = False
) -> Group:
    """The table of `exactpoly bounds`: a line a theorem, with ``details`` one an inequality."""
    complex_ = evidence.complex
    partial = "" if complex_.complete else f", PARTIAL ({complex_.stopped})"
    head = (
        f"{complex_.network.name}  {widths_text(complex_.network)}  on {complex_.domain}:"
        f" {complex_.n_regions} regions{partial}"
    )
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("theorem", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    table.add_column("left", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("right", no_wrap=True)
    table.add_column("slack", no_wrap=True)
    table.add_column("", overflow="fold", min_width=20)
    for theorem, check in checks:
        shown = check.instances if details else [check.tightest] if check.tightest else []
        verdict = f"[{_STYLES[check.verdict]}]{check.verdict.value}[/]"
        remark = _remark(check)
        if not shown:
            table.add_row(theorem.id, verdict, "", "", "", "", escape(remark))
        for place, instance in enumerate(shown):
            first = place == 0
            notes = [instance.label, remark if first else ""]
            table.add_row(
                theorem.id if first else "",
                verdict if first else "",
                rational_text(instance.left, 14),
                instance.relation.value,
                rational_text(instance.right, 14),
                _rounded(instance.slack),
                escape("; ".join(note for note in notes if note)),
            )
    return Group(Text(head, style="bold"), table)


def _remark(check: Check) -> str:
    parts = [str(h) for h in check.hypotheses if not h.met]
    if check.reason:
        parts.append(check.reason)
    if check.verdict is Verdict.HYPOTHESES_NOT_MET:
        parts.insert(0, "true all the same" if check.conclusion else "and false here")
    return "; ".join(parts)


def _rounded(value: Fraction) -> str:
    return rational_text(value, 14) if value.denominator == 1 else f"≈ {decimal(value)}"


def architecture_table(d: int, widths: Sequence[int], rows: Sequence[ArchitectureBound]) -> Group:
    """The table of `exactpoly bounds --widths`."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("quantity", no_wrap=True)
    table.add_column("at least", justify="right", overflow="fold")
    table.add_column("at most", justify="right", overflow="fold")
    table.add_column("source", overflow="fold")
    for row in rows:
        lower, upper = ("" if x is None else _exact(x) for x in (row.lower, row.upper))
        table.add_row(row.quantity, lower, upper, escape(row.source))
    head = f"every ReLU network {'-'.join(str(n) for n in (d, *widths))} on R^{d}"
    return Group(Text(head, style="bold"), table)


def _exact(value: Fraction) -> str:
    return str(value) if value.denominator == 1 else f"{value} ≈ {decimal(value)}"
