"""The twelve wishes: every line of exactpoly's code runs, and none takes more lines than relucent's."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def test_the_wishes_come_true(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import wishes

    start = f"import sys\nsys.path.insert(0, {str(ROOT)!r})\nimport exactpoly as ep\n"
    told = wishes.answers(sys.executable, start, [ours for _, ours, _ in wishes.WISHES])
    assert len(told) == 12
    assert not [word for word in told if "Error" in word or "Missing" in word], told
    assert told[0] == "37"
    assert told[-1] == "2"
    page = (ROOT / "docs" / "explanation" / "twelve_wishes.md").read_text(encoding="utf-8")
    for _, ours, theirs in wishes.WISHES:
        assert wishes.lines_of(ours) <= wishes.lines_of(theirs)
        assert all(f"`{line}`" in page for line in (*ours.splitlines(), *theirs.splitlines()))
