"""The tree of a proof, as the checker reads it: see certificate/check_property.py."""

from __future__ import annotations

from typing import Any

__all__ = ["ProofTree"]

Token = list[Any]


class ProofTree:
    """Nodes by number, the root 0; each has tokens that refute alternatives, then maybe two children."""

    def __init__(self) -> None:
        self.tokens: list[list[Token]] = [[]]
        self.children: dict[int, tuple[int, int]] = {}

    def __len__(self) -> int:
        return len(self.tokens)

    def add(self, node: int, token: Token) -> None:
        """One more token of a node."""
        self.tokens[node].append(token)

    def split(self, node: int, token: Token) -> tuple[int, int]:
        """Two children of a node, by ``["x", i, cut]`` or ``["z", layer, unit]``."""
        self.tokens[node].append(token)
        first = len(self.tokens)
        self.tokens += [[], []]
        self.children[node] = (first, first + 1)
        return first, first + 1

    def preorder(self) -> list[Token]:
        """All tokens in the order in which the checker reads them; nodes without an end are open."""
        result: list[Token] = []
        stack = [0]
        while stack:
            node = stack.pop()
            result += self.tokens[node]
            if node in self.children:
                stack += reversed(self.children[node])
        return result
