"""The networks of tests/cases/ with their known complexes, and random degenerate networks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from exactpoly.domain import Domain
from exactpoly.network import Layer, Network

FOLDER = Path(__file__).resolve().parent / "cases"


@dataclass(frozen=True)
class Case:
    """One file: the network, and for each domain text what is known of its complex."""

    network: Network
    expected: dict[str, dict[str, Any]]

    def domain(self, text: str) -> Domain:
        """`R^d` or `[-1,1]^d` in the network's dimension."""
        return Domain.parse(text, self.network.input_dimension)


def read_case(path: Path) -> Case:
    data = json.loads(path.read_text(encoding="utf-8"))
    layers = [Layer.of(x["weight"], x["bias"]) for x in data["hidden_layers"]]
    last = data["output_layer"]
    layers.append(Layer.of(last["weight"], last["bias"], relu=False))
    return Case(Network(tuple(layers), data["name"]), data["expected"])


def case_paths() -> list[Path]:
    return sorted(FOLDER.glob("*.json"))


QUARTERS = st.integers(-8, 8).map(lambda n: Fraction(n, 4))
TERNARY = st.sampled_from([Fraction(-1), Fraction(0), Fraction(1)])
FLOATS = st.floats(-2, 2, width=32).map(Fraction)


@st.composite
def degenerate_networks(
    draw: st.DrawFn, max_dimension: int = 3, max_depth: int = 3, max_width: int = 4
) -> Network:
    """Small networks in which zero, repeated, opposite, scaled and parallel rows are likely."""
    d = draw(st.integers(1, max_dimension))
    numbers = draw(st.sampled_from([QUARTERS, TERNARY, FLOATS]))
    layers = []
    inputs = d
    for _ in range(draw(st.integers(1, max_depth))):
        rows: list[list[Fraction]] = []
        for _ in range(draw(st.integers(1, max_width))):
            kind = draw(st.sampled_from(["new", "new", "new", "multiple", "parallel", "zero"]))
            fresh = [draw(numbers) for _ in range(inputs + 1)]
            if kind == "zero":
                fresh = [Fraction(0)] * inputs + [draw(st.sampled_from([Fraction(0), Fraction(1)]))]
            elif kind != "new" and rows:
                old = draw(st.sampled_from(rows))
                factor = draw(st.sampled_from([Fraction(1), Fraction(-1), Fraction(3)]))
                fresh = [factor * x for x in old]
                if kind == "parallel":
                    fresh[-1] += draw(numbers)
            rows.append(fresh)
        linear = draw(st.sampled_from([False, False, True]))
        kinds = [not (linear and draw(st.booleans())) for _ in rows]
        layers.append(Layer.of([r[:-1] for r in rows], [r[-1] for r in rows], relu=kinds))
        inputs = len(rows)
    layers.append(Layer.of([[Fraction(1)] * inputs], relu=False))
    return Network(tuple(layers))
