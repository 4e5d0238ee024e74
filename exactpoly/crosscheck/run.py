"""Run a tool in its own process with a time-out, and judge what it says."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TextIO

from exactpoly.complex.complex import Complex
from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.crosscheck.adapters.registry import NAMES, adapter
from exactpoly.crosscheck.adapters.task import Adapter
from exactpoly.crosscheck.claims import Claims
from exactpoly.crosscheck.claims_json import FORMAT, parse_claims
from exactpoly.crosscheck.judge import judge
from exactpoly.crosscheck.numbers import FORMATS
from exactpoly.crosscheck.rounding import Asked, asked, difference
from exactpoly.crosscheck.verdict import Outcome, Verdict
from exactpoly.domain import Domain
from exactpoly.errors import InputError
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network

__all__ = ["Tool", "compare_tool", "parse_tool"]

_MESSAGE = 300
"""Characters of a tool's own words that a verdict keeps."""
_TAIL = 20_000
"""Bytes at the end of a tool's output in which its last words are looked for."""


@dataclass(frozen=True)
class Tool:
    """A tool to run. ``checkout``: its repository; ``python``: the interpreter that has it."""

    adapter: Adapter
    checkout: str | None = None
    python: str = sys.executable

    @property
    def name(self) -> str:
        """The tool's name."""
        return self.adapter.name


def parse_tool(text: str, python: str | None = None) -> Tool:
    """The tool of ``"name"`` or ``"name=path of a checkout"``. Raises `InputError`."""
    name, given, path = text.strip().partition("=")
    if name not in NAMES:
        raise InputError(f"tool: {name!r} is not known; the tools are {', '.join(NAMES)}")
    found = adapter(name)
    if found.needs_checkout != bool(given):
        need = "needs the" if found.needs_checkout else "takes no"
        raise InputError(f"tool: {name} {need} path of a checkout ({name}=PATH)")
    if given and not Path(path).is_dir():
        raise InputError(f"tool: {path} is no directory; give the checkout of {name}")
    return Tool(found, str(Path(path).resolve()) if given else None, python or sys.executable)


def compare_tool(
    network: Network,
    domain: Domain,
    tool: Tool,
    *,
    seconds: float,
    reading: str = "lenient",
    complex_of: Callable[[Network, Domain], Complex] | None = None,
) -> Verdict:
    """Ask ``tool`` about the network, for ``seconds`` at most, and judge the answer.

    ``complex_of``: gives exact complexes (a cache, say); by default they are computed.
    """
    complex_of = complex_of or (lambda net, place: enumerate_complex(net, domain=place))
    numbers = FORMATS[tool.adapter.numbers]
    verdict = Verdict(
        Outcome.NOT_OFFERED,
        tool=tool.name,
        network=network.name,
        domain=str(domain),
        reading=reading,
        promise=tool.adapter.promise,
    )
    if not network.n_neurons:
        return replace(verdict, message="the network has no neurons, so there is nothing to ask")
    if not _plain(network):
        return replace(verdict, message="it takes hidden layers with ReLU on every unit only")
    try:
        question = asked(network, domain, numbers)
    except InputError as error:
        return replace(verdict, message=f"it cannot be given this: {error}")
    told = _ask(tool, question, seconds)
    verdict = replace(
        verdict,
        version=told.get("version", ""),
        seconds=told.get("seconds"),
    )
    if told["outcome"] != "claims":
        return replace(
            verdict, outcome=Outcome(told["outcome"]), message=_short(told.get("message", ""))
        )
    truth = complex_of(question.network, question.domain)
    try:
        claims = _claims(told, tool, question)
        judged = judge(claims, truth, reading=reading)
    except InputError as error:
        return replace(
            verdict, outcome=Outcome.CRASHED, message=_short(f"it gave no readable result: {error}")
        )
    rounding = None
    if question.changed:
        rounding = difference(complex_of(network, domain), question, truth, numbers)
    return replace(
        judged,
        network=network.name,
        domain=str(domain),
        seconds=verdict.seconds,
        rounding=rounding,
        promise=tool.adapter.promise,
    )


def _plain(network: Network) -> bool:
    """Whether hidden layers are ReLU throughout, and the output linear or ReLU throughout."""
    *hidden, output = network.layers
    return all(all(layer.relu) for layer in hidden) and len(set(output.relu)) == 1


def _claims(told: dict[str, Any], tool: Tool, question: Asked) -> Claims:
    data = told["claims"] | {
        "format": FORMAT,
        "tool": tool.name,
        "version": told["version"],
        "numbers": tool.adapter.numbers,
        "domain": str(question.domain),
    }
    return parse_claims(json.dumps(data))


def _ask(tool: Tool, question: Asked, seconds: float) -> dict[str, Any]:
    """The answer of the worker process; crashes and time-outs are answers too."""
    with tempfile.TemporaryDirectory(prefix="exactpoly-") as folder:
        request, answer = Path(folder, "request.json"), Path(folder, "answer.json")
        request.write_text(json.dumps(_request(tool, question)), encoding="utf-8")
        with Path(folder, "output").open("w+", encoding="utf-8", errors="replace") as output:
            code = _execute(tool.python, request, answer, output, seconds)
            last = _last_line(output)
        if code is None:
            return {
                "outcome": "timed out",
                "message": f"stopped after {seconds:g} s",
                "seconds": seconds,
            }
        if not answer.exists():
            how = f"signal {_signal(-code)}" if code < 0 else f"exit code {code}"
            words = f": {last}" if last else " and said nothing"
            return {"outcome": "crashed", "message": f"the process ended with {how}{words}"}
        result: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
        return result


def _last_line(output: TextIO) -> str:
    """The last line of what a process printed that is not blank, read from its end only."""
    size = output.seek(0, os.SEEK_END)
    output.seek(max(0, size - _TAIL))
    return next((line for line in reversed(output.read().split("\n")) if line.strip()), "")


def _signal(number: int) -> str:
    known = {int(each): each.name for each in signal.Signals}
    return known.get(number, str(number))


def _execute(
    python: str, request: Path, answer: Path, output: TextIO, seconds: float
) -> int | None:
    """Exit code of the worker, None if it had to be stopped; its descendants end with it."""
    environment = dict(os.environ)
    root = str(Path(__file__).parents[2])
    paths = [root, *filter(None, [environment.get("PYTHONPATH")])]
    environment["PYTHONPATH"] = os.pathsep.join(paths)
    command = [python, "-m", "exactpoly.crosscheck.worker", str(request), str(answer)]
    try:
        process = subprocess.Popen(
            command,
            cwd=request.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        raise InputError(f"--python: {python} cannot be run ({error.strerror})") from error
    try:
        return process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        # What the tool started and left behind is in its process group.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _request(tool: Tool, question: Asked) -> dict[str, Any]:
    """The task; every number is a float already, so `float` changes nothing."""
    layers = question.network.layers
    if layers[-1].neurons:
        # ReLU on the last layer: any linear output behind it leaves the complex as it is.
        layers = (*layers, Layer.of([[1] * layers[-1].outputs], relu=False))
    bounds = question.domain.bounds
    return {
        "tool": tool.name,
        "task": {
            "numbers": tool.adapter.numbers,
            "weights": [[[float(x) for x in row] for row in layer.weight] for layer in layers],
            "biases": [[float(x) for x in layer.bias] for layer in layers],
            "bounds": None if bounds is None else [[float(a), float(b)] for a, b in bounds],
            "checkout": tool.checkout,
        },
    }


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _MESSAGE else words[: _MESSAGE - 2] + ".."
