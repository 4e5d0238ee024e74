"""Vertices to ninety bits: each bound is true, also where few digits make it large; rounding is right."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import lcm

import numpy as np
import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.arithmetic.double_double import two_sum
from exactpoly.arithmetic.elimination import invert_rows
from exactpoly.arithmetic.fixed_point import balanced, carried, digit_bits, digits_of, leading
from exactpoly.arithmetic.rational import rounded
from exactpoly.complex import enclosed, fine_forms
from exactpoly.complex.enclosed import Enclosed, rounded_right
from exactpoly.complex.enclosed_vertices import enclosed_vertices
from exactpoly.complex.fine_forms import FineForms, Forms
from tests.complex.test_polytopes import networks_on_polytopes
from tests.strategies import examples, networks, networks_on_domains

LENGTHS = [(5, 6), (2, 2), (1, 2)]
"""Digits of a weight and levels of a form: as it is, and so few that errors are seen."""


def value(digits: np.ndarray, bits: int) -> Fraction:
    """What digits stand for."""
    return sum(
        (Fraction(d) / 2 ** (bits * k) for k, d in enumerate(digits.tolist(), 1)), Fraction(0)
    )


@examples(200)
@given(
    st.lists(st.fractions(-1, 1), min_size=1, max_size=4),
    st.integers(-3, 200),
    st.integers(15, 21),
    st.integers(1, 5),
)
def test_digits_are_the_number_but_for_the_last(
    numbers: list[Fraction], shift: int, bits: int, count: int
) -> None:
    common = lcm(*(x.denominator for x in numbers))
    line = [int(x * common) for x in numbers]
    exponent = -1 - max(shift, 0)
    digits, exact = digits_of([line], common, [exponent] * len(line), bits, count)
    assert np.array_equal(digits, np.rint(digits))
    assert (np.abs(digits) <= 2 ** (bits - 1)).all()
    for x, own in zip(numbers, digits[:, 0].T, strict=True):
        off = abs(value(own, bits) - x * Fraction(2) ** exponent)
        assert off <= Fraction(1, 2 ** (bits * count + 1))
        assert not exact or off == 0


@examples(200)
@given(st.lists(st.integers(-(2**52), 2**52), min_size=1, max_size=6), st.integers(15, 21))
def test_carrying_changes_no_number(integers: list[int], bits: int) -> None:
    levels = np.array(integers, float)[:, None]
    before = value(levels[:, 0], bits)
    if len(integers) > 1:
        levels[0] = 0.0
        before = value(levels[:, 0], bits)
        carried(levels, bits)
    assert value(levels[:, 0], bits) == before
    assert (np.abs(levels[1:]) <= 2 ** (bits - 1)).all()
    found = Fraction(float(leading(levels, bits)[0]))
    assert abs(found - before) <= abs(before) * Fraction(3, 2**53)


@examples(200)
@given(st.floats(-1, 1), st.integers(15, 21))
def test_a_point_is_cut_to_its_digits(x: float, bits: int) -> None:
    digits, kept = balanced(np.array([x]), bits, 2)
    assert value(digits[:, 0], bits) == Fraction(float(kept[0]))
    assert abs(Fraction(x) - Fraction(float(kept[0]))) <= Fraction(1, 2 ** (2 * bits + 1))


def test_products_of_digits_never_round() -> None:
    for terms in (1, 2, 63, 64, 1000, 4096, 65535):
        bits = digit_bits(terms)
        most = (2 ** (bits - 1) + 1) ** 2 * terms * 6 + 2**bits
        assert most < 2**53
        assert bits >= 18


THIRDS_BELOW = ep.Network(
    (
        ep.Layer.of([["1/3", "1/3"], ["-1/3", "1/3"]], ["1/3", "1/3"]),
        ep.Layer.of([[1, 1], [1, 1], [-1, 1]], [1, 0, 1]),
    )
)
"""Digits of the first layer alone are cut off, all to the same side."""


@pytest.mark.parametrize(("digits", "levels"), LENGTHS)
@examples(60)
@given(network=st.one_of(networks(), st.just(THIRDS_BELOW)), data=st.data())
def test_forms_are_within_their_errors(
    digits: int, levels: int, network: ep.Network, data: st.DataObject
) -> None:
    """proofs/filter.md, Theorem 7, on patterns that need not occur."""
    low = data.draw(st.sampled_from([Fraction(-1, 3), Fraction(-1000003, 3000001)]))
    domain = ep.Domain.box(network.input_dimension, low, Fraction(2, 7**30))
    signs = st.sampled_from([-1, 0, 1])
    row = np.array([data.draw(signs) for _ in range(network.n_neurons)], np.int8)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fine_forms, "_DIGITS", digits)
        patch.setattr(fine_forms, "_LEVELS", levels)
        geometry = ep.enumerate(network, domain=domain).geometry
        fine = FineForms(geometry)
        constraints = np.arange(-domain.n_sides, network.n_neurons)
        found = fine.of(constraints, np.repeat(row[None], len(constraints), axis=0))
    exact = geometry.forms(constraints.tolist(), row)
    for place, (constraint, form) in enumerate(zip(constraints.tolist(), exact, strict=True)):
        layer = network.neurons[constraint][0] if constraint >= 0 else -1
        scale = geometry.scales[layer] if layer >= 0 else 1
        exponent = int(found.log_scale[place]) - (scale.bit_length() if layer >= 0 else 0)
        true = [Fraction(x, scale) / Fraction(2) ** exponent for x in form]
        assert max(sum(map(abs, true[:-1])) * 2, abs(true[-1])) <= 1
        own = [value(d, fine.bits) for d in found.digits[:, place].T]
        off = sum((abs(x - y) for x, y in zip(own, true, strict=True)), Fraction(0))
        assert off <= Fraction(float(found.error[place]))


def distances(c: ep.Complex, found: enclosed.Enclosed) -> Iterator[tuple[Fraction, float]]:
    """How far each coordinate is from its enclosure's middle, and its error; it is rounded right."""
    for vertex in range(c.f_vector[0]):
        for axis, x in enumerate(c.vertex(vertex)):
            high, low, error = (float(part[vertex, axis]) for part in found.arrays)
            assert high == rounded(*x.as_integer_ratio())
            if np.isinf(high):  # beyond float64
                assert np.isinf(error)
                continue
            yield abs(Fraction(high) + Fraction(low) - x), error


