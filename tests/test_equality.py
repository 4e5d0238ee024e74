"""Dataclasses that hold arrays compare by identity.

The equality that `dataclass` writes asks whether an array is true, which raises for two equal objects: on
Python 3.13 always, before it unless both sides held the very same array.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import numpy as np

import exactpoly
from exactpoly.arithmetic.arrays import IndexLists

PACKAGE = Path(exactpoly.__file__).parent
ARRAY = re.compile(r"ndarray|\b(NDArray|Signs|Sides|Indices|Marks|Floats)\b")


def decorators(node: ast.ClassDef) -> list[str]:
    return [text for text in map(ast.unparse, node.decorator_list) if text.startswith("dataclass")]


def holds_an_array(node: ast.ClassDef) -> bool:
    notes = [ast.unparse(item.annotation) for item in node.body if isinstance(item, ast.AnnAssign)]
    return any(ARRAY.search(note) and "Callable" not in note for note in notes)


def test_no_generated_equality_sees_an_array() -> None:
    holders = [
        (f"{path.relative_to(PACKAGE)}: {node.name}", text)
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and holds_an_array(node)
        for text in decorators(node)
    ]
    assert len(holders) >= 25
    assert [name for name, text in holders if "eq=False" not in text] == []


def test_lists_compare_and_hash_by_identity() -> None:
    one, other = (IndexLists.of(np.array([2, 0]), np.array([7, 8])) for _ in range(2))
    assert one != other
    assert len({one, other}) == 2
