"""Certificates with sections: true ones are accepted, however they are divided; lies are not."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.certificate import check, parallel
from exactpoly.certificate.volume_check import Disagreement, recheck
from exactpoly.certificate.write import _lines
from exactpoly.certificate.write_sections import section_texts, write_streamed
from exactpoly.commands.streaming import _summary
from exactpoly.complex.compiled import count_cells, fits
from exactpoly.complex.kernel.listing import compiled_lines
from exactpoly.complex.sections import plan
from exactpoly.domain import Domain
from exactpoly.errors import InputError
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from tests.certificate.forging import random_network, write
from tests.certificate.sectioning import Sectioned, divide
from tests.strategies import examples, networks_on_domains

FIXTURE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
kernel = pytest.mark.skipif(
    not fits(random_network((2, 2, 1), 0), Domain.space(2)), reason="the kernel is not built"
)


def verdict(data: bytes, folder: Path, part: range | None = None) -> tuple[int, str]:
    path = folder / "a.cert"
    path.write_bytes(data)
    return check.check_file(str(path), 1, part)


def statement(message: str) -> list[str]:
    """What was recounted."""
    return message.splitlines()[1:]


@given(networks_on_domains(), st.data())
@settings(examples(50), suppress_health_check=FIXTURE)
def test_however_it_is_divided(
    tmp_path: Path, problem: tuple[Network, Domain], data: st.DataObject
) -> None:
    network, domain = problem
    assume(network.n_neurons)
    complex_ = ep.enumerate(network, domain=domain)
    neurons = data.draw(st.integers(1, network.n_neurons))
    left = ep.enumerate(network.truncated(neurons), domain=domain).n_regions
    sizes = []
    while left:
        sizes.append(data.draw(st.integers(1, left)))
        left -= sizes[-1]
    divided = divide(complex_, neurons, sizes)
    (tmp_path / "divided.cert").write_bytes(divided.dump())
    code, message = verdict(divided.dump(), tmp_path)
    assert code == 0, message
    assert statement(message) == statement(verdict(write(complex_), tmp_path)[1])
    assert divided.copy().mend().dump() == divided.dump()
    if complex_.n_regions < 30:
        recheck(tmp_path / "divided.cert")


@kernel
@given(networks_on_domains(), st.integers(2, 40))
@settings(examples(50), suppress_health_check=FIXTURE)
def test_the_streamed_one_is_the_divided_one(
    tmp_path: Path, problem: tuple[Network, Domain], size: int
) -> None:
    network, domain = problem
    counts = count_cells(network, domain)
    summary = _summary(network, domain, counts, complete=True)
    root, path = plan(network, domain, counts, size), tmp_path / "streamed.cert"
    write_streamed(summary, counts, path, size=size)
    complex_ = ep.enumerate(network, domain=domain)
    if root is None:
        assert path.read_bytes() == write(complex_)
        return
    shares = [root.share] * (root.sections - 1)
    shares.append(root.cells.sizes[-1] - sum(shares))
    assert path.read_bytes() == divide(complex_, root.neurons, shares).dump()


@kernel
@given(networks_on_domains())
@examples(40)
def test_the_kernel_lists_what_numpy_lists(problem: tuple[Network, Domain]) -> None:
    network, domain = problem
    cells = ep.enumerate(network, domain=domain).cells
    compiled, plain = compiled_lines(cells, domain.n_sides), _lines(cells, domain.n_sides)
    assert compiled is not None
    assert compiled[0] == plain[0]
    assert compiled[1].tolist() == plain[1].tolist()


@kernel
@pytest.mark.parametrize(
    ("network", "domain"),
    [
        (random_network((3, 12, 8, 1), 0), "[-1,1]^d"),
        (random_network((2, 9, 9, 1), 3), "R^d"),
        (random_network((2, 6, 5, 5, 1), 3, "ternary"), "R^d"),
        (random_network((1, 9, 9, 1), 0), "[-1,2]"),
        (random_network((2, 30, 1), 0), "x0+x1<=1,x0>=-1,x1>=-1,x0-2*x1<=3"),
        (
            Network(
                (
                    Layer.of([[1, "1/2"], [0, 1]], [1, 0], relu=False),
                    Layer.of(
                        [[1, 1], [1, -1], [2, 1], [1, 3], [1, 0]],
                        [0, 1, 0, 2, 1],
                        relu=[True, False, True, True, True],
                    ),
                    Layer.of([[1, 1, 1, 1, -1], [1, 0, -2, 1, 1]], [-1, 1]),
                )
            ),
            "R^d",
        ),
    ],
)
def test_streamed_and_accepted(network: Network, domain: str, tmp_path: Path) -> None:
    place = Domain.parse(domain, network.input_dimension)
    counts = count_cells(network, place)
    path = tmp_path / "a.cert.gz"
    write_streamed(_summary(network, place, counts, complete=True), counts, path, size=10)
    code, message = check.check_file(str(path))
    assert code == 0, message
    assert "sections are the whole complex" in message
    assert ep.open(path).f_vector == counts.f_vector
    whole = verdict(write(ep.enumerate(network, domain=place)), tmp_path)[1]
    assert statement(message) == statement(whole)


@kernel
def test_nothing_is_written_where_it_is_stopped(tmp_path: Path) -> None:
    network, place = random_network((2, 9, 9, 1), 3), Domain.space(2)
    counts = count_cells(network, place)
    summary = _summary(network, place, counts, complete=True)

    def look() -> None:
        raise InputError("enough")

    with pytest.raises(InputError, match="enough"):
        write_streamed(summary, counts, tmp_path / "a.cert", size=30, look=look)
    assert list(tmp_path.iterdir()) == []
    root = plan(network, place, counts, 30)
    assert root is not None
    assert sum(1 for _ in section_texts(summary, counts, root)) == 1 + root.sections


@kernel
def test_a_large_complex_is_written_in_sections_whoever_writes_it(tmp_path: Path) -> None:
    network, place = random_network((3, 56, 56, 1), 0), Domain.box(3, -1, 1)
    counts = count_cells(network, place)
    assert sum(counts.f_vector) > 150_000
    saved, streamed = tmp_path / "saved.cert", tmp_path / "streamed.cert"
    ep.enumerate(network, domain=place).save(saved)
    write_streamed(_summary(network, place, counts, complete=True), counts, streamed)
    assert saved.read_bytes() == streamed.read_bytes()
    assert json.loads(saved.open("rb").readline())["version"] == 4


# Lies


def sources() -> Iterator[tuple[ep.Complex, int, list[int]]]:
    """Complexes and how they are divided: simple and degenerate, in the plane, in space, on a line."""
    for widths, kind, domain, neurons in (
        ((2, 4, 3, 1), "float", "[-1,1]^d", 2),
        ((2, 4, 3, 1), "float", "R^d", 3),
        ((2, 3, 3, 1), "ternary", "R^d", 2),
        ((3, 3, 2, 1), "float", "[-1,1]^d", 2),
        ((1, 4, 3, 1), "float", "R^d", 3),
        ((2, 2, 3, 1), "float", "[-1,1]^d", 4),
    ):
        complex_ = ep.enumerate(random_network(widths, 3, kind), domain=domain)
        short = complex_.network.truncated(neurons)
        regions = ep.enumerate(short, domain=domain).n_regions
        yield complex_, neurons, [1] * (regions - 1) + [1]
        yield complex_, neurons, [regions // 2, regions - regions // 2]


SOURCES = list(sources())
DIVIDED = [divide(*source) for source in SOURCES]


def of_another(complex_: ep.Complex, neurons: int, sizes: list[int]) -> Sectioned | None:
    """Another network's, which has the same root."""
    layers = list(complex_.network.layers)
    last = max(i for i, layer in enumerate(layers) if layer.neurons)
    other = Layer.of(
        layers[last].weight,
        [b + 1 / 8 for b in map(float, layers[last].bias)],
        relu=layers[last].relu,
    )
    network = Network((*layers[:last], other, *layers[last + 1 :]))
    return divide(ep.enumerate(network, domain=complex_.domain), neurons, sizes)


