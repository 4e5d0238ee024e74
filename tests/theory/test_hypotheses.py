"""General position, genericity and supertransversality against brute force and known examples."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from flint import fmpq_mat, fmpz_mat
from hypothesis import given
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.report.theorems import reading
from exactpoly.theory import Verdict, theorem
from exactpoly.theory.evidence import Evidence
from exactpoly.theory.position import not_in_general_position
from exactpoly.theory.tails import supertransversal_everywhere
from exactpoly.theory.transversality import generic, supertransversal
from tests.strategies import examples, networks
from tests.theory.networks import random_generic


def _rank(rows: list[list[int]]) -> int:
    return int(fmpz_mat(rows).rank())


def _positioned(rows: list[list[int]]) -> bool:
    """The definition, word by word: dimensions of intersections of all subsets."""
    m = len(rows[0]) - 1
    for size in range(1, min(len(rows), m + 1) + 1):
        for subset in combinations(rows, size):
            normals = _rank([row[:m] for row in subset])
            consistent = _rank([list(row) for row in subset]) == normals
            if size <= m and not (consistent and normals == size):
                return False
            if size == m + 1 and consistent:
                return False
    return True


@examples(200)
@given(st.data())
def test_general_position_is_decided_as_by_its_definition(data: st.DataObject) -> None:
    m, n = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 6))
    entry = st.integers(-3, 3) | st.integers(-(2**40), 2**40)
    rows = [[data.draw(entry) for _ in range(m + 1)] for _ in range(n)]
    found = not_in_general_position(rows)
    assert (found is None) == _positioned(rows)
    if found is not None:
        assert isinstance(found, tuple)
        subset = [rows[i] for i in found]
        assert not _positioned(subset)
        for left_out in range(len(subset)):
            rest = subset[:left_out] + subset[left_out + 1 :]
            assert not rest or _positioned(rest)


def test_rows_that_are_dependent_only_modulo_the_prime_are_in_general_position() -> None:
    assert not_in_general_position([[1, 0, 1], [0, 2**31 - 1, 1]]) is None
    assert not_in_general_position([[1, 1, 5], [1, 2**31, 3], [2**31, 1, 1]]) is None


def test_generic_names_layer_and_neurons() -> None:
    first = ep.Layer.of([[1, 0], [0, 1], [2, 2]], [0, 1, 3])
    second = ep.Layer.of([[1, 2, 3], [2, 4, 6]], [1, 0])
    answer = generic(ep.Network((first, second, ep.Layer.of([[1, 1]], relu=False))))
    assert answer.met is False
    assert answer.reason == "layer 1: neurons 3, 4 are not in general position"


def _transverse(network: ep.Network, complex_: ep.Complex) -> bool:
    """The definition on every cell of the final complex, ranks over the rationals."""
    for k in range(complex_.dimension + 1):
        for row in complex_.signs(k).tolist():
            (gradients, _), _ = network.affine_maps(row)
            start, lost, used = 0, 0, []
            for layer in network.layers:
                here = [i for i in range(len(layer.neurons)) if row[start + i] == 0]
                used += [gradients[start + i] for i in here]
                entries = [x for line in used for x in line]
                text = [str(x) for x in entries]
                from flint import fmpq

                values = [
                    fmpq(int(Fraction(t).numerator), int(Fraction(t).denominator)) for t in text
                ]
                rank = fmpq_mat(len(used), network.input_dimension, values).rank() if used else 0
                expected = (
                    _rank([list(layer.numerators[layer.neurons[i]][:-1]) for i in here])
                    if here
                    else 0
                )
                if rank - lost != expected:
                    return False
                lost = rank
                start += len(layer.neurons)
    return True


@examples(120)
@given(networks(max_dimension=3, max_neurons=6))
def test_supertransversal_is_decided_as_by_its_definition(network: ep.Network) -> None:
    complex_ = ep.enumerate(network)
    assert supertransversal(complex_).met == _transverse(network, complex_)


@examples(150)
@given(networks(max_neurons=8))
def test_how_the_hypotheses_imply_each_other(network: ep.Network) -> None:
    evidence = Evidence(ep.enumerate(network))
    if evidence.simple.met:
        assert evidence.supertransversal.met
    plain = all(all(layer.relu) for layer in network.layers[:-1])
    if plain and evidence.generic.met and evidence.supertransversal.met:
        assert evidence.simple.met


@pytest.mark.parametrize("widths", [(2, 4, 3), (3, 4, 2, 2), (4, 5)])
def test_random_networks_are_generic_and_supertransversal(widths: tuple[int, ...]) -> None:
    evidence = Evidence(ep.enumerate(random_generic(7, *widths)))
    assert evidence.generic.met
    assert evidence.supertransversal.met
    assert evidence.simple.met


def test_a_duplicate_neuron_is_supertransversal_but_not_generic() -> None:
    network = ep.Network((ep.Layer.of([[1, 0], [1, 0]]), ep.Layer.of([[1, 1]], relu=False)))
    evidence = Evidence(ep.enumerate(network))
    assert evidence.supertransversal.met
    assert not evidence.generic.met
    assert not evidence.simple.met


def test_a_neuron_through_a_kink_fails_supertransversality_with_a_witness() -> None:
    # relu(x) + y vanishes on the y-axis only at 0, but relu(x) vanishes on half of the plane.
    network = ep.Network(
        (ep.Layer.of([[1, 0]]), ep.Layer.of([[1]]), ep.Layer.of([[1]], relu=False))
    )
    answer = supertransversal(ep.enumerate(network))
    assert answer.met is False
    assert "neurons 1 of layer 1" in answer.reason


def _tails_are_transverse(network: ep.Network) -> bool:
    """The theorem without its shortcuts: every tail is simple on all of its input space."""
    hidden = [layer for layer in network.layers if all(layer.relu)]
    return all(ep.enumerate(ep.Network(tuple(hidden[i:]))).simple for i in range(len(hidden)))


@examples(40)
@given(networks(max_dimension=2, max_depth=4, max_neurons=8, linear=False))
def test_the_published_form_is_decided_on_every_tail(network: ep.Network) -> None:
    evidence = Evidence(ep.enumerate(network))
    answer = evidence.supertransversal_everywhere
    if answer.met is None:
        assert not evidence.generic.met
    else:
        assert answer.met == _tails_are_transverse(network)


def unreached_vertex() -> ep.Network:
    """1-2-2-1: the third layer's line goes through a vertex of the second's that no input reaches."""
    first = ep.Layer.of([[1], [-1]], [0, 1])
    second = ep.Layer.of([[1, 1], [1, -1]], [1, -Fraction(1, 2)])
    return ep.Network((first, second, ep.Layer.of([[1, -3]]), ep.Layer.of([[1]], relu=False)))


def test_the_published_form_asks_more_from_three_layers_on() -> None:
    evidence = Evidence(ep.enumerate(unreached_vertex()))
    assert evidence.generic.met
    assert evidence.simple.met
    assert evidence.supertransversal.met
    assert evidence.supertransversal_everywhere.met is False
    assert "layers 1 and later" in evidence.supertransversal_everywhere.reason
    assert not _tails_are_transverse(unreached_vertex())


def test_the_published_form_where_it_is_not_decided() -> None:
    wide = random_generic(7, 1, 9, 8, 2)
    evidence = Evidence(ep.enumerate(wide))
    assert evidence.supertransversal_everywhere.met is None
    assert "too large" in evidence.supertransversal_everywhere.reason
    linear = ep.Network((ep.Layer.of([[1], [2]], [0, 1], relu=[True, False]),))
    hypotheses = Evidence(ep.enumerate(linear))
    assert supertransversal_everywhere(linear, hypotheses.generic, hypotheses.simple).met is None


def test_the_words_say_which_reading_a_verdict_has() -> None:
    """A deep counterexample: 3-9-4 with a third layer of one neuron that cuts space far away."""
    two = ep.load("examples/refutations/avg-facets-1988b35e.json")
    hidden = [layer for layer in two.layers if layer.neurons]
    third = ep.Layer.of([[3, 5, 7, 11]], [Fraction(-(10**9))])
    evidence = Evidence(ep.enumerate(ep.Network((*hidden, third))))
    check = theorem("avg-facets").check(evidence)
    assert check.verdict is Verdict.VIOLATED
    (line,) = reading(evidence, [(theorem("avg-facets"), check)])
    assert "As published it asks more" in line
    assert "input space: yes" in line
