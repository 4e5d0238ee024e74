"""Shrink a disagreement to the smallest network and domain found that still shows it.

Greedy: a reduction is kept if the tool, asked again, ends the same way (the same outcome; if wrong,
with an error of the kind that the first verdict names first, and those about regions stand before
others). Every step is judged exactly, so the end result is a counterexample in its own right; it is
small, not provably smallest.
"""

from __future__ import annotations

import json
import textwrap
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from exactpoly.complex.enumerate import enumerate_complex
from exactpoly.crosscheck.numbers import FORMATS
from exactpoly.crosscheck.reductions import Problem, reductions
from exactpoly.crosscheck.rounding import asked
from exactpoly.crosscheck.run import compare_tool
from exactpoly.crosscheck.scripts import reproduction_script
from exactpoly.crosscheck.text import verdict_text
from exactpoly.crosscheck.tool import Tool
from exactpoly.crosscheck.verdict import Outcome, Verdict
from exactpoly.domain import Domain
from exactpoly.errors import InputError
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from exactpoly.readers.json_format import network_to_json
from exactpoly.running.files import write_whole

__all__ = ["Counterexample", "minimise_disagreement", "write_counterexample"]

_QUESTIONS = 400
_MINUTES = 10.0


@dataclass(frozen=True)
class Counterexample:
    """The small problem, the verdict on it, and how many times the tool was asked."""

    tool: Tool
    problem: Problem
    verdict: Verdict
    asked: int


def minimise_disagreement(
    network: Network,
    domain: Domain,
    tool: Tool,
    verdict: Verdict,
    *,
    seconds: float | None = None,
    questions: int = _QUESTIONS,
    minutes: float = _MINUTES,
    progress: Callable[[str], None] = lambda line: None,
) -> Counterexample:
    """Shrink, asking ``tool`` at most ``questions`` times and for ``minutes`` at most.

    ``verdict``: the disagreement on the network as it is. Raises `InputError` if it is none.
    """
    if verdict.outcome in (Outcome.RIGHT, Outcome.ABSENT, Outcome.NOT_OFFERED):
        raise InputError(f"minimise: the verdict is {verdict.outcome}; nothing to shrink")
    best = Counterexample(tool, Problem(_with_output(network), domain), verdict, 0)
    seen: set[tuple[str, str]] = set()
    deadline = time.monotonic() + 60 * minutes
    improved = True
    while improved:
        improved = False
        for name, smaller in reductions(best.problem):
            key = (smaller.network.digest, str(smaller.domain))
            if key in seen or (name != "domain" and smaller.size >= best.problem.size):
                continue
            if best.asked >= questions or time.monotonic() > deadline:
                return best
            seen.add(key)
            told = compare_tool(smaller.network, smaller.domain, tool, seconds=seconds)
            best = Counterexample(tool, best.problem, best.verdict, best.asked + 1)
            if _same(told, verdict):
                best = Counterexample(tool, smaller, told, best.asked)
                progress(f"without {name}: {_shape(smaller)}, {told.headline()[:80]}")
                improved = True
                break
    return best


def _with_output(network: Network) -> Network:
    """The network with a linear output behind a last layer of ReLUs, which leaves the complex alone."""
    if not network.layers[-1].neurons:
        return network
    output = Layer.of([[1] * network.output_dimension], relu=False)
    return Network((*network.layers, output), network.name)


def _same(told: Verdict, first: Verdict) -> bool:
    if told.outcome is not first.outcome:
        return False
    if told.outcome is Outcome.WRONG:
        return first.kinds[0] in told.kinds
    # Refusals and crashes: the same exception, which is the first word.
    return told.message.split(":")[0] == first.message.split(":")[0]


def _shape(problem: Problem) -> str:
    return "-".join(map(str, problem.network.widths)) + f" on {problem.domain}"


def _comment(*sentences: str) -> str:
    lines = [line for text in sentences for line in textwrap.wrap(text, 98)]
    return "".join(f"# {line}\n" for line in lines)


def write_counterexample(example: Counterexample, folder: Path) -> list[Path]:
    """Write the case, its certificate, the verdict and a script that reproduces it; their paths."""
    from exactpoly.certificate.write import write_certificate

    verdict = example.verdict
    # What the tool was asked, so that case, certificate and script are about one network.
    question = asked(
        example.problem.network, example.problem.domain, FORMATS[example.tool.adapter.numbers]
    )
    network, domain = question.network, question.domain
    complex_ = enumerate_complex(network, domain=domain)
    summary = complex_.summary().to_json()
    case = network_to_json(network)
    case["name"] = f"{network.name}, shrunk for {example.tool.name}"
    case["notes"] = [*network.notes, f"{verdict.tool} {verdict.version}: {verdict.headline()}"]
    case["expected"] = {
        str(domain): {key: summary[key] for key in ("regions", "f_vector", "mean_facets")}
    }
    files = {
        "network.json": json.dumps(case, indent=1) + "\n",
        "verdict.json": json.dumps(verdict.to_json(), indent=1) + "\n",
        "verdict.txt": verdict_text(verdict) + "\n",
        "reproduce.py": _comment(
            f"{verdict.tool} {verdict.version}: {verdict.headline()}",
            f"exact: {summary['regions']} regions, f-vector {summary['f_vector']}, mean number of"
            f" facets {summary['mean_facets']}",
        )
        + reproduction_script(example.tool, network, domain),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            write_whole(folder / name, text)
    except OSError as error:
        raise InputError(f"{folder}: cannot be written ({error.strerror})") from error
    write_certificate(complex_, folder / "network.cert")
    return [folder / name for name in (*files, "network.cert")]