def lies(number: int) -> Iterator[tuple[str, Sectioned]]:
    """(name, a false certificate), as consistent as can be."""
    c, draw = DIVIDED[number], random.Random(number)
    other = of_another(*SOURCES[number])
    for i in range(len(c.parts)):
        less = c.copy()
        del less.parts[i]
        yield "a section dropped", less
        more = c.copy()
        more.parts.insert(draw.randrange(len(c.parts) + 1), copy_of(more.parts[i]))
        yield "a section doubled", more
        foreign = c.copy()
        foreign.parts[i] = other.parts[i]
        if foreign.parts[i] != c.parts[i]:
            yield "a section of another network", foreign
        moved = c.copy()
        moved.parts[i] = copy_of(c.parts[(i + 1) % len(c.parts)])
        moved.parts[i].root = list(c.parts[i].root)
        if moved.parts[i] != c.parts[i]:
            yield "a section in another's place", moved
        for k in range(len(c.root.vertices[0])):
            mirrored = c.copy()
            flip = str.maketrans("+-", "-+")
            mirrored.parts[i].vertices = [
                x[:k] + x[k].translate(flip) + x[k + 1 :] for x in c.parts[i].vertices
            ]
            if mirrored.parts[i].vertices != c.parts[i].vertices:
                yield "a section mirrored at a wall", mirrored
        for j in draw.sample(range(len(c.parts[i].regions)), min(4, len(c.parts[i].regions))):
            yield "a region dropped", without(c, i, j)
            yield "a region in two sections", lent(c, i, j, (i + 1) % len(c.parts))
            yield (
                "a region in another section",
                without(lent(c, i, j, (i + 1) % len(c.parts)), i, j),
            )
        for j in range(len(c.parts[i].root)):
            nobody = c.copy()
            del nobody.parts[i].root[j]
            yield "a region of the root in no section", nobody
            twice = c.copy()
            twice.parts[i - 1].root = sorted({*twice.parts[i - 1].root, c.parts[i].root[j]})
            if len(c.parts) > 1:
                yield "a region of the root in two sections", twice
    for j in range(len(c.root.regions)):
        hole = c.copy()
        del hole.root.regions[j]
        yield "a region of the root dropped", hole
        for part in hole.parts:
            part.root = [r - (r > j) for r in part.root if r != j]
        yield "a region of the root dropped everywhere", hole
        gone = hole.copy()
        gone.parts = [p for p, q in zip(gone.parts, c.parts, strict=True) if q.root != [j]]
        yield "a region of the root dropped with its section", gone
    for step in (-1, 1):
        shifted = c.copy()
        shifted.root.header["prefix"] += step
        yield "another root", shifted


