"""Plane arrangements in a box: files, cells by the closed formula, boundaries of unions."""

from __future__ import annotations

import json
import struct
from collections import Counter
from fractions import Fraction
from itertools import pairwise
from math import comb
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactpoly.arrangements.union import arrangement_network, union_boundary
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.errors import InputError
from exactpoly.levelset.surface import Surface
from exactpoly.pointsets.planes import Plane, distinct_planes, read_planes

from ..cli.command_line import one_sentence, run, run_json
from ..strategies import examples

PLANES: list[Plane] = [(1, 0, 0, 0), (0, 2, 0, -1), (1, 1, 1, 0)]
ROWS = [["1", "0", "0", "0"], ["0", "-1", "0", "0.5"], ["2", "2", "2", "0"], ["-3", "0", "0", "0"]]
GIVEN = [*PLANES, PLANES[0]]


def vertex_groups(rows: list[list[str]]) -> str:
    head = "num_points: 2\n0 0 0 1 1 1\nnum_colors: 0\nnum_normals: 0\n"
    groups = "".join(
        f"group_type: 0\nnum_group_parameters: 4\ngroup_parameters: {' '.join(row)}\n"
        f"group_label: g{i}\ngroup_color: 1 0 0\ngroup_num_point: 1\n0\nnum_children: 0\n"
        for i, row in enumerate(rows)
    )
    return f"{head}num_groups: {len(rows)}\n{groups}"


def binary_groups(rows: list[list[str]]) -> bytes:
    data = (
        struct.pack("<i6f", 2, *range(6)) + struct.pack("<i", 0) + struct.pack("<i3f", 1, 0, 0, 1)
    )
    data += struct.pack("<i", len(rows))
    for row in rows:
        data += struct.pack("<ii4f", 0, 4, *map(float, row)) + struct.pack("<i2s", 2, b"ab")
        data += struct.pack("<3f", 1, 0, 0) + struct.pack("<ii", 1, 0) + struct.pack("<i", 0)
    return data


