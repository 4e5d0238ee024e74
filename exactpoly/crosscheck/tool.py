"""A tool and how to run it: one that the package knows, one that another package brings, or a command.

Another package brings a tool by an entry point in the group `exactpoly.tools`, whose value is an
`Adapter`. What the adapter says of itself is asked in the interpreter that has it, in a process of its own.
"""

from __future__ import annotations

import json
import re
import shlex
import sys
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from exactpoly.crosscheck.adapters.registry import GROUP, NAMES, adapter
from exactpoly.crosscheck.adapters.task import SCOPES, Adapter, Task
from exactpoly.crosscheck.answers import last_line, small_file
from exactpoly.crosscheck.numbers import FORMATS
from exactpoly.crosscheck.process import Allowance, confined, python_path
from exactpoly.crosscheck.server import Server
from exactpoly.errors import InputError, InternalError
from exactpoly.report.text import one_line

__all__ = ["PLACES", "Tool", "claims_name", "command_tool", "filled", "parse_tool"]

_PLACE = re.compile(r"\{([^{}]*)\}")
PLACES = ("net", "net.npz", "out", "out.csv", "out.npz", "domain")
"""What may stand in braces in a command."""
_INTERPRETERS = re.compile(r"(python|sh|bash|julia|node|ruby|perl|Rscript)[0-9.]*")


@dataclass(frozen=True)
class Tool:
    """A tool to run.

    ``checkout``: its repository; ``python``: the interpreter that has it; ``command``: the words of a
    command that writes a claims file, for tools that are programs; ``allowance``: for one question;
    ``server``: a process that has imported it already.
    """

    adapter: Adapter
    checkout: str | None = None
    python: str = sys.executable
    command: tuple[str, ...] = ()
    allowance: Allowance = field(default_factory=Allowance)
    server: Server | None = None

    @property
    def name(self) -> str:
        """The tool's name."""
        return self.adapter.name

    def served(self) -> Tool:
        """The tool with a process that has imported what it needs, where that is known; to be closed."""
        modules = self.adapter.preload
        if self.command or not modules:
            return self
        return replace(self, server=Server(self.python, modules, self.checkout))


def parse_tool(text: str, python: str | None = None, allowance: Allowance | None = None) -> Tool:
    """The tool of ``"name"`` or ``"name=path of a checkout"``. Raises `InputError`."""
    name, given, path = text.strip().partition("=")
    interpreter = python or sys.executable
    if "/" in interpreter:
        interpreter = str(Path(interpreter).absolute())
    found = adapter(name) if name in NAMES else _described(name, interpreter)
    if found.needs_checkout != bool(given):
        need = "needs the" if found.needs_checkout else "takes no"
        raise InputError(f"tool: {name} {need} path of a checkout ({name}=PATH)")
    if given and not Path(path).is_dir():
        raise InputError(f"tool: {path} is not a directory; give the checkout of {name}")
    checkout = str(Path(path).resolve()) if given else None
    return Tool(found, checkout, interpreter, allowance=allowance or Allowance())


def command_tool(
    text: str, *, numbers: str = "float64", allowance: Allowance | None = None
) -> Tool:
    """The tool that a command such as ``"mytool {net} {out}"`` runs; no shell reads it.

    It runs in a new folder; words that name files here are made full paths.

    ``numbers``: the format to which weights are rounded before it is asked. Raises `InputError`.

    >>> command_tool("python slabs.py {net} {out}").name
    'slabs'
    """
    if numbers not in FORMATS:
        raise InputError(f"numbers: {numbers!r} is not one of {', '.join(FORMATS)}")
    try:
        words = tuple(shlex.split(text))
    except ValueError as error:
        raise InputError(f"--command: {text!r} cannot be read ({error})") from error
    places = {place for word in words for place in _PLACE.findall(word)}
    unknown = sorted(places - set(PLACES))
    if unknown:
        known = ", ".join(f"{{{place}}}" for place in PLACES)
        raise InputError(f"--command: {{{unknown[0]}}} is not known; there are {known}")
    if sum(place.startswith("out") for place in places) != 1 or not places & {"net", "net.npz"}:
        raise InputError(
            f"--command: {text!r} has to say where the network and the claims go, as in"
            ' "mytool {net} {out}"'
        )
    if numbers == "exact" and "net.npz" in places:
        raise InputError("--command: {net.npz} holds floats; with exact numbers take {net}")
    found = Adapter(_title(words), numbers, "", run=_elsewhere, scope="none")
    command = tuple(_absolute(word, first=not i) for i, word in enumerate(words))
    return Tool(found, command=command, allowance=allowance or Allowance())


def _absolute(word: str, *, first: bool) -> str:
    """A word that names a file is its full path, for the command runs in a folder of its own.

    The first word is looked for on the PATH, as in a shell, unless it has a slash.
    """
    if (first and "/" not in word) or not Path(word).is_file():
        return word
    return str(Path(word).absolute())


def filled(tool: Tool, values: dict[str, str]) -> list[str]:
    """The words of the tool's command with what stands in braces."""
    return [_PLACE.sub(lambda match: values[match[1]], word) for word in tool.command]


def claims_name(tool: Tool) -> str:
    """The name of the claims file that the tool's command writes."""
    text = " ".join(tool.command)
    suffix = next((s for s in (".csv", ".npz") if f"{{out{s}}}" in text), ".json")
    return f"claims{suffix}"


def _title(words: tuple[str, ...]) -> str:
    """A short name: that of the program, or of the script that an interpreter runs."""
    names = [Path(word).name for word in words if not word.startswith(("-", "{"))]
    if len(names) > 1 and _INTERPRETERS.fullmatch(names[0]):
        names = names[1:]
    return Path(names[0]).stem if names else "command"


def _elsewhere(task: Task) -> dict[str, Any]:
    raise InternalError("a tool runs in a process of its own")


def _described(name: str, python: str) -> Adapter:
    """What the adapter of an entry point says about itself, asked in its interpreter."""
    with tempfile.TemporaryDirectory(prefix="exactpoly-", ignore_cleanup_errors=True) as folder:
        answer = Path(folder, "answer.json")
        command = [python, "-m", "exactpoly.crosscheck.worker", "--describe", name, str(answer)]
        ending = confined(command, Path(folder), Allowance(seconds=60), python_path(Path(folder)))
        text = small_file(answer)
        if text is None:
            words = ending.words() or f"it ended with {ending.code}"
            raise InputError(
                f"tool: {name} cannot be asked about itself by {python}: {words}"
                f" {last_line(Path(folder))}".rstrip()
            )
        told = json.loads(text)
    if told.get("error") == "unknown":
        raise InputError(
            f"tool: {name!r} is not known; the tools are {', '.join((*NAMES, *told['known']))};"
            f" packages bring others in the entry points {GROUP}"
        )
    if "error" in told:
        raise InputError(f"tool: {name}: {told['error']}")
    return _adapter_of(name, told)


def _adapter_of(name: str, told: dict[str, Any]) -> Adapter:
    numbers = told["numbers"]
    if numbers not in FORMATS or numbers == "exact":
        raise InputError(f"tool: {name}: numbers is {numbers!r}; give float64 or float32")
    if told["scope"] not in SCOPES:
        raise InputError(f"tool: {name}: scope is {told['scope']!r}; give {', '.join(SCOPES)}")
    return Adapter(
        name,
        str(numbers),
        one_line(told["promise"]),
        run=_elsewhere,
        distribution=told["distribution"],
        needs_checkout=bool(told["needs_checkout"]),
        scope=str(told["scope"]),
        source=one_line(told["source"]),
        preload=tuple(map(str, told["preload"])),
    )
