"""Keras files: true ones, made by Keras itself, and those of older Keras, written in its layout."""

from __future__ import annotations

import json
import shutil
import zipfile
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

h5py = pytest.importorskip("h5py")

from exactpoly.errors import InputError  # noqa: E402
from exactpoly.network import Network  # noqa: E402
from exactpoly.readers import keras_file  # noqa: E402
from exactpoly.readers.load import load  # noqa: E402
from exactpoly.readers.reading import Reading  # noqa: E402

FOLDER = Path(__file__).parent / "keras"
SAID: dict[str, Any] = json.loads((FOLDER / "outputs.json").read_text())
OPTIONS: dict[str, dict[str, Any]] = {
    "dense": {},
    "classifier": {"fold_float": True, "drop_head": True},
    "skips": {},
}
KERNEL = np.array([[1, -2, 0.5], [0.25, 1, -1]], dtype=np.float32)
BIAS = np.array([0.5, 0, -1], dtype=np.float32)


@pytest.fixture(autouse=True)
def here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most files are read in this process, which is quicker."""

    def read(module: str, function: str, path: Path, reading: Reading) -> Network:
        return keras_file.read_by_hdf5(path, reading)

    if "name" not in request.fixturenames:
        monkeypatch.setattr(keras_file, "read_elsewhere", read)


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
@pytest.mark.parametrize("name", OPTIONS)
def test_what_keras_says(name: str, suffix: str) -> None:
    """`make.py` in the folder asked Keras."""
    network = load(FOLDER / f"{name}{suffix}", **OPTIONS[name])
    for point, output in zip(SAID[name]["points"], SAID[name]["outputs"], strict=True):
        exact = network.evaluate([Fraction(x) for x in point])
        assert np.allclose([float(y) for y in exact], output, atol=1e-5, rtol=0)
    assert network.layers == load(FOLDER / f"{name}.keras", **OPTIONS[name]).layers
    assert any("(inputs, outputs)" in note for note in network.notes)


def test_counts_of_units_and_notes() -> None:
    assert load(FOLDER / "dense.keras").widths == (3, 5, 4, 2)
    network = load(FOLDER / "classifier.h5", **OPTIONS["classifier"])
    assert network.n_neurons == 8  # each ReLU6 is two
    assert any("head 'softmax' is left out" in note for note in network.notes)
    notes = load(FOLDER / "skips.keras").notes
    assert any("left (1, 3), right (1, 2)" in note for note in notes)


def test_options() -> None:
    path = FOLDER / "classifier.keras"
    with pytest.raises(InputError, match="--fold-float"):
        load(path)
    with pytest.raises(InputError, match="--drop-head leaves it out"):
        load(path, fold_float=True)
    inner = load(path, output_name="dense_3", input_shape=(2, 2, 1))
    assert (inner.n_neurons, inner.output_dimension) == (0, 4)
    assert any("ends at layer 'dense_3'" in note for note in inner.notes)
    with pytest.raises(InputError, match="no layer is named 'nothing'; there are "):
        load(path, output_name="nothing")
    with pytest.raises(InputError, match="does not end with a head"):
        load(FOLDER / "dense.keras", drop_head=True)
    with pytest.raises(InputError, match="gives 1 shapes for 2 inputs"):
        load(FOLDER / "skips.keras", input_shape=(3,))
    with pytest.raises(InputError, match="transpose: is for files of named tensors"):
        load(path, transpose=True)


def layer(kind: str, **config: Any) -> dict[str, Any]:
    return {"class_name": kind, "config": {"name": kind.lower(), **config}}


def old_file(
    path: Path,
    layers: list[dict[str, Any]],
    weights: dict[str, dict[str, np.ndarray]],
    *,
    inner: Any = None,
    kind: str = "Sequential",
) -> Path:
    """A `.h5` file in the layout of Keras 2: names of weights are bytes and end in ``:0``."""
    with h5py.File(path, "w") as file:
        config = {"class_name": kind, "config": inner or {"name": "net", "layers": layers}}
        file.attrs["model_config"] = json.dumps(config).encode()
        file.attrs["backend"] = b"tensorflow"
        root = file.create_group("model_weights")
        for name, arrays in weights.items():
            group = root.create_group(name)
            group.attrs["weight_names"] = [f"{name}/{key}:0".encode() for key in arrays]
            for key, array in arrays.items():
                group[f"{name}/{key}:0"] = array
    return path


DENSE = layer("Dense", units=3, activation="relu", batch_input_shape=[None, 2])
WEIGHTS: dict[str, dict[str, np.ndarray]] = {"dense": {"kernel": KERNEL, "bias": BIAS}}


def relu_of(x: list[int]) -> tuple[Fraction, ...]:
    weights = [[Fraction(w) for w in column] for column in KERNEL.T.tolist()]
    sums = [sum(w * v for w, v in zip(column, x, strict=True)) for column in weights]
    return tuple(
        max(Fraction(0), y + Fraction(b)) for y, b in zip(sums, BIAS.tolist(), strict=True)
    )


def same(network: Network) -> None:
    for x in ([0, 0], [1, -1], [-3, 2], [5, 7]):
        assert network.evaluate(x) == relu_of(x)


def test_keras_2(tmp_path: Path) -> None:
    same(load(old_file(tmp_path / "net.h5", [DENSE], WEIGHTS)))
    plain = {"class_name": "Dense", "config": {**DENSE["config"], "activation": "linear"}}
    leaky = [plain, layer("LeakyReLU", alpha=0.25)]
    network = load(old_file(tmp_path / "leaky.h5", leaky, WEIGHTS | {"leakyrelu": {}}))
    assert network.evaluate([0, 1]) == (Fraction(3, 4), 1, Fraction(-2, 4))
    listed = old_file(tmp_path / "list.h5", [], WEIGHTS, inner=[DENSE])
    same(load(listed))


def test_keras_2_functional(tmp_path: Path) -> None:
    start = layer("InputLayer", batch_input_shape=[None, 2])
    dense = {**DENSE, "name": "dense", "inbound_nodes": [[["inputlayer", 0, 0, {}]]]}
    inner = {
        "layers": [dense, {**start, "name": "inputlayer", "inbound_nodes": []}],
        "input_layers": [["inputlayer", 0, 0]],
        "output_layers": [["dense", 0, 0]],
    }
    same(load(old_file(tmp_path / "net.h5", [], WEIGHTS, inner=inner, kind="Functional")))
    inner["layers"][0] = {**dense, "inbound_nodes": [[["dense", 0, 0, {}]]]}
    looped = old_file(tmp_path / "loop.h5", [], WEIGHTS, inner=inner, kind="Functional")
    with pytest.raises(InputError, match="depends on its own output"):
        load(looped)
    inner["layers"][0] = {**dense, "inbound_nodes": dense["inbound_nodes"] * 2}
    shared = old_file(tmp_path / "shared.h5", [], WEIGHTS, inner=inner, kind="Functional")
    with pytest.raises(InputError, match="is used 2 times"):
        load(shared)


def test_archives_without_names_of_layers(tmp_path: Path) -> None:
    """Keras 3.0 did not state names beside weights; layers are counted by their class."""
    path = tmp_path / "net.keras"
    named = {"class_name": "Dense", "config": {**DENSE["config"], "name": "mine"}}
    two = {"class_name": "Dense", "config": {"name": "other", "units": 1, "use_bias": False}}
    with h5py.File(tmp_path / "weights.h5", "w") as file:
        for group, arrays in (("dense", [KERNEL, BIAS]), ("dense_1", [np.ones((3, 1))])):
            for i, array in enumerate(arrays):
                file[f"layers/{group}/vars/{i}"] = array
    with zipfile.ZipFile(path, "w") as archive:
        config = {"class_name": "Sequential", "config": {"layers": [named, two]}}
        archive.writestr("config.json", json.dumps(config))
        archive.write(tmp_path / "weights.h5", "model.weights.h5")
    network = load(path)
    assert network.evaluate([5, 7]) == (sum(relu_of([5, 7])),)


TWO = {"batch_input_shape": [None, 2]}
REFUSED: list[tuple[list[dict[str, Any]], dict[str, Any], str]] = [
    ([layer("Conv2D", **TWO)], {}, "layer 'conv2d' .* is not supported; supported are"),
    ([layer("Lambda", **TWO)], {}, "layer 'lambda' .*is not supported"),
    ([layer("ELU", **TWO)], {}, "it is not piecewise linear"),
    ([layer("Sequential", layers=[], **TWO)], {}, "a model within a model"),
    ([layer("Dense", units=3, activation="gelu", **TWO)], WEIGHTS, "'gelu' is not"),
    ([layer("Dense", units=3, activation="tanh", **TWO)], WEIGHTS, "--drop-head"),
    ([layer("Dense", units=4, **TWO)], WEIGHTS, r"has shape \(2, 3\), not"),
    ([layer("Dense", units=3, batch_input_shape=[None, 5])], WEIGHTS, "cannot be multiplied"),
    ([layer("Dense", units=3, batch_input_shape=[None, None])], WEIGHTS, "--input-shape 784"),
    ([layer("Dense", units=3, use_bias=False, **TWO)], WEIGHTS, "has weights"),
    ([DENSE], {}, "holds no weights of layer 'dense'"),
    ([layer("ReLU", threshold=1.0, **TWO)], {}, "it jumps"),
    ([layer("ReLU", max_value="six", **TWO)], {}, "does not fit"),
    ([layer("Reshape", target_shape=[3], **TWO)], {}, "cannot become"),
    ([layer("Flatten", **TWO)] * 2, {}, "the same name"),
    ([], {}, "has no layers"),
]


@pytest.mark.parametrize(("layers", "weights", "words"), REFUSED)
def test_refusals(
    layers: list[dict[str, Any]], weights: dict[str, Any], words: str, tmp_path: Path
) -> None:
    path = old_file(tmp_path / "net.h5", layers, weights)
    with pytest.raises(InputError, match=words) as caught:
        load(path)
    assert str(path) in str(caught.value)


def test_files_that_are_no_models(tmp_path: Path) -> None:
    path = tmp_path / "net.h5"
    with h5py.File(path, "w") as file:
        file["layers/dense/vars/0"] = KERNEL
    with pytest.raises(InputError, match="holds weights and not the model"):
        load(path)
    path.write_bytes(b"no such format")
    with pytest.raises(InputError, match="not a Keras file, or damaged"):
        load(path)
    other = tmp_path / "net.keras"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("config.json", "{}")
    with pytest.raises(InputError, match=r"holds no model\.weights\.h5"):
        load(other)


def test_weights_are_those_of_the_file(tmp_path: Path) -> None:
    """Links to other files are not followed, and no array is larger than its file allows."""
    path = old_file(tmp_path / "net.h5", [DENSE], WEIGHTS)
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["secret"] = KERNEL
    with h5py.File(path, "a") as file:
        del file["model_weights/dense/dense/kernel:0"]
        file["model_weights/dense/dense/kernel:0"] = h5py.ExternalLink("other.h5", "secret")
    with pytest.raises(InputError, match="is a link to somewhere else"):
        load(path)
    with h5py.File(path, "a") as file:
        del file["model_weights/dense/dense/kernel:0"]
        file.create_dataset(
            "model_weights/dense/dense/kernel:0", (10**5, 10**5), "f4", chunks=(9, 9)
        )
    with pytest.raises(InputError, match="would expand to 10000000000 numbers"):
        load(path)


def test_damaged_files(tmp_path: Path) -> None:
    """Whatever is cut off or changed, nothing else than a refusal comes of it."""
    for suffix in (".h5", ".keras"):
        data = (FOLDER / f"dense{suffix}").read_bytes()
        path = tmp_path / f"net{suffix}"
        shutil.copy(FOLDER / f"dense{suffix}", path)
        random = np.random.default_rng(0)
        for _ in range(60):
            changed = bytearray(data[: int(random.integers(1, len(data) + 1))])
            if random.random() < 0.7:
                changed = bytearray(data)
                for place in random.integers(0, len(data), 4).tolist():
                    changed[place] = int(random.integers(256))
            path.write_bytes(bytes(changed))
            with suppress(InputError):
                load(path)
