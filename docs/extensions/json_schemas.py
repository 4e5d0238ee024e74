"""The directive ``json-schemas``: every JSON Schema of the package as a table of fields, and as a file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

_KINDS = {"array": "list", "boolean": "true or false", "object": "object", "string": "text"}


def _alternatives(node: dict[str, Any]) -> list[dict[str, Any]]:
    return list(node.get("anyOf", [node]))


def _kind(node: dict[str, Any], defs: dict[str, Any]) -> str:
    """The type of a value in words."""
    if "$ref" in node:
        name = node["$ref"].rsplit("/", 1)[1]
        target = defs[name]
        plain = "properties" in target or "anyOf" in target
        return name.replace("_", " ") if plain else _kind(target, defs)
    if "anyOf" in node:
        return " or ".join(_kind(one, defs) for one in node["anyOf"])
    if "enum" in node or "const" in node:
        values = node.get("enum", [node.get("const")])
        return ", ".join(f"`{json.dumps(value)}`" for value in values)
    if node.get("type") == "array" and "items" in node:
        return f"list of {_kind(node['items'], defs)}"
    if node.get("pattern", "").startswith("^-?[0-9]+(/"):
        return "rational"
    kinds = node.get("type", "")
    if isinstance(kinds, list):
        return " or ".join(_KINDS.get(kind, kind) for kind in kinds)
    return _KINDS.get(kinds, kinds)


def _told(node: dict[str, Any], defs: dict[str, Any]) -> str:
    """What a value means: its own description, or that of what it refers to."""
    if "description" in node:
        return re.sub(r"(?<![\w-])(--?[a-z][a-z0-9-]*)", r"`\1`", str(node["description"]))
    return _told(defs[node["$ref"].rsplit("/", 1)[1]], defs) if "$ref" in node else ""


def _rows(node: dict[str, Any], defs: dict[str, Any], before: str = "") -> Iterator[list[str]]:
    """Name, type and meaning of every field below a node; those of named parts are told once."""
    for one in _alternatives(node):
        if one.get("type") == "array" and isinstance(one.get("items"), dict):
            yield from _rows(one["items"], defs, f"{before}[]")
        for name, value in one.get("properties", {}).items():
            path = f"{before}.{name}" if before else name
            may = "" if name in one.get("required", []) else " (may be left out)"
            yield [f"`{path}`{may}", _kind(value, defs), _told(value, defs)]
            yield from _rows(value, defs, path)


def _table(node: dict[str, Any], defs: dict[str, Any]) -> list[str]:
    rows = [["field", "type", "meaning"], ["---"] * 3, *_rows(node, defs)]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]


class JsonSchemas(SphinxDirective):
    """A section for each schema."""

    def run(self) -> list[nodes.Node]:
        from exactpoly import schemas

        lines: list[str] = []
        parts: dict[str, Any] = {}
        for name in schemas.names():
            data = schemas.schema(name)
            defs = data.get("$defs", {})
            lines += [f"## {name}", "", f"{data['title']}: `{data['$comment']}`.", ""]
            lines += [*_table(data, defs), ""]
            lines += [f"[{name}.json](../../exactpoly/schemas/{name}.json)", ""]
            parts |= {k: (v, defs) for k, v in defs.items() if "properties" in v or "anyOf" in v}
        lines += ["## Parts that several share", ""]
        for name, (node, defs) in sorted(parts.items()):
            lines += [f"**{name.replace('_', ' ')}**: {_told(node, defs)}", ""]
            table = _table(node, defs)
            lines += [*table, ""] if len(table) > 2 else []
        container = nodes.section()
        container.document = self.state.document
        self.state.nested_parse(StringList(lines, "json-schemas"), 0, container, match_titles=True)
        return list(container.children)


def setup(app: Any) -> dict[str, bool]:
    app.add_directive("json-schemas", JsonSchemas)
    return {"parallel_read_safe": True}
