"""Level sets, class regions and their homology in words."""

from __future__ import annotations

from typing import Any

from rich.table import Table

__all__ = [
    "component_tables",
    "curve_table",
    "decision_tables",
    "level_tables",
    "persistence_tables",
    "surface_table",
]

_WORDS = {
    "zero": "f = c (closed)",
    "sub": "f <= c (closed)",
    "super": "f >= c (closed)",
    "below": "f < c (open)",
    "above": "f > c (open)",
}


def level_tables(result: dict[str, Any]) -> list[Table]:
    """One table: a row a set, from `LevelSet.to_json`."""
    component = "" if result["component"] is None else f", output {result['component']}"
    title = f"Level c = {result['level']} on {result['domain']}{component}"
    kind = "transversal" if result["transversal"] else "not transversal"
    rows = {_WORDS[name]: result[name] for name in _WORDS if name in result}
    table = _table(f"{title} ({kind})", rows, result["domain"])
    body, surface = result.get("sublevel_polytope"), result.get("surface")
    if body is not None:
        word = (
            f"a convex polytope with f-vector {_list(body['f_vector'])}"
            if body["convex"]
            else f"not convex: {body['reason']}"
        )
        table.caption = f"f <= c is {word}.\n{table.caption}"
    if surface is not None:
        word = "a surface" if surface["manifold"] else "no manifold"
        word += ", watertight" if surface["watertight"] else ""
        word += f", with {_list(surface['f_vector'])} vertices, edges, polygons"
        table.caption = f"f = c is {word}; more from `exactpoly surface`.\n{table.caption}"
    return [table]


def decision_tables(result: dict[str, Any]) -> list[Table]:
    """One table: a row a class, and the boundary, from `Decision.to_json`."""
    rows = {f"class {i} (closed)": one for i, one in result["classes"].items()}
    rows["decision boundary (closed)"] = result["decision_boundary"]
    table = _table(f"Classes on {result['domain']}", rows, result["domain"])
    ties = [
        f"{one['regions']} regions where classes {' and '.join(map(str, one['classes']))} tie"
        for one in result["ties"]
    ]
    if ties:
        table.caption = f"The boundary holds {'; '.join(ties)}.\n{table.caption}"
    return [table]


def _table(title: str, rows: dict[str, dict[str, Any]], domain: str) -> Table:
    table = Table(title=title, title_justify="left", caption_justify="left")
    space = domain == "R^d"
    relative = "Borel-Moore" if space else "relative to the boundary"
    extra = sorted({k for row in rows.values() for k in row if k.startswith("betti_mod_")})
    heads = ["cells by dimension", "Euler", "parts", "Betti (Q)", *(f"mod {k[10:]}" for k in extra)]
    table.add_column("set")
    for head in [*heads, relative, "torsion (Z)"]:
        table.add_column(head, justify="right")
    for name, row in rows.items():
        other = row.get("betti_borel_moore", row.get("betti_relative_to_domain_boundary"))
        torsion = [f"H_{k}: {_list(t)}" for k, t in enumerate(row.get("torsion", [])) if t]
        table.add_row(
            name,
            _list(row["f_vector"]),
            str(row["euler"]),
            str(row["components"]),
            _list(row["betti"]),
            *(_list(row.get(k, [])) for k in extra),
            "" if other is None else _list(other),
            "; ".join(torsion),
        )
    cells = (
        "Cells of R^d, none at infinity"
        if space
        else "Cells with those on the boundary of the domain"
    )
    point = ", one more in degree 0 for the one-point compactification" if space else ""
    other = (
        f"Borel-Moore homology{point}"
        if space
        else "homology relative to the boundary of the domain"
    )
    table.caption = (
        f"{cells}. Betti numbers b_0..b_d of ordinary homology, beside them of {other}. Checked by"
        " Euler's relation and Alexander duality."
    )
    return table


def _list(numbers: list[int]) -> str:
    return " ".join(map(str, numbers))


