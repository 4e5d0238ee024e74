"""`exactpoly arrangement`: the cells that planes cut a box into, and the boundary of a union of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exactpoly.commands.arguments import check_output, json_option, runs
from exactpoly.errors import InputError

if TYPE_CHECKING:
    from exactpoly.complex.complex import Complex
    from exactpoly.running.run import Run

__all__ = ["arrangement"]


@click.command(short_help="Cells of planes in a box, adjacency, meshes of unions.")
@click.argument("planes", metavar="PLANES")
@click.option("--box", default="[-1,1]^3", show_default=True, metavar="BOX")
@click.option(
    "--inside",
    type=click.Path(path_type=Path),
    metavar="POINTS",
    help="A CSV file of points; the cells around them are the union.",
)
@click.option(
    "--mesh",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Boundary of the union: .obj, .off, .ply, .stl or .vtu.",
)
@click.option(
    "--cells",
    type=click.Path(path_type=Path),
    metavar="FILE.parquet",
    help="One row per cell: its side of each plane, and its facets.",
)
@click.option(
    "--edges",
    type=click.Path(path_type=Path),
    metavar="FILE.csv",
    help="Pairs of cells that share a facet.",
)
@click.option(
    "--plot",
    "picture",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Draw the cells, pulled apart: .svg, .png or .pdf.",
)
@json_option
@runs()
def arrangement(
    planes: str,
    box: str,
    inside: Path | None,
    mesh: Path | None,
    cells: Path | None,
    edges: Path | None,
    picture: Path | None,
    as_json: bool,
    run: Run,
) -> int:
    """Compute the cells into which the planes in the file PLANES divide BOX, exactly.

    PLANES (.csv, .txt, .json, .vg or .bvg) holds planes a x + b y + c z + d = 0. A plane given twice counts
    once; parallel and concurrent planes need no special treatment.
    """
    from exactpoly.arrangements.union import arrangement_network
    from exactpoly.complex.enumerate import enumerate_complex
    from exactpoly.domain import Domain
    from exactpoly.pointsets.planes import distinct_planes, read_planes
    from exactpoly.running.interruption import ending

    written = [path for path in (mesh, cells, edges, picture) if path is not None]
    for place, path in enumerate(written):
        check_output(path, planes, *([] if inside is None else [inside]), *written[:place])
    if cells is not None and cells.suffix != ".parquet":
        raise InputError(f"{cells}: --cells writes Parquet; give a file that ends in .parquet")
    if picture is not None:
        from exactpoly.report.plot import check_format

        check_format(picture)
    if mesh is not None and inside is None:
        raise InputError("--mesh: which cells? give points with --inside")
    given = read_planes(planes)
    distinct = distinct_planes(given)
    domain = Domain.parse(box, 3)
    if not domain.is_box:
        raise InputError("--box: R^d is not a box; give one such as [-1,1]^3")
    complex_ = enumerate_complex(arrangement_network(distinct), domain=domain, run=run)
    with ending(run):
        data: dict[str, Any] = {
            "planes": len(given),
            "distinct": len(distinct),
            "box": str(domain),
            "complete": complex_.complete,
            "cells": complex_.n_regions,
            "f_vector": list(complex_.f_vector),
            "adjacent_pairs": int((complex_.neighbours[:, 1] >= 0).sum()),
            "simple": complex_.simple,
        }
        if complex_.complete:
            _outputs(complex_, data, inside, mesh, cells, edges)
            if picture is not None:
                complex_.plot(save=picture)
    _show(data, as_json)
    return 0 if complex_.complete else 2


def _outputs(
    complex_: Complex,
    data: dict[str, Any],
    inside: Path | None,
    mesh: Path | None,
    cells: Path | None,
    edges: Path | None,
) -> None:
    if cells is not None:
        complex_.to_parquet(cells)
    if edges is not None:
        pairs = complex_.neighbours
        rows = pairs[pairs[:, 1] >= 0].tolist()
        _write(edges, ("cell,neighbour\n" + "".join(f"{a},{b}\n" for a, b in rows)).encode())
    if inside is None:
        return
    from exactpoly.arrangements.union import union_boundary
    from exactpoly.levelset.mesh import mesh_bytes

    chosen = _marked(complex_, inside)
    boundary = union_boundary(complex_, chosen)
    data["union"] = {
        "cells": int(chosen.sum()),
        "vertices": len(boundary.points),
        "edges": len(boundary.edges),
        "polygons": len(boundary.polygons),
        "closed": True,  # union_boundary would have raised
        "manifold": boundary.manifold,
        "watertight": boundary.watertight,
    }
    if mesh is not None:
        content, rounding = mesh_bytes(boundary, mesh)
        _write(mesh, content)
        data["union"]["vertices_merged_by_rounding"] = rounding.merged


def _marked(complex_: Complex, path: Path) -> Any:
    """bool, shape (regions,): the cells that hold the points of a file in their interior."""
    import numpy as np

    from exactpoly.pointsets.planes import point_rows

    chosen = np.zeros(complex_.n_regions, bool)
    for number, point in enumerate(point_rows(path), start=1):
        if not complex_.domain.contains(point):
            raise InputError(f"{path}: point {number} lies outside {complex_.domain}")
        found = complex_.find(list(point))
        if len(found) != 1:
            raise InputError(f"{path}: point {number} lies in a plane, in no one cell; move it")
        chosen[found[0].index] = True
    return chosen


def _write(path: Path, content: bytes) -> None:
    from exactpoly.running.files import written_whole

    with written_whole(path) as file:
        file.write(content)


def _show(data: dict[str, Any], as_json: bool) -> None:
    from exactpoly.report.terminal import make_console, named_values, print_json

    if as_json:
        print_json(data)
        return
    counts = ", ".join(f"f_{k} = {n:,}" for k, n in enumerate(data["f_vector"]))
    rows = [
        (
            "planes",
            f"{data['planes']:,}, {data['distinct']:,} of them different; box {data['box']}",
        ),
        ("cells", f"{'' if data['complete'] else 'PARTIAL, at least '}{data['cells']:,}"),
        ("f-vector", counts),
        ("adjacency", f"{data['adjacent_pairs']:,} pairs of cells share a facet"),
        ("simple", "yes" if data["simple"] else "no"),
    ]
    if "union" in data:
        union = data["union"]
        rows.append(
            (
                "union",
                f"{union['cells']:,} cells; boundary of {union['vertices']:,} vertices,"
                f" {union['polygons']:,} polygons, closed,"
                f" {'watertight manifold' if union['watertight'] else 'no manifold'}",
            )
        )
    make_console().print(named_values(rows))
