"""Docstrings of this project as reStructuredText: what they write more freely than Sphinx reads."""

from __future__ import annotations

import re
from typing import Any

_CODE = re.compile(r"(``[^`]+``|`[^`]+`)")


def free_text(lines: list[str]) -> list[str]:
    """Escape what stands outside code and would be markup by accident: `*`, `|`, a final `_`.

    >>> free_text(["`a*b` of n * m |x|"])
    ['`a*b` of n \\\\* m \\\\|x\\\\|']
    """
    result = []
    for line in lines:
        if line.lstrip().startswith((">>>", "...")):
            result.append(line)
            continue
        parts = _CODE.split(line)
        parts[::2] = [re.sub(r"([*|]|(?<=\w)_(?=\W|$))", r"\\\1", part) for part in parts[::2]]
        result.append("".join(parts))
    return result


def _process(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    lines[:] = free_text(lines)


def setup(app: Any) -> dict[str, bool]:
    app.connect("autodoc-process-docstring", _process)
    return {"parallel_read_safe": True}
