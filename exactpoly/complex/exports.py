"""A complex for other libraries, for files and for the eye: the part of `Complex` that hands itself on."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exactpoly import services
from exactpoly.complex import tables
from exactpoly.complex.region_arrays import RegionArrays

if TYPE_CHECKING:
    import networkx
    import pandas

__all__ = ["Exports"]


class Exports(RegionArrays):
    """Tables, graphs, certificates and pictures of a complex; see `Complex`."""

    def adjacency(self) -> networkx.Graph:
        """The graph of regions, an edge for every two that share a facet.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.adjacency().number_of_edges()
        4
        """
        return tables.adjacency(self)

    def to_networkx(
        self, *, attributes: bool = False, facet_volumes: bool = False
    ) -> networkx.Graph:
        """`adjacency`; with ``attributes`` each region knows its row, facets and whether it is bounded,
        and each edge its facet and the neurons that change there; with ``facet_volumes`` besides
        ``volume_squared``, see `facet_volumes`, and its root ``volume``, a float.

        >>> import exactpoly as ep
        >>> graph = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),))).to_networkx(attributes=True)
        >>> graph.nodes[0], graph.edges[0, 1]["neurons"]
        ({'row': '++', 'facets': 2, 'bounded': False}, (1,))
        """
        return tables.to_networkx(self, attributes, facet_volumes)

    def words(self) -> list[str]:
        """The sign row of each region as a word of ``-``, ``0`` and ``+``.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.words()
        ['++', '+-', '-+', '--']
        """
        return tables.words(self)

    def linear_regions(self) -> list[list[int]]:
        """Activation regions grouped by linear region; see `exactpoly.complex.linear`.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.linear_regions()
        [[0], [1], [2], [3]]
        """
        from exactpoly.complex.linear import linear_regions

        return linear_regions(self)

    def to_pandas(self) -> pandas.DataFrame:
        """One row a region: sign row as a string of `-0+`, facet counts, number of (finite) vertices,
        whether it is bounded, and an interior point, one column a coordinate (see `interior_points`).

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> list(c.to_pandas().columns)
        ['row', 'facets', 'facets_with_domain_boundary', 'vertices', 'bounded', 'x0', 'x1']
        """
        return tables.to_pandas(self)

    def to_parquet(self, path: str | Path) -> None:
        """Write the table of `to_pandas` to a parquet file (needs pandas and pyarrow).

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.to_parquet("regions.parquet")  # doctest: +SKIP
        """
        tables.to_parquet(self, path)

    def to_polars(self) -> Any:
        """The table of `to_pandas` for polars, where that is installed.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.to_polars().columns  # doctest: +SKIP
        ['row', 'facets', 'facets_with_domain_boundary', 'vertices', 'bounded', 'x0', 'x1']
        """
        return tables.to_polars(self)

    # What upper rooms add

    def save(self, path: str | Path) -> None:
        """Write the certificate of this complex, compressed if ``path`` ends in ``.gz``; `exactpoly.open`
        reads it. A partial complex is written as partial.

        >>> import exactpoly as ep, tempfile, os
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)))
        >>> path = os.path.join(tempfile.mkdtemp(), "c.cert")
        >>> c.save(path); ep.open(path).f_vector
        (1, 4, 4)
        """
        services.call("save", self, path)

    def theorems(self) -> list[Any]:
        """Each known theorem checked on this complex: `exactpoly.theory.Check` objects.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)))
        >>> sorted({check.verdict.value for check in c.theorems() if check.id == "euler"})
        ['holds']
        """
        checks: list[Any] = services.call("theorems", self)
        return checks

    def plot(self, color: str = "facets", **options: Any) -> Any:
        """Draw this complex, or a plane section of it; returns the matplotlib axes (needs matplotlib).

        ``color``: regions by number of ``"facets"``, ``"class"`` (the largest output; with one output the
        side of ``level``), ``"output"``, ``"bounded"`` or not, or ``"row"`` (neighbours differ).
        ``data``, ``labels``: points to draw on top, shape (n, d), and their classes; ``boundary``: draw the
        decision boundary (default: with ``"class"``); ``outlines``: of regions; ``levels``: values whose
        level curves are drawn, of the output ``component``; ``window``: what to show, as `Domain.of` takes
        it (default: the box, the data, or the vertices but for far outliers); ``axes``, ``through``: the
        two inputs and the point of a plane section, in dimension 3 and more; without them a complex of
        dimension 3 is drawn in space, its regions pushed apart by ``explode`` (default 0.3); ``names``: of
        the inputs; ``theme``: ``"light"`` or ``"dark"``; ``legend``: False for none; ``save``: a .svg, .png
        or .pdf to write; ``ax``: axes to draw on. Vertices are exact, correctly rounded.

        >>> import exactpoly as ep
        >>> ax = ep.enumerate(ep.examples.moons()).plot("class", window=(-2, 3))
        >>> [a.get_gid() for a in ax.collections], len(ax.collections[0].get_paths())
        (['regions', 'outlines', 'boundary'], 259)
        """
        return services.call("plot", self, color, **options)

    def interactive(self, color: str = "facets", **options: Any) -> Any:
        """A Plotly figure to turn and to hover over: signs, facets, exact volume and map of each region.

        ``color``, ``options``: ``data``, ``labels``, ``explode``, ``window``, ``axes``, ``through``,
        ``names``, ``level`` and ``theme`` as in `plot`. Needs plotly.

        >>> import exactpoly as ep
        >>> c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]]),)), domain=(-1, 1))
        >>> c.interactive().data[0].text  # doctest: +SKIP
        'region 0: 4 facets, bounded<br>signs ++<br>volume 1<br>...'
        """
        return services.call("interactive", self, color, **options)

    def report(self, path: str | Path | None = None, **options: Any) -> Any:
        """Write a report to one HTML file that works offline: pictures, counts, theorems, topology.

        ``path``: where to write it, None to write nothing; ``data``, ``labels``: points to show, shape
        (n, d), and their classes, or a CSV file; ``axes``, ``through``, ``names``: the two or three inputs
        shown, the point that sections go through, names of all inputs; ``level``: with one output;
        ``properties``: VNN-LIB files to prove or refute; ``certificate``: a file to write; ``called``: how
        the network stands in commands. Returns what was found.

        >>> import exactpoly as ep
        >>> found = ep.enumerate(ep.examples.moons(), domain=(-1, 1)).report()
        >>> found.topology["zero"]["components"], [view.title for view in found.views]
        (1, ['In the plane'])
        """
        return services.call("report", self, path, **options)

    def _repr_html_(self) -> str:
        mean = self.mean_facets
        rows = {
            "network": f"{self.network.name} ({'-'.join(map(str, self.network.widths))})",
            "domain": str(self.domain),
            "regions": f"{self.n_regions:,}" + ("" if self.complete else " at least (partial)"),
            "f-vector": str(self.f_vector),
            "mean facets": str(mean) if mean.denominator == 1 else f"{mean} ≈ {float(mean):.4f}",
            "simple": str(self.simple),
        }
        if self.stopped is not None:
            rows["stopped"] = self.stopped
        lines = (f"<tr><th>{escape(k)}</th><td>{escape(v)}</td></tr>" for k, v in rows.items())
        return f"<table>{''.join(lines)}</table>"
