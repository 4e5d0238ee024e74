"""Run a tool in a process of its own, within limits, and judge what it says."""

from __future__ import annotations

import json
import math
import signal
import tempfile
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

from exactpoly.complex.complex import Complex
from exactpoly.crosscheck.answers import LARGEST, excess, last_line, unreadable
from exactpoly.crosscheck.claims import Claims
from exactpoly.crosscheck.claims_files import read_claims
from exactpoly.crosscheck.claims_json import FORMAT, parse_claims
from exactpoly.crosscheck.complexes import Complexes
from exactpoly.crosscheck.judge import judge
from exactpoly.crosscheck.numbers import FORMATS, NumberFormat
from exactpoly.crosscheck.patience import within
from exactpoly.crosscheck.process import Ending, confined, python_path
from exactpoly.crosscheck.questions import request, write_question
from exactpoly.crosscheck.rounding import Asked, asked, difference
from exactpoly.crosscheck.tool import Tool, claims_name, filled
from exactpoly.crosscheck.verdict import Outcome, Verdict
from exactpoly.domain import Domain
from exactpoly.errors import InputError
from exactpoly.levelset.forms import level_network
from exactpoly.network.network import Network
from exactpoly.report.text import one_line
from exactpoly.running.run import Stopped

__all__ = ["compare_tool"]

T = TypeVar("T")

_MESSAGE = 300
"""Characters of a tool's own words that a verdict keeps."""
_ROOM = 16 * 1024**2
_ROOM_OF_REGION = 64 * 1024
"""Bytes of claims that are read in any case, and more for each exact region."""
_ABOUT = (
    *("tool", "network", "domain", "seconds", "cpu_seconds"),
    *("rounding", "promise", "promised"),
)
"""Fields of a verdict that do not come of the claims."""
_JUDGING = 5.0
"""Times the tool's own seconds that its claims may take to be read and judged."""
_ENDINGS = {3: Outcome.NOT_OFFERED, 4: Outcome.REFUSED}
"""Exit codes by which a command says that it does not offer to answer, or cannot."""


def compare_tool(
    network: Network,
    domain: Domain,
    tool: Tool,
    *,
    seconds: float | None = None,
    reading: str = "lenient",
    complex_of: Callable[[Network, Domain], Complex] | None = None,
) -> Verdict:
    """Ask ``tool`` about the network, for ``seconds`` at most, and judge the answer.

    ``seconds``: by default those of the tool's allowance; ``complex_of``: gives exact complexes (a cache,
    say); by default they are computed.
    """
    complex_of = complex_of or Complexes()
    numbers = FORMATS[tool.adapter.numbers]
    verdict = Verdict(
        Outcome.NOT_OFFERED,
        tool=tool.name,
        network=network.name,
        domain=str(domain),
        reading=reading,
        promise=tool.adapter.promise,
    )
    question = _question(network, domain, numbers)
    if isinstance(question, str):
        return replace(verdict, message=question)
    if seconds is not None:
        tool = replace(tool, allowance=replace(tool.allowance, seconds=seconds))
    told = _ask(tool, question, lambda: _room(complex_of(question.network, question.domain)))
    verdict = replace(
        verdict,
        version=told.get("version", ""),
        seconds=told.get("seconds"),
        cpu_seconds=told.get("cpu_seconds"),
    )
    if told["outcome"] not in ("not offered", "not installed"):
        verdict = replace(verdict, promised=_promised(tool, question, complex_of))
    if told["outcome"] != "claims":
        return replace(
            verdict, outcome=Outcome(told["outcome"]), message=_short(told.get("message", ""))
        )
    truth = complex_of(question.network, question.domain)
    try:
        judged = _patiently(
            lambda: judge(_claims(told, tool, question), truth, reading=reading), tool
        )
    except Stopped as error:
        return replace(verdict, outcome=Outcome.STOPPED, message=str(error))
    except InputError as error:
        return replace(
            verdict, outcome=Outcome.CRASHED, message=_short(f"it gave no readable result: {error}")
        )
    if question.changed:
        rounding = difference(complex_of(network, domain), question, truth, numbers)
        verdict = replace(verdict, rounding=rounding)
    return replace(judged, **{name: getattr(verdict, name) for name in _ABOUT})


def _patiently(work: Callable[[], T], tool: Tool) -> T:
    """What ``work`` makes of a tool's claims. Raises `Stopped` with a reason if it takes too long."""
    seconds = _JUDGING * tool.allowance.seconds
    try:
        return within(work, seconds, tool.allowance.halt)
    except Stopped as error:
        raise Stopped(f"its claims could not be judged in {seconds:g} s") from error


def _question(network: Network, domain: Domain, numbers: NumberFormat) -> Asked | str:
    """What the tool is asked, or why it is not."""
    if not network.n_neurons:
        return "the network has no neurons, so there is nothing to ask"
    if not _plain(network):
        return "it takes hidden layers with ReLU on every unit only"
    try:
        return asked(network, domain, numbers)
    except InputError as error:
        return f"it cannot be given this: {error}"


def _promised(
    tool: Tool, question: Asked, complex_of: Callable[[Network, Domain], Complex]
) -> bool:
    """Whether what the tool says about itself covers this question."""
    scope, network, domain = tool.adapter.scope, question.network, question.domain
    if scope not in ("generic", "transversal"):
        return scope == "all"
    if not complex_of(network, domain).simple:
        return False
    return scope == "generic" or complex_of(level_network(network, Fraction(0)), domain).simple


def _plain(network: Network) -> bool:
    """Whether hidden layers are ReLU throughout, and the output linear or ReLU throughout."""
    *hidden, output = network.layers
    return all(all(layer.relu) for layer in hidden) and len(set(output.relu)) == 1


