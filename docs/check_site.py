"""Check a built site: links and pictures lead somewhere, nothing comes from elsewhere, no name is missing.

    python docs/check_site.py docs/_build/html

Prints what is wrong, one line each, and ends with 1 if anything is.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from types import FunctionType
from urllib.parse import unquote, urlsplit

LOADED = {("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src"), ("source", "src")}
"""Attributes that a browser follows by itself."""
METHODS = (FunctionType, classmethod, staticmethod, property, cached_property)


class Page(HTMLParser):
    """What one page refers to, and the anchors that it has."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[tuple[str, str, str]] = []
        self.in_formula = False
        self.broken_formulas = 0
        self.feed(path.read_text(encoding="utf-8"))

    def handle_endtag(self, tag: str) -> None:
        self.in_formula = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # Inside a formula everything is text: a tag there would be a "<" of the formula itself.
        self.broken_formulas += self.in_formula
        self.in_formula = ("class", "math") in attrs
        for name, value in attrs:
            if name in {"id", "name"} and value:
                self.anchors.add(value)
            elif name in {"href", "src"} and value:
                self.links.append((tag, name, value))


def faults_of_links(root: Path) -> Iterator[str]:
    """Links to files or anchors that are not there, and what would be loaded from elsewhere."""
    pages = {path.resolve(): Page(path) for path in root.rglob("*.html")}
    for path, page in pages.items():
        here = path.relative_to(root.resolve())
        if page.broken_formulas:
            yield f"{here}: {page.broken_formulas} formulas hold a tag"
        for tag, attribute, link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                if (tag, attribute) in LOADED and parts.scheme != "data":
                    yield f"{here}: loads {link} from elsewhere"
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if target.is_dir():
                target /= "index.html"
            if not target.exists():
                yield f"{here}: {link} leads nowhere"
            elif (
                parts.fragment
                and target in pages
                and unquote(parts.fragment) not in pages[target].anchors
            ):
                yield f"{here}: {link} has no such anchor"


def missing_names(root: Path) -> Iterator[str]:
    """Public names without an entry in the reference."""
    import exactpoly

    anchors = set[str]()
    for path in (root / "docs" / "reference").glob("*.html"):
        anchors |= Page(path).anchors
    for name in exactpoly.__all__:
        if f"exactpoly.{name}" not in anchors:
            yield f"docs/reference: exactpoly.{name} has no entry"
            continue
        value = getattr(exactpoly, name)
        for member in vars(value) if isinstance(value, type) else ():
            entry = f"exactpoly.{name}.{member}"
            method = isinstance(vars(value)[member], METHODS)
            if not member.startswith("_") and method and entry not in anchors:
                yield f"docs/reference: {entry} has no entry"


def missing_commands(root: Path) -> Iterator[str]:
    """Commands that the page of the command line does not have."""
    from exactpoly.cli import main

    anchors = Page(root / "docs" / "reference" / "cli.html").anchors
    for name in main.commands:
        if f"exactpoly-{name}" not in anchors:
            yield f"docs/reference/cli.html: {name} is missing"


def run(root: Path) -> int:
    """Print all faults; the exit code."""
    faults = [*faults_of_links(root), *missing_names(root), *missing_commands(root)]
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1])))
