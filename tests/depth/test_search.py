"""The search: templates against brute force, identities found and decided, proofs of impossibility."""

from __future__ import annotations

import ast
import json
from collections import defaultdict
from fractions import Fraction
from itertools import combinations, combinations_with_replacement
from pathlib import Path

import numpy as np
import pytest

from exactpoly.depth.cones import all_cones, cone_coordinates
from exactpoly.depth.hinges import decide
from exactpoly.depth.identity import Identity, Term, read_identity
from exactpoly.depth.linear import independent, solution
from exactpoly.depth.search import Impossible, Search, impossible
from exactpoly.depth.symmetric import symmetric_sum
from exactpoly.depth.template import Template, single_template, template
from exactpoly.errors import InputError

from ..cli.command_line import run, run_json

DEPTH = Path(__file__).parents[2] / "examples" / "depth"


def rank(matrix: np.ndarray) -> int:
    from flint import fmpz_mat

    return int(fmpz_mat(matrix.tolist()).rank())


@pytest.mark.parametrize(
    ("n", "pairs", "loops"), [(3, 1, True), (4, 2, False), (4, 2, True), (5, 2, False)]
)
def test_a_template_spans_all_terms(n: int, pairs: int, loops: bool) -> None:
    found = template(n, pairs, loops=loops)
    place = {h: n + i for i, h in enumerate(found.hinges)}
    edges = [*combinations(range(n), 2), *([(i, i) for i in range(n)] if loops else [])]
    sides = list(combinations_with_replacement(edges, pairs))
    base = rank(found.matrix)
    rows = []
    for one, other in combinations(sides, 2):
        linear, hinges = symmetric_sum(Term(1, (one, other)), n)  # type: ignore[arg-type]
        column = np.zeros(len(found.matrix), np.int64)
        column[:n] = linear
        for hinge, count in hinges.items():
            column[place[hinge]] = count
        rows.append(column)
    distinct = np.unique(np.array(rows), axis=0).T
    assert rank(np.hstack([found.matrix, distinct])) == base


def test_identities_are_found_and_proved() -> None:
    five = Search(template(5, 2)).run(20, trials=20)
    assert five is not None
    assert decide(five).holds
    assert len(five.terms) <= 6


@pytest.mark.parametrize(("n", "triples"), [(5, 680), (6, 1771)])
def test_no_three_orbits_of_sums_of_two_are_enough(n: int, triples: int) -> None:
    """All choices of three columns, in integers: the rank grows by the target."""
    found = template(n, 2)
    both = np.column_stack([found.matrix, found.target])
    choices = list(combinations(range(len(found.terms)), 3))
    assert len(choices) == triples
    for chosen in choices:
        assert rank(both[:, [*chosen, -1]]) > rank(found.matrix[:, chosen])


@pytest.mark.parametrize(("n", "pairs", "loops"), [(3, 1, True), (4, 1, False), (4, 2, False)])
def test_single_terms_on_all_cones(n: int, pairs: int, loops: bool) -> None:
    """Every row that was left out is one that was kept, and so is the target in it."""
    found = single_template(n, pairs, loops=loops)
    cones = all_cones(n)
    rows = {(*row, y) for row, y in zip(found.matrix.tolist(), found.target.tolist(), strict=True)}
    assert len(rows) == len(found.matrix)
    whole: dict[int, list[int]] = defaultdict(lambda: [0] * len(found.terms))
    for j, term in enumerate(found.terms):
        column = found.column(term)
        assert column is not None
        assert np.array_equal(column, found.matrix[:, j])
        for key, value in zip(*cone_coordinates(term, cones), strict=True):
            whole[int(key)][j] = int(value)
    assert {(*row, int(key < 0 and (-1 - key) % n == 0)) for key, row in whole.items()} == rows
    best = Search(found).run(20, trials=4)
    assert best is not None
    assert decide(best).holds
    assert len(best.terms) == 1 or n > 4 or pairs > 1


