"""Layers that a file only names: one order that names and shapes settle, or a refusal."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from exactpoly.errors import InputError
from exactpoly.readers.load import load


def weights(*names_and_shapes: tuple[str, tuple[int, int]]) -> dict[str, np.ndarray]:
    return {
        f"{name}.weight": np.arange(1.0, 1 + shape[0] * shape[1]).reshape(shape) + place
        for place, (name, shape) in enumerate(names_and_shapes)
    }


def saved(path: Path, tensors: dict[str, np.ndarray]) -> Path:
    if path.suffix == ".npz":
        np.savez(path, **tensors)  # type: ignore[arg-type]
    elif path.suffix == ".safetensors":
        pytest.importorskip("safetensors.numpy").save_file(tensors, path)
    else:
        torch = pytest.importorskip("torch")
        torch.save({name: torch.from_numpy(x) for name, x in tensors.items()}, path)
    return path


@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
def test_shapes_settle_what_numbers_leave_open(suffix: str, tmp_path: Path) -> None:
    tensors = weights(("out", (2, 3)), ("body.10", (3, 3)), ("body.2", (3, 3)), ("first", (3, 4)))
    network = load(saved(tmp_path / f"net{suffix}", tensors))
    assert network.widths == (4, 3, 3, 3, 2)
    order = "first.weight, body.2.weight, body.10.weight, out.weight"
    assert any(order in note and "the only order" in note for note in network.notes)


@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
def test_an_order_that_nothing_settles_is_refused(suffix: str, tmp_path: Path) -> None:
    # In alphabetical order "hidden" would come before "input".
    tensors = weights(("input", (3, 3)), ("hidden", (3, 3)))
    with pytest.raises(InputError, match=r"may be in the order .*hidden.* or "):
        load(saved(tmp_path / f"net{suffix}", tensors))
    with pytest.raises(InputError, match=r"fit together in no order"):
        load(saved(tmp_path / f"net{suffix}", weights(("a", (3, 2)), ("b", (5, 4)))))
    many = weights(*((chr(97 + i) * (i // 26 + 1), (2, 2)) for i in range(40)))
    with pytest.raises(InputError, match="differ too much"):
        load(saved(tmp_path / f"net{suffix}", many))


def test_a_state_dict_against_its_numbers_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "net.pt"
    with pytest.raises(InputError, match=r"4\.weight comes before 2\.weight"):
        load(saved(path, weights(("0", (3, 3)), ("4", (3, 3)), ("2", (3, 3)))))
    network = load(saved(path, weights(("in", (3, 3)), ("a.9", (3, 3)), ("a.10", (3, 3)))))
    assert any("in.weight, a.9.weight, a.10.weight" in note for note in network.notes)
