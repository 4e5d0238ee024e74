"""Totals that a tool states: each has one exact value, and a meaning that CLAIMS.md fixes."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from exactpoly.crosscheck.claims import Claims
from exactpoly.crosscheck.truth import Truth
from exactpoly.errors import InputError
from exactpoly.summary import histogram

__all__ = ["TOTALS", "judge_totals"]

TOTALS = (
    "regions",
    "vertices",
    "f_vector",
    "facet_histogram",
    "mean_facets",
    "adjacent_pairs",
)


def judge_totals(claims: Claims, truth: Truth, *, exact: bool) -> list[dict[str, object]]:
    """The totals that are wrong, each with the claimed and the exact value, as strings.

    Raises `InputError` for a total that is not one of `TOTALS`.
    """
    wrong: list[dict[str, object]] = []
    for name, claimed in claims.totals.items():
        if name not in TOTALS:
            raise InputError(f"totals.{name} is not known; the totals are {', '.join(TOTALS)}")
        value = _exact_value(name, claims, truth)
        _check_kind(name, claimed, value)
        if not _agrees(claimed, value, claims, exact=exact):
            wrong.append({"total": name, "claimed": _words(claimed), "exact": _words(value)})
    return wrong


def _exact_value(name: str, claims: Claims, truth: Truth) -> Any:
    complex_ = truth.complex
    counts = truth.facet_counts(with_boundary=claims.facets_on_domain_boundary)
    if name == "regions":
        return Fraction(len(truth))
    if name == "vertices":
        points, _ = truth.vertices(with_boundary=claims.vertices_on_domain_boundary)
        return Fraction(len(points))
    if name == "f_vector":
        return [Fraction(f) for f in complex_.f_vector]
    if name == "facet_histogram":
        return {str(key): Fraction(n) for key, n in histogram(counts).items()}
    if name == "mean_facets":
        return Fraction(int(counts.sum()), len(truth))
    return Fraction(len(truth.adjacent))


def _check_kind(name: str, claimed: Any, value: Any) -> None:
    """Refuse a list where a number is meant, and the like."""
    if isinstance(value, dict):
        if isinstance(claimed, dict) and all(_plain_integer(key) for key in claimed):
            return
        raise InputError(f"totals.{name} is not an object from facet counts to numbers of regions")
    if not isinstance(claimed, type(value)):
        kind = "list of numbers" if isinstance(value, list) else "number"
        raise InputError(f"totals.{name} is not a {kind}; give one")


def _plain_integer(text: str) -> bool:
    return text == "0" or (text.isascii() and text.isdecimal() and text[0] != "0")


def _agrees(claimed: Any, value: Any, claims: Claims, *, exact: bool) -> bool:
    """Equality of exact values; leniently, a number may be the nearest one of the tool's format."""
    if isinstance(value, Fraction):
        return claimed == value or (not exact and claimed == claims.numbers.nearest(value, ""))
    if isinstance(value, dict):
        claimed = {facets: regions for facets, regions in claimed.items() if regions}
    return bool(claimed == value)


def _words(value: Any) -> object:
    if isinstance(value, dict):
        return {key: _words(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_words(item) for item in value]
    return str(value)
