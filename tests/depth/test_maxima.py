"""Maxima in two hidden layers: identities decided, networks built, certified and proved."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from itertools import permutations
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactpoly import Layer, Network, load
from exactpoly.certificate import check
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.depth.hinges import decide
from exactpoly.depth.identity import (
    Identity,
    Term,
    identity_from_json,
    identity_to_json,
    read_identity,
    write_identity,
)
from exactpoly.depth.networks import maximum_network, prove_maximum
from exactpoly.depth.symmetric import symmetric_sum
from exactpoly.errors import InputError

from ..cli.command_line import one_sentence, run, run_json
from ..strategies import examples

EXAMPLES = Path(__file__).parents[2] / "examples"
IDENTITIES = {
    # file: numbers, terms or orbits, hinges
    "max5_identity": (5, 6),
    "max5_7_terms": (5, 7),
    "max6_39_terms": (6, 39),
    "max6_identity": (6, 40),
    "max6_90_terms": (6, 90),
    "max6_495_terms": (6, 495),
    "max7_16_orbits": (7, 16),
    "max7_26_orbits": (7, 26),
    "max8_33_orbits": (8, 33),
    "max8_24_orbits": (8, 24),
}
FIVE = ((5, 4, 14, 7, 1), 136, (1, 34, 170, 272, 136), 84)
SIX = ((6, 5, 20, 42, 1), 2228, (1, 221, 1861, 5150, 5736, 2228), 587)


def identity(name: str) -> Identity:
    return read_identity(EXAMPLES / "depth" / f"{name}.json")


@pytest.mark.parametrize("name", IDENTITIES)
def test_published_and_our_identities_hold(name: str) -> None:
    n, terms = IDENTITIES[name]
    found = identity(name)
    assert (found.n, len(found.terms)) == (n, terms)
    assert decide(found).holds


@pytest.mark.parametrize(
    "name", ["max5_identity", "max5_7_terms", "max6_identity", "max7_26_orbits"]
)
def test_one_coefficient_changed_is_refused(name: str) -> None:
    true = identity(name)
    for k, term in enumerate(true.terms):
        wrong = replace(term, coefficient=term.coefficient * Fraction(3, 2))
        verdict = decide(replace(true, terms=(*true.terms[:k], wrong, *true.terms[k + 1 :])))
        assert not verdict.holds
        assert verdict.reason


def test_a_term_left_out_is_refused_and_scaled_ones_are() -> None:
    true = identity("max8_33_orbits")
    assert not decide(replace(true, terms=true.terms[:-1])).holds
    doubled = tuple(
        replace(t, coefficient=2 * t.coefficient) for t in identity("max5_identity").terms
    )
    assert "linear" in decide(replace(identity("max5_identity"), terms=doubled)).reason


pairs = st.tuples(st.integers(0, 3), st.integers(0, 3)).map(lambda p: (min(p), max(p)))


@given(
    st.lists(
        st.tuples(
            st.integers(-2, 2),
            st.integers(1, 2).flatmap(
                lambda k: st.lists(st.lists(pairs, min_size=k, max_size=k), min_size=1, max_size=2)
            ),
        ),
        min_size=1,
        max_size=4,
    ),
    st.booleans(),
)
@examples(60)
def test_random_identities_against_evaluation(
    drawn: list[tuple[int, list[list[tuple[int, int]]]]], symmetric: bool
) -> None:
    """max + sum - sum holds; the sum alone holds only if all sorted integer points say so."""
    terms = tuple(Term(Fraction(c), tuple(tuple(side) for side in sides)) for c, sides in drawn)
    maximum = Term(Fraction(1), (((0, 1),), ((2, 3),)))
    if symmetric:
        maximum = replace(maximum, coefficient=Fraction(1, 24))
    minus = tuple(replace(t, coefficient=-t.coefficient) for t in terms)
    assert decide(Identity(4, (maximum, *terms, *minus), symmetric)).holds
    other = Identity(4, (maximum, *terms), symmetric)
    written = other.expanded()
    points = [
        p
        for base in ((0, 1, 3, 7), (0, 2, 3, 4), (0, 0, 1, 1), (0, 4, 5, 6), (0, 1, 2, 3))
        for p in permutations(base)
    ]
    agrees = all(written.value(point) == max(point) for point in points)
    verdict = decide(other)
    assert verdict.holds == decide(written).holds
    assert agrees or not verdict.holds
    if agrees and not verdict.holds:  # then some point of a finer grid tells
        random = Random(0)
        assert any(
            written.value(point) != max(point)
            for point in ([random.randint(-99, 99) for _ in range(4)] for _ in range(2000))
        )


def test_a_symmetric_sum_is_the_sum_over_all_permutations() -> None:
    term = Term(Fraction(1), (((0, 1), (0, 2)), ((1, 1), (3, 3))))
    linear, hinges = symmetric_sum(term, 5)
    random = Random(4)
    for _ in range(20):
        point = sorted((random.randint(-50, 50) for _ in range(5)), reverse=True)
        direct = sum(term.renamed(names).value(point) for names in permutations(range(5)))
        by_hinges = sum(a * x for a, x in zip(linear, point, strict=True))
        for d, count in hinges.items():
            by_hinges += count * max(0, sum(a * x for a, x in zip(d, point, strict=True)))
        assert direct == by_hinges


@pytest.mark.parametrize("numbers", [FIVE, SIX], ids=["five", "six"])
def test_networks_of_five_and_six_numbers(
    numbers: tuple[tuple[int, ...], int, tuple[int, ...], int],
) -> None:
    (n, *widths), regions, f_vector, vertices = numbers
    network = load(EXAMPLES / f"max{n}_two_layers.json")
    assert network == maximum_network(identity(f"max{n}_identity"))
    assert network.widths == tuple(widths)
    proof = prove_maximum(network)
    assert (proof.holds, proof.vertices) == (True, vertices)
    complex_ = enumerate_complex(network)
    assert (complex_.n_regions, complex_.f_vector) == (regions, f_vector)
    random = Random(n)
    for _ in range(50):
        point = [random.randint(-20, 20) for _ in range(n - 1)]
        assert network.evaluate(point) == (max(*point, 0),)


def test_the_network_of_39_terms() -> None:
    network = maximum_network(identity("max6_39_terms"))
    assert network.widths == (5, 20, 41, 1)
    proof = prove_maximum(network)
    assert (proof.holds, proof.vertices) == (True, 746)
    assert enumerate_complex(network).f_vector == (1, 314, 2502, 6690, 7284, 2784)


@pytest.mark.parametrize("n", [5, 6])
def test_certificates_of_both_networks_are_accepted_by_the_checker_alone(n: int) -> None:
    path = EXAMPLES / f"max{n}_two_layers.cert.gz"
    command = [sys.executable, "-I", "-S", check.__file__, str(path)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0
    assert result.stdout.startswith("ACCEPTED")
    assert load(EXAMPLES / f"max{n}_two_layers.json").digest in _header(path)


def _header(path: Path) -> str:
    import gzip

    with gzip.open(path, "rt") as file:
        return file.readline()


def test_a_changed_network_is_refused() -> None:
    network = load(EXAMPLES / "max5_two_layers.json")
    first, second, last = network.layers
    for k in range(second.outputs):
        rows = [list(row) for row in second.weight]
        rows[k] = [2 * x for x in rows[k]]
        changed = Network((first, Layer.of(rows), last), "changed")
        proof = prove_maximum(changed)
        assert not proof.holds
        assert proof.disagrees is not None
        assert changed.evaluate(proof.disagrees)[0] != max(*proof.disagrees, 0)


def test_what_prove_maximum_needs() -> None:
    relu = Layer.of([[1, 0], [0, 1], [-1, 0], [0, -1]])
    with pytest.raises(InputError, match="x_0 - x_1"):
        prove_maximum(Network((relu, Layer.of([[1, 1, 0, 0]], relu=False)), "no difference"))
    with pytest.raises(InputError, match="no biases"):
        prove_maximum(Network((Layer.of([[1]], [1]), Layer.of([[1]], relu=False)), "biased"))
    assert prove_maximum(Network((Layer.of([[-3], [2]]), Layer.of([[0, "1/2"]], relu=False)))).holds


def test_formats_round_trip(tmp_path: Path) -> None:
    for name in ("max5_identity", "max7_26_orbits"):
        found = identity(name)
        write_identity(found, tmp_path / "again.json")
        again = read_identity(tmp_path / "again.json")
        assert (again.n, again.terms, again.symmetric) == (found.n, found.terms, found.symmetric)
    public = json.loads((EXAMPLES / "depth" / "max7_26_orbits.json").read_text())
    assert identity_to_json(identity("max7_26_orbits")) == public


def test_symmetric_sums_are_written_out() -> None:
    """The S6 identity of four orbits, in the public format, has 495 terms written out."""
    scale = Fraction(1, 720)
    sides = {
        Fraction(4 * 45, 180): [[[1, 2], [1, 2]], [[3, 4], [3, 4]]],
        Fraction(2 * 180, 180): [[[1, 2], [1, 3]], [[1, 4], [5, 6]]],
        Fraction(-90, 180): [[[1, 2], [1, 3]], [[4, 5], [4, 6]]],
        Fraction(-2 * 180, 180): [[[1, 2], [3, 4]], [[1, 3], [5, 6]]],
    }
    terms = [{"coefficient": str(c * scale), "pair": pair} for c, pair in sides.items()]
    found = identity_from_json({"n": 6, "terms": terms}, "S6")
    assert decide(found).holds
    written = found.expanded()
    assert len(written.terms) == 495
    expected = {t.renamed(range(6)).sides: t.coefficient for t in identity("max6_495_terms").terms}
    assert {t.sides: t.coefficient for t in written.terms} == expected


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"n": 1, "terms": []}, "n is not"),
        ({"n": 5}, "terms"),
        ({"n": 3, "terms": [{"coefficient": "x", "pair": [[[1, 2]]]}]}, "coefficient"),
        ({"n": 3, "terms": [{"coefficient": "1", "pair": [[[0, 1]]]}]}, "from 1 to 3"),
        ({"n": 3, "terms": [{"coefficient": "1", "pair": [[[1, 2]], [[1, 2], [2, 3]]]}]}, "sides"),
        ({"n": 3, "terms": [7]}, r"terms\[0\]"),
        ({"n": 3, "orbits": [["1", []]]}, r"orbits\[0\]"),
        ({"n": 3, "generators": [[0, 1]], "orbits": []}, "permutation"),
    ],
)
def test_bad_identities_are_refused(tmp_path: Path, data: object, says: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(data))
    with pytest.raises(InputError, match=says):
        read_identity(path)
    result = run("hunt", "depth", "--check", path)
    assert result.exit_code == 3
    assert "bad" in one_sentence(result)


def test_the_command_decides(tmp_path: Path) -> None:
    data = run_json("hunt", "depth", "--check", EXAMPLES / "max5_two_layers.json")
    assert (data["holds"], data["vertices"], data["hidden_layers"]) == (True, 84, 2)
    file, output = EXAMPLES / "depth" / "max5_identity.json", tmp_path / "net.json"
    result = run("hunt", "depth", "--check", file, "--network", output)
    assert result.exit_code == 0
    assert "4-14-7-1" in result.stdout
    assert load(output).digest == load(EXAMPLES / "max5_two_layers.json").digest
    wrong = json.loads(file.read_text())
    wrong["orbits"][0][0] = "1/3"
    (tmp_path / "wrong.json").write_text(json.dumps(wrong))
    result = run("hunt", "depth", "--check", tmp_path / "wrong.json")
    assert (result.exit_code, "NOT the maximum" in result.stdout) == (1, True)
    assert run("hunt", "depth", "--check", tmp_path / "none.json").exit_code == 3
