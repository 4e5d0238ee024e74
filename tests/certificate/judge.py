"""What a checker, or a mutant of it, does with a corpus of files."""

from __future__ import annotations

import contextlib
import io
import json
import signal
import sys
import tempfile
from dataclasses import dataclass
from typing import Any

Entry = tuple[str, bytes, dict[str, int]]
"""Name, contents of the file, limits of the checker to change; ``"scale"``, ``"section"`` for options."""

Outcome = tuple[int, str]
"""Exit code, and the statement proved or the first words and line of the reason."""


@dataclass(frozen=True)
class Corpus:
    """Files with the outcomes expected; ``shown`` is what `usage` gives for ``usual``."""

    entries: list[tuple[Entry, Outcome]]
    usual: bytes
    shown: list[object]


def corpus(module: Any, entries: list[Entry]) -> Corpus:
    """The corpus by a module's own outcomes."""
    outcomes = [(entry, outcome(module, *entry[1:])) for entry in entries]
    usual = entries[0][1]
    return Corpus(outcomes, usual, usage(module, usual))


SECONDS = 3
"""Of processor time for one file, a hundred times what any takes."""


def first_difference(module: Any, corpus: Corpus) -> int | str | None:
    """Place of the first file with another outcome, ``"usage"`` or None.

    A signal ends the process if a file takes too long: a mutant that loops.
    """
    for place, ((_, data, limits), expected) in enumerate(corpus.entries):
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
        if outcome(module, data, limits) != expected:
            return place
    return None if usage(module, corpus.usual) == corpus.shown else "usage"


def outcome(module: Any, data: bytes, limits: dict[str, int]) -> Outcome:
    """The outcome for one file, with some limits changed."""
    scale, part = limits.get("scale", 1), None
    if "section" in limits:
        part = range(limits["section"], limits["section"] + 1)
    usual = {name: getattr(module, name) for name in limits if name.isupper()}
    for name in usual:
        setattr(module, name, limits[name])
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        try:
            code, message = module.check_file(file.name, scale, part)
        finally:
            for name, value in usual.items():
                setattr(module, name, value)
    return code, ":".join(message.split(":")[:2]) if code else message


def usage(module: Any, data: bytes) -> list[object]:
    """What `main` prints and returns: for the file, in parts, with a scale, and when misused."""
    results: list[object] = []
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        scales = (["--scale", "1"], ["--scale", "0"], ["--scale", "2", "x"], ["--size", "2"])
        count = json.loads(data.splitlines()[0])["sections"]
        ranges = ("0:1", "1:2", f"0:{count}", f"0:{count + 1}", "1:1", "-1:1", "2:1")
        ranges += ("1", "1:2:3", "a:b")
        parts = [[f"--sections={text}"] for text in ranges]
        options = ([], *scales, *parts, ["--sec"], ["--help"])
        for words in ([], ["none"], *([file.name, *option] for option in options)):
            out, err = io.StringIO(), io.StringIO()
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = module.main(words)
            results.append((code, out.getvalue(), err.getvalue()))
        given, sys.argv = sys.argv, ["check.py", file.name]
        with contextlib.redirect_stdout(io.StringIO()):
            results.append(module.main())
        sys.argv = given
    return results
