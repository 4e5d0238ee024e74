"""The real tools: run in this interpreter, or in the one that EXACTPOLY_PEERS_PYTHON names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import exactpoly as ep
from exactpoly.crosscheck.run import compare_tool
from exactpoly.crosscheck.tool import parse_tool
from exactpoly.crosscheck.verdict import Outcome, Verdict
from exactpoly.readers.load import load

CASES = Path(__file__).parents[1] / "cases"
PYTHON = os.environ.get("EXACTPOLY_PEERS_PYTHON")


def ask(tool: str, network: str | ep.Network, domain: str = "R^d", **options) -> Verdict:
    """The verdict on a tool for one of tests/cases; skips where the tool is not installed."""
    if isinstance(network, str):
        network = load(CASES / f"{network}.json")
    place = ep.Domain.parse(domain, network.input_dimension)
    verdict = compare_tool(network, place, parse_tool(tool, PYTHON), seconds=120, **options)
    if verdict.outcome is Outcome.ABSENT:
        pytest.skip(f"{tool} is not installed: {verdict.message}")
    return verdict
