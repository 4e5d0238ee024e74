"""What bounds of the checker rest on, by itself: Lemma 2, packed rows, homogeneous networks."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from exactpoly.certificate.check_property import Layer, Lines, evaluate, homogenised

NEURON = Layer([[Fraction(1), Fraction(0)]], [True], 8)
LINEAR = Layer([[Fraction(1), Fraction(0)]], [False], 8)
SIZE = st.one_of(st.integers(0, 8), st.integers(0, 10**6))


@given(SIZE, SIZE, st.integers(-(10**6), 10**6), st.integers(1, 50))
def test_lines_lie_below_what_a_unit_passes_on(
    below: int, above: int, c: int, divisor: int
) -> None:
    """`c/divisor times the unit >= q z + constant` at both ends, at 0 and beside it; any rounding."""
    low, high = -below, above
    for layer in (NEURON, LINEAR):
        lines = Lines.of(layer, [(low, high)])
        terms, constant = lines.relax([c] * len(lines.places), divisor)
        slope = sum(q for _, q in terms)
        for z in {low, low + 1, -1, 0, 1, high - 1, high}:
            if low <= z <= high:
                value = max(z, 0) if layer is NEURON else z
                assert Fraction(c * value, divisor) >= slope * z + constant
        if layer is NEURON and high <= 0:
            assert (slope, constant) == (0, 0)


@given(st.data())
def test_packed_rows_add_up_whatever_the_coefficients(data: st.DataObject) -> None:
    n, m = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    number = st.fractions(-5, 5, max_denominator=7)
    rows = [data.draw(st.lists(number, min_size=n + 1, max_size=n + 1)) for _ in range(m)]
    layer = Layer(rows, [True] * m, 4)
    size = data.draw(st.sampled_from([3, layer.cap - 1, layer.cap, 1 << 90]))
    found = [(i, data.draw(st.integers(-size, size))) for i in range(m)]
    places = data.draw(st.lists(st.integers(0, n - 1), unique=True))
    expected = [
        sum((c * rows[i][k] for i, c in found), Fraction(0)) * layer.denominator
        for k in (*places, n)
    ]
    assert layer.pull(found, places) == expected


@given(st.lists(st.fractions(-3, 3, max_denominator=5), min_size=2, max_size=2), st.integers(1, 4))
def test_homogeneous_networks_scale(point: list[Fraction], t: int) -> None:
    """`(t N(x/t), t)`, by the checker's own layers (Lemma 9)."""
    net = [
        (
            [[Fraction(1), Fraction(-2), Fraction(1)], [Fraction(3), Fraction(1), Fraction(-1)]],
            [True] * 2,
        ),
        ([[Fraction(2), Fraction(1, 3), Fraction(1, 2)]], [False]),
    ]
    plain, lifted = ([Layer(*one, 8) for one in layers] for layers in (net, homogenised(net)))
    (value,) = evaluate(plain, [x / t for x in point])
    assert evaluate(lifted, [*point, Fraction(t)]) == [t * value, t]
