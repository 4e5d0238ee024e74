"""Runs: deterministic, resumable, in parallel the same; what is shown is what was counted."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

import exactpoly as ep
from exactpoly.commands.study import study as command
from exactpoly.studies import runner
from exactpoly.studies.description import read_study
from exactpoly.studies.groups import gather
from exactpoly.studies.initialise import initialised
from exactpoly.studies.jobs import run_job
from exactpoly.studies.runner import run_study
from exactpoly.studies.store import Store, read_rows
from exactpoly.studies.tables import comparisons

pytest.importorskip("pyarrow")

TEXT = """
title = "tiny"
source = "initialised"
figures = ["histograms", "means", "shares", "simplices"]
group = ["init"]
[measure]
domains = ["R^d", "[-1,1]^d"]
diameter = true
simplices = true
[[small]]
widths = [[2, 4, 1], [2, 3, 2, 1]]
init = ["torch", "kaiming"]
bias = "normal-0.1"
seed = [0, 1]
"""
VARYING = ("enumeration_seconds", "peak_memory")


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.toml"
    path.write_text(TEXT)
    return path


def _rows(path: Path) -> list[dict[str, object]]:
    rows, _ = read_rows(path)
    return [{k: v for k, v in row.items() if k not in VARYING} for row in rows]


def test_rows_are_what_the_engine_counts(tiny: Path, tmp_path: Path) -> None:
    study = read_study(tiny)
    path, complete = run_study(study, tmp_path / "out", workers=1)
    assert complete
    rows, about = read_rows(path)
    assert about["title"] == "tiny"
    assert len(rows) == 16
    for row in rows:
        network = initialised(row["widths"], row["init"], row["bias"], row["seed"])
        assert row["digest"] == network.digest
        complex_ = ep.enumerate(network, domain=row["domain"])
        assert json.loads(row["f_vector"]) == list(complex_.f_vector)
        assert Fraction(row["mean_numerator"], row["mean_denominator"]) == complex_.mean_facets
        counted = Fraction(row["boundary_mean_numerator"], row["boundary_mean_denominator"])
        assert counted == complex_.mean_facets_with_domain_boundary
        assert row["diameter_lower"] == row["diameter_upper"]
        assert sum(json.loads(row["simplices"]).values()) == row["bounded"]
    group = gather(rows, about["group"])[0]
    assert sum(group.histogram.values()) == sum(row["regions"] for row in group.rows)


def test_in_parallel_the_same(tiny: Path, tmp_path: Path) -> None:
    study = read_study(tiny)
    one, _ = run_study(study, tmp_path / "one", workers=1)
    two, _ = run_study(study, tmp_path / "two", workers=2)
    assert _rows(one) == _rows(two)


def test_an_interrupted_run_goes_on(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = read_study(tiny)
    done: list[str] = []

    def counted(job: object) -> object:
        done.append(job.key)  # type: ignore[attr-defined]
        return run_job(job)  # type: ignore[arg-type]

    monkeypatch.setattr(runner, "run_job", counted)
    path, complete = run_study(
        study, tmp_path / "out", workers=1, interrupted=lambda: len(done) >= 3
    )
    assert not complete
    assert len(_rows(path)) == 6
    path, complete = run_study(study, tmp_path / "out", workers=1)
    assert complete
    assert len(done) == len(set(done)) == len(study.jobs)
    whole, _ = run_study(study, tmp_path / "whole", workers=1)
    assert _rows(path) == _rows(whole)


def test_a_half_written_job_is_not_taken(tiny: Path, tmp_path: Path) -> None:
    study = read_study(tiny)
    store = Store(tmp_path / "out")
    (store.parts / f"{study.jobs[0].key}.draft").write_text("[{")
    assert not store.has(study.jobs[0])


def test_partial_complexes_do_not_count(tiny: Path, tmp_path: Path) -> None:
    tiny.write_text(TEXT.replace("diameter = true", "max_cells = 20"))
    path, _ = run_study(read_study(tiny), tmp_path / "out", workers=1)
    rows, about = read_rows(path)
    partial = [row for row in rows if not row["complete"]]
    assert partial
    for group in gather(rows, about["group"]):
        assert len(group.finished) == sum(row["complete"] for row in group.rows)


def test_commands(tiny: Path, tmp_path: Path) -> None:
    cli = CliRunner()
    out = str(tmp_path / "out")
    run = cli.invoke(
        command, ["run", str(tiny), "--workers", "1", "-o", out], standalone_mode=False
    )
    assert run.return_value == 0
    assert "8 jobs" in run.stdout
    shown = cli.invoke(command, ["show", out], standalone_mode=False)
    assert "kaiming" in shown.stdout
    as_json = cli.invoke(command, ["show", out, "--json"], standalone_mode=False)
    assert len(json.loads(as_json.stdout)["rows"]) == 16
    with pytest.raises(ep.InputError, match="no such result"):
        read_rows(tmp_path / "nothing")


def test_figures_are_drawn(tiny: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from exactpoly.studies.figures import make_figures

    path, _ = run_study(read_study(tiny), tmp_path / "out", workers=1)
    drawn = make_figures(*read_rows(path), tmp_path / "figures")
    assert [p.name for p in drawn] == [
        f"tiny-{name}.png" for name in ("histograms", "means", "shares", "simplices")
    ]
    assert all(p.stat().st_size > 5000 for p in drawn)


def test_published_numbers_that_cannot_be_right(tmp_path: Path) -> None:
    header = (
        "d,depth,width,regions_mean,regions_sd,avg_degree_mean,avg_degree_sd,"
        "diameter_mean,diameter_sd\n"
    )
    (tmp_path / "p.csv").write_text(header + "3,1,5,25.8,0.4,4.23,0.00,5.00,0.00\n")
    (tmp_path / "s.toml").write_text(
        'title = "s"\nsource = "initialised"\npublished = "p.csv"\ngroup = ["widths"]\n'
        "[[small]]\nwidths = [[3, 5, 1]]\nseed = [0, 1]\n"
    )
    path, _ = run_study(read_study(tmp_path / "s.toml"), tmp_path / "out", workers=1)
    rows, about = read_rows(path)
    (item,) = comparisons(rows, about["published"])
    assert item.verdict == "regions must be exactly 26"
    assert {row["regions"] for row in rows} == {26}


def test_the_table_figure_and_text(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    header = (
        "d,depth,width,regions_mean,regions_sd,avg_degree_mean,avg_degree_sd,"
        "diameter_mean,diameter_sd\n"
    )
    (tmp_path / "p.csv").write_text(header + "2,1,4,11.00,0.00,2.91,0.00,5.50,0.00\n")
    (tmp_path / "s.toml").write_text(
        'title = "s"\nsource = "initialised"\npublished = "p.csv"\ngroup = ["widths"]\n'
        'figures = ["table"]\n[measure]\ndiameter = true\n'
        "[[small]]\nwidths = [[2, 4, 1], [2, 2, 2, 1]]\nseed = [0, 1]\n"
    )
    out = tmp_path / "out"
    run_study(read_study(tmp_path / "s.toml"), out, workers=1)
    shown = CliRunner().invoke(
        command, ["show", str(out), "--figures", str(tmp_path / "figures")], standalone_mode=False
    )
    assert "2-4: diameter must be exactly 4" in shown.stdout
    assert "2-2-2-1" in shown.stdout
    assert (tmp_path / "figures" / "s-table.png").stat().st_size > 5000
