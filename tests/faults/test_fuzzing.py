"""Bad files made along the structure of good ones: each is read or refused in one sentence.

A few thousand for every unit of EXACTPOLY_TEST_MULTIPLIER beyond 1; ``python -m tests.faults.fuzzing`` goes
on for as long as one likes.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.faults.child import judged
from tests.faults.fuzzing import bad_files, outcomes
from tests.faults.mutations import mutated
from tests.faults.seeds import seeds
from tests.strategies import MULTIPLIER

FILES = 500 if MULTIPLIER <= 1 else round(3000 * MULTIPLIER)


@pytest.mark.filterwarnings("ignore")  # torch warns about formats of its own that it gives up
def test_the_seeds_are_good_files(tmp_path: Path) -> None:
    kinds = seeds(programs=True)
    for name, content in kinds.items():
        kind, _, suffix = name.rpartition(".")
        path = tmp_path / f"{kind}-0.{suffix}"
        path.write_bytes(content)
        result = judged(path)
        assert result["outcome"] == "loads", result


@pytest.mark.filterwarnings("ignore")
def test_bad_files_are_read_or_refused(tmp_path: Path) -> None:
    paths = list(bad_files(tmp_path, range(FILES), seeds()))
    found = list(outcomes(paths))
    assert len(found) == FILES
    assert [entry for entry in found if entry["outcome"] == "wrong"] == []
    assert sum(entry["outcome"] == "refused" for entry in found) > FILES / 2


@pytest.mark.filterwarnings("ignore")
def test_a_file_depends_on_its_number_alone(tmp_path: Path) -> None:
    kinds = seeds()
    name = "net.json"
    assert mutated(name, kinds[name], Random(7)) == mutated(name, kinds[name], Random(7))
    (first,) = bad_files(tmp_path, [7], kinds)
    content = first.read_bytes()
    (second,) = bad_files(tmp_path, [7], kinds)
    assert (second, second.read_bytes()) == (first, content)
