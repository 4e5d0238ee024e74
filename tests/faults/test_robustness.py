"""Small files and words that once broke the program, each with what is right.

`files/` holds mutated and hostile files, named by what they did: ``tb_``: a traceback; ``accepted_``: one
of two tensors of a name was taken silently; ``slow_``, ``hang_``: a few bytes that filled the memory.
"""

from __future__ import annotations

import io
import json
import os
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest

import exactpoly as ep
from exactpoly.errors import InputError
from exactpoly.readers.load import SUFFIXES
from tests.cli.command_line import case, refused, run, run_json

FILES = Path(__file__).parent / "files"
NEEDS = {".onnx": "onnx", ".pt": "torch", ".safetensors": "safetensors"}
NETWORKS = sorted(
    path for path in FILES.iterdir() if path.name.startswith(("tb_", "acc", "slow", "hang"))
)
NET = case("d14_diamond")


@pytest.mark.parametrize(
    "path", [p for p in NETWORKS if "plot" not in p.name], ids=lambda p: p.name
)
def test_a_bad_file_is_refused_by_name(path: Path) -> None:
    if path.suffix in NEEDS:
        pytest.importorskip(NEEDS[path.suffix])
    assert path.suffix in SUFFIXES
    sentence = refused("info", path)
    assert str(path) in sentence
    assert len(sentence) < 600


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("tb_conv0stride.onnx", "Conv.*strides"),
        ("tb_pool0stride.onnx", "AveragePool.*strides"),
        ("tb_attrref.onnx", "attribute 'alpha'"),
        ("tb_dt99.onnx", "tensor 'w'"),
        ("tb_ext_nan.onnx", "length 'abc'"),
        ("tb_ext_neg.onnx", "length '-5'"),
        ("tb_enc.npz", "'W1.npy' is encrypted"),
        ("tb_lzma_bad.npz", "packed in another way than deflate"),
        ("tb_longdigits.npz", "a name has 5001 characters"),
        ("accepted_duplicate_W1.npz", "'W1' is in the archive 2 times"),
        ("accepted_duplicate_key.safetensors", "the key '0.weight' is given twice"),
        ("slow_1605_bytes.pt", "would expand to 169000000 numbers"),
        ("hang_exponent_underscore.json", "'1e9_9999999'; write a rational"),
    ],
)
def test_the_field_is_named(name: str, words: str) -> None:
    if Path(name).suffix in NEEDS:
        pytest.importorskip(NEEDS[Path(name).suffix])
    with pytest.raises(InputError, match=words):
        ep.load(FILES / name)


