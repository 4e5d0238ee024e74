"""The sign oracle: every bound it trusts is true, and each stage alone gives the same answer."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given

import exactpoly as ep
from exactpoly.complex.oracle import SignOracle
from exactpoly.complex.subdivide import Subdivision
from tests.strategies import examples, networks_on_domains


def run(network: ep.Network, domain: ep.Domain) -> Subdivision:
    subdivision = Subdivision(network, domain)
    subdivision.run()
    return subdivision


@examples(150)
@given(networks_on_domains())
def test_every_vertex_is_within_its_error_bound(drawn: tuple[ep.Network, ep.Domain]) -> None:
    """proofs/filter.md, Theorem 2."""
    oracle = run(*drawn).block.oracle
    for vertex in range(oracle.basis.size):
        exact = oracle.coordinates(vertex)
        for part in range(oracle.parts):
            bound = oracle.error.view[part, vertex]
            if not np.isfinite(bound):
                continue
            for proposed, true in zip(
                oracle.position.view[part, :, vertex],
                oracle.geometry.fractions(exact, part),
                strict=True,
            ):
                assert abs(Fraction(float(proposed)) - true) <= Fraction(float(bound))


@examples(150)
@given(networks_on_domains())
def test_nonzero_values_are_above_the_separation_bound(
    drawn: tuple[ep.Network, ep.Domain],
) -> None:
    """proofs/filter.md, Theorem 4: the integer-scaled value times the determinant is an integer."""
    network, domain = drawn
    oracle = run(network, domain).block.oracle
    for vertex in range(oracle.basis.size):
        row = oracle.signs.view[:, vertex]
        logarithm = float(oracle.log_determinant.view[vertex])
        if not np.isfinite(logarithm):
            continue
        for neuron in range(network.n_neurons):
            layer = network.neurons[neuron][0]
            scale = oracle.geometry.scales[layer]
            (form,) = oracle.geometry.forms([neuron], row)
            d = network.input_dimension
            for part in range(oracle.parts):
                point = oracle.geometry.fractions(oracle.coordinates(vertex), part)
                value = sum(a * x for a, x in zip(form[:d], point, strict=True)) + form[d + part]
                if value:
                    # log2 of |value| / scale must exceed the threshold's exponent.
                    threshold = -(logarithm + oracle.floats.layers[layer].log_scale + 1.0)
                    assert abs(Fraction(value)) / scale >= Fraction(2) ** int(np.floor(threshold))


@pytest.mark.parametrize("stage", ["filter", "separation", "both"])
@examples(60)
@given(drawn=networks_on_domains(max_neurons=6))
def test_without_a_stage_the_answer_is_the_same(
    stage: str, drawn: tuple[ep.Network, ep.Domain]
) -> None:
    network, domain = drawn
    expected = run(network, domain).block.oracle
    original = SignOracle._part_signs

    def weakened(self: SignOracle, *arguments: object) -> tuple[np.ndarray, np.ndarray]:
        signs, zero = original(self, *arguments)  # type: ignore[arg-type]
        if stage in ("filter", "both"):
            signs = np.zeros_like(signs)
        if stage in ("separation", "both"):
            zero = np.zeros_like(zero)
        return signs, zero

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SignOracle, "_part_signs", weakened)
        got = run(network, domain).block.oracle
    assert np.array_equal(got.signs.view, expected.signs.view)
    if stage == "both" and not domain.is_box:
        assert got.statistics.separation == 0


def test_weights_beyond_float64_are_exact() -> None:
    """Overflow and underflow of the rounded weights leave everything to the exact stage."""
    huge, small = Fraction(10) ** 400, Fraction(1, 10**400)
    network = ep.Network(
        (
            ep.Layer.of([[huge, 0], [0, small], [huge, small]], [0, 0, -small * huge]),
            ep.Layer.of([[small, huge, 1]], [-1]),
            ep.Layer.of([[1]], relu=False),
        )
    )
    complex_ = ep.enumerate(network)
    complex_.summary().check()
    assert complex_.statistics.exact > 0
    for region in complex_.regions:
        assert network.sign_row(region.interior_point) == region.row


def test_signs_that_float64_cannot_see() -> None:
    """Two lines that differ by one part in 10^30 through points 10^-30 apart."""
    e = Fraction(1, 10**30)
    network = ep.Network(
        (
            ep.Layer.of([[1, 1], [1, 1 + e], [1, -1]], [0, e, 0]),
            ep.Layer.of([[1, 1, 1]], relu=False),
        )
    )
    complex_ = ep.enumerate(network)
    assert complex_.f_vector == (3, 9, 7)
    assert complex_.simple


def numerically_extreme() -> list[tuple[ep.Network, ep.Domain]]:
    """Networks on which a careless filter is wrong: each once broke a bound (proofs/filter.md)."""
    f = Fraction
    two = f(2)
    tiny_parallel = [[f(1), f(3, 10)], [f(1), f(3, 10)]]
    squares_underflow = ep.Layer.of(
        [[x * two**-565 for x in row] for row in tiny_parallel], [0, two**-64 * two**-565]
    )
    s = f(10) ** 298
    partial_sums_overflow = ep.Layer.of([[s, s, -s, -s, -s]] * 3, [0, 1, -1])
    output = [ep.Layer.of([[1] * n], relu=False) for n in (1, 2, 3)]
    draw = random.Random(17)
    unit = two**-540
    slope_underflows = [[f(draw.uniform(0.1, 1)) * unit for _ in range(2)] for _ in range(3)]
    low, high = ([two**400 * f(draw.uniform(1 + i, 2 + 2 * i)) for _ in range(2)] for i in (0, 1))
    # The second layer cancels, up to rounding, at the corner (high, low).
    h = [a * high[0] + b * low[1] for a, b in slope_underflows]
    p, q = f(draw.uniform(0.5, 1)), f(draw.uniform(0.5, 1))
    cancelling = [p * unit, q * unit, -f(float((p * h[0] + q * h[1]) / h[2])) * unit]
    return [
        (ep.Network((squares_underflow, output[1])), ep.Domain.box(2, -1, 1)),
        (
            ep.Network((partial_sums_overflow, output[2])),
            ep.Domain(5, ((f(10) ** 10 - 1, f(10) ** 10),) * 5),
        ),
        (ep.Network((ep.Layer.of([[1, 1]]), output[0])), ep.Domain.box(2, -(10**400), 10**400)),
        (
            ep.Network((ep.Layer.of(slope_underflows), ep.Layer.of([cancelling]))),
            ep.Domain(2, tuple(zip(low, high, strict=True))),
        ),
    ]


@pytest.mark.parametrize("which", range(4))
def test_filter_is_right_at_the_ends_of_the_float_range(which: int) -> None:
    network, domain = numerically_extreme()[which]
    complex_ = ep.enumerate(network, domain=domain)
    complex_.summary().check()
    rows = complex_.signs(0)
    for row, vertex in zip(rows, complex_.vertices(), strict=True):
        assert network.sign_row(vertex) == tuple(row)


def test_squares_of_gradients_do_not_underflow() -> None:
    network, domain = numerically_extreme()[0]
    assert ep.enumerate(network, domain=domain).f_vector == (8, 10, 3)
