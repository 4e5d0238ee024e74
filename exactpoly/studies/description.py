"""A study as a TOML file: which networks, which measures, which figures.

    title = "Initialisation"
    source = "initialised"            # or "trained"
    figures = ["histograms"]
    group = ["init"]                  # the choices that tell lines of a figure apart

    [measure]
    domains = ["R^d", "[-1,1]^d"]
    diameter = false                  # certified bounds on the diameter of the graph of regions
    simplices = false                 # pulling triangulations of bounded regions
    max_cells = 5000000               # a larger complex is left unfinished and marked so

    [[small]]                         # every combination of the lists is one job
    widths = [[3, 40, 20, 1]]
    init = ["kaiming", "orthogonal"]
    seed = [0, 1, 2]

    [[full]]
    ...

A value that is no list is the same for all jobs of its table; ``widths`` is a list of widths. All jobs
of all tables of a size are the study; what a job may say is in `exactpoly.studies.jobs`.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from exactpoly.errors import InputError

__all__ = ["FIGURES", "SIZES", "Job", "Measure", "Study", "read_study"]

SIZES = ("small", "full")
SOURCES = ("initialised", "trained")
FIGURES = ("histograms", "means", "shares", "simplices", "table")
_KEYS = {"title", "source", "figures", "group", "published", "measure", *SIZES}
_JOB_KEYS = {
    "initialised": {"widths", "init", "bias", "seed", "residual"},
    "trained": {
        "widths", "data", "epochs", "snapshots", "seed", "residual", "rate", "decay", "batch",
        "weight_decay", "l1", "dropout", "label",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Measure:
    """What is measured on every network; see the module."""

    domains: tuple[str, ...] = ("R^d",)
    diameter: bool = False
    simplices: bool = False
    max_cells: int | None = None


@dataclass(frozen=True)
class Job:
    """One network, or one training run: the choices, and what to measure."""

    source: str
    choices: Mapping[str, Any]
    measure: Measure

    @property
    def key(self) -> str:
        """A name that depends on everything that the result depends on."""
        data = {
            "source": self.source,
            "choices": dict(self.choices),
            "measure": self.measure.__dict__,
        }
        text = json.dumps(data, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:20]


@dataclass(frozen=True)
class Study:
    """``group``: the choices that tell the lines of a figure apart; ``published``: text of a CSV file
    to compare with, empty without; ``jobs``: in order.
    """

    name: str
    title: str
    figures: tuple[str, ...]
    group: tuple[str, ...]
    published: str
    size: str
    jobs: tuple[Job, ...]


def read_study(path: str | Path, size: str = "small") -> Study:
    """Read a study at one of its sizes. Raises `InputError` naming the key that is wrong."""
    path = Path(path)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not valid TOML ({error})") from error
    _known(path, data, _KEYS)
    source = _one_of(path, data, "source", SOURCES)
    figures = tuple(data.get("figures", []))
    for figure in figures:
        if figure not in FIGURES:
            raise InputError(f"{path}: figures: {figure!r} is not one of {', '.join(FIGURES)}")
    if size not in data:
        raise InputError(f"{path}: there is no size {size!r}; it has no [[{size}]] table")
    measure = _measure(path, data.get("measure", {}))
    jobs: dict[str, Job] = {}
    for table in data[size]:
        if not isinstance(table, dict):
            raise InputError(f"{path}: {size} is no list of tables; write [[{size}]]")
        _known(path, table, _JOB_KEYS[source])
        for needed in ("widths", "seed"):
            if needed not in table:
                raise InputError(f"{path}: [[{size}]] has no {needed!r}")
        for choices in _combinations(table):
            job = Job(source, choices, measure)
            jobs[job.key] = job
    return Study(
        path.stem,
        str(data.get("title", path.stem)),
        figures,
        tuple(data.get("group", [])),
        _published(path, data.get("published")),
        size,
        tuple(jobs.values()),
    )


def _published(path: Path, name: Any) -> str:
    if name is None:
        return ""
    try:
        return (path.parent / str(name)).read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: published: {name} cannot be read ({error.strerror})") from error


def _combinations(table: Mapping[str, Any]) -> list[dict[str, Any]]:
    lists = [value if isinstance(value, list) else [value] for value in table.values()]
    return [dict(zip(table, values, strict=True)) for values in product(*lists)]


def _measure(path: Path, table: Any) -> Measure:
    if not isinstance(table, dict):
        raise InputError(f"{path}: measure is no table; write [measure]")
    _known(path, table, set(Measure.__dataclass_fields__))
    entries = dict(table)
    entries["domains"] = tuple(entries.get("domains", ("R^d",)))
    return Measure(**entries)


def _known(path: Path, table: Mapping[str, Any], keys: set[str]) -> None:
    unknown = sorted(set(table) - keys)
    if unknown:
        raise InputError(f"{path}: unknown key {unknown[0]!r}; known: {', '.join(sorted(keys))}")


def _one_of(path: Path, table: Mapping[str, Any], key: str, values: tuple[str, ...]) -> str:
    value = table.get(key)
    if value not in values:
        raise InputError(f"{path}: {key} is {value!r}; give one of {', '.join(values)}")
    return str(value)
