"""A program as a tool: what it is asked here, and one that is right."""

from __future__ import annotations

import sys

import exactpoly as ep
from exactpoly.crosscheck.run import compare_tool
from exactpoly.crosscheck.tool import command_tool

SQUARE = ep.Domain.box(2, -1, 1)
CROSS = ep.Network((ep.Layer.of([[1, 0], [0, 1]]), ep.Layer.of([[1, 1]], relu=False)), "cross")


def ask(
    tmp_path, source, *, words="{net} {out}", allowance=None, network=CROSS, domain=SQUARE, **how
):
    script = tmp_path / "tool.py"
    script.write_text("import json, os, sys\n" + source)
    tool = command_tool(f"{sys.executable} {script} {words}", allowance=allowance, **how)
    assert tool.name == "tool"
    return compare_tool(network, domain, tool)


RIGHT = """
net, out = sys.argv[1:3]
regions = [{"row": row} for row in ("++", "+-", "-+", "--")]
told = {"format": "exactpoly-claims-1", "tool": "mine", "version": "7", "regions": regions}
json.dump(told, open(out, "w"))
"""
