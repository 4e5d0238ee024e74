"""Certificates of levels, decisions and persistence: true ones are accepted, every lie is refused."""

from __future__ import annotations

import copy
import gzip
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given

import exactpoly as ep
from exactpoly.certificate import check_topology
from exactpoly.certificate.write_topology import (
    _numbers,
    topology_certificate_lines,
    write_topology_certificate,
)
from exactpoly.cli import main
from exactpoly.levelset import forms
from exactpoly.topology.homology import homology
from exactpoly.topology.incidence import chains_of
from exactpoly.topology.matching import coreduction
from tests.strategies import examples, networks_on_domains
from tests.topology.test_cases import CASES, CLASSES, LEVELS, expected

SMALL = [(p, d) for p, d in LEVELS if p.stem[:4] not in ("lv08", "lv20")]
CIRCLE = next(p for p in CASES if "circle" in p.stem)
CONE = next(p for p in CASES if "double_cone" in p.stem)
PLANE = next(p for p in CASES if "rp2" in p.stem)
TIED = next(p for p in CASES if "tied" in p.stem)
RINGS = next(p for p in CASES if "rings" in p.stem)
RANDOM = next(p for p in CASES if "lv31" in p.stem)
Lines = list[Any]


def found(path: Path, domain: str, about: str = "level") -> Any:
    if about == "decision":
        return ep.decision(path, domain=domain)
    if about == "persistence":
        return ep.persistence(
            path, domain=domain, component=(0, 1) if path in (TIED, RINGS) else None
        )
    return ep.level_set(path, expected(path)["level"], domain=domain)


def lines_of(path: Path, domain: str, about: str = "level") -> Lines:
    return [json.loads(line) for line in topology_certificate_lines(found(path, domain, about))]


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


def changes(value: Any) -> Iterator[Any]:
    """A value with one number in it changed, one entry of it dropped, doubled, or put in."""
    if isinstance(value, dict):
        for key, own in value.items():
            yield from ({**value, key: new} for new in changes(own))
            yield {name: other for name, other in value.items() if name != key}
        yield {**value, "more": value}
    elif isinstance(value, list):
        for i, own in enumerate(value):
            yield from ([*value[:i], new, *value[i + 1 :]] for new in changes(own))
        yield [*value, value[-1] if value else 2]
        if value:
            yield value[:-1]
    elif isinstance(value, str):
        yield from (value + "1", "1/3", "5*M+0")
    else:
        yield from (value + 1, -1 - value)


def claim_lies(lines: Lines) -> Iterator[tuple[str, Lines]]:
    """Each number in the claims changed, each list made longer and shorter."""
    for new in changes(lines[0]["claims"]):
        yield str(new), [{**lines[0], "claims": new}, *lines[1:]]


