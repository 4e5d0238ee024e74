"""Formulas as HTML may hold them: a `<` before a letter would begin a tag, and end the formula there."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform


def spelt(formula: str) -> str:
    r"""A formula with its relations as words.

    >>> spelt("a<b>c")
    'a\\lt b\\gt c'
    """
    return formula.replace("<", r"\lt ").replace(">", r"\gt ")


class SpellRelations(SphinxPostTransform):
    """Displayed formulas are written into the page as they are; those in lines are escaped already."""

    default_priority = 5

    def run(self, **kwargs: Any) -> None:
        for node in list(self.document.findall(nodes.math_block)):
            text = spelt(node.astext())
            node.children = [nodes.Text(text)]
            node.rawsource = text


def setup(app: Any) -> dict[str, bool]:
    app.add_post_transform(SpellRelations)
    return {"parallel_read_safe": True}
