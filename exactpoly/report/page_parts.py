"""The parts of a report: numbers, theorems, topology, properties, certificate, each with its command."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any

from exactpoly.report.bars import histogram_svg
from exactpoly.report.findings import Findings
from exactpoly.report.text import exact_and_decimal, printable, rational_text
from exactpoly.report.theorems import verdict_meaning
from exactpoly.summary import histogram
from exactpoly.theory.verdict import Verdict

__all__ = ["FIRST", "REST", "command", "footer", "place", "section"]

_CELLS = ("vertices", "edges", "2-cells", "3-cells", "4-cells", "5-cells")
_WORDS = {
    Verdict.HOLDS: ("holds", "yes"),
    Verdict.VIOLATED: ("refuted", "no"),
    Verdict.HYPOTHESES_NOT_MET: ("hypotheses not met", "open"),
}


def section(name: str, title: str, body: str) -> str:
    """One part of the page."""
    head = f'<h2 id="{name}-title">{escape(printable(title))}</h2>'
    return f'<section id="{name}" aria-labelledby="{name}-title">\n{head}\n{body}\n</section>'


def command(*words: str) -> str:
    """The command that reproduces the numbers above it."""
    text = " ".join(["exactpoly", *(shlex.quote(printable(word)) for word in words if word)])
    return f'<p class="command">Reproduce: <code>{escape(text)}</code></p>'


def place(findings: Findings) -> str:
    """The domain as HTML."""
    domain = findings.complex.domain
    if domain.is_space:
        return f"R<sup>{domain.dimension}</sup>"
    return re.sub(r"\^(\d+)", r"<sup>\1</sup>", escape(str(domain)))


def _domain(findings: Findings) -> tuple[str, ...]:
    domain = findings.complex.domain
    return () if domain.is_space else ("--domain", str(domain))


def table(
    head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Sequence[int] = ()
) -> str:
    """A table; cells are HTML; columns in ``numbers`` are set right."""

    def cells(row: Sequence[str], tag: str) -> str:
        return "".join(
            f"<{tag}{' class=number' if i in numbers else ''}>{cell}</{tag}>"
            for i, cell in enumerate(row)
        )

    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    return (
        '<div class="scroll" tabindex="0"><table>'
        f"<thead><tr>{cells(head, 'th')}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _summary(findings: Findings) -> str:
    c = findings.complex
    inner, counted = c.mean_facets, c.mean_facets_with_domain_boundary
    least = "at least " if not c.complete else ""
    cards = [
        (f"{least}{c.n_regions:,}", "regions, convex polytopes on which the network is affine"),
        (exact_and_decimal(inner), f"facets of a region on average (2d = {2 * c.dimension})"),
        (f"{int(c.bounded.sum()):,}", "of the regions are bounded"),
        ("yes" if c.simple else "no", "simple: every k-cell lies on exactly d - k zero sets"),
    ]
    if not c.domain.is_space:
        cards.insert(2, (exact_and_decimal(counted), "with facets on the boundary of the domain"))
    boxes = "".join(
        f"<div><b>{escape(value)}</b><span>{word}</span></div>" for value, word in cards
    )
    warning = ""
    if not c.complete:
        warning = (
            f'<p class="warning">PARTIAL: {escape(str(c.stopped))}, after {c.network.n_neurons} of'
            f" {c.full_network.n_neurons} neurons. All numbers are about those neurons alone.</p>"
        )
    refuted = [t for t, check in findings.checks if check.verdict is Verdict.VIOLATED and t.refuted]
    news = ""
    if refuted:
        items = "".join(
            f"<li>{escape(t.statement)} <small>({escape(t.source)})</small></li>" for t in refuted
        )
        news = (
            '<div class="news"><p>A counterexample. This network meets the hypotheses of published'
            f" theorems, and what they claim is false for it:</p><ul>{items}</ul></div>"
        )
    body = f'{warning}{news}<div class="cards">{boxes}</div>'
    return section(
        "summary", "At a glance", body + command("certify", findings.source, *_domain(findings))
    )


def _cells(findings: Findings) -> str:
    c = findings.complex
    names = [*_CELLS[: c.dimension], "regions"]
    names += [f"{k}-cells" for k in range(len(names), c.dimension)]
    rows = [
        (f"f<sub>{k}</sub>", f"{count:,}", "regions" if k == c.dimension else names[k])
        for k, count in enumerate(c.f_vector)
    ]
    counted = not c.domain.is_space
    bars = histogram(c.facet_counts_with_domain_boundary)
    mean = c.mean_facets_with_domain_boundary
    words = "Facets of a region" + (
        ", those on the boundary of the domain counted" if counted else ""
    )
    body = (
        '<div class="two">'
        + table(["", "number", "of"], rows, numbers=(1,))
        + f"<figure>{histogram_svg(bars, mean, 2 * c.dimension)}<figcaption>{words}.</figcaption></figure>"
        + "</div>"
    )
    flags = ("certify", findings.source, *_domain(findings), "--json")
    return section("cells", "Cells and facets", body + command(*flags))


def _theorems(findings: Findings) -> str:
    rows = []
    shown = [(t, c) for t, c in findings.checks if c.verdict is not Verdict.NOT_APPLICABLE]
    for theorem, check in sorted(shown, key=lambda pair: pair[1].verdict is not Verdict.VIOLATED):
        word, style = _WORDS[check.verdict]
        tightest = check.tightest
        numbers = ""
        if tightest is not None:
            sides = [rational_text(x, 24) for x in (tightest.left, tightest.right)]
            numbers = f"{sides[0]} {tightest.relation.value} {sides[1]}"
            if not tightest.true:
                numbers = f"false: {numbers}"
        remarks = [str(h) for h in check.hypotheses if not h.met] + [check.reason]
        remark = "; ".join(r for r in remarks if r)
        status = "refuted since" if theorem.refuted else ""
        rows.append(
            (
                f"<b>{escape(theorem.id)}</b><br>{escape(theorem.statement)}"
                f"<br><small>{escape(theorem.source)}{f' ({status})' if status else ''}</small>",
                f'<span class="{style}">{word}</span>',
                f"<code>{escape(numbers)}</code>"
                + (f"<br><small>{escape(remark)}</small>" if remark else ""),
            )
        )
    meaning = "".join(f"<p>{escape(line)}</p>" for line in verdict_meaning(findings.checks))
    body = table(["theorem", "here", "both sides, exactly"], rows) + meaning
    return section(
        "theorems", "Theorems", body + command("bounds", findings.source, *_domain(findings))
    )


def _topology(findings: Findings) -> str:
    several = findings.complex.full_network.output_dimension > 1
    title = "Classes and the decision boundary" if several else f"The level {findings.level}"
    if findings.topology is None:
        return (
            section("topology", title, f"<p>{escape(findings.topology_note)}</p>")
            if findings.topology_note
            else ""
        )
    result = findings.topology
    if several:
        sets: dict[str, Any] = {f"class {i}": one for i, one in result["classes"].items()}
        sets["decision boundary"] = result["decision_boundary"]
        flags = ("decision", findings.source, *_domain(findings))
    else:
        words = {"zero": "=", "below": "<", "above": ">"}
        sets = {
            f"output {sign} {findings.level}": result[k] for k, sign in words.items() if k in result
        }
        flags = ("topology", findings.source, "--level", str(findings.level), *_domain(findings))
    rows = [
        (
            escape(name),
            str(one["components"]),
            _numbers(one["betti"]),
            str(one["euler"]),
            _numbers(one["f_vector"]),
        )
        for name, one in sets.items()
    ]
    words_ = (
        "<p>Betti numbers b<sub>0</sub>, b<sub>1</sub>, ... count connected parts, tunnels and holes."
        " They were computed exactly and checked by Euler's relation and Alexander duality.</p>"
    )
    head = ["set", "parts", "Betti numbers", "Euler characteristic", "cells by dimension"]
    return section("topology", title, table(head, rows, numbers=(1, 3)) + words_ + command(*flags))


def _numbers(values: Iterable[int]) -> str:
    return " ".join(str(value) for value in values)


def _properties(findings: Findings) -> str:
    if not findings.replies:
        return ""
    body: list[str] = []
    for reply in findings.replies:
        style = {"unsat": "yes", "sat": "no"}.get(reply.verdict, "open")
        witness = f"<p>At <code>{escape(reply.witness)}</code>.</p>" if reply.witness else ""
        body += [
            f"<h3>{escape(printable(reply.question))}</h3>",
            f'<p><span class="{style}">{escape(reply.verdict)}</span> {escape(reply.meaning)}</p>',
            witness,
            command(*reply.command),
        ]
    return section("properties", "Properties asked for", "".join(body))


def _certificate(findings: Findings) -> str:
    proof = findings.proof
    if proof is None:
        return ""
    path = proof.path or "out.cert"
    checked = (
        f"The stand-alone checker says: <b>{escape(proof.checked)}</b>."
        if proof.checked
        else "The stand-alone checker was not run here."
    )
    kept = f" It is in <code>{escape(printable(path))}</code>." if proof.path else ""
    body = (
        "<p>Every number of the complex can be checked without trusting the program that made it: the"
        " certificate lists all vertices and regions, and one short program recomputes everything from"
        f" the weights.{kept}</p>"
        f"<p>SHA-256 of the certificate ({proof.size:,} bytes):<br>"
        f'<code class="digest">{proof.digest}</code></p>'
        f"<p>{checked}</p>"
    )
    flags = ("certify", findings.source, *_domain(findings), "--output", path)
    return section("certificate", "Certificate", body + command(*flags) + command("check", path))


def _network(findings: Findings) -> str:
    network = findings.complex.full_network
    rows = [
        ("inputs", str(network.input_dimension)),
        ("neurons (ReLU units)", str(network.n_neurons)),
        ("outputs", str(network.output_dimension)),
        ("SHA-256 of the exact weights", f'<code class="digest">{network.digest}</code>'),
        *(("note", escape(printable(note))) for note in network.notes),
    ]
    return section(
        "network", "The network", table(["", ""], rows) + command("info", findings.source)
    )


def footer(findings: Findings) -> str:
    """What kind of page this is."""
    return (
        "Made by <b>exactpoly report</b>. Counts, fractions and verdicts are exact, about precisely the"
        " weights in the file; numbers behind ≈ are rounded for reading; pictures show exact corners,"
        " rounded to seven digits. This page loads nothing from anywhere."
    )


Part = Callable[[Findings], str]
FIRST: tuple[Part, ...] = (_summary,)
"""The parts before the pictures."""
REST: tuple[Part, ...] = (_cells, _theorems, _topology, _properties, _certificate, _network)
"""The parts after them."""