@pytest.mark.parametrize(("digits", "levels"), LENGTHS)
@examples(60)
@given(drawn=st.one_of(networks_on_domains(), networks_on_polytopes(max_dimension=3)))
def test_every_vertex_is_enclosed(
    digits: int, levels: int, drawn: tuple[ep.Network, ep.Domain]
) -> None:
    """proofs/filter.md, Theorem 8; and what is rounded is rounded right."""
    c = ep.enumerate(drawn[0], domain=drawn[1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fine_forms, "_DIGITS", digits)
        patch.setattr(fine_forms, "_LEVELS", levels)
        found = enclosed_vertices(c)
    assert all(np.isinf(e) or wide <= Fraction(e) for wide, e in distances(c, found))


def test_coordinates_beyond_float64() -> None:
    for size in (2**1024 - 2**971, 2**1024 - 2**970, 2**1024, 10**400):
        c = ep.enumerate(ep.Network((ep.Layer.of([[1, 0], [0, 1]], [-size, size]),)))
        assert all(wide <= Fraction(e) for wide, e in distances(c, enclosed_vertices(c)))


@examples(40)
@given(drawn=networks_on_domains(), part=st.sampled_from([2.0**-3, -(2.0**-12), 2.0**-30]))
def test_any_inverse_will_do(drawn: tuple[ep.Network, ep.Domain], part: float) -> None:
    """The inverse only proposes: a bad one makes enclosures wide, and never wrong."""

    def worse(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        chosen, inverse = invert_rows(rows)
        return chosen, inverse * (1.0 + part)

    c = ep.enumerate(drawn[0], domain=drawn[1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(enclosed, "invert_rows", worse)
        found = enclosed_vertices(c)
    assert all(wide <= Fraction(e) for wide, e in distances(c, found))


@examples(150)
@given(st.integers(1, 3), st.data())
def test_zeros_of_all_forms_within_the_errors_are_enclosed(d: int, data: st.DataObject) -> None:
    """proofs/filter.md, Theorem 8, with errors so large that gradients may be dependent."""
    bits = 21
    number = st.sampled_from([-2, -1, 0, 1, 1, 2])
    whole = [[data.draw(number) * 2 ** (bits - 4) for _ in range(d + 1)] for _ in range(d)]
    exponent = data.draw(st.sampled_from([-4, -5, -8, -40]))
    errors = np.full((1, d), 2.0**exponent)
    forms = Forms(np.array(whole, float)[None, None], errors, np.zeros((1, d)))
    found, inverse, norm = enclosed.solved(forms, bits)
    true = [[Fraction(x, 2**bits) for x in line] for line in whole]
    for line in true:
        line[data.draw(st.integers(0, d))] += (
            data.draw(st.sampled_from([-1, 1])) * Fraction(2) ** exponent
        )
    point = solve(true)
    if point is None:
        assert not norm[0] < 0.5
        assert np.isinf(found.error).all()
    if norm[0] < 0.5:
        own = [[Fraction(float(inverse[i, r, 0])) for r in range(d)] for i in range(d)]
        deviation = [
            sum(
                abs(sum(y * g[j] for y, g in zip(line, true, strict=True)) - (i == j))
                for j in range(d)
            )
            for i, line in enumerate(own)
        ]
        assert max(deviation) <= Fraction(float(norm[0]))
    for x, high, low, error in zip(
        point or [], *(a[0].tolist() for a in found.arrays), strict=False
    ):
        assert error == np.inf or abs(Fraction(high) + Fraction(low) - x) <= Fraction(error)


def solve(forms: list[list[Fraction]]) -> list[Fraction] | None:
    """The only common zero of forms (gradient.., constant), by Cramer's rule."""
    lines = [[*line[:-1], -line[-1]] for line in forms]
    below = fmpq_mat([[fmpq(*x.as_integer_ratio()) for x in line[:-1]] for line in lines]).det()
    if below == 0:
        return None
    result = []
    for j in range(len(lines)):
        swapped = [[*line[:j], line[-1], *line[j + 1 : -1]] for line in lines]
        above = fmpq_mat([[fmpq(*x.as_integer_ratio()) for x in line] for line in swapped]).det()
        result.append(Fraction(int((above / below).p), int((above / below).q)))
    return result


@examples(150)
@given(st.fractions(-3, 3), st.integers(-1100, 1030))
def test_a_number_that_is_put_is_enclosed(x: Fraction, exponent: int) -> None:
    number = x * Fraction(2) ** exponent
    numbers = Enclosed(*(np.zeros(1) for _ in range(3)))
    numbers.put(0, number)
    high, low, error = (float(part[0]) for part in numbers.arrays)
    assert high == rounded(*number.as_integer_ratio())
    if np.isfinite(error):
        assert abs(Fraction(high) + Fraction(low) - number) <= Fraction(error)


@examples(300)
@given(st.floats(-1e200, 1e200), st.floats(-1, 1), st.floats(0, 1))
def test_a_number_is_rounded_only_if_all_that_is_enclosed_rounds_so(
    high: float, part: float, error: float
) -> None:
    unit = float(np.spacing(abs(high)))
    first, second = two_sum(np.array([high]), np.array([part * unit]))
    assert Fraction(high) + Fraction(part * unit) == Fraction(first[0]) + Fraction(second[0])
    numbers = Enclosed(first, second, np.array([error * unit]))
    if rounded_right(numbers)[0]:
        middle, off = Fraction(first[0]) + Fraction(second[0]), Fraction(error * unit)
        for end in (middle - off, middle + off):
            assert rounded(*end.as_integer_ratio()) == first[0]


def test_a_tie_and_a_zero_are_left_to_exact_arithmetic() -> None:
    half = float(np.spacing(1.0)) / 2
    numbers = Enclosed(
        np.array([1.0, 1.0, 0.0]), np.array([half, half / 2, 0.0]), np.full(3, 1e-30)
    )
    assert rounded_right(numbers).tolist() == [False, True, False]


@pytest.mark.parametrize("error", [1e-30, 2.0**-300, 0.0])
def test_a_tie_is_open_however_small_its_error(error: float) -> None:
    """Where adding the error to half a gap changes nothing; a gap is smaller below a power of two."""
    half = 2.0**-53
    high, low = np.array([1.0, 1.5, 1.5, 1.0, -1.0]), [half, half, -half, -half / 2, half / 2]
    assert not rounded_right(Enclosed(high, np.array(low), np.full(5, error))).any()


def test_the_largest_float_is_open() -> None:
    most = np.array([np.finfo(float).max])
    assert not rounded_right(Enclosed(most, most * 2.0**-54, np.full(1, 1e280))).any()


def test_what_is_next_to_a_tie_is_rounded_to_its_own_side() -> None:
    """Vertices that are ties of 53 bits, and off a tie by far less than the enclosures."""
    tie = Fraction(2**53 + 1, 2**53)
    offs = [Fraction(0), Fraction(1, 2**90), Fraction(-1, 2**90), Fraction(1, 2**400)]
    numbers = [tie + x for x in [*offs, -offs[-1]]] + [tie + Fraction(2, 2**53) + x for x in offs]
    slope = Fraction(1, 3)
    network = ep.Network((ep.Layer.of([[slope, 0]] * 9, [-slope * x for x in numbers]),))
    c = ep.enumerate(network, domain=(-2, 3))
    found = {v[0]: float(row[0]) for v, row in zip(c.vertices(), c.vertex_array, strict=True)}
    assert set(found) == {*numbers, Fraction(-2), Fraction(3)}
    assert all(x == rounded(*v.as_integer_ratio()) for v, x in found.items())
    assert found[tie] == 1.0
    assert found[tie + offs[1]] == found[tie + offs[3]] == 1.0 + 2.0**-52


def test_most_vertices_need_no_exact_arithmetic() -> None:
    """All but those of a degenerate network: what the float form is for."""
    network = ep.examples.moons()
    c = ep.enumerate(network, domain=(-2, 3))
    calls = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(c.cells.coordinates), "exact", lambda self, v: calls.append(v))
        array = c.vertex_array
    assert not calls
    assert array.tolist() == [[rounded(*x.as_integer_ratio()) for x in v] for v in c.vertices()]
