"""Claims as a JSON object, the format that can state everything. See CLAIMS.md."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from exactpoly.arithmetic.strict_json import strict_json
from exactpoly.crosscheck.claims import (
    ClaimedRegion,
    ClaimedVertex,
    Claims,
    text_of,
)
from exactpoly.crosscheck.fields import count, each, number, point, refuse_unknown, row, strings
from exactpoly.crosscheck.further_json import FURTHER
from exactpoly.crosscheck.numbers import EXACT, NumberFormat, number_format
from exactpoly.errors import InputError
from exactpoly.polyhedra.interior import HalfSpace

__all__ = ["FORMAT", "claims_from_json", "claims_to_json", "parse_claims"]

FORMAT = "exactpoly-claims-1"

_KEYS = {
    "format",
    "tool",
    "version",
    "domain",
    "network_digest",
    "numbers",
    "regions",
    "vertices",
    "adjacency",
    "totals",
    "facets_on_domain_boundary",
    "vertices_on_domain_boundary",
    "vertex_tolerance",
    *FURTHER,
}
_REGION_KEYS = {"row", "point", "facets", "facet_neurons", "vertices", "half_spaces"}


def parse_claims(text: str) -> Claims:
    """The claims of a JSON text. Raises `InputError` naming the field that is wrong."""
    return claims_from_json(strict_json(text))


def claims_from_json(data: Any) -> Claims:
    """The claims of a JSON object whose decimals are strings, integers or Python floats."""
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise InputError(f'claims: no object with "format": "{FORMAT}"; see CLAIMS.md')
    refuse_unknown(data, _KEYS, "claims")
    numbers = number_format(data.get("numbers", "float64"), "numbers")
    regions, vertices = data.get("regions"), data.get("vertices")
    tolerance = data.get("vertex_tolerance")
    return Claims(
        tool=_text(data, "tool") or "claims",
        version=_text(data, "version") or "",
        domain=_text(data, "domain"),
        network_digest=_text(data, "network_digest"),
        numbers=numbers,
        regions=None if regions is None else each(regions, "regions", _region, numbers),
        vertices=None if vertices is None else each(vertices, "vertices", _vertex, numbers),
        adjacency=None
        if data.get("adjacency") is None
        else each(data["adjacency"], "adjacency", _pair, numbers),
        totals=_totals(data.get("totals", {}), numbers),
        facets_on_domain_boundary=_flag(data, "facets_on_domain_boundary", False),
        vertices_on_domain_boundary=_flag(data, "vertices_on_domain_boundary", True),
        vertex_tolerance=None if tolerance is None else _tolerance(tolerance),
        **{
            key: each(data[key], key, part.read, numbers)
            for key, part in FURTHER.items()
            if data.get(key) is not None
        },
    )


def claims_to_json(claims: Claims) -> dict[str, object]:
    """The JSON object of claims; numbers are strings of fractions, so nothing is rounded."""
    data: dict[str, object] = {
        "format": FORMAT,
        "tool": claims.tool,
        "version": claims.version,
        "numbers": claims.numbers.name,
        "facets_on_domain_boundary": claims.facets_on_domain_boundary,
        "vertices_on_domain_boundary": claims.vertices_on_domain_boundary,
    }
    if claims.domain is not None:
        data["domain"] = claims.domain
    if claims.network_digest is not None:
        data["network_digest"] = claims.network_digest
    if claims.vertex_tolerance is not None:
        data["vertex_tolerance"] = str(claims.vertex_tolerance)
    if claims.regions is not None:
        data["regions"] = [_region_to_json(region) for region in claims.regions]
    if claims.vertices is not None:
        data["vertices"] = [
            {"point": strings(vertex.point)}
            | ({} if vertex.row is None else {"row": text_of(vertex.row)})
            for vertex in claims.vertices
        ]
    if claims.adjacency is not None:
        data["adjacency"] = [list(pair) for pair in claims.adjacency]
    for key, part in FURTHER.items():
        entries = getattr(claims, key)
        if entries:
            data[key] = [part.write(entry) for entry in entries]
    if claims.totals:
        data["totals"] = {name: _plain(value) for name, value in claims.totals.items()}
    return data


def _region_to_json(region: ClaimedRegion) -> dict[str, object]:
    entry: dict[str, object] = {}
    if region.row is not None:
        entry["row"] = text_of(region.row)
    if region.point is not None:
        entry["point"] = strings(region.point)
    if region.facets is not None:
        entry["facets"] = region.facets
    if region.facet_neurons is not None:
        entry["facet_neurons"] = list(region.facet_neurons)
    if region.vertices is not None:
        entry["vertices"] = [strings(vertex) for vertex in region.vertices]
    if region.half_spaces is not None:
        entry["half_spaces"] = [[strings(a), str(b)] for a, b in region.half_spaces]
    return entry


def _plain(value: object) -> object:
    """Fractions as strings, in lists and dictionaries too."""
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _region(entry: Any, where: str, numbers: NumberFormat) -> ClaimedRegion:
    if not isinstance(entry, dict):
        raise InputError(f'{where} is not an object; give "row", "point" or the like')
    refuse_unknown(entry, _REGION_KEYS, where)
    signs, place = entry.get("row"), entry.get("point")
    facets, neurons = entry.get("facets"), entry.get("facet_neurons")
    vertices, half_spaces = entry.get("vertices"), entry.get("half_spaces")
    if signs is None and place is None and not vertices and not half_spaces:
        raise InputError(
            f'{where} has no "row", "point", "vertices" or "half_spaces"; a region needs one of them'
        )
    return ClaimedRegion(
        row=None if signs is None else row(signs, f"{where}.row"),
        point=None if place is None else point(place, f"{where}.point", numbers),
        facets=None if facets is None else count(facets, f"{where}.facets"),
        facet_neurons=None
        if neurons is None
        else each(neurons, f"{where}.facet_neurons", lambda x, w, _: count(x, w), numbers),
        vertices=None if vertices is None else each(vertices, f"{where}.vertices", point, numbers),
        half_spaces=None
        if half_spaces is None
        else each(half_spaces, f"{where}.half_spaces", _half_space, numbers),
    )


def _vertex(entry: Any, where: str, numbers: NumberFormat) -> ClaimedVertex:
    if isinstance(entry, dict):
        refuse_unknown(entry, {"point", "row"}, where)
        signs = entry.get("row")
        return ClaimedVertex(
            point(entry.get("point"), f"{where}.point", numbers),
            None if signs is None else row(signs, f"{where}.row"),
        )
    return ClaimedVertex(point(entry, where, numbers))


def _half_space(entry: Any, where: str, numbers: NumberFormat) -> HalfSpace:
    if not isinstance(entry, list) or len(entry) != 2:
        raise InputError(f"{where} is not [a, b], which means a.x <= b")
    return point(entry[0], f"{where}[0]", numbers), number(entry[1], numbers, f"{where}[1]")


def _pair(entry: Any, where: str, _: NumberFormat) -> tuple[int, int]:
    if not isinstance(entry, list) or len(entry) != 2:
        raise InputError(f"{where} is {entry!r}; give two indices into regions")
    return count(entry[0], where), count(entry[1], where)


def _tolerance(value: Any) -> Fraction:
    tolerance = number(value, EXACT, "vertex_tolerance")
    if tolerance < 0:
        raise InputError(f"vertex_tolerance is {tolerance}; give 0 or more")
    return tolerance


def _totals(value: Any, numbers: NumberFormat) -> dict[str, object]:
    if not isinstance(value, dict):
        raise InputError("totals is not an object; give names and numbers")
    return {name: _total(item, f"totals.{name}", numbers) for name, item in value.items()}


def _total(item: Any, where: str, numbers: NumberFormat) -> object:
    """A number, a list of numbers or an object of numbers."""
    if isinstance(item, dict):
        return {key: _figure(entry, f"{where}.{key}", numbers) for key, entry in item.items()}
    if isinstance(item, list):
        return [_figure(entry, f"{where}[{i}]", numbers) for i, entry in enumerate(item)]
    return _figure(item, where, numbers)


def _figure(item: Any, where: str, numbers: NumberFormat) -> Fraction:
    from exactpoly.arithmetic.rational import exact_scalar

    exact = exact_scalar(item, where)
    # A count is an integer, however coarse the format is.
    whole = isinstance(item, int) or (
        isinstance(item, str) and bool(re.fullmatch(r" *[+-]?[0-9]+ *", item))
    )
    return exact if whole else number(item, numbers, where)


def _text(data: dict[str, Any], key: str) -> str | None:
    value = data.get(key)
    if value is not None and not (isinstance(value, str) and value.isprintable()):
        raise InputError(f"{key} is {value!r}; give a string of printable characters")
    return value


def _flag(data: dict[str, Any], key: str, default: bool) -> bool:
    value = data.get(key, default)
    if not isinstance(value, bool):
        raise InputError(f"{key} is {value!r}; give true or false")
    return value
