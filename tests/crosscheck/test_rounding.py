"""What a tool is really asked: weights, biases and bounds in its number format."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import exactpoly as ep
from exactpoly.crosscheck.numbers import FORMATS
from exactpoly.crosscheck.rounding import asked, difference

THIRD = Fraction(1, 3)


def network(weight, bias) -> ep.Network:
    layers = (ep.Layer.of([[weight, 1]], [bias]), ep.Layer.of([[1]], relu=False))
    return ep.Network(layers, "net")


@pytest.mark.parametrize(("name", "kind"), [("float32", np.float32), ("float64", np.float64)])
def test_every_number_is_rounded(name, kind):
    third = Fraction(float(kind(1) / kind(3)))
    box = ep.Domain.box(2, -THIRD, 1)
    question = asked(network(THIRD, -THIRD), box, FORMATS[name])
    layer = question.network.layers[0]
    assert (layer.weight, layer.bias) == (((third, 1),), (-third,))
    assert question.domain.bounds == ((-third, 1), (-third, 1))
    # A weight, a bias, and the lower bound of each axis.
    assert question.changed == 4
    assert question.network.name == f"net in {name}"


def test_what_is_exact_already_stays_as_it_is():
    given, box = network(Fraction(3, 4), 5), ep.Domain.box(2, -1, 1)
    question = asked(given, box, FORMATS["float32"])
    assert question.network is given
    assert question.domain is box
    assert question.changed == 0


def test_how_the_complexes_differ():
    # x + y / 2^30 and x coincide in float32.
    first = ep.Layer.of([[1, 1], [1, 1 + Fraction(1, 2**30)]], relu=True)
    given = ep.Network((first, ep.Layer.of([[1, 1]], relu=False)), "close")
    question = asked(given, ep.Domain.space(2), FORMATS["float32"])
    exact, rounded = (ep.enumerate(n, domain="R^d") for n in (given, question.network))
    assert difference(exact, question, rounded, FORMATS["float32"]) == (
        "rounding to float32 changed 1 number: 2 regions instead of 4, 2 rows lost, 0 rows new;"
        " f-vector [0, 1, 2] instead of [1, 4, 4]"
    )
    same = difference(exact, question, exact, FORMATS["float32"])
    assert same.endswith("changed 1 number, and neither the rows of the regions nor the f-vector")