def _claims(told: dict[str, Any], tool: Tool, question: Asked) -> Claims:
    if isinstance(told["claims"], Claims):
        return told["claims"]
    if not isinstance(told["claims"], dict):
        raise InputError("the adapter returned no object")
    data = told["claims"] | {
        "format": FORMAT,
        "tool": tool.name,
        "version": told["version"],
        "numbers": tool.adapter.numbers,
        "domain": str(question.domain),
    }
    return parse_claims(json.dumps(data))


def _room(truth: Complex) -> int:
    """Bytes of claims that are read: far more than is needed, and no more than is soon judged."""
    return min(LARGEST, _ROOM + _ROOM_OF_REGION * truth.n_regions)


def _ask(tool: Tool, question: Asked, room: Callable[[], int]) -> dict[str, Any]:
    """The answer of the tool's process; crashes and passed limits are answers too.

    ``room``: how many bytes of claims are read, asked once there are some.
    """
    with tempfile.TemporaryDirectory(prefix="exactpoly-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if tool.command:
            return _ask_command(tool, question, folder, room)
        target, answer = folder / "request.json", folder / "answer.json"
        target.write_text(json.dumps(request(tool, question)), encoding="utf-8")
        words = [str(target), str(answer)]
        if tool.server is not None:
            ending = tool.server.confined(words, folder, tool.allowance)
        else:
            command = [tool.python, "-m", "exactpoly.crosscheck.worker", *words]
            ending = confined(command, folder, tool.allowance, python_path(folder))
        if ending.words():
            return _stopped(ending)
        if unreadable(answer):
            return {"outcome": "crashed", "message": _how(ending, folder)} | _times(ending)
        why = excess(answer, room())
        if why:
            return {"outcome": "stopped", "message": why} | _times(ending)
        text = answer.read_text(encoding="utf-8", errors="replace")
        try:
            return _patiently(lambda: _answer(text), tool)
        except Stopped as error:
            return {"outcome": "stopped", "message": str(error)} | _times(ending)


def _answer(text: str) -> dict[str, Any]:
    """The worker's answer; it may be forged by the tool, which shares the process with it."""
    try:
        told = json.loads(text)
        Outcome(told["outcome"]) if told["outcome"] != "claims" else told["claims"]
        known: dict[str, Any] = {
            "outcome": str(told["outcome"]),
            "version": one_line(told["version"]),
        }
        known["message"] = str(told.get("message", ""))
        known |= {name: _finite(told[name]) for name in ("seconds", "cpu_seconds")}
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return {"outcome": "crashed", "message": "its answer is not an answer of an adapter"}
    return known | {"claims": told.get("claims")}


def _finite(value: Any) -> float:
    seconds = float(value)
    if not math.isfinite(seconds):
        raise ValueError(f"{seconds} s is no time")
    return seconds


def _ask_command(
    tool: Tool, question: Asked, folder: Path, room: Callable[[], int]
) -> dict[str, Any]:
    place = folder / "work"
    place.mkdir()
    target = place / claims_name(tool)
    values = write_question(question, FORMATS[tool.adapter.numbers], place)
    values |= dict.fromkeys(("out", "out.csv", "out.npz"), str(target))
    ending = confined(filled(tool, values), folder, tool.allowance)
    if ending.words():
        return _stopped(ending)
    if ending.code in _ENDINGS:
        message = last_line(folder) or "it gave no reason"
        return {"outcome": str(_ENDINGS[ending.code]), "message": message}
    if ending.code != 0:
        return {"outcome": "crashed", "message": _how(ending, folder)} | _times(ending)
    told: dict[str, Any] = _times(ending) | {"outcome": "crashed"}
    why = unreadable(target)
    if why:
        return told | {"message": ": ".join(filter(None, (why, last_line(folder))))}
    why = excess(target, room())
    if why:
        return told | {"outcome": "stopped", "message": why}
    try:
        claims = _patiently(lambda: _about(read_claims(target), question.domain), tool)
    except Stopped as error:
        return told | {"outcome": "stopped", "message": str(error)}
    except InputError as error:
        words = str(error).removeprefix(f"{target}: ")
        return told | {"message": f"it gave no readable result: {words}"}
    return told | {"outcome": "claims", "claims": claims, "version": claims.version}


def _about(claims: Claims, domain: Domain) -> Claims:
    """The claims, which are about this domain if they name one."""
    if claims.domain is not None and Domain.parse(claims.domain, domain.dimension) != domain:
        raise InputError(f"its claims are about {claims.domain}, it was asked about {domain}")
    return claims


def _stopped(ending: Ending) -> dict[str, Any]:
    outcome = Outcome.TIMED_OUT if ending.ended == "seconds" else Outcome.STOPPED
    words = (
        ending.words() if outcome is Outcome.TIMED_OUT else ending.words().removeprefix("stopped: ")
    )
    return {"outcome": str(outcome), "message": words} | _times(ending)


def _times(ending: Ending) -> dict[str, Any]:
    return {"seconds": ending.seconds, "cpu_seconds": ending.cpu_seconds}


def _how(ending: Ending, folder: Path) -> str:
    code, last = ending.code or 0, last_line(folder)
    how = f"signal {_signal(-code)}" if code < 0 else f"exit code {code}"
    return f"the process ended with {how}" + (f": {last}" if last else " and said nothing")


def _signal(number: int) -> str:
    known = {int(each): each.name for each in signal.Signals}
    return known.get(number, str(number))


def _short(text: str) -> str:
    words = one_line(text)
    return words if len(words) <= _MESSAGE else words[: _MESSAGE - 2] + ".."
