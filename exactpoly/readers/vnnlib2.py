"""VNN-LIB 2.0: one network with declared tensors; the rest is as in version 1.0.

Tensors are flattened row by row, inputs in the order in which they are declared, and so are outputs: this
is how networks with several inputs are read. Values are the real numbers that the exact network has,
whatever floating-point type is declared. What needs more than one network, inner values or default values
of inputs is refused.

Format: https://github.com/VNNLIB/VNNLIB-Standard, grammar of version 2.1 of the query language.
"""

from __future__ import annotations

import re
from math import prod

from exactpoly.readers.assertions import Atom, Group, Reader

__all__ = ["SecondReader", "is_second"]

_BEGINNING = re.compile(r"(?:\s|;[^\n]*)*\(\s*vnnlib-version\b")
_VERSION = re.compile(r"<2\.[0-9]{1,3}>")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}")
_INDEX = re.compile(r"([A-Za-z][A-Za-z0-9_]*)(?:\s*\[([0-9,\s]*)\])?")
_TYPES = ("Real", "float16", "float32", "float64", "bfloat16", "float", "double")
_MOST = 10_000_000
"""Entries of a tensor."""


def is_second(text: str) -> bool:
    """Whether a text says its version, as texts in version 2 do and those in version 1 do not."""
    return _BEGINNING.match(text) is not None


class SecondReader(Reader):
    """Reads a text in version 2.

    >>> text = '''(vnnlib-version <2.0>)
    ... (declare-network N (declare-input A Real [1,2]) (declare-output B Real []))
    ... (assert (and (<= 0.0 A[0,0]) (<= A[0,0] 1.0) (== A[0,1] 0.5) (!= B (* 2.0 A[0,1]))))'''
    >>> [str(c.constraints[0]) for c in SecondReader(text, "p").property().conjunctions]
    ['-Y_0 + 2*X_1 > 0', 'Y_0 - 2*X_1 > 0']
    """

    version = "2.0"
    token = re.compile(
        r"\s+|;[^\n]*|([()])|([A-Za-z][A-Za-z0-9_]*\s*\[[^\]()]*\]|\[[^\]()]*\]|\"[^\"\n]*\"|[^\s();]+)"
    )
    comparisons = ("<=", "<", ">=", ">", "==", "!=", "=")

    def __init__(self, text: str, source: str) -> None:
        super().__init__(text, source)
        self.tensors: dict[str, tuple[str, int, list[int]]] = {}
        self.used = {"X": 0, "Y": 0}
        self.network: Group | None = None

    def sizes(self) -> tuple[int, int]:
        if self.network is None:
            raise self.refuse(0, "no network is declared; write (declare-network N ..)")
        return self.used["X"], self.used["Y"]

    def declare(self, item: Group, command: str) -> bool:
        if command == "vnnlib-version":
            words = _words(item)
            if len(words) != 2 or not _VERSION.fullmatch(words[1]):
                raise self.refuse(item.place, "a version that is not read; 1.0 and <2.0> are")
        elif command == "declare-network":
            self._declare_network(item)
        else:
            return False
        return True

    def _declare_network(self, item: Group) -> None:
        if self.network is not None:
            raise self.refuse(item.place, "a second network; properties of one network are read")
        self.network = item
        if len(item.items) < 2 or not isinstance(item.items[1], Atom):
            raise self.refuse(item.place, "a network without a name")
        for part in item.items[2:]:
            words = _words(part) if isinstance(part, Group) else []
            if not words or words[0] not in ("declare-input", "declare-output"):
                what = words[0] if words else "this"
                raise self.refuse(
                    part.place, f"{what[:40]!r} is not read; declare-input and declare-output are"
                )
            self._declare_tensor(part, words)
        for letter, kind in (("X", "input"), ("Y", "output")):
            if not self.used[letter]:
                raise self.refuse(item.place, f"no {kind} is declared")

    def _declare_tensor(self, item: Atom | Group, words: list[str]) -> None:
        words = [one for word in words for one in re.findall(r"\w[^\s\[]*|\[.*\]", word)]
        if len(words) == 5 and words[4] == "initialized":
            raise self.refuse(item.place, "default values of inputs are not read; give bounds")
        shape = re.fullmatch(r"\[([0-9,\s]*)\]", words[3]) if len(words) == 4 else None
        if shape is None or not _NAME.fullmatch(words[1]):
            raise self.refuse(item.place, f"write ({words[0]} X Real [1,5])")
        if words[2] not in _TYPES:
            raise self.refuse(item.place, f"type {words[2][:40]} is not read; Real and floats are")
        if words[1] in self.tensors:
            raise self.refuse(item.place, f"{words[1]} is declared twice")
        sizes = self._numbers(item.place, shape[1])
        if prod(sizes) > _MOST or not prod(sizes):
            raise self.refuse(item.place, f"a tensor has from 1 to {_MOST} entries")
        letter = "X" if words[0] == "declare-input" else "Y"
        self.tensors[words[1]] = (letter, self.used[letter], sizes)
        self.used[letter] += prod(sizes)

    def _numbers(self, place: int, text: str) -> list[int]:
        words = text.split(",") if text.strip() else []
        if not all(re.fullmatch(r"\s*[0-9]{1,9}\s*", word) for word in words):
            raise self.refuse(place, f"[{text[:40]}] is not a list of numbers")
        return [int(word) for word in words]

    def variable(self, item: Atom) -> str | None:
        match = _INDEX.fullmatch(item.text)
        if match is None or match[1] not in self.tensors:
            return None
        letter, place, sizes = self.tensors[match[1]]
        indices = self._numbers(item.place, match[2] or "")
        if len(indices) != len(sizes) or any(i >= n for i, n in zip(indices, sizes, strict=True)):
            raise self.refuse(
                item.place, f"{item.text[:40]} is not an entry of a tensor of shape {sizes}"
            )
        offset = 0
        for i, n in zip(indices, sizes, strict=True):
            offset = offset * n + i
        return f"{letter}_{place + offset}"


def _words(item: Group) -> list[str]:
    return [i.text for i in item.items if isinstance(i, Atom)]
