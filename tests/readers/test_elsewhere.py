"""Files over which a library breaks down, runs in circles or fills the memory: one sentence each."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

import exactpoly as ep
from exactpoly.errors import InputError
from exactpoly.readers import elsewhere
from tests.cli.command_line import one_sentence, run

pytestmark = pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")
KERAS = Path(__file__).parent / "keras" / "dense.h5"


def script(path: Path, change: tuple[bytes, bytes] = (b"", b"")) -> Path:
    """A traced layer with something else in its code."""
    torch = pytest.importorskip("torch")
    stream = io.BytesIO()
    layer = torch.nn.Linear(2, 1).eval()
    torch.jit.save(torch.jit.trace(layer, torch.zeros(1, 2)), stream)
    with zipfile.ZipFile(stream) as before, zipfile.ZipFile(path, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            after.writestr(name, data.replace(*change) if name.endswith(".py") else data)
    return path


def test_what_torch_reads_comes_back(tmp_path: Path) -> None:
    network = ep.load(script(tmp_path / "net.pt"))
    assert network.widths == (2, 1)
    assert any("float32" in note for note in network.notes)
    assert "float_weight" not in network.layers[0].__dict__  # worked out anew where it is wanted


def test_torch_breaks_down_alone(tmp_path: Path) -> None:
    """Brackets nested ten thousand deep end the process that parses them."""
    path = script(tmp_path / "net.pt", (b"return ", b"return " + b"(" * 10_000))
    result = run("info", path)
    assert result.exit_code == 3
    assert f"{path}: its reader broke down" in one_sentence(result)


def test_what_torch_refuses(tmp_path: Path) -> None:
    path = script(tmp_path / "net.pt", (b"return ", b"return ("))
    with pytest.raises(InputError, match="torch cannot read it as TorchScript"):
        ep.load(path)


def test_memory_has_an_end(tmp_path: Path) -> None:
    pytest.importorskip("h5py")
    content = bytearray(KERAS.read_bytes())
    content[13533:13541] = b"\xff" * 8
    path = tmp_path / "net.h5"
    path.write_bytes(content)
    with pytest.raises(InputError, match="damaged"):
        ep.load(path)


def test_computing_has_an_end(tmp_path: Path) -> None:
    """An object of size 0 in a heap of HDF5 is followed by itself."""
    resource = pytest.importorskip("resource")
    pytest.importorskip("h5py")
    content = bytearray(KERAS.read_bytes())
    content[5280:5344] = bytes(64)
    path = tmp_path / "net.h5"
    path.write_bytes(content)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with pytest.raises(InputError, match=r"stopped after 2 s"):
        ep.load(path)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 5


def test_computing_over_the_whole_file_has_an_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("h5py")
    monkeypatch.setattr(elsewhere, "_SECONDS", 1)
    monkeypatch.setattr(elsewhere, "_CALL_SECONDS", 30)
    content = bytearray(KERAS.read_bytes())
    content[5280:5344] = bytes(64)
    path = tmp_path / "net.h5"
    path.write_bytes(content)
    with pytest.raises(InputError, match="stopped after 1 s"):
        ep.load(path)


def test_an_answer_holds_networks_alone() -> None:
    with pytest.raises(KeyError):
        elsewhere._Answer(io.BytesIO(b"cos\nsystem\n.")).load()
