"""The process in which a tool runs: ``python -m exactpoly.crosscheck.worker REQUEST ANSWER``.

With ``--describe NAME ANSWER`` it tells what the adapter says of itself and runs nothing. Whatever the
tool does, crash or hang, happens here and not to the judge. The answer is a JSON file; no answer
means that the process died.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from exactpoly.crosscheck.adapters.checkout import commit_of
from exactpoly.crosscheck.adapters.registry import adapter, brought
from exactpoly.crosscheck.adapters.task import Absent, NotOffered, Refused, Task

__all__ = ["answer", "described", "main"]


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Run the tool that the request names; claims, or how it ended without."""
    tool = adapter(request["tool"])
    checkout = request["task"].get("checkout")
    found = commit_of(checkout) if checkout else _version(tool.distribution)
    result: dict[str, Any] = {"version": found}
    started, used = time.perf_counter(), _cpu()
    try:
        result["claims"] = tool.run(Task.of(request["task"]))
        result["outcome"] = "claims"
    except Absent as error:
        result |= {"outcome": "not installed", "message": str(error)}
    except ModuleNotFoundError as error:
        message = f"{error}; install it for {sys.executable}"
        result |= {"outcome": "not installed", "message": message}
    except NotOffered as error:
        result |= {"outcome": "not offered", "message": str(error)}
    except Refused as error:
        result |= {"outcome": "refused", "message": str(error)}
    except BaseException as error:
        # A panic of a tool written in Rust is no Exception.
        where = traceback.extract_tb(error.__traceback__)[-1]
        told = f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
        result |= {"outcome": "crashed", "message": told}
    result |= {"seconds": time.perf_counter() - started, "cpu_seconds": _cpu() - used}
    return result


def _cpu() -> float:
    """CPU seconds of this process and of those that it has waited for."""
    return sum(os.times()[:4])


def described(name: str) -> dict[str, Any]:
    """What an adapter says of itself, or why there is none."""
    try:
        tool = adapter(name)
    except KeyError:
        return {"error": "unknown", "known": sorted(brought())}
    except Exception as error:
        return {"error": f"its adapter cannot be had ({type(error).__name__}: {error})"}
    names = ("numbers", "promise", "distribution", "needs_checkout", "scope", "source", "preload")
    return {field: getattr(tool, field) for field in names}


def _version(distribution: str | None) -> str:
    try:
        return version(distribution) if distribution else ""
    except PackageNotFoundError:
        return ""


def main(arguments: list[str]) -> None:
    """Answer the request in a file, or describe a tool."""
    first, *names = arguments
    target = Path(names[-1])
    if first == "--describe":
        told = described(names[0])
    else:
        told = answer(json.loads(Path(first).read_text(encoding="utf-8")))
    # The answer appears complete or not at all.
    draft = target.with_suffix(".draft")
    draft.write_text(json.dumps(told), encoding="utf-8")
    draft.rename(target)


if __name__ == "__main__":
    main(sys.argv[1:])
