"""Marks tests of rooms that take seconds: `sh tests/run.sh -m quick` is green in a minute."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("busy", deadline=None)  # A loaded machine is no failure.
settings.load_profile("busy")

HERE = Path(__file__).parent
QUICK = (
    "arithmetic",
    "certificate/test_roundtrip.py",
    "levelset",
    "polyhedra",
    "reference",
    "test_domain.py",
    "test_layers.py",
    "test_summary.py",
    "topology/test_cases.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            name = item.path.relative_to(HERE).as_posix()
            if name.startswith(QUICK):
                item.add_marker(pytest.mark.quick)
