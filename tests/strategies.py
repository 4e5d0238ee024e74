"""Random networks for property tests, biased to the corners: what breaks other tools is made likely.

Zeros, duplicate, opposite, scaled and parallel rows, hyperplanes through one point, dead neurons,
width 1, no bias, dimension 1, linear (skip) units; weights are small integers, quarters, ternary
or floats.
"""

from __future__ import annotations

import os
from fractions import Fraction

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from exactpoly import Domain, Layer, Network

MULTIPLIER = float(os.environ.get("EXACTPOLY_TEST_MULTIPLIER", "1"))


def examples(count: int) -> settings:
    """Settings for ``count`` random examples, scaled by EXACTPOLY_TEST_MULTIPLIER.

    Where CI is set the examples are the same every time, so that a change is judged and not chance.
    """
    return settings(
        derandomize=bool(os.environ.get("CI")),
        max_examples=max(1, round(count * MULTIPLIER)),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


_SCALARS = {
    "integers": st.integers(-3, 3).map(Fraction),
    "quarters": st.integers(-8, 8).map(lambda k: Fraction(k, 4)),
    "ternary": st.sampled_from([Fraction(-1), Fraction(0), Fraction(1)]),
    "thirds": st.integers(-6, 6).map(lambda k: Fraction(k, 3)),
    "float32": st.floats(-2, 2, width=32).map(Fraction),
    "float64": st.floats(-2, 2).map(Fraction),
    "tiny": st.sampled_from(
        [Fraction(n, 10**12) for n in (-1, 0, 1)] + [Fraction(1), Fraction(-1)]
    ),
}


@st.composite
def layers(draw: st.DrawFn, inputs: int, outputs: int, kind: str, *, linear: bool) -> Layer:
    """A hidden layer whose rows are often related to each other."""
    scalar = _SCALARS[kind]
    rows: list[list[Fraction]] = []
    biases: list[Fraction] = []
    through_origin = draw(st.booleans()) and draw(st.booleans())
    for _ in range(outputs):
        relation = draw(
            st.sampled_from(
                ["new", "new", "new", "duplicate", "opposite", "parallel", "scaled", "zero"]
            )
        )
        if not rows and relation != "zero":
            relation = "new"
        if relation == "zero":
            row, bias = [Fraction(0)] * inputs, draw(scalar)
        elif relation == "new":
            row = [draw(scalar) for _ in range(inputs)]
            bias = draw(scalar)
        else:
            index = draw(st.integers(0, len(rows) - 1))
            factor = {"opposite": Fraction(-1), "scaled": Fraction(3)}.get(relation, Fraction(1))
            row = [factor * x for x in rows[index]]
            bias = draw(scalar) if relation == "parallel" else factor * biases[index]
        rows.append(row)
        biases.append(Fraction(0) if through_origin else bias)
    relu = [not linear or draw(st.integers(0, 3)) > 0 for _ in range(outputs)]
    return Layer.of(rows, biases, relu=relu)


@st.composite
def networks(
    draw: st.DrawFn,
    *,
    max_dimension: int = 4,
    max_depth: int = 3,
    max_neurons: int = 8,
    linear: bool = True,
) -> Network:
    """A small network with a linear output layer."""
    dimension = draw(st.integers(1, max_dimension))
    depth = draw(st.integers(1, max_depth))
    kind = draw(st.sampled_from(sorted(_SCALARS)))
    budget = max_neurons if dimension <= 2 else max(3, max_neurons - 2 * (dimension - 2))
    stack: list[Layer] = []
    inputs = dimension
    for remaining in range(depth, 0, -1):
        width = draw(st.integers(1, max(1, min(4, budget - remaining + 1))))
        budget -= width
        stack.append(draw(layers(inputs, width, kind, linear=linear)))
        inputs = width
    outputs = draw(st.integers(1, 2))
    scalar = _SCALARS[kind]
    weight = [[draw(scalar) for _ in range(inputs)] for _ in range(outputs)]
    stack.append(Layer.of(weight, [draw(scalar) for _ in range(outputs)], relu=False))
    return Network(tuple(stack), "random network")


@st.composite
def domains(draw: st.DrawFn, dimension: int, *, box: bool | None = None) -> Domain:
    """`R^d`, the cube, or a box with rational bounds (often touched by hyperplanes)."""
    kinds = ["cube", "box"] if box else ["space"] if box is False else ["space", "cube", "box"]
    kind = draw(st.sampled_from(kinds))
    if kind == "space":
        return Domain.space(dimension)
    if kind == "cube":
        return Domain.box(dimension, -1, 1)
    bounds = []
    for _ in range(dimension):
        lower = Fraction(draw(st.integers(-6, 5)), 3)
        bounds.append((lower, lower + Fraction(draw(st.integers(1, 6)), 3)))
    return Domain(dimension, tuple(bounds))


@st.composite
def networks_on_domains(
    draw: st.DrawFn,
    *,
    box: bool | None = None,
    max_dimension: int = 4,
    max_depth: int = 3,
    max_neurons: int = 8,
) -> tuple[Network, Domain]:
    """A network with a domain of its input space."""
    network = draw(
        networks(max_dimension=max_dimension, max_depth=max_depth, max_neurons=max_neurons)
    )
    return network, draw(domains(network.input_dimension, box=box))
