"""Claims about level sets and about properties, against the exact ones."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from exactpoly.certificate.confirm import confirm
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.crosscheck.further_claims import ClaimedLevelSet, ClaimedProperty, Level
from exactpoly.domain import Domain
from exactpoly.errors import InputError
from exactpoly.levelset.cellset import CellSet
from exactpoly.levelset.forms import level_network
from exactpoly.levelset.level import LevelSet
from exactpoly.network.network import Network
from exactpoly.properties.answer import Answer
from exactpoly.properties.judge import Judgement, judge
from exactpoly.properties.prove import prove
from exactpoly.readers.vnnlib import parse_vnnlib
from exactpoly.running.limits import Limits
from exactpoly.running.run import Run

__all__ = ["LevelSets", "judge_level_sets", "judge_property"]

_SECONDS = 60.0
"""Time for the proof of one property."""


class LevelSets:
    """The exact level sets of a network on a domain, each computed once."""

    def __init__(self, network: Network, domain: Domain) -> None:
        self._network, self._domain = network, domain
        self._known: dict[Level, LevelSet] = {}

    def __call__(self, level: Level) -> LevelSet:
        """The sets that a level cuts out. Raises `InputError` for an output that is not there."""
        if level not in self._known:
            refined = level_network(self._network, level.value, level.component)
            complex_ = enumerate_complex(refined, domain=self._domain)
            self._known[level] = LevelSet(complex_, level.value, level.component)
        return self._known[level]


def judge_level_sets(
    claimed: tuple[ClaimedLevelSet, ...], sets: LevelSets
) -> list[dict[str, object]]:
    """What is wrong, one entry a number."""
    wrong: list[dict[str, object]] = []
    for i, claim in enumerate(claimed):
        truth = sets(claim.level).named(claim.name)
        for name, stated, exact in _numbers(claim, truth):
            if stated is not None and _plain(stated) != _plain(exact):
                wrong.append(
                    {
                        "claim": i,
                        "set": truth.name,
                        "number": name,
                        "claimed": _words(stated),
                        "exact": _words(exact),
                    }
                )
    return wrong


def _numbers(claim: ClaimedLevelSet, truth: CellSet) -> list[tuple[str, Any, Any]]:
    """Name, stated and exact value of each number; those not stated are not computed."""
    betti: dict[str, Callable[[Any], tuple[int, ...]]] = {
        "ordinary": truth.betti,
        "borel-moore": truth.betti_borel_moore,
        "one-point": truth.betti_one_point,
    }
    name = f"{claim.homology} Betti numbers over {f'Z/{claim.field}' if claim.field else 'Q'}"
    found: list[tuple[str, Any, Any]] = []
    if claim.betti is not None:
        found.append((name, claim.betti, betti[claim.homology](claim.field)))
    if claim.euler is not None:
        found.append(("Euler characteristic", claim.euler, truth.euler))
    if claim.components is not None:
        found.append(("components", claim.components, len(truth.components)))
    if claim.f_vector is not None:
        found.append(("f-vector", claim.f_vector, truth.f_vector))
    return found


def _plain(value: Any) -> Any:
    """A list without the zeros at its end."""
    if not isinstance(value, tuple):
        return value
    kept = list(value)
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _words(value: Any) -> object:
    return [str(x) for x in value] if isinstance(value, tuple) else str(value)


def judge_property(
    claim: ClaimedProperty, network: Network, seconds: float = _SECONDS
) -> Judgement:
    """The judgement of `exactpoly judge-verdict` on one verdict. Raises `InputError` for a bad property."""
    asked = parse_vnnlib(claim.text, claim.name)
    if (asked.inputs, asked.outputs) != (network.input_dimension, network.output_dimension):
        raise InputError(
            f"{claim.name}: it is about {asked.inputs} inputs and {asked.outputs} outputs, the network has"
            f" {network.input_dimension} and {network.output_dimension}"
        )
    witness: tuple[Fraction, ...] | None = claim.witness
    if witness is not None and len(witness) != network.input_dimension:
        raise InputError(
            f"{claim.name}: witness has {len(witness)} coordinates, not {network.input_dimension}"
        )

    def answer() -> Answer:
        run = Run(Limits(max_seconds=seconds))
        return confirm(prove(network, asked.conjunctions, run=run), run)

    return judge(network, asked.conjunctions, claim.result, witness, answer)