def header_lies(lines: Lines) -> Iterator[tuple[str, Lines]]:
    for key, value in (
        ("about", "persistence" if lines[0]["about"] == "level" else "level"),
        ("about", ["level"]),
        ("about", 1),
        ("level", "1/7"),
        ("level", "0.5"),
        ("component", [1]),
        ("component", [1, 0]),
        ("component", [0, 0]),
        ("component", []),
        ("component", [0, 7]),
        ("claims", {}),
        ("claims", {"zero": 1, "one": 1}),
        ("claims", []),
        ("conventions", "others"),
        ("format", "exactpoly-certificate"),
        ("version", 1),
        ("version", 3),
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
HONEST = [
    (CIRCLE, "R^d", "level"),
    (CONE, "[-2,2]^d", "level"),
    (TIED, "R^d", "decision"),
    (TIED, "[-4,4]^d", "decision"),
    (RANDOM, "R^d", "persistence"),
    (CONE, "[-2,2]^d", "persistence"),
    (RINGS, "R^d", "persistence"),
]


@pytest.mark.parametrize("kind", LIES, ids=lambda f: f.__name__)
@pytest.mark.parametrize(("path", "domain", "about"), HONEST, ids=str)
def test_lies_are_refused(path: Path, domain: str, about: str, kind: Any, tmp_path: Path) -> None:
    lines = lines_of(path, domain, about)
    assert verdict(lines, tmp_path)[0] == 0
    count = 0
    for name, lie in kind(lines):
        if lie == lines:
            continue
        code, message = verdict(lie, tmp_path)
        assert code in (1, 3), (name, message)
        count += 1
    assert count > 8


@pytest.mark.parametrize(("path", "domain"), CLASSES, ids=lambda x: getattr(x, "stem", x))
def test_true_decisions_are_accepted(path: Path, domain: str, tmp_path: Path) -> None:
    code, message = verdict(lines_of(path, domain, "decision"), tmp_path)
    assert code == 0, message
    told = dict(line.strip().split(": ", 1) for line in message.splitlines() if ": " in line)
    wanted = expected(path)["decision"][domain]
    for name, one in [
        *((f"class {i}", one) for i, one in wanted["classes"].items()),
        ("boundary", wanted["decision_boundary"]),
    ]:
        here = json.loads(told[name])
        relative = one.get("betti_borel_moore", one.get("betti_relative_to_domain_boundary"))
        assert (here["betti"], here["relative"], here["f_vector"]) == (
            one["betti"],
            relative,
            one["f_vector"],
        )
    tied = [[[0, 1], 4]] if path == TIED else []
    assert json.loads(told["ties"]) == tied


@pytest.mark.parametrize(
    ("path", "domain"),
    [(p, d) for p, d in SMALL if "persistence" in expected(p)[d]],
    ids=lambda x: getattr(x, "stem", x),
)
def test_true_persistence_is_accepted(path: Path, domain: str, tmp_path: Path) -> None:
    code, message = verdict(lines_of(path, domain, "persistence"), tmp_path)
    assert code == 0, message
    told = dict(line.strip().split(": ", 1) for line in message.splitlines() if ": " in line)
    for name, one in expected(path)[domain]["persistence"].items():
        spelt = (
            sorted(json.dumps(x, sort_keys=True) for x in y) for y in (json.loads(told[name]), one)
        )
        assert next(spelt) == next(spelt)


@given(networks_on_domains(max_dimension=3, max_neurons=5))
@examples(40)
def test_random_ones_are_accepted(drawn: tuple[ep.Network, ep.Domain]) -> None:
    net, domain = drawn
    whole = [ep.persistence(net, domain=domain, component=0)]
    if net.output_dimension > 1:
        whole += [ep.decision(net, domain=domain)]
    whole += [ep.level_set(net, 0, domain=domain, component=0)]
    for one in whole:
        lines = [json.loads(line) for line in topology_certificate_lines(one)]
        with tempfile.TemporaryDirectory() as folder:
            code, message = verdict(lines, Path(folder))
        assert code == 0, message
        assert f"network {net.digest}," in message
        claims = lines[0]["claims"]
        if lines[0]["about"] == "persistence":
            result = one.to_json()
            assert claims == {name: result[name] for name in claims}


def test_steps_of_persistence_go_up_in_value(tmp_path: Path) -> None:
    """A coreduction of all cells that does not respect values is refused; one without pairs is not."""
    sets = found(RANDOM, "R^d", "persistence")
    lines = lines_of(RANDOM, "R^d", "persistence")
    _, steps, _ = parts(lines)
    plain = coreduction(sets.arrangement.chains)
    assert plain.lower.tolist() != sets.steps.lower.tolist()
    number = _numbers(sets.complex, np.arange(sets.arrangement.chains.n_cells))
    lie = np.stack([np.where(plain.lower < 0, -1, number[plain.lower]), number[plain.upper]], 1)
    code, message = verdict([*lines[:steps], lie.reshape(-1).tolist()], tmp_path)
    assert code == 1
    assert "value" in message
    single = [x for line in lines[steps:] for cell in line if cell >= 0 for x in (-1, cell)]
    code, message = verdict([*lines[:steps], single], tmp_path)
    assert code == 0, message


def test_even_numbers_are_zero_modulo_2() -> None:
    """The projective plane with six vertices: what its triangle flows to is an edge twice."""
    words = ["012", "023", "034", "045", "051", "124", "235", "341", "452", "513"]
    edges = sorted({"".join(sorted(e)) for w in words for e in (w[:2], w[1:], w[0] + w[2])})
    ends = np.array([int(v) for e in edges for v in e])
    sides = [edges.index("".join(sorted(e))) for w in words for e in (w[:2], w[1:], w[0] + w[2])]
    chains = chains_of(
        (6, 15, 10), [ends, np.array(sides)], [np.arange(0, 30, 2), np.arange(0, 30, 3)]
    )
    steps = coreduction(chains)
    assert homology(chains).torsion == ((), (2,), ())
    problem = check_topology.check.Problem.__new__(check_topology.check.Problem)
    problem.work = 10**9
    listed = check_topology.Listed(
        chains.dimensions.tolist(),
        [chains.facets[a:b].tolist() for a, b in pairwise(chains.start.tolist())],
        [chains.incidence[a:b].tolist() for a, b in pairwise(chains.start.tolist())],
        list(range(31)),
        list(chains.offsets),
    )
    given = check_topology.Given({}, None, problem, None, listed, [])
    order, partner = [0] * 31, [-1] * 31
    for time, (a, b) in enumerate(zip(steps.lower.tolist(), steps.upper.tolist(), strict=True)):
        order[b] = time
        if a >= 0:
            order[a], partner[a] = time, b
    critical = check_topology.critical_cells(listed, [True] * 31, order, partner, 2)
    assert list(map(len, critical)) == [1, 1, 1]
    flowed = check_topology.flow(critical[2][0], listed, [True] * 31, order, partner, problem)
    assert abs(flowed[critical[1][0]]) == 2
    columns = check_topology.columns_modulo_2(given, critical, order, partner)
    assert columns == [[set()], [set()], [set()]]
    pairs, essential = check_topology.persistence_pairs(given, critical, columns, [0] * 31)
    assert (pairs, essential) == ([], [(0, 0), (1, 0), (2, 0)])


def test_only_the_sets_asked_for_are_certified(tmp_path: Path) -> None:
    path, run = tmp_path / "zero.cert", CliRunner()
    call = ["topology", str(CIRCLE), "--level", "1", "--sets", "zero,above", "-o", str(path)]
    assert run.invoke(main, call).exit_code == 0
    header = json.loads(path.read_text().splitlines()[0])
    assert sorted(header["claims"]) == ["above", "zero"]
    done = run.invoke(main, ["check", str(path)])
    assert done.exit_code == 0
    assert "  zero: " in done.stdout
    assert "  sub: " not in done.stdout


def test_a_long_header_is_known(tmp_path: Path) -> None:
    """Of 30 valleys with values of many digits: what says the format comes after 65,536 characters."""
    n, tiny = 60, Fraction(1, 3**1400)
    slopes = [(-1) ** i * (2 + i * tiny) for i in range(n)]
    net = ep.Network(
        (ep.Layer.of([[1]] * n, [-i for i in range(n)]), ep.Layer.of([slopes], relu=False))
    )
    net_path, path, run = tmp_path / "net.json", tmp_path / "it.gz", CliRunner()
    ep.write_json(net, net_path)
    assert run.invoke(main, ["persistence", str(net_path), "-o", str(path)]).exit_code == 0
    assert gzip.decompress(path.read_bytes()).index(b'"format"') > 1 << 16
    done = run.invoke(main, ["check", str(path)])
    assert done.exit_code == 0, done.output[:300]


@pytest.mark.parametrize("about", ["decision", "persistence"])
def test_the_other_commands_write_certificates(about: str, tmp_path: Path) -> None:
    path, run = tmp_path / "it.gz", CliRunner()
    call = [about, str(TIED), "-o", str(path), *(["--component", "0-1"] * (about[0] == "p"))]
    assert run.invoke(main, call).exit_code == 0
    done = run.invoke(main, ["check", str(path)])
    assert done.exit_code == 0
    assert done.stdout.startswith("ACCEPTED: ")
    assert "conventions: " in done.stdout


@pytest.mark.parametrize("change", ["negated", "doubled", "in another order", "one left out"])
def test_only_all_differences_decide(
    change: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Right in itself, but of other last neurons: were they believed, classes would change places."""
    changed = {
        "negated": lambda rows: [[-x for x in row] for row in rows],
        "doubled": lambda rows: [[2 * x for x in row] for row in rows],
        "in another order": lambda rows: [*rows[1:], rows[0]],
        "one left out": lambda rows: [*rows[:-1], rows[0]],
    }[change]

    def other(net: ep.Network) -> ep.Network:
        rows = [[1, -1, 0], [1, 0, -1], [0, 1, -1]]
        return ep.Network((*net.layers, ep.Layer.of(changed(rows))), net.name, net.notes)

    monkeypatch.setattr(forms, "difference_network", other)
    code, message = verdict(lines_of(RINGS, "R^d", "decision"), tmp_path)
    assert code == 1
    assert message.endswith("the last layer is not all differences of outputs")


@pytest.mark.parametrize("domain", ["R^d", "[-2,3]"])
def test_an_output_behind_a_relu(domain: str, tmp_path: Path) -> None:
    """`max(|x| - 1, 0)`: the flat piece has the value 0, not the -1 that goes into the ReLU."""
    net = ep.Network((ep.Layer.of([[1], [-1]]), ep.Layer.of([[1, 1]], [-1])))
    lines = [json.loads(x) for x in topology_certificate_lines(ep.persistence(net, domain=domain))]
    assert lines[0]["claims"]["essential"] == [[0, "0"]]
    code, message = verdict(lines, tmp_path)
    assert code == 0, message
    lines[0]["claims"]["essential"] = [[0, "-1"]]
    assert verdict(lines, tmp_path)[0] == 1


def test_a_partial_complex_proves_nothing(tmp_path: Path) -> None:
    lines = lines_of(CIRCLE, "R^d")
    claims = {"regions_at_least": lines[1]["regions"]}
    lines[1] |= {"complete": False, "vertices": 0, "claims": claims}
    code, message = verdict(lines, tmp_path)
    assert code == 1
    assert message.endswith("the certificate of the complex is partial")


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