def copy_of(part: Any) -> Any:
    return Sectioned(DIVIDED[0].root, [part]).copy().parts[0]


def without(c: Sectioned, i: int, j: int) -> Sectioned:
    """A region of a section dropped, and the vertices that only it used."""
    less = c.copy()
    part = less.parts[i]
    del part.regions[j]
    used = sorted({v for region in part.regions for v in region})
    place = {v: k for k, v in enumerate(used)}
    part.vertices = [part.vertices[v] for v in used]
    part.regions = [[place[v] for v in region] for region in part.regions]
    return less


def lent(c: Sectioned, i: int, j: int, to: int) -> Sectioned:
    """A region of one section listed in another one too."""
    more = c.copy()
    target = more.parts[to]
    keys = [c.parts[i].vertices[v] for v in c.parts[i].regions[j]]
    target.vertices += [key for key in keys if key not in target.vertices]
    target.regions.append([target.vertices.index(key) for key in keys])
    return more


@pytest.mark.parametrize("number", range(len(DIVIDED)))
def test_lies_across_sections(number: int, tmp_path: Path) -> None:
    assert verdict(DIVIDED[number].dump(), tmp_path)[0] == 0
    tried = 0
    for name, lie in lies(number):
        for data in (lie.dump(), lie.copy().mend().dump()):
            if data == DIVIDED[number].dump():
                continue
            tried += 1
            code, message = verdict(data, tmp_path)
            assert code in (1, 3), f"{name}: {message}"
            sections = len(lie.parts)
            parts = [verdict(data, tmp_path, range(i, i + 1)) for i in range(sections)]
            assert {code for code, _ in parts} - {check.PART}, name
    assert tried > 20


@pytest.mark.parametrize("number", range(len(DIVIDED)))
def test_counts_that_are_not_those_of_the_cells(number: int, tmp_path: Path) -> None:
    """Also where they are moved to another section, and the sum is right."""
    c = DIVIDED[number]
    for i, part in enumerate(c.parts):
        for name in part.counts:
            for other in [None, (i + 1) % len(c.parts)]:
                changed = c.copy()
                changed.parts[i].counts[name] += 1
                if other is not None and other != i:
                    counts = changed.parts[other].counts
                    counts[name] = counts.get(name, 0) - 1
                    if counts[name] < 1:
                        continue
                code, message = verdict(changed.dump(), tmp_path)
                assert code == 1, f"{name}: {message}"
    header = c.copy()
    header.root.header["claims"]["f_vector"][0] += 1
    assert verdict(header.dump(), tmp_path)[0] == 1


def test_the_second_checker_sees_what_the_complex_is_not(tmp_path: Path) -> None:
    path = tmp_path / "lie.cert"
    for number in (0, 4):
        for name, lie in lies(number):
            if name in ("a section dropped", "a region dropped", "a section of another network"):
                path.write_bytes(lie.mend().dump())
                with pytest.raises(Disagreement):
                    recheck(path)


