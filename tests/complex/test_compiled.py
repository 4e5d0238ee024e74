"""The compiled engine gives the cells of the NumPy engine, in blocks of any size, on any threads."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.complex import compiled
from exactpoly.complex.compiled import compiled_block, count_cells, fits
from exactpoly.complex.complex import Complex
from exactpoly.complex.kernel import build, library
from exactpoly.complex.kernel import run as kernel_run
from exactpoly.complex.subdivide import Subdivision
from exactpoly.errors import InternalError
from exactpoly.readers.load import load
from exactpoly.theory import Evidence
from tests.complex.test_parallel import cell_sets
from tests.strategies import examples, networks_on_domains

needs_kernel = pytest.mark.skipif(
    library.kernel() is None, reason=f"the compiled engine is {library.status()}"
)
CASES = sorted((Path(__file__).parent.parent / "cases").glob("*.json"))
DOMAINS = ["R^d", "[-1,1]^d"]


def by_numpy(network: ep.Network, domain: ep.Domain) -> Complex:
    run = Subdivision(network, domain)
    run.run()
    return Complex(run)


def assert_same_counts(network: ep.Network, domain: ep.Domain, old: Complex, target: int) -> None:
    counts = count_cells(network, domain, target=target)
    summary = old.summary()
    assert counts.f_vector == summary.f_vector
    assert counts.facet_histogram == summary.facet_histogram
    with_boundary = counts.facet_histogram_with_domain_boundary
    assert with_boundary == summary.facet_histogram_with_domain_boundary
    excess = tuple(len(old.cells.excess(k)) for k in range(domain.dimension + 1))
    assert counts.not_simple == excess
    assert counts.face_pairs == Evidence(old).face_pairs


def assert_same_cells(network: ep.Network, domain: ep.Domain, old: Complex, target: int) -> None:
    block = compiled_block(network, domain, target=target)
    new = Complex(Subdivision(network, domain, block=block))
    assert cell_sets(new) == cell_sets(old)
    assert new.region_rows.tolist() == old.region_rows.tolist()
    assert new.summary() == old.summary()
    assert sorted(new.vertices()) == sorted(old.vertices())
    pairs = [
        {frozenset(c.region_rows[i].tobytes() for i in pair if i >= 0) for pair in c.neighbours}
        for c in (new, old)
    ]
    assert pairs[0] == pairs[1]


@needs_kernel
@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_known_cases(path: Path, domain: str) -> None:
    network = load(path)
    place = ep.Domain.parse(domain, network.input_dimension)
    old = by_numpy(network, place)
    for target in (20, 0):
        assert_same_counts(network, place, old, target)
        assert_same_cells(network, place, old, target)


@needs_kernel
@examples(400)
@given(networks_on_domains(), st.sampled_from([1, 20, 100, 0]))
def test_random_networks(drawn: tuple[ep.Network, ep.Domain], target: int) -> None:
    old = by_numpy(*drawn)
    assert_same_counts(*drawn, old, target)
    assert_same_cells(*drawn, old, target)


@needs_kernel
@examples(60)
@given(networks_on_domains(), st.integers(0, 1))
def test_with_and_without_a_thread(drawn: tuple[ep.Network, ep.Domain], few: int) -> None:
    """A small network runs in the caller's thread, a large one beside it."""
    network, domain = drawn
    old = by_numpy(network, domain)
    assert old.n_regions <= kernel_run.most_regions(network)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel_run, "_FEW_REGIONS", few * 10**9)
        assert_same_counts(network, domain, old, 20)


@needs_kernel
@examples(60)
@given(networks_on_domains(), st.sampled_from(["signs", "places"]))
def test_without_the_filter_the_answer_is_the_same(
    drawn: tuple[ep.Network, ep.Domain], what: str
) -> None:
    """Signs decided exactly, all of them: the bases are independent in every region about a vertex."""
    bounds_of = kernel_run.composed_bounds

    def useless(weights: list[tuple[np.ndarray, np.ndarray]]) -> list[object]:
        field = "constant" if what == "signs" else "spread"
        return [
            replace(bounds, **{field: getattr(bounds, field) + np.inf})
            for bounds in bounds_of(weights)
        ]

    old = by_numpy(*drawn)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel_run, "composed_bounds", useless)
        assert_same_counts(*drawn, old, 20)
        assert_same_cells(*drawn, old, 20)


