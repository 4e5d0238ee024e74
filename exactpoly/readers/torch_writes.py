"""Operators of a traced torch module that overwrite their argument.

Values are immutable here, so an operator that works in place gives a new value, and whoever reads the
overwritten tensor afterwards must get that one. Other tensors may share its memory (views, slices, what
`Identity` returns); one of these that is read afterwards is refused, rather than followed.
"""

from __future__ import annotations

import operator
from typing import Any

from torch import fx, nn

from exactpoly.errors import InputError
from exactpoly.readers.operators import names
from exactpoly.readers.torch_operators import name_of

__all__ = ["overwritten", "writers"]

_IN_PLACE = {operator.iadd, operator.isub, operator.imul, operator.itruediv, operator.setitem}
_SHARING_MODULES = (
    nn.Identity,
    nn.Flatten,
    nn.Unflatten,
    nn.Dropout,
    nn.Dropout1d,
    nn.Dropout2d,
    nn.Dropout3d,
    nn.AlphaDropout,
    nn.FeatureAlphaDropout,
)
_SHARING = names(
    "alias broadcast_to chunk contiguous detach double dropout expand expand_as flatten float "
    "getattr getitem movedim moveaxis mT narrow permute reshape reshape_as select slice split "
    "split_with_sizes squeeze swapaxes swapdims t to transpose type type_as unbind unflatten "
    "unsqueeze view view_as dropout1d dropout2d dropout3d alpha_dropout feature_alpha_dropout "
    "cpu _unsafe_view _reshape_alias _to_copy"
)
"""Names of functions and methods whose result may share the memory of their first argument."""


def writers(traced: fx.GraphModule) -> set[fx.Node]:
    """The nodes that overwrite their first argument, supported or not."""
    return {node for node in traced.graph.nodes if _writes(traced, node)}


def _writes(traced: fx.GraphModule, node: fx.Node) -> bool:
    if node.op == "call_module":
        return bool(getattr(traced.get_submodule(str(node.target)), "inplace", False))
    if node.op not in ("call_function", "call_method"):
        return False
    name = name_of(node.target)
    return (
        node.target in _IN_PLACE
        or bool(node.kwargs.get("inplace"))
        or node.kwargs.get("out") is not None
        or (name.endswith("_") and not name.endswith("__"))
    )


def overwritten(traced: fx.GraphModule, node: fx.Node) -> fx.Node | None:
    """The node whose value a writer replaces by its own, None if it is a plain number's.

    Raises `InputError` where another tensor in the same memory is read later, or where it is a
    parameter, which would change with every call.
    """
    target = _first(node)
    if target is None:
        return None
    roots = _roots(traced)
    place = {other: i for i, other in enumerate(traced.graph.nodes)}
    if roots[target].op == "get_attr":
        raise InputError(f"it overwrites the parameter {roots[target].target!r} on every call")
    for other in traced.graph.nodes:
        shares = roots[other] is roots[target] and other is not target
        if (
            shares
            and place[other] < place[node]
            and any(place[u] > place[node] for u in other.users)
        ):
            raise InputError(
                f"it overwrites {target.name!r} in place, and {other.name!r} in the same memory is used"
                " again; use the operator that does not work in place"
            )
    return target


def _roots(traced: fx.GraphModule) -> dict[fx.Node, fx.Node]:
    """For each node the one whose memory its value may share."""
    roots: dict[fx.Node, fx.Node] = {}
    for node in traced.graph.nodes:
        first = _first(node)
        shares = first is not None and (_shares(traced, node) or _writes(traced, node))
        roots[node] = roots[first] if shares and first is not None else node
    return roots


def _shares(traced: fx.GraphModule, node: fx.Node) -> bool:
    if node.op == "call_module":
        return isinstance(traced.get_submodule(str(node.target)), _SHARING_MODULES)
    return node.op in ("call_function", "call_method") and name_of(node.target) in _SHARING


def _first(node: fx.Node) -> fx.Node | None:
    """The node that is the first argument, if it is one."""
    first: Any = node.args[0] if node.args else node.kwargs.get("input")
    return first if isinstance(first, fx.Node) else None