def test_sections_in_another_order_with_their_own_counts_are_true(tmp_path: Path) -> None:
    for c in DIVIDED:
        turned = c.copy()
        turned.parts.reverse()
        assert verdict(turned.mend().dump(), tmp_path)[0] == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("root", value) for value in ([0, 0], [99], [-1], "0", [True], None)),
        *(("counts", value) for value in ([], {"cells": 1}, {"cells 0": -1}, {"cells 01": 1})),
        *(("counts", {"cells 0": True}), ("vertices", 0), ("vertices", "1")),
        *(("regions", 10**9), ("more", 1)),
    ],
)
def test_sections_that_are_not_spelled_as_they_should(
    name: str, value: Any, tmp_path: Path
) -> None:
    """By the part that checks the section, and by the one that passes it over."""
    lines = DIVIDED[0].dump().splitlines()
    header = check.spelling(DIVIDED[0].root.header).encode()
    place = next(i for i, line in enumerate(lines) if line.startswith(b'{"counts"'))
    assert lines[0] == header
    start = json.loads(lines[place])
    lines[place] = check.spelling({**start, name: value}).encode()
    data = b"".join(line + b"\n" for line in lines)
    for part in (None, range(0, 1), range(1, 2)):
        assert verdict(data, tmp_path, part)[0] in (1, 3)


def test_the_same_share_of_the_root_in_other_words(tmp_path: Path) -> None:
    """A certificate is spelled in one way: each position once, in order, from 0."""
    for c in DIVIDED:
        for i, part in enumerate(c.parts):
            count = len(c.root.regions)
            others = [[*part.root, part.root[-1]], [r - count for r in part.root]]
            others += [part.root[::-1]] if len(part.root) > 1 else []
            for root in others:
                changed = c.copy()
                changed.parts[i].root = root
                assert verdict(changed.dump(), tmp_path)[0] == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("prefix", value) for value in (0, 8, True, "2")),
        *(("sections", value) for value in (0, 99)),
        *(("version", 3), ("version", 5), ("complete", False)),
    ],
)
def test_headers_that_do_not_fit(name: str, value: Any, tmp_path: Path) -> None:
    changed = DIVIDED[0].copy()
    changed.root.header[name] = value
    assert verdict(changed.dump(), tmp_path)[0] in (1, 3)


def test_a_root_of_no_neurons_or_of_more_than_all(tmp_path: Path) -> None:
    """Then the beginnings of a few letters would be counted once for each section, or not at all."""
    complex_ = SOURCES[1][0]
    claims = json.loads(write(complex_).splitlines()[0])["claims"]
    n, count = complex_.network.n_neurons, complex_.n_regions
    for sizes in ([count], [1] * count):
        for prefix in (0, -1, n, n + 1):
            c = divide(complex_, n, sizes)
            c.root.header["prefix"] = prefix
            code, message = verdict(c.mend().dump(), tmp_path)
            assert code == (0 if prefix == n else 3), message
            assert code or c.root.header["claims"] == claims
            parts = [verdict(c.dump(), tmp_path, range(i, i + 1))[0] for i in range(len(sizes))]
            assert set(parts) == {check.PART if prefix == n else 3}
    c.root.header["prefix"] = 10**19  # no list of so many names is made
    assert verdict(c.dump(), tmp_path)[0] == 3


# In parts


def test_a_part_is_no_verdict(tmp_path: Path) -> None:
    """Other exit code, other words, and the same file named by all."""
    path = tmp_path / "a.cert"
    path.write_bytes(DIVIDED[0].dump())
    last = set()
    for words in ("0:1", "1:2", f"0:{len(DIVIDED[0].parts)}"):
        done = subprocess.run(
            [sys.executable, "-I", "-S", check.__file__, str(path), "--sections", words],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == check.PART == 4
        assert done.stdout.startswith("PART, NO VERDICT: ")
        assert "ACCEPTED" not in done.stdout
        last.add(done.stdout.splitlines()[-1])
    assert len(last) == 1
    assert last.pop().startswith("file with SHA-256 ")


@pytest.mark.parametrize("words", ["0:0", "2:1", "-1:3", "0:99", "x", "1", "1:2:3", ":", "3:"])
def test_parts_that_are_none(words: str, tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "a.cert"
    path.write_bytes(DIVIDED[0].dump())
    assert check.main([str(path), f"--sections={words}"]) == 3
    path.write_bytes(write(SOURCES[0][0]))
    assert check.main([str(path), "--sections=0:1"]) == 3
    assert "ACCEPTED" not in capsys.readouterr().out


def test_together_they_say_what_the_whole_says(tmp_path: Path) -> None:
    path = tmp_path / "a.cert"
    with ThreadPoolExecutor(2) as pool:
        for number, c in enumerate(DIVIDED):
            path.write_bytes(c.dump())
            together = parallel.check_in_parallel(path, pool, 2)
            assert together == check.check_file(str(path))
            for _, lie in list(lies(number))[::9]:
                path.write_bytes(lie.mend().dump())
                assert parallel.check_in_parallel(path, pool, 2)[0] in (1, 3)
