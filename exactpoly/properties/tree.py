"""The tree of a proof, as the checker reads it: see certificate/check_property.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = ["ProofTree"]

Token = list[Any]


class ProofTree:
    """Nodes by number, the root 0; each has tokens that refute alternatives, then maybe two children."""

    def __init__(self, roots: int = 1) -> None:
        self.tokens: list[list[Token]] = [[] for _ in range(roots)]
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

    def graft(self, nodes: Sequence[int], other: ProofTree) -> list[int]:
        """Put what is below the first ``len(nodes)`` nodes of another tree below these; all numbers."""
        first = len(self.tokens) - len(nodes)
        numbers = [*nodes, *range(first + len(nodes), first + len(other.tokens))]
        self.tokens += [[] for _ in other.tokens[len(nodes) :]]
        for number, tokens in zip(numbers, other.tokens, strict=True):
            self.tokens[number] += tokens
        for parent, (left, right) in other.children.items():
            self.children[numbers[parent]] = (numbers[left], numbers[right])
        return numbers

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
