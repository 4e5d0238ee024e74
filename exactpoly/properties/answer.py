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
    "holds_at",
    "nowhere",
    "slope_at",
    "slope_at_most",
    "spell_point",
    "write_network",
]


def spell_point(point: Sequence[Fraction]) -> list[str]:
    """A point as strings."""
    return [str(x) for x in point]


def _box(bounds: Bounds | None) -> list[list[str]] | None:
    return None if bounds is None else [[str(a), str(b)] for a, b in bounds]


def _functional(one: Functional) -> dict[str, str]:
    """The coefficients that are not 0 by name, the constant under the empty name."""
    named = {f"Y_{i}": c for i, c in enumerate(one.y)} | {f"X_{i}": c for i, c in enumerate(one.x)}
    named[""] = one.constant
    return {name: str(c) for name, c in named.items() if c}


def integral_scale(one: Functional) -> int:
    """The least positive integer that makes all coefficients integers, the constant apart."""
    return lcm(*(c.denominator for c in (*one.y, *one.x)))


def _conjunction(row: Sequence[Constraint]) -> list[list[Any]]:
    """Constraints as coefficients and whether they are strict."""
    return [[_functional(one.functional), one.strict] for one in row]


Fact = dict[str, Any]
"""A statement of a certificate: see certificate/check_property.py."""


def holds_at(point: Sequence[Fraction], row: Sequence[Constraint], bounds: Bounds | None) -> Fact:
    """A point of a box (None: of `R^d`) satisfies all constraints."""
    return {"box": _box(bounds), "at": spell_point(point), "all": _conjunction(row)}


def nowhere(alternatives: Sequence[Sequence[Constraint]], bounds: Bounds | None) -> Fact:
    """No point of a box satisfies all constraints of any alternative; needs a tree."""
    return {"box": _box(bounds), "none": [_conjunction(row) for row in alternatives]}


Slope = tuple[int, Any]
"""An output and a norm of its gradient, or (input, sign)."""


def slope_at(point: Sequence[Fraction], slope: Slope, value: Fraction, bounds: Bounds) -> Fact:
    """The gradient of an output near a point of a box has this size."""
    return {"box": _box(bounds), "at": spell_point(point), "slope": slope, "is": str(value)}


def slope_at_most(slope: Slope, value: Fraction, bounds: Bounds) -> Fact:
    """No gradient of an output in a box has a larger size; needs a tree."""
    return {"box": _box(bounds), "slope": slope, "most": str(value)}


@dataclass
class Answer:
    """An exact answer about the exact network in the file, with the tree that proves it.

    ``verdict``: a word, ``"partial"`` where a limit ended the run; ``value``: the exact number asked
    for, if it is known; ``witness``: the point that attains it or refutes; ``details``: what ``--json``
    prints; ``facts``: what the certificate states, one tree in ``tree`` for each that needs one;
    ``center``: a point whose l1 distance is one more output in them; ``stopped``: why a run ended early;
    ``nodes``: nodes of the search; ``bits``: the checker's scale.
    """

    verdict: str
    networks: tuple[Network, ...]
    facts: list[Fact] = field(default_factory=list)
    tree: list[list[Any]] = field(default_factory=list)
    bits: int = 48
    value: Fraction | None = None
    witness: tuple[Fraction, ...] | None = None
    details: dict[str, Any] = field(default_factory=dict)
    stopped: str | None = None
    nodes: int = 0
    center: tuple[Fraction, ...] | None = None

    @property
    def partial(self) -> bool:
        """Whether a limit ended the run before the answer was exact."""
        return self.verdict == "partial"

    def lines(self, *, network: bool = True) -> list[Any]:
        """The values of the certificate's lines; with the exact networks, or their digests alone."""
        about: list[Any] = [n.digest for n in self.networks]
        if self.center is not None:
            about.append(spell_point(self.center))
        with any_digits():
            header = {
                "format": "exactpoly-property",
                "version": 2,
                "about": about,
                "facts": self.facts,
                "bits": self.bits,
                "networks": [n.canonical_form() for n in self.networks] if network else [],
            }
        return [header, *self.tree]

    def save(self, path: str | Path, *, network: bool = True) -> None:
        """Write the certificate, compressed if the name ends in ``.gz``; whole or not at all.

        ``network``: False leaves out the exact network, which `write_network` puts into a file. Raises
        `InputError` where there is none: for answers from the complex and for runs without a bound.
        """
        if not self.facts:
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
