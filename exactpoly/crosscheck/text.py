"""A verdict in words, for the terminal and for bug reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from exactpoly.crosscheck.numbers import nearest_float
from exactpoly.crosscheck.verdict import Finding, Outcome, Verdict
from exactpoly.report.text import printable

__all__ = ["number_text", "verdict_text"]

_SHOWN = 3
"""Instances of each kind of error that are printed; --json has more."""
_LONGEST = 12
"""Entries of a list that are printed."""
_DIGITS = 80
"""Characters of a number that are printed in full."""
_NAMES = {"claim", "region", "regions", "row", "rows", "claimed_row", "total"}
"""What a detail is about."""


def verdict_text(verdict: Verdict) -> str:
    """Several lines: outcome, what was judged, each finding with its first exact instances."""
    return "\n".join(printable(line).replace("\n", "\\n") for line in _lines(verdict))


def _lines(verdict: Verdict) -> Iterator[str]:
    tool = f"{verdict.tool} {verdict.version}".strip()
    yield f"{tool} on {verdict.network}, {verdict.domain}: {verdict.outcome}"
    if verdict.promise:
        yield f"  it promises: {verdict.promise}"
    if verdict.promised is False and verdict.promise and verdict.outcome is not Outcome.RIGHT:
        yield "  outside its promise"
    if verdict.message:
        yield f"  {verdict.message}"
    if verdict.rounding:
        yield f"  {verdict.rounding}"
    if verdict.outcome not in (Outcome.RIGHT, Outcome.WRONG):
        return
    claimed = "" if verdict.claimed_regions is None else f", {verdict.claimed_regions} claimed"
    yield f"  {verdict.exact_regions} regions{claimed}; {verdict.reading} reading"
    yield f"  judged: {', '.join(verdict.judged) or 'nothing was claimed'}"
    if verdict.largest_vertex_error is not None:
        error = verdict.largest_vertex_error
        yield f"  largest vertex error: {number_text(str(error))}"
    for finding in verdict.findings:
        yield from _finding(finding)


def _finding(finding: Finding) -> Iterator[str]:
    yield f"  {finding.kind}: {finding.count}"
    for detail in finding.details[:_SHOWN]:
        yield f"    {_detail(detail)}"
    if finding.count > _SHOWN:
        yield f"    and {finding.count - _SHOWN} more"


def _detail(detail: Mapping[str, object]) -> str:
    """What it is about, a colon, and what is said of it; what is None or empty is left out."""
    names: list[str] = []
    words: list[str] = []
    for key, value in detail.items():
        if value is None or value == []:
            continue
        phrase = f"{key.replace('_', ' ')} {_words(value)}".removeprefix("why ")
        (names if key in _NAMES else words).append(phrase)
    if "volume" in detail and detail["volume"] is None:
        words.append("unbounded")
    return ": ".join(filter(None, (", ".join(names), "; ".join(words))))


def _words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_words(item)}" for key, item in value.items())
    if not isinstance(value, list):
        return number_text(str(value))
    shown = value[:_LONGEST]
    if all(isinstance(item, list) and item and isinstance(item[0], int) for item in value):
        # Facets: on each some neurons vanish, usually one.
        text = ", ".join(" and ".join(map(str, facet)) for facet in sorted(shown))
    elif all(isinstance(item, str) and not set(item) - set("+-0") for item in value):
        text = ", ".join(shown)
    elif all(isinstance(item, str) for item in value):
        text = f"({', '.join(number_text(item) for item in shown)})"
    else:
        text = ", ".join(_words(item) for item in shown)
    return text if len(value) <= _LONGEST else f"{text}, and {len(value) - _LONGEST} more"


def number_text(text: str) -> str:
    """A long fraction is followed by what it is about, the exact one first; a longer one is cut."""
    top, slash, bottom = text.partition("/")
    if len(text) <= 20 or not (top.lstrip("-") + bottom).isdecimal():
        return text
    about = f" (about {nearest_float(Fraction(text)):.3g})" if slash else ""
    if len(text) <= _DIGITS:
        return f"{text}{about}"
    short = [part if len(part) <= 20 else f"{part[:12]}..{part[-4:]}" for part in (top, bottom)]
    return f"{slash.join(short)}{about}"
