"""Verdicts on theorems for the terminal: what is proved, what was refuted, what it means for a network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from exactpoly.report.text import decimal, rational_text, widths_text
from exactpoly.theory.architecture import ArchitectureBound
from exactpoly.theory.evidence import Evidence
from exactpoly.theory.theorem import Theorem
from exactpoly.theory.verdict import Check, Verdict

__all__ = ["architecture_table", "reading", "verdict_meaning", "verdict_table"]

_STYLES = {
    Verdict.HOLDS: "green",
    Verdict.VIOLATED: "bold red",
    Verdict.HYPOTHESES_NOT_MET: "yellow",
    Verdict.NOT_APPLICABLE: "dim",
}
_SHORT = {Verdict.HYPOTHESES_NOT_MET: "not met"}
Checks = Sequence[tuple[Theorem, Check]]


def verdict_table(evidence: Evidence, checks: Checks, *, details: bool = False) -> Group:
    """What `exactpoly bounds` prints: a line a theorem, with ``details`` one an inequality.

    Proved theorems come first, then those that were published and are refuted, each with a sentence on
    what the verdict means for the network at hand.
    """
    complex_ = evidence.complex
    partial = "" if complex_.complete else f", PARTIAL ({complex_.stopped})"
    head = (
        f"{complex_.network.name}  {widths_text(complex_.network)}  on {complex_.domain}:"
        f" {complex_.n_regions} regions{partial}"
    )
    parts: list[RenderableType] = [Text(head, style="bold")]
    for title, refuted in (("Proved", False), ("Published, and refuted since", True)):
        shown = [
            (t, c)
            for t, c in checks
            if t.refuted is refuted and c.verdict is not Verdict.NOT_APPLICABLE
        ]
        if shown:
            parts += [Text(""), Text(title, style="italic"), _table(shown, details)]
    parts += [Text("")] + [
        Text(line) for line in (*verdict_meaning(checks), *reading(evidence, checks))
    ]
    return Group(*parts)


def reading(evidence: Evidence, checks: Checks) -> Iterator[str]:
    """How "supertransversal" was read, where there are two readings and a verdict hangs on it."""
    hangs = any(
        h.name == "supertransversal" and c.conclusion is False
        for _, c in checks
        for h in c.hypotheses
    )
    if len(evidence.widths) > 2 and hangs:
        yield (
            "'Supertransversal' is decided at the points that inputs reach. As published it asks more."
            f" {str(evidence.supertransversal_everywhere).capitalize()}."
        )


def _table(checks: Checks, details: bool) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name, right in (("theorem", False), ("verdict", False), ("left", True), ("", False)):
        table.add_column(name, justify="right" if right else "left", no_wrap=True)
    table.add_column("right", no_wrap=True)
    table.add_column("about", overflow="fold", min_width=20)
    for theorem, check in checks:
        shown = check.instances if details else [check.tightest] if check.tightest else []
        verdict = _verdict(theorem, check)
        for place, instance in enumerate(shown):
            first = place == 0
            notes = [instance.label, _remark(check) if first else ""]
            table.add_row(
                theorem.id if first else "",
                verdict if first else "",
                rational_text(instance.left, 14),
                instance.relation.value,
                rational_text(instance.right, 14),
                escape("; ".join(note for note in notes if note)),
            )
    return table


def _verdict(theorem: Theorem, check: Check) -> str:
    """The verdict in colour; a network that refutes what is refuted anyway is no cause for alarm."""
    if theorem.refuted and check.verdict is Verdict.VIOLATED:
        return "[cyan]counterexample[/]"
    word = _SHORT.get(check.verdict, check.verdict.value)
    return f"[{_STYLES[check.verdict]}]{word}[/]"


def _remark(check: Check) -> str:
    parts = [str(h) for h in check.hypotheses if not h.met]
    if check.reason:
        parts.append(check.reason)
    if check.verdict is Verdict.HYPOTHESES_NOT_MET:
        parts.insert(0, "true all the same" if check.conclusion else "and false here")
    return "; ".join(parts)


def verdict_meaning(checks: Checks) -> Iterator[str]:
    """What the verdicts mean for the network, in sentences."""
    violated = [t for t, c in checks if c.verdict is Verdict.VIOLATED]
    refuted = [t.id for t in violated if t.refuted]
    broken = [t.id for t in violated if not t.refuted]
    if broken:
        yield (
            f"{', '.join(broken)}: proved, and violated here. That is a bug in exactpoly; please report it"
            " with this network."
        )
    if refuted:
        yield (
            f"{', '.join(refuted)}: the statement was published and is false in general. This network"
            " meets its hypotheses and violates it, so it is a counterexample. That is a fact about the"
            " theorem, not a fault of the network."
        )
    if any(t.refuted and c.verdict is Verdict.HOLDS for t, c in checks):
        yield "A refuted theorem can hold for a network at hand; 'holds' says no more than that."
    if any(c.verdict is Verdict.HYPOTHESES_NOT_MET for _, c in checks):
        yield "'not met': a hypothesis of the theorem is false or not decided here, so it claims nothing."
    silent = [t.id for t, c in checks if c.verdict is Verdict.NOT_APPLICABLE]
    if silent and len(checks) > 1:
        yield f"Not about this network or domain: {', '.join(silent)} (--theorem ID says why)."
    elif silent:
        yield f"{silent[0]}: not applicable; {checks[0][1].reason}."


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
