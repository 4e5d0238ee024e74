"""Links of a page to folders and program files of the repository.

Where the repository is browsed they open it. The site has no such pages, so there they become code that
names the path; a link to what does not exist stops the build.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform


class NamePlaces(SphinxPostTransform):
    """Replace references that lead out of the site by the path they lead to."""

    default_priority = 1

    def run(self, **kwargs: Any) -> None:
        root = Path(self.env.srcdir)
        folder = root / Path(self.env.docname).parent
        for node in list(self.document.findall(addnodes.pending_xref)):
            if node.get("refdomain") == "std" or node.get("reftype") != "myst":
                continue
            place = Path(os.path.normpath(folder / unquote(node["reftarget"].split("#")[0])))
            if place.is_dir() and place.is_relative_to(root):
                node.replace_self(nodes.literal("", str(place.relative_to(root)) + "/"))


def setup(app: Any) -> dict[str, bool]:
    app.add_post_transform(NamePlaces)
    return {"parallel_read_safe": True}
