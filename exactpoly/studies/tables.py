"""The table of `exactpoly study show`, and the comparison with published rows."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from rich.markup import escape
from rich.table import Table

from exactpoly.report.text import decimal
from exactpoly.studies.groups import Group, gather
from exactpoly.studies.jobs import Row
from exactpoly.theory.formulas import arrangement_cells, arrangement_mean

__all__ = [
    "Comparison",
    "comparison_table",
    "comparisons",
    "largest",
    "polytope_table",
    "separation_table",
    "summary_table",
    "topology_table",
]


def summary_table(groups: Sequence[Group]) -> Table:
    """A line a group: numbers of regions and facets, and what share is simple or complicated."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("group", overflow="fold")
    table.add_column("domain", no_wrap=True)
    for name in ("depth", "epoch", "nets", "regions", "mean facets"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("2d", justify="right")
    table.add_column("<= d+1", justify="right")
    table.add_column("> 2d", justify="right")
    for group in groups:
        if group.separable is not None:
            continue
        mean, count = group.mean, len(group.finished)
        missing = len(group.rows) - count
        if mean is None:
            table.add_row(
                escape(group.label),
                escape(group.domain.replace("d", str(group.dimension))),
                *[""] * 3,
                f"{missing} partial",
            )
            continue
        regions, deviation = group.spread("regions")
        d = group.dimension
        table.add_row(
            escape(group.label),
            escape(group.domain.replace("d", str(group.dimension))),
            str(group.depth),
            str(group.epoch),
            str(count) + (f" (+{missing} partial)" if missing else ""),
            f"{regions:.1f} ± {deviation:.1f}",
            decimal(mean),
            str(2 * d),
            f"{float(group.share(d + 1)):.1%}",
            f"{float(1 - group.share(2 * d)):.1%}",
        )
    return table


def topology_table(groups: Sequence[Group]) -> Table:
    """A line a group: means over networks of counts and Betti numbers of the boundary."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("boundary of", no_wrap=True)
    table.add_column("domain", no_wrap=True)
    for name in ("epoch", "nets", "pieces", "closed", "most", "mean Betti numbers"):
        table.add_column(name, justify="right", no_wrap=True)
    for group in groups:
        found = group.topologies
        if not found:
            continue
        pieces = [one["pieces"] for one in found]
        table.add_row(
            escape(group.label),
            escape(group.domain.replace("d", str(group.dimension))),
            str(group.epoch),
            str(len(found)),
            f"{sum(pieces) / len(found):.2f}",
            f"{sum(one['closed_pieces'] for one in found) / len(found):.2f}",
            str(max(pieces)),
            _mean_vector([one["betti"] for one in found]),
        )
    return table


def polytope_table(groups: Sequence[Group]) -> Table:
    """A line a group: how many sublevel sets are convex polytopes, and their f-vectors."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("{f <= 1} of", no_wrap=True)
    for name in ("nets", "bounded", "convex", "mean f-vector"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("commonest f-vectors", overflow="fold")
    for group in groups:
        if group.polytopes:
            convex = [tuple(p["f_vector"]) for p in group.polytopes if p["convex"]]
            common = Counter(convex).most_common(3)
            table.add_row(
                escape(group.label),
                str(len(group.finished)),
                str(len(group.polytopes)),
                str(len(convex)),
                _mean_vector(convex),
                ", ".join(f"{f} {n} times" if n > 1 else str(f) for f, n in common),
            )
    return table


def separation_table(groups: Sequence[Group]) -> Table:
    """A line a group: in how many draws the classes became separable."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("random layers", no_wrap=True)
    for name in ("points", "draws", "separable"):
        table.add_column(name, justify="right", no_wrap=True)
    for group in groups:
        if group.separable is not None:
            count = len(group.finished)
            found = int(group.separable * count)
            table.add_row(escape(group.label), str(group.rows[0]["points"]), str(count), str(found))
    return table


def _mean_vector(vectors: Sequence[Sequence[int]]) -> str:
    means = [sum(column) / len(vectors) for column in zip(*vectors, strict=True)]
    return f"({', '.join(f'{m:.2f}' for m in means)})" if means else ""


@dataclass(frozen=True)
class Comparison:
    """A published row beside what was counted; ``exact``: the theorem's value for generic weights."""

    d: int
    depth: int
    width: int
    published: dict[str, str]
    group: Group
    exact_regions: int | None
    exact_mean: Fraction | None

    @property
    def name(self) -> str:
        """Such as ``4-16-16``: input dimension and hidden widths."""
        return "-".join(str(n) for n in (self.d, *[self.width] * self.depth))

    @property
    def verdict(self) -> str:
        """Which published numbers cannot be right for generic weights, where a theorem says so."""
        if self.exact_regions is None or self.exact_mean is None:
            return ""
        remarks = []
        printed = Fraction(self.published["regions_mean"])
        if printed != self.exact_regions or Fraction(self.published["regions_sd"]) != 0:
            remarks.append(f"regions must be exactly {self.exact_regions}")
        degree = Fraction(self.published["avg_degree_mean"])
        # Printed with two places, so anything within half a hundredth rounds to it.
        if abs(degree - self.exact_mean) > Fraction(1, 200):
            remarks.append(f"mean facets must be {decimal(self.exact_mean)}")
        # Regions of an arrangement are as far apart as hyperplanes separate them; opposite unbounded
        # ones are separated by all.
        printed = Fraction(self.published["diameter_mean"])
        if printed != self.width or Fraction(self.published["diameter_sd"]) != 0:
            remarks.append(f"diameter must be exactly {self.width}")
        return "; ".join(remarks)


def comparisons(rows: Sequence[Row], published: str) -> list[Comparison]:
    """The rows of the published table that the study has networks for."""
    groups = {(g.dimension, g.depth, g.rows[0]["widths"][1]): g for g in gather(rows, ["widths"])}
    result = []
    for line in csv.DictReader(io.StringIO(published)):
        d, depth, width = (int(line[name]) for name in ("d", "depth", "width"))
        group = groups.get((d, depth, width))
        if group is None:
            continue
        shallow = depth == 1
        result.append(
            Comparison(
                d,
                depth,
                width,
                line,
                group,
                arrangement_cells(width, d, d) if shallow else None,
                arrangement_mean(width, d) if shallow else None,
            )
        )
    return result


def comparison_table(items: Sequence[Comparison]) -> Table:
    """Counted and published numbers, a line a row of the published table."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("network", no_wrap=True)
    for name in ("regions", "facets", "diameter"):
        table.add_column(name, justify="right", overflow="fold")
        table.add_column("published", justify="right", overflow="fold")
    for item in items:
        group, paper = item.group, item.published
        if group.mean is None:
            continue
        degrees = [float(mean) for mean in group.means]
        table.add_row(
            item.name,
            _spread(*group.spread("regions")),
            _spread(float(paper["regions_mean"]), float(paper["regions_sd"])),
            f"{decimal(group.mean, 2)} ± {_deviation(degrees):.2f}",
            f"{paper['avg_degree_mean']} ± {paper['avg_degree_sd']}",
            _diameter(group),
            f"{paper['diameter_mean']} ± {paper['diameter_sd']}",
        )
    return table


def largest(rows: Sequence[Row]) -> str:
    """What the network with most regions took; empty where no complex is whole."""
    whole = [row for row in rows if row["complete"] and row.get("regions")]
    if not whole:
        return ""
    row = max(whole, key=lambda row: row["regions"])
    return (
        f"largest: {'-'.join(map(str, row['widths']))} on {row['domain']}, seed {row['seed']}:"
        f" {row['regions']:,} regions enumerated in {row['enumeration_seconds']:.1f} s,"
        f" process at most {_mebibytes(row['peak_memory'])}"
    )


def _mebibytes(size: int | None) -> str:
    return "unknown memory" if size is None else f"{size / 2**20:,.0f} MiB"


def _spread(mean: float, deviation: float) -> str:
    digits = 2 if mean < 10_000 else 0
    return f"{mean:.{digits}f} ± {deviation:.{digits}f}"


def _deviation(values: Sequence[float]) -> float:
    if len(values) < 2:
        return 0.0
    mean = sum(values) / len(values)
    return float((sum((v - mean) ** 2 for v in values) / (len(values) - 1)) ** 0.5)


def _diameter(group: Group) -> str:
    rows = [row for row in group.finished if row["diameter_upper"] is not None]
    if not rows:
        return ""
    low, high = (
        Fraction(sum(row[f"diameter_{end}"] for row in rows), len(rows))
        for end in ("lower", "upper")
    )
    if low == high:
        return decimal(low, 2)
    return f"{decimal(low, 2)}..{decimal(high, 2)}"
