"""Certificates of topology: true ones are accepted, every lie is refused."""

from __future__ import annotations

import copy
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import exactpoly as ep
from exactpoly.certificate import check_topology
from exactpoly.certificate.write_topology import (
    topology_certificate_lines,
    write_topology_certificate,
)
from exactpoly.cli import main
from exactpoly.topology.homology import homology
from tests.topology.test_cases import CASES, LEVELS, expected

SMALL = [(p, d) for p, d in LEVELS if p.stem[:4] not in ("lv08", "lv20")]
CIRCLE = next(p for p in CASES if "circle" in p.stem)
CONE = next(p for p in CASES if "double_cone" in p.stem)
PLANE = next(p for p in CASES if "rp2" in p.stem)
Lines = list[Any]


def lines_of(path: Path, domain: str) -> Lines:
    sets = ep.level_set(path, expected(path)["level"], domain=domain)
    return [json.loads(line) for line in topology_certificate_lines(sets)]


def verdict(lines: Lines, folder: Path) -> tuple[int, str]:
    path = folder / "certificate"
    text = "".join(json.dumps(x, sort_keys=True, separators=(",", ":")) + "\n" for x in lines)
    path.write_text(text, encoding="ascii")
    return check_topology.check_file(str(path))


@pytest.mark.parametrize(("path", "domain"), SMALL, ids=lambda x: getattr(x, "stem", x))
def test_true_certificates_are_accepted(path: Path, domain: str, tmp_path: Path) -> None:
    code, message = verdict(lines_of(path, domain), tmp_path)
    assert code == 0, message
    wanted = expected(path)[domain]["zero"]
    relative = wanted.get("betti_borel_moore", wanted.get("betti_relative_to_domain_boundary"))
    zero = json.loads(message.splitlines()[1].removeprefix("  zero: "))
    assert (zero["betti"], zero["relative"], zero["f_vector"]) == (
        wanted["betti"],
        relative,
        wanted["f_vector"],
    )


def parts(lines: Lines) -> tuple[int, int, int]:
    """Where the facets begin, where the steps begin, and the end."""
    first = 2 + lines[1]["vertices"] + lines[1]["regions"]
    d = len(lines[first])
    return first, first + 1 + d, len(lines)  # one line a dimension: fewer than 1000 cells


def claim_lies(lines: Lines) -> Iterator[tuple[str, Lines]]:
    """Each number in the claims changed by one."""
    for name, claim in lines[0]["claims"].items():
        for key, value in claim.items():
            places = range(len(value)) if isinstance(value, list) else [None]
            for i in places:
                lie = copy.deepcopy(lines)
                if i is None:
                    lie[0]["claims"][name][key] += 1
                elif isinstance(value[i], list):
                    lie[0]["claims"][name][key][i] = [*value[i], 2]
                else:
                    lie[0]["claims"][name][key][i] += 1
                yield f"{name} {key} {i}", lie


def header_lies(lines: Lines) -> Iterator[tuple[str, Lines]]:
    for key, value in (
        ("level", "1/7"),
        ("level", "0.5"),
        ("component", [1]),
        ("component", [0, 0]),
        ("component", []),
        ("conventions", "others"),
        ("format", "exactpoly-certificate"),
        ("version", 2),
        ("field", "Z/2"),
    ):
        lie = copy.deepcopy(lines)
        lie[0][key] = value
        yield f"header {key}", lie


def cell_lies(lines: Lines) -> Iterator[tuple[str, Lines]]:
    """A facet of a wrong sign, a facet missing or twice, a cell missing or twice."""
    first, steps, _ = parts(lines)
    for k in range(first + 1, steps):
        for change in (
            lambda own: [-1 - own[0], *own[1:]],
            lambda own: own[1:],
            lambda own: [*own, own[0]],
            lambda own: [10**6, *own[1:]],
        ):
            lie = copy.deepcopy(lines)
            lie[k][-1] = change(lie[k][-1])
            yield f"facets of dimension {k - first}", lie
        lie = copy.deepcopy(lines)
        lie[k][-1] = lie[k][0]
        yield f"a cell of dimension {k - first} twice", lie
        lie = copy.deepcopy(lines)
        del lie[k][-1]
        lie[first][k - first - 1] -= 1
        yield f"a cell of dimension {k - first} dropped", lie


def step_lies(lines: Lines) -> Iterator[tuple[str, Lines]]:
    """A pair turned round, a pair as two critical cells, a step dropped, doubled, or put at the front."""
    _, steps, end = parts(lines)
    for n in range(steps, end):
        pairs = [i for i in range(0, len(lines[n]), 2) if lines[n][i] >= 0]
        for i in pairs[:3]:
            a, b = lines[n][i : i + 2]
            for name, new in (
                ("turned", [b, a]),
                ("upper first critical", [-1, b, -1, a]),
                ("dropped", []),
                ("doubled", [a, b, a, b]),
                ("other lower", [a + 1, b]),
            ):
                lie = copy.deepcopy(lines)
                lie[n][i : i + 2] = new
                yield f"line {n} pair {i} {name}", lie
        if len(pairs) > 4:
            lie = copy.deepcopy(lines)
            last = lie[n][pairs[-1] : pairs[-1] + 2]
            del lie[n][pairs[-1] : pairs[-1] + 2]
            lie[n][:0] = last
            yield f"line {n} last pair first", lie
    lie = copy.deepcopy(lines)
    del lie[-1]
    yield "the last line of steps dropped", lie
    yield "more lines than there should be", [*copy.deepcopy(lines), [-1, 0]]


