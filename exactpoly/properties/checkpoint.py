"""The searches of one question in a file: a run that was ended goes on where it stood.

The file holds every search that was begun: its tree, the points that it found, and the nodes that are left,
with their bounds. Which search is which, its question says; a resumed run asks the same ones.
"""

from __future__ import annotations

import hashlib
import json
import time
import warnings
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from exactpoly.errors import ExactpolyWarning, InputError
from exactpoly.properties.answer import spell_point
from exactpoly.properties.nodes import Node
from exactpoly.properties.search import Search
from exactpoly.properties.tree import ProofTree
from exactpoly.running.sealed import MEND, read_sealed, write_sealed

__all__ = ["Checkpoint"]

_FORMAT = "exactpoly-property-checkpoint-1"


class Checkpoint:
    """A file that is read if it is there; ``question``: what it must be about.

    ``seconds``: how long to wait before it is written again. Raises `InputError` where the file is
    damaged or about another question.
    """

    def __init__(self, path: Path, question: Sequence[str], seconds: float) -> None:
        self.path, self.question, self.seconds = path, list(question), seconds
        self.header: list[dict[str, Any]] = []
        self.arrays: dict[str, np.ndarray] = {}
        self.places: dict[int, int] = {}  # By the identity of a search: its place in the header.
        self.seen: Counter[str] = Counter()
        self.last = time.monotonic()
        if path.exists():
            self._read()

    def _read(self) -> None:
        header, self.arrays = read_sealed(self.path)
        given = header.get("format") if isinstance(header, dict) else None
        if given != _FORMAT or header["question"] != self.question:
            raise InputError(f"{self.path}: the checkpoint of another run; {MEND}")
        self.header = header["searches"]

    def restore(self, search: Search) -> bool:
        """Whether the search was begun in an earlier run; it then stands where it stood.

        Raises `Stop` as the search would where a point of the earlier run ends it.
        """
        key = hashlib.sha256(json.dumps(search.question()).encode()).hexdigest()
        self.seen[key] += 1
        key = f"{key} {self.seen[key]}"
        for place, kept in enumerate(self.header):
            if kept["key"] == key:
                self.places[id(search)] = place
                self._fill(search, kept, str(place))
                return True
        self.places[id(search)] = len(self.header)
        self.header.append({"key": key, "ended": False})
        return False

    def ended(self, search: Search) -> bool:
        """Whether the search has nothing left to do."""
        return bool(self.header[self.places[id(search)]]["ended"])

    def _fill(self, search: Search, kept: dict[str, Any], name: str) -> None:
        search.tree = ProofTree()
        search.tree.tokens = kept["tokens"]
        search.tree.children = {parent: (a, b) for parent, a, b in kept["children"]}
        search.nodes, search.rows_found = kept["nodes"], kept["rows"]
        search.done, search.stopped = kept["done"], kept["stopped"]
        search.scales = kept["scales"]
        layers = range(search.net.depth)
        for i, one in enumerate(kept["queue"]):
            arrays = [self.arrays[f"{name}.{k}"][i] for k in range(2 + 2 * len(layers))]
            node = Node(
                one["number"],
                arrays[0],
                arrays[1],
                [(arrays[2 + 2 * j], arrays[3 + 2 * j]) for j in layers],
                tuple((j, i, s) for j, i, s in one["phases"]),
                tuple(one["alternatives"]),
                one["depth"],
                one["stale"],
                one["value"],
                None if one["inside"] is None else tuple(map(Fraction, one["inside"])),
            )
            search.push(node)
        search.take(kept["best"])

    def keep(self, search: Search, *, ended: bool) -> None:
        """Take the state of a search, to be written."""
        place = self.places[id(search)]
        nodes = search.open_nodes()
        self.header[place] = {
            "key": self.header[place]["key"],
            "ended": ended,
            "done": search.done,
            "stopped": search.stopped,
            "nodes": search.nodes,
            "rows": search.rows_found,
            "scales": search.scales,
            "best": search.best(),
            "tokens": [list(tokens) for tokens in search.tree.tokens],
            "children": [[parent, a, b] for parent, (a, b) in search.tree.children.items()],
            "queue": [_spelled(node) for node in nodes],
        }
        columns = [[n.low for n in nodes], [n.high for n in nodes]]
        for j in range(search.net.depth if nodes else 0):
            columns += [[n.bounds[j][0] for n in nodes], [n.bounds[j][1] for n in nodes]]
        for k, column in enumerate(columns):
            self.arrays[f"{place}.{k}"] = np.array(column)

    def write(self) -> None:
        """Write the file; where that fails, warn: the run and its result are worth more."""
        header = {"format": _FORMAT, "question": self.question, "searches": self.header}
        try:
            write_sealed(self.path, header, self.arrays)
        except InputError as error:
            warnings.warn(f"no checkpoint: {error}", ExactpolyWarning, stacklevel=2)
        self.last = time.monotonic()

    def periodically(self, search: Search) -> None:
        """Write the file if that is long ago."""
        if time.monotonic() - self.last >= self.seconds:
            self.keep(search, ended=False)
            self.write()


def _spelled(node: Node) -> dict[str, Any]:
    return {
        "number": node.number,
        "phases": node.phases,
        "alternatives": node.alternatives,
        "depth": node.depth,
        "stale": node.stale,
        "value": node.value,
        "inside": None if node.inside is None else spell_point(node.inside),
    }
