"""What is missing is named together with the installer that reaches the running interpreter."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

import pytest

from exactpoly.errors import MissingDependency, install_command


@pytest.mark.parametrize(
    ("prefix", "path", "told"),
    [
        ("", "bin", "pip install a b"),
        ("", "elsewhere", "bin/python -m pip install a b"),
        ("pipx/venvs/exactpoly", "bin", "pipx inject exactpoly a b"),
    ],
)
def test_the_installer_is_that_of_the_interpreter(
    prefix: str, path: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("bin", "elsewhere"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "pip").touch(mode=0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "prefix", str(tmp_path / prefix))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))
    monkeypatch.setenv("PATH", str(tmp_path / path))
    assert install_command("a", "b") == told
    monkeypatch.chdir("elsewhere")
    assert install_command("a").startswith(("pip", str(tmp_path)))


def test_the_hint_survives_another_process() -> None:
    error = MissingDependency("plot needs matplotlib", "matplotlib")
    assert str(error).startswith("plot needs matplotlib; install it with: ")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
