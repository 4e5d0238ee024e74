"""Files for Coq: true ones compile, wrong claims and broken trees do not (where Coq is present)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import exactpoly as ep
from exactpoly import Domain, Layer, Network
from exactpoly.certificate.coq import coq_lines, write_coq
from exactpoly.errors import InputError

ROOT = Path(__file__).parents[2]
LIBRARY = ["Network", "Linear", "Tree", "TreeSound", "Certify", "Facets", "Summary"]
CASES = {
    "plane": (
        Network((Layer.of([[1, 0], [0, 1], [1, 1]], [0, 0, 1]), Layer.of([[1, -1, 2]], [-1]))),
        "R^d",
    ),
    "box": (Network((Layer.of([["1/3", 1], [1, "-1/2"]], ["1/5", 0]),)), "[-1,1/2]^2"),
    "degenerate": (
        Network(
            (
                Layer.of([[1, 1], [2, 2], [-1, -1], [0, 0]], [0, 0, 0, 1], relu=[True, True, True, False]),
                Layer.of([[1, -1, 1, 0], [0, 0, 0, 1]], [0, 0]),
            )
        ),
        "R^d",
    ),
    "line": (Network((Layer.of([[1], [2]], [0, "-1/7"]),)), "[0,1]"),
}  # fmt: skip


def text(name: str, facets_only: bool = False) -> str:
    network, domain = CASES[name]
    place = Domain.parse(domain, network.input_dimension)
    complex_ = ep.enumerate(network, domain=place)
    return "\n".join(coq_lines(complex_, facets_only=facets_only)) + "\n"


def test_what_is_stated() -> None:
    written = text("plane")
    assert "Definition box : bounds := []." in written
    assert re.findall(r"Theorem f_\d : cells \d box net (\d) (\d+)%Z", written)[0] == ("2", "11")
    assert "Theorem mean : mean_facets 2 box net (32 # 11)." in written
    assert "(-1 # 1), (1 # 2)" in text("box")
    assert not re.search(r"f_0\b", text("plane", facets_only=True))


def test_unwritable_files_leave_nothing_behind(tmp_path: Path) -> None:
    network, _ = CASES["line"]
    with pytest.raises(InputError, match="cannot be written"):
        write_coq(ep.enumerate(network), tmp_path / "missing" / "out.v")
    write_coq(ep.enumerate(network), tmp_path / "out.v")
    assert [path.name for path in tmp_path.iterdir()] == ["out.v"]


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The part of proofs/coq that written files need, compiled."""
    if shutil.which("coqc") is None:
        if os.environ.get("EXACTPOLY_REQUIRE_COQ") == "1":
            pytest.fail("coqc is not installed")
        pytest.skip("coqc is not installed")
    folder = tmp_path_factory.mktemp("coq")
    for name in LIBRARY:
        shutil.copy(ROOT / "proofs" / "coq" / f"{name}.v", folder)
        assert compiles(folder, name, folder) == ""
    return folder


def compiles(library: Path, name: str, folder: Path) -> str:
    """Nothing, or what Coq says against the file."""
    command = ["coqc", "-q", "-Q", str(library), "Exactpoly", f"{name}.v"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    return "" if done.returncode == 0 else done.stderr or "failed"


def verdict(library: Path, folder: Path, name: str, written: str) -> str:
    (folder / f"{name}.v").write_text(written)
    return compiles(library, name, folder)


@pytest.mark.parametrize("name", CASES)
def test_true_files_compile(library: Path, tmp_path: Path, name: str) -> None:
    assert verdict(library, tmp_path, name, text(name)) == ""
    if CASES[name][0].input_dimension > 1:
        assert verdict(library, tmp_path, f"{name}_facets", text(name, facets_only=True)) == ""


PLACES = r"(places : list Number.uint := \[\n  0x1)"
LIES = {
    "count": lambda t: re.sub(r"Some \(\[(\d+)", lambda m: f"Some ([{int(m[1]) + 1}", t),
    "pairs": lambda t: re.sub(r"\]%Z, (\d+)%Z", lambda m: f"]%Z, {int(m[1]) + 2}%Z", t),
    "simple": lambda t: t.replace("%Z, true)", "%Z, false)"),
    "statement": lambda t: re.sub(r"(cells 2 box net 2) \d+", r"\1 10", t),
    "mean": lambda t: re.sub(r"(mean_facets 2 box net) \(\d+", r"\1 (33", t),
    "weight": lambda t: t.replace("bias := 1%Z", "bias := 0%Z"),
    "another domain": lambda t: t.replace("bounds := []", "bounds := [((-1 # 1), (1 # 1))]"),
    "a digit of the tree": lambda t: re.sub(PLACES + r"(\w)", lambda m: m[1] + str(int(m[2] == "0")), t),
    "half a tree": lambda t: re.sub(PLACES + r"(\w{30})\w+", r"\1\2", t),
    "half a table": lambda t: re.sub(r"(0x1\w{9})\w+", r"\1", t, count=1),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_wrong_claims_do_not_compile(library: Path, tmp_path: Path, lie: str) -> None:
    written = LIES[lie](text("plane"))
    assert written != text("plane")
    assert verdict(library, tmp_path, "lie", written) != ""
