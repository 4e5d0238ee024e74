"""What `exactpoly info`, `eval` and `region` say: as JSON objects and as tables."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from exactpoly.report.text import (
    affine_text,
    exact_and_decimal,
    point_text,
    printable,
    row_text,
    row_words,
    widths_text,
    zero_sets_text,
)

if TYPE_CHECKING:
    from rich.table import Table

    from exactpoly.local.region import LocalRegion
    from exactpoly.network.layer import Layer
    from exactpoly.network.network import Network

__all__ = [
    "VERTEX_LIMIT",
    "evaluation_json",
    "evaluation_table",
    "info_json",
    "info_table",
    "region_json",
    "region_table",
    "vertices_wanted",
]

VERTEX_LIMIT = 2000
"""Vertices and rays of a region are computed unasked if there can be no more than this."""

_SHOWN = 40
_LONGEST = 2_000
"""Characters of a note that are shown."""
_SMALL_DIMENSION = 6


# info


def info_json(network: Network) -> dict[str, object]:
    """Everything about a network that needs no enumeration."""
    return {
        "name": network.name,
        "digest": network.digest,
        "input_dimension": network.input_dimension,
        "output_dimension": network.output_dimension,
        "widths": list(network.widths),
        "neurons": network.n_neurons,
        "layers": [
            {
                "inputs": layer.inputs,
                "outputs": layer.outputs,
                "relu_units": len(layer.neurons),
                "linear_units": layer.outputs - len(layer.neurons),
                "denominator_bits": layer.denominator.bit_length(),
                "denominator_is_power_of_two": _is_power_of_two(layer.denominator),
                "numerator_bits": _numerator_bits(layer),
            }
            for layer in network.layers
        ],
        "notes": list(network.notes),
    }


def info_table(network: Network) -> list[Table]:
    """`info_json` for people."""
    from rich.markup import escape
    from rich.table import Table

    from exactpoly.report.terminal import fields

    head = fields()
    head.add_row("network", escape(printable(network.name)))
    head.add_row("digest", f"{network.digest} (SHA-256)")
    head.add_row("widths", widths_text(network))
    head.add_row("neurons", f"{network.n_neurons:,} ReLU units that may cut the input space")
    for note in network.notes[:_SHOWN]:
        head.add_row(
            "note", escape(printable(note if len(note) <= _LONGEST else note[:_LONGEST] + ".."))
        )
    if len(network.notes) > _SHOWN:
        head.add_row("", f"and {len(network.notes) - _SHOWN:,} more notes; --json has them all")
    layers = Table(box=None, padding=(0, 2, 0, 0), header_style="bold cyan")
    for title in ("layer", "inputs", "outputs", "ReLU", "linear", "denominator", "numerators"):
        layers.add_column(title, justify="right")
    for index, layer in enumerate(network.layers[:_SHOWN]):
        layers.add_row(
            str(index),
            f"{layer.inputs:,}",
            f"{layer.outputs:,}",
            f"{len(layer.neurons):,}",
            f"{layer.outputs - len(layer.neurons):,}",
            _denominator_text(layer.denominator),
            f"up to {_numerator_bits(layer):,} bits",
        )
    if len(network.layers) > _SHOWN:
        layers.caption = f"and {len(network.layers) - _SHOWN:,} more layers; --json has them all"
    return [head, layers]


def _is_power_of_two(number: int) -> bool:
    return number & (number - 1) == 0


def _denominator_text(denominator: int) -> str:
    if denominator == 1:
        return "1"
    if _is_power_of_two(denominator):
        return f"2^{denominator.bit_length() - 1}"
    if denominator < 10**6:
        return str(denominator)
    return f"{denominator.bit_length():,} bits"


def _numerator_bits(layer: Layer) -> int:
    return max((abs(x).bit_length() for _, values in layer.rows for x in values), default=0)


# eval


def evaluation_json(network: Network, point: Sequence[Fraction]) -> dict[str, object]:
    """Exact output, pre-activations and signs at a point."""
    row = network.sign_row(point)
    return {
        "network": {"name": network.name, "digest": network.digest},
        "point": [str(x) for x in point],
        "output": [str(x) for x in network.evaluate(point)],
        "preactivations": [str(x) for x in network.preactivations(point)],
        "sign_row": row_words(network, row),
        "zero_neurons": [list(network.neurons[n]) for n, sign in enumerate(row) if sign == 0],
    }


def evaluation_table(network: Network, point: Sequence[Fraction]) -> Table:
    """`evaluation_json` for people."""
    from exactpoly.report.terminal import fields

    row = network.sign_row(point)
    table = fields()
    table.add_row("point", point_text(point))
    for place, value in enumerate(network.evaluate(point)):
        table.add_row(f"output {place}", exact_and_decimal(value, 6))
    table.add_row("sign row", row_text(network, row))
    zero = [n for n, sign in enumerate(row) if sign == 0]
    table.add_row("vanishing", zero_sets_text(network, zero, ()))
    return table


# region


def vertices_wanted(region: LocalRegion, asked: bool | None) -> str | None:
    """None when the vertices are to be computed, else why not.

    ``asked``: True, False, or None for "if there cannot be many and pycddlib is there".
    """
    from exactpoly.polyhedra.cddlib import cdd_available

    if asked is not None:
        return None if asked else "not computed, as asked"
    if region.generator_bound > VERTEX_LIMIT:
        return (
            f"not computed: {len(region.facets)} facets in dimension {region.domain.dimension} may"
            " have very many; --vertices computes them all the same"
        )
    if not cdd_available():
        return "not computed: pycddlib is not installed; the README says how to"
    return None


def region_json(region: LocalRegion, no_vertices: str | None) -> dict[str, object]:
    """The region of a point, exactly. ``no_vertices``: as by `vertices_wanted`."""
    network = region.network
    matrix, constant = region.affine_map
    result: dict[str, object] = {
        "network": {"name": network.name, "digest": network.digest},
        "domain": str(region.domain),
        "point": [str(x) for x in region.point],
        "on_boundary": region.on_boundary,
        "zero_neurons": [list(network.neurons[n]) for n in region.zero_neurons],
        "touched_sides": list(region.touched_sides),
        "sign_row": row_words(network, region.row),
        "interior_point": [str(x) for x in region.interior_point],
        "facets": [
            {
                "neurons": [list(network.neurons[n]) for n in facet.neurons],
                "sides": list(facet.sides),
                "inequality": [str(x) for x in facet.inequality],
            }
            for facet in region.facets
        ],
        "affine_map": {
            "matrix": [[str(x) for x in row] for row in matrix],
            "constant": [str(x) for x in constant],
        },
    }
    if no_vertices is None:
        result["vertices"] = [[str(x) for x in v] for v in region.vertices]
        result["rays"] = [[str(x) for x in ray] for ray in region.rays]
        result["lines"] = [[str(x) for x in line] for line in region.lines]
    else:
        result["vertices"] = None
        result["vertices_note"] = no_vertices
    return result


def region_table(region: LocalRegion, no_vertices: str | None) -> list[Table]:
    """`region_json` for people: long lists and long numbers shortened, and said to be."""
    from rich.markup import escape
    from rich.table import Table

    from exactpoly.report.terminal import fields

    network, d = region.network, region.domain.dimension
    small = d <= _SMALL_DIMENSION
    head = fields()

    def add(name: str, value: str) -> None:
        head.add_row(name, escape(printable(value)))

    add("network", f"{network.name}  {widths_text(network)}")
    add("domain", str(region.domain))
    add("point", point_text(region.point) if small else f"{d} coordinates")
    if region.on_boundary:
        touched = zero_sets_text(network, region.zero_neurons, region.touched_sides, region.domain)
        add(
            "boundary",
            f"the point lies on the boundary of this region, on: {touched};"
            " where other regions meet there, this is one of them",
        )
        if small:
            add("interior point", point_text(region.interior_point))
    else:
        add("boundary", "the point is in the interior of its region")
    add("sign row", row_text(network, region.row))
    add("facets", f"{len(region.facets):,}")
    if no_vertices is None:
        words = [point_text(v) if small else "" for v in region.vertices]
        add("vertices", f"{len(words):,}{': ' + _listed(words) if small and words else ''}")
        for name, vectors in (("rays", region.rays), ("lines", region.lines)):
            if vectors:
                texts = [point_text([Fraction(x) for x in v]) for v in vectors]
                add(name, f"{len(vectors):,}{': ' + _listed(texts) if small else ''}")
    else:
        add("vertices", no_vertices)
    matrix, constant = region.affine_map
    if small:
        for place, (row, shift) in enumerate(zip(matrix[:_SHOWN], constant, strict=False)):
            add(f"output {place}", affine_text(row, shift))
        if len(matrix) > _SHOWN:
            add("", f"and {len(matrix) - _SHOWN} more; --json has them all")
    else:
        add("output", f"affine map of {len(constant)} x {d} exact coefficients; --json has them")

    facets = Table(box=None, padding=(0, 2, 0, 0), header_style="bold cyan")
    facets.add_column("facet", justify="right")
    facets.add_column("where this vanishes (layer:unit)", overflow="fold")
    if small:
        facets.add_column("inequality", overflow="fold")
    for place, facet in enumerate(region.facets[:_SHOWN]):
        cells = [str(place), zero_sets_text(network, facet.neurons, facet.sides, region.domain)]
        if small:
            constant_term, *line = facet.inequality
            cells.append(f"{affine_text(line, constant_term)} >= 0")
        facets.add_row(*cells)
    if len(region.facets) > _SHOWN:
        facets.add_row("..", f"{len(region.facets) - _SHOWN} more; --json has them all")
    return [head, facets]


def _listed(words: Sequence[str]) -> str:
    more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    return f"{', '.join(words[:_SHOWN])}{more}"
