"""Indicators of unions of simplices: exactly 1 there, less elsewhere, and of the right topology."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import exactpoly as ep
from exactpoly.cli import main
from exactpoly.running.limits import Limits
from exactpoly.running.run import Run
from exactpoly.theory.constructions import verify_indicator
from exactpoly.theory.indicator import SimplicialComplex, indicator_network
from tests.strategies import examples

SHAPES = Path(__file__).parents[2] / "examples" / "shapes"
SPHERES = [
    (d, SimplicialComplex.of(
        [[0] * d, *([int(i == j) for j in range(d)] for i in range(d))],
        list(combinations(range(d + 1), d)),
    ))
    for d in (1, 2, 3)
]  # fmt: skip


def _run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["indicator", *arguments])
    return result.exit_code, result.output


@pytest.mark.parametrize(("d", "sphere"), SPHERES)
def test_boundaries_of_simplices_are_spheres(d: int, sphere: SimplicialComplex) -> None:
    network = indicator_network(sphere)
    expected = [2, 0] if d == 1 else [1, *[0] * (d - 2), 1, 0]
    words = verify_indicator(network, sphere, Run())
    assert words is not None
    assert f"Betti numbers {expected}," in words
    assert words.endswith("{f >= 1/2} has the same")


def test_a_slope_that_is_too_small_is_seen() -> None:
    _, circle = SPHERES[1]
    words = verify_indicator(indicator_network(circle, 1), circle, Run())
    assert words is not None
    assert "[1, 0, 0]: take a larger slope" in words


def test_a_limit_ends_it_without_a_verdict() -> None:
    _, circle = SPHERES[1]
    assert verify_indicator(indicator_network(circle), circle, Run(Limits(max_cells=5))) is None


def test_simplices_that_cross_are_refused() -> None:
    cross = SimplicialComplex.of([[0, 0], [2, 2], [0, 2], [2, 0]], [[0, 1], [2, 3]])
    with pytest.raises(ep.InputError, match=r"common faces only"):
        verify_indicator(indicator_network(cross), cross, Run())


@examples(30)
@given(
    st.lists(st.tuples(*[st.integers(-2, 2)] * 2), min_size=3, max_size=3, unique=True),
    st.tuples(*[st.fractions(-3, 3, max_denominator=4)] * 2),
)
def test_one_exactly_on_the_simplex(corners: list[tuple[int, int]], point: tuple) -> None:
    (ax, ay), (bx, by), (cx, cy) = corners
    area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    simplex = [0, 1, 2] if area else [0, 1]
    made = SimplicialComplex.of([list(c) for c in corners], [simplex])
    network = indicator_network(made, 3)
    value = network.evaluate(list(point))[0]
    assert (value == 1) == _inside([corners[i] for i in simplex], point)
    assert 0 <= value <= 1


def _inside(corners: list[tuple[int, int]], point: tuple[Fraction, Fraction]) -> bool:
    """Whether the point is in the convex hull, by the signs of areas."""
    if len(corners) == 2:
        (ax, ay), (bx, by) = corners
        x, y = point[0] - ax, point[1] - ay
        dx, dy = bx - ax, by - ay
        return dx * y == dy * x and 0 <= x * dx + y * dy <= dx * dx + dy * dy
    signs = []
    for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
        signs.append((bx - ax) * (point[1] - ay) - (by - ay) * (point[0] - ax))
    return min(signs) >= 0 or max(signs) <= 0


@pytest.mark.parametrize(
    ("name", "betti"), [("lollipop", "[2, 1, 0]"), ("octahedron", "[1, 0, 1, 0]")]
)
def test_the_command_on_the_examples(name: str, betti: str, tmp_path: Path) -> None:
    code, text = _run(str(SHAPES / f"{name}.obj"), "-o", str(tmp_path / "net.json"))
    assert code == 0, text
    assert f"Betti numbers {betti}" in text
    again = ep.level_set(tmp_path / "net.json", 1)
    assert str(list(again.super.betti())) == betti


def test_an_error_comes_without_a_header(tmp_path: Path) -> None:
    shape = tmp_path / "cross.obj"
    shape.write_text("v 0 0\nv 2 2\nv 0 2\nv 2 0\nl 1 2\nl 3 4\n")
    code, text = _run(str(shape), "-o", str(tmp_path / "net.json"))
    assert code == 3
    assert text.startswith("exactpoly: ")
    assert len(text.strip().splitlines()) == 1
    assert not (tmp_path / "net.json").exists()


def test_unverified_is_exit_code_two(tmp_path: Path) -> None:
    code, text = _run(
        str(SHAPES / "octahedron.obj"), "--max-cells", "50", "-o", str(tmp_path / "net.json")
    )
    assert code == 2
    assert "NOT VERIFIED" in text
    assert ep.load(tmp_path / "net.json").output_dimension == 1


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("v 0 0\nl 1 2", "'2' is none of the 1 vertices"),
        ("v 0 0\nv 1 x\nl 1 2", "line 2"),
        ("v 0 0\nv 1\nl 1 2", "same number of coordinates"),
        ("v 0 0\nv 1 1\nv 2 2\nf 1 2 3", "affinely dependent"),
        ("v 0 0\nv 1 1", "there is no simplex"),
        ("v 0 0\nq 1", "'q' is unknown"),
        ("v 0 0\nv 1 1\nl 1 1", "different vertex numbers"),
        ("v 0 0\nv 1 1\nf 1 2", "f has 2 vertices, not 3"),
        ("", "give points"),
    ],
)
def test_shapes_that_are_none(lines: str, sentence: str, tmp_path: Path) -> None:
    shape = tmp_path / "shape.obj"
    shape.write_text(lines)
    code, text = _run(str(shape))
    assert code == 3
    assert "shape.obj" in text
    assert sentence in text
    assert "Traceback" not in text