@needs_kernel
@examples(80)
@given(networks_on_domains(), st.booleans())
def test_every_vertex_of_the_kernel_is_within_its_error_bound(
    drawn: tuple[ep.Network, ep.Domain], interpolated: bool
) -> None:
    """Proposals, solved or interpolated, beside exact coordinates."""
    assert_within_bounds(*drawn, interpolated)


@needs_kernel
@pytest.mark.parametrize("interpolated", [True, False])
def test_long_chains_of_interpolated_vertices(interpolated: bool) -> None:
    network = default_network(3, 2, 24, 16, 1)
    assert_within_bounds(network, ep.Domain.box(2, -1, 1), interpolated)


@needs_kernel
@pytest.mark.parametrize("seed", range(12))
def test_a_vertex_where_a_neuron_hardly_changes_along_the_edge(seed: int) -> None:
    """`a h1 - (a - 2^-20) h2 + c` where `h1`, `h2` go up alike: rounding moves its zero by far."""
    generator = np.random.default_rng(seed)
    a, (low, high), place = (
        generator.uniform(0.1, 1),
        generator.uniform(2, 4, 2),
        generator.uniform(-1, 1),
    )
    first = ep.Layer.of([[1.0], [1.0]], [low, high])
    slope = 2.0**-20
    second = ep.Layer.of([[a, slope - a]], [a * (high - low) - slope * (high + place)])
    network = ep.Network((first, second))
    assert_within_bounds(network, ep.Domain.box(1, -1, 1), True)


def assert_within_bounds(network: ep.Network, domain: ep.Domain, interpolated: bool) -> None:
    oracle = compiled_block(network, domain, target=50, interpolated=interpolated).oracle
    for vertex in range(oracle.basis.size):
        exact = oracle.coordinates(vertex)
        for part in range(oracle.parts):
            error = oracle.error.view[part, vertex]
            if np.isfinite(error):
                place = oracle.position.view[part, :, vertex].tolist()
                there = oracle.geometry.fractions(exact, part)
                worst = max(abs(Fraction(x) - y) for x, y in zip(place, there, strict=True))
                assert worst <= Fraction(error)


@needs_kernel
@examples(60)
@given(networks_on_domains())
def test_what_each_neuron_adds(drawn: tuple[ep.Network, ep.Domain]) -> None:
    network, domain = drawn
    counted: list[list[int]] = []

    def count(run: Subdivision) -> None:
        levels = run.block.lattice.levels
        counted.append([int(((x.alive.view != 0) & (x.sides.view == 0)).sum()) for x in levels])

    Subdivision(network, domain).run(progress=count)
    start = [0] * domain.dimension + [1]
    growth = count_cells(network, domain, target=20).growth
    assert (np.cumsum(growth, axis=0) + start).tolist() == counted


@needs_kernel
@examples(40)
@given(networks_on_domains(), st.integers(0, 8))
def test_a_breadth_first_run_stops_between_neurons(
    drawn: tuple[ep.Network, ep.Domain], stop: int
) -> None:
    network, domain = drawn
    old = Subdivision(network, domain)
    cells: list[int] = []

    def should_stop(run: Subdivision) -> str | None:
        cells.append(run.n_cells)
        return "enough" if run.done >= stop else None

    old.run(should_stop=should_stop)
    seen: list[tuple[int, int]] = []

    def between(neuron: int, count: int) -> bool:
        seen.append((neuron, count))
        return neuron >= stop

    block = compiled_block(network, domain, between=between)
    assert seen == list(enumerate(cells))
    assert block.done == old.done
    new, other = Complex(Subdivision(network, domain, block=block)), Complex(old)
    assert cell_sets(new) == cell_sets(other)
    assert new.region_rows.tolist() == other.region_rows.tolist()


def default_network(seed: int, *widths: int) -> ep.Network:
    generator = np.random.default_rng(seed)
    layers = [
        ep.Layer.of(
            generator.uniform(-1, 1, (n, m)).astype(np.float32) / np.sqrt(np.float32(m)),
            generator.uniform(-1, 1, n).astype(np.float32) / np.sqrt(np.float32(m)),
            relu=i < len(widths) - 2,
        )
        for i, (m, n) in enumerate(pairwise(widths))
    ]
    return ep.Network(tuple(layers))


