"""A verdict in words, for the terminal and for bug reports."""

from __future__ import annotations

from collections.abc import Iterator

from exactpoly.crosscheck.verdict import Finding, Outcome, Verdict

__all__ = ["verdict_text"]

_SHOWN = 3
"""Instances of each kind of error that are printed; --json has more."""


def verdict_text(verdict: Verdict) -> str:
    """Several lines: outcome, what was judged, each finding with its first exact instances."""
    return "\n".join(_lines(verdict))


def _lines(verdict: Verdict) -> Iterator[str]:
    tool = f"{verdict.tool} {verdict.version}".strip()
    yield f"{tool} on {verdict.network}, {verdict.domain}: {verdict.outcome}"
    if verdict.promise:
        yield f"  it promises: {verdict.promise}"
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
        yield f"  largest vertex error: {_number(str(error))}"
    for finding in verdict.findings:
        yield from _finding(finding)


def _finding(finding: Finding) -> Iterator[str]:
    yield f"  {finding.kind}: {finding.count}"
    for detail in finding.details[:_SHOWN]:
        words = [f"{key.replace('_', ' ')} {_words(value)}" for key, value in detail.items()]
        yield f"    {', '.join(words)}"
    if finding.count > _SHOWN:
        yield f"    and {finding.count - _SHOWN} more"


def _words(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, list):
        return f"({', '.join(_words(item) for item in value)})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_words(item)}" for key, item in value.items()) + "}"
    return _number(str(value))


def _number(text: str) -> str:
    """A long fraction is followed by what it is about; the exact one stays first."""
    from exactpoly.network.layer import rounded

    top, slash, bottom = text.partition("/")
    if len(text) <= 20 or not slash or not (top.lstrip("-") + bottom).isdecimal():
        return text
    return f"{text} (about {rounded(int(top), int(bottom)):.3g})"