def test_all_formats_give_the_same_planes(tmp_path: Path) -> None:
    files = {
        "a.csv": "a,b,c,d\n" + "\n".join(map(",".join, ROWS)),
        "b.txt": "\n".join(map(" ".join, ROWS)),
        "c.json": json.dumps({"planes": ROWS}),
        "d.json": "[" + ",".join("[" + ",".join(row) + "]" for row in ROWS) + "]",
        "e.vg": vertex_groups(ROWS),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
        assert read_planes(tmp_path / name) == GIVEN, name
    (tmp_path / "f.bvg").write_bytes(binary_groups(ROWS))
    assert read_planes(tmp_path / "f.bvg") == GIVEN
    assert distinct_planes(GIVEN) == PLANES


SPECIAL = [
    [2, 0, 0, 0], [0, 2, 0, 0], [0, 0, 2, 0], [2, 2, 0, 0], [2, 0, 2, 0],
    [0, 2, 2, 0], [2, 2, 2, 0], [2, 0, 0, 1], [4, 0, 0, 2],
]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "cells"), [(5, 15), (8, 63), (12, 219), (16, 419), (20, 927), (9, 48)]
)
def test_cells_as_abspy_counts_them(number: int, cells: int) -> None:
    """abspy 0.3.0, `CellComplex(..).construct(exhaustive=True)` in the cube, computed beforehand."""
    random = np.random.default_rng(number)
    normals = random.integers(-128, 129, (number, 3))
    rows = np.hstack([normals, random.integers(-64, 65, (number, 1))]).tolist()
    if number == len(SPECIAL):  # concurrent, parallel, one given twice
        rows = SPECIAL
    planes = distinct_planes([(a, b, c, d) for a, b, c, d in rows])
    complex_ = enumerate_complex(arrangement_network(planes), domain="[-1,1]^3")
    assert complex_.n_regions == cells


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"1,2,3\n", "four numbers"),
        ("a.csv", b"0,0,0,1\n", "no normal"),
        ("a.csv", b"a,b,c,d\n", "no planes"),
        ("a.csv", b"1,x,3,4\n", "plane 0"),
        ("a.csv", b"\xff\xfe", "text"),
        ("a.json", b"{", "not valid JSON"),
        ("a.json", b"{}", "list of planes"),
        ("a.bvg", binary_groups(ROWS)[:-3], "ends early"),
        ("a.bvg", b"\xff\xff\xff\xff", "count"),
        ("a.ply", b"ply", "ending"),
    ],
)
def test_bad_files_are_one_sentence(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    result = run("arrangement", tmp_path / name)
    assert result.exit_code == 3
    assert says in one_sentence(result)
    assert name in one_sentence(result)


@pytest.mark.parametrize("m", [1, 2, 3, 5, 9])
def test_planes_in_general_position_through_the_box(m: int) -> None:
    """Any four of these are independent (Vandermonde), and all their vertices lie in a huge box."""
    planes = [(1, t, t**2, t**3) for t in range(1, m + 1)]
    found = enumerate_complex(arrangement_network(planes), domain=f"[-{10**9},{10**9}]^3")
    assert found.n_regions == sum(comb(m, k) for k in range(4))


small = st.integers(-2, 2)
drawn_planes = st.lists(
    st.tuples(small, small, small, small).filter(lambda p: any(p[:3])), min_size=1, max_size=6
)


@given(drawn_planes, st.randoms(use_true_random=False))
@examples(40)
def test_boundaries_of_unions_are_closed_and_have_the_right_volume(
    planes: list[Plane], random: Random
) -> None:
    """Duplicate, parallel and concurrent planes included; the divergence theorem against the cells."""
    complex_ = enumerate_complex(arrangement_network(planes), domain="[-1,1]^3")
    inside = np.array([random.random() < 0.5 for _ in range(complex_.n_regions)])
    boundary = union_boundary(complex_, inside)
    volumes = [complex_.region(i).volume for i in np.flatnonzero(inside)]
    assert volume(boundary) == sum(volumes, Fraction(0))
    uses = Counter(
        edge
        for cycle in boundary.polygons
        for edge in zip(cycle, (*cycle[1:], cycle[0]), strict=True)
    )
    assert all(uses[b, a] == count for (a, b), count in uses.items())
    assert boundary.manifold or max(uses.values()) > 1 or boundary.faults
    everything = union_boundary(complex_, np.ones(complex_.n_regions, bool))
    assert (everything.watertight, volume(everything)) == (True, 8)


def volume(surface: Surface) -> Fraction:
    """Of what is inside, by the divergence theorem."""
    total = Fraction(0)
    for cycle in surface.polygons:
        a, *rest = (surface.points[v] for v in cycle)
        for b, c in pairwise(rest):
            total += a[0] * (b[1] * c[2] - b[2] * c[1])
            total += a[1] * (b[2] * c[0] - b[0] * c[2])
            total += a[2] * (b[0] * c[1] - b[1] * c[0])
    return total / 6


def test_a_union_that_touches_itself_is_no_manifold() -> None:
    complex_ = enumerate_complex(
        arrangement_network([(1, 0, 0, 0), (0, 1, 0, 0)]), domain="[-1,1]^3"
    )
    rows = complex_.region_rows
    boundary = union_boundary(complex_, rows[:, 0] == rows[:, 1])
    assert not boundary.watertight
    assert any("4 polygons" in fault for fault in boundary.faults)
    with pytest.raises(InputError, match="box"):
        union_boundary(enumerate_complex(complex_.network), rows[:, 0] > 0)


def test_the_command(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("1,0,0,0\n0,1,0,0\n2,0,0,0\n")
    (tmp_path / "in.csv").write_text("x,y,z\n0.5,0.5,0\n0.5,-0.5,0\n")
    outputs = ["--mesh", tmp_path / "u.obj", "--edges", tmp_path / "e.csv"]
    data = run_json("arrangement", tmp_path / "p.csv", "--inside", tmp_path / "in.csv", *outputs)
    assert (data["planes"], data["distinct"], data["cells"]) == (3, 2, 4)
    assert data["f_vector"] == [18, 33, 20, 4]
    assert data["union"]["watertight"]
    assert data["union"]["cells"] == 2
    assert (tmp_path / "e.csv").read_text().count("\n") == 5
    obj = (tmp_path / "u.obj").read_text()
    assert obj.count("\nv ") == data["union"]["vertices"] == 12
    assert "union" in run("arrangement", tmp_path / "p.csv", "--inside", tmp_path / "in.csv").stdout
    (tmp_path / "in.csv").write_text("0,0.5,0\n")
    result = run("arrangement", tmp_path / "p.csv", "--inside", tmp_path / "in.csv")
    assert (result.exit_code, "point 1" in one_sentence(result)) == (3, True)
    (tmp_path / "in.csv").write_text("0.5,0.5,0\n0.5,2,0\n")
    result = run("arrangement", tmp_path / "p.csv", "--inside", tmp_path / "in.csv")
    assert "in.csv: point 2 lies outside" in one_sentence(result)
    result = run("arrangement", tmp_path / "p.csv", "--cells", tmp_path / "cells.csv")
    assert "cells.csv" in one_sentence(result)
    result = run("arrangement", tmp_path / "p.csv", "--plot", tmp_path / "cells.gif")
    assert ".svg" in one_sentence(result)
    pytest.importorskip("matplotlib")
    assert run("arrangement", tmp_path / "p.csv", "--plot", tmp_path / "cells.svg").exit_code == 0
    assert (tmp_path / "cells.svg").stat().st_size > 1000
    assert run("arrangement", tmp_path / "p.csv", "--mesh", tmp_path / "u.obj").exit_code == 3
    assert run("arrangement", tmp_path / "p.csv", "--box", "R^3").exit_code == 3
    assert run("arrangement", tmp_path / "p.csv", "--max-cells", "1").exit_code == 2
