"""Rows of a result gathered into the groups that tables and figures show."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import Any

from exactpoly.studies.jobs import Row

__all__ = ["Group", "gather", "label_of"]


@dataclass(frozen=True)
class Group:
    """Rows that differ in the seed alone (or in what the study does not tell apart)."""

    label: str
    domain: str
    dimension: int
    depth: int
    epoch: int
    rows: tuple[Row, ...]

    @property
    def finished(self) -> tuple[Row, ...]:
        """The rows whose complex is whole; only these count."""
        return tuple(row for row in self.rows if row["complete"])

    @property
    def means(self) -> list[Fraction]:
        """Mean facets of each network; on a box those on its boundary are counted."""
        return [
            Fraction(row["boundary_mean_numerator"], row["boundary_mean_denominator"])
            for row in self.finished
        ]

    @property
    def mean(self) -> Fraction | None:
        """The exact mean over networks of the mean number of facets, None without networks."""
        means = self.means
        return sum(means, Fraction(0)) / len(means) if means else None

    @property
    def histogram(self) -> dict[int, int]:
        """Facets -> regions of all networks together; on a box with facets on its boundary."""
        return self._summed("boundary_histogram")

    @property
    def simplices(self) -> dict[int, int]:
        """Simplices of the pulling triangulation -> bounded regions of all networks together."""
        return self._summed("simplices")

    @property
    def topologies(self) -> list[dict[str, Any]]:
        """Of each network what `zero_topology` found; those left unfinished are left out."""
        found = [json.loads(row.get("topology") or "null") for row in self.finished]
        return [one for one in found if one is not None]

    @property
    def polytopes(self) -> list[dict[str, Any]]:
        """Of all networks the bounded components of `{f <= 1}`."""
        found = [json.loads(row.get("polytopes") or "null") for row in self.finished]
        return [polytope for one in found if one is not None for polytope in one["bounded"]]

    @property
    def separable(self) -> Fraction | None:
        """The share of draws that made the classes separable, None for networks with regions."""
        found = [row["separable"] for row in self.finished if row.get("separable") is not None]
        return Fraction(sum(found), len(found)) if found else None

    def share(self, most: int) -> Fraction:
        """Share of regions with at most ``most`` facets."""
        bars = self.histogram
        return Fraction(sum(n for facets, n in bars.items() if facets <= most), sum(bars.values()))

    def spread(self, key: str) -> tuple[float, float]:
        """Mean and sample standard deviation of a number over networks, for reading only."""
        values = [float(row[key]) for row in self.finished]
        if not values:
            return float("nan"), float("nan")
        mean = sum(values) / len(values)
        if len(values) == 1:
            return mean, 0.0
        return mean, sqrt(sum((v - mean) ** 2 for v in values) / (len(values) - 1))

    def _summed(self, key: str) -> dict[int, int]:
        total: Counter[int] = Counter()
        for row in self.finished:
            total.update({int(k): n for k, n in json.loads(row[key] or "{}").items()})
        return dict(sorted(total.items()))


def label_of(row: Row, names: Sequence[str]) -> str:
    """What a group is called: the values of its choices."""
    return ", ".join(_text(name, row.get(name)) for name in names) or "all"


def _text(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "-".join(str(x) for x in value)
    if isinstance(value, bool):
        return name if value else f"no {name}"
    if name == "bias":
        return f"bias {value}"
    return f"{value} {name}" if isinstance(value, int) else str(value)


def gather(rows: Iterable[Row], names: Sequence[str]) -> list[Group]:
    """Groups in the order in which they first occur."""
    found: dict[tuple[str, str, int, int, int], list[Row]] = {}
    for row in rows:
        depth = len(row["widths"]) - 2
        key = (label_of(row, names), row["domain"], row["dimension"], depth, row["epoch"])
        found.setdefault(key, []).append(row)
    return [Group(*key, tuple(members)) for key, members in found.items()]
