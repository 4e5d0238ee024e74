"""Broken files: exit code 3 and one clear sentence naming the file, never a traceback."""

from __future__ import annotations

import io
import json
import os
import pickle
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from exactpoly.readers import archives

from .command_line import case, one_sentence, run

GOOD: dict[str, Any] = {
    "hidden_layers": [{"weight": [["1", "2"], ["3", "4"]], "bias": ["0", "1"]}],
    "output_layer": {"weight": [["1", "1"]], "bias": ["0"]},
}


def changed(change: Callable[[dict[str, Any]], None]) -> bytes:
    data = json.loads(json.dumps(GOOD))
    change(data)
    return json.dumps(data).encode()


def set_weight(value: Any) -> bytes:
    def change(data: dict[str, Any]) -> None:
        data["hidden_layers"][0]["weight"] = value

    return changed(change)


def set_bias(value: Any) -> bytes:
    def change(data: dict[str, Any]) -> None:
        data["hidden_layers"][0]["bias"] = value

    return changed(change)


class Attack:
    """A pickle that would write a file when it is loaded."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.write_text, (self.marker, "code ran")


BROKEN: dict[str, bytes] = {
    "empty.json": b"",
    "text.json": b"this is not a network\n",
    "binary.json": bytes(range(256)),
    "truncated.json": json.dumps(GOOD).encode()[:-30],
    "array.json": b"[1, 2, 3]",
    "number.json": b"3",
    "no_layers.json": b'{"hidden_layers": []}',
    "layers_missing.json": b"{}",
    "nan.json": set_weight([["1", "NaN"], ["3", "4"]]),
    "infinity.json": set_weight([[1, float("inf")], [3, 4]]),
    "zero_denominator.json": set_weight([["1", "1/0"], ["3", "4"]]),
    "ragged.json": set_weight([["1", "2"], ["3"]]),
    "empty_matrix.json": set_weight([]),
    "deep_matrix.json": set_weight([[["1"]]]),
    "words.json": set_weight([["one", "2"], ["3", "4"]]),
    "null.json": set_weight([[None, "2"], ["3", "4"]]),
    "wide.json": set_weight([["1", "2"], ["3", "4"], ["5", "6"]]),
    "chain.json": changed(lambda d: d["output_layer"].update(weight=[["1", "1", "1"]])),
    "short_bias.json": set_bias(["0"]),
    "bias_word.json": set_bias("0"),
    "misspelt.json": changed(lambda d: d["output_layer"].update(biases=["1"])),
    "nested.json": b"[" * 100_000,
    "huge_exponent.json": set_weight([["1e999999999", "2"], ["3", "4"]]),
    "many_digits.json": set_weight([["1e-99990", "2"], ["3", "4"]]),
    "long_word.json": set_weight([["x" * 100_000, "2"], ["3", "4"]]),
    "long_fraction.json": set_weight([["1/" + "9" * 200_000, "2"], ["3", "4"]]),
    "twice.json": b'{"hidden_layers": [{"weight": [[1]], "weight": [[2]]}]}',
    "network.txt": json.dumps(GOOD).encode(),
    "network": json.dumps(GOOD).encode(),
    "text.npz": b"this is not a zip file",
    "empty.npz": b"",
    "text.nnet": b"this is not a network\n",
    "truncated.nnet": b"// header\n2,2,1,2,\n2,2,1,\n",
    "text.onnx": b"this is not a model",
    "binary.onnx": bytes(range(256)),
    "text.pt": b"this is not a state dict",
    "text.pth": b"this is not a state dict",
    "text.safetensors": b"this is not a tensor file",
    "truncated.safetensors": struct.pack("<Q", 10**9) + b"{}",
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_file(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(BROKEN[name])
    result = run("certify", path, "--json")
    assert result.exit_code == 3
    assert name in one_sentence(result)


def npy_header(shape: tuple[int, ...]) -> bytes:
    stream = io.BytesIO()
    header = {"descr": "<f4", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(stream, header)
    return stream.getvalue()


def zipped(path: Path, *members: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def test_archives_that_promise_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What would fill the memory is refused as input, and quickly."""
    monkeypatch.setattr(archives, "_FREE_ENTRIES", 2**16)
    bomb = npy_header((1000, 1000)) + bytes(2**22)
    liar = npy_header((10**6, 10**7)) + bytes(100)
    for path, words in (
        (zipped(tmp_path / "bomb.npz", ("W1.npy", bomb)), "unpacks to 4194"),
        (zipped(tmp_path / "liar.npz", ("W1.npy", liar)), "promises 40000000000000 bytes"),
        (zipped(tmp_path / "readme.npz", ("readme.txt", b"hello")), "readme.txt is not an array"),
    ):
        result = run("info", path)
        assert result.exit_code == 3
        sentence = one_sentence(result)
        assert path.name in sentence
        assert words in sentence


def test_pipes_and_devices_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "zero.json").symlink_to("/dev/zero")
    (tmp_path / "loop.json").symlink_to("loop.json")
    for name in ("pipe.json", "zero.json", "loop.json"):
        result = run("info", tmp_path / name)
        assert result.exit_code == 3
        assert name in one_sentence(result)


