"""JSON Schemas of what the command line prints with ``--json``, and of the JSON files that it reads.

Each is a file of this folder in the dialect 2020-12, complete in itself. They are strict: no field occurs
that they do not name, so that the tests find every change of an output.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from exactpoly.errors import InputError

__all__ = ["names", "schema"]


def names() -> list[str]:
    """The names of all schemas, sorted.

    >>> names()[:3]
    ['architecture', 'arrangement', 'bounds']
    """
    found = [path.name for path in files(__name__).iterdir()]
    return sorted(name.removesuffix(".json") for name in found if name.endswith(".json"))


def schema(name: str) -> dict[str, Any]:
    """The schema of a name. Raises `InputError` where there is none.

    >>> schema("eval")["title"], schema("eval")["required"][:3]
    ('The network at a point', ['network', 'point', 'output'])
    """
    if name not in names():
        raise InputError(f"schema: {name!r} given; choose from {', '.join(names())}")
    data: dict[str, Any] = json.loads((files(__name__) / f"{name}.json").read_text("utf-8"))
    return data
