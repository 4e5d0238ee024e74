"""Questions and answers as the certificate spells them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from pathlib import Path
from typing import Any

from exactpoly.arithmetic.digits import any_digits
from exactpoly.errors import InputError
from exactpoly.network.constraints import Bounds, Constraint, Functional
from exactpoly.network.network import Network
from exactpoly.running.files import write_whole

__all__ = [
    "Answer",
    "spell_bounds",
    "spell_constraint",
    "spell_functional",
    "spell_point",
    "write_network",
]


def spell_point(point: Sequence[Fraction]) -> list[str]:
    """A point as strings."""
    return [str(x) for x in point]


def spell_bounds(bounds: Bounds | None) -> list[list[str]] | None:
    """A box as pairs of strings; None for all of `R^d`."""
    return None if bounds is None else [[str(a), str(b)] for a, b in bounds]


def spell_functional(one: Functional) -> dict[str, str]:
    """The coefficients that are not 0 by name, the constant under the empty name."""
    named = {f"Y_{i}": c for i, c in enumerate(one.y)} | {f"X_{i}": c for i, c in enumerate(one.x)}
    named[""] = one.constant
    return {name: str(c) for name, c in named.items() if c}


def integral_scale(one: Functional) -> int:
    """The least positive integer that makes all coefficients integers, the constant apart."""
    return lcm(*(c.denominator for c in (*one.y, *one.x)))


def spell_constraint(one: Constraint) -> list[Any]:
    """A constraint as coefficients and whether it is strict."""
    return [spell_functional(one.functional), one.strict]


@dataclass
class Answer:
    """An exact answer about the exact network in the file, with the tree that proves it.

    ``verdict``: a word, ``"partial"`` where a limit ended the run; ``value``: the exact number asked
    for, if it is known; ``witness``: the point that attains it or refutes; ``details``: what ``--json``
    prints; ``question``, ``claims``: header of the certificate; ``tree``: one list of nodes a case;
    ``stopped``: why a run ended early; ``nodes``: nodes of the search; ``bits``: the checker's scale.
    """

    verdict: str
    networks: tuple[Network, ...]
    question: dict[str, Any]
    claims: dict[str, Any]
    tree: list[list[Any]] = field(default_factory=list)
    bits: int = 48
    value: Fraction | None = None
    witness: tuple[Fraction, ...] | None = None
    details: dict[str, Any] = field(default_factory=dict)
    stopped: str | None = None
    nodes: int = 0

    @property
    def partial(self) -> bool:
        """Whether a limit ended the run before the answer was exact."""
        return self.verdict == "partial"

    def lines(self, *, network: bool = True) -> list[Any]:
        """The values of the certificate's lines; with the exact networks, or their digests alone."""
        with any_digits():
            header = {
                "format": "exactpoly-property",
                "version": 1,
                "question": self.question,
                "answer": self.claims,
                "bits": self.bits,
                "digests": [n.digest for n in self.networks],
                "networks": [n.canonical_form() for n in self.networks] if network else [],
            }
        return [header, *self.tree]

    def save(self, path: str | Path, *, network: bool = True) -> None:
        """Write the certificate, compressed if the name ends in ``.gz``; whole or not at all.

        ``network``: False leaves out the exact network, which `write_network` puts into a file. Raises
        `InputError` where there is none: for answers from the complex and for runs without a bound.
        """
        if not self.claims:
            raise InputError(
                f"{path}: this answer has no certificate of its own"
                " (it comes from the exact complex, or no bound was found in time)"
            )
        _write(Path(path), self.lines(network=network))

    def to_json(self) -> dict[str, Any]:
        """What ``--json`` prints."""
        result: dict[str, Any] = {**self.details}
        if self.partial or "verdict" in result:
            result["verdict"] = self.verdict
        if self.stopped:
            result["stopped"] = self.stopped
        result["about"] = "the exact network in the file"
        result["networks"] = [n.digest for n in self.networks]
        result["nodes"] = self.nodes
        return result


def write_network(network: Network, path: str | Path) -> None:
    """Write the exact network as rationals, for the checker's ``--network``."""
    with any_digits():
        _write(Path(path), [network.canonical_form()])


def _write(path: Path, values: list[Any]) -> None:
    data = "".join(json.dumps(v, sort_keys=True, separators=(",", ":")) + "\n" for v in values)
    packed = data.encode("ascii")
    if path.suffix == ".gz":
        packed = gzip.compress(packed, mtime=0)
    write_whole(path, packed)