@needs_kernel
@pytest.mark.parametrize(
    "widths",
    [
        (1, 40, 40, 1),
        (2, 40, 40, 1),
        (2, 70, 3, 70, 1),
        (3, 33, 10, 1),
        (4, 9, 9, 9, 1),
        (5, 7, 7, 1),
        (6, 7, 3, 1),
    ],
)
@pytest.mark.parametrize("domain", DOMAINS)
def test_larger_networks(widths: tuple[int, ...], domain: str) -> None:
    """Layers wider than a window, several chunks a layer, every dimension that is compiled by itself."""
    network = default_network(len(widths), *widths)
    place = ep.Domain.parse(domain, widths[0])
    old = by_numpy(network, place)
    assert_same_counts(network, place, old, 300)
    assert_same_cells(network, place, old, 300)


@needs_kernel
@pytest.mark.parametrize("workers", [2, 3, 7])
def test_threads_change_nothing(workers: int) -> None:
    network = default_network(1, 3, 24, 24, 1)
    domain = ep.Domain.space(3)
    one = count_cells(network, domain, target=200)
    many = count_cells(network, domain, target=200, workers=workers)
    found, right = ({**vars(x), "growth": x.growth.tolist()} for x in (many, one))
    assert found == right


@needs_kernel
def test_runs_share_their_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """FLINT keeps memory for each thread that ever called it."""
    monkeypatch.setattr(kernel_run, "_FEW_REGIONS", 0)
    network, used = default_network(1, 2, 8, 8, 1), set()
    begin = kernel_run.KernelRun.checked

    def checked(run: kernel_run.KernelRun, code: int) -> bool:
        used.update(threading.enumerate())
        return begin(run, code)

    monkeypatch.setattr(kernel_run.KernelRun, "checked", checked)
    before = threading.active_count()
    for _ in range(20):
        count_cells(network, ep.Domain.space(2), workers=2)
    assert len(used) <= before + 2


@needs_kernel
def test_a_run_stops_when_asked() -> None:
    network, domain = default_network(1, 4, 24, 24, 24, 1), ep.Domain.space(4)
    with pytest.raises(compiled.Incomplete, match="enough") as stopped:
        count_cells(network, domain, should_stop=lambda cells: "enough")
    assert stopped.value.counts.f_vector[-1] == 0
    small, box = default_network(1, 2, 30, 40, 40, 1), ep.Domain.box(2, -1, 1)
    whole = sum(count_cells(small, box).f_vector)
    assert sum(count_cells(small, box, max_cells=whole).f_vector) == whole
    most = whole // 2
    with pytest.raises(compiled.Incomplete, match="many") as stopped:
        count_cells(
            small,
            box,
            target=100,
            max_cells=most,
            should_stop=lambda cells: "many" if cells > most else None,
        )
    assert most // 2 < sum(stopped.value.counts.f_vector) <= most
    with pytest.raises(compiled.Incomplete, match="enough") as stopped:
        count_cells(
            network, domain, workers=2, should_stop=lambda cells: "enough" if cells else None
        )
    assert stopped.value.counts.f_vector[-1] > 0


@needs_kernel
@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("exponent", [-1080, -1060, -700, 700, 1100])
def test_numbers_beyond_floats(exponent: int, domain: str) -> None:
    """What rounds to 0, to a subnormal number or to infinity is neither taken as 0 nor as finite."""
    big = Fraction(2) ** exponent
    first = ep.Layer.of([[big, 1], [1, big], [0, big]], [0, big, -big])
    second = ep.Layer.of([[big, -1, 0], [0, big, 1], [0, 0, big]], [-big, 0, big])
    network = ep.Network((first, second))
    place = ep.Domain.parse(domain, 2)
    old = by_numpy(network, place)
    assert_same_counts(network, place, old, 20)
    assert_same_cells(network, place, old, 20)
    for region in Complex(
        Subdivision(network, place, block=compiled_block(network, place))
    ).regions:
        assert network.sign_row(region.interior_point) == region.row


@needs_kernel
def test_an_error_in_the_exact_stage_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*arguments: object) -> list[int]:
        raise InternalError("no such vertex")

    monkeypatch.setattr(kernel_run.ExactSigns, "signs", wrong)
    layer = ep.Layer.of([[0.1, 0.3], [0.1, 0.3]], [0.7, 0.7])
    with pytest.raises(InternalError, match="no such vertex"):
        count_cells(ep.Network((layer,)), ep.Domain.space(2))


