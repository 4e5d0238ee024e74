"""The directive ``other-names``: entries for public names that no page of the reference has chosen.

So a new name has an entry from its first day, and is moved to the page of its subject by naming it there.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective


class OtherNames(SphinxDirective):
    """Entries of what is left."""

    def run(self) -> list[nodes.Node]:
        import exactpoly

        folder = Path(self.env.srcdir) / "docs" / "reference"
        text = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md")))
        chosen = set(re.findall(r"auto(?:class|function):: exactpoly\.(\w+)\n", text))
        lines: list[str] = []
        for name in sorted(set(exactpoly.__all__) - chosen):
            kind = "class" if isinstance(getattr(exactpoly, name), type) else "function"
            lines.append(f".. auto{kind}:: exactpoly.{name}")
            lines += ["   :members:"] if kind == "class" else []
            lines.append("")
        container = nodes.section()
        container.document = self.state.document
        self.state.nested_parse(StringList(lines, "other-names"), 0, container)
        return list(container.children)


def setup(app: Any) -> dict[str, bool]:
    app.add_directive("other-names", OtherNames)
    return {"parallel_read_safe": True}
