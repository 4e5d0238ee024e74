"""A complex for other libraries: tables for pandas, polars and parquet, a graph for networkx."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from exactpoly.arithmetic.rational import root
from exactpoly.errors import MissingDependency
from exactpoly.running.files import written_whole

if TYPE_CHECKING:
    import networkx
    import pandas

    from exactpoly.complex.region_arrays import RegionArrays

__all__ = ["adjacency", "columns", "to_networkx", "to_pandas", "to_parquet", "to_polars", "words"]


def words(complex_: RegionArrays) -> list[str]:
    """The sign row of each region as a word of ``-``, ``0`` and ``+``."""
    letters = np.frombuffer(b"-0+", np.uint8)[complex_.region_rows + 1]
    return [line.tobytes().decode() for line in letters]


def columns(complex_: RegionArrays) -> dict[str, Any]:
    """The table of `Complex.to_pandas`, one entry a column."""
    points = complex_.interior_points
    return {
        "row": words(complex_),
        "facets": complex_.facet_counts.copy(),
        "facets_with_domain_boundary": complex_.facet_counts_with_domain_boundary.copy(),
        "vertices": complex_.region_vertices.counts,
        "bounded": complex_.bounded.copy(),
        **{f"x{i}": points[:, i].copy() for i in range(complex_.dimension)},
    }


def to_pandas(complex_: RegionArrays) -> pandas.DataFrame:
    frame: pandas.DataFrame = _needed("pandas", "to_pandas").DataFrame(columns(complex_))
    return frame


def to_parquet(complex_: RegionArrays, path: str | Path) -> None:
    pandas = _needed("pandas", "to_parquet")
    _needed("pyarrow", "to_parquet", "pyarrow")
    table = pandas.DataFrame(columns(complex_))
    with written_whole(path) as file:
        table.to_parquet(file)


def to_polars(complex_: RegionArrays) -> Any:
    return _needed("polars", "to_polars", "polars").DataFrame(columns(complex_))


def _needed(module: str, method: str, package: str = "pandas") -> Any:
    """A library that is no part of the installation; `MissingDependency` says what needs it."""
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingDependency(f"{method} needs {module}", package) from error


def adjacency(complex_: RegionArrays) -> networkx.Graph:
    """The graph of regions, an edge for every two that share a facet."""
    import networkx

    graph = networkx.Graph()
    graph.add_nodes_from(range(complex_.n_regions))
    pairs = complex_.neighbours
    graph.add_edges_from(pairs[pairs[:, 1] >= 0].tolist())
    return graph


def to_networkx(complex_: RegionArrays, attributes: bool, facet_volumes: bool) -> networkx.Graph:
    """See `Complex.to_networkx`."""
    graph = adjacency(complex_)
    if not attributes and not facet_volumes:
        return graph
    told = (words(complex_), complex_.facet_counts.tolist(), complex_.bounded.tolist())
    for node, (row, facets, bounded) in enumerate(zip(*told, strict=True)):
        graph.nodes[node].update(row=row, facets=facets, bounded=bounded)
    pairs, neurons = complex_.neighbours, complex_.facet_neurons
    squares = complex_.facet_volumes() if facet_volumes else None
    for facet in np.flatnonzero(pairs[:, 1] >= 0).tolist():
        edge = graph.edges[tuple(pairs[facet].tolist())]
        edge.update(facet=facet, neurons=tuple(neurons[facet].tolist()))
        if squares is not None:
            square = squares[facet]
            volume = np.inf if square is None else root(square)
            edge.update(volume_squared=square, volume=volume)
    return graph