def test_integer_programs_start_from_an_identity() -> None:
    """The known four orbits are found again, and nothing worse than a start is kept."""
    pytest.importorskip("highspy")
    found = template(6, 2)
    best = Search(found).run(60, trials=6)
    assert best is not None
    assert len(best.terms) == 4
    other = Search(found, 1, start=best)
    again = other.run(60, trials=3)
    assert again is not None
    assert len(again.terms) == 4
    assert decide(again).holds
    six = read_identity(DEPTH / "max5_identity.json")
    with pytest.raises(
        InputError, match="about 5 numbers, term by term; the search is about 6, summed"
    ):
        Search(found, start=six)
    longer = read_identity(DEPTH / "max7_26_orbits.json")
    with pytest.raises(InputError, match=r"term \d+ is not in"):
        Search(template(7, 2), start=longer)
    part = Identity(6, best.terms[:2], True, "part")
    with pytest.raises(InputError, match="does not give"):
        Search(found, start=part)


def test_a_program_is_interrupted() -> None:
    found = template(6, 2)
    search = Search(found, interrupted=lambda: search.trials >= 5)
    assert search.run(60) is not None
    assert search.trials == 5


def test_independent_columns_and_solutions() -> None:
    matrix = np.array([[2, 4, 0, 1], [0, 0, 0, 3], [2, 4, 0, 4]])
    assert independent(matrix) == [0, 3]
    assert solution(matrix, np.array([1, 1, 2])) == {0: Fraction(1, 3), 3: Fraction(1, 3)}
    assert solution(matrix, np.array([1, 1, 1])) is None
    assert solution(np.zeros((2, 2), np.int64), np.array([1, 0])) is None


def test_single_pairs_are_too_few() -> None:
    """One pair a side makes maxima of four numbers at most: for five there is a proof."""
    proof = impossible(template(5, 1))
    assert proof is not None
    assert proof.check()
    forged = Impossible(proof.template, (*proof.functional[:-1], proof.functional[-1] + 1))
    other = Impossible(template(5, 2), (1, *[0] * (len(template(5, 2).matrix) - 1)))
    assert not other.check()
    assert forged.check() == (not proof.template.matrix[-1].any())
    assert impossible(template(4, 1)) is None


def test_the_known_functional_for_seven_numbers() -> None:
    """It vanishes on all sums of two, single numbers included, and not on the maximum."""
    data = json.loads((DEPTH / "no_max7_by_sums_of_two.json").read_text())
    values = {ast.literal_eval(key): value for key, value in data["functional"].items()}
    found: Template = template(7, 2, loops=True)
    functional = [values.get(("l", i), 0) for i in range(7)]
    functional += [values.get(hinge, 0) for hinge in found.hinges]
    assert Impossible(found, tuple(functional)).check()
    own = impossible(found)
    assert own is not None
    assert own.check()


def test_the_command_searches(tmp_path: Path) -> None:
    output = tmp_path / "five.json"
    data = run_json("hunt", "depth", "--numbers", "5", "--trials", "5", "-o", output)
    assert data["found"] == len(read_identity(output).terms)
    assert run("hunt", "depth", "--check", output).exit_code == 0
    data = run_json("hunt", "depth", "--numbers", "5", "--pairs", "1")
    assert data["functional"] is not None
    start = ("--single", "--start", DEPTH / "max5_identity.json")
    data = run_json("hunt", "depth", "--numbers", "5", *start, "--trials", "1", "-o", output)
    assert data["found"] == 6
    assert run("hunt", "depth", "--check", output, "--start", output).exit_code == 3
    assert run("hunt", "depth", "--numbers", "7", "--single").exit_code == 3
    assert run("hunt", "depth").exit_code == 3
    assert run("hunt", "depth", "--numbers", "8", "--pairs", "3", "--seconds", "0").exit_code == 2
    with pytest.raises(InputError, match="sides"):
        template(10, 4)
