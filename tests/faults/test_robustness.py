"""Small files and words that once broke the program, each with what is right.

`files/` holds mutated and hostile files, named by what they did: ``tb_``: a traceback; ``accepted_``: one
of two tensors of a name was taken silently; ``slow_``, ``hang_``: a few bytes that filled the memory.
"""

from __future__ import annotations

import copy
import gzip
import io
import json
import os
import pickle
import subprocess
import sys
import time
import warnings
import zipfile
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import exactpoly as ep
from exactpoly.certificate import check, check_property
from exactpoly.errors import InputError
from exactpoly.readers.load import SUFFIXES
from tests.cli.command_line import case, one_sentence, run, run_json

FILES = Path(__file__).parent / "files"
ROOT = Path(__file__).resolve().parents[2]
NEEDS = {".onnx": "onnx", ".pt": "torch", ".safetensors": "safetensors"}
NETWORKS = sorted(
    path for path in FILES.iterdir() if path.name.startswith(("tb_", "acc", "slow", "hang"))
)
NET = case("d14_diamond")


def refused(*arguments: str | Path) -> str:
    result = run(*arguments)
    assert result.exit_code == 3, result.output
    return one_sentence(result)


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
        ("accepted_duplicate_W1.npz", "'W1' stands in the archive 2 times"),
        ("accepted_duplicate_key.safetensors", "the key '0.weight' is given twice"),
        ("slow_1605_bytes.pt", "stands for 169000000 numbers"),
        ("hang_exponent_underscore.json", "'1e9_9999999'; write a rational"),
    ],
)
def test_the_field_is_named(name: str, words: str) -> None:
    if Path(name).suffix in NEEDS:
        pytest.importorskip(NEEDS[Path(name).suffix])
    with pytest.raises(InputError, match=words):
        ep.load(FILES / name)


def test_brackets_without_end(tmp_path: Path) -> None:
    for name, content in (
        ("deep.toml", b"a=" + b"[" * 20_000 + b"]" * 20_000),
        ("deep.json", b"[" * 10**5),
        ("deep.nnet", b"(" * 10**5),
        ("deep.pt", b"\x80\x02" + b"(" * 10**5 + b"."),
    ):
        (tmp_path / name).write_bytes(content)
    assert "deep.toml: brackets are nested too deeply" in refused(
        "study", "run", tmp_path / "deep.toml"
    )
    refused("info", tmp_path / "deep.json")
    refused("info", tmp_path / "deep.nnet")
    pytest.importorskip("torch")
    refused("info", tmp_path / "deep.pt")


