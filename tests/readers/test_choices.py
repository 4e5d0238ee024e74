"""What a user may choose, in Python and on the command line, and what each reader refuses."""

from __future__ import annotations

import zipfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import exactpoly as ep
from exactpoly.errors import InputError
from exactpoly.network import Layer, Network
from exactpoly.readers.load import load
from exactpoly.readers.reading import Reading
from tests.cli.command_line import one_sentence, run

FAULTS = Path(__file__).parent / "faults"
W = np.array([[1.0, -2.0], [0.5, 3.0]])
V = np.array([[1.0, 1.0]])
PLAIN = {"0.weight": W, "2.weight": V}


def test_activation_and_final_activation_are_what_they_say() -> None:
    for x, y in ((1, 1), (-3, 2), (4, -1)):
        z = (Fraction(x - 2 * y), Fraction(x, 2) + 3 * y)
        assert load(PLAIN).evaluate([x, y]) == (max(z[0], 0) + max(z[1], 0),)
        assert load(PLAIN, activation="abs").evaluate([x, y]) == (abs(z[0]) + abs(z[1]),)
        leaky = load(PLAIN, activation="leaky_relu:1/4", final_activation=True)
        total = sum(max(v, v / 4) for v in z)
        assert leaky.evaluate([x, y]) == (max(total, total / 4),)
        twice = load(PLAIN, final_activation=True)
        assert all(twice.layers[-1].relu)
    assert any("abs between them" in note for note in load(PLAIN, activation="abs").notes)
    assert load(PLAIN).layers == load(PLAIN, activation="relu").layers


def test_orientation_of_kernels_and_weights() -> None:
    turned = {"a/kernel:0": W.T, "a_1/kernel:0": V.T}
    assert load(turned).layers == load(PLAIN).layers
    assert load({"0.weight": W.T, "2.weight": V.T}, transpose=True).layers == load(PLAIN).layers
    with pytest.raises(InputError, match="kernel have shape"):
        load(turned, transpose=True)
    tall = {"0.weight": np.ones((2, 3)), "1.weight": np.ones((3, 4))}
    with pytest.raises(InputError, match="say --transpose"):
        load(tall)
    assert load(tall, transpose=True).widths == (2, 3, 4)
    with pytest.raises(InputError, match="both mean one tensor"):
        load({"a/kernel": W, "a.kernel": W})


@pytest.mark.parametrize(
    ("names", "several"),
    [
        (("actor.0", "actor.2", "critic.0", "critic.2"), True),
        (("model.actor.0", "model.actor.2", "model.critic.0", "model.critic.2"), True),
        (("layers.0", "layers.2", "layers.4", "layers.6"), False),
        (("0.0", "0.2", "1.0", "1.2"), False),
        (("fc1", "fc2", "fc3", "fc4"), False),
        (("layer1.linear", "layer2.linear", "layer3.linear", "layer4.linear"), False),
    ],
)
def test_names_that_may_be_several_networks(names: tuple[str, ...], several: bool) -> None:
    data = {f"{name}.weight": W for name in names}
    if several:
        with pytest.raises(InputError, match="several networks"):
            load(data)
        assert len(load(data, prefix="").layers) == 4
    else:
        assert len(load(data).layers) == 4


def test_networks_that_do_not_chain_are_named() -> None:
    data = {"body.0.weight": W, "body.2.weight": V, "head.0.weight": W, "head.2.weight": W}
    with pytest.raises(InputError, match=r"body \(2-2-1\), head \(2-2-2\)"):
        load(data)


def test_nested_mappings_and_foreign_arrays() -> None:
    assert load({"net": {"0": {"weight": W}, "2": {"weight": V}}}).layers == load(PLAIN).layers
    for entry in ("text", None, np.array(["x"]), np.array([1j])):
        with pytest.raises(InputError):
            load({"0.weight": entry})
    for data in ({}, {1: 2}):
        with pytest.raises(InputError):
            load(data)


CHOICES: dict[str, Any] = {
    "input_shape": (2,),
    "prefix": "a",
    "output_name": "y",
    "activation": "abs",
    "final_activation": True,
    "transpose": True,
    "drop_head": True,
}


@pytest.mark.parametrize("name", CHOICES)
def test_choices_that_mean_nothing_are_refused(name: str) -> None:
    option = {name: CHOICES[name]}
    network = Network((Layer.of([[1, 0]]),))
    with pytest.raises(InputError, match=name):
        load(network, **option)
    with pytest.raises(InputError, match=name):
        load(FAULTS / "no_output_mean.nnet", **option)
    if name in ("input_shape", "output_name", "drop_head"):
        with pytest.raises(InputError, match=name):
            load(PLAIN, **option)
    else:
        pytest.importorskip("onnx")
        with pytest.raises(InputError, match=name):
            load(FAULTS / "op_Abs.onnx", **option)
    assert load(network, fold_float=True) is network


def test_shapes_are_positive_integers() -> None:
    assert Reading.of(input_shape=[(2,), (1, 3)]).input_shape == ((2,), (1, 3))
    assert Reading.of(input_shape=(2, 3)).input_shape == ((2, 3),)
    for shape in ((0,), (-1, 2), (1.5,), [(2,), 3], (True,)):
        with pytest.raises(InputError, match="positive integers"):
            Reading.of(input_shape=shape)  # type: ignore[arg-type]


