"""The hunt finds what is false, shrinks it, and finds nothing against what is proved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import exactpoly as ep
from exactpoly.certificate.check import check_file
from exactpoly.commands.finds import write_find
from exactpoly.commands.hunt import hunt
from exactpoly.theory import Verdict, theorem
from exactpoly.theory.hunt import Hunt


def test_monotone_is_refuted_in_the_plane_and_written_as_a_case(tmp_path: Path) -> None:
    find = Hunt(theorem("monotone"), dimension=2, kinds=("generic",)).run(seconds=30, trials=200)
    assert find is not None
    assert find.check.verdict is Verdict.VIOLATED
    case, certificate = write_find(find, tmp_path)
    code, message = check_file(str(certificate))
    assert code == 0, message
    again = ep.enumerate(case)
    assert again.network.digest == find.complex.network.digest
    assert theorem("monotone").check(again).verdict is Verdict.VIOLATED
    data = json.loads(case.read_text())
    assert data["expected"]["R^d"]["f_vector"] == list(again.f_vector)


def test_without_hypotheses_the_shrunk_find_is_tiny() -> None:
    find = Hunt(
        theorem("box-2d"), dimension=2, kinds=("degenerate",), box=True, hypotheses=False
    ).run(seconds=30, trials=200)
    assert find is not None
    assert find.check.verdict is Verdict.HYPOTHESES_NOT_MET
    assert find.complex.network.n_neurons == 1
    assert find.smallest


def test_folded_candidates_refute_the_mean() -> None:
    search = Hunt(theorem("avg-facets"), dimension=3, kinds=("folded",))
    find = None
    while find is None and search.trials < 200:
        find = search._examine(next(search._networks))
        search.trials += 1
    assert find is not None
    assert find.complex.mean_facets > 6


@pytest.mark.parametrize("name", ["euler", "serra", "deep-bound", "diameter", "min-facets"])
def test_nothing_is_found_against_what_is_proved(name: str) -> None:
    search = Hunt(theorem(name), seed=5)
    assert search.run(seconds=60, trials=25) is None
    assert search.trials == 25


def test_the_same_seed_gives_the_same_networks() -> None:
    first, second = (Hunt(theorem("euler"), seed=9)._networks for _ in range(2))
    assert [next(first).digest for _ in range(9)] == [next(second).digest for _ in range(9)]


def test_command(tmp_path: Path) -> None:
    runner = CliRunner()
    result = runner.invoke(
        hunt,
        ["min-facets", "--any", "--trials", "50", "--seconds", "20", "-o", str(tmp_path), "--json"],
        standalone_mode=False,
    )
    data = json.loads(result.stdout)
    assert data["found"]
    assert len(list(tmp_path.iterdir())) == 2
    nothing = runner.invoke(hunt, ["euler", "--trials", "3"], standalone_mode=False)
    assert "nothing found; 3 networks tried" in nothing.stdout
