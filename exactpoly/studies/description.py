"""A study as a TOML file: which networks, which measures, which figures.

    title = "Initialisation"
    source = "initialised"            # or "trained"; "norm": bias-free, trained to |x|;
                                      # "separation": random layers behind which classes may separate
    figures = ["histograms"]
    group = ["init"]                  # the choices that tell lines of a figure apart

    [measure]
    domains = ["R^d", "[-1,1]^d"]
    diameter = false                  # certified bounds on the diameter of the graph of regions
    simplices = false                 # pulling triangulations of bounded regions
    topology = false                  # Betti numbers of {f = 0}, of several outputs the decision boundary
    polytopes = false                 # whether {f <= 1} is a convex polytope, and its f-vector
    max_cells = 5000000               # a larger complex is left unfinished and marked so

    [[small]]                         # every combination of the lists is one job
    widths = [[3, 40, 20, 1]]
    init = ["kaiming", "orthogonal"]
    seed = [0, 1, 2]

    [[full]]
    ...

A value that is no list is the same for all jobs of its table; ``widths`` is a list of widths;
``seeds = 100`` stands for the seeds 0 to 99. All jobs of all tables of a size are the study; what a job
may choose is in `exactpoly.studies.choices`.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

from exactpoly.domain import Domain
from exactpoly.errors import InputError
from exactpoly.running.files import file_text
from exactpoly.studies.choices import check_choices, known_choices, whole

__all__ = ["FIGURES", "SIZES", "Job", "Measure", "Study", "read_study"]

SIZES = ("small", "full")
SOURCES = ("initialised", "trained", "norm", "separation")
FIGURES = (
    "histograms",
    "means",
    "polytopes",
    "separation",
    "shares",
    "simplices",
    "table",
    "topology",
)
PUBLISHED = (
    "d", "depth", "width", "regions_mean", "regions_sd", "avg_degree_mean", "avg_degree_sd",
    "diameter_mean", "diameter_sd",
)  # fmt: skip
"""The columns of a published table."""
_KEYS = {"title", "source", "figures", "group", "published", "measure", *SIZES}
_MOST_JOBS = 100_000
_DERIVED = {"neurons", "dimension"}
"""What tells groups apart although no job chooses it."""


@dataclass(frozen=True)
class Measure:
    """What is measured on every network; see the module."""

    domains: tuple[str, ...] = ("R^d",)
    diameter: bool = False
    simplices: bool = False
    topology: bool = False
    polytopes: bool = False
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
    text = file_text(path)
    try:
        data = tomllib.loads(text)
    except RecursionError as error:
        raise InputError(f"{path}: brackets are nested too deeply; no key needs that") from error
    except ValueError as error:  # not TOML, or a number beyond what Python reads
        raise InputError(f"{path}: not valid TOML ({error})") from error
    _known(path, data, _KEYS)
    source = _one_of(path, data, "source", SOURCES)
    figures = _words(path, data, "figures", set(FIGURES))
    group = _words(path, data, "group", known_choices(source) | _DERIVED)
    title = data.get("title", path.stem)
    if not isinstance(title, str):
        raise InputError(f"{path}: title: {title!r} is not text")
    if size not in data:
        raise InputError(f"{path}: there is no size {size!r}; it has no [[{size}]] table")
    measure = _measure(path, data.get("measure", {}))
    if "table" in figures and "published" not in data:
        raise InputError(f"{path}: figures: 'table' needs 'published', a CSV file to compare with")
    if ("separation" in figures) != (source == "separation"):
        raise InputError(
            f"{path}: the figure 'separation' and the source 'separation' need each other"
        )
    for name in ("simplices", "topology", "polytopes"):
        if name in figures and not getattr(measure, name):
            raise InputError(f"{path}: figures: {name!r} needs '{name} = true' in [measure]")
    return Study(
        path.stem,
        title,
        figures,
        group,
        _published(path, data.get("published")),
        size,
        _jobs(path, data[size], size, source, measure),
    )


def _jobs(path: Path, tables: Any, size: str, source: str, measure: Measure) -> tuple[Job, ...]:
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise InputError(f"{path}: {size} is not a list of tables; write [[{size}]]")
    jobs: dict[str, Job] = {}
    for table in tables:
        _known(path, table, known_choices(source) | {"seeds"})
        table = _with_seeds(path, table)
        for needed in ("widths", "seed"):
            if needed not in table:
                raise InputError(f"{path}: [[{size}]] has no {needed!r}")
        for choices in _combinations(path, table):
            check_choices(source, choices, str(path))
            for domain in measure.domains:
                _check_domain(path, domain, choices["widths"][0])
            job = Job(source, choices, measure)
            jobs[job.key] = job
    if not jobs:
        raise InputError(f"{path}: [[{size}]] has no jobs; one of its lists is empty")
    return tuple(jobs.values())


def _check_domain(path: Path, domain: str, dimension: int) -> None:
    try:
        Domain.parse(domain, dimension)
    except InputError as error:
        raise InputError(f"{path}: domains: {error}") from error


def _with_seeds(path: Path, table: Mapping[str, Any]) -> Mapping[str, Any]:
    """The table with ``seeds = n`` written out as ``seed = [0, .., n - 1]``."""
    if "seeds" not in table:
        return table
    number = table["seeds"]
    if not whole(number, 1) or number > _MOST_JOBS or "seed" in table:
        raise InputError(
            f"{path}: seeds: {number!r} is not an integer from 1 to {_MOST_JOBS:,}, or 'seed' is there too"
        )
    rest = {key: value for key, value in table.items() if key != "seeds"}
    return {**rest, "seed": list(range(number))}


def _published(path: Path, name: Any) -> str:
    if name is None:
        return ""
    try:
        text = file_text(path.parent / str(name))
    except InputError as error:
        raise InputError(f"{path}: published: {error}") from error
    if text.partition("\n")[0].strip().split(",") != list(PUBLISHED):
        raise InputError(f"{path}: published: {name} needs the columns {','.join(PUBLISHED)}")
    return text


def _combinations(path: Path, table: Mapping[str, Any]) -> list[dict[str, Any]]:
    lists = [value if isinstance(value, list) else [value] for value in table.values()]
    count = prod(len(values) for values in lists)
    if count > _MOST_JOBS:
        raise InputError(
            f"{path}: a table describes {count} jobs, one for each choice from its lists; give at"
            f" most {_MOST_JOBS}"
        )
    return [dict(zip(table, values, strict=True)) for values in product(*lists)]


def _measure(path: Path, table: Any) -> Measure:
    if not isinstance(table, dict):
        raise InputError(f"{path}: measure is not a table; write [measure]")
    _known(path, table, set(Measure.__dataclass_fields__))
    for name in ("diameter", "simplices", "topology", "polytopes"):
        if not isinstance(table.get(name, False), bool):
            raise InputError(f"{path}: {name}: {table[name]!r} is not true or false")
    if not whole(table.get("max_cells", 1), 1):
        raise InputError(f"{path}: max_cells: {table['max_cells']!r} is not an integer from 1")
    domains = _words(path, {"domains": ["R^d"], **table}, "domains", None)
    if not domains:
        raise InputError(f"{path}: domains: the list is empty")
    return Measure(**{**table, "domains": domains})


def _words(
    path: Path, table: Mapping[str, Any], key: str, names: set[str] | None
) -> tuple[str, ...]:
    """A list of text, of ``names`` only where they are given."""
    values = table.get(key, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise InputError(f"{path}: {key}: {values!r} is not a list of strings")
    for value in values:
        if names is not None and value not in names:
            raise InputError(f"{path}: {key}: {value!r} is not one of {', '.join(sorted(names))}")
    return tuple(values)


def _known(path: Path, table: Mapping[str, Any], keys: set[str]) -> None:
    unknown = sorted(set(table) - keys)
    if unknown:
        raise InputError(f"{path}: unknown key {unknown[0]!r}; known: {', '.join(sorted(keys))}")


def _one_of(path: Path, table: Mapping[str, Any], key: str, values: tuple[str, ...]) -> str:
    value = table.get(key)
    if value not in values:
        raise InputError(f"{path}: {key} is {value!r}; give one of {', '.join(values)}")
    return str(value)