def test_choices_reach_enumerate() -> None:
    pytest.importorskip("onnx")
    complex_ = ep.enumerate(FAULTS / "two_out.onnx", output_name="h", domain="[-1,1]^d")
    assert complex_.network.n_neurons == 0
    with pytest.raises(TypeError):
        load(PLAIN, prefx="a")  # type: ignore[call-arg]


POINT = ["0,0,0,0"]
COMMANDS: dict[str, list[str]] = {
    "info": [],
    "eval": POINT,
    "region": POINT,
    "certify": ["--domain", "[0,1/8]^d", "--audit", "none"],
    "bounds": ["--domain", "[0,1/8]^d"],
    "plot": ["--slice", "0,0,0,0;1,0,0,0;0,1,0,0", "-o", "plot.svg"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_choices_reach_every_command(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch")
    monkeypatch.chdir(tmp_path)
    path = str(FAULTS / "actor_critic.pt")
    result = run(command, path, *COMMANDS[command])
    assert result.exit_code == 3
    assert "--prefix actor" in one_sentence(result)
    result = run(command, path, *COMMANDS[command], "--prefix", "critic")
    assert result.exit_code == 0, result.stderr
    result = run(command, path, *COMMANDS[command], "--prefix", "critic", "--activation", "sine")
    assert "leaky_relu:NUMBER" in one_sentence(result)


def test_a_script_that_runs_when_it_is_loaded_is_refused(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    path, changed = tmp_path / "net.pt", tmp_path / "changed.pt"
    torch.jit.script(torch.nn.Sequential(torch.nn.Linear(2, 1))).save(str(path))
    assert load(path).widths == (2, 1)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            more = b"# __setstate__\n" if name.endswith(".py") else b""
            new.writestr(name, old.read(name) + more)
    with pytest.raises(InputError, match="runs when it is loaded"):
        load(changed)


@pytest.mark.parametrize(
    "text", ['{"use_pickle": true}', '{"expr_str": "open(1)"}', "[", "[" * 9999]
)
def test_an_archive_that_would_run_code_is_refused(text: str, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    path = tmp_path / "net.pt2"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("net/models/model.json", text)
    with pytest.raises(InputError, match=r"what loading would run|JSON"):
        load(path)


def test_training_mode_is_refused_where_it_matters() -> None:
    torch = pytest.importorskip("torch")
    from torch import nn

    assert load(torch.jit.script(nn.Sequential(nn.Linear(2, 1)))).widths == (2, 1)
    random = nn.Sequential(nn.Linear(2, 1), nn.Dropout(0.5))
    for model in (random, torch.jit.script(random)):
        with pytest.raises(InputError, match=r"model.eval\(\)"):
            load(model)
        assert load(model.eval()).widths == (2, 1)


def test_outputs_and_heads_of_torch_modules() -> None:
    torch = pytest.importorskip("torch")
    from torch import nn

    class Two(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body, self.head = nn.Linear(2, 3), nn.Linear(3, 2)

        def forward(self, x: Any) -> Any:
            hidden = torch.relu(self.body(x))
            return self.head(hidden), hidden

    model = Two().eval()
    with pytest.raises(InputError, match=r"tuple of 2.*output_name"):
        load(model)
    assert load(model, output_name=0).widths == (2, 3, 2)
    assert load(model, output_name=1).widths == (2, 3, 3)
    assert load(model, output_name="body").widths == (2, 3)
    with pytest.raises(InputError, match="no value is named 'q'; the last ones are"):
        load(model, output_name="q")
    scripted = torch.jit.trace(model, torch.zeros(1, 2))
    with pytest.raises(InputError, match="returns 2 values"):
        load(scripted)
    assert load(scripted, output_name=1).layers == load(model, output_name=1).layers
    exported = torch.export.export(model, (torch.zeros(1, 2),))
    assert load(exported, output_name=1).layers == load(model, output_name=1).layers

    classifier = nn.Sequential(nn.Linear(2, 3), nn.Softmax(1)).eval()
    with pytest.raises(InputError, match=r"Softmax.*not piecewise linear; drop_head"):
        load(classifier)
    assert load(classifier, drop_head=True).layers == load(classifier[0]).layers
    assert load(classifier, output_name="0").layers == load(classifier[0]).layers
    with pytest.raises(InputError, match="does not end with a head"):
        load(classifier[0], drop_head=True)


def test_several_inputs_of_a_torch_module() -> None:
    torch = pytest.importorskip("torch")
    from torch import nn

    class Sum(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a, self.b = nn.Linear(2, 3), nn.Linear(1, 3)

        def forward(self, x: Any, u: Any) -> Any:
            return torch.relu(self.a(x) + self.b(u))

    model = Sum().eval()
    network = load(model)
    assert any("x (1, 2), u (1, 1)" in note for note in network.notes)
    with torch.no_grad():
        expected = model(torch.tensor([[1.0, -2.0]]), torch.tensor([[3.0]])).ravel().tolist()
    assert [float(y) for y in network.evaluate([1, -2, 3])] == pytest.approx(expected, abs=1e-6)
    scripted = torch.jit.trace(model, (torch.zeros(1, 2), torch.zeros(1, 1)))
    assert load(scripted).layers == network.layers
    with pytest.raises(InputError, match="1 shapes for 2 inputs"):
        load(model, input_shape=(3,))
