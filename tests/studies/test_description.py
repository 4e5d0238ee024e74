"""Studies as TOML: what the shipped ones are, and one sentence for each mistake."""

from __future__ import annotations

import re
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


def test_there_are_eleven_studies() -> None:
    assert len(SHIPPED) == 11


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
        (MINIMAL.replace("group", 'published = "no.csv"\ngroup'), "no.csv: there is no such file"),
        (MINIMAL.replace("[[small]]", "[small]"), "small is not a list of tables"),
        (MINIMAL.replace("[0, 1, 2]", "[]"), "has no jobs"),
        (MINIMAL.replace("[0, 1, 2]", '"a"'), "seed: 'a' is not an integer from 0"),
        (MINIMAL.replace("[0, 1, 2]", "-1"), "seed: -1 is not"),
        (MINIMAL.replace("[0, 1, 2]", "true"), "seed: True is not"),
        (MINIMAL + "residual = 1\n", "residual: 1 is not true or false"),
        (MINIMAL + 'bias = "heavy"\n', "bias: 'heavy' is not one of"),
        (MINIMAL + '[measure]\ndomains = "R^d"\n', "domains: 'R^d' is not a list"),
        (MINIMAL + "[measure]\ndomains = []\n", "domains: the list is empty"),
        (MINIMAL + '[measure]\ndomains = ["cube"]\n', "cannot read 'cube'"),
        (MINIMAL + '[measure]\nmax_cells = "many"\n', "max_cells: 'many'"),
        (MINIMAL + "[measure]\ndiameter = 1\n", "diameter: 1 is not true or false"),
        (MINIMAL.replace("group", 'figures = ["table"]\ngroup'), "'table' needs 'published'"),
        (MINIMAL.replace("group", 'figures = ["simplices"]\ngroup'), "'simplices' needs"),
        (MINIMAL.replace("group = [", 'group = ["colour", '), "'colour' is not one of"),
        (MINIMAL.replace("title = ", "title = 3 #"), "title: 3 is not text"),
        *(
            (MINIMAL.replace("[[2, 3, 1], [2, 2, 2, 1]]", widths), "widths: ")
            for widths in ("[2, 3, 1]", "[[2]]", "[[2, 0, 1]]", "[[2, 3.5, 1]]", '"2-3-1"')
        ),
        (MINIMAL.replace("[[small]]", "[[full]]"), "there is no size 'small'"),
    ],
)
def test_mistakes_are_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=re.escape(sentence)):
        read_study(_write(tmp_path, text))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("epochs = -1", "epochs: -1 is not"),
        ("batch = 0", "batch: 0 is not an integer from 1"),
        ('rate = "fast"', "rate: 'fast' is not a positive number"),
        ("rate = nan", "rate: nan is not"),
        ("dropout = 1.0", "dropout: 1.0 is not"),
        ("l1 = -0.1", "l1: -0.1 is not a number from 0"),
        ("snapshots = [1, 2]", "snapshots: 1 is not a list of epochs"),
        ("snapshots = [[0, 50]]", "snapshots: 50 is after the last of 20 epochs"),
        ('data = "tulips"', "data: 'tulips' is not one of blobs"),
        ("label = 3", "label: 3 is not text"),
    ],
)
def test_mistakes_about_training(tmp_path: Path, line: str, sentence: str) -> None:
    text = f'source = "trained"\n[[small]]\nwidths = [[2, 3, 3]]\nseed = 0\n{line}\n'
    with pytest.raises(InputError, match=re.escape(sentence)):
        read_study(_write(tmp_path, text))


def test_a_published_table_has_its_columns(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("d,regions\n3,1\n")
    with pytest.raises(InputError, match=r"p\.csv needs the columns d,depth,width"):
        read_study(_write(tmp_path, MINIMAL.replace("group", 'published = "p.csv"\ngroup')))


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        read_study(tmp_path / "none.toml")