@needs_kernel
def test_what_does_not_fit_is_left_to_the_other_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    network = default_network(1, 2, 4, 1)
    assert fits(network, ep.Domain.space(2))
    monkeypatch.setattr(compiled, "_MOST_CONSTRAINTS", 7)
    assert not fits(network, ep.Domain.space(2))
    monkeypatch.undo()
    assert not fits(default_network(1, 13, 2, 1), ep.Domain.space(13))


# The C sources

SANITIZED = (
    "-g",
    "-O1",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-fsanitize=address,undefined",
    "-fno-sanitize-recover=all",
)
PROGRAM = """
import numpy as np
import exactpoly as ep
from exactpoly.complex.cells import Cells
from exactpoly.complex.compiled import compiled_block, count_cells
from exactpoly.complex.kernel import library
from exactpoly.complex.kernel.listing import compiled_lines
from exactpoly.complex.sections import listed_whole, plan, sections
from exactpoly.readers.load import load
from tests.complex import test_compiled as t
assert library.kernel() is not None, library.status()
for path in t.CASES[::4]:
    network = load(path)
    for domain in t.DOMAINS:
        place = ep.Domain.parse(domain, network.input_dimension)
        old = t.by_numpy(network, place)
        t.assert_same_counts(network, place, old, 20)
        t.assert_same_cells(network, place, old, 20)
for widths in ((1, 20, 20, 1), (2, 40, 10, 1), (3, 9, 9, 1), (6, 4, 3, 1)):
    network, place = t.default_network(1, *widths), ep.Domain.space(widths[0])
    counts = t.by_numpy(network, place)
    t.assert_same_counts(network, place, counts, 100)
    counts = count_cells(network, place)
    root = plan(network, place, counts, sum(counts.f_vector) // 5)
    for section in sections(network, place, root):
        assert section.listed.text
    listed = listed_whole(network, place)
    cells = Cells.of_block(compiled_block(network, place))
    assert compiled_lines(cells, place.n_sides)[0] == listed.text
print("clean")
"""


def gcc() -> str:
    found = build.compiler()
    if (
        found is None
        or "Free Software"
        not in subprocess.run(
            [found, "--version"], capture_output=True, text=True, check=False
        ).stdout
    ):
        pytest.skip("needs gcc")
    return found


def test_under_sanitizers(tmp_path: Path) -> None:
    """Compiled with all warnings as errors; no access out of bounds and no undefined behaviour."""
    runtime = subprocess.run(
        [gcc(), "-print-file-name=libasan.so"], capture_output=True, text=True, check=True
    ).stdout.strip()
    if not Path(runtime).is_absolute():
        pytest.skip("needs gcc's sanitizers")
    try:
        target = build.build(tmp_path / "_kernel.so", SANITIZED)
    except subprocess.CalledProcessError as error:
        pytest.fail(error.stderr)
    environment = {
        **os.environ,
        "EXACTPOLY_KERNEL": str(target),
        "LD_PRELOAD": runtime,
        "ASAN_OPTIONS": "detect_leaks=0",
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "clean\n", done.stderr[-3000:]


@pytest.fixture(scope="module")
def library_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kernel compiled anew, warnings being errors."""
    gcc()
    target = tmp_path_factory.mktemp("kernel") / "_kernel.so"
    return build.build(target, ("-Wall", "-Wextra", "-Werror"))


def test_a_kernel_of_other_sources_is_not_used(
    library_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXACTPOLY_KERNEL", str(library_file))
    loaded = library._loaded.__wrapped__
    assert loaded()[1] == "in use"
    monkeypatch.setattr(library, "digest", lambda: "another")
    assert "built from other sources" in loaded()[1]
    monkeypatch.setenv("EXACTPOLY_KERNEL", str(tmp_path / "none.so"))
    assert "cannot be loaded" in loaded()[1]
    monkeypatch.setenv("EXACTPOLY_KERNEL", "0")
    assert "switched off" in loaded()[1]


def test_no_compiler_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from exactpoly.complex.kernel.__main__ import main

    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert main() == 1
    assert "install gcc or clang" in capsys.readouterr().err
