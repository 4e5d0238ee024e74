"""Studies as TOML: what the shipped ones are, and one sentence for each mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from exactpoly.errors import InputError
from exactpoly.studies.description import SIZES, read_study

SHIPPED = sorted((Path(__file__).parents[2] / "examples" / "studies").glob("*.toml"))
MINIMAL = """
title = "t"
source = "initialised"
group = ["init"]
[[small]]
widths = [[2, 3, 1], [2, 2, 2, 1]]
init = ["torch", "kaiming"]
seed = [0, 1, 2]
"""


def _write(folder: Path, text: str) -> Path:
    path = folder / "study.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_shipped_studies_are_readable(path: Path, size: str) -> None:
    study = read_study(path, size)
    assert study.jobs
    assert study.figures
    assert len({job.key for job in study.jobs}) == len(study.jobs)


def test_there_are_six_studies() -> None:
    assert len(SHIPPED) == 6


def test_every_combination_is_one_job(tmp_path: Path) -> None:
    jobs = read_study(_write(tmp_path, MINIMAL)).jobs
    assert len(jobs) == 12
    assert jobs[0].choices == {"widths": [2, 3, 1], "init": "torch", "seed": 0}


def test_the_key_depends_on_choices_and_measures(tmp_path: Path) -> None:
    first = read_study(_write(tmp_path, MINIMAL)).jobs
    again = read_study(_write(tmp_path, MINIMAL)).jobs
    measured = read_study(_write(tmp_path, MINIMAL + "\n[measure]\ndiameter = true\n")).jobs
    assert [j.key for j in first] == [j.key for j in again]
    assert not {j.key for j in first} & {j.key for j in measured}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("title =", "not valid TOML"),
        (MINIMAL.replace("initialised", "dreamt"), "source is 'dreamt'"),
        (MINIMAL.replace("init =", "innit ="), "unknown key 'innit'"),
        (MINIMAL.replace("seed =", "sead ="), "unknown key 'sead'"),
        (MINIMAL.replace("seed = [0, 1, 2]", ""), "has no 'seed'"),
        (MINIMAL + '\n[measure]\ndomain = "R^d"\n', "unknown key 'domain'"),
        (MINIMAL.replace("group", 'figures = ["pie"]\ngroup'), "'pie' is not one of"),
        (MINIMAL.replace("group", 'published = "no.csv"\ngroup'), "no.csv cannot be read"),
        (MINIMAL.replace("[[small]]", "[[full]]"), "there is no size 'small'"),
    ],
)
def test_mistakes_are_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence.replace("[", r"\[")):
        read_study(_write(tmp_path, text))


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_study(tmp_path / "none.toml")