def test_pictures_beyond_floats(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    path = tmp_path / "p.svg"
    sentence = refused("plot", FILES / "tb_plot_beyond_float64.json", "-o", path)
    assert "--window" in sentence
    assert not path.exists()


def test_archives_are_refused_by_what_they_expand_to(tmp_path: Path) -> None:
    """In little time and memory, which a process of its own shows."""
    path = tmp_path / "bomb.npz"
    np.savez_compressed(path, W1=np.zeros((5000, 10_000)))
    code = (
        "import sys, time, exactpoly as ep\n"
        "from exactpoly.running.limits import peak_memory\n"
        "started = time.process_time()\n"
        "try: ep.load(sys.argv[1])\n"
        "except ep.InputError as error: print(error)\n"
        "assert time.process_time() - started < 5 and peak_memory() < 2**30\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, path],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
    ).stdout
    assert "unpacks to 4000" in told


def test_an_archive_may_repack_numbers(tmp_path: Path) -> None:
    """Zeros of a pruned network are compressed, and read all the same."""
    path = tmp_path / "pruned.npz"
    np.savez_compressed(path, W1=np.zeros((1000, 1000)), W2=np.ones((1, 1000)))
    assert ep.load(path).widths == (1000, 1000, 1)


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


def test_what_the_checker_cannot_read_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "net.cert"
    result = run("certify", FILES / "unreadable_own_certificate.json", "-o", path)
    assert result.exit_code == 3
    assert "the checker could not read it" in result.stderr
    assert not path.exists()


def test_elimination_is_work_for_the_checker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The vertex of 12 equations between numbers of 3990 digits, which once cost nothing."""
    from random import Random

    draw, d = Random(1), 12

    def number() -> str:
        return draw.choice("-+").strip("+") + str(draw.randint(10**3989, 10**3990 - 1))

    network = {
        "format": "exactpoly-network-1",
        "layers": [
            {
                "weight": [[number() for _ in range(d)] for _ in range(d)],
                "bias": [number() for _ in range(d)],
                "relu": [True] * d,
            }
        ],
    }
    problem = check.Problem(network, "R^d", 10**8)
    with pytest.raises(check.Refused, match="more work than the limit; --scale 10"):
        problem.point("0" * d + "+" * 2 * d)


def test_certificates_expand_to_no_more_than_a_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few kilobytes stand for 40 megabytes, of one line or of many."""
    property_, topology = (
        b'{"format":"exactpoly-%s","version":2}' % k for k in (b"property", b"topology")
    )
    monkeypatch.setattr(check_property, "MAX_BYTES", 1 << 20)
    for content in (
        bytes(40 << 20),
        property_ + b"\n" + bytes(40 << 20),
        property_ + b"\n" + b"1\n" * (20 << 20),
        topology[:-1] + b" " * (40 << 20),
    ):
        path = tmp_path / "net.cert.gz"
        path.write_bytes(gzip.compress(content, 1))
        started = time.process_time()
        result = run("check", path)
        assert result.exit_code == 3
        assert "UNREADABLE" in result.stdout
        assert time.process_time() - started < 5


def test_long_domains_and_properties(tmp_path: Path) -> None:
    """A megabyte of inequalities once took minutes, in which no limit acted."""
    domain, wide, long = (tmp_path / name for name in ("domain", "wide.vnnlib", "long.vnnlib"))
    domain.write_text(", ".join(f"x0 + {k}*x1 <= {k}" for k in range(1, 3000)))
    head = "(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)"
    some = " ".join(f"(>= Y_0 {k})" for k in range(20_000))
    wide.write_text(f"{head}(assert (or {some} {some} {some} {some} {some} {some}))")
    long.write_text(f"{head}(assert (or {some}))" + "(assert (>= X_0 0))" * 20_000)
    for words, arguments in (
        ("2999 half-spaces are given", ("certify", NET, "--domain", f"@{domain}")),
        ("more than 100000 alternatives", ("prove", NET, wide)),
        ("more than 5000000 inequalities", ("prove", NET, long)),
    ):
        started = time.process_time()
        assert words in refused(*arguments)
        assert time.process_time() - started < 10  # under 5 s alone; a busy machine counts more
    arguments = ("prove", NET, long, "--max-seconds", "0")
    assert run(*arguments).exit_code in (2, 3)


@pytest.mark.parametrize("numbers", ["99999999,1", "1000,1", "1400,1", "2,999999", "12,1400,1400"])
def test_constructions_beyond_reach(numbers: str) -> None:
    assert "construct" in refused("construct", "montufar", numbers)


def test_constructions_obey_limits() -> None:
    result = run("construct", "slabs", "300,300", "--max-seconds", "0")
    assert result.exit_code == 2
    assert "nothing was verified" in result.stderr


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


def test_numbers_of_numpy_and_torch_are_exact() -> None:
    net = ep.load(NET)
    expected = net.evaluate([100, -100])
    for kind in (np.int8, np.int16, np.int64, np.float16, np.float32, np.float64):
        row = np.array([100, -100], kind)
        assert net.evaluate(row) == net.evaluate(list(row)) == expected
        assert ep.enumerate(net).find(row)[0].index == ep.enumerate(net).find([100, -100])[0].index
    assert net.evaluate(np.array([200, 255], np.uint8)) == net.evaluate([200, 255])
    assert net.evaluate([0.1, "0.1"]) == net.evaluate([Fraction(0.1), Fraction(1, 10)])
    for bad in (float("nan"), np.float32("inf"), np.float64("nan")):
        with pytest.raises(
            InputError, match=r"point\[0\] is (nan|inf); every number must be finite"
        ):
            net.evaluate([bad, 0])
        with pytest.raises(InputError):
            ep.enumerate(net).find([bad, 0])


def test_torch_rows() -> None:
    torch = pytest.importorskip("torch")
    net = ep.load(NET)
    expected = net.evaluate([100, -100])
    for kind in (torch.int8, torch.float32, torch.bfloat16, torch.float64):
        row = torch.tensor([100, -100], dtype=kind)
        assert net.evaluate(row) == expected
        assert ep.enumerate(net).find(row) is not None


def test_arrays_of_a_complex_are_not_the_callers() -> None:
    c = ep.enumerate(ep.load(NET))
    mean, counts = c.mean_facets, c.facet_counts
    with pytest.raises(ValueError, match="read-only"):
        counts -= 1
    assert c.mean_facets == mean


def test_a_complex_is_copied_and_pickled() -> None:
    c = ep.enumerate(ep.load(NET))
    for other in (pickle.loads(pickle.dumps(c)), copy.deepcopy(c)):
        assert other.f_vector == c.f_vector
    region = c.regions[0]
    assert pickle.loads(pickle.dumps(region)).row == copy.deepcopy(region).row


def test_memory_is_the_present_one() -> None:
    net = ep.load(NET)
    big = bytearray(300 << 20)
    del big
    limits = ep.Limits(max_memory=(250 << 20) + _present())
    assert ep.enumerate(net, limits=limits).complete


def _present() -> int:
    from exactpoly.running.limits import present_memory

    return present_memory() or 0


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


def test_a_model_of_few_bytes_makes_no_large_network(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    h, kind = onnx.helper, onnx.TensorProto.FLOAT
    doubled = [h.make_node("Concat", [f"{i}", f"{i}"], [f"{i + 1}"], axis=1) for i in range(25)]
    squared = [h.make_node("Mul", [f"w{i}", f"w{i}"], [f"w{i + 1}"]) for i in range(40)]
    squared.append(h.make_node("Mul", ["0", "w40"], ["25"]))
    weight = h.make_tensor("w0", kind, [1], [0.3])
    ends = [
        h.make_tensor_value_info(name, kind, shape) for name, shape in (("0", [1, 2]), ("25", None))
    ]
    for nodes, words in ((doubled, "more of the model than its size"), (squared, "1000000 bits")):
        graph = h.make_graph(nodes, "g", ends[:1], ends[1:], [weight])
        path = tmp_path / "net.onnx"
        path.write_bytes(h.make_model(graph).SerializeToString())
        assert words in refused("info", path)