LIES: tuple[Callable[[Lines], Iterator[tuple[str, Lines]]], ...] = (
    claim_lies,
    header_lies,
    cell_lies,
    step_lies,
)


@pytest.mark.parametrize("kind", LIES, ids=lambda f: f.__name__)
@pytest.mark.parametrize(("path", "domain"), [(CIRCLE, "R^d"), (CONE, "[-2,2]^d")], ids=str)
def test_lies_are_refused(path: Path, domain: str, kind: Any, tmp_path: Path) -> None:
    lines = lines_of(path, domain)
    assert verdict(lines, tmp_path)[0] == 0
    count = 0
    for name, lie in kind(lines):
        code, message = verdict(lie, tmp_path)
        assert code in (1, 3), (name, message)
        count += 1
    assert count > 8


def test_torsion_is_certified_and_lies_about_it_are_refused(tmp_path: Path) -> None:
    lines = lines_of(PLANE, "R^d")
    code, message = verdict(lines, tmp_path)
    assert code == 0
    assert '"torsion":[[],[2],[],[],[],[]]' in message
    lines[0]["claims"]["zero"]["torsion"][1] = [3]
    assert verdict(lines, tmp_path)[0] == 1


def test_smith_agrees_with_flint() -> None:
    from flint import fmpz_mat

    rng = random.Random(5)
    problem = check_topology.check.Problem.__new__(check_topology.check.Problem)
    problem.work = 10**9
    for _ in range(300):
        rows, columns = rng.randint(1, 5), rng.randint(1, 5)
        table = [
            [rng.choice((-4, -2, -1, 0, 0, 1, 2, 3)) for _ in range(columns)] for _ in range(rows)
        ]
        form = fmpz_mat(table).snf()
        wanted = [abs(int(form[i, i])) for i in range(min(rows, columns)) if form[i, i] != 0]
        sparse = [{i: table[i][j] for i in range(rows) if table[i][j]} for j in range(columns)]
        assert check_topology.smith(sparse, problem) == wanted
        from exactpoly.topology.smith import invariant_factors

        assert invariant_factors(sparse) == wanted


def test_critical_cells_too_many_are_cancelled(tmp_path: Path) -> None:
    """A matching with no pairs at all is legal; the Smith forms then do all the work."""
    sets = ep.level_set(CONE, 0)
    lines = lines_of(CONE, "R^d")
    _, steps, _ = parts(lines)
    chains = sets.arrangement.chains
    number = {
        name: sets.named(name).marks & sets.arrangement.off_sides
        for name in ("zero", "sub", "super", "below", "above")
    }
    place = list(range(chains.n_cells))
    from exactpoly.certificate.write import vertex_order

    for new, old in enumerate(vertex_order(sets.complex).tolist()):
        place[old] = new
    new_lines: Lines = []
    for name, marks in number.items():
        one = sets.named(name)
        todo = [marks] + ([one.marks] if one.closed and one.reaches_sides else [])
        for chosen in todo:
            cells = [place[c] for c in range(chains.n_cells) if chosen[c]]
            new_lines.append([x for c in cells for x in (-1, c)])
        counts = list(sets.arrangement.counts(todo[-1]))
        lines[0]["claims"][name]["critical"] = counts if one.closed else counts[::-1]
    code, message = verdict([*lines[:steps], *new_lines], tmp_path)
    assert code == 0, message
    assert homology(chains).betti()[0] == 1


def test_the_checker_runs_alone(tmp_path: Path) -> None:
    folder = Path(check_topology.__file__).parent
    for name in ("check.py", "check_topology.py"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    write_topology_certificate(ep.level_set(CIRCLE, 1), tmp_path / "c.gz")
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(tmp_path / "check_topology.py"), str(tmp_path / "c.gz")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout[:8]) == (0, "ACCEPTED")


def test_the_command_writes_and_checks(tmp_path: Path) -> None:
    path = tmp_path / "circle.cert"
    run = CliRunner()
    done = run.invoke(main, ["topology", str(CIRCLE), "--level", "1", "--json", "-o", str(path)])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["zero"]["betti"] == [1, 1, 0]
    done = run.invoke(main, ["check", str(path)])
    assert done.exit_code == 0
    assert done.stdout.startswith("ACCEPTED: f = output 0, c = 1 on R^d")
    path.write_text(path.read_text().replace('"betti":[1,1,0]', '"betti":[1,2,0]'))
    assert run.invoke(main, ["check", str(path)]).exit_code == 1