def component_tables(result: dict[str, Any]) -> list[Table]:
    """A table of connected components for each set that lists them."""
    tables = []
    for name, word in _WORDS.items():
        parts = result.get(name, {}).get("component_list")
        if parts is None:
            continue
        table = Table(title=f"Components of {word}", title_justify="left")
        for head in ("dimension", "bounded", "volume", "cells by dimension", "a point"):
            table.add_column(head, justify="right")
        for part in parts:
            volume = part["volume"]
            table.add_row(
                str(part["dimension"]),
                "yes" if part["bounded"] else "no",
                "infinite" if volume is None else _exact(volume, part["volume_about"]),
                _list(part["f_vector"]),
                ", ".join(part["point"]),
            )
        tables.append(table)
    return tables


def persistence_tables(result: dict[str, Any]) -> list[Table]:
    """Pairs, and critical pieces, from `Filtration.to_json`."""
    pairs = Table(
        title=f"Persistence over {result['field']} of f <= t on {result['domain']}",
        title_justify="left",
        min_width=76,
    )
    for head in ("degree", "birth", "death"):
        pairs.add_column(head, justify="right")
    pairs.caption = (
        "Ordinary homology of closed sets. Values q*M+p are at infinity, M above every number."
    )
    pairs.caption_justify = "left"
    for k, birth, death in result["pairs"]:
        pairs.add_row(str(k), birth, death)
    for k, birth in result["essential"]:
        pairs.add_row(str(k), birth, "never")
    critical = Table(title="H-critical flat components", title_justify="left")
    critical.add_column("value", justify="right")
    critical.add_column("multiplicities in degrees 0..d", justify="right")
    for one in result["critical"]:
        critical.add_row(one["value"], _list(one["multiplicities"]))
    return [pairs, critical]


def surface_table(result: dict[str, Any]) -> Table:
    """The verdicts on a surface, from `Surface.to_json`."""
    table = Table(
        title=f"Surface f = {result['level']} on {result['domain']}",
        title_justify="left",
        show_header=False,
    )
    table.add_row("vertices, edges, polygons", _list(result["f_vector"]))
    table.add_row("Euler characteristic", str(result["euler"]))
    for name, more in (("manifold", ""), ("oriented", ", normals to f > c"), ("watertight", "")):
        table.add_row(name, f"yes{more}" if result[name] else "no")
    table.add_row("edges on the boundary", str(result["boundary_edges"]))
    table.add_row("connected parts", str(result["components"]))
    if result["genera"] is not None:
        table.add_row("genus of each part", _list(result["genera"]))
        exact, about = result["signed_volume_below"], result["signed_volume_about"]
        table.add_row("volume enclosed (f < c inside positive)", _exact(exact, about))
    for fault in result["faults"]:
        table.add_row("no manifold", fault)
    if "file" in result:
        table.add_row("file", result["file"] or "not written; --anyway writes it")
        table.add_row("vertices merged by rounding", str(result["rounding_merged_vertices"]))
        table.add_row("file watertight", "yes" if result["file_watertight"] else "no")
    return table


def curve_table(result: dict[str, Any]) -> Table:
    """The verdicts on a curve, from `Curve.to_json`, and one row a path."""
    table = Table(
        title=f"Curve f = {result['level']} on {result['domain']}",
        title_justify="left",
        show_header=False,
    )
    for name, more in (("manifold", ""), ("oriented", ", f > c on the left")):
        table.add_row(name, f"yes{more}" if result[name] else "no")
    for name in ("closed_paths", "open_paths", "paths_to_infinity"):
        table.add_row(name.replace("_", " "), str(result[name]))
    table.add_row("isolated points", str(len(result["isolated_points"])))
    for fault in result["faults"]:
        table.add_row("no manifold", fault)
    areas = [
        _exact(path["signed_area"], path["signed_area_about"])
        for path in result["paths"]
        if path["closed"]
    ]
    if areas:
        table.add_row("areas enclosed (f > c inside positive)", ", ".join(areas))
    table.add_row("file", result["file"])
    return table


def _exact(exact: str, about: str) -> str:
    """The rational, or where it is long a decimal beside its length."""
    if len(exact) <= 40:
        return exact
    return f"about {about} ({len(exact)} characters exactly, in --json)"