def test_pictures_beyond_floats(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    path = tmp_path / "p.svg"
    sentence = refused("plot", FILES / "tb_plot_beyond_float64.json", "-o", path)
    assert "--window" in sentence
    assert not path.exists()


EXPONENTS = (
    "1e9_9999999",
    "-1e\uff19\uff19\uff19\uff19\uff19",
    "1e99999",
    "1_0",
    "\u0661",
    "0x1",
    "1e+",
)


@pytest.mark.parametrize("number", EXPONENTS)
def test_one_grammar_of_numbers(number: str, tmp_path: Path) -> None:
    """Wherever text becomes a number, in little time."""
    box = f"[{number},9]^d"
    (tmp_path / "points").write_text(f"{number} 0", encoding="utf-8")
    (tmp_path / "net.nnet").write_text(
        f"1,1,1,1\n1,1\n0\n{number}\n9\n0,0\n1,1\n1\n0\n", encoding="utf-8"
    )
    (tmp_path / "claims.json").write_text(
        json.dumps({"format": "exactpoly-claims-1", "regions": [{"point": [number, "0"]}]})
    )
    (tmp_path / "s.toml").write_text(
        'source = "initialised"\nfigures = ["means"]\n[measure]\ndomains = ["' + box + '"]\n'
        "[[small]]\nwidths = [[2, 2, 1]]\nseed = 0\n",
        encoding="utf-8",
    )
    (tmp_path / "p.vnnlib").write_text(
        "(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)"
        f"(assert (<= X_0 {number}))",
        encoding="utf-8",
    )
    words: list[tuple[str | Path, ...]] = [
        ("eval", NET, f"{number},0"),
        ("eval", NET, f"@{tmp_path / 'points'}"),
        ("region", NET, f"0,{number}"),
        ("certify", NET, "--domain", box),
        ("certify", NET, "--domain", f"x0 <= {number}, x1 >= 0"),
        ("plot", NET, "--window", f"[{number},9]x[0,1]", "-o", tmp_path / "p.svg"),
        ("plot", case("q3_00"), "--slice", f"0,0,{number};1,0,0;0,1,0", "-o", tmp_path / "p.svg"),
        ("info", tmp_path / "net.nnet"),
        ("compare", NET, "--claims", tmp_path / "claims.json"),
        ("study", "run", tmp_path / "s.toml"),
        ("prove", NET, tmp_path / "p.vnnlib"),
        ("range", NET, "--functional", f"{number}*Y_0", "--domain", "[-1,1]^d"),
        ("topology", NET, "--level", number),
        ("bounds", "--widths", f"2,{number}"),
        ("construct", "montufar", f"2,{number}"),
    ]
    for arguments in words:
        sentence = refused(*arguments)
        assert "Usage" not in sentence, arguments


def test_devices_are_refused(tmp_path: Path) -> None:
    if not Path("/dev/zero").exists():
        pytest.skip("there is no such device")
    zero = "/dev/zero"
    for arguments in (
        ("eval", NET, f"@{zero}"),
        ("region", NET, f"@{zero}"),
        ("certify", NET, "--checkpoint", zero),
        ("certify", NET, "--domain", f"@{zero}"),
        ("study", "run", zero),
        ("prove", NET, zero),
        ("info", zero),
        ("compare", NET, "--claims", zero),
        ("cover", zero),
        ("judge-verdict", NET, zero, "--result", "sat", "--witness", zero),
        ("hunt", "depth", "--check", zero),
        ("arrangement", zero, "--box", "[-1,1]^3"),
        ("indicator", zero),
        ("bounds", zero),
    ):
        assert zero in refused(*arguments), arguments


def test_no_input_is_overwritten(tmp_path: Path) -> None:
    net, link, hard = (tmp_path / name for name in ("net.json", "link.svg", "hard.json"))
    content = NET.read_bytes()
    net.write_bytes(content)
    link.symlink_to(net)
    os.link(net, hard)
    for arguments in (
        ("certify", net, "-o", net),
        ("certify", net, "-o", hard),
        ("plot", net, "-o", link),
        ("certify", net, "--checkpoint", net),
        ("certify", net, "--coq", net),
        ("topology", net, "-o", net),
    ):
        assert "is the input itself" in refused(*arguments)
        assert net.read_bytes() == content


def test_a_checkpoint_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir()
    full = Path("/dev/full")
    if os.geteuid() == 0 or not full.exists():
        data = run_json("certify", FILES / "q3.npz", "--max-cells", "9000", exit_code=2)
        assert data["regions"] > 0
        pytest.skip("no folder is locked for this user; tests of checkpoints simulate it")
    folder.chmod(0o500)
    result = run("certify", FILES / "q3.npz", "--max-cells", "9000", "--checkpoint", folder / "c")
    assert result.exit_code == 2
    assert "regions" in result.stdout


def test_acas_xu_with_its_audit() -> None:
    """Two regions of 310 inequalities with 189 bits each, of which few are facets."""
    pytest.importorskip("onnx")
    pytest.importorskip("cdd")
    box = "[0.598,0.602]x[0.098,0.102]x[-0.202,-0.198]x[0.448,0.452]x[-0.452,-0.448]"
    data = run_json("certify", FILES / "acasxu_1_1.onnx", "--domain", box, "--max-seconds", "60")
    assert data["f_vector"] == [52, 140, 149, 78, 20, 2]
    assert data["complete"]


def test_duplicates_in_every_container(tmp_path: Path) -> None:
    def archive(name: str, members: list[tuple[str, bytes]]) -> Path:
        stream = io.BytesIO()
        with warnings.catch_warnings(), zipfile.ZipFile(stream, "w") as file:
            warnings.simplefilter("ignore")
            for member, content in members:
                file.writestr(member, content)
        (tmp_path / name).write_bytes(stream.getvalue())
        return tmp_path / name

    one = io.BytesIO()
    np.save(one, np.eye(2))
    refused("info", archive("a.npz", [("W1.npy", one.getvalue())] * 2))
    (tmp_path / "b.json").write_text('{"hidden_layers": [{"weight": [[1]], "weight": [[2]]}]}')
    assert "given twice" in refused("info", tmp_path / "b.json")
    torch = pytest.importorskip("torch")
    stream = io.BytesIO()
    torch.save({"0.weight": torch.ones(1, 1), "1.weight": torch.ones(1, 1)}, stream)
    with zipfile.ZipFile(stream) as file:
        members = [(name, file.read(name)) for name in file.namelist()]
    changed = [
        (name, data.replace(b"1.weight", b"0.weight") if name.endswith("data.pkl") else data)
        for name, data in members
    ]
    path = tmp_path / "c.pt"
    with zipfile.ZipFile(path, "w") as file:
        for name, data in changed:
            file.writestr(name, data)
    assert "the key '0.weight' is set twice" in refused("info", path)
    refused("info", archive("d.pt", [*members, members[0]]))


def test_a_storage_shorter_than_its_tensor_is_refused(tmp_path: Path) -> None:
    """torch would read on behind it, or break down."""
    torch = pytest.importorskip("torch")
    stream = io.BytesIO()
    torch.save({"0.weight": torch.ones(8, 4)}, stream)
    path = tmp_path / "net.pt"
    with zipfile.ZipFile(stream) as before, zipfile.ZipFile(path, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            after.writestr(name, data[:8] if name.endswith("data/0") else data)
    assert "promises 128 bytes and holds 8" in refused("info", path)


def test_two_values_of_one_name_in_onnx(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    h = onnx.helper
    one = h.make_node("Relu", ["x"], ["y"], name="first")
    two = h.make_node("Neg", ["x"], ["y"], name="second")
    weight = h.make_tensor("w", onnx.TensorProto.FLOAT, [1, 1], [1.0])
    info = h.make_tensor_value_info
    ends = [info(name, onnx.TensorProto.FLOAT, [1, 1]) for name in "xy"]
    for nodes, constants in (([one, two], []), ([one], [weight, weight])):
        model = h.make_model(h.make_graph(nodes, "g", ends[:1], ends[1:], constants))
        path = tmp_path / "net.onnx"
        path.write_bytes(model.SerializeToString())
        assert "is given twice" in refused("info", path)
