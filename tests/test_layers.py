"""Who may import whom: the rooms of the package as a test.

A rule that no test holds is lost with the first lazy import, so imports inside functions count too.
Imports for type checkers only do not.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import exactpoly

PACKAGE = Path(exactpoly.__file__).parent

GROUND = {"errors", "arithmetic", "services"}
FILES = GROUND | {"running"}  # It stands on nothing, and knows what a file is.
NETWORK = GROUND | {"network"}
SUMMARY = NETWORK | {"domain", "summary"}
ENGINE = SUMMARY | {"polyhedra", "running", "complex"}
LEVELS = ENGINE | {"levelset", "topology"}
ALLOWED = {
    "errors": set(),
    "services": {"errors"},
    "arithmetic": {"errors"},
    "running": {"errors"},
    "polyhedra": GROUND,
    "network": GROUND,
    "domain": FILES | {"polyhedra"},  # A polytope is kept without its redundant half-spaces.
    "pointsets": NETWORK | FILES | {"polyhedra", "domain"},
    "readers": NETWORK | FILES,
    "examples": NETWORK | {"readers"},
    "summary": NETWORK | {"domain"},
    "local": NETWORK | {"domain", "polyhedra", "complex"},  # Of complex the kernel alone.
    "complex": ENGINE,
    "reference": SUMMARY | {"polyhedra"},  # The second engine knows nothing of the first.
    "topology": ENGINE,
    "levelset": ENGINE | {"topology"},
    # Not called tropical: a package of that name would hide the function `exactpoly.tropical`.
    "newton": ENGINE | {"local"},
    "depth": ENGINE,
    "arrangements": LEVELS | {"pointsets"},  # The engine on plane files; meshes as level sets have.
    "theory": LEVELS,  # No readers, no certificates, no reports.
    "properties": LEVELS | {"local"},
    "certificate": LEVELS
    | {"theory", "properties", "newton", "depth", "pointsets", "readers", "local", "reference"},
    "schemas": {"errors"},
    "report": LEVELS
    | {"theory", "properties", "newton", "depth", "pointsets", "local", "reference"},
    "crosscheck": LEVELS | {"certificate", "report", "properties", "readers"},
    "studies": LEVELS | {"theory", "pointsets", "readers", "report"},
}
EVERYTHING = {"front", "reporting", "commands", "cli", "__init__", "__main__"}
"""These may import every room, but `front` and `reporting` neither studies nor commands."""

THIRD_PARTIES = {
    "torch": {"readers", "studies", "crosscheck"},
    "onnx": {"readers"},
    "h5py": {"readers"},
    "onnxruntime": {"commands", "properties"},
    "safetensors": {"readers"},
    "networkx": {"complex", "crosscheck", "theory"},
    "pandas": {"complex", "crosscheck", "studies", "certificate", "readers"},
    "sklearn": {"readers", "studies"},
    "highspy": {"polyhedra", "properties", "depth", "crosscheck"},
    "cdd": {"polyhedra"},
    "click": {"commands", "cli"},
    "rich": {"report", "running", "studies", "commands"},
    "matplotlib": {"report", "studies"},
    "plotly": {"report"},
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> Iterator[str]:
    """The dotted names that a module imports when it runs, those inside functions included."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            if node.module == "exactpoly":
                yield from (f"exactpoly.{alias.name}" for alias in node.names)
            else:
                yield str(node.module)
        yield from imports(node)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_imports_only_what_is_below_it(path: Path) -> None:
    here = room(path)
    names = set(imports(ast.parse(path.read_text(encoding="utf-8"))))
    rooms = {name.split(".")[1] for name in names if name.startswith("exactpoly.")}
    if here in EVERYTHING:
        forbidden = {"studies", "commands"} if here in {"front", "reporting"} else set()
        assert not rooms & forbidden
    else:
        assert rooms <= ALLOWED[here] | {here}, f"{here} must not import {rooms - ALLOWED[here]}"
    for name in names:
        users = THIRD_PARTIES.get(name.split(".")[0])
        assert users is None or here in users, f"{name} is not for {here}"


def test_the_modules_of_front_know_nothing_of_each_other() -> None:
    doors = sorted(set((PACKAGE / "front").glob("*.py")) - {PACKAGE / "front" / "__init__.py"})
    assert doors
    for path in doors:
        names = set(imports(ast.parse(path.read_text(encoding="utf-8"))))
        assert not {name for name in names if name.split(".")[:2] == ["exactpoly", "front"]}, path


def test_the_checkers_import_only_the_standard_library() -> None:
    checkers = sorted((PACKAGE / "certificate").glob("check*.py"))
    assert checkers
    for path in checkers:
        names = set(imports(ast.parse(path.read_text(encoding="utf-8"))))
        assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


def test_the_packages_form_no_circle() -> None:
    order: list[str] = []
    left = dict(ALLOWED)
    while left:
        free = sorted(name for name, below in left.items() if not (below - {name}) & left.keys())
        assert free, f"a circle among {sorted(left)}"
        order += free
        for name in free:
            del left[name]


STRANGERS = {
    *("_replace", "_exit"),
    *("_C", "_ops", "_orig_mod", "_tensor_name", "_forward_hooks", "_forward_pre_hooks"),
    "_reversed_padding_repeated_twice",
}
"""Names of other libraries that begin with an underline and are meant to be used, or must be."""


def test_no_room_uses_private_names_of_another() -> None:
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in modules()}
    own: dict[str, set[str]] = {}
    for path, tree in trees.items():
        names = own.setdefault(room(path), set())
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                names.add(node.name)
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                names.add(node.attr)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                names.add(node.target.id)
    used = [
        f"{path.relative_to(PACKAGE)}:{node.lineno} {ast.unparse(node)}"
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr.startswith("_")
        and not node.attr.startswith("__")
        and node.attr not in own[room(path)] | STRANGERS
        and not (isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"})
    ]
    assert not used
