"""Files whose headers and counts lie, and files that say more than anybody reads."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

import exactpoly as ep
from exactpoly.errors import InputError
from tests.cli.command_line import refused, run

NNET = (
    "2,2,1,2,\n2,2,1,\n0,\n-1,-1,\n1,1,\n0,0,0,\n1,1,1,\n"
    "1,-1,\n0.5,1e-2,\n0.1,\n0.2,\n1,1,\n0.25,\n"
)


def safetensors(path: Path, header: object, data: bytes = bytes(24)) -> Path:
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)
    return path


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"shape": [3, 3]}, "36 bytes, and its data_offsets hold 24"),
        ({"dtype": "F64"}, "48 bytes, and its data_offsets hold 24"),
        ({"data_offsets": [24, 0]}, "hold -24"),
        ({"shape": [0, 2**62, 2**62], "data_offsets": [0, 0]}, "shape [0, 4611686018427387904"),
        ({"shape": [-3, -2]}, "shape [-3, -2]"),
        ({"shape": [3.0, 2]}, "shape ['3.0', 2]"),
        ({"shape": None}, "shape None"),
        ({"data_offsets": [0]}, "data_offsets [0]"),
        ({"dtype": "F8_E4M3"}, "dtype F8_E4M3"),
        ({"dtype": None}, "dtype None"),
        ({"dtype": ["F32"]}, "dtype ['F32']"),
        ({"dtype": {"F32": 1}}, "dtype {'F32': 1}"),
    ],
)
def test_headers_of_safetensors(changed: dict[str, Any], words: str, tmp_path: Path) -> None:
    pytest.importorskip("safetensors")
    entry = {"dtype": "F32", "shape": [3, 2], "data_offsets": [0, 24], **changed}
    path = safetensors(tmp_path / "net.safetensors", {"0.weight": entry})
    sentence = refused("info", path)
    assert "tensor '0.weight'" in sentence
    assert words in sentence
    assert str(path) in sentence


def test_headers_that_are_none(tmp_path: Path) -> None:
    pytest.importorskip("safetensors")
    for header in ([], None, 3, {"0.weight": 3}):
        refused("info", safetensors(tmp_path / "net.safetensors", header))


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + NNET,
        "\ufeff// a comment\n" + NNET,
        NNET.replace("\n", "\r\n"),
        NNET.replace("\n", "\r"),
        NNET.replace(",", " ,\t"),
        NNET.replace("0,0,0,", "0,0," + "x," * 1_000_000 + "0,"),
    ],
    ids=["mark", "mark and comment", "crlf", "cr", "blanks", "fields that nobody reads"],
)
def test_lines_of_nnet(text: str, tmp_path: Path) -> None:
    plain, path = tmp_path / "plain.nnet", tmp_path / "net.nnet"
    plain.write_text(NNET, encoding="utf-8")
    path.write_bytes(text.encode())
    started = time.process_time()
    assert ep.load(path).layers == ep.load(plain).layers
    assert time.process_time() - started < 2


@pytest.mark.parametrize("blank", ["\xa0", "\u2028", "\x85", "\x0b", "\x0c", "\x00"])
def test_other_blanks_are_none(blank: str, tmp_path: Path) -> None:
    path = tmp_path / "net.nnet"
    path.write_text(NNET.replace("0.5,", f"0.5{blank},"), encoding="utf-8")
    assert "line 9, field 0" in refused("info", path)


def test_what_is_shown_is_not_endless(tmp_path: Path) -> None:
    """A table of so many rows once took a quarter of a minute."""
    path = tmp_path / "net.json"
    layers = [{"weight": [["1/3"]], "bias": ["1/7"]}] * 5_000
    notes = ["x"] * 100_000 + ["y" * 1_000_000]
    path.write_text(json.dumps({"hidden_layers": layers, "notes": notes}))
    started = time.process_time()
    told = run("info", path).stdout
    assert time.process_time() - started < 5
    assert len(told) < 20_000
    assert "4,960 more layers" in told
    assert "99,961 more notes" in told
    assert "-1-..(4,962more)..-1-" in "".join(told.split())


@pytest.mark.parametrize(
    "rows",
    [
        [[f"1/{10**60 + 7 * k + j}" for j in range(2)] for k in range(2000)],
        [["1e9999"] * 100] * 500,
        [["1e-9999"] + ["1"] * 99] * 500,
    ],
    ids=["denominators", "numerators", "places"],
)
@pytest.mark.parametrize("suffix", ["json", "nnet"])
def test_few_characters_for_long_numbers(
    rows: list[list[str]], suffix: str, tmp_path: Path
) -> None:
    path = tmp_path / f"net.{suffix}"
    n, m = len(rows[0]), len(rows)
    if suffix == "json":
        path.write_text(json.dumps({"hidden_layers": [{"weight": rows}]}))
    else:
        lines = [[1, n, m, 1], [n, m], [0], [0] * n, [1] * n, [0] * n, [1] * n, *rows, *[[0]] * m]
        path.write_text("".join(",".join(map(str, line)) + "\n" for line in lines))
    started = time.process_time()
    assert "1073741824 bits" in refused("info", path)
    assert time.process_time() - started < 5


@pytest.mark.filterwarnings("ignore")  # torch: nested tensors are in prototype stage
def test_nested_tensors_have_no_shape(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    path = tmp_path / "net.pt"
    nested = torch.nested.nested_tensor([torch.ones(2), torch.ones(3)])
    torch.save({"0.weight": nested}, path)
    assert "0.weight is a nested tensor" in refused("info", path)
    with pytest.raises(InputError, match=r"0\.weight is a nested tensor"):
        ep.load({"0.weight": nested})