@pytest.mark.parametrize("suffix", [".pt", ".pth", ".pkl", ".json", ".npz", ".onnx"])
def test_a_pickle_with_code_is_refused_and_not_run(suffix: str, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    path = tmp_path / f"attack{suffix}"
    path.write_bytes(pickle.dumps({"0.weight": Attack(marker)}))
    pickle.loads(path.read_bytes())
    assert marker.exists(), "the attack would not work, so the test would show nothing"
    marker.unlink()
    result = run("certify", path)
    assert result.exit_code == 3
    assert path.name in one_sentence(result)
    assert not marker.exists()


def test_an_unsupported_operator_is_named(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    helper = onnx.helper
    info = helper.make_tensor_value_info
    graph = helper.make_graph(
        [helper.make_node("Sigmoid", ["x"], ["y"], name="squash")],
        "graph",
        [info("x", onnx.TensorProto.FLOAT, [1, 2])],
        [info("y", onnx.TensorProto.FLOAT, [1, 2])],
    )
    path = tmp_path / "sigmoid.onnx"
    onnx.save(helper.make_model(graph), str(path))
    result = run("certify", path)
    assert result.exit_code == 3
    sentence = one_sentence(result)
    assert "Sigmoid" in sentence
    assert "squash" in sentence


def test_the_input_shape_of_an_open_model(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    info, kind = onnx.helper.make_tensor_value_info, onnx.TensorProto.FLOAT
    graph = onnx.helper.make_graph(
        [
            onnx.helper.make_node("Relu", ["x"], ["h"], name="first"),
            onnx.helper.make_node("GlobalAveragePool", ["h"], ["y"], name="second"),
        ],
        "graph",
        [info("x", kind, ["n", 1, "height", "width"])],
        [info("y", kind, ["n", 1, 1, 1])],
    )
    path = tmp_path / "open.onnx"
    onnx.save(onnx.helper.make_model(graph), str(path))
    result = run("info", path)
    assert result.exit_code == 3
    assert "--input-shape 1,28,28" in one_sentence(result)
    assert "6-6-1" in run("info", path, "--input-shape", "1,2,3").stdout
    for shape in ("0,2,3", "1;2;3", "-1,2,3", "", "1,1e3,2"):
        assert run("info", path, "--input-shape", shape).exit_code == 3
    result = run("info", case("q2_00"), "--input-shape", "2")
    assert result.exit_code == 3
    assert "give no other" in one_sentence(result)


@pytest.mark.parametrize("command", ["certify", "info"])
def test_missing_file_and_directory(command: str, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.json"):
        result = run(command, path)
        assert result.exit_code == 3
        assert str(path) in one_sentence(result)


def test_every_command_reads_a_good_file() -> None:
    assert run("info", case("q2_00")).exit_code == 0
    assert run("eval", case("q2_00"), "0,0").exit_code == 0


@pytest.mark.parametrize(
    ("domain", "words"),
    [
        ("", "0 intervals"),
        ("R^3", "use R^d"),
        ("R^", "cannot read"),
        ("[-1,1]", "1 intervals given for input dimension 2"),
        ("[-1,1]^3", "more axes"),
        ("[-1,1]^99999999999", "more axes"),
        ("[0,1]^0x[0,1]^2", "power 0"),
        ("[0,1]^2 x", "ends after a product sign"),
        ("[1,-1]^2", "lower bound 1 not below upper bound -1"),
        ("[0,0]^2", "not below"),
        ("[0,1/0]^2", "'1/0'"),
        ("[0,nan]^2", "cannot read"),
        ("[0,1]x[0,1e99999999]", "exponent"),
        ("[0,1]x[0,1e-99999999]", "exponent"),
    ],
)
def test_domains_that_are_refused(domain: str, words: str) -> None:
    result = run("certify", case("q2_00"), "--domain", domain)
    assert result.exit_code == 3
    sentence = one_sentence(result)
    assert sentence.startswith("exactpoly: domain: ")
    assert words in sentence


@pytest.mark.parametrize("command", ["eval", "region"])
@pytest.mark.parametrize(
    ("point", "words"),
    [
        ("", "0 coordinates"),
        ("1", "1 coordinates"),
        ("1,2,3", "3 coordinates"),
        ("1,,2", "3 coordinates"),
        ("1,", "point[1] is ''"),
        ("a,1", "point[0] is 'a'"),
        ("1,1/0", "point[1] is '1/0'"),
        ("inf,1", "point[0] is 'inf'"),
        ("1,1e99999999", "exponent"),
        ("@missing", "missing: there is no such file"),
    ],
)
def test_points_that_are_refused(command: str, point: str, words: str) -> None:
    result = run(command, case("q2_00"), point)
    assert result.exit_code == 3
    assert words in one_sentence(result)


@pytest.mark.parametrize("seconds", ["nan", "inf", "1e300"])
@pytest.mark.parametrize(
    "words",
    [
        ("certify", "NET", "--max-seconds"),
        ("certify", "NET", "--audit-seconds"),
        ("compare", "NET", "--command", "true {net} {out}", "--seconds"),
        ("hunt", "theorem", "avg-facets", "--seconds"),
    ],
    ids=lambda words: words[0] + words[-1],
)
def test_times_that_never_pass(words: tuple[str, ...], seconds: str) -> None:
    """A tool that hangs ran on for ever within nan seconds."""
    net = str(case("d15_abs_gap"))
    result = run(*(net if word == "NET" else word for word in words), seconds)
    assert result.exit_code == 3
    assert f"{words[-1]}: {seconds} is not a number of seconds" in one_sentence(result)
