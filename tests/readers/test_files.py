"""A folder of good and broken files: each broken one gives one sentence that names it."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import zipfile
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from exactpoly.errors import InputError, MissingDependency
from exactpoly.network import Layer, Network
from exactpoly.readers.load import load

RANDOM = np.random.default_rng(11)
W1 = RANDOM.standard_normal((3, 2)).astype(np.float32)
B1 = RANDOM.standard_normal(3).astype(np.float32)
W2 = RANDOM.standard_normal((2, 3)).astype(np.float64)
B2 = RANDOM.standard_normal(2).astype(np.float64)
PLAIN = (Layer.of(W1, B1), Layer.of(W2, B2, relu=False))

NNET = """// a comment
2, 2, 1, 3,
2, 3, 1,
0,
-1.0,-2.0,
1.0,2.0,
0.5,-0.25,10.0,
2.0,4.0,3.0,
1.0,0.1,
0.0,-1.0,
2.0,2.0,
0.5,
0.0,
-0.125,
1.0,-1.0,0.5,
0.75,
"""


def refusal(path: Path) -> str:
    """The message of the one error that loading ``path`` must raise."""
    with pytest.raises(InputError) as caught:
        load(path)
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    assert caught.value.exit_code == 3
    return message


@pytest.mark.parametrize(
    "names",
    [
        ("W1", "b1", "W2", "b2"),
        ("w0", "b0", "w1", "b1"),
        ("weight_0", "bias_0", "weight_1", "bias_1"),
        ("l9.weight", "l9.bias", "l10.weight", "l10.bias"),
    ],
)
def test_npz_names(names: tuple[str, ...], tmp_path: Path) -> None:
    arrays = dict(zip(names, (W1, B1, W2, B2), strict=True))
    np.savez(tmp_path / "net.npz", **dict(reversed(arrays.items())))
    network = load(tmp_path / "net.npz")
    assert network.layers == PLAIN
    assert any("ReLU between" in note for note in network.notes)


def test_npz_without_bias_says_so(tmp_path: Path) -> None:
    np.savez(tmp_path / "net.npz", W1=W1, W2=W2)
    network = load(str(tmp_path / "net.npz"))
    assert network.layers == (Layer.of(W1), Layer.of(W2, relu=False))
    assert any("taken as zero" in note for note in network.notes)


def test_nnet_is_the_function_of_raw_inputs(tmp_path: Path) -> None:
    path = tmp_path / "net.nnet"
    path.write_text(NNET)
    network = load(path)

    def by_hand(x: Fraction, y: Fraction) -> Fraction:
        u, v = (x - Fraction(1, 2)) / 2, (y + Fraction(1, 4)) / 4
        hidden = (u + Fraction(1, 10) * v + Fraction(1, 2), -v, 2 * u + 2 * v - Fraction(1, 8))
        a, b, c = (max(h, Fraction(0)) for h in hidden)
        return 3 * (a - b + c / 2 + Fraction(3, 4)) + 10

    for point in ((Fraction(0), Fraction(0)), (Fraction(1, 3), Fraction(-7)), (Fraction(5), 2)):
        assert network.evaluate(point) == (by_hand(Fraction(point[0]), Fraction(point[1])),)
    assert any("[-1,1]x[-2,2]" in note for note in network.notes)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("0.75,\n", ""), "cut short"),
        (("1.0,-1.0,0.5,", "1.0,-1.0,"), "line 15"),
        (("2, 3, 1,", "2, 3, 4,"), "layer sizes"),
        (("2, 2, 1, 3,", "zwei"), "line 2"),
        (("2, 2, 1, 3,", "2, 2"), "layers, inputs and outputs need 3"),
        (("2, 2, 1, 3,", "1e9, 2, 1"), "need 1000000001"),
        (("2.0,4.0,3.0,", "2.0,0.0,3.0,"), "range"),
        (("0.75,\n", "0.75,\n1.0,\n"), "line 17"),
        (("-0.125", "nan"), "nan"),
    ],
)
def test_broken_nnet(change: tuple[str, str], words: str, tmp_path: Path) -> None:
    path = tmp_path / "net.nnet"
    path.write_text(NNET.replace(*change))
    assert words in refusal(path)


@pytest.mark.parametrize(
    "suffix", [".json", ".npz", ".nnet", ".pt", ".pth", ".safetensors", ".onnx"]
)
@pytest.mark.parametrize(
    "content", [b"", b"hello, this is a text file\n", b"\x89PNG\r\n\x1a\n\x00\xff"]
)
def test_files_that_are_something_else(suffix: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"net{suffix}"
    path.write_bytes(content)
    message = refusal(path)
    if not content:
        assert "empty" in message


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    assert "directory" in refusal(tmp_path)
    assert "no such file" in refusal(tmp_path / "missing.json")
    unknown = tmp_path / "net.pb"
    unknown.write_bytes(b"x")
    assert ".safetensors" in refusal(unknown)
    with pytest.raises(InputError, match=r"builtins\.int is not a network"):
        load(3)


def test_no_framework_is_imported_to_refuse_or_read(tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    path.write_text('{"hidden_layers": [{"weight": [["1"]]}]}')
    code = (
        "import sys; from exactpoly.errors import InputError; from exactpoly.readers.load import load\n"
        "load(sys.argv[1])\n"
        "try: load(3)\n"
        "except InputError: print({'torch', 'onnx', 'safetensors'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


def test_a_network_is_returned_as_it_is() -> None:
    network = Network(PLAIN)
    assert load(network) is network


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"W1": W1, "W3": W2}, "layer 2 is missing"),
        ({"W1": W1, "w1": W2}, "both mean"),
        ({"W1": W1, "b1": B1, "W2": W2.T.copy(), "b2": B2}, "3 rows"),
        ({"W1": W1, "W2": W2.T.copy()}, "takes 2 inputs"),
        ({"W1": W1, "b2": B2}, "b2"),
        ({"b1": B1}, "b1"),
        ({"W1": W1 * np.float32(np.nan)}, "W1[0, 0] is nan"),
        ({"W1": W1[0]}, "W1 has shape (2,)"),
        ({"W1": W1[:0]}, "W1 has shape (0, 2)"),
        ({"kernel": W1}, "kernel"),
        ({"W1": np.array([{"a": 1}])}, "W1.npy holds object"),
    ],
)
def test_broken_npz(arrays: dict[str, np.ndarray], words: str, tmp_path: Path) -> None:
    path = tmp_path / "net.npz"
    np.savez(path, **arrays)  # type: ignore[arg-type]
    assert words in refusal(path)


def test_truncated_npz(tmp_path: Path) -> None:
    path = tmp_path / "net.npz"
    np.savez(path, W1=W1, b1=B1)
    whole = path.read_bytes()
    for size in (10, len(whole) // 2, len(whole) - 5):
        path.write_bytes(whole[:size])
        refusal(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("W1.npy", b"\x93NUMPY\x01\x00garbage")
    refusal(path)


class TestTorchFiles:
    """State dicts in `.pt` files."""

    @pytest.fixture(autouse=True)
    def _torch(self) -> None:
        self.torch = pytest.importorskip("torch")

    def state(self) -> dict[str, object]:
        names = ("fc.weight", "fc.bias", "a.weight", "a.bias")
        return {
            name: self.torch.from_numpy(array)
            for name, array in zip(names, (W1, B1, W2, B2), strict=True)
        }

    def save(self, value: object, path: Path) -> Path:
        self.torch.save(value, path)
        return path

    def test_state_dict_in_file_order(self, tmp_path: Path) -> None:
        network = load(self.save(self.state(), tmp_path / "net.pt"))
        assert network.layers == PLAIN
        assert any("fc.weight, a.weight" in note for note in network.notes)

    def test_checkpoint(self, tmp_path: Path) -> None:
        checkpoint = {"epoch": 3, "state_dict": self.state()}
        assert load(self.save(checkpoint, tmp_path / "net.pth")).layers == PLAIN

    @pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
    def test_half_precision(self, dtype: str, tmp_path: Path) -> None:
        half = {name: x.to(getattr(self.torch, dtype)) for name, x in self.state().items()}
        wide = {name: x.double() for name, x in half.items()}
        network = load(self.save(half, tmp_path / "half.pt"))
        assert network.layers == load(self.save(wide, tmp_path / "wide.pt")).layers
        assert dtype in network.notes[0]

    def test_pickled_module_is_refused(self, tmp_path: Path) -> None:
        path = self.save(self.torch.nn.Linear(2, 2), tmp_path / "module.pt")
        assert "run code" in refusal(path)

    def test_pickle_with_code_is_refused_and_not_run(self, tmp_path: Path) -> None:
        witness = tmp_path / "ran"

        class Bomb:
            def __reduce__(self) -> tuple[object, tuple[str]]:
                return Path.touch, (Path(witness),)  # type: ignore[return-value]

        path = tmp_path / "bomb.pt"
        path.write_bytes(pickle.dumps(Bomb()))
        assert "run code" in refusal(path)
        self.save({"fc.weight": Bomb()}, path)
        assert "run code" in refusal(path)
        assert not witness.exists()

    def test_truncated(self, tmp_path: Path) -> None:
        path = self.save(self.state(), tmp_path / "net.pt")
        whole = path.read_bytes()
        for size in (3, 100, len(whole) // 2, len(whole) - 10):
            path.write_bytes(whole[:size])
            refusal(path)

    def test_contents_that_are_no_perceptron(self, tmp_path: Path) -> None:
        nn = self.torch.nn
        path = tmp_path / "net.pt"
        norm = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Linear(3, 1)).state_dict()
        for value, words in (
            ([1, 2], "list"),
            ({"a": 1}, "state dict"),
            ({}, "weight"),
            (nn.Conv2d(1, 2, 3).state_dict(), "not a tensor this rule knows"),
            (nn.Sequential(nn.Conv2d(1, 2, 3)).state_dict(), "convolution"),
            (norm, "batch normalisation"),
            ({"a.weight": self.torch.tensor([[1.0, float("inf")]])}, "a.weight[0, 1] is inf"),
            ({"a.weight": self.torch.ones(2, 2, dtype=self.torch.complex64)}, "complex64"),
            ({"a.bias": self.torch.ones(2)}, "a.bias has no weight"),
            (
                {"a.weight": self.torch.ones(1).expand(10**6, 10**6)},
                "would expand to 1000000000000 numbers",
            ),
        ):
            assert words in refusal(self.save(value, path))


class TestSafetensors:
    """Safetensors files; torch is not needed to read them."""

    @pytest.fixture(autouse=True)
    def _safetensors(self) -> None:
        pytest.importorskip("safetensors")

    def test_layers_in_the_order_of_the_numbers(self, tmp_path: Path) -> None:
        from safetensors.numpy import save_file

        path = tmp_path / "net.safetensors"
        tensors = {"fc2.weight": W1, "fc2.bias": B1, "fc10.weight": W2, "fc10.bias": B2}
        save_file(tensors, path)
        assert load(path).layers == PLAIN

    def test_bfloat16_without_torch(self, tmp_path: Path) -> None:
        bits = (W1.view(np.uint32) >> np.uint32(16)).astype("<u2")
        path = tmp_path / "net.safetensors"
        entry = {"dtype": "BF16", "shape": [3, 2], "data_offsets": [0, 12]}
        header = json.dumps({"fc.weight": entry}).encode()
        path.write_bytes(len(header).to_bytes(8, "little") + header + bits.tobytes())
        code = (
            "import sys; from exactpoly.readers.load import load; n = load(sys.argv[1]);"
            "assert 'torch' not in sys.modules; print(n.digest)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
        )
        truncated = (W1.view(np.uint32) & np.uint32(0xFFFF0000)).view(np.float32)
        expected = Network((Layer.of(truncated, relu=False),))
        assert done.stdout.strip() == expected.digest

    def test_broken(self, tmp_path: Path) -> None:
        from safetensors.numpy import save

        path = tmp_path / "net.safetensors"
        whole = save({"fc.weight": W1})
        for content in (whole[:5], whole[:40], whole[:-4], b"\xff" * 64):
            path.write_bytes(content)
            assert "safetensors" in refusal(path)
        path.write_bytes(save({"fc.weight": W1 > 0}))
        assert "BOOL" in refusal(path)


@pytest.mark.parametrize(
    ("suffix", "package"),
    [(".pt", "torch"), (".onnx", "onnx"), (".safetensors", "safetensors")],
)
def test_missing_package_names_the_command(
    suffix: str, package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"net{suffix}"
    path.write_bytes(b"x")
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingDependency) as caught:
        load(path)
    assert f"pip install {package}" in str(caught.value)
    assert "\n" not in str(caught.value)
