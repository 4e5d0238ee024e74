"""Where a torch network is to end: an entry of what it returns, an inner value, or before its head."""

from __future__ import annotations

from typing import Any

from torch import fx, nn

from exactpoly.errors import InputError
from exactpoly.readers.operators import names
from exactpoly.readers.reading import Reading
from exactpoly.readers.torch_check import Picked
from exactpoly.readers.torch_modules import HEADS
from exactpoly.readers.torch_operators import name_of

__all__ = ["end_at", "ends_with"]

_HEAD_NAMES = names(
    "softmax log_softmax _softmax _log_softmax sigmoid tanh softplus logsigmoid argmax"
)


def end_at(
    model: nn.Module, traced: fx.GraphModule, reading: Reading
) -> tuple[nn.Module, list[str]]:
    """What to run for the comparison, and notes; ``traced`` is made to end where ``reading`` says."""
    running, notes = model, []
    if reading.output_name is not None:
        running, note = _pick(model, traced, reading.output_name)
        notes.append(note)
    if reading.drop_head:
        notes.append(_drop_head(traced))
        running = traced
    return running, notes


def _pick(model: nn.Module, traced: fx.GraphModule, name: str) -> tuple[nn.Module, str]:
    [output] = [node for node in traced.graph.nodes if node.op == "output"]
    returned: Any = output.args[0]
    note = f"the network ends at {name!r}, as output_name says"
    if isinstance(returned, (tuple, list)) and name.isdecimal() and int(name) < len(returned):
        index = int(name)
        _set_output(traced, output, returned[index])
        return Picked(model, lambda outputs: outputs[index]), note
    if isinstance(returned, dict) and name in returned:
        _set_output(traced, output, returned[name])
        return Picked(model, lambda outputs: outputs[name]), note
    for node in traced.graph.nodes:
        if node.op != "output" and name in (node.name, node.target):
            _set_output(traced, output, node)
            return traced, note
    names = [
        str(node.target) if node.op == "call_module" else node.name
        for node in traced.graph.nodes
        if node.op not in ("output", "get_attr")
    ]
    shown = ", ".join(repr(n) for n in names[-12:])
    raise InputError(f"output_name: no value is named {name!r}; the last ones are {shown}")


def _drop_head(traced: fx.GraphModule) -> str:
    output, head = _last(traced)
    if head is None or not _is_head(traced, head):
        raise InputError("drop_head: the model does not end with a head such as Softmax")
    _set_output(traced, output, head.args[0])
    return f"the head {head.name!r} is left out; it keeps the order of the outputs"


def ends_with(traced: fx.GraphModule, node: fx.Node) -> bool:
    """Whether the node is a head that the model ends with."""
    return _last(traced)[1] is node and _is_head(traced, node)


def _last(traced: fx.GraphModule) -> tuple[fx.Node, fx.Node | None]:
    """The output node, and the node of the one value that it returns."""
    [output] = [node for node in traced.graph.nodes if node.op == "output"]
    returned: Any = output.args[0]
    if isinstance(returned, (tuple, list)) and len(returned) == 1:
        [returned] = returned
    return output, returned if isinstance(returned, fx.Node) else None


def _is_head(traced: fx.GraphModule, node: fx.Node) -> bool:
    if node.op == "call_module":
        return type(traced.get_submodule(str(node.target))) in HEADS
    return node.op in ("call_function", "call_method") and name_of(node.target) in _HEAD_NAMES


def _set_output(traced: fx.GraphModule, output: fx.Node, value: Any) -> None:
    output.args = (value,)
    traced.recompile()
