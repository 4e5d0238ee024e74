"""The tree of sign rows, read again by a program that shares nothing with its writer."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given

import exactpoly as ep
from exactpoly import Domain, Layer, Network
from exactpoly.certificate.sign_tree import sign_tree
from exactpoly.errors import InputError
from exactpoly.running.limits import Limits
from tests.strategies import examples, networks_on_domains

Form = list[Fraction]


class Reader:
    """Walks down the tree with rational forms, as proofs/coq/Tree.v does with integers."""

    def __init__(self, network: Network, domain: Domain, numbers: list[int], limit: int) -> None:
        self.d, self.limit, self.numbers, self.at = network.input_dimension, limit, numbers, 0
        self.network = network
        self.sides: list[Form] = []
        for axis, (lower, upper) in enumerate(domain.bounds or ()):
            unit = [Fraction(int(j == axis)) for j in range(self.d)]
            self.sides += [[-lower, *unit], [upper, *(-x for x in unit)]]
        self.units = [
            (i, u) for i, layer in enumerate(network.layers) for u in range(layer.outputs)
        ]
        self.found: Counter[int] = Counter()
        self.rows: set[tuple[int, ...]] = set()

    def number(self) -> int:
        self.at += 1
        return self.numbers[self.at - 1]

    def integer(self) -> int:
        n = self.number()
        return -(n + 1) // 2 if n % 2 else n // 2

    def form(self, k: int, signs: list[int]) -> Form | None:
        """The form of the k-th constraint under the signs before it."""
        if k < len(self.sides):
            return self.sides[k]
        row = signs[len(self.sides) :] + [0] * self.network.n_neurons
        (matrix, constants), _ = self.network.affine_maps(row[: self.network.n_neurons])
        k -= len(self.sides)
        return None if k == len(constants) else [constants[k], *matrix[k]]

    def read(self, signs: list[int], forms: list[Form], codimension: int) -> None:
        tag = self.number()
        if tag == 5:
            assert codimension > self.limit
            return
        form = self.form(len(signs), signs)
        if tag == 0:
            assert form is None
            self.leaf(signs, forms, codimension)
            return
        assert form is not None
        side = len(signs) < len(self.sides)
        if tag == 4:
            for sign in (-1, 0, 1):
                if side and sign < 0:
                    assert self.number() == 0
                    self.point([*signs, sign], [*forms, form])
                else:
                    self.read([*signs, sign], [*forms, form], codimension + (sign == 0))
            return
        sign = tag - 2
        self.proof(sign, form, signs, forms)
        assert not (side and sign < 0)
        self.read([*signs, sign], [*forms, form], codimension)

    def proof(self, sign: int, form: Form, signs: list[int], forms: list[Form]) -> None:
        y = self.number()
        total, strict, last = [Fraction(0)] * (self.d + 1), False, len(signs)
        for _ in range(self.number()):
            last -= 1 + self.number()
            multiplier = self.integer()
            if signs[last]:
                assert multiplier > 0
                strict = True
                multiplier *= signs[last]
            # The integer forms are positive multiples of these, so signs of sums are not comparable:
            # the multiplier is taken back to the rational form.
            scale = self.scale(last)
            total = [a + multiplier * scale * b for a, b in zip(total, forms[last], strict=True)]
        k = len(signs)
        target = [y * self.scale(k) * x * (sign or 1) for x in form]
        rest = [a - b for a, b in zip(target, total, strict=True)]
        assert y > 0
        assert not any(rest[1:])
        if sign == 0:
            assert rest[0] == 0
            assert not strict
        else:
            assert rest[0] > 0 or (rest[0] == 0 and strict)

    def scale(self, k: int) -> int:
        """By how much the integer form of a constraint is larger than the rational one."""
        if k < len(self.sides):
            bounds = [
                x for side in zip(self.sides[::2], self.sides[1::2], strict=True) for x in side
            ]
            return bounds[k][0].denominator
        layer = self.network.neurons[k - len(self.sides)][0]
        scale = 1
        for before in self.network.layers[: layer + 1]:
            scale *= before.denominator
        return scale

    def point(self, signs: list[int], forms: list[Form]) -> None:
        common, *point = (self.integer() for _ in range(self.d + 1))
        assert common > 0
        for sign, form in zip(signs, forms, strict=True):
            value = form[0] * common + sum(a * x for a, x in zip(form[1:], point, strict=True))
            assert (value > 0) - (value < 0) == sign

    def leaf(self, signs: list[int], forms: list[Form], codimension: int) -> None:
        self.point(signs, forms)
        self.found[codimension] += 1
        self.rows.add(tuple(signs))


def read(network: Network, domain: Domain, limit: int | None = None) -> Reader:
    complex_ = ep.enumerate(network, domain=domain)
    d = network.input_dimension
    numbers = sign_tree(complex_, codimension=limit)
    reader = Reader(network, domain, numbers, d if limit is None else limit)
    reader.read([], [], 0)
    assert reader.at == len(numbers)
    assert len(reader.rows) == sum(reader.found.values())
    top = d + 1 if limit is None else limit + 1
    assert [reader.found[n] for n in range(top)] == list(complex_.f_vector[::-1][:top])
    return reader


@given(networks_on_domains())
@examples(60)
def test_leaves_are_the_cells(problem: tuple[Network, Domain]) -> None:
    read(*problem)


@given(networks_on_domains())
@examples(20)
def test_leaves_are_regions_and_facets_alone(problem: tuple[Network, Domain]) -> None:
    if problem[0].input_dimension > 1:
        read(*problem, limit=1)


def test_known_trees() -> None:
    line = Network((Layer.of([[1]], relu=True),))
    # x cut at 0: the points -1/2, 0 and 1/2; on the line the far ends are made finite.
    assert sign_tree(ep.enumerate(line)) == [4, 0, 4, 1, 0, 2, 0, 0, 4, 2]
    assert sign_tree(ep.enumerate(line), codimension=0) == [4, 0, 4, 1, 5, 0, 4, 2]
    # A neuron that is 1 everywhere: positive, by a combination of nothing.
    constant = Network((Layer.of([[0]], [1], relu=True),))
    assert sign_tree(ep.enumerate(constant))[:3] == [3, 1, 0]


def test_concurrent_lines_need_bases_of_one_vertex() -> None:
    """Many lines through one point, then one that is positive but for it: Bland's rule is used."""
    fan = [[1, k] for k in range(-4, 5)]
    network = Network((Layer.of(fan), Layer.of([[1] * 9, [1, -1] * 4 + [1]], [0, 1])))
    read(network, Domain.space(2))
    read(network, Domain.box(2, -1, 1))


def test_partial_complexes_are_refused() -> None:
    network = Network((Layer.of([[1, k] for k in range(8)], list(range(8))),))
    partial = ep.enumerate(network, limits=Limits(max_cells=30))
    with pytest.raises(InputError, match="partial complex"):
        sign_tree(partial)


def test_interruption_is_obeyed() -> None:
    network = Network((Layer.of([[1, 0], [0, 1]]),))
    with pytest.raises(KeyboardInterrupt):
        sign_tree(ep.enumerate(network), interrupted=lambda: True)
