"""Results of a study in a folder: one file a finished job, and all rows as Parquet.

A job's file appears whole or not at all, so a run that was stopped goes on with the jobs that have
none. `result.parquet` has the rows of all finished jobs in the order of the study; the same study
gives the same rows but for ``enumeration_seconds`` and ``peak_memory``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from exactpoly.errors import InputError, MissingDependency
from exactpoly.running.files import write_whole, written_whole
from exactpoly.studies.description import Job, Study
from exactpoly.studies.jobs import Row

__all__ = ["Store", "read_rows"]

_FILE = "result.parquet"


class Store:
    """The folder of one study at one size."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.parts = folder / "jobs"
        try:
            self.parts.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{folder}: cannot be made ({error.strerror})") from error

    def has(self, job: Job) -> bool:
        """Whether the job is finished."""
        return self._path(job).exists()

    def save(self, job: Job, rows: list[Row]) -> None:
        """Keep the rows of a finished job."""
        write_whole(self._path(job), json.dumps(rows))

    def combine(self, study: Study) -> Path:
        """Write the rows of all finished jobs as Parquet."""
        arrow, parquet = _pyarrow()
        rows: list[Row] = []
        for job in study.jobs:
            if self.has(job):
                rows += json.loads(self._path(job).read_text(encoding="utf-8"))
        table = arrow.Table.from_pylist(rows)
        about = {"study": study.name, "title": study.title, "size": study.size}
        about["published"] = study.published
        about |= {"figures": json.dumps(study.figures), "group": json.dumps(study.group)}
        path = self.folder / _FILE
        with written_whole(path) as file:
            parquet.write_table(table.replace_schema_metadata(about), file)
        return path

    def _path(self, job: Job) -> Path:
        return self.parts / f"{job.key}.json"


def read_rows(result: str | Path) -> tuple[list[Row], dict[str, Any]]:
    """The rows of a result (a folder or its Parquet file), each with its choices taken apart, and
    what the study says about itself (study, title, size, figures, group).
    """
    _, parquet = _pyarrow()
    path = Path(result)
    path = path / _FILE if path.is_dir() else path
    if not path.is_file():
        raise InputError(f"{path}: there is no such result; run the study first")
    try:
        table = parquet.read_table(path)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: not a Parquet file of a study") from error
    raw = table.schema.metadata or {}
    if b"study" not in raw:
        raise InputError(f"{path}: not a Parquet file of a study")
    about: dict[str, Any] = {k.decode(): v.decode() for k, v in raw.items()}
    about["figures"], about["group"] = json.loads(about["figures"]), json.loads(about["group"])
    rows = [{**row, **json.loads(row["choices"])} for row in table.to_pylist()]
    return rows, about


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingDependency(
            "studies keep results as Parquet and need pyarrow", "pyarrow"
        ) from error
    return pyarrow, pyarrow.parquet
